//! Where cards, hubs and lines are.

use std::collections::{BTreeMap, BTreeSet};

use super::cards::{Card, HEAD, LABEL, Seat};
use super::ties::{End, Inside, Tie, Ties};
use crate::picture::Look;
use crate::picture::layered::{self, Column, Drawing, Layout, Line, Point, Shape, Way, lay_out};
use crate::picture::measure::{Font, width};

/// Around everything.
pub(super) const MARGIN: f64 = 24.0;
/// Room for the title.
const TITLE: f64 = 56.0;
/// Between cards that no line ends at.
const APART: f64 = 16.0;
/// The least width that those are given.
const LEAST_WIDTH: f64 = 880.0;
/// The height of a hub.
pub(super) const HUB: f64 = 24.0;
/// Between two lines inside a card.
pub(super) const TRACK: f64 = 9.0;
/// The length of an arrow's head, with a little room.
pub(super) const TIP: f64 = 12.0;

/// Where everything is.
pub(super) struct Arranged {
    /// The upper left corner of each card.
    pub(super) cards: Vec<Point>,
    /// The upper left corner and the width of each hub.
    pub(super) hubs: Vec<(Point, f64)>,
    /// The way of each tie.
    pub(super) ways: Vec<Way>,
    /// Where the cards begin that no line ends at, if there are any.
    pub(super) apart: Option<f64>,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// Whether a line says its ports: one that is open on every port is thick instead.
pub(super) fn is_labelled(tie: &Tie) -> bool {
    !tie.label.is_empty() && (tie.style.open != "all" || tie.count > 1)
}

/// The width of a label with room around it.
pub(super) fn label_width(label: &str) -> f64 {
    if label.is_empty() { 0.0 } else { width(label, Font::Small) + 10.0 }
}

/// Lines inside a card that need a track: all but those from a row to itself.
pub(super) fn needs_track(inside: &Inside) -> bool {
    !inside.from.iter().eq([&inside.to])
}

/// Arranges everything.
pub(super) fn arrange(cards: &mut [Card], ties: &Ties, look: Look) -> Arranged {
    let title = if look.is_alone() { TITLE } else { 0.0 };
    make_room(cards, ties);
    let linked: BTreeSet<usize> = ties.lines.iter().flat_map(|tie| [tie.from, tie.to]).filter_map(card_of).collect();
    let box_of: BTreeMap<usize, usize> = linked.iter().copied().zip(0..).collect();
    let drawing = drawing(cards, ties, &linked, &box_of);
    let mut layout = lay_out(&drawing);
    spread(cards, ties, &box_of, &mut layout);
    let shift = |point: &Point| Point { x: point.x + MARGIN, y: point.y + MARGIN + title };
    for way in &mut layout.ways {
        way.points = way.points.iter().map(shift).collect();
    }
    let corner = |at: usize| layout.corners.get(at).map(shift);
    let hubs = (linked.len()..drawing.boxes.len())
        .filter_map(|at| Some((corner(at)?, drawing.boxes.get(at)?.width)))
        .collect();
    let mut places: Vec<Option<Point>> =
        (0..cards.len()).map(|card| box_of.get(&card).and_then(|at| corner(*at))).collect();
    let (width, height) = (layout.width + 2.0 * MARGIN, layout.height + MARGIN + title);
    let (apart, width, height) = place_apart(cards, &mut places, width, height);
    let cards = places.into_iter().map(|place| place.unwrap_or(Point { x: 0.0, y: 0.0 })).collect();
    Arranged { cards, hubs, ways: layout.ways, apart, width, height: height + MARGIN }
}

fn card_of(end: End) -> Option<usize> {
    match end {
        End::Row((card, _)) | End::Card(card) => Some(card),
        End::Hub(_) => None,
    }
}

/// Rows become as high as their labels need, cards as wide as the lines inside need.
fn make_room(cards: &mut [Card], ties: &Ties) {
    for tie in ties.lines.iter().filter(|tie| is_labelled(tie)) {
        if let End::Row((card, row)) = tie.to
            && let Some(row) = cards.get_mut(card).and_then(|card| card.rows.get_mut(row))
        {
            row.labels += 1;
        }
    }
    for (card, note) in &ties.counted {
        cards.get_mut(*card).into_iter().for_each(|card| card.note = Some(note.clone()));
    }
    let mut inside: BTreeMap<usize, (f64, usize, BTreeMap<usize, usize>)> = BTreeMap::new();
    for one in &ties.inside {
        let room = inside.entry(one.card).or_default();
        room.0 = room.0.max(label_width(&one.label));
        room.1 += usize::from(needs_track(one));
        *room.2.entry(one.to).or_default() += 1;
    }
    for (card, (label, tracks, rows)) in inside {
        let Some(card) = cards.get_mut(card) else { continue };
        card.gutter = label + TIP + 10.0 + f64::from(u32::try_from(tracks).unwrap_or(u32::MAX)) * TRACK;
        for (row, labels) in rows {
            card.rows.get_mut(row).into_iter().for_each(|row| row.labels = row.labels.max(labels));
        }
    }
}

fn drawing(cards: &[Card], ties: &Ties, linked: &BTreeSet<usize>, box_of: &BTreeMap<usize, usize>) -> Drawing {
    let shape = |card: &Card| Shape { width: card.width(), height: card.height(), column: card.column };
    let mut boxes: Vec<Shape> = linked.iter().filter_map(|card| cards.get(*card)).map(shape).collect();
    let hub = |label: &str| Shape { width: label_width(label) + 26.0, height: HUB, column: Column::Inner };
    boxes.extend(ties.hubs.iter().map(|hub_of| hub(&hub_of.label)));
    let end = |end: End, stub: f64| match end {
        End::Row((card, row)) => {
            let offset = cards.get(card).map_or(0.0, |card| card.middle(row));
            layered::End { at: box_of.get(&card).copied().unwrap_or_default(), offset, stub }
        }
        End::Card(card) => {
            let offset = cards.get(card).map_or(0.0, |card| if card.is_single() { card.middle(0) } else { HEAD / 2.0 });
            layered::End { at: box_of.get(&card).copied().unwrap_or_default(), offset, stub }
        }
        End::Hub(hub) => layered::End { at: linked.len() + hub, offset: HUB / 2.0, stub },
    };
    let line = |tie: &Tie| {
        let label = if is_labelled(tie) { label_width(&tie.label) } else { 0.0 };
        let from = if tie.both_ways { TIP } else { 0.0 };
        Line { from: end(tie.from, from), to: end(tie.to, label + TIP) }
    };
    Drawing { boxes, lines: ties.lines.iter().map(line).collect() }
}

/// Lines with labels that end at one side of one row end below each other.
fn spread(cards: &[Card], ties: &Ties, box_of: &BTreeMap<usize, usize>, layout: &mut Layout) {
    let mut by_row: BTreeMap<(Seat, bool), Vec<(usize, f64)>> = BTreeMap::new();
    for (at, (tie, way)) in ties.lines.iter().zip(&layout.ways).enumerate() {
        let End::Row(seat) = tie.to else { continue };
        let other = if way.is_reversed { way.points.last() } else { way.points.first() };
        if let Some(other) = other.filter(|_| is_labelled(tie)) {
            by_row.entry((seat, way.is_reversed)).or_default().push((at, other.y));
        }
    }
    for (((card, row), is_left_end), mut ends) in by_row {
        ends.sort_by(|one, other| one.1.total_cmp(&other.1).then(one.0.cmp(&other.0)));
        let Some(middle) = cards.get(card).map(|card| card.middle(row)) else { continue };
        let top = box_of.get(&card).and_then(|at| layout.corners.get(*at)).map_or(0.0, |corner| corner.y);
        let first = top + middle - (f64::from(u32::try_from(ends.len()).unwrap_or(1)) - 1.0) * LABEL / 2.0;
        for (slot, (tie, _)) in (0_u32..).zip(ends) {
            let Some(way) = layout.ways.get_mut(tie) else { continue };
            let y = first + f64::from(slot) * LABEL;
            let count = way.points.len();
            let ends = if is_left_end { 0..2 } else { count.saturating_sub(2)..count };
            way.points.get_mut(ends).into_iter().flatten().for_each(|point| point.y = y);
        }
    }
}

/// Cards that no line ends at stand in rows below everything.
fn place_apart(cards: &[Card], places: &mut [Option<Point>], width: f64, height: f64) -> (Option<f64>, f64, f64) {
    let lonely: Vec<usize> = (0..cards.len()).filter(|card| places.get(*card).is_some_and(Option::is_none)).collect();
    if lonely.is_empty() {
        return (None, width, height);
    }
    let has_lines = lonely.len() < cards.len();
    let begins = if has_lines { height + 20.0 } else { height - 12.0 };
    let most = width.max(LEAST_WIDTH);
    let (mut x, mut y, mut tallest, mut widest) = (MARGIN, begins + 24.0, 0.0_f64, width);
    for card in lonely {
        let Some(one) = cards.get(card) else { continue };
        if x > MARGIN && x + one.width() > most - MARGIN {
            (x, y, tallest) = (MARGIN, y + tallest + APART, 0.0);
        }
        places.get_mut(card).into_iter().for_each(|place| *place = Some(Point { x, y }));
        x += one.width() + APART;
        widest = widest.max(x - APART + MARGIN);
        tallest = tallest.max(one.height());
    }
    (Some(begins), widest, y + tallest)
}
