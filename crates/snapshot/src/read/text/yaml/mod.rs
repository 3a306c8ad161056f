//! YAML to trees, by saphyr-parser's events.

mod build;
mod items;

use saphyr_parser::{Event, Parser, ScanError};

use self::build::{Builder, Stop};
use super::split::report_template;
use super::{DEEPEST, Document, Findings, Wholeness};
use crate::code;

/// The documents of one piece of text, whose first line has the number `first_line`. After an error in the text the
/// items of a List are still read, each on its own.
pub(super) fn documents<'t>(piece: &'t str, first_line: u32, findings: &Findings) -> Vec<Document<'t>> {
    let mut builder = Builder::new(first_line, findings);
    let mut documents = Vec::new();
    let stop = run(piece, &mut builder, &mut documents);
    let Some(stop) = stop else {
        items::drop_half_an_item(&mut documents, findings);
        return documents;
    };
    let saved = items::each_on_its_own(piece, first_line, findings);
    if saved.is_none() {
        report(&stop, first_line, findings);
        report_template(piece, first_line, findings);
    }
    documents.extend(saved.map(|root| Document { root, wholeness: Wholeness::Salvaged }));
    documents
}

/// Reads a text of one document; `None` where it has an error, which has become a finding.
fn one_node<'t>(text: &'t str, first_line: u32, findings: &Findings) -> Option<super::Node<'t>> {
    let mut builder = Builder::new(first_line, findings);
    let mut documents = Vec::new();
    if let Some(stop) = run(text, &mut builder, &mut documents) {
        report(&stop, first_line, findings);
        return None;
    }
    documents.pop().map(|document| document.root)
}

/// Feeds the parser's events to the builder until the end of the text, or until something stops it.
fn run<'t>(text: &'t str, builder: &mut Builder<'t, '_>, documents: &mut Vec<Document<'t>>) -> Option<Stop> {
    let mut parser = Parser::new_from_str(text);
    loop {
        let (event, span) = match parser.next_event()? {
            Ok(found) => found,
            Err(error) => return Some(Stop::Syntax(line_of(&error), error.info().to_owned())),
        };
        match event {
            Event::StreamEnd => return None,
            Event::DocumentEnd => {
                let root = builder.take_root();
                documents.extend(root.map(|root| Document { root, wholeness: Wholeness::Whole }));
            }
            event => {
                if let Err(stop) = builder.take(event, span) {
                    return Some(stop);
                }
            }
        }
    }
}

fn line_of(error: &ScanError) -> u32 {
    u32::try_from(error.marker().line()).unwrap_or(u32::MAX)
}

fn report(stop: &Stop, first_line: u32, findings: &Findings) {
    match stop {
        Stop::Syntax(line, detail) => {
            findings.error(code::SYNTAX, first_line + line.saturating_sub(1), &[("detail", detail)]);
        }
        Stop::TooDeep(line) => findings.error(code::TOO_DEEP, *line, &[("limit", &DEEPEST.to_string())]),
    }
}
