//! Who changed what, and when.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use bulkhead_local_store::{HistoryQuery, Operation as Did, Record};
use bulkhead_wire::history::{HistoricChangeForm, HistoricObjectForm, HistoryForm};
use schemars::SchemaGenerator;

use super::operation::optional;
use super::reading::Parameters;
use super::{Context, Method, Operation, Parameter};
use crate::change::{diff, name_of_record};
use crate::problem::Problem;
use crate::viewer::{Asking, Sight};

/// How many changes one answer has.
const MOST_CHANGES: usize = 50;
/// How many objects of a change are shown.
const MOST_OBJECTS: usize = 100;

const HISTORY_PARAMETERS: &[Parameter] = &[
    optional("before", "Only changes before this version."),
    optional("namespace", "Only changes of objects in this project."),
];

pub(super) const HISTORY: Operation = Operation {
    method: Method::Get,
    path: "/history",
    id: "getHistory",
    summary: "Who changed what, and when, the newest first; empty where the cluster has no history.",
    parameters: HISTORY_PARAMETERS,
    body: None,
    answer: Some(SchemaGenerator::subschema_for::<HistoryForm>),
    route: || get(history),
};

async fn history(
    State(context): State<Arc<Context>>,
    asking: Asking,
    parameters: Parameters,
) -> Result<Response, Problem> {
    let parameters = parameters.of(HISTORY_PARAMETERS)?;
    let before: Option<u64> = parameters.number("before")?;
    let query =
        HistoryQuery { namespace: parameters.optional("namespace").map(str::to_owned), ..HistoryQuery::default() };
    query.namespace.iter().try_for_each(|namespace| asking.sight.gate(namespace))?;
    let Some(store) = context.cluster.store().cloned() else {
        return Ok(asking.answer(HistoryForm { changes: Vec::new(), next: None }));
    };
    let sight = Arc::clone(&asking.sight);
    let read = move || store.history(&query).map(|records| form(&seen(records, &sight), before));
    Ok(asking.answer(tokio::task::spawn_blocking(read).await.map_err(|_| Problem::internal())??))
}

/// The records about what may be seen. What somebody else did in a namespace of the same name before it was made anew is theirs.
fn seen(records: Vec<Record>, sight: &Sight) -> Vec<Record> {
    if sight.is_everything() {
        return records;
    }
    let is_seen = |record: &Record| match &record.namespace {
        Some(namespace) => sight.sees(namespace),
        None => match record.resource.split('.').next() {
            Some("namespaces") => sight.sees(&record.name),
            Some("workspaces" | "workspacetemplates" | "workspaceallowlists") => sight.sees_workspace(&record.name),
            _ => false,
        },
    };
    let mut made: BTreeMap<String, u64> = BTreeMap::new();
    for record in records.iter().filter(|record| record.resource == "namespaces" && record.before.is_none()) {
        made.insert(record.name.clone(), record.revision);
    }
    let is_since = |record: &Record| {
        let namespace = if record.resource == "namespaces" { Some(&record.name) } else { record.namespace.as_ref() };
        namespace.and_then(|namespace| made.get(namespace)).is_none_or(|made| record.revision >= *made)
    };
    records.into_iter().filter(|record| is_seen(record) && is_since(record)).collect()
}

fn form(records: &[Record], before: Option<u64>) -> HistoryForm {
    let wanted = records.iter().filter(|record| before.is_none_or(|before| record.part_of < before));
    let mut changes: Vec<Vec<&Record>> = Vec::new();
    for record in wanted {
        match changes.last_mut().filter(|change| change.first().is_some_and(|first| first.part_of == record.part_of)) {
            Some(change) => change.push(record),
            None => changes.push(vec![record]),
        }
    }
    let shown: Vec<HistoricChangeForm> =
        changes.iter().rev().take(MOST_CHANGES).filter_map(|change| change_form(change)).collect();
    let next = if changes.len() > MOST_CHANGES { shown.last().map(|change| change.revision) } else { None };
    HistoryForm { changes: shown, next }
}

fn change_form(records: &[&Record]) -> Option<HistoricChangeForm> {
    let first = records.first()?;
    Some(HistoricChangeForm {
        revision: first.part_of,
        time: first.time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        actor: first.actor.clone(),
        manager: first.manager.clone(),
        operation: first.operation.name(),
        objects: records.iter().take(MOST_OBJECTS).map(|record| object_form(record)).collect(),
        count: records.len(),
    })
}

fn object_form(record: &Record) -> HistoricObjectForm {
    let action = match (&record.before, &record.after) {
        (None, _) => "create",
        (_, None) => "delete",
        _ => "change",
    };
    // An import is as long as the cluster is large.
    let is_import = record.operation == Did::Import;
    let diff = if is_import { Vec::new() } else { diff(record.before.as_ref(), record.after.as_ref()) };
    HistoricObjectForm { object: name_of_record(record), action, diff }
}
