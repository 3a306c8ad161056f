//! Who changed what, and when.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use axum::routing::get;
use bulkhead_local_store::{HistoryQuery, Operation as Did, Record};
use bulkhead_wire::history::{HistoricChangeForm, HistoricObjectForm, HistoryForm};
use schemars::SchemaGenerator;

use super::operation::optional;
use super::reading::{Parameters, json};
use super::{Context, Method, Operation, Parameter};
use crate::change::{diff, name_of_record};
use crate::problem::Problem;

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

async fn history(State(context): State<Arc<Context>>, parameters: Parameters) -> Result<Response, Problem> {
    let parameters = parameters.of(HISTORY_PARAMETERS)?;
    let before: Option<u64> = parameters.number("before")?;
    let query =
        HistoryQuery { namespace: parameters.optional("namespace").map(str::to_owned), ..HistoryQuery::default() };
    let Some(store) = context.cluster.store().cloned() else {
        return json(&HistoryForm { changes: Vec::new(), next: None });
    };
    let read = move || store.history(&query).map(|records| form(&records, before));
    json(&tokio::task::spawn_blocking(read).await.map_err(|_| Problem::internal())??)
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
