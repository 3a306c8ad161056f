//! Minimal allowlists: each entry with the way that needs it, then who else gets in, and what would stop them.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

use anstyle::Style;
use bulkhead_analysis::allowlist::{
    EgressList, Entries, Entry, EntryPeer, Excess, Minimal, Remedy, Robust, Stranger, Undetermined, Witness,
};
use bulkhead_analysis::model::NamespacedName;
use bulkhead_analysis::path::{Address, Origin};
use bulkhead_analysis::snapshot::{PodId, Snapshot};
use bulkhead_wire::minimal::{other_service, through_name};
use bulkhead_wire::{EndpointForm, Words as _};

use super::super::Context;
use super::columns::{Line, Page, fold, render as render_lines};
use super::peer::peer_text;
use crate::style::{BAD, FAINT, GOOD, HEADING, OPEN, STRONG, paint};
use crate::words::Speech;

const PLAIN: Style = Style::new();
/// How many blocks for the same ports are shown one by one.
const MOST_ALIKE: usize = 20;
/// How many of more than that are.
const SHOWN_ALIKE: usize = 5;
/// How many names of nodes or pods are shown.
const SHOWN_NAMES: usize = 3;

/// An allowlist for people.
pub(super) fn render(minimal: &Minimal, context: &Context<'_>) -> String {
    let mut page = Page::default();
    page.line(head(minimal, context));
    entries(&mut page, minimal, context);
    assumptions(&mut page, minimal, context);
    excess(&mut page, &minimal.excess, context);
    undetermined(&mut page, minimal, context);
    page.finish()
}

/// Many of them.
pub(super) fn render_all(answers: &[Minimal], context: &Context<'_>) -> String {
    let texts: Vec<String> = answers.iter().map(|minimal| render(minimal, context)).collect();
    if texts.is_empty() {
        return format!("{}\n", context.speech.word("minimal.nothingExposed"));
    }
    texts.join("\n")
}

/// The entries, the target's and the clients'.
pub(super) fn entries(page: &mut Page, minimal: &Minimal, context: &Context<'_>) {
    page.block(&list(&minimal.entries, context));
    for egress in &minimal.egress {
        page.line("");
        page.line(paint(HEADING, egress_heading(egress, context)));
        page.block(&list(&egress.entries, context));
    }
    if minimal.settings.sides.egress() && minimal.egress.is_empty() {
        page.line("");
        page.line(context.speech.word("minimal.egressNone"));
    }
}

/// What the ways that are shown below entries were taken to be like, each once.
pub(super) fn assumptions(page: &mut Page, minimal: &Minimal, context: &Context<'_>) {
    let lists = std::iter::once(&minimal.entries).chain(minimal.egress.iter().map(|list| &list.entries));
    let mut assumed: BTreeSet<String> = BTreeSet::new();
    for entry in lists.flat_map(shown) {
        let Some(witness) = entry.witnesses.first() else { continue };
        assumed.extend(witness.route().assumptions.iter().map(|reason| context.speech.reason(reason)));
    }
    for text in assumed {
        page.line(format_args!("  {}", paint(FAINT, text)));
    }
}

/// The entries that a list shows one by one.
fn shown(entries: &Entries) -> impl Iterator<Item = Cow<'_, Entry>> {
    let first = |run: Range<usize>| run.start..run.start + shown_of(&run);
    entries.runs().into_iter().flat_map(first).filter_map(|number| entries.get(number))
}

/// How many of a run of entries are shown one by one.
fn shown_of(run: &Range<usize>) -> usize {
    if run.len() > MOST_ALIKE { SHOWN_ALIKE } else { run.len() }
}

/// The entries without headings of their own.
pub(super) fn bare_entries(page: &mut Page, minimal: &Minimal, context: &Context<'_>) {
    page.block(&list(&minimal.entries, context));
    for egress in &minimal.egress {
        page.block(&list(&egress.entries, context));
    }
}

