//! The AWS VPC CNI with its network policy agent: eBPF programs at the pod's interface.

use bulkhead_model::object::WorkloadKind;
use bulkhead_snapshot::Snapshot;

use super::habits::stated;
use super::{Answer, EgressView, EngineDefinition, OwnNodeExemption, PolicyHook, Profile, Seen, Signs, api_text};

/// How the AWS VPC CNI is seen, and whether its agent enforces policies.
pub(super) const ENGINE: EngineDefinition = EngineDefinition {
    signs: Signs {
        daemon_sets: &["aws-node"],
        images: &["amazon-k8s-cni", "aws-network-policy-agent"],
        node_annotations: &[],
        together: &[],
    },
    own_policies: &[],
    profiles: &[&PROFILE],
    running: |snapshot, seen| match (agent_enforces(snapshot), seen) {
        (Some(true), _) => &PROFILE,
        (Some(false), Seen::Running) => &WITHOUT_AGENT,
        _ => &UNKNOWN,
    },
};

const PROFILE: Profile = Profile {
    name: "aws-vpc-cni",
    enforces: stated(Answer::Yes, "aws/aws-network-policy-agent --enable-network-policy"),
    hook: stated(
        PolicyHook::AfterSourceNat,
        "aws/aws-network-policy-agent pkg/ebpf/bpf_client.go: tc egress of the pod's host interface",
    ),
    own_node: stated(
        OwnNodeExemption::NodeAddress,
        "aws/aws-network-policy-agent fw_rule_processor.go: the node's address is always in the map",
    ),
    egress_to_own_node: stated(Answer::Unknown, "not measured"),
    hairpin: stated(Answer::Unknown, "not measured"),
    ip_block_of_pods: stated(
        Answer::Yes,
        "aws/aws-network-policy-agent: blocks and pods' addresses are prefixes of one map held against the packet's address",
    ),
    ip_block_of_nodes: stated(Answer::Yes, "aws/aws-network-policy-agent fw_rule_processor.go"),
    egress_view: stated(
        EgressView::Service,
        "aws/amazon-network-policy-controller-k8s pull requests 210 and 223: judged before translation, clusterIPs are added",
    ),
    sctp: stated(Answer::Yes, "aws/aws-network-policy-agent pkg/ebpf/c"),
    open_connections: stated(Answer::Unknown, "not measured"),
};

const WITHOUT_AGENT: Profile = Profile {
    name: "aws-vpc-cni",
    enforces: stated(
        Answer::No,
        "aws/amazon-vpc-cni-k8s: policies are enforced only with --enable-network-policy=true",
    ),
    ..api_text::PROFILE
};

const UNKNOWN: Profile = Profile {
    enforces: stated(Answer::Unknown, "aws/amazon-vpc-cni-k8s: the agent's arguments are not visible"),
    ..PROFILE
};

/// Whether the agent in the DaemonSet is told to enforce policies; `None` where the DaemonSet is not visible.
fn agent_enforces(snapshot: &Snapshot) -> Option<bool> {
    let set = snapshot.workloads.iter().find(|at| at.kind == WorkloadKind::DaemonSet && at.name.name == "aws-node")?;
    let arguments = set.template.containers.iter().flat_map(|container| &container.arguments);
    Some(arguments.into_iter().any(|argument| argument == "--enable-network-policy=true"))
}
