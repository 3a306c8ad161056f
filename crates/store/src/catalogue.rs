//! The kinds that Bulkhead reads or writes, as kubectl knows them.

use crate::{Resource, Scope};

/// A kind, and how people call it.
#[derive(Clone, Debug)]
pub struct KnownKind {
    /// The kind.
    pub resource: Resource,
    /// Short names for the command line.
    pub short_names: &'static [&'static str],
    /// Whether its status is a part of its own.
    pub status: bool,
}

impl KnownKind {
    /// The kind of an `apiVersion` and a `kind`, whatever the version: an object is one thing in all versions of its group.
    pub fn of(api_version: &str, kind: &str) -> Option<&'static Self> {
        let group = api_version.split_once('/').map_or("", |(group, _)| group);
        KINDS.iter().find(|known| known.resource.group == group && known.resource.kind == kind)
    }

    /// The kind that a word on the command line means: plural, singular, short name or `plural.group`, in any case.
    pub fn named(word: &str) -> Option<&'static Self> {
        let word = word.to_ascii_lowercase();
        KINDS.iter().find(|known| {
            known.short_names.contains(&word.as_str())
                || known.resource.plural == word
                || known.resource.kind.eq_ignore_ascii_case(&word)
                || known.resource.group_resource() == word
        })
    }

    /// The kind of a `plural.group`.
    pub fn of_group_resource(name: &str) -> Option<&'static Self> {
        KINDS.iter().find(|known| known.resource.group_resource() == name)
    }
}

/// Whether the status is a part of its own.
const STATUS: bool = true;
/// It is not.
const PLAIN: bool = false;

const fn namespaced(
    group: &'static str,
    version: &'static str,
    kind: &'static str,
    plural: &'static str,
    short_names: &'static [&'static str],
    status: bool,
) -> KnownKind {
    KnownKind { resource: Resource::new(group, version, kind, plural, Scope::Namespaced), short_names, status }
}

const fn cluster(
    group: &'static str,
    version: &'static str,
    kind: &'static str,
    plural: &'static str,
    short_names: &'static [&'static str],
    status: bool,
) -> KnownKind {
    KnownKind { resource: Resource::new(group, version, kind, plural, Scope::Cluster), short_names, status }
}

