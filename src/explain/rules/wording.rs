//! One sentence for each rule.
//!
//! A step that need not be done makes a condition of it: what is not done is not in any order. Where a sentence would
//! leave open which of two readings is meant, the longer one is told.

use super::lift::Rule;
use super::name::{Apart, Names, rename};
use super::saying::Saying;
use crate::system::OccurrenceId;
use crate::verdict::Pattern;

/// Letters that stand for nodes.
const LETTERS: [&str; 9] = ["n", "m", "k", "i", "j", "x", "y", "z", "node"];

/// Whether there are letters for two nodes that no node is called by.
pub fn can_be_lifted(names: &Names<'_>) -> bool {
    free(names).len() >= 2
}

fn free(names: &Names<'_>) -> Vec<&'static str> {
    LETTERS.into_iter().filter(|letter| !names.nodes.iter().any(|node| node == letter)).collect()
}

/// The sentence of a rule. `beside` are the patterns of all rules that are told with it.
pub fn text(names: &Names<'_>, rule: &Rule, beside: &[Pattern]) -> String {
    let free = free(names);
    let Some(every) = &rule.every else {
        return Wording { names, rule, beside, renaming: Vec::new(), letters: free }.saying();
    };
    let renamed = |letters: &[&'static str]| -> Vec<(&str, &str)> {
        every.bound.iter().zip(letters).map(|(node, letter)| (&*names.nodes[*node], *letter)).collect()
    };
    let said = |renaming: Vec<(&str, &str)>| {
        let letters = free[renaming.len()..].to_vec();
        Wording { names, rule, beside, renaming, letters }.saying()
    };
    // The first letter stands for the node that is told of first.
    let renaming = renamed(&free);
    let turned = renamed(&[free[1], free[0]]);
    let place = |text: &str, letter| rename(text, &[(letter, "\0")]).find('\0');
    let text = said(renaming.clone());
    let other_first = every.bound.len() == 2 && place(&text, free[1]) < place(&text, free[0]);
    let renaming = if other_first { turned } else { renaming };
    let text = said(renaming.clone());
    let whom = match (renaming.as_slice(), names.nodes.len()) {
        ([(_, n)], _) => format!("on every node {n}"),
        (_, 2) => format!("on either node {}, with {} the other one", free[0], free[1]),
        _ => format!("for every two nodes {}", list(&[free[0].to_owned(), free[1].to_owned()], "and")),
    };
    format!("{whom}: {text}")
}

struct Wording<'w> {
    names: &'w Names<'w>,
    rule: &'w Rule,
    beside: &'w [Pattern],
    /// Nodes, and the letters that stand for them.
    renaming: Vec<(&'w str, &'w str)>,
    /// Letters that stand for nothing yet.
    letters: Vec<&'w str>,
}

