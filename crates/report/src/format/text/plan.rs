//! Plans as lists: what the switches say, what became of each entry, what to write and to delete.

use anstyle::Style;
use bulkhead_analysis::isolation::{EntryState, EntryStatus, Isolation, Plan, ProjectStatus};
use bulkhead_analysis::model::object::{IntOrString, PeerManifest, PolicyManifest, PortManifest, RuleManifest};
use bulkhead_wire::plan::isolation_name;

use super::super::Context;
use super::columns::{Line, Page, render as render_lines};
use crate::style::{BAD, FAINT, GOOD, HEADING, OPEN, STRONG, paint};

const PLAIN: Style = Style::new();

/// The lists of a plan.
pub(super) fn render(plan: &Plan, context: &Context<'_>) -> String {
    let mut page = Page::default();
    let sections = [
        ("plan.projects", projects(plan, context)),
        ("plan.entries", entries(plan, context)),
        ("plan.apply", plan.apply.iter().map(policy).collect()),
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

fn projects(plan: &Plan, context: &Context<'_>) -> Vec<Line> {
    let line = |project: &ProjectStatus| {
        let style = match project.isolation {
            Isolation::Project | Isolation::Workspace => GOOD,
            Isolation::Off | Isolation::NoWorkspace => FAINT,
            Isolation::Unknown => OPEN,
        };
        let said = context.speech.word(&format!("isolation.{}", isolation_name(project.isolation)));
        let workspace = project.workspace.as_ref().map(|name| format!(" ({name})")).unwrap_or_default();
        Line::new(PLAIN, "    ").left(STRONG, project.namespace.as_str()).left(FAINT, workspace).right(style, said)
    };
    plan.projects.iter().map(line).collect()
}

fn entries(plan: &Plan, context: &Context<'_>) -> Vec<Line> {
    let line = |status: &EntryStatus| {
        let line = Line::new(PLAIN, "    ").left(PLAIN, status.entry.to_string());
        match &status.state {
            EntryState::Resolved { policy } => line.right(GOOD, format!("→ {policy}")),
            EntryState::Inactive => line.right(FAINT, context.speech.word("entry.inactive")),
            EntryState::Unresolved { reason, .. } => {
                line.right(BAD, context.speech.say("entry.unresolved", &[("reason", *reason)]))
            }
        }
    };
    plan.entries.iter().map(line).collect()
}

/// A policy to write, with its rules in short.
fn policy(policy: &PolicyManifest) -> Line {
    let ingress = policy.ingress.iter().flatten().map(|rule| rule_text("from", rule));
    let egress = policy.egress.iter().flatten().map(|rule| rule_text("to", rule));
    let rules: Vec<String> = ingress.chain(egress).collect();
    Line::new(GOOD, "  + ").left(PLAIN, policy.name.to_string()).right(FAINT, rules.join("; "))
}

fn rule_text(word: &str, rule: &RuleManifest) -> String {
    let peers: Vec<String> = rule.peers.iter().map(peer_text).collect();
    let peers = if peers.is_empty() { "*".to_owned() } else { peers.join(", ") };
    let ports = if rule.ports.is_empty() { String::new() } else { format!(" :{}", ports_text(rule)) };
    format!("{word} {peers}{ports}")
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

/// A peer as short as it can be said in Kubernetes' own words.
fn peer_text(peer: &PeerManifest) -> String {
    bulkhead_wire::manifest::peer(peer).to_string().replace('"', "")
}
