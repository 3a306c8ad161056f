//! Antrea: Open vSwitch flows, beside kube-proxy or with `AntreaProxy` for all Services.

use bulkhead_snapshot::Snapshot;

use super::habits::stated;
use super::{Answer, EgressView, EngineDefinition, OwnNodeExemption, PolicyHook, Profile, Signs};

/// How Antrea is seen, and who balances Services.
pub(super) const ENGINE: EngineDefinition = EngineDefinition {
    signs: Signs {
        daemon_sets: &["antrea-agent"],
        images: &["antrea/antrea-agent-ubuntu", "antrea/antrea-agent-ubi", "antrea/antrea-ubuntu", "antrea/antrea-ubi"],
        node_annotations: &["node.antrea.io/"],
        together: &[],
    },
    own_policies: &["crd.antrea.io"],
    profiles: &[&PROFILE, &PROXY_ALL],
    running: |snapshot, _| match proxies_all(snapshot) {
        Some(true) => &PROXY_ALL,
        Some(false) => &PROFILE,
        None => &UNKNOWN,
    },
};

const PROFILE: Profile = Profile {
    name: "antrea",
    enforces: stated(Answer::Yes, "antrea-io/antrea"),
    hook: stated(PolicyHook::AfterSourceNat, "antrea-io/antrea: Open vSwitch sees what kube-proxy has masqueraded"),
    own_node: stated(
        OwnNodeExemption::Processes,
        "antrea-io/antrea pkg/agent/route/route_linux.go: packets of local sources carry a mark that skips policy",
    ),
    egress_to_own_node: stated(Answer::Unknown, "not measured"),
    hairpin: stated(Answer::Unknown, "not measured"),
    ip_block_of_pods: stated(
        Answer::Yes,
        "antrea-io/antrea pkg/agent/openflow/network_policy.go: a block becomes a match on the packet's address",
    ),
    ip_block_of_nodes: stated(Answer::Yes, "antrea-io/antrea pkg/agent/openflow/network_policy.go"),
    egress_view: stated(
        EgressView::Endpoint,
        "antrea-io/antrea docs/design/ovs-pipeline.md: EgressRule follows EndpointDNAT",
    ),
    sctp: stated(Answer::Yes, "antrea-io/antrea pkg/agent/openflow/network_policy.go"),
    open_connections: stated(Answer::Unknown, "not measured"),
};

const PROXY_ALL: Profile = Profile {
    name: "antrea-proxy-all",
    hook: stated(PolicyHook::OwnLoadBalancing, "antrea-io/antrea docs/antrea-proxy.md: proxyAll"),
    ..PROFILE
};

const UNKNOWN: Profile = Profile {
    hook: stated(PolicyHook::Unknown, "the ConfigMap antrea-config, which says so, is not visible"),
    ..PROFILE
};

/// Whether `AntreaProxy` handles all Services, as the agent's configuration says; false where it leaves the setting out.
fn proxies_all(snapshot: &Snapshot) -> Option<bool> {
    let config = snapshot.config_maps.values().find(|map| map.name.name.starts_with("antrea-config"))?;
    let agent = config.data.get("antrea-agent.conf")?;
    Some(agent.lines().map(str::trim).any(|line| line == "proxyAll: true"))
}
