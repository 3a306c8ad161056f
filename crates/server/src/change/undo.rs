//! Taking back a change of the history.

use bulkhead_analysis::model::Issue;
use bulkhead_local_store::{HistoryQuery, Record};
use bulkhead_store::{KnownKind, Object};
use bulkhead_wire::change::{ChangeRequest, ObjectName};

use super::{Edit, Edits, edits};
use crate::cluster::Cluster;
use crate::objects::find;
use crate::problem::Problem;

/// The edits that take a change back, and what speaks against it.
pub(super) fn edits(
    cluster: &Cluster,
    objects: &[Object],
    request: &ChangeRequest,
    revision: u64,
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
        let live = find(objects, &name).cloned();
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

/// The object of a record.
pub(crate) fn name_of(record: &Record) -> ObjectName {
    let kind = KnownKind::of_group_resource(&record.resource).map(|known| known.resource.kind.to_string());
    ObjectName {
        kind: kind.unwrap_or_else(|| record.resource.clone()),
        namespace: record.namespace.clone(),
        name: record.name.clone(),
    }
}
