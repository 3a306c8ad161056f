//! A policy that is there and of which nobody here knows what it says: it could not be read, or its kind is not understood.

use super::Direction;
use crate::{LabelSelector, Name, ObjectRef, Position};

/// A policy that may say anything about the pods that it may be about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadPolicy {
    /// Its API group; empty where the object does not say one.
    pub group: Name,
    /// The policy.
    pub object: ObjectRef,
    /// Whom it may be about.
    pub subjects: Vec<UnreadSubject>,
    /// Where it stands.
    pub position: Position,
}

/// Pods that a policy may be about. What could not be read for sure leaves them more, never fewer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadSubject {
    /// Their namespace; `None` means any.
    pub namespace: Option<Name>,
    /// Their labels.
    pub pods: LabelSelector,
    /// The directions in which it may say something.
    pub directions: Vec<Direction>,
}

impl UnreadSubject {
    /// Every pod of a namespace, or of all of them, in both directions.
    pub fn everything_in(namespace: Option<Name>) -> Self {
        Self { namespace, pods: LabelSelector::everything(), directions: vec![Direction::Ingress, Direction::Egress] }
    }
}