/// Who else gets in, one below the other.
pub(super) fn strangers(page: &mut Page, minimal: &Minimal, context: &Context<'_>) {
    let lines: Vec<Line> = minimal.excess.iter().flat_map(|excess| excess_lines(excess, &[], context)).collect();
    page.block(&render_lines(&lines));
}

/// Who else gets in, and what would stop them.
pub(super) fn excess(page: &mut Page, excess: &[Excess], context: &Context<'_>) {
    let remedies = remedies(excess);
    let heading = if excess.iter().all(|excess| excess.entries.is_empty()) { None } else { Some("minimal.excess") };
    section(page, heading, excess, context, |excess| excess_lines(excess, &remedies, context));
    section(page, Some("minimal.remedies"), &remedies, context, |(letter, remedy)| {
        let price =
            context.speech.say("minimal.price", &[("price", context.speech.word(&format!("{}.price", remedy.code())))]);
        let line = Line::new(STRONG, format!("  {letter}  ")).left(PLAIN, context.speech.word(remedy.code()));
        vec![line.left(FAINT, price)]
    });
}

/// What nobody can say.
pub(super) fn undetermined(page: &mut Page, minimal: &Minimal, context: &Context<'_>) {
    section(page, Some("minimal.undetermined"), &minimal.undetermined, context, |way| undetermined_lines(way, context));
}

/// What was asked.
pub(super) fn asked(minimal: &Minimal, context: &Context<'_>) -> String {
    let speech = context.speech;
    let target = minimal.exposure.target.to_string();
    let clients: Vec<String> = minimal.exposure.clients.iter().map(ToString::to_string).collect();
    let clients = if clients.is_empty() { speech.word("minimal.nobody") } else { clients.join(", ") };
    let doors: Vec<&str> = minimal.exposure.doors.iter().map(|door| door.name()).collect();
    let doors = if doors.is_empty() { speech.word("minimal.everyDoor") } else { doors.join(", ") };
    let asked = speech.say("minimal.asked", &[("target", target), ("clients", clients), ("doors", doors)]);
    match minimal.settings.robust {
        Robust::Now => asked,
        Robust::Nodes => format!("{asked}{}", speech.word("minimal.robust")),
    }
}

/// What was asked, and how many entries that takes.
fn head(minimal: &Minimal, context: &Context<'_>) -> String {
    let speech = context.speech;
    let asked = asked(minimal, context);
    if !minimal.settings.sides.ingress() {
        return paint(STRONG, asked);
    }
    let said = match minimal.entries.len() {
        0 if minimal.pods.is_empty() => speech.word("minimal.noPods"),
        0 if minimal.undetermined.is_empty() => speech.word("minimal.none"),
        0 => speech.word("minimal.unknown"),
        1 => speech.word("minimal.one"),
        count => speech.say("minimal.count", &[("count", count.to_string())]),
    };
    format!("{}{}{}", paint(STRONG, asked), speech.word("mark.colon"), said)
}

fn section<T>(page: &mut Page, key: Option<&str>, items: &[T], context: &Context<'_>, lines: impl Fn(&T) -> Vec<Line>) {
    if items.is_empty() {
        return;
    }
    if let Some(key) = key {
        page.line("");
        page.line(paint(HEADING, context.speech.word(key)));
    }
    for item in items {
        page.block(&render_lines(&lines(item)));
    }
}

/// Entries below each other. Of many blocks for the same ports the first few stand for the others.
fn list(entries: &Entries, context: &Context<'_>) -> String {
    let mut lines = Vec::new();
    for run in entries.runs() {
        let shown = shown_of(&run);
        let (first, rest) = (run.start..run.start + shown, run.start + shown..run.end);
        let first = first.filter_map(|number| Some((number, entries.get(number)?)));
        lines.extend(first.flat_map(|(number, entry)| entry_lines((number, &entry), context)));
        if let Some(last) = entries.get(run.end.saturating_sub(1)).filter(|_| !rest.is_empty()) {
            let arguments = [
                ("count", rest.len().to_string()),
                ("from", (rest.start + 1).to_string()),
                ("to", rest.end.to_string()),
                ("last", peer_name(&last.peer, context)),
            ];
            lines.push(Line::new(FAINT, "      ").left(FAINT, context.speech.say("minimal.folded", &arguments)));
        }
    }
    render_lines(&lines)
}