/// All of them, in an order in which they can be written: what others live in or refer to comes first.
pub const KINDS: &[KnownKind] = &[
    cluster("", "v1", "Namespace", "namespaces", &["ns"], STATUS),
    cluster("", "v1", "Node", "nodes", &["no"], STATUS),
    cluster("tenant.kubesphere.io", "v1alpha1", "Workspace", "workspaces", &[], PLAIN),
    cluster("tenant.kubesphere.io", "v1alpha2", "WorkspaceTemplate", "workspacetemplates", &[], PLAIN),
    cluster("elbv2.k8s.aws", "v1beta1", "IngressClassParams", "ingressclassparams", &[], PLAIN),
    cluster("networking.k8s.io", "v1", "IngressClass", "ingressclasses", &[], PLAIN),
    cluster("crd.projectcalico.org", "v1", "IPPool", "ippools", &[], PLAIN),
    cluster("crd.projectcalico.org", "v1", "FelixConfiguration", "felixconfigurations", &[], PLAIN),
    cluster("network.kubesphere.io", "v1alpha2", "Eip", "eips", &[], STATUS),
    namespaced("metallb.io", "v1beta1", "IPAddressPool", "ipaddresspools", &[], STATUS),
    namespaced("metallb.io", "v1beta1", "L2Advertisement", "l2advertisements", &[], STATUS),
    namespaced("metallb.io", "v1beta1", "BGPAdvertisement", "bgpadvertisements", &[], STATUS),
    cluster("cilium.io", "v2", "CiliumNode", "ciliumnodes", &["cn"], STATUS),
    cluster("kubeovn.io", "v1", "Subnet", "subnets", &["subnet"], STATUS),
    cluster("cilium.io", "v2", "CiliumLoadBalancerIPPool", "ciliumloadbalancerippools", &[], STATUS),
    cluster("cilium.io", "v2alpha1", "CiliumL2AnnouncementPolicy", "ciliuml2announcementpolicies", &[], STATUS),
    cluster("cilium.io", "v2", "CiliumBGPClusterConfig", "ciliumbgpclusterconfigs", &[], STATUS),
    namespaced("gateway.k8s.aws", "v1beta1", "LoadBalancerConfiguration", "loadbalancerconfigurations", &[], STATUS),
    namespaced("gateway.k8s.aws", "v1beta1", "TargetGroupConfiguration", "targetgroupconfigurations", &[], STATUS),
    cluster("gateway.networking.k8s.io", "v1", "GatewayClass", "gatewayclasses", &["gc"], STATUS),
    namespaced("gateway.networking.k8s.io", "v1", "Gateway", "gateways", &["gtw"], STATUS),
    namespaced("gateway.networking.k8s.io", "v1", "HTTPRoute", "httproutes", &[], STATUS),
    namespaced("gateway.networking.k8s.io", "v1", "GRPCRoute", "grpcroutes", &[], STATUS),
    namespaced("gateway.networking.k8s.io", "v1", "TLSRoute", "tlsroutes", &[], STATUS),
    namespaced("gateway.networking.k8s.io", "v1alpha2", "TCPRoute", "tcproutes", &[], STATUS),
    namespaced("gateway.networking.k8s.io", "v1beta1", "ReferenceGrant", "referencegrants", &["refgrant"], PLAIN),
    cluster("policy.networking.k8s.io", "v1alpha1", "AdminNetworkPolicy", "adminnetworkpolicies", &["anp"], STATUS),
    cluster(
        "policy.networking.k8s.io",
        "v1alpha1",
        "BaselineAdminNetworkPolicy",
        "baselineadminnetworkpolicies",
        &["banp"],
        STATUS,
    ),
    cluster("policy.networking.k8s.io", "v1alpha2", "ClusterNetworkPolicy", "clusternetworkpolicies", &["cnp"], STATUS),
    namespaced("", "v1", "ConfigMap", "configmaps", &["cm"], PLAIN),
    namespaced("apps", "v1", "Deployment", "deployments", &["deploy"], STATUS),
    namespaced("apps", "v1", "ReplicaSet", "replicasets", &["rs"], STATUS),
    namespaced("apps", "v1", "StatefulSet", "statefulsets", &["sts"], STATUS),
    namespaced("apps", "v1", "DaemonSet", "daemonsets", &["ds"], STATUS),
    namespaced("batch", "v1", "CronJob", "cronjobs", &["cj"], STATUS),
    namespaced("batch", "v1", "Job", "jobs", &[], STATUS),
    namespaced("", "v1", "ReplicationController", "replicationcontrollers", &["rc"], STATUS),
    namespaced("", "v1", "Pod", "pods", &["po"], STATUS),
    namespaced("", "v1", "Service", "services", &["svc"], STATUS),
    namespaced("", "v1", "Endpoints", "endpoints", &["ep"], PLAIN),
    namespaced("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices", &[], PLAIN),
    namespaced("networking.k8s.io", "v1", "Ingress", "ingresses", &["ing"], STATUS),
    namespaced("networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies", &["netpol"], PLAIN),
    namespaced("coordination.k8s.io", "v1", "Lease", "leases", &[], PLAIN),
    namespaced("events.k8s.io", "v1", "Event", "events", &["ev"], PLAIN),
    cluster("network.bulkhead.dev", "v1alpha1", "WorkspaceAllowlist", "workspaceallowlists", &["wsal"], STATUS),
    namespaced(
        "network.kubesphere.io",
        "v1alpha1",
        "NamespaceNetworkPolicy",
        "namespacenetworkpolicies",
        &["nsnp"],
        STATUS,
    ),
    namespaced("network.bulkhead.dev", "v1alpha1", "Exposure", "exposures", &["expo"], STATUS),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_word_means_one_kind() {
        let mut words = Vec::new();
        for known in KINDS {
            // A word may be both the plural and the singular of one kind: endpoints.
            let mut of_kind =
                BTreeSet::from([known.resource.group_resource(), known.resource.kind.to_ascii_lowercase()]);
            of_kind.extend(known.short_names.iter().map(|&name| name.to_owned()));
            words.extend(of_kind);
        }
        let all = words.len();
        words.sort();
        words.dedup();
        assert_eq!(words.len(), all);
        assert_eq!(KnownKind::named("NSNP").unwrap().resource.kind, "NamespaceNetworkPolicy");
        assert_eq!(KnownKind::of("networking.k8s.io/v1", "Ingress").unwrap().resource.plural, "ingresses");
        assert!(KnownKind::of("v1", "Ingress").is_none());
    }
}
