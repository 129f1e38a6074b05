//! The lists of a runbook as a tree of blocks over occurrences of steps.
//!
//! Comes in: lists of items. Goes out: occurrences in the order of the document with unique labels, guards (outer ones
//! first), and chains of equal occurrences that could change places. Text without steps leaves no trace.

use super::entity::Scope;
use super::ground::Grounder;
use super::model::{Expr, Guard, Loop, Occurrence, StepId, World};
use super::questions::filled;
use super::render;
use super::repeat::Repeat;
use super::value;
use crate::base::{Map, Span};
use crate::diag::{Code, Diagnostic, nearest};
use crate::syntax::tree::{self, Content, Item, List, Text};
use crate::system::{Block, OccurrenceId, StepSet};
use rustc_hash::FxHashMap;
use std::sync::Arc;

type Chains = Vec<(OccurrenceId, OccurrenceId)>;

/// Builds the tree of one runbook.
pub(super) struct Blocks<'b, 'r, 'a> {
    pub(super) grounder: &'b mut Grounder<'r, 'a>,
    pub(super) world: &'b World,
    steps: FxHashMap<&'b str, StepId>,
    pub(super) occurrences: Vec<Occurrence>,
    pub(super) guards: Vec<Guard>,
    pub(super) loops: Vec<Loop>,
    /// Which try of each `repeat at most …` around is being written out, outer ones first.
    pub(super) tries: Vec<u32>,
    chains: Chains,
    /// Labels written, with their places.
    labels: Map<String, Span>,
    /// How often each sentence stands without a label.
    repeated: Map<String, u32>,
    pub(super) full: bool,
    /// How many code spans could not be made into steps.
    pub(super) wrong: usize,
}

/// Occurrences, guards, loops, chains.
type Built = (Vec<Occurrence>, Vec<Guard>, Vec<Loop>, Chains);

impl<'b, 'r, 'a> Blocks<'b, 'r, 'a> {
    pub(super) fn new(grounder: &'b mut Grounder<'r, 'a>, world: &'b World) -> Self {
        let index = |place: usize| StepId(u32::try_from(place).expect("limited"));
        let steps = world.steps.iter().enumerate().map(|(place, step)| (step.name.as_str(), index(place))).collect();
        Blocks {
            grounder,
            world,
            steps,
            occurrences: Vec::new(),
            guards: Vec::new(),
            loops: Vec::new(),
            tries: Vec::new(),
            chains: Vec::new(),
            labels: Map::default(),
            repeated: Map::default(),
            full: false,
            wrong: 0,
        }
    }

    /// The top-level lists, one after the other.
    pub(super) fn lists(&mut self, lists: &[List]) -> Block {
        let blocks = lists.iter().filter_map(|list| self.list(list, &Scope::default(), &[])).collect();
        sequence(blocks).unwrap_or(Block::Sequence(Vec::new()))
    }

    /// What was built. Labels are checked here, where all are known.
    pub(super) fn finish(mut self) -> Built {
        for occurrence in &self.occurrences {
            let same = self.occurrences.iter().find(|other| other.label == occurrence.label);
            if let Some(first) = same.filter(|first| !std::ptr::eq(*first, occurrence)) {
                let mistake = Diagnostic::new(
                    Code::R203,
                    format!("two steps are called `{}`", occurrence.label),
                    occurrence.span,
                )
                .label("the label is taken")
                .related(first.span, "by this step");
                self.grounder.reporter.report(mistake);
            }
        }
        self.guards.iter_mut().for_each(|guard| guard.steps.dedup());
        (self.occurrences, self.guards, self.loops, self.chains)
    }

    fn list(&mut self, list: &List, scope: &Scope, guards: &[u32]) -> Option<Block> {
        let items = self.items(list, scope, guards);
        if list.ordered {
            return sequence(items.into_iter().flatten().collect());
        }
        self.chain(&items);
        joined(items.into_iter().flatten().collect(), Block::Interleaved, |block| match block {
            Block::Interleaved(inner) => Ok(inner),
            other => Err(other),
        })
    }

    /// One block for each item, `for each` copied; None for text.
    fn items(&mut self, list: &List, scope: &Scope, guards: &[u32]) -> Vec<Option<Block>> {
        let mut made = Vec::new();
        for item in &list.items {
            let names: Vec<(&Text, Option<&Text>)> = item
                .content
                .iter()
                .filter_map(|content| match content {
                    Content::ForEach(name, set) => Some((name, set.as_ref())),
                    _ => None,
                })
                .collect();
            if names.iter().any(|(name, _)| self.grounder.bindable(name, &[], scope).is_none()) {
                continue;
            }
            if names.is_empty() {
                made.push(self.item(item, scope, guards));
                continue;
            }
            for binding in self.grounder.bindings(&names, item.span) {
                let mut inner = scope.clone();
                inner.names.extend(binding.names);
                made.push(self.item(item, &inner, guards));
            }
        }
        made
    }

