//! Initial values: the defaults, then `[initial]`, then a runbook's `given` and the alternatives of `unknown`.

use super::entity::{Kind, Scope};
use super::ground::Grounder;
use super::model::{Value, VariableId};
use super::reporter::unknown;
use super::symbols::Symbols;
use crate::base::{Map, Span};
use crate::diag::{Code, Diagnostic};
use crate::syntax::tree;

impl Grounder<'_, '_> {
    /// The value of every variable if nothing is said: the first of its domain, but nodes are up, automatic services
    /// run, nothing is pending, groups are where they start, attributes are what they are.
    pub(super) fn defaults(&mut self) -> Vec<u8> {
        let symbols = self.symbols;
        let mut values = vec![0u8; symbols.variables.len()];
        let mut put = |id: VariableId, value: u8| values[id.index()] = value;
        let each = |family: &str| symbols.families.get(family).into_iter().flat_map(|family| family.instances.values());
        each("up").for_each(|id| put(*id, 1));
        for (name, _) in &symbols.tree.components {
            for id in each(&format!("{}.pending", name.value)) {
                let domain = symbols.variables[id.index()].domain;
                put(*id, symbols.place(domain, "nothing").unwrap_or(0));
            }
        }
        for (name, service) in &symbols.tree.services {
            let manual = service.start.as_ref().is_some_and(|start| start.value == "manual");
            each(&name.value).filter(|_| !manual).for_each(|id| put(*id, 1));
        }
        if let Some(tree::Nodes::Tables(tables)) = &symbols.tree.nodes {
            for (node, (_, attributes)) in tables.iter().enumerate() {
                for (key, value) in attributes {
                    let node = u32::try_from(node).expect("limited");
                    let Some(id) = symbols.variable(&key.value, &[node]) else { continue };
                    let domain = symbols.variables[id.index()].domain;
                    put(id, symbols.place(domain, &value.value).unwrap_or(0));
                }
            }
        }
        for (index, (_, group)) in symbols.tree.groups.iter().enumerate() {
            let Some(starts_on) = &group.starts_on else { continue };
            let owner = symbols.variable("owner", &[u32::try_from(index).expect("limited")]);
            match (symbols.place(Symbols::NODES, &starts_on.value), owner) {
                (Some(node), Some(owner)) => put(owner, node),
                (None, _) => {
                    let mistake = unknown("node", &starts_on.value, starts_on.span, symbols.names(Kind::Node));
                    self.reporter.report(mistake);
                }
                (_, None) => {}
            }
        }
        values
    }

    /// Sets initial values. Targets with fewer arguments come first, so that `clusres` is overridden by `clusres(B)`
    /// wherever it is written.
    pub(super) fn initialise(&mut self, set: &[(tree::Target, tree::Value)], values: &mut [u8]) {
        let scope = Scope::default();
        let mut made: Vec<(usize, VariableId, u8, Span)> = Vec::new();
        for (target, written) in set {
            let Some((variables, arguments)) = self.targets(target, &scope) else { continue };
            for variable in variables {
                match self.value(variable, written, &scope) {
                    Some(Value::Index(index)) => made.push((arguments, variable, index, target.span)),
                    Some(_) => {
                        let mistake = Diagnostic::new(Code::R123, "an initial value is not computed", written.span)
                            .label("not a constant");
                        self.reporter.report(mistake);
                    }
                    None => break,
                }
            }
        }
        made.sort_by_key(|(arguments, ..)| *arguments);
        let mut places: Map<(usize, VariableId), Span> = Map::default();
        for (arguments, variable, index, span) in made {
            if let Some(first) = places.insert((arguments, variable), span) {
                let name = &self.symbols.variables[variable.index()].name;
                let mistake = Diagnostic::new(Code::R113, format!("`{name}` is given two values"), span)
                    .label("given again here")
                    .related(first, "first given here");
                self.reporter.report(mistake);
            }
            values[variable.index()] = index;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::{TWO, runbook, variable, world};

    fn value(values: &[u8], name: &str) -> u8 {
        values[variable(&world(TWO), name).index()]
    }

    #[test]
    fn without_a_word_nodes_are_up_and_automatic_services_run_and_nothing_is_pending() {
        let initial = &world(TWO).world.initial;
        assert_eq!(value(initial, "up(A)"), 1);
        assert_eq!(value(initial, "clussvc(B)"), 1);
        assert_eq!(value(initial, "clussvc.starting(B)"), 0);
        assert_eq!(value(initial, "clusres(A)"), 0);
        assert_eq!(value(initial, "clusres.pending(A)"), 3);
        assert_eq!(value(initial, "installed(sp4, A)"), 0);
        assert_eq!(value(initial, "owner(sql)"), 0);
    }

    #[test]
    fn a_target_with_its_node_overrides_one_without_wherever_it_stands() {
        let made = runbook("given = { \"clusres(B)\" = \"mscs\", clusres = \"sp4\" }", "1. `restart A`").expect("good");
        let (name, values) = &made.initial[0];
        assert_eq!(name, "");
        assert_eq!((value(values, "clusres(A)"), value(values, "clusres(B)")), (2, 1));
    }

    #[test]
    fn each_alternative_starts_from_what_is_given_and_says_what_it_is() {
        let block =
            "given = { retries = 2 }\nunknown = [{ iis = \"working\" }, { \"iis(A)\" = \"broken\", retries = -1 }]";
        let made = runbook(block, "1. `restart A`").expect("good");
        let names: Vec<&str> = made.initial.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["iis working", "iis(A) broken, retries -1"]);
        assert_eq!(value(&made.initial[0].1, "retries"), 3);
        assert_eq!(value(&made.initial[1].1, "retries"), 0);
        assert_eq!(value(&made.initial[1].1, "iis(B)"), 0);
    }
}
