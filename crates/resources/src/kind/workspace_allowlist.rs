//! `WorkspaceAllowlist`: one allowlist entry for every isolated project of a workspace.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::condition::{Condition, PolicyReference};
use super::namespace_network_policy::{EgressRule, IngressRule};
use super::rule::{Rule, validations};
use super::selector::LabelSelector;

const SPEC: &[Rule] = &[
    Rule { rule: "self.workspace == oldSelf.workspace", message: "the workspace of an allowlist stays what it is" },
    Rule {
        rule: "has(self.ingress) || has(self.egress)",
        message: "an allowlist has rules for ingress, for egress or for both",
    },
];

/// What an allowlist lets through in every isolated project of its workspace.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(extend("x-kubernetes-validations" = validations(SPEC)))]
pub struct WorkspaceAllowlistSpec {
    /// The workspace.
    #[schemars(length(min = 1, max = 63))]
    pub workspace: String,
    /// Only the projects whose labels match. Missing means all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace_selector: Option<LabelSelector>,
    /// The pods of those projects that the allowlist is for. Missing means all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pod_selector: Option<LabelSelector>,
    /// Who may connect to those pods.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 32))]
    pub ingress: Option<Vec<IngressRule>>,
    /// Whom those pods may connect to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 32))]
    pub egress: Option<Vec<EgressRule>>,
    /// What the allowlist is for, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 1024))]
    pub description: Option<String>,
    /// From when on the allowlist no longer counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("format" = "date-time"))]
    pub expires: Option<String>,
}

/// What became of an allowlist.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct WorkspaceAllowlistStatus {
    /// The generation of the allowlist that this is about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,
    /// `Ready`: the policies are as it says. `Resolved`: all that it names is there and may be named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(extend("x-kubernetes-list-type" = "map", "x-kubernetes-list-map-keys" = ["type"]))]
    pub conditions: Option<Vec<Condition>>,
    /// How many projects it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub projects: Option<i32>,
    /// The policies that were made of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policies: Option<Vec<PolicyReference>>,
}
