//! `-o mermaid`: a flowchart as Markdown pages show it.

use std::fmt::Write as _;

use bulkhead_analysis::Reachability;

use super::graph::Graph;
use super::{Answer, AnswerKind, Context, Format};

/// `-o mermaid`
pub(super) struct Mermaid;

impl Format for Mermaid {
    fn name(&self) -> &'static str {
        "mermaid"
    }

    fn answers(&self) -> &'static [AnswerKind] {
        &[AnswerKind::Reach]
    }

    fn render(&self, answer: &Answer<'_>, context: &Context<'_>) -> Option<String> {
        match answer {
            Answer::Reach { reachability, .. } => Some(render(reachability, context)),
            _ => None,
        }
    }
}

fn render(reachability: &Reachability<'_>, context: &Context<'_>) -> String {
    let graph = Graph::new(reachability, context);
    let mut text = "flowchart LR\n".to_owned();
    for (at, workspace) in graph.workspaces.iter().enumerate() {
        if let Some(name) = &workspace.name {
            let _ = writeln!(text, "  subgraph w{at}[{}]", quoted(name));
        }
        for group in &workspace.groups {
            let _ = writeln!(text, "  subgraph g{}[{}]", group.number, quoted(&group.name));
            for node in &group.nodes {
                let _ = writeln!(text, "    n{}[{}]", node.number, quoted(&node.label));
            }
            text.push_str("  end\n");
        }
        if workspace.name.is_some() {
            text.push_str("  end\n");
        }
    }
    for edge in &graph.edges {
        let arrow = match (edge.undetermined, edge.both_ways) {
            (false, false) => "-->",
            (false, true) => "<-->",
            (true, false) => "-.->",
            (true, true) => "<-.->",
        };
        let _ = writeln!(text, "  n{} {arrow}|{}| n{}", edge.from, quoted(&edge.label), edge.to);
    }
    text
}

/// A label that Mermaid takes as it is.
fn quoted(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;");
    format!("\"{}\"", escaped.replace('\n', "<br>"))
}
