//! `query --requests FILE|-`

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read};
use std::path::Path;

use bulkhead_analysis::model::Issue;
use bulkhead_analysis::{Analysis, ByNode};
use bulkhead_report::Speech;
use bulkhead_wire::{AnswerForm, Detail, IssueForm, QueryLine, Telling, read_query_line};

use crate::arguments::QueryArguments;
use crate::failure::Failure;
use crate::input::{read_cluster, unreadable};
use crate::overrides::read_overrides;
use crate::session::Session;
use crate::status::ExitStatus;

/// Answers line by line; each answer is written before the next question is read.
pub(crate) fn run(arguments: &QueryArguments, session: &mut Session<'_, '_>) -> Result<ExitStatus, Failure> {
    let standard_input = Path::new("-");
    let reads_twice = arguments.requests == standard_input
        && arguments.cluster.filenames.iter().any(|filename| filename == standard_input);
    if reads_twice {
        return Err(Failure::usage(Issue::error("standardInputTwice")));
    }
    let overrides = read_overrides(&arguments.facts)?;
    let name = arguments.requests.display().to_string();
    let requests = open(&arguments.requests, session).map_err(|error| Failure::usage(unreadable(&name, &error)))?;
    let snapshot = read_cluster(&arguments.cluster.filenames, session)?;
    session.tell_issues(&snapshot.issues, &snapshot);
    let analysis = Analysis::with_overrides(&snapshot, &overrides);
    answer_lines(&name, requests, &Asked { analysis: &analysis, by_node: arguments.nodes.by_node.into() }, session)
}

/// The questions; standard input is taken out of the session.
fn open<'a>(path: &Path, session: &mut Session<'_, 'a>) -> io::Result<Box<dyn Read + 'a>> {
    if path == Path::new("-") {
        return Ok(std::mem::replace(&mut session.streams.stdin, Box::new(io::empty())));
    }
    Ok(Box::new(File::open(session.streams.surroundings.directory.join(path))?))
}

/// The cluster that is asked, and how it answers.
struct Asked<'a> {
    analysis: &'a Analysis<'a>,
    by_node: ByNode,
}

/// One answer for each line that is not blank, in the same order.
fn answer_lines(
    name: &str,
    requests: Box<dyn Read + '_>,
    asked: &Asked<'_>,
    session: &mut Session<'_, '_>,
) -> Result<ExitStatus, Failure> {
    let mut requests = BufReader::new(requests);
    let (mut line, mut number) = (Vec::new(), 0);
    loop {
        line.clear();
        let read = requests.read_until(b'\n', &mut line);
        if read.map_err(|error| Failure::usage(unreadable(name, &error)))? == 0 {
            return Ok(ExitStatus::Answered);
        }
        number += 1;
        if line.trim_ascii().is_empty() {
            continue;
        }
        let form = answer_line(&line, (name, number), asked, session.speech);
        // Forms are trees of strings, numbers and lists: they always serialise.
        let text = serde_json::to_string(&form).unwrap_or_default();
        session.answer(&(text + "\n"))?;
    }
}

/// The answer to one line.
fn answer_line(line: &[u8], place: (&str, u32), asked: &Asked<'_>, speech: Speech) -> AnswerForm {
    let QueryLine { id, request } = read_query_line(line);
    match request {
        Ok(request) => {
            let telling = Telling { detail: Detail::Ends, by_node: asked.by_node };
            AnswerForm::new(id, &asked.analysis.trace(&request), asked.analysis.network(), telling, &speech)
        }
        Err(issues) => {
            let forms = issues.iter().map(|issue| IssueForm::at(issue, Some(place), &speech));
            AnswerForm::unreadable(id, forms.collect())
        }
    }
}
