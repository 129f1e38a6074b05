//! Why: who gave the variables the values that break something in this run, while what held, and where that came from in turn.
//!
//! Comes in: a run, the variables, and what would have to hold. Goes out: the chain of [`Because`], each link of which was
//! checked: with the write left out (or with another value written) it must be possible that what does not hold does; with another
//! value read, the write must come out otherwise. What fails the check is not told.
//!
//! Where two values were each enough to break something, a link is checked as if the other were as one likes, and says so.

use super::cause::{value_name, var_name};
use super::data::Because;
use super::history::{History, When};
use super::otherwise::{Change, otherwise};
use super::reasons::{Reasons, others, reasons, with};
use super::support::support;
use crate::system::{Predicate, Slot, State, VarId};
use std::collections::{BTreeSet, VecDeque};

/// More links of a chain than this are not shown.
const LONGEST_CHAIN: usize = 8;
/// Values that were each enough to break something are looked for in sets of so many at most.
const MOST_BESIDE: usize = 10;

/// A value that is to be explained.
struct Asked {
    var: VarId,
    /// The value that it has just before this moment.
    limit: When,
    /// Whether it breaks something itself.
    first: bool,
    /// What was enough to break the same, too.
    beside: Option<Beside>,
}

/// Values that were each enough to break a part, beside one that is asked about.
#[derive(Clone)]
struct Beside {
    /// Index into the parts that do not hold.
    part: usize,
    vars: Vec<VarId>,
}

/// Where the values that the variables have at the end come from: who changed each last, while what held, and where that came
/// from in turn. Nearest first, at most [`LONGEST_CHAIN`]. `parts` are what does not hold at the end.
pub fn because(history: &History<'_>, vars: &[VarId], parts: &[Predicate]) -> Vec<Because> {
    let failure = Failure { history, parts };
    let limit = When { act: history.acts.len(), moment: 0 };
    let asked = |var: &VarId| Asked { var: *var, limit, first: true, beside: failure.beside(*var) };
    let mut queue: VecDeque<Asked> = vars.iter().map(asked).collect();
    let mut seen: Vec<(VarId, Option<When>)> = Vec::new();
    let mut chain = Vec::new();
    while let Some(Asked { var, limit, first, beside }) = queue.pop_front() {
        let origin = &history.system.origins.vars[var.0 as usize];
        let change = history.last_change(var, limit);
        if origin.hidden || seen.contains(&(var, change)) || chain.len() == LONGEST_CHAIN {
            continue;
        }
        seen.push((var, change));
        let mut because = match change {
            Some(when) => {
                let Some(others) = failure.needs(var, when, beside.as_ref()) else { continue };
                let reasons = reasons(history.system, history.at(when), var);
                let both = reasons.all.iter().chain(&reasons.one_of);
                queue.extend(both.map(|reason| Asked {
                    var: *reason,
                    limit: when,
                    first: false,
                    beside: beside.clone(),
                }));
                told(history, (var, when), &reasons, &others)
            }
            // What it started with is worth saying of the values asked about; further back it only adds length.
            None if first && failure.turns_on(var, beside.as_ref()) => from_the_start(history, var),
            None => continue,
        };
        for other in beside.iter().filter(|_| first).flat_map(|beside| &beside.vars) {
            let value = value_name(history.system, *other, &history.last());
            because.also.push(format!("{} being {value}", var_name(history.system, *other)));
        }
        chain.push(because);
    }
    chain
}

/// What does not hold at the end of a run.
struct Failure<'f, 's> {
    history: &'f History<'s>,
    parts: &'f [Predicate],
}

impl Failure<'_, '_> {
    /// Whether some of it holds in a state; with `beside`, whether that part would with other values of those variables.
    fn mended(&self, state: &State, beside: Option<&Beside>) -> bool {
        match beside {
            None => self.parts.iter().any(|part| part.holds(state)),
            Some(beside) => self.could_hold(&self.parts[beside.part], state, &beside.vars),
        }
    }

    /// Whether a part holds in a state, or would with other values of these variables.
    fn could_hold(&self, part: &Predicate, state: &State, vars: &[VarId]) -> bool {
        self.mending(part, state, (&mut Vec::new(), vars.len()), &|var| vars.contains(&var)).is_some()
    }

    /// The state with every other value of a variable.
    fn variants(&self, state: &State, var: VarId) -> Vec<State> {
        let system = self.history.system;
        let values = others(system, var, system.layout.get(state, var));
        values.map(|value| with(system, var, state, value)).collect()
    }

    /// Whether another value of a variable at the end would have mended something. Of what nothing can write, nobody knows.
    fn turns_on(&self, var: VarId, beside: Option<&Beside>) -> bool {
        let constant = matches!(self.history.system.layout.slots[var.0 as usize], Slot::Constant(_));
        constant || self.variants(&self.history.last(), var).iter().any(|state| self.mended(state, beside))
    }

