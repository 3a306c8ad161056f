//! Allowlists held against the policies that are there.

use bulkhead_analysis::allowlist::{Comparison, LetIn, Part, Superfluous, TooMuch};
use bulkhead_analysis::snapshot::Snapshot;
use schemars::JsonSchema;
use serde::Serialize;

use crate::issue::Words;
use crate::minimal::{ExcessForm, ExtraForm, MinimalForm};

/// A comparison: the minimal allowlist, whose entries are what is missing, with what is too much.
#[derive(Clone, Debug, PartialEq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ComparisonForm {
    /// Whether everything that is needed is surely let in.
    pub complete: bool,
    /// What is let in although nobody needs it for this exposure.
    pub superfluous: Vec<SuperfluousForm>,
    /// Who gets in today although nobody asked for it.
    pub excess_today: Vec<ExcessForm>,
    /// What is missing, as `minimal` says it: `entries` and all the rest.
    #[serde(flatten)]
    pub missing: MinimalForm,
}

/// A part of a policy that lets in more than anybody needs.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SuperfluousForm {
    /// The policy, as `NetworkPolicy shop/web`.
    pub policy: String,
    /// Which of its rules, from 0.
    pub rule: usize,
    /// Which of its peers, from 0; null where it is about the rule's ports, and where there are none listed.
    pub peer: Option<usize>,
    /// Which of its ports, from 0; null where it is about the rule's peers, and where there are none listed.
    pub port: Option<usize>,
    /// `unneeded` (all of it), `addresses`, `pods`, `ports` (more than are needed).
    pub excess: &'static str,
    /// The addresses that nobody needs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub addresses: Option<ExtraForm>,
    /// The pods that nobody wants.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pods: Option<Vec<String>>,
    /// How many pods besides the target's the policy is about: they may need it.
    pub others: usize,
    /// The input that it stands in.
    pub file: Option<String>,
    /// Its line there.
    pub line: Option<u32>,
}

impl ComparisonForm {
    /// The form of a comparison.
    pub fn new(comparison: &Comparison, snapshot: &Snapshot, words: &dyn Words) -> Self {
        let missing = MinimalForm::new(&comparison.missing, snapshot, words);
        Self {
            complete: comparison.let_in() == LetIn::All,
            superfluous: comparison.superfluous.iter().map(|part| SuperfluousForm::new(part, snapshot)).collect(),
            excess_today: comparison.excess.iter().map(|excess| ExcessForm::new(excess, snapshot, words)).collect(),
            missing,
        }
    }
}

impl SuperfluousForm {
    fn new(part: &Superfluous, snapshot: &Snapshot) -> Self {
        let file = snapshot.source(part.position).map(str::to_owned);
        Self {
            policy: part.policy.to_string(),
            rule: part.rule,
            peer: if let Part::Peer(index) = part.part { Some(index) } else { None },
            port: if let Part::Port(index) = part.part { Some(index) } else { None },
            excess: match part.excess {
                TooMuch::All => "unneeded",
                TooMuch::Addresses(_) => "addresses",
                TooMuch::Pods(_) => "pods",
                TooMuch::Ports => "ports",
            },
            addresses: match &part.excess {
                TooMuch::Addresses(set) => Some(ExtraForm::new(set)),
                _ => None,
            },
            pods: match &part.excess {
                TooMuch::Pods(pods) => Some(pods.iter().map(|pod| snapshot.pods[*pod].name.to_string()).collect()),
                _ => None,
            },
            others: part.others,
            line: file.is_some().then_some(part.position.line),
            file,
        }
    }
}
