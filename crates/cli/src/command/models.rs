//! `models`

use bulkhead_analysis::model::Issue;
use bulkhead_analysis::path::about;
use bulkhead_analysis::snapshot::Snapshot;
use bulkhead_report::{Answer, AnswerKind};

use super::{find_format, print};
use crate::arguments::ModelsArguments;
use crate::failure::Failure;
use crate::session::Session;
use crate::status::ExitStatus;

/// Prints what is modelled, or what is known of one member.
pub(crate) fn run(arguments: &ModelsArguments, session: &mut Session<'_, '_>) -> Result<ExitStatus, Failure> {
    let format = find_format(&arguments.output, AnswerKind::Models)?;
    let all = about::all();
    let nothing = Snapshot::from_texts(&[]);
    let Some(name) = &arguments.model else {
        print(&Answer::Models(&all), format, &nothing, session)?;
        return Ok(ExitStatus::Answered);
    };
    let found = all.iter().find(|about| about.path() == *name);
    let unknown = || Failure::usage(Issue::error("noSuchModel").with("value", name));
    print(&Answer::Model(found.ok_or_else(unknown)?), format, &nothing, session)?;
    Ok(ExitStatus::Answered)
}
