//! What distinguishes CNIs, as data: their code reads it, and their pages of documentation are made of it.

use crate::about::{facts, values};

facts! {
    /// How a CNI wires pods to nodes and nodes to each other.
    Wiring {
        /// What a pod's packets come out of on its node.
        pub(crate) interface: Interface = "podInterface",
        /// The source that the kernel puts in towards a pod of the same node, where something masquerades.
        pub(crate) own_source: Device = "ownPodSource",
        /// The same towards a pod of another node, through a tunnel.
        pub(crate) tunnel_source: Device = "tunnelSource",
        /// The same without a tunnel.
        pub(crate) plain_source: Device = "plainSource",
        /// The source of a node's own processes towards pods.
        pub(crate) process_source: ProcessSource = "processSource",
        /// Which packets of pods the CNI masquerades by itself.
        pub(crate) outgoing: Outgoing = "masqueradesByItself",
    }
}

values! {
    /// What a pod's packets come out of.
    pub(crate) Interface {
        /// An interface of its own, without an address on the node's side.
        Bare = "bareInterface",
        /// An interface of its own with the pods' gateway address on the node's side.
        WithGateway = "gatewayInterface",
        /// A bridge.
        Bridge = "bridge",
        /// A port of Open vSwitch; the node itself has one, too.
        SwitchPort = "switchPort",
    }
}

values! {
    /// The device whose address a packet gets.
    pub(crate) Device {
        /// The first one that the kernel registered.
        First = "firstDevice",
        /// The NIC.
        Nic = "nicAddress",
        /// The tunnel's own device.
        Tunnel = "tunnelAddress",
        /// The CNI's gateway device on the node: a bridge, or the node's port of the switch.
        Gateway = "gatewayAddress",
        /// There is no such way with this CNI.
        None = "noSuchWay",
    }
}

values! {
    /// What a process of a node has as its source towards pods.
    pub(crate) ProcessSource {
        /// The address of the device by which it leaves: what masquerading puts in, too.
        OfDevice = "ofDevice",
        /// The node's primary address, by the route's hint.
        Primary = "primaryAddress",
        /// The address of the node's management port.
        Management = "managementAddress",
    }
}

values! {
    /// Which packets of pods are masqueraded.
    pub(crate) Outgoing {
        /// As the pod's IPPool says, to whatever is in no pool.
        ByPool = "byPool",
        /// To whatever is no pod's.
        NotToPods = "notToPods",
        /// To whatever is neither a pod's nor a node's.
        NotToPodsOrNodes = "notToPodsOrNodes",
        /// Out of the provider's private network.
        OutOfVpc = "outOfVpc",
        /// As flanneld's chain says, which also rewrites what comes from outside for pods of other nodes.
        ByFlannel = "byFlannel",
    }
}
