//! kube-network-policies, which judges the first packet of a connection in user space.

use super::habits::stated;
use super::{Answer, EgressView, EngineDefinition, OwnNodeExemption, PolicyHook, Profile, Signs};

/// How kube-network-policies is seen.
pub(super) const ENGINE: EngineDefinition = EngineDefinition {
    signs: Signs {
        daemon_sets: &["kube-network-policies"],
        images: &["kube-network-policies", "kube-network-policies-npa-v1alpha1", "kube-network-policies-npa-v1alpha2"],
        node_annotations: &[],
        together: &[],
    },
    own_policies: &[],
    profiles: &[&PROFILE],
    running: |_, _| &PROFILE,
};

/// As the project's controller programs it.
pub(super) const PROFILE: Profile = Profile {
    name: "kube-network-policies",
    enforces: stated(Answer::Yes, "kubernetes-sigs/kube-network-policies"),
    hook: stated(
        PolicyHook::BeforeSourceNat,
        "kubernetes-sigs/kube-network-policies pkg/dataplane/controller.go: postrouting, before source NAT",
    ),
    own_node: stated(
        OwnNodeExemption::RootProcesses,
        "kubernetes-sigs/kube-network-policies pkg/dataplane/controller.go: `meta skuid 0 accept`",
    ),
    egress_to_own_node: stated(
        Answer::No,
        "kubernetes-sigs/kube-network-policies pkg/dataplane/controller.go: the input hook is judged, too",
    ),
    hairpin: stated(Answer::Unknown, "not measured"),
    ip_block_of_pods: stated(
        Answer::Yes,
        "kubernetes-sigs/kube-network-policies pkg/networkpolicy/networkpolicy.go: a block is compared with the packet's \
         address",
    ),
    ip_block_of_nodes: stated(Answer::Yes, "kubernetes-sigs/kube-network-policies pkg/networkpolicy/networkpolicy.go"),
    egress_view: stated(EgressView::Endpoint, "kubernetes-sigs/kube-network-policies: postrouting follows translation"),
    sctp: stated(Answer::Yes, "kubernetes-sigs/kube-network-policies pkg/network/packet.go"),
    open_connections: stated(Answer::Unknown, "not measured"),
};
