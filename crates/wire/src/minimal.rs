//! Minimal allowlists: entries with their witnesses, the policy that holds them, and who else gets in.

use bulkhead_analysis::allowlist::{
    EgressList, Entry, EntryPeer, Excess, Exposure, ExposureTarget, Minimal, Remedy, Stranger, Through, Undetermined,
    Witness,
};
use bulkhead_analysis::model::object::PeerManifest;
use bulkhead_analysis::model::{AddressSet, Issue, PortRef};
use bulkhead_analysis::path::{DoorKind, Origin};
use bulkhead_analysis::snapshot::{NodeId, PodId, Snapshot};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::answer::{Detail, RouteForm};
use crate::issue::{IssueForm, Words};
use crate::manifest::{ManifestForm, peer, selector};

/// The minimal allowlist of an exposure.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MinimalForm {
    /// What was asked.
    pub target: TargetForm,
    /// The pods that the entries are for.
    pub pods: Vec<String>,
    /// The allowlist.
    pub entries: Vec<EntryForm>,
    /// What the wanted clients must be let out to, where their egress is restricted and that was asked for.
    pub egress: Vec<EgressForm>,
    /// The NetworkPolicy that holds just the entries; null where the target has no pods that one could select.
    pub network_policy: Option<ManifestForm>,
    /// All of them, the clients' behind the target's; the first is `networkPolicy`.
    pub network_policies: Vec<ManifestForm>,
    /// Who else gets in through the entries.
    pub excess: Vec<ExcessForm>,
    /// Ways of which nobody can say what they need.
    pub undetermined: Vec<UndeterminedForm>,
    /// What is wrong, and what else to know.
    pub issues: Vec<IssueForm>,
}

/// What shall be reachable, by which doors and clients.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TargetForm {
    /// The Service.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// The Ingress.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ingress: Option<String>,
    /// The Gateway or route, as `httproute/shop/web`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// The pod.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pod: Option<String>,
    /// The workload, as `deployment/shop/web`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workload: Option<String>,
    /// The namespace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// The workspace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub workspace: Option<String>,
    /// Only these ports; empty means all.
    pub ports: Vec<Value>,
    /// Through these doors; empty means all that the target has.
    pub doors: Vec<&'static str>,
    /// By these clients, as the command line spells them.
    pub clients: Vec<String>,
}

/// One entry: a peer's fields, its ports, and ways that are lost without it.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "MinimalEntry")]
pub struct EntryForm {
    /// `ipBlock`, or `podSelector` and `namespaceSelector`.
    #[serde(flatten)]
    pub peer: Map<String, Value>,
    /// The ports of the target's pods.
    pub ports: Vec<PortForm>,
    /// Ways that are lost without the entry.
    pub witnesses: Vec<WitnessForm>,
    /// What the block holds besides because the list may only be so long; absent where it holds nothing besides.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extra: Option<ExtraForm>,
}

/// Addresses that nobody asked for.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExtraForm {
    /// How many they are, as a decimal number: there may be more than a JSON reader can count.
    pub addresses: String,
    /// Which.
    pub cidrs: Vec<String>,
}

/// What some clients must be let out to.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EgressForm {
    /// Their namespace.
    pub namespace: String,
    /// The selector of the policy that holds the entries.
    pub pod_selector: Value,
    /// The clients.
    pub pods: Vec<String>,
    /// What they must be let out to.
    pub entries: Vec<EntryForm>,
}

/// A port of an entry.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "MinimalPort")]
pub struct PortForm {
    /// Its protocol.
    pub protocol: &'static str,
    /// Its number or name.
    pub port: Value,
}

/// A route, and the client who takes it.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct WitnessForm {
    /// The client that was followed, as `from` of a request.
    pub client: Value,
    /// The way.
    #[serde(flatten)]
    pub route: RouteForm,
}

/// Somebody who gets in although nobody asked for it.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExcessForm {
    /// Who: `{"kind": "anyClient", "address": …}`, `{"kind": "anyPod", "pod": …}`, `{"kind": "nodeProcesses", "nodes": […]}`,
    /// `{"kind": "sameLabels", "pods": […]}` or `{"kind": "pods", "pods": […]}`. The address and the pod are those that were followed.
    pub who: Value,
    /// By which door; `PodIP` for the pods' own addresses.
    pub through: &'static str,
    /// Whose door, where it is that of another Service which leads to the same pods.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// The entries that let them in, as indices.
    pub entries: Vec<usize>,
    /// What would stop them.
    pub remedies: Vec<RemedyForm>,
}

