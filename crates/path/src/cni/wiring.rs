//! What distinguishes CNIs, as data: their code reads it, and their pages of documentation are made of it.

use crate::about::{Known, Statement, Word};

/// How a CNI wires pods to nodes and nodes to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wiring {
    /// What a pod's packets come out of on its node.
    pub(crate) interface: Known<Interface>,
    /// The source that the kernel puts in towards a pod of the same node, where something masquerades.
    pub(crate) own_source: Known<Device>,
    /// The same towards a pod of another node, through a tunnel.
    pub(crate) tunnel_source: Known<Device>,
    /// The same without a tunnel.
    pub(crate) plain_source: Known<Device>,
    /// The source of a node's own processes towards pods.
    pub(crate) process_source: Known<ProcessSource>,
    /// Which packets of pods the CNI masquerades by itself.
    pub(crate) outgoing: Known<Outgoing>,
}

/// What a pod's packets come out of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Interface {
    /// An interface of its own, without an address on the node's side.
    Bare,
    /// An interface of its own with the pods' gateway address on the node's side.
    WithGateway,
    /// A bridge.
    Bridge,
    /// A port of Open vSwitch; the node itself has one, too.
    SwitchPort,
}

/// The device whose address a packet gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Device {
    /// The first one that the kernel registered.
    First,
    /// The NIC.
    Nic,
    /// The tunnel's own device.
    Tunnel,
    /// The CNI's gateway device on the node: a bridge, or the node's port of the switch.
    Gateway,
    /// There is no such way with this CNI.
    None,
}

/// What a process of a node has as its source towards pods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProcessSource {
    /// The address of the device by which it leaves: what masquerading puts in, too.
    OfDevice,
    /// The node's primary address, by the route's hint.
    Primary,
    /// The address of the node's management port.
    Management,
}

/// Which packets of pods are masqueraded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outgoing {
    /// As the pod's IPPool says, to whatever is in no pool.
    ByPool,
    /// To whatever is no pod's.
    NotToPods,
    /// To whatever is neither a pod's nor a node's.
    NotToPodsOrNodes,
    /// Out of the provider's private network.
    OutOfVpc,
    /// As flanneld's chain says, which also rewrites what comes from outside for pods of other nodes.
    ByFlannel,
}

macro_rules! words {
    ($($kind:ident { $($value:ident = $word:literal),* $(,)? })*) => {
        $(impl Word for $kind {
            fn word(self) -> &'static str {
                match self { $(Self::$value => $word),* }
            }
        })*
    };
}

words! {
    Interface { Bare = "bareInterface", WithGateway = "gatewayInterface", Bridge = "bridge", SwitchPort = "switchPort" }
    Device {
        First = "firstDevice", Nic = "nicAddress", Tunnel = "tunnelAddress", Gateway = "gatewayAddress", None = "noSuchWay",
    }
    ProcessSource { OfDevice = "ofDevice", Primary = "primaryAddress", Management = "managementAddress" }
    Outgoing {
        ByPool = "byPool", NotToPods = "notToPods", NotToPodsOrNodes = "notToPodsOrNodes", OutOfVpc = "outOfVpc",
        ByFlannel = "byFlannel",
    }
}

impl Wiring {
    /// The lines of a page.
    pub(crate) fn statements(&self) -> Vec<Statement> {
        vec![
            self.interface.under("podInterface"),
            self.own_source.under("ownPodSource"),
            self.tunnel_source.under("tunnelSource"),
            self.plain_source.under("plainSource"),
            self.process_source.under("processSource"),
            self.outgoing.under("masqueradesByItself"),
        ]
    }
}
