//! The checked block of a runbook to [`tree::Block`](super::tree::Block).

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::check;
use super::document::Document;
use super::keys::{BLOCK, STATE};
use super::rule::rule;
use super::tree::{Assignments, Block, Claim, Count, Promise, Quantity, State, Text};
use crate::base::{SourceId, Sources, Span};
use crate::diag::Diagnostic;

/// Reads the block that stands at `range` of the file.
pub(super) fn block(
    sources: &Sources,
    source: SourceId,
    range: Range<usize>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Block {
    let (mut document, table) = Document::parse(source, range.start, &sources.text(source)[range.clone()]);
    check::table(&mut document, &table, 0..0, &BLOCK);
    let block = Block {
        span: Span::new(source, range),
        world: document.text_of(&table, "world"),
        title: document.text_of(&table, "title"),
        given: document.assignments_of(&table, "given"),
        unknown: document.alternatives(&table),
        faults: document.entries(&table, "faults", |document, value| document.as_integer(value)),
        fair: document.text_of(&table, "progress").is_none_or(|progress| progress.value == "fair"),
        slips: document.get(&table, "slips").and_then(|value| document.as_integer(value)),
        claims: {
            let claims = document.tables_of(&table, "claim");
            claims.into_iter().map(|(table, at)| document.claim(table, at)).collect()
        },
    };
    diagnostics.extend(document.finish());
    block
}

/// Reads a state file.
pub fn state(sources: &Sources, source: SourceId, diagnostics: &mut Vec<Diagnostic>) -> State {
    let (mut document, table) = Document::parse(source, 0, sources.text(source));
    check::table(&mut document, &table, 0..0, &STATE);
    let state = State {
        world: document.text_of(&table, "world"),
        given: document.assignments_of(&table, "given"),
        unknown: document.alternatives(&table),
    };
    diagnostics.extend(document.finish());
    state
}

impl<'t> Document<'t> {
    fn alternatives(&mut self, table: &DeTable<'t>) -> Vec<(Assignments, Span)> {
        let alternatives = self.tables_of(table, "unknown");
        alternatives.into_iter().map(|(table, at)| (self.assignments(table), self.span(at))).collect()
    }

    fn claim(&mut self, table: &DeTable<'t>, range: Range<usize>) -> Claim {
        let filter = self.get(table, "where").and_then(|value| {
            let text = self.as_text(value)?;
            let place = self.place(&text.value, value.span());
            let rule = rule(&text.value, place, &mut self.diagnostics);
            Some((text, rule))
        });
        let quantities = [
            ("every", Quantity::Every),
            ("some", Quantity::Some),
            ("no", Quantity::No),
            ("only", Quantity::Only),
            ("exactly", Quantity::Exactly),
        ];
        let promise = self.promise(table);
        Claim {
            promise,
            span: self.span(range),
            id: self.text_of(table, "id"),
            title: self.text_of(table, "title"),
            cite: self.texts_of(table, "cite"),
            filter,
            property: quantities.into_iter().find_map(|(key, quantity)| Some((quantity, self.text_of(table, key)?))),
            count: self
                .table(table, "count")
                .map(|(count, _)| Count { good: self.digits(count, "good"), of: self.digits(count, "of") }),
        }
    }

    fn promise(&mut self, table: &DeTable<'t>) -> Option<Promise> {
        if self.get(table, "tolerates").is_some() {
            return Some(Promise::Tolerates(
                self.entries(table, "tolerates", |document, value| document.as_integer(value)),
            ));
        }
        if let Some(silent) = self.boolean_of(table, "no-silent-slips") {
            return Some(Promise::NoSilentSlips(silent.value));
        }
        if let Some(text) = self.text_of(table, "eventually") {
            let expr = if text.value == "healthy" { None } else { Some(self.expr_of(table, "eventually")?) };
            let fair = self.text_of(table, "progress").is_none_or(|progress| progress.value == "fair");
            return Some(Promise::Eventually(text, expr, fair));
        }
        self.boolean_of(table, "recoverable").map(|wanted| Promise::Recoverable(wanted.value))
    }

    fn digits(&self, table: &DeTable<'t>, key: &str) -> Option<Text> {
        let value = self.get(table, key)?;
        match value.get_ref() {
            DeValue::Integer(_) => {
                let integer = self.as_integer(value)?;
                Some(Text::new(integer.value.to_string(), integer.span))
            }
            _ => self.as_text(value),
        }
    }
}
