//! OVN-Kubernetes: load balancers of OVN on every node's gateway router and switch.

use std::net::IpAddr;

use bulkhead_model::ObjectRef;
use bulkhead_model::object::Node;
use bulkhead_snapshot::{Evidence, NodeId, Settings, Snapshot};

use super::balancing;
use super::habits::{Choice, Habits, Loopback, Picks, Process, Ranges, Served, Source, Translated, Without};
use super::{Member, Mode, Proxy, ProxyMode, ProxyQuestion, Refuses, Translation, Way};
use crate::about::{SHOP, derived, open, stated};
use crate::agent::Agent;
use crate::cni::Family;
use crate::network::Network;
use crate::reason::Reason;

/// The member of the list.
pub(super) const MEMBER: Member = Member {
    name: "ovn-kubernetes",
    title: "OVN-Kubernetes",
    modes: &[
        Mode { name: "ovn-kubernetes", habits: &SHARED, rules: &OvnKubernetes { habits: &SHARED } },
        Mode { name: "ovn-kubernetes-local", habits: &LOCAL, rules: &OvnKubernetes { habits: &LOCAL } },
    ],
    reads: &[
        "annotations of nodes: k8s.ovn.org/l3-gateway-config (mode), k8s.ovn.org/node-gateway-router-lrp-ifaddr(s)",
        "environment of the DaemonSet ovnkube-node: OVN_GATEWAY_MODE",
    ],
    engines: &["ovn-kubernetes"],
    example: &[include_str!("../../cni/ovn_kubernetes/example.yaml"), SHOP],
    detect: Some(detect),
};

const DESIGN: &str = "ovn-kubernetes/ovn-kubernetes docs/design/service-traffic-policy.md";

const SHARED: Habits = Habits {
    cluster_own: derived(
        Source::Masqueraded,
        "as below: the gateway router rewrites before it knows on which node the endpoint is",
    ),
    cluster_other: stated(
        Source::Masqueraded,
        "ovn-kubernetes/ovn-kubernetes go-controller/pkg/ovn: lb_force_snat_ip=router_ip",
    ),
    local_own: stated(Source::Preserved, DESIGN),
    local_without: stated(Without::Dropped, DESIGN),
    inside_local: derived(
        Choice::Everyone,
        "ovn-kubernetes/ovn-kubernetes docs/design: the node's switch has every endpoint",
    ),
    without: stated(Without::Refused, "ovn-kubernetes/ovn-kubernetes docs/design: load balancers with reject=true"),
    picks: stated(Picks::Router, "ovn-kubernetes/ovn-kubernetes go-controller/pkg/ovn: lb_force_snat_ip=router_ip"),
    loopback: open(Loopback::Refuses, DESIGN),
    node_ports: derived(Served::All, "ovn-kubernetes/ovn-kubernetes: the addresses of the gateway's bridge"),
    far_node_port: open(Translated::Open, DESIGN),
    process: open(Process::Open, DESIGN),
    source_ranges: open(Ranges::Open, "ovn-kubernetes/ovn-kubernetes"),
};

const LOCAL: Habits = Habits { local_without: stated(Without::Refused, DESIGN), ..SHARED };

/// Where a node's gateway router has its address on the join network; the name changed in 2023.
const JOIN: [&str; 2] = ["k8s.ovn.org/node-gateway-router-lrp-ifaddrs", "k8s.ovn.org/node-gateway-router-lrp-ifaddr"];
const GATEWAY: &str = "k8s.ovn.org/l3-gateway-config";

/// The mode.
#[derive(Clone, Copy, Debug)]
struct OvnKubernetes {
    habits: &'static Habits,
}

/// The gateway's mode as nodes state it; where none does, as the DaemonSet is told.
fn detect(snapshot: &Snapshot) -> Option<(ProxyMode, Evidence)> {
    let of_node =
        |node: &Node| Settings::parse(node.annotations.get(GATEWAY)?).ok()?.get("default.mode").map(str::to_owned);
    let mode = |text: &str| match text {
        "local" => Mode::named("ovn-kubernetes-local"),
        "shared" => Mode::named("ovn-kubernetes"),
        _ => None,
    };
    if let Some((node, text)) = snapshot.nodes.rows().iter().find_map(|node| Some((node, of_node(node)?))) {
        let object = ObjectRef::cluster("Node", node.name.clone());
        let field = format!("metadata.annotations[\"{GATEWAY}\"].default.mode");
        return Some((mode(&text)?, Evidence::Field { object, field, value: text, position: node.position }));
    }
    let agent = Agent::daemon_set(snapshot, |name| name.starts_with("ovnkube-node"))?;
    let told = agent.environment("OVN_GATEWAY_MODE");
    // Without either the mode is not known, but who translates is.
    let found = told.map_or_else(|| Mode::named("cni"), mode)?;
    Some((found, agent.evidence_of_environment("OVN_GATEWAY_MODE")))
}

/// `{"ipv4":"100.64.0.3/16"}`, in newer releases under the name of the network: `{"default":{"ipv4":"100.64.0.3/16"}}`.
fn router_address(node: &Node, family: Family) -> Option<IpAddr> {
    let text = JOIN.iter().find_map(|key| node.annotations.get(key))?;
    let settings = Settings::parse(text).ok()?;
    let key = if family == Family::V4 { "ipv4" } else { "ipv6" };
    let stated = settings.get(&format!("default.{key}")).or_else(|| settings.get(key))?;
    stated.split('/').next()?.parse().ok()
}

impl Proxy for OvnKubernetes {
    fn translate(&self, question: &ProxyQuestion<'_>) -> Translation {
        balancing::by_habits(question, self.habits)
    }

    fn masquerade_source(&self, network: &Network<'_>, node: NodeId, way: Way) -> Option<Result<IpAddr, Reason>> {
        balancing::masquerade_source(self.habits, network, node, way)
    }

    fn other_sources(&self, node: &Node) -> [Option<IpAddr>; 2] {
        Family::ALL.map(|family| router_address(node, family))
    }

    fn refuses(&self) -> Refuses {
        Refuses::BeforePolicy
    }
}