    fn item(&mut self, item: &Item, scope: &Scope, guards: &[u32]) -> Option<Block> {
        if self.full {
            return None;
        }
        let conditions: Vec<&tree::Expr> = item
            .content
            .iter()
            .filter_map(|content| match content {
                Content::If(_, expr) => Some(expr),
                _ => None,
            })
            .collect();
        let (start, wrong) = (self.occurrences.len(), self.wrong);
        let mut guards = guards.to_vec();
        let guard = self.guards.len();
        if !conditions.is_empty() {
            self.guard(&conditions, scope);
            guards.push(u32::try_from(guard).expect("limited"));
        }
        let undivided = item.content.iter().find_map(|content| match content {
            Content::Undivided(span) => Some(*span),
            _ => None,
        });
        let repeat = Repeat::of(item);
        let block = match &repeat {
            Some(repeat) => self.repeated(item, repeat, scope, &guards),
            None => self.content(item, scope, &guards),
        };
        let made: Vec<OccurrenceId> = (start..self.occurrences.len()).map(occurrence_id).collect();
        if let Some(span) = conditions.first().map(|expr| expr.span).or(undivided).or(repeat.map(|repeat| repeat.span))
            && made.is_empty()
            && self.wrong == wrong
        {
            let mistake = Diagnostic::new(Code::R208, "this item has no step that it could be about", span)
                .label("has no effect")
                .help("write the step between single back-ticks");
            self.grounder.reporter.report(mistake);
        }
        if let Some(guard) = self.guards.get_mut(guard).filter(|_| !conditions.is_empty()) {
            guard.steps = made;
        }
        let mut block = block?;
        if undivided.is_some() && !matches!(block, Block::Step(_) | Block::Undivided(_)) {
            block = Block::Undivided(Box::new(block));
        }
        Some(if item.optional { optional(block) } else { block })
    }

    /// The steps and lists of an item, once.
    pub(super) fn content(&mut self, item: &Item, scope: &Scope, guards: &[u32]) -> Option<Block> {
        let mut blocks = Vec::new();
        let mut either = false;
        for content in &item.content {
            match content {
                Content::Step(sentence, label) => blocks.extend(self.step(sentence, label.as_ref(), scope, guards)),
                Content::List(list) if std::mem::take(&mut either) => {
                    let branches = self.items(list, scope, guards);
                    blocks.extend(one_of(branches));
                }
                Content::List(list) => blocks.extend(self.list(list, scope, guards)),
                // The parser has made sure that a list follows.
                Content::Either(_) => either = true,
                Content::If(..) | Content::ForEach(..) | Content::Undivided(_) | Content::Repeat(..) => {}
            }
        }
        sequence(blocks)
    }

    /// Adds the guard of an item; its steps follow when they are known, so that outer guards come first.
    fn guard(&mut self, conditions: &[&tree::Expr], scope: &Scope) {
        let parts: Vec<Arc<Expr>> = conditions.iter().filter_map(|expr| self.grounder.truth(expr, scope)).collect();
        let when = value::and(parts);
        let text = match conditions {
            [only] if scope.names.is_empty() => self.grounder.reporter.text(only.span),
            // Several conditions in one, or one with a node filled in, are not written anywhere as they are.
            _ => render::expr(&when, self.world),
        };
        self.guards.push(Guard { text, when, steps: Vec::new() });
    }

