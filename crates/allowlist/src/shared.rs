//! What the answers to many exposures have in common, worked out once.

use std::cell::{Cell, OnceCell, RefCell, RefMut};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::rc::Rc;
use std::sync::Arc;

use bulkhead_model::object::{Direction, Node, Pod};
use bulkhead_model::{AddressSet, IpNet, Name};
use bulkhead_path::Network;
use bulkhead_snapshot::{Moving, NodeId, PodId, ServiceId, Snapshot};

use crate::admin::Admin;
use crate::client::{self, Wanted};
use crate::crowd::Crowd;
use crate::each_node::{self, OwnAddresses};
use crate::exposure::Client;
use crate::place::nodes_for;
use crate::sender_kinds::SenderKinds;

/// The label of a node's zone, by which endpoints may be chosen.
const ZONE: &str = "topology.kubernetes.io/zone";

/// One cluster that many exposures are asked about.
pub(crate) struct Shared<'n> {
    /// The network as it is.
    pub(crate) network: &'n Network<'n>,
    /// The same, with policies that look and let everything pass.
    pub(crate) open: Network<'n>,
    members: OnceCell<Vec<(IpAddr, Member)>>,
    node_ranges: OnceCell<AddressSet>,
    wanted: RefCell<BTreeMap<Vec<Client>, Rc<Wanted>>>,
    crowds: RefCell<BTreeMap<Vec<Client>, Arc<Crowd>>>,
    candidates: RefCell<BTreeMap<Name, Rc<[PodId]>>>,
    services_of: OnceCell<BTreeMap<PodId, Vec<ServiceId>>>,
    places: RefCell<BTreeMap<PodId, Rc<[NodeId]>>>,
    own_addresses: RefCell<each_node::Known>,
    nodes_by_kind: OnceCell<Vec<Vec<NodeId>>>,
    node_families: OnceCell<[bool; 2]>,
    admin: [OnceCell<Admin>; 2],
    senders: OnceCell<Vec<(PodId, Option<NodeId>, usize)>>,
    /// Those of the namespace that was asked about last: exposures come in the order of their names.
    sender_kinds: RefCell<Option<SenderKinds>>,
    /// Where pods are moved, while nobody moves any.
    moving: Cell<Option<Moving>>,
}

/// Whose an address is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Member {
    /// A pod with its own network.
    Pod(PodId),
    /// A node.
    Node(NodeId),
}

impl<'n> Shared<'n> {
    /// A copy of the cluster in which pods can be moved: given back with [`Self::keep_moving`], it serves again.
    pub(crate) fn moving(&self) -> Moving {
        self.moving.take().unwrap_or_else(|| Moving::new(self.snapshot()))
    }

    /// Takes back the copy, with all pods where they were.
    pub(crate) fn keep_moving(&self, moving: Moving) {
        self.moving.set(Some(moving));
    }

    /// Works out nothing yet.
    pub(crate) fn new(network: &'n Network<'n>) -> Self {
        Self {
            network,
            open: network.without_policies(),
            members: OnceCell::new(),
            node_ranges: OnceCell::new(),
            wanted: RefCell::default(),
            crowds: RefCell::default(),
            candidates: RefCell::default(),
            services_of: OnceCell::new(),
            places: RefCell::default(),
            own_addresses: RefCell::default(),
            nodes_by_kind: OnceCell::new(),
            node_families: OnceCell::new(),
            admin: [OnceCell::new(), OnceCell::new()],
            senders: OnceCell::new(),
            sender_kinds: RefCell::default(),
            moving: Cell::new(None),
        }
    }

