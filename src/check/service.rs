//! What is served during each step of a runbook, and which good order does best.
//!
//! What is measured comes from the world as it is: each group, by the nodes that have what it needs; and each part of `[always]` that
//! says that some of several things hold, or so many of them.

use super::{Mistakes, Runbook, too_large};
use crate::base::{Budget, Span, Tally};
use crate::explain::data::{BestOrder, Served, ServiceFinding, ServiceRow};
use crate::explain::{number, numbers, step_name};
use crate::lower;
use crate::orderings::{Lanes, only_counted};
use crate::plan::{Gauge, Gauges, Service, Worst, gauged, service};
use crate::report;
use crate::resolve::model::{self, Compare, Condition, Expr, Term};
use crate::system::{OccurrenceId, Procedure, Watch};
use std::sync::Arc;

/// Something that several could provide.
struct Provided {
    name: String,
    need: u32,
    by: Vec<Arc<Expr>>,
    online: Option<Arc<Expr>>,
}

impl Runbook {
    /// Measures what is served in the worst case during each step.
    ///
    /// # Errors
    /// The runbook is too large with what is measured.
    pub fn service(&self, budget: &Budget) -> Result<report::Service, Mistakes> {
        let provided = provided(&self.world);
        let own = self.world.always.len();
        let (gauges, more, left_out) = gauges(&provided, own, self.runbook.span);
        let measured = lower::measured(&self.world, &self.runbook, &more);
        let measured = measured.map_err(|error| too_large(&error, self.runbook.span, &self.mistakes))?;
        let Procedure::Ordered(plan) = &measured.procedure else { unreachable!("a runbook has an order") };
        let watch = gauged(&measured);
        let mut tally = Tally::start(budget, "states");
        let found = match only_counted(&self.system, budget) {
            Ok(true) => Err(crate::base::Limit::Positions),
            Ok(false) => Lanes::of(&self.system, &mut tally)
                .and_then(|lanes| service((&measured, plan), (&gauges, &watch), &lanes, &mut tally)),
            Err(limit) => Err(limit),
        };
        let finding = match found {
            Ok(found) => self.measured(&found, &gauges, (&provided, left_out)),
            Err(limit) => ServiceFinding {
                good: false,
                rows: Vec::new(),
                front: Vec::new(),
                not_measured: left_out,
                limit: Some(limit.to_string()),
            },
        };
        Ok(report::Service::new(&self.path, &self.runbook.title, finding))
    }

    fn measured(
        &self,
        found: &Service,
        gauges: &Gauges,
        (provided, not_measured): (&[Provided], Vec<String>),
    ) -> ServiceFinding {
        let row = |worst: &Worst, id: Option<OccurrenceId>| ServiceRow {
            number: id.map_or(0, number),
            step: id.map(|id| step_name(&self.system, id)),
            reached: worst.reached,
            breaks: worst.broken.iter().map(|index| self.world.always[*index as usize].name.clone()).collect(),
            served: gauges
                .gauges
                .iter()
                .zip(provided)
                .zip(worst.counts.iter().zip(&worst.offline))
                .map(|((gauge, provided), (count, offline))| {
                    let of = u32::try_from(provided.by.len()).expect("few nodes");
                    let most = u32::try_from(gauge.levels.len()).expect("few levels");
                    let or_more = *count == most && most < of;
                    let (name, need) = (provided.name.clone(), provided.need);
                    Served { name, could: *count, need, of, or_more, online: !offline && *count >= need }
                })
                .collect(),
        };
        let steps = (0u32..).map(OccurrenceId).zip(&found.steps).map(|(id, worst)| row(worst, Some(id)));
        let front = found.front.iter().map(|best| BestOrder {
            without_redundancy: best.without,
            restarts: best.restarts,
            order: numbers(&self.system, &best.ordering),
        });
        ServiceFinding {
            good: found.good,
            rows: std::iter::once(row(&found.start, None)).chain(steps).collect(),
            front: if gauges.gauges.is_empty() { Vec::new() } else { front.collect() },
            not_measured,
            limit: None,
        }
    }
}

