//! Every small change to a file of a world.

use super::condition::{Change, Conditions};
use super::domains::Domains;
use super::edits::{put_in, quoted, swapped, taken_out};
use super::mutant::{Edit, Kind, Mutant, numbered};
use crate::base::Span;
use crate::syntax::tree::{
    Action, Assignments, Entries, Expr, Outcome, Package, PerComponent, Text, Var, VarDomain, Versions, World,
};
use std::ops::Range;

/// The changes to one file, in its order. `whole` is the world with all its files, for what names mean.
pub fn of_world(text: &str, tree: &World, whole: &World) -> Vec<Mutant> {
    let events = whole.events.iter().map(|(name, event)| (name.value.clone(), words(&event.cite))).collect();
    let mut sites = Sites { text, domains: Domains::of(whole), events, found: Vec::new() };
    sites.world(tree);
    numbered(sites.found)
}

fn words(texts: &[Text]) -> Vec<String> {
    texts.iter().map(|text| text.value.clone()).collect()
}

/// A name as it is written in the path of a table.
pub fn key(name: &str) -> String {
    let bare = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
    if bare { name.to_owned() } else { format!("\"{name}\"") }
}

/// Where a change is made.
struct Site<'s> {
    element: &'s str,
    kind: Kind,
    cites: &'s [String],
}

struct Sites<'t> {
    text: &'t str,
    domains: Domains,
    /// What events cite.
    events: Vec<(String, Vec<String>)>,
    found: Vec<Mutant>,
}

