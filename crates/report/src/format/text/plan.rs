//! Plans as lists: what the switches say, what became of each entry, what to write and to delete.

use anstyle::Style;
use bulkhead_analysis::Planned;
use bulkhead_analysis::isolation::{
    AllowlistStatus, EntryState, EntryStatus, ExposureState, ExposureStatus, Isolation, LastApplied, Plan,
    ProjectStatus,
};
use bulkhead_analysis::model::Name;
use bulkhead_analysis::model::object::{IntOrString, PolicyManifest, PortManifest, RuleManifest};
use bulkhead_wire::plan::isolation_name;

use super::super::Context;
use super::columns::{Line, Page, fold, render as render_lines};
use super::minimal;
use super::peer::peer_text;
use crate::style::{BAD, FAINT, GOOD, HEADING, OPEN, STRONG, paint};
use crate::words::Speech;

const PLAIN: Style = Style::new();
/// How many projects of an allowlist are named.
const SHOWN_PROJECTS: usize = 5;

/// The lists of a plan.
pub(super) fn render(planned: &Planned, context: &Context<'_>) -> String {
    let plan = &planned.plan;
    let mut page = Page::default();
    let declared = [
        ("plan.projects", projects(plan, context)),
        ("plan.entries", entries(plan, context)),
        ("plan.allowlists", allowlists(plan, context)),
    ];
    sections(&mut page, &declared, context);
    exposures(&mut page, planned, context);
    let writes = [
        ("plan.apply", plan.apply.iter().flat_map(|each| policy(each, context.speech)).collect()),
        ("plan.delete", plan.delete.iter().map(|name| Line::new(BAD, "  - ").left(PLAIN, name.to_string())).collect()),
    ];
    sections(&mut page, &writes, context);
    if plan.apply.is_empty() && plan.delete.is_empty() {
        page.line(context.speech.word("plan.nothing"));
    }
    page.finish()
}

/// Lists with their headings; those that are empty are left out.
fn sections(page: &mut Page, sections: &[(&str, Vec<Line>)], context: &Context<'_>) {
    for (key, lines) in sections.iter().filter(|(_, lines)| !lines.is_empty()) {
        page.line(paint(HEADING, context.speech.word(key)));
        page.block(&render_lines(lines));
    }
}

/// The Exposures, each with the entries that it needs, the ways that need them, and who else gets in.
fn exposures(page: &mut Page, planned: &Planned, context: &Context<'_>) {
    if !planned.plan.exposures.is_empty() {
        page.line(paint(HEADING, context.speech.word("plan.exposures")));
    }
    for status in &planned.plan.exposures {
        page.block(&render_lines(&[exposure(status, context)]));
        let own = planned.exposures.iter().find(|planned| planned.exposure == status.exposure);
        let is_open = matches!(status.state, ExposureState::Resolved | ExposureState::Partial { .. });
        if let Some(own) = own.filter(|_| is_open) {
            minimal::bare_entries(page, &own.minimal, context);
            minimal::strangers(page, &own.minimal, context);
        }
    }
}

fn exposure(status: &ExposureStatus, context: &Context<'_>) -> Line {
    let speech = context.speech;
    let policies: Vec<&str> = status.policies.iter().map(Name::as_str).collect();
    let policies = policies.join(&speech.word("mark.comma"));
    let line = Line::new(PLAIN, "    ").left(PLAIN, status.exposure.to_string());
    match &status.state {
        ExposureState::Resolved if policies.is_empty() => line.right(GOOD, speech.word("exposure.allowed")),
        ExposureState::Resolved => line.right(GOOD, format!("→ {policies}")),
        ExposureState::Partial { reason } => {
            line.right(OPEN, speech.say("exposure.partial", &[("policies", policies.as_str()), ("reason", *reason)]))
        }
        ExposureState::Inactive => line.right(FAINT, speech.word("exposure.inactive")),
        ExposureState::Expired => line.right(FAINT, speech.word("entry.expired")),
        ExposureState::Unresolved { reason, last_applied } => {
            let key = if *last_applied == LastApplied::Nothing { "exposure.unresolved" } else { "exposure.kept" };
            line.right(BAD, speech.say(key, &[("reason", *reason)]))
        }
    }
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
        state_said(Line::new(PLAIN, "    ").left(PLAIN, status.entry.to_string()), &status.state, context)
    };
    plan.entries.iter().map(line).collect()
}

/// The allowlists of workspaces, each with the projects that it is for.
fn allowlists(plan: &Plan, context: &Context<'_>) -> Vec<Line> {
    let line = |status: &AllowlistStatus| {
        let names: Vec<String> = status.projects.iter().map(ToString::to_string).collect();
        let more = |more: usize| context.speech.say("trace.more", &[("count", more.to_string())]);
        let projects =
            if names.is_empty() { String::new() } else { format!(" ({})", fold(&names, SHOWN_PROJECTS, more)) };
        let line = Line::new(PLAIN, "    ").left(PLAIN, status.allowlist.to_string()).left(FAINT, projects);
        state_said(line, &status.state, context)
    };
    plan.allowlists.iter().map(line).collect()
}

fn state_said(line: Line, state: &EntryState, context: &Context<'_>) -> Line {
    match state {
        EntryState::Resolved { policy } => line.right(GOOD, format!("→ {policy}")),
        EntryState::Inactive => line.right(FAINT, context.speech.word("entry.inactive")),
        EntryState::Expired => line.right(FAINT, context.speech.word("entry.expired")),
        EntryState::Unresolved { reason, .. } => {
            line.right(BAD, context.speech.say("entry.unresolved", &[("reason", *reason)]))
        }
    }
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
