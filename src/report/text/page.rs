//! Lines of text: inks, widths, wrapping. All text of files goes through [`flow`], which leaves no control character.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How wide, and whether with colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Columns; at least [`Look::NARROWEST`] are used.
    pub width: usize,
    /// Whether escapes for colour are written.
    pub colour: bool,
}

impl Look {
    /// Views do not get narrower than this.
    pub const NARROWEST: usize = 40;

    /// What snapshots, pipes and files get: 80 columns, no colour.
    pub const PLAIN: Look = Look { width: 80, colour: false };
}

/// What a piece of text is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    /// Text.
    Plain,
    /// Headings.
    Strong,
    /// What matters less.
    Dim,
    /// What holds.
    Good,
    /// What does not.
    Bad,
    /// What nobody knows.
    Unsure,
}

impl Ink {
    fn style(self) -> anstyle::Style {
        let colour = |colour: anstyle::AnsiColor| anstyle::Style::new().fg_color(Some(colour.into()));
        match self {
            Ink::Plain => anstyle::Style::new(),
            Ink::Strong => anstyle::Style::new().bold(),
            Ink::Dim => anstyle::Style::new().dimmed(),
            Ink::Good => colour(anstyle::AnsiColor::Green),
            Ink::Bad => colour(anstyle::AnsiColor::Red),
            Ink::Unsure => colour(anstyle::AnsiColor::Yellow),
        }
    }
}

/// A piece of text in one ink.
pub(super) type Piece = (Ink, String);

/// One line, ready to print.
pub(super) type Line = Vec<Piece>;

/// Text that grows line by line.
pub(super) struct Page {
    pub(super) look: Look,
    text: String,
}

impl Page {
    pub(super) fn new(look: Look) -> Page {
        Page { look: Look { width: look.width.max(Look::NARROWEST), ..look }, text: String::new() }
    }

    pub(super) fn finish(self) -> String {
        self.text
    }

    /// An empty line.
    pub(super) fn gap(&mut self) {
        self.text.push('\n');
    }

    /// One line as it is, after `indent` columns. Its pieces come from [`flow`] or are written by this layer.
    pub(super) fn line(&mut self, indent: usize, line: &[Piece]) {
        let full = width(line) > 0;
        self.text.extend(std::iter::repeat_n(' ', if full { indent } else { 0 }));
        let last = line.iter().rposition(|(_, text)| !text.trim_end().is_empty());
        for (index, (ink, text)) in line.iter().enumerate().take(last.map_or(0, |last| last + 1)) {
            let text = if Some(index) == last { text.trim_end() } else { text };
            let style = if self.look.colour { ink.style() } else { anstyle::Style::new() };
            self.text.push_str(&format!("{style}{text}{style:#}"));
        }
        self.text.push('\n');
    }

    /// Words, wrapped: the first line after `indent` columns, the others after `hang`.
    pub(super) fn words(&mut self, indent: usize, hang: usize, pieces: &[Piece]) {
        let room = self.look.width.saturating_sub(indent.max(hang));
        for (index, line) in flow(pieces, room).iter().enumerate() {
            self.line(if index == 0 { indent } else { hang }, line);
        }
    }
}

/// A piece of text in one ink.
pub(super) fn piece(ink: Ink, text: impl Into<String>) -> Piece {
    (ink, text.into())
}

/// Columns taken by a line.
pub(super) fn width(line: &[Piece]) -> usize {
    line.iter().map(|(_, text)| text.width()).sum()
}

/// Wraps words at spaces to at most `room` columns; a longer word is cut. A no-break space holds its words together and
/// becomes a space. Control characters, and those that turn the direction of writing, are shown as escapes.
pub(super) fn flow(pieces: &[Piece], room: usize) -> Vec<Line> {
    let room = room.max(4);
    let mut lines: Vec<Line> = vec![Vec::new()];
    let mut used = 0;
    for word in words(pieces) {
        let wide = width(&word);
        let space = usize::from(used > 0);
        if used + space + wide <= room {
            if space == 1 {
                push(&mut lines, word[0].0, " ");
            }
            used += space + wide;
            word.iter().for_each(|(ink, text)| push(&mut lines, *ink, text));
            continue;
        }
        if used > 0 {
            lines.push(Vec::new());
            used = 0;
        }
        for (ink, character) in word.iter().flat_map(|(ink, text)| text.chars().map(move |c| (*ink, c))) {
            let wide = character.width().unwrap_or(0);
            if used + wide > room {
                lines.push(Vec::new());
                used = 0;
            }
            used += wide;
            push(&mut lines, ink, character.encode_utf8(&mut [0; 4]));
        }
    }
    lines
}

