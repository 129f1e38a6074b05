//! The rules of a runbook as a monitor: what the order so far has that a rule forbids.

use super::machine::Machine;
use super::model::{Expr, Role, Update, Var, Variable};
use super::place::Place;
use crate::base::Map;
use crate::system::{Block, OccurrenceId, Plan};
use crate::verdict::Pattern;

/// Which orderings are good.
#[derive(Clone, Debug)]
pub enum Law {
    /// None.
    Never,
    /// Exactly those that are like none of these.
    Unless(Vec<Pattern>),
}

/// The variables that the rules need.
pub(super) struct Order {
    law: Law,
    /// For an occurrence that a rule asks for: the flag that says it was done, where *done* may mean that it was left out.
    came: Map<OccurrenceId, Var>,
    /// Whether one came before the other.
    before: Map<(OccurrenceId, OccurrenceId), Var>,
    labels: Vec<String>,
}

impl Order {
    /// Adds the variables.
    pub fn of(plan: &Plan, law: &Law, vars: &mut Vec<Variable>) -> Order {
        let labels: Vec<String> = plan.occurrences.iter().map(|one| one.label.clone()).collect();
        let mut order = Order { law: law.clone(), came: Map::default(), before: Map::default(), labels };
        let Law::Unless(patterns) = law else { return order };
        let mut add = |name: String| {
            let values = vec!["no".to_owned(), "yes".to_owned()];
            vars.push(Variable { name, values, role: Role::Order });
            vars.len() - 1
        };
        let label = |id: OccurrenceId| &order.labels[id.0 as usize];
        for Pattern { done, before, left_out } in patterns {
            for id in done.iter().chain(left_out).filter(|_| may_leave_out(&plan.root)) {
                order.came.entry(*id).or_insert_with(|| add(format!("came {}", label(*id))));
            }
            for (earlier, later) in before {
                let name = || format!("{} before {}", label(*earlier), label(*later));
                order.before.entry((*earlier, *later)).or_insert_with(|| add(name()));
            }
        }
        order
    }

    fn came(&self, id: OccurrenceId, place: &Place<'_>) -> Expr {
        self.came.get(&id).map_or_else(|| place.is_done(id), |var| Expr::flag(*var))
    }

    /// What an occurrence changes.
    pub fn updates(&self, id: OccurrenceId, place: &Place<'_>) -> Vec<Update> {
        let came = self.came.get(&id).map(|var| Update::always(*var, 1));
        let after = self.before.iter().filter(|((_, later), _)| *later == id);
        let after = after.map(|((earlier, _), var)| Update::when(self.came(*earlier, place), *var, 1));
        came.into_iter().chain(after).collect()
    }

    /// Whether a whole ordering is one of those that the rules call good.
    pub fn holds(&self, machine: &mut Machine<'_>, place: &Place<'_>) -> Expr {
        let Law::Unless(patterns) = &self.law else { return Expr::Constant(false) };
        let mut broken = Vec::new();
        for (number, Pattern { done, before, left_out }) in (1..).zip(patterns) {
            let label = |id: &OccurrenceId| self.labels[id.0 as usize].as_str();
            let ordered = |id: &&OccurrenceId| before.iter().all(|(earlier, later)| earlier != *id && later != *id);
            let alone: Vec<&OccurrenceId> = done.iter().filter(ordered).collect();
            let mut comments: Vec<String> =
                before.iter().map(|(earlier, later)| format!("{} before {}", label(earlier), label(later))).collect();
            comments.extend(alone.iter().map(|id| format!("{} is done", label(id))));
            comments.extend(left_out.iter().map(|id| format!("{} is left out", label(id))));
            let before = before.iter().map(|pair| Expr::flag(self.before[pair]));
            let alone = alone.into_iter().map(|id| self.came(*id, place));
            let left_out = left_out.iter().map(|id| self.came(*id, place).negated());
            let parts = Expr::all(before.chain(alone).chain(left_out));
            broken.push(machine.define(format!("rule {number} is broken"), comments, parts));
        }
        machine.define("the rules hold", Vec::new(), Expr::any(broken).negated())
    }
}

fn may_leave_out(block: &Block) -> bool {
    match block {
        Block::Step(_) => false,
        Block::Optional(_) | Block::Either(_) => true,
        Block::Undivided(inner) => may_leave_out(inner),
        Block::Sequence(children) | Block::Interleaved(children) => children.iter().any(may_leave_out),
    }
}
