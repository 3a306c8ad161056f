//! From lowered rules to areas.

use std::collections::BTreeMap;

use bulkhead_model::{AddressSet, LabelSelector, Name, Readable};
use bulkhead_policy::rule::{LoweredPolicy, LoweredRule, NamespaceSet, PeerSet, Peers, PodSet, Who};
use bulkhead_policy::selector::SelectorTable;

use super::area::{Area, Kind, Owner};
use super::label_values::LabelValues;
use super::ports::PortArea;
use crate::population::NAME_LABEL;

type LabelMap = BTreeMap<(Owner, Name), LabelValues>;

/// Everything that a policy is about; `None` where its subject could not be read.
pub(crate) fn subject_area(policy: &LoweredPolicy, selectors: &SelectorTable) -> Option<Area> {
    let mut labels = LabelMap::new();
    add_pods(&mut labels, &policy.subject, (Owner::Subject, Owner::SubjectNamespace), selectors)?;
    Some(Area { labels, kind: Kind::Everybody, ports: PortArea::all() })
}

/// What a selector alone selects; `None` where part of it could not be read.
pub(crate) fn selector_area(selector: &LabelSelector) -> Option<Area> {
    let mut labels = LabelMap::new();
    add_selector(&mut labels, selector, Owner::Subject)?;
    Some(Area { labels, kind: Kind::Everybody, ports: PortArea::all() })
}

/// All that a rule matches, an area for each peer; `None` where part of it could not be read, or nobody knows what it holds.
pub(crate) fn areas_of_rule(
    policy: &LoweredPolicy,
    rule: &LoweredRule,
    selectors: &SelectorTable,
) -> Option<Vec<Area>> {
    if policy.doubt.is_some() || rule.doubt.is_some() {
        return None;
    }
    let subject = subject_area(policy, selectors)?;
    let ports = PortArea::of(&rule.ports)?;
    match &rule.peers {
        Peers::Any => Some(vec![Area { ports, ..subject }]),
        Peers::OneOf(peers) => peers.iter().map(|peer| area_of(&subject, peer, ports.clone(), selectors)).collect(),
    }
}

/// What a rule would match with just one of its peers, and with just some of its ports.
pub(crate) fn areas_of_peer(
    policy: &LoweredPolicy,
    peer: Option<&PeerSet>,
    ports: PortArea,
    selectors: &SelectorTable,
) -> Option<Area> {
    let subject = subject_area(policy, selectors)?;
    match peer {
        None => Some(Area { ports, ..subject }),
        Some(peer) => area_of(&subject, peer, ports, selectors),
    }
}

fn area_of(subject: &Area, peer: &PeerSet, ports: PortArea, selectors: &SelectorTable) -> Option<Area> {
    let mut labels = subject.labels.clone();
    let kind = match &peer.who {
        Who::Pods(set) => {
            add_pods(&mut labels, set, (Owner::Peer, Owner::PeerNamespace), selectors)?;
            Kind::Pods
        }
        Who::Nodes(selector) => {
            add_selector(&mut labels, selectors.get(*selector)?, Owner::Node)?;
            Kind::Nodes
        }
        Who::Block { block, meaning } => Kind::Addresses(AddressSet::from_block(block), *meaning),
        Who::DomainNames | Who::Unreadable => return None,
    };
    Some(Area { labels, kind, ports })
}

fn add_pods(labels: &mut LabelMap, set: &PodSet, owners: (Owner, Owner), selectors: &SelectorTable) -> Option<()> {
    let (pod, namespace) = owners;
    match &set.namespaces {
        NamespaceSet::Named(name) => add(labels, (namespace, NAME_LABEL.into()), &LabelValues::only(name.clone())),
        NamespaceSet::Selected(selector) => add_selector(labels, selectors.get(*selector)?, namespace)?,
        // By comparison with the subject's namespace: no set that could be written down here.
        NamespaceSet::SameLabels(_) | NamespaceSet::NotSameLabels(_) => return None,
    }
    add_selector(labels, selectors.get(set.pods)?, pod)
}

fn add_selector(labels: &mut LabelMap, selector: &LabelSelector, owner: Owner) -> Option<()> {
    for requirement in &selector.requirements {
        let Readable::Known(requirement) = requirement else { return None };
        add(labels, (owner, requirement.key.clone()), &LabelValues::of(&requirement.operator));
    }
    Some(())
}

fn add(labels: &mut LabelMap, key: (Owner, Name), values: &LabelValues) {
    let is_always_there = matches!(key.0, Owner::SubjectNamespace | Owner::PeerNamespace) && key.1 == NAME_LABEL;
    let before = labels.remove(&key);
    let before = before.unwrap_or_else(|| if is_always_there { LabelValues::any_value() } else { LabelValues::any() });
    let both = before.intersection(values);
    let says_nothing = is_always_there && both == LabelValues::any_value();
    if !says_nothing {
        labels.insert(key, both);
    }
}
