//! Expressions, by precedence climbing.
//!
//! From loosest to tightest: `implies` (to the right), `or`, `and`, `not`, comparisons and `in` (never chained), `+ -`, unary `-`.
//! Quantifiers and `if` reach as far right as they can. Invariant: neither the parser's stack nor the tree it gives is deeper
//! than a fixed limit, so that whoever walks the tree may recurse.

use super::lexer::{Placed, Token, tokens};
use super::place::Place;
use super::tree::{BinaryOp, Expr, ExprKind, Quantifier, Text};
use crate::base::{Span, Spanned};
use crate::diag::{Code, Diagnostic};

/// Parentheses, calls, `not`, `if` and quantifiers inside each other.
pub(super) const MAX_NESTING: usize = 64;
/// Levels of the tree: also counts chains such as `a and b and c`.
pub(super) const MAX_DEPTH: usize = 256;

/// The words of the language: never names.
pub(super) const KEYWORDS: &[&str] =
    &["and", "or", "not", "implies", "in", "if", "then", "else", "all", "some", "count", "true", "false"];

/// Words of other languages, and what to write here.
const FOREIGN_WORDS: &[(&str, &str)] = &[
    ("true", "write `yes`"),
    ("false", "write `no`"),
    ("AND", "write `and`"),
    ("OR", "write `or`"),
    ("NOT", "write `not`"),
    ("is", "write `==` to compare"),
    ("equals", "write `==` to compare"),
    ("forall", "write `all n: …`"),
    ("every", "write `all n: …`"),
    ("exists", "write `some n: …`"),
    ("any", "write `some n: …`"),
];

/// Reads an expression. Where it cannot be read a diagnostic says why, and the tree is [`ExprKind::Bad`].
pub fn expression(text: &str, place: Place, diagnostics: &mut Vec<Diagnostic>) -> Expr {
    parse(text, place).unwrap_or_else(|diagnostic| {
        diagnostics.push(diagnostic);
        Expr { kind: ExprKind::Bad, span: place.span() }
    })
}

fn parse(text: &str, place: Place) -> Result<Expr, Diagnostic> {
    let mut parser = Parser { tokens: tokens(text, place)?, at: 0, nesting: 0, place };
    if parser.peek() == &Token::End {
        return Err(Diagnostic::new(Code::R012, "the expression is empty", place.span()));
    }
    let parsed = parser.expr(0)?;
    match parser.peek() {
        Token::End => Ok(parsed.expr),
        Token::Symbol(")") => Err(Diagnostic::new(Code::R014, "this parenthesis closes nothing", parser.span())
            .help("remove it, or open one before")),
        _ => Err(parser.unexpected("an operator, or the end of the expression")),
    }
}

/// An expression and how deep its tree is.
struct Parsed {
    expr: Expr,
    depth: usize,
}

struct Parser<'t> {
    tokens: Vec<Placed<'t>>,
    at: usize,
    nesting: usize,
    place: Place,
}

/// An infix operator: what it is, and how tightly it binds.
enum Infix {
    Op(BinaryOp),
    In,
}

const POWER_IMPLIES: u8 = 1;
const POWER_OR: u8 = 2;
const POWER_AND: u8 = 3;
const POWER_NOT: u8 = 4;
const POWER_COMPARE: u8 = 5;
const POWER_ADD: u8 = 6;
const POWER_NEGATIVE: u8 = 7;

