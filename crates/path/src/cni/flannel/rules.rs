//! The chain FLANNEL-POSTRTG, rule by rule.

use std::net::IpAddr;

use bulkhead_model::AddressSet;

use crate::cni::{Family, Leaving, pod_cidr};
use crate::reason::{ASSUMED_IP_MASQ, Reason};

/// Whether and where flanneld masquerades.
#[derive(Clone, Debug)]
pub(super) struct Masquerading {
    /// `Network` and `IPv6Network`; where no ConfigMap says them, the nodes' podCIDRs together.
    network: AddressSet,
    enabled: bool,
    assumed: bool,
}

impl Masquerading {
    /// `--ip-masq` is off unless given, and every manifest gives it; arguments that are not in the input at all say
    /// nothing, and it is assumed.
    pub(super) fn of(network: AddressSet, arguments: &[String], given: Option<bool>) -> Self {
        let flag = arguments.iter().rev().find_map(|argument| match argument.trim_start_matches('-') {
            "ip-masq" | "ip-masq=true" => Some(true),
            "ip-masq=false" => Some(false),
            _ => None,
        });
        let told = given.or(flag).or_else(|| (!arguments.is_empty()).then_some(false));
        Self { network, enabled: told.unwrap_or(true), assumed: told.is_none() }
    }

    pub(super) fn assumption(&self) -> Option<Reason> {
        self.assumed.then(|| Reason::new(ASSUMED_IP_MASQ))
    }

    /// Whether an address is one of flannel's network.
    pub(super) fn is_of_network(&self, address: IpAddr) -> bool {
        self.network.contains(address)
    }

    /// Whether a packet that kube-proxy did not mark is masqueraded.
    pub(super) fn applies(&self, leaving: &Leaving<'_>) -> bool {
        if !self.enabled {
            return false;
        }
        let own =
            |address: IpAddr| pod_cidr(leaving.node, Family::of(address)).is_some_and(|cidr| cidr.contains(&address));
        let cluster = |address: IpAddr| own(address) || self.network.contains(address);
        let (source, destination) = (leaving.source, leaving.destination);
        // Pods of this node to the cluster, and anybody to pods of this node, keep their source.
        if (own(source) && cluster(destination)) || own(destination) {
            return false;
        }
        if cluster(source) { !destination.is_multicast() } else { cluster(destination) }
    }
}
