//! The policy that isolates a project (`generateNSNP`), with the DNS rules of the first entry for egress.

use std::collections::BTreeMap;

use bulkhead_model::object::{Direction, PeerManifest, PolicyManifest, PortManifest, RuleManifest, SelectorManifest};
use bulkhead_model::{Labels, Name, NamespacedName, PortRef, Protocol};
use bulkhead_snapshot::Snapshot;

use super::convert;
use crate::{names, node_addresses};

/// Where KubeSphere believes that NodeLocal DNS listens.
const NODE_LOCAL_DNS: &str = "169.254.25.10/32";
/// The Services that KubeSphere takes for DNS; the first that is there and has a selector counts.
const DNS_SERVICES: [(&str, &str); 2] = [("kube-system", "kube-dns"), ("kube-system", "coredns")];

/// What all policies that isolate have in common.
#[derive(Debug)]
pub(super) struct BasePolicy {
    allowed: Vec<PeerManifest>,
    nodes: Vec<PeerManifest>,
    dns: Vec<RuleManifest>,
}

/// Whom a project is isolated from.
#[derive(Clone, Copy, Debug)]
pub(super) enum Scope<'a> {
    Project,
    Workspace(&'a Name),
}

/// Whether egress is restricted, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Egress {
    Open,
    Restricted,
}

impl BasePolicy {
    pub(super) fn new(snapshot: &Snapshot, allowed: &[Name]) -> Self {
        let services = DNS_SERVICES.iter().map(|(namespace, name)| NamespacedName::new(*namespace, *name));
        let service = services.map(|name| convert::service(snapshot, &name)).find_map(Result::ok);
        let port = |protocol| PortManifest::new(protocol, PortRef::Number(53));
        let node_local = RuleManifest {
            peers: vec![PeerManifest::cidr(NODE_LOCAL_DNS)],
            ports: vec![port(Protocol::Tcp), port(Protocol::Udp)],
        };
        Self {
            allowed: allowed.iter().map(convert::namespace_peer).collect(),
            nodes: node_addresses::as_kubesphere_reads_them(snapshot),
            dns: [node_local].into_iter().chain(service.map(convert::service_rule)).collect(),
        }
    }

    /// The policy of one project.
    pub(super) fn of(&self, namespace: &Name, scope: Scope<'_>, egress: Egress) -> PolicyManifest {
        let own = match scope {
            Scope::Project => convert::namespace_peer(namespace),
            Scope::Workspace(workspace) => PeerManifest::Pods {
                pods: None,
                namespaces: Some(SelectorManifest::label(names::WORKSPACE_LABEL, workspace.clone())),
            },
        };
        let mut ingress =
            vec![RuleManifest { peers: [own].into_iter().chain(self.allowed.clone()).collect(), ports: Vec::new() }];
        if !self.nodes.is_empty() {
            ingress.push(RuleManifest { peers: self.nodes.clone(), ports: Vec::new() });
        }
        let restricted = egress == Egress::Restricted;
        PolicyManifest {
            name: NamespacedName::new(namespace.clone(), names::BASE_POLICY),
            labels: Labels::default(),
            annotations: BTreeMap::new(),
            pod_selector: SelectorManifest::default(),
            policy_types: [Direction::Ingress].into_iter().chain(restricted.then_some(Direction::Egress)).collect(),
            ingress: Some(ingress),
            egress: restricted.then(|| self.dns.clone()),
        }
    }
}
