//! The drawing itself.

use bulkhead_wire::TopologyForm;

use super::arrange::{Arranged, HUB, MARGIN, TIP, TRACK, is_labelled, label_width, needs_track};
use super::cards::{Card, Cards, HEAD, LABEL, LINE, PAD, Row};
use super::legend;
use super::ties::{End, Hub, Inside, Style, Tie, Ties};
use crate::picture::layered::{Point, Way};
use crate::picture::measure::{Font, width};
use crate::picture::svg::{Svg, number};
use crate::picture::{Look, Picture, Placed, theme};
use crate::words::Speech;

/// Draws what was arranged.
pub(super) fn draw(
    form: &TopologyForm,
    cards: &Cards,
    ties: &Ties,
    arranged: &Arranged,
    speech: Speech,
    look: Look,
) -> Picture {
    let title = speech.word(&format!("picture.title.{}", form.level));
    let about = about(form, speech);
    let notes = notes(form, cards, speech);
    let legend = legend::entries(ties, speech);
    let least = [width(&title, Font::Heading) * 1.3, width(&about, Font::Small), legend::width(&legend)];
    let texts = notes.iter().map(|note| width(note, Font::Small));
    let wide = least.into_iter().chain(texts).fold(arranged.width - 2.0 * MARGIN, f64::max) + 2.0 * MARGIN;
    let foot = legend::height(&legend) + f64::from(u32::try_from(notes.len()).unwrap_or(0)) * LINE;
    let high = arranged.height + foot;

    let mut svg = Svg::default();
    theme::begin(&mut svg, (wide, high), (&title, &about), look);
    if look.is_alone() {
        svg.words(MARGIN, MARGIN + 14.0, "p-title", &title);
        svg.words(MARGIN, MARGIN + 34.0, "p-dim", &about);
        svg.line();
    }
    let pen = Pen { form, cards, ties, speech };
    for (tie, way) in ties.lines.iter().zip(&arranged.ways) {
        pen.tie(&mut svg, tie, way);
    }
    for (at, (hub, (corner, wide))) in ties.hubs.iter().zip(&arranged.hubs).enumerate() {
        draw_hub(&mut svg, at, hub, *corner, *wide);
    }
    if let Some(y) = arranged.apart.filter(|_| !ties.lines.is_empty()) {
        svg.words(MARGIN, y + 12.0, "p-dim", &speech.word("picture.apart"));
        svg.line();
    }
    let mut boxes = Vec::new();
    for (at, (card, corner)) in cards.all.iter().zip(&arranged.cards).enumerate() {
        pen.card(&mut svg, at, card, *corner, &mut boxes);
    }
    let y = legend::draw(&mut svg, &legend, MARGIN, arranged.height);
    for (index, note) in (1_u32..).zip(&notes) {
        svg.words(MARGIN, y + f64::from(index) * LINE - 4.0, "p-dim", note);
    }
    theme::end(&mut svg);
    boxes.sort_by_key(|placed| placed.party);
    Picture { svg: svg.finish(), width: wide, height: high, boxes }
}

/// What the picture shows, in numbers.
fn about(form: &TopologyForm, speech: Speech) -> String {
    let is_inside = |kind: &str| !matches!(kind, "outside" | "otherRanges" | "node" | "nodes" | "foreign");
    let inside = form.parties.iter().filter(|party| is_inside(party.kind));
    let workloads: usize = inside.map(|party| party.size).sum();
    let pairs: usize = form.links.iter().map(|link| link.pairs).sum();
    let (workloads, pairs) = (workloads.to_string(), pairs.to_string());
    speech.say("picture.about", &[("workloads", workloads.as_str()), ("pairs", pairs.as_str())])
}

/// What is not shown.
fn notes(form: &TopologyForm, cards: &Cards, speech: Speech) -> Vec<String> {
    let mut notes = Vec::new();
    if form.folded > 0 {
        let level = speech.word(&format!("picture.level.{}", form.level));
        let count = form.folded.to_string();
        notes.push(speech.say("picture.folded", &[("count", count.as_str()), ("level", level.as_str())]));
    }
    if cards.folded > 0 {
        notes.push(speech.say("picture.foldedRows", &[("count", cards.folded.to_string())]));
    }
    notes
}

