//! The Informal Trace Format of Apalache: one run as JSON, a state after each move.

use super::names::{Names, line};
use super::tla::RESERVED;
use super::words::Words;
use crate::system::{State, System};
use serde_json::{Map, Value, json};

/// Writes the states of a run, each with what led to it. Names of variables are those of the TLA+ module.
pub fn write(system: &System, about: &[String], states: &[(String, State)]) -> String {
    let words = Words::of(system);
    let vars = words.vars();
    let mut names = Names::new(RESERVED, '_');
    let names: Vec<String> = vars.iter().map(|var| names.name(&var.name)).collect();
    let states: Vec<Value> = states
        .iter()
        .enumerate()
        .map(|(index, (action, state))| {
            let mut fields = Map::new();
            fields.insert("#meta".to_owned(), json!({ "index": index, "action": line(action) }));
            for ((name, var), value) in names.iter().zip(&vars).zip(words.state(state)) {
                let value = match (var.is_flag(), value) {
                    (true, value) => Value::from(value == 1),
                    (false, value) => Value::from(var.values[usize::from(value)].as_str()),
                };
                fields.insert(name.clone(), value);
            }
            Value::Object(fields)
        })
        .collect();
    let about: Vec<String> = about.iter().map(|text| line(text)).collect();
    let known: Map<String, Value> =
        names.iter().zip(&vars).map(|(name, var)| (name.clone(), Value::from(line(&var.name)))).collect();
    let trace = json!({
        "#meta": {
            "format": "ITF",
            "format-description": "https://apalache-mc.org/docs/adr/015adr-trace.html",
            "description": about,
            "names": known,
        },
        "vars": names,
        "states": states,
    });
    let mut text = serde_json::to_string_pretty(&trace).expect("a trace has only string keys");
    text.push('\n');
    text
}
