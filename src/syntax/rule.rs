//! The rule language of `where`: which orderings a claim is about.
//!
//! ```text
//! rule = rule "or" rule | rule "and" rule | "not" rule | "(" rule ")" | atom
//! atom = step "before" step | step "between" step "and" step | step "right after" step | "some" step "after all" step
//! step = words up to a word of the language | 'quoted'
//! ```
//! A step stays text here: `{n}` and a trailing ` (2)` are part of it. The tree's depth is limited as for expressions.

use std::ops::Range;

use super::expr::{MAX_DEPTH, MAX_NESTING};
use super::place::Place;
use super::tree::{Rule, RuleKind, Text};
use crate::base::{Span, Spanned};
use crate::diag::{Code, Diagnostic};

const FORMS: &str = "a rule is `X before Y`, `X between Y and Z`, `X right after Y` or `some X after all Y`";

/// Reads a rule. Where it cannot be read a diagnostic says why, and the tree is [`RuleKind::Bad`].
pub fn rule(text: &str, place: Place, diagnostics: &mut Vec<Diagnostic>) -> Rule {
    parse(text, place).unwrap_or_else(|diagnostic| {
        diagnostics.push(diagnostic);
        Rule { kind: RuleKind::Bad, span: place.span() }
    })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'t> {
    Word(&'t str),
    Quoted(&'t str),
    Open,
    Close,
    End,
}

fn tokens(text: &str, place: Place) -> Result<Vec<(Token<'_>, Range<usize>)>, Diagnostic> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = text[at..].chars().next() {
        let rest = &text[at..];
        let (token, length) = match first {
            _ if first.is_whitespace() => {
                at += first.len_utf8();
                continue;
            }
            '(' => match repetition(rest) {
                Some(length) => (Token::Word(&rest[..length]), length),
                None => (Token::Open, 1),
            },
            ')' => (Token::Close, 1),
            '\'' => match rest[1..].find('\'') {
                Some(length) => (Token::Quoted(&rest[1..=length]), length + 2),
                None => {
                    return Err(Diagnostic::new(
                        Code::R020,
                        "a quote is opened and never closed",
                        place.at(at..at + 1),
                    )
                    .help("close it with `'`"));
                }
            },
            _ => {
                let length = rest.find(|c: char| c.is_whitespace() || matches!(c, '(' | ')')).unwrap_or(rest.len());
                (Token::Word(&rest[..length]), length)
            }
        };
        tokens.push((token, at..at + length));
        at += length;
    }
    tokens.push((Token::End, text.len()..text.len()));
    Ok(tokens)
}

/// The length of ` (2)`, which tells repeated sentences apart, if `rest` begins with it.
fn repetition(rest: &str) -> Option<usize> {
    let digits = rest[1..].bytes().take_while(u8::is_ascii_digit).count();
    (digits > 0 && rest[1 + digits..].starts_with(')')).then_some(digits + 2)
}

fn parse(text: &str, place: Place) -> Result<Rule, Diagnostic> {
    let mut parser = Parser { text, tokens: tokens(text, place)?, at: 0, nesting: 0, place };
    let (rule, _) = parser.any()?;
    match parser.peek() {
        Token::End => Ok(rule),
        Token::Close => Err(Diagnostic::new(Code::R014, "this parenthesis closes nothing", parser.span())),
        _ => Err(parser.error("expected `and`, `or` or the end of the rule")),
    }
}

struct Parser<'t> {
    text: &'t str,
    tokens: Vec<(Token<'t>, Range<usize>)>,
    at: usize,
    nesting: usize,
    place: Place,
}

/// A rule and how deep its tree is.
type Parsed = Result<(Rule, usize), Diagnostic>;

impl<'t> Parser<'t> {
    fn peek(&self) -> Token<'t> {
        self.tokens[self.at].0
    }

    fn peek_after(&self) -> Token<'t> {
        self.tokens.get(self.at + 1).map_or(Token::End, |token| token.0)
    }

    fn span(&self) -> Span {
        self.place.at(self.tokens[self.at].1.clone())
    }

    fn error(&self, message: &str) -> Diagnostic {
        Diagnostic::new(Code::R020, message, self.span()).help(FORMS)
    }

    fn advance(&mut self) {
        self.at = (self.at + 1).min(self.tokens.len() - 1);
    }

    fn eat(&mut self, word: &str) -> bool {
        let there = self.peek() == Token::Word(word);
        if there {
            self.advance();
        }
        there
    }

    fn expect(&mut self, word: &str) -> Result<(), Diagnostic> {
        if self.eat(word) { Ok(()) } else { Err(self.error(&format!("expected `{word}`"))) }
    }

    fn rule(&self, from: usize, kind: RuleKind, inner: usize) -> Parsed {
        let span = self.place.at(self.tokens[from].1.start..self.tokens[self.at - 1].1.end);
        if inner >= MAX_DEPTH {
            return Err(Diagnostic::new(Code::R015, format!("the rule is more than {MAX_DEPTH} levels deep"), span));
        }
        Ok((Rule { kind, span }, inner + 1))
    }

    fn any(&mut self) -> Parsed {
        let from = self.at;
        let (mut left, mut depth) = self.every()?;
        while self.eat("or") {
            let (right, other) = self.every()?;
            (left, depth) = self.rule(from, RuleKind::Or(Box::new(left), Box::new(right)), depth.max(other))?;
        }
        Ok((left, depth))
    }

    fn every(&mut self) -> Parsed {
        let from = self.at;
        let (mut left, mut depth) = self.one()?;
        while self.eat("and") {
            let (right, other) = self.one()?;
            (left, depth) = self.rule(from, RuleKind::And(Box::new(left), Box::new(right)), depth.max(other))?;
        }
        Ok((left, depth))
    }

    fn one(&mut self) -> Parsed {
        let from = self.at;
        self.nesting += 1;
        if self.nesting > MAX_NESTING {
            let message = format!("the rule nests more than {MAX_NESTING} levels");
            return Err(Diagnostic::new(Code::R015, message, self.span()));
        }
        let parsed = if self.eat("not") {
            let (inner, depth) = self.one()?;
            self.rule(from, RuleKind::Not(Box::new(inner)), depth)?
        } else if self.peek() == Token::Open {
            self.advance();
            let inner = self.any()?;
            match self.peek() {
                Token::Close => self.advance(),
                Token::End => {
                    let span = self.place.at(self.tokens[from].1.clone());
                    return Err(Diagnostic::new(Code::R014, "this parenthesis is never closed", span));
                }
                _ => return Err(self.error("expected `)`")),
            }
            inner
        } else {
            self.atom()?
        };
        self.nesting -= 1;
        Ok(parsed)
    }

    fn atom(&mut self) -> Parsed {
        let from = self.at;
        if self.eat("some") {
            let first = self.step()?;
            self.expect("after")?;
            self.expect("all")?;
            let second = self.step()?;
            return self.rule(from, RuleKind::SomeAfterAll(first, second), 0);
        }
        let first = self.step()?;
        if self.eat("before") {
            let second = self.step()?;
            return self.rule(from, RuleKind::Before(first, second), 0);
        }
        if self.eat("between") {
            let second = self.step()?;
            self.expect("and")?;
            let third = self.step()?;
            return self.rule(from, RuleKind::Between(first, second, third), 0);
        }
        if self.peek() == Token::Word("right") {
            self.advance();
            self.expect("after")?;
            let second = self.step()?;
            return self.rule(from, RuleKind::RightAfter(first, second), 0);
        }
        if self.peek() == Token::Word("after") {
            let help = format!("write `Y before {}`, or `{0} right after Y`", first.value);
            return Err(Diagnostic::new(Code::R020, "`X after Y` is said the other way round", self.span()).help(help));
        }
        Err(self.error("expected `before`, `between`, `right after` or `after all` after a step"))
    }

    /// Words up to a word of the language, or a quoted sentence.
    fn step(&mut self) -> Result<Text, Diagnostic> {
        if let Token::Quoted(sentence) = self.peek() {
            let range = self.tokens[self.at].1.clone();
            self.advance();
            return Ok(Spanned::new(sentence.into(), self.place.at(range.start + 1..range.end - 1)));
        }
        let from = self.at;
        while let Token::Word(word) = self.peek() {
            let ends = match word {
                "before" | "between" | "after" | "and" | "or" => true,
                "right" => self.peek_after() == Token::Word("after"),
                _ => false,
            };
            if ends {
                break;
            }
            self.advance();
        }
        if self.at == from {
            let diagnostic = Diagnostic::new(Code::R020, "a step or a label should be here", self.span());
            return Err(diagnostic.help("a sentence that holds a word of the rule language goes in single quotes"));
        }
        let range = self.tokens[from].1.start..self.tokens[self.at - 1].1.end;
        let words: Vec<&str> = self.text[range.clone()].split_whitespace().collect();
        Ok(Spanned::new(words.join(" "), self.place.at(range)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::SourceId;

    fn read(text: &str) -> RuleKind {
        let mut found = Vec::new();
        let place = Place::exact(Span::new(SourceId(0), 0..text.len()));
        let rule = rule(text, place, &mut found);
        assert_eq!(found, [], "{text}");
        rule.kind
    }

    #[test]
    fn a_step_is_a_run_of_words_up_to_a_word_of_the_language() {
        let RuleKind::Before(first, second) = read("move all groups to A  before restart right {n: control} (2)")
        else {
            panic!("it is a before");
        };
        assert_eq!((first.value.as_str(), first.span.range()), ("move all groups to A", 0..20));
        assert_eq!(second.value, "restart right {n: control} (2)");
    }

    #[test]
    fn a_quoted_sentence_may_hold_words_of_the_language() {
        let RuleKind::RightAfter(first, _) = read("'stop and wait (a)' right after b") else {
            panic!("it is right after")
        };
        assert_eq!(first.value, "stop and wait (a)");
    }

    #[test]
    fn the_and_of_between_does_not_join_rules() {
        let RuleKind::And(left, right) = read("a between b and c and some d after all e") else {
            panic!("it is an and")
        };
        assert!(matches!(left.kind, RuleKind::Between(..)));
        assert!(matches!(right.kind, RuleKind::SomeAfterAll(..)));
    }

    #[test]
    fn and_binds_tighter_than_or_and_not_tightest() {
        let RuleKind::Or(_, right) = read("a before b or not c before d and (e before f)") else {
            panic!("it is an or")
        };
        let RuleKind::And(left, _) = right.kind else { panic!("its right side is an and") };
        assert!(matches!(left.kind, RuleKind::Not(_)));
    }
}
