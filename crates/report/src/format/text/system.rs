//! What a project needs of the system: each need with its entries, or with why it takes none.

use bulkhead_analysis::{SystemNeed, SystemNeeds, Takes};
use bulkhead_wire::Words as _;

use super::super::Context;
use super::columns::{Line, Page, render as render_lines};
use super::minimal;
use super::peer::peer_text;
use crate::style::{FAINT, GOOD, HEADING, OPEN, STRONG, paint};

/// The needs for people.
pub(super) fn render(needs: &SystemNeeds, context: &Context<'_>) -> String {
    let mut page = Page::default();
    let namespace = needs.namespace.to_string();
    page.line(paint(STRONG, context.speech.say("system.head", &[("namespace", namespace)])));
    for need in &needs.needs {
        page.line("");
        page.line(paint(HEADING, heading(need, context)));
        body(&mut page, need, context);
    }
    page.finish()
}

fn heading(need: &SystemNeed, context: &Context<'_>) -> String {
    let kind = context.speech.word(&format!("system.{}", need.kind.name()));
    match &need.object {
        Some(object) => format!("{kind} ({object})"),
        None => kind,
    }
}

fn body(page: &mut Page, need: &SystemNeed, context: &Context<'_>) {
    match &need.takes {
        Takes::Nothing(issue) => {
            page.block(&render_lines(&[Line::new(GOOD, "  = ").left(FAINT, context.speech.issue(issue))]));
        }
        Takes::Unknown(issue) => {
            page.block(&render_lines(&[Line::new(OPEN, "  ? ").left(OPEN, context.speech.issue(issue))]));
        }
        Takes::Policy(policy, issue) => {
            let rules = policy.ingress.iter().chain(&policy.egress).flatten();
            let peers = rules.flat_map(|rule| rule.peers.iter().map(|peer| peer_text(peer, context.speech)));
            let line = |peer| Line::new(GOOD, "  + ").left(STRONG, peer).right(FAINT, context.speech.issue(issue));
            page.block(&render_lines(&peers.map(line).collect::<Vec<_>>()));
        }
        Takes::Entries(minimal) => {
            if minimal.entries.is_empty() && minimal.egress.is_empty() && minimal.undetermined.is_empty() {
                let words = context.speech.word("system.allowed");
                page.block(&render_lines(&[Line::new(GOOD, "  = ").left(FAINT, words)]));
            }
            minimal::bare_entries(page, minimal, context);
            minimal::undetermined(page, minimal, context);
        }
    }
}
