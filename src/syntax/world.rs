//! A world's TOML to [`tree::World`](super::tree::World).
//!
//! Every table is checked against `keys.rs` first; what is wrong there reads as if it were missing. Nothing is resolved.

use std::ops::Range;

use toml::Spanned as Located;
use toml::de::{DeTable, DeValue};

use super::check;
use super::document::Document;
use super::keys::WORLD;
use super::sentence;
use super::tree::{
    Action, Component, Define, Drill, Event, Group, Nodes, Outcome, Package, PerComponent, Removal, Service, Var,
    VarDomain, Versions, World,
};
use crate::base::{SourceId, Sources};
use crate::diag::Diagnostic;

/// Reads a world. What cannot be read is missing from the tree, and a diagnostic says why.
pub fn world(sources: &Sources, source: SourceId, diagnostics: &mut Vec<Diagnostic>) -> World {
    let (mut document, table) = Document::parse(source, 0, sources.text(source));
    check::table(&mut document, &table, 0..0, &WORLD);
    let world = document.world(&table);
    diagnostics.extend(document.finish());
    world
}

impl<'t> Document<'t> {
    fn world(&mut self, table: &DeTable<'t>) -> World {
        World {
            title: self.text_of(table, "title"),
            nodes: self.nodes(table),
            include: self.texts_of(table, "include"),
            sets: self.entries(table, "sets", |document, value| Some(document.as_texts(value))),
            scales: self.entries(table, "scales", |document, value| Some(document.as_texts(value))),
            components: self.entries(table, "component", Self::component),
            packages: self.entries(table, "package", Self::package),
            services: self.entries(table, "service", Self::service),
            groups: self.entries(table, "group", Self::group),
            events: self.entries(table, "event", Self::event),
            vars: self.entries(table, "var", Self::var),
            defines: self.defines(table),
            actions: self.actions(table, "action"),
            reactions: self.actions(table, "reaction"),
            faults: self.actions(table, "fault"),
            health: self.entries(table, "health", Self::as_expr),
            always: self.entries(table, "always", Self::as_expr),
            drills: self.entries(table, "drill", Self::drill),
            initial: self.assignments_of(table, "initial"),
        }
    }

