//! Antrea: Open vSwitch with the node's own port `antrea-gw0`, tunnels or plain routes, and its masquerading.

use std::net::IpAddr;

use bulkhead_model::object::{ConfigMap, Node};
use bulkhead_snapshot::{Evidence, Settings, Snapshot};

use super::standard::{AddressOf, Standard};
use super::wiring::{Device, Interface, Outgoing, ProcessSource, Wiring};
use super::{Cni, Family, Member, PodInterface, Tunnel, daemon_set, first_host, node_annotation, pod_cidr};
use crate::Overrides;
use crate::about::{KUBE_PROXY, NODES, SHOP, derived, stated};
use crate::overrides::Carriage;

/// The member of the list.
pub(super) const MEMBER: Member = Member {
    name: "antrea",
    title: "Antrea",
    wiring: &WIRING,
    reads: &[
        "ConfigMap antrea-config: antrea-agent.conf (trafficEncapMode, tunnelType, trafficEncryptionMode, noSNAT)",
        "spec.podCIDRs of nodes",
    ],
    engines: &["antrea"],
    example: &[NODES, include_str!("example.yaml"), KUBE_PROXY, SHOP],
    parts: &[],
    detect,
    read,
};

const GATEWAY: &str =
    "antrea-io/antrea docs/design/ovs-pipeline.md: antrea-gw0 has the first address of the node's podCIDR";

const WIRING: Wiring = Wiring {
    interface: stated(Interface::SwitchPort, GATEWAY),
    own_source: stated(Device::Gateway, GATEWAY),
    tunnel_source: derived(Device::Gateway, "the node's routes to other nodes' podCIDRs leave by antrea-gw0"),
    plain_source: derived(
        Device::Nic,
        "antrea-io/antrea docs/noencap-hybrid-modes.md: the node's network routes between nodes",
    ),
    process_source: stated(ProcessSource::OfDevice, "antrea-io/antrea pkg/agent/route/route_linux.go"),
    outgoing: stated(
        Outgoing::NotToPods,
        "antrea-io/antrea docs/noencap-hybrid-modes.md: the node's address to whatever is outside of the pods' network",
    ),
};

fn detect(snapshot: &Snapshot) -> Option<Evidence> {
    daemon_set(snapshot, |name| name == "antrea-agent")
        .or_else(|| node_annotation(snapshot, &["node.antrea.io/mac-address", "node.antrea.io/transport-addresses"]))
}

/// The ConfigMap that holds the agent's settings; some releases put a hash behind its name.
pub(crate) fn config(snapshot: &Snapshot) -> Option<(&ConfigMap, Settings)> {
    let map = snapshot.config_maps.values().find(|map| map.name.name.starts_with("antrea-config"))?;
    let settings = Settings::parse(map.data.get("antrea-agent.conf")?).ok()?;
    Some((map, settings))
}

fn read(snapshot: &Snapshot, overrides: &Overrides) -> Box<dyn Cni> {
    let settings = config(snapshot).map(|(_, settings)| settings);
    let carriage = settings.as_ref().and_then(carriage);
    let masquerading = settings.as_ref().map(|settings| settings.get("noSNAT") != Some("true"));
    Box::new(Standard {
        device: AddressOf::new(gateway),
        interface: PodInterface::Bridge("antrea-gw0".to_owned()),
        ..Standard::new(snapshot, overrides, WIRING, carriage, masquerading)
    })
}

/// `trafficEncapMode`; with `WireGuard` or `IPsec`, and where another CNI carries the packets, nothing settles which source they get.
fn carriage(settings: &Settings) -> Option<Carriage> {
    let encrypted = settings.get("trafficEncryptionMode").is_some_and(|mode| !mode.eq_ignore_ascii_case("none"));
    let tunnel = match settings.get("tunnelType").unwrap_or("geneve") {
        "geneve" => Tunnel::Geneve,
        "vxlan" => Tunnel::Vxlan,
        "gre" => Tunnel::Gre,
        _ => return None,
    };
    match settings.get("trafficEncapMode").unwrap_or("encap").to_ascii_lowercase().as_str() {
        _ if encrypted => None,
        "encap" => Some(Carriage::Tunnel(tunnel)),
        "noencap" => Some(Carriage::Plain),
        "hybrid" => Some(Carriage::OtherSubnet(tunnel)),
        _ => None,
    }
}

fn gateway(node: &Node, family: Family) -> Result<IpAddr, &'static str> {
    pod_cidr(node, family).and_then(first_host).ok_or("spec.podCIDRs")
}
