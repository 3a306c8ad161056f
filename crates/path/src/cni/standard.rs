//! A CNI that its [`Wiring`] and a few settings describe completely: most of them.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use bulkhead_model::object::Node;
use bulkhead_model::{AddressSet, Issue};
use bulkhead_snapshot::Snapshot;

use super::subnets::NodeSubnets;
use super::wiring::{Device, Outgoing, ProcessSource, Wiring};
use super::{Cni, EndpointToHost, Family, Leaving, Link, Out, Picked, PodInterface, Tunnel, source_selection};
use crate::Overrides;
use crate::overrides::Carriage;
use crate::reason::{NAT_OUTGOING_UNKNOWN, OVERLAY_UNKNOWN, OWN_POD_SOURCE_UNKNOWN, Reason, TUNNEL_ADDRESS_UNKNOWN};

/// Where a device's address on a node is found: the address, or the name of what would say it.
#[derive(Clone)]
pub(super) struct AddressOf(Arc<Find>);

type Find = dyn Fn(&Node, Family) -> Result<IpAddr, &'static str> + Send + Sync;

impl AddressOf {
    pub(super) fn new(find: impl Fn(&Node, Family) -> Result<IpAddr, &'static str> + Send + Sync + 'static) -> Self {
        Self(Arc::new(find))
    }

    fn find(&self, node: &Node, family: Family) -> Result<IpAddr, &'static str> {
        (self.0)(node, family)
    }
}

impl fmt::Debug for AddressOf {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("AddressOf").finish_non_exhaustive()
    }
}

/// A CNI's settings, as far as they differ from one cluster to the next.
#[derive(Clone, Debug)]
pub(super) struct Standard {
    pub(super) wiring: Wiring,
    /// How packets get from node to node; `None` where nothing says it.
    pub(super) carriage: Option<Carriage>,
    pub(super) subnets: NodeSubnets,
    /// The CNI's own device on a node.
    pub(super) device: AddressOf,
    /// What the node's end of its pods' wires is called.
    pub(super) interface: PodInterface,
    /// Whether pods' packets are masqueraded at all; `None` where nothing says it.
    pub(super) masquerading: Option<bool>,
    /// Where pods' addresses come from.
    pub(super) pods: AddressSet,
    /// What in the settings contradicts itself.
    pub(super) contradictions: Vec<Issue>,
}

impl Standard {
    /// The settings that every CNI shares: what the user says stands before `carriage` and `masquerading`.
    pub(super) fn new(
        snapshot: &Snapshot,
        overrides: &Overrides,
        wiring: Wiring,
        carriage: Option<Carriage>,
        masquerading: Option<bool>,
    ) -> Self {
        let cidrs = snapshot.nodes.rows().iter().flat_map(|node| node.pod_cidrs.iter().copied());
        let told = overrides.cluster_cidr.iter().flatten().copied();
        let of_pods = snapshot.pods.rows().iter().filter(|pod| !pod.host_network);
        let addresses =
            of_pods.flat_map(|pod| pod.addresses.iter().map(|address| bulkhead_model::IpNet::from(*address)));
        Self {
            wiring,
            carriage: overrides.overlay.map(crate::Overlay::carriage).or(carriage),
            subnets: NodeSubnets::of(overrides),
            device: AddressOf::new(|_, _| Err("-")),
            interface: PodInterface::EachPod("veth".to_owned()),
            masquerading: overrides.nat_outgoing.or(masquerading),
            pods: cidrs.chain(told).chain(addresses).collect(),
            contradictions: Vec::new(),
        }
    }

    fn device_of(&self, node: &Node, family: Family) -> Result<IpAddr, Reason> {
        let unknown = |place| Reason::new(TUNNEL_ADDRESS_UNKNOWN).with("node", &node.name).with("where", place);
        self.device.find(node, family).map_err(unknown)
    }

    /// The address of a device, as the wiring names it.
    fn address(&self, device: Device, node: &Node, toward: IpAddr, nic: Option<IpAddr>) -> Result<Picked, Reason> {
        let family = Family::of(toward);
        let unknown = || Reason::new(OWN_POD_SOURCE_UNKNOWN).with("node", &node.name);
        let known = |address| Picked { address, assumption: None };
        match device {
            Device::First => source_selection::toward_addressless_interface(toward, nic, &self.device_addresses(node))
                .ok_or_else(unknown),
            Device::Nic => nic.map(known).ok_or_else(unknown),
            Device::Tunnel | Device::Gateway => self.device_of(node, family).map(known),
            Device::None => Err(unknown()),
        }
    }
}