fn push(lines: &mut [Line], ink: Ink, text: &str) {
    let line = lines.last_mut().expect("there is always a line");
    match line.last_mut() {
        Some((last, so_far)) if *last == ink => so_far.push_str(text),
        _ => line.push((ink, text.to_owned())),
    }
}

/// The words of the pieces; a word may go over several pieces where no space parts them.
fn words(pieces: &[Piece]) -> Vec<Line> {
    let mut words: Vec<Line> = Vec::new();
    let mut open = false;
    for (ink, text) in pieces {
        for (index, word) in text.split([' ', '\n', '\t', '\r']).enumerate() {
            open &= index == 0;
            if word.is_empty() {
                continue;
            }
            let shown: String = word.chars().map(shown).collect();
            match words.last_mut() {
                Some(last) if open => last.push((*ink, shown)),
                _ => words.push(vec![(*ink, shown)]),
            }
            open = true;
        }
    }
    words
}

/// A line of a file: as it is, but for characters that no terminal should get.
pub(super) fn literal(line: &str) -> String {
    line.chars().map(|c| if c == '\t' { c.to_string() } else { shown(c) }).collect()
}

/// A character as it may be printed.
fn shown(character: char) -> String {
    let turns = matches!(character, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    if character == '\u{a0}' {
        " ".to_owned()
    } else if character.is_control() || turns {
        character.escape_unicode().to_string()
    } else {
        character.to_string()
    }
}

/// A number with its thousands apart, held together by no-break spaces: `10 080`. What is not a number stays as it is.
pub(super) fn grouped(digits: &str) -> String {
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|group| std::str::from_utf8(group).unwrap_or_default()).collect();
    if digits.bytes().all(|byte| byte.is_ascii_digit()) { groups.join("\u{a0}") } else { digits.to_owned() }
}

/// Why something is not known: which limit was hit, or that somebody asked to stop.
pub fn stopped_by(limit: &str) -> String {
    match limit {
        "cancelled" => "it was stopped".to_owned(),
        "not asked" => "it is not looked at".to_owned(),
        limit => format!("the limit on {limit} was hit"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(lines: &[Line]) -> Vec<String> {
        lines.iter().map(|line| line.iter().map(|(_, text)| text.as_str()).collect()).collect()
    }

    #[test]
    fn words_wrap_at_spaces_and_long_words_are_cut() {
        let lines =
            flow(&[piece(Ink::Plain, "install the "), piece(Ink::Bad, "optionpack"), piece(Ink::Plain, ", then")], 8);
        assert_eq!(texts(&lines), ["install", "the", "optionpa", "ck, then"]);
    }

    #[test]
    fn wide_characters_take_two_columns() {
        let lines = flow(&[piece(Ink::Plain, "漢字漢字")], 4);
        assert_eq!(texts(&lines), ["漢字", "漢字"]);
    }

    #[test]
    fn control_characters_are_never_printed_raw() {
        let lines = flow(&[piece(Ink::Plain, "a\u{1b}[31m b\u{202e}c\td\u{7}")], 80);
        assert_eq!(texts(&lines), ["a\\u{1b}[31m b\\u{202e}c d\\u{7}"]);
    }

    #[test]
    fn thousands_stand_apart_and_are_not_torn() {
        assert_eq!(grouped("10080"), "10\u{a0}080");
        assert_eq!(grouped("720"), "720");
        assert_eq!(grouped(""), "");
        assert_eq!(texts(&flow(&[piece(Ink::Plain, format!("of {}", grouped("1234567")))], 10)), ["of", "1 234 567"]);
    }
}
