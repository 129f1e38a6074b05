//! What becomes of the rules of one runbook in another.
//!
//! In: rules of one, the study and the rules of the other. Out: a [`Standing`] for each. Rules are compared by what they forbid
//! over the shared steps, never by their text.

use super::steps::SharedSteps;
use crate::base::{Limit, Tally};
use crate::orderings::fitting::fitting;
use crate::orderings::language::Language;
use crate::orderings::study::Study;
use crate::orderings::suffixes::{Runs, Trait};
use crate::system::OccurrenceId;
use crate::verdict::{Among, Pattern, Rules};

/// What a rule of one runbook is in the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Standing {
    /// The rule with this number says the same there.
    Same(usize),
    /// It does not hold there: some good order breaks it.
    Broken,
    /// It holds there, and need not be said.
    Follows(Follows),
    /// It holds there. What is told there does not say it: no order is good, or a limit was hit.
    Holds,
    /// It speaks of a step that the other does not have.
    Apart,
}

/// Why a rule that holds need not be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Follows {
    /// The procedure allows no order that breaks it.
    Procedure,
    /// In every order that breaks it a step may be refused, and the rules do not speak of these.
    Refusals,
    /// Every order that breaks it breaks another rule: this one, where one suffices.
    Rules(Option<usize>),
}

/// What rules are in another runbook; `steps` leads from theirs to those of the other.
///
/// # Errors
/// The limit that was hit.
pub fn standings(
    rules: &[Pattern],
    steps: &SharedSteps,
    (there, told): (&mut Study<'_>, Option<&Rules>),
    tally: &mut Tally,
) -> Result<Vec<Standing>, Limit> {
    let allowed = there.suffixes.whole(tally)?;
    let spoken_of = match told.map(|told| told.among) {
        Some(Among::NotRefused) if !rules.is_empty() => there.suffixes.having(Runs::Every, Trait::NotRefused, tally)?,
        _ => allowed,
    };
    let told = told.map_or(&[][..], |told| &told.never);
    let mut place = Place { there, allowed, spoken_of, told };
    rules.iter().map(|rule| place.standing(renamed(rule, steps), tally)).collect()
}

/// A pattern by the names of the other runbook; None where that lacks a step.
pub fn renamed(pattern: &Pattern, steps: &SharedSteps) -> Option<Pattern> {
    let name = |id: &OccurrenceId| steps.renamed(*id);
    let mut done: Vec<OccurrenceId> = pattern.done.iter().map(name).collect::<Option<_>>()?;
    let before = pattern.before.iter().map(|(earlier, later)| Some((name(earlier)?, name(later)?)));
    let mut before: Vec<_> = before.collect::<Option<_>>()?;
    let mut left_out: Vec<OccurrenceId> = pattern.left_out.iter().map(name).collect::<Option<_>>()?;
    done.sort_unstable();
    before.sort_unstable();
    left_out.sort_unstable();
    Some(Pattern { done, before, left_out })
}

/// The other runbook.
struct Place<'a, 's> {
    there: &'a mut Study<'s>,
    allowed: Language,
    /// Those of `allowed` that its rules speak of.
    spoken_of: Language,
    told: &'a [Pattern],
}

impl Place<'_, '_> {
    fn standing(&mut self, rule: Option<Pattern>, tally: &mut Tally) -> Result<Standing, Limit> {
        let Some(rule) = rule else { return Ok(Standing::Apart) };
        if let Some(same) = self.told.iter().position(|told| *told == rule) {
            return Ok(Standing::Same(same));
        }
        if self.fitting(self.there.good, &rule, tally)? != Language::NONE {
            return Ok(Standing::Broken);
        }
        if self.fitting(self.allowed, &rule, tally)? == Language::NONE {
            return Ok(Standing::Follows(Follows::Procedure));
        }
        let breaking = self.fitting(self.spoken_of, &rule, tally)?;
        if breaking == Language::NONE {
            return Ok(Standing::Follows(Follows::Refusals));
        }
        let mut left = breaking;
        for (index, told) in self.told.iter().enumerate() {
            let also = self.fitting(breaking, told, tally)?;
            if also == breaking {
                return Ok(Standing::Follows(Follows::Rules(Some(index))));
            }
            left = self.there.suffixes.languages.difference(left, also, tally)?;
        }
        Ok(if left == Language::NONE { Standing::Follows(Follows::Rules(None)) } else { Standing::Holds })
    }

    fn fitting(&mut self, set: Language, pattern: &Pattern, tally: &mut Tally) -> Result<Language, Limit> {
        fitting(&mut self.there.suffixes.languages, set, pattern, tally)
    }
}
