//! kube-ovn: OVN ports for pods, and the node's own port `ovn0` with an address of the join subnet.

mod subnets;

use std::net::IpAddr;

use bulkhead_model::AddressSet;
use bulkhead_model::object::{KubeOvnSubnet, Node};
use bulkhead_snapshot::{Evidence, Snapshot};

use self::subnets::{Exit, GATEWAY_TYPE};
use super::standard::{AddressOf, Standard};
use super::wiring::{Device, Interface, Outgoing, ProcessSource, Wiring};
use super::{
    Called, Cni, EndpointToHost, Family, Leaving, Link, Member, Out, Picked, PodInterface, Tunnel, daemon_set,
    node_annotation,
};
use crate::Overrides;
use crate::about::{KUBE_PROXY, SHOP, derived, stated};
use crate::agent::Agent;
use crate::network::KubeProxy;
use crate::overrides::Carriage;
use crate::reason::{ASSUMED_DISTRIBUTED_GATEWAY, Reason};

/// The member of the list.
pub(super) const MEMBER: Member = Member {
    name: "kube-ovn",
    title: "kube-ovn",
    wiring: &WIRING,
    reads: &[
        "arguments of kube-ovn-controller and kube-ovn-cni: --network-type, --tunnel-type, --enable-lb",
        "annotations of nodes: ovn.kubernetes.io/ip_address",
        "Subnet: cidrBlock, gatewayType, gatewayNode, natOutgoing, enableLb, vlan, vpc",
    ],
    engines: &["kube-ovn"],
    example: &[include_str!("example.yaml"), KUBE_PROXY, SHOP],
    parts: &[],
    detect,
    read,
};

const JOIN: &str = "kubeovn/kube-ovn pkg/daemon/gateway_linux.go: masquerading by ovn0 picks its join address";

const WIRING: Wiring = Wiring {
    interface: stated(Interface::SwitchPort, "kubeovn/kube-ovn: ports of Open vSwitch, and ovn0 for the node"),
    own_source: stated(Device::Gateway, JOIN),
    tunnel_source: stated(Device::Gateway, JOIN),
    plain_source: stated(Device::Gateway, JOIN),
    process_source: stated(
        ProcessSource::Primary,
        "kubeovn/kube-ovn pkg/daemon/controller_linux.go: the node's route to pods has its own address as source",
    ),
    outgoing: derived(Outgoing::NotToPods, "kubeovn/kube-ovn pkg/daemon/gateway_linux.go: subnets with natOutgoing"),
};

const JOIN_ADDRESS: &str = "ovn.kubernetes.io/ip_address";

fn detect(snapshot: &Snapshot) -> Option<Evidence> {
    daemon_set(snapshot, |name| name == "kube-ovn-cni").or_else(|| node_annotation(snapshot, &[JOIN_ADDRESS]))
}

fn read(snapshot: &Snapshot, overrides: &Overrides) -> Box<dyn Cni> {
    let agents = ["kube-ovn-controller", "kube-ovn-cni"].map(|name| Agent::named(snapshot, name));
    let flag = |name: &str| agents.iter().flatten().find_map(|agent| agent.flag(name));
    let carriage = match flag("network-type").as_deref() {
        Some("vxlan") => Some(Carriage::Tunnel(Tunnel::Vxlan)),
        Some("geneve") | None => Some(Carriage::Tunnel(Tunnel::Geneve)),
        // An underlay (`vlan`) has no join network in its way, and nothing settles which source it gives.
        Some(_) => None,
    };
    let mut wiring = WIRING;
    if carriage.is_none() {
        let source = "kubeovn/kube-ovn: an underlay's traffic does not pass the join network";
        wiring.own_source = crate::about::open(Device::None, source);
        wiring.process_source = crate::about::open(ProcessSource::OfDevice, source);
    }
    let subnets = subnets::of(snapshot);
    let standard = Standard::new(snapshot, overrides, wiring, carriage, Some(true));
    let ranges: AddressSet =
        subnets.iter().flat_map(|subnet| subnet.cidrs.known().into_iter().flatten()).copied().collect();
    let (kube_proxy, _) = KubeProxy::of(snapshot, overrides);
    Box::new(KubeOvn {
        standard: Standard {
            device: AddressOf::new(join_address),
            interface: PodInterface::Bridge("ovn0".to_owned()),
            pods: standard.pods.union(&ranges),
            ..standard
        },
        subnets,
        balances: flag("enable-lb").is_none_or(|value| value != "false"),
        marks_local: kube_proxy.mode.value().map(|mode| mode.name == "ipvs"),
        nat_is_told: overrides.nat_outgoing.is_some(),
    })
}

