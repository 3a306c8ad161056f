//! How something is read or written.

use crate::{Object, ObjectKey, Selector};

/// Which objects of a kind.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Selection {
    /// Only those of this namespace.
    pub namespace: Option<String>,
    /// Only the one of this name. Whoever may read only objects of some names has to say it.
    pub name: Option<String>,
    /// Only those whose labels match.
    pub labels: Selector,
}

impl Selection {
    /// Every object of the kind.
    pub fn all() -> Self {
        Self::default()
    }

    /// Those of a namespace.
    pub fn namespace(name: impl Into<String>) -> Self {
        Self { namespace: Some(name.into()), ..Self::default() }
    }

    /// The one object of a name.
    pub fn one(key: &ObjectKey) -> Self {
        Self { namespace: key.namespace.clone(), name: Some(key.name.clone()), ..Self::default() }
    }

    /// Whether an object is one of them.
    pub fn holds(&self, object: &Object) -> bool {
        self.namespace.as_deref().is_none_or(|namespace| object.namespace() == Some(namespace))
            && self.name.as_deref().is_none_or(|name| object.name() == name)
            && self.labels.matches(object)
    }
}

/// Which part of an object is written. Kinds with a status subresource take each part separately.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Part {
    /// Everything but `status`.
    #[default]
    Main,
    /// Only `status`.
    Status,
}

/// Whether a write happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Commit {
    /// It does.
    #[default]
    Write,
    /// Everything but the write happens: defaults, validation, conflicts.
    DryRun,
}

/// How an object is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write {
    /// Who manages the written fields, as in `metadata.managedFields`.
    pub manager: String,
    /// Which part.
    pub part: Part,
    /// Whether it happens.
    pub commit: Commit,
}

impl Write {
    /// A write of the main part.
    pub fn by(manager: impl Into<String>) -> Self {
        Self { manager: manager.into(), part: Part::Main, commit: Commit::Write }
    }

    /// The same for the status.
    #[must_use]
    pub fn status(self) -> Self {
        Self { part: Part::Status, ..self }
    }

    /// The same without the write.
    #[must_use]
    pub fn dry_run(self) -> Self {
        Self { commit: Commit::DryRun, ..self }
    }
}

/// What an apply does about fields that somebody else manages and that it would change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Conflicts {
    /// It fails, and names them.
    #[default]
    Fail,
    /// It takes them over.
    Force,
}

/// How an object is applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Apply {
    /// By whom, which part, and whether at all.
    pub write: Write,
    /// What about others' fields.
    pub conflicts: Conflicts,
}

impl Apply {
    /// An apply that takes over the fields that it names: what a controller wants of its own objects.
    pub fn force(write: Write) -> Self {
        Self { write, conflicts: Conflicts::Force }
    }

    /// An apply that fails where somebody else manages a field.
    pub fn fail(write: Write) -> Self {
        Self { write, conflicts: Conflicts::Fail }
    }
}

/// What happens to the objects that a deleted one owns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Propagation {
    /// They are deleted after it.
    #[default]
    Background,
    /// They stay, without the reference.
    Orphan,
}

/// How an object is deleted.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Delete {
    /// Only if this is its uid.
    pub uid: Option<String>,
    /// Only if this is its resourceVersion.
    pub resource_version: Option<String>,
    /// What happens to what it owns.
    pub propagation: Propagation,
    /// Whether it happens.
    pub commit: Commit,
}
