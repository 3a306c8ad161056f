//! Label selectors, strictly: they decide whom a policy concerns.

use std::collections::BTreeSet;

use bulkhead_model::{LabelSelector, Name, Operator, Readable, Requirement, label};

use super::{Cursor, Read, value};
use crate::code;

/// Whose labels a selector is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Labels {
    /// Such as objects can have.
    OfObjects,
    /// Whatever is written.
    Any,
}

impl Labels {
    fn check_key(self, key: &str, at: &Cursor<'_>) -> Read<()> {
        if self == Self::Any || label::is_key(key) {
            return Ok(());
        }
        Err(at.error(code::LABEL_KEY_INVALID, &[("value", key)]))
    }

    fn check_value(self, value: Name, at: &Cursor<'_>) -> Read<Name> {
        if self == Self::Any || label::is_value(&value) {
            return Ok(value);
        }
        Err(at.error(code::LABEL_VALUE_INVALID, &[("value", &value)]))
    }
}

impl Cursor<'_> {
    /// A label selector. What cannot be read in it stays as an unreadable requirement, also an unknown field, and a key or a value
    /// that no label can have: the API server refuses it, and engines that get it all the same differ.
    pub fn selector(&self) -> LabelSelector {
        self.selector_of(Labels::OfObjects)
    }

    /// A selector that the API server does not look into: of a kind that comes by a definition, or over labels of an engine's own,
    /// which have other keys. A value that no label can have is nobody's.
    pub fn selector_as_written(&self) -> LabelSelector {
        self.selector_of(Labels::Any)
    }

    fn selector_of(&self, labels: Labels) -> LabelSelector {
        let requirements = self.requirements(labels);
        LabelSelector { requirements: requirements.unwrap_or_else(|reported| vec![self.readable(Err(reported))]) }
    }

    fn requirements(&self, of: Labels) -> Read<Vec<Readable<Requirement>>> {
        let fields = self.fields()?;
        let labels = fields.strict("matchLabels", |labels| match_labels(labels, of))?;
        let expressions = fields.strict("matchExpressions", |list| {
            list.each(|expression| expression.readable(match_expression(&expression, of)))
        })?;
        let mut requirements: Vec<_> = labels.into_iter().chain(expressions).flatten().collect();
        let unknown = fields.report_unknown();
        requirements.extend(unknown.map(|position| Readable::Unreadable { position }));
        Ok(requirements)
    }
}

fn match_labels(labels: &Cursor<'_>, of: Labels) -> Read<Vec<Readable<Requirement>>> {
    let requirements = labels.each_entry(|key, value| (Name::from(key), match_label(key, &value, of)))?;
    let keys: BTreeSet<&Name> = requirements.iter().map(|(key, _)| key).collect();
    if keys.len() < requirements.len() {
        labels.report_keys_that_come_twice();
        return Ok(vec![Readable::Unreadable { position: labels.position() }]);
    }
    Ok(requirements.into_iter().map(|(_, requirement)| requirement).collect())
}

fn match_label(key: &str, value: &Cursor<'_>, of: Labels) -> Readable<Requirement> {
    // Go reads `null` in a map of strings as the empty string.
    let text = if value.is_null() { Ok(Name::default()) } else { value.text() };
    let text = text.and_then(|text| of.check_key(key, value).and(of.check_value(text, value)));
    value.readable(text.map(|text| Requirement::equals(key, text)))
}

fn match_expression(expression: &Cursor<'_>, of: Labels) -> Read<Requirement> {
    let fields = expression.fields()?;
    let key = fields.required("key", |at| {
        let key = value::text(at)?;
        of.check_key(&key, at)?;
        Ok(key)
    });
    let operator = fields.required("operator", value::text);
    let values = fields
        .strict("values", |values| values.each(|value| of.check_value(value.text()?, &value))?.into_iter().collect());
    let values: Option<Vec<Name>> = values?;
    fields.refuse_unknown()?;
    let values = values.unwrap_or_default();
    let operator = operator_with(&operator?, values.clone(), expression);
    Ok(Requirement::expression(key?, operator, values))
}

/// The operator. One that is none, or that has the wrong values, never holds: no selector can be made of it
/// (`LabelSelectorAsSelector`), and every implementation takes that for "selects nothing".
fn operator_with(name: &str, mut values: Vec<Name>, at: &Cursor<'_>) -> Operator {
    values.sort_unstable();
    values.dedup();
    match name {
        "In" if !values.is_empty() => return Operator::In(values),
        "NotIn" if !values.is_empty() => return Operator::NotIn(values),
        "Exists" if values.is_empty() => return Operator::Exists,
        "DoesNotExist" if values.is_empty() => return Operator::DoesNotExist,
        "In" | "NotIn" | "Exists" | "DoesNotExist" => at.error(code::OPERATOR_VALUES, &[("operator", name)]),
        _ => at.error(code::UNKNOWN_VALUE, &[("value", name), ("allowed", "In, NotIn, Exists, DoesNotExist")]),
    };
    Operator::In(Vec::new())
}
