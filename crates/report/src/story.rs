//! The story that `demo` tells: what isolation does to an exposed service, why, and the least that mends it.

use anstyle::Style;
use bulkhead_analysis::allowlist::{EntryPeer, Minimal};
use bulkhead_analysis::path::{Answer as Routes, Network, Request};
use bulkhead_analysis::{ByNode, Planned, Proof, Ways, Whole};

use crate::format::text::columns::{Line, Page, render as render_lines, render_within};
use crate::format::text::question::target_name;
use crate::format::{Answer, Context, DEFAULT_WIDTH, text};
use crate::style::{FAINT, HEADING, STRONG, paint};
use crate::words::Speech;

const PLAIN: Style = Style::new();
/// How far to the right a question may push its answer.
const WIDEST_QUESTION: usize = 90;

/// Everything that the story shows.
#[derive(Clone, Copy, Debug)]
pub struct Story<'a> {
    /// The cluster before isolation, and after.
    pub networks: (&'a Network<'a>, &'a Network<'a>),
    /// What isolation means.
    pub plan: &'a Planned,
    /// Connections, and how they end before and after.
    pub asked: &'a [(Request, Routes, Routes)],
    /// The one that broke, hop by hop, after isolation.
    pub broken: (&'a Request, &'a Routes),
    /// The least that mends it, and its proof.
    pub minimal: (&'a Minimal, &'a Proof),
    /// The same with `externalTrafficPolicy: Local`.
    pub local: (&'a Minimal, &'a Proof),
}

/// A command that a reader can run to see the same.
const COMMANDS: [&str; 3] = [
    "bulkhead plan -f example:shop -o text",
    "bulkhead trace 203.0.113.7 service/shop/web:http --door LoadBalancer -f example:shop -f plan.yaml",
    "bulkhead minimal service/shop/web --door LoadBalancer --client 203.0.113.7 -f example:shop -f plan.yaml",
];

/// Tells the story.
pub fn render_story(story: &Story<'_>, speech: Speech) -> String {
    let (before, after) = story.networks;
    let before = Context { snapshot: before.snapshot(), speech, width: DEFAULT_WIDTH };
    let isolated = Context { snapshot: after.snapshot(), speech, width: DEFAULT_WIDTH };
    let [plan_command, trace_command, minimal_command] = COMMANDS;
    let mut page = Page::default();
    page.line(paint(STRONG, speech.word("demo.title")));
    page.line(speech.word("demo.cluster"));

    chapter(&mut page, "demo.isolation", Some(plan_command), speech);
    page.block(&text::render(&Answer::Plan(story.plan), &before));

    chapter(&mut page, "demo.broken", None, speech);
    page.block(&questions(story, speech));

    chapter(&mut page, "demo.why", Some(trace_command), speech);
    let (request, answer) = story.broken;
    page.block(&text::render(&Answer::Trace { request, answer, network: after, by_node: ByNode::Fitting }, &isolated));

    chapter(&mut page, "demo.minimal", Some(minimal_command), speech);
    page.block(&text::render(&Answer::Minimal(story.minimal.0), &isolated));

    chapter(&mut page, "demo.proof", None, speech);
    page.block(&proof(story.minimal, speech));

    chapter(&mut page, "demo.local", None, speech);
    page.block(&text::render(&Answer::Minimal(story.local.0), &isolated));
    page.block(&proof(story.local, speech));
    page.line("");
    page.line(speech.word("demo.end"));
    page.finish()
}

/// A heading, what it is about, and the command that shows the same.
fn chapter(page: &mut Page, key: &str, command: Option<&str>, speech: Speech) {
    page.line("");
    page.line(paint(HEADING, speech.word(key)));
    page.line(speech.word(&format!("{key}.text")));
    if let Some(command) = command {
        page.line(paint(FAINT, format_args!("  $ {command}")));
    }
    page.line("");
}

/// How connections end before and after.
fn questions(story: &Story<'_>, speech: Speech) -> String {
    let outcome = |answer: &Routes| speech.word(&format!("outcome.{}", Whole::of(answer).name()));
    let line = |(request, before, after): &(Request, Routes, Routes)| {
        let what = format!("  {} → {}", request.from, target_name(request));
        let (was, is) = (outcome(before), outcome(after));
        let style = text::trace::whole_style(Whole::of(after));
        Line::new(PLAIN, what).right(FAINT, format!("{was} ⇒ ")).right(style, is)
    };
    render_within(&story.asked.iter().map(line).collect::<Vec<_>>(), WIDEST_QUESTION)
}

/// How many wanted ways arrive without the allowlist, with it, and without each entry.
fn proof((minimal, proof): (&Minimal, &Proof), speech: Speech) -> String {
    let ways = |ways: &Ways| {
        let (delivered, of) = (ways.delivered.to_string(), ways.of.to_string());
        speech.say("demo.ways", &[("delivered", delivered), ("of", of)])
    };
    let style = |ways: &Ways| text::trace::ways_style(*ways);
    let line = |name: String, these: &Ways| Line::new(PLAIN, format!("  {name}")).right(style(these), ways(these));
    let mut lines = vec![line(speech.word("demo.before"), &proof.before), line(speech.word("demo.with"), &proof.with)];
    for (number, (entry, these)) in minimal.entries.iter().zip(&proof.without).enumerate() {
        let peer = match &entry.peer {
            EntryPeer::Block(net) => net.to_string(),
            EntryPeer::Pods { peer, .. } => text::peer::peer_text(peer, speech),
        };
        let arguments = [("number", (number + 1).to_string()), ("entry", peer)];
        lines.push(line(speech.say("demo.without", &arguments), these));
    }
    render_lines(&lines)
}
