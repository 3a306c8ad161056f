//! OVN-Kubernetes, which balances Services itself, on the way to the pod's port.

use super::habits::stated;
use super::{Answer, EgressView, EngineDefinition, OwnNodeExemption, PolicyHook, Profile, Signs};

/// How OVN-Kubernetes is seen.
pub(super) const ENGINE: EngineDefinition = EngineDefinition {
    signs: Signs {
        daemon_sets: &["ovnkube-node"],
        images: &[
            "ovn-kubernetes",
            "ovn-kube",
            "ovn-daemonset-fedora",
            "ovn-daemonset-ubuntu",
            "ovn-kube-ubuntu",
            "ovn-kube-fedora",
        ],
        node_annotations: &["k8s.ovn.org/"],
        together: &[],
    },
    own_policies: &[],
    profiles: &[&PROFILE],
    running: |_, _| &PROFILE,
};

const PROFILE: Profile = Profile {
    name: "ovn-kubernetes",
    enforces: stated(Answer::Yes, "ovn-kubernetes/ovn-kubernetes"),
    hook: stated(
        PolicyHook::AfterSourceNat,
        "ovn-kubernetes/ovn-kubernetes docs/design/service-traffic-policy.md: the gateway router rewrites before the pod's port",
    ),
    own_node: stated(
        OwnNodeExemption::DeviceAddress,
        "ovn-kubernetes/ovn-kubernetes base_network_controller_policy.go: the node's management port address is let in",
    ),
    egress_to_own_node: stated(Answer::Unknown, "not measured"),
    hairpin: stated(Answer::Unknown, "not measured"),
    ip_block_of_pods: stated(
        Answer::Yes,
        "ovn-kubernetes/ovn-kubernetes pull request 1674: a block becomes a match on the packet's address",
    ),
    ip_block_of_nodes: stated(Answer::Yes, "ovn-kubernetes/ovn-kubernetes pull request 1674"),
    egress_view: stated(
        EgressView::Endpoint,
        "ovn-kubernetes/ovn-kubernetes: egress access lists come after load balancing",
    ),
    sctp: stated(Answer::Yes, "ovn-kubernetes/ovn-kubernetes gress_policy.go"),
    open_connections: stated(Answer::Unknown, "not measured"),
};
