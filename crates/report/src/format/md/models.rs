//! A member's page: what is known, where its settings are found, what its policies do, and the way of a packet through its
//! example.

use std::fmt::Write as _;

use bulkhead_analysis::ByNode;
use bulkhead_analysis::path::about::{About, Kind, Proof};
use bulkhead_analysis::path::{Network, Overrides, trace};
use bulkhead_analysis::policy::{Habit, Profile};

use super::super::text;
use super::super::text::models::point_and_value;
use super::super::{Answer, Context};

/// The list, with links to the pages.
pub(super) fn list(all: &[About], context: &Context<'_>) -> String {
    let mut text = String::new();
    for kind in Kind::ALL {
        let of_kind: Vec<&About> = all.iter().filter(|about| about.kind == kind).collect();
        if of_kind.is_empty() {
            continue;
        }
        let _ = writeln!(text, "## {}\n", context.speech.word(&format!("about.kind.{}", kind.name())));
        for about in of_kind {
            let _ = writeln!(text, "- [{}]({}.md)", about.title, about.path());
        }
        text.push('\n');
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

/// One page.
pub(super) fn page(about: &About, context: &Context<'_>) -> String {
    let mut text = String::new();
    facts(&mut text, about, context);
    let _ = writeln!(text, "\n## {}\n", context.speech.word("about.reads"));
    for place in about.reads {
        let _ = writeln!(text, "- {place}");
    }
    for profile in about.engines.iter().filter_map(|name| Profile::named(name)) {
        engine(&mut text, profile, context);
    }
    if !about.example.is_empty() {
        ways(&mut text, about, context);
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

fn facts(text: &mut String, about: &About, context: &Context<'_>) {
    let word = |name: &str| context.speech.word(&format!("about.{name}"));
    let _ = writeln!(text, "## {}\n", word("facts"));
    head(text, &["column.point", "column.value", "column.proof", "column.source"].map(word));
    for statement in &about.statements {
        let (point, value) = point_and_value(statement, context);
        let of = statement.variant.map(|variant| format!("`{variant}`: ")).unwrap_or_default();
        let proof = word(&format!("proof.{}", statement.proof.name()));
        let _ = writeln!(text, "| {of}{point} | {value} | {proof} | {} |", cell(statement.source));
    }
    let _ = writeln!(text, "\n{}", known(about, context));
}

/// What a policy engine that goes with the member does with policies.
fn engine(text: &mut String, profile: &Profile, context: &Context<'_>) {
    let word = |name: &str| context.speech.word(&format!("about.{name}"));
    let title = context.speech.say("about.engine", &[("engine", profile.name)]);
    let _ = writeln!(text, "\n## {title}\n");
    head(text, &["column.point", "column.value", "column.source"].map(word));
    for habit in Habit::ALL {
        let stated = profile.habit(habit);
        let (point, source) = (context.speech.word(habit.code()), cell(stated.source));
        let _ = writeln!(text, "| {point} | {} | {source} |", context.speech.word(&format!("habit.{}", stated.value)));
    }
}

/// How many of the facts were measured, and how many are only written somewhere.
fn known(about: &About, context: &Context<'_>) -> String {
    let counts = Proof::ALL.map(|proof| (proof.name(), about.known(proof).to_string()));
    let all = about.statements.len().to_string();
    let mut arguments: Vec<(&str, &str)> = counts.iter().map(|(name, count)| (*name, count.as_str())).collect();
    arguments.push(("all", &all));
    context.speech.say("about.known", &arguments)
}

fn head(text: &mut String, columns: &[String]) {
    let _ = writeln!(text, "| {} |\n|{}", columns.join(" | "), " --- |".repeat(columns.len()));
}

/// A text that may stand in a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn ways(text: &mut String, about: &About, context: &Context<'_>) {
    let _ = writeln!(text, "\n## {}\n", context.speech.word("about.ways"));
    let _ = writeln!(text, "{}\n", context.speech.word(&format!("about.example.{}", about.kind.name())));
    let snapshot = about.cluster();
    let network = Network::new(&snapshot, &Overrides::default());
    for request in (about.asks)() {
        let answer = trace(&network, &request);
        let inside = Context { snapshot: &snapshot, speech: context.speech, width: context.width };
        let drawn = Answer::Trace { request: &request, answer: &answer, network: &network, by_node: ByNode::Fitting };
        let _ = writeln!(text, "```text\n{}```\n", text::render(&drawn, &inside));
    }
}
