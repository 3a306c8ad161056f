//! A kind of object as an API serves it.

use std::borrow::Cow;
use std::fmt;

/// Whether objects of a kind live in a namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// They do.
    Namespaced,
    /// There is one set of them for the whole cluster.
    Cluster,
}

/// A kind of object, with everything that it takes to ask an API for one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// `networking.k8s.io`; empty for the core group.
    pub group: Cow<'static, str>,
    /// `v1`
    pub version: Cow<'static, str>,
    /// `NetworkPolicy`
    pub kind: Cow<'static, str>,
    /// `networkpolicies`
    pub plural: Cow<'static, str>,
    /// Whether objects live in a namespace.
    pub scope: Scope,
}

impl Resource {
    /// A kind that is known when the program is written.
    pub const fn new(
        group: &'static str,
        version: &'static str,
        kind: &'static str,
        plural: &'static str,
        scope: Scope,
    ) -> Self {
        Self {
            group: Cow::Borrowed(group),
            version: Cow::Borrowed(version),
            kind: Cow::Borrowed(kind),
            plural: Cow::Borrowed(plural),
            scope,
        }
    }

    /// `apiVersion` of its objects: `networking.k8s.io/v1`, `v1`.
    pub fn api_version(&self) -> String {
        if self.group.is_empty() { self.version.to_string() } else { format!("{}/{}", self.group, self.version) }
    }

    /// The kind's name whatever its version: `networkpolicies.networking.k8s.io`, `pods`.
    pub fn group_resource(&self) -> String {
        if self.group.is_empty() { self.plural.to_string() } else { format!("{}.{}", self.plural, self.group) }
    }

    /// The path of its objects: `/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies`. Without a namespace, those of all.
    pub fn path(&self, namespace: Option<&str>) -> String {
        let root = if self.group.is_empty() { "/api" } else { "/apis" };
        let namespace = namespace.filter(|_| self.scope == Scope::Namespaced);
        let namespace = namespace.map(|name| format!("/namespaces/{name}")).unwrap_or_default();
        format!("{root}/{}{namespace}/{}", self.api_version(), self.plural)
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.group_resource())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_the_api() {
        let policies = Resource::new("networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies", Scope::Namespaced);
        assert_eq!(policies.path(Some("shop")), "/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies");
        assert_eq!(policies.path(None), "/apis/networking.k8s.io/v1/networkpolicies");
        let nodes = Resource::new("", "v1", "Node", "nodes", Scope::Cluster);
        assert_eq!(nodes.path(Some("shop")), "/api/v1/nodes");
    }
}
