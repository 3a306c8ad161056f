//! Boxes in the space of packets, and what is left of one when others are taken away.

use std::collections::BTreeMap;

use bulkhead_model::{AddressSet, Name};
use bulkhead_policy::rule::BlockMeaning;

use super::label_values::LabelValues;
use super::ports::PortArea;

/// Whose label it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Owner {
    /// The pod that the policy is about.
    Subject,
    /// That pod's namespace.
    SubjectNamespace,
    /// The pod on the other side.
    Peer,
    /// The namespace of the pod on the other side.
    PeerNamespace,
    /// The node on the other side.
    Node,
}

/// What the other sides of an area are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Everybody. Covered by the same only: whether pods, nodes and addresses together are everybody, engines do not agree.
    Everybody,
    /// Pods, by their labels.
    Pods,
    /// Nodes, by their labels.
    Nodes,
    /// Whoever has one of these addresses.
    Addresses(AddressSet, BlockMeaning),
}

/// A box: every packet whose labels, other side and port are all in these sets. A label that is not named may be anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Area {
    pub(super) labels: BTreeMap<(Owner, Name), LabelValues>,
    pub(super) kind: Kind,
    pub(super) ports: PortArea,
}

/// What is left of an area.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Remainder {
    /// Nothing: the others hold all of it.
    Nothing,
    /// Something.
    Something,
    /// The question was too large to be answered.
    Unknown,
}

/// How many boxes a remainder may fall into. What people write stays below a hundred.
const MOST_BOXES: usize = 4_096;

/// What is left of an area when others are taken away.
pub(crate) fn remainder<'a>(area: &Area, others: impl IntoIterator<Item = &'a Area>) -> Remainder {
    match parts_without(vec![area.clone()], others) {
        None => Remainder::Unknown,
        Some(left) if left.is_empty() => Remainder::Nothing,
        Some(_) => Remainder::Something,
    }
}

/// What is left of some boxes when others are taken away, as boxes that do not overlap; `None` where they become too many.
pub(crate) fn parts_without<'a>(mut left: Vec<Area>, others: impl IntoIterator<Item = &'a Area>) -> Option<Vec<Area>> {
    left.retain(|part| !part.is_empty());
    for other in others {
        if left.iter().all(|part| part.misses(other)) {
            continue;
        }
        left = left.iter().flat_map(|part| part.without(other)).collect();
        if left.is_empty() {
            break;
        }
        if left.len() > MOST_BOXES {
            return None;
        }
    }
    Some(left)
}

impl Area {
    /// Whether no packet can be in it.
    pub(crate) fn is_empty(&self) -> bool {
        let no_address = matches!(&self.kind, Kind::Addresses(addresses, _) if addresses.is_empty());
        no_address || self.ports.is_empty() || self.labels.values().any(LabelValues::is_empty)
    }

    /// Whether some packet may be in both.
    pub(crate) fn meets(&self, other: &Self) -> bool {
        if !self.ports.meets(&other.ports) {
            return false;
        }
        let kinds = || self.kind.may_cover(&other.kind) || other.kind.may_cover(&self.kind);
        let is_common = |(key, values): (&(Owner, Name), &LabelValues)| {
            other.labels.get(key).is_none_or(|others| !values.intersection(others).is_empty())
        };
        let labels = || self.labels.iter().all(is_common);
        kinds() && labels() && !self.is_empty() && !other.is_empty()
    }

    /// Whether the two surely have nothing in common, seen without making anything.
    fn misses(&self, other: &Self) -> bool {
        let labels = |(key, values): (&(Owner, Name), &LabelValues)| {
            other.labels.get(key).is_some_and(|others| values.intersection(others).is_empty())
        };
        !self.ports.meets(&other.ports) || !other.kind.may_cover(&self.kind) || self.labels.iter().any(labels)
    }

    /// The parts that another area does not hold, as boxes that do not overlap.
    fn without(&self, other: &Self) -> Vec<Self> {
        if self.misses(other) {
            return vec![self.clone()];
        }
        let (mut parts, mut inside) = (Vec::new(), self.clone());
        for (key, others) in &other.labels {
            let values = inside.labels.get(key).cloned().unwrap_or_else(LabelValues::any);
            let mut outside = inside.clone();
            outside.labels.insert(key.clone(), values.difference(others));
            parts.push(outside);
            inside.labels.insert(key.clone(), values.intersection(others));
        }
        if let (Kind::Addresses(addresses, meaning), Kind::Addresses(others, _)) = (&self.kind, &other.kind) {
            parts.push(Self { kind: Kind::Addresses(addresses.difference(others), *meaning), ..inside.clone() });
            inside.kind = Kind::Addresses(addresses.intersection(others), *meaning);
        }
        parts.push(Self { ports: inside.ports.difference(&other.ports), ..inside });
        parts.retain(|part| !part.is_empty());
        parts
    }
}

impl Kind {
    /// Whether some of what this is may be some of the other.
    fn may_cover(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Everybody, _) | (Self::Pods, Self::Pods) | (Self::Nodes, Self::Nodes) => true,
            (Self::Addresses(addresses, meaning), Self::Addresses(others, others_meaning)) => {
                let means_as_much = meaning == others_meaning || *meaning == BlockMeaning::Everybody;
                means_as_much && !addresses.intersection(others).is_empty()
            }
            _ => false,
        }
    }
}