/// What would stop somebody.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RemedyForm {
    /// The stable word.
    pub remedy: &'static str,
    /// What to do, in words.
    pub message: String,
    /// What it costs, in words.
    pub price: String,
}

/// A way of which nobody can say what it needs.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UndeterminedForm {
    /// What is missing, as a stable word.
    pub reason: &'static str,
    /// The same in words.
    pub message: String,
    /// The way, as far as it is known.
    pub witness: WitnessForm,
}

/// The minimal allowlists of many exposures.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ExposuresForm {
    /// One for each exposure, by its target.
    pub exposures: Vec<MinimalForm>,
    /// What is wrong with the exposures and the input.
    pub issues: Vec<IssueForm>,
}

impl ExposuresForm {
    /// The form of allowlists.
    pub fn new(answers: &[Minimal], issues: &[Issue], snapshot: &Snapshot, words: &dyn Words) -> Self {
        Self {
            exposures: answers.iter().map(|minimal| MinimalForm::new(minimal, snapshot, words)).collect(),
            issues: issues.iter().map(|issue| IssueForm::new(issue, snapshot, words)).collect(),
        }
    }
}

impl MinimalForm {
    /// The form of an allowlist.
    pub fn new(minimal: &Minimal, snapshot: &Snapshot, words: &dyn Words) -> Self {
        let network_policies: Vec<ManifestForm> = minimal.policies().iter().map(ManifestForm::new).collect();
        Self {
            target: TargetForm::new(&minimal.exposure),
            pods: pod_names(&minimal.pods, snapshot),
            entries: minimal.entries.iter().map(|entry| EntryForm::new(&entry, snapshot)).collect(),
            egress: minimal.egress.iter().map(|list| EgressForm::new(list, snapshot)).collect(),
            network_policy: network_policies.first().cloned(),
            network_policies,
            excess: minimal.excess.iter().map(|excess| ExcessForm::new(excess, snapshot, words)).collect(),
            undetermined: minimal.undetermined.iter().map(|way| UndeterminedForm::new(way, snapshot, words)).collect(),
            issues: minimal.issues.iter().map(|issue| IssueForm::new(issue, snapshot, words)).collect(),
        }
    }
}

impl TargetForm {
    fn new(exposure: &Exposure) -> Self {
        let name = exposure.target.to_string();
        let mut form = Self {
            service: None,
            ingress: None,
            object: None,
            pod: None,
            workload: None,
            namespace: None,
            workspace: None,
            ports: exposure.ports.iter().map(port_ref).collect(),
            doors: exposure.doors.iter().map(|door| door.name()).collect(),
            clients: exposure.clients.iter().map(ToString::to_string).collect(),
        };
        let bare = name.split_once('/').map_or(name.clone(), |(_, name)| name.to_owned());
        match &exposure.target {
            ExposureTarget::Service(_) => form.service = Some(bare),
            ExposureTarget::Ingress(_) => form.ingress = Some(bare),
            ExposureTarget::Gateway(_) => form.object = Some(name),
            ExposureTarget::Pod(_) => form.pod = Some(bare),
            ExposureTarget::Workload(..) => form.workload = Some(name),
            ExposureTarget::Namespace(_) => form.namespace = Some(bare),
            ExposureTarget::Workspace(_) => form.workspace = Some(bare),
        }
        form
    }
}

impl EntryForm {
    fn new(entry: &Entry, snapshot: &Snapshot) -> Self {
        let peer = match &entry.peer {
            EntryPeer::Block(net) => peer(&PeerManifest::cidr(net)),
            EntryPeer::Pods { peer: selectors, .. } => peer(selectors),
        };
        let port = |port: &bulkhead_analysis::allowlist::EntryPort| PortForm {
            protocol: port.protocol.name(),
            port: port_ref(&port.port),
        };
        Self {
            peer: peer.as_object().cloned().unwrap_or_default(),
            ports: entry.ports.iter().map(port).collect(),
            witnesses: entry.witnesses.iter().map(|witness| WitnessForm::new(witness, snapshot)).collect(),
            extra: (!entry.extra.is_empty()).then(|| ExtraForm::new(&entry.extra)),
        }
    }
}

