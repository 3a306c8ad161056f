//! What the conditions of an entry, an allowlist of a workspace, or an Exposure say.

use bulkhead_analysis::EXPOSURE_UNDETERMINED as UNDETERMINED;
use bulkhead_analysis::isolation::{EntryState, ExposureState, LastApplied};
use bulkhead_analysis::model::{Issue, IssueCode};
use bulkhead_resources::{Condition, ConditionStatus};
use bulkhead_wire::Words;
use jiff::Timestamp;
use serde_json::Value;

/// What is to be said of an object of ours.
#[derive(Debug)]
pub(crate) struct Finding<'a> {
    pub(crate) state: State<'a>,
    /// Of one that is not all right.
    pub(crate) issue: Option<&'a Issue>,
    pub(crate) generation: Option<i64>,
}

/// What became of it.
#[derive(Debug)]
pub(crate) enum State<'a> {
    /// An entry, or an allowlist of a workspace.
    Entry(&'a EntryState),
    /// An Exposure.
    Exposure(&'a ExposureState),
}

/// The conditions that say it. Where a condition is as it was, so is its time.
pub(crate) fn conditions(
    finding: &Finding<'_>,
    before: Option<&Value>,
    date: Timestamp,
    words: &dyn Words,
) -> Vec<Condition> {
    let said = match finding.state {
        State::Entry(state) => of_entry(state, finding.issue, words),
        State::Exposure(state) => of_exposure(state, finding.issue, words),
    };
    let condition = |said: Said| Condition {
        kind: said.kind.to_owned(),
        last_transition_time: since(before, said.kind, said.status).unwrap_or_else(|| seconds(date)),
        status: said.status,
        observed_generation: finding.generation,
        reason: said.reason,
        message: said.message,
    };
    said.into_iter().map(condition).collect()
}

/// A condition, without its time.
struct Said {
    kind: &'static str,
    status: ConditionStatus,
    reason: String,
    message: String,
}

fn said(kind: &'static str, status: ConditionStatus, reason: &str, message: String) -> Said {
    Said { kind, status, reason: reason.to_owned(), message }
}

fn of_entry(state: &EntryState, issue: Option<&Issue>, words: &dyn Words) -> Vec<Said> {
    let (yes, no) = (ConditionStatus::True, ConditionStatus::False);
    match state {
        EntryState::Resolved { .. } => {
            vec![said("Ready", yes, "Applied", String::new()), said("Resolved", yes, "Resolved", String::new())]
        }
        EntryState::Inactive => vec![said("Ready", no, "IsolationOff", words.word("entry.inactive"))],
        EntryState::Expired => vec![said("Ready", no, "Expired", words.word("entry.expired"))],
        EntryState::Unresolved { reason, last_applied } => {
            let message = issue.map(|issue| message(issue, words)).unwrap_or_default();
            vec![
                said("Ready", no, stays(*last_applied), message.clone()),
                said("Resolved", no, &reason_of(reason), message),
            ]
        }
    }
}

fn of_exposure(state: &ExposureState, issue: Option<&Issue>, words: &dyn Words) -> Vec<Said> {
    let (yes, no) = (ConditionStatus::True, ConditionStatus::False);
    let message = || issue.map(|issue| message(issue, words)).unwrap_or_default();
    let resolved = || said("Resolved", yes, "Resolved", String::new());
    match state {
        ExposureState::Resolved => vec![
            said("Ready", yes, "Applied", String::new()),
            resolved(),
            said("Determined", yes, "Determined", String::new()),
        ],
        ExposureState::Partial { reason } if *reason == UNDETERMINED => vec![
            said("Ready", ConditionStatus::Unknown, "Undetermined", message()),
            resolved(),
            said("Determined", no, "Undetermined", message()),
        ],
        ExposureState::Partial { reason } => vec![
            said("Ready", ConditionStatus::Unknown, "Partial", message()),
            said("Resolved", no, &reason_of(reason), message()),
        ],
        ExposureState::Inactive => {
            vec![said("Ready", no, "NotIsolated", words.word("status.exposureInactive")), resolved()]
        }
        ExposureState::Expired => vec![said("Ready", no, "Expired", words.word("entry.expired"))],
        ExposureState::Unresolved { reason, last_applied } => vec![
            said("Ready", no, stays(*last_applied), message()),
            said("Resolved", no, &reason_of(reason), message()),
        ],
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
    let bare = ["entry", "allowlist", "exposure"].iter().find_map(|kind| code.strip_prefix(kind)).unwrap_or(code);
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
        assert_eq!(reason_of("exposureWithoutPods"), "WithoutPods");
        assert_eq!(reason_of("policyConflict"), "PolicyConflict");
    }
}
