//! Which steps of two runbooks are the same.
//!
//! In: two systems. Out: pairs of occurrences. A step is first found by a label of its own, then by its sentence: the first of
//! those that are left with this sentence is the first in the other, the second the second.

use crate::system::{Occurrence, OccurrenceId, Plan, Procedure, System};

/// Which steps of two runbooks are the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SharedSteps {
    /// The old one and the new one, in the order of the new document.
    pub both: Vec<(OccurrenceId, OccurrenceId)>,
    /// Steps that only the old runbook has.
    pub only_old: Vec<OccurrenceId>,
    /// Steps that only the new runbook has.
    pub only_new: Vec<OccurrenceId>,
}

impl SharedSteps {
    /// Finds them. Quadratic in the number of steps, which is small.
    ///
    /// # Panics
    /// If a procedure is [`Procedure::Free`]: a world alone has no orderings.
    pub fn of(old: &System, new: &System) -> SharedSteps {
        let (old, new) = (names(old), names(new));
        let mut found: Vec<(usize, usize)> = Vec::new();
        let own = |names: &[Name<'_>], label: &str| names.iter().position(|name| name.label == Some(label));
        for (at, name) in new.iter().enumerate() {
            found.extend(name.label.and_then(|label| own(&old, label)).map(|before| (before, at)));
        }
        for (at, name) in new.iter().enumerate() {
            if found.iter().all(|(_, taken)| *taken != at) {
                let free = |before: &usize| found.iter().all(|(taken, _)| taken != before);
                let before = (0..old.len()).find(|before| old[*before].sentence == name.sentence && free(before));
                found.extend(before.map(|before| (before, at)));
            }
        }
        found.sort_by_key(|(_, at)| *at);
        let id = |at: usize| OccurrenceId(u32::try_from(at).expect("a plan has few occurrences"));
        SharedSteps {
            both: found.iter().map(|(before, at)| (id(*before), id(*at))).collect(),
            only_old: (0..old.len()).filter(|at| found.iter().all(|(taken, _)| taken != at)).map(id).collect(),
            only_new: (0..new.len()).filter(|at| found.iter().all(|(_, taken)| taken != at)).map(id).collect(),
        }
    }

    /// Whether both runbooks have the same steps.
    pub fn are_all(&self) -> bool {
        self.only_old.is_empty() && self.only_new.is_empty()
    }

    /// The same, seen from the new runbook.
    pub(super) fn turned(&self) -> SharedSteps {
        SharedSteps {
            both: self.both.iter().map(|(old, new)| (*new, *old)).collect(),
            only_old: self.only_new.clone(),
            only_new: self.only_old.clone(),
        }
    }

    /// The new step for an old one.
    pub(super) fn renamed(&self, old: OccurrenceId) -> Option<OccurrenceId> {
        self.both.iter().find(|(before, _)| *before == old).map(|(_, now)| *now)
    }
}

struct Name<'s> {
    /// A label that is not made from the sentence.
    label: Option<&'s str>,
    sentence: &'s str,
}

fn names(system: &System) -> Vec<Name<'_>> {
    let plan = plan(system);
    let name = |occurrence: &'_ Occurrence| system.steps[occurrence.step.0 as usize].name.as_str();
    let own = |occurrence: &Occurrence| !is_made_from(&occurrence.label, name(occurrence));
    let occurrences = plan.occurrences.iter();
    occurrences
        .map(|occurrence| Name {
            label: own(occurrence).then_some(occurrence.label.as_str()),
            sentence: name(occurrence),
        })
        .collect()
}

/// Whether a label is the sentence, or the sentence with a number: `restart A (2)`.
fn is_made_from(label: &str, sentence: &str) -> bool {
    let rest = label.strip_prefix(sentence);
    rest.is_some_and(|rest| {
        let number = rest.strip_prefix(" (").and_then(|rest| rest.strip_suffix(')'));
        rest.is_empty() || number.is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
    })
}

fn plan(system: &System) -> &Plan {
    match &system.procedure {
        Procedure::Ordered(plan) => plan,
        Procedure::Free => panic!("a world explored alone has no orderings"),
    }
}

#[cfg(test)]
mod tests {
    use super::is_made_from;

    #[test]
    fn a_sentence_with_a_number_is_no_label_of_its_own() {
        assert!(is_made_from("restart A", "restart A") && is_made_from("restart A (2)", "restart A"));
        assert!(!is_made_from("second", "restart A") && !is_made_from("restart A again", "restart A"));
    }
}
