//! What a picture of ways is made of: the fields of an answer that it shows, read from the answer as it is sent, so that whatever was
//! taken out of that is not in the picture either.

use std::collections::BTreeMap;

use bulkhead_wire::AnswerForm;
use serde::Deserialize;
use serde_json::Value;

/// An answer, as far as it is drawn.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Ways {
    pub(super) outcome: String,
    pub(super) routes: Vec<Way>,
}

/// A route.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Way {
    pub(super) entry_nodes: Vec<String>,
    pub(super) door: Option<String>,
    pub(super) endpoint: Option<Endpoint>,
    pub(super) outcome: String,
    pub(super) reason: Option<String>,
    pub(super) seen_by_policy: Option<String>,
    pub(super) seen_by_pod: Option<String>,
    #[serde(default)]
    pub(super) unknown: BTreeMap<String, String>,
    pub(super) evidence: Vec<Evidence>,
    #[serde(default)]
    pub(super) hops: Vec<Hop>,
}

/// Where a route ends.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Endpoint {
    pub(super) pod: Option<String>,
    pub(super) node: Option<String>,
    pub(super) address: Option<String>,
}

/// A rule that decided.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Evidence {
    pub(super) verdict: String,
    pub(super) pod: String,
    pub(super) direction: String,
    pub(super) policy: Option<String>,
    pub(super) rule: Option<usize>,
    #[serde(default)]
    pub(super) action: Option<String>,
}

/// A step.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Hop {
    pub(super) place: String,
    pub(super) step: String,
    #[serde(default)]
    pub(super) service: Option<String>,
    #[serde(default)]
    pub(super) object: Option<String>,
    #[serde(default)]
    pub(super) tunnel: Option<String>,
    #[serde(default)]
    pub(super) direction: Option<String>,
    #[serde(default)]
    pub(super) pod: Option<String>,
    #[serde(default)]
    pub(super) verdict: Option<String>,
    pub(super) before: Packet,
    pub(super) after: Packet,
    #[serde(default)]
    pub(super) reason: Option<String>,
}

/// A packet before or after a step.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Packet {
    pub(super) source: Option<String>,
    pub(super) destination: Option<String>,
    pub(super) port: u16,
}

impl Ways {
    /// Of an answer; its routes need their hops.
    pub fn of(form: &AnswerForm) -> Option<Self> {
        Self::read(serde_json::to_value(form).ok()?).ok()
    }

    /// Of an answer as it is sent.
    pub fn read(answer: Value) -> Result<Self, serde_json::Error> {
        serde_json::from_value(answer)
    }
}
