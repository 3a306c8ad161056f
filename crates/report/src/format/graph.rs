//! Who reaches whom as a graph that can be drawn: in each namespace, those who are in the same rows are one node.

use std::collections::{BTreeMap, BTreeSet};

use bulkhead_analysis::Reachability;
use bulkhead_analysis::model::Name;

use super::Context;
use super::grouping::names::Names;
use super::grouping::{Block, BlockRow, Grouping, Member, Members, Place};

/// How many names a node has lines for.
const SHOWN_NAMES: usize = 8;

/// A graph of boxes in boxes.
pub(super) struct Graph {
    /// Workspaces; one without a name for what is in none.
    pub(super) workspaces: Vec<WorkspaceBox>,
    /// Connections between nodes.
    pub(super) edges: Vec<GraphEdge>,
}

/// A workspace.
pub(super) struct WorkspaceBox {
    pub(super) name: Option<String>,
    pub(super) groups: Vec<Group>,
}

/// A namespace, the nodes, or what is outside.
pub(super) struct Group {
    pub(super) number: usize,
    pub(super) name: String,
    pub(super) nodes: Vec<GraphNode>,
}

/// Members who do the same.
pub(super) struct GraphNode {
    pub(super) number: usize,
    /// Their names, a line each.
    pub(super) label: String,
}

/// An arrow, or one with two heads where both ways are the same.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct GraphEdge {
    pub(super) from: usize,
    pub(super) to: usize,
    /// The ports.
    pub(super) label: String,
    /// Whether nothing of it is known to be open.
    pub(super) undetermined: bool,
    /// Whether it goes both ways.
    pub(super) both_ways: bool,
}

impl Graph {
    pub(super) fn new(reachability: &Reachability<'_>, context: &Context<'_>) -> Self {
        let grouping = Grouping::new(reachability);
        let names = Names::new(reachability.peers());
        let rows = Rows::new(&grouping);
        let nodes = rows.nodes();
        let mut node_of: BTreeMap<Member, usize> = BTreeMap::new();
        let mut by_place: BTreeMap<Place, Vec<GraphNode>> = BTreeMap::new();
        for (number, (place, members)) in nodes.iter().enumerate() {
            node_of.extend(members.iter().map(|member| (*member, number)));
            let label = label(members, &names, &grouping, context);
            by_place.entry(place.clone()).or_default().push(GraphNode { number, label });
        }
        Self { workspaces: workspaces(by_place, context), edges: rows.edges(&node_of, &grouping, context) }
    }
}

/// Rows with everybody in them by name.
struct Rows {
    /// Senders, receivers, the number of their ports.
    rows: Vec<(Placed, Placed, u32)>,
}

/// Members, each with its place.
type Placed = Vec<(Member, Place)>;

/// Rows by their places, with the side that somebody is on.
type Seen = BTreeSet<(usize, bool)>;

impl Rows {
    fn new(grouping: &Grouping) -> Self {
        let mut rows = Vec::new();
        for block in grouping.blocks() {
            let sides = pairs_of(&block);
            for (row, (from, to)) in block.rows.iter().flat_map(|row| sides.iter().map(move |side| (row, side))) {
                let BlockRow { from: senders, to: receivers, number } = row;
                rows.push((members(senders, from, grouping), members(receivers, to, grouping), *number));
            }
        }
        Self { rows }
    }

    /// Those who are in the same rows on the same side, at the same place.
    fn nodes(&self) -> Vec<(Place, Vec<Member>)> {
        let mut seen: BTreeMap<(Place, Member), Seen> = BTreeMap::new();
        for (at, (from, to, _)) in self.rows.iter().enumerate() {
            for (side, members) in [(false, from), (true, to)] {
                for (member, place) in members {
                    seen.entry((place.clone(), *member)).or_default().insert((at, side));
                }
            }
        }
        let mut groups: BTreeMap<(Place, Seen), Vec<Member>> = BTreeMap::new();
        for ((place, member), rows) in seen {
            groups.entry((place, rows)).or_default().push(member);
        }
        let mut nodes: Vec<(Place, Vec<Member>)> =
            groups.into_iter().map(|((place, _), members)| (place, members)).collect();
        nodes.sort();
        nodes
    }

    fn edges(&self, node_of: &BTreeMap<Member, usize>, grouping: &Grouping, context: &Context<'_>) -> Vec<GraphEdge> {
        let mut edges: BTreeSet<GraphEdge> = BTreeSet::new();
        for (from, to, number) in &self.rows {
            let numbers = |members: &[(Member, Place)]| -> BTreeSet<usize> {
                members.iter().filter_map(|(member, _)| node_of.get(member)).copied().collect()
            };
            let Some(ports) = grouping.connections.get(*number as usize) else { continue };
            let label = super::ports::pair_text(ports, context.speech);
            for from in numbers(from) {
                for to in numbers(to) {
                    let undetermined = ports.any.open.is_empty();
                    edges.insert(GraphEdge { from, to, label: label.clone(), undetermined, both_ways: false });
                }
            }
        }
        joined(&edges)
    }
}

/// Arrows whose way back is the same become one.
fn joined(edges: &BTreeSet<GraphEdge>) -> Vec<GraphEdge> {
    let back = |edge: &GraphEdge| GraphEdge { from: edge.to, to: edge.from, ..edge.clone() };
    let has_back = |edge: &GraphEdge| edge.from != edge.to && edges.contains(&back(edge));
    let kept = edges.iter().filter(|edge| edge.from <= edge.to || !has_back(edge));
    kept.map(|edge| GraphEdge { both_ways: has_back(edge), ..edge.clone() }).collect()
}

/// The pairs of places that a block speaks of.
fn pairs_of(block: &Block) -> Vec<(Place, Place)> {
    if block.is_each_within {
        return block.from.iter().map(|place| (place.clone(), place.clone())).collect();
    }
    block.from.iter().flat_map(|from| block.to.iter().map(move |to| (from.clone(), to.clone()))).collect()
}

fn members(members: &Members, place: &Place, grouping: &Grouping) -> Vec<(Member, Place)> {
    let listed = match members {
        Members::Everybody => grouping.everybody(place),
        Members::Listed(listed) => listed.as_slice(),
    };
    listed.iter().map(|member| (*member, place.clone())).collect()
}

fn label(members: &[Member], names: &Names, grouping: &Grouping, context: &Context<'_>) -> String {
    let shown = if members.len() <= SHOWN_NAMES + 1 { members.len() } else { SHOWN_NAMES };
    let mut lines: Vec<String> = members.iter().take(shown).map(|member| names.of(*member, grouping)).collect();
    if shown < members.len() {
        lines.push(context.speech.say("reach.more", &[("count", (members.len() - shown).to_string())]));
    }
    lines.join("\n")
}

fn workspaces(by_place: BTreeMap<Place, Vec<GraphNode>>, context: &Context<'_>) -> Vec<WorkspaceBox> {
    let mut boxes: BTreeMap<Option<Name>, Vec<Group>> = BTreeMap::new();
    for (number, (place, nodes)) in by_place.into_iter().enumerate() {
        let (workspace, name) = match place {
            Place::Namespace { workspace, name } => (workspace, name.to_string()),
            Place::Nodes => (None, context.speech.word("reach.nodes")),
            Place::Outside => (None, context.speech.word("reach.outside")),
        };
        boxes.entry(workspace).or_default().push(Group { number, name, nodes });
    }
    let workspace =
        |(name, groups): (Option<Name>, _)| WorkspaceBox { name: name.map(|name| name.to_string()), groups };
    boxes.into_iter().map(workspace).collect()
}
