//! Calico in its iptables and nftables dataplanes: one addressless veth for each pod, routes by BGP, IP in IP or VXLAN as the
//! pod's IPPool says, `natOutgoing`, tunnel addresses in node annotations (Kubernetes datastore).

mod pools;
mod to_host;

use std::net::IpAddr;

use bulkhead_model::object::Node;
use bulkhead_snapshot::{Evidence, Snapshot};

use self::pools::Pools;
pub(crate) use self::to_host::{ToHost, setting as felix_setting};
use super::wiring::{Device, Interface, Outgoing, ProcessSource, Wiring};
use super::{
    Cni, EndpointToHost, Family, Leaving, Link, Member, Out, Picked, PodInterface, Tunnel, annotation, daemon_set,
    node_annotation, source_selection,
};
use crate::Overrides;
use crate::about::{KUBE_PROXY, SHOP, measured};
use crate::reason::{OVERLAY_UNKNOWN, OWN_POD_SOURCE_UNKNOWN, Reason, SUBNET_UNKNOWN, TUNNEL_ADDRESS_UNKNOWN};

/// The member of the list.
pub(super) const MEMBER: Member = Member {
    name: "calico",
    title: "Calico (iptables, nftables)",
    wiring: &WIRING,
    reads: &[
        "IPPool: ipipMode, vxlanMode, natOutgoing",
        "FelixConfiguration default, node.NAME; environment of calico-node: FELIX_…; in ipvs mode kubeNodePortRanges, too",
        "annotations of nodes: projectcalico.org/IPv4Address, …IPIPTunnelAddr, …VXLANTunnelAddr, …WireguardInterfaceAddr",
    ],
    engines: &["calico"],
    example: &[include_str!("example.yaml"), KUBE_PROXY, SHOP],
    parts: &[],
    detect,
    read,
};

const WIRING: Wiring = Wiring {
    interface: measured(Interface::Bare, "projectcalico/calico cni-plugin; measured with Felix"),
    own_source: measured(Device::First, "Linux net/ipv4/devinet.c inet_select_addr; measured with Felix"),
    tunnel_source: measured(
        Device::Tunnel,
        "projectcalico/calico felix/rules/static.go: whatever leaves by a tunnel gets its address; measured (IPIP, VXLAN)",
    ),
    plain_source: measured(Device::Nic, "measured with Felix: no overlay, and CrossSubnet inside a subnet"),
    process_source: measured(ProcessSource::OfDevice, "projectcalico/calico felix/rules/static.go; measured"),
    outgoing: measured(Outgoing::ByPool, "projectcalico/calico felix/rules/nat.go; measured"),
};

/// Where Calico puts a node's addresses (`libcalico-go/lib/backend/k8s/resources/node.go`).
const NODE_ADDRESS: [&str; 2] = ["projectcalico.org/IPv4Address", "projectcalico.org/IPv6Address"];
const VXLAN_ADDRESS: [&str; 2] = ["projectcalico.org/IPv4VXLANTunnelAddr", "projectcalico.org/IPv6VXLANTunnelAddr"];
const WIREGUARD_ADDRESS: [&str; 2] =
    ["projectcalico.org/IPv4WireguardInterfaceAddr", "projectcalico.org/IPv6WireguardInterfaceAddr"];
const IPIP_ADDRESS: &str = "projectcalico.org/IPv4IPIPTunnelAddr";

fn detect(snapshot: &Snapshot) -> Option<Evidence> {
    daemon_set(snapshot, |name| name == "calico-node")
        .or_else(|| pools::evidence(snapshot))
        .or_else(|| node_annotation(snapshot, &NODE_ADDRESS))
}

fn read(snapshot: &Snapshot, overrides: &Overrides) -> Box<dyn Cni> {
    let wireguard_seen = node_annotation(snapshot, &WIREGUARD_ADDRESS).is_some();
    Box::new(Calico { pools: Pools::of(snapshot, overrides), to_host: ToHost::of(snapshot), wireguard_seen })
}

/// Calico with its settings.
#[derive(Clone, Debug)]
struct Calico {
    pools: Pools,
    to_host: ToHost,
    /// Whether any node shows an address of `WireGuard`.
    wireguard_seen: bool,
}

/// The annotation that holds the address of a tunnel device; IP in IP has no IPv6.
fn annotation_of(tunnel: Tunnel, family: Family) -> Option<&'static str> {
    match (tunnel, family) {
        (Tunnel::Vxlan, _) => VXLAN_ADDRESS.get(family.index()).copied(),
        (Tunnel::Wireguard, _) => WIREGUARD_ADDRESS.get(family.index()).copied(),
        (Tunnel::Ipip, Family::V4) => Some(IPIP_ADDRESS),
        (Tunnel::Ipip, Family::V6) | (Tunnel::Geneve | Tunnel::Gre, _) => None,
    }
}

