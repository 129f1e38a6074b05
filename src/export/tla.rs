//! TLA+: one record for the state, one action for each command, invariants for what must never be.

use super::model::{Command, Expr, Model, Source, Value, Var};
use super::names::{Names, head, line, quoted};
use super::speech::{Identifiers, Shared, Speech};
use crate::base::Map;
use std::fmt::{Result, Write};

/// The name of the module, and so of its file.
pub const MODULE: &str = "Procedure";

/// Words of TLA+ and of the modules that are used.
pub(super) const RESERVED: &str = "ACTION ASSUME ASSUMPTION AXIOM BY CASE CHOOSE CONSTANT CONSTANTS COROLLARY DEF DEFINE DEFS DOMAIN \
    ELSE ENABLED EXCEPT EXTENDS HAVE HIDE IF IN INSTANCE LAMBDA LEMMA LET LOCAL MODULE NEW OBVIOUS OMITTED ONLY OTHER PICK \
    PROOF PROPOSITION PROVE QED RECURSIVE SF_ STATE SUBSET SUFFICES TAKE TEMPORAL THEN THEOREM UNCHANGED UNION USE VARIABLE \
    VARIABLES WF_ WITH WITNESS TRUE FALSE BOOLEAN STRING Int Nat Real Init Next Spec TypeOK s Procedure Integers";

/// Writes a model.
pub fn write(model: &Model) -> String {
    let mut names = Names::new(RESERVED, '_');
    let never = model.never.iter().map(|never| names.name(&format!("Never {}", never.name))).collect();
    let ids = Identifiers::of(model, &mut names, Shared::SamePlace);
    let mut out = String::new();
    Tla { model, ids, never }.all(&mut out).expect("writing to a string never fails");
    out
}

struct Tla<'m> {
    model: &'m Model,
    ids: Identifiers,
    never: Vec<String>,
}

impl Speech for Tla<'_> {
    const AND: &'static str = " /\\ ";
    const OR: &'static str = " \\/ ";
    const NOT: &'static str = "~";
    const YES: &'static str = "TRUE";
    const NO: &'static str = "FALSE";
    const COMPARE: [&'static str; 3] = ["=", "<", "<="];

    fn is(&self, var: Var, value: Value, equal: bool) -> String {
        let name = &self.ids.vars[var];
        if self.model.vars[var].is_flag() {
            let not = if (value == 1) == equal { "" } else { "~" };
            return format!("{not}s.{name}");
        }
        format!("s.{name} {} {}", if equal { "=" } else { "#" }, self.value(var, value))
    }

    fn named(&self, definition: usize) -> String {
        self.ids.definitions[definition].clone()
    }

    fn weighed(&self, weight: u64, condition: &str) -> String {
        format!("(IF {condition} THEN {weight} ELSE 0)")
    }

    fn values(&self, var: Var) -> Value {
        Value::try_from(self.model.vars[var].values.len()).expect("values are counted in as many bits")
    }
}

