//! Who reaches whom as a table for each pair of namespaces.

use std::fmt::Write as _;

use bulkhead_analysis::Reachability;

use super::super::Context;
use super::super::grouping::names::Names;
use super::super::grouping::{Block, Grouping, Members, Place};
use super::super::ports::pair_text;

/// Tables, one for each pair of namespaces.
pub(super) fn render(reachability: &Reachability<'_>, context: &Context<'_>) -> String {
    let grouping = Grouping::new(reachability);
    let names = Names::new(reachability.peers());
    let speech = context.speech;
    let mut text = String::new();
    for block in grouping.blocks() {
        let heading = if block.is_each_within {
            speech.say("reach.within", &[("places", places(&block.from, context))])
        } else {
            format!("{} → {}", places(&block.from, context), places(&block.to, context))
        };
        let [from, to, ports] = ["reach.from", "reach.to", "reach.ports"].map(|key| speech.word(key));
        let _ = writeln!(text, "### {}\n\n| {from} | {to} | {ports} |\n| --- | --- | --- |", escaped(&heading));
        for row in &block.rows {
            let ports = grouping.connections.get(row.number as usize).map(|ports| pair_text(ports, speech));
            let from = members(&row.from, &block, &block.from, &names, &grouping, context);
            let to = members(&row.to, &block, &block.to, &names, &grouping, context);
            let _ = writeln!(text, "| {from} | {to} | {} |", escaped(&ports.unwrap_or_default()));
        }
        text.push('\n');
    }
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

fn members(
    members: &Members,
    block: &Block,
    places: &[Place],
    names: &Names,
    grouping: &Grouping,
    context: &Context<'_>,
) -> String {
    let everybody: Vec<_> = places.iter().flat_map(|place| grouping.everybody(place)).copied().collect();
    let listed = match members {
        Members::Everybody if everybody.len() > 1 || block.is_each_within => {
            return context.speech.say("reach.all", &[("count", everybody.len().to_string())]);
        }
        Members::Everybody => &everybody,
        Members::Listed(listed) => listed,
    };
    let names: Vec<String> = listed.iter().map(|member| escaped(&names.of(*member, grouping))).collect();
    names.join(", ")
}

fn places(places: &[Place], context: &Context<'_>) -> String {
    let name = |place: &Place| match place {
        Place::Namespace { name, .. } => name.to_string(),
        Place::Nodes => context.speech.word("reach.nodes"),
        Place::Outside => context.speech.word("reach.outside"),
    };
    places.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// A cell's text; a bar would end the cell.
fn escaped(text: &str) -> String {
    text.replace('|', "\\|")
}
