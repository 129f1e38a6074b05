//! Promela, for SPIN: one process, one loop, one `d_step` for each command.
//!
//! A choice is between the options of the loop and nowhere inside of a `d_step`, which would take one of them and forget the
//! others. A line break may end a statement, so that a condition that goes on ends its line with an operator. Variables are as wide as they need to be; nothing is counted in a `short`.

use super::model::{Command, Expr, Model, Source, Value, Var};
use super::names::{Names, head, line, quoted};
use super::speech::{Identifiers, InARow, Shared, Speech};
use std::fmt::{Result, Write};

/// Words of Promela, of C, of the preprocessor and of what SPIN makes.
const RESERVED: &str = "active assert atomic bit bool break byte chan d_step D_proctype do else empty enabled end eval fi \
    for full get_priority goto hidden if in init inline int len local ltl mtype nempty never nfull notrace np_ nr_pr od of \
    pc_value pid print printf printm priority proctype provided return run select set_priority short show skip timeout \
    trace true false typedef unless unsigned xr xs c_code c_decl c_expr c_state c_track always eventually until stronguntil \
    weakuntil release next implies equivalent U V W X STDIN auto break case char const continue default do double enum \
    extern float goto long register restrict signed sizeof static struct switch union void volatile while linux unix i386 \
    now procedure settles COUNT SETTLES errno stdin stdout stderr uchar uint ulong ushort main NULL EOF BASE PAN State \
    Trail SvDump MEMLIM SAFETY NOREDUCE BFS BITSTATE NP VERSION CNTRSTACK Index noptr min max Stack Air0 Air1 Air2";

/// Writes a model.
pub fn write(model: &Model) -> String {
    let mut names = Names::new(RESERVED, '_');
    let ids = Identifiers::of(model, &mut names, Shared::SamePlace);
    let conditions = (1..=InARow::most(model)).map(|number| names.name(&format!("condition {number}"))).collect();
    let mut out = String::new();
    Promela { model, ids, conditions }.all(&mut out).expect("writing to a string never fails");
    out
}

struct Promela<'m> {
    model: &'m Model,
    ids: Identifiers,
    /// Hold what has to be looked at before the first assignment of a command; no part of the state.
    conditions: Vec<String>,
}

impl Speech for Promela<'_> {
    const AND: &'static str = " && ";
    const OR: &'static str = " || ";
    const NOT: &'static str = "!";
    const YES: &'static str = "true";
    const NO: &'static str = "false";
    const COMPARE: [&'static str; 3] = ["==", "<", "<="];

    fn is(&self, var: Var, value: Value, equal: bool) -> String {
        let name = &self.ids.vars[var];
        if self.model.vars[var].is_flag() {
            let not = if (value == 1) == equal { "" } else { "!" };
            return format!("{not}{name}");
        }
        format!("{name} {} {}", if equal { "==" } else { "!=" }, self.ids.value(var, value))
    }

    fn named(&self, definition: usize) -> String {
        self.ids.definitions[definition].clone()
    }

    fn weighed(&self, weight: u64, condition: &str) -> String {
        format!("({condition} -> {weight} : 0)")
    }

    fn values(&self, var: Var) -> Value {
        Value::try_from(self.model.vars[var].values.len()).expect("values are counted in as many bits")
    }
}

