//! Every name, label and address of a state, with whose it is.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::net::IpAddr;

use bulkhead_analysis::isolation::names::WORKSPACE_LABEL;
use bulkhead_analysis::model::object::{EndpointSlice, Pod};
use bulkhead_analysis::model::{IpNet, Labels, NamespacedName, Operator};
use bulkhead_store::Object;
use serde_json::Value;

use crate::state::State;

/// Which projects there are, and in which workspaces.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tenancy {
    projects: BTreeMap<String, Option<String>>,
}

impl Tenancy {
    /// Of a state's objects.
    pub(crate) fn of(state: &State) -> Self {
        let namespaces = state.of_kind("Namespace", None);
        let mut projects: BTreeMap<String, Option<String>> = namespaces
            .map(|(name, kept)| (name.name.clone(), kept.object().label(WORKSPACE_LABEL).map(str::to_owned)))
            .collect();
        // A dump may have objects of a namespace that is not in it.
        let of_pods = state.pods().map(|pod| pod.name.namespace.as_str());
        for namespace in state.iter().filter_map(|(name, _)| name.namespace.as_deref()).chain(of_pods) {
            if !projects.contains_key(namespace) {
                projects.insert(namespace.to_owned(), None);
            }
        }
        Self { projects }
    }

    /// Every project with its workspace.
    pub(crate) fn projects(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        self.projects.iter().map(|(namespace, workspace)| (namespace.as_str(), workspace.as_deref()))
    }

    /// Every workspace that has a project.
    pub(crate) fn workspaces(&self) -> std::collections::BTreeSet<String> {
        self.projects.values().flatten().cloned().collect()
    }

    /// Whether there is such a project.
    pub(super) fn has(&self, namespace: &str) -> bool {
        self.projects.contains_key(namespace)
    }
}

/// Whose a name is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Owner {
    /// A namespace's.
    Namespace(String),
    /// A workspace's own.
    Workspace(String),
    /// What policies of the cluster speak of: the administrators'.
    Administrators,
}

/// The names, labels, addresses and hosts of a state that are somebody's. What a node or another part of the cluster has, too, is
/// nobody's.
#[derive(Clone, Debug, Default)]
pub(crate) struct Terms {
    owners: HashMap<Box<str>, Vec<u32>>,
    known: Vec<Owner>,
}

/// Maps of labels: their keys and values are labels.
pub(super) const LABEL_MAPS: [&str; 7] =
    ["labels", "matchLabels", "selector", "podSelector", "annotations", "nodeSelector", "namespaceSelector"];
/// Fields whose values are names of hosts.
const HOST_FIELDS: [&str; 4] = ["host", "hosts", "hostname", "hostnames"];

impl Terms {
    /// Of a state's objects.
    pub(crate) fn of(state: &State) -> Self {
        let mut gathering = Gathering::default();
        state.iter().for_each(|(_, kept)| gathering.object(&kept.object()));
        state.pods().for_each(|pod| gathering.pod(pod));
        state.endpoint_slices().for_each(|slice| gathering.endpoint_slice(slice));
        gathering.end()
    }

    /// Whether somebody has this, and nobody of those who are seen.
    pub(super) fn is_foreign(&self, term: &str, sees: impl Fn(&Owner) -> bool) -> bool {
        let Some(owners) = self.owners.get(term) else { return false };
        !owners.iter().filter_map(|owner| self.known.get(*owner as usize)).any(sees)
    }

    /// Whether somebody who is seen has this.
    pub(super) fn is_seen(&self, term: &str, sees: impl Fn(&Owner) -> bool) -> bool {
        let Some(owners) = self.owners.get(term) else { return false };
        owners.iter().filter_map(|owner| self.known.get(*owner as usize)).any(sees)
    }
}

#[derive(Default)]
struct Gathering {
    terms: Terms,
    numbers: HashMap<Owner, u32>,
    /// What parts of the cluster have.
    shared: HashSet<Box<str>>,
}

impl Gathering {
    fn object(&mut self, object: &Object) {
        let mut found = Found::default();
        for (key, value) in &object.0 {
            found.value(key, value);
        }
        let mut owner = self.owner_of(object);
        if owner.is_none() && object.kind().ends_with("Policy") {
            // It speaks of others' labels and addresses, which do not become everybody's by that.
            owner = self.number(Owner::Administrators);
            self.shared.insert(object.name().into());
        } else {
            found.name(object.name());
        }
        if let Some(namespace) = object.namespace() {
            found.name(&format!("{namespace}/{}", object.name()));
        }
        self.take(found, owner);
    }

