//! The API server, for pods whose egress is restricted and that talk to it: the endpoints of `default/kubernetes`, which are
//! what a policy sees after the Service's address was translated.

use std::collections::{BTreeMap, BTreeSet};

use bulkhead_model::object::{PeerManifest, RuleManifest};
use bulkhead_model::{IpNet, Issue, NamespacedName, PortNumber, Protocol};

use super::cluster::Cluster;
use super::service_port;
use crate::code;
use crate::plan::ApiServerEgress;

/// The rules that keep the API server open, if that is wanted.
pub(super) fn rules(cluster: &Cluster<'_>, issues: &mut Vec<Issue>) -> Vec<RuleManifest> {
    if cluster.settings.api_server == ApiServerEgress::Restricted {
        return Vec::new();
    }
    let name = NamespacedName::new("default", "kubernetes");
    let slices = cluster.snapshot.service(&name).map_or(&[][..], |id| cluster.snapshot.endpoint_slices(id));
    let mut addresses: BTreeMap<Vec<(Protocol, PortNumber)>, BTreeSet<IpNet>> = BTreeMap::new();
    for slice in slices {
        let ports = slice.ports.iter().filter_map(|port| Some((port.protocol, port.port?))).collect::<Vec<_>>();
        let endpoints = slice.endpoints.iter().map(|endpoint| IpNet::from(endpoint.address));
        if !ports.is_empty() {
            addresses.entry(ports).or_default().extend(endpoints);
        }
    }
    addresses.retain(|_, nets| !nets.is_empty());
    if addresses.is_empty() {
        issues.push(Issue::warning(code::API_SERVER_NOT_FOUND));
    }
    let rule = |(ports, nets): (Vec<(Protocol, PortNumber)>, BTreeSet<IpNet>)| RuleManifest {
        peers: nets.into_iter().map(PeerManifest::cidr).collect(),
        ports: service_port::each_once(&ports),
    };
    addresses.into_iter().map(rule).collect()
}
