//! What a rule says, as data: the forms that have a sentence of their own, and what each of them forbids.

use crate::system::OccurrenceId;
use crate::verdict::Pattern;

/// What a good ordering does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saying {
    /// All of each set come before all of the next.
    Stages(Vec<Vec<OccurrenceId>>),
    /// None of `steps` comes after `first` and before `last`; nor, if it holds `both_ways`, after `last` and before `first`.
    NotBetween {
        /// What does not come between.
        steps: Vec<OccurrenceId>,
        /// After this.
        first: OccurrenceId,
        /// Before this.
        last: OccurrenceId,
        /// Also the other way round.
        both_ways: bool,
    },
    /// It does not fit this.
    Never(Pattern),
}

impl Saying {
    /// All that it forbids: an ordering does as the rule says exactly when it fits none of these.
    pub fn forbids(&self) -> Vec<Pattern> {
        match self {
            Saying::Stages(stages) => {
                let pairs = stages.windows(2).flat_map(|pair| {
                    pair[0].iter().flat_map(move |earlier| pair[1].iter().map(move |later| (*earlier, *later)))
                });
                pairs.map(|(earlier, later)| in_this_order(&[later, earlier])).collect()
            }
            Saying::NotBetween { steps, first, last, both_ways } => {
                let one_way = |first, last| steps.iter().map(move |step| in_this_order(&[first, *step, last]));
                let back = one_way(*last, *first).filter(|_| *both_ways);
                one_way(*first, *last).chain(back).collect()
            }
            Saying::Never(pattern) => vec![pattern.clone()],
        }
    }

    /// The same of other steps; None where one has no counterpart.
    pub fn mapped(&self, to: &impl Fn(OccurrenceId) -> Option<OccurrenceId>) -> Option<Saying> {
        let all = |steps: &[OccurrenceId]| steps.iter().map(|id| to(*id)).collect::<Option<Vec<_>>>();
        Some(match self {
            Saying::Stages(stages) => Saying::Stages(stages.iter().map(|stage| all(stage)).collect::<Option<_>>()?),
            Saying::NotBetween { steps, first, last, both_ways } => {
                Saying::NotBetween { steps: all(steps)?, first: to(*first)?, last: to(*last)?, both_ways: *both_ways }
            }
            Saying::Never(pattern) => Saying::Never(mapped(pattern, to)?),
        })
    }

    /// The steps it names, each once.
    pub fn steps(&self) -> Vec<OccurrenceId> {
        let mut steps: Vec<OccurrenceId> = match self {
            Saying::Stages(stages) => stages.concat(),
            Saying::NotBetween { steps, first, last, .. } => steps.iter().copied().chain([*first, *last]).collect(),
            Saying::Never(pattern) => pattern.done.iter().chain(&pattern.left_out).copied().collect(),
        };
        steps.sort_unstable();
        steps.dedup();
        steps
    }
}

/// The pattern of steps that are done one after the other.
pub fn in_this_order(steps: &[OccurrenceId]) -> Pattern {
    let mut done = steps.to_vec();
    done.sort_unstable();
    let mut before: Vec<_> = steps.windows(2).map(|pair| (pair[0], pair[1])).collect();
    before.sort_unstable();
    Pattern { done, before, left_out: Vec::new() }
}

/// A pattern of other steps.
pub fn mapped(pattern: &Pattern, to: &impl Fn(OccurrenceId) -> Option<OccurrenceId>) -> Option<Pattern> {
    let all = |steps: &[OccurrenceId]| {
        let mut steps = steps.iter().map(|id| to(*id)).collect::<Option<Vec<_>>>()?;
        steps.sort_unstable();
        Some(steps)
    };
    let mut before = pattern.before.iter().map(|(a, b)| Some((to(*a)?, to(*b)?))).collect::<Option<Vec<_>>>()?;
    before.sort_unstable();
    Some(Pattern { done: all(&pattern.done)?, before, left_out: all(&pattern.left_out)? })
}
