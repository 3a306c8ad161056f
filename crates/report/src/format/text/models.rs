//! What is modelled: the list, and one member's page.

use std::fmt::Write as _;

use bulkhead_analysis::path::about::{About, Kind, Statement};

use super::super::Context;

/// The list: each member's name for `bulkhead models`, and what it calls itself.
pub(super) fn list(all: &[About], context: &Context<'_>) -> String {
    let mut text = String::new();
    for kind in Kind::ALL {
        let of_kind: Vec<&About> = all.iter().filter(|about| about.kind == kind).collect();
        if of_kind.is_empty() {
            continue;
        }
        let _ = writeln!(text, "{}", context.speech.word(&format!("about.kind.{}", kind.name())));
        for about in of_kind {
            let _ = writeln!(text, "  {:24} {}", about.path(), about.title);
        }
    }
    text
}

/// What is known of a member, a fact a line, with where it is known from below.
pub(super) fn page(about: &About, context: &Context<'_>) -> String {
    let speech = context.speech;
    let mut text = format!("{} ({})\n", about.title, about.path());
    for statement in &about.statements {
        let proof = speech.word(&format!("about.proof.{}", statement.proof.name()));
        let (said, source) = (said(statement, context), statement.source);
        let _ = write!(text, "  {said}\n      {proof}{}{source}\n", speech.word("mark.colon"));
    }
    let _ = writeln!(text, "{}", speech.word("about.reads"));
    for place in about.reads {
        let _ = writeln!(text, "  {place}");
    }
    text
}

/// A fact as a sentence: what it is about, and what is so.
pub(crate) fn said(statement: &Statement, context: &Context<'_>) -> String {
    let (point, value) = point_and_value(statement, context);
    let of = statement.variant.map(|variant| format!("{variant}, ")).unwrap_or_default();
    format!("{of}{point}{}{value}", context.speech.word("mark.colon"))
}

/// What a fact is about, and what is so.
pub(crate) fn point_and_value(statement: &Statement, context: &Context<'_>) -> (String, String) {
    let word = |part: &str, name: &str| context.speech.word(&format!("about.{part}.{name}"));
    (word("point", statement.point), word("value", statement.value))
}