    fn step(&mut self, written: &Text, label: Option<&Text>, scope: &Scope, guards: &[u32]) -> Option<Block> {
        let symbols = self.grounder.symbols;
        let names: Vec<(String, String)> =
            scope.names.iter().map(|(name, entity)| (name.clone(), symbols.name(*entity).to_owned())).collect();
        let sentence = filled(&written.value, &names);
        let Some(step) = self.steps.get(sentence.as_str()).copied() else {
            self.wrong += 1;
            self.unknown_step(&sentence, written.span);
            return None;
        };
        // That reactions which take time come to rest at the end is an occurrence of its own.
        let most = StepSet::CAPACITY - usize::from(self.world.reactions.iter().any(|one| one.takes_time));
        if self.occurrences.len() == most {
            if !self.full {
                let message = format!("a runbook has at most {most} steps");
                self.grounder.reporter.say(Code::R209, message, written.span, "one too many");
            }
            self.full = true;
            self.wrong += 1;
            return None;
        }
        let label = match label {
            Some(label) => {
                // The copies of a `for each` are told apart by what they are for: `boot-A`, `boot-B`.
                let parts = [label.value.clone()].into_iter().chain(names.into_iter().map(|(_, value)| value));
                // So are the tries after the first: `boot-2`.
                let again = self.tries.iter().any(|number| *number > 1);
                let tries = self.tries.iter().filter(|_| again).map(u32::to_string);
                let text = parts.chain(tries).collect::<Vec<_>>().join("-");
                self.labels.insert(text.clone(), label.span);
                text
            }
            None => {
                let count = self.repeated.entry(sentence.clone()).or_insert(0);
                *count += 1;
                if *count == 1 { sentence } else { format!("{sentence} ({count})") }
            }
        };
        let span = self.labels.get(&label).copied().unwrap_or(written.span);
        let line = self.grounder.reporter.sources().position(written.span).line;
        let id = occurrence_id(self.occurrences.len());
        self.occurrences.push(Occurrence { label, step, guards: guards.to_vec(), span, line });
        Some(Block::Step(id))
    }

    fn unknown_step(&mut self, sentence: &str, span: Span) {
        // A name that nothing stands for, where a `for each` may be what is wrong.
        if sentence.contains('{') && self.grounder.reporter.failed() {
            return;
        }
        if self.world.faults.iter().any(|fault| fault.name == sentence) {
            let mistake = Diagnostic::new(Code::R201, format!("`{sentence}` is a fault, not a step"), span)
                .label("nobody does this on purpose")
                .help("say how many may strike: `faults = { … }` in the checked block");
            self.grounder.reporter.report(mistake);
            return;
        }
        let near = nearest(sentence, self.world.steps.iter().map(|step| step.name.as_str())).map(str::to_owned);
        self.grounder.no_such_step(sentence, span, near);
    }

    /// Chains the equal single-step items of one bulleted list: the earlier in the document comes first.
    fn chain(&mut self, items: &[Option<Block>]) {
        let single = |block: &Option<Block>| match block {
            Some(Block::Step(id)) => Some((*id, false)),
            Some(Block::Optional(inner)) => match &**inner {
                Block::Step(id) => Some((*id, true)),
                _ => None,
            },
            _ => None,
        };
        let mut last: Vec<(OccurrenceId, bool)> = Vec::new();
        let repeated = |id: &OccurrenceId| self.loops.iter().any(|one| one.body.contains(id));
        for (id, optional) in items.iter().filter_map(single).filter(|(id, _)| !repeated(id)) {
            let same = |(other, other_optional): &&mut (OccurrenceId, bool)| {
                let [one, two] = [*other, id].map(|id| &self.occurrences[id.0 as usize]);
                *other_optional == optional && one.step == two.step && one.guards == two.guards
            };
            match last.iter_mut().find(same) {
                Some(earlier) => {
                    self.chains.push((earlier.0, id));
                    earlier.0 = id;
                }
                None => last.push((id, optional)),
            }
        }
    }
}

pub(super) fn occurrence_id(index: usize) -> OccurrenceId {
    OccurrenceId(u32::try_from(index).expect("limited"))
}

fn optional(block: Block) -> Block {
    match block {
        Block::Optional(_) => block,
        other => Block::Optional(Box::new(other)),
    }
}

pub(super) fn sequence(blocks: Vec<Block>) -> Option<Block> {
    joined(blocks, Block::Sequence, |block| match block {
        Block::Sequence(inner) => Ok(inner),
        other => Err(other),
    })
}

/// Blocks of one kind in another of the same kind are taken apart; one block stands for itself.
fn joined(
    blocks: Vec<Block>,
    join: impl Fn(Vec<Block>) -> Block,
    open: impl Fn(Block) -> Result<Vec<Block>, Block>,
) -> Option<Block> {
    let mut all = Vec::new();
    for block in blocks {
        match open(block) {
            Ok(inner) => all.extend(inner),
            Err(block) => all.push(block),
        }
    }
    match all.len() {
        0 => None,
        1 => all.pop(),
        _ => Some(join(all)),
    }
}

/// Exactly one of the branches. A branch of text alone, or an optional one, means that nothing may be done.
fn one_of(branches: Vec<Option<Block>>) -> Option<Block> {
    let mut may_skip = false;
    let mut made = Vec::new();
    for branch in branches {
        match branch {
            None => may_skip = true,
            Some(Block::Optional(inner)) => {
                may_skip = true;
                made.push(*inner);
            }
            Some(block) => made.push(block),
        }
    }
    let block = match made.len() {
        0 => return None,
        1 => made.pop()?,
        _ => Block::Either(made),
    };
    Some(if may_skip { optional(block) } else { block })
}

