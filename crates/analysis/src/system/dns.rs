//! DNS both ways: what the project's pods ask, and, where the project runs the cluster's DNS, who asks it.

use std::collections::BTreeMap;

use bulkhead_allowlist::{Client, ExposureTarget, Sides};
use bulkhead_isolation::dns_facts;
use bulkhead_model::object::{Direction, PeerManifest, PolicyManifest, PortManifest, RuleManifest, SelectorManifest};
use bulkhead_model::{IpNet, Issue, Labels, Name, NamespacedName, ObjectRef, PortRef, Protocol};
use bulkhead_path::DoorKind;
use bulkhead_policy::{Party, Question, decide};

use super::{Asking, SystemKind, SystemNeed, Takes};

const PORT: u16 = 53;

impl Asking<'_> {
    /// What the project's pods need so that they can ask DNS, where their egress is restricted.
    pub(super) fn dns(&self) -> Vec<SystemNeed> {
        let need = |object, takes| SystemNeed { kind: SystemKind::Dns, object, takes };
        if self.egress_policies().next().is_none() {
            return vec![need(None, Takes::Nothing(Issue::note("systemEgressOpen")))];
        }
        let facts = dns_facts(self.snapshot());
        let mut needs = Vec::new();
        for service in &facts.services {
            let clients = vec![Client::Namespace(self.namespace.clone())];
            let (target, door) = self.service(service);
            let takes = self.entries(target, Vec::new(), door, clients, Sides::Egress);
            needs.push(need(Some(ObjectRef::namespaced("Service", service)), takes));
        }
        needs.extend(self.node_local(&facts.node_local).map(|takes| need(None, takes)));
        if needs.is_empty() {
            needs.push(need(None, Takes::Unknown(Issue::note("systemDnsUnknown"))));
        }
        needs
    }

    /// The caches on the nodes: no Service stands behind their addresses.
    fn node_local(&self, addresses: &[IpNet]) -> Option<Takes> {
        let missing: Vec<&IpNet> = addresses.iter().filter(|address| !self.may_ask(address)).collect();
        if addresses.is_empty() || missing.is_empty() {
            return None;
        }
        let port = |protocol| PortManifest::new(protocol, PortRef::Number(PORT));
        let rule = RuleManifest {
            peers: missing.into_iter().map(PeerManifest::cidr).collect(),
            ports: vec![port(Protocol::Udp), port(Protocol::Tcp)],
        };
        let policy = PolicyManifest {
            name: NamespacedName::new(self.namespace.clone(), "bulkhead-node-local"),
            labels: Labels::default().with("app.kubernetes.io/managed-by", "bulkhead"),
            annotations: BTreeMap::new(),
            pod_selector: self.restricted(),
            policy_types: vec![Direction::Egress],
            ingress: None,
            egress: Some(vec![rule]),
        };
        Some(Takes::Policy(Box::new(policy), Issue::note("systemNodeLocal")))
    }

    /// Whether every pod of the project whose egress is restricted may ask a cache.
    fn may_ask(&self, address: &IpNet) -> bool {
        let snapshot = self.snapshot();
        snapshot.pods_of(self.namespace).filter(|(_, pod)| pod.is_active() && !pod.host_network).all(|(subject, _)| {
            [Protocol::Udp, Protocol::Tcp].into_iter().all(|protocol| {
                let peer = Party { address: Some(address.addr()), pod: None, node: None, identity: None };
                let question = Question { direction: Direction::Egress, subject, peer, protocol, port: PORT };
                decide(snapshot, self.network.policies(), &question).allows() == Some(true)
            })
        })
    }

    /// The pods that a policy of the project restricts: all of them where one restricts all, else those that the first one does.
    fn restricted(&self) -> SelectorManifest {
        let all = self.egress_policies().any(|policy| policy.pod_selector.is_everything());
        let first = self.egress_policies().next().filter(|_| !all);
        let labels = first.into_iter().flat_map(|policy| policy.pod_selector.requirements.iter());
        let mut selector = SelectorManifest::default();
        selector.match_expressions.extend(labels.filter_map(|requirement| requirement.known().cloned()));
        selector
    }

    /// Who must reach the project's pods where they are the cluster's DNS: every pod, and the caches on the nodes.
    pub(super) fn dns_server(&self) -> Vec<SystemNeed> {
        let facts = dns_facts(self.snapshot());
        let own = facts.services.iter().filter(|service| service.namespace == *self.namespace);
        let names = || self.snapshot().namespaces.rows().iter().map(|namespace| namespace.name.clone());
        let mut clients: Vec<Client> = names().map(Client::Namespace).collect();
        if !facts.node_local.is_empty() {
            let nodes = self.snapshot().nodes.rows().iter().map(|node| Name::clone(&node.name));
            clients.extend(nodes.map(Client::Node));
        }
        own.map(|service| {
            let (target, door) = self.service(service);
            let takes = self.entries(target, Vec::new(), door, clients.clone(), Sides::Ingress);
            let object = Some(ObjectRef::namespaced("Service", service));
            SystemNeed { kind: SystemKind::DnsServer, object, takes }
        })
        .collect()
    }

    /// A Service as pods call it: by its clusterIP, or by its pods where it is headless.
    pub(super) fn service(&self, name: &NamespacedName) -> (ExposureTarget, DoorKind) {
        let headless = self.snapshot().service(name).is_some_and(|service| self.snapshot().services[service].headless);
        let door = if headless { DoorKind::PodIp } else { DoorKind::ClusterIp };
        (ExposureTarget::Service(name.clone()), door)
    }
}
