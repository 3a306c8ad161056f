//! From an entry to its policy (`convertToK8sNP`): service before namespace before ipBlock in each peer, egress before ingress,
//! and the first mistake ends it all.

use std::collections::BTreeMap;

use bulkhead_model::object::{
    AllowlistPeer, AllowlistRule, Direction, NamespaceNetworkPolicy, PeerManifest, PolicyManifest, PortManifest,
    RuleManifest, SelectorManifest, Service, ServicePort,
};
use bulkhead_model::{Issue, IssueCode, Labels, Name, NamespacedName, PortRef};
use bulkhead_snapshot::Snapshot;

use crate::{code, names};

/// Why an entry has no policy.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ConvertError {
    pub(super) code: IssueCode,
    pub(super) service: Option<NamespacedName>,
}

impl ConvertError {
    fn service(code: IssueCode, service: &NamespacedName) -> Self {
        Self { code, service: Some(service.clone()) }
    }

    /// The issue about it.
    pub(super) fn issue(&self) -> Issue {
        let issue = Issue::error(self.code);
        self.service.iter().fold(issue, |issue, service| issue.with("service", service))
    }
}

/// The policy of an entry. `policyTypes` of the entry counts for nothing; a missing list differs from an empty one only in the
/// policy's types.
pub(super) fn policy(snapshot: &Snapshot, entry: &NamespaceNetworkPolicy) -> Result<PolicyManifest, ConvertError> {
    let egress = entry.egress.as_deref().map(|rules| egress_rules(snapshot, rules)).transpose()?;
    let ingress = entry.ingress.as_deref().map(|rules| ingress_rules(snapshot, rules)).transpose()?;
    let types = [(Direction::Egress, egress.is_some()), (Direction::Ingress, ingress.is_some())];
    Ok(PolicyManifest {
        name: NamespacedName::new(entry.name.namespace.clone(), super::policy_name(&entry.name.name)),
        labels: Labels::default(),
        annotations: BTreeMap::new(),
        pod_selector: SelectorManifest::default(),
        policy_types: types.into_iter().filter(|(_, there)| *there).map(|(direction, _)| direction).collect(),
        ingress: ingress.filter(|rules| !rules.is_empty()),
        egress: egress.filter(|rules| !rules.is_empty()),
    })
}

fn ingress_rules(snapshot: &Snapshot, rules: &[AllowlistRule]) -> Result<Vec<RuleManifest>, ConvertError> {
    let convert = |rule: &AllowlistRule| {
        let peers = rule.peers.iter().map(|peer| convert_peer(snapshot, peer)).collect::<Result<_, _>>()?;
        Ok(RuleManifest { peers, ports: rule.ports.clone() })
    };
    rules.iter().map(convert).collect()
}

/// Each Service gets a rule of its own with the Service's ports, before the rule of the other peers; a rule without other peers
/// vanishes, ports or not.
fn egress_rules(snapshot: &Snapshot, rules: &[AllowlistRule]) -> Result<Vec<RuleManifest>, ConvertError> {
    let mut out = Vec::new();
    for rule in rules {
        let mut others = Vec::new();
        for peer in &rule.peers {
            match &peer.service {
                Some(name) => out.push(service_rule(service(snapshot, name)?)),
                None => others.push(convert_peer(snapshot, peer)?),
            }
        }
        if !others.is_empty() {
            out.push(RuleManifest { peers: others, ports: rule.ports.clone() });
        }
    }
    Ok(out)
}

fn convert_peer(snapshot: &Snapshot, peer: &AllowlistPeer) -> Result<PeerManifest, ConvertError> {
    match peer {
        AllowlistPeer { service: Some(name), .. } => Ok(service_peer(service(snapshot, name)?)),
        AllowlistPeer { namespace: Some(name), .. } => Ok(namespace_peer(name)),
        AllowlistPeer { block: Some(block), .. } => Ok(PeerManifest::Block(block.clone())),
        _ => Err(ConvertError { code: code::ENTRY_PEER_EMPTY, service: None }),
    }
}

/// A Service and its selector.
pub(super) type Selected<'s> = (&'s Service, &'s Labels);

/// The Service of that name, if it has a selector (`handlerPeerService`).
pub(super) fn service<'s>(snapshot: &'s Snapshot, name: &NamespacedName) -> Result<Selected<'s>, ConvertError> {
    let id = snapshot.service(name).ok_or_else(|| ConvertError::service(code::ENTRY_SERVICE_NOT_FOUND, name))?;
    let service = &snapshot.services[id];
    let selector = service.selector.as_ref();
    selector
        .map(|selector| (service, selector))
        .ok_or_else(|| ConvertError::service(code::ENTRY_SERVICE_WITHOUT_SELECTOR, name))
}

/// A rule to a Service's pods on the Service's own ports, which is wrong wherever `targetPort` is another.
pub(super) fn service_rule(service: Selected<'_>) -> RuleManifest {
    let port = |port: &ServicePort| PortManifest::new(port.protocol, PortRef::Number(port.port));
    RuleManifest { peers: vec![service_peer(service)], ports: service.0.ports.iter().map(port).collect() }
}

fn service_peer((service, selector): Selected<'_>) -> PeerManifest {
    PeerManifest::Pods {
        pods: Some(SelectorManifest { match_labels: selector.clone(), match_expressions: Vec::new() }),
        namespaces: Some(SelectorManifest::label(names::NAMESPACE_LABEL, service.name.namespace.clone())),
    }
}

/// All pods of a namespace, by the label that KubeSphere sets.
pub(super) fn namespace_peer(name: &Name) -> PeerManifest {
    PeerManifest::Pods { pods: None, namespaces: Some(SelectorManifest::label(names::NAMESPACE_LABEL, name.clone())) }
}
