//! What is watched.

use bulkhead_analysis::model::NamespacedName;
use bulkhead_store::{KnownKind, Resource, Selection};

/// A kind of object that is kept. In the order in which they are listed: what others depend on comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    Namespace,
    Workspace,
    WorkspaceTemplate,
    Node,
    ConfigMap,
    DaemonSet,
    Service,
    EndpointSlice,
    Pod,
    NetworkPolicy,
    Entry,
    Allowlist,
    Exposure,
    /// What only Exposures depend on, by its `plural.group`.
    Surroundings(&'static str),
}

impl Kind {
    /// The kind's name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Namespace => "Namespace",
            Self::Workspace => "Workspace",
            Self::WorkspaceTemplate => "WorkspaceTemplate",
            Self::Node => "Node",
            Self::ConfigMap => "ConfigMap",
            Self::DaemonSet => "DaemonSet",
            Self::Service => "Service",
            Self::EndpointSlice => "EndpointSlice",
            Self::Pod => "Pod",
            Self::NetworkPolicy => "NetworkPolicy",
            Self::Entry => "NamespaceNetworkPolicy",
            Self::Allowlist => "WorkspaceAllowlist",
            Self::Exposure => "Exposure",
            Self::Surroundings(group_resource) => group_resource,
        }
    }
}

/// One thing that is watched.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source {
    pub(crate) kind: Kind,
    /// `plural.group`, as the catalogue has it.
    group_resource: &'static str,
    /// Only objects of this namespace.
    pub(crate) namespace: Option<&'static str>,
    /// Only the one of this name.
    name: Option<&'static str>,
}

const fn everywhere(kind: Kind, group_resource: &'static str) -> Source {
    Source { kind, group_resource, namespace: None, name: None }
}

const fn surroundings(group_resource: &'static str) -> Source {
    everywhere(Kind::Surroundings(group_resource), group_resource)
}

const fn settings(namespace: &'static str, name: Option<&'static str>) -> Source {
    Source { kind: Kind::ConfigMap, group_resource: "configmaps", namespace: Some(namespace), name }
}

/// Everything that is watched. ConfigMaps are where settings stand, and those of tenants are nobody's business; neither are the others
/// of KubeSphere's. What only Exposures depend on may be missing, or nobody's business, in many clusters.
pub(crate) const SOURCES: &[Source] = &[
    everywhere(Kind::Namespace, "namespaces"),
    everywhere(Kind::Workspace, "workspaces.tenant.kubesphere.io"),
    everywhere(Kind::WorkspaceTemplate, "workspacetemplates.tenant.kubesphere.io"),
    everywhere(Kind::Node, "nodes"),
    settings("kubesphere-system", Some("kubesphere-config")),
    settings("kube-system", None),
    settings("kube-flannel", Some("kube-flannel-cfg")),
    everywhere(Kind::DaemonSet, "daemonsets.apps"),
    everywhere(Kind::Service, "services"),
    everywhere(Kind::EndpointSlice, "endpointslices.discovery.k8s.io"),
    everywhere(Kind::Pod, "pods"),
    everywhere(Kind::NetworkPolicy, "networkpolicies.networking.k8s.io"),
    everywhere(Kind::Entry, "namespacenetworkpolicies.network.kubesphere.io"),
    everywhere(Kind::Allowlist, "workspaceallowlists.network.bulkhead.dev"),
    everywhere(Kind::Exposure, "exposures.network.bulkhead.dev"),
    surroundings("ingresses.networking.k8s.io"),
    surroundings("ingressclasses.networking.k8s.io"),
    surroundings("ingressclassparams.elbv2.k8s.aws"),
    surroundings("loadbalancerconfigurations.gateway.k8s.aws"),
    surroundings("targetgroupconfigurations.gateway.k8s.aws"),
    surroundings("ippools.crd.projectcalico.org"),
    surroundings("felixconfigurations.crd.projectcalico.org"),
    surroundings("eips.network.kubesphere.io"),
    surroundings("ipaddresspools.metallb.io"),
    surroundings("l2advertisements.metallb.io"),
    surroundings("bgpadvertisements.metallb.io"),
    surroundings("ciliumnodes.cilium.io"),
    surroundings("subnets.kubeovn.io"),
    surroundings("ciliumloadbalancerippools.cilium.io"),
    surroundings("ciliuml2announcementpolicies.cilium.io"),
    surroundings("ciliumbgpclusterconfigs.cilium.io"),
    surroundings("gatewayclasses.gateway.networking.k8s.io"),
    surroundings("gateways.gateway.networking.k8s.io"),
    surroundings("httproutes.gateway.networking.k8s.io"),
    surroundings("grpcroutes.gateway.networking.k8s.io"),
    surroundings("tlsroutes.gateway.networking.k8s.io"),
    surroundings("tcproutes.gateway.networking.k8s.io"),
    surroundings("referencegrants.gateway.networking.k8s.io"),
    surroundings("adminnetworkpolicies.policy.networking.k8s.io"),
    surroundings("baselineadminnetworkpolicies.policy.networking.k8s.io"),
    surroundings("clusternetworkpolicies.policy.networking.k8s.io"),
];

impl Source {
    /// Whether nothing but Exposures depends on it.
    pub(crate) fn is_surroundings(&self) -> bool {
        matches!(self.kind, Kind::Surroundings(_))
    }

    /// Whether it is of a kind.
    pub(crate) fn is_of(&self, resource: &Resource) -> bool {
        resource.group_resource() == self.group_resource
    }

    /// The kind for a store.
    pub(crate) fn resource(&self) -> Resource {
        resource(self.group_resource)
    }

    /// Which objects of it.
    pub(crate) fn selection(&self) -> Selection {
        let (namespace, name) = (self.namespace.map(str::to_owned), self.name.map(str::to_owned));
        Selection { namespace, name, ..Selection::all() }
    }

    /// Whether an object would be one of them.
    pub(crate) fn holds(&self, name: &NamespacedName) -> bool {
        self.namespace.is_none_or(|namespace| name.namespace == namespace)
            && self.name.is_none_or(|own| name.name == own)
    }
}

/// NetworkPolicies, for a store.
pub(crate) fn network_policies() -> Resource {
    resource("networkpolicies.networking.k8s.io")
}

impl Kind {
    /// A kind of our own, whose objects have a status, for a store.
    pub(crate) fn with_status(self) -> Option<Resource> {
        let is_ours = matches!(self, Self::Entry | Self::Allowlist | Self::Exposure);
        let source = SOURCES.iter().find(|source| is_ours && source.kind == self);
        source.map(Source::resource)
    }
}

/// A kind of the catalogue; a test asks for every one that is used.
pub(crate) fn resource(group_resource: &str) -> Resource {
    let known = KnownKind::of_group_resource(group_resource);
    known.map_or_else(|| Resource::new("", "", "", "", bulkhead_store::Scope::Cluster), |known| known.resource.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_used_is_in_the_catalogue() {
        for source in SOURCES {
            assert!(!source.resource().kind.is_empty(), "{source:?}");
        }
        for used in [network_policies(), resource("leases.coordination.k8s.io"), resource("events.events.k8s.io")] {
            assert!(!used.kind.is_empty());
        }
    }
}
