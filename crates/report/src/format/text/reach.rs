//! Who reaches whom, for people: namespace by namespace, those who reach the same in one line.

mod overview;

use std::collections::BTreeSet;

use bulkhead_analysis::Reachability;
use bulkhead_analysis::model::Name;
use bulkhead_analysis::policy::Doubt;
use bulkhead_analysis::reachability::{By, PeerName};
use bulkhead_wire::reach::own_node_name;
use unicode_width::UnicodeWidthStr as _;

use super::super::grouping::names::Names;
use super::super::grouping::{Block, BlockRow, Grouping, Member, Members, Place};
use super::super::ports::pair_text;
use super::super::{Context, Detail};
use super::columns::Page;
use crate::style::{FAINT, HEADING, OPEN, STRONG, paint};

/// More rows than this are no text that anybody reads: each pair of namespaces gets one line then.
const READABLE_ROWS: usize = 200;
/// How many names of a list are shown before the rest is counted.
const SHOWN_NAMES: usize = 24;
/// How many places of a heading are shown before the rest is counted.
const SHOWN_PLACES: usize = 6;
/// As many as this may be left out of "all but".
const SHOWN_MISSING: usize = 3;
/// How many reasons for doubt are shown.
const SHOWN_DOUBTS: usize = 12;

/// The answer for people.
pub(super) fn render(reachability: &Reachability<'_>, detail: Detail, context: &Context<'_>) -> String {
    let grouping = Grouping::new(reachability);
    let writer = Writer { names: Names::new(reachability.peers()), grouping: &grouping, context };
    let mut page = Page::default();
    page.line(paint(STRONG, head(reachability, &grouping, context)));
    let blocks = grouping.blocks();
    let rows: usize = blocks.iter().map(|block| block.rows.len()).sum();
    if detail == Detail::Readable && rows > READABLE_ROWS {
        overview::write(&blocks, &writer, &mut page);
        page.line("");
        page.line(context.speech.say("reach.overview", &[("rows", rows.to_string())]));
    } else {
        for block in &blocks {
            page.line("");
            writer.block(block, &mut page);
        }
    }
    notes(reachability, &grouping, context, &mut page);
    page.finish()
}

fn head(reachability: &Reachability<'_>, grouping: &Grouping, context: &Context<'_>) -> String {
    let peers = reachability.peers();
    let of = |is: fn(&PeerName) -> bool| peers.iter().filter(|peer| is(&peer.name)).count().to_string();
    let namespaces = grouping.places().filter(|(place, _)| matches!(place, Place::Namespace { .. })).count();
    let arguments = [
        ("workloads", of(|name| matches!(name, PeerName::Workload { .. }))),
        ("pods", of(|name| matches!(name, PeerName::Pod(_)))),
        ("namespaces", namespaces.to_string()),
        ("nodes", of(|name| matches!(name, PeerName::Node(_)))),
        ("open", grouping.open.to_string()),
        ("undetermined", grouping.undetermined.to_string()),
    ];
    context.speech.say("reach.head", &arguments)
}

/// What stands beside the pairs: why nobody can tell, and what no policy decides.
fn notes(reachability: &Reachability<'_>, grouping: &Grouping, context: &Context<'_>, page: &mut Page) {
    let speech = context.speech;
    if grouping.undetermined > 0 {
        page.line("");
        let count = grouping.undetermined.to_string();
        page.line(paint(OPEN.bold(), speech.say("reach.undetermined", &[("count", count)])));
        let mut doubts: Vec<(&Doubt, usize)> = grouping.doubts.iter().map(|(doubt, count)| (doubt, *count)).collect();
        doubts.sort_by(|one, other| other.1.cmp(&one.1).then(one.0.cmp(other.0)));
        for (doubt, count) in doubts.iter().take(SHOWN_DOUBTS) {
            page.line(doubt_text(doubt, *count, context));
        }
        if doubts.len() > SHOWN_DOUBTS {
            let more = (doubts.len() - SHOWN_DOUBTS).to_string();
            page.line(format_args!("  {}", speech.say("reach.moreDoubts", &[("count", more)])));
        }
        if grouping.is_cut {
            page.line(format_args!("  {}", speech.word("reach.doubtsCut")));
        }
    }
    page.line("");
    page.line(paint(FAINT, speech.word("reach.closed")));
    let has_nodes = reachability.peers().iter().any(|peer| peer.node.is_some());
    if has_nodes && reachability.by() == By::Workload {
        let key = format!("reach.ownNode.{}", own_node_name(reachability.own_node()));
        page.line(paint(FAINT, speech.word(&key)));
    }
}

