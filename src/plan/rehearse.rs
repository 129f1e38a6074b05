//! Whether a drill may pass, over sets of values: what surely fails so, fails in every state that the sets stand for.

use super::relax::{Cond, Effect, Relaxed, Sets, may};
use crate::system::{Condition, Drill, Step};

/// One outcome: when it is possible, and what it does.
type Way = (Cond, Vec<Effect>);

/// A step with what it does one thing after the other.
struct Tried {
    needs: Vec<Cond>,
    phases: Vec<Vec<Way>>,
}

/// A drill over sets of values.
pub struct Rehearsal {
    act: Vec<Tried>,
    expect: Vec<Cond>,
    then: Vec<Tried>,
    expect_after: Vec<Cond>,
}

impl Rehearsal {
    /// A drill of the system that is relaxed.
    pub fn new(relaxed: &Relaxed, drill: &Drill) -> Rehearsal {
        let tried = |steps: &[Step]| steps.iter().map(|step| tried(relaxed, step)).collect();
        Rehearsal {
            act: tried(&drill.act),
            expect: conds(relaxed, [&drill.expect]),
            then: tried(&drill.then),
            expect_after: conds(relaxed, &drill.expect_after),
        }
    }

    /// Whether it may pass.
    pub fn may_pass(&self, relaxed: &Relaxed, sets: &Sets) -> bool {
        let all = |conds: &[Cond], sets: &Sets| conds.iter().all(|cond| may(cond, true, sets));
        let go = |steps: &[Tried], sets: Sets| {
            steps.iter().try_fold(sets, |sets, step| {
                let first = step.needs.iter().all(|need| may(need, true, &sets));
                first.then_some(()).and_then(|()| {
                    step.phases
                        .iter()
                        .enumerate()
                        .try_fold(sets, |sets, (place, ways)| after(relaxed, (ways, place > 0), &sets))
                })
            })
        };
        let Some(acted) = go(&self.act, sets.clone()) else { return false };
        all(&self.expect, &acted) && go(&self.then, acted).is_some_and(|sets| all(&self.expect_after, &sets))
    }
}

fn conds<'c>(relaxed: &Relaxed, conditions: impl IntoIterator<Item = &'c Condition>) -> Vec<Cond> {
    let parts = conditions.into_iter().flat_map(|condition| &condition.parts);
    parts.map(|part| relaxed.cond(&part.predicate)).collect()
}

fn tried(relaxed: &Relaxed, step: &Step) -> Tried {
    let way = |outcome: &crate::system::Outcome| {
        let mut effects = Vec::new();
        for assign in &outcome.assigns {
            relaxed.assigned(assign, &mut effects);
        }
        (relaxed.cond(&outcome.when), effects)
    };
    Tried {
        needs: conds(relaxed, &step.needs),
        phases: step.phases.iter().map(|phase| phase.outcomes.iter().map(way).collect()).collect(),
    }
}

/// What a phase makes of sets, with all that reactions may add; None where no outcome is possible.
fn after(relaxed: &Relaxed, (ways, later): (&[Way], bool), sets: &Sets) -> Option<Sets> {
    // A later phase none of whose outcomes is possible changes nothing.
    let idle = later && ways.iter().all(|(when, _)| may(when, false, sets));
    let mut joined: Option<Sets> = idle.then(|| sets.clone());
    for (_, effects) in ways.iter().filter(|(when, _)| may(when, true, sets)) {
        let mut after = sets.clone();
        // What surely is written takes the place of what was there; what may be written comes beside it.
        let mut sure = vec![false; sets.len()];
        for effect in effects.iter().filter(|effect| effect.when.iter().all(|when| !may(when, false, sets))) {
            after[effect.field] = effect.value;
            sure[effect.field] = true;
        }
        for effect in effects.iter().filter(|effect| effect.when.iter().all(|when| may(when, true, sets))) {
            if !sure[effect.field] {
                after[effect.field] |= effect.value;
            }
        }
        joined = Some(match joined {
            None => after,
            Some(other) => other.iter().zip(&after).map(|(a, b)| a | b).collect(),
        });
    }
    joined.map(|sets| relaxed.settled(sets))
}
