//! JSON Schemas for editors, made from the same tables that check a file.

use serde_json::{Map, Value, json};

use super::keys::{BLOCK, RANGE, WORLD};
use super::shape::{Keys, Shape, Type};

/// The schema of `world.toml`.
pub fn world_schema() -> Value {
    root(&WORLD)
}

/// The schema of the checked block of a runbook.
pub fn block_schema() -> Value {
    root(&BLOCK)
}

fn root(shape: &Shape) -> Value {
    let mut schema = json!({ "$schema": "https://json-schema.org/draft/2020-12/schema" });
    let Value::Object(body) = table(shape) else { return schema };
    if let Some(root) = schema.as_object_mut() {
        root.insert("title".into(), json!(shape.name));
        root.extend(body);
    }
    schema
}

fn table(shape: &Shape) -> Value {
    let properties: Map<String, Value> = shape
        .keys
        .iter()
        .map(|key| {
            let mut schema = value(&key.ty);
            if let Some(schema) = schema.as_object_mut() {
                schema.insert("description".into(), json!(key.doc));
            }
            (key.name.to_string(), schema)
        })
        .collect();
    let mut schema = json!({
        "type": "object",
        "description": shape.doc,
        "additionalProperties": false,
        "properties": properties,
    });
    let needed = shape
        .needed
        .iter()
        .map(|any| json!({ "anyOf": any.iter().map(|key| json!({ "required": [key] })).collect::<Vec<_>>() }));
    let rivals =
        shape.rivals.iter().flat_map(|rivals| pairs(rivals)).map(|pair| json!({ "not": { "required": pair } }));
    let conditions: Vec<Value> = needed.chain(rivals).collect();
    if !conditions.is_empty()
        && let Some(schema) = schema.as_object_mut()
    {
        schema.insert("allOf".into(), json!(conditions));
    }
    schema
}

fn pairs(rivals: &[&'static str]) -> Vec<[&'static str; 2]> {
    let mut pairs = Vec::new();
    for (at, first) in rivals.iter().enumerate() {
        pairs.extend(rivals[at + 1..].iter().map(|second| [*first, *second]));
    }
    pairs
}

fn value(ty: &Type) -> Value {
    match ty {
        Type::Text | Type::Expression | Type::Rule => json!({ "type": "string" }),
        Type::Name | Type::Id | Type::Nodes => json!({ "type": "string", "pattern": NAME }),
        Type::OneOf(words) => json!({ "enum": words }),
        Type::Value => json!({ "type": ["string", "integer", "boolean"] }),
        Type::Integer(least, most) => json!({ "type": "integer", "minimum": least, "maximum": most }),
        Type::Digits => json!({ "anyOf": [
            { "type": "integer", "minimum": 0 },
            { "type": "string", "pattern": "^[0-9]+$" },
        ] }),
        Type::Boolean => json!({ "type": "boolean" }),
        Type::List(of) => json!({ "type": "array", "items": value(of) }),
        Type::Range => json!({
            "type": "array",
            "items": { "type": "integer", "minimum": RANGE.0, "maximum": RANGE.1 },
            "minItems": 2,
            "maxItems": 2,
        }),
        Type::Map(keys, of) => {
            let mut schema = json!({ "type": "object", "additionalProperties": value(of) });
            if matches!(keys, Keys::Names | Keys::Ids)
                && let Some(schema) = schema.as_object_mut()
            {
                schema.insert("propertyNames".into(), json!({ "pattern": NAME }));
            }
            schema
        }
        Type::Table(shape) => table(shape),
        Type::Either(types) => json!({ "anyOf": types.iter().map(value).collect::<Vec<_>>() }),
    }
}

/// Names, as far as a pattern without look-ahead can say it.
const NAME: &str = r"^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_a_package_is_in_the_schema_with_its_meaning() {
        let schema = world_schema();
        let package = &schema["properties"]["package"]["additionalProperties"];
        assert_eq!(package["additionalProperties"], json!(false));
        for key in ["needs", "writes", "replaces", "at", "restart", "fails", "remove"] {
            assert!(package["properties"][key]["description"].is_string(), "{key}");
        }
    }

    #[test]
    fn a_claim_needs_exactly_one_of_its_quantities() {
        let schema = block_schema();
        let claim = &schema["properties"]["claim"]["items"];
        assert_eq!(claim["allOf"][1]["anyOf"].as_array().map(Vec::len), Some(10));
        assert_eq!(claim["allOf"].as_array().map(Vec::len), Some(2 + 55));
    }
}
