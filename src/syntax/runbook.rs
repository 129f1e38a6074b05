//! A runbook's Markdown to [`tree::Runbook`](super::tree::Runbook): its title, its checked block, its lists.
//!
//! ```text
//! Markdown events ──► open lists and items (a stack) ──► List / Item / Content
//!        └─ fenced code `toml runproof` ──► block.rs
//! ```
//! What code spans mean is in `span.rs`. Block quotes, tables, code blocks and HTML are for people. A file without a checked block is
//! no runbook: it gives no diagnostics.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::block::block;
use super::document::{MAX_TEXT, too_long};
use super::fence;
use super::span;
use super::tree::{Content, Item, List, Runbook};
use crate::base::{SourceId, Sources, Span, Spanned, is_harmful};
use crate::diag::{Code, Diagnostic};

/// Lists inside lists.
const MAX_LISTS: usize = 16;

/// Reads a runbook. What cannot be read is missing from the tree, and a diagnostic says why.
pub fn runbook(sources: &Sources, source: SourceId, diagnostics: &mut Vec<Diagnostic>) -> Runbook {
    let text = sources.text(source);
    if let Some(range) = too_deep(text) {
        let message = "more list and quote marks on one line than lists may nest";
        diagnostics.push(Diagnostic::new(Code::R015, message, Span::new(source, range)));
        return Runbook::default();
    }
    let mut reading = Reading::new(text, source);
    for (event, range) in Parser::new_ext(text, Options::ENABLE_TASKLISTS | Options::ENABLE_TABLES).into_offset_iter() {
        reading.event(event, range);
    }
    diagnostics.append(&mut reading.marks);
    let mut runbook = Runbook { title: reading.title, block: None, lists: reading.lists };
    let mut blocks = reading.blocks.into_iter();
    if let Some(first) = blocks.next() {
        for other in blocks {
            diagnostics.push(
                Diagnostic::new(Code::R022, "a second checked block", Span::new(source, other))
                    .related(Span::new(source, first.clone()), "the first is here")
                    .help("put everything into the first"),
            );
        }
        runbook.block = Some(block(sources, source, first, diagnostics));
        diagnostics.append(&mut reading.found);
    }
    runbook
}

/// A line that opens so many lists or quotes that reading it would take time beyond measure.
fn too_deep(text: &str) -> Option<Range<usize>> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let marks = line.split_whitespace().take_while(|word| is_mark(word)).count();
        let quotes = line.bytes().take_while(|byte| matches!(byte, b'>' | b' ')).filter(|byte| *byte == b'>').count();
        if marks.max(quotes) > 2 * MAX_LISTS && !is_rule(line) {
            return Some(start..start + line.trim_end().len());
        }
        start += line.len();
    }
    None
}

fn is_mark(word: &str) -> bool {
    let numbered = word.ends_with(['.', ')']) && word[..word.len() - 1].bytes().all(|byte| byte.is_ascii_digit());
    matches!(word, "-" | "*" | "+" | ">") || numbered && word.len() > 1
}

/// `- - -` alone on a line is a rule across the page.
fn is_rule(line: &str) -> bool {
    let mut marks = line.split_whitespace();
    let Some(first @ ("-" | "*")) = marks.next() else { return false };
    marks.all(|mark| mark == first)
}

/// A list that is open.
struct OpenList {
    list: List,
    item: Option<OpenItem>,
}

/// An item that is open.
struct OpenItem {
    item: Item,
    /// The end of a sub-list that nothing has followed yet, and whether it is numbered.
    list_before: Option<(Range<usize>, bool)>,
}

