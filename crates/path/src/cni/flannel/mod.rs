//! Flannel: a bridge with the first address of the node's podCIDR, VXLAN or plain routes between nodes, and its own
//! masquerading (`pkg/trafficmngr/iptables/iptables.go`). It enforces no policy.

mod rules;

use std::net::IpAddr;

use bulkhead_model::object::{Node, WorkloadKind};
use bulkhead_model::{AddressSet, IpNet, Issue, NamespacedName, ObjectRef};
use bulkhead_snapshot::{Evidence, Settings, Snapshot};

use self::rules::Masquerading;
use super::subnets::NodeSubnets;
use super::wiring::{Device, Interface, Outgoing, ProcessSource, Wiring};
use super::{
    Cni, EndpointToHost, Family, Leaving, Link, Member, Picked, PodInterface, Tunnel, annotation, daemon_set,
    first_host, node_annotation, pod_cidr,
};
use crate::about::{KUBE_PROXY, NODES, SHOP, measured, stated};
use crate::overrides::{Carriage, Overlay, Overrides};
use crate::reason::{OVERLAY_UNKNOWN, OWN_POD_SOURCE_UNKNOWN, Reason, TUNNEL_ADDRESS_UNKNOWN};

/// The member of the list.
pub(super) const MEMBER: Member = Member {
    name: "flannel",
    title: "flannel",
    wiring: &WIRING,
    reads: &[
        "ConfigMap kube-flannel-cfg: net-conf.json (Network, Backend.Type, Backend.DirectRouting)",
        "annotations of nodes: flannel.alpha.coreos.com/backend-type, …/public-ip",
        "arguments of flannel's DaemonSet: --ip-masq",
        "spec.podCIDRs of nodes",
    ],
    engines: &["flannel", "kube-network-policies"],
    example: &[NODES, include_str!("example.yaml"), KUBE_PROXY, SHOP],
    parts: &[],
    detect,
    read,
};

pub(super) const WIRING: Wiring = Wiring {
    interface: measured(Interface::Bridge, "flannel-io/cni-plugin: the bridge plugin; measured with bridges"),
    own_source: measured(Device::Gateway, "measured with bridges: the first address of the node's podCIDR"),
    tunnel_source: measured(
        Device::Tunnel,
        "flannel-io/flannel pkg/backend/vxlan, pkg/backend/wireguard: the podCIDR's network address; measured (VXLAN)",
    ),
    plain_source: measured(Device::Nic, "measured with host routes"),
    process_source: measured(ProcessSource::OfDevice, "measured with bridges"),
    outgoing: stated(Outgoing::ByFlannel, "flannel-io/flannel pkg/trafficmngr/iptables/iptables.go"),
};

const BACKEND: &str = "flannel.alpha.coreos.com/backend-type";
const PUBLIC_ADDRESS: [&str; 2] = ["flannel.alpha.coreos.com/public-ip", "flannel.alpha.coreos.com/public-ipv6"];

pub(super) fn detect(snapshot: &Snapshot) -> Option<Evidence> {
    daemon_set(snapshot, |name| name.starts_with("kube-flannel")).or_else(|| node_annotation(snapshot, &[BACKEND]))
}

fn read(snapshot: &Snapshot, overrides: &Overrides) -> Box<dyn Cni> {
    Box::new(Flannel::of(snapshot, overrides))
}

/// Flannel with its settings.
#[derive(Clone, Debug)]
pub(super) struct Flannel {
    /// What the user says.
    overlay: Option<Overlay>,
    subnets: NodeSubnets,
    /// `Backend.Type` of the ConfigMap, where a node has no annotation; else what the nodes name.
    backend: Option<String>,
    /// `Backend.DirectRouting`: no tunnel inside of a subnet.
    direct_routing: bool,
    masquerading: Masquerading,
    /// Nodes whose annotation names another backend than the ConfigMap.
    contradictions: Vec<Issue>,
}

