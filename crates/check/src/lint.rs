//! All rules over one cluster.

use std::collections::BTreeSet;

use bulkhead_model::watch::{Phase, Watch};
use bulkhead_path::Network;
use bulkhead_snapshot::Snapshot;

use crate::cluster::Cluster;
use crate::finding::Finding;
use crate::rule::{self, Group, Rule};
use crate::settings::{Level, Settings, Suppressing};
use crate::suppression::{Place, Scope, Suppression, annotations, with_objects};

/// What the rules found.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Report {
    /// What is to be reported, by file and line.
    pub findings: Vec<Finding>,
    /// What was found and is not to be reported.
    pub suppressed: Vec<Suppressed>,
}

/// A finding that is not to be reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suppressed {
    /// The finding.
    pub finding: Finding,
    /// Why; `None` where nobody said, which is a finding of its own.
    pub reason: Option<String>,
}

/// Runs every rule.
pub fn lint(network: &Network<'_>, settings: &Settings, watch: &dyn Watch) -> Report {
    watch.begins(Phase::Rules);
    let (cluster, snapshot) = (Cluster::new(network), network.snapshot());
    let mut findings: Vec<Finding> = Vec::new();
    for (number, rule) in rule::ALL.iter().enumerate() {
        watch.did(number, rule::ALL.len());
        findings.extend((rule.find)(&cluster));
    }
    let mut suppressed: Vec<Suppressed> = Vec::new();
    if settings.suppressing == Suppressing::Honoured {
        let mut suppressions = annotations(snapshot);
        suppressions.extend(with_objects(&settings.suppressions, snapshot));
        let faults = faults(&suppressions, &findings, snapshot);
        (suppressed, findings) = suppress(findings, &suppressions, snapshot);
        findings.extend(faults);
    }
    suppressed.sort_by(|a, b| order(&a.finding).cmp(&order(&b.finding)));
    Report { findings: levelled(findings, settings), suppressed }
}

/// Takes out what is not to be reported. What is wrong with suppressions cannot be suppressed.
fn suppress(
    findings: Vec<Finding>,
    suppressions: &[Suppression],
    snapshot: &Snapshot,
) -> (Vec<Suppressed>, Vec<Finding>) {
    let (mut out, mut left) = (Vec::new(), Vec::new());
    for finding in findings {
        let by = suppressions.iter().find(|suppression| suppression.covers(&finding, snapshot));
        match by.filter(|_| finding.rule.group() != Group::Suppression) {
            Some(by) => out.push(Suppressed { finding, reason: by.reason.clone() }),
            None => left.push(finding),
        }
    }
    (out, left)
}

/// What is wrong with suppressions: no reason, no such rule, nothing to suppress.
fn faults(suppressions: &[Suppression], findings: &[Finding], snapshot: &Snapshot) -> Vec<Finding> {
    let mut faults = Vec::new();
    for suppression in suppressions {
        let about = |rule: &'static Rule| place(rule.finding(), suppression);
        if suppression.reason.is_none() {
            faults.push(about(&rule::SUPPRESSION_WITHOUT_REASON).with("rules", suppression.rules.join(", ")));
        }
        let unknown = suppression.unknown_rules();
        if !unknown.is_empty() || suppression.rules.is_empty() {
            faults.push(about(&rule::SUPPRESSION_OF_UNKNOWN_RULE).with("rules", unknown.join(", ")));
        } else if !findings.iter().any(|finding| suppression.covers(finding, snapshot)) {
            faults.push(about(&rule::SUPPRESSION_UNUSED).with("rules", suppression.rules.join(", ")));
        }
    }
    faults
}

fn place(finding: Finding, suppression: &Suppression) -> Finding {
    let finding = match &suppression.place {
        Place::Input(position) => finding.at(*position),
        Place::Settings { file, line } => finding.in_field(format!("{file}:{line}")),
    };
    match &suppression.scope {
        Scope::Object(object) => finding.about(object),
        Scope::Line(_) | Scope::Matching { .. } => finding,
    }
}

/// Findings as bad as the user says, sorted, each once.
fn levelled(findings: Vec<Finding>, settings: &Settings) -> Vec<Finding> {
    let level = |mut finding: Finding| match settings.levels.get(finding.rule.id) {
        Some(Level::Off) => None,
        Some(Level::At(severity)) => {
            finding.issue.severity = *severity;
            Some(finding)
        }
        None => Some(finding),
    };
    let mut findings: Vec<Finding> = findings.into_iter().filter_map(level).collect();
    findings.sort_by(|a, b| order(a).cmp(&order(b)));
    let mut seen = BTreeSet::new();
    findings.retain(|finding| seen.insert(finding.issue.clone()));
    findings
}

/// By file and line, then by rule; what has no place comes last.
fn order(finding: &Finding) -> impl Ord + '_ {
    let issue = &finding.issue;
    (issue.position.is_none(), issue.position, finding.rule.id, &issue.object, &issue.field, &issue.arguments)
}
