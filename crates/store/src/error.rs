//! Why a store did not do as it was told.

use std::fmt;
use std::time::Duration;

use crate::ObjectKey;

/// Why a store did not do as it was told. The kinds are those of the Kubernetes API's `Status`.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// There is no such object.
    #[error("{resource} `{key}` not found")]
    NotFound {
        /// The kind, as `networkpolicies.networking.k8s.io`.
        resource: String,
        /// What was asked for.
        key: ObjectKey,
    },
    /// Nothing here serves such a kind.
    #[error("the store has no kind `{0}`")]
    NoSuchKind(String),
    /// An object of that name is there.
    #[error("{resource} `{key}` is there already")]
    AlreadyExists {
        /// The kind.
        resource: String,
        /// What was to be created.
        key: ObjectKey,
    },
    /// The object is no longer what the writer saw, or somebody else manages the field. Read it again, and decide again.
    #[error("{message}{}", Listed(causes))]
    Conflict {
        /// What happened.
        message: String,
        /// For an apply, the fields and who manages them.
        causes: Vec<Cause>,
    },
    /// The object is not what its schema allows.
    #[error("{resource} `{key}` is invalid{}", Listed(causes))]
    Invalid {
        /// The kind.
        resource: String,
        /// The object.
        key: ObjectKey,
        /// What is wrong, field by field.
        causes: Vec<Cause>,
    },
    /// The request itself makes no sense.
    #[error("{0}")]
    BadRequest(String),
    /// Nobody knows who asks: no credentials, or expired ones.
    #[error("not authenticated: {0}")]
    Unauthorized(String),
    /// Whoever asks may not do this.
    #[error("{0}")]
    Forbidden(String),
    /// The history no longer reaches back to the version that a watch was to start from. List again, and watch from there.
    #[error("resourceVersion is too old: {0}")]
    Expired(String),
    /// The store cannot answer now; whether a write happened is not known.
    #[error("the store does not answer: {message}")]
    Unavailable {
        /// What happened.
        message: String,
        /// When to ask again, if the store said so.
        retry_after: Option<Duration>,
    },
    /// Anything else.
    #[error("{0}")]
    Internal(String),
}

impl StoreError {
    /// A store that cannot answer.
    pub fn unavailable(message: impl fmt::Display) -> Self {
        Self::Unavailable { message: message.to_string(), retry_after: None }
    }

    /// The kind of error as one stable word.
    pub fn reason(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => "NotFound",
            Self::NoSuchKind(_) => "NoSuchKind",
            Self::AlreadyExists { .. } => "AlreadyExists",
            Self::Conflict { .. } => "Conflict",
            Self::Invalid { .. } => "Invalid",
            Self::BadRequest(_) => "BadRequest",
            Self::Unauthorized(_) => "Unauthorized",
            Self::Forbidden(_) => "Forbidden",
            Self::Expired(_) => "Expired",
            Self::Unavailable { .. } => "Unavailable",
            Self::Internal(_) => "Internal",
        }
    }
}

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cause {
    /// The field: `spec.ingress[0].ports[1].port`.
    pub field: String,
    /// What is wrong with it.
    pub message: String,
}

impl Cause {
    /// Something wrong with a field.
    pub fn new(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self { field: field.into(), message: message.into() }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.field.is_empty() { f.write_str(&self.message) } else { write!(f, "{}: {}", self.field, self.message) }
    }
}

/// Causes behind a message.
struct Listed<'a>(&'a [Cause]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, cause) in self.0.iter().enumerate() {
            write!(f, "{}{cause}", if index == 0 { ": " } else { "; " })?;
        }
        Ok(())
    }
}
