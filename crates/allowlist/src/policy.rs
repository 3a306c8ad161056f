//! Allowlists as the NetworkPolicies that hold just them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use bulkhead_model::object::{Direction, PolicyManifest, RuleManifest, SelectorManifest};
use bulkhead_model::{Labels, Name, NamespacedName};

use crate::entries::Entries;
use crate::exposure::ExposureTarget;

/// The name that proposed policies begin with.
const POLICY_PREFIX: &str = "bulkhead-";

/// A policy to be, with the entries that it holds.
pub(crate) struct Proposed<'a> {
    /// Where it will be.
    pub(crate) namespace: Name,
    /// Whom it is about.
    pub(crate) selector: SelectorManifest,
    /// Which way.
    pub(crate) direction: Direction,
    /// What it lets through.
    pub(crate) entries: Cow<'a, Entries>,
}

/// The policies of one exposure, each with a name of its own. Those that hold nothing are left out where another one holds
/// something in the same direction.
pub(crate) fn policies(target: &ExposureTarget, proposed: &[Proposed<'_>]) -> Vec<PolicyManifest> {
    let any = |direction| proposed.iter().any(|other| other.direction == direction && !other.entries.is_empty());
    let kept: Vec<&Proposed<'_>> =
        proposed.iter().filter(|own| !own.entries.is_empty() || !any(own.direction)).collect();
    let mut policies = Vec::new();
    for direction in [Direction::Ingress, Direction::Egress] {
        let own: Vec<&&Proposed<'_>> = kept.iter().filter(|own| own.direction == direction).collect();
        for (number, proposed) in (1..).zip(&own) {
            let number = (own.len() > 1).then_some(number);
            policies.push(manifest(target, proposed, number));
        }
    }
    policies
}

fn manifest(target: &ExposureTarget, proposed: &Proposed<'_>, number: Option<usize>) -> PolicyManifest {
    let egress = proposed.direction == Direction::Egress;
    let base = format!("{POLICY_PREFIX}{}{}", target.short_name(), if egress { "-clients" } else { "" });
    let name = number.map_or(base.clone(), |number| format!("{base}-{number}"));
    let rules = Some(merged(proposed.entries.iter().map(|entry| entry.rule())));
    PolicyManifest {
        name: NamespacedName::new(proposed.namespace.clone(), name),
        labels: Labels::default().with("app.kubernetes.io/managed-by", "bulkhead"),
        annotations: BTreeMap::new(),
        pod_selector: proposed.selector.clone(),
        policy_types: vec![proposed.direction],
        ingress: rules.clone().filter(|_| !egress),
        egress: rules.filter(|_| egress),
    }
}

/// Rules with the same ports become one rule with all their peers.
fn merged(rules: impl Iterator<Item = RuleManifest>) -> Vec<RuleManifest> {
    let mut merged: Vec<RuleManifest> = Vec::new();
    let mut places = BTreeMap::new();
    for rule in rules {
        let place = *places.entry(rule.ports.clone()).or_insert(merged.len());
        match merged.get_mut(place) {
            Some(have) => have.peers.extend(rule.peers),
            None => merged.push(rule),
        }
    }
    merged
}
