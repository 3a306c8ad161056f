//! Why, for many pairs: what the policies of both sides say, part by part.

use bulkhead_analysis::policy::RuleRef;
use bulkhead_analysis::policy::explain::{Miss, NearMiss, Part};
use bulkhead_analysis::policy::reach::Family;
use bulkhead_analysis::reachability::{PairAccount, Reachability, SideAccount};
use bulkhead_analysis::snapshot::Snapshot;
use schemars::JsonSchema;
use serde::Serialize;

use crate::evidence::{EvidenceForm, evidence, place};
use crate::explanation::{MissForm, miss_name};
use crate::hop::verdict_name;
use crate::issue::Words;
use crate::reach::{PortsForm, SideForm};

/// Why a pair is as it is.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PairAccountForm {
    /// Who opens the connection.
    pub from: SideForm,
    /// To whom.
    pub to: SideForm,
    /// `IPv4` or `IPv6`, where the answer is not the same for both; left out otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family: Option<&'static str>,
    /// Whether they share no address family; left out where they do.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub apart: bool,
    /// Open ports.
    pub ports: PortsForm,
    /// Nobody can tell whether these are open; left out where there are none.
    #[serde(skip_serializing_if = "PortsForm::is_empty")]
    pub undetermined: PortsForm,
    /// What the sender's policies say; null where it has none, being outside or on its node's network.
    pub egress: Option<SideAccountForm>,
    /// What the receiver's policies say; the same.
    pub ingress: Option<SideAccountForm>,
}

/// What the policies of one side say.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SideAccountForm {
    /// Disjoint sets of ports, together all that were asked about.
    pub parts: Vec<PartForm>,
    /// Where nothing is let through: the rules that come nearest to allowing it.
    pub nearest: Vec<NearestForm>,
}

/// Ports about which the same is said for the same reason.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PartForm {
    /// The ports.
    pub ports: PortsForm,
    /// `allow`, `deny` or `undetermined`.
    pub verdict: &'static str,
    /// The rules that say so.
    pub evidence: Vec<EvidenceForm>,
}

/// A rule that would allow something if the least were otherwise.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct NearestForm {
    /// Its policy.
    pub policy: String,
    /// Its index in the policy's list for the direction.
    pub rule: Option<usize>,
    /// The input that it stands in.
    pub file: Option<String>,
    /// Its line there.
    pub line: Option<u32>,
    /// What would have to be otherwise.
    pub misses: Vec<MissForm>,
}

impl PairAccountForm {
    /// The form of an account.
    pub fn new(account: &PairAccount<'_>, reachability: &Reachability<'_>, words: &dyn Words) -> Self {
        let snapshot = reachability.snapshot();
        let side = |side: &Option<SideAccount>| side.as_ref().map(|side| SideAccountForm::new(side, snapshot, words));
        Self {
            from: SideForm::new(account.from, reachability),
            to: SideForm::new(account.to, reachability),
            family: account.family.map(family_name),
            apart: account.is_apart,
            ports: (&account.connections.open).into(),
            undetermined: (&account.connections.undetermined).into(),
            egress: side(&account.egress),
            ingress: side(&account.ingress),
        }
    }
}

impl SideAccountForm {
    /// The form of one side's account.
    pub fn new(side: &SideAccount, snapshot: &Snapshot, words: &dyn Words) -> Self {
        Self {
            parts: part_forms(side, snapshot),
            nearest: side.nearest.iter().map(|near| NearestForm::new(near, snapshot, words)).collect(),
        }
    }
}

/// What one side's policies say, part by part.
pub fn part_forms(side: &SideAccount, snapshot: &Snapshot) -> Vec<PartForm> {
    let part = |part: &Part| PartForm {
        ports: (&part.ports).into(),
        verdict: verdict_name(&part.verdict),
        evidence: evidence(snapshot, side.direction, side.subject, &part.verdict),
    };
    side.parts.parts.iter().map(part).collect()
}

impl NearestForm {
    fn new(near: &NearMiss, snapshot: &Snapshot, words: &dyn Words) -> Self {
        let misses = near.misses.iter().map(|miss| miss_form(miss, words)).collect();
        Self { misses, ..Self::without_misses(&near.rule, snapshot) }
    }

    /// A rule alone, for those who write its misses behind it.
    pub fn without_misses(rule: &RuleRef, snapshot: &Snapshot) -> Self {
        let (file, line) = place(snapshot, rule.position);
        Self { policy: rule.policy.to_string(), rule: rule.rule, file, line, misses: Vec::new() }
    }
}

/// One thing that would have to be otherwise.
pub fn miss_form(miss: &Miss, words: &dyn Words) -> MissForm {
    MissForm { miss: miss_name(miss), message: words.miss(miss) }
}

/// `IPv4`, `IPv6`.
pub fn family_name(family: Family) -> &'static str {
    match family {
        Family::V4 => "IPv4",
        Family::V6 => "IPv6",
    }
}
