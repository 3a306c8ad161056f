//! `-o dot`: a graph for Graphviz. Workspaces and namespaces are boxes; those who do the same are one node.

use std::fmt::Write as _;

use bulkhead_analysis::Reachability;

use super::graph::{Graph, Group};
use super::{Answer, AnswerKind, Context, Format};

/// `-o dot`
pub(super) struct Dot;

impl Format for Dot {
    fn name(&self) -> &'static str {
        "dot"
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
    let mut text = "digraph reach {\n  rankdir=LR\n  ranksep=1.2\n  compound=true\n  node [shape=box style=\"rounded,filled\" fillcolor=white fontname=\"Helvetica\" fontsize=11]\n  edge [fontname=\"Helvetica\" fontsize=9]\n".to_owned();
    for (at, workspace) in graph.workspaces.iter().enumerate() {
        let indent = if workspace.name.is_some() { "    " } else { "  " };
        if let Some(name) = &workspace.name {
            let _ = writeln!(
                text,
                "  subgraph cluster_w{at} {{\n    label={} style=dashed fontname=\"Helvetica\"",
                quoted(name)
            );
        }
        for group in &workspace.groups {
            write_group(group, indent, &mut text);
        }
        if workspace.name.is_some() {
            text.push_str("  }\n");
        }
    }
    for edge in &graph.edges {
        let style = if edge.undetermined { " style=dashed color=goldenrod4 fontcolor=goldenrod4" } else { "" };
        let style = format!("{style}{}", if edge.both_ways { " dir=both" } else { "" });
        let _ = writeln!(text, "  n{} -> n{} [label={}{style}]", edge.from, edge.to, quoted(&edge.label));
    }
    text.push_str("}\n");
    text
}

fn write_group(group: &Group, indent: &str, text: &mut String) {
    let _ = writeln!(text, "{indent}subgraph cluster_g{} {{", group.number);
    let _ = writeln!(
        text,
        "{indent}  label={} style=\"rounded,filled\" fillcolor=\"#eef2f7\" color=\"#8aa0b8\" fontname=\"Helvetica\"",
        quoted(&group.name)
    );
    for node in &group.nodes {
        let _ = writeln!(text, "{indent}  n{} [label={}]", node.number, quoted(&node.label));
    }
    let _ = writeln!(text, "{indent}}}");
}

/// A string of the dot language; a new line stays one.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}