impl Sites<'_> {
    fn world(&mut self, tree: &World) {
        for (name, values) in &tree.scales {
            self.list(&format!("scales.{}", key(&name.value)), values, &[]);
        }
        for (name, component) in &tree.components {
            let (path, cites) = (format!("component.{}", key(&name.value)), words(&component.cite));
            if let Versions::List(values) = &component.versions {
                self.list(&format!("{path}.versions"), values, &cites);
            }
            self.guard(&format!("{path}.in-use"), component.in_use.as_ref(), &cites);
        }
        for (name, package) in &tree.packages {
            self.package(&format!("package.{}", key(&name.value)), package);
        }
        for (name, service) in &tree.services {
            let (path, cites) = (format!("service.{}", key(&name.value)), words(&service.cite));
            self.choice(&format!("{path}.start"), service.start.as_ref(), &["automatic", "manual"], &cites);
            self.guard(&format!("{path}.needs"), service.needs.as_ref(), &cites);
            self.events(&format!("{path}.events"), &service.events, &cites);
        }
        for (name, group) in &tree.groups {
            let (path, cites) = (format!("group.{}", key(&name.value)), words(&group.cite));
            self.guard(&format!("{path}.needs"), group.needs.as_ref(), &cites);
            self.choice(&format!("{path}.failover"), group.failover.as_ref(), &["automatic", "manual"], &cites);
            if let Some(first) = &group.starts_on
                && let Some(other) = self.domains.other_node(&first.value).map(str::to_owned)
            {
                let site = Site { element: &format!("{path}.starts-on"), kind: Kind::Policy, cites: &cites };
                self.replace(site, first.span, &other);
            }
        }
        for (name, var) in &tree.vars {
            self.var(&format!("var.{}", key(&name.value)), var);
        }
        for define in &tree.defines {
            let path = format!("define.{}", key(&define.head.value));
            let changes = Conditions::new(self.text).body(&define.body);
            self.changes(Site { element: &path, kind: Kind::Guard, cites: &[] }, changes);
        }
        for (of, actions) in [("action", &tree.actions), ("reaction", &tree.reactions), ("fault", &tree.faults)] {
            for action in actions {
                self.action(&format!("{of}.{}", key(&action.sentence.text.value)), action);
            }
        }
        for (of, entries) in [("health", &tree.health), ("always", &tree.always)] {
            for (name, expr) in entries {
                self.property(&format!("{of}.{}", key(&name.value)), Some(expr), &[]);
            }
        }
        for (name, drill) in &tree.drills {
            let (path, cites) = (format!("drill.{}", key(&name.value)), words(&drill.cite));
            self.list(&format!("{path}.do"), &drill.act, &cites);
            self.property(&format!("{path}.expect"), drill.expect.as_ref(), &cites);
            self.list(&format!("{path}.then"), &drill.then, &cites);
            self.property(&format!("{path}.expect-after"), drill.expect_after.as_ref(), &cites);
        }
    }

    fn package(&mut self, path: &str, package: &Package) {
        let cites = words(&package.cite);
        self.guard(&format!("{path}.needs"), package.needs.as_ref(), &cites);
        let writes: Vec<_> = package.writes.iter().map(|(name, version)| (name.span, name, version)).collect();
        for (target, name, version) in writes {
            let element = format!("{path}.writes.{}", key(&name.value));
            let all = self.with_cites_of(&name.value, &cites);
            let site = |kind| Site { element: &element, kind, cites: &all };
            self.drop_entry(site(Kind::Effect), target, version.span);
            if let Some(other) = self.domains.other(&name.value, &version.value).map(str::to_owned) {
                self.replace(site(Kind::Effect), version.span, &other);
            }
        }
        self.each(&format!("{path}.replaces"), package.replaces.as_ref(), &["older", "always", "present"], &cites);
        self.each(&format!("{path}.at"), package.at.as_ref(), &["once", "restart"], &cites);
        self.choice(&format!("{path}.restart"), package.restart.as_ref(), &["none", "needed"], &cites);
        if let Some(removable) = &package.removable {
            let site = Site { element: &format!("{path}.removable"), kind: Kind::Policy, cites: &cites };
            self.replace(site, removable.span, if removable.value { "false" } else { "true" });
        }
        self.assignments(&format!("{path}.set"), &package.set, &cites);
        self.events(&format!("{path}.events"), &package.events, &cites);
        self.outcomes(&format!("{path}.fails"), &package.fails, (&cites, false));
        self.neighbours(&format!("{path}.fails"), &package.fails, &cites);
        if let Some(interrupted) = &package.interrupted {
            self.outcomes(&format!("{path}.interrupted"), interrupted, (&cites, true));
        }
        if let Some(removal) = &package.remove {
            let (path, cites) = (format!("{path}.remove"), words(&removal.cite));
            self.guard(&format!("{path}.needs"), removal.needs.as_ref(), &cites);
            self.assignments(&format!("{path}.set"), &removal.set, &cites);
            self.events(&format!("{path}.events"), &removal.events, &cites);
        }
    }

    fn var(&mut self, path: &str, var: &Var) {
        let cites = words(&var.cite);
        match &var.domain {
            VarDomain::Values(values) => self.list(&format!("{path}.values"), values, &cites),
            VarDomain::Range(from, to) => {
                let element = format!("{path}.range");
                for (end, by) in [(from, -1), (from, 1), (to, -1), (to, 1)] {
                    let site = Site { element: &element, kind: Kind::Bound, cites: &cites };
                    self.replace(site, end.span, &end.value.saturating_add(by).to_string());
                }
            }
            VarDomain::Scale(_) | VarDomain::Bad => {}
        }
    }

    fn action(&mut self, path: &str, action: &Action) {
        let cites = words(&action.cite);
        self.guard(&format!("{path}.needs"), action.needs.as_ref(), &cites);
        self.guard(&format!("{path}.when"), action.when.as_ref(), &cites);
        // What is written directly has no brackets around it, and its place is that of the whole table.
        let direct = matches!(&action.outcomes[..], [one] if one.when.is_none() && !self.inline(one));
        match &action.outcomes[..] {
            [one] if direct => {
                self.assignments(&format!("{path}.set"), &one.set, &cites);
                self.events(&format!("{path}.events"), &one.events, &cites);
            }
            outcomes => self.outcomes(&format!("{path}.outcomes"), outcomes, (&cites, true)),
        }
    }

    fn inline(&self, outcome: &Outcome) -> bool {
        let slice = outcome.span.and_then(|span| self.text.get(span.range()));
        slice.is_some_and(|slice| slice.starts_with('{'))
    }

    /// `free`: what is possible without a condition may be taken out, since the others do not follow it.
    fn outcomes(&mut self, path: &str, outcomes: &[Outcome], (around, free): (&[String], bool)) {
        for (number, outcome) in (1..).zip(outcomes) {
            let path = format!("{path}[{number}]");
            let cites: Vec<String> = around.iter().cloned().chain(words(&outcome.cite)).collect();
            self.guard(&format!("{path}.when"), outcome.when.as_ref(), &cites);
            self.assignments(&format!("{path}.set"), &outcome.set, &cites);
            self.events(&format!("{path}.events"), &outcome.events, &cites);
            let Some(span) = outcome.span.filter(|_| self.inline(outcome)) else { continue };
            let site = |kind| Site { element: &path, kind, cites: &cites };
            if outcome.when.is_none()
                && free
                && outcomes.len() > 1
                && let Some(edit) = put_in(self.text, span.range(), "when = \"no\"")
            {
                let old = self.text[span.range()].to_owned();
                self.add(site(Kind::Outcome), (old, "(no such outcome)".to_owned()), vec![edit]);
            }
            if let Some(flag) = self.flag(span.range(), "fails") {
                self.add(
                    site(Kind::Outcome),
                    ("fails = true".to_owned(), "fails = false".to_owned()),
                    vec![Edit { range: flag, text: "false".to_owned() }],
                );
            }
        }
    }

    /// Where `true` stands behind a key of an inline table.
    fn flag(&self, table: Range<usize>, name: &str) -> Option<Range<usize>> {
        let slice = self.text.get(table.clone())?;
        slice.match_indices(name).find_map(|(at, _)| {
            let rest = slice[at + name.len()..].trim_start().strip_prefix('=')?.trim_start();
            let start = table.start + slice.len() - rest.len();
            rest.starts_with("true").then_some(start..start + "true".len())
        })
    }

    /// The first of the ways to fail wins, so their order matters.
    fn neighbours(&mut self, path: &str, outcomes: &[Outcome], cites: &[String]) {
        for (number, pair) in (1..).zip(outcomes.windows(2)) {
            let (Some(first), Some(second)) = (pair[0].span, pair[1].span) else { continue };
            let (first, second) = match (self.inline(&pair[0]), self.inline(&pair[1])) {
                (true, true) => (first.range(), second.range()),
                _ => (self.table(first.range()), self.table(second.range())),
            };
            if first.end > second.start || self.text.get(first.clone()).is_none_or(str::is_empty) {
                continue;
            }
            let edits = swapped(self.text, first, second);
            let element = format!("{path}[{number}]");
            let site = Site { element: &element, kind: Kind::Order, cites };
            self.add(site, ("before the next".to_owned(), "after the next".to_owned()), edits);
        }
    }

    /// The lines of a table `[[…]]`, up to the next one.
    fn table(&self, header: Range<usize>) -> Range<usize> {
        let start = self.text[..header.start].rfind('\n').map_or(0, |newline| newline + 1);
        let body = self.text[start..].find('\n').map_or(self.text.len(), |newline| start + newline + 1);
        let mut end = body;
        for line in self.text[body..].split_inclusive('\n') {
            if line.starts_with('[') || line.starts_with('#') || line.trim().is_empty() {
                break;
            }
            end += line.len();
        }
        start..end
    }

    fn guard(&mut self, path: &str, expr: Option<&Expr>, cites: &[String]) {
        let changes = expr.map_or_else(Vec::new, |expr| Conditions::new(self.text).guard(expr));
        self.changes(Site { element: path, kind: Kind::Guard, cites }, changes);
    }

    fn property(&mut self, path: &str, expr: Option<&Expr>, cites: &[String]) {
        let changes = expr.map_or_else(Vec::new, |expr| Conditions::new(self.text).property(expr));
        self.changes(Site { element: path, kind: Kind::Property, cites }, changes);
    }

    fn changes(&mut self, site: Site<'_>, changes: Vec<Change>) {
        for (range, new) in changes {
            let old = self.text[range.clone()].to_owned();
            // An operator alone says little: what stands around it is shown with it.
            let (old, new, text) = (around(self.text, &range, &old), around(self.text, &range, &new), new);
            self.add(Site { ..site }, (old, new), vec![Edit { range, text }]);
        }
    }

    fn assignments(&mut self, path: &str, set: &Assignments, cites: &[String]) {
        for (target, value) in set {
            let name = self.text.get(target.span.range()).unwrap_or("").trim_matches(['"', '\'']).to_owned();
            let element = format!("{path}.{name}");
            let family = Domains::name(target).unwrap_or("").to_owned();
            let cites = self.with_cites_of(&family, cites);
            let site = |kind| Site { element: &element, kind, cites: &cites };
            self.drop_entry(site(Kind::Effect), target.span, value.span);
            let slice = self.text.get(value.span.range()).unwrap_or("").to_owned();
            let truth = match slice.as_str() {
                "true" => Some("false"),
                "false" => Some("true"),
                other => self.domains.other(&family, other),
            };
            if let Some(other) = truth.map(str::to_owned) {
                self.replace(site(Kind::Effect), value.span, &other);
            }
            let changes = Conditions::new(self.text).value(value);
            self.changes(site(Kind::Effect), changes);
        }
    }

    fn with_cites_of(&self, name: &str, cites: &[String]) -> Vec<String> {
        cites.iter().chain(self.domains.cites(name)).cloned().collect()
    }

    fn events(&mut self, path: &str, events: &[Text], cites: &[String]) {
        for event in events {
            let own = self.events.iter().find(|(name, _)| *name == event.value).map_or(&[][..], |(_, cites)| cites);
            let cites: Vec<String> = cites.iter().chain(own).cloned().collect();
            let edit = taken_out(self.text, quoted(self.text, event.span.range()));
            let site = Site { element: path, kind: Kind::Event, cites: &cites };
            self.add(site, (event.value.clone(), "(nothing)".to_owned()), vec![edit]);
        }
    }

    /// Neighbours of a list change places.
    fn list(&mut self, path: &str, values: &[Text], cites: &[String]) {
        for pair in values.windows(2) {
            let (first, second) = (pair[0].span.range(), pair[1].span.range());
            let edits = swapped(self.text, first, second);
            let (one, other) = (&pair[0].value, &pair[1].value);
            let site = Site { element: path, kind: Kind::Order, cites };
            self.add(site, (format!("{one}, {other}"), format!("{other}, {one}")), edits);
        }
    }

    fn choice(&mut self, path: &str, value: Option<&Text>, all: &[&str], cites: &[String]) {
        let Some(value) = value else { return };
        for other in all.iter().filter(|other| **other != value.value) {
            self.replace(Site { element: path, kind: Kind::Policy, cites }, value.span, other);
        }
    }

    fn each(&mut self, path: &str, value: Option<&PerComponent>, all: &[&str], cites: &[String]) {
        match value {
            None => {}
            Some(PerComponent::All(value)) => self.choice(path, Some(value), all, cites),
            Some(PerComponent::Each(entries)) => {
                let entries: &Entries<Text> = entries;
                for (name, value) in entries {
                    self.choice(&format!("{path}.{}", key(&name.value)), Some(value), all, cites);
                }
            }
        }
    }

    fn drop_entry(&mut self, site: Site<'_>, key: Span, value: Span) {
        let (key, value) = (quoted(self.text, key.range()), quoted(self.text, value.range()));
        if key.end > value.start {
            return;
        }
        let range = key.start..value.end;
        let old = self.text[range.clone()].replace('"', "");
        let edit = taken_out(self.text, range);
        self.add(site, (old, "(nothing)".to_owned()), vec![edit]);
    }

    fn replace(&mut self, site: Site<'_>, span: Span, new: &str) {
        let Some(old) = self.text.get(span.range()).map(str::to_owned) else { return };
        if old.starts_with(['"', '\'']) {
            return;
        }
        let edit = Edit { range: span.range(), text: new.to_owned() };
        self.add(site, (old, new.to_owned()), vec![edit]);
    }

    fn add(&mut self, site: Site<'_>, (old, new): (String, String), edits: Vec<Edit>) {
        let mut cites = site.cites.to_vec();
        cites.sort();
        cites.dedup();
        self.found.push(Mutant { element: site.element.to_owned(), kind: site.kind, old, new, edits, cites });
    }
}

/// A change of a few letters, with the words around it, within its line and its quotes.
fn around(text: &str, range: &Range<usize>, new: &str) -> String {
    const WORDS: usize = 24;
    if range.len() > 3 {
        return new.to_owned();
    }
    let stop = |c: char| matches!(c, '"' | '\'' | '\n');
    let before = &text[..range.start];
    let before = &before[before.rfind(stop).map_or(0, |at| at + 1)..];
    let after = &text[range.end..];
    let after = &after[..after.find(stop).unwrap_or(after.len())];
    let cut_before: String = before.chars().rev().take(WORDS).collect::<Vec<_>>().into_iter().rev().collect();
    let cut_after: String = after.chars().take(WORDS).collect();
    let whole = |cut: &str, all: &str| cut.len() == all.len();
    let left = if whole(&cut_before, before) {
        cut_before
    } else {
        cut_before.split_once(' ').map_or(String::new(), |(_, rest)| format!("… {rest}"))
    };
    let right = if whole(&cut_after, after) {
        cut_after
    } else {
        cut_after.rsplit_once(' ').map_or(String::new(), |(rest, _)| format!("{rest} …"))
    };
    format!("{left}{new}{right}")
}