impl Flannel {
    pub(super) fn of(snapshot: &Snapshot, overrides: &Overrides) -> Self {
        let settings = network_settings(snapshot);
        let network = |key: &str| settings.as_ref().and_then(|settings| settings.get(key)?.parse::<IpNet>().ok());
        let stated: AddressSet = [network("Network"), network("IPv6Network")].into_iter().flatten().collect();
        let of_nodes = || snapshot.nodes.rows().iter().flat_map(|node| &node.pod_cidrs).copied().collect();
        let network = if stated.is_empty() { of_nodes() } else { stated };
        let text = |key: &str| settings.as_ref().and_then(|settings| settings.get(key));
        let told = overrides.overlay.is_some();
        let contradictions = if told { Vec::new() } else { contradictions(snapshot, text("Backend.Type")) };
        Self {
            contradictions,
            overlay: overrides.overlay,
            subnets: NodeSubnets::of(overrides),
            backend: text("Backend.Type").map(str::to_owned).or_else(|| annotated_backend(snapshot)),
            direct_routing: text("Backend.DirectRouting") == Some("true"),
            masquerading: Masquerading::of(network, &arguments(snapshot), overrides.nat_outgoing),
        }
    }

    fn backend<'a>(&'a self, node: &'a Node) -> Option<&'a str> {
        let own = node.annotations.get(BACKEND).map(smol_str::SmolStr::as_str);
        match (own, self.backend.as_deref()) {
            // Which of both flanneld runs with, nobody can tell.
            (Some(own), Some(other)) if own != other && !self.contradictions.is_empty() => None,
            (own, common) => own.or(common),
        }
    }
}

impl Flannel {
    /// How a node sends to others; `None` for a backend that nothing is known of.
    fn carriage(&self, from: &Node) -> Option<Carriage> {
        match (self.backend(from)?, self.direct_routing) {
            ("host-gw", _) => Some(Carriage::Plain),
            ("vxlan", true) => Some(Carriage::OtherSubnet(Tunnel::Vxlan)),
            ("vxlan", false) => Some(Carriage::Tunnel(Tunnel::Vxlan)),
            ("ipip", true) => Some(Carriage::OtherSubnet(Tunnel::Ipip)),
            ("ipip", false) => Some(Carriage::Tunnel(Tunnel::Ipip)),
            ("wireguard", _) => Some(Carriage::Tunnel(Tunnel::Wireguard)),
            _ => None,
        }
    }
}

/// The backend that nodes name, where all that name one name the same.
fn annotated_backend(snapshot: &Snapshot) -> Option<String> {
    let mut named = snapshot.nodes.rows().iter().filter_map(|node| node.annotations.get(BACKEND));
    let first = named.next()?;
    named.all(|other| other == first).then(|| first.to_string())
}

/// Nodes whose annotation names another backend than the ConfigMap: flanneld was not started since that was changed, or the
/// input is from two clusters.
fn contradictions(snapshot: &Snapshot, configured: Option<&str>) -> Vec<Issue> {
    let Some(configured) = configured else { return Vec::new() };
    let other = |node: &&Node| node.annotations.get(BACKEND).is_some_and(|own| own != configured);
    let nodes = snapshot.nodes.rows().iter().filter(other);
    let issue = |node: &Node| {
        let issue = Issue::error("backendContradicted").at(node.position);
        let issue = issue.about(ObjectRef::cluster("Node", node.name.clone()));
        let own = node.annotations.get(BACKEND).map(ToString::to_string).unwrap_or_default();
        issue.in_field(format!("metadata.annotations[\"{BACKEND}\"]")).with("own", own).with("configured", configured)
    };
    nodes.map(issue).collect()
}

/// `net-conf.json` of the ConfigMap, wherever the manifests put it.
fn network_settings(snapshot: &Snapshot) -> Option<Settings> {
    let names =
        [("kube-flannel", "kube-flannel-cfg"), ("kube-system", "kube-flannel-cfg"), ("kube-system", "canal-config")];
    let maps =
        names.iter().filter_map(|(namespace, name)| snapshot.config_maps.get(&NamespacedName::new(*namespace, *name)));
    let mut texts = maps.filter_map(|map| map.data.get("net-conf.json"));
    texts.find_map(|text| Settings::parse(text).ok())
}

