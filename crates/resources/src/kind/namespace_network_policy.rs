//! `NamespaceNetworkPolicy`: one allowlist entry of a project. A superset of KubeSphere's kind of the same name.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::allowlist::{Peer, Port};
use super::selector::LabelSelector;

/// What an entry lets through, besides what isolation lets through anyway.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NamespaceNetworkPolicySpec {
    /// Who may connect to the project's pods. A missing list is not an empty one: an empty one lets nobody in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 32))]
    pub ingress: Option<Vec<IngressRule>>,
    /// Whom the project's pods may connect to. The first entry that has this restricts what they may.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 32))]
    pub egress: Option<Vec<EgressRule>>,
    /// The directions that the entry is about, as in a NetworkPolicy. Missing means those that have a list. No rule holds the
    /// words to anything: KubeSphere never read them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy_types: Option<Vec<String>>,
    /// The pods of the project that the entry is for. Missing means all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pod_selector: Option<LabelSelector>,
    /// What the entry is for, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 1024))]
    pub description: Option<String>,
    /// From when on the entry no longer counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "date-time"))]
    pub expires: Option<String>,
}

/// Sources, and the ports of the project's pods that they may reach.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct IngressRule {
    /// The sources. Missing or empty means any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 256))]
    pub from: Option<Vec<Peer>>,
    /// The ports. Missing or empty means all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 128))]
    pub ports: Option<Vec<Port>>,
}

/// Destinations, and the ports there that the project's pods may reach.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EgressRule {
    /// The destinations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 256))]
    pub to: Option<Vec<Peer>>,
    /// The ports. Missing or empty means all; for a Service, the ports that it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 128))]
    pub ports: Option<Vec<Port>>,
}
