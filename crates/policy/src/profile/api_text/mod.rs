//! What the Kubernetes API says, and nothing more: for manifests without any sign of an engine.

use super::{Answer, OwnNodeExemption, PolicyHook, Profile, Stated};

/// Enforced as the API's documentation says; open where it leaves things open.
pub(super) const PROFILE: Profile = Profile {
    name: "api-text",
    enforces: Stated { value: Answer::Yes, source: "assumed, as no engine is visible" },
    hook: Stated {
        value: PolicyHook::Unknown,
        source: "kubernetes.io/docs/concepts/services-networking/network-policies: it is not defined whether this \
                 happens before or after NetworkPolicy processing",
    },
    own_node: Stated {
        value: OwnNodeExemption::Processes,
        source: "networking.k8s.io/v1 NetworkPolicySpec.ingress: or if the traffic source is the pod's local node",
    },
    ip_block_of_pods: Stated {
        value: Answer::Unknown,
        source: "kubernetes.io/docs/concepts/services-networking/network-policies: ipBlocks should be cluster-external",
    },
    ip_block_of_nodes: Stated {
        value: Answer::Yes,
        source: "networking.k8s.io/v1 IPBlock: no address is excluded; most engines match node addresses",
    },
};
