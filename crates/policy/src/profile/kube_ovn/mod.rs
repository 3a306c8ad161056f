//! kube-ovn beside kube-proxy: OVN access lists at the pod's port.

use super::habits::stated;
use super::{Answer, EgressView, EngineDefinition, OwnNodeExemption, PolicyHook, Profile, Signs};

/// How kube-ovn is seen.
pub(super) const ENGINE: EngineDefinition = EngineDefinition {
    signs: Signs {
        daemon_sets: &["kube-ovn-cni"],
        images: &["kubeovn/kube-ovn"],
        node_annotations: &["ovn.kubernetes.io/"],
        together: &[],
    },
    own_policies: &[],
    profiles: &[&PROFILE],
    running: |_, _| &PROFILE,
};

const PROFILE: Profile = Profile {
    name: "kube-ovn",
    enforces: stated(Answer::Yes, "kubeovn/kube-ovn: --enable-np is true where it is not given"),
    hook: stated(PolicyHook::AfterSourceNat, "kubeovn/kube-ovn pkg/ovs/ovn-nb-acl.go: access lists of OVN ports"),
    own_node: stated(
        OwnNodeExemption::NodeAddress,
        "kubeovn/kube-ovn pkg/ovs/ovn-nb-acl.go: the node's InternalIP is let in; its join address is not",
    ),
    egress_to_own_node: stated(Answer::Yes, "kubeovn/kube-ovn pkg/ovs/ovn-nb-acl.go: the node's address both ways"),
    hairpin: stated(Answer::Unknown, "not measured"),
    ip_block_of_pods: stated(
        Answer::Yes,
        "kubeovn/kube-ovn pkg/controller/network_policy.go: a block is an address set held against the packet's address",
    ),
    ip_block_of_nodes: stated(Answer::Yes, "kubeovn/kube-ovn pkg/controller/network_policy.go"),
    egress_view: stated(EgressView::Endpoint, "kubeovn/kube-ovn pkg/ovs/ovn-nb-acl.go: apply-after-lb"),
    sctp: stated(Answer::Yes, "kubeovn/kube-ovn pkg/ovs/ovn-nb-acl.go"),
    open_connections: stated(Answer::Unknown, "not measured"),
};
