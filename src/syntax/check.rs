//! Checks a TOML table against its [`Shape`]: every key known, every value of its type, what is needed there, rivals apart.
//!
//! Values that are wrong are noted in the [`Document`], so that reading passes over them and says nothing twice.

use std::ops::Range;

use toml::Spanned as Located;
use toml::de::{DeTable, DeValue};

use super::document::Document;
use super::expr::KEYWORDS;
use super::keys::RANGE;
use super::sentence::name_fault;
use super::shape::{Keys, Shape, Type};
use crate::diag::{Code, Diagnostic, nearest};

/// Checks `table`, which stands at `range`.
pub(super) fn table(document: &mut Document<'_>, table: &DeTable<'_>, range: Range<usize>, shape: &Shape) {
    for (key, found) in table {
        match shape.keys.iter().find(|known| known.name == key.get_ref().as_ref()) {
            Some(known) => value(document, found, &known.ty, known.name),
            None => unknown_key(document, (key, found), shape),
        }
    }
    for rivals in shape.rivals {
        let mut there = table.keys().filter(|key| rivals.contains(&key.get_ref().as_ref()));
        if let (Some(first), Some(second)) = (there.next(), there.next()) {
            let message = format!("`{}` and `{}` exclude each other", first.get_ref(), second.get_ref());
            let diagnostic = Diagnostic::new(Code::R008, message, document.span(second.span()))
                .related(document.span(first.span()), "the other is here")
                .help("keep one of them");
            document.diagnostics.push(diagnostic);
        }
    }
    for needed in shape.needed {
        // A key that is misspelt is there, and said to be.
        let misspelt = |key: &str| {
            !shape.keys.iter().any(|known| known.name == key) && nearest(key, needed.iter().copied()).is_some()
        };
        if !needed.iter().any(|name| table.contains_key(*name)) && !table.keys().any(|key| misspelt(key.get_ref())) {
            let names: Vec<String> = needed.iter().map(|name| format!("`{name}`")).collect();
            let message = format!("{} needs {}", shape.name, names.join(" or "));
            let diagnostic = Diagnostic::new(Code::R005, message, document.span(range.clone()));
            document.diagnostics.push(diagnostic.help(format!("add {}", names.join(" or "))));
        }
    }
}

type Entry<'a> = (&'a Located<toml::de::DeString<'a>>, &'a Located<DeValue<'a>>);

fn unknown_key(document: &mut Document<'_>, (key, found): Entry<'_>, shape: &Shape) {
    let name = key.get_ref().as_ref();
    let names = || shape.keys.iter().map(|known| known.name);
    let help = match (halves(document, key, found), nearest(name, names())) {
        (Some(whole), _) => format!("a name with a point in it goes in quotes: `\"{whole}\"`"),
        (None, Some(near)) => format!("did you mean `{near}`?"),
        (None, None) => format!("its keys are {}", names().collect::<Vec<_>>().join(", ")),
    };
    let message = format!("{} has no key `{name}`", shape.name);
    let diagnostic = Diagnostic::new(Code::R002, message, document.span(key.span())).label("unknown key").help(help);
    document.diagnostics.push(diagnostic);
}

/// The name that a point cuts in two, as in `[package.kubelet-1.34]`: what is unknown here is a table and comes after a number.
fn halves(
    document: &Document<'_>,
    key: &Located<toml::de::DeString<'_>>,
    found: &Located<DeValue<'_>>,
) -> Option<String> {
    let before = document.text.get(..key.span().start)?.strip_suffix('.').filter(|_| found.get_ref().is_table())?;
    let first = before.rsplit(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_')).next()?;
    first.ends_with(|c: char| c.is_ascii_digit()).then(|| format!("{first}.{}", key.get_ref()))
}

fn value(document: &mut Document<'_>, found: &Located<DeValue<'_>>, ty: &Type, key: &str) {
    if document.is_spoilt(found.span()) {
        return;
    }
    match (ty, found.get_ref()) {
        (Type::Either(types), there) => match types.iter().find(|ty| fits(ty, there)) {
            Some(ty) => value(document, found, ty, key),
            None => wrong_type(document, found, ty, key),
        },
        (ty, there) if !fits(ty, there) => wrong_type(document, found, ty, key),
        (Type::Name, DeValue::String(text)) => name(document, text, found.span()),
        (Type::Nodes, DeValue::String(text)) if text != "all" => name(document, text, found.span()),
        (Type::Id, DeValue::String(text)) => id(document, text, found.span()),
        (Type::OneOf(words), DeValue::String(text)) if !words.contains(&text.as_ref()) => {
            let message = format!("`{text}` is not a value of `{key}`");
            let choices = ty.expected();
            let help = match nearest(text, words.iter().copied()) {
                Some(near) => format!("did you mean \"{near}\"? It is {choices}"),
                None => format!("it is {choices}"),
            };
            report(document, Code::R006, message, found.span(), help);
        }
        (Type::Integer(least, most), DeValue::Integer(integer)) => {
            bounds(document, integer, *least, *most, found.span());
        }
        (Type::Value, DeValue::Integer(integer)) => bounds(document, integer, RANGE.0, RANGE.1, found.span()),
        (Type::Digits, DeValue::Integer(integer)) => bounds(document, integer, 0, i64::MAX, found.span()),
        (Type::Digits, DeValue::String(text)) if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) => {
            wrong_type(document, found, ty, key);
        }
        (Type::List(of), DeValue::Array(values)) => {
            values.iter().for_each(|element| value(document, element, of, key));
        }
        (Type::Range, DeValue::Array(values)) => range(document, found, values, key),
        (Type::Map(keys, of), DeValue::Table(entries)) => {
            for (key, found) in entries {
                match keys {
                    Keys::Names => name(document, key.get_ref(), key.span()),
                    Keys::Ids => id(document, key.get_ref(), key.span()),
                    Keys::Sentences | Keys::Heads | Keys::Targets | Keys::Texts => {}
                }
                if *keys == Keys::Targets && matches!(found.get_ref(), DeValue::Table(_)) {
                    let help = "a name with a dot goes in quotes, as in `\"c.pending(A)\" = …`";
                    report(document, Code::R019, format!("`{}` is a table here", key.get_ref()), key.span(), help);
                    document.spoil(found.span());
                    continue;
                }
                value(document, found, of, key.get_ref());
            }
        }
        (Type::Table(shape), DeValue::Table(entries)) => table(document, entries, found.span(), shape),
        _ => {}
    }
}