/// Whose egress a list is for.
fn egress_heading(list: &EgressList, context: &Context<'_>) -> String {
    let labels = list.selector.match_labels.iter().map(|(key, value)| format!("{key}={value}"));
    let labels = labels.collect::<Vec<_>>().join(",");
    let pods = if labels.is_empty() {
        context.speech.word("minimal.everyPod")
    } else {
        context.speech.say("minimal.podsWith", &[("labels", labels)])
    };
    let arguments = [("pods", pods), ("namespace", list.namespace.to_string())];
    context.speech.say("minimal.egress", &arguments)
}

/// An entry (people count from 1), and below it a way that is lost without it.
fn entry_lines((number, entry): (usize, &Entry), context: &Context<'_>) -> Vec<Line> {
    let ports: Vec<String> = entry.ports.iter().map(|port| format!("{}/{}", port.port, port.protocol)).collect();
    let line = Line::new(GOOD, format!("  {} + ", number + 1)).left(STRONG, peer_name(&entry.peer, context));
    let mut lines = vec![line.right(PLAIN, ports.join(", "))];
    let way = entry.witnesses.first().map(|witness| witness_text(witness, context.snapshot, context.speech, None));
    lines.extend(way.map(|way| Line::new(FAINT, "      ").left(FAINT, way)));
    if !entry.extra.is_empty() {
        let count = entry.extra.len().to_string();
        let extra = context.speech.say("minimal.extra", &[("count", count)]);
        lines.push(Line::new(FAINT, "      ").left(BAD, extra));
    }
    lines
}

/// A peer as an allowlist names it.
fn peer_name(peer: &EntryPeer, context: &Context<'_>) -> String {
    match peer {
        EntryPeer::Block(net) => net.to_string(),
        EntryPeer::Pods { peer, .. } => peer_text(peer, context.speech),
    }
}

/// `203.0.113.7 by NodePort, entry node2, to shop/web-0 on node1: the policy sees 10.244.2.0`
pub(crate) fn witness_text(witness: &Witness, snapshot: &Snapshot, speech: Speech, namespace: Option<&str>) -> String {
    let client = match witness.client() {
        Origin::Pod(name) if !is_seen(name, namespace) => speech.word("minimal.hiddenPod"),
        client => client.to_string(),
    };
    let mut parts = vec![speech.say("minimal.way", &[("client", client), ("door", witness.door().name().to_owned())])];
    let route = witness.route();
    if let Some(node) = route.entry_nodes.first() {
        parts.push(speech.say("trace.entry", &[("nodes", snapshot.nodes[*node].name.as_str())]));
    }
    if let Some(endpoint) = &route.endpoint {
        let EndpointForm { pod, node, address, .. } = EndpointForm::new(endpoint, snapshot);
        let name = pod.map(|pod| format!("pod/{pod}")).or(address).unwrap_or_else(|| "?".to_owned());
        let named = match node {
            Some(node) => speech.say("trace.on", &[("pod", name), ("node", node)]),
            None => name,
        };
        parts.push(speech.say("trace.endpoint", &[("endpoint", named)]));
    }
    let seen = match &route.seen_by_policy {
        Some(Address::Known(address)) => speech.say("trace.seenByPolicy", &[("address", address.to_string())]),
        _ => String::new(),
    };
    let way = parts.join(&speech.word("mark.comma"));
    if seen.is_empty() { way } else { format!("{way}{}{seen}", speech.word("mark.colon")) }
}

/// What would stop strangers, each once, with a letter that stands for it.
fn remedies(excess: &[Excess]) -> Vec<(char, Remedy)> {
    let all: BTreeSet<Remedy> = excess.iter().flat_map(|excess| &excess.remedies).copied().collect();
    ('a'..='z').zip(all).collect()
}

