//! What the conditions of an entry, or of an allowlist of a workspace, say.

use bulkhead_analysis::isolation::{EntryState, LastApplied};
use bulkhead_analysis::model::{Issue, IssueCode};
use bulkhead_resources::{Condition, ConditionStatus};
use bulkhead_wire::Words;
use jiff::Timestamp;
use serde_json::Value;

/// What is to be said of an entry, or of an allowlist of a workspace.
#[derive(Debug)]
pub(crate) struct Finding<'a> {
    pub(crate) state: &'a EntryState,
    /// Of an unresolved one.
    pub(crate) issue: Option<&'a Issue>,
    pub(crate) generation: Option<i64>,
}

/// The conditions that say it. Where a condition is as it was, so is its time.
pub(crate) fn conditions(
    finding: &Finding<'_>,
    before: Option<&Value>,
    date: Timestamp,
    words: &dyn Words,
) -> Vec<Condition> {
    let condition = |kind: &str, status, reason: String, message: String| {
        let last_transition_time = since(before, kind, status).unwrap_or_else(|| seconds(date));
        let observed_generation = finding.generation;
        Condition { kind: kind.to_owned(), status, observed_generation, last_transition_time, reason, message }
    };
    let (resolved, ready) = (ConditionStatus::True, ConditionStatus::False);
    match finding.state {
        EntryState::Resolved { .. } => vec![
            condition("Ready", ConditionStatus::True, "Applied".to_owned(), String::new()),
            condition("Resolved", resolved, "Resolved".to_owned(), String::new()),
        ],
        EntryState::Inactive => {
            vec![condition("Ready", ready, "IsolationOff".to_owned(), words.word("entry.inactive"))]
        }
        EntryState::Expired => vec![condition("Ready", ready, "Expired".to_owned(), words.word("entry.expired"))],
        EntryState::Unresolved { reason, last_applied } => {
            let message = finding.issue.map(|issue| message(issue, words)).unwrap_or_default();
            vec![
                condition("Ready", ready, stays(*last_applied).to_owned(), message.clone()),
                condition("Resolved", ConditionStatus::False, reason_of(reason), message),
            ]
        }
    }
}

/// The field and what is wrong with it.
fn message(issue: &Issue, words: &dyn Words) -> String {
    let said = words.issue(issue);
    if issue.field.is_empty() { said } else { format!("{}: {said}", issue.field) }
}

/// What stays of the policy of an entry that means nothing now, in one word.
fn stays(last_applied: LastApplied) -> &'static str {
    match last_applied {
        LastApplied::Nothing => "NotResolved",
        LastApplied::Kept => "Kept",
        LastApplied::Narrowed => "Narrowed",
    }
}

/// The code of an issue as the reason of a condition: `entryServiceNotFound` is `ServiceNotFound`.
fn reason_of(code: IssueCode) -> String {
    let bare = code.strip_prefix("entry").or_else(|| code.strip_prefix("allowlist")).unwrap_or(code);
    let mut letters = bare.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

/// When a condition got the state that it has, if it has it already.
fn since(before: Option<&Value>, kind: &str, status: ConditionStatus) -> Option<String> {
    let conditions = before?.get("conditions")?.as_array()?;
    let same = conditions.iter().find(|condition| condition.get("type").and_then(Value::as_str) == Some(kind))?;
    let is_same = same.get("status").and_then(Value::as_str) == Some(status_name(status));
    same.get("lastTransitionTime")?.as_str().filter(|_| is_same).map(str::to_owned)
}

fn status_name(status: ConditionStatus) -> &'static str {
    match status {
        ConditionStatus::True => "True",
        ConditionStatus::False => "False",
        ConditionStatus::Unknown => "Unknown",
    }
}

/// A time as the API writes it.
fn seconds(date: Timestamp) -> String {
    date.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_become_reasons() {
        assert_eq!(reason_of("entryServiceNotFound"), "ServiceNotFound");
        assert_eq!(reason_of("allowlistWorkspaceNotFound"), "WorkspaceNotFound");
        assert_eq!(reason_of("policyConflict"), "PolicyConflict");
    }
}
