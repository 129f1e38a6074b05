//! A plan in words: a line for each place, said once; what comes again is referred to by its number.
//!
//! Comes in: a plan over a system. Goes out: [`PlanItem`]s without packed states.

use super::data::{CrashBranch, LookCase, PlanItem, StepName};
use crate::plan::{Hopeless, Node, Plan};
use crate::system::{StepId, System, VarId};
use rustc_hash::FxHashMap;

/// Tells a plan. `of_runbook` gives the steps of a runbook that a step of the world is, if it is still to come there.
pub fn plan(system: &System, plan: &Plan, of_runbook: impl Fn(StepId) -> Vec<StepName>) -> Vec<PlanItem> {
    let mut telling = Telling { system, plan, of_runbook, numbers: FxHashMap::default() };
    telling.block(plan.root)
}

struct Telling<'p, F> {
    system: &'p System,
    plan: &'p Plan,
    of_runbook: F,
    numbers: FxHashMap<usize, usize>,
}

impl<F: Fn(StepId) -> Vec<StepName>> Telling<'_, F> {
    fn number(&mut self, node: usize) -> usize {
        let number = self.numbers.len() + 1;
        self.numbers.insert(node, number);
        number
    }

    /// The steps from a node on, up to the end, to where one has to look, or to a step that was told before; then what crashes
    /// call for, so that the way without any has the first numbers.
    fn block(&mut self, mut node: usize) -> Vec<PlanItem> {
        let mut items = Vec::new();
        let mut crashing = Vec::new();
        let last = loop {
            if let Some(number) = self.numbers.get(&node) {
                break PlanItem::GoOn { number: *number };
            }
            match &self.plan.nodes[node] {
                Node::Done => break PlanItem::Done,
                Node::Step { step, crashes, next } => {
                    let number = self.number(node);
                    let sentence = self.system.steps[step.0 as usize].name.clone();
                    let of_runbook = (self.of_runbook)(*step);
                    crashing.push(crashes);
                    items.push(PlanItem::Step { number, sentence, of_runbook, crashes: Vec::new() });
                    node = *next;
                }
                Node::Look { variables, cases } => {
                    let number = self.number(node);
                    let at = variables.iter().map(|var| self.name(*var)).collect();
                    let cases = cases
                        .iter()
                        .map(|(values, next)| LookCase { seen: self.seen(variables, values), then: self.block(*next) });
                    break PlanItem::Look { number, at, cases: cases.collect() };
                }
            }
        };
        for (item, faults) in items.iter_mut().zip(crashing) {
            let PlanItem::Step { crashes, .. } = item else { continue };
            for (fault, next) in faults {
                let fault = self.system.faults[fault.0 as usize].action.name.clone();
                crashes.push(CrashBranch { fault, then: self.block(*next) });
            }
        }
        items.push(last);
        items
    }

    fn name(&self, var: VarId) -> String {
        self.system.origins.vars[var.0 as usize].name.clone()
    }

    fn seen(&self, variables: &[VarId], values: &[Vec<u8>]) -> Vec<Vec<String>> {
        if let [var] = variables {
            let values: Vec<u8> = values.iter().map(|value| value[0]).collect();
            return vec![vec![said(self.system, *var, &values)]];
        }
        let alternative = |values: &Vec<u8>| {
            variables.iter().zip(values).map(|(var, value)| said(self.system, *var, &[*value])).collect()
        };
        values.iter().map(alternative).collect()
    }
}

/// `clussvc(B) == running`, `up(A)`, `nt(A) in (sp3, sp4)`
fn said(system: &System, var: VarId, values: &[u8]) -> String {
    let origin = &system.origins.vars[var.0 as usize];
    let value = |value: &u8| origin.values.get(*value as usize).cloned().unwrap_or_else(|| value.to_string());
    let truth = origin.values == ["no", "yes"];
    match values {
        [1] if truth => origin.name.clone(),
        [0] if truth => format!("not {}", origin.name),
        [one] => format!("{} == {}", origin.name, value(one)),
        several => format!("{} in ({})", origin.name, several.iter().map(value).collect::<Vec<_>>().join(", ")),
    }
}

/// The texts of the parts of health.
pub fn part_texts(system: &System) -> Vec<String> {
    system.health.iter().flat_map(|condition| &condition.parts).map(|part| part.text.clone()).collect()
}

/// Why there is no plan, a sentence each. `cases` has what is known of each case.
pub fn never(system: &System, hopeless: &Hopeless, cases: &[String]) -> Vec<String> {
    let texts = part_texts(system);
    let mut reasons = Vec::new();
    if hopeless.lost.len() < hopeless.of {
        let known: Vec<&str> = hopeless
            .lost
            .iter()
            .filter_map(|case| cases.get(*case))
            .map(String::as_str)
            .filter(|case| !case.is_empty())
            .collect();
        let which = if known.is_empty() { String::new() } else { format!(": {}", known.join("; ")) };
        let (lost, of) = (hopeless.lost.len(), hopeless.of);
        reasons.push(format!("in {lost} of the {of} cases that may be there is no way{which}"));
    }
    for part in &hopeless.never {
        if let Some(text) = texts.get(*part) {
            reasons.push(format!("never holds again, whatever is done: {text}"));
        }
    }
    for drill in &hopeless.drills {
        if hopeless.never.is_empty() {
            reasons.push(format!("never passes again, whatever is done: drill {}", system.drills[*drill].name));
        }
    }
    for (var, values) in &hopeless.stuck {
        let origin = &system.origins.vars[var.0 as usize];
        let all = (0u8..64).filter(|value| values >> value & 1 == 1);
        let all: Vec<String> = all.filter_map(|value| origin.values.get(value as usize).cloned()).collect();
        reasons.push(match &all[..] {
            [one] => format!("{} stays {one}: no step changes it from here", origin.name),
            several => format!("{} can only be {} from here", origin.name, several.join(" or ")),
        });
    }
    match hopeless.luck {
        Some(true) => reasons.push("with luck it can be reached; no steps reach it whatever comes of them".to_owned()),
        Some(false) if hopeless.never.is_empty() && hopeless.drills.is_empty() => {
            reasons.push(
                "no steps reach it, whatever comes of them: every state that they lead to was looked at".to_owned(),
            );
        }
        Some(false) | None => {}
    }
    reasons
}