struct Pen<'a> {
    form: &'a TopologyForm,
    cards: &'a Cards,
    ties: &'a Ties,
    speech: Speech,
}

impl Pen<'_> {
    fn tie(&self, svg: &mut Svg, tie: &Tie, way: &Way) {
        svg.open(
            "g",
            &[
                ("class", &format!("p-tie {}", classes(tie.style))),
                ("data-from", &self.end_parties(tie.from)),
                ("data-to", &self.end_parties(tie.to)),
            ],
        );
        svg.text("title", &[], &self.tie_title(tie));
        svg.element("path", &[("class", &line_class(tie)), ("d", &path(way))]);
        let (start, end) = (way.points.first(), way.points.last());
        let (head, tail) = if way.is_reversed { (start, end) } else { (end, start) };
        let is_right = !way.is_reversed;
        if let Some(point) = head.filter(|_| !matches!(tie.to, End::Hub(_))) {
            tip(svg, *point, is_right);
        }
        if let Some(point) = tail.filter(|_| tie.both_ways) {
            tip(svg, *point, !is_right);
        }
        if let Some(point) = head.filter(|_| is_labelled(tie)) {
            let wide = label_width(&tie.label);
            let x = if is_right { point.x - TIP - wide } else { point.x + TIP };
            draw_label(svg, Point { x, y: point.y }, wide, &tie.label);
        }
        svg.close("g");
        svg.line();
    }

    /// The parties at an end, or the hub.
    fn end_parties(&self, end: End) -> String {
        let card = |card: usize| self.cards.all.get(card).into_iter().flat_map(|card| &card.rows);
        match end {
            End::Hub(hub) => format!("h{hub}"),
            End::Card(at) => listed(card(at).flat_map(|row| &row.parties)),
            End::Row((at, row)) => listed(card(at).nth(row).into_iter().flat_map(|row| &row.parties)),
        }
    }

    fn end_title(&self, end: End) -> String {
        let card = |card: usize| self.cards.all.get(card);
        match end {
            End::Card(at) => card(at).map_or_else(String::new, |card| card.title.clone()),
            End::Row((at, row)) => card(at).map_or_else(String::new, |card| {
                let lines = card.rows.get(row).map(|row| row.lines.join(", ")).unwrap_or_default();
                if lines.is_empty() { card.title.clone() } else { format!("{}: {lines}", card.title) }
            }),
            End::Hub(hub) => self.ties.hubs.get(hub).map_or_else(String::new, |hub| hub.label.clone()),
        }
    }

    fn tie_title(&self, tie: &Tie) -> String {
        let arrow = if tie.both_ways { "↔" } else { "→" };
        let ends = format!("{} {arrow} {}", self.end_title(tie.from), self.end_title(tie.to));
        let crosses = if tie.style.crosses { self.speech.word("picture.crosses") } else { String::new() };
        let said = [tie.label.clone(), crosses].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>();
        [ends, said.join(" · ")].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
    }

    fn card(&self, svg: &mut Svg, at: usize, card: &Card, corner: Point, boxes: &mut Vec<Placed>) {
        let (wide, high) = (card.width(), card.height());
        let mut attributes = vec![("class", format!("p-box p-{}", card.kind))];
        attributes.extend(card.name.clone().map(|name| ("data-name", name)));
        let party = card.rows.first().and_then(|row| row.parties.first()).filter(|_| card.is_single());
        attributes.extend(party.map(|party| ("data-party", party.to_string())));
        let attributes: Vec<(&str, &str)> = attributes.iter().map(|(name, value)| (*name, value.as_str())).collect();
        svg.open("g", &attributes);
        let title = party.map_or_else(|| card.title.clone(), |party| self.full_names(&[*party]));
        svg.text("title", &[], &title);
        rectangle(svg, "p-card", corner, wide, high, 8.0);
        if !card.is_single() {
            let y = number(corner.y + HEAD - 2.0);
            let ends = (number(corner.x), number(corner.x + wide));
            svg.element("path", &[("class", "p-rule"), ("d", &format!("M{} {y}H{}", ends.0, ends.1))]);
        }
        let middle = if card.is_single() { corner.y + high / 2.0 - 24.0 } else { corner.y - 3.0 };
        let (first, second) =
            if card.subtitle.is_empty() { (middle + 28.0, middle) } else { (middle + 20.0, middle + 36.0) };
        svg.words(corner.x + PAD, first, "p-head", &card.title);
        if !card.subtitle.is_empty() {
            svg.words(corner.x + PAD, second, "p-dim", &card.subtitle);
        }
        if let Some(note) = &card.note {
            svg.words(corner.x + PAD, corner.y + high - 8.0, "p-dim", note);
        }
        let mut top = corner.y + HEAD;
        for row in &card.rows {
            boxes.extend(row.parties.iter().map(|party| Placed {
                party: *party,
                x: corner.x,
                y: if card.is_single() { corner.y } else { top },
                width: wide,
                height: if card.is_single() { high } else { row.height() },
            }));
            if !card.is_single() {
                self.row(svg, row, Point { x: corner.x, y: top }, wide);
            }
            top += row.height();
        }
        self.inside(svg, at, card, corner);
        svg.close("g");
        svg.line();
    }

    fn full_names(&self, parties: &[usize]) -> String {
        let names = parties.iter().filter_map(|party| self.form.parties.get(*party)).flat_map(|party| &party.names);
        names.map(String::as_str).collect::<Vec<_>>().join("\n")
    }

    fn row(&self, svg: &mut Svg, row: &Row, corner: Point, wide: f64) {
        let parties = listed(&row.parties);
        svg.open("g", &[("class", "p-row"), ("data-party", &parties)]);
        svg.text("title", &[], &self.full_names(&row.parties));
        rectangle(svg, "p-rowbox", Point { x: corner.x + 4.0, y: corner.y + 1.0 }, wide - 8.0, row.height() - 2.0, 4.0);
        let lines = f64::from(u32::try_from(row.lines.len()).unwrap_or(0));
        let first = corner.y + (row.height() - lines * LINE) / 2.0 + 12.5;
        for (index, line) in (0_u32..).zip(&row.lines) {
            svg.words(corner.x + PAD, first + f64::from(index) * LINE, "p-name", line);
        }
        svg.close("g");
    }

    /// Lines from row to row of one card, on its right side.
    fn inside(&self, svg: &mut Svg, at: usize, card: &Card, corner: Point) {
        let own: Vec<&Inside> = self.ties.inside.iter().filter(|inside| inside.card == at).collect();
        if own.is_empty() {
            return;
        }
        let labels = own.iter().map(|inside| label_width(&inside.label)).fold(0.0, f64::max);
        let tracks = own.iter().filter(|inside| needs_track(inside)).count();
        let right = corner.x + card.width() - 8.0;
        let first_track = right - f64::from(u32::try_from(tracks).unwrap_or(0)) * TRACK + TRACK / 2.0;
        let left = if tracks > 0 { first_track - TRACK - labels - TIP } else { right - labels - TIP };
        let mut track = 0_u32;
        let mut used: std::collections::BTreeMap<usize, u32> = std::collections::BTreeMap::new();
        for inside in own {
            let count = card.rows.get(inside.to).map_or(1, |row| row.labels.max(1));
            let slot = used.entry(inside.to).or_default();
            let slots =
                self.ties.inside.iter().filter(|other| other.card == at && other.to == inside.to).count().min(count);
            let spread = f64::from(*slot) - (f64::from(u32::try_from(slots).unwrap_or(1)) - 1.0) / 2.0;
            *slot += 1;
            let y = corner.y + card.middle(inside.to) + spread * LABEL;
            svg.open("g", &[("class", &format!("p-tie {}", classes(inside.style)))]);
            if needs_track(inside) {
                let x = first_track + f64::from(track) * TRACK;
                track += 1;
                let starts: Vec<f64> = inside
                    .from
                    .iter()
                    .filter(|row| **row != inside.to)
                    .map(|row| corner.y + card.middle(*row))
                    .collect();
                let d: String = starts.iter().map(|from| bracket(left + TIP + labels, *from, x, y, left)).collect();
                svg.element("path", &[("class", "p-line"), ("d", &d)]);
                tip(svg, Point { x: left, y }, false);
                draw_label(svg, Point { x: left + TIP, y }, label_width(&inside.label), &inside.label);
            } else {
                let text = format!("↻ {}", inside.label);
                let wide = label_width(&text);
                draw_label(svg, Point { x: left + TIP + labels - wide.min(labels + TIP), y }, wide, &text);
            }
            svg.close("g");
        }
    }
}

