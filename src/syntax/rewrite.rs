//! A runbook's text with the items of its lists in other places.
//!
//! Comes in: a [`Sheet`], and its lists as they are to be. Goes out: the text, in which only the lines of lists that change are
//! written anew: items keep their text and their marker, and move to the right or left as a whole. Numbers go on from the
//! first where they did so before. It does not know what a step means.

use super::marker::{Markers, item, shifted};
use super::sheet::{ItemKind, Sheet, SheetItem};

/// A part of a list as it is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// An item of the sheet.
    Item(usize),
    /// An item of the sheet that may be left out, without the box that says so.
    Required(usize),
    /// A step's sentence, as a new item.
    New(String),
    /// A list; inside another, with the item around it.
    List {
        /// The list of the sheet that it was; None for one that is new.
        origin: Option<usize>,
        /// Whether it has numbers.
        ordered: bool,
        /// Its parts.
        parts: Vec<Wanted>,
    },
}

/// An item without its marker: the first line, and the others as they stand to the right of where the first begins.
type Body = Vec<String>;

impl Sheet<'_> {
    /// The text with these lists on the top level. Lists of the sheet are to come in their order; what stands between
    /// them is done in between.
    pub fn rewritten(&self, top: &[Wanted]) -> String {
        let end = if self.text.contains("\r\n") { "\r\n" } else { "\n" };
        let mut out = String::new();
        let mut cursor = 0;
        let mut waiting: Vec<Body> = Vec::new();
        for part in top {
            let Wanted::List { origin: Some(list), ordered, parts } = part else {
                waiting.push(self.body(part));
                continue;
            };
            let lines = self.lists[*list].lines.clone();
            out.push_str(&self.text[cursor..lines.start]);
            for body in waiting.drain(..) {
                [&item("-", 1, &body)[..], &[String::new(), "Then:".to_owned(), String::new()]]
                    .concat()
                    .iter()
                    .for_each(|line| {
                        out.push_str(line);
                        out.push_str(end);
                    });
            }
            if self.unchanged(*list, *ordered, parts) {
                out.push_str(&self.text[lines.clone()]);
            } else {
                let indent = self.indent(*list);
                for line in self.rendered(Some(*list), *ordered, parts) {
                    out.push_str(&shifted(&line, indent));
                    out.push_str(end);
                }
                if !self.text[lines.clone()].ends_with('\n') && out.ends_with(end) {
                    out.truncate(out.len() - end.len());
                }
            }
            cursor = lines.end;
        }
        for body in waiting {
            if !out.is_empty() && !out.ends_with('\n') {
                out.push_str(end);
            }
            let lines = [&[String::new(), "Then:".to_owned(), String::new()][..], &item("-", 1, &body)].concat();
            lines.iter().for_each(|line| {
                out.push_str(line);
                out.push_str(end);
            });
        }
        out.push_str(&self.text[cursor..]);
        out
    }

    fn indent(&self, list: usize) -> usize {
        self.lists[list].items.first().map_or(0, |item| self.items[*item].indent)
    }

    fn unchanged(&self, list: usize, ordered: bool, parts: &[Wanted]) -> bool {
        let list = &self.lists[list];
        let same = |(item, part): (&usize, &Wanted)| match (part, self.items[*item].kind) {
            (Wanted::List { origin: Some(origin), ordered, parts }, ItemKind::List(inner)) => {
                *origin == inner && self.unchanged(inner, *ordered, parts)
            }
            (Wanted::Item(other), _) => other == item,
            _ => false,
        };
        list.ordered == ordered && list.items.len() == parts.len() && list.items.iter().zip(parts).all(same)
    }

    /// The lines of a list, its markers in the first column.
    fn rendered(&self, origin: Option<usize>, ordered: bool, parts: &[Wanted]) -> Vec<String> {
        let items: Vec<&SheetItem> =
            origin.iter().flat_map(|list| &self.lists[*list].items).map(|item| &self.items[*item]).collect();
        let loose = items.split_last().and_then(|(_, others)| others.first()).map_or(0, |item| self.blank_after(item));
        let mut markers = Markers::new(&items, ordered && origin.is_some_and(|list| self.lists[list].ordered));
        let mut lines = Vec::new();
        for (at, part) in parts.iter().enumerate() {
            let own = self.item_of(part).filter(|own| items.iter().any(|item| item.span == own.span));
            let marker = if ordered { markers.number(own) } else { markers.bullet(own) };
            let pad = own.filter(|own| own.marker.len() == marker.len()).map_or(1, |own| own.pad);
            lines.extend(item(&marker, pad, &self.body(part)));
            if at + 1 < parts.len() {
                let last = items.last().map(|item| &item.span);
                let blank = own.filter(|own| Some(&own.span) != last).map_or(loose, |own| self.blank_after(own));
                lines.extend(std::iter::repeat_n(String::new(), blank));
            }
        }
        lines
    }

    /// The item of the sheet that a part is, or that is around it.
    fn item_of(&self, part: &Wanted) -> Option<&SheetItem> {
        match part {
            Wanted::Item(item) | Wanted::Required(item) => self.items.get(*item),
            Wanted::List { origin: Some(list), .. } => {
                self.items.iter().find(|item| item.kind == ItemKind::List(*list))
            }
            Wanted::New(_) | Wanted::List { origin: None, .. } => None,
        }
    }

    fn blank_after(&self, item: &SheetItem) -> usize {
        self.text[item.lines.clone()].lines().rev().take_while(|line| line.trim().is_empty()).count()
    }

    fn body(&self, part: &Wanted) -> Body {
        match part {
            Wanted::New(sentence) => vec![format!("`{sentence}`")],
            Wanted::Item(item) => self.raw(&self.items[*item], None),
            Wanted::Required(item) => {
                let mut body = self.raw(&self.items[*item], None);
                body[0] = body[0].strip_prefix("[ ]").map_or(body[0].clone(), |rest| rest.trim_start().to_owned());
                body
            }
            Wanted::List { origin, ordered, parts } => match (origin, self.item_of(part)) {
                (Some(list), Some(around)) if self.unchanged(*list, *ordered, parts) => self.raw(around, None),
                (Some(list), Some(around)) => self.raw(around, Some((*list, self.rendered(*origin, *ordered, parts)))),
                _ => {
                    let words = if *ordered { "In this order:" } else { "In any order:" };
                    [vec![words.to_owned()], self.rendered(*origin, *ordered, parts)].concat()
                }
            },
        }
    }

    /// The text of an item, with its list replaced.
    fn raw(&self, item: &SheetItem, list: Option<(usize, Vec<String>)>) -> Body {
        let content = item.indent + item.marker.len() + item.pad;
        let mut body = Vec::new();
        let mut at = item.lines.start;
        let mut replaced = list.map(|(list, lines)| {
            let right = self.indent(list).saturating_sub(content);
            let lines: Vec<String> = lines.iter().map(|line| shifted(line, right)).collect();
            (self.lists[list].lines.clone(), lines)
        });
        for line in self.text[item.lines.clone()].split_inclusive('\n') {
            let start = at;
            at += line.len();
            let inside = replaced.as_ref().is_some_and(|(range, _)| range.contains(&start));
            if inside {
                if let Some((_, lines)) = &mut replaced {
                    body.append(lines);
                }
                continue;
            }
            let line = line.trim_end_matches(['\n', '\r']);
            let spaces = line.len() - line.trim_start_matches(' ').len();
            let cut = if body.is_empty() { content } else { content.min(spaces) };
            body.push(line.get(cut..).unwrap_or("").to_owned());
        }
        while body.len() > 1 && body.last().is_some_and(|line| line.trim().is_empty()) {
            body.pop();
        }
        body
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Sources;

    /// Lists of items by their place in the sheet, edited by a function, written again.
    fn rewritten(text: &str, edit: impl Fn(&mut Vec<Wanted>)) -> String {
        let mut sources = Sources::default();
        let source = sources.add("runbook.md", text);
        let tree = super::super::runbook(&sources, source, &mut Vec::new());
        let sheet = Sheet::new(text, &tree);
        let mut top: Vec<Wanted> = sheet.top.iter().map(|list| as_is(&sheet, *list)).collect();
        edit(&mut top);
        sheet.rewritten(&top)
    }

    fn as_is(sheet: &Sheet<'_>, list: usize) -> Wanted {
        let part = |item: &usize| match sheet.items[*item].kind {
            ItemKind::List(inner) => as_is(sheet, inner),
            _ => Wanted::Item(*item),
        };
        let parts = sheet.lists[list].items.iter().map(part).collect();
        Wanted::List { origin: Some(list), ordered: sheet.lists[list].ordered, parts }
    }

    fn parts(wanted: &mut Wanted) -> &mut Vec<Wanted> {
        match wanted {
            Wanted::List { parts, .. } => parts,
            other => panic!("{other:?}"),
        }
    }

    fn new(sentence: &str) -> Wanted {
        Wanted::New(sentence.to_owned())
    }

    #[test]
    fn a_runbook_that_does_not_change_is_written_as_it_was() {
        let text = "Steps\r\n\r\n1. one `a`\r\n   more\r\n\r\n2. two:\r\n   - `b`\r\n   - `c`\r\n\r\nend";
        assert_eq!(rewritten(text, |_| {}), text);
    }

    #[test]
    fn an_item_that_is_put_in_pushes_the_numbers_on_and_its_text_to_the_right() {
        let text = "9. `a`\n   of old\n\nNow.\n";
        let put = rewritten(text, |top| parts(&mut top[0]).insert(0, new("x")));
        assert_eq!(put, "9. `x`\n10. `a`\n    of old\n\nNow.\n");
        assert_eq!(rewritten("1. `a`\n1. `b`", |top| parts(&mut top[0]).insert(1, new("x"))), "1. `a`\n1. `x`\n1. `b`");
    }

    #[test]
    fn blank_lines_between_items_and_the_ends_of_lines_stay() {
        let text = "* `a`\r\n\r\n* `b`\r\n\r\nend\r\n";
        let put = rewritten(text, |top| parts(&mut top[0]).push(new("x")));
        assert_eq!(put, "* `a`\r\n\r\n* `b`\r\n\r\n* `x`\r\n\r\nend\r\n");
        let taken = rewritten(text, |top| drop(parts(&mut top[0]).remove(0)));
        assert_eq!(taken, "* `b`\r\n\r\nend\r\n");
    }

    #[test]
    fn items_move_into_lists_in_lists_with_all_their_lines() {
        let text = "- first `a`\n  goes on\n- `b`\n- then:\n  1. `c`\n  2. `d`\n";
        let moved = rewritten(text, |top| {
            let all = parts(&mut top[0]);
            let nested = all.remove(2);
            let one = all.remove(0);
            let parts = vec![nested, one];
            all.insert(0, Wanted::List { origin: None, ordered: true, parts });
        });
        let expected = "- In this order:\n  1. then:\n     1. `c`\n     2. `d`\n  2. first `a`\n     goes on\n- `b`\n";
        assert_eq!(moved, expected);
    }

    #[test]
    fn a_list_inside_an_item_changes_and_the_words_around_it_stay() {
        let text = "1. On A:\n\n   - `a`\n   - `b`\n\n   That was A.\n2. `c`\n";
        let taken = rewritten(text, |top| drop(parts(&mut parts(&mut top[0])[0]).remove(1)));
        assert_eq!(taken, "1. On A:\n\n   - `a`\n\n   That was A.\n2. `c`\n");
    }

    #[test]
    fn an_item_that_may_no_longer_be_left_out_loses_its_box() {
        let text = "- [ ] `a`\n- `b`\n";
        assert_eq!(rewritten(text, |top| parts(&mut top[0])[0] = Wanted::Required(0)), "- `a`\n- `b`\n");
    }

    #[test]
    fn what_is_done_between_lists_gets_a_list_of_its_own() {
        let text = "- `a`\n- `b`\n";
        let around = rewritten(text, |top| {
            top.insert(0, new("x"));
            top.push(new("y"));
        });
        assert_eq!(around, "- `x`\n\nThen:\n\n- `a`\n- `b`\n\nThen:\n\n- `y`\n");
    }
}