/// The arguments of every container of flannel's DaemonSets.
fn arguments(snapshot: &Snapshot) -> Vec<String> {
    let daemons = snapshot.workloads.iter().filter(|load| {
        load.kind == WorkloadKind::DaemonSet
            && (load.name.name.starts_with("kube-flannel") || load.name.name == "canal")
    });
    let containers = daemons.flat_map(|load| load.template.containers.iter());
    containers.flat_map(|container| &container.arguments).map(ToString::to_string).collect()
}

impl Cni for Flannel {
    fn link(&self, from: &Node, to: &Node, pod: IpAddr) -> Result<Link, Reason> {
        let unknown = || Reason::missing(OVERLAY_UNKNOWN, "--overlay").with("address", pod);
        match self.overlay.map(Overlay::carriage).or_else(|| self.carriage(from)).ok_or_else(unknown)? {
            Carriage::Plain => Ok(Link::Plain),
            Carriage::Tunnel(tunnel) => Ok(Link::Tunnel(tunnel)),
            // flanneld asks the kernel whether the other node is reached without a gateway.
            Carriage::OtherSubnet(tunnel) => {
                let same = self.subnets.same(from, to, Family::of(pod))?;
                Ok(if same { Link::Plain } else { Link::Tunnel(tunnel) })
            }
        }
    }

    fn nic_address(&self, node: &Node, family: Family) -> Option<IpAddr> {
        PUBLIC_ADDRESS.get(family.index()).and_then(|key| annotation::address(node, key))
    }

    fn tunnel_address(&self, node: &Node, _: Tunnel, family: Family) -> Result<IpAddr, Reason> {
        let unknown = || Reason::new(TUNNEL_ADDRESS_UNKNOWN).with("node", &node.name).with("where", "spec.podCIDRs");
        pod_cidr(node, family).map(|cidr| cidr.network()).ok_or_else(unknown)
    }

    fn device_addresses(&self, node: &Node) -> Vec<IpAddr> {
        let tunnel = self.backend(node) != Some("host-gw");
        let cidrs = Family::ALL.into_iter().filter_map(|family| pod_cidr(node, family));
        cidrs.flat_map(|cidr| first_host(cidr).into_iter().chain(tunnel.then(|| cidr.network()))).collect()
    }

    fn own_pod_source(&self, node: &Node, pod: IpAddr, _: Option<IpAddr>) -> Result<Picked, Reason> {
        let address = pod_cidr(node, Family::of(pod)).and_then(first_host);
        address
            .map(|address| Picked { address, assumption: None })
            .ok_or_else(|| Reason::new(OWN_POD_SOURCE_UNKNOWN).with("node", &node.name))
    }

    fn masquerades(&self, leaving: &Leaving<'_>) -> Result<bool, Reason> {
        Ok(self.masquerading.applies(leaving))
    }

    fn masquerade_assumption(&self) -> Option<Reason> {
        self.masquerading.assumption()
    }

    fn pod_interface(&self) -> PodInterface {
        PodInterface::Bridge("cni0".to_owned())
    }

    fn endpoint_to_host(&self, _: &Node) -> Result<EndpointToHost, Reason> {
        Ok(EndpointToHost::Return)
    }

    fn announces_pods(&self, _: IpAddr) -> bool {
        match self.overlay {
            Some(overlay) => overlay == Overlay::None,
            None => self.backend.as_deref() == Some("host-gw"),
        }
    }

    fn contradictions(&self) -> Vec<Issue> {
        self.contradictions.clone()
    }

    fn source_range(&self, address: IpAddr) -> Option<usize> {
        self.masquerading.is_of_network(address).then_some(0)
    }

    fn node_key(&self, node: &Node) -> String {
        let carriage = self.overlay.map(Overlay::carriage);
        let by_subnet = self.direct_routing || matches!(carriage, Some(Carriage::OtherSubnet(_)));
        let subnets = if by_subnet { self.subnets.key(node) } else { String::new() };
        format!("{:?} {:?} {subnets}", self.backend(node), Family::ALL.map(|family| pod_cidr(node, family).is_some()))
    }
}
