//! A line for each pair of namespaces, for clusters whose pairs nobody can read; those who do the same in one line.

use std::collections::{BTreeMap, BTreeSet};

use super::super::super::grouping::{Block, Members, Place};
use super::super::columns::{Line, Page, render_within};
use super::{Crossing, Writer, crossing};
use crate::format::ports::pair_text;
use crate::style::{FAINT, OPEN};

/// How many sets of ports are named.
const SHOWN_PORTS: usize = 3;

/// What is said about a pair of places.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Said {
    is_within: bool,
    pairs: usize,
    of: usize,
    ports: String,
    is_undetermined: bool,
}

/// Writes the overview.
pub(super) fn write(blocks: &[Block], writer: &Writer<'_>, page: &mut Page) {
    let mut order: Vec<(Said, Block)> = Vec::new();
    let mut known: BTreeMap<(bool, usize, usize, String, Vec<Place>), usize> = BTreeMap::new();
    for block in blocks {
        let said = summary(block, writer);
        // Namespaces that do the same within themselves, or to the same others, or from outside, are one line.
        let from_outside = block.from == [Place::Outside];
        let shared = match (said.is_within, from_outside) {
            (true, _) => Vec::new(),
            (false, true) => block.from.clone(),
            (false, false) => block.to.clone(),
        };
        let key = (said.is_within, said.pairs, said.of, said.ports.clone(), shared);
        let next = order.len();
        let at = *known.entry(key).or_insert(next);
        match order.get_mut(at) {
            Some((_, whole)) => {
                whole.is_each_within |= said.is_within;
                let (list, more) =
                    if from_outside { (&mut whole.to, &block.to) } else { (&mut whole.from, &block.from) };
                list.extend(more.iter().cloned());
            }
            None => order.push((said, block.clone())),
        }
    }
    page.line("");
    let lines: Vec<Line> = order.iter().map(|(said, block)| line(said, block, writer)).collect();
    page.block(&render_within(&lines, writer.context.width / 2));
}

fn line(said: &Said, block: &Block, writer: &Writer<'_>) -> Line {
    let speech = writer.context.speech;
    let heading = if block.is_each_within {
        speech.say("reach.within", &[("places", writer.places(&block.from))])
    } else {
        format!("{} → {}", writer.places(&block.from), writer.places(&block.to))
    };
    let style = match crossing(block) {
        Crossing::None => anstyle::Style::new(),
        Crossing::Some | Crossing::All => OPEN.bold(),
    };
    let pairs = speech.say("reach.pairsOf", &[("pairs", said.pairs.to_string()), ("of", said.of.to_string())]);
    let ports = if said.is_undetermined { OPEN } else { anstyle::Style::new() };
    Line::new(style, heading).right(FAINT, pairs).right(ports, format!("  {}", said.ports))
}

fn summary(block: &Block, writer: &Writer<'_>) -> Said {
    let grouping = writer.grouping;
    let size = |places: &[Place]| places.iter().map(|place| grouping.everybody(place).len().max(1)).sum::<usize>();
    let is_within = block.is_each_within || block.from == block.to;
    let (mut pairs, mut numbers) = (0, BTreeSet::new());
    for row in &block.rows {
        let count = |members: &Members, places: &[Place]| match members {
            Members::Everybody => size(places),
            Members::Listed(listed) => listed.len(),
        };
        let both = match (&row.from, &row.to) {
            (Members::Listed(from), Members::Listed(to)) if is_within && from.len() > 1 && to.len() > 1 => {
                from.iter().filter(|member| to.contains(member)).count()
            }
            (Members::Everybody, Members::Everybody) if is_within => size(&block.from),
            _ => 0,
        };
        pairs += (count(&row.from, &block.from) * count(&row.to, &block.to)).saturating_sub(both);
        numbers.insert(row.number);
    }
    let ports: BTreeSet<String> = numbers
        .iter()
        .filter_map(|number| grouping.connections.get(*number as usize))
        .map(|ports| pair_text(ports, writer.context.speech))
        .collect();
    let is_undetermined = numbers.iter().any(|number| {
        grouping.connections.get(*number as usize).is_some_and(|ports| !ports.any.undetermined.is_empty())
    });
    let ports = if ports.len() <= SHOWN_PORTS {
        ports.into_iter().collect::<Vec<_>>().join(" | ")
    } else {
        writer.context.speech.say("reach.kindsOfPorts", &[("count", ports.len().to_string())])
    };
    let of = size(&block.from) * size(&block.to) - if is_within { size(&block.from) } else { 0 };
    Said { is_within, pairs, of: of.max(pairs), ports, is_undetermined }
}