    fn nodes(&mut self, table: &DeTable<'t>) -> Option<Nodes> {
        let value = self.get(table, "nodes")?;
        match value.get_ref() {
            DeValue::Array(_) => Some(Nodes::Names(self.as_texts(value))),
            DeValue::Integer(_) => self.as_integer(value).map(Nodes::Count),
            DeValue::Table(tables) => {
                let attributes = |document: &mut Self, value: &Located<DeValue<'t>>| {
                    let table = value.get_ref().as_table()?;
                    Some(document.entries_in(table, |document, value| document.as_text(value)))
                };
                Some(Nodes::Tables(self.entries_in(tables, attributes)))
            }
            _ => None,
        }
    }

    fn component(&mut self, value: &Located<DeValue<'t>>) -> Option<Component> {
        let table = value.get_ref().as_table()?;
        let versions = match self.get(table, "versions") {
            Some(value) if value.get_ref().is_array() => Versions::List(self.as_texts(value)),
            Some(value) => self.as_text(value).map_or(Versions::Bad, Versions::Scale),
            None => Versions::Bad,
        };
        Some(Component {
            title: self.text_of(table, "title"),
            cite: self.texts_of(table, "cite"),
            versions,
            on: self.text_of(table, "on"),
            in_use: self.expr_of(table, "in-use"),
        })
    }

    fn package(&mut self, value: &Located<DeValue<'t>>) -> Option<Package> {
        let table = value.get_ref().as_table()?;
        let mut fails = self.outcomes(table, "fails");
        fails.iter_mut().for_each(|outcome| outcome.fails = true);
        Some(Package {
            title: self.text_of(table, "title"),
            cite: self.texts_of(table, "cite"),
            needs: self.expr_of(table, "needs"),
            on: self.text_of(table, "on"),
            writes: self.entries(table, "writes", |document, value| document.as_text(value)),
            replaces: self.per_component(table, "replaces"),
            at: self.per_component(table, "at"),
            restart: self.text_of(table, "restart"),
            removable: self.boolean_of(table, "removable"),
            remove: self.removal(table),
            set: self.assignments_of(table, "set"),
            events: self.texts_of(table, "events"),
            fails,
            interrupted: table.contains_key("interrupted").then(|| self.outcomes(table, "interrupted")),
        })
    }

    fn per_component(&mut self, table: &DeTable<'t>, key: &str) -> Option<PerComponent> {
        let value = self.get(table, key)?;
        match value.get_ref() {
            DeValue::Table(each) => {
                Some(PerComponent::Each(self.entries_in(each, |document, value| document.as_text(value))))
            }
            _ => self.as_text(value).map(PerComponent::All),
        }
    }

    fn removal(&mut self, table: &DeTable<'t>) -> Option<Box<Removal>> {
        let (table, _) = self.table(table, "remove")?;
        Some(Box::new(Removal {
            cite: self.texts_of(table, "cite"),
            needs: self.expr_of(table, "needs"),
            set: self.assignments_of(table, "set"),
            events: self.texts_of(table, "events"),
        }))
    }

    fn service(&mut self, value: &Located<DeValue<'t>>) -> Option<Service> {
        let table = value.get_ref().as_table()?;
        Some(Service {
            title: self.text_of(table, "title"),
            cite: self.texts_of(table, "cite"),
            start: self.text_of(table, "start"),
            on: self.text_of(table, "on"),
            needs: self.expr_of(table, "needs"),
            events: self.texts_of(table, "events"),
        })
    }

    fn group(&mut self, value: &Located<DeValue<'t>>) -> Option<Group> {
        let table = value.get_ref().as_table()?;
        Some(Group {
            title: self.text_of(table, "title"),
            cite: self.texts_of(table, "cite"),
            needs: self.expr_of(table, "needs"),
            failover: self.text_of(table, "failover"),
            starts_on: self.text_of(table, "starts-on"),
        })
    }

    fn event(&mut self, value: &Located<DeValue<'t>>) -> Option<Event> {
        let table = value.get_ref().as_table()?;
        Some(Event {
            source: self.text_of(table, "source"),
            code: self.text_of(table, "code"),
            text: self.text_of(table, "text"),
            cite: self.texts_of(table, "cite"),
        })
    }

    fn var(&mut self, value: &Located<DeValue<'t>>) -> Option<Var> {
        let table = value.get_ref().as_table()?;
        let domain = match (self.get(table, "values"), self.get(table, "range")) {
            (Some(value), _) if value.get_ref().is_array() => VarDomain::Values(self.as_texts(value)),
            (Some(value), _) => self.as_text(value).map_or(VarDomain::Bad, VarDomain::Scale),
            (None, Some(value)) => self.range(value).unwrap_or(VarDomain::Bad),
            (None, None) => VarDomain::Bad,
        };
        Some(Var {
            title: self.text_of(table, "title"),
            cite: self.texts_of(table, "cite"),
            per: self.text_of(table, "per"),
            domain,
            observable: self.boolean_of(table, "observable"),
        })
    }

    fn range(&mut self, value: &Located<DeValue<'t>>) -> Option<VarDomain> {
        let mut ends = value.get_ref().as_array()?.iter();
        let (from, to) = (ends.next()?, ends.next()?);
        Some(VarDomain::Range(self.as_integer(from)?, self.as_integer(to)?))
    }

    fn defines(&mut self, table: &DeTable<'t>) -> Vec<Define> {
        let Some((entries, _)) = self.table(table, "define") else { return Vec::new() };
        let mut defines = Vec::new();
        for (key, value) in entries {
            if self.is_spoilt(key.span()) {
                continue;
            }
            let place = self.place(key.get_ref(), key.span());
            let head = sentence::head(key.get_ref(), place, &mut self.diagnostics);
            let body = self.as_expr(value);
            if let (Some((name, params)), Some(body)) = (head, body) {
                defines.push(Define { head: self.text(key.get_ref(), key.span()), name, params, body });
            }
        }
        defines
    }

    fn actions(&mut self, table: &DeTable<'t>, key: &str) -> Vec<Action> {
        let Some((entries, _)) = self.table(table, key) else { return Vec::new() };
        let mut actions = Vec::new();
        for (key, value) in entries {
            if self.is_spoilt(key.span()) || self.is_spoilt(value.span()) {
                continue;
            }
            let place = self.place(key.get_ref(), key.span());
            let sentence = sentence::sentence(key.get_ref(), place, &mut self.diagnostics);
            let Some(table) = value.get_ref().as_table() else { continue };
            let mut outcomes = self.outcomes(table, "outcomes");
            if ["set", "events", "fails"].iter().any(|key| table.contains_key(*key)) {
                outcomes.push(self.outcome(table, value.span(), None));
            }
            let action = Action {
                title: self.text_of(table, "title"),
                cite: self.texts_of(table, "cite"),
                binders: self.entries(table, "for", |document, value| document.as_text(value)),
                needs: self.expr_of(table, "needs"),
                when: self.expr_of(table, "when"),
                takes_time: self.boolean_of(table, "takes-time").is_some_and(|slow| slow.value),
                outcomes,
                sentence: match sentence {
                    Some(sentence) => sentence,
                    None => continue,
                },
            };
            actions.push(action);
        }
        actions
    }

    fn outcomes(&mut self, table: &DeTable<'t>, key: &str) -> Vec<Outcome> {
        let tables = self.tables_of(table, key);
        tables.into_iter().map(|(table, range)| self.outcome(table, range, Some("when"))).collect()
    }

    /// An outcome; `when` is its key for a condition, where it has one of its own.
    fn outcome(&mut self, table: &DeTable<'t>, range: Range<usize>, when: Option<&str>) -> Outcome {
        Outcome {
            when: when.and_then(|key| self.expr_of(table, key)),
            set: self.assignments_of(table, "set"),
            events: self.texts_of(table, "events"),
            cite: if when.is_some() { self.texts_of(table, "cite") } else { Vec::new() },
            fails: self.boolean_of(table, "fails").is_some_and(|fails| fails.value),
            span: Some(self.span(range)),
        }
    }

    fn drill(&mut self, value: &Located<DeValue<'t>>) -> Option<Drill> {
        let table = value.get_ref().as_table()?;
        Some(Drill {
            title: self.text_of(table, "title"),
            cite: self.texts_of(table, "cite"),
            binders: self.entries(table, "for", |document, value| document.as_text(value)),
            act: self.texts_of(table, "do"),
            expect: self.expr_of(table, "expect"),
            then: self.texts_of(table, "then"),
            expect_after: self.expr_of(table, "expect-after"),
        })
    }
}