fn nic_of(node: &Node, family: Family) -> Option<IpAddr> {
    node.internal_addresses().find(|address| Family::of(*address) == family)
}

impl Cni for Standard {
    fn link(&self, from: &Node, to: &Node, pod: IpAddr) -> Result<Link, Reason> {
        let unknown = || Reason::missing(OVERLAY_UNKNOWN, "--overlay").with("address", pod);
        match self.carriage.ok_or_else(unknown)? {
            Carriage::Plain => Ok(Link::Plain),
            Carriage::Tunnel(tunnel) => Ok(Link::Tunnel(tunnel)),
            Carriage::OtherSubnet(tunnel) => {
                let same = self.subnets.same(from, to, Family::of(pod))?;
                Ok(if same { Link::Plain } else { Link::Tunnel(tunnel) })
            }
        }
    }

    fn nic_address(&self, _: &Node, _: Family) -> Option<IpAddr> {
        None
    }

    fn tunnel_address(&self, node: &Node, _: Tunnel, family: Family) -> Result<IpAddr, Reason> {
        let nic = nic_of(node, family);
        let toward = match family {
            Family::V4 => IpAddr::from([0, 0, 0, 0]),
            Family::V6 => IpAddr::from([0_u16; 8]),
        };
        self.address(self.wiring.tunnel_source.value, node, toward, nic).map(|picked| picked.address)
    }

    fn plain_address(&self, node: &Node, toward: IpAddr, nic: Option<IpAddr>) -> Option<Result<IpAddr, Reason>> {
        match self.wiring.plain_source.value {
            Device::Nic => None,
            device => Some(self.address(device, node, toward, nic).map(|picked| picked.address)),
        }
    }

    fn device_addresses(&self, node: &Node) -> Vec<IpAddr> {
        Family::ALL.into_iter().filter_map(|family| self.device.find(node, family).ok()).collect()
    }

    fn own_pod_source(&self, node: &Node, pod: IpAddr, nic: Option<IpAddr>) -> Result<Picked, Reason> {
        self.address(self.wiring.own_source.value, node, pod, nic)
    }

    fn process_source(&self, node: &Node, pod: IpAddr, nic: Option<IpAddr>) -> Option<Result<IpAddr, Reason>> {
        let unknown = || Reason::new(OWN_POD_SOURCE_UNKNOWN).with("node", &node.name);
        match self.wiring.process_source.value {
            ProcessSource::OfDevice => None,
            ProcessSource::Primary => Some(nic.ok_or_else(unknown)),
            ProcessSource::Management => Some(self.device_of(node, Family::of(pod))),
        }
    }

    fn masquerades(&self, leaving: &Leaving<'_>) -> Result<bool, Reason> {
        let to_pod = leaving.out != Out::Nic || self.pods.contains(leaving.destination);
        if to_pod || leaving.source_is_own || !self.pods.contains(leaving.source) {
            return Ok(false);
        }
        let unless_told = || {
            let unknown = || Reason::missing(NAT_OUTGOING_UNKNOWN, "--nat-outgoing").with("address", leaving.source);
            self.masquerading.ok_or_else(unknown)
        };
        match self.wiring.outgoing.value {
            // A node's address is in the same private network.
            Outgoing::NotToPodsOrNodes | Outgoing::OutOfVpc if leaving.destination_is_node => Ok(false),
            _ => unless_told(),
        }
    }

    fn contradictions(&self) -> Vec<Issue> {
        self.contradictions.clone()
    }

    fn pod_interface(&self) -> PodInterface {
        self.interface.clone()
    }

    fn endpoint_to_host(&self, _: &Node) -> Result<EndpointToHost, Reason> {
        Ok(EndpointToHost::Return)
    }

    fn announces_pods(&self, _: IpAddr) -> bool {
        self.carriage == Some(Carriage::Plain)
    }

    fn source_range(&self, address: IpAddr) -> Option<usize> {
        self.pods.contains(address).then_some(0)
    }

    fn picks_by_prefix(&self) -> bool {
        [self.wiring.plain_source.value, self.wiring.tunnel_source.value].contains(&Device::First)
    }

    fn node_key(&self, node: &Node) -> String {
        let devices = Family::ALL.map(|family| self.device.find(node, family).is_ok());
        match self.carriage {
            Some(Carriage::OtherSubnet(_)) => format!("{devices:?} {}", self.subnets.key(node)),
            _ => format!("{devices:?}"),
        }
    }
}
