//! Peers and ports of allowlist entries.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::condition::{Condition, PolicyReference};
use super::rule::{Cidr, IntOrString, Rule, validations};
use super::selector::LabelSelector;

/// What a peer must be. Objects that KubeSphere's controller could use stay valid: it takes the first of service, namespace and
/// ipBlock where several are there.
const PEER: &[Rule] = &[
    Rule {
        rule: "has(self.__namespace__) || has(self.service) || has(self.ipBlock) || has(self.ipRange)",
        message: "a peer names a namespace, a service, an ipBlock or an ipRange",
    },
    Rule {
        rule: "!has(self.ipRange) || (!has(self.__namespace__) && !has(self.service) && !has(self.ipBlock))",
        message: "an ipRange is a peer of its own",
    },
];

const BLOCK: &[Rule] = &[Rule {
    rule: "!has(self.except) || self.except.all(e, cidr(self.cidr).containsCIDR(e))",
    message: "every except lies inside cidr",
}];

const RANGE: &[Rule] = &[
    Rule {
        rule: "isIP(self.first) && isIP(self.last)",
        message: "first and last are addresses such as 10.0.0.10 or 2001:db8::1",
    },
    Rule {
        rule: "!isIP(self.first) || !isIP(self.last) || ip(self.first).family() == ip(self.last).family()",
        message: "first and last are both IPv4 or both IPv6",
    },
];

/// A number or a name is told by the schema, which costs nothing: CEL would have to look at texts of any length. Where `port` is a name the
/// comparison fails, which refuses the object, too. (`type(self.port) == int` would say it better, and not every CEL has it.)
const PORT: &[Rule] = &[
    Rule { rule: "!has(self.endPort) || has(self.port)", message: "endPort needs a port that is a number" },
    Rule {
        rule: "!has(self.endPort) || !has(self.port) || self.endPort >= self.port",
        message: "endPort is not below port, which is a number",
    },
];

/// The name of a port of pods: up to 15 lower case letters, digits and `-`, and a letter among them.
const PORT_NAME: &str = "^([0-9][-0-9]*)?[a-z]([-a-z0-9]*[a-z0-9])?$";

/// Who may connect, or be connected to. In an internal entry a namespace or a service of the same workspace; in an external one
/// addresses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-validations" = validations(PEER)))]
pub struct Peer {
    /// A project: all of its pods, or those that a selector picks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<NamespacePeer>,
    /// The pods behind a Service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<ServicePeer>,
    /// A block of addresses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip_block: Option<IpBlock>,
    /// A range of addresses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ip_range: Option<IpRange>,
}

/// A project as a peer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NamespacePeer {
    /// Its name.
    #[schemars(length(max = 253))]
    pub name: String,
    /// Only these pods of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pod_selector: Option<LabelSelector>,
}

/// A Service as a peer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ServicePeer {
    /// The Service's namespace.
    #[schemars(length(max = 253))]
    pub namespace: String,
    /// Its name.
    #[schemars(length(max = 253))]
    pub name: String,
}

/// A block of addresses as a peer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-kubernetes-validations" = validations(BLOCK)))]
pub struct IpBlock {
    /// The block.
    pub cidr: Cidr,
    /// Blocks inside it that are left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 16))]
    pub except: Option<Vec<Cidr>>,
}

/// A range of addresses as a peer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-kubernetes-validations" = validations(RANGE)))]
pub struct IpRange {
    /// The first address.
    #[schemars(length(max = 45))]
    pub first: String,
    /// The last address, which is part of the range.
    #[schemars(length(max = 45))]
    pub last: String,
}

/// One port, or a range of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-validations" = validations(PORT)))]
pub struct Port {
    /// TCP, UDP or SCTP.
    #[serde(default = "tcp")]
    #[schemars(extend("enum" = ["TCP", "UDP", "SCTP"]))]
    pub protocol: String,
    /// A number, or the name that the pods give it. Missing means every port of the protocol.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("maxLength" = 15, "pattern" = PORT_NAME))]
    pub port: Option<IntOrString>,
    /// The last port of a range that begins with `port`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 65535))]
    pub end_port: Option<i32>,
}

fn tcp() -> String {
    "TCP".to_owned()
}

/// What became of an entry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct EntryStatus {
    /// The generation of the entry that this is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
    /// `Ready`: its policy is as it says. `Resolved`: all that it names is there and may be named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["type"]))]
    pub conditions: Option<Vec<Condition>>,
    /// The policies that were made of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policies: Option<Vec<PolicyReference>>,
}
