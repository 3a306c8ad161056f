//! Who there is: pods and nodes, in classes that no policy in play can tell apart.
//!
//! Pods are in one class if they have the same namespace, the same value for every label key that a selector in play asks
//! for, the same named ports, and addresses that the same blocks hold. hostNetwork pods have no class of their own: they
//! are their node, as no policy selects them and their packets carry the node's address.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use bulkhead_model::object::{Namespace, Node, Pod};
use bulkhead_model::{AddressSet, IpBlock, Labels, Name, PortNumber, Protocol};
use rustc_hash::FxHashMap;

use super::address_cells::{AddressCells, CellId, axis};
use super::class_set::{ClassId, ClassSet};
use super::in_play::InPlay;
use super::label_index::LabelIndex;
use crate::profile::Answer;
use crate::rule::BlockMeaning;

/// An address family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
}

impl Family {
    /// Both.
    pub const ALL: [Self; 2] = [Self::V4, Self::V6];

    /// The family of an address.
    pub fn of(address: IpAddr) -> Self {
        if address.is_ipv4() { Self::V4 } else { Self::V6 }
    }

    /// The address at a place of the family's axis.
    pub(crate) fn address(self, place: u128) -> IpAddr {
        match self {
            Self::V4 => IpAddr::V4(u32::try_from(place).unwrap_or(u32::MAX).into()),
            Self::V6 => IpAddr::V6(place.into()),
        }
    }

    pub(crate) fn index(self) -> usize {
        match self {
            Self::V4 => 0,
            Self::V6 => 1,
        }
    }
}

/// A named port of a pod: name, protocol, number.
pub(crate) type NamedPort = (Name, Protocol, PortNumber);

/// The number of a list of named ports.
pub(crate) type NamedPortsId = u32;

/// Pods or nodes that no policy in play can tell apart.
#[derive(Clone, Debug)]
pub(crate) struct Class {
    pub(crate) kind: ClassKind,
    /// An address of one member, per family; blocks in play hold those of all members or of none.
    pub(crate) addresses: [Option<IpAddr>; 2],
    pub(crate) named_ports: NamedPortsId,
    /// How many pods and nodes are in it, hostNetwork pods with their node; an empty class stays, unused, so that numbers keep their meaning.
    pub(crate) members: u32,
}

/// What a class is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClassKind {
    /// Pods with a network of their own, of one namespace.
    Pods {
        /// The namespace's number.
        namespace: u32,
    },
    /// Nodes, with all processes and hostNetwork pods on them.
    Nodes,
    /// hostNetwork pods of which nobody knows the node.
    HostPods,
}

impl Class {
    /// The families that it has addresses of.
    pub(crate) fn has(&self, family: Family) -> bool {
        self.addresses.get(family.index()).is_some_and(Option::is_some)
    }

    /// Whether nobody knows any address of it.
    pub(crate) fn is_unaddressed(&self) -> bool {
        self.addresses.iter().all(Option::is_none)
    }
}

/// What tells classes apart.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Signature {
    kind: u32,
    labels: Box<[u32]>,
    named_ports: NamedPortsId,
    cells: [Option<CellId>; 2],
}

/// A namespace, and the classes of pods in it.
#[derive(Clone, Debug)]
pub(crate) struct NamespaceEntry {
    pub(crate) labels: Labels,
    /// Sorted.
    pub(crate) classes: Vec<u32>,
}

/// All namespaces and classes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Universe {
    pub(crate) classes: Vec<Class>,
    by_signature: FxHashMap<Signature, ClassId>,
    pub(crate) namespaces: Vec<NamespaceEntry>,
    namespace_by_name: BTreeMap<Name, u32>,
    pub(crate) namespace_labels: LabelIndex,
    /// The classes of pods, sorted, and what their labels are.
    pub(crate) pods: Vec<u32>,
    pub(crate) pod_labels: LabelIndex,
    /// The classes of nodes, sorted, and what their labels are.
    pub(crate) nodes: Vec<u32>,
    pub(crate) node_labels: LabelIndex,
    cells: AddressCells,
    in_play: InPlay,
    label_numbers: BTreeMap<Name, BTreeMap<Name, u32>>,
    labels_known: u32,
    named_ports: Vec<Box<[NamedPort]>>,
    named_ports_known: BTreeMap<Box<[NamedPort]>, NamedPortsId>,
    /// Classes by the address of their member, per family.
    by_address: [BTreeSet<(u128, ClassId)>; 2],
    /// The classes of nodes, by name.
    node_classes: BTreeMap<Name, ClassId>,
}

