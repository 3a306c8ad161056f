//! NetworkPolicies as kubectl prints them: fields in alphabetical order, an absent field absent, an empty one empty.

use bulkhead_analysis::model::object::{
    IntOrString, PeerManifest, PolicyManifest, PortManifest, RuleManifest, SelectorManifest,
};
use bulkhead_analysis::model::{Name, Operator, Requirement};
use serde_json::{Map, Value, json};

/// A `networking.k8s.io/v1` NetworkPolicy, as JSON.
#[derive(Clone, Debug, PartialEq, schemars::JsonSchema, serde::Serialize)]
#[serde(transparent)]
pub struct ManifestForm(pub Value);

impl ManifestForm {
    /// The form of a policy to write.
    pub fn new(policy: &PolicyManifest) -> Self {
        let mut metadata = Map::new();
        if !policy.annotations.is_empty() {
            metadata.insert("annotations".to_owned(), json!(strings(policy.annotations.iter())));
        }
        if !policy.labels.is_empty() {
            metadata.insert("labels".to_owned(), json!(strings(policy.labels.iter())));
        }
        metadata.insert("name".to_owned(), json!(policy.name.name.as_str()));
        metadata.insert("namespace".to_owned(), json!(policy.name.namespace.as_str()));
        let mut spec = Map::new();
        if let Some(rules) = &policy.egress {
            spec.insert("egress".to_owned(), rules.iter().map(|each| rule(each, "to")).collect());
        }
        if let Some(rules) = &policy.ingress {
            spec.insert("ingress".to_owned(), rules.iter().map(|each| rule(each, "from")).collect());
        }
        spec.insert("podSelector".to_owned(), selector(&policy.pod_selector));
        if !policy.policy_types.is_empty() {
            let types = policy.policy_types.iter().map(|direction| direction.name());
            spec.insert("policyTypes".to_owned(), types.collect());
        }
        Self(json!({
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": metadata,
            "spec": spec,
        }))
    }
}

/// A rule, with `from` first or `to` last, as the alphabet wants.
fn rule(rule: &RuleManifest, peers_field: &str) -> Value {
    let mut fields = std::collections::BTreeMap::new();
    if !rule.peers.is_empty() {
        fields.insert(peers_field, rule.peers.iter().map(peer).collect::<Value>());
    }
    if !rule.ports.is_empty() {
        fields.insert("ports", rule.ports.iter().map(port).collect());
    }
    fields.into_iter().collect()
}

/// A peer: `{"ipBlock": …}`, or selectors.
pub fn peer(peer: &PeerManifest) -> Value {
    match peer {
        PeerManifest::Block(block) if block.except.is_empty() => json!({ "ipBlock": { "cidr": block.cidr } }),
        PeerManifest::Block(block) => json!({ "ipBlock": { "cidr": block.cidr, "except": block.except } }),
        PeerManifest::Pods { pods, namespaces } => {
            let mut fields = Map::new();
            if let Some(namespaces) = namespaces {
                fields.insert("namespaceSelector".to_owned(), selector(namespaces));
            }
            if let Some(pods) = pods {
                fields.insert("podSelector".to_owned(), selector(pods));
            }
            Value::Object(fields)
        }
    }
}

/// One entry of `ports`.
pub fn port(port: &PortManifest) -> Value {
    let mut fields = Map::new();
    if let Some(end_port) = port.end_port {
        fields.insert("endPort".to_owned(), json!(end_port));
    }
    if let Some(port) = &port.port {
        fields.insert("port".to_owned(), int_or_string(port));
    }
    if let Some(protocol) = &port.protocol {
        fields.insert("protocol".to_owned(), json!(protocol.as_str()));
    }
    Value::Object(fields)
}

fn int_or_string(value: &IntOrString) -> Value {
    match value {
        IntOrString::Int(number) => json!(number),
        IntOrString::String(text) => json!(text.as_str()),
    }
}

/// A label selector.
pub fn selector(selector: &SelectorManifest) -> Value {
    let mut fields = Map::new();
    if !selector.match_expressions.is_empty() {
        fields.insert("matchExpressions".to_owned(), selector.match_expressions.iter().map(expression).collect());
    }
    if !selector.match_labels.is_empty() {
        fields.insert("matchLabels".to_owned(), json!(strings(selector.match_labels.iter())));
    }
    Value::Object(fields)
}

fn expression(requirement: &Requirement) -> Value {
    let (operator, values) = match &requirement.operator {
        Operator::In(values) => ("In", Some(values)),
        Operator::NotIn(values) => ("NotIn", Some(values)),
        Operator::Exists => ("Exists", None),
        Operator::DoesNotExist => ("DoesNotExist", None),
    };
    let mut fields = Map::new();
    fields.insert("key".to_owned(), json!(requirement.key.as_str()));
    fields.insert("operator".to_owned(), json!(operator));
    if let Some(values) = values {
        fields.insert("values".to_owned(), values.iter().map(Name::as_str).collect());
    }
    Value::Object(fields)
}

/// A map of names as JSON, in the order of its keys.
fn strings<'a>(map: impl Iterator<Item = (&'a Name, impl AsRef<str> + 'a)>) -> Map<String, Value> {
    map.map(|(key, value)| (key.to_string(), Value::from(value.as_ref()))).collect()
}
