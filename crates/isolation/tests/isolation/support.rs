//! From YAML to a plan, and from a plan to text.

use std::fmt::Write;

use bulkhead_isolation::{EntryState, Plan, Setting, Settings, plan};
use bulkhead_model::Issue;
use bulkhead_model::object::{
    IntOrString, IpBlockManifest, PeerManifest, PolicyManifest, PortManifest, RuleManifest, SelectorManifest,
};
use bulkhead_snapshot::{Input, Snapshot, read};
use serde_json::{Map, Value, json};

/// The snapshot of a text. What the reader finds is not this crate's affair.
pub(crate) fn snapshot(text: &str) -> Snapshot {
    Snapshot::new(read(&[Input { name: "test.yaml", text: text.as_bytes() }]))
}

/// The plan of a text with no particular settings.
pub(crate) fn plan_of(setting: Setting, text: &str) -> Plan {
    plan(&snapshot(text), setting, &Settings::default())
}

/// The default plan of a text, as text.
pub(crate) fn default_plan(text: &str) -> String {
    shown(&plan_of(Setting::Default, text))
}

/// A plan as text: what is written, what goes, what became of the entries, and the findings. Positions are left out.
pub(crate) fn shown(plan: &Plan) -> String {
    let mut text = String::new();
    for policy in &plan.apply {
        write!(text, "apply {}", policy.name).unwrap();
        for (key, value) in policy.labels.iter() {
            write!(text, " {key}={value}").unwrap();
        }
        text.push('\n');
        let spec = spec(policy);
        for field in ["policyTypes", "ingress", "egress"] {
            show_field(&mut text, &spec, field);
        }
    }
    for name in &plan.delete {
        writeln!(text, "delete {name}").unwrap();
    }
    for status in &plan.entries {
        let state = match &status.state {
            EntryState::Resolved { policy } => format!("resolved {policy}"),
            EntryState::Inactive => "inactive".to_owned(),
            EntryState::Expired => "expired".to_owned(),
            EntryState::Unresolved { reason, last_applied } => format!("unresolved {reason} {last_applied:?}"),
        };
        writeln!(text, "entry {} {state}", status.entry).unwrap();
    }
    for issue in &plan.issues {
        writeln!(text, "{}", shown_issue(issue)).unwrap();
    }
    text
}

fn show_field(text: &mut String, spec: &Value, field: &str) {
    match spec.get(field) {
        None => {}
        Some(Value::Array(rules)) if field != "policyTypes" => {
            writeln!(text, "  {field}:").unwrap();
            for rule in rules {
                writeln!(text, "  - {rule}").unwrap();
            }
        }
        Some(value) => writeln!(text, "  {field}: {value}").unwrap(),
    }
}

pub(crate) fn shown_issue(issue: &Issue) -> String {
    let mut text = format!("{:?} {}", issue.severity, issue.code).to_lowercase();
    // The code keeps its capitals.
    text.truncate(text.len() - issue.code.len());
    text.push_str(issue.code);
    if let Some(object) = &issue.object {
        write!(text, " {object}").unwrap();
    }
    if !issue.field.is_empty() {
        write!(text, " {}", issue.field).unwrap();
    }
    for (name, value) in &issue.arguments {
        write!(text, " {name}=`{value}`").unwrap();
    }
    text
}

/// The spec of a policy as Kubernetes' JSON, absent where the manifest leaves a field out.
pub(crate) fn spec(policy: &PolicyManifest) -> Value {
    let mut spec = Map::from_iter([("podSelector".to_owned(), selector(&policy.pod_selector))]);
    if !policy.policy_types.is_empty() {
        spec.insert("policyTypes".to_owned(), policy.policy_types.iter().map(|kind| kind.name()).collect());
    }
    for (field, peers, rules) in [("ingress", "from", &policy.ingress), ("egress", "to", &policy.egress)] {
        if let Some(rules) = rules {
            spec.insert(field.to_owned(), rules.iter().map(|each| rule(each, peers)).collect());
        }
    }
    Value::Object(spec)
}

fn rule(rule: &RuleManifest, peers: &str) -> Value {
    let mut fields = Map::new();
    if !rule.peers.is_empty() {
        fields.insert(peers.to_owned(), rule.peers.iter().map(peer).collect());
    }
    if !rule.ports.is_empty() {
        fields.insert("ports".to_owned(), rule.ports.iter().map(port).collect());
    }
    Value::Object(fields)
}

fn peer(peer: &PeerManifest) -> Value {
    match peer {
        PeerManifest::Block(IpBlockManifest { cidr, except }) if except.is_empty() => {
            json!({"ipBlock": {"cidr": cidr}})
        }
        PeerManifest::Block(IpBlockManifest { cidr, except }) => json!({"ipBlock": {"cidr": cidr, "except": except}}),
        PeerManifest::Pods { pods, namespaces } => {
            let selectors = [("podSelector", pods), ("namespaceSelector", namespaces)];
            let there = selectors.into_iter().filter_map(|(name, it)| Some((name.to_owned(), selector(it.as_ref()?))));
            Value::Object(there.collect())
        }
    }
}

fn selector(selector: &SelectorManifest) -> Value {
    assert!(selector.match_expressions.is_empty(), "no plan uses expressions");
    if selector.match_labels.is_empty() {
        return json!({});
    }
    let labels = selector.match_labels.iter().map(|(key, value)| (key.to_string(), json!(value.as_str())));
    json!({"matchLabels": labels.collect::<Map<String, Value>>()})
}

fn port(port: &PortManifest) -> Value {
    let mut fields = Map::new();
    if let Some(protocol) = &port.protocol {
        fields.insert("protocol".to_owned(), json!(protocol.as_str()));
    }
    match &port.port {
        None => {}
        Some(IntOrString::Int(number)) => drop(fields.insert("port".to_owned(), json!(number))),
        Some(IntOrString::String(name)) => drop(fields.insert("port".to_owned(), json!(name.as_str()))),
    }
    if let Some(end) = port.end_port {
        fields.insert("endPort".to_owned(), json!(end));
    }
    Value::Object(fields)
}
