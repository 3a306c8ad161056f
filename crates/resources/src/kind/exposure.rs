//! `Exposure`: this Service, Ingress or route shall be reachable by these clients.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::allowlist::Port;
use super::condition::{Condition, PolicyReference};
use super::rule::{Cidr, IntOrString, Rule, validations};
use super::selector::LabelSelector;

const TARGET: &[Rule] = &[
    Rule {
        rule: "[has(self.service), has(self.ingress), has(self.route)].filter(there, there).size() == 1",
        message: "a target is one of service, ingress and route",
    },
    Rule { rule: "!has(self.ports) || has(self.service)", message: "only a service has ports to choose from" },
];

const CLIENT: &[Rule] = &[
    Rule {
        rule: "[has(self.cidr), has(self.__namespace__), has(self.pod), has(self.node), has(self.any)].filter(there, there).size() == 1",
        message: "a client is one of cidr, namespace, pod, node and any",
    },
    Rule { rule: "!has(self.any) || self.any", message: "any is true, or left out" },
];

/// What shall be reachable, and by whom.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ExposureSpec {
    /// What shall be reachable.
    pub target: Target,
    /// Through which kinds of door. Missing means every door that the target has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 7), extend("x-kubernetes-list-type" = "set"))]
    pub doors: Option<Vec<Door>>,
    /// By whom. Empty means nobody.
    #[serde(default)]
    #[schemars(length(max = 256))]
    pub clients: Vec<Client>,
    /// What the exposure is for, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 1024))]
    pub description: Option<String>,
    /// From when on the exposure no longer counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "date-time"))]
    pub expires: Option<String>,
}

/// What shall be reachable: one of service, ingress and route, in the exposure's own namespace.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-kubernetes-validations" = validations(TARGET)))]
pub struct Target {
    /// The name of a Service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 63))]
    pub service: Option<String>,
    /// Only these ports of the Service, by number or name. Missing means all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 64))]
    pub ports: Option<Vec<IntOrString>>,
    /// The name of an Ingress.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 253))]
    pub ingress: Option<String>,
    /// A route of the Gateway API.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub route: Option<RouteTarget>,
}

/// A route of the Gateway API.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RouteTarget {
    /// Its kind.
    #[schemars(extend("enum" = ["HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute"]))]
    pub kind: String,
    /// Its name.
    #[schemars(length(min = 1, max = 253))]
    pub name: String,
}

/// A kind of way in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Door {
    /// A Service's clusterIP.
    ClusterIP,
    /// A port of every node.
    NodePort,
    /// A load balancer's address.
    LoadBalancer,
    /// One of a Service's externalIPs.
    ExternalIP,
    /// A pod's own address.
    PodIP,
    /// A host port of the pod.
    HostPort,
    /// A host and path of an Ingress or a route.
    Gateway,
}

/// Who shall reach it: one of cidr, namespace, pod, node and any.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(extend("x-kubernetes-validations" = validations(CLIENT)))]
pub struct Client {
    /// Addresses outside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cidr: Option<Cidr>,
    /// The pods of a namespace.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<NamespaceClient>,
    /// One pod.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pod: Option<PodClient>,
    /// The processes of a node.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 253))]
    pub node: Option<String>,
    /// Everyone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub any: Option<bool>,
}

/// The pods of a namespace as a client.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NamespaceClient {
    /// Its name.
    #[schemars(length(min = 1, max = 63))]
    pub name: String,
    /// Only these pods of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pod_selector: Option<LabelSelector>,
}

/// One pod as a client.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PodClient {
    /// Its namespace.
    #[schemars(length(min = 1, max = 63))]
    pub namespace: String,
    /// Its name.
    #[schemars(length(min = 1, max = 253))]
    pub name: String,
}

/// What became of an exposure.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExposureStatus {
    /// The generation of the exposure that this is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
    /// `Ready`: the policy lets in what it must. `Resolved`: the target and the clients are there. `Determined`: nothing that
    /// decides is unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["type"]))]
    pub conditions: Option<Vec<Condition>>,
    /// The policies that were made of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policies: Option<Vec<PolicyReference>>,
    /// The entries of the allowlist, each with a route that needs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 1024))]
    pub entries: Option<Vec<StatusEntry>>,
    /// Who else gets in through them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excess: Option<Vec<ExcessStatus>>,
}

/// One entry of the allowlist.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StatusEntry {
    /// The source: a cidr, or a selector of pods in words.
    pub source: String,
    /// The ports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 128))]
    pub ports: Option<Vec<Port>>,
    /// A route that needs it, hop by hop.
    pub witness: String,
}

/// Somebody who gets in although nobody asked for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ExcessStatus {
    /// Who.
    pub who: String,
    /// Through which entry.
    pub through: String,
    /// What would stop them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedies: Option<Vec<String>>,
}