impl<'t> Parser<'t> {
    fn peek(&self) -> &Token<'t> {
        &self.tokens[self.at].0
    }

    fn span(&self) -> Span {
        self.place.at(self.tokens[self.at].1.clone())
    }

    /// From the start of token `from` to the end of the last token read.
    fn span_from(&self, from: usize) -> Span {
        let end = self.tokens[self.at.saturating_sub(1).max(from)].1.end;
        self.place.at(self.tokens[from].1.start..end)
    }

    fn advance(&mut self) {
        self.at = (self.at + 1).min(self.tokens.len() - 1);
    }

    fn eat(&mut self, token: &Token<'_>) -> bool {
        let there = self.peek() == token;
        if there {
            self.advance();
        }
        there
    }

    fn unexpected(&self, expected: &str) -> Diagnostic {
        let found = match self.peek() {
            Token::Word(word) => format!("`{word}`"),
            Token::Quoted(word) => format!("`'{word}'`"),
            Token::Integer(integer) => format!("`{integer}`"),
            Token::Symbol(symbol) => format!("`{symbol}`"),
            Token::End => "the end of the expression".into(),
        };
        let mut diagnostic = Diagnostic::new(Code::R012, format!("{found} where {expected} should be"), self.span())
            .label(format!("expected {expected}"));
        let before = self.at.checked_sub(1).map(|at| &self.tokens[at].0);
        for word in [Some(self.peek()), before].into_iter().flatten() {
            if let Token::Word(word) = word
                && let Some((_, help)) = FOREIGN_WORDS.iter().find(|(foreign, _)| foreign == word)
            {
                diagnostic = diagnostic.help(*help);
                break;
            }
        }
        if diagnostic.help.is_none() && matches!((before, self.peek()), (Some(Token::Word(_)), Token::Word(_))) {
            diagnostic = diagnostic.help("a name holds no spaces; a value that does goes in single quotes");
        }
        diagnostic
    }

    fn expect(&mut self, token: &Token<'_>, expected: &str) -> Result<(), Diagnostic> {
        if self.eat(token) { Ok(()) } else { Err(self.unexpected(expected)) }
    }

    fn close(&mut self, opened: usize) -> Result<(), Diagnostic> {
        match self.peek() {
            Token::Symbol(")") => {
                self.advance();
                Ok(())
            }
            Token::End => {
                let span = self.place.at(self.tokens[opened].1.clone());
                Err(Diagnostic::new(Code::R014, "this parenthesis is never closed", span).help("close it with `)`"))
            }
            _ => Err(self.unexpected("`)`")),
        }
    }

    fn node(&self, from: usize, kind: ExprKind, inner: usize) -> Result<Parsed, Diagnostic> {
        let span = self.span_from(from);
        if inner >= MAX_DEPTH {
            return Err(Diagnostic::new(
                Code::R015,
                format!("the expression is more than {MAX_DEPTH} levels deep"),
                span,
            )
            .help("give a part of it a name with [define], or use `all`"));
        }
        Ok(Parsed { expr: Expr { kind, span }, depth: inner + 1 })
    }

    /// An expression whose operators all bind at least as tightly as `power`.
    fn expr(&mut self, power: u8) -> Result<Parsed, Diagnostic> {
        self.nesting += 1;
        if self.nesting > MAX_NESTING {
            let message = format!("the expression nests more than {MAX_NESTING} levels");
            return Err(
                Diagnostic::new(Code::R015, message, self.span()).help("give a part of it a name with [define]")
            );
        }
        let from = self.at;
        let mut left = self.prefix()?;
        while let Some((infix, tightness)) = self.infix().filter(|(_, tightness)| *tightness >= power) {
            let operator = self.at;
            self.advance();
            let (kind, depth) = match infix {
                Infix::In => {
                    let (values, depth) = self.values()?;
                    (ExprKind::In(Box::new(left.expr), values), depth.max(left.depth))
                }
                Infix::Op(op) => {
                    let right = self.expr(if tightness == POWER_IMPLIES { tightness } else { tightness + 1 })?;
                    let depth = left.depth.max(right.depth);
                    (ExprKind::Binary(op, Box::new(left.expr), Box::new(right.expr)), depth)
                }
            };
            left = self.node(from, kind, depth)?;
            if tightness == POWER_COMPARE && self.infix().is_some_and(|(_, next)| next == POWER_COMPARE) {
                return Err(Diagnostic::new(Code::R016, "comparisons cannot be chained", self.span())
                    .related(self.place.at(self.tokens[operator].1.clone()), "the first comparison")
                    .help("write two comparisons and join them with `and`"));
            }
        }
        self.nesting -= 1;
        Ok(left)
    }

    fn infix(&self) -> Option<(Infix, u8)> {
        let op = match self.peek() {
            Token::Word("implies") => (BinaryOp::Implies, POWER_IMPLIES),
            Token::Word("or") => (BinaryOp::Or, POWER_OR),
            Token::Word("and") => (BinaryOp::And, POWER_AND),
            Token::Word("in") => return Some((Infix::In, POWER_COMPARE)),
            Token::Symbol("==") => (BinaryOp::Equal, POWER_COMPARE),
            Token::Symbol("!=") => (BinaryOp::NotEqual, POWER_COMPARE),
            Token::Symbol("<") => (BinaryOp::Less, POWER_COMPARE),
            Token::Symbol("<=") => (BinaryOp::AtMost, POWER_COMPARE),
            Token::Symbol(">") => (BinaryOp::Greater, POWER_COMPARE),
            Token::Symbol(">=") => (BinaryOp::AtLeast, POWER_COMPARE),
            Token::Symbol("+") => (BinaryOp::Add, POWER_ADD),
            Token::Symbol("-") => (BinaryOp::Subtract, POWER_ADD),
            _ => return None,
        };
        Some((Infix::Op(op.0), op.1))
    }

    fn prefix(&mut self) -> Result<Parsed, Diagnostic> {
        let from = self.at;
        match *self.peek() {
            Token::Integer(integer) => {
                self.advance();
                self.node(from, ExprKind::Integer(integer), 0)
            }
            Token::Quoted(word) => {
                self.advance();
                self.node(from, ExprKind::Word(word.into()), 0)
            }
            Token::Symbol("-") => {
                self.advance();
                let body = self.expr(POWER_NEGATIVE)?;
                self.node(from, ExprKind::Negative(Box::new(body.expr)), body.depth)
            }
            Token::Symbol("(") => {
                self.advance();
                let mut inner = self.expr(0)?;
                self.close(from)?;
                inner.expr.span = self.span_from(from);
                Ok(inner)
            }
            Token::Word("not") => {
                self.advance();
                let body = self.expr(POWER_NOT)?;
                self.node(from, ExprKind::Not(Box::new(body.expr)), body.depth)
            }
            Token::Word("if") => self.conditional(),
            Token::Word("all") => self.quantified(Quantifier::All),
            Token::Word("some") => self.quantified(Quantifier::Some),
            Token::Word("count") => self.quantified(Quantifier::Count),
            Token::Word(word) if !KEYWORDS.contains(&word) => {
                self.advance();
                let name = Spanned::new(word.to_string(), self.span_from(from));
                if matches!(self.peek(), Token::Symbol("(")) {
                    let (arguments, depth) = self.values()?;
                    self.node(from, ExprKind::Call(name, arguments), depth)
                } else {
                    self.node(from, ExprKind::Word(name.value), 0)
                }
            }
            _ => Err(self.unexpected("a value or a condition")),
        }
    }

    /// `(a, b)`: one or more expressions, and how deep the deepest is.
    fn values(&mut self) -> Result<(Vec<Expr>, usize), Diagnostic> {
        let opened = self.at;
        self.expect(&Token::Symbol("("), "`(`")?;
        let (mut values, mut depth) = (Vec::new(), 0);
        loop {
            let value = self.expr(0)?;
            depth = depth.max(value.depth);
            values.push(value.expr);
            if !self.eat(&Token::Symbol(",")) {
                self.close(opened)?;
                return Ok((values, depth));
            }
        }
    }

    fn conditional(&mut self) -> Result<Parsed, Diagnostic> {
        let from = self.at;
        self.advance();
        let condition = self.expr(0)?;
        self.expect(&Token::Word("then"), "`then`")?;
        let yes = self.expr(0)?;
        self.expect(&Token::Word("else"), "`else`")?;
        let no = self.expr(0)?;
        let depth = condition.depth.max(yes.depth).max(no.depth);
        let kind = ExprKind::If(Box::new(condition.expr), Box::new(yes.expr), Box::new(no.expr));
        self.node(from, kind, depth)
    }

    fn quantified(&mut self, kind: Quantifier) -> Result<Parsed, Diagnostic> {
        let from = self.at;
        self.advance();
        let mut names = vec![self.name("a name for what is looked at, as in `all n: …`")?];
        while self.eat(&Token::Symbol(",")) {
            names.push(self.name("another name")?);
        }
        let set = match self.eat(&Token::Word("in")) {
            true => Some(self.name("the name of a set, `groups` or `packages`")?),
            false => None,
        };
        self.expect(&Token::Symbol(":"), "`:`")?;
        let body = self.expr(0)?;
        self.node(from, ExprKind::Quantified { kind, names, set, body: Box::new(body.expr) }, body.depth)
    }

    fn name(&mut self, expected: &str) -> Result<Text, Diagnostic> {
        match *self.peek() {
            Token::Word(word) if !KEYWORDS.contains(&word) => {
                let from = self.at;
                self.advance();
                Ok(Spanned::new(word.into(), self.span_from(from)))
            }
            _ => Err(self.unexpected(expected)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::SourceId;

    fn read(text: &str) -> Result<Expr, Diagnostic> {
        parse(text, Place::exact(Span::new(SourceId(0), 100..100 + text.len())))
    }

    /// The tree with a parenthesis around every operator.
    fn shape(text: &str) -> String {
        fn show(expr: &Expr) -> String {
            let list = |values: &[Expr]| values.iter().map(show).collect::<Vec<_>>().join(",");
            match &expr.kind {
                ExprKind::Bad => "bad".into(),
                ExprKind::Integer(integer) => integer.to_string(),
                ExprKind::Word(word) => word.clone(),
                ExprKind::Call(name, arguments) => format!("{}({})", name.value, list(arguments)),
                ExprKind::Not(body) => format!("(not {})", show(body)),
                ExprKind::Negative(body) => format!("(- {})", show(body)),
                ExprKind::Binary(op, left, right) => format!("({} {op:?} {})", show(left), show(right)),
                ExprKind::In(left, values) => format!("({} in {})", show(left), list(values)),
                ExprKind::If(c, yes, no) => format!("(if {} {} {})", show(c), show(yes), show(no)),
                ExprKind::Quantified { kind, names, set, body } => {
                    let names: Vec<&str> = names.iter().map(|name| name.value.as_str()).collect();
                    let set = set.as_ref().map_or("", |set| set.value.as_str());
                    format!("({kind:?} {} {set}: {})", names.join(" "), show(body))
                }
            }
        }
        show(&read(text).expect("it is an expression"))
    }

    #[test]
    fn operators_bind_as_a_reader_expects() {
        assert_eq!(shape("not a == b and c or d"), "(((not (a Equal b)) And c) Or d)");
        assert_eq!(shape("a implies b implies c"), "(a Implies (b Implies c))");
        assert_eq!(shape("a + b - c < - 2"), "(((a Add b) Subtract c) Less (- 2))");
        assert_eq!(shape("a in (b, c) and d"), "((a in b,c) And d)");
        assert_eq!(shape("if a then b else c and d"), "(if a b (c And d))");
    }

    #[test]
    fn a_quantifier_reaches_as_far_right_as_it_can() {
        assert_eq!(shape("a and all m, n in control: b or c"), "(a And (All m n control: (b Or c)))");
        assert_eq!(shape("(some g in groups: a) or b"), "((Some g groups: a) Or b)");
    }

    #[test]
    fn a_name_holds_dots_and_dashes_and_a_free_minus_subtracts() {
        assert_eq!(shape("msdtc.pending(here) > 1997.11.532.0"), "(msdtc.pending(here) Greater 1997.11.532.0)");
        assert_eq!(shape("re-tries - 1"), "(re-tries Subtract 1)");
        assert_eq!(shape("rank(x)-1"), "(rank(x) Subtract 1)");
        assert_eq!(shape("x == '4'"), "(x Equal 4)");
    }

    #[test]
    fn every_part_knows_its_place() {
        let expr = read("up(A) and (iis(B) == working)").expect("it is an expression");
        assert_eq!(expr.span.range(), 100..129);
        let ExprKind::Binary(_, left, right) = expr.kind else { panic!("it is an and") };
        assert_eq!((left.span.range(), right.span.range()), (100..105, 110..129));
    }

    #[test]
    fn an_operator_of_another_language_is_told_its_spelling_here() {
        for (text, help) in
            [("a = b", "`==`"), ("a && b", "`and`"), ("!a", "`not`"), ("a == true", "`yes`"), ("a AND b", "`and`")]
        {
            let diagnostic = read(text).expect_err("it is wrong");
            assert!(diagnostic.help.as_deref().is_some_and(|found| found.contains(help)), "{text}: {diagnostic:?}");
        }
    }

    #[test]
    fn the_deepest_tree_that_is_accepted_is_as_deep_as_the_limit_says() {
        let chain = |n: usize| vec!["a"; n].join(" and ");
        assert!(read(&chain(MAX_DEPTH)).is_ok());
        assert_eq!(read(&chain(MAX_DEPTH + 1)).expect_err("too deep").code, Code::R015);
        let nested = |n: usize| format!("{}a{}", "(".repeat(n), ")".repeat(n));
        assert!(read(&nested(MAX_NESTING - 1)).is_ok());
        assert_eq!(read(&nested(MAX_NESTING)).expect_err("too deep").code, Code::R015);
    }
}
