//! `AntreaProxy` with `proxyAll`: Open vSwitch translates every Service.

use std::net::IpAddr;

use bulkhead_model::ObjectRef;
use bulkhead_snapshot::{Evidence, NodeId, Snapshot};

use super::balancing;
use super::habits::{Choice, Habits, Loopback, Picks, Process, Ranges, Served, Source, Translated, Without};
use super::{Member, Mode, Proxy, ProxyMode, ProxyQuestion, Refuses, Translation, Way};
use crate::about::{NODES, SHOP, derived, open, stated};
use crate::cni::antrea::config;
use crate::network::Network;
use crate::reason::Reason;

/// The member of the list.
pub(super) const MEMBER: Member = Member {
    name: "antrea",
    title: "AntreaProxy with proxyAll",
    modes: &[
        Mode { name: "antrea", habits: &NAT, rules: &AntreaProxy { habits: &NAT } },
        Mode { name: "antrea-dsr", habits: &DSR, rules: &AntreaProxy { habits: &DSR } },
    ],
    reads: &["ConfigMap antrea-config: antrea-agent.conf (antreaProxy.proxyAll, antreaProxy.defaultLoadBalancerMode)"],
    engines: &["antrea-proxy-all"],
    example: &[NODES, include_str!("example.yaml"), SHOP],
    detect: Some(detect),
};

const PIPELINE: &str = "antrea-io/antrea pkg/agent/openflow/service.go, docs/design/ovs-pipeline.md";
const DOCS: &str = "antrea-io/antrea docs/antrea-proxy.md";

const NAT: Habits = Habits {
    cluster_own: stated(Source::Kept, PIPELINE),
    cluster_other: stated(Source::Masqueraded, PIPELINE),
    local_own: stated(Source::Kept, PIPELINE),
    local_without: derived(Without::Dropped, "as the API has it for externalTrafficPolicy Local"),
    inside_local: derived(Choice::Everyone, DOCS),
    without: stated(Without::Refused, "antrea-io/antrea: packets to a Service without endpoints are refused"),
    picks: stated(
        Picks::Gateway,
        "antrea-io/antrea docs/design/ovs-pipeline.md: antrea-gw0's address, through a tunnel; without one nothing settles it",
    ),
    loopback: open(Loopback::Refuses, DOCS),
    node_ports: stated(Served::All, "antrea-io/antrea docs/antrea-proxy.md: nodePortAddresses"),
    far_node_port: open(Translated::Open, DOCS),
    process: open(Process::Open, DOCS),
    source_ranges: open(Ranges::Open, DOCS),
};

const DSR: Habits = Habits {
    cluster_other: stated(Source::Preserved, "antrea-io/antrea docs/antrea-proxy.md: DSR, with encapsulation and IPv4"),
    ..NAT
};

/// The mode.
#[derive(Clone, Copy, Debug)]
struct AntreaProxy {
    habits: &'static Habits,
}

fn detect(snapshot: &Snapshot) -> Option<(ProxyMode, Evidence)> {
    let (map, settings) = config(snapshot)?;
    let all = settings.get("antreaProxy.proxyAll").filter(|value| *value == "true")?;
    let (key, value, name) = match settings.get("antreaProxy.defaultLoadBalancerMode") {
        Some(mode) if mode.eq_ignore_ascii_case("dsr") => ("antreaProxy.defaultLoadBalancerMode", mode, "antrea-dsr"),
        _ => ("antreaProxy.proxyAll", all, "antrea"),
    };
    let object = ObjectRef::namespaced("ConfigMap", &map.name);
    let (field, value) = (format!("data[\"antrea-agent.conf\"].{key}"), value.to_owned());
    Some((Mode::named(name)?, Evidence::Field { object, field, value, position: map.position }))
}

impl Proxy for AntreaProxy {
    fn translate(&self, question: &ProxyQuestion<'_>) -> Translation {
        balancing::by_habits(question, self.habits)
    }

    fn masquerade_source(&self, network: &Network<'_>, node: NodeId, way: Way) -> Option<Result<IpAddr, Reason>> {
        balancing::masquerade_source(self.habits, network, node, way)
    }

    fn refuses(&self) -> Refuses {
        Refuses::BeforePolicy
    }
}
