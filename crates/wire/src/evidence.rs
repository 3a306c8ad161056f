//! Which rules decided, and which habits of the engine that hangs on.

use bulkhead_analysis::model::Position;
use bulkhead_analysis::model::object::Direction;
use bulkhead_analysis::policy::{Deviation, RuleRef, Verdict};
use bulkhead_analysis::snapshot::{PodId, Snapshot};
use schemars::JsonSchema;
use serde::Serialize;

use crate::hop::verdict_name;

/// A rule, or a policy as a whole, that had a part in a verdict.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EvidenceForm {
    /// `allow`, `deny` or `undetermined`: what the policies of the pod say together.
    pub verdict: &'static str,
    /// The pod whose policies were asked.
    pub pod: String,
    /// `Ingress` or `Egress`, as that pod sees it.
    pub direction: &'static str,
    /// The policy, as `NetworkPolicy shop/web`; null where nothing isolates the pod in this direction.
    pub policy: Option<String>,
    /// The rule's index in `spec.ingress` or `spec.egress`; null for the policy as a whole.
    pub rule: Option<usize>,
    /// `allow`, `deny` or `pass`: what this rule does; a policy as a whole denies, by isolating the pod.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub action: Option<&'static str>,
    /// What about the rule nobody knows, as a stable word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doubt: Option<&'static str>,
    /// The input that the rule stands in.
    pub file: Option<String>,
    /// Its line there.
    pub line: Option<u32>,
}

/// A habit of the policy engine without which the answer could be another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, JsonSchema, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeviationForm {
    /// The engine.
    pub engine: &'static str,
    /// The habit, as a stable word.
    pub habit: &'static str,
    /// What it is here.
    pub value: &'static str,
    /// Where that is known from.
    pub source: &'static str,
}

impl From<&Deviation> for DeviationForm {
    fn from(deviation: &Deviation) -> Self {
        Self {
            engine: deviation.engine,
            habit: deviation.habit.code(),
            value: deviation.value,
            source: deviation.source,
        }
    }
}

/// The evidence of one verdict: an entry for each rule, or one without a policy where nothing isolates.
pub fn evidence(snapshot: &Snapshot, direction: Direction, pod: PodId, verdict: &Verdict) -> Vec<EvidenceForm> {
    let rules: Vec<(&RuleRef, Option<&'static str>)> = match verdict {
        Verdict::Allow { rules, .. } => rules.iter().map(|rule| (rule, None)).collect(),
        Verdict::Deny { policies, .. } => policies.iter().map(|rule| (rule, None)).collect(),
        Verdict::Undetermined { because, .. } => {
            because.iter().map(|doubt| (&doubt.rule, Some(doubt.reason.code()))).collect()
        }
    };
    let none = EvidenceForm {
        verdict: verdict_name(verdict),
        pod: snapshot.pods[pod].name.to_string(),
        direction: direction.name(),
        policy: None,
        rule: None,
        action: None,
        doubt: None,
        file: None,
        line: None,
    };
    if rules.is_empty() {
        return vec![none];
    }
    let form = |(rule, doubt): (&RuleRef, Option<&'static str>)| {
        let (file, line) = place(snapshot, rule.position);
        let (policy, action) = (Some(rule.policy.to_string()), Some(rule.action.name()));
        EvidenceForm { policy, rule: rule.rule, action, doubt, file, line, ..none.clone() }
    };
    rules.into_iter().map(form).collect()
}

/// File and line of a position.
pub(crate) fn place(snapshot: &Snapshot, position: Position) -> (Option<String>, Option<u32>) {
    let file = snapshot.source(position).map(str::to_owned);
    let line = file.as_ref().and(Some(position.line)).filter(|line| *line > 0);
    (file, line)
}