/// From a row to a track, along it, and back to another row.
fn bracket(start: f64, from: f64, x: f64, to: f64, end: f64) -> String {
    let turn = if to > from { 5.0 } else { -5.0 };
    format!(
        "M{} {}H{}Q{x} {} {x} {}V{}Q{x} {} {} {}H{}",
        number(start),
        number(from),
        number(x - 5.0),
        number(from),
        number(from + turn),
        number(to - turn),
        number(to),
        number(x - 5.0),
        number(to),
        number(end),
        x = number(x)
    )
}

fn draw_hub(svg: &mut Svg, at: usize, hub: &Hub, corner: Point, wide: f64) {
    svg.open("g", &[("class", &format!("p-hub {}", classes(hub.style))), ("data-hub", &format!("h{at}"))]);
    rectangle(svg, "p-hubbox", corner, wide, HUB, HUB / 2.0);
    svg.words(corner.x + 13.0 + 5.0, corner.y + 16.0, "p-label", &hub.label);
    svg.close("g");
    svg.line();
}

fn draw_label(svg: &mut Svg, left: Point, wide: f64, text: &str) {
    rectangle(svg, "p-labelbox", Point { x: left.x, y: left.y - 7.5 }, wide, 15.0, 4.0);
    svg.words(left.x + 5.0, left.y + 4.0, "p-label", text);
}

