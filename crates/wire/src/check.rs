//! Claims about a cluster, and what became of them.

use bulkhead_analysis::Assertions;
use bulkhead_analysis::ByNode;
use bulkhead_analysis::assertion::{Found, Held, Judged};
use serde::Serialize;
use serde_json::Value;

use crate::answer::{AnswerForm, Detail, Telling};
use crate::issue::{IssueForm, Words};
use crate::pairs::PairAccountForm;

/// What became of every claim.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CheckForm {
    /// Every claim, in the order of the files.
    pub assertions: Vec<AssertionForm>,
    /// How many ended how.
    pub summary: SummaryForm,
    /// What is wrong with the cluster's input.
    pub issues: Vec<IssueForm>,
}

/// How many claims ended how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SummaryForm {
    /// They hold.
    pub held: usize,
    /// They do not.
    pub failed: usize,
    /// Nobody can tell.
    pub undetermined: usize,
}

/// One claim.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AssertionForm {
    /// The test that it belongs to.
    pub test: String,
    /// What it is called.
    pub name: String,
    /// The file that it stands in.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// `allow` or `deny`.
    pub expect: &'static str,
    /// `held`, `failed` or `undetermined`.
    pub result: &'static str,
    /// How many pairs or clients speak against it; where none does, how many leave it open.
    pub against: usize,
    /// The first of them.
    pub found: Vec<FoundForm>,
}

/// What speaks against a claim, or leaves it open.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum FoundForm {
    /// There is nothing to speak of.
    Nothing(IssueForm),
    /// A pair, and what the policies of both sides say.
    Pair(Box<PairAccountForm>),
    /// A client.
    Ways {
        /// The client, as `pod/shop/web-0` or an address.
        from: String,
        /// Its ways.
        answer: AnswerForm,
    },
}

impl CheckForm {
    /// The form of claims that were judged.
    pub fn new(assertions: &Assertions<'_>, issues: Vec<IssueForm>, words: &dyn Words) -> Self {
        let count = |held| assertions.count(held);
        Self {
            assertions: assertions.judged.iter().map(|judged| AssertionForm::new(judged, assertions, words)).collect(),
            summary: SummaryForm {
                held: count(Held::Yes),
                failed: count(Held::No),
                undetermined: count(Held::Undetermined),
            },
            issues,
        }
    }
}

impl AssertionForm {
    fn new(judged: &Judged, of: &Assertions<'_>, words: &dyn Words) -> Self {
        let assertion = &judged.assertion;
        Self {
            test: assertion.test.clone(),
            name: assertion.name.clone(),
            file: assertion.file.clone(),
            line: assertion.line,
            expect: assertion.expect.name(),
            result: judged.held.name(),
            against: judged.against,
            found: judged.found.iter().map(|found| FoundForm::new(found, of, words)).collect(),
        }
    }
}

impl FoundForm {
    fn new(found: &Found, of: &Assertions<'_>, words: &dyn Words) -> Self {
        match found {
            Found::Nothing(issue) => Self::Nothing(IssueForm::at(issue, None, words)),
            Found::Pair(pair) => {
                Self::Pair(Box::new(PairAccountForm::new(&pair.account(), of.reachability_of(pair), words)))
            }
            Found::Ways { request, answer } => {
                let telling = Telling { detail: Detail::Ends, by_node: ByNode::Lists };
                let answer = AnswerForm::new(Value::Null, answer, of.network(), telling, words);
                Self::Ways { from: request.from.to_string(), answer }
            }
        }
    }
}
