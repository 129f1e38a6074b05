//! Every small change to a runbook: to the orders that its lists allow, and to what its claims speak of.

use super::condition::{Change, Conditions};
use super::edits::quoted;
use super::mutant::{Edit, Kind, Mutant, numbered};
use crate::base::Span;
use crate::syntax::tree::{Block, Claim, Content, Expr, Item, List, Quantity, Rule, RuleKind, Runbook};
use crate::syntax::{ItemKind, Sheet, Wanted};

/// The changes to a runbook, in its order.
pub fn of_runbook(text: &str, tree: &Runbook) -> Vec<Mutant> {
    let mut sites = Sites { text, found: Vec::new() };
    if let Some(block) = &tree.block {
        sites.block(block);
    }
    tree.lists.iter().for_each(|list| sites.list(list));
    sites.pairs(&Sheet::new(text, tree));
    numbered(sites.found)
}

struct Sites<'t> {
    text: &'t str,
    found: Vec<Mutant>,
}

impl Sites<'_> {
    fn block(&mut self, block: &Block) {
        for (name, most) in &block.faults {
            for by in [-1, 1] {
                let new = most.value.saturating_add(by);
                if new >= 0 {
                    let edit = Edit { range: most.span.range(), text: new.to_string() };
                    let shown = (most.value.to_string(), new.to_string());
                    self.add(format!("faults.{}", name.value), Kind::Bound, shown, vec![edit]);
                }
            }
        }
        block.claims.iter().for_each(|claim| self.claim(claim));
    }

    fn claim(&mut self, claim: &Claim) {
        let (Some(id), Some((text, rule))) = (&claim.id, &claim.filter) else { return };
        let element = format!("claim.{}.where", id.value);
        let cites: Vec<String> = claim.cite.iter().map(|cite| cite.value.clone()).collect();
        let before = self.found.len();
        // `only` and `exactly` compare with it, so it cannot be left out there.
        let compared = matches!(claim.property, Some((Quantity::Only | Quantity::Exactly, _)));
        let value = quoted(self.text, text.span.range());
        let key = self.text[..value.start].trim_end().strip_suffix('=').map(str::trim_end);
        if let Some(rest) = key.and_then(|key| key.strip_suffix("where")).filter(|_| !compared) {
            let edit = Edit { range: rest.len()..value.end, text: String::new() };
            self.add(element.clone(), Kind::Claim, (text.value.clone(), "(no where)".to_owned()), vec![edit]);
        }
        self.rule(&element, rule);
        self.found[before..].iter_mut().for_each(|mutant| mutant.cites.clone_from(&cites));
    }

    fn slice(&self, span: Span) -> Option<&str> {
        self.text.get(span.range()).filter(|slice| !slice.starts_with('"'))
    }

    fn rule(&mut self, element: &str, rule: &Rule) {
        let Some(own) = self.slice(rule.span).map(str::to_owned) else { return };
        let mut new = Vec::new();
        match &rule.kind {
            RuleKind::And(left, right) | RuleKind::Or(left, right) => {
                if let (Some(one), Some(other)) = (self.slice(left.span), self.slice(right.span)) {
                    let word = if matches!(rule.kind, RuleKind::And(..)) { "or" } else { "and" };
                    new.extend([format!("({one})"), format!("({other})"), format!("({one}) {word} ({other})")]);
                }
                self.rule(element, left);
                self.rule(element, right);
            }
            RuleKind::Not(inner) => {
                new.extend(self.slice(inner.span).map(|inner| format!("({inner})")));
                self.rule(element, inner);
            }
            RuleKind::RightAfter(..) => {
                if let Some((one, other)) = own.split_once(" right after ") {
                    new.push(format!("{other} before {one}"));
                }
                new.push(format!("(not ({own}))"));
            }
            RuleKind::Before(..) | RuleKind::Between(..) | RuleKind::SomeAfterAll(..) => {
                new.push(format!("(not ({own}))"));
            }
            RuleKind::Bad => {}
        }
        for new in new {
            let edit = Edit { range: rule.span.range(), text: new.clone() };
            self.add(element.to_owned(), Kind::Claim, (own.clone(), new), vec![edit]);
        }
    }

    fn list(&mut self, list: &List) {
        list.items.iter().for_each(|item| self.item(item));
    }

    fn item(&mut self, item: &Item) {
        let name = name(item);
        if item.optional {
            let range = item.span.range();
            let slice = self.text.get(range.clone()).unwrap_or("");
            if let Some(at) = slice.find("[ ]") {
                let edit = Edit { range: range.start + at..range.start + at + 3, text: String::new() };
                let shown = ("[ ]".to_owned(), "(not to be left out)".to_owned());
                self.add(format!("item `{name}`"), Kind::Procedure, shown, vec![edit]);
            }
        }
        for content in &item.content {
            match content {
                Content::If(text, expr) => self.condition(&format!("if {}", text.value), expr),
                Content::Repeat(most, text, expr, span) => {
                    let element = format!("repeat until {}", text.value);
                    self.condition(&element, expr);
                    let slice = self.text.get(span.range()).unwrap_or("");
                    let count = most.as_ref().map(|most| (most.value, most.value.to_string()));
                    if let Some((count, digits)) = count
                        && let Some(at) = slice.find(&digits)
                    {
                        let start = span.range().start + at;
                        for other in [count.saturating_sub(1), count + 1].into_iter().filter(|other| *other > 0) {
                            let edit = Edit { range: start..start + digits.len(), text: other.to_string() };
                            let shown = (digits.clone(), other.to_string());
                            self.add(element.clone(), Kind::Bound, shown, vec![edit]);
                        }
                    }
                }
                Content::Undivided(span) => {
                    let edit = Edit { range: span.range(), text: String::new() };
                    let shown = ("undivided".to_owned(), "(nothing)".to_owned());
                    self.add(format!("item `{name}`"), Kind::Procedure, shown, vec![edit]);
                }
                Content::List(list) => self.list(list),
                Content::Step(..) | Content::ForEach(..) | Content::Either(_) => {}
            }
        }
    }

    fn condition(&mut self, element: &str, expr: &Expr) {
        let changes: Vec<Change> = Conditions::new(self.text).guard(expr);
        for (range, new) in changes {
            let shown = (self.text[range.clone()].to_owned(), new.clone());
            self.add(element.to_owned(), Kind::Guard, shown, vec![Edit { range, text: new }]);
        }
    }

    /// Neighbours in numbered lists change places, or may come in any order.
    fn pairs(&mut self, sheet: &Sheet<'_>) {
        for (number, list) in sheet.lists.iter().enumerate().filter(|(_, list)| list.ordered && list.open) {
            for at in 1..list.items.len() {
                let names: Vec<String> = [at - 1, at].map(|at| shown(sheet, list.items[at])).to_vec();
                if names.iter().any(String::is_empty) {
                    continue;
                }
                for (way, new) in [(Way::Any, "in any order"), (Way::Swapped, "the other way round")] {
                    let edit = |parts: Vec<Wanted>| edited(parts, at, way);
                    let top = sheet.top.iter().map(|list| {
                        as_is(sheet, *list, &mut |list, parts| {
                            if list == number { edit(parts) } else { parts }
                        })
                    });
                    let text = sheet.rewritten(&top.collect::<Vec<_>>());
                    let element = format!("steps `{}`, `{}`", names[0], names[1]);
                    let shown = ("in this order".to_owned(), new.to_owned());
                    if let Some(edit) = difference(self.text, &text) {
                        self.add(element, Kind::Procedure, shown, vec![edit]);
                    }
                }
            }
        }
    }

    fn add(&mut self, element: String, kind: Kind, (old, new): (String, String), edits: Vec<Edit>) {
        self.found.push(Mutant { element, kind, old, new, edits, cites: Vec::new() });
    }
}

