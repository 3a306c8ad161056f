//! What becomes reachable and what stops being, from one state of a cluster to another.
//!
//! Pairs are compared class by class, and named by those who are treated alike in both states; what policies say is compared,
//! and nothing else. Whoever is in one state only is kept apart, and so is what nobody can tell in one of the states.

mod compact;
mod outside;
mod party;

use std::collections::{BTreeMap, BTreeSet};

use bulkhead_model::AddressSet;
use bulkhead_model::watch::{Phase, Watch};
use bulkhead_policy::Policies;
use bulkhead_policy::reach::{ClassId, Connections, PortRanges, Reach, Tuning};
use bulkhead_snapshot::Snapshot;

pub use self::party::Tenant;

use self::party::{Present, mixed, parties, tenant_of};
use crate::reachability::PeerName;

/// What is not the same in two states of a cluster.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Difference {
    /// Those who are in the new state only, in order.
    pub appeared: Vec<PeerName>,
    /// Those who are in the old state only, in order.
    pub disappeared: Vec<PeerName>,
    /// The connections that changed: by tenants, then by who opens them and to whom; those who changed alike stand together.
    pub changes: Vec<Change>,
}

/// A change of what some may open to others.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// The tenant of those who open the connection.
    pub from_tenant: Tenant,
    /// The tenant of those to whom.
    pub to_tenant: Tenant,
    /// Who opens it.
    pub from: Ends,
    /// To whom.
    pub to: Ends,
    /// Whether both were there before and after.
    pub presence: Presence,
    /// The ports before.
    pub before: Connections,
    /// The ports after.
    pub after: Connections,
}

/// One end of a change: what changed is the same for each of them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ends {
    /// Workloads, pods and nodes.
    Parties(Vec<PeerName>),
    /// Addresses that are no pod's and no node's.
    Outside(AddressSet),
}

/// Whether the ends of a change were there before and after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Presence {
    /// Both ends, in both states.
    Both,
    /// One end is new.
    Appeared,
    /// One end is gone.
    Disappeared,
}

impl Change {
    /// Ports that were closed and are open.
    pub fn gained(&self) -> PortRanges {
        self.after.open.difference(&self.before.possible())
    }

    /// Ports that were open and are closed.
    pub fn lost(&self) -> PortRanges {
        self.before.open.difference(&self.after.possible())
    }

    /// Ports that nobody can tell of in one of the states, and that are not the same in the other.
    pub fn undetermined(&self) -> PortRanges {
        let (before, after) = (&self.before.undetermined, &self.after.undetermined);
        before.difference(after).union(&after.difference(before))
    }
}

impl Difference {
    /// Compares two states.
    pub fn new(old: (&Snapshot, &Policies), new: (&Snapshot, &Policies), watch: &dyn Watch) -> Self {
        let reach = |snapshot, policies| Reach::watched(snapshot, policies, Tuning::default(), watch);
        let [old, new] = [old, new].map(|(snapshot, policies)| State { snapshot, reach: reach(snapshot, policies) });
        watch.begins(Phase::Pairs);
        let apart: BTreeSet<PeerName> = mixed(&old).union(&mixed(&new)).cloned().collect();
        let present = [parties(&old, &apart), parties(&new, &apart)];
        let groups = Groups::new([&old, &new], &present);
        let mut changes = groups.between([&old.reach, &new.reach], watch);
        changes.extend(groups.with_outside([&old.reach, &new.reach]));
        let changes = compact::compact(changes);
        let [before, after] = present;
        let only = |these: &BTreeMap<PeerName, Present>, those: &BTreeMap<PeerName, Present>| {
            these.keys().filter(|party| !those.contains_key(party)).cloned().collect()
        };
        Self { appeared: only(&after, &before), disappeared: only(&before, &after), changes }
    }

    /// Whether both states are the same.
    pub fn is_empty(&self) -> bool {
        self.appeared.is_empty() && self.disappeared.is_empty() && self.changes.is_empty()
    }
}

/// One state of the cluster.
struct State<'a> {
    snapshot: &'a Snapshot,
    reach: Reach,
}

/// A class in the old and in the new state; none where those of it are not there.
type Classes = [Option<ClassId>; 2];

/// Those whom nothing tells apart, in either state.
struct Group {
    tenant: Tenant,
    /// Their class in the old and in the new state.
    classes: Classes,
    members: Vec<PeerName>,
    /// Whether one of them can talk to another one of its own.
    has_replicas: bool,
}

