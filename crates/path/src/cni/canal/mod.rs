//! Canal: Calico's interfaces and policy, flannel's network between the nodes.

use std::net::IpAddr;

use bulkhead_model::Issue;
use bulkhead_model::object::{Node, WorkloadKind};
use bulkhead_snapshot::{Evidence, Snapshot};

use super::calico::ToHost;
use super::flannel::{self, Flannel};
use super::wiring::{Device, Interface, Wiring};
use super::{
    Cni, EndpointToHost, Family, Leaving, Link, Member, Picked, PodInterface, Tunnel, daemon_set, source_selection,
};
use crate::Overrides;
use crate::about::{KUBE_PROXY, NODES, SHOP, derived, stated};
use crate::reason::{OWN_POD_SOURCE_UNKNOWN, Reason};

/// The member of the list.
pub(super) const MEMBER: Member = Member {
    name: "canal",
    title: "Canal",
    wiring: &WIRING,
    reads: &["those of flannel between nodes", "those of Calico's Felix on a node"],
    engines: &["canal"],
    example: &[NODES, include_str!("example.yaml"), KUBE_PROXY, SHOP],
    parts: &["calico", "flannel"],
    detect,
    read,
};

const WIRING: Wiring = Wiring {
    interface: stated(Interface::Bare, "projectcalico/calico manifests/canal.yaml: Calico's interfaces"),
    own_source: derived(Device::First, "as with Calico, whose interfaces have no address either"),
    tunnel_source: stated(Device::Tunnel, "projectcalico/calico issue 1987: the address of flannel.1"),
    ..flannel::WIRING
};

/// The DaemonSet of the manifests; or a calico-node that leaves the network to another, beside flannel.
fn detect(snapshot: &Snapshot) -> Option<Evidence> {
    daemon_set(snapshot, |name| name == "canal").or_else(|| {
        let leaves_network = snapshot.workloads.iter().any(|load| {
            let mut environment = load.template.containers.iter().flat_map(|container| &container.environment);
            load.kind == WorkloadKind::DaemonSet
                && environment.any(|(name, value)| name == "CALICO_NETWORKING_BACKEND" && value == "none")
        });
        flannel::detect(snapshot).filter(|_| leaves_network)
    })
}

fn read(snapshot: &Snapshot, overrides: &Overrides) -> Box<dyn Cni> {
    Box::new(Canal { flannel: Flannel::of(snapshot, overrides), to_host: ToHost::of(snapshot) })
}

#[derive(Clone, Debug)]
struct Canal {
    flannel: Flannel,
    to_host: ToHost,
}

impl Cni for Canal {
    fn link(&self, from: &Node, to: &Node, pod: IpAddr) -> Result<Link, Reason> {
        self.flannel.link(from, to, pod)
    }

    fn contradictions(&self) -> Vec<Issue> {
        self.flannel.contradictions()
    }

    fn nic_address(&self, node: &Node, family: Family) -> Option<IpAddr> {
        self.flannel.nic_address(node, family)
    }

    fn tunnel_address(&self, node: &Node, tunnel: Tunnel, family: Family) -> Result<IpAddr, Reason> {
        self.flannel.tunnel_address(node, tunnel, family)
    }

    fn device_addresses(&self, node: &Node) -> Vec<IpAddr> {
        // Calico's interfaces take the place of the bridge: only the tunnel device is left.
        let tunnel = |family| self.flannel.tunnel_address(node, Tunnel::Vxlan, family).ok();
        let all = self.flannel.device_addresses(node);
        Family::ALL.into_iter().filter_map(tunnel).filter(|address| all.contains(address)).collect()
    }

    fn own_pod_source(&self, node: &Node, pod: IpAddr, nic: Option<IpAddr>) -> Result<Picked, Reason> {
        source_selection::toward_addressless_interface(pod, nic, &self.device_addresses(node))
            .ok_or_else(|| Reason::new(OWN_POD_SOURCE_UNKNOWN).with("node", &node.name))
    }

    fn masquerades(&self, leaving: &Leaving<'_>) -> Result<bool, Reason> {
        self.flannel.masquerades(leaving)
    }

    fn masquerade_assumption(&self) -> Option<Reason> {
        self.flannel.masquerade_assumption()
    }

    fn pod_interface(&self) -> PodInterface {
        PodInterface::EachPod(self.to_host.interface_prefix().to_owned())
    }

    fn endpoint_to_host(&self, node: &Node) -> Result<EndpointToHost, Reason> {
        self.to_host.action(node)
    }

    fn announces_pods(&self, pod: IpAddr) -> bool {
        self.flannel.announces_pods(pod)
    }

    fn source_range(&self, address: IpAddr) -> Option<usize> {
        self.flannel.source_range(address)
    }

    fn node_key(&self, node: &Node) -> String {
        self.flannel.node_key(node)
    }
}