impl Promela<'_> {
    fn all(&self, out: &mut String) -> Result {
        let model = self.model;
        write!(out, "/*\n{}", head("  ", &model.title, &model.about))?;
        writeln!(out, "\n   spin -a -o1 -o2 -o3 FILE && gcc -O2 -DSAFETY -DNOREDUCE -o pan pan.c\n   ./pan -m1000000")?;
        writeln!(out, "   All errors: ./pan -c0 -e. The last run found, in words: spin -t -p -g FILE")?;
        writeln!(out, "   With spin -DCOUNT and gcc -DPRINTF, each counted state prints a line once.")?;
        writeln!(out, "   That reactions come to rest: spin -DSETTLES -a FILE && gcc -o pan pan.c,")?;
        writeln!(out, "   then ./pan -a -N settles */")?;
        self.values_of_domains(out)?;
        self.variables(out)?;
        self.definitions(out)?;
        self.process(out)?;
        let settles = model.definitions.iter().position(|one| one.name == "settling");
        if let Some(settling) = settles {
            let settling = self.named(settling);
            write!(out, "\n#ifdef SETTLES\nltl settles {{ [] <> !({settling}) }}\n#endif\n")?;
        }
        Ok(())
    }

    fn values_of_domains(&self, out: &mut String) -> Result {
        let mut seen: Vec<&str> = Vec::new();
        for (at, (name, words)) in self.ids.domains.iter().enumerate().filter(|(_, (_, words))| !words.is_empty()) {
            let var = self.ids.domain.iter().position(|domain| *domain == at).expect("a domain is some variable's");
            writeln!(out, "\n/* {} */", line(name))?;
            for ((number, word), value) in words.iter().enumerate().zip(&self.model.vars[var].values) {
                if !seen.contains(&word.as_str()) {
                    seen.push(word);
                    writeln!(out, "#define {word} {number} /* {} */", line(value))?;
                }
            }
        }
        Ok(())
    }

    fn variables(&self, out: &mut String) -> Result {
        writeln!(out)?;
        let several = self.model.initial.len() > 1;
        for (at, var) in self.model.vars.iter().enumerate() {
            let values = self.values(at);
            let bits = u16::BITS - (values - 1).leading_zeros();
            let (kind, width) =
                if var.is_flag() { ("bool", String::new()) } else { ("unsigned", format!(" : {bits}")) };
            let first = self.model.initial.first().filter(|_| !several);
            let value = first.map(|(_, state)| format!(" = {}", self.value(at, state[at]))).unwrap_or_default();
            writeln!(out, "{kind} {}{width}{value}; /* {} */", self.ids.vars[at], line(&var.name))?;
        }
        self.conditions.iter().try_for_each(|name| writeln!(out, "hidden byte {name};"))
    }

    fn value(&self, var: Var, value: Value) -> String {
        if self.model.vars[var].is_flag() {
            return if value == 1 { "true" } else { "false" }.to_owned();
        }
        self.ids.value(var, value).to_owned()
    }

    fn definitions(&self, out: &mut String) -> Result {
        for (name, definition) in self.ids.definitions.iter().zip(&self.model.definitions) {
            writeln!(out, "\n/* {} */", line(&definition.name))?;
            definition.comments.iter().try_for_each(|text| writeln!(out, "/*   {} */", line(text)))?;
            writeln!(out, "#define {name} ({})", self.listed(&definition.expr).join(" \\\n    "))?;
        }
        Ok(())
    }

    fn process(&self, out: &mut String) -> Result {
        writeln!(out, "\nactive proctype procedure() {{")?;
        if self.model.initial.len() > 1 {
            writeln!(out, "  /* what is not known in the beginning */\n  if")?;
            for (name, state) in &self.model.initial {
                if !name.is_empty() {
                    writeln!(out, "  /* {} */", line(name))?;
                }
                let values: Vec<String> = state
                    .iter()
                    .enumerate()
                    .map(|(at, value)| format!("{} = {}", self.ids.vars[at], self.value(at, *value)))
                    .collect();
                writeln!(out, "  :: d_step {{ true -> {} }}", values.join("; "))?;
            }
            writeln!(out, "  fi;")?;
        }
        writeln!(out, "end:\n  do")?;
        let mut heading = "";
        for command in &self.model.commands {
            if command.heading != heading {
                heading = &command.heading;
                writeln!(out, "\n  /* {} */", line(heading))?;
            }
            self.command(out, command)?;
        }
        if !self.model.never.is_empty() {
            writeln!(out, "\n  /* what must never be */")?;
        }
        for never in &self.model.never {
            let condition = self.condition(&never.expr);
            writeln!(out, "  /* {} */", line(&never.name))?;
            writeln!(out, "  :: d_step {{ {condition} -> assert(!{condition}) }}")?;
        }
        writeln!(out, "\n#ifdef COUNT")?;
        for counted in &self.model.counted {
            let condition = self.condition(&counted.expr);
            writeln!(out, "  :: d_step {{ {condition} -> printf(\"{}\\n\") }}", quoted(&counted.name))?;
        }
        writeln!(out, "#endif\n  od\n}}")
    }

    fn command(&self, out: &mut String, command: &Command) -> Result {
        let row = InARow::of(command);
        writeln!(out, "  /* {} */", line(&command.name))?;
        command.comments.iter().try_for_each(|text| writeln!(out, "  /*   {} */", line(text)))?;
        writeln!(out, "  :: d_step {{ {} ->", self.guard(&command.guard).join(" &&\n              "))?;
        for (name, when) in self.conditions.iter().zip(&row.first) {
            writeln!(out, "       {name} = {};", self.condition(when))?;
        }
        for (early, update) in &row.then {
            let sets: Vec<String> = update.sets.iter().map(|(var, source)| self.set(*var, *source)).collect();
            let sets = sets.join("; ");
            match (early, &update.when) {
                (Some(early), _) => writeln!(out, "       if :: {} -> {sets} :: else fi;", self.conditions[*early])?,
                (None, Expr::Constant(true)) => writeln!(out, "       {};", sets.replace("; ", ";\n       "))?,
                (None, when) => writeln!(out, "       if :: {} -> {sets} :: else fi;", self.condition(when))?,
            }
        }
        if row.then.is_empty() {
            writeln!(out, "       skip")?;
        }
        writeln!(out, "     }}")
    }

    fn set(&self, var: Var, source: Source) -> String {
        let value = match source {
            Source::Value(value) => self.value(var, value),
            Source::Of(other) => self.ids.vars[other].clone(),
        };
        format!("{} = {value}", self.ids.vars[var])
    }
}