impl Universe {
    /// Nobody yet, told apart by these label keys and blocks.
    pub(crate) fn new(in_play: InPlay) -> Self {
        let cells = AddressCells::new(&in_play.addresses());
        // The first list of named ports is the empty one: that of nodes, and of most pods.
        let (named_ports, named_ports_known) = (vec![Box::default()], BTreeMap::from([(Box::default(), 0)]));
        Self { cells, in_play, named_ports, named_ports_known, ..Self::default() }
    }

    // Numbers of classes come from here only, so this index is always in bounds.
    #[allow(clippy::indexing_slicing)]
    pub(crate) fn class(&self, class: ClassId) -> &Class {
        &self.classes[class.index()]
    }

    pub(crate) fn ids(&self) -> impl Iterator<Item = ClassId> + use<> {
        (0..u32::try_from(self.classes.len()).unwrap_or(u32::MAX)).map(ClassId)
    }

    pub(crate) fn namespace(&self, name: &Name) -> Option<u32> {
        self.namespace_by_name.get(name).copied()
    }

    pub(crate) fn namespace_entry(&self, number: u32) -> Option<&NamespaceEntry> {
        self.namespaces.get(number as usize)
    }

    /// The labels of the namespace of a class of pods.
    pub(crate) fn namespace_labels_of(&self, class: ClassId) -> Option<&Labels> {
        match self.class(class).kind {
            ClassKind::Pods { namespace } => self.namespace_entry(namespace).map(|entry| &entry.labels),
            ClassKind::Nodes | ClassKind::HostPods => None,
        }
    }

    pub(crate) fn named_ports(&self, id: NamedPortsId) -> &[NamedPort] {
        self.named_ports.get(id as usize).map_or(&[], AsRef::as_ref)
    }

    /// Adds a namespace that an object declares.
    pub(crate) fn add_namespace(&mut self, namespace: &Namespace) {
        let number = u32::try_from(self.namespaces.len()).unwrap_or(u32::MAX);
        self.namespace_by_name.insert(namespace.name.clone(), number);
        self.namespace_labels.add(number, namespace.labels.iter());
        self.namespaces.push(NamespaceEntry { labels: namespace.labels.clone(), classes: Vec::new() });
    }

    /// The number of a namespace; one that nothing declares has the label that the API server sets.
    pub(crate) fn namespace_or_new(&mut self, name: &Name) -> u32 {
        if let Some(known) = self.namespace(name) {
            return known;
        }
        let labels = Labels::default().with("kubernetes.io/metadata.name", name.clone());
        let number = u32::try_from(self.namespaces.len()).unwrap_or(u32::MAX);
        self.namespace_by_name.insert(name.clone(), number);
        self.namespace_labels.add(number, labels.iter());
        self.namespaces.push(NamespaceEntry { labels, classes: Vec::new() });
        number
    }

    /// Adds a node; gives its class.
    pub(crate) fn add_node(&mut self, node: &Node) -> ClassId {
        let class = self.enter(ClassKind::Nodes, &node.labels, 0, addresses_of_node(node));
        self.node_classes.insert(node.name.clone(), class);
        class
    }

    /// A node is there no more.
    pub(crate) fn remove_node(&mut self, name: &Name) {
        self.node_classes.remove(name);
    }

    /// The class of a node.
    pub(crate) fn class_of_node(&self, name: &Name) -> Option<ClassId> {
        self.node_classes.get(name).copied()
    }

    /// Adds an active pod; gives its class, which is its node's where it has no network of its own.
    pub(crate) fn add_pod(&mut self, pod: &Pod) -> ClassId {
        let addresses = one_of_each_family(&pod.addresses);
        if pod.host_network {
            let node = pod.node.as_ref().and_then(|node| self.class_of_node(node));
            if let Some((node, class)) = node.and_then(|node| Some((node, self.classes.get_mut(node.index())?))) {
                class.members += 1;
                return node;
            }
            return self.enter(ClassKind::HostPods, &Labels::default(), 0, addresses);
        }
        let namespace = self.namespace_or_new(&pod.name.namespace);
        let named_ports = self.intern_named_ports(pod);
        self.enter(ClassKind::Pods { namespace }, &pod.labels, named_ports, addresses)
    }

