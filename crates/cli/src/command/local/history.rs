//! `local history`, `local undo`

use bulkhead_analysis::model::Issue;
use bulkhead_local_store::{HistoryQuery, Record, Undo};
use bulkhead_report::table::render_table;
use bulkhead_store::{Conflicts, KnownKind, ObjectKey, Scope, Write};

use super::arguments::{HistoryArguments, UndoArguments};
use super::open;
use super::write::{commit, named};
use crate::failure::Failure;
use crate::session::Session;
use crate::status::ExitStatus;

const HEADINGS: [&str; 6] = ["REVISION", "TIME", "ACTOR", "CHANGE", "OBJECT", "MANAGER"];

/// Prints who changed what and when, oldest first.
pub(super) fn run(arguments: &HistoryArguments, session: &mut Session<'_, '_>) -> Result<ExitStatus, Failure> {
    let known = arguments.kind.as_deref().map(open::kind).transpose()?;
    let object = known.zip(arguments.name.clone()).map(|(known, name)| {
        let namespace = (known.resource.scope == Scope::Namespaced)
            .then(|| arguments.namespace.clone().unwrap_or_else(|| "default".to_owned()));
        ObjectKey { namespace, name }
    });
    let query = HistoryQuery {
        resource: known.map(|known| known.resource.clone()),
        object,
        namespace: arguments.namespace.clone(),
        after: 0,
    };
    let store = open::store_that_is_there(&arguments.store, session)?;
    let records = store.history(&query).map_err(|error| open::refused(&error))?;
    let answer = match arguments.output.as_str() {
        "table" => render_table(&HEADINGS, &records.iter().map(row).collect::<Vec<_>>()),
        "json" => lines(&records),
        other => {
            let issue = Issue::error("noSuchFormat").with("value", other).with("known", "table, json");
            return Err(Failure::usage(issue));
        }
    };
    session.answer(&answer)?;
    Ok(ExitStatus::Answered)
}

/// A record as a JSON object, one a line.
fn lines(records: &[Record]) -> String {
    records.iter().filter_map(|record| serde_json::to_string(record).ok()).map(|line| line + "\n").collect()
}

fn row(record: &Record) -> Vec<String> {
    let object = KnownKind::of_group_resource(&record.resource)
        .map_or_else(|| format!("{}/{}", record.resource, record.key()), |known| named(&known.resource, &record.key()));
    vec![
        record.revision.to_string(),
        record.time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        record.actor.clone(),
        record.operation.name().to_owned(),
        object,
        record.manager.clone(),
    ]
}

/// Takes a change back.
pub(super) fn undo(arguments: &UndoArguments, session: &mut Session<'_, '_>) -> Result<ExitStatus, Failure> {
    let store = open::store_that_is_there(&arguments.store, session)?;
    let conflicts = if arguments.force_conflicts { Conflicts::Force } else { Conflicts::Fail };
    let write = Write { commit: commit(arguments.dry_run), ..Write::by("bulkhead-cli") };
    let undo = Undo { revision: arguments.revision, conflicts };
    let undone = open::runtime()?.block_on(store.undo(undo, &write)).map_err(|error| open::refused(&error))?;
    let suffix = if arguments.dry_run { session.speech.word("local.dryRun") } else { String::new() };
    let word = session.speech.word("local.undone");
    let line = |object: &bulkhead_store::Object| {
        let kind = object.kind().to_ascii_lowercase();
        format!("{kind}/{} {word}{suffix}\n", object.key())
    };
    session.answer(&undone.iter().map(line).collect::<String>())?;
    Ok(ExitStatus::Answered)
}