    /// Pods by what the policies of a namespace see in them as senders. Whoever has it gives it back before somebody else asks.
    pub(crate) fn sender_kinds(&self, namespace: &Name) -> RefMut<'_, SenderKinds> {
        let mut known = self.sender_kinds.borrow_mut();
        if !known.as_ref().is_some_and(|kinds| kinds.are_of(namespace)) {
            *known = None;
        }
        RefMut::map(known, |known| known.get_or_insert_with(|| SenderKinds::new(namespace.clone(), self.network)))
    }

    /// The cluster state.
    pub(crate) fn snapshot(&self) -> &'n Snapshot {
        self.network.snapshot()
    }

    /// The addresses of pods and nodes, in order, within a set.
    pub(crate) fn members_in<'a>(&'a self, set: &'a AddressSet) -> impl Iterator<Item = (IpAddr, Member)> + 'a {
        let members = self.members.get_or_init(|| members(self.snapshot()));
        set.ranges().flat_map(move |(first, last)| {
            let from = members.partition_point(|(address, _)| *address < first);
            let within = members.get(from..).unwrap_or_default().iter();
            within.take_while(move |(address, _)| *address <= last).copied()
        })
    }

    /// Where nodes give their pods addresses from.
    pub(crate) fn node_ranges(&self) -> &AddressSet {
        self.node_ranges.get_or_init(|| {
            self.snapshot().nodes.rows().iter().flat_map(|node| node.pod_cidrs.iter().copied()).collect()
        })
    }

    /// Where pods' addresses come from.
    pub(crate) fn pod_ranges(&self) -> AddressSet {
        let pools = self.snapshot().ip_pools.iter().filter_map(|pool| pool.cidr.known().copied());
        self.node_ranges().union(&pools.collect())
    }

    /// Everyone whom a list of wishes means.
    pub(crate) fn wanted(&self, clients: &[Client]) -> Rc<Wanted> {
        if let Some(known) = self.wanted.borrow().get(clients) {
            return Rc::clone(known);
        }
        let wanted = Rc::new(client::wanted(self, clients));
        self.wanted.borrow_mut().insert(clients.to_vec(), Rc::clone(&wanted));
        wanted
    }

    /// The same, those inside by what tells them apart.
    pub(crate) fn crowd(&self, clients: &[Client]) -> Arc<Crowd> {
        if let Some(known) = self.crowds.borrow().get(clients) {
            return Arc::clone(known);
        }
        let crowd = Arc::new(Crowd::of(self, &self.wanted(clients)));
        self.crowds.borrow_mut().insert(clients.to_vec(), Arc::clone(&crowd));
        crowd
    }

    /// The administrator's policies of a direction.
    pub(crate) fn admin(&self, direction: Direction) -> &Admin {
        let [ingress, egress] = &self.admin;
        let of_direction = if direction == Direction::Ingress { ingress } else { egress };
        of_direction.get_or_init(|| Admin::new(self.network.policies(), direction))
    }

    /// The Services that lead to a pod, in order.
    pub(crate) fn services_of(&self, pod: PodId) -> &[ServiceId] {
        let known = self.services_of.get_or_init(|| services_by_pod(self.snapshot()));
        known.get(&pod).map_or(&[], Vec::as_slice)
    }

    /// The nodes on which a pod may run.
    pub(crate) fn nodes_for(&self, pod: PodId) -> Rc<[NodeId]> {
        if let Some(known) = self.places.borrow().get(&pod) {
            return Rc::clone(known);
        }
        let nodes: Rc<[NodeId]> = nodes_for(self.snapshot(), pod).into();
        self.places.borrow_mut().insert(pod, Rc::clone(&nodes));
        nodes
    }

    /// The addresses that some nodes put in.
    pub(crate) fn own_addresses(&self, nodes: &[NodeId], role: usize) -> Arc<OwnAddresses> {
        each_node::known(&mut self.own_addresses.borrow_mut(), &self.open, nodes, role)
    }

    /// The nodes of each kind, in order.
    pub(crate) fn nodes_by_kind(&self) -> &[Vec<NodeId>] {
        self.nodes_by_kind.get_or_init(|| {
            let mut kinds: BTreeMap<u32, Vec<NodeId>> = BTreeMap::new();
            for id in self.snapshot().nodes.ids() {
                kinds.entry(self.network.node_kind(id)).or_default().push(id);
            }
            kinds.into_values().collect()
        })
    }

    /// The pods that have a network of their own, each with its node and with a number for what tells senders of nodes apart: the
    /// node's kind and its zone.
    pub(crate) fn senders(&self) -> &[(PodId, Option<NodeId>, usize)] {
        self.senders.get_or_init(|| {
            let snapshot = self.snapshot();
            let mut kinds = BTreeMap::new();
            let pods = snapshot.pods.iter().filter(|(_, pod)| pod.is_active() && !pod.host_network);
            let sender = |(id, pod): (PodId, &'n Arc<Pod>)| {
                let home = pod.node.as_ref().and_then(|name| snapshot.node(name));
                let zone = home.and_then(|home| snapshot.nodes[home].labels.get(ZONE));
                let next = kinds.len();
                let kind = home.map(|home| self.network.node_kind(home));
                (id, home, *kinds.entry((kind, zone)).or_insert(next))
            };
            pods.map(sender).collect()
        })
    }

    /// Whether a node has an IPv4 address, and whether one has an IPv6 address.
    pub(crate) fn node_families(&self) -> [bool; 2] {
        *self.node_families.get_or_init(|| {
            [false, true].map(|v6| {
                let of_family = |node: &Node| node.addresses.iter().any(|address| address.address.is_ipv6() == v6);
                self.snapshot().nodes.rows().iter().any(of_family)
            })
        })
    }

    /// The pods of a namespace that a selector can select, in order.
    pub(crate) fn candidates(&self, namespace: &Name) -> Rc<[PodId]> {
        if let Some(known) = self.candidates.borrow().get(namespace) {
            return Rc::clone(known);
        }
        let pods = self.snapshot().pods_of(namespace).filter(|(_, pod)| pod.is_active() && !pod.host_network);
        let pods: Rc<[PodId]> = pods.map(|(id, _)| id).collect();
        self.candidates.borrow_mut().insert(namespace.clone(), Rc::clone(&pods));
        pods
    }
}

fn members(snapshot: &Snapshot) -> Vec<(IpAddr, Member)> {
    let pods = snapshot.pods.iter().filter(|(_, pod)| pod.is_active() && !pod.host_network);
    let pods = pods.flat_map(|(id, pod)| pod.addresses.iter().map(move |address| (*address, Member::Pod(id))));
    let nodes = snapshot.nodes.iter();
    let nodes =
        nodes.flat_map(|(id, node)| node.addresses.iter().map(move |address| (address.address, Member::Node(id))));
    let mut members: Vec<(IpAddr, Member)> = pods.chain(nodes).collect();
    members.sort_unstable();
    members
}

fn services_by_pod(snapshot: &Snapshot) -> BTreeMap<PodId, Vec<ServiceId>> {
    let mut by_pod: BTreeMap<PodId, Vec<ServiceId>> = BTreeMap::new();
    for service in snapshot.services.ids() {
        let endpoints = snapshot.endpoint_slices(service).iter().flat_map(|slice| &slice.endpoints);
        for pod in endpoints.flat_map(|endpoint| snapshot.pods_with_address(endpoint.address)) {
            let services = by_pod.entry(*pod).or_default();
            if services.last() != Some(&service) {
                services.push(service);
            }
        }
    }
    by_pod
}

/// The blocks of single addresses.
pub(crate) fn singles(addresses: impl Iterator<Item = IpAddr>) -> AddressSet {
    addresses.map(IpNet::from).collect()
}
