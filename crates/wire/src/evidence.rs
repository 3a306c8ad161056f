//! Which rules decided.

use bulkhead_analysis::model::Position;
use bulkhead_analysis::model::object::Direction;
use bulkhead_analysis::policy::{RuleRef, Verdict};
use bulkhead_analysis::snapshot::{PodId, Snapshot};
use serde::Serialize;

/// A rule, or a policy as a whole, that had a part in a verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EvidenceForm {
    /// `allow`, `deny` or `undetermined`.
    pub verdict: &'static str,
    /// The pod whose policies were asked.
    pub pod: String,
    /// `Ingress` or `Egress`, as that pod sees it.
    pub direction: &'static str,
    /// The policy, as `NetworkPolicy shop/web`; null where nothing isolates the pod in this direction.
    pub policy: Option<String>,
    /// The rule's index in `spec.ingress` or `spec.egress`; null for the policy as a whole.
    pub rule: Option<usize>,
    /// The input that the rule stands in.
    pub file: Option<String>,
    /// Its line there.
    pub line: Option<u32>,
}

/// The evidence of one verdict: an entry for each rule, or one without a policy where nothing isolates.
pub fn evidence(snapshot: &Snapshot, direction: Direction, pod: PodId, verdict: &Verdict) -> Vec<EvidenceForm> {
    let (word, rules) = match verdict {
        Verdict::Allow { rules } => ("allow", rules),
        Verdict::Deny { policies } => ("deny", policies),
        Verdict::Undetermined { because } => ("undetermined", because),
    };
    let pod = snapshot.pods[pod].name.to_string();
    let form = |rule: Option<&RuleRef>| {
        let (file, line) = rule.map_or((None, None), |rule| place(snapshot, rule.position));
        EvidenceForm {
            verdict: word,
            pod: pod.clone(),
            direction: direction.name(),
            policy: rule.map(|rule| rule.policy.to_string()),
            rule: rule.and_then(|rule| rule.rule),
            file,
            line,
        }
    };
    if rules.is_empty() { vec![form(None)] } else { rules.iter().map(|rule| form(Some(rule))).collect() }
}

/// File and line of a position.
pub(crate) fn place(snapshot: &Snapshot, position: Position) -> (Option<String>, Option<u32>) {
    let file = snapshot.source(position).map(str::to_owned);
    let line = file.as_ref().and(Some(position.line)).filter(|line| *line > 0);
    (file, line)
}
