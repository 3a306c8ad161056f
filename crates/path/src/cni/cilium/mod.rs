//! Cilium between its nodes: a tunnel or plain routes, `cilium_host` as the node's own port, and its masquerading. Who translates
//! Services is the proxy's affair, and that policies are about identities the policy's.

use std::net::IpAddr;

use bulkhead_model::object::{ConfigMap, Node};
use bulkhead_model::{IpNet, NamespacedName, ObjectRef};
use bulkhead_snapshot::{Evidence, Snapshot};

use super::standard::Standard;
use super::wiring::{Device, Interface, Outgoing, ProcessSource, Wiring};
use super::{Cni, Family, Member, PodInterface, Tunnel, annotation, daemon_set, node_annotation};
use crate::Overrides;
use crate::about::{KUBE_PROXY, SHOP, stated};
use crate::overrides::Carriage;

/// The member of the list.
pub(super) const MEMBER: Member = Member {
    name: "cilium",
    title: "Cilium",
    wiring: &WIRING,
    reads: &[
        "ConfigMap kube-system/cilium-config: routing-mode (before 1.14: tunnel), tunnel-protocol, enable-ipv4-masquerade, \
         enable-bpf-masquerade, enable-endpoint-routes, ipv4-native-routing-cidr",
        "annotations of nodes: network.cilium.io/ipv4-cilium-host",
    ],
    engines: &["cilium-kube-proxy"],
    example: &[include_str!("nodes.yaml"), include_str!("example.yaml"), KUBE_PROXY, SHOP],
    parts: &[],
    detect,
    read,
};

const WIRING: Wiring = Wiring {
    interface: stated(Interface::Bare, "cilium/cilium plugins/cilium-cni: an addressless veth `lxc…` for each pod"),
    own_source: stated(Device::Gateway, "cilium/cilium: the node's route to its own pods leaves by cilium_host"),
    tunnel_source: stated(Device::Gateway, "cilium/cilium bpf/bpf_lxc.c: the address of cilium_host"),
    plain_source: stated(Device::Nic, "docs.cilium.io network/concepts/routing: native routing leaves by the NIC"),
    process_source: stated(
        ProcessSource::OfDevice,
        "cilium/cilium: routes by cilium_host have its address as their source",
    ),
    outgoing: stated(
        Outgoing::NotToPods,
        "cilium/cilium bpf/lib/nat.h: in a tunnel mode what goes to another node is masqueraded, too",
    ),
};

const CILIUM_HOST: [[&str; 2]; 2] = [
    ["network.cilium.io/ipv4-cilium-host", "io.cilium.network.ipv4-cilium-host"],
    ["network.cilium.io/ipv6-cilium-host", "io.cilium.network.ipv6-cilium-host"],
];

fn detect(snapshot: &Snapshot) -> Option<Evidence> {
    let by_config = || {
        let map = config(snapshot)?;
        let object = ObjectRef::namespaced("ConfigMap", &map.name);
        let (field, value) = ("metadata.name".to_owned(), map.name.name.to_string());
        Some(Evidence::Field { object, field, value, position: map.position })
    };
    daemon_set(snapshot, |name| name == "cilium")
        .or_else(by_config)
        .or_else(|| node_annotation(snapshot, &CILIUM_HOST.concat()))
}

fn config(snapshot: &Snapshot) -> Option<&ConfigMap> {
    snapshot.config_maps.get(&NamespacedName::new("kube-system", "cilium-config"))
}

fn read(snapshot: &Snapshot, overrides: &Overrides) -> Box<dyn Cni> {
    let map = config(snapshot);
    let setting = |key: &str| map.and_then(|map| map.data.get(key)).map(String::as_str);
    let carriage = map.and_then(|_| carriage(setting));
    let told = setting("enable-ipv4-masquerade").or(setting("masquerade"));
    let masquerading = map.map(|_| told != Some("false"));
    let standard = Standard::new(snapshot, overrides, wiring(setting, carriage), carriage, masquerading);
    let native: Option<IpNet> = setting("ipv4-native-routing-cidr").and_then(|cidr| cidr.parse().ok());
    Box::new(Standard {
        device: cilium_host,
        interface: PodInterface::EachPod("lxc".to_owned()),
        pods: standard.pods.union(&native.into_iter().collect()),
        ..standard
    })
}

/// `routing-mode`, which before 1.14 was `tunnel`. Where neither stands there, the agent tunnels with VXLAN.
fn carriage<'a>(setting: impl Fn(&str) -> Option<&'a str>) -> Option<Carriage> {
    let tunnel = |protocol| match protocol {
        "vxlan" => Some(Carriage::Tunnel(Tunnel::Vxlan)),
        "geneve" => Some(Carriage::Tunnel(Tunnel::Geneve)),
        _ => None,
    };
    match (setting("routing-mode"), setting("tunnel")) {
        (Some("native"), _) | (None, Some("disabled")) => Some(Carriage::Plain),
        (None, Some(protocol)) => tunnel(protocol),
        (Some("tunnel"), _) | (None, None) => tunnel(setting("tunnel-protocol").unwrap_or("vxlan")),
        (Some(_), _) => None,
    }
}

fn wiring<'a>(setting: impl Fn(&str) -> Option<&'a str>, carriage: Option<Carriage>) -> Wiring {
    let mut wiring = WIRING;
    if setting("enable-endpoint-routes") == Some("true") {
        wiring.own_source =
            stated(Device::First, "cilium/cilium enable-endpoint-routes: each pod has a route of its own");
    }
    if setting("enable-bpf-masquerade") == Some("true") && carriage == Some(Carriage::Plain) {
        let source = "cilium/cilium bpf/lib/nat.h: without a tunnel, what goes to another node is not masqueraded";
        wiring.outgoing = stated(Outgoing::NotToPodsOrNodes, source);
    }
    wiring
}

fn cilium_host(node: &Node, family: Family) -> Result<IpAddr, &'static str> {
    let mut keys = CILIUM_HOST.get(family.index()).into_iter().flatten();
    keys.find_map(|key| annotation::address(node, key)).ok_or("CiliumNode spec.addresses")
}
