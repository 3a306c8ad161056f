//! kube-router's own service proxy: IPVS, with a source NAT that spares the node's own pods.

use std::net::IpAddr;

use bulkhead_model::object::TrafficPolicy;
use bulkhead_snapshot::{Evidence, NodeId, Snapshot};

use super::balancing::{self, Forwarding};
use super::habits::{Choice, Habits, Loopback, Picks, Process, Ranges, Served, Source, Translated, Without};
use super::{Member, Mode, Proxy, ProxyMode, ProxyQuestion, Refuses, Translation, Way};
use crate::about::{NODES, SHOP, derived, open, stated};
use crate::agent::Agent;
use crate::network::{Network, PortOf};
use crate::reason::{DSR_TUNNEL, Reason};

/// The member of the list.
pub(super) const MEMBER: Member = Member {
    name: "kube-router",
    title: "kube-router's service proxy",
    modes: &[Mode { name: "kube-router", habits: &HABITS, rules: &KubeRouter }],
    reads: &[
        "arguments of the DaemonSet kube-router: --run-service-proxy",
        "annotations of Services: kube-router.io/service.local, kube-router.io/service.dsr",
    ],
    engines: &["kube-router"],
    example: &[NODES, include_str!("example.yaml"), SHOP],
    detect: Some(detect),
};

const SNAT: &str = "cloudnativelabs/kube-router pkg/controllers/proxy/network_services_controller.go: neither from nor to the \
                    node's own podCIDR";

const HABITS: Habits = Habits {
    cluster_own: stated(Source::Kept, SNAT),
    cluster_other: stated(Source::Masqueraded, SNAT),
    local_own: stated(Source::Kept, SNAT),
    local_without: derived(
        Without::Refused,
        "IPVS refuses where a service has no destination; measured with kube-proxy's",
    ),
    inside_local: derived(
        Choice::Own,
        "cloudnativelabs/kube-router pull request 277: only the node's own pods are destinations",
    ),
    without: derived(Without::Refused, "IPVS refuses where a service has no destination; measured with kube-proxy's"),
    picks: stated(Picks::Primary, SNAT),
    loopback: open(Loopback::Refuses, "cloudnativelabs/kube-router --nodeport-bindon-all-ip"),
    node_ports: stated(
        Served::Primary,
        "cloudnativelabs/kube-router --nodeport-bindon-all-ip is off where it is not given",
    ),
    far_node_port: derived(Translated::There, "IPVS translates on the node that has the address"),
    process: derived(Process::OfDevice, "cloudnativelabs/kube-router: addresses of Services are on kube-dummy-if"),
    source_ranges: open(Ranges::Open, "cloudnativelabs/kube-router"),
};

const LOCAL: &str = "kube-router.io/service.local";
const DIRECT: &str = "kube-router.io/service.dsr";

/// The one mode.
#[derive(Clone, Copy, Debug)]
struct KubeRouter;

/// The proxy runs unless it is told not to.
fn detect(snapshot: &Snapshot) -> Option<(ProxyMode, Evidence)> {
    let agent = Agent::daemon_set(snapshot, |name| name == "kube-router")?;
    let off = agent.flag("run-service-proxy").as_deref() == Some("false");
    if off {
        return None;
    }
    Some((Mode::named("kube-router")?, agent.evidence("run-service-proxy")))
}

/// `service.local` has the effect of `externalTrafficPolicy: Local`; `service.dsr` sends by IP in IP into the pod.
fn forward(question: &ProxyQuestion<'_>, port: PortOf) -> Result<Forwarding, Reason> {
    let service = question.service(port);
    let node_port = question.network.services().address(question.destination).is_none();
    if service.annotations.get(DIRECT).is_some_and(|mode| mode == "tunnel") && !node_port {
        return Err(Reason::new(DSR_TUNNEL));
    }
    let local = service.annotations.get(LOCAL).is_some_and(|value| value == "true");
    let policy = if local { TrafficPolicy::Local } else { service.external_traffic_policy };
    Ok(Forwarding { habits: &HABITS, policy })
}

impl Proxy for KubeRouter {
    fn translate(&self, question: &ProxyQuestion<'_>) -> Translation {
        balancing::translate(question, &HABITS, &forward)
    }

    fn masquerade_source(&self, network: &Network<'_>, node: NodeId, way: Way) -> Option<Result<IpAddr, Reason>> {
        balancing::masquerade_source(&HABITS, network, node, way)
    }

    fn process_source(&self, network: &Network<'_>, destination: IpAddr) -> Option<IpAddr> {
        network.services().address(destination).map(|_| destination)
    }

    fn binds_service_addresses(&self) -> bool {
        true
    }

    fn refuses(&self) -> Refuses {
        Refuses::AfterPolicy
    }
}
