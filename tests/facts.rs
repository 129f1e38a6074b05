//! Every fact of the source articles is modelled, claimed or assumed, and `docs/nt4-cluster.md` says which.
//!
//! `UPDATE_DOCS=1 cargo test --test facts` writes the page.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

const WORLDS: &str = "models/nt4-cluster";

#[derive(Default)]
struct Cited {
    elements: Vec<String>,
    claims: Vec<String>,
}

fn at(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn read(path: impl AsRef<Path>) -> String {
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.as_ref().display()))
}

/// Files below a folder, in order.
fn files(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for entry in entries {
        if entry.is_dir() {
            files(&entry, ending, found);
        } else if entry.to_string_lossy().ends_with(ending) {
            found.push(entry);
        }
    }
}

/// Calls `found` for each citation below a value, with the path of the table that cites.
fn citations(value: &toml::Value, path: &str, found: &mut dyn FnMut(&str, &str)) {
    match value {
        toml::Value::Table(table) => {
            for (key, inner) in table {
                match (key.as_str(), inner) {
                    ("cite", toml::Value::Array(ids)) => {
                        ids.iter().filter_map(toml::Value::as_str).for_each(|id| found(id, path));
                    }
                    _ => {
                        let below = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                        citations(inner, &below, found);
                    }
                }
            }
        }
        toml::Value::Array(list) => list.iter().for_each(|inner| citations(inner, path, found)),
        _ => {}
    }
}

fn block(markdown: &str) -> Option<&str> {
    let start = markdown.find("```toml runproof")?;
    let body = start + markdown[start..].find('\n')? + 1;
    Some(&markdown[body..body + markdown[body..].find("```")?])
}

fn cited() -> BTreeMap<String, Cited> {
    let mut all: BTreeMap<String, Cited> = BTreeMap::new();
    let mut worlds = Vec::new();
    files(&at(WORLDS), "world.toml", &mut worlds);
    for world in worlds {
        let value: toml::Value = toml::from_str(&read(&world)).unwrap();
        citations(&value, "", &mut |id, path| {
            let elements = &mut all.entry(id.to_owned()).or_default().elements;
            let name = format!("`{path}`");
            if !elements.contains(&name) {
                elements.push(name);
            }
        });
    }
    let mut runbooks = Vec::new();
    files(&at(WORLDS), ".md", &mut runbooks);
    for runbook in runbooks {
        let text = read(&runbook);
        let Some(block) = block(&text) else { continue };
        let value: toml::Value = toml::from_str(block).unwrap();
        let name = runbook.strip_prefix(at(WORLDS)).unwrap().with_extension("");
        for claim in value.get("claim").and_then(toml::Value::as_array).into_iter().flatten() {
            let id = claim.get("id").and_then(toml::Value::as_str).unwrap_or("?");
            citations(claim, "", &mut |fact, _| {
                all.entry(fact.to_owned()).or_default().claims.push(format!("{}::{id}", name.display()));
            });
        }
    }
    all
}

/// Fact id to the row of the table of assumptions: reading, other reading, claims.
fn assumptions() -> BTreeMap<String, Vec<String>> {
    let text = read(at("models/nt4-cluster/assumptions.md"));
    let rows = text.lines().filter(|line| line.starts_with("| Q"));
    rows.map(|row| {
        let mut cells = row.trim_matches('|').split('|').map(|cell| cell.trim().to_owned());
        (cells.next().unwrap(), cells.collect())
    })
    .collect()
}

fn facts() -> Vec<(String, Vec<(String, String)>)> {
    let text = read(at("models/nt4-cluster/facts.toml"));
    let mut articles: Vec<(String, Vec<(String, String)>)> = Vec::new();
    let mut article = "";
    for line in text.lines() {
        if let Some(name) = line.strip_prefix('[') {
            article = name.trim_end_matches(']');
        } else if let Some((key, value)) = line.split_once(" = ") {
            let value: toml::Value = toml::from_str(&format!("value = {value}")).unwrap();
            let value = value["value"].as_str().unwrap().to_owned();
            if key == "title" {
                articles.push((format!("{article}: {value}"), Vec::new()));
            } else {
                articles.last_mut().unwrap().1.push((format!("{article}.{key}"), value));
            }
        }
    }
    articles
}

fn page() -> String {
    let (cited, assumed) = (cited(), assumptions());
    let mut out = String::from(
        "# Where each fact of the five articles went\n\n\
         Written by `UPDATE_DOCS=1 cargo test --test facts` from the citations in `models/nt4-cluster`.\n\n\
         *modelled*: an element of the world causes it. *claimed*: a claim of a runbook checks it, and no element is it alone.\n\
         *assumed*: neither. Where the articles leave something open, the reading chosen is given first; what the other\n\
         reading changes, and which claims rest on it, stand in `models/nt4-cluster/assumptions.md`.\n",
    );
    for (article, facts) in facts() {
        write!(out, "\n## {article}\n\n| fact | what it states | is | by |\n|---|---|---|---|\n").unwrap();
        for (id, statement) in facts {
            let none = Cited::default();
            let cited = cited.get(&id).unwrap_or(&none);
            let reading = assumed.get(&id);
            let is = if !cited.elements.is_empty() {
                "modelled"
            } else if !cited.claims.is_empty() {
                "claimed"
            } else if reading.is_some() {
                "assumed"
            } else {
                "MISSING"
            };
            let mut by: Vec<String> = reading.map(|row| format!("reading: {}", row[0])).into_iter().collect();
            by.extend(cited.elements.iter().cloned());
            by.extend(cited.claims.iter().cloned());
            writeln!(out, "| {id} | {} | {is} | {} |", statement.replace('|', "\\|"), by.join(", ")).unwrap();
        }
    }
    out
}

#[test]
fn every_fact_is_modelled_claimed_or_assumed() {
    let missing: Vec<String> = page().lines().filter(|line| line.contains("| MISSING |")).map(str::to_owned).collect();
    assert!(missing.is_empty(), "facts that nothing cites:\n{}", missing.join("\n"));
}

#[test]
fn every_citation_names_a_fact() {
    let known: Vec<String> = facts().into_iter().flat_map(|(_, facts)| facts).map(|(id, _)| id).collect();
    let unknown: Vec<String> =
        cited().into_keys().chain(assumptions().into_keys()).filter(|id| !known.contains(id)).collect();
    assert!(unknown.is_empty(), "citations of facts that are not in facts.toml: {unknown:?}");
}

#[test]
fn the_page_of_facts_is_up_to_date() {
    let path = at("docs/nt4-cluster.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, page()).unwrap();
    }
    assert!(read(&path) == page(), "docs/nt4-cluster.md is stale: UPDATE_DOCS=1 cargo test --test facts writes it");
}
