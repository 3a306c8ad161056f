//! Who reaches whom in a cluster that changes: every change redoes the classes and rows that it touches, and no others.
//!
//! A [`Live`] owns all that it needs. Its classes are never coarser than those of a [`Reach`] that is made anew, and may be finer:
//! a label key or a block that once told pods apart goes on doing so. Its answers are the same.
//!
//! Work grows with what a change touches. A pod that comes into a class that is there costs next to nothing; a pod of a new kind
//! is asked about by the policies that name a set which it is in; a policy remakes the rows of the pods that it selects. A label key
//! that no policy asked for before looks at every pod once.

mod change;
mod member;
mod namespace;
mod policy;
mod set_index;
mod settle;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bulkhead_model::object::{Node, Pod};
use bulkhead_model::{Name, NamespacedName, ObjectRef};
use bulkhead_snapshot::Snapshot;

pub use self::change::{Change, Object, Reference};
use self::member::Holder;
use self::set_index::SetIndex;
use super::build::Parts;
use super::class_set::ClassId;
use super::compiled::CompiledPolicy;
use super::named_ports::Holders;
use super::peers::PeerTable;
use super::row::RowId;
use super::row_builder::Materials;
use super::universe::{Habits, Unaddressed};
use super::{Reach, Tuning};
use crate::policies::Policies;
use crate::profile::Answer;
use crate::rule::LoweredPolicy;
use crate::selector::SelectorTable;

/// Who reaches whom in a cluster that changes.
#[derive(Clone, Debug)]
pub struct Live {
    reach: Reach,
    enforces: Answer,
    habits: Habits,
    selectors: SelectorTable,
    /// By place; places of policies that are gone are given out again.
    compiled: Vec<CompiledPolicy>,
    free: Vec<u32>,
    /// The rows that a policy has a part in, by its place.
    rows_of: Vec<Vec<RowId>>,
    places: BTreeMap<ObjectRef, Vec<u32>>,
    /// Policies whose peers are relative to the subject's namespace: they hang on the labels of all namespaces.
    relative: BTreeMap<ObjectRef, Vec<LoweredPolicy>>,
    peers: PeerTable,
    sets: SetIndex,
    holders: Holders,
    /// Places of egress policies with a rule that names a port of whoever has it.
    naming_ports_of_anybody: BTreeSet<u32>,
    unaddressed: Unaddressed,
    pods: BTreeMap<NamespacedName, Member<Arc<Pod>>>,
    nodes: BTreeMap<Name, Member<Node>>,
    /// hostNetwork pods, by the name of their node.
    host_pods: BTreeMap<Name, BTreeSet<NamespacedName>>,
    /// Who has an address, for each family.
    by_address: [BTreeMap<u128, Vec<Holder>>; 2],
}

/// A pod or a node, and its class; `None` for a pod that has ended.
#[derive(Clone, Debug)]
struct Member<T> {
    object: T,
    class: Option<ClassId>,
}

impl Live {
    /// Begins with a snapshot and its policies. The engine stays the one that it is: where a change of other objects shows
    /// another, begin anew.
    pub fn new(snapshot: &Snapshot, policies: &Policies) -> Self {
        Self::tuned(snapshot, policies, Tuning::default())
    }

    /// The same, with memory and time traded differently. Answers do not depend on it.
    pub fn tuned(snapshot: &Snapshot, policies: &Policies, tuning: Tuning) -> Self {
        let Parts { mut reach, compiled, lowered_at, mut peers, holders, unaddressed, enforces, habits } =
            Parts::new(snapshot, policies, tuning);
        peers.forget_namespaces();
        // Room for classes to come, so that the first of them does not have to make it.
        reach.rows.grow(reach.universe.classes.len() + 1);
        let classes = std::mem::take(&mut reach.class_of_pod);
        let node_classes = std::mem::take(&mut reach.class_of_node);
        let mut live = Self {
            reach,
            enforces,
            habits,
            selectors: policies.selectors().clone(),
            rows_of: vec![Vec::new(); compiled.len()],
            compiled,
            free: Vec::new(),
            places: BTreeMap::new(),
            relative: BTreeMap::new(),
            peers,
            sets: SetIndex::default(),
            holders,
            naming_ports_of_anybody: BTreeSet::new(),
            unaddressed,
            pods: BTreeMap::new(),
            nodes: BTreeMap::new(),
            host_pods: BTreeMap::new(),
            by_address: [BTreeMap::new(), BTreeMap::new()],
        };
        live.index_policies(policies.lowered(), &lowered_at);
        for (node, class) in snapshot.nodes.rows().iter().zip(node_classes) {
            live.remember_node(node.clone(), class);
        }
        for (pod, class) in snapshot.pods.rows().iter().zip(classes) {
            live.remember_pod(pod.clone(), class);
        }
        live
    }

    /// Takes a change in.
    pub fn apply(&mut self, change: Change) {
        match change {
            Change::Put(Object::Namespace(namespace)) => self.relabel(&namespace.name, &namespace.labels),
            Change::Put(Object::Node(node)) => self.put_node(node),
            Change::Put(Object::Pod(pod)) => self.put_pod(pod),
            Change::Put(Object::NetworkPolicy(policy)) => self.put_network_policy(&policy),
            Change::Put(Object::ClusterNetworkPolicy(policy)) => self.put_cluster_network_policy(&policy),
            Change::Gone(Reference::Namespace(name)) => self.undeclare(&name),
            Change::Gone(Reference::Node(name)) => self.remove_node(&name),
            Change::Gone(Reference::Pod(name)) => self.remove_pod(&name),
            Change::Gone(Reference::Policy(name)) => self.remove_policy(&name),
        }
    }

    /// Who reaches whom now, by class. What asks for a pod or a node of a snapshot has no answer there: ask
    /// [`class_of_pod`](Self::class_of_pod) and [`class_of_node`](Self::class_of_node) by name.
    pub fn reach(&self) -> &Reach {
        &self.reach
    }

    /// The class of a pod; `None` for one that has ended or is not there.
    pub fn class_of_pod(&self, name: &NamespacedName) -> Option<ClassId> {
        self.pods.get(name)?.class
    }

    /// The class of a node.
    pub fn class_of_node(&self, name: &str) -> Option<ClassId> {
        self.nodes.get(name)?.class
    }

    /// Every pod and its class, by name.
    pub fn pods(&self) -> impl Iterator<Item = (&Pod, Option<ClassId>)> {
        self.pods.values().map(|member| (&*member.object, member.class))
    }

    /// Every node and its class, by name.
    pub fn nodes(&self) -> impl Iterator<Item = (&Node, Option<ClassId>)> {
        self.nodes.values().map(|member| (&member.object, member.class))
    }
}

/// What rows are made from. A macro, as the rows themselves are borrowed beside it.
macro_rules! materials {
    ($live:expr) => {
        Materials {
            policies: &$live.compiled,
            peers: &$live.peers,
            holders: &$live.holders,
            unaddressed: &$live.unaddressed,
            enforces: $live.enforces,
        }
    };
}
use materials;
