//! Plans as lists: what the switches say, what became of each entry, what to write and to delete.

use anstyle::Style;
use bulkhead_analysis::isolation::{EntryState, EntryStatus, Isolation, Plan, ProjectStatus};
use bulkhead_analysis::model::object::{IntOrString, PolicyManifest, PortManifest, RuleManifest};
use bulkhead_wire::plan::isolation_name;

use super::super::Context;
use super::columns::{Line, Page, render as render_lines};
use super::peer::peer_text;
use crate::style::{BAD, FAINT, GOOD, HEADING, OPEN, STRONG, paint};
use crate::words::Speech;

const PLAIN: Style = Style::new();

/// The lists of a plan.
pub(super) fn render(plan: &Plan, context: &Context<'_>) -> String {
    let mut page = Page::default();
    let sections = [
        ("plan.projects", projects(plan, context)),
        ("plan.entries", entries(plan, context)),
        ("plan.apply", plan.apply.iter().flat_map(|each| policy(each, context.speech)).collect()),
        ("plan.delete", plan.delete.iter().map(|name| Line::new(BAD, "  - ").left(PLAIN, name.to_string())).collect()),
    ];
    for (key, lines) in sections {
        if !lines.is_empty() {
            page.line(paint(HEADING, context.speech.word(key)));
            page.block(&render_lines(&lines));
        }
    }
    if plan.apply.is_empty() && plan.delete.is_empty() {
        page.line(context.speech.word("plan.nothing"));
    }
    page.finish()
}

/// The isolated projects, and those of which nobody knows; of the others the number.
fn projects(plan: &Plan, context: &Context<'_>) -> Vec<Line> {
    let speech = context.speech;
    let line = |project: &ProjectStatus| {
        let style = if project.isolation == Isolation::Unknown { OPEN } else { GOOD };
        let said = speech.word(&format!("isolation.{}", isolation_name(project.isolation)));
        let workspace = project.workspace.as_ref().map(|name| format!(" ({name})")).unwrap_or_default();
        Line::new(PLAIN, "    ").left(STRONG, project.namespace.as_str()).left(FAINT, workspace).right(style, said)
    };
    let is_open = |project: &&ProjectStatus| matches!(project.isolation, Isolation::Off | Isolation::NoWorkspace);
    let mut lines: Vec<Line> = plan.projects.iter().filter(|project| !is_open(project)).map(line).collect();
    let open = plan.projects.iter().filter(is_open).count();
    if open > 0 {
        let said = speech.say("plan.openProjects", &[("count", open.to_string())]);
        lines.push(Line::new(FAINT, "    ").left(FAINT, said));
    }
    lines
}

fn entries(plan: &Plan, context: &Context<'_>) -> Vec<Line> {
    let line = |status: &EntryStatus| {
        let line = Line::new(PLAIN, "    ").left(PLAIN, status.entry.to_string());
        match &status.state {
            EntryState::Resolved { policy } => line.right(GOOD, format!("→ {policy}")),
            EntryState::Inactive => line.right(FAINT, context.speech.word("entry.inactive")),
            EntryState::Expired => line.right(FAINT, context.speech.word("entry.expired")),
            EntryState::Unresolved { reason, .. } => {
                line.right(BAD, context.speech.say("entry.unresolved", &[("reason", *reason)]))
            }
        }
    };
    plan.entries.iter().map(line).collect()
}

/// A policy to write, and below it its rules in short.
fn policy(policy: &PolicyManifest, speech: Speech) -> Vec<Line> {
    let ingress = policy.ingress.iter().flatten().map(|rule| rule_text("plan.from", rule, speech));
    let egress = policy.egress.iter().flatten().map(|rule| rule_text("plan.to", rule, speech));
    let rules = ingress.chain(egress).map(|rule| Line::new(FAINT, "      ").left(FAINT, rule));
    [Line::new(GOOD, "  + ").left(PLAIN, policy.name.to_string())].into_iter().chain(rules).collect()
}

/// `from 203.0.113.0/24 on 8080/TCP`
fn rule_text(key: &str, rule: &RuleManifest, speech: Speech) -> String {
    let peers: Vec<String> = rule.peers.iter().map(|peer| peer_text(peer, speech)).collect();
    let peers = if peers.is_empty() { speech.word("peer.anybody") } else { peers.join(&speech.word("mark.comma")) };
    let said = speech.say(key, &[("peers", peers)]);
    if rule.ports.is_empty() {
        return said;
    }
    speech.say("plan.on", &[("rule", said), ("ports", ports_text(rule))])
}

fn ports_text(rule: &RuleManifest) -> String {
    let port = |port: &PortManifest| {
        let number = match &port.port {
            None => "*".to_owned(),
            Some(IntOrString::Int(number)) => number.to_string(),
            Some(IntOrString::String(name)) => name.to_string(),
        };
        let end = port.end_port.map(|end| format!("-{end}")).unwrap_or_default();
        let protocol = port.protocol.as_ref().map(|protocol| format!("/{protocol}")).unwrap_or_default();
        format!("{number}{end}{protocol}")
    };
    rule.ports.iter().map(port).collect::<Vec<_>>().join(",")
}