fn doubt_text(doubt: &Doubt, count: usize, context: &Context<'_>) -> String {
    let speech = context.speech;
    let rule = match doubt.rule.rule {
        Some(rule) => {
            let of = [("direction", doubt.rule.direction.name().to_owned()), ("rule", rule.to_string())];
            format!(", {}", speech.say("explain.rule", &of))
        }
        None => String::new(),
    };
    let position = doubt.rule.position;
    let place = context.snapshot.source(position).map(|file| format!(" ({file}:{})", position.line));
    let arguments = [
        ("count", count.to_string()),
        ("rule", format!("{}{rule}{}", doubt.rule.policy, place.unwrap_or_default())),
        ("reason", speech.word(doubt.reason.code())),
    ];
    format!("  {}", speech.say("reach.doubt", &arguments))
}

/// Writes blocks.
struct Writer<'a> {
    names: Names,
    grouping: &'a Grouping,
    context: &'a Context<'a>,
}

impl Writer<'_> {
    fn block(&self, block: &Block, page: &mut Page) {
        let speech = self.context.speech;
        let heading = if block.is_each_within {
            speech.say("reach.within", &[("places", self.places(&block.from))])
        } else {
            format!("{} → {}", self.places(&block.from), self.places(&block.to))
        };
        let (style, crossing) = match crossing(block) {
            Crossing::None => (HEADING, String::new()),
            Crossing::Some => (OPEN.bold(), speech.word("reach.someCross")),
            Crossing::All => (OPEN.bold(), speech.word("reach.allCross")),
        };
        page.line(format_args!("{}{}", paint(style, heading), paint(style, crossing)));
        let texts: Vec<(String, String)> = block.rows.iter().map(|row| self.row(row, block)).collect();
        let width = self.context.width.saturating_sub(4);
        let fits = |(pair, ports): &&(String, String)| pair.width() + ports.width() + 2 <= width;
        let column = texts.iter().filter(fits).map(|(pair, _)| pair.width()).max().unwrap_or_default();
        for (text, row) in texts.iter().zip(&block.rows) {
            let (pair, ports) = text;
            let style = self.style(row);
            if fits(&text) && column + ports.width() + 2 <= width {
                let gap = " ".repeat(column - pair.width().min(column) + 2);
                page.line(format_args!("  {pair}{gap}{}", paint(style, ports)));
                continue;
            }
            for line in wrapped(pair, width) {
                page.line(line);
            }
            for line in wrapped(ports, width.saturating_sub(4)) {
                page.line(format_args!("    {}", paint(style, line)));
            }
        }
    }

    fn style(&self, row: &BlockRow) -> anstyle::Style {
        match self.grouping.connections.get(row.number as usize) {
            Some(ports) if !ports.any.undetermined.is_empty() => OPEN,
            _ => anstyle::Style::new(),
        }
    }

    /// `web, api → db`, and the ports.
    fn row(&self, row: &BlockRow, block: &Block) -> (String, String) {
        let from = self.members(&row.from, &block.from);
        let to = self.members(&row.to, &block.to);
        let ports =
            self.grouping.connections.get(row.number as usize).map(|ports| pair_text(ports, self.context.speech));
        (format!("{from} → {to}"), ports.unwrap_or_default())
    }

    fn members(&self, members: &Members, places: &[Place]) -> String {
        let speech = self.context.speech;
        let name = |member: &Member| self.names.of(*member, self.grouping);
        let listed = match members {
            Members::Everybody => {
                let everybody = || places.iter().flat_map(|place| self.grouping.everybody(place));
                let count = everybody().count();
                if let (1, Some(only)) = (count, everybody().next()) {
                    return name(only);
                }
                let key = if places == [Place::Nodes] { "reach.allNodes" } else { "reach.all" };
                return speech.say(key, &[("count", count.to_string())]);
            }
            Members::Listed(listed) => listed,
        };
        if let [place] = places {
            let everybody = self.grouping.everybody(place);
            let missing: Vec<String> =
                everybody.iter().filter(|member| listed.binary_search(member).is_err()).map(name).collect();
            if missing.len() <= SHOWN_MISSING
                && listed.len() > missing.len() * 4
                && !missing.is_empty()
                && listed.len() > 4
            {
                let arguments = [("count", everybody.len().to_string()), ("missing", missing.join(", "))];
                return speech.say("reach.allBut", &arguments);
            }
        }
        folded(listed.iter().map(name), SHOWN_NAMES, |more| speech.say("reach.more", &[("count", more.to_string())]))
    }

    fn places(&self, places: &[Place]) -> String {
        let speech = self.context.speech;
        let namespaces = self.grouping.places().filter(|(place, _)| matches!(place, Place::Namespace { .. })).count();
        let is_namespace = |place: &&Place| matches!(place, Place::Namespace { .. });
        if places.len() > SHOWN_PLACES && places.iter().filter(is_namespace).count() == namespaces {
            let rest = places.iter().filter(|place| !is_namespace(place));
            let rest: Vec<String> = rest.map(|place| self.places(std::slice::from_ref(place))).collect();
            let all = speech.say("reach.allNamespaces", &[("count", namespaces.to_string())]);
            return std::iter::once(all).chain(rest).collect::<Vec<_>>().join(", ");
        }
        let name = |place: &Place| match place {
            Place::Namespace { workspace: Some(workspace), name } => {
                speech.say("reach.namespaceOf", &[("namespace", name.as_str()), ("workspace", workspace.as_str())])
            }
            Place::Namespace { workspace: None, name } => name.to_string(),
            Place::Nodes => speech.word("reach.nodes"),
            Place::Outside => speech.word("reach.outside"),
        };
        folded(places.iter().map(name), SHOWN_PLACES, |more| speech.say("reach.more", &[("count", more.to_string())]))
    }
}

