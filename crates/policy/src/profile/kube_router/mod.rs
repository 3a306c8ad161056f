//! kube-router's network policy controller, beside kube-proxy or its own service proxy.

use bulkhead_model::object::{Container, WorkloadKind};
use bulkhead_snapshot::Snapshot;

use super::habits::stated;
use super::{Answer, EgressView, EngineDefinition, OwnNodeExemption, PolicyHook, Profile, Signs, api_text};

/// How kube-router is seen, and whether its firewall runs.
pub(super) const ENGINE: EngineDefinition = EngineDefinition {
    signs: Signs {
        daemon_sets: &["kube-router"],
        images: &["cloudnativelabs/kube-router"],
        node_annotations: &["kube-router.io/"],
        together: &[],
    },
    own_policies: &[],
    profiles: &[&PROFILE],
    running: |snapshot, _| if firewall_is_off(snapshot) { &WITHOUT_FIREWALL } else { &PROFILE },
};

const PROFILE: Profile = Profile {
    name: "kube-router",
    enforces: stated(Answer::Yes, "cloudnativelabs/kube-router: --run-firewall is true where it is not given"),
    hook: stated(
        PolicyHook::BeforeSourceNat,
        "cloudnativelabs/kube-router pkg/controllers/netpol: filter FORWARD, INPUT and OUTPUT",
    ),
    own_node: stated(
        OwnNodeExemption::Processes,
        "cloudnativelabs/kube-router pkg/controllers/netpol/pod.go: `addrtype --src-type LOCAL … ACCEPT`",
    ),
    egress_to_own_node: stated(Answer::No, "cloudnativelabs/kube-router pkg/controllers/netpol: INPUT is judged, too"),
    hairpin: stated(Answer::Unknown, "not measured"),
    ip_block_of_pods: stated(
        Answer::Yes,
        "cloudnativelabs/kube-router pkg/controllers/netpol/policy.go: a block is an ipset of networks held against the address",
    ),
    ip_block_of_nodes: stated(Answer::Yes, "cloudnativelabs/kube-router pkg/controllers/netpol/policy.go"),
    egress_view: stated(EgressView::Endpoint, "cloudnativelabs/kube-router: filter FORWARD follows translation"),
    sctp: stated(Answer::Unknown, "cloudnativelabs/kube-router issue 1019"),
    open_connections: stated(
        Answer::Yes,
        "cloudnativelabs/kube-router pkg/controllers/netpol: RELATED,ESTABLISHED first",
    ),
};

const WITHOUT_FIREWALL: Profile =
    Profile { enforces: stated(Answer::No, "cloudnativelabs/kube-router --run-firewall=false"), ..PROFILE_API };

const PROFILE_API: Profile = Profile { name: "kube-router", ..api_text::PROFILE };

fn firewall_is_off(snapshot: &Snapshot) -> bool {
    let is_ours = |name: &str, containers: &[Container]| {
        name == "kube-router" || containers.iter().any(|container| container.image.contains("kube-router"))
    };
    let mut sets = snapshot.workloads.iter().filter(|workload| {
        workload.kind == WorkloadKind::DaemonSet && is_ours(&workload.name.name, &workload.template.containers)
    });
    let off = |argument: &str| argument == "--run-firewall=false";
    sets.any(|set| set.template.containers.iter().any(|container| container.arguments.iter().any(|at| off(at))))
}
