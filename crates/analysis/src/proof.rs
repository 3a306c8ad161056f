//! Proof of an allowlist: its policies are put into the cluster, the wanted clients are followed again, and then once more
//! without each entry.

use bulkhead_allowlist::{Client, Entry, EntryPeer, Exposure, ExposureTarget, Minimal};
use bulkhead_isolation::{Plan, apply};
use bulkhead_model::object::{PeerManifest, PolicyManifest, RuleManifest};
use bulkhead_path::{DoorKind, Network, Origin, Outcome, Overrides, Request, Target, trace};
use bulkhead_snapshot::Snapshot;

/// How many of the wanted ways arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Ways {
    /// Those that arrive; a class of nodes counts as many ways as it has members.
    pub delivered: usize,
    /// All of them, but for those that no policy could help: dropped, refused or unknown.
    pub of: usize,
}

/// What becomes of the wanted ways.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// Before the allowlist.
    pub before: Ways,
    /// With the allowlist.
    pub with: Ways,
    /// With the allowlist but for one entry, for each entry.
    pub without: Vec<Ways>,
}

/// Tries the allowlist of one Service, Ingress or pod out. Only single clients are followed: of a cidr its first address, of sets of
/// pods and of `any` nobody.
pub fn prove(snapshot: &Snapshot, overrides: &Overrides, minimal: &Minimal) -> Proof {
    let try_out = |policies: &[PolicyManifest]| {
        let plan = Plan { apply: policies.to_vec(), ..Plan::default() };
        let (after, _) = apply(&plan, snapshot);
        follow(&after, overrides, &minimal.exposure)
    };
    let proposed = minimal.policies();
    let without = |entry: &Entry| {
        let policies: Vec<PolicyManifest> = proposed.iter().map(|policy| less_entry(policy, entry)).collect();
        try_out(&policies)
    };
    Proof {
        before: follow(snapshot, overrides, &minimal.exposure),
        with: try_out(&proposed),
        without: minimal.entries.iter().map(|entry| without(&entry)).collect(),
    }
}

/// Follows every client through every door.
fn follow(snapshot: &Snapshot, overrides: &Overrides, exposure: &Exposure) -> Ways {
    let network = Network::new(snapshot, overrides);
    let mut ways = Ways::default();
    for request in requests(snapshot, exposure) {
        for route in trace(&network, &request).routes {
            let members = route.door_nodes.len().max(1);
            match route.outcome {
                Outcome::Delivered => {
                    ways.delivered += members;
                    ways.of += members;
                }
                Outcome::Denied => ways.of += members,
                Outcome::Dropped | Outcome::Rejected | Outcome::Undetermined => {}
            }
        }
    }
    ways
}

fn requests(snapshot: &Snapshot, exposure: &Exposure) -> Vec<Request> {
    let mut doors: Vec<Option<DoorKind>> = exposure.doors.iter().copied().map(Some).collect();
    if doors.is_empty() {
        doors.push(None);
    }
    let mut requests = Vec::new();
    for from in exposure.clients.iter().filter_map(origin) {
        for door in &doors {
            let to = match &exposure.target {
                ExposureTarget::Service(name) => Target::Service { name: name.clone(), door: *door },
                ExposureTarget::Ingress(name) => Target::Ingress { name: name.clone(), door: *door },
                ExposureTarget::Gateway(object) => Target::Gateway { object: object.clone(), door: *door },
                ExposureTarget::Pod(name) => Target::Pod(name.clone()),
                ExposureTarget::Workload(..) | ExposureTarget::Namespace(_) | ExposureTarget::Workspace(_) => continue,
            };
            for (port, protocol) in ports(snapshot, exposure) {
                let entry_node = None;
                requests.push(Request { from: from.clone(), to: to.clone(), port, protocol, entry_node });
            }
        }
    }
    requests
}

/// The wanted ports of a Service, with their protocols; an Ingress has its own.
fn ports(snapshot: &Snapshot, exposure: &Exposure) -> Vec<(Option<bulkhead_model::PortRef>, bulkhead_model::Protocol)> {
    if let ExposureTarget::Pod(_) = &exposure.target {
        let tcp = bulkhead_model::Protocol::Tcp;
        return exposure.ports.iter().map(|port| (Some(port.clone()), tcp)).collect();
    }
    let ExposureTarget::Service(name) = &exposure.target else {
        return vec![(None, bulkhead_model::Protocol::Tcp)];
    };
    let Some(service) = snapshot.service(name) else { return Vec::new() };
    let of_service = &snapshot.services[service];
    let is_wanted = |port: &&bulkhead_model::object::ServicePort| {
        let wanted = |wanted| of_service.port(wanted, port.protocol).is_some_and(|found| found == *port);
        exposure.ports.is_empty() || exposure.ports.iter().any(wanted)
    };
    let by_number =
        |port: &bulkhead_model::object::ServicePort| (Some(bulkhead_model::PortRef::Number(port.port)), port.protocol);
    of_service.ports.iter().filter(is_wanted).map(by_number).collect()
}

fn origin(client: &Client) -> Option<Origin> {
    match client {
        Client::Block(net) => Some(Origin::Address(net.addr())),
        Client::Pod(name) => Some(Origin::Pod(name.clone())),
        Client::Node(name) => Some(Origin::Node(name.clone())),
        Client::Workload(..) | Client::Namespace(_) | Client::Workspace(_) | Client::Any => None,
    }
}

/// A policy without one entry. A rule whose last peer that was goes with it: without peers it would let everybody in.
pub fn less_entry(policy: &PolicyManifest, entry: &Entry) -> PolicyManifest {
    let peer = match &entry.peer {
        EntryPeer::Block(net) => PeerManifest::cidr(net),
        EntryPeer::Pods { peer, .. } => peer.clone(),
    };
    let less = |rule: &RuleManifest| {
        let peers: Vec<PeerManifest> = rule.peers.iter().filter(|have| **have != peer).cloned().collect();
        (!peers.is_empty()).then(|| RuleManifest { peers, ports: rule.ports.clone() })
    };
    let ingress = policy.ingress.as_ref().map(|rules| rules.iter().filter_map(less).collect());
    PolicyManifest { ingress, ..policy.clone() }
}