    fn enter(
        &mut self,
        kind: ClassKind,
        labels: &Labels,
        named_ports: NamedPortsId,
        addresses: [Option<IpAddr>; 2],
    ) -> ClassId {
        let signature = Signature {
            kind: match kind {
                ClassKind::Pods { namespace } => namespace,
                ClassKind::Nodes => u32::MAX,
                ClassKind::HostPods => u32::MAX - 1,
            },
            labels: self.labels_in_play(kind, labels),
            named_ports,
            cells: addresses.map(|address| address.map(|address| self.cells.cell(address))),
        };
        if let Some(known) = self.by_signature.get(&signature).copied() {
            if let Some(class) = self.classes.get_mut(known.index()) {
                class.members += 1;
                if class.members == 1 {
                    // It was empty, and blocks that came since then may tell its last member from this one.
                    self.represent(known, addresses);
                }
            }
            return known;
        }
        let id = ClassId(u32::try_from(self.classes.len()).unwrap_or(u32::MAX));
        self.by_signature.insert(signature, id);
        self.classes.push(Class { kind, addresses, named_ports, members: 1 });
        self.index(id, kind, labels, addresses);
        id
    }

    /// Takes one member out of a class.
    pub(crate) fn leave(&mut self, class: ClassId) {
        if let Some(class) = self.classes.get_mut(class.index()) {
            class.members = class.members.saturating_sub(1);
        }
    }

    /// Lets the addresses of another member stand for all of them.
    pub(crate) fn represent(&mut self, class: ClassId, addresses: [Option<IpAddr>; 2]) {
        let Some(entry) = self.classes.get_mut(class.index()) else { return };
        let old = std::mem::replace(&mut entry.addresses, addresses);
        for ((family, old), new) in self.by_address.iter_mut().zip(old).zip(addresses) {
            if let Some(old) = old {
                family.remove(&(axis(old), class));
            }
            family.extend(new.map(|new| (axis(new), class)));
        }
    }

    /// Gives a namespace other labels; gives its number.
    pub(crate) fn relabel_namespace(&mut self, name: &Name, labels: &Labels) -> u32 {
        let number = self.namespace_or_new(name);
        if let Some(entry) = self.namespaces.get_mut(number as usize) {
            self.namespace_labels.remove(number, entry.labels.iter());
            entry.labels = labels.clone();
            self.namespace_labels.add(number, entry.labels.iter());
        }
        number
    }

    /// Brings a label key of pods into play; gives whether it was not.
    pub(crate) fn ask_for_pod_key(&mut self, key: &Name) -> bool {
        self.in_play.pod_keys.insert(key.clone())
    }

    /// Brings a label key of nodes into play; gives whether it was not.
    pub(crate) fn ask_for_node_key(&mut self, key: &Name) -> bool {
        self.in_play.node_keys.insert(key.clone())
    }

    /// Brings a block into play; gives the ranges in which addresses are told apart now that were not.
    pub(crate) fn ask_for_block(&mut self, block: &IpBlock) -> Vec<(u128, u128, Family)> {
        if self.in_play.blocks.insert(block.clone()) {
            return self.cells.refine(&AddressSet::from_block(block));
        }
        Vec::new()
    }

    fn index(&mut self, id: ClassId, kind: ClassKind, labels: &Labels, addresses: [Option<IpAddr>; 2]) {
        for (family, address) in self.by_address.iter_mut().zip(addresses) {
            family.extend(address.map(|address| (axis(address), id)));
        }
        match kind {
            ClassKind::Pods { namespace } => {
                self.pods.push(id.0);
                if let Some(entry) = self.namespaces.get_mut(namespace as usize) {
                    entry.classes.push(id.0);
                }
                let keys = &self.in_play.pod_keys;
                self.pod_labels.add(id.0, labels.iter().filter(|(key, _)| keys.contains(key.as_str())));
            }
            ClassKind::Nodes => {
                self.nodes.push(id.0);
                let keys = &self.in_play.node_keys;
                self.node_labels.add(id.0, labels.iter().filter(|(key, _)| keys.contains(key.as_str())));
            }
            ClassKind::HostPods => {}
        }
    }

    /// The numbers of the labels whose keys are in play, in the order of keys.
    fn labels_in_play(&mut self, kind: ClassKind, labels: &Labels) -> Box<[u32]> {
        let keys = match kind {
            ClassKind::Pods { .. } => &self.in_play.pod_keys,
            ClassKind::Nodes | ClassKind::HostPods => &self.in_play.node_keys,
        };
        let mut numbers = Vec::new();
        for (key, value) in labels.iter().filter(|(key, _)| keys.contains(key.as_str())) {
            let of_key = self.label_numbers.entry(key.clone()).or_default();
            let next = self.labels_known;
            let number = *of_key.entry(value.clone()).or_insert(next);
            self.labels_known += u32::from(number == next);
            numbers.push(number);
        }
        numbers.into()
    }