impl Tla<'_> {
    fn all(&self, out: &mut String) -> Result {
        let model = self.model;
        write!(out, "---- MODULE {MODULE} ----\n{}", head("\\*", &model.title, &model.about))?;
        writeln!(out, "\\* The file is {MODULE}.tla; a configuration for TLC, {MODULE}.cfg:\n\\*")?;
        writeln!(out, "\\*   SPECIFICATION Spec\n\\*   CHECK_DEADLOCK FALSE\n\\*   INVARIANT TypeOK")?;
        self.never.iter().try_for_each(|name| writeln!(out, "\\*   INVARIANT {name}"))?;
        writeln!(
            out,
            "\nEXTENDS Integers\n\nVARIABLE s \\* the state: one field for each variable\n\nTypeOK == s \\in ["
        )?;
        for (at, var) in model.vars.iter().enumerate() {
            let values = if var.is_flag() {
                "BOOLEAN".to_owned()
            } else {
                let values: Vec<String> = (0..self.values(at)).map(|value| self.value(at, value)).collect();
                format!("{{{}}}", values.join(", "))
            };
            let comma = if at + 1 < model.vars.len() { "," } else { "" };
            writeln!(out, "  {}: {values}{comma} \\* {}", self.ids.vars[at], line(&var.name))?;
        }
        writeln!(out, "]\n\nInit == s \\in {{")?;
        for (number, (name, state)) in (1..).zip(&model.initial) {
            let fields = state.iter().enumerate();
            let fields: Vec<String> =
                fields.map(|(at, value)| format!("{} |-> {}", self.ids.vars[at], self.value(at, *value))).collect();
            let comma = if number < model.initial.len() { "," } else { "" };
            if !name.is_empty() {
                writeln!(out, "  \\* {}", line(name))?;
            }
            writeln!(out, "  [{}]{comma}", fields.join(",\n   "))?;
        }
        writeln!(out, "}}")?;
        for (name, definition) in self.ids.definitions.iter().zip(&model.definitions) {
            writeln!(out, "\n\\* {}", line(&definition.name))?;
            definition.comments.iter().try_for_each(|text| writeln!(out, "\\*   {}", line(text)))?;
            writeln!(out, "{name} ==\n  {}", self.listed(&definition.expr).join("\n  "))?;
        }
        let mut heading = "";
        for (name, command) in self.ids.commands.iter().zip(&model.commands) {
            if command.heading != heading {
                heading = &command.heading;
                writeln!(out, "\n\\* {}", line(heading))?;
            }
            self.command(out, name, command)?;
        }
        writeln!(out, "\nNext ==")?;
        self.ids.commands.iter().try_for_each(|name| writeln!(out, "  \\/ {name}"))?;
        if model.commands.is_empty() {
            writeln!(out, "  FALSE")?;
        }
        writeln!(out, "\nSpec == Init /\\ [][Next]_s")?;
        for (name, never) in self.never.iter().zip(&model.never) {
            writeln!(out, "\n\\* {}\n{name} == ~{}", line(&never.name), self.condition(&never.expr))?;
        }
        writeln!(out, "\n====")
    }

    /// Strings are told apart by what is left of the name in plain ASCII: so the word of the domain is written.
    fn value(&self, var: Var, value: Value) -> String {
        let var_of = &self.model.vars[var];
        if var_of.is_flag() {
            return if value == 1 { "TRUE" } else { "FALSE" }.to_owned();
        }
        let plain: Vec<String> = var_of.values.iter().map(|value| quoted(value)).collect();
        let at = usize::from(value);
        let alone = plain.iter().filter(|other| **other == plain[at]).count() == 1;
        if alone && !plain[at].is_empty() {
            format!("\"{}\"", plain[at])
        } else {
            format!("\"{} ({value})\"", plain[at])
        }
    }

    fn command(&self, out: &mut String, name: &str, command: &Command) -> Result {
        writeln!(out, "\n\\* {}", line(&command.name))?;
        command.comments.iter().try_for_each(|text| writeln!(out, "\\*   {}", line(text)))?;
        writeln!(out, "{name} ==")?;
        self.guard(&command.guard).iter().try_for_each(|part| writeln!(out, "  /\\ {part}"))?;
        // For each variable, the cases in which it is written.
        let mut written: Map<Var, Vec<(&Expr, Source)>> = Map::default();
        for update in &command.updates {
            for (var, source) in &update.sets {
                written.entry(*var).or_default().push((&update.when, *source));
            }
        }
        let source = |var: Var, source: Source| match source {
            Source::Value(value) => self.value(var, value),
            Source::Of(other) => format!("s.{}", self.ids.vars[other]),
        };
        let fields: Vec<String> = written
            .iter()
            .map(|(var, cases)| {
                let mut text = String::new();
                let mut last = "@".to_owned();
                for (when, value) in cases {
                    match when {
                        Expr::Constant(true) => last = source(*var, *value),
                        when => {
                            text.push_str(&format!("IF {} THEN {} ELSE ", self.condition(when), source(*var, *value)));
                        }
                    }
                }
                format!("!.{} = {text}{last}", self.ids.vars[*var])
            })
            .collect();
        if fields.is_empty() {
            return writeln!(out, "  /\\ UNCHANGED s");
        }
        writeln!(out, "  /\\ s' = [s EXCEPT\n       {}]", fields.join(",\n       "))
    }
}
