//! Items that are repeated: written out as often as they may be done, or a loop.
//!
//! Comes in: an item with `repeat`. Goes out: its block. A bounded one is its steps, and all that follows under `if not …`:
//!
//! ```text
//! repeat at most 3 until C  ─►  body; if not C { body; if not C { body } }
//! repeat until C            ─►  body, undivided, in one order, and a Loop over it
//! ```

use super::blocks::{Blocks, occurrence_id, sequence};
use super::entity::Scope;
use super::model::{Expr, Guard, Loop};
use super::render;
use super::value;
use crate::base::Span;
use crate::diag::{Code, Diagnostic};
use crate::syntax::tree::{self, Content, Item};
use crate::system::{Block, OccurrenceId};
use std::sync::Arc;

/// What an item says about being repeated.
pub(super) struct Repeat<'t> {
    /// The most tries.
    most: Option<u32>,
    until: &'t tree::Expr,
    pub(super) span: Span,
}

impl<'t> Repeat<'t> {
    pub(super) fn of(item: &'t Item) -> Option<Repeat<'t>> {
        item.content.iter().find_map(|content| match content {
            Content::Repeat(most, _, until, span) => {
                Some(Repeat { most: most.as_ref().map(|most| most.value), until, span: *span })
            }
            _ => None,
        })
    }
}

impl Blocks<'_, '_, '_> {
    /// The item again and again.
    pub(super) fn repeated(
        &mut self,
        item: &Item,
        repeat: &Repeat<'_>,
        scope: &Scope,
        guards: &[u32],
    ) -> Option<Block> {
        let until = self.grounder.truth(repeat.until, scope);
        let text = match &until {
            Some(until) if !scope.names.is_empty() => render::expr(until, self.world),
            _ => self.grounder.reporter.text(repeat.until.span),
        };
        match repeat.most {
            Some(most) => self.tries(item, (most, text, until), scope, guards),
            None => self.without_end(item, (repeat.span, text, until), scope, guards),
        }
    }

    fn tries(
        &mut self,
        item: &Item,
        (most, text, until): (u32, String, Option<Arc<Expr>>),
        scope: &Scope,
        guards: &[u32],
    ) -> Option<Block> {
        let (errors, wrong) = (self.grounder.reporter.errors, self.wrong);
        let mut guards = guards.to_vec();
        let mut tries = Vec::new();
        let mut under: Vec<(usize, usize)> = Vec::new();
        for number in 1..=most {
            if number > 1 {
                // A mistake in the item is told once.
                let Some(until) = until.as_ref().filter(|_| self.grounder.reporter.errors == errors) else { break };
                if self.full || self.wrong != wrong {
                    break;
                }
                let guard = self.guards.len();
                let when = value::not(until);
                self.guards.push(Guard { text: format!("not ({text})"), when, steps: Vec::new() });
                guards.push(u32::try_from(guard).expect("limited"));
                under.push((guard, self.occurrences.len()));
            }
            self.tries.push(number);
            tries.extend(self.content(item, scope, &guards));
            self.tries.pop();
        }
        for (guard, first) in under {
            self.guards[guard].steps = (first..self.occurrences.len()).map(occurrence_id).collect();
        }
        sequence(tries)
    }

    fn without_end(
        &mut self,
        item: &Item,
        (span, text, until): (Span, String, Option<Arc<Expr>>),
        scope: &Scope,
        guards: &[u32],
    ) -> Option<Block> {
        let loops = self.loops.len();
        let block = self.content(item, scope, guards)?;
        let mut body = Vec::new();
        if !in_one_order(&block, &mut body) || self.loops.len() > loops {
            let message = "what is repeated without end has more than one order";
            self.grounder.reporter.report(
                Diagnostic::new(Code::R029, message, span)
                    .label("bullets, an optional item, `either`, or another `repeat until` is in it")
                    .help("number its steps, or give the tries a bound: `repeat at most 3 until …`"),
            );
            return Some(block);
        }
        if let Some(until) = until {
            self.loops.push(Loop { text, until, body, outer: guards.len() });
        }
        Some(if matches!(block, Block::Step(_)) { block } else { Block::Undivided(Box::new(block)) })
    }
}

/// Collects the steps of a block that has one order.
fn in_one_order(block: &Block, steps: &mut Vec<OccurrenceId>) -> bool {
    match block {
        Block::Step(id) => {
            steps.push(*id);
            true
        }
        Block::Sequence(blocks) => blocks.iter().all(|block| in_one_order(block, steps)),
        Block::Undivided(inner) => in_one_order(inner, steps),
        Block::Interleaved(_) | Block::Either(_) | Block::Optional(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::super::model::Runbook;
    use super::super::samples::runbook;
    use crate::system::{Block, OccurrenceId};

    fn made(lists: &str) -> Runbook {
        runbook("", lists).expect("good")
    }

    fn ids(ids: impl IntoIterator<Item = u32>) -> Vec<OccurrenceId> {
        ids.into_iter().map(OccurrenceId).collect()
    }

    #[test]
    fn tries_are_written_out_under_nested_ifs_and_named_by_their_numbers() {
        let made = made("1. `repeat at most 3 until up(A)` `restart A` {#boot} `restart B`");
        let labels: Vec<&str> = made.occurrences.iter().map(|occurrence| occurrence.label.as_str()).collect();
        assert_eq!(labels, ["boot", "restart B", "boot-2", "restart B (2)", "boot-3", "restart B (3)"]);
        let guards: Vec<_> = made.guards.iter().map(|guard| (guard.text.as_str(), guard.steps.clone())).collect();
        assert_eq!(guards, [("not (up(A))", ids(2..6)), ("not (up(A))", ids(4..6))]);
        assert_eq!(made.occurrences[4].guards, [0, 1]);
        assert!(made.loops.is_empty());
    }

    #[test]
    fn a_loop_stands_once_and_knows_which_ifs_are_around_it() {
        let made = made(
            "1. `if up(B)` `repeat until up(A)`\n   1. `power on A`\n   2. `if up(A)` `restart A`\n2. `restart B`",
        );
        assert_eq!(made.loops.len(), 1);
        assert_eq!((made.loops[0].text.as_str(), made.loops[0].outer), ("up(A)", 1));
        assert_eq!(made.loops[0].body, ids(0..2));
        let Block::Sequence(blocks) = &made.root else { panic!("{:?}", made.root) };
        assert!(matches!(blocks[0], Block::Undivided(_)));
    }

    #[test]
    fn one_try_is_no_retry_and_a_loop_of_one_step_is_a_step() {
        let made =
            made("- `repeat at most 1 until up(A)` `restart A`\n- `repeat until up(A)` `restart B`\n- `restart B`");
        assert!(made.guards.is_empty());
        assert!(made.chains.is_empty(), "a loop does not change places with a step");
        assert_eq!(made.root, Block::Interleaved(ids(0..3).into_iter().map(Block::Step).collect()));
    }
}