    /// The same of a pod that is kept as it is read: what is not read is in no answer.
    fn pod(&mut self, pod: &Pod) {
        let mut found = Found::of_name(&pod.name);
        found.labels(&pod.labels);
        pod.addresses.iter().for_each(|address| found.name(&address.to_string()));
        for container in pod.containers.iter() {
            let values = container.environment.iter().map(|(_, value)| value);
            container.arguments.iter().chain(values).for_each(|text| found.text("", text));
        }
        if let Some(scheduling) = &pod.scheduling {
            found.labels(&scheduling.node_selector);
            let terms = scheduling.terms.iter().flatten();
            for requirement in terms.flat_map(|term| &term.expressions) {
                found.name(&requirement.key);
                if let Operator::In(values) | Operator::NotIn(values) = &requirement.operator {
                    for value in values {
                        found.name(value);
                    }
                }
            }
        }
        let owner = self.number(Owner::Namespace(pod.name.namespace.to_string()));
        self.take(found, owner);
    }

    fn endpoint_slice(&mut self, slice: &EndpointSlice) {
        let mut found = Found::of_name(&slice.name);
        slice.service.iter().for_each(|service| found.name(service));
        slice.endpoints.iter().for_each(|endpoint| found.name(&endpoint.address.to_string()));
        let owner = self.number(Owner::Namespace(slice.name.namespace.to_string()));
        self.take(found, owner);
    }

    fn take(&mut self, found: Found, owner: Option<u32>) {
        for term in found.0 {
            match owner {
                Some(owner) => self.own(term, owner),
                None => drop(self.shared.insert(term)),
            }
        }
    }

    /// The number of whoever owns an object; `None` where the cluster does.
    fn owner_of(&mut self, object: &Object) -> Option<u32> {
        let owner = match (object.kind(), object.namespace()) {
            (_, Some(namespace)) => Owner::Namespace(namespace.to_owned()),
            ("Namespace", None) => Owner::Namespace(object.name().to_owned()),
            ("Workspace" | "WorkspaceTemplate" | "WorkspaceAllowlist", None) => {
                Owner::Workspace(object.name().to_owned())
            }
            _ => return None,
        };
        self.number(owner)
    }

    fn number(&mut self, owner: Owner) -> Option<u32> {
        if let Some(number) = self.numbers.get(&owner) {
            return Some(*number);
        }
        let number = u32::try_from(self.terms.known.len()).ok()?;
        self.terms.known.push(owner.clone());
        self.numbers.insert(owner, number);
        Some(number)
    }

    fn own(&mut self, term: Box<str>, owner: u32) {
        let owners = self.terms.owners.entry(term).or_default();
        if owners.last() != Some(&owner) {
            owners.push(owner);
        }
    }

    fn end(mut self) -> Terms {
        self.terms.owners.retain(|term, _| !self.shared.contains(term));
        self.terms
    }
}

/// What is found in one object.
#[derive(Default)]
struct Found(Vec<Box<str>>);

impl Found {
    fn of_name(name: &NamespacedName) -> Self {
        Self(vec![name.name.as_str().into(), name.to_string().into()])
    }

    fn labels(&mut self, labels: &Labels) {
        for (key, value) in labels.iter() {
            self.name(key);
            self.name(value);
        }
    }

    fn name(&mut self, text: &str) {
        if !text.is_empty() {
            self.0.push(text.into());
        }
    }

    fn value(&mut self, key: &str, value: &Value) {
        match value {
            Value::String(text) => self.text(key, text),
            Value::Array(items) => items.iter().for_each(|item| self.value(key, item)),
            Value::Object(fields) => {
                let are_labels = LABEL_MAPS.contains(&key);
                for (key, value) in fields {
                    match value {
                        Value::String(text) if are_labels => {
                            self.name(key);
                            self.name(text);
                        }
                        value => self.value(key, value),
                    }
                }
                self.requirement(fields);
            }
            _ => {}
        }
    }

    /// `{key, operator, values}` of a selector.
    fn requirement(&mut self, fields: &serde_json::Map<String, Value>) {
        let (Some(Value::String(key)), Some(_)) = (fields.get("key"), fields.get("operator")) else { return };
        self.name(key);
        let values = fields.get("values").and_then(Value::as_array).into_iter().flatten();
        values.filter_map(Value::as_str).for_each(|value| self.name(value));
    }

    fn text(&mut self, key: &str, text: &str) {
        if HOST_FIELDS.contains(&key) {
            self.name(text);
        } else if let Some(address) = canonical(text) {
            self.name(&address);
        }
    }
}