fn rectangle(svg: &mut Svg, class: &str, corner: Point, wide: f64, high: f64, round: f64) {
    svg.element(
        "rect",
        &[
            ("class", class),
            ("x", &number(corner.x)),
            ("y", &number(corner.y)),
            ("width", &number(wide)),
            ("height", &number(high)),
            ("rx", &number(round)),
        ],
    );
}

/// An arrow's head that ends at a point.
pub(super) fn tip(svg: &mut Svg, at: Point, is_right: bool) {
    let back = if is_right { at.x - 9.0 } else { at.x + 9.0 };
    let d = format!(
        "M{} {}L{} {}L{} {}Z",
        number(at.x),
        number(at.y),
        number(back),
        number(at.y - 4.5),
        number(back),
        number(at.y + 4.5)
    );
    svg.element("path", &[("class", "p-tip"), ("d", &d)]);
}

/// Straight parts, and bends between them.
fn path(way: &Way) -> String {
    let mut d = String::new();
    let mut last: Option<Point> = None;
    for run in way.points.chunks(2) {
        let [from, to] = run else { continue };
        let (x, y) = (number(from.x), number(from.y));
        let begun = match last {
            None => format!("M{x} {y}"),
            Some(before) => {
                let middle = number(f64::midpoint(before.x, from.x));
                format!("C{middle} {} {middle} {y} {x} {y}", number(before.y))
            }
        };
        d.push_str(&begun);
        d.push('H');
        d.push_str(&number(to.x));
        last = Some(*to);
    }
    d
}

pub(super) fn classes(style: Style) -> String {
    let open = match style.open {
        "all" => "p-all",
        "undetermined" => "p-undetermined",
        _ => "p-some",
    };
    if style.crosses { format!("{open} p-crosses") } else { open.to_owned() }
}

fn line_class(tie: &Tie) -> String {
    if tie.count > 1 { "p-line p-many".to_owned() } else { "p-line".to_owned() }
}

/// Parties by their places.
fn listed<'a>(parties: impl IntoIterator<Item = &'a usize>) -> String {
    parties.into_iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}
