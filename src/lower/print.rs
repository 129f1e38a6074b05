//! The lowered system in words: what `runproof lower` prints.

use crate::system::{
    Action, Assign, Compare, Condition, Layout, Outcome, Predicate, Procedure, Slot, Step, System, VarId,
};
use std::fmt::Write;

/// The whole system, variables first; one command a paragraph.
pub fn print(system: &System) -> String {
    let mut out = String::new();
    let words = Words { system };
    words.all(&mut out).expect("writing to a string never fails");
    out
}

struct Words<'s> {
    system: &'s System,
}

impl Words<'_> {
    fn all(&self, out: &mut String) -> std::fmt::Result {
        let system = self.system;
        let fields = self.fields();
        let bits: u32 = fields.iter().map(|(_, _, _, bits)| u32::from(*bits)).sum();
        writeln!(out, "{}", system.origins.title)?;
        writeln!(
            out,
            "state: {} variables that change, {bits} bits; words of 64 bits: {}",
            fields.len(),
            system.layout.words
        )?;
        for (var, word, shift, bits) in &fields {
            let origin = &system.origins.vars[var.0 as usize];
            writeln!(out, "  {word}:{shift:02}+{bits}  {} in {{{}}}", origin.name, origin.values.join(", "))?;
        }
        writeln!(out, "\ninitial:")?;
        for state in &system.initial {
            let values: Vec<String> =
                fields.iter().map(|(var, ..)| self.value(*var, system.layout.get(state, *var))).collect();
            writeln!(out, "  {}", values.join(", "))?;
        }
        for step in &system.steps {
            self.step(out, "step", step)?;
        }
        for reaction in &system.reactions {
            self.action(out, "reaction", reaction)?;
        }
        for fault in &system.faults {
            self.action(out, if fault.slow { "reaction that takes time" } else { "fault" }, &fault.action)?;
        }
        self.conditions(out, "always", &system.always)?;
        self.conditions(out, "health", &system.health)?;
        for drill in &system.drills {
            writeln!(out, "\ndrill {}", drill.name)?;
            for step in &drill.act {
                self.step(out, "  do", step)?;
            }
            self.conditions(out, "  expect", std::slice::from_ref(&drill.expect))?;
            for step in &drill.then {
                self.step(out, "  then", step)?;
            }
            self.conditions(out, "  expect-after", &drill.expect_after)?;
        }
        if let Procedure::Ordered(plan) = &system.procedure {
            writeln!(
                out,
                "\nprocedure: {:?}",
                plan.occurrences.iter().map(|one| one.label.as_str()).collect::<Vec<_>>()
            )?;
        }
        Ok(())
    }

    fn fields(&self) -> Vec<(VarId, u8, u8, u8)> {
        fields(&self.system.layout)
    }

    fn value(&self, var: VarId, value: u8) -> String {
        let origin = &self.system.origins.vars[var.0 as usize];
        let name = origin.values.get(value as usize).map_or("?", String::as_str);
        format!("{} = {name}", origin.name)
    }

    fn conditions(&self, out: &mut String, title: &str, list: &[Condition]) -> std::fmt::Result {
        for condition in list {
            writeln!(out, "\n{title} {}", condition.name)?;
            for part in &condition.parts {
                writeln!(out, "    {}   [{}]", part.text, self.predicate(&part.predicate))?;
            }
        }
        Ok(())
    }

    fn step(&self, out: &mut String, title: &str, step: &Step) -> std::fmt::Result {
        writeln!(out, "\n{title} `{}`", step.name)?;
        for needs in &step.needs {
            for part in &needs.parts {
                writeln!(out, "    needs {}   [{}]", part.text, self.predicate(&part.predicate))?;
            }
        }
        for (index, phase) in step.phases.iter().enumerate() {
            if step.phases.len() > 1 {
                writeln!(out, "    phase {}", index + 1)?;
            }
            phase.outcomes.iter().try_for_each(|outcome| self.outcome(out, outcome))?;
        }
        Ok(())
    }

    fn action(&self, out: &mut String, title: &str, action: &Action) -> std::fmt::Result {
        writeln!(out, "\n{title} `{}` when {}", action.name, self.predicate(&action.when))?;
        action.outcomes.iter().try_for_each(|outcome| self.outcome(out, outcome))
    }

    fn outcome(&self, out: &mut String, outcome: &Outcome) -> std::fmt::Result {
        let verb = if outcome.fails { "fails" } else { "does" };
        writeln!(out, "    {verb} when {}", self.predicate(&outcome.when))?;
        for assign in &outcome.assigns {
            let when = match &assign.when {
                Predicate::Constant(true) => String::new(),
                other => format!("  if {}", self.predicate(other)),
            };
            writeln!(out, "        {}{when}", self.assigned(assign))?;
        }
        for event in &outcome.events {
            writeln!(out, "        raises {}", self.system.origins.events[event.0 as usize].name)?;
        }
        Ok(())
    }

    fn assigned(&self, assign: &Assign) -> String {
        self.masked(assign.word, assign.mask, assign.value).join(", ")
    }

    fn masked(&self, word: u8, mask: u64, value: u64) -> Vec<String> {
        let inside = self.fields().into_iter().filter(|&(_, at, shift, _)| at == word && mask >> shift & 1 == 1);
        inside.map(|(var, _, shift, bits)| self.value(var, (value >> shift & ((1 << bits) - 1)) as u8)).collect()
    }

    fn predicate(&self, predicate: &Predicate) -> String {
        match predicate {
            Predicate::Constant(value) => if *value { "yes" } else { "no" }.to_owned(),
            Predicate::Masked { word, mask, value } => {
                self.masked(*word, *mask, *value).join(" and ").replace(" = ", " == ")
            }
            Predicate::Member { word, shift, set, .. } => {
                let at = |field: &(VarId, u8, u8, u8)| field.1 == *word && field.2 == *shift;
                let var = self.fields().into_iter().find(at).map(|field| field.0);
                let Some(var) = var else { return "?".to_owned() };
                let origin = &self.system.origins.vars[var.0 as usize];
                let names: Vec<&str> = (0..origin.values.len())
                    .filter(|value| set >> value & 1 == 1)
                    .map(|value| origin.values[value].as_str())
                    .collect();
                format!("{} in ({})", origin.name, names.join(", "))
            }
            Predicate::Sum { terms, compare, bound } => {
                let terms: Vec<String> =
                    terms.iter().map(|(weight, term)| format!("{weight}*[{}]", self.predicate(term))).collect();
                let op = match compare {
                    Compare::Equal => "==",
                    Compare::Less => "<",
                    Compare::AtMost => "<=",
                };
                format!("{} {op} {bound}", terms.join(" + "))
            }
            Predicate::Not(inner) => format!("not ({})", self.predicate(inner)),
            Predicate::All(parts) => self.joined(parts, " and "),
            Predicate::Any(parts) => self.joined(parts, " or "),
        }
    }

    fn joined(&self, parts: &[Predicate], word: &str) -> String {
        let parts: Vec<String> = parts.iter().map(|part| self.predicate(part)).collect();
        format!("({})", parts.join(word))
    }
}

fn fields(layout: &Layout) -> Vec<(VarId, u8, u8, u8)> {
    layout
        .slots
        .iter()
        .enumerate()
        .filter_map(|(index, slot)| match slot {
            Slot::Field { word, shift, bits } => Some((VarId(index as u32), *word, *shift, *bits)),
            Slot::Constant(_) => None,
        })
        .collect()
}