#[cfg(test)]
mod tests {
    use super::super::model::Runbook;
    use super::super::samples::runbook;
    use crate::system::{Block, OccurrenceId};

    fn shape(block: &Block) -> String {
        let join = |blocks: &[Block], sign: &str| blocks.iter().map(shape).collect::<Vec<_>>().join(sign);
        match block {
            Block::Step(id) => id.0.to_string(),
            Block::Sequence(blocks) => format!("({})", join(blocks, " ")),
            Block::Interleaved(blocks) => format!("[{}]", join(blocks, " ")),
            Block::Either(blocks) => format!("<{}>", join(blocks, "|")),
            Block::Optional(inner) => format!("{}?", shape(inner)),
            Block::Undivided(inner) => format!("{}!", shape(inner)),
        }
    }

    fn made(lists: &str) -> Runbook {
        runbook("", lists).expect("good")
    }

    fn labels(made: &Runbook) -> Vec<&str> {
        made.occurrences.iter().map(|occurrence| occurrence.label.as_str()).collect()
    }

    #[test]
    fn numbered_lists_are_sequences_and_bulleted_lists_interleave() {
        let lists = "1. `restart A`\n2. Both:\n   - `restart B`\n   - `power off A` then `power on A`\n3. Text.\n\nThen\n\n- `restart B`";
        assert_eq!(shape(&made(lists).root), "(0 [1 (2 3)] 4)");
    }

    #[test]
    fn an_optional_choice_or_a_choice_with_text_alone_may_be_left_out() {
        let either = "1. `either`\n   - `restart A`\n   - `restart B`\n2. `power off A`";
        assert_eq!(shape(&made(either).root), "(<0|1> 2)");
        let skip = "1. `either`\n   - `restart A`\n   - nothing\n   - [ ] `restart B`\n2. `power off A`";
        assert_eq!(shape(&made(skip).root), "(<0|1>? 2)");
    }

    #[test]
    fn for_each_copies_an_item_and_its_label() {
        let lists =
            "1. `for each n in nodes` `if iis(n) == absent` `power off {n}` {#off}, `power on {n}`\n2. `restart A`";
        let made = made(lists);
        assert_eq!(labels(&made), ["off-A", "power on A", "off-B", "power on B", "restart A"]);
        assert_eq!(made.guards[1].text, "iis(B) == absent");
        assert_eq!(made.guards[1].steps, [OccurrenceId(2), OccurrenceId(3)]);
        assert_eq!(made.occurrences[2].guards, [1]);
        assert_eq!(shape(&made.root), "(0 1 2 3 4)");
    }

    #[test]
    fn a_repeated_sentence_is_numbered() {
        let made = made("1. `restart A`\n2. `restart   A` {#again}\n3. `restart A`");
        assert_eq!(labels(&made), ["restart A", "again", "restart A (2)"]);
        assert_eq!(made.occurrences.iter().map(|occurrence| occurrence.line).collect::<Vec<_>>(), [8, 9, 10]);
    }

    #[test]
    fn equal_items_that_could_change_places_are_chained() {
        let chains = made("- `restart A`\n- `restart B`\n- `restart A`\n- [ ] `restart A`\n- `restart A`").chains;
        let pair = |one, two| (OccurrenceId(one), OccurrenceId(two));
        assert_eq!(chains, [pair(0, 2), pair(2, 4)]);
        assert!(made("1. `restart A`\n2. `restart A`").chains.is_empty());
        assert!(made("- `restart A` `power off B`\n- `restart A` `power off B`").chains.is_empty());
        assert!(made("- `if up(A)` `restart A`\n- `if up(A)` `restart A`").chains.is_empty());
    }

    #[test]
    fn outer_guards_come_first() {
        let made = made("1. `if up(A)`\n   1. `if up(B)` `restart A`\n   2. `restart B`");
        assert_eq!(made.guards.iter().map(|guard| guard.text.as_str()).collect::<Vec<_>>(), ["up(A)", "up(B)"]);
        assert_eq!(made.occurrences[0].guards, [0, 1]);
        assert_eq!(made.guards[0].steps, [OccurrenceId(0), OccurrenceId(1)]);
    }

    #[test]
    fn undivided_keeps_an_item_together_and_means_nothing_for_one_step() {
        let lists = "- `undivided` `restart A` `restart B`\n- `undivided` `power off A`";
        assert_eq!(shape(&made(lists).root), "[(0 1)! 2]");
    }
}
