//! Parts of schemas that no derive makes: CEL rules, and types that only Kubernetes has.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A rule, what it says to people, and where in the object it points.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rule {
    pub(crate) rule: &'static str,
    pub(crate) message: &'static str,
}

/// Rules as `x-kubernetes-validations`.
pub(crate) fn validations(rules: &[Rule]) -> Value {
    rules.iter().map(|rule| json!({"rule": rule.rule, "message": rule.message})).collect()
}

/// A port: a number, or a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum IntOrString {
    /// A number.
    Int(i64),
    /// A text.
    String(String),
}

impl JsonSchema for IntOrString {
    fn schema_name() -> Cow<'static, str> {
        "IntOrString".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        // Bounds of numbers hold numbers, those of texts hold texts.
        json_schema!({
            "x-kubernetes-int-or-string": true, "minimum": 1, "maximum": 65535, "minLength": 1, "maxLength": 63,
        })
    }

    fn inline_schema() -> bool {
        true
    }
}

/// An address block: `10.0.0.0/8`, `2001:db8::/32`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cidr(pub String);

impl JsonSchema for Cidr {
    fn schema_name() -> Cow<'static, str> {
        "Cidr".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "format": "cidr", "maxLength": 49})
    }

    fn inline_schema() -> bool {
        true
    }
}
