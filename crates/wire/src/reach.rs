//! Who reaches whom: one form a pair.

use bulkhead_analysis::model::{AddressSet, PortRange, Protocol};
use bulkhead_analysis::policy::OwnNodeExemption;
use bulkhead_analysis::policy::reach::{Connections, PairConnections, PortRanges};
use bulkhead_analysis::reachability::{PeerName, Reachability, Side};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One pair of which something is open, or of which nobody can tell: a pair that is only undetermined has `ports: {}` and
/// `undetermined`. Pairs that are surely closed have no form.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PairForm {
    /// Who opens the connection.
    pub from: SideForm,
    /// To whom.
    pub to: SideForm,
    /// The ports.
    #[serde(flatten)]
    pub connections: PairConnectionsForm,
}

/// One side of a pair.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum SideForm {
    /// All pods of a workload: `NAMESPACE/KIND/NAME`.
    Workload(String),
    /// One pod: `NAMESPACE/NAME`.
    Pod(String),
    /// A node, with everything on it that has no network of its own.
    Node(String),
    /// Addresses that are no pod's and no node's.
    Cidrs(Vec<String>),
}

/// The ports of a pair.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PairConnectionsForm {
    /// Open over any address family that both sides have; empty where it is only undetermined.
    pub ports: PortsForm,
    /// Nobody can tell whether these are open; left out where there are none.
    #[serde(skip_serializing_if = "PortsForm::is_empty")]
    pub undetermined: PortsForm,
    /// What is open over each family, where both sides have both and it is not the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub families: Option<FamiliesForm>,
}

/// Ports over each address family.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
pub struct FamiliesForm {
    /// Over IPv4.
    #[serde(rename = "IPv4")]
    pub v4: ConnectionsForm,
    /// Over IPv6.
    #[serde(rename = "IPv6")]
    pub v6: ConnectionsForm,
}

/// Ports that are open, and ports of which nobody can tell.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionsForm {
    /// Open.
    pub ports: PortsForm,
    /// Nobody can tell; left out where there are none.
    #[serde(skip_serializing_if = "PortsForm::is_empty")]
    pub undetermined: PortsForm,
}

/// Ports by protocol, each `"80"` or `"8000-8080"`, in ascending order. A protocol without ports is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub struct PortsForm {
    /// TCP.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tcp: Vec<String>,
    /// UDP.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub udp: Vec<String>,
    /// SCTP.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sctp: Vec<String>,
}

impl PortsForm {
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl From<&PortRanges> for PortsForm {
    fn from(ports: &PortRanges) -> Self {
        let [tcp, udp, sctp] = Protocol::ALL.map(|protocol| ports.of(protocol).map(range_text).collect());
        Self { tcp, udp, sctp }
    }
}

/// `80`, `8000-8080`.
pub fn range_text(range: PortRange) -> String {
    if range.first == range.last { range.first.to_string() } else { format!("{}-{}", range.first, range.last) }
}

impl From<&Connections> for ConnectionsForm {
    fn from(connections: &Connections) -> Self {
        Self { ports: (&connections.open).into(), undetermined: (&connections.undetermined).into() }
    }
}

impl From<&PairConnections> for PairConnectionsForm {
    fn from(connections: &PairConnections) -> Self {
        let ConnectionsForm { ports, undetermined } = (&connections.any).into();
        let families = connections.by_family.as_ref();
        let families = families.map(|[v4, v6]| FamiliesForm { v4: v4.into(), v6: v6.into() });
        Self { ports, undetermined, families }
    }
}

impl From<&PeerName> for SideForm {
    fn from(name: &PeerName) -> Self {
        match name {
            PeerName::Workload { namespace, kind, name } => Self::Workload(format!("{namespace}/{kind}/{name}")),
            PeerName::Pod(name) => Self::Pod(name.to_string()),
            PeerName::Node(name) => Self::Node(name.to_string()),
        }
    }
}

impl From<&AddressSet> for SideForm {
    fn from(addresses: &AddressSet) -> Self {
        Self::Cidrs(addresses.to_nets().iter().map(ToString::to_string).collect())
    }
}

impl SideForm {
    /// The form of a side of a pair.
    pub fn new(side: Side<'_>, reachability: &Reachability<'_>) -> Self {
        match side {
            Side::Peer(place) => {
                reachability.peers().get(place).map_or_else(|| Self::Pod(String::new()), |peer| (&peer.name).into())
            }
            Side::Outside(addresses) => addresses.into(),
        }
    }
}

/// The stable word for what a node's own packets to its pods may do.
pub fn own_node_name(exemption: OwnNodeExemption) -> &'static str {
    match exemption {
        OwnNodeExemption::Processes => "processes",
        OwnNodeExemption::RootProcesses => "rootProcesses",
        OwnNodeExemption::NodeAddress => "nodeAddress",
        OwnNodeExemption::DeviceAddress => "deviceAddress",
        OwnNodeExemption::Unknown => "unknown",
    }
}
