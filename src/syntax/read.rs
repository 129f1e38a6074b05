//! Takes the parts of a checked TOML table as trees: texts, expressions, assignments, lists, tables.
//!
//! What the check found wrong reads as if it were not there. Only what stands inside a text (an expression, a sentence, a rule) can
//! still be wrong here.

use std::ops::Range;

use toml::Spanned as Located;
use toml::de::{DeTable, DeValue};

use super::check::integer;
use super::document::Document;
use super::expr::expression;
use super::sentence::target;
use super::tree::{Assignments, Entries, Expr, ExprKind, Text, Value};
use crate::base::Spanned;

impl<'t> Document<'t> {
    /// The value of `key`, unless it is missing or wrong.
    pub(super) fn get<'a>(&self, table: &'a DeTable<'t>, key: &str) -> Option<&'a Located<DeValue<'t>>> {
        table.get(key).filter(|value| !self.is_spoilt(value.span()))
    }

    /// The table under `key`, and its place.
    pub(super) fn table<'a>(&self, table: &'a DeTable<'t>, key: &str) -> Option<(&'a DeTable<'t>, Range<usize>)> {
        let value = self.get(table, key)?;
        Some((value.get_ref().as_table()?, value.span()))
    }

    /// A value that is text.
    pub(super) fn as_text(&self, value: &Located<DeValue<'t>>) -> Option<Text> {
        if self.is_spoilt(value.span()) {
            return None;
        }
        Some(self.text(value.get_ref().as_str()?, value.span()))
    }

    /// The text of `key`.
    pub(super) fn text_of(&self, table: &DeTable<'t>, key: &str) -> Option<Text> {
        self.as_text(self.get(table, key)?)
    }

    /// The texts in a list.
    pub(super) fn as_texts(&self, value: &Located<DeValue<'t>>) -> Vec<Text> {
        let list = value.get_ref().as_array().filter(|_| !self.is_spoilt(value.span()));
        list.into_iter().flat_map(|list| list.iter()).filter_map(|value| self.as_text(value)).collect()
    }

    /// The texts in the list of `key`.
    pub(super) fn texts_of(&self, table: &DeTable<'t>, key: &str) -> Vec<Text> {
        self.get(table, key).map_or_else(Vec::new, |value| self.as_texts(value))
    }

    /// The tables in the list of `key`, and their places.
    pub(super) fn tables_of<'a>(&self, table: &'a DeTable<'t>, key: &str) -> Vec<(&'a DeTable<'t>, Range<usize>)> {
        let list = self.get(table, key).and_then(|value| value.get_ref().as_array());
        list.into_iter()
            .flat_map(|list| list.iter())
            .filter_map(|value| Some((value.get_ref().as_table()?, value.span())))
            .collect()
    }

    /// A boolean.
    pub(super) fn boolean_of(&self, table: &DeTable<'t>, key: &str) -> Option<Spanned<bool>> {
        let value = self.get(table, key)?;
        Some(Spanned::new(value.get_ref().as_bool()?, self.span(value.span())))
    }

    /// An integer.
    pub(super) fn as_integer(&self, value: &Located<DeValue<'t>>) -> Option<Spanned<i64>> {
        if self.is_spoilt(value.span()) {
            return None;
        }
        Some(Spanned::new(integer(value.get_ref().as_integer()?)?, self.span(value.span())))
    }

    /// The expression of `key`.
    pub(super) fn expr_of(&mut self, table: &DeTable<'t>, key: &str) -> Option<Expr> {
        let value = self.get(table, key)?;
        self.as_expr(value)
    }

    /// A text that is an expression.
    pub(super) fn as_expr(&mut self, value: &Located<DeValue<'t>>) -> Option<Expr> {
        if self.is_spoilt(value.span()) {
            return None;
        }
        let text = value.get_ref().as_str()?;
        let place = self.place(text, value.span());
        Some(expression(text, place, &mut self.diagnostics))
    }

    /// The entries of the table under `key`, each read by `read`.
    pub(super) fn entries<T>(
        &mut self,
        table: &DeTable<'t>,
        key: &str,
        mut read: impl FnMut(&mut Self, &Located<DeValue<'t>>) -> Option<T>,
    ) -> Entries<T> {
        let Some((entries, _)) = self.table(table, key) else { return Vec::new() };
        self.entries_in(entries, &mut read)
    }

    /// The entries of a table, each read by `read`.
    pub(super) fn entries_in<T>(
        &mut self,
        entries: &DeTable<'t>,
        mut read: impl FnMut(&mut Self, &Located<DeValue<'t>>) -> Option<T>,
    ) -> Entries<T> {
        let mut found = Vec::new();
        for (key, value) in entries {
            if self.is_spoilt(key.span()) || self.is_spoilt(value.span()) {
                continue;
            }
            if let Some(read) = read(self, value) {
                found.push((self.text(key.get_ref(), key.span()), read));
            }
        }
        found
    }

    /// The assignments under `key`.
    pub(super) fn assignments_of(&mut self, table: &DeTable<'t>, key: &str) -> Assignments {
        match self.table(table, key) {
            Some((entries, _)) => self.assignments(entries),
            None => Vec::new(),
        }
    }

    /// `target = value`, both read as expressions.
    pub(super) fn assignments(&mut self, entries: &DeTable<'t>) -> Assignments {
        let mut assignments = Vec::new();
        for (key, value) in entries {
            if self.is_spoilt(key.span()) || self.is_spoilt(value.span()) {
                continue;
            }
            let place = self.place(key.get_ref(), key.span());
            let target = target(key.get_ref(), place, &mut self.diagnostics);
            let value = self.as_value(value);
            if let (Some(target), Some(value)) = (target, value) {
                assignments.push((target, value));
            }
        }
        assignments
    }

    fn as_value(&mut self, value: &Located<DeValue<'t>>) -> Option<Value> {
        let span = self.span(value.span());
        let kind = match value.get_ref() {
            DeValue::Boolean(true) => ExprKind::Word("yes".into()),
            DeValue::Boolean(false) => ExprKind::Word("no".into()),
            DeValue::Integer(found) => ExprKind::Integer(integer(found)?),
            _ => return self.as_expr(value),
        };
        Some(Expr { kind, span })
    }
}