/// Whether connections go from one workspace to another.
enum Crossing {
    None,
    Some,
    All,
}

/// The workspace of the system's own namespaces, which everybody may talk to.
const SYSTEM_WORKSPACE: &str = "system-workspace";

fn crossing(block: &Block) -> Crossing {
    let workspaces = |places: &[Place]| -> BTreeSet<Name> {
        let of = places.iter().filter_map(|place| match place {
            Place::Namespace { workspace, .. } => workspace.clone(),
            Place::Nodes | Place::Outside => None,
        });
        of.filter(|workspace| workspace != SYSTEM_WORKSPACE).collect()
    };
    let (from, to) = (workspaces(&block.from), workspaces(&block.to));
    let crosses = from.iter().any(|one| to.iter().any(|other| one != other));
    match (crosses && !block.is_each_within, from.is_disjoint(&to)) {
        (false, _) => Crossing::None,
        (true, false) => Crossing::Some,
        (true, true) => Crossing::All,
    }
}

/// The first of some names, and how many more there are.
fn folded(names: impl ExactSizeIterator<Item = String>, shown: usize, more: impl FnOnce(usize) -> String) -> String {
    let count = names.len();
    let shown = if count <= shown + 1 { count } else { shown };
    let text = names.take(shown).collect::<Vec<_>>().join(", ");
    if shown == count { text } else { format!("{text} {}", more(count - shown)) }
}

/// A text in lines of a width, broken at spaces; lines after the first stand further in.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec!["  ".to_owned()];
    for word in text.split(' ') {
        let line = lines.last().map_or(0, |line| line.width());
        let is_first = lines.last().is_some_and(|line| line.trim().is_empty());
        if !is_first && line + 1 + word.width() > width {
            lines.push(format!("    {word}"));
        } else if let Some(line) = lines.last_mut() {
            if !is_first {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}
