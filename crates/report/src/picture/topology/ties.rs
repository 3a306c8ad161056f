//! Lines between cards, as few as say the same.
//!
//! Where several have the same with several, all of them are tied to one hub. What is left between two cards is one line where it
//! would be many. Everything else is a line of its own.

use std::collections::{BTreeMap, BTreeSet};

use bulkhead_wire::TopologyForm;
use bulkhead_wire::topology::LinkForm;

use super::cards::{Cards, Seat};
use super::labels::label;
use super::names::last;
use crate::words::Speech;

/// More lines than this between two cards become one.
const MOST_LINES: usize = 4;
/// More lines than this inside a card are only counted.
const MOST_INSIDE: usize = 12;

/// How a line is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Style {
    /// `all`, `some` or `undetermined`.
    pub(crate) open: &'static str,
    /// Whether it leads from one workspace to another.
    pub(crate) crosses: bool,
}

/// A line between two ends.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Tie {
    pub(crate) from: End,
    pub(crate) to: End,
    pub(crate) style: Style,
    pub(crate) label: String,
    /// Whether connections are opened from either end.
    pub(crate) both_ways: bool,
    /// How many connections it stands for.
    pub(crate) count: usize,
}

/// An end of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum End {
    /// A row of a card.
    Row(Seat),
    /// A card as a whole.
    Card(usize),
    /// A hub.
    Hub(usize),
}

/// Some who have the same with each other, or with others.
#[derive(Clone, Debug)]
pub(crate) struct Hub {
    pub(crate) label: String,
    pub(crate) style: Style,
}

/// Connections inside a card: from some rows to one.
#[derive(Clone, Debug)]
pub(crate) struct Inside {
    pub(crate) card: usize,
    pub(crate) from: BTreeSet<usize>,
    pub(crate) to: usize,
    pub(crate) style: Style,
    pub(crate) label: String,
}

/// All lines.
#[derive(Default)]
pub(crate) struct Ties {
    pub(crate) lines: Vec<Tie>,
    pub(crate) hubs: Vec<Hub>,
    pub(crate) inside: Vec<Inside>,
    /// Of each card whose connections inside are only counted: how many there are.
    pub(crate) counted: BTreeMap<usize, String>,
}

