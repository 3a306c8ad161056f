//! Taking back a change of the history.

use bulkhead_analysis::isolation::names;
use bulkhead_analysis::model::Issue;
use bulkhead_local_store::{HistoryQuery, Record};
use bulkhead_store::{KnownKind, Object};
use bulkhead_wire::change::{ChangeRequest, ObjectName};
use serde_json::Value;

use super::{Edit, Edits, edits};
use crate::cluster::Cluster;
use crate::problem::Problem;
use crate::state::State;
use crate::viewer::Sight;

/// The edits that take a change back, and what speaks against it.
pub(super) fn edits(
    cluster: &Cluster,
    state: &State,
    request: &ChangeRequest,
    revision: u64,
    sight: &Sight,
) -> Result<(Edits, Vec<Issue>), Problem> {
    if (ChangeRequest { undo: None, ..request.clone() }) != ChangeRequest::default() {
        return Err(Problem::unreadable(Issue::error("changeUndoMixed")));
    }
    let missing = || Problem::not_found("change", revision);
    let store = cluster.store().ok_or_else(missing)?;
    let records = store.history(&HistoryQuery { after: revision.saturating_sub(1), ..HistoryQuery::default() })?;
    let first = records.first().filter(|record| record.revision == revision).ok_or_else(missing)?;
    if first.part_of != revision {
        return Err(missing());
    }
    let (mut edits, mut issues) = (Edits::new(), Vec::new());
    for record in records.iter().take_while(|record| record.part_of == revision) {
        let name = name_of(record);
        // A change that is not all theirs is none that they know.
        let is_theirs = sight.may_write(&name) || sight.may_switch(&name) && is_switch(record);
        if !is_theirs {
            return Err(missing());
        }
        let live = state.find(&name);
        let is_first = !edits.contains_key(&name);
        if live != last(&records, record).and_then(|last| last.after.clone()) {
            issues.push(Issue::error("changeUndoConflict").with("object", edits::shown(&name)));
        }
        if is_first && live != record.before {
            edits.insert(name, Edit { before: live, after: record.before.clone() });
        }
    }
    Ok((edits, issues))
}

/// The last record of the same change about the same object.
fn last<'r>(records: &'r [Record], of: &Record) -> Option<&'r Record> {
    let same =
        |record: &&Record| record.part_of == of.part_of && record.resource == of.resource && record.key() == of.key();
    records.iter().rfind(same)
}

/// Whether a record is of a switch that was thrown, and of nothing else.
fn is_switch(record: &Record) -> bool {
    let bare = |object: &Option<Object>| {
        let mut value = object.clone()?.into_value();
        for (parent, field) in [
            ("/metadata/annotations", names::NETWORK_ISOLATE),
            ("/spec", "networkIsolation"),
            ("/spec/template/spec", "networkIsolation"),
            ("/metadata", "resourceVersion"),
            ("/metadata", "generation"),
            ("/metadata", "managedFields"),
        ] {
            if let Some(Value::Object(fields)) = value.pointer_mut(parent) {
                fields.remove(field);
            }
        }
        if value.pointer("/metadata/annotations").and_then(Value::as_object).is_some_and(serde_json::Map::is_empty) {
            value.get_mut("metadata").and_then(Value::as_object_mut).map(|metadata| metadata.remove("annotations"));
        }
        Some(value)
    };
    matches!((bare(&record.before), bare(&record.after)), (Some(before), Some(after)) if before == after)
}

/// The object of a record.
pub(crate) fn name_of(record: &Record) -> ObjectName {
    let kind = KnownKind::of_group_resource(&record.resource).map(|known| known.resource.kind.to_string());
    ObjectName {
        kind: kind.unwrap_or_else(|| record.resource.clone()),
        namespace: record.namespace.clone(),
        name: record.name.clone(),
    }
}
