//! Names of objects, and references to objects, in kubectl's spelling.

use std::fmt;

/// A Kubernetes name, namespace, label key or label value. Short ones are stored without an allocation.
pub type Name = smol_str::SmolStr;

/// The name of a namespaced object. Orders by namespace, then name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NamespacedName {
    /// The namespace that the object lives in.
    pub namespace: Name,
    /// The object's name in it.
    pub name: Name,
}

impl NamespacedName {
    /// The name `namespace/name`.
    pub fn new(namespace: impl Into<Name>, name: impl Into<Name>) -> Self {
        Self { namespace: namespace.into(), name: name.into() }
    }
}

impl fmt::Display for NamespacedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)
    }
}

/// A reference to any object: `Pod shop/web-0`, `Node n1`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectRef {
    /// The kind as Kubernetes spells it: `NetworkPolicy`, `Service`.
    pub kind: Name,
    /// The namespace, or `None` for a kind that is not namespaced.
    pub namespace: Option<Name>,
    /// The name.
    pub name: Name,
}

impl ObjectRef {
    /// A reference to an object that lives in a namespace.
    pub fn namespaced(kind: impl Into<Name>, name: &NamespacedName) -> Self {
        Self { kind: kind.into(), namespace: Some(name.namespace.clone()), name: name.name.clone() }
    }

    /// A reference to an object of the whole cluster.
    pub fn cluster(kind: impl Into<Name>, name: impl Into<Name>) -> Self {
        Self { kind: kind.into(), namespace: None, name: name.into() }
    }
}

impl fmt::Display for ObjectRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.namespace {
            Some(namespace) => write!(f, "{} {namespace}/{}", self.kind, self.name),
            None => write!(f, "{} {}", self.kind, self.name),
        }
    }
}
