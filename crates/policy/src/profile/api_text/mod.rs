//! What the Kubernetes API says, and nothing more: for manifests without any sign of an engine.

use super::habits::stated;
use super::{Answer, EgressView, OwnNodeExemption, PolicyHook, Profile};

const CONCEPT: &str = "kubernetes.io/docs/concepts/services-networking/network-policies";

/// Enforced as the API's documentation says; open where it leaves things open.
pub(super) const PROFILE: Profile = Profile {
    name: "api-text",
    enforces: stated(Answer::Yes, "assumed, as no engine is visible"),
    hook: stated(
        PolicyHook::Unknown,
        "kubernetes.io/docs/concepts/services-networking/network-policies: whether addresses are rewritten before or after \
         NetworkPolicy processing is not defined",
    ),
    own_node: stated(
        OwnNodeExemption::Processes,
        "networking.k8s.io/v1 NetworkPolicySpec.ingress: traffic from the pod's local node is allowed",
    ),
    egress_to_own_node: stated(Answer::Unknown, CONCEPT),
    hairpin: stated(Answer::Unknown, CONCEPT),
    ip_block_of_pods: stated(
        Answer::Unknown,
        "kubernetes.io/docs/concepts/services-networking/network-policies: blocks should be cluster-external; engines differ",
    ),
    ip_block_of_nodes: stated(
        Answer::Yes,
        "networking.k8s.io/v1 IPBlock leaves no address out; Cilium is the exception",
    ),
    egress_view: stated(EgressView::Unknown, CONCEPT),
    sctp: stated(Answer::Yes, "networking.k8s.io/v1 NetworkPolicyPort.protocol"),
    open_connections: stated(Answer::Unknown, CONCEPT),
};
