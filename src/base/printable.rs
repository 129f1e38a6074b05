//! Text that a terminal shows and does not act on: no escape sequences, no characters that turn the direction of writing.

use std::borrow::Cow;

/// Would a terminal or a page act on it? Tabs and ends of lines are fine.
pub fn is_harmful(c: char) -> bool {
    let turns_direction = matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    (c.is_control() && !matches!(c, '\t' | '\n' | '\r')) || turns_direction
}

/// The text with harmful characters as escapes. With `colour` the sequences that set colours, and no others, are left in it.
pub fn printable(text: &str, colour: bool) -> Cow<'_, str> {
    if !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(acts) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some(length) = colour.then(|| colouring(rest)).flatten() {
            out.push_str(&rest[..length]);
            rest = &rest[length..];
        } else {
            let mut left = rest.chars();
            out.extend(left.next().into_iter().flat_map(char::escape_default));
            rest = left.as_str();
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The same on one line: a name.
pub fn one_line(text: &str) -> String {
    let shown = |c: char| if matches!(c, '\n' | '\t') { c.escape_default().collect() } else { String::from(c) };
    printable(text, false).chars().map(shown).collect()
}

/// A carriage return is fine in a file, and in what is printed hides what stands before it.
fn acts(c: char) -> bool {
    is_harmful(c) || c == '\r'
}

/// The length of the sequence that sets a colour at the start of a text.
fn colouring(text: &str) -> Option<usize> {
    let numbers = text.strip_prefix("\u{1b}[")?;
    let end = numbers.find(|c: char| !c.is_ascii_digit() && c != ';')?;
    numbers[end..].starts_with('m').then_some(2 + end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_acts_on_is_written_as_an_escape() {
        assert_eq!(printable("a\u{1b}[2Jb\u{9b}\u{202e}\r\n\tc", false), "a\\u{1b}[2Jb\\u{9b}\\u{202e}\\r\n\tc");
        assert_eq!(one_line("a\nb\u{7f}"), "a\\nb\\u{7f}");
        assert!(matches!(printable("größer\n", false), Cow::Borrowed(_)));
    }

    #[test]
    fn colours_alone_are_let_through_where_they_are_wanted() {
        assert_eq!(printable("\u{1b}[1;31mred\u{1b}[0m", true), "\u{1b}[1;31mred\u{1b}[0m");
        assert_eq!(printable("\u{1b}[31mred", false), "\\u{1b}[31mred");
        assert_eq!(printable("\u{1b}[2J\u{1b}]0;title\u{7}\u{1b}[", true), "\\u{1b}[2J\\u{1b}]0;title\\u{7}\\u{1b}[");
    }
}