/// kube-ovn with its subnets. Where the input has none, they are taken to be as the controller makes them.
#[derive(Clone, Debug)]
struct KubeOvn {
    standard: Standard,
    subnets: Vec<KubeOvnSubnet>,
    /// Whether OVN itself balances what pods send to ClusterIPs, where a subnet says nothing else.
    balances: bool,
    /// Whether requests for a nodePort whose Service is `Local` are marked: by kube-proxy's sets, which it has in ipvs mode only.
    marks_local: Option<bool>,
    /// Whether the user says what is masqueraded.
    nat_is_told: bool,
}

impl KubeOvn {
    fn subnet_of(&self, address: IpAddr) -> Option<&KubeOvnSubnet> {
        self.subnets.iter().find(|subnet| subnets::holds(subnet, address))
    }

    /// Whether it is settled by which way a node's packets get to a pod.
    fn joined(&self, pod: IpAddr) -> Result<(), Reason> {
        self.subnet_of(pod).map_or(Ok(()), subnets::joined)
    }

    /// Whether a packet from outside, which kube-proxy does not masquerade, is for a pod.
    fn masquerades_outsider(&self, subnet: &KubeOvnSubnet, node: &Node) -> Result<bool, Reason> {
        subnets::joined(subnet)?;
        match (subnets::exit(subnet, node), self.marks_local) {
            (Exit::ByItsNode, _) | (Exit::ByThisOnly, Some(false)) => Ok(false),
            (Exit::ByGateways | Exit::ByThisOnly, Some(true)) => Ok(true),
            // The answers leave by another node, which knows nothing of the translation.
            (Exit::ByThisOnly | Exit::ByGateways | Exit::Unknown, _) => Err(subnets::unsettled(subnet, GATEWAY_TYPE)),
        }
    }

    /// The same for what one pod gets from another: what OVN does not carry by itself passes a node's stack, which masquerades whatever
    /// is of pods and for pods.
    fn masquerades_between_pods(&self, leaving: &Leaving<'_>) -> Result<bool, Reason> {
        let (source, destination) = (self.subnet_of(leaving.source), self.subnet_of(leaving.destination));
        let [source_joined, destination_joined] = [source, destination].map(|it| it.map_or(Ok(()), subnets::joined));
        match leaving.called {
            Called::Destination => Ok(false),
            Called::ClusterIp if self.balances && source.and_then(|subnet| subnet.enable_lb).unwrap_or(true) => {
                Ok(false)
            }
            Called::ClusterIp | Called::Other => source_joined.and(destination_joined).map(|()| true),
        }
    }

    /// The same for what a pod sends to something that is no pod.
    fn masquerades_pod(&self, subnet: &KubeOvnSubnet, leaving: &Leaving<'_>) -> Result<bool, Reason> {
        subnets::joined(subnet)?;
        if !self.nat_is_told && !subnet.nat_outgoing {
            return Ok(false);
        }
        match subnets::exit(subnet, leaving.node) {
            Exit::ByItsNode | Exit::ByThisOnly => self.standard.masquerades(leaving),
            Exit::ByGateways | Exit::Unknown => Err(subnets::unsettled(subnet, GATEWAY_TYPE)),
        }
    }
}

