//! What can happen to a cluster, as far as policies and those that they are about are concerned.

use std::sync::Arc;

use bulkhead_model::object::{ClusterNetworkPolicy, Namespace, NetworkPolicy, Node, Pod};
use bulkhead_model::{Name, NamespacedName, ObjectRef};

/// One change of one object.
#[derive(Clone, Debug)]
pub enum Change {
    /// An object is there now, or is another now.
    Put(Object),
    /// An object is there no more. One that never was there changes nothing.
    Gone(Reference),
}

/// An object that decides who reaches whom.
#[derive(Clone, Debug)]
pub enum Object {
    /// A namespace: its labels.
    Namespace(Namespace),
    /// A node: its labels and addresses.
    Node(Node),
    /// A pod: its labels, addresses, node, phase and named ports.
    Pod(Arc<Pod>),
    /// A NetworkPolicy.
    NetworkPolicy(Arc<NetworkPolicy>),
    /// A ClusterNetworkPolicy, AdminNetworkPolicy or BaselineAdminNetworkPolicy.
    ClusterNetworkPolicy(ClusterNetworkPolicy),
}

/// The name of such an object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reference {
    /// A namespace.
    Namespace(Name),
    /// A node.
    Node(Name),
    /// A pod.
    Pod(NamespacedName),
    /// A policy of any kind.
    Policy(ObjectRef),
}

impl Object {
    /// Its name.
    pub fn reference(&self) -> Reference {
        match self {
            Self::Namespace(namespace) => Reference::Namespace(namespace.name.clone()),
            Self::Node(node) => Reference::Node(node.name.clone()),
            Self::Pod(pod) => Reference::Pod(pod.name.clone()),
            Self::NetworkPolicy(policy) => Reference::Policy(ObjectRef::namespaced("NetworkPolicy", &policy.name)),
            Self::ClusterNetworkPolicy(policy) => Reference::Policy(policy.object_ref()),
        }
    }
}
