//! The question and the answer.

use std::collections::BTreeSet;

use bulkhead_model::object::{Direction, PolicyManifest, RuleManifest, SelectorManifest};
use bulkhead_model::{Issue, Labels, Name, NamespacedName};
use bulkhead_path::{Network, Reason};
use bulkhead_snapshot::{PodId, Snapshot};

use crate::entry::{self, Entry};
use crate::excess::{self, Excess};
use crate::exposure::{Client, Exposure, ExposureTarget};
use crate::requirement::{self, Requirements, Witness};
use crate::target::{self, Target};
use crate::{allowed, client};

/// The name that proposed policies begin with.
const POLICY_PREFIX: &str = "bulkhead-";

/// The minimal allowlist of an exposure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Minimal {
    /// What was asked.
    pub exposure: Exposure,
    /// The pods that the entries are for.
    pub pods: Vec<PodId>,
    /// The allowlist, in a fixed order. Empty where nothing has to be added.
    pub entries: Vec<Entry>,
    /// The NetworkPolicies that hold just the entries: one for a Service, one for each backend of an Ingress that needs entries.
    pub policies: Vec<PolicyManifest>,
    /// Who else gets in through the entries.
    pub excess: Vec<Excess>,
    /// Ways of which nobody can say what they need.
    pub undetermined: Vec<Undetermined>,
    /// What else the person should know.
    pub issues: Vec<Issue>,
}

/// A way of which nobody can say what it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Undetermined {
    /// What is missing.
    pub reason: Reason,
    /// The way, as far as it is known.
    pub witness: Witness,
}

/// Computes the minimal allowlist of an exposure. Never fails: what stands in the way is in [`Minimal::issues`] and
/// [`Minimal::undetermined`].
pub fn minimal(network: &Network<'_>, exposure: &Exposure) -> Minimal {
    let snapshot = network.snapshot();
    let target = target::resolve(network, exposure);
    let (classes, client_issues) = client::classes(snapshot, &target, &exposure.clients);
    let open = network.without_policies();
    let found = requirement::collect(&open, exposure, &target, &classes);
    let mut issues = target.issues.clone();
    issues.extend(client_issues);
    issues.extend(nothing_arrives(exposure, &found));
    let isolated = target.pods.iter().copied().filter(|pod| allowed::is_isolated(network, *pod)).collect();
    issues.extend(not_isolated(&isolated, &target));

    let whole = whole_namespaces(snapshot, &exposure.clients);
    let (mut entries, mut policies) = (Vec::new(), Vec::new());
    for ((namespace, selector), pods) in &target.selections {
        let of_these = found.required.iter().filter(|requirement| pods.contains(&requirement.pod));
        let missing = |requirement| Some((requirement, allowed::not_yet_allowed(network, &isolated, requirement)?));
        let missing: Vec<entry::Missing<'_>> = of_these.filter_map(missing).collect();
        let mine = entry::entries(&open, &target, &missing, &whole, namespace);
        policies.push((manifest(exposure, namespace, selector, &mine), mine.is_empty()));
        entries.extend(mine);
    }
    let excess = excess::excess(&open, network, exposure, &target, &entries);
    Minimal {
        exposure: exposure.clone(),
        pods: target.pods.iter().copied().collect(),
        policies: named(policies),
        entries,
        excess,
        undetermined: undetermined(found.unknown),
        issues,
    }
}

/// The namespaces of which every pod is wanted, those of tomorrow included.
fn whole_namespaces(snapshot: &Snapshot, clients: &[Client]) -> BTreeSet<Name> {
    let mut whole = BTreeSet::new();
    for client in clients {
        match client {
            Client::Namespace(name) => _ = whole.insert(name.clone()),
            Client::Any => whole.extend(snapshot.namespaces.rows().iter().map(|namespace| namespace.name.clone())),
            Client::Block(_) | Client::Pod(_) | Client::Node(_) => {}
        }
    }
    whole
}

fn nothing_arrives(exposure: &Exposure, found: &Requirements) -> Option<Issue> {
    let silent = !exposure.clients.is_empty() && found.delivered == 0 && found.unknown.is_empty();
    silent.then(|| Issue::warning("exposureNeverArrives").with("target", exposure.target.name()))
}

/// A target that nothing isolates lets everyone in today; the answer is for the day when it is isolated.
fn not_isolated(isolated: &BTreeSet<PodId>, target: &Target) -> Option<Issue> {
    let open = target.pods.difference(isolated).count();
    (open > 0).then(|| Issue::note("targetNotIsolated").with("pods", open).with("of", target.pods.len()))
}

/// The same finding from several clients and doors is told once.
fn undetermined(unknown: Vec<(Reason, Witness)>) -> Vec<Undetermined> {
    let mut seen = BTreeSet::new();
    let first = |(reason, witness): (Reason, Witness)| {
        let key = (reason.clone(), witness.client.clone(), witness.door);
        seen.insert(key).then_some(Undetermined { reason, witness })
    };
    unknown.into_iter().filter_map(first).collect()
}

fn manifest(exposure: &Exposure, namespace: &Name, selector: &Labels, entries: &[Entry]) -> PolicyManifest {
    let rules = entries.iter().map(Entry::rule).collect();
    PolicyManifest {
        name: NamespacedName::new(namespace.clone(), format!("{POLICY_PREFIX}{}", exposure.target.name().name)),
        labels: [(Name::from("app.kubernetes.io/managed-by"), Name::from("bulkhead"))].into(),
        annotations: std::collections::BTreeMap::new(),
        pod_selector: SelectorManifest {
            match_labels: selector.iter().map(|(key, value)| (key.clone(), value.clone())).collect(),
            match_expressions: Vec::new(),
        },
        policy_types: vec![Direction::Ingress],
        ingress: Some(merged(rules)),
        egress: None,
    }
}

/// Rules with the same ports become one rule with all their peers.
fn merged(rules: Vec<RuleManifest>) -> Vec<RuleManifest> {
    let mut merged: Vec<RuleManifest> = Vec::new();
    for rule in rules {
        match merged.iter_mut().find(|have| have.ports == rule.ports) {
            Some(have) => have.peers.extend(rule.peers),
            None => merged.push(rule),
        }
    }
    merged
}

/// Gives several policies of one exposure names of their own; leaves out those that hold nothing where another holds something.
fn named(policies: Vec<(PolicyManifest, bool)>) -> Vec<PolicyManifest> {
    let any = policies.iter().any(|(_, empty)| !empty);
    let mut kept: Vec<PolicyManifest> =
        policies.into_iter().filter(|(_, empty)| !any || !empty).map(|(policy, _)| policy).collect();
    if kept.len() > 1 {
        for (number, policy) in kept.iter_mut().enumerate() {
            policy.name.name = format!("{}-{}", policy.name.name, number + 1).into();
        }
    }
    kept
}

impl Minimal {
    /// The name of what shall be reachable.
    pub fn target(&self) -> &ExposureTarget {
        &self.exposure.target
    }
}