impl ExtraForm {
    /// The form of addresses.
    pub fn new(set: &AddressSet) -> Self {
        Self { addresses: set.len().to_string(), cidrs: set.to_nets().iter().map(ToString::to_string).collect() }
    }
}

impl EgressForm {
    fn new(list: &EgressList, snapshot: &Snapshot) -> Self {
        Self {
            namespace: list.namespace.to_string(),
            pod_selector: selector(&list.selector),
            pods: pod_names(&list.pods, snapshot),
            entries: list.entries.iter().map(|entry| EntryForm::new(&entry, snapshot)).collect(),
        }
    }
}

impl WitnessForm {
    fn new(witness: &Witness, snapshot: &Snapshot) -> Self {
        let route = RouteForm::new(&witness.route(), snapshot, Detail::Ends);
        let door = route.door.or_else(|| Some(witness.door().name()));
        Self { client: origin(witness.client()), route: RouteForm { door, ..route } }
    }
}

impl ExcessForm {
    /// The form of somebody who gets in.
    pub fn new(excess: &Excess, snapshot: &Snapshot, words: &dyn Words) -> Self {
        let who = match &excess.who {
            Stranger::AnyClient(address) => json!({ "kind": "anyClient", "address": address.to_string() }),
            Stranger::AnyPod(pod) => json!({ "kind": "anyPod", "pod": snapshot.pods[*pod].name.to_string() }),
            Stranger::NodeProcesses(nodes) => json!({ "kind": "nodeProcesses", "nodes": node_names(nodes, snapshot) }),
            Stranger::Pods(pods) => json!({ "kind": "pods", "pods": pod_names(pods, snapshot) }),
            Stranger::SameLabels(pods) => json!({ "kind": "sameLabels", "pods": pod_names(pods, snapshot) }),
        };
        let remedy = |remedy: &Remedy| RemedyForm {
            remedy: remedy.code(),
            message: words.word(remedy.code()),
            price: words.word(&format!("{}.price", remedy.code())),
        };
        Self {
            who,
            through: through_name(excess.through),
            service: other_service(excess.through, snapshot),
            entries: excess.entries.clone(),
            remedies: excess.remedies.iter().map(remedy).collect(),
        }
    }
}

impl UndeterminedForm {
    fn new(way: &Undetermined, snapshot: &Snapshot, words: &dyn Words) -> Self {
        Self {
            reason: way.reason.code,
            message: words.reason(&way.reason),
            witness: WitnessForm::new(&way.witness, snapshot),
        }
    }
}

/// The door that a stranger takes.
pub fn through_name(through: Through) -> &'static str {
    match through {
        Through::Door(door) | Through::DoorOf(_, door) => door.name(),
        Through::PodAddress => DoorKind::PodIp.name(),
    }
}

/// Whose door a stranger takes, where it is not one of the target's own.
pub fn other_service(through: Through, snapshot: &Snapshot) -> Option<String> {
    match through {
        Through::DoorOf(service, _) => Some(snapshot.services[service].name.to_string()),
        Through::Door(_) | Through::PodAddress => None,
    }
}

/// An origin as `from` of a request.
fn origin(origin: &Origin) -> Value {
    match origin {
        Origin::Pod(name) => json!({ "pod": name.to_string() }),
        Origin::Node(name) => json!({ "node": name.as_str() }),
        Origin::Address(address) => json!({ "address": address.to_string() }),
    }
}

fn port_ref(port: &PortRef) -> Value {
    match port {
        PortRef::Number(number) => json!(number),
        PortRef::Name(name) => json!(name.as_str()),
    }
}

fn pod_names(pods: &[PodId], snapshot: &Snapshot) -> Vec<String> {
    pods.iter().map(|pod| snapshot.pods[*pod].name.to_string()).collect()
}

fn node_names(nodes: &[NodeId], snapshot: &Snapshot) -> Vec<String> {
    nodes.iter().map(|node| snapshot.nodes[*node].name.to_string()).collect()
}
