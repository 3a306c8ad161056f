//! Comparisons: what is missing, what is too much, who gets in today.

use bulkhead_analysis::allowlist::{Comparison, LetIn, Part, Superfluous, TooMuch};

use super::super::Context;
use super::columns::{Line, Page, fold, render as render_lines};
use super::minimal;
use crate::style::{BAD, FAINT, GOOD, HEADING, OPEN, STRONG, paint};

/// How many names or blocks are shown.
const SHOWN: usize = 3;

/// A comparison for people.
pub(super) fn render(comparison: &Comparison, context: &Context<'_>) -> String {
    let speech = context.speech;
    let mut page = Page::default();
    let asked = minimal::asked(&comparison.missing, context);
    let said = match comparison.let_in() {
        LetIn::All => (GOOD, "compare.complete"),
        LetIn::NotAll => (BAD, "compare.incomplete"),
        LetIn::Unknown => (OPEN, "compare.unknown"),
    };
    page.line(format!("{}{}{}", paint(STRONG, asked), speech.word("mark.colon"), paint(said.0, speech.word(said.1))));
    if !comparison.missing.entries.is_empty() || !comparison.missing.egress.is_empty() {
        page.line("");
        page.line(paint(HEADING, speech.word("compare.missing")));
        minimal::entries(&mut page, &comparison.missing, context);
    }
    if !comparison.superfluous.is_empty() {
        page.line("");
        page.line(paint(HEADING, speech.word("compare.superfluous")));
        let lines: Vec<Line> = comparison.superfluous.iter().map(|part| superfluous_line(part, context)).collect();
        page.block(&render_lines(&lines));
    }
    if !comparison.excess.is_empty() {
        page.line("");
        page.line(paint(HEADING, speech.word("compare.excess")));
        minimal::excess(&mut page, &comparison.excess, context);
    }
    minimal::undetermined(&mut page, &comparison.missing, context);
    page.finish()
}

fn superfluous_line(part: &Superfluous, context: &Context<'_>) -> Line {
    let speech = context.speech;
    // Only what policies let in is held against what is needed.
    let rule = format!("spec.ingress[{}]", part.rule);
    let path = match part.part {
        Part::Peer(at) => format!("{rule}.from[{at}]"),
        Part::Port(at) => format!("{rule}.ports[{at}]"),
        Part::Everybody | Part::EveryPort => rule,
    };
    let place = speech.say("compare.place", &[("path", path)]);
    let folded =
        |names: Vec<String>| fold(&names, SHOWN, |more| speech.say("trace.more", &[("count", more.to_string())]));
    let why = match (&part.part, &part.excess) {
        (_, TooMuch::All) => speech.word("compare.unneeded"),
        (Part::Everybody, _) => speech.word("compare.everybody"),
        (Part::EveryPort, _) => speech.word("compare.everyPort"),
        (_, TooMuch::Addresses(set)) => {
            let nets = set.to_nets().iter().take(SHOWN + 1).map(ToString::to_string).collect();
            speech.say("compare.addresses", &[("count", set.len().to_string()), ("cidrs", folded(nets))])
        }
        (_, TooMuch::Pods(pods)) => {
            let names = pods.iter().map(|pod| context.snapshot.pods[*pod].name.to_string()).collect();
            speech.say("compare.pods", &[("pods", folded(names))])
        }
        (_, TooMuch::Ports) => speech.word("compare.ports"),
    };
    let mut line = Line::new(OPEN, "  - ").left(STRONG, part.policy.to_string()).left(STRONG, place).left(OPEN, why);
    if part.others > 0 {
        line = line.left(FAINT, speech.say("compare.others", &[("pods", part.others.to_string())]));
    }
    match context.snapshot.source(part.position) {
        Some(file) => line.left(FAINT, format!("  {file}:{}", part.position.line)),
        None => line,
    }
}
