//! Murphi, for Rumur and CMurphi: one rule for each command, invariants for what must never be.

use super::model::{Command, Expr, Model, Source, Value, Var};
use super::names::{Names, head, line, quoted};
use super::speech::{Identifiers, InARow, Shared, Speech};
use std::fmt::{Result, Write};

/// Words of Murphi, in either case, and of C.
const RESERVED: &str = "alias array assert assume begin boolean by case const cover do else elsif end endalias endexists \
    endfor endforall endfunction endif endprocedure endrecord endrule endruleset endstartstate endswitch endwhile enum error \
    exists false for forall from function if in interleaved invariant ismember isundefined liveness multiset multisetadd \
    multisetcount multisetremove multisetremovepred of procedure process program property put real record return rule ruleset \
    scalarset startstate switch then to traceuntil true type undefine union var while auto break char continue default double \
    extern float goto int long register restrict short signed sizeof static struct typedef unsigned void volatile main bool \
    inline";

/// Writes a model.
pub fn write(model: &Model) -> String {
    let mut names = Names::new(RESERVED, '_');
    let ids = Identifiers::of(model, &mut names, Shared::Never);
    let conditions = (1..=InARow::most(model)).map(|number| names.name(&format!("condition {number}"))).collect();
    let mut out = String::new();
    Murphi { model, ids, conditions }.all(&mut out).expect("writing to a string never fails");
    out
}

struct Murphi<'m> {
    model: &'m Model,
    ids: Identifiers,
    conditions: Vec<String>,
}

impl Speech for Murphi<'_> {
    const AND: &'static str = " & ";
    const OR: &'static str = " | ";
    const NOT: &'static str = "!";
    const YES: &'static str = "true";
    const NO: &'static str = "false";
    const COMPARE: [&'static str; 3] = ["=", "<", "<="];

    fn is(&self, var: Var, value: Value, equal: bool) -> String {
        let name = &self.ids.vars[var];
        if self.model.vars[var].is_flag() {
            let not = if (value == 1) == equal { "" } else { "!" };
            return format!("{not}{name}");
        }
        format!("{name} {} {}", if equal { "=" } else { "!=" }, self.ids.value(var, value))
    }

    fn named(&self, definition: usize) -> String {
        format!("{}()", self.ids.definitions[definition])
    }

    fn weighed(&self, weight: u64, condition: &str) -> String {
        format!("({condition} ? {weight} : 0)")
    }

    fn values(&self, var: Var) -> Value {
        Value::try_from(self.model.vars[var].values.len()).expect("values are counted in as many bits")
    }
}

impl Murphi<'_> {
    fn all(&self, out: &mut String) -> Result {
        let model = self.model;
        write!(out, "{}", head("--", &model.title, &model.about))?;
        writeln!(out, "--\n-- rumur --deadlock-detection off --output model.c FILE")?;
        writeln!(out, "-- gcc -std=c11 -O2 -mcx16 -o model model.c -lpthread && ./model")?;
        writeln!(out, "-- A procedure that is finished has no rule left: no deadlock, whatever a tool calls it.")?;
        writeln!(out, "\ntype")?;
        for (at, (name, words)) in self.ids.domains.iter().enumerate().filter(|(_, (_, words))| !words.is_empty()) {
            let var = self.ids.domain.iter().position(|domain| *domain == at).expect("a domain is some variable's");
            writeln!(out, "  {name}: enum {{")?;
            let values = &self.model.vars[var].values;
            for (number, (word, value)) in words.iter().zip(values).enumerate() {
                let comma = if number + 1 < words.len() { "," } else { "" };
                writeln!(out, "    {word}{comma} -- {}", line(value))?;
            }
            writeln!(out, "  }};")?;
        }
        writeln!(out, "\nvar")?;
        for (at, var) in model.vars.iter().enumerate() {
            let kind = if var.is_flag() { "boolean" } else { &self.ids.domains[self.ids.domain[at]].0 };
            writeln!(out, "  {}: {kind}; -- {}", self.ids.vars[at], line(&var.name))?;
        }
        for (name, definition) in self.ids.definitions.iter().zip(&model.definitions) {
            writeln!(out, "\n-- {}", line(&definition.name))?;
            definition.comments.iter().try_for_each(|text| writeln!(out, "--   {}", line(text)))?;
            let parts = self.listed(&definition.expr).join("\n    ");
            writeln!(out, "function {name}(): boolean;\nbegin\n  return {parts};\nend;")?;
        }
        for (number, (name, state)) in (1..).zip(&model.initial) {
            let name = if name.is_empty() { format!("start {number}") } else { name.clone() };
            writeln!(out, "\nstartstate \"{}\"\nbegin", quoted(&name))?;
            for (at, value) in state.iter().enumerate() {
                writeln!(out, "  {} := {};", self.ids.vars[at], self.value(at, *value))?;
            }
            writeln!(out, "end;")?;
        }
        let mut heading = "";
        for command in &model.commands {
            if command.heading != heading {
                heading = &command.heading;
                writeln!(out, "\n-- {}", line(heading))?;
            }
            self.command(out, command)?;
        }
        writeln!(out)?;
        for never in &model.never {
            writeln!(out, "invariant \"never: {}\" !{};", quoted(&never.name), self.condition(&never.expr))?;
        }
        writeln!(out)?;
        for counted in &model.counted {
            writeln!(out, "cover \"{}\" {};", quoted(&counted.name), self.condition(&counted.expr))?;
        }
        Ok(())
    }

    fn value(&self, var: Var, value: Value) -> String {
        if self.model.vars[var].is_flag() {
            return if value == 1 { "true" } else { "false" }.to_owned();
        }
        self.ids.value(var, value).to_owned()
    }

    fn command(&self, out: &mut String, command: &Command) -> Result {
        let row = InARow::of(command);
        command.comments.iter().try_for_each(|text| writeln!(out, "-- {}", line(text)))?;
        let guard = self.guard(&command.guard).join("\n   & ");
        writeln!(out, "rule \"{}\"\n     {guard}\n==>", quoted(&command.name))?;
        for name in &self.conditions[..row.first.len()] {
            writeln!(out, "var {name}: boolean;")?;
        }
        writeln!(out, "begin")?;
        for (name, when) in self.conditions.iter().zip(&row.first) {
            writeln!(out, "  {name} := {};", self.condition(when))?;
        }
        for (early, update) in &row.then {
            let sets: Vec<String> = update.sets.iter().map(|(var, source)| self.set(*var, *source)).collect();
            let sets = sets.join(" ");
            match (early, &update.when) {
                (Some(early), _) => writeln!(out, "  if {} then {sets} endif;", self.conditions[*early])?,
                (None, Expr::Constant(true)) => writeln!(out, "  {}", sets.replace("; ", ";\n  "))?,
                (None, when) => writeln!(out, "  if {} then {sets} endif;", self.condition(when))?,
            }
        }
        writeln!(out, "end;")
    }

    fn set(&self, var: Var, source: Source) -> String {
        let value = match source {
            Source::Value(value) => self.value(var, value),
            Source::Of(other) => self.ids.vars[other].clone(),
        };
        format!("{} := {value};", self.ids.vars[var])
    }
}
