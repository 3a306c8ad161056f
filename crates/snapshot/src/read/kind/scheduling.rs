//! Where a pod may run: nodeSelector, node affinity, tolerations.

use std::sync::Arc;

use bulkhead_model::object::{NodeTerm, Scheduling, Taint, Toleration};
use bulkhead_model::{Name, Operator, Requirement};

use crate::read::decode::{Cursor, Fields, Read, value};

/// Taints that every pod is given a toleration of (`DefaultTolerationSeconds`); they say nothing about where it may run.
const GIVEN: [&str; 2] = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"];

/// What a pod's spec asks of its node; `None` where it asks nothing.
pub(super) fn scheduling(spec: Option<&Fields<'_>>) -> Option<Arc<Scheduling>> {
    let spec = spec?;
    let scheduling = Scheduling {
        node_selector: spec.optional("nodeSelector", value::labels).unwrap_or_default(),
        terms: spec.optional("affinity", terms).flatten(),
        tolerations: spec.list("tolerations", toleration).into_iter().flatten().collect(),
    };
    (scheduling != Scheduling::default()).then(|| Arc::new(scheduling))
}

fn terms(affinity: &Cursor<'_>) -> Read<Option<Vec<NodeTerm>>> {
    let fields = affinity.fields()?;
    let Some(node) = fields.get("nodeAffinity") else { return Ok(None) };
    let node = node.fields()?;
    let Some(required) = node.get("requiredDuringSchedulingIgnoredDuringExecution") else { return Ok(None) };
    Ok(Some(required.fields()?.list("nodeSelectorTerms", term)))
}

fn term(term: &Cursor<'_>) -> Read<NodeTerm> {
    let fields = term.fields()?;
    let mut read = NodeTerm::default();
    for (key, operator, values) in fields.list("matchExpressions", expression) {
        match operator_of(&operator, values) {
            Some(operator) => read.expressions.push(Requirement::expression(key, operator, Vec::new())),
            None => read.more = true,
        }
    }
    for (key, operator, values) in fields.list("matchFields", expression) {
        if key == "metadata.name" && operator == "In" {
            read.names = Some(values);
        } else {
            read.more = true;
        }
    }
    Ok(read)
}

fn expression(expression: &Cursor<'_>) -> Read<(Name, Name, Vec<Name>)> {
    let fields = expression.fields()?;
    let (key, operator) = (fields.required("key", value::text)?, fields.required("operator", value::text)?);
    Ok((key, operator, fields.list("values", value::loose_text)))
}

fn operator_of(name: &str, mut values: Vec<Name>) -> Option<Operator> {
    values.sort_unstable();
    values.dedup();
    match name {
        "In" => Some(Operator::In(values)),
        "NotIn" if !values.is_empty() => Some(Operator::NotIn(values)),
        "Exists" => Some(Operator::Exists),
        "DoesNotExist" => Some(Operator::DoesNotExist),
        _ => None,
    }
}

fn toleration(toleration: &Cursor<'_>) -> Read<Option<Toleration>> {
    let fields = toleration.fields()?;
    let key = fields.optional("key", value::text).filter(|key| !key.is_empty());
    let exists = fields.optional("operator", value::text).is_some_and(|operator| operator == "Exists");
    let value = fields.optional("value", value::loose_text).unwrap_or_default();
    let effect = fields.optional("effect", value::text).filter(|effect| !effect.is_empty());
    if key.as_deref().is_some_and(|key| GIVEN.contains(&key)) {
        return Ok(None);
    }
    Ok(Some(Toleration { key, value: (!exists).then_some(value), effect }))
}

/// An entry of a node's `spec.taints`.
pub(super) fn taint(taint: &Cursor<'_>) -> Read<Taint> {
    let fields = taint.fields()?;
    Ok(Taint {
        key: fields.required("key", value::text)?,
        value: fields.optional("value", value::loose_text).unwrap_or_default(),
        effect: fields.optional("effect", value::text).unwrap_or_default(),
    })
}
