//! What must hold at every write.

use std::collections::BTreeSet;

use bulkhead_analysis::isolation::names;
use bulkhead_analysis::model::Name;
use bulkhead_analysis::model::object::PolicyManifest;
use bulkhead_analysis::snapshot::Snapshot;
use bulkhead_controller::Call;
use bulkhead_store::{Conflicts, Object, Part};

use super::{World, Wrong};
use crate::hull::Outside;
use crate::people::POLICIES;
use crate::view::{Policies, View, parts, planned, targets};

impl World {
    /// A policy is only written by somebody who holds the lease.
    pub(super) fn check_leader(&self, identity: &str, call: &Call) -> Result<(), Wrong> {
        let writes = !matches!(call, Call::Get(..) | Call::List(..));
        let concerns = call.resource().group_resource() == POLICIES;
        if writes && concerns && self.options.lease.is_some() && self.holder.as_deref() != Some(identity) {
            return Err(Wrong::NoLeader(format!("{identity} while {:?} leads: {call:?}", self.holder)));
        }
        Ok(())
    }

    /// What was changed or deleted was ours.
    pub(super) fn check_ours(call: &Call, before: Option<&Object>) -> Result<(), Wrong> {
        let ours = |object: &Object| object.label(names::MANAGED_BY) == Some(names::MANAGER);
        match before {
            Some(before) if !ours(before) => Err(Wrong::Foreign(format!("{call:?} over {before:?}"))),
            _ => Ok(()),
        }
    }

    /// Of everything else only the status of our own kinds was written.
    pub(super) fn check_status(call: &Call, before: Option<&Object>) -> Result<(), Wrong> {
        let is_status = matches!(call, Call::Apply(_, _, Part::Status, Conflicts::Force, _));
        let has_status = matches!(&*call.resource().kind, "NamespaceNetworkPolicy" | "WorkspaceAllowlist" | "Exposure");
        if is_status && has_status && before.is_some() { Ok(()) } else { Err(Wrong::Foreign(format!("{call:?}"))) }
    }

    pub(super) fn truth(&self) -> View {
        View::of(self.store.all())
    }

    /// The policies of a namespace.
    pub(super) fn there(snapshot: &Snapshot, namespace: &Name) -> Policies {
        let own = snapshot.network_policies.iter().filter(|policy| policy.name.namespace == *namespace);
        own.map(|policy| PolicyManifest::of(policy).expect("a policy that can be read")).collect()
    }

    /// People changed something: what ought to be is another thing now, and what is there counts as wanted.
    pub(super) fn changed(&mut self) {
        let snapshot = self.truth().snapshot();
        self.want(&snapshot);
        for namespace in snapshot.namespaces.rows().iter().map(|namespace| &namespace.name) {
            let there = Self::there(&snapshot, namespace);
            self.hull.add(namespace, there);
        }
        self.seen = self.store.version();
    }

    /// Somebody knows of this state of things: what its plan makes of it is wanted.
    pub(super) fn want(&mut self, snapshot: &Snapshot) {
        for refused in parts(&self.refused) {
            let plan = planned(snapshot, self.options.setting, self.now.date, &refused);
            for (namespace, target) in targets(snapshot, &plan) {
                self.hull.add(&namespace, target);
            }
        }
    }

    /// What everybody makes of what they know.
    pub(super) fn everyone_wants(&mut self) {
        let snapshot = self.truth().snapshot();
        self.want(&snapshot);
        (0..self.replicas.len()).for_each(|at| self.knows(at));
    }

    /// The pods and the namespaces.
    pub(super) fn cluster(&mut self) -> Snapshot {
        let mut cluster = self.truth().snapshot();
        cluster.network_policies.clear();
        let moved = self.cluster.as_ref().is_none_or(|known| {
            known.namespaces.rows() != cluster.namespaces.rows() || known.pods.rows().len() != cluster.pods.rows().len()
        });
        if moved {
            self.hull.moved();
        }
        self.cluster = Some(cluster.clone());
        cluster
    }

    pub(super) fn check_hull(&mut self, call: &Call) -> Result<(), Wrong> {
        let namespace = match call {
            Call::Apply(_, object, ..) => object.namespace().map(Name::from),
            Call::Delete { key, .. } => key.namespace.as_deref().map(Name::from),
            _ => None,
        };
        let Some(namespace) = namespace.filter(|_| self.options.lease.is_some()) else {
            // Two that lead may each be right and together wrong: that is what the lease is for.
            return Ok(());
        };
        let there = Self::there(&self.truth().snapshot(), &namespace);
        let cluster = self.cluster();
        self.hull.check(&cluster, &namespace, &there).map_err(|outside| match outside {
            Outside::Wider(question) => Wrong::Wider(format!("{question} after {call:?}, with {there:?}")),
            Outside::Narrower(question) => Wrong::Narrower(format!("{question} after {call:?}, with {there:?}")),
        })
    }

    /// Where everybody knows the same and nothing is on its way, only what is there counts from now on.
    pub(super) fn agree(&mut self) {
        // A plan that is still being worked out is of an older state.
        if self.replicas.iter().any(|replica| !replica.plannings.is_empty()) {
            return;
        }
        let is_write = |call: &Call| call.resource().group_resource() == POLICIES && !matches!(call, Call::List(..));
        let orphans = self.orphans.iter().map(|(_, flight)| flight);
        let busy: BTreeSet<Name> = orphans
            .chain(self.replicas.iter().flat_map(|replica| &replica.flights))
            .filter(|flight| is_write(&flight.call))
            .filter_map(|flight| match &flight.call {
                Call::Apply(_, object, ..) => object.namespace().map(Name::from),
                Call::Delete { key, .. } => key.namespace.as_deref().map(Name::from),
                _ => None,
            })
            .collect();
        let snapshot = self.truth().snapshot();
        let mut wanted =
            vec![targets(&snapshot, &planned(&snapshot, self.options.setting, self.now.date, &BTreeSet::new()))];
        for replica in &self.replicas {
            let known = replica.view.snapshot();
            wanted.push(targets(&known, &planned(&known, self.options.setting, self.now.date, &BTreeSet::new())));
        }
        for namespace in snapshot.namespaces.rows().iter().map(|namespace| &namespace.name) {
            let there = Self::there(&snapshot, namespace);
            let agreed = wanted.iter().all(|targets| targets.get(namespace) == Some(&there));
            if agreed && !busy.contains(namespace) {
                self.hull.reset(namespace, there);
            }
        }
    }
}