impl Ties {
    /// The lines of a topology.
    pub(crate) fn new(form: &TopologyForm, cards: &Cards, speech: Speech) -> Self {
        let mut all = Self::default();
        let mut kinds: BTreeMap<(String, &'static str), Vec<&LinkForm>> = BTreeMap::new();
        for link in &form.links {
            kinds.entry((label(link, speech), link.open)).or_default().push(link);
        }
        let lone = lone(form);
        let mut lines = BTreeSet::new();
        for ((label, open), links) in kinds {
            let (hubs, left) = hubs(&links, &lone);
            for (senders, receivers) in hubs {
                all.add_hub(form, cards, &senders, &receivers, (&label, open));
            }
            lines.extend(left.into_iter().map(|(from, to)| (from, to, label.clone(), open)));
        }
        let mut between: BTreeMap<(usize, usize), BTreeSet<Tie>> = BTreeMap::new();
        let mut inside: BTreeMap<(usize, usize, Style, String), BTreeSet<usize>> = BTreeMap::new();
        for (from, to, label, open) in lines {
            let style = Style { open, crosses: crosses(form, from, to) };
            let (Some(start), Some(end)) = (seat(&cards.sends, from), seat(&cards.receives, to)) else { continue };
            if start.0 == end.0 {
                inside.entry((end.0, end.1, style, label)).or_default().insert(start.1);
            } else {
                let tie = Tie { from: End::Row(start), to: End::Row(end), style, label, both_ways: false, count: 1 };
                between.entry((start.0, end.0)).or_default().insert(tie);
            }
        }
        all.add_inside(inside, speech);
        let bundled = between.into_iter().flat_map(|(cards, ties)| bundled(cards, ties, speech));
        all.lines.extend(joined(bundled.collect()));
        all
    }

    fn add_hub(
        &mut self,
        form: &TopologyForm,
        cards: &Cards,
        senders: &BTreeSet<usize>,
        receivers: &BTreeSet<usize>,
        (label, open): (&str, &'static str),
    ) {
        let hub = self.hubs.len();
        let crossing = |from: &usize| receivers.iter().any(|to| crosses(form, *from, *to));
        let style = Style { open, crosses: senders.iter().any(crossing) };
        self.hubs.push(Hub { label: label.to_owned(), style });
        let mut ties = BTreeSet::new();
        let ends = |parties: &BTreeSet<usize>, seats: &[Option<Seat>]| -> BTreeSet<Seat> {
            parties.iter().filter_map(|party| seat(seats, *party)).collect()
        };
        let (from, to) = (ends(senders, &cards.sends), ends(receivers, &cards.receives));
        let tie =
            |from: End, to: End, both_ways: bool| Tie { from, to, style, label: String::new(), both_ways, count: 1 };
        for seat in &from {
            ties.insert(tie(End::Row(*seat), End::Hub(hub), to.contains(seat)));
        }
        ties.extend(to.difference(&from).map(|seat| tie(End::Hub(hub), End::Row(*seat), false)));
        self.lines.extend(whole_cards(ties, cards));
    }

    fn add_inside(&mut self, inside: BTreeMap<(usize, usize, Style, String), BTreeSet<usize>>, speech: Speech) {
        let mut by_card: BTreeMap<usize, Vec<Inside>> = BTreeMap::new();
        for ((card, to, style, label), from) in inside {
            by_card.entry(card).or_default().push(Inside { card, from, to, style, label });
        }
        for (card, inside) in by_card {
            let (of_one, between): (Vec<Inside>, Vec<Inside>) =
                inside.into_iter().partition(|one| one.from.iter().eq([&one.to]));
            self.inside.extend(of_one);
            if between.len() > MOST_INSIDE {
                let count: usize = between.iter().map(|one| one.from.len()).sum();
                self.counted.insert(card, speech.say("picture.inside", &[("count", count.to_string())]));
            } else {
                self.inside.extend(between);
            }
        }
    }
}

fn seat(seats: &[Option<Seat>], party: usize) -> Option<Seat> {
    seats.get(party).copied().flatten()
}

/// Whether some of one party and some of another are in different workspaces.
fn crosses(form: &TopologyForm, from: usize, to: usize) -> bool {
    let is_foreign = |at: usize| form.parties.get(at).is_some_and(|party| party.kind == "foreign");
    if is_foreign(from) != is_foreign(to) {
        return true;
    }
    let (from, to) = (workspaces(form, from), workspaces(form, to));
    from.iter().any(|from| to.iter().any(|to| from != to))
}

/// The workspaces that a party's members are in.
fn workspaces(form: &TopologyForm, at: usize) -> Vec<&str> {
    match form.parties.get(at) {
        Some(party) if party.kind == "workspace" => party.names.iter().map(|name| last(name)).collect(),
        Some(party) => party.workspace.iter().map(String::as_str).collect(),
        None => Vec::new(),
    }
}

/// Senders and receivers.
type Block = (BTreeSet<usize>, BTreeSet<usize>);

/// Takes the pairs of which all senders have the same receivers, where a hub saves lines; and gives the pairs that are left.
/// `lone` are single ones without replicas: whoever of them has the same with all others of a group has it with itself.
fn hubs(links: &[&LinkForm], lone: &BTreeSet<usize>) -> (Vec<Block>, BTreeSet<(usize, usize)>) {
    let turned = |pairs: BTreeSet<(usize, usize)>| pairs.into_iter().map(|(one, other)| (other, one)).collect();
    let mut found = Vec::new();
    let mut left: BTreeSet<(usize, usize)> = links.iter().map(|link| (link.from, link.to)).collect();
    take(&mut left, lone, &mut found);
    take(&mut left, &BTreeSet::new(), &mut found);
    let mut of_receivers = Vec::new();
    left = turned(left);
    take(&mut left, &BTreeSet::new(), &mut of_receivers);
    found.extend(of_receivers.into_iter().map(|(to, from)| (from, to)));
    (found, turned(left))
}

fn take(pairs: &mut BTreeSet<(usize, usize)>, lone: &BTreeSet<usize>, found: &mut Vec<Block>) {
    let mut others: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for (from, to) in pairs.iter() {
        others.entry(*from).or_default().insert(*to);
    }
    let mut groups: BTreeMap<BTreeSet<usize>, BTreeSet<usize>> = BTreeMap::new();
    for (from, mut to) in others {
        if lone.contains(&from) {
            to.insert(from);
        }
        groups.entry(to).or_default().insert(from);
    }
    for (to, from) in groups {
        let ends = from.union(&to).count();
        // Between two who have the same with each other one line with two heads does.
        let lines = from.len() * to.len() - from.intersection(&to).count().pow(2) / 2;
        if from.len() > 1 && to.len() > 1 && lines > ends + 1 {
            pairs.retain(|(one, other)| !(from.contains(one) && to.contains(other)));
            found.push((from, to));
        }
    }
}

/// Single ones of which nothing is said about themselves.
fn lone(form: &TopologyForm) -> BTreeSet<usize> {
    let with_itself: BTreeSet<usize> =
        form.links.iter().filter(|link| link.from == link.to).map(|link| link.from).collect();
    let single = form.parties.iter().enumerate().filter(|(_, party)| party.size == 1).map(|(at, _)| at);
    single.filter(|at| !with_itself.contains(at)).collect()
}

/// A card all of whose rows are tied to a hub in the same way is tied once.
fn whole_cards(ties: BTreeSet<Tie>, cards: &Cards) -> Vec<Tie> {
    let card_of = |tie: &Tie| match (tie.from, tie.to) {
        (End::Row((card, _)), _) | (_, End::Row((card, _))) => card,
        _ => usize::MAX,
    };
    let mut by_card: BTreeMap<(usize, bool, bool), Vec<Tie>> = BTreeMap::new();
    for tie in ties {
        by_card.entry((card_of(&tie), matches!(tie.from, End::Hub(_)), tie.both_ways)).or_default().push(tie);
    }
    let mut whole = Vec::new();
    for ((card, _, _), ties) in by_card {
        let rows = cards.all.get(card).map_or(0, |card| card.rows.len());
        match ties.first() {
            Some(first) if ties.len() == rows && rows > 1 => {
                let end = |end: End| if let End::Row((card, _)) = end { End::Card(card) } else { end };
                whole.push(Tie { from: end(first.from), to: end(first.to), count: rows, ..first.clone() });
            }
            _ => whole.extend(ties),
        }
    }
    whole
}

/// One line between two cards instead of many.
fn bundled((from, to): (usize, usize), ties: BTreeSet<Tie>, speech: Speech) -> Vec<Tie> {
    if ties.len() <= MOST_LINES {
        return ties.into_iter().collect();
    }
    let styles: BTreeSet<Style> = ties.iter().map(|tie| tie.style).collect();
    let open = if styles.iter().all(|style| style.open == "all") {
        "all"
    } else if styles.iter().all(|style| style.open == "undetermined") {
        "undetermined"
    } else {
        "some"
    };
    let style = Style { open, crosses: styles.iter().any(|style| style.crosses) };
    let label = speech.say("picture.connections", &[("count", ties.len().to_string())]);
    vec![Tie { from: End::Card(from), to: End::Card(to), style, label, both_ways: false, count: ties.len() }]
}

/// Lines whose way back is the same become one with two heads.
fn joined(ties: Vec<Tie>) -> Vec<Tie> {
    let all: BTreeSet<Tie> = ties.into_iter().collect();
    let back = |tie: &Tie| Tie { from: tie.to, to: tie.from, ..tie.clone() };
    let has_back = |tie: &Tie| all.contains(&back(tie));
    let kept = all.iter().filter(|tie| tie.from <= tie.to || !has_back(tie));
    kept.map(|tie| Tie { both_ways: has_back(tie), ..tie.clone() }).collect()
}
