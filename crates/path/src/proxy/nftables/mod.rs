//! kube-proxy in nftables mode (`pkg/proxy/nftables/proxier.go`, KEP-3866; measured with kube-proxy 1.36). Its decisions are
//! those of iptables mode; it serves NodePorts at the primary addresses only, never at loopback, refuses what has no endpoint
//! to the node's own processes, too, and refuses unknown ports of a clusterIP.

use super::service_rules::{self, Loopback, Matched};
use super::{Member, Mode, Proxy, ProxyQuestion, Refuses, Translation};
use crate::network::{AddressKind, NodePortAddresses};
use crate::reason::{NO_SUCH_PORT, Reason};

/// The member of the list.
pub(super) const MEMBER: Member =
    Member { name: "nftables", modes: &[Mode { name: "nftables", rules: &Nftables }], detect: None };

/// The mode.
#[derive(Clone, Copy, Debug)]
struct Nftables;

impl Proxy for Nftables {
    fn translate(&self, question: &ProxyQuestion<'_>) -> Translation {
        let matched = match service_rules::matched(question, Loopback::Refuses) {
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

    fn node_port_addresses(&self) -> NodePortAddresses {
        NodePortAddresses::Primary
    }

    fn masquerade_all_setting(&self) -> &'static str {
        "nftables.masqueradeAll"
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
