//! Every fact of the sources of a world is modelled, claimed or assumed, and a page under `docs/` says which.
//!
//! `UPDATE_DOCS=1 cargo test --test facts` writes the pages.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// A world with a `facts.toml` and an `assumptions.md`, and the page that says where its facts went.
struct Sourced {
    folder: &'static str,
    page: &'static str,
    /// What the facts are from.
    sources: &'static str,
}

const SOURCED: [Sourced; 3] = [
    Sourced { folder: "models/nt4-cluster", page: "docs/nt4-cluster.md", sources: "the five articles" },
    Sourced { folder: "models/kubernetes", page: "docs/kubernetes-facts.md", sources: "the sources about Kubernetes" },
    Sourced { folder: "models/rabbitmq", page: "docs/rabbitmq-facts.md", sources: "the sources about RabbitMQ" },
];

/// Keys of a source that are no facts.
const ABOUT: [&str; 3] = ["title", "source", "date"];

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

/// The checked block of a runbook, as data.
fn claims(runbook: &Path) -> Vec<toml::Value> {
    let text = read(runbook);
    let Some(block) = block(&text) else { return Vec::new() };
    let value: toml::Value = toml::from_str(block).unwrap();
    value.get("claim").and_then(toml::Value::as_array).cloned().unwrap_or_default()
}

fn id(claim: &toml::Value) -> &str {
    claim.get("id").and_then(toml::Value::as_str).unwrap_or("?")
}

/// The runbooks of a world with their names, such as `at-once/q218922`.
fn runbooks(folder: &str) -> Vec<(String, PathBuf)> {
    let mut found = Vec::new();
    files(&at(folder), ".md", &mut found);
    let name = |path: &PathBuf| path.strip_prefix(at(folder)).unwrap().with_extension("").display().to_string();
    found.into_iter().map(|path| (name(&path), path)).collect()
}

fn cited(folder: &str) -> BTreeMap<String, Cited> {
    let mut all: BTreeMap<String, Cited> = BTreeMap::new();
    let mut worlds = Vec::new();
    files(&at(folder), "world.toml", &mut worlds);
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
    for (name, runbook) in runbooks(folder) {
        for claim in claims(&runbook) {
            citations(&claim, "", &mut |fact, _| {
                all.entry(fact.to_owned()).or_default().claims.push(format!("{name}::{}", id(&claim)));
            });
        }
    }
    all
}

/// Fact id to the row of the table of assumptions: reading, other reading, claims.
fn assumptions(folder: &str) -> BTreeMap<String, Vec<String>> {
    let text = read(at(folder).join("assumptions.md"));
    // Neither the heads of the table nor the line below them names a fact.
    let rows = text.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| fact id "));
    rows.map(|row| {
        let mut cells = row.trim_matches('|').split('|').map(|cell| cell.trim().to_owned());
        (cells.next().unwrap(), cells.collect())
    })
    .collect()
}

/// What a source is called, where and of when it is, and what it states by id.
struct Source {
    heading: String,
    about: Vec<String>,
    facts: Vec<(String, String)>,
}

fn sources(folder: &str) -> Vec<Source> {
    let text = read(at(folder).join("facts.toml"));
    let mut sources: Vec<Source> = Vec::new();
    let mut name = "";
    for line in text.lines() {
        if let Some(heading) = line.strip_prefix('[') {
            name = heading.trim_end_matches(']');
            sources.push(Source { heading: name.to_owned(), about: Vec::new(), facts: Vec::new() });
        } else if let Some((key, value)) = line.split_once(" = ") {
            let value: toml::Value = toml::from_str(&format!("value = {value}")).unwrap();
            let value = value["value"].as_str().unwrap().to_owned();
            let source = sources.last_mut().unwrap();
            match key {
                "title" => source.heading = format!("{name}: {value}"),
                key if ABOUT.contains(&key) => source.about.push(value),
                key => source.facts.push((format!("{name}.{key}"), value)),
            }
        }
    }
    sources
}

fn page(world: &Sourced) -> String {
    let Sourced { folder, sources: from, .. } = world;
    let short = from.split(" about ").next().unwrap();
    let (cited, assumed) = (cited(folder), assumptions(folder));
    let mut out = format!(
        "# Where each fact of {from} went\n\n\
         Written by `UPDATE_DOCS=1 cargo test --test facts` from the citations in `{folder}`.\n\n\
         *modelled*: an element of the world causes it. *claimed*: a claim of a runbook checks it, and no element is it alone.\n\
         *assumed*: neither. Where {} leave something open, the reading chosen is given first; what the other\n\
         reading changes, and which claims rest on it, stand in `{folder}/assumptions.md`.\n",
        short.replace("five ", ""),
    );
    for Source { heading, about, facts } in sources(folder) {
        write!(out, "\n## {heading}\n\n").unwrap();
        if !about.is_empty() {
            write!(out, "{}.\n\n", about.join("; ")).unwrap();
        }
        writeln!(out, "| fact | what it states | is | by |\n|---|---|---|---|").unwrap();
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
    for world in &SOURCED {
        let page = page(world);
        let missing: Vec<&str> = page.lines().filter(|line| line.contains("| MISSING |")).collect();
        assert!(missing.is_empty(), "facts that nothing cites:\n{}", missing.join("\n"));
    }
}

#[test]
fn every_citation_names_a_fact() {
    for Sourced { folder, .. } in &SOURCED {
        let known: Vec<String> =
            sources(folder).into_iter().flat_map(|source| source.facts).map(|(id, _)| id).collect();
        let unknown: Vec<String> = cited(folder)
            .into_keys()
            .chain(assumptions(folder).into_keys())
            .filter(|id| !id.starts_with("--") && !known.contains(id))
            .collect();
        assert!(unknown.is_empty(), "citations of facts that are not in {folder}/facts.toml: {unknown:?}");
    }
}

#[test]
fn every_claim_that_rests_on_an_assumption_is_there() {
    for Sourced { folder, .. } in &SOURCED {
        let runbooks = runbooks(folder);
        for (fact, cells) in assumptions(folder) {
            // `runbook: claim, claim; runbook, runbook: all`, or a dash.
            for group in cells[2].split(';').filter(|group| group.contains(':')) {
                let (names, of) = group.split_once(':').unwrap();
                for name in names.split(',').map(str::trim) {
                    let found = runbooks.iter().find(|(runbook, _)| runbook == name);
                    let (_, path) = found.unwrap_or_else(|| panic!("{folder}: {fact} speaks of the runbook {name}"));
                    let claims = claims(path);
                    for claim in of.split(',').map(str::trim).filter(|claim| *claim != "all") {
                        assert!(claims.iter().any(|known| id(known) == claim), "{folder}: {fact}: {name}: {claim}");
                    }
                }
            }
        }
    }
}

#[test]
fn every_source_says_of_when_it_is() {
    for Sourced { folder, .. } in SOURCED.iter().skip(1) {
        for Source { heading, about, .. } in sources(folder) {
            assert!(about.len() == ABOUT.len() - 1, "{folder}: {heading} needs `source` and `date`");
        }
    }
}

#[test]
fn the_pages_of_facts_are_up_to_date() {
    for world in &SOURCED {
        let (path, page) = (at(world.page), page(world));
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(&path, &page).unwrap();
        }
        assert!(read(&path) == page, "{} is stale: UPDATE_DOCS=1 cargo test --test facts writes it", world.page);
    }
}
