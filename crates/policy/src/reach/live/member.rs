//! Pods and nodes come, go and change: they enter classes and leave them.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

use bulkhead_model::object::{Node, Pod};
use bulkhead_model::{Name, NamespacedName};

use super::{Live, Member};
use crate::reach::address_cells::axis;
use crate::reach::class_set::ClassId;
use crate::reach::universe::{Family, addresses_of_node, one_of_each_family};

/// Who has an address.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Holder {
    Node(Name),
    Pod(NamespacedName),
}

type Addresses = [Option<IpAddr>; 2];

impl Live {
    pub(super) fn put_pod(&mut self, pod: Arc<Pod>) {
        self.remove_pod(&pod.name);
        let class = pod.is_active().then(|| self.enter_pod(&pod));
        self.remember_pod(pod, class);
    }

    pub(super) fn remove_pod(&mut self, name: &NamespacedName) {
        let Some(Member { object: pod, class }) = self.pods.remove(name) else { return };
        if let Some(class) = class {
            self.reach.universe.leave(class);
        }
        if let Some(pods) = host_node(&pod).and_then(|node| self.host_pods.get_mut(node)) {
            pods.remove(name);
        }
        self.forget_addresses(&Holder::Pod(name.clone()), one_of_each_family(&pod.addresses));
    }

    fn enter_pod(&mut self, pod: &Pod) -> ClassId {
        self.live_in(&pod.name.namespace);
        let class = self.reach.universe.add_pod(pod);
        if self.reach.universe.class(class).members == 1 {
            self.settle_new(class, Some(&pod.name.namespace));
        }
        class
    }

    pub(super) fn remember_pod(&mut self, pod: Arc<Pod>, class: Option<ClassId>) {
        if let Some(node) = host_node(&pod) {
            self.host_pods.entry(node.clone()).or_default().insert(pod.name.clone());
        }
        self.remember_addresses(&Holder::Pod(pod.name.clone()), one_of_each_family(&pod.addresses));
        self.pods.insert(pod.name.clone(), Member { object: pod, class });
    }

    pub(super) fn put_node(&mut self, node: Node) {
        self.forget_node(&node.name);
        let name = node.name.clone();
        let class = self.enter_node(&node);
        self.remember_node(node, class);
        self.reenter_host_pods(&name);
    }

    pub(super) fn remove_node(&mut self, name: &Name) {
        self.forget_node(name);
        self.reach.universe.remove_node(name);
        self.reenter_host_pods(name);
    }

    fn forget_node(&mut self, name: &Name) {
        let Some(Member { object: node, class }) = self.nodes.remove(name) else { return };
        if let Some(class) = class {
            self.reach.universe.leave(class);
        }
        self.forget_addresses(&Holder::Node(name.clone()), addresses_of_node(&node));
    }

    fn enter_node(&mut self, node: &Node) -> ClassId {
        let class = self.reach.universe.add_node(node);
        if self.reach.universe.class(class).members == 1 {
            self.settle_new(class, None);
        }
        class
    }

    pub(super) fn remember_node(&mut self, node: Node, class: ClassId) {
        self.remember_addresses(&Holder::Node(node.name.clone()), addresses_of_node(&node));
        self.nodes.insert(node.name.clone(), Member { object: node, class: Some(class) });
    }

    /// hostNetwork pods are their node.
    fn reenter_host_pods(&mut self, node: &Name) {
        for pod in self.host_pods.get(node).cloned().unwrap_or_default() {
            self.reenter_pod(&pod);
        }
    }

    fn reenter_pod(&mut self, name: &NamespacedName) {
        let Some(Member { object: pod, class }) = self.pods.remove(name) else { return };
        let class = class.map(|old| {
            self.reach.universe.leave(old);
            self.enter_pod(&pod)
        });
        self.pods.insert(name.clone(), Member { object: pod, class });
    }

    fn reenter_node(&mut self, name: &Name) {
        let Some(Member { object: node, class }) = self.nodes.remove(name) else { return };
        if let Some(old) = class {
            self.reach.universe.leave(old);
        }
        let class = Some(self.enter_node(&node));
        self.nodes.insert(name.clone(), Member { object: node, class });
        self.reenter_host_pods(name);
    }