fn node_address_annotation(family: Family) -> &'static str {
    match family {
        Family::V4 => NODE_ADDRESS[0],
        Family::V6 => NODE_ADDRESS[1],
    }
}

impl Cni for Calico {
    fn link(&self, from: &Node, to: &Node, pod: IpAddr) -> Result<Link, Reason> {
        // Felix routes by wireguard.cali to the nodes whose key it knows, and as ever to the others.
        let has_it = |node: &Node| self.tunnel_address(node, Tunnel::Wireguard, Family::of(pod)).is_ok();
        match (self.pools.wireguard(pod), self.wireguard_seen) {
            (true, true) if has_it(from) && has_it(to) => return Ok(Link::Tunnel(Tunnel::Wireguard)),
            // It is on, and no node shows its address: nobody can tell who has it.
            (true, false) => return Err(Reason::missing(OVERLAY_UNKNOWN, "--overlay").with("address", pod)),
            _ => {}
        }
        let Some(encapsulation) = self.pools.encapsulation(pod) else {
            return Err(Reason::missing(OVERLAY_UNKNOWN, "--overlay").with("address", pod));
        };
        let Some((tunnel, when)) = encapsulation else { return Ok(Link::Plain) };
        match when {
            pools::When::Always => Ok(Link::Tunnel(tunnel)),
            pools::When::OtherSubnet => {
                let key = node_address_annotation(Family::of(pod));
                let unknown = |node: &Node| Reason::new(SUBNET_UNKNOWN).with("node", &node.name).with("where", key);
                // Felix and BIRD ask whether the other node's address is in this node's own subnet.
                let own = annotation::subnet(from, key).ok_or_else(|| unknown(from))?;
                let other = annotation::address(to, key).ok_or_else(|| unknown(to))?;
                Ok(if own.contains(&other) { Link::Plain } else { Link::Tunnel(tunnel) })
            }
        }
    }

    fn nic_address(&self, node: &Node, family: Family) -> Option<IpAddr> {
        annotation::address(node, node_address_annotation(family))
    }

    fn tunnel_address(&self, node: &Node, tunnel: Tunnel, family: Family) -> Result<IpAddr, Reason> {
        let key = annotation_of(tunnel, family);
        key.and_then(|key| annotation::address(node, key)).ok_or_else(|| {
            Reason::new(TUNNEL_ADDRESS_UNKNOWN).with("node", &node.name).with("where", key.unwrap_or(tunnel.name()))
        })
    }

    fn device_addresses(&self, node: &Node) -> Vec<IpAddr> {
        let every = Family::ALL.into_iter().flat_map(|family| Tunnel::ALL.map(|tunnel| (tunnel, family)));
        every.filter_map(|(tunnel, family)| self.tunnel_address(node, tunnel, family).ok()).collect()
    }

    fn own_pod_source(&self, node: &Node, pod: IpAddr, nic: Option<IpAddr>) -> Result<Picked, Reason> {
        source_selection::toward_addressless_interface(pod, nic, &self.device_addresses(node))
            .ok_or_else(|| Reason::new(OWN_POD_SOURCE_UNKNOWN).with("node", &node.name))
    }

    fn masquerades(&self, leaving: &Leaving<'_>) -> Result<bool, Reason> {
        // `felix/rules/static.go`: a source of the node itself that is not the tunnel's own.
        if let Out::PodLink(Link::Tunnel(tunnel)) = leaving.out
            && leaving.source_is_own
        {
            return Ok(self.tunnel_address(leaving.node, tunnel, Family::of(leaving.source)) != Ok(leaving.source));
        }
        self.pools.nat_outgoing(leaving)
    }

    fn pod_interface(&self) -> PodInterface {
        PodInterface::EachPod(self.to_host.interface_prefix().to_owned())
    }

    fn endpoint_to_host(&self, node: &Node) -> Result<EndpointToHost, Reason> {
        self.to_host.action(node)
    }

    fn announces_pods(&self, pod: IpAddr) -> bool {
        self.pools.encapsulation(pod) == Some(None)
    }

    fn source_range(&self, address: IpAddr) -> Option<usize> {
        self.pools.index_of(address)
    }

    fn node_key(&self, node: &Node) -> String {
        let mut key = String::new();
        for family in Family::ALL {
            for tunnel in Tunnel::ALL {
                key.push(if self.tunnel_address(node, tunnel, family).is_ok() { '1' } else { '0' });
            }
            if self.pools.any_cross_subnet() {
                let annotation = node_address_annotation(family);
                let subnet = annotation::subnet(node, annotation).map(|subnet| subnet.to_string());
                key.push_str(subnet.as_deref().unwrap_or("?"));
            }
        }
        for pod in [IpAddr::from([0, 0, 0, 0]), IpAddr::from([0_u16; 8])] {
            key.push(if self.pools.wireguard(pod) { 'w' } else { '-' });
        }
        key
    }
}
