//! Policies come and go.

use bulkhead_model::ObjectRef;
use bulkhead_model::object::{ClusterNetworkPolicy, NetworkPolicy};

use super::{Live, RowId};
use crate::api::{lower_cluster_network_policy, lower_network_policy};
use crate::profile::Answer;
use crate::reach::class_set::ClassId;
use crate::reach::compiled::{CompiledPolicy, Tables, compile, is_relative};
use crate::reach::in_play::InPlay;
use crate::reach::subject::Use;
use crate::rule::LoweredPolicy;

impl Live {
    /// Takes in the policies that there were from the beginning.
    pub(super) fn index_policies(&mut self, lowered: &[LoweredPolicy], lowered_at: &[usize]) {
        self.sets.grow(&self.peers, &self.selectors);
        for (place, (policy, at)) in (0..).zip(self.compiled.iter().zip(lowered_at)) {
            self.sets.used_by(policy, place);
            if policy.names_ports_of_anybody() {
                self.naming_ports_of_anybody.insert(place);
            }
            if let Some(lowered) = lowered.get(*at) {
                self.places.entry(lowered.origin.clone()).or_default().push(place);
            }
        }
        let relative = lowered.iter().filter(|policy| is_relative(policy));
        let origins: std::collections::BTreeSet<&ObjectRef> = relative.map(|policy| &policy.origin).collect();
        for policy in lowered.iter().filter(|policy| origins.contains(&policy.origin)) {
            self.relative.entry(policy.origin.clone()).or_default().push(policy.clone());
        }
        let rows: Vec<RowId> = self.reach.rows.ids().collect();
        for row in rows {
            for used in self.reach.rows.made_by(row) {
                if let Some(rows) = self.rows_of.get_mut(used.policy() as usize) {
                    rows.push(row);
                }
            }
        }
    }

    pub(super) fn put_network_policy(&mut self, policy: &NetworkPolicy) {
        let lowered = lower_network_policy(policy, &mut self.selectors);
        self.put_policy(&ObjectRef::namespaced("NetworkPolicy", &policy.name), lowered);
    }

    pub(super) fn put_cluster_network_policy(&mut self, policy: &ClusterNetworkPolicy) {
        let lowered = lower_cluster_network_policy(policy, &mut self.selectors);
        self.put_policy(&policy.object_ref(), lowered);
    }

    fn put_policy(&mut self, origin: &ObjectRef, lowered: Vec<LoweredPolicy>) {
        self.remove_policy(origin);
        if self.enforces == Answer::No {
            return;
        }
        for policy in &lowered {
            self.bring_into_play(policy);
        }
        for policy in &lowered {
            self.add_lowered(origin, policy);
        }
        if lowered.iter().any(is_relative) {
            self.relative.insert(origin.clone(), lowered);
        }
    }

    /// A policy may ask for labels and blocks that nobody asked for before.
    fn bring_into_play(&mut self, policy: &LoweredPolicy) {
        let mut asked = InPlay::default();
        asked.add(policy, &self.selectors);
        for key in asked.pod_keys {
            if self.reach.universe.ask_for_pod_key(&key) {
                self.tell_pods_apart_by(&key);
            }
        }
        for key in asked.node_keys {
            if self.reach.universe.ask_for_node_key(&key) {
                self.tell_nodes_apart_by(&key);
            }
        }
        for block in asked.blocks {
            let ranges = self.reach.universe.ask_for_block(&block);
            self.tell_addresses_apart(&ranges);
        }
    }

    fn add_lowered(&mut self, origin: &ObjectRef, policy: &LoweredPolicy) {
        let known = self.peers.ids().len();
        let mut tables = Tables { peers: &mut self.peers, ports: &mut self.reach.ports };
        let compiled = compile(policy, &self.reach.universe, &mut tables);
        for set in self.peers.ids().skip(known) {
            self.peers.resolve(set, &self.reach.universe, &self.selectors, self.habits);
        }
        self.peers.forget_namespaces();
        self.sets.grow(&self.peers, &self.selectors);
        for policy in compiled {
            let place = self.place(policy);
            self.places.entry(origin.clone()).or_default().push(place);
            self.reselect_subjects(place, Vec::push);
        }
    }

    /// Gives a policy its place.
    fn place(&mut self, policy: CompiledPolicy) -> u32 {
        let next = u32::try_from(self.compiled.len()).unwrap_or(u32::MAX);
        let place = self.free.pop().unwrap_or(next);
        self.sets.used_by(&policy, place);
        if policy.names_ports_of_anybody() {
            self.naming_ports_of_anybody.insert(place);
        }
        if let Some(old) = self.compiled.get_mut(place as usize) {
            *old = policy;
        } else {
            self.compiled.push(policy);
            self.rows_of.push(Vec::new());
        }
        place
    }

    /// The classes that a policy is about get other rows.
    fn reselect_subjects(&mut self, place: u32, change: impl Fn(&mut Vec<Use>, Use)) {
        let Some((subject, direction)) =
            self.compiled.get(place as usize).map(|policy| (policy.subject, policy.direction))
        else {
            return;
        };
        let subject = self.peers.get(subject);
        let surely = subject.surely.iter().map(|class| (class, Use::surely(place)));
        let perhaps = subject.perhaps.iter().map(|class| (class, Use::perhaps(place)));
        let selected: Vec<(ClassId, Use)> = surely.chain(perhaps).collect();
        for (class, used) in selected {
            let mut uses = self.reach.rows.uses(class, direction).to_vec();
            change(&mut uses, used);
            self.select(class, direction, uses);
        }
    }

    pub(super) fn remove_policy(&mut self, origin: &ObjectRef) {
        self.relative.remove(origin);
        for place in self.places.remove(origin).unwrap_or_default() {
            self.reselect_subjects(place, |uses, used| uses.retain(|have| have.policy() != used.policy()));
            if let Some(policy) = self.compiled.get(place as usize) {
                self.sets.unused_by(policy, place);
            }
            self.naming_ports_of_anybody.remove(&place);
            self.free.push(place);
        }
    }

    /// Labels of namespaces have changed: policies whose peers are relative to the subject's namespace are compiled anew.
    pub(super) fn recompile_relative(&mut self) {
        for (origin, lowered) in self.relative.clone() {
            self.remove_policy(&origin);
            for policy in &lowered {
                self.add_lowered(&origin, policy);
            }
            self.relative.insert(origin, lowered);
        }
    }
}
