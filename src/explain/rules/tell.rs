//! Rules as they are told: grouped, lifted, checked, numbered.

use super::group::{grouped, one_by_one};
use super::lift::{Every, Rule, every, lifted, sorted};
use super::name::Names;
use super::saying::Saying;
use super::wording::{can_be_lifted, text};
use crate::explain::data::{Among, PatternFinding, RuleFinding, RulesFinding};
use crate::verdict::{self, Pattern, Rules};
use num_traits::Zero;

/// Rules as they are told.
pub struct Told {
    /// What is told.
    pub finding: RulesFinding,
    /// For each pattern of `Rules::never`, the number of the rule that stands for it.
    pub numbers: Vec<usize>,
}

/// Tells rules.
pub fn told(names: &Names<'_>, rules: &Rules) -> Told {
    let said = said(names, &rules.never);
    let finding = |(number, rule): (usize, &Rule)| RuleFinding {
        number,
        text: text(names, rule, &rules.never),
        never: sorted(rule.forbids(names)).iter().map(|pattern| by_label(names, pattern)).collect(),
    };
    let number = |pattern: &Pattern| said.iter().position(|rule| rule.forbids(names).contains(pattern));
    let numbers = rules.never.iter().map(|pattern| 1 + number(pattern).expect("every pattern is told"));
    Told {
        numbers: numbers.collect(),
        finding: RulesFinding {
            heading: heading(rules),
            among: match rules.among {
                verdict::Among::All => Among::All,
                verdict::Among::NotRefused => Among::NotRefused,
            },
            spoken_of: rules.spoken_of.as_ref().map(ToString::to_string),
            exact: exact(rules),
            admitted: rules.admitted.as_ref().map(ToString::to_string),
            limit: rules.limit.map(|limit| limit.to_string()),
            rules: (1..).zip(&said).map(finding).collect(),
        },
    }
}

/// The fewest and shortest sentences that forbid exactly these patterns.
fn said(names: &Names<'_>, never: &[Pattern]) -> Vec<Rule> {
    let grouped_first = lifted(names, grouped(names, never));
    let ways = [lifted_first(names, never), grouped_first].map(|rules| uniform(names, rules, never));
    let wanted = sorted(never.to_vec());
    let forbids = |rules: &[Rule]| sorted(rules.iter().flat_map(|rule| rule.forbids(names)).collect());
    let length = |rules: &[Rule]| rules.iter().map(|rule| text(names, rule, never).len()).sum::<usize>();
    let exact = ways.into_iter().filter(|rules| forbids(rules) == wanted);
    let best = exact.min_by_key(|rules| (rules.len(), length(rules)));
    let mut best = best.unwrap_or_else(|| one_by_one(never).into_iter().map(Rule::of).collect());
    let place = |rule: &Rule| {
        let forbids = rule.forbids(names);
        never.iter().position(|pattern| forbids.contains(pattern))
    };
    best.sort_by_cached_key(place);
    best
}

/// Lifted rules whose sentence is not the same for all nodes that it stands for are told of each of them: a step may be optional
/// on one node alone, or have its place there by the lists.
fn uniform(names: &Names<'_>, rules: Vec<Rule>, never: &[Pattern]) -> Vec<Rule> {
    let alike = |rule: &Rule| {
        can_be_lifted(names)
            && rule.images(names).iter().all(|image| text(names, image, never) == text(names, rule, never))
    };
    let mut told: Vec<Rule> = Vec::new();
    for rule in rules {
        if rule.every.is_none() || alike(&rule) {
            told.push(rule);
            continue;
        }
        for image in rule.images(names) {
            let image = Rule::of(image.saying);
            if !told.iter().any(|other| sorted(other.forbids(names)) == sorted(image.forbids(names))) {
                told.push(image);
            }
        }
    }
    told
}

/// Looks for what holds on every node before it puts patterns together.
fn lifted_first(names: &Names<'_>, never: &[Pattern]) -> Vec<Rule> {
    let mut sayings = one_by_one(never);
    // What stands for all is what is said of the first node.
    sayings.sort_by_cached_key(|saying| saying.steps().iter().flat_map(|id| names.nodes_of(*id)).min());
    let (of_all, of_some): (Vec<Rule>, Vec<Rule>) =
        lifted(names, sayings).into_iter().partition(|rule| rule.every.is_some());
    let mut families: Vec<(Vec<usize>, Vec<Pattern>)> = Vec::new();
    for Rule { saying, every } in of_all {
        let bound = every.map(|Every { bound, .. }| bound).unwrap_or_default();
        match families.iter_mut().find(|(known, _)| *known == bound) {
            Some((_, patterns)) => patterns.extend(saying.forbids()),
            None => families.push((bound, saying.forbids())),
        }
    }
    let mut rules: Vec<Rule> = Vec::new();
    for (bound, patterns) in families {
        rules.extend(grouped(names, &patterns).into_iter().map(|saying| bound_again(names, saying, &bound)));
    }
    let rest: Vec<Pattern> = of_some.iter().flat_map(|rule| rule.saying.forbids()).collect();
    rules.extend(grouped(names, &rest).into_iter().map(Rule::of));
    rules
}

fn bound_again(names: &Names<'_>, saying: Saying, bound: &[usize]) -> Rule {
    let every = every(names, &saying.steps()).filter(|every| every.bound.len() == bound.len());
    Rule { saying, every }
}

fn exact(rules: &Rules) -> bool {
    rules.admitted.as_ref().is_some_and(Zero::is_zero)
}

/// What the rules are to an ordering. How many others keep them is for the views.
fn heading(rules: &Rules) -> String {
    let none = rules.never.is_empty();
    let heading = match (exact(rules), rules.among, none) {
        (true, verdict::Among::NotRefused, true) => "an order is good exactly when no step is refused",
        (true, verdict::Among::NotRefused, false) => "an order is good exactly when no step is refused and",
        (true, verdict::Among::All, true) => "every order is good",
        (true, verdict::Among::All, false) => "an order is good exactly when",
        (false, _, true) => "which orders are good is not known in rules",
        (false, verdict::Among::NotRefused, false) => "in a good order no step is refused and",
        (false, verdict::Among::All, false) => "a good order keeps all of these",
    };
    heading.to_owned()
}

fn by_label(names: &Names<'_>, pattern: &Pattern) -> PatternFinding {
    let label = |id| names.label(id).to_owned();
    PatternFinding {
        done: pattern.done.iter().map(|id| label(*id)).collect(),
        before: pattern.before.iter().map(|(a, b)| (label(*a), label(*b))).collect(),
        left_out: pattern.left_out.iter().map(|id| label(*id)).collect(),
    }
}