struct Groups {
    groups: Vec<Group>,
    /// The groups of each class, in the old and in the new state.
    of_class: [BTreeMap<ClassId, Vec<usize>>; 2],
}

impl Groups {
    fn new(states: [&State<'_>; 2], present: &[BTreeMap<PeerName, Present>; 2]) -> Self {
        let [before, after] = present;
        let mut alike: BTreeMap<(Tenant, Classes), (Vec<PeerName>, bool)> = BTreeMap::new();
        let names: BTreeSet<&PeerName> = before.keys().chain(after.keys()).collect();
        for party in names {
            let in_states = present.each_ref().map(|present| present.get(party));
            let [old, new] = states;
            let tenant = if in_states[1].is_some() { tenant_of(party, new) } else { tenant_of(party, old) };
            let classes = in_states.map(|present| present.map(|present| present.class));
            let (members, has_replicas) = alike.entry((tenant, classes)).or_default();
            members.push(party.clone());
            *has_replicas |= in_states.iter().flatten().any(|present| present.has_replicas);
        }
        let mut groups = Vec::with_capacity(alike.len());
        let mut of_class: [BTreeMap<ClassId, Vec<usize>>; 2] = [BTreeMap::new(), BTreeMap::new()];
        for ((tenant, classes), (members, has_replicas)) in alike {
            for (class, of_class) in classes.iter().zip(&mut of_class) {
                if let Some(class) = class {
                    of_class.entry(*class).or_default().push(groups.len());
                }
            }
            groups.push(Group { tenant, classes, members, has_replicas });
        }
        Self { groups, of_class }
    }

    fn between(&self, reach: [&Reach; 2], watch: &dyn Watch) -> Vec<Change> {
        let mut pairs = reach.map(Reach::pairs);
        let mut changes = Vec::new();
        for (number, from) in self.groups.iter().enumerate() {
            watch.did(number, self.groups.len());
            let mut row: BTreeMap<usize, [Connections; 2]> = BTreeMap::new();
            for (state, (class, pairs)) in from.classes.iter().zip(&mut pairs).enumerate() {
                let Some(class) = class else { continue };
                pairs.from(*class, |to, connections| {
                    let groups = self.of_class.get(state).and_then(|of_class| of_class.get(&to));
                    for to in groups.into_iter().flatten() {
                        let both = row.entry(*to).or_insert_with(|| [Connections::none(), Connections::none()]);
                        if let Some(known) = both.get_mut(state) {
                            *known = connections.clone();
                        }
                    }
                });
            }
            for (to, [before, after]) in row {
                let Some(to) = self.groups.get(to).filter(|_| before != after) else { continue };
                let is_oneself = std::ptr::eq(from, to) && from.members.len() == 1 && !from.has_replicas;
                if !is_oneself {
                    let ends = [Ends::Parties(from.members.clone()), Ends::Parties(to.members.clone())];
                    changes.push(change(
                        [from.tenant.clone(), to.tenant.clone()],
                        ends,
                        presence(&[from, to]),
                        before,
                        after,
                    ));
                }
            }
        }
        changes
    }

    fn with_outside(&self, reach: [&Reach; 2]) -> Vec<Change> {
        let mut changes = Vec::new();
        for group in &self.groups {
            let own = Ends::Parties(group.members.clone());
            for (addresses, [before, after]) in outside::changed(group.classes, reach, Reach::from_outside) {
                let tenants = [Tenant::Outside, group.tenant.clone()];
                let ends = [Ends::Outside(addresses), own.clone()];
                changes.push(change(tenants, ends, presence(&[group]), before, after));
            }
            for (addresses, [before, after]) in outside::changed(group.classes, reach, Reach::to_outside) {
                let tenants = [group.tenant.clone(), Tenant::Outside];
                let ends = [own.clone(), Ends::Outside(addresses)];
                changes.push(change(tenants, ends, presence(&[group]), before, after));
            }
        }
        changes
    }
}

fn presence(ends: &[&Group]) -> Presence {
    let is_missing = |state: usize| ends.iter().any(|end| end.classes.get(state).is_some_and(Option::is_none));
    match (is_missing(0), is_missing(1)) {
        (true, _) => Presence::Appeared,
        (_, true) => Presence::Disappeared,
        _ => Presence::Both,
    }
}

fn change(
    [from_tenant, to_tenant]: [Tenant; 2],
    [from, to]: [Ends; 2],
    presence: Presence,
    before: Connections,
    after: Connections,
) -> Change {
    Change { from_tenant, to_tenant, from, to, presence, before, after }
}