    /// A policy asks for a label of pods that none asked for before.
    pub(super) fn tell_pods_apart_by(&mut self, key: &Name) {
        let has_key = |member: &&Member<Arc<Pod>>| member.class.is_some() && member.object.labels.get(key).is_some();
        let pods: Vec<NamespacedName> =
            self.pods.values().filter(has_key).map(|member| member.object.name.clone()).collect();
        for pod in &pods {
            self.reenter_pod(pod);
        }
    }

    /// A policy asks for a label of nodes that none asked for before.
    pub(super) fn tell_nodes_apart_by(&mut self, key: &Name) {
        let has_key = |member: &&Member<Node>| member.object.labels.get(key).is_some();
        let nodes: Vec<Name> = self.nodes.values().filter(has_key).map(|member| member.object.name.clone()).collect();
        for node in &nodes {
            self.reenter_node(node);
        }
    }

    /// A policy has a block that tells the addresses in these ranges from others.
    pub(super) fn tell_addresses_apart(&mut self, ranges: &[(u128, u128, Family)]) {
        let mut holders: BTreeSet<Holder> = BTreeSet::new();
        for (first, last, family) in ranges {
            let index = self.by_address.get(family.index());
            holders
                .extend(index.into_iter().flat_map(|index| index.range(first..=last)).flat_map(|(_, it)| it.clone()));
        }
        let mut left: BTreeSet<ClassId> = holders.iter().filter_map(|holder| self.class_of(holder)).collect();
        // The address that stands for a class may be that of a member which is gone.
        left.extend(ranges.iter().flat_map(|range| self.reach.universe.standing_in(*range)));
        for holder in &holders {
            match holder {
                Holder::Node(name) => self.reenter_node(name),
                Holder::Pod(name) => self.reenter_pod(name),
            }
        }
        left.retain(|class| self.reach.universe.class(*class).members > 0);
        // Or that of a member which has just left the class.
        let members = self.members_of(&left);
        for (class, addresses) in members {
            self.reach.universe.represent(class, addresses);
        }
    }

    fn class_of(&self, holder: &Holder) -> Option<ClassId> {
        match holder {
            Holder::Node(name) => self.nodes.get(name)?.class,
            Holder::Pod(name) => self.pods.get(name)?.class,
        }
    }

    /// The addresses of one member of each class that has any.
    fn members_of(&self, classes: &BTreeSet<ClassId>) -> Vec<(ClassId, Addresses)> {
        if classes.is_empty() {
            return Vec::new();
        }
        let nodes = self.nodes.values().map(|node| (node.class, addresses_of_node(&node.object)));
        let own = self.pods.values().filter(|pod| {
            let node = host_node(&pod.object).and_then(|node| self.nodes.get(node));
            node.is_none()
        });
        let pods = own.map(|pod| (pod.class, one_of_each_family(&pod.object.addresses)));
        let mut members: Vec<(ClassId, Addresses)> =
            nodes.chain(pods).filter_map(|(class, it)| Some((class.filter(|it| classes.contains(it))?, it))).collect();
        members.sort_by_key(|(class, _)| *class);
        members.dedup_by_key(|(class, _)| *class);
        members
    }

    fn remember_addresses(&mut self, holder: &Holder, addresses: Addresses) {
        for (index, address) in self.by_address.iter_mut().zip(addresses) {
            if let Some(address) = address {
                index.entry(axis(address)).or_default().push(holder.clone());
            }
        }
    }

    fn forget_addresses(&mut self, holder: &Holder, addresses: Addresses) {
        for (index, address) in self.by_address.iter_mut().zip(addresses) {
            let Some(address) = address.map(axis) else { continue };
            let Some(holders) = index.get_mut(&address) else { continue };
            holders.retain(|have| have != holder);
            if holders.is_empty() {
                index.remove(&address);
            }
        }
    }
}

/// The node whose network a pod has.
fn host_node(pod: &Pod) -> Option<&Name> {
    pod.node.as_ref().filter(|_| pod.host_network)
}