/// All that can be measured in a world.
fn provided(world: &model::World) -> Vec<Provided> {
    let groups = world.groups.iter().map(|group| {
        let by: Vec<Arc<Expr>> = group.needs.iter().map(|needs| Arc::clone(&needs.expr)).collect();
        let owned = by.iter().enumerate().map(|(node, needs)| {
            let name = world.nodes[node].clone();
            let is = Expr::Compare(Compare::Equal, Term::Variable(group.owner), Term::Constant(node as i64, name));
            Arc::new(Expr::And(vec![Arc::new(is), Arc::clone(needs)]))
        });
        let online = Arc::new(Expr::Or(owned.collect()));
        Provided { name: group.name.clone(), need: 1, by, online: Some(online) }
    });
    let mut all: Vec<Provided> = groups.collect();
    for always in &world.always {
        counted(&always.name, &always.expr, &mut all);
    }
    all
}

/// `some n: p(n)` and `count n: p(n) >= k`, also where several of them are joined by `and` or stand in a definition.
fn counted(name: &str, expr: &Expr, all: &mut Vec<Provided>) {
    let mut add = |need: i64, by: &[Arc<Expr>]| {
        if let (Ok(need @ 1..), true) = (u32::try_from(need), by.len() > 1) {
            let by: Vec<Arc<Expr>> = by.to_vec();
            all.push(Provided { name: name.to_owned(), need, by, online: None });
        }
    };
    match expr {
        Expr::Named(_, inner) => counted(name, inner, all),
        Expr::And(parts) => parts.iter().for_each(|part| counted(name, part, all)),
        Expr::Or(parts) => add(1, parts),
        Expr::Compare(Compare::AtLeast, Term::Count(by), Term::Constant(need, _))
        | Expr::Compare(Compare::AtMost, Term::Constant(need, _), Term::Count(by)) => add(*need, by),
        Expr::Compare(Compare::Greater, Term::Count(by), Term::Constant(need, _))
        | Expr::Compare(Compare::Less, Term::Constant(need, _), Term::Count(by)) => add(need + 1, by),
        _ => {}
    }
}

/// Conditions that say how many could, as many as can be watched beside `own` others; and the names of those that cannot.
fn gauges(provided: &[Provided], own: usize, span: Span) -> (Gauges, Vec<Condition>, Vec<String>) {
    let mut gauges = Gauges { own: u32::try_from(own).expect("few conditions"), gauges: Vec::new() };
    let (mut more, mut left_out): (Vec<Condition>, Vec<String>) = (Vec::new(), Vec::new());
    let all = |most: &dyn Fn(&Provided) -> usize| -> usize {
        provided.iter().map(|one| most(one) + usize::from(one.online.is_some())).sum()
    };
    let full = |one: &Provided| one.by.len();
    let short = |one: &Provided| one.by.len().min(one.need as usize + 1);
    let room = Watch::CAPACITY.saturating_sub(own);
    let levels: &dyn Fn(&Provided) -> usize = if all(&full) <= room { &full } else { &short };
    for one in provided {
        let conditions = levels(one) + usize::from(one.online.is_some());
        if !left_out.is_empty() || more.len() + conditions > room {
            left_out.push(one.name.clone());
            continue;
        }
        let mut add = |expr: Arc<Expr>| {
            let index = own + more.len();
            more.push(Condition { name: one.name.clone(), cite: Vec::new(), expr, span });
            u32::try_from(index).expect("few conditions")
        };
        let level = |level: usize| {
            let bound = Term::Constant(level as i64, level.to_string());
            Arc::new(Expr::Compare(Compare::AtLeast, Term::Count(one.by.clone()), bound))
        };
        let levels = (1..=levels(one)).map(|at| add(level(at))).collect();
        let online = one.online.clone().map(&mut add);
        gauges.gauges.push(Gauge { need: one.need, levels, online });
    }
    (gauges, more, left_out)
}
