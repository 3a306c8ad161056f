//! A cluster made of JSON objects, and questions to it.

use std::net::IpAddr;

use bulkhead_model::object::Direction;
use bulkhead_model::{NamespacedName, Protocol};
use bulkhead_policy::{Overrides, Party, Policies, Profile, Question, Verdict, decide};
use bulkhead_snapshot::read::{Input, read};
use bulkhead_snapshot::{PodId, Snapshot};
use serde_json::{Value, json};

pub(crate) struct Cluster {
    pub(crate) snapshot: Snapshot,
    policies: Policies,
}

/// Who is at one end of a connection.
#[derive(Clone, Copy, Debug)]
pub(crate) enum End {
    Pod(PodId),
    Address(IpAddr),
}

impl Cluster {
    /// The cluster of these objects; `engine` names its engine, else none is visible.
    pub(crate) fn new(objects: &[Value], engine: Option<&str>) -> Self {
        let text = json!({"apiVersion": "v1", "kind": "List", "items": objects}).to_string();
        let snapshot = Snapshot::new(read(&[Input { name: "case.json", text: text.as_bytes() }]));
        let engine = engine.map(|name| Profile::named(name).unwrap());
        let policies = Policies::with_overrides(&snapshot, &Overrides { engine });
        Self { snapshot, policies }
    }

    pub(crate) fn pod(&self, name: &str) -> End {
        let (namespace, name) = name.split_once('/').unwrap();
        End::Pod(self.snapshot.pod(&NamespacedName::new(namespace, name)).unwrap())
    }

    /// The end that has an address.
    pub(crate) fn at(&self, address: &str) -> End {
        let address = address.parse().unwrap();
        self.snapshot.pods_with_address(address).first().map_or(End::Address(address), |pod| End::Pod(*pod))
    }

    fn party(&self, end: End) -> Party {
        match end {
            End::Pod(pod) => Party {
                address: self.snapshot.pods[pod].addresses.first().copied(),
                pod: Some(pod),
                node: None,
                identity: None,
            },
            End::Address(address) => {
                let node = self.snapshot.nodes_with_address(address).first().copied();
                Party { address: Some(address), pod: None, node, identity: None }
            }
        }
    }

    /// What the policies of one end say; `None` where it is no pod and has none.
    pub(crate) fn verdict(
        &self,
        direction: Direction,
        from: End,
        to: End,
        port: u16,
        protocol: Protocol,
    ) -> Option<Verdict> {
        let (subject, peer) = match direction {
            Direction::Ingress => (to, from),
            Direction::Egress => (from, to),
        };
        let End::Pod(subject) = subject else { return None };
        let question = Question { direction, subject, peer: self.party(peer), protocol, port };
        Some(decide(&self.snapshot, &self.policies, &question))
    }

    /// Whether the policies of both ends let it pass: a denial at one end is enough, whatever the other says.
    pub(crate) fn passes(&self, from: End, to: End, port: u16, protocol: Protocol) -> Option<bool> {
        let ends = [Direction::Egress, Direction::Ingress];
        let said = ends.map(|direction| match self.verdict(direction, from, to, port, protocol) {
            Some(verdict) => verdict.allows(),
            None => Some(true),
        });
        if said.contains(&Some(false)) { Some(false) } else { said[0].and(said[1]) }
    }
}

pub(crate) fn namespace(name: &str, labels: &Value) -> Value {
    json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}})
}

/// A running pod with ports as `(name, number, protocol)`.
pub(crate) fn pod(namespace: &str, name: &str, labels: &Value, address: &str, ports: &[(&str, u64, &str)]) -> Value {
    let ports: Vec<Value> = ports
        .iter()
        .map(|(name, number, protocol)| json!({"name": name, "containerPort": number, "protocol": protocol}))
        .collect();
    json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"namespace": namespace, "name": name, "labels": labels},
        "spec": {"containers": [{"name": "c", "image": "i", "ports": ports}]},
        "status": {"phase": "Running", "podIP": address, "podIPs": [{"ip": address}]},
    })
}

/// Objects of one kind, as a Go program wrote them: without kind, with nulls, some without a name.
pub(crate) fn typed(kind: &str, version: &str, rows: &Value) -> Vec<Value> {
    let rows = rows.as_array().cloned().unwrap_or_default();
    let typed = rows.into_iter().enumerate().map(|(number, mut row)| {
        row["apiVersion"] = version.into();
        row["kind"] = kind.into();
        if row["metadata"].get("name").is_none() {
            row["metadata"]["name"] = format!("p{number}").into();
        }
        row
    });
    typed.collect()
}

pub(crate) fn protocol(name: &str) -> Protocol {
    if name.is_empty() { Protocol::Tcp } else { Protocol::from_name(name).unwrap() }
}