    fn intern_named_ports(&mut self, pod: &Pod) -> NamedPortsId {
        let named = |port: &bulkhead_model::object::ContainerPort| {
            port.name.clone().map(|name| (name, port.protocol, port.number))
        };
        let mut ports: Vec<NamedPort> = pod.ports().filter_map(named).collect();
        ports.sort_unstable();
        ports.dedup();
        let ports: Box<[NamedPort]> = ports.into();
        if let Some(known) = self.named_ports_known.get(&ports) {
            return *known;
        }
        let id = NamedPortsId::try_from(self.named_ports.len()).unwrap_or(NamedPortsId::MAX);
        self.named_ports.push(ports.clone());
        self.named_ports_known.insert(ports, id);
        id
    }

    /// The classes with an address in a range, both ends included.
    pub(crate) fn with_address(&self, first: IpAddr, last: IpAddr) -> impl Iterator<Item = ClassId> + '_ {
        let index = self.by_address.get(Family::of(first).index());
        let range = (axis(first), ClassId(0))..=(axis(last), ClassId(u32::MAX));
        index.into_iter().flat_map(move |index| index.range(range.clone())).map(|(_, class)| *class)
    }

    /// The classes for which an address in a range stands.
    pub(crate) fn standing_in(
        &self,
        (first, last, family): (u128, u128, Family),
    ) -> impl Iterator<Item = ClassId> + '_ {
        let index = self.by_address.get(family.index());
        let range = (first, ClassId(0))..=(last, ClassId(u32::MAX));
        index.into_iter().flat_map(move |index| index.range(range.clone())).map(|(_, class)| *class)
    }

    /// The classes of which nobody knows an address and whose addresses, if they were known, would count.
    pub(crate) fn unaddressed(&self, habits: Habits) -> Unaddressed {
        let unaddressed = |id: &ClassId| self.class(*id).is_unaddressed();
        let counts = |id: &ClassId| habits.of(self.class(*id).kind) != Answer::No;
        Unaddressed {
            everybody: self.ids().filter(unaddressed).collect(),
            as_engine_decides: self.ids().filter(unaddressed).filter(counts).collect(),
        }
    }
}

/// Classes of which nobody knows an address, and for which blocks it matters.
#[derive(Clone, Debug, Default)]
pub(crate) struct Unaddressed {
    everybody: ClassSet,
    as_engine_decides: ClassSet,
}

impl Unaddressed {
    /// Adds a class of which nobody knows an address; gives whether it was not there.
    pub(crate) fn add(&mut self, class: ClassId, kind: ClassKind, habits: Habits) -> bool {
        if habits.of(kind) != Answer::No {
            self.as_engine_decides.insert(class);
        }
        self.everybody.insert(class)
    }

    /// Those for blocks of one meaning.
    pub(crate) fn for_blocks(&self, meaning: BlockMeaning) -> &ClassSet {
        match meaning {
            BlockMeaning::Everybody => &self.everybody,
            BlockMeaning::EngineDecides => &self.as_engine_decides,
        }
    }
}

/// Whose addresses blocks are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Habits {
    pub(crate) of_pods: Answer,
    pub(crate) of_nodes: Answer,
}

impl Habits {
    pub(crate) fn of(self, kind: ClassKind) -> Answer {
        match kind {
            ClassKind::Pods { .. } => self.of_pods,
            ClassKind::Nodes => self.of_nodes,
            ClassKind::HostPods => Answer::Yes,
        }
    }
}

/// A node's own packets carry its `InternalIP` unless an overlay gives them another; which, only the path knows.
pub(crate) fn addresses_of_node(node: &Node) -> [Option<IpAddr>; 2] {
    let all = node.addresses.iter().map(|address| address.address);
    let addresses: Vec<IpAddr> = node.internal_addresses().chain(all).collect();
    one_of_each_family(&addresses)
}

pub(crate) fn one_of_each_family(addresses: &[IpAddr]) -> [Option<IpAddr>; 2] {
    Family::ALL.map(|family| addresses.iter().copied().find(|address| Family::of(*address) == family))
}