/// A stranger, with the letters of what would stop them.
fn excess_lines(excess: &Excess, remedies: &[(char, Remedy)], context: &Context<'_>) -> Vec<Line> {
    let speech = context.speech;
    let entries: Vec<String> = excess.entries.iter().map(|index| (index + 1).to_string()).collect();
    let who = stranger_text(&excess.who, context.snapshot, speech, None);
    let door = through_name(excess.through).to_owned();
    let through = match other_service(excess.through, context.snapshot) {
        Some(service) => speech.say("minimal.doorOf", &[("door", door), ("service", service)]),
        None => door,
    };
    let folded = fold(&entries, SHOWN_NAMES, |more| speech.say("trace.more", &[("count", more.to_string())]));
    let arguments = [("who", who.as_str()), ("door", through.as_str()), ("entries", folded.as_str())];
    let key = if entries.is_empty() { "minimal.getsToday" } else { "minimal.gets" };
    let line = Line::new(BAD, "  ! ").left(PLAIN, speech.say(key, &arguments));
    let letters = remedies.iter().filter(|(_, remedy)| excess.remedies.contains(remedy));
    let letters: Vec<String> = letters.map(|(letter, _)| letter.to_string()).collect();
    if letters.is_empty() {
        return vec![line];
    }
    vec![line.left(FAINT, speech.say("minimal.stoppedBy", &[("letters", letters.join(", "))]))]
}

/// Somebody who gets in although nobody asked for it. With a namespace, no pod of another one is named.
pub(crate) fn stranger_text(who: &Stranger, snapshot: &Snapshot, speech: Speech, namespace: Option<&str>) -> String {
    let more = |count: usize| speech.say("trace.more", &[("count", count.to_string())]);
    let of_pods = |pods: &[PodId]| {
        let own = pods.iter().map(|pod| &snapshot.pods[*pod].name).filter(|name| is_seen(name, namespace));
        let names: Vec<String> = own.map(ToString::to_string).collect();
        let hidden = pods.len() - names.len();
        match (names.is_empty(), hidden) {
            (true, _) => speech.say("stranger.hidden", &[("count", hidden.to_string())]),
            (false, 0) => fold(&names, SHOWN_NAMES, more),
            (false, _) => format!("{}{}{}", fold(&names, SHOWN_NAMES, more), speech.word("mark.comma"), more(hidden)),
        }
    };
    match who {
        Stranger::AnyClient(address) => speech.say("stranger.anyClient", &[("address", address.to_string())]),
        Stranger::AnyPod(pod) => match &snapshot.pods[*pod].name {
            name if is_seen(name, namespace) => speech.say("stranger.anyPod", &[("pod", name.to_string())]),
            _ => speech.word("stranger.anyPodAtAll"),
        },
        Stranger::NodeProcesses(nodes) => {
            let names: Vec<String> = nodes.iter().map(|node| snapshot.nodes[*node].name.to_string()).collect();
            speech.say("stranger.nodeProcesses", &[("nodes", fold(&names, SHOWN_NAMES, more))])
        }
        Stranger::Pods(pods) => speech.say("stranger.pods", &[("pods", of_pods(pods))]),
        Stranger::SameLabels(pods) => speech.say("stranger.sameLabels", &[("pods", of_pods(pods))]),
    }
}

fn is_seen(name: &NamespacedName, namespace: Option<&str>) -> bool {
    namespace.is_none_or(|namespace| name.namespace == namespace)
}

fn undetermined_lines(way: &Undetermined, context: &Context<'_>) -> Vec<Line> {
    let line = Line::new(OPEN, "  ? ").left(PLAIN, context.speech.reason(&way.reason));
    vec![
        line,
        Line::new(FAINT, "      ").left(FAINT, witness_text(&way.witness, context.snapshot, context.speech, None)),
    ]
}
