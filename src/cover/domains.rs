//! The values that a name of a world may have, as they are written.

use crate::base::Map;
use crate::syntax::tree::{Expr, ExprKind, Nodes, Text, VarDomain, Versions, World};

/// By the name of a variable, a component or a service.
#[derive(Debug, Default)]
pub struct Domains {
    values: Map<String, Vec<String>>,
    nodes: Vec<String>,
    cites: Map<String, Vec<String>>,
}

fn words(texts: &[Text]) -> Vec<String> {
    texts.iter().map(|text| text.value.clone()).collect()
}

impl Domains {
    /// Of a world, all its files together.
    pub fn of(world: &World) -> Domains {
        let nodes = match &world.nodes {
            Some(Nodes::Names(names)) => words(names),
            Some(Nodes::Count(count)) => (1..=count.value).map(|number| format!("n{number}")).collect(),
            Some(Nodes::Tables(tables)) => tables.iter().map(|(name, _)| name.value.clone()).collect(),
            None => Vec::new(),
        };
        let mut domains = Domains { nodes, ..Domains::default() };
        let scale = |name: &Text| {
            let scale = world.scales.iter().find(|(scale, _)| scale.value == name.value);
            scale.map_or_else(Vec::new, |(_, values)| words(values))
        };
        for (name, component) in &world.components {
            let values = match &component.versions {
                Versions::List(list) => words(list),
                Versions::Scale(name) => scale(name),
                Versions::Bad => Vec::new(),
            };
            domains.values.insert(name.value.clone(), values);
            domains.cites.insert(name.value.clone(), words(&component.cite));
        }
        for (name, var) in &world.vars {
            let values = match &var.domain {
                VarDomain::Values(list) => words(list),
                VarDomain::Scale(name) => scale(name),
                VarDomain::Range(from, to) if to.value - from.value < 64 => {
                    (from.value..=to.value).map(|value| value.to_string()).collect()
                }
                VarDomain::Range(..) | VarDomain::Bad => Vec::new(),
            };
            domains.values.insert(name.value.clone(), values);
            domains.cites.insert(name.value.clone(), words(&var.cite));
        }
        for (name, service) in &world.services {
            let values = ["stopped", "running", "failed"].map(str::to_owned).to_vec();
            domains.values.insert(name.value.clone(), values);
            domains.cites.insert(name.value.clone(), words(&service.cite));
        }
        for name in ["up", "installed", "restart-pending"] {
            domains.values.insert(name.to_owned(), vec!["no".to_owned(), "yes".to_owned()]);
        }
        let nodes = domains.nodes.clone();
        domains.values.insert("owner".to_owned(), nodes);
        domains
    }

    /// The name that the left side of an assignment begins with.
    pub fn name(target: &Expr) -> Option<&str> {
        match &target.kind {
            ExprKind::Word(word) => Some(word),
            ExprKind::Call(name, _) => Some(&name.value),
            _ => None,
        }
    }

    /// The value after this one, the first after the last; None where there is no other, or this is none.
    pub fn other(&self, name: &str, value: &str) -> Option<&str> {
        next(self.values.get(name)?, value)
    }

    /// The node after this one.
    pub fn other_node(&self, node: &str) -> Option<&str> {
        next(&self.nodes, node)
    }

    /// The facts that what has this name cites.
    pub fn cites(&self, name: &str) -> &[String] {
        self.cites.get(name).map_or(&[], Vec::as_slice)
    }
}

fn next<'v>(values: &'v [String], value: &str) -> Option<&'v str> {
    let at = values.iter().position(|other| other == value)?;
    values.get((at + 1) % values.len()).map(String::as_str).filter(|other| *other != value)
}
