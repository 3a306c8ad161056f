//! Issues, as data with one line of words.

use bulkhead_analysis::allowlist::{Stranger, Witness};
use bulkhead_analysis::check::Finding;
use bulkhead_analysis::model::object::PeerManifest;
use bulkhead_analysis::model::{Issue, Severity};
use bulkhead_analysis::path::Reason;
use bulkhead_analysis::policy::explain::Miss;
use bulkhead_analysis::snapshot::Snapshot;
use schemars::JsonSchema;
use serde::Serialize;

/// The words for stable codes, in the language that was asked for.
pub trait Words {
    /// One line for an issue, without its place.
    fn issue(&self, issue: &Issue) -> String;
    /// The words of a key that has no arguments.
    fn word(&self, key: &str) -> String;
    /// One line for what would have to be otherwise for a rule to match.
    fn miss(&self, miss: &Miss) -> String;
    /// One line for a reason.
    fn reason(&self, reason: &Reason) -> String;
    /// One line for a way that needs an entry, for somebody who may see what is in one namespace: no pod of another one is named.
    fn witness(&self, witness: &Witness, snapshot: &Snapshot, namespace: &str) -> String;
    /// Somebody who gets in although nobody asked for it, for somebody who may see what is in one namespace.
    fn stranger(&self, stranger: &Stranger, snapshot: &Snapshot, namespace: &str) -> String;
    /// A peer of a policy.
    fn peer(&self, peer: &PeerManifest) -> String;
    /// What to do about a finding of a rule, if there is something to say.
    fn fix(&self, finding: &Finding) -> Option<String>;
}

/// One finding about the input or the question.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IssueForm {
    /// `error`, `warning` or `note`.
    pub severity: &'static str,
    /// The stable code.
    pub code: &'static str,
    /// One line for people.
    pub message: String,
    /// The input that it is in.
    pub file: Option<String>,
    /// The line in that input, from 1.
    pub line: Option<u32>,
    /// The object that it is about, as `Pod shop/web-0`.
    pub object: Option<String>,
    /// The field's path in the object.
    pub field: Option<String>,
}

impl IssueForm {
    /// The form of an issue that stands in a snapshot's input.
    pub fn new(issue: &Issue, snapshot: &Snapshot, words: &dyn Words) -> Self {
        let place = issue.position.and_then(|position| Some((snapshot.source(position)?, position.line)));
        Self::at(issue, place, words)
    }

    /// The form of an issue at a place of any text, such as a line of questions.
    pub fn at(issue: &Issue, place: Option<(&str, u32)>, words: &dyn Words) -> Self {
        Self {
            severity: severity_name(issue.severity),
            code: issue.code,
            message: words.issue(issue),
            file: place.map(|(file, _)| file.to_owned()),
            line: place.map(|(_, line)| line).filter(|line| *line > 0),
            object: issue.object.as_ref().map(ToString::to_string),
            field: Some(issue.field.clone()).filter(|field| !field.is_empty()),
        }
    }
}

/// The stable word of a severity.
pub fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}