impl Cni for KubeOvn {
    fn link(&self, from: &Node, to: &Node, pod: IpAddr) -> Result<Link, Reason> {
        self.joined(pod)?;
        self.standard.link(from, to, pod)
    }

    fn nic_address(&self, node: &Node, family: Family) -> Option<IpAddr> {
        self.standard.nic_address(node, family)
    }

    fn tunnel_address(&self, node: &Node, tunnel: Tunnel, family: Family) -> Result<IpAddr, Reason> {
        self.standard.tunnel_address(node, tunnel, family)
    }

    fn plain_address(&self, node: &Node, pod: IpAddr, nic: Option<IpAddr>) -> Option<Result<IpAddr, Reason>> {
        match self.joined(pod) {
            Err(unsettled) => Some(Err(unsettled)),
            Ok(()) => self.standard.plain_address(node, pod, nic),
        }
    }

    fn process_source(&self, node: &Node, pod: IpAddr, nic: Option<IpAddr>) -> Option<Result<IpAddr, Reason>> {
        match self.joined(pod) {
            Err(unsettled) => Some(Err(unsettled)),
            Ok(()) => self.standard.process_source(node, pod, nic),
        }
    }

    fn device_addresses(&self, node: &Node) -> Vec<IpAddr> {
        self.standard.device_addresses(node)
    }

    fn own_pod_source(&self, node: &Node, pod: IpAddr, nic: Option<IpAddr>) -> Result<Picked, Reason> {
        self.joined(pod)?;
        self.standard.own_pod_source(node, pod, nic)
    }

    fn masquerades(&self, leaving: &Leaving<'_>) -> Result<bool, Reason> {
        let from_pod = self.standard.pods.contains(leaving.source);
        match (self.subnet_of(leaving.destination), self.subnet_of(leaving.source)) {
            _ if leaving.source_is_own => Ok(false),
            _ if from_pod && leaving.out != Out::Nic => self.masquerades_between_pods(leaving),
            (Some(subnet), None) if leaving.out != Out::Nic => self.masquerades_outsider(subnet, leaving.node),
            (None, Some(subnet)) if leaving.out == Out::Nic && !self.standard.pods.contains(leaving.destination) => {
                self.masquerades_pod(subnet, leaving)
            }
            _ => self.standard.masquerades(leaving),
        }
    }

    fn keep_assumption(&self, leaving: &Leaving<'_>) -> Option<Reason> {
        self.subnet_of(leaving.destination).is_none().then(|| Reason::new(ASSUMED_DISTRIBUTED_GATEWAY))
    }

    fn pod_interface(&self) -> PodInterface {
        self.standard.pod_interface()
    }

    fn endpoint_to_host(&self, node: &Node) -> Result<EndpointToHost, Reason> {
        self.standard.endpoint_to_host(node)
    }

    fn announces_pods(&self, pod: IpAddr) -> bool {
        self.standard.announces_pods(pod)
    }

    fn source_range(&self, address: IpAddr) -> Option<usize> {
        let subnet = self.subnets.iter().position(|subnet| subnets::holds(subnet, address));
        subnet.or_else(|| self.standard.source_range(address).map(|_| self.subnets.len()))
    }

    fn picks_by_prefix(&self) -> bool {
        self.standard.picks_by_prefix()
    }

    fn node_key(&self, node: &Node) -> String {
        let alone: Vec<bool> =
            self.subnets.iter().map(|subnet| subnets::exit(subnet, node) == Exit::ByThisOnly).collect();
        format!("{} {alone:?}", self.standard.node_key(node))
    }
}

/// `100.64.0.2`, or one of each family with a comma between.
fn join_address(node: &Node, family: Family) -> Result<IpAddr, &'static str> {
    let addresses = node.annotations.get(JOIN_ADDRESS).ok_or(JOIN_ADDRESS)?;
    let mut parsed = addresses.split(',').filter_map(|address| address.trim().parse::<IpAddr>().ok());
    parsed.find(|address| Family::of(*address) == family).ok_or(JOIN_ADDRESS)
}
