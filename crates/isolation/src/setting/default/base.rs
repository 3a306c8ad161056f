//! The policy that isolates a project or its workspace, and, once any entry restricts egress, keeps open what no project can do
//! without: its own traffic, DNS, and the API server if that is wanted.

use std::collections::BTreeSet;

use bulkhead_model::object::{PeerManifest, PolicyManifest, RuleManifest, SelectorManifest};
use bulkhead_model::{Issue, Name};

use super::cluster::{Cluster, namespace_peer};
use super::{api_server, dns, manifest};
use crate::{code, configuration, names, node_addresses};

/// Whom a project is isolated from.
#[derive(Clone, Copy, Debug)]
pub(super) enum Scope<'a> {
    /// From every other project.
    Project,
    /// From every other workspace.
    Workspace(&'a Name),
}

/// What all policies that isolate have in common.
#[derive(Debug)]
pub(super) struct Common {
    allowed: Vec<PeerManifest>,
    nodes: Vec<PeerManifest>,
    egress: Vec<RuleManifest>,
}

impl Common {
    /// Works out the common part; that for egress only where it is needed.
    pub(super) fn new(cluster: &Cluster<'_>, needs_egress: bool, issues: &mut Vec<Issue>) -> Self {
        let mut egress = Vec::new();
        if needs_egress {
            egress = dns::rules(cluster, issues);
            egress.extend(api_server::rules(cluster, issues));
        }
        Self {
            allowed: allowed_peers(cluster, issues),
            nodes: node_addresses::as_they_were_meant(cluster.snapshot, issues),
            egress,
        }
    }

    /// The policy of one project.
    pub(super) fn policy(&self, namespace: &Name, scope: Scope<'_>, restricts_egress: bool) -> PolicyManifest {
        // In the policy's own namespace, whatever its labels say.
        let own = PeerManifest::Pods { pods: Some(SelectorManifest::default()), namespaces: None };
        let siblings = match scope {
            Scope::Project => own.clone(),
            Scope::Workspace(workspace) => PeerManifest::Pods {
                pods: None,
                namespaces: Some(SelectorManifest::label(names::WORKSPACE_LABEL, workspace.clone())),
            },
        };
        let peers = [siblings].into_iter().chain(self.allowed.clone()).collect();
        let mut ingress = vec![RuleManifest { peers, ports: Vec::new() }];
        if !self.nodes.is_empty() {
            ingress.push(RuleManifest { peers: self.nodes.clone(), ports: Vec::new() });
        }
        let egress = restricts_egress.then(|| {
            let own = RuleManifest { peers: vec![own], ports: Vec::new() };
            [own].into_iter().chain(self.egress.clone()).collect()
        });
        manifest(namespace, names::BASE_POLICY, Some(ingress), egress)
    }
}

/// The namespaces that an administrator lets in everywhere, each once.
fn allowed_peers(cluster: &Cluster<'_>, issues: &mut Vec<Issue>) -> Vec<PeerManifest> {
    let allowed = configuration::allowed_ingress_namespaces(cluster.snapshot, cluster.settings, issues);
    let mut seen = BTreeSet::new();
    let mut peers = Vec::new();
    for name in allowed {
        if !is_namespace_name(&name) {
            issues.push(Issue::warning(code::ALLOWED_NAMESPACE_INVALID).with("value", &name));
            continue;
        }
        if cluster.snapshot.namespace(&name).is_none() {
            issues.push(Issue::note(code::ALLOWED_NAMESPACE_NOT_FOUND).with("namespace", &name));
        }
        if seen.insert(name.clone()) {
            peers.push(namespace_peer(&name, None));
        }
    }
    peers
}

/// Whether a text can be a namespace's name (RFC 1123 label).
fn is_namespace_name(name: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=63).contains(&name.len()) && name.bytes().all(known) && !name.starts_with('-') && !name.ends_with('-')
}
