//! Calico: Felix in iptables or nftables mode, and in eBPF mode.

use bulkhead_snapshot::Snapshot;

use super::habits::stated;
use super::{Answer, EgressView, EngineDefinition, OwnNodeExemption, PolicyHook, Profile, Seen, Signs};

/// How Calico is seen, and how it runs.
pub(super) const ENGINE: EngineDefinition = EngineDefinition {
    signs: Signs {
        daemon_sets: &["calico-node"],
        images: &["calico/node"],
        node_annotations: &["projectcalico.org/"],
        together: &[],
    },
    own_policies: &["crd.projectcalico.org", "projectcalico.org"],
    profiles: &[&PROFILE, &EBPF],
    running: |snapshot, _: Seen| match runs_ebpf(snapshot) {
        Some(true) => &EBPF,
        Some(false) => &PROFILE,
        None => &ANY_DATAPLANE,
    },
};

/// Felix with iptables or nftables rules.
pub(super) const PROFILE: Profile = Profile {
    name: "calico",
    enforces: stated(Answer::Yes, "projectcalico/calico; measured with Felix"),
    hook: stated(
        PolicyHook::BeforeSourceNat,
        "projectcalico/calico felix/rules/static.go: to-workload dispatch in filter FORWARD; measured with Felix",
    ),
    own_node: stated(
        OwnNodeExemption::Processes,
        "projectcalico/calico felix/rules/static.go: traffic from the host to its workloads is not policed; measured",
    ),
    egress_to_own_node: stated(
        Answer::No,
        "projectcalico/calico felix/rules/static.go cali-wl-to-host: the pod's egress policy, then \
         DefaultEndpointToHostAction",
    ),
    hairpin: stated(Answer::Yes, "measured with Felix: an endpoint that calls its own Service is judged"),
    ip_block_of_pods: stated(
        Answer::Yes,
        "projectcalico/calico issue 6634: a block is compared with the packet's address, whoever has it",
    ),
    ip_block_of_nodes: stated(Answer::Yes, "measured with Felix: node and tunnel addresses match an ipBlock"),
    egress_view: stated(
        EgressView::Endpoint,
        "tigera/docs about-kubernetes-services: egress policy comes after the Service's translation; measured",
    ),
    sctp: stated(Answer::Yes, "projectcalico/calico libcalico-go numorstring: SCTP is a protocol of rules"),
    open_connections: stated(
        Answer::Yes,
        "projectcalico/calico felix/rules: RELATED,ESTABLISHED is accepted before policy",
    ),
};

/// Felix with eBPF programs, which balance Services themselves.
pub(super) const EBPF: Profile = Profile {
    name: "calico-ebpf",
    hook: stated(
        PolicyHook::OwnLoadBalancing,
        "tigera/docs about-ebpf: the client's address is kept; policy is judged after the program's own translation",
    ),
    own_node: stated(
        OwnNodeExemption::Processes,
        "projectcalico/calico felix/bpf-gpl/tc.c: host to workload traffic is always allowed",
    ),
    hairpin: stated(Answer::Unknown, "not measured in eBPF mode"),
    ..PROFILE
};

/// Felix of which nobody can tell whether it runs eBPF programs.
const ANY_DATAPLANE: Profile = Profile {
    hook: stated(PolicyHook::Unknown, "FelixConfiguration default: bpfEnabled cannot be read"),
    hairpin: stated(Answer::Unknown, "FelixConfiguration default: bpfEnabled cannot be read"),
    ..PROFILE
};

/// `None` where the setting is neither true nor false.
fn runs_ebpf(snapshot: &Snapshot) -> Option<bool> {
    let default = snapshot.felix_configurations.iter().find(|felix| felix.name == "default");
    default.and_then(|felix| felix.spec.get("bpfEnabled")).map_or(Some(false), |value| value.parse().ok())
}
