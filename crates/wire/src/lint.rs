//! Findings of the lint rules, and the rules themselves.

use bulkhead_analysis::check::{Finding, Related, Report, Rule, rule};
use bulkhead_analysis::snapshot::Snapshot;
use schemars::JsonSchema;
use serde::Serialize;

use crate::evidence::place;
use crate::issue::{IssueForm, Words, severity_name};

/// What the rules found.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LintForm {
    /// What is to be reported, by file and line.
    pub findings: Vec<FindingForm>,
    /// What was found and is not to be reported.
    pub suppressed: Vec<SuppressedForm>,
    /// What else there is to know about the input.
    pub issues: Vec<IssueForm>,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FindingForm {
    /// The rule's id, as `BH001`.
    pub rule: &'static str,
    /// The rule's name, as `any-source`.
    pub name: &'static str,
    /// `error`, `warning` or `note`.
    pub severity: &'static str,
    /// One line for people.
    pub message: String,
    /// What to do about it.
    pub fix: Option<String>,
    /// The input that it is in.
    pub file: Option<String>,
    /// The line in that input, from 1.
    pub line: Option<u32>,
    /// The object that it is about, as `NetworkPolicy shop/web`.
    pub object: Option<String>,
    /// The field's path in the object.
    pub field: Option<String>,
    /// Other places that have a part in it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub related: Vec<RelatedForm>,
}

/// Another place that has a part in a finding.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RelatedForm {
    /// The object there.
    pub object: String,
    /// The field of it; null for the object as a whole.
    pub field: Option<String>,
    /// The input that it is in.
    pub file: Option<String>,
    /// The line in that input, from 1.
    pub line: Option<u32>,
}

/// A finding that is not to be reported.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SuppressedForm {
    /// The finding.
    #[serde(flatten)]
    pub finding: FindingForm,
    /// Why it is not reported; null where nobody said.
    pub reason: Option<String>,
}

/// One rule.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RuleForm {
    /// Its id.
    pub id: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What it looks at: `policy`, `path`, `tenancy` or `suppression`.
    pub group: &'static str,
    /// How bad its findings are.
    pub severity: &'static str,
}

impl LintForm {
    /// The form of a report.
    pub fn new(report: &Report, snapshot: &Snapshot, words: &dyn Words) -> Self {
        let suppressed = report.suppressed.iter().map(|suppressed| SuppressedForm {
            finding: FindingForm::new(&suppressed.finding, snapshot, words),
            reason: suppressed.reason.clone(),
        });
        let others = snapshot.issues.iter().filter(|issue| !rule::reports(issue));
        Self {
            findings: report.findings.iter().map(|finding| FindingForm::new(finding, snapshot, words)).collect(),
            suppressed: suppressed.collect(),
            issues: others.map(|issue| IssueForm::new(issue, snapshot, words)).collect(),
        }
    }
}

impl FindingForm {
    /// The form of a finding.
    pub fn new(finding: &Finding, snapshot: &Snapshot, words: &dyn Words) -> Self {
        let issue = IssueForm::new(&finding.issue, snapshot, words);
        Self {
            rule: finding.rule.id,
            name: finding.rule.name,
            severity: issue.severity,
            message: issue.message,
            fix: words.fix(finding),
            file: issue.file,
            line: issue.line,
            object: issue.object,
            field: issue.field,
            related: finding.related.iter().map(|related| RelatedForm::new(related, snapshot)).collect(),
        }
    }
}

impl RelatedForm {
    fn new(related: &Related, snapshot: &Snapshot) -> Self {
        let (file, line) = related.position.map_or((None, None), |position| place(snapshot, position));
        let field = Some(related.field.clone()).filter(|field| !field.is_empty());
        Self { object: related.object.to_string(), field, file, line }
    }
}

impl From<&Rule> for RuleForm {
    fn from(rule: &Rule) -> Self {
        Self { id: rule.id, name: rule.name, group: rule.group().name(), severity: severity_name(rule.severity) }
    }
}
