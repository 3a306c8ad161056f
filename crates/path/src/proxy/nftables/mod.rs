//! kube-proxy in nftables mode (`pkg/proxy/nftables/proxier.go`, KEP-3866; measured with kube-proxy 1.36). Its decisions are
//! those of iptables mode; it serves NodePorts at the primary addresses only, never at loopback, refuses what has no endpoint
//! to the node's own processes, too, refuses unknown ports of a clusterIP, and masquerades what an endpoint sends to itself on the
//! endpoint's own node only.

use bulkhead_snapshot::NodeId;

use super::habits::{Choice, Habits, Loopback, Picks, Process, Ranges, Served, Source, Translated, Without};
use super::service_rules::{self, Matched};
use super::{Member, Mode, Proxy, ProxyQuestion, Refuses, Translation};
use crate::about::{CALICO, NODES, SHOP, measured};
use crate::network::{AddressKind, Endpoint};
use crate::reason::{NO_SUCH_PORT, Reason};

/// The member of the list.
pub(super) const MEMBER: Member = Member {
    name: "nftables",
    modes: &[MODE],
    title: "kube-proxy (nftables)",
    reads: &[
        "ConfigMap kube-system/kube-proxy, or kube-proxy-config (EKS): KubeProxyConfiguration",
        "arguments of kube-proxy's DaemonSet or pods",
    ],
    engines: &[],
    example: &[NODES, include_str!("example.yaml"), CALICO, SHOP],
    detect: None,
};

/// The mode as it is named.
pub(super) const MODE: Mode = Mode { name: "nftables", habits: &HABITS, rules: &Nftables };

const HABITS: Habits = Habits {
    cluster_own: measured(Source::Masqueraded, SOURCE),
    cluster_other: measured(Source::Masqueraded, SOURCE),
    local_own: measured(Source::Kept, SOURCE),
    local_without: measured(Without::Dropped, SOURCE),
    inside_local: measured(Choice::Everyone, SOURCE),
    without: measured(Without::Refused, SOURCE),
    picks: measured(Picks::Kernel, "Linux net/netfilter/nf_nat_masquerade.c; measured with every overlay"),
    loopback: measured(Loopback::Refuses, SOURCE),
    node_ports: measured(Served::Primary, "kubernetes/kubernetes pkg/proxy/util/nodeport_addresses.go; measured"),
    far_node_port: measured(Translated::There, SOURCE),
    process: measured(Process::OfDevice, SOURCE),
    source_ranges: measured(Ranges::Judged, SOURCE),
};

/// Where the mode's facts are from.
const SOURCE: &str = "kubernetes/kubernetes pkg/proxy/nftables/proxier.go, KEP-3866; measured with kube-proxy 1.36";

/// Its rules.
#[derive(Clone, Copy, Debug)]
struct Nftables;

impl Proxy for Nftables {
    fn translate(&self, question: &ProxyQuestion<'_>) -> Translation {
        let matched = match service_rules::matched(question, HABITS.loopback.value) {
            Ok(matched) => matched,
            Err(decided) => return decided,
        };
        match matched {
            Matched::Nothing => unknown_port(question),
            Matched::Cluster(port) => service_rules::cluster_address(question, port),
            Matched::NodePort(port) | Matched::External(port) => service_rules::external(question, port),
            Matched::UnservedNodePort(_) => service_rules::nobody_listens(question),
            Matched::HealthCheck(service) => service_rules::health_check(question, service),
            Matched::LoadBalancer(port) => service_rules::outside_source_ranges(question, port)
                .unwrap_or_else(|| service_rules::external(question, port)),
        }
    }

    fn masquerade_all_setting(&self) -> &'static str {
        "nftables.masqueradeAll"
    }

    /// The set `hairpin-connections` holds the node's own endpoints only (measured with kube-proxy 1.36).
    fn masquerades_hairpin(&self, node: NodeId, endpoint: &Endpoint) -> bool {
        endpoint.node == Some(node)
    }

    fn refuses(&self) -> Refuses {
        Refuses::BeforePolicy
    }
}

/// The map `cluster-ips`: every other port of a clusterIP is refused.
fn unknown_port(question: &ProxyQuestion<'_>) -> Translation {
    match question.network.services().address(question.destination) {
        Some((AddressKind::Cluster, service)) => {
            let reason = Reason::new(NO_SUCH_PORT).with("port", question.port);
            Translation::Rejected { service: Some(service), reason }
        }
        _ => Translation::Untouched,
    }
}
