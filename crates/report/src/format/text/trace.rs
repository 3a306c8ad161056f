//! Routes as pictures: hops from top to bottom, the packet beside each, the verdict where it falls.
//!
//! Routes that differ only in nodes and endpoints are drawn once; the others are listed below the picture.

use bulkhead_analysis::path::{Answer, DoorKind, Outcome, Request, Route};
use bulkhead_analysis::snapshot::{NodeId, Snapshot};
use bulkhead_analysis::{Ways, Whole, outcome};

use bulkhead_wire::{EndpointForm, Words as _};

use super::super::Context;
use super::columns::{Page, fold};
use super::picture;
use super::question::target_name;
use crate::style::{BAD, FAINT, GOOD, HEADING, OPEN, STRONG, paint};
use anstyle::Style;

/// How many node names stand for a class.
const SHOWN_NODES: usize = 2;
/// How many ways are listed that are like the one drawn.
const SHOWN_ALIKE: usize = 8;

/// The picture of an answer.
pub(super) fn render(request: &Request, answer: &Answer, context: &Context<'_>) -> String {
    let whole = Whole::of(answer);
    let style = whole_style(whole);
    let said = context.speech.word(&format!("outcome.{}", whole.name()));
    let head = format!("{} → {}", request.from, target_name(request));
    let mut page = Page::default();
    let colon = context.speech.word("mark.colon");
    page.line(format_args!("{}{colon}{}", paint(STRONG, head), paint(style.bold(), said)));
    let groups = groups(&answer.routes);
    if groups.is_empty() {
        page.line(context.speech.word("trace.noRoute"));
    }
    for (index, group) in groups.iter().enumerate() {
        page.line("");
        render_group(group, (index + 1, groups.len()), context, &mut page);
    }
    page.finish()
}

/// The colour of an outcome.
pub(super) fn outcome_style(outcome: Outcome) -> Style {
    match outcome {
        Outcome::Delivered => GOOD,
        Outcome::Denied | Outcome::Dropped | Outcome::Rejected => BAD,
        Outcome::Undetermined => OPEN,
    }
}

/// The colour of an answer.
pub(crate) fn whole_style(whole: Whole) -> Style {
    match whole {
        Whole::All(outcome) => outcome_style(outcome),
        Whole::Mixed => OPEN,
    }
}

/// The colour of a count of ways.
pub(crate) fn ways_style(ways: Ways) -> Style {
    if ways.delivered == ways.of { GOOD } else { BAD }
}

/// Routes of one shape, in the order of their first members.
fn groups(routes: &[Route]) -> Vec<Vec<&Route>> {
    let mut groups: Vec<(picture::Shape, Vec<&Route>)> = Vec::new();
    for route in routes {
        let shape = picture::Shape::of(route);
        match groups.iter_mut().find(|(have, _)| *have == shape) {
            Some((_, group)) => group.push(route),
            None => groups.push((shape, vec![route])),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// One picture, and the list of the ways that are like it.
fn render_group(group: &[&Route], (number, count): (usize, usize), context: &Context<'_>, page: &mut Page) {
    let Some((first, alike)) = group.split_first() else { return };
    let speech = context.speech;
    let title = if count > 1 {
        let (number, count) = (number.to_string(), count.to_string());
        speech.say("trace.way", &[("number", number.as_str()), ("count", count.as_str())])
    } else {
        String::new()
    };
    let said = speech.word(&format!("outcome.{}", outcome::name(first.outcome)));
    let ends: Vec<String> = [title, ends(first, context)].into_iter().filter(|part| !part.is_empty()).collect();
    let heading = ends.join(&speech.word("mark.comma"));
    let colon = if heading.is_empty() { String::new() } else { speech.word("mark.colon") };
    page.line(format_args!("{}{colon}{}", paint(HEADING, heading), paint(outcome_style(first.outcome), said)));
    page.block(&picture::render(first, context));
    if let Some(seen) = picture::seen(first, context) {
        page.line(format_args!("  {seen}"));
    }
    let names = node_names(first.entry_nodes.iter().copied(), context.snapshot);
    if let [first, _, ..] = names.as_slice() {
        let nodes = folded(&names, context);
        let alike = speech.say("trace.alike", &[("nodes", nodes.as_str()), ("first", first.as_str())]);
        page.line(format_args!("  {}", paint(FAINT, alike)));
    }
    for assumption in &first.assumptions {
        page.line(format_args!("  {}", paint(FAINT, speech.reason(assumption))));
    }
    render_alike(alike, context, page);
}

/// The ways that differ from the drawn one in nodes and endpoint only.
fn render_alike(alike: &[&Route], context: &Context<'_>, page: &mut Page) {
    let speech = context.speech;
    if !alike.is_empty() {
        page.line(format_args!("  {}", speech.word("trace.same")));
    }
    for route in alike.iter().take(SHOWN_ALIKE) {
        let seen = picture::seen(route, context);
        let parts: Vec<String> = [Some(ends(route, context)), seen].into_iter().flatten().collect();
        page.line(format_args!("    {}", parts.join(&speech.word("mark.semicolon"))));
    }
    if alike.len() > SHOWN_ALIKE {
        let count = (alike.len() - SHOWN_ALIKE).to_string();
        page.line(format_args!("    {}", speech.say("trace.moreWays", &[("count", count)])));
    }
}

/// Where a route begins and ends: `by NodePort, entry node1, endpoint shop/web-0 on node2`.
fn ends(route: &Route, context: &Context<'_>) -> String {
    let speech = context.speech;
    let mut parts = Vec::new();
    if let Some(door) = route.door.filter(|door| *door != DoorKind::PodIp) {
        parts.push(speech.say("trace.door", &[("door", door.name())]));
    }
    let entry = node_names(route.entry_nodes.iter().copied(), context.snapshot);
    if !entry.is_empty() {
        parts.push(speech.say("trace.entry", &[("nodes", folded(&entry, context))]));
    }
    if let Some(endpoint) = &route.endpoint {
        let EndpointForm { pod, node, address, .. } = EndpointForm::new(endpoint, context.snapshot);
        let name = pod.map(|pod| format!("pod/{pod}")).or(address).unwrap_or_else(|| "?".to_owned());
        let named = match node {
            Some(node) => speech.say("trace.on", &[("pod", name), ("node", node)]),
            None => name,
        };
        parts.push(speech.say("trace.endpoint", &[("endpoint", named)]));
    }
    parts.join(&speech.word("mark.comma"))
}

fn node_names(nodes: impl Iterator<Item = NodeId>, snapshot: &Snapshot) -> Vec<String> {
    nodes.map(|node| snapshot.nodes[node].name.to_string()).collect()
}

fn folded(names: &[String], context: &Context<'_>) -> String {
    fold(names, SHOWN_NODES, |more| context.speech.say("trace.more", &[("count", more.to_string())]))
}
