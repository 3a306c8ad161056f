//! What may be let through at a moment: nothing that no state allows which somebody wanted or made, and everything that all of
//! them allow.

use std::collections::BTreeMap;
use std::sync::Arc;

use bulkhead_analysis::model::object::{Direction, PolicyManifest};
use bulkhead_analysis::model::{Name, NamespacedName, Protocol};
use bulkhead_analysis::policy::{Overrides, Party, Policies as Lowered, Profile, Question, Verdict, decide};
use bulkhead_analysis::snapshot::{PodId, Snapshot};

use crate::view::Policies;

const PORTS: [u16; 3] = [53, 80, 8080];
/// Clients outside, and the nodes.
const OUTSIDE: [&str; 4] = ["203.0.113.7", "198.51.100.9", "10.1.0.1", "10.1.0.2"];

/// For every namespace the states that what is there has to lie between.
#[derive(Default)]
pub(crate) struct Hull {
    between: BTreeMap<Name, Vec<Policies>>,
    by_hand: BTreeMap<Name, ByHand>,
    judged: BTreeMap<(Name, Policies), Vec<bool>>,
}

/// Policies that somebody changed, made (from `None`) or deleted (to `None`) by hand: as they are since, and as they were.
#[derive(Default)]
struct ByHand {
    since: Changes,
    before: Changes,
}

type Changes = BTreeMap<NamespacedName, Option<PolicyManifest>>;

/// What lies outside.
#[derive(Debug)]
pub(crate) enum Outside {
    Wider(String),
    Narrower(String),
}

impl Hull {
    /// Somebody wants, or made, this state.
    pub(crate) fn add(&mut self, namespace: &Name, state: Policies) {
        let variants = self.by_hand.get(namespace).map(|changes| variants(&state, &changes.since)).unwrap_or_default();
        let states = self.between.entry(namespace.clone()).or_default();
        for state in std::iter::once(state).chain(variants) {
            if !states.contains(&state) {
                states.push(state);
            }
        }
    }

    /// Somebody changed policies by hand, or with their namespace. A controller that is half way through its steps cannot know it, and no condition on the
    /// policy that it writes next is about the one that went: each state may be there with what was done by hand in it.
    pub(crate) fn change_by_hand(&mut self, namespace: &Name, before: &Policies, after: &Policies) {
        let find = |policies: &Policies, name: &NamespacedName| policies.iter().find(|it| it.name == *name).cloned();
        let changes = self.by_hand.entry(namespace.clone()).or_default();
        for name in before.iter().chain(after).map(|policy| &policy.name) {
            if find(before, name) != find(after, name) {
                changes.since.insert(name.clone(), find(after, name));
                changes.before.entry(name.clone()).or_insert_with(|| find(before, name));
            }
        }
        for state in self.between.get(namespace).cloned().unwrap_or_default() {
            self.add(namespace, state);
        }
    }

    /// Everybody agrees on this state.
    pub(crate) fn reset(&mut self, namespace: &Name, state: Policies) {
        self.by_hand.remove(namespace);
        self.between.insert(namespace.clone(), vec![state]);
    }

    /// Pods or namespaces changed: what policies mean is another thing now.
    pub(crate) fn moved(&mut self) {
        self.judged.clear();
    }

    /// Whether what is there lies between the states: as it is, or as it would be had nobody changed this or that by hand. A controller
    /// half way through its steps goes on beside what went, and is answerable for its own steps.
    pub(crate) fn check(&mut self, cluster: &Snapshot, namespace: &Name, there: &Policies) -> Result<(), Outside> {
        let outcome = self.check_state(cluster, namespace, there);
        let changes = self.by_hand.get(namespace).map(|changes| changes.before.clone()).unwrap_or_default();
        if outcome.is_ok() || changes.is_empty() {
            return outcome;
        }
        let undone = variants(there, &changes);
        if undone.iter().any(|state| self.check_state(cluster, namespace, state).is_ok()) { Ok(()) } else { outcome }
    }

    fn check_state(&mut self, cluster: &Snapshot, namespace: &Name, there: &Policies) -> Result<(), Outside> {
        let questions = questions(cluster, namespace);
        let states = self.between.get(namespace).cloned().unwrap_or_default();
        let bounds: Vec<Vec<bool>> =
            states.into_iter().map(|state| self.judge(cluster, namespace, state, &questions)).collect();
        let now = self.judge(cluster, namespace, there.clone(), &questions);
        for (at, open) in now.into_iter().enumerate() {
            let mut allowed = bounds.iter().map(|bits| bits[at]);
            if open && !allowed.clone().any(|allowed| allowed) {
                return Err(Outside::Wider(format!("{:?}", questions[at])));
            }
            if !open && !bounds.is_empty() && allowed.all(|allowed| allowed) {
                return Err(Outside::Narrower(format!("{:?}", questions[at])));
            }
        }
        Ok(())
    }

    fn judge(&mut self, cluster: &Snapshot, namespace: &Name, state: Policies, questions: &[Question]) -> Vec<bool> {
        let key = (namespace.clone(), state);
        if let Some(bits) = self.judged.get(&key) {
            return bits.clone();
        }
        let mut with = cluster.clone();
        let meant = |manifest: &PolicyManifest| Arc::new(manifest.to_network_policy().expect("valid"));
        with.network_policies = key.1.iter().map(meant).collect();
        let lowered = Lowered::with_overrides(&with, &Overrides { engine: Profile::named("calico") });
        let judge = |question: &Question| matches!(decide(&with, &lowered, question), Verdict::Allow { .. });
        let bits: Vec<bool> = questions.iter().map(judge).collect();
        self.judged.insert(key, bits.clone());
        bits
    }
}

/// A state with every part of the changes in it.
fn variants(state: &Policies, changes: &Changes) -> Vec<Policies> {
    let mut variants = vec![state.clone()];
    for (name, change) in changes {
        for mut variant in variants.clone() {
            variant.retain(|policy| policy.name != *name);
            variant.extend(change.clone());
            variant.sort_by(|one, other| one.name.cmp(&other.name));
            variants.push(variant);
        }
    }
    variants
}

/// Every connection that the policies of a namespace judge.
fn questions(cluster: &Snapshot, namespace: &Name) -> Vec<Question> {
    let pod = |id: PodId| Party { address: None, pod: Some(id), node: None, identity: None };
    let outside = OUTSIDE.map(|text| Party { address: text.parse().ok(), pod: None, node: None, identity: None });
    let pods: Vec<(PodId, &Name)> = cluster.pods.iter().map(|(id, pod)| (id, &pod.name.namespace)).collect();
    let peers: Vec<Party> = pods.iter().map(|(id, _)| pod(*id)).chain(outside).collect();
    let mut questions = Vec::new();
    for (subject, _) in pods.iter().filter(|(_, of)| *of == namespace) {
        for peer in peers.iter().filter(|peer| peer.pod != Some(*subject)) {
            for direction in [Direction::Ingress, Direction::Egress] {
                questions.extend(PORTS.map(|port| Question {
                    direction,
                    subject: *subject,
                    peer: *peer,
                    protocol: Protocol::Tcp,
                    port,
                }));
            }
        }
    }
    questions
}
