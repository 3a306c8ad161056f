//! Who names whom: the namespaces that entries, allowlists of workspaces, and the policies made of them, refer to.

use std::collections::{BTreeMap, BTreeSet};

use bulkhead_analysis::isolation::names;
use bulkhead_analysis::model::object::{AllowlistPeer, AllowlistRule, Matches, NetworkPolicy, Peer};
use bulkhead_analysis::model::{LabelSelector, Name, NamespacedName, Operator};

use crate::kept::Kept;
use crate::source::Kind;

pub(super) type Key = (Kind, NamespacedName);

/// Namespaces that are referred to, both ways.
#[derive(Debug, Default)]
pub(super) struct References {
    from: BTreeMap<Key, BTreeSet<Name>>,
    to: BTreeMap<Name, BTreeSet<Key>>,
}

impl References {
    /// An object changed, or is gone.
    pub(super) fn update(&mut self, key: &Key, kept: Option<&Kept>) {
        if !matches!(key.0, Kind::Entry | Kind::Allowlist | Kind::NetworkPolicy) {
            return;
        }
        for namespace in self.from.remove(key).unwrap_or_default() {
            let empty = self.to.get_mut(&namespace).is_some_and(|keys| keys.remove(key) && keys.is_empty());
            if empty {
                self.to.remove(&namespace);
            }
        }
        let named = match kept {
            Some(Kept::Entry(entry)) => of_rules(&entry.ingress, &entry.egress),
            Some(Kept::Allowlist(allowlist)) => of_rules(&allowlist.ingress, &allowlist.egress),
            Some(Kept::NetworkPolicy(policy)) if policy.name.name != names::BASE_POLICY => of_policy(policy),
            _ => BTreeSet::new(),
        };
        for namespace in &named {
            self.to.entry(namespace.clone()).or_default().insert(key.clone());
        }
        if !named.is_empty() {
            self.from.insert(key.clone(), named);
        }
    }

    /// Who refers to a namespace.
    pub(super) fn readers(&self, namespace: &str) -> impl Iterator<Item = &Key> {
        self.to.get(namespace).into_iter().flatten()
    }

    /// The namespaces that an object refers to.
    pub(super) fn of(&self, kind: Kind, name: &NamespacedName) -> impl Iterator<Item = &Name> {
        self.from.get(&(kind, name.clone())).into_iter().flatten()
    }
}

/// The rules of one direction, if there are any.
type Rules = Option<Vec<AllowlistRule>>;

fn of_rules(ingress: &Rules, egress: &Rules) -> BTreeSet<Name> {
    let peers = ingress.iter().chain(egress).flatten().flat_map(|rule: &AllowlistRule| &rule.peers);
    let named = |peer: &AllowlistPeer| {
        let service = peer.service.as_ref().map(|service| service.namespace.clone());
        [peer.namespace.clone(), service]
    };
    peers.flat_map(named).flatten().collect()
}

/// The Services that rules name.
pub(super) fn services<'r>(ingress: &'r Rules, egress: &'r Rules) -> impl Iterator<Item = &'r NamespacedName> {
    let rules = ingress.iter().chain(egress).flatten();
    rules.flat_map(|rule| &rule.peers).filter_map(|peer| peer.service.as_ref())
}

fn of_policy(policy: &NetworkPolicy) -> BTreeSet<Name> {
    let rules = policy.ingress.iter().chain(&policy.egress).filter_map(|rule| rule.known());
    let peers = rules.flat_map(|rule| match &rule.peers {
        Matches::Any => &[][..],
        Matches::OneOf(peers) => peers.as_slice(),
    });
    let selectors = peers.filter_map(|peer| match peer.known() {
        Some(Peer::Pods { namespaces, .. }) => namespaces.as_ref(),
        _ => None,
    });
    selectors.flat_map(of_selector).collect()
}

fn of_selector(selector: &LabelSelector) -> Vec<Name> {
    let requirements = selector.requirements.iter().filter_map(|requirement| requirement.known());
    let by_name = requirements.filter(|requirement| requirement.key == names::METADATA_NAME);
    let named = by_name.filter_map(|requirement| match &requirement.operator {
        Operator::In(values) => Some(values.clone()),
        _ => None,
    });
    named.flatten().collect()
}