/// An address or a block as everybody spells it; `None` for other texts, and for all addresses of a family.
pub(super) fn canonical(text: &str) -> Option<String> {
    if !text.contains(['.', ':']) {
        return None;
    }
    if let Ok(address) = text.parse::<IpAddr>() {
        return Some(address.to_string());
    }
    let block: IpNet = text.parse().ok()?;
    let text = block.to_string();
    match text.rsplit_once('/') {
        Some((_, "0")) => None,
        // One address, as a block.
        Some((address, "32")) if !address.contains(':') => Some(address.to_owned()),
        Some((address, "128")) => Some(address.to_owned()),
        _ => Some(text),
    }
}

#[cfg(test)]
mod tests {
    use bulkhead_analysis::snapshot::Sharing;

    use super::*;

    #[test]
    fn addresses_have_one_spelling() {
        assert_eq!(canonical("10.0.0.1/32").as_deref(), Some("10.0.0.1"));
        assert_eq!(canonical("FD00:0::1").as_deref(), Some("fd00::1"));
        assert_eq!(canonical("10.0.0.0/8").as_deref(), Some("10.0.0.0/8"));
        assert_eq!(canonical("0.0.0.0/0"), None);
        assert_eq!(canonical("web"), None);
    }

    /// What a live cluster's pods and EndpointSlices are called must be known as well as that of whole objects.
    #[test]
    fn what_is_kept_as_it_is_read_has_the_same_names() {
        let objects = [
            serde_json::json!({"apiVersion": "v1", "kind": "Pod",
                "metadata": {"name": "web-0", "namespace": "shop", "labels": {"app": "web", "team": "secret-team"}},
                "spec": {"containers": [{"name": "web", "env": [{"name": "DB", "value": "192.0.2.77"}], "args": ["192.0.2.78"]}],
                    "nodeSelector": {"pool": "secret-pool"},
                    "affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms":
                        [{"matchExpressions": [{"key": "rack", "operator": "In", "values": ["secret-rack"]}]}]}}}},
                "status": {"podIP": "10.1.0.7", "phase": "Running"}}),
            serde_json::json!({"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
                "metadata": {"name": "web-x", "namespace": "shop", "labels": {"kubernetes.io/service-name": "secret-service"}},
                "endpoints": [{"addresses": ["10.1.0.8"]}], "ports": [{"port": 8080}]}),
        ];
        let objects: Vec<Object> = objects.into_iter().filter_map(Object::from_value).collect();
        let (mut live, mut sharing) = (State::of_live(), Sharing::default());
        for object in &objects {
            live.put(object.clone(), &mut sharing);
        }
        let (whole, live) = (Terms::of(&objects.into_iter().collect()), Terms::of(&live));
        let terms = [
            "web-0",
            "shop/web-0",
            "app",
            "web",
            "team",
            "secret-team",
            "10.1.0.7",
            "192.0.2.77",
            "192.0.2.78",
            "pool",
            "secret-pool",
            "rack",
            "secret-rack",
            "web-x",
            "shop/web-x",
            "secret-service",
            "10.1.0.8",
        ];
        let is_foreign = |terms: &Terms, term: &str| terms.is_foreign(term, |_| false);
        for term in terms {
            assert!(is_foreign(&whole, term) && is_foreign(&live, term), "{term}");
            assert!(!live.is_foreign(term, |owner| *owner == Owner::Namespace("shop".to_owned())), "{term}");
        }
    }

    #[test]
    fn what_the_cluster_has_is_nobodys() {
        let object = |value: Value| Object::from_value(value).unwrap();
        let objects = [
            object(serde_json::json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "n1"},
                "status": {"addresses": [{"type": "InternalIP", "address": "192.0.2.1"}]}})),
            object(serde_json::json!({"apiVersion": "v1", "kind": "Pod",
                "metadata": {"name": "a", "namespace": "x", "labels": {"app": "secret"}},
                "status": {"hostIP": "192.0.2.1", "podIP": "192.0.2.2"}})),
        ];
        let terms = Terms::of(&objects.into_iter().collect());
        let foreign = |term: &str| terms.is_foreign(term, |_| false);
        assert!(["a", "x/a", "app", "secret", "192.0.2.2"].into_iter().all(foreign));
        assert!(!["n1", "192.0.2.1", "n2"].into_iter().any(foreign));
        assert!(!terms.is_foreign("secret", |owner| *owner == Owner::Namespace("x".to_owned())));
    }
}
