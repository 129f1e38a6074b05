//! States as text, and whether the names of a certificate are those of the runbook.

use super::certificate::{Certificate, Names};
use super::machine::Values;
use super::problem::{Problem, check, refused};
use crate::resolve::model::{Runbook, World};

/// A value has at most 64 values, so a letter is enough.
const LETTERS: &[u8; 64] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";

/// The letter of a value index below 64.
pub fn letter(value: u8) -> char {
    char::from(LETTERS[usize::from(value) % LETTERS.len()])
}

/// A state as text.
pub fn state_text(values: &[u8]) -> String {
    values.iter().map(|value| letter(*value)).collect()
}

/// The bounds of everything in a state: variables, budgets, `if`s.
pub(super) struct Shape {
    most: Vec<u8>,
    plain: usize,
}

impl Shape {
    pub fn of(world: &World, runbook: &Runbook) -> Shape {
        let last = |values: usize| u8::try_from(values.saturating_sub(1)).unwrap_or(u8::MAX);
        let domains = world.variables.iter().map(|variable| &world.domains[variable.domain.index()]);
        let mut most: Vec<u8> = domains.map(|domain| last(domain.values.len())).collect();
        most.extend(runbook.budgets.iter().map(|(_, most)| *most));
        let plain = most.len();
        most.extend(runbook.guards.iter().map(|_| 2));
        Shape { most, plain }
    }

    /// A state with the answers of `if`s.
    pub fn state(&self, text: &str) -> Result<Values, Problem> {
        self.read(text, &self.most)
    }

    /// A state without them.
    pub fn plain(&self, text: &str) -> Result<Values, Problem> {
        self.read(text, &self.most[..self.plain])
    }

    fn read(&self, text: &str, most: &[u8]) -> Result<Values, Problem> {
        let value = |byte: u8| LETTERS.iter().position(|letter| *letter == byte).and_then(|at| u8::try_from(at).ok());
        let values: Option<Values> = text.bytes().map(value).collect();
        let fits =
            |values: &Values| values.len() == most.len() && values.iter().zip(most).all(|(value, most)| value <= most);
        values.filter(fits).ok_or_else(|| refused(format!("`{text}` is no state of this world")))
    }
}

/// Whether the certificate speaks of this runbook.
pub(super) fn names(certificate: &Certificate, world: &World, runbook: &Runbook) -> Result<(), Problem> {
    let own = Names {
        variables: world.variables.iter().map(|variable| variable.name.clone()).collect(),
        budgets: runbook.budgets.clone(),
        ifs: runbook.guards.iter().map(|guard| guard.text.clone()).collect(),
        steps: runbook.occurrences.iter().map(|occurrence| occurrence.label.clone()).collect(),
    };
    check(certificate.names == own, || {
        "the variables, budgets, `if`s or steps of the certificate are not those of the runbook".to_owned()
    })
}
