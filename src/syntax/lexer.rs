//! An expression's text as tokens.
//!
//! A name holds letters, digits, `-`, `_` and `.`; digits alone are an integer; a minus stands free.

use std::ops::Range;

use super::place::Place;
use crate::diag::{Code, Diagnostic};

/// A piece of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token<'t> {
    /// A name, a value or a word of the language.
    Word(&'t str),
    /// `'as it stands'`: a value or a name that is never a word of the language.
    Quoted(&'t str),
    /// Digits alone.
    Integer(i64),
    /// `( ) , : == != < <= > >= + -`
    Symbol(&'static str),
    /// After the last.
    End,
}

/// A token and its place in the text.
pub(super) type Placed<'t> = (Token<'t>, Range<usize>);

/// The greatest integer that may be written: sums of as many as a file may hold still fit.
const MAX_INTEGER: i64 = super::keys::RANGE.1;

/// Longest first, so that `<=` is not read as `<`.
const SYMBOLS: &[&str] = &["==", "!=", "<=", ">=", "(", ")", ",", ":", "<", ">", "+", "-"];

/// Spellings of other languages, longest first, and what to write here.
const FOREIGN: &[(&str, &str)] = &[
    ("===", "write `==` to compare"),
    ("!==", "write `!=` to compare"),
    ("<=>", "write `==` to compare"),
    ("<->", "write `==` to compare"),
    ("&&", "write `and`"),
    ("||", "write `or`"),
    ("=>", "write `>=` to compare, or `implies` for \"if … then …\""),
    ("->", "write `implies`"),
    ("=<", "write `<=` to compare"),
    ("<>", "write `!=` to compare"),
    (":=", "write `==` to compare; what a step changes goes under `set`"),
    ("=", "write `==` to compare"),
    ("&", "write `and`"),
    ("|", "write `or`"),
    ("!", "write `not`"),
    ("~", "write `not`"),
    ("¬", "write `not`"),
    ("∧", "write `and`"),
    ("∨", "write `or`"),
    ("≠", "write `!=`"),
    ("≤", "write `<=`"),
    ("≥", "write `>=`"),
    ("∀", "write `all n: …`"),
    ("∃", "write `some n: …`"),
    ("*", "integers can only be added and subtracted"),
    ("/", "integers can only be added and subtracted"),
    ("%", "integers can only be added and subtracted"),
    ("?", "write `if c then x else y`"),
    ("{", "an expression has no braces: write the name alone, `n`"),
    ("}", "an expression has no braces: write the name alone, `n`"),
    ("[", "write a list of values in parentheses: `x in (a, b)`"),
    ("]", "write a list of values in parentheses: `x in (a, b)`"),
    (";", "join conditions with `and`"),
    ("\"", "write a value as it is, or in single quotes"),
    ("`", "write a value as it is, or in single quotes"),
    ("#", "an expression holds no comments"),
];

/// Can it be inside a name?
pub(super) fn is_name_character(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '-' | '_' | '.')
}

/// Can it begin a name?
pub(super) fn is_name_start(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

/// The tokens of `text`, [`Token::End`] last.
pub(super) fn tokens(text: &str, place: Place) -> Result<Vec<Placed<'_>>, Diagnostic> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        if first.is_whitespace() {
            at += first.len_utf8();
            continue;
        }
        let (token, length) = if is_name_start(first) {
            let length = rest.find(|c: char| !is_name_character(c)).unwrap_or(rest.len());
            (word(&rest[..length], at, place)?, length)
        } else if first == '\'' {
            quoted(rest, at, place)?
        } else {
            symbol(rest, at, place)?
        };
        tokens.push((token, at..at + length));
        at += length;
    }
    tokens.push((Token::End, text.len()..text.len()));
    Ok(tokens)
}

fn word(word: &str, at: usize, place: Place) -> Result<Token<'_>, Diagnostic> {
    let span = place.at(at..at + word.len());
    if word.ends_with(['-', '.']) {
        let last = &word[word.len() - 1..];
        let help = if last == "-" { "to subtract, write ` - ` with a space on both sides" } else { "remove the dot" };
        return Err(Diagnostic::new(Code::R012, format!("a name does not end with `{last}`"), span).help(help));
    }
    if word.bytes().all(|byte| byte.is_ascii_digit()) {
        return word.parse().ok().filter(|number| *number <= MAX_INTEGER).map(Token::Integer).ok_or_else(|| {
            Diagnostic::new(Code::R017, format!("`{word}` is too large"), span)
                .label(format!("at most {MAX_INTEGER}"))
                .help("a value of digits alone that is not a number goes in single quotes")
        });
    }
    Ok(Token::Word(word))
}

fn quoted(rest: &str, at: usize, place: Place) -> Result<(Token<'_>, usize), Diagnostic> {
    match rest[1..].find('\'') {
        Some(0) => Err(Diagnostic::new(Code::R012, "nothing stands between the quotes", place.at(at..at + 2))),
        Some(length) => Ok((Token::Quoted(&rest[1..=length]), length + 2)),
        None => Err(Diagnostic::new(Code::R012, "a quote is opened and never closed", place.at(at..at + 1))
            .help("close it with `'`")),
    }
}

fn symbol(rest: &str, at: usize, place: Place) -> Result<(Token<'_>, usize), Diagnostic> {
    let foreign = FOREIGN.iter().find(|(spelling, _)| rest.starts_with(spelling));
    let ours = SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol));
    match (ours, foreign) {
        (Some(symbol), None) => Ok((Token::Symbol(symbol), symbol.len())),
        (Some(symbol), Some((spelling, _))) if symbol.len() >= spelling.len() => {
            Ok((Token::Symbol(symbol), symbol.len()))
        }
        (_, Some((spelling, help))) => {
            let span = place.at(at..at + spelling.len());
            Err(Diagnostic::new(Code::R013, format!("`{spelling}` means nothing in an expression"), span).help(*help))
        }
        (None, None) => {
            let character = rest.chars().next().expect("the caller saw a character");
            let span = place.at(at..at + character.len_utf8());
            let message = format!("`{}` means nothing in an expression", character.escape_debug());
            Err(Diagnostic::new(Code::R012, message, span))
        }
    }
}
