//! The lists of a runbook as text that can be edited item by item.
//!
//! Comes in: a runbook's text and tree. Goes out: a [`Sheet`]: which items stay whole, which lists they stand in, on which lines;
//! `rewrite.rs` writes a sheet with its items in other places. A list is *open* where its items can be taken out and put in
//! without touching anything else: each begins its line, after spaces alone.

use super::tree::{Content, Item, List, Runbook};
use std::ops::Range;

/// What an item is, for those who edit it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ItemKind {
    /// One step, without a condition.
    Step,
    /// Steps that stay together.
    Whole,
    /// Steps that stay together, once for each of something: what that means depends on the list.
    Copies,
    /// No step at all.
    Text,
    /// Nothing but a list that can be edited, by its index.
    List(usize),
}

/// An item of a list.
#[derive(Clone, Debug)]
pub struct SheetItem {
    /// What it is.
    pub kind: ItemKind,
    /// The item, in bytes.
    pub span: Range<usize>,
    /// Its lines, with those up to the next item.
    pub(super) lines: Range<usize>,
    /// Spaces before the marker.
    pub(super) indent: usize,
    /// `-`, `12.`
    pub(super) marker: String,
    /// Spaces after the marker.
    pub(super) pad: usize,
}

/// A list.
#[derive(Clone, Debug)]
pub struct SheetList {
    /// Whether it has numbers.
    pub ordered: bool,
    /// Whether its items can be edited.
    pub open: bool,
    /// Indices of its items.
    pub items: Vec<usize>,
    /// Its lines.
    pub(super) lines: Range<usize>,
}

/// The lists of a runbook as text.
#[derive(Clone, Debug)]
pub struct Sheet<'t> {
    /// The whole file.
    pub text: &'t str,
    /// All lists, inner ones before outer ones.
    pub lists: Vec<SheetList>,
    /// All items of these lists.
    pub items: Vec<SheetItem>,
    /// The lists of the top level, in order.
    pub top: Vec<usize>,
}

impl<'t> Sheet<'t> {
    /// Lays out the lists of a runbook that was read from this text.
    pub fn new(text: &'t str, tree: &Runbook) -> Sheet<'t> {
        let mut sheet = Sheet { text, lists: Vec::new(), items: Vec::new(), top: Vec::new() };
        sheet.top = tree.lists.iter().map(|list| sheet.list(list)).collect();
        sheet
    }

    fn list(&mut self, list: &List) -> usize {
        let text = self.text;
        let end = list.span.range().start + text[list.span.range()].trim_end().len();
        let end = text[end..].find('\n').map_or(text.len(), |at| end + at + 1);
        let starts: Vec<usize> = list.items.iter().map(|item| line_start(text, item.span.range().start)).collect();
        let mut open = !starts.is_empty();
        let mut items = Vec::new();
        for (at, item) in list.items.iter().enumerate() {
            let lines = starts[at]..starts.get(at + 1).copied().unwrap_or(end).max(starts[at]);
            let kind = self.kind(item);
            let start = item.span.range().start;
            let before = &text[starts[at]..start];
            let marker: String = text[start..].chars().take_while(|c| !c.is_whitespace()).collect();
            let after = &text[(start + marker.len()).min(text.len())..];
            let pad = after.len() - after.trim_start_matches(' ').len();
            open &= before.bytes().all(|byte| byte == b' ') && (1..=4).contains(&pad) && is_marker(&marker);
            open &=
                !text[lines.clone()].lines().any(|line| line[..line.len() - line.trim_start().len()].contains('\t'));
            items.push(SheetItem { kind, span: item.span.range(), lines, indent: before.len(), marker, pad });
        }
        let items = items.into_iter().map(|item| {
            self.items.push(item);
            self.items.len() - 1
        });
        let items = items.collect();
        let lines = starts.first().copied().unwrap_or(end)..end;
        self.lists.push(SheetList { ordered: list.ordered, open, items, lines });
        self.lists.len() - 1
    }

    fn kind(&mut self, item: &Item) -> ItemKind {
        let (mut steps, mut forms, mut copies) = (0, usize::from(item.optional), false);
        let mut lists = Vec::new();
        for content in &item.content {
            match content {
                Content::Step(..) => steps += 1,
                Content::If(..) | Content::Either(_) | Content::Undivided(_) | Content::Repeat(..) => forms += 1,
                Content::ForEach(..) => copies = true,
                Content::List(list) => lists.push(list),
            }
        }
        match (steps, forms, copies, &lists[..]) {
            (_, _, true, _) => ItemKind::Copies,
            (0, 0, false, []) => ItemKind::Text,
            (1, 0, false, []) => ItemKind::Step,
            (0, 0, false, [list]) => {
                let (lists, items) = (self.lists.len(), self.items.len());
                let inner = self.list(list);
                if self.lists[inner].open {
                    return ItemKind::List(inner);
                }
                self.lists.truncate(lists);
                self.items.truncate(items);
                ItemKind::Whole
            }
            _ => ItemKind::Whole,
        }
    }
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

fn is_marker(marker: &str) -> bool {
    let number = marker.strip_suffix(['.', ')']);
    matches!(marker, "-" | "*" | "+")
        || number.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}
