//! What became of the rules, in words.
//!
//! In: what each rule of either runbook is in the other. Out: sentences, each with its fate.

use super::data::{Fate, Reason, RuleChange};
use crate::explain::rules::{Names, told};
use crate::orderings::compare::{Comparison, Follows, Standing};
use crate::system::System;
use crate::verdict::{Pattern, Rules};

/// A runbook's rules, if it has any.
type Own<'r> = (&'r System, Option<&'r Rules>);

/// The rules of the old runbook and what became of them, then those of the new one that were not told before.
pub fn rules(old: Own<'_>, new: Own<'_>, comparison: &Comparison) -> Option<Vec<RuleChange>> {
    let was = |standing| match standing {
        Standing::Same(_) => Some(Fate::Kept),
        Standing::Broken => Some(Fate::Gone),
        Standing::Follows(_) => Some(Fate::Redundant),
        Standing::Holds => Some(Fate::Untold),
        Standing::Apart => Some(Fate::StepGone),
    };
    let is = |standing| match standing {
        Standing::Same(_) => None,
        Standing::Broken => Some(Fate::New),
        Standing::Follows(_) => Some(Fate::NowNeeded),
        Standing::Holds => Some(Fate::NowTold),
        Standing::Apart => Some(Fate::StepNew),
    };
    let mut changes = changes(old, new, comparison.old_rules.as_ref()?, was);
    changes.extend(self::changes(new, old, comparison.new_rules.as_ref()?, is));
    Some(changes)
}

/// Rules with the same fate for the same reason, told together.
fn changes(
    (system, own): Own<'_>,
    there: Own<'_>,
    standings: &[Standing],
    fate: impl Fn(Standing) -> Option<Fate>,
) -> Vec<RuleChange> {
    let Some(own) = own else { return Vec::new() };
    let elsewhere = there.1.map(|rules| told(&Names::of(there.0), rules));
    let mut kinds: Vec<(RuleChange, Vec<Pattern>)> = Vec::new();
    for (pattern, standing) in own.never.iter().zip(standings) {
        let Some(fate) = fate(*standing) else { continue };
        let (because, one) = reason(*standing);
        let said = one.and_then(|one| elsewhere.as_ref().map(|told| &told.finding.rules[told.numbers[one] - 1].text));
        let kind = RuleChange { fate, says: String::new(), because, follows_from: said.cloned() };
        match kinds.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, patterns)) => patterns.push(pattern.clone()),
            None => kinds.push((kind, vec![pattern.clone()])),
        }
    }
    let names = Names::of(system);
    let sentences = kinds.into_iter().flat_map(|(kind, never)| {
        let some = told(&names, &Rules { never, ..own.clone() });
        let rules = some.finding.rules.into_iter();
        rules.map(move |rule| RuleChange { says: rule.text, ..kind.clone() }).collect::<Vec<_>>()
    });
    sentences.collect()
}

fn reason(standing: Standing) -> (Option<Reason>, Option<usize>) {
    match standing {
        Standing::Follows(Follows::Procedure) => (Some(Reason::Procedure), None),
        Standing::Follows(Follows::Refusals) => (Some(Reason::Refusals), None),
        Standing::Follows(Follows::Rules(one)) => (Some(Reason::Rules), one),
        Standing::Same(_) | Standing::Broken | Standing::Holds | Standing::Apart => (None, None),
    }
}
