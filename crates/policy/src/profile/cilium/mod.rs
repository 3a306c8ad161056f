//! Cilium, beside kube-proxy or in its place. Its policies are about identities, not addresses.

use bulkhead_model::NamespacedName;
use bulkhead_snapshot::Snapshot;

use super::habits::stated;
use super::{Answer, EgressView, EngineDefinition, OwnNodeExemption, PolicyHook, Profile, Signs};

/// How Cilium is seen, and whether it replaces kube-proxy.
pub(super) const ENGINE: EngineDefinition = EngineDefinition {
    signs: Signs {
        daemon_sets: &["cilium"],
        images: &["cilium/cilium"],
        node_annotations: &["network.cilium.io/", "io.cilium.network."],
        together: &[],
    },
    own_policies: &["cilium.io"],
    profiles: &[&PROFILE, &BESIDE_KUBE_PROXY],
    running: |snapshot, _| match setting(snapshot, "kube-proxy-replacement") {
        Some("true" | "strict") => &PROFILE,
        Some("false" | "disabled") => &BESIDE_KUBE_PROXY,
        _ => &UNKNOWN,
    },
};

const IDENTITIES: &str = "cilium/cilium Documentation/security/policy/language.rst: CIDR rules do not apply where both sides \
                          are managed by Cilium or are addresses of nodes";

/// Cilium balances Services itself.
const PROFILE: Profile = Profile {
    name: "cilium",
    enforces: stated(Answer::Yes, "cilium/cilium: enable-policy is `default` where it is not given"),
    hook: stated(PolicyHook::OwnLoadBalancing, "cilium/cilium kube-proxy-replacement"),
    own_node: stated(
        OwnNodeExemption::Processes,
        "cilium/cilium --allow-localhost: the local host reaches its endpoints by default",
    ),
    egress_to_own_node: stated(Answer::Unknown, "not measured"),
    hairpin: stated(
        Answer::No,
        "cilium/cilium bpf/bpf_lxc.c: a pod that comes back to itself by its Service skips policy",
    ),
    ip_block_of_pods: stated(Answer::No, IDENTITIES),
    ip_block_of_nodes: stated(Answer::No, IDENTITIES),
    egress_view: stated(
        EgressView::Endpoint,
        "cilium/cilium bpf/bpf_lxc.c: policy is looked up after service translation",
    ),
    sctp: stated(Answer::Unknown, "docs.cilium.io configuration/sctp: only where sctp.enabled is set"),
    open_connections: stated(Answer::Unknown, "not measured"),
};

const BESIDE_KUBE_PROXY: Profile = Profile {
    name: "cilium-kube-proxy",
    hook: stated(
        PolicyHook::AfterSourceNat,
        "cilium/cilium bpf/bpf_lxc.c: traffic that kube-proxy masquerades has the host's address as its source",
    ),
    ..PROFILE
};

const UNKNOWN: Profile = Profile {
    hook: stated(PolicyHook::Unknown, "cilium-config does not say whether kube-proxy is replaced"),
    ..PROFILE
};

fn setting<'a>(snapshot: &'a Snapshot, key: &str) -> Option<&'a str> {
    let config = snapshot.config_maps.get(&NamespacedName::new("kube-system", "cilium-config"))?;
    config.data.get(key).map(String::as_str)
}
