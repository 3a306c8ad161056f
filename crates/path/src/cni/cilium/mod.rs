//! Cilium between its nodes: a tunnel or plain routes, `cilium_host` as the node's own port, and its masquerading. Who translates
//! Services is the proxy's affair, and that policies are about identities the policy's.

use std::collections::BTreeMap;
use std::net::IpAddr;

use bulkhead_model::object::{CiliumNode, ConfigMap, Node};
use bulkhead_model::{AddressSet, IpNet, Issue, Name, NamespacedName, ObjectRef};
use bulkhead_snapshot::{Evidence, Snapshot};

use super::standard::{AddressOf, Standard};
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
        "CiliumNode: spec.addresses of type CiliumInternalIP, spec.ipam.podCIDRs",
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
    let by_node = || {
        let node = snapshot.cilium_nodes.first()?;
        let object = ObjectRef::cluster("CiliumNode", node.name.clone());
        let (field, value) = ("metadata.name".to_owned(), node.name.to_string());
        Some(Evidence::Field { object, field, value, position: node.position })
    };
    daemon_set(snapshot, |name| name == "cilium")
        .or_else(by_config)
        .or_else(by_node)
        .or_else(|| node_annotation(snapshot, &CILIUM_HOST.concat()))
}

fn config(snapshot: &Snapshot) -> Option<&ConfigMap> {
    snapshot.config_maps.get(&NamespacedName::new("kube-system", "cilium-config"))
}

fn read(snapshot: &Snapshot, overrides: &Overrides) -> Box<dyn Cni> {
    let map = config(snapshot);
    let setting = |key: &str| map.and_then(|map| map.data.get(key)).map(String::as_str);
    let carriage = map.and_then(|_| carriage(setting));
    let masquerade = setting("enable-ipv4-masquerade").or(setting("masquerade"));
    let masquerading = map.map(|_| masquerade != Some("false"));
    let standard = Standard::new(snapshot, overrides, wiring(setting, carriage), carriage, masquerading);
    let native: Option<IpNet> = setting("ipv4-native-routing-cidr").and_then(|cidr| cidr.parse().ok());
    let given: AddressSet = snapshot.cilium_nodes.iter().flat_map(|node| node.pod_cidrs.iter().copied()).collect();
    let told = told(&snapshot.cilium_nodes);
    Box::new(Standard {
        contradictions: contradictions(snapshot, &told),
        device: AddressOf::new(move |node, family| cilium_host(node, family, &told)),
        interface: PodInterface::EachPod("lxc".to_owned()),
        pods: standard.pods.union(&native.into_iter().collect()).union(&given),
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

/// The addresses of `cilium_host`, as the agents' own objects say.
type Told = BTreeMap<Name, Vec<IpAddr>>;

fn told(nodes: &[CiliumNode]) -> Told {
    nodes.iter().map(|node| (node.name.clone(), node.internal.clone())).collect()
}

/// Where annotation and object say different addresses, nobody knows which of them is the old one.
fn cilium_host(node: &Node, family: Family, told: &Told) -> Result<IpAddr, &'static str> {
    let by_object = told_of(node, family, told);
    let by_annotation = annotated(node, family).map(|(_, address)| address);
    match (by_object, by_annotation) {
        (Some(object), Some(annotation)) if object != annotation => Err("CiliumNode spec.addresses"),
        (object, annotation) => object.or(annotation).ok_or("CiliumNode spec.addresses"),
    }
}

fn told_of(node: &Node, family: Family, told: &Told) -> Option<IpAddr> {
    told.get(&node.name)?.iter().copied().find(|address| Family::of(*address) == family)
}

/// The annotation that says the address, and the address.
fn annotated(node: &Node, family: Family) -> Option<(&'static str, IpAddr)> {
    let mut keys = CILIUM_HOST.get(family.index()).into_iter().flatten();
    keys.find_map(|key| Some((*key, annotation::address(node, key)?)))
}

fn contradictions(snapshot: &Snapshot, told: &Told) -> Vec<Issue> {
    let nodes = snapshot.nodes.rows().iter().flat_map(|node| Family::ALL.map(|family| (node, family)));
    let issue = |(node, family): (&Node, Family)| {
        let ((key, own), object) = annotated(node, family).zip(told_of(node, family, told))?;
        let issue = Issue::error("nodeAddressContradicted").at(node.position);
        let issue = issue.about(ObjectRef::cluster("Node", node.name.clone()));
        let issue = issue.in_field(format!("metadata.annotations[\"{key}\"]")).with("own", own).with("other", object);
        (own != object).then(|| issue.with("where", "CiliumNode spec.addresses"))
    };
    nodes.filter_map(issue).collect()
}
