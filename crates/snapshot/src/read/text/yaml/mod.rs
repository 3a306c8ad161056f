//! YAML to trees, by saphyr-parser's events.

mod build;
mod items;
mod tabs;

use saphyr_parser::{Event, Parser, ScanError};

use self::build::{Builder, Stop};
use super::split::report_template;
use super::{DEEPEST, Document, Findings, Wholeness};
use crate::code;

/// The parser's words where flow collections nest deeper than 255 levels.
const PARSER_DEPTH: &str = "recursion limit exceeded";

/// Reads the documents of one piece of text, whose first line has the number `first_line`. After an error in the text the
/// items of a List are still read, each on its own.
pub(super) fn read(piece: &str, first_line: u32, findings: &Findings, mut taken: impl FnMut(Document<'_>)) {
    let piece = &*tabs::mended(piece);
    let mut builder = Builder::new(first_line, findings);
    let mut documents = Vec::new();
    let stop = run(piece, &mut builder, &mut documents);
    if let Some(stop) = stop {
        let saved = items::each_on_its_own(piece, first_line, findings);
        if saved.is_none() {
            report(&stop, first_line, findings);
            report_template(piece, first_line, findings);
        }
        documents.extend(saved.map(|root| Document { root, wholeness: Wholeness::Salvaged }));
    } else {
        items::drop_half_an_item(&mut documents, findings);
    }
    documents.into_iter().for_each(&mut taken);
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
    let first_line = builder.first_line();
    let mut parser = Parser::new_from_str(text);
    loop {
        let (event, span) = match parser.next_event()? {
            Ok(found) => found,
            Err(error) if error.info() == PARSER_DEPTH => return Some(Stop::TooDeep(first_line + line_of(&error) - 1)),
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
    u32::try_from(error.marker().line()).unwrap_or(u32::MAX).max(1)
}

fn report(stop: &Stop, first_line: u32, findings: &Findings) {
    match stop {
        Stop::Syntax(line, detail) => {
            findings.error(code::SYNTAX, first_line + line.saturating_sub(1), &[("detail", detail)]);
        }
        Stop::TooDeep(line) => findings.error(code::TOO_DEEP, *line, &[("limit", &DEEPEST.to_string())]),
    }
}
