//! `CiliumNetworkPolicy`: rules for entities.
//!
//! Sources: docs.cilium.io, Layer 3 policies, entities-based (`remote-node`, `kube-apiserver`, `ingress`, `world`); the same, CIDR-based:
//! a CIDR means neither pods nor nodes. What a `CiliumNetworkPolicy` allows is added to what NetworkPolicies allow.

use std::collections::{BTreeMap, BTreeSet};

use bulkhead_model::object::{Direction, SelectorManifest};
use bulkhead_model::{Issue, Name, NamespacedName, PortRef, Protocol};
use bulkhead_path::reason::IDENTITY_NEEDED;
use bulkhead_policy::{Identity, Verdict, decide};
use bulkhead_snapshot::PodId;

use super::Answered;
use crate::entry::{EntryPeer, EntryPort};
use crate::requirement::Witness;
use crate::selector::label_selector;
use crate::shared::Shared;
use crate::target::Selection;

/// A policy that lets entities in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntityPolicy {
    /// Its name.
    pub name: NamespacedName,
    /// Whom it is about.
    pub selector: SelectorManifest,
    /// What it lets in, in a fixed order.
    pub rules: Vec<EntityRule>,
}

/// Entities, and the ports that they may come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntityRule {
    /// The entities, by Cilium's names.
    pub entities: Vec<&'static str>,
    /// The ports.
    pub ports: Vec<EntryPort>,
}

/// What entities come to, for each selector of the target.
type Needs = BTreeMap<Selection, BTreeMap<&'static str, BTreeSet<EntryPort>>>;

/// The policies for the entities that the target's policies see and that nothing lets in yet.
pub(super) fn policies(shared: &Shared<'_>, answered: &Answered<'_>) -> Vec<EntityPolicy> {
    let mut needs: Needs = BTreeMap::new();
    let ways = answered.unknown.iter().filter(|(reason, _)| reason.code == IDENTITY_NEEDED);
    for (_, witness) in ways {
        let Some((pod, port)) = reached(witness) else { continue };
        let Some(selection) = selection(answered, witness, pod) else { continue };
        for entity in missing(shared, answered, witness, pod, &port) {
            needs.entry(selection.clone()).or_default().entry(entity).or_default().insert(port.clone());
        }
    }
    let several = needs.len() > 1;
    let made = (1..).zip(needs).map(|(number, (selection, entities))| {
        let short = answered.exposure.target.short_name();
        let name = if several { format!("bulkhead-{short}-{number}") } else { format!("bulkhead-{short}") };
        let (namespace, labels) = selection;
        EntityPolicy {
            name: NamespacedName::new(namespace, Name::from(name)),
            selector: label_selector(&labels),
            rules: rules(entities),
        }
    });
    made.collect()
}

/// The pod and the port that a way ends at.
fn reached(witness: &Witness) -> Option<(PodId, EntryPort)> {
    let route = witness.route();
    let endpoint = route.endpoint.as_ref()?;
    let protocol = route.hops.last().map_or(Protocol::Tcp, |hop| hop.after.protocol);
    Some((endpoint.pod?, EntryPort { protocol, port: PortRef::Number(endpoint.port) }))
}

/// The selector that stands for a pod: that of the Service by which the way leads, where there is one.
fn selection<'a>(answered: &'a Answered<'_>, witness: &Witness, pod: PodId) -> Option<&'a Selection> {
    let target = &answered.target;
    let of_service = witness.route().service.and_then(|service| target.selection_of.get(&service));
    let holds = |selection: &&Selection| target.selections.get(*selection).is_some_and(|pods| pods.contains(&pod));
    of_service.filter(holds).or_else(|| target.selections.keys().find(holds))
}

/// The entities that a way needs and that neither the policies that are there nor the proposed entries let in.
fn missing(
    shared: &Shared<'_>,
    answered: &Answered<'_>,
    witness: &Witness,
    pod: PodId,
    port: &EntryPort,
) -> Vec<&'static str> {
    let route = witness.route();
    let asked = route.questions.iter().rfind(|own| own.direction == Direction::Ingress && own.subject == pod);
    let allowed = asked.is_some_and(|question| {
        let verdict = decide(shared.snapshot(), shared.network.policies(), question);
        matches!(verdict, Verdict::Allow { rules, .. } if !rules.is_empty())
    });
    if allowed {
        return Vec::new();
    }
    let world = || {
        answered.minimal.entries.parts().map(|(_, part)| part.first()).any(|entry| {
            matches!(entry.peer, EntryPeer::Block(net) if net.prefix_len() == 0) && entry.ports.contains(port)
        })
    };
    match route.seen_as {
        Some(Identity::WorldOrRemoteNode) if world() => vec![Identity::RemoteNode.name()],
        Some(Identity::WorldOrRemoteNode) => vec![Identity::RemoteNode.name(), Identity::World.name()],
        Some(Identity::World | Identity::WorldUnaddressed) if world() => Vec::new(),
        Some(Identity::Pod) | None => Vec::new(),
        Some(other) => vec![other.name()],
    }
}

/// One rule for all entities that come to the same ports.
fn rules(entities: BTreeMap<&'static str, BTreeSet<EntryPort>>) -> Vec<EntityRule> {
    let mut by_ports: BTreeMap<Vec<EntryPort>, Vec<&'static str>> = BTreeMap::new();
    for (entity, ports) in entities {
        by_ports.entry(ports.into_iter().collect()).or_default().push(entity);
    }
    by_ports.into_iter().map(|(ports, entities)| EntityRule { entities, ports }).collect()
}

/// An entry for the world lets everyone outside in, whoever was wanted.
pub(super) fn everyone_outside(policies: &[EntityPolicy]) -> Option<Issue> {
    let world = |rule: &EntityRule| rule.entities.contains(&Identity::World.name());
    let policy = policies.iter().find(|policy| policy.rules.iter().any(world))?;
    Some(Issue::warning("nativeWorld").with("policy", &policy.name))
}