/// What has been read so far.
struct Reading<'t> {
    text: &'t str,
    source: SourceId,
    title: Option<Spanned<String>>,
    /// The heading being read: the title, if it is the first.
    heading: Option<(String, Range<usize>)>,
    blocks: Vec<Range<usize>>,
    lists: Vec<List>,
    open: Vec<OpenList>,
    /// Lists that are open beyond the limit.
    beyond: usize,
    quotes: usize,
    /// As [`OpenItem::list_before`], on the top level.
    list_before: Option<(Range<usize>, bool)>,
    /// Ends of the labels that belong to a step.
    labelled: usize,
    /// Mistakes that count only in a runbook.
    found: Vec<Diagnostic>,
    /// Mistakes in marking the block.
    marks: Vec<Diagnostic>,
}

impl<'t> Reading<'t> {
    fn new(text: &'t str, source: SourceId) -> Self {
        Reading {
            text,
            source,
            title: None,
            heading: None,
            blocks: Vec::new(),
            lists: Vec::new(),
            open: Vec::new(),
            beyond: 0,
            quotes: 0,
            list_before: None,
            labelled: 0,
            found: Vec::new(),
            marks: Vec::new(),
        }
    }

    fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.source, range)
    }

    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        match event {
            Event::Start(Tag::BlockQuote(_)) => {
                self.something_else();
                self.quotes += 1;
            }
            Event::End(TagEnd::BlockQuote(_)) => self.quotes -= 1,
            _ if self.quotes > 0 => {}
            Event::Start(Tag::List(number)) => self.start_list(number.is_some(), range),
            Event::End(TagEnd::List(_)) => self.end_list(),
            Event::Start(Tag::Item) if self.beyond == 0 => {
                let item = Item { span: self.span(range), optional: false, content: Vec::new() };
                if let Some(list) = self.open.last_mut() {
                    list.item = Some(OpenItem { item, list_before: None });
                }
            }
            Event::End(TagEnd::Item) if self.beyond == 0 => {
                if let Some(list) = self.open.last_mut()
                    && let Some(open) = list.item.take()
                {
                    span::check_item(&open.item, &mut self.found);
                    list.list.items.push(open.item);
                }
            }
            Event::TaskListMarker(ticked) => self.task(ticked, range),
            Event::Start(Tag::CodeBlock(kind)) => {
                self.something_else();
                if let CodeBlockKind::Fenced(info) = kind {
                    let fence = fence::Fence { text: self.text, info: &info, range, source: self.source };
                    self.blocks.extend(fence.checked(&mut self.marks));
                }
            }
            Event::Start(Tag::Heading { .. }) => {
                self.something_else();
                self.heading = Some((String::new(), range));
            }
            Event::End(TagEnd::Heading(_)) => {
                if let Some((heading, range)) = self.heading.take()
                    && self.title.is_none()
                {
                    self.title(heading.trim(), range);
                }
            }
            Event::Code(code) => self.code(&code, range),
            Event::Text(words) => {
                self.something_else();
                if let Some((heading, _)) = &mut self.heading {
                    heading.push_str(&words);
                }
                self.stray_label(range);
            }
            Event::SoftBreak | Event::HardBreak => {
                if let Some((heading, _)) = &mut self.heading {
                    heading.push(' ');
                }
            }
            Event::Start(Tag::Paragraph) | Event::End(_) => {}
            _ => self.something_else(),
        }
    }

    /// The first heading. A character that is written as a number, `&#27;`, is found here only.
    fn title(&mut self, heading: &str, range: Range<usize>) {
        if let Some(character) = heading.chars().find(|c| is_harmful(*c)) {
            let message = format!("the heading holds the control character {}", character.escape_unicode());
            self.found.push(Diagnostic::new(Code::R011, message, self.span(range)).help("remove it"));
        } else if heading.len() > MAX_TEXT {
            self.found.push(too_long(heading, MAX_TEXT, self.span(range)));
        } else {
            self.title = Some(Spanned::new(heading.to_string(), self.span(range)));
        }
    }

    /// Notes that something stands between the last list and the next.
    fn something_else(&mut self) {
        *self.before() = None;
    }

    /// Where the end of the last list at this level is kept.
    fn before(&mut self) -> &mut Option<(Range<usize>, bool)> {
        match self.open.last_mut().and_then(|list| list.item.as_mut()) {
            Some(open) => &mut open.list_before,
            None => &mut self.list_before,
        }
    }

    fn start_list(&mut self, ordered: bool, range: Range<usize>) {
        if self.beyond > 0 || self.open.len() == MAX_LISTS {
            if self.beyond == 0 {
                let message = format!("lists nest more than {MAX_LISTS} levels");
                self.found.push(Diagnostic::new(Code::R015, message, self.span(first_line(self.text, &range))));
            }
            self.beyond += 1;
            return;
        }
        if let Some((before, was_ordered)) = self.before().take() {
            self.two_lists(before, was_ordered, ordered, &range);
        }
        let list = List { ordered, items: Vec::new(), span: self.span(range) };
        self.open.push(OpenList { list, item: None });
    }

    fn two_lists(&mut self, before: Range<usize>, was_ordered: bool, ordered: bool, range: &Range<usize>) {
        let message = match (was_ordered, ordered) {
            (true, false) => "a list with numbers goes on with bullets",
            (false, true) => "a list with bullets goes on with numbers",
            _ => "a list goes on with another mark, which begins a new list",
        };
        let diagnostic = Diagnostic::new(Code::R021, message, self.span(first_line(self.text, range)))
            .label("the mark changes here")
            .related(self.span(first_line(self.text, &before)), "the list begins here")
            .help("use one mark for the whole list, or put text between two lists that are done one after the other");
        self.found.push(diagnostic);
    }

    fn end_list(&mut self) {
        if self.beyond > 0 {
            self.beyond -= 1;
            return;
        }
        let Some(OpenList { list, .. }) = self.open.pop() else { return };
        *self.before() = Some((list.span.range(), list.ordered));
        match self.open.last_mut().and_then(|list| list.item.as_mut()) {
            Some(open) => open.item.content.push(Content::List(list)),
            None => self.lists.push(list),
        }
    }

    fn task(&mut self, ticked: bool, range: Range<usize>) {
        self.something_else();
        if ticked {
            let span = self.span(range);
            self.found.push(
                Diagnostic::new(Code::R026, "a ticked box does not say whether the item is to be done", span)
                    .help("write `[ ]` where the item may be left out, and no box where it may not"),
            );
        } else if self.beyond == 0
            && let Some(open) = self.open.last_mut().and_then(|list| list.item.as_mut())
        {
            open.item.optional = true;
        }
    }

    fn code(&mut self, code: &str, range: Range<usize>) {
        self.something_else();
        if let Some((heading, _)) = &mut self.heading {
            heading.push_str(code);
            return;
        }
        let raw = &self.text[range.clone()];
        if self.beyond > 0 || self.open.is_empty() || raw.starts_with("``") {
            return;
        }
        let code = span::CodeSpan { text: self.text, code, range, source: self.source };
        let (content, end) = code.read(&mut self.found);
        self.labelled = end;
        if let Some(open) = self.open.last_mut().and_then(|list| list.item.as_mut()) {
            open.item.content.extend(content);
        }
    }

    /// A label in the text of an item that no step has taken.
    fn stray_label(&mut self, range: Range<usize>) {
        if self.open.is_empty() {
            return;
        }
        let from = range.start.max(self.labelled);
        let Some(words) = self.text.get(from..range.end) else { return };
        if let Some(at) = words.find("{#") {
            let length = words[at..].find('}').map_or(2, |end| end + 1);
            self.found.push(
                Diagnostic::new(Code::R027, "this label follows no step", self.span(from + at..from + at + length))
                    .help("write it right after the code span of its step"),
            );
        }
    }
}

/// The part of a range that stands on its first line.
fn first_line(text: &str, range: &Range<usize>) -> Range<usize> {
    let line = text[range.clone()].lines().next().unwrap_or("");
    range.start..range.start + line.len()
}