#[derive(Clone, Copy)]
enum Way {
    Any,
    Swapped,
}

fn edited(mut parts: Vec<Wanted>, at: usize, way: Way) -> Vec<Wanted> {
    match way {
        Way::Swapped => parts.swap(at - 1, at),
        Way::Any => {
            let pair: Vec<Wanted> = parts.drain(at - 1..=at).collect();
            parts.insert(at - 1, Wanted::List { origin: None, ordered: false, parts: pair });
        }
    }
    parts
}

/// A list as it stands in the sheet, its parts changed by a function.
fn as_is(sheet: &Sheet<'_>, list: usize, change: &mut impl FnMut(usize, Vec<Wanted>) -> Vec<Wanted>) -> Wanted {
    let mut parts = Vec::new();
    for item in &sheet.lists[list].items {
        parts.push(match sheet.items[*item].kind {
            ItemKind::List(inner) => as_is(sheet, inner, change),
            _ => Wanted::Item(*item),
        });
    }
    let ordered = sheet.lists[list].ordered;
    Wanted::List { origin: Some(list), ordered, parts: change(list, parts) }
}

/// What an item is called: its first step, or the beginning of its text.
fn name(item: &Item) -> String {
    let first = item.content.iter().find_map(|content| match content {
        Content::Step(sentence, label) => Some(label.as_ref().unwrap_or(sentence).value.clone()),
        Content::List(list) => list.items.first().map(name),
        _ => None,
    });
    first.unwrap_or_default()
}

fn shown(sheet: &Sheet<'_>, item: usize) -> String {
    let text = &sheet.text[sheet.items[item].span.clone()];
    let code = text.split('`').nth(1).unwrap_or("");
    code.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The one edit that leads from a text to another; None where they are the same.
fn difference(old: &str, new: &str) -> Option<Edit> {
    if old == new {
        return None;
    }
    let mut start = old.bytes().zip(new.bytes()).take_while(|(a, b)| a == b).count();
    while !old.is_char_boundary(start) || !new.is_char_boundary(start) {
        start -= 1;
    }
    let room = old.len().min(new.len()) - start;
    let mut end = old.bytes().rev().zip(new.bytes().rev()).take(room).take_while(|(a, b)| a == b).count();
    while !old.is_char_boundary(old.len() - end) || !new.is_char_boundary(new.len() - end) {
        end -= 1;
    }
    Some(Edit { range: start..old.len() - end, text: new[start..new.len() - end].to_owned() })
}
