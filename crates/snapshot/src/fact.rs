//! Facts about the cluster that no single field states: found in objects, or given by the user, or unknown.

use bulkhead_model::{ObjectRef, Position};

/// A fact, with how it came to be known. There is no default: what nobody said is [`Fact::Unknown`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fact<T> {
    /// It is known.
    Known {
        /// The fact.
        value: T,
        /// What shows it.
        evidence: Evidence,
    },
    /// Nothing in the input shows it.
    Unknown,
    /// The input contradicts itself; the narrowest honest answer is "unknown".
    Contradicted {
        /// What shows one thing, and what another.
        evidence: Vec<Evidence>,
    },
}

/// What shows a fact.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Evidence {
    /// A field of an object.
    Field {
        /// The object.
        object: ObjectRef,
        /// The field, as `data["config.conf"].mode`.
        field: String,
        /// What stands there, as text.
        value: String,
        /// Where the object stands.
        position: Position,
    },
    /// The user said so on the command line or in a settings file.
    Override {
        /// The option's name, as `--proxy-mode`.
        option: &'static str,
    },
    /// The component's documented default, because the object that could set it is there and does not.
    Default {
        /// The object that leaves it out.
        object: ObjectRef,
        /// The field that would say otherwise.
        field: String,
    },
}

impl<T> Fact<T> {
    /// The fact, if it is known.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Known { value, .. } => Some(value),
            Self::Unknown | Self::Contradicted { .. } => None,
        }
    }

    /// A known fact.
    pub fn known(value: T, evidence: Evidence) -> Self {
        Self::Known { value, evidence }
    }
}