    /// Where no other value of a variable would have mended anything: the fewest other variables that were each enough, too. None
    /// where there are too many.
    fn beside(&self, var: VarId) -> Option<Beside> {
        if self.turns_on(var, None) {
            return None;
        }
        let last = self.history.last();
        let visible = |var: VarId| !self.history.system.origins.vars[var.0 as usize].hidden;
        (1..=MOST_BESIDE).find_map(|most| {
            self.parts.iter().enumerate().find_map(|(index, part)| {
                let mut variants = self.variants(&last, var).into_iter();
                let found = variants.find_map(|state| self.mending(part, &state, (&mut vec![var], most), &visible));
                let vars = found.filter(|vars| !self.could_hold(part, &last, vars))?;
                Some(Beside { part: index, vars })
            })
        })
    }

    /// At most so many of the variables that are allowed, apart from those changed already, with other values of which a part
    /// would hold. Whatever makes it hold changes something of every reason why it does not: one such reason is followed at
    /// a time.
    fn mending(
        &self,
        part: &Predicate,
        state: &State,
        (changed, most): (&mut Vec<VarId>, usize),
        allowed: &dyn Fn(VarId) -> bool,
    ) -> Option<Vec<VarId>> {
        if part.holds(state) {
            return Some(Vec::new());
        }
        let reasons = if most == 0 { Vec::new() } else { support(&self.history.system.layout, part, state) };
        for var in reasons {
            if changed.contains(&var) || !allowed(var) {
                continue;
            }
            changed.push(var);
            let mut variants = self.variants(state, var).into_iter();
            let found = variants.find_map(|state| self.mending(part, &state, (changed, most - 1), allowed));
            changed.pop();
            if let Some(mut found) = found {
                found.insert(0, var);
                return Some(found);
            }
        }
        None
    }

    /// Whether it could have come to something else without this write; and the acts that would have written the same, where
    /// it takes all of them away. None where it would have come to the same in any case, as far as that was followed.
    fn needs(&self, var: VarId, when: When, beside: Option<&Beside>) -> Option<BTreeSet<usize>> {
        let written = self.history.system.layout.get(&self.history.at(when).after, var);
        let instead = others(self.history.system, var, written).map(Change::Instead);
        for change in [Change::LeftOut, Change::NeverAgain].into_iter().chain(instead) {
            let ends = otherwise(self.history, when, var, change);
            if let Some(end) = ends.into_iter().find(|end| self.mended(&end.state, beside)) {
                return Some(end.others);
            }
        }
        None
    }
}

fn from_the_start(history: &History<'_>, var: VarId) -> Because {
    Because {
        variable: var_name(history.system, var),
        value: value_name(history.system, var, &history.initial),
        step: None,
        actor: None,
        reaction: None,
        while_: Vec::new(),
        while_one_of: Vec::new(),
        also: Vec::new(),
        cite: Vec::new(),
    }
}

fn told(history: &History<'_>, (var, when): (VarId, When), reasons: &Reasons, others: &BTreeSet<usize>) -> Because {
    let system = history.system;
    let moment = history.at(when);
    let act = &history.acts[when.act];
    let actor_cite = moment.reaction.map_or(act.who.cite(), |reaction| &reaction.cite);
    let mut cite: Vec<String> = moment.outcome.map_or(&[][..], |outcome| &outcome.cite).to_vec();
    let raised = moment.events().iter().flat_map(|event| &system.origins.events[event.0 as usize].cite);
    // What is said of this very outcome says more than what is said of the step as a whole.
    let general = if cite.is_empty() { actor_cite } else { &[] };
    for source in raised.chain(general) {
        if !cite.contains(source) {
            cite.push(source.clone());
        }
    }
    let values = |vars: &[VarId]| {
        vars.iter().map(|var| (var_name(system, *var), value_name(system, *var, &moment.before))).collect()
    };
    Because {
        variable: var_name(system, var),
        value: value_name(system, var, &moment.after),
        step: act.occurrence().map(|_| history.number(when.act)),
        actor: act.who.name().map(str::to_owned),
        reaction: moment.reaction.map(|reaction| reaction.name.clone()),
        while_: values(&reasons.all),
        while_one_of: values(&reasons.one_of),
        also: others.iter().filter_map(|act| named(history, *act)).collect(),
        cite,
    }
}

/// `step 4 (restart A)`
fn named(history: &History<'_>, act: usize) -> Option<String> {
    let act_name = history.acts[act].who.name()?;
    Some(match history.acts[act].occurrence() {
        Some(_) => format!("step {} ({act_name})", history.number(act)),
        None => act_name.to_owned(),
    })
}
