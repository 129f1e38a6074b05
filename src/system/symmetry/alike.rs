//! Whether two nodes can change places without anything else changing.
//!
//! In: a system in forms, and the fields of two nodes. Out: what else changes places with them ([`Shuffle`]), or nothing where the system would be
//! another one. Looked at are steps (for an ordered procedure those that occur, and how), reactions, faults, `always`, health, drills and the initial
//! states. Claims are not: they say nothing about what the system does, and are asked of all orderings, not of those of one orbit.

use super::super::{Procedure, State, System};
use super::form::{Deed, FormId, Forms, Swap};
use super::plan::{PlanForm, Shuffle};
use std::collections::BTreeSet;

/// A drill in forms.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Trial {
    act: Vec<Deed>,
    expect: FormId,
    then: Vec<Deed>,
    expect_after: FormId,
}

/// A system in forms.
pub struct Alike<'s> {
    system: &'s System,
    /// All its forms.
    pub forms: Forms,
    plan: Option<PlanForm<'s>>,
    /// All steps of a world alone; none for an ordered procedure, whose plan has them.
    steps: Vec<Deed>,
    reactions: Vec<Deed>,
    faults: Vec<Deed>,
    kept: Vec<FormId>,
    drills: Vec<Trial>,
    initial: BTreeSet<State>,
}

impl<'s> Alike<'s> {
    /// A system in forms. None where a condition cuts a field.
    pub fn of(system: &'s System, mut forms: Forms) -> Option<Alike<'s>> {
        let (mut plan, mut steps) = (None, Vec::new());
        let mut told_apart = [u64::MAX; super::super::MAX_WORDS];
        match &system.procedure {
            Procedure::Ordered(ordered) => {
                plan = Some(PlanForm::of(system, ordered, &mut forms)?);
                // Bits that nothing reads are left out wherever orderings are looked at.
                told_apart = system.relevant();
            }
            Procedure::Free => {
                steps = system.steps.iter().map(|step| forms.step(step)).collect::<Option<_>>()?;
                steps.sort_unstable();
            }
        }
        let actions = system.reactions.iter().map(|action| forms.action(action));
        let mut reactions: Vec<Deed> = actions.collect::<Option<_>>()?;
        reactions.sort_unstable();
        let actions = system.faults.iter().map(|fault| forms.action(&fault.action));
        let mut faults: Vec<Deed> = actions.collect::<Option<_>>()?;
        faults.sort_unstable();
        let mut kept = vec![forms.conditions(&system.always)?];
        let mut drills = Vec::new();
        // A world alone has no end.
        let ends = plan.is_some();
        if ends {
            kept.push(forms.conditions(&system.health)?);
        }
        for drill in system.drills.iter().filter(|_| ends) {
            let act = drill.act.iter().map(|step| forms.step(step)).collect::<Option<_>>()?;
            let then = drill.then.iter().map(|step| forms.step(step)).collect::<Option<_>>()?;
            let expect = forms.conditions(std::slice::from_ref(&drill.expect))?;
            drills.push(Trial { act, expect, then, expect_after: forms.conditions(&drill.expect_after)? });
        }
        drills.sort_unstable();
        let shorn = |state: &State| std::array::from_fn(|word| state[word] & told_apart[word]);
        let initial = system.initial.iter().map(shorn).collect();
        Some(Alike { system, forms, plan, steps, reactions, faults, kept, drills, initial })
    }

    /// What else changes places where these fields do; with the fields of what `if`s remember, which go along. None where the system
    /// would be another one. Linear in the system, but for lists of steps in any order, in which each looks for its place.
    pub fn swapped(&self, mut fields: Vec<u16>) -> Option<(Shuffle, Vec<u16>)> {
        let mut shuffle = Shuffle::default();
        if let Some(plan) = &self.plan {
            shuffle = plan.shuffled(&self.forms, &mut Swap::new(fields.clone()))?;
            let Procedure::Ordered(ordered) = &self.system.procedure else { return None };
            for (guard, image) in ordered.guards.iter().zip(&shuffle.guards) {
                let memory = guard.memory.and_then(|memory| self.forms.fields.number(memory));
                let other = ordered.guards[*image as usize].memory;
                if let (Some(memory), Some(other)) = (memory, other) {
                    fields[usize::from(memory)] = self.forms.fields.number(other)?;
                }
            }
            // Nothing but `if`s should look at what they remember; where something does, this notices.
            if plan.shuffled(&self.forms, &mut Swap::new(fields.clone()))? != shuffle {
                return None;
            }
        }
        let mut swap = Swap::new(fields);
        let swap = &mut swap;
        let deeds = |list: &[Deed], swap: &mut Swap| {
            let mut images = Vec::with_capacity(list.len());
            for deed in list {
                images.push(self.forms.deed(deed, swap)?);
            }
            images.sort_unstable();
            (images == list).then_some(())
        };
        if !self.kept.iter().all(|kept| self.forms.image(*kept, swap) == Some(*kept)) {
            return None;
        }
        if !self.initial.iter().all(|state| self.initial.contains(&self.forms.state(state, swap))) {
            return None;
        }
        deeds(&self.steps, swap)?;
        deeds(&self.reactions, swap)?;
        deeds(&self.faults, swap)?;
        let mut drills = Vec::with_capacity(self.drills.len());
        for Trial { act, expect, then, expect_after } in &self.drills {
            let act = act.iter().map(|deed| self.forms.deed(deed, swap)).collect::<Option<_>>()?;
            let then = then.iter().map(|deed| self.forms.deed(deed, swap)).collect::<Option<_>>()?;
            let [expect, expect_after] = [self.forms.image(*expect, swap)?, self.forms.image(*expect_after, swap)?];
            drills.push(Trial { act, expect, then, expect_after });
        }
        drills.sort_unstable();
        (drills == self.drills).then(|| (shuffle, std::mem::take(&mut swap.fields)))
    }
}
