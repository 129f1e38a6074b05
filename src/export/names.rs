//! Names that another language takes: letters, digits and `_`, none twice, none of its own words.

use std::collections::HashSet;

/// The longest identifier that is made.
const LONGEST: usize = 60;

/// Identifiers of one language, all in one space of names.
pub(super) struct Names {
    /// In lower case.
    taken: HashSet<String>,
    /// What stands for characters that an identifier cannot have.
    gap: char,
}

impl Names {
    /// None is taken but the language's own words, which are given in lower case, parted by spaces.
    pub fn new(reserved: &str, gap: char) -> Names {
        Names { taken: reserved.split_whitespace().map(str::to_lowercase).collect(), gap }
    }

    /// An identifier that reads like `text`, and was not given before; also not in another case.
    pub fn name(&mut self, text: &str) -> String {
        let plain = self.plain(text);
        let mut name = plain.clone();
        let mut number = 2;
        while !self.taken.insert(name.to_lowercase()) {
            name = format!("{plain}{}{number}", self.gap);
            number += 1;
        }
        name
    }

    /// An identifier that reads like `text`; others may get the same.
    pub fn plain(&self, text: &str) -> String {
        let mut name = String::new();
        for c in text.chars() {
            if c.is_ascii_alphanumeric() {
                name.push(c);
            } else if !name.is_empty() && !name.ends_with(self.gap) {
                name.push(self.gap);
            }
            if name.len() >= LONGEST {
                break;
            }
        }
        let name = name.trim_end_matches(self.gap);
        match name.chars().next() {
            None => "x".to_owned(),
            Some(first) if first.is_ascii_alphabetic() => name.to_owned(),
            Some(_) => format!("x{}{name}", self.gap),
        }
    }

    /// Whether nobody has this name.
    pub fn free(&self, name: &str) -> bool {
        !self.taken.contains(&name.to_lowercase())
    }

    /// Takes a name that is free.
    pub fn take(&mut self, name: &str) {
        self.taken.insert(name.to_lowercase());
    }
}

/// Text on one line, without anything that ends a comment or a line, or moves a terminal.
pub(super) fn line(text: &str) -> String {
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() {
            line.push(' ');
        }
        line.extend(word.chars().map(|c| if harmless(c) { c } else { '?' }));
    }
    for (sign, instead) in [("*/", "* /"), ("/*", "/ *"), ("(*", "( *"), ("*)", "* )"), ("??", "? ?")] {
        while line.contains(sign) {
            line = line.replace(sign, instead);
        }
    }
    // Four of them begin or end a module of TLA+, and a backslash at the end would join two lines.
    while line.contains("----") || line.contains("====") {
        line = line.replace("----", "- -- -").replace("====", "= == =");
    }
    line.trim_end_matches('\\').to_owned()
}

/// What stands at the head, in lines of at most this width, with the sign of a comment before each.
pub(super) fn head(sign: &str, title: &str, about: &[String]) -> String {
    let mut head = String::new();
    for text in std::iter::once(title).chain(about.iter().map(String::as_str)) {
        let mut at = sign.to_owned();
        for word in line(text).split(' ') {
            if at.len() > sign.len() && at.chars().count() + word.chars().count() + 1 > WIDTH {
                head.push_str(at.trim_end());
                head.push('\n');
                at = sign.to_owned();
            }
            at.push(' ');
            at.push_str(word);
        }
        head.push_str(at.trim_end());
        head.push('\n');
    }
    head
}

/// How wide a head is.
const WIDTH: usize = 80;

/// Text in quotes: printable ASCII without quotes, backslashes and what formats take for their own.
pub(super) fn quoted(text: &str) -> String {
    let plain = |c: char| match c {
        '"' => '\'',
        '\\' | '%' => '/',
        c if c.is_ascii_graphic() || c == ' ' => c,
        c if c.is_whitespace() => ' ',
        _ => '?',
    };
    line(text).chars().map(plain).collect()
}

fn harmless(c: char) -> bool {
    // Characters that turn the direction of what follows are invisible, and have no place in a comment.
    !c.is_control()
        && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_identifiers_and_none_is_given_twice() {
        let mut names = Names::new("if do now", '_');
        let given: Vec<String> =
            ["iis(A)", "iis A", "IIS_a", "if", "If", "Выход", "", "1.1", "; drop", "a\"\n*/", &"long ".repeat(40)]
                .iter()
                .map(|text| names.name(text))
                .collect();
        assert_eq!(given[..6], ["iis_A", "iis_A_2", "IIS_a_3", "if_2", "If_3", "x"]);
        assert_eq!(given[6..10], ["x_2", "x_1_1", "drop", "a"]);
        assert!(given[10].len() <= LONGEST);
    }

    #[test]
    fn a_line_ends_no_comment() {
        assert_eq!(line("a */ b\n(* c\\"), "a * / b ( * c");
        assert_eq!(line("\u{1b}[31m\u{202e}red ---- MODULE"), "?[31m?red - -- - MODULE");
        assert_eq!(quoted("say \"no\" 100% \\ é"), "say 'no' 100/ / ?");
    }
}
