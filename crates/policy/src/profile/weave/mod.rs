//! Weave Net with weave-npc, which nobody maintains since 2022.

use super::habits::stated;
use super::{Answer, EgressView, EngineDefinition, OwnNodeExemption, PolicyHook, Profile, Signs};

/// How Weave Net is seen.
pub(super) const ENGINE: EngineDefinition = EngineDefinition {
    signs: Signs {
        daemon_sets: &["weave-net"],
        images: &["weaveworks/weave-npc"],
        node_annotations: &[],
        together: &[],
    },
    own_policies: &[],
    profiles: &[&PROFILE],
    running: |_, _| &PROFILE,
};

const PROFILE: Profile = Profile {
    name: "weave",
    enforces: stated(Answer::Yes, "weaveworks/weave npc"),
    hook: stated(PolicyHook::BeforeSourceNat, "weaveworks/weave npc: filter FORWARD"),
    own_node: stated(
        OwnNodeExemption::Processes,
        "weaveworks/weave docs/k8s-src-ip.md: packets of the node itself do not pass WEAVE-NPC",
    ),
    egress_to_own_node: stated(Answer::Unknown, "not measured"),
    hairpin: stated(Answer::Unknown, "not measured"),
    ip_block_of_pods: stated(Answer::Yes, "weaveworks/weave npc/ipblock.go: a block is `-s CIDR` or `-d CIDR`"),
    ip_block_of_nodes: stated(Answer::Yes, "weaveworks/weave npc/ipblock.go"),
    egress_view: stated(EgressView::Endpoint, "weaveworks/weave npc: filter FORWARD follows translation"),
    sctp: stated(Answer::Unknown, "not measured"),
    open_connections: stated(Answer::Yes, "weaveworks/weave npc: RELATED,ESTABLISHED first"),
};