/// Is it of the right TOML type?
fn fits(ty: &Type, found: &DeValue<'_>) -> bool {
    match ty {
        Type::Text | Type::Name | Type::Id | Type::Nodes | Type::OneOf(_) | Type::Expression | Type::Rule => {
            found.is_str()
        }
        Type::Value => found.is_str() || found.is_integer() || found.is_bool(),
        Type::Integer(..) => found.is_integer(),
        Type::Digits => found.is_str() || found.is_integer(),
        Type::Boolean => found.is_bool(),
        Type::List(_) | Type::Range => found.is_array(),
        Type::Map(..) | Type::Table(_) => found.is_table(),
        Type::Either(types) => types.iter().any(|ty| fits(ty, found)),
    }
}

fn wrong_type(document: &mut Document<'_>, found: &Located<DeValue<'_>>, ty: &Type, key: &str) {
    let (is, scalar) = match found.get_ref() {
        DeValue::String(_) => ("text", false),
        DeValue::Integer(_) => ("an integer", true),
        DeValue::Float(_) => ("a number with a point", true),
        DeValue::Boolean(_) => ("true or false", true),
        DeValue::Datetime(_) => ("a date or time", true),
        DeValue::Array(_) => ("a list", false),
        DeValue::Table(_) => ("a table", false),
    };
    let expected = ty.expected();
    let raw = document.text.get(found.span()).unwrap_or("");
    let help = if scalar && fits(ty, &DeValue::String("".into())) {
        format!("write \"{raw}\" in quotes")
    } else if found.get_ref().is_str() && matches!(ty, Type::List(_)) {
        format!("write a list: [{raw}]")
    } else if let Some(needed) = needs(ty) {
        format!("write a table: `{key} = {{ {needed} = … }}`")
    } else {
        format!("write {expected}")
    };
    let message = format!("`{key}` is {expected}, and here is {is}");
    let diagnostic =
        Diagnostic::new(Code::R004, message, document.span(found.span())).label(format!("expected {expected}"));
    document.diagnostics.push(diagnostic.help(help));
    document.spoil(found.span());
}

/// The key without which a table of this type is nothing, or else its first.
fn needs(ty: &Type) -> Option<&'static str> {
    let Type::Table(shape) = ty else { return None };
    shape.needed.first().and_then(|needed| needed.first()).copied()
}

fn report(document: &mut Document<'_>, code: Code, message: String, range: Range<usize>, help: impl Into<String>) {
    let diagnostic = Diagnostic::new(code, message, document.span(range.clone())).help(help);
    document.diagnostics.push(diagnostic);
    document.spoil(range);
}

fn name(document: &mut Document<'_>, text: &str, range: Range<usize>) {
    if document.is_spoilt(range.clone()) {
        return;
    }
    if let Some(fault) = name_fault(text) {
        let help = "a name holds letters, digits, `-`, `_` and `.`; put the rest into `title`";
        report(document, Code::R007, format!("`{text}` is not a name: {fault}"), range, help);
    }
}

fn id(document: &mut Document<'_>, text: &str, range: Range<usize>) {
    if !KEYWORDS.contains(&text) {
        name(document, text, range);
    }
}

/// The integer, if an `i64` holds it.
pub(super) fn integer(integer: &toml::de::DeInteger<'_>) -> Option<i64> {
    i64::from_str_radix(integer.as_str(), integer.radix()).ok()
}

fn bounds(document: &mut Document<'_>, found: &toml::de::DeInteger<'_>, least: i64, most: i64, range: Range<usize>) {
    if !integer(found).is_some_and(|value| (least..=most).contains(&value)) {
        let help = format!("write an integer from {least} to {most}");
        report(document, Code::R017, format!("{found} is out of range"), range, help);
    }
}

fn range(document: &mut Document<'_>, found: &Located<DeValue<'_>>, values: &toml::de::DeArray<'_>, key: &str) {
    let ends: Vec<&Located<DeValue<'_>>> = values.iter().collect();
    let [from, to] = ends[..] else {
        return wrong_type(document, found, &Type::Range, key);
    };
    for end in [from, to] {
        value(document, end, &Type::Integer(RANGE.0, RANGE.1), key);
        if document.is_spoilt(end.span()) {
            return document.spoil(found.span());
        }
    }
    if let (DeValue::Integer(from), DeValue::Integer(to)) = (from.get_ref(), to.get_ref())
        && integer(from) > integer(to)
    {
        let message = format!("nothing is between {from} and {to}");
        report(document, Code::R017, message, found.span(), format!("write [{to}, {from}]"));
    }
}
