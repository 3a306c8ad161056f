//! `pull`: a cluster into a file, or into a local store.

use std::fs;
use std::path::PathBuf;

use bulkhead_analysis::model::Issue;
use bulkhead_store::{KnownKind, Object, Resource, Write};
use clap::Args;

use crate::command::local;
use crate::failure::Failure;
use crate::live;
use crate::session::Session;
use crate::status::ExitStatus;

// `pull`
#[derive(Debug, Args)]
pub(crate) struct PullArguments {
    #[arg(value_name = "FILE", required_unless_present = "store", conflicts_with = "store")]
    pub(crate) file: Option<PathBuf>,
    #[arg(long, value_name = "FILE")]
    pub(crate) store: Option<PathBuf>,
}

/// Reads the cluster, and keeps what it has.
pub(crate) fn run(arguments: &PullArguments, session: &mut Session<'_, '_>) -> Result<ExitStatus, Failure> {
    let dump = live::dump(None, session)?;
    for gap in &dump.gaps {
        session.tell_issue(&gap.issue());
    }
    match (&arguments.file, &arguments.store) {
        (_, Some(store)) => into_store(store.clone(), dump, session),
        (Some(file), None) => into_file(file, dump, session),
        (None, None) => Err(Failure::usage(Issue::error("noCluster"))),
    }
}

/// Writes a dump that every other command reads; it says itself what it lacks.
fn into_file(file: &PathBuf, dump: live::LiveDump, session: &mut Session<'_, '_>) -> Result<ExitStatus, Failure> {
    let mut objects: Vec<Object> = dump.objects.into_iter().flat_map(|(_, objects)| objects).collect();
    let count = objects.len();
    objects.extend(dump.gaps.into_iter().map(live::Gap::into_object));
    for object in &mut objects {
        object.metadata_mut().remove("managedFields");
    }
    let mut text = live::list_of(objects)?;
    text.push(b'\n');
    if file.as_os_str() == "-" {
        session.answer(&String::from_utf8_lossy(&text))?;
        return Ok(ExitStatus::Answered);
    }
    let path = session.streams.surroundings.directory.join(file);
    if let Err(error) = fs::write(&path, text) {
        let issue = Issue::error("cannotWriteFile").with("path", file.display()).with("error", error);
        return Err(Failure::new(ExitStatus::Unusable, issue));
    }
    let arguments = [("count", count.to_string()), ("path", file.display().to_string())];
    let line = session.speech.say("pull.written", &arguments);
    session.answer(&format!("{line}\n"))?;
    Ok(ExitStatus::Answered)
}

/// Makes the kinds that were read completely be in the store exactly as they are in the cluster. Of the others nothing is deleted.
fn into_store(file: PathBuf, dump: live::LiveDump, session: &mut Session<'_, '_>) -> Result<ExitStatus, Failure> {
    let known = |resource: &Resource| KnownKind::of(&resource.api_version(), &resource.kind);
    let whole = dump.served.iter().filter(|it| dump.gaps.iter().all(|gap| gap.resource != **it));
    let kinds: Vec<&'static KnownKind> = whole.filter_map(known).collect();
    let kept = dump.objects.into_iter().filter(|(resource, _)| known(resource).is_some());
    let objects: Vec<Object> = kept.flat_map(|(_, objects)| objects).collect();
    local::import_objects(file, kinds, objects, &Write::by("pull"), session)
}
