//! Where a pod may run, as far as manifests say it.

use crate::{Labels, Name, Requirement};

/// What a pod asks of its node. What is not here (resources, spreading, affinity to other pods, volumes) may forbid more.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Scheduling {
    /// `spec.nodeSelector`.
    pub node_selector: Labels,
    /// `requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms`: one of them must hold. `None` where there is no such
    /// field.
    pub terms: Option<Vec<NodeTerm>>,
    /// `spec.tolerations`, without those that every pod is given.
    pub tolerations: Vec<Toleration>,
}

/// One term of a pod's node affinity.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct NodeTerm {
    /// `matchExpressions` about the node's labels.
    pub expressions: Vec<Requirement>,
    /// `matchFields`: the names that the node may have. `None` where it may have any.
    pub names: Option<Vec<Name>>,
    /// Whether something in it was not understood (`Gt`, `Lt`, other fields): the term may hold for fewer nodes.
    pub more: bool,
}

/// A taint that a pod can stand.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Toleration {
    /// `key`; `None` for every key.
    pub key: Option<Name>,
    /// `value`; `None` for every value (`operator: Exists`).
    pub value: Option<Name>,
    /// `effect`; `None` for every effect.
    pub effect: Option<Name>,
}

/// `spec.taints` of a node.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Taint {
    /// `key`.
    pub key: Name,
    /// `value`, empty where it is missing.
    pub value: Name,
    /// `effect`.
    pub effect: Name,
}