impl Wording<'_> {
    fn name(&self, id: OccurrenceId) -> String {
        match &self.rule.every {
            Some(every) => self.names.renamed(id, every.apart(id), &self.renaming),
            None => self.names.name(id),
        }
    }

    fn names(&self, steps: &[OccurrenceId]) -> Vec<String> {
        steps.iter().map(|id| self.name(*id)).collect()
    }

    fn optional(&self, steps: &[OccurrenceId]) -> Vec<OccurrenceId> {
        steps.iter().copied().filter(|id| !self.names.always_done(*id)).collect()
    }

    fn saying(&self) -> String {
        match &self.rule.saying {
            Saying::Stages(stages) => self.stages(stages),
            Saying::NotBetween { steps, first, last, both_ways } => {
                self.not_between(steps, (*first, *last), *both_ways)
            }
            Saying::Never(pattern) => self.never(pattern),
        }
    }

    fn stages(&self, stages: &[Vec<OccurrenceId>]) -> String {
        let mut letters = self.letters.iter().copied();
        let each = |stage: &Vec<OccurrenceId>, letters: &mut dyn Iterator<Item = &str>| match stage.as_slice() {
            [one] => self.name(*one),
            many => self.family(many, letters).unwrap_or_else(|| list(&self.names(many), "and")),
        };
        let told: Vec<String> = stages.iter().map(|stage| each(stage, &mut letters)).collect();
        let if_done = match stages {
            [one, other] if one.len() == 1 && other.len() == 1 => self.if_done(&[one[0], other[0]]),
            _ if self.optional(&stages.concat()).is_empty() => String::new(),
            _ => "as far as they are done, ".to_owned(),
        };
        let order = match told.as_slice() {
            [one, other] => {
                let both = stages.iter().all(|stage| stage.len() > 1) && !one.starts_with("every ");
                let (all, of_all) = if both { ("all of ", " before all of ") } else { ("", " before ") };
                format!("{all}{one}{of_all}{other}")
            }
            many => many.join(", then "),
        };
        format!("{if_done}{order}")
    }

    /// ``every `install x on n` ``, where the steps are the same one on every node.
    fn family(&self, steps: &[OccurrenceId], letters: &mut dyn Iterator<Item = &str>) -> Option<String> {
        let nodes = self.names.nodes;
        let [first, ..] = steps else { return None };
        let [node] = self.names.nodes_of(*first)[..] else { return None };
        let images = nodes.iter().map(|other| self.names.image(*first, Apart::Alone, &[(&nodes[node], other)]));
        let mut images = images.collect::<Option<Vec<OccurrenceId>>>()?;
        images.sort_unstable();
        let mut steps = steps.to_vec();
        steps.sort_unstable();
        if images != steps {
            return None;
        }
        let letter = letters.next()?;
        Some(format!("every {}", self.names.renamed(*first, Apart::Alone, &[(&nodes[node], letter)])))
    }

    /// `if both are done, `
    fn if_done(&self, steps: &[OccurrenceId]) -> String {
        match (self.optional(steps).as_slice(), steps.len()) {
            ([], _) => String::new(),
            ([one], _) => format!("if {} is done, ", self.name(*one)),
            (all, 2) if all.len() == 2 => "if both are done, ".to_owned(),
            (all, length) if all.len() == length => "if all of them are done, ".to_owned(),
            (some, _) => format!("if {} are done, ", list(&self.names(some), "and")),
        }
    }

    fn not_between(&self, steps: &[OccurrenceId], ends: (OccurrenceId, OccurrenceId), both_ways: bool) -> String {
        let (first, last) = ends;
        let told = (self.name(first), self.name(last));
        let fixed = self.surely_before(first, last);
        if self.all_that_could(steps, ends, both_ways) && self.optional(&[first, last]).is_empty() {
            return match both_ways {
                true => format!("{} and {} next to each other", told.0, told.1),
                false if fixed => format!("nothing between {} and {}", told.0, told.1),
                false => format!("nothing after {} and before {}", told.0, told.1),
            };
        }
        if let ([one], false, false) = (self.names(steps).as_slice(), both_ways, fixed) {
            return format!("never {}, then {one}, then {}", told.0, told.1);
        }
        let what = match self.names(steps).as_slice() {
            [one] => format!("{one} not"),
            [one, other] => format!("neither {one} nor {other}"),
            many => format!("none of {}", list(many, "and")),
        };
        let (first, last) = told;
        match (both_ways, fixed) {
            (true, _) => format!("{what} between {first} and {last}, whichever of these comes first"),
            (false, true) => format!("{what} between {first} and {last}"),
            (false, false) => format!("{what} after {first} and before {last}"),
        }
    }

    /// Whether no other order of the two is left to speak of, by the procedure or by another rule.
    fn surely_before(&self, first: OccurrenceId, last: OccurrenceId) -> bool {
        let said =
            Pattern { done: vec![first.min(last), first.max(last)], before: vec![(last, first)], ..Pattern::default() };
        self.names.always_before(first, last) || self.beside.contains(&said)
    }

    /// Whether the steps are all that could come between the two.
    fn all_that_could(&self, steps: &[OccurrenceId], (first, last): (OccurrenceId, OccurrenceId), both: bool) -> bool {
        let names = self.names;
        let apart = |a, b| names.exclude(a, b);
        let could = |from, step, to| {
            let against = names.always_before(step, from) || names.always_before(to, step);
            !(against || apart(step, from) || apart(step, to) || names.always_before(to, from))
        };
        let others = names.all().filter(|id| *id != first && *id != last && !steps.contains(id));
        steps.len() > 1 && !others.into_iter().any(|id| could(first, id, last) || (both && could(last, id, first)))
    }

    fn never(&self, pattern: &Pattern) -> String {
        let Pattern { done, before, left_out } = pattern;
        match (before.as_slice(), left_out.as_slice(), done.as_slice()) {
            ([], [], []) => "no order at all is good".to_owned(),
            ([], [], [one]) => format!("{} is left out", self.name(*one)),
            ([], [], [one, other]) => format!("{} or {} is left out", self.name(*one), self.name(*other)),
            ([], [], many) => format!("at least one of {} is left out", list(&self.names(many), "and")),
            ([], [one], []) => format!("{} is not left out", self.name(*one)),
            ([], [one, other], []) => format!("{} or {} is not left out", self.name(*one), self.name(*other)),
            ([], many, []) => format!("at least one of {} is not left out", list(&self.names(many), "and")),
            ([], left_out, _) => {
                let done = self.premises(&Pattern { left_out: Vec::new(), ..pattern.clone() }, None);
                match self.names(left_out).as_slice() {
                    [one] => format!("if {done}, {one} is not left out"),
                    many => format!("if {done}, at least one of {} is not left out", list(many, "and")),
                }
            }
            (_, [], _) => self.star(pattern).unwrap_or_else(|| self.conditional(pattern)),
            _ => self.conditional(pattern),
        }
    }

    /// Several steps all on one side of one step.
    fn star(&self, pattern: &Pattern) -> Option<String> {
        let Pattern { done, before, .. } = pattern;
        let [(earlier, later), _, ..] = before[..] else { return None };
        let all_before = before.iter().all(|(_, other)| *other == later);
        let all_after = before.iter().all(|(other, _)| *other == earlier);
        if before.len() + 1 != done.len() || !(all_before || all_after) {
            return None;
        }
        let others: Vec<OccurrenceId> = before.iter().map(|(a, b)| if all_before { *a } else { *b }).collect();
        let some = match self.names(&others).as_slice() {
            [one, other] => format!("{one} or {other}"),
            many => format!("some of {}", list(many, "and")),
        };
        let (side, of) = if all_before { ("after", later) } else { ("before", earlier) };
        Some(format!("{}{some} {side} {}", self.if_done(done), self.name(of)))
    }

    /// One atom follows from the others: what is told last of those that go against the document, else of all.
    fn conditional(&self, pattern: &Pattern) -> String {
        let last = pattern.before.iter().rposition(|(earlier, later)| earlier > later);
        let last = last.unwrap_or(pattern.before.len() - 1);
        let (earlier, later) = pattern.before[last];
        let premises = self.premises(pattern, Some(last));
        let then = format!("{} before {}", self.name(later), self.name(earlier));
        if premises.is_empty() { then } else { format!("if {premises}, then {then}") }
    }

    /// All that a pattern asks for but one atom, joined by *and*.
    fn premises(&self, pattern: &Pattern, but: Option<usize>) -> String {
        let atoms: Vec<_> =
            (0..).zip(&pattern.before).filter(|(at, _)| Some(*at) != but).map(|(_, atom)| *atom).collect();
        let named = |id: &OccurrenceId| atoms.iter().any(|(a, b)| a == id || b == id);
        let done: Vec<OccurrenceId> = self.optional(&pattern.done).into_iter().filter(|id| !named(id)).collect();
        let left_out = pattern.left_out.iter().map(|id| format!("{} is left out", self.name(*id)));
        let done = done.iter().map(|id| format!("{} is done", self.name(*id)));
        let (pairs, chains): (Vec<_>, Vec<_>) = chains(&atoms).into_iter().partition(|chain| chain.len() == 2);
        let chains = chains.iter().map(|chain| format!("{} come in this order", list(&self.names(chain), "and")));
        let mut fans: Vec<(OccurrenceId, Vec<OccurrenceId>)> = Vec::new();
        for pair in pairs {
            match fans.iter_mut().find(|(first, _)| *first == pair[0]) {
                Some((_, others)) => others.push(pair[1]),
                None => fans.push((pair[0], vec![pair[1]])),
            }
        }
        let fans = fans
            .iter()
            .map(|(first, others)| format!("{} is before {}", self.name(*first), list(&self.names(others), "and")));
        list(&left_out.chain(done).chain(chains).chain(fans).collect::<Vec<_>>(), "and")
    }
}

/// Atoms that follow each other, as one chain of steps. Every atom is in exactly one.
fn chains(atoms: &[(OccurrenceId, OccurrenceId)]) -> Vec<Vec<OccurrenceId>> {
    let mut chains: Vec<Vec<OccurrenceId>> = atoms.iter().map(|(a, b)| vec![*a, *b]).collect();
    let joint = |chains: &[Vec<OccurrenceId>]| {
        let mut pairs = (0..chains.len()).flat_map(|a| (0..chains.len()).map(move |b| (a, b)));
        pairs.find(|(a, b)| a != b && chains[*a].last() == chains[*b].first())
    };
    while let Some((a, b)) = joint(&chains) {
        let rest = chains[b].split_off(1);
        chains[a].extend(rest);
        chains.remove(b);
    }
    chains
}

/// `a`, `a and b`, `a, b and c`
pub fn list(items: &[String], word: &str) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} {word} {last}", first.join(", ")),
    }
}
