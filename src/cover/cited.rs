//! Which facts are cited by what, and what cites none.

use super::world::key;
use crate::base::Span;
use crate::syntax::tree::{Action, Claim, Outcome, Text, World};
use std::collections::BTreeMap;

/// Keys of a source that are about it, and no facts.
const ABOUT: [&str; 3] = ["title", "source", "date"];

/// Facts by id, with what they state.
pub type Facts = BTreeMap<String, String>;

/// Something that may cite facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    /// The path of its table, or `claim.ID`.
    pub path: String,
    /// The ids that it cites.
    pub cites: Vec<String>,
    /// Where it stands.
    pub span: Span,
}

/// What a file cites.
pub type Cited = Vec<Element>;

/// The facts of a `facts.toml`: a table for each source, in it a text for each fact.
///
/// # Errors
/// What is wrong with the TOML, and where.
pub fn facts(text: &str) -> Result<Facts, (String, std::ops::Range<usize>)> {
    let table: toml::Table =
        toml::from_str(text).map_err(|error| (error.message().to_owned(), error.span().unwrap_or(0..0)))?;
    let mut found = Facts::new();
    for (source, inside) in &table {
        for (name, statement) in
            inside.as_table().into_iter().flatten().filter(|(name, _)| !ABOUT.contains(&name.as_str()))
        {
            if let Some(statement) = statement.as_str() {
                found.insert(format!("{source}.{name}"), statement.to_owned());
            }
        }
    }
    Ok(found)
}

fn words<'t>(texts: impl IntoIterator<Item = &'t Vec<Text>>) -> Vec<String> {
    let mut found: Vec<String> = texts.into_iter().flatten().map(|text| text.value.clone()).collect();
    found.sort();
    found.dedup();
    found
}

fn of_outcomes(outcomes: &[Outcome]) -> impl Iterator<Item = &Vec<Text>> {
    outcomes.iter().map(|outcome| &outcome.cite)
}

/// What the elements of a world's file cite, those inside of them too.
pub fn cited(tree: &World) -> Cited {
    let mut found = Vec::new();
    let mut add = |of: &str, name: &Text, cites: Vec<String>| {
        found.push(Element { path: format!("{of}.{}", key(&name.value)), cites, span: name.span });
    };
    for (name, one) in &tree.components {
        add("component", name, words([&one.cite]));
    }
    for (name, one) in &tree.packages {
        let removal = one.remove.iter().map(|removal| &removal.cite);
        let inside = of_outcomes(&one.fails).chain(one.interrupted.iter().flat_map(|list| of_outcomes(list)));
        add("package", name, words([&one.cite].into_iter().chain(removal).chain(inside)));
    }
    for (name, one) in &tree.services {
        add("service", name, words([&one.cite]));
    }
    for (name, one) in &tree.groups {
        add("group", name, words([&one.cite]));
    }
    for (name, one) in &tree.vars {
        add("var", name, words([&one.cite]));
    }
    let action = |one: &Action| words([&one.cite].into_iter().chain(of_outcomes(&one.outcomes)));
    for (of, list) in [("action", &tree.actions), ("reaction", &tree.reactions), ("fault", &tree.faults)] {
        list.iter().for_each(|one| add(of, &one.sentence.text, action(one)));
    }
    for (name, one) in &tree.drills {
        add("drill", name, words([&one.cite]));
    }
    for (name, one) in &tree.events {
        add("event", name, words([&one.cite]));
    }
    found
}

/// What the claims of a runbook cite.
pub fn of_claims(claims: &[Claim]) -> Cited {
    let named = claims.iter().filter_map(|claim| Some((claim.id.as_ref()?, claim)));
    let element = |(id, claim): (&Text, &Claim)| Element {
        path: format!("claim.{}", id.value),
        cites: words([&claim.cite]),
        span: id.span,
    };
    named.map(element).collect()
}
