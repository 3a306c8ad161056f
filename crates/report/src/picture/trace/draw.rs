//! The drawing of ways: places as boxes from left to right, broken into lines where they would be too wide to read.

use super::stops::{Stop, Text, stops};
use super::ways::{Way, Ways};
use crate::picture::measure::{Font, width};
use crate::picture::svg::{Svg, number};
use crate::picture::{Look, Picture, theme};
use crate::words::Speech;

/// Around everything.
const MARGIN: f64 = 24.0;
/// The height of a line of text.
const LINE: f64 = 17.0;
/// Between the text of a box and its edge.
const PAD: f64 = 12.0;
/// No way is wider, unless two boxes are.
const MOST_WIDTH: f64 = 1_480.0;
/// Between two lines of boxes.
const BREAK: f64 = 34.0;
/// So many ways that are alike are named.
const SHOWN_ALIKE: usize = 3;

/// A box at its place.
struct Set {
    stop: Stop,
    x: f64,
    y: f64,
    width: f64,
    height: f64,
    /// Whether the next box stands in another line.
    breaks: bool,
}

/// A way at its place.
struct Lane {
    head: Vec<Text>,
    top: f64,
    sets: Vec<Set>,
    foot: Vec<Text>,
    bottom: f64,
}

/// Draws groups of routes of one shape.
pub(super) fn draw(ways: &Ways, groups: &[Vec<&Way>], heading: &str, speech: Speech, look: Look) -> Picture {
    let outcome = speech.word(&format!("outcome.{}", ways.outcome));
    let title = Text::long("p-title", heading.to_owned());
    let top = if look.is_alone() { MARGIN + 64.0 } else { MARGIN };
    let mut lanes: Vec<Lane> = Vec::new();
    for (index, group) in groups.iter().enumerate() {
        let top = lanes.last().map_or(top, |lane| lane.bottom + 28.0);
        lanes.extend(lane(group, (index + 1, groups.len()), top, speech));
    }
    let texts = lanes.iter().flat_map(|lane| lane.head.iter().chain(&lane.foot)).map(Text::width);
    // Where a way goes on in the next line, the packet stands on the right of the last box.
    let beside = |set: &Set| if set.breaks { labels_width(&set.stop) } else { 0.0 };
    let sets = lanes.iter().flat_map(|lane| &lane.sets).map(|set| set.x + set.width + beside(set) - MARGIN);
    let least = [width(&title.said, Font::Heading) * 1.3, width(&outcome, Font::Heading)];
    let wide = texts.chain(sets).chain(least).fold(320.0, f64::max) + 2.0 * MARGIN;
    let nothing = if lanes.is_empty() { LINE } else { 0.0 };
    let high = lanes.last().map_or(top, |lane| lane.bottom) + nothing + MARGIN;

    let mut svg = Svg::default();
    theme::begin(&mut svg, (wide, high), (heading, &outcome), look);
    if look.is_alone() {
        words(&mut svg, (MARGIN, MARGIN + 14.0), &title);
        words(&mut svg, (MARGIN, MARGIN + 38.0), &outcome_text(&ways.outcome, speech));
    }
    if lanes.is_empty() {
        svg.words(MARGIN, top + 12.0, "p-name", &speech.word("trace.noRoute"));
    }
    for lane in &lanes {
        draw_lane(&mut svg, lane);
    }
    theme::end(&mut svg);
    Picture { svg: svg.finish(), width: wide, height: high, boxes: Vec::new() }
}

/// An outcome with its sign.
fn outcome_text(outcome: &str, speech: Speech) -> Text {
    let (mark, class) = match outcome {
        "delivered" => ("✓", "p-good"),
        "denied" | "dropped" | "rejected" => ("✗", "p-bad"),
        _ => ("?", "p-unsure"),
    };
    Text::new(class, format!("{mark} {}", speech.word(&format!("outcome.{outcome}"))))
}

fn lane(group: &[&Way], (number, count): (usize, usize), top: f64, speech: Speech) -> Option<Lane> {
    let (first, alike) = group.split_first()?;
    let mut head = Vec::new();
    let title = if count > 1 {
        let (number, count) = (number.to_string(), count.to_string());
        speech.say("trace.way", &[("number", number.as_str()), ("count", count.as_str())])
    } else {
        String::new()
    };
    let parts: Vec<String> = [title, ends(first, speech)].into_iter().filter(|part| !part.is_empty()).collect();
    if !parts.is_empty() {
        head.push(Text::long("p-dim", parts.join(&speech.word("mark.comma"))));
    }
    let mut sets = Vec::new();
    let mut bottom = place(stops(first, speech), top + head_height(&head), &mut sets);
    let mut foot = vec![outcome_text(&first.outcome, speech)];
    foot.extend(first.reason.as_deref().and_then(|code| speech.plain(code)).map(|reason| Text::long("p-dim", reason)));
    foot.extend(seen(first, speech));
    if !alike.is_empty() {
        foot.push(Text::new("p-dim", speech.word("trace.same")));
    }
    foot.extend(alike.iter().take(SHOWN_ALIKE).map(|route| Text::long("p-dim", ends(route, speech))));
    if alike.len() > SHOWN_ALIKE {
        let count = (alike.len() - SHOWN_ALIKE).to_string();
        foot.push(Text::new("p-dim", speech.say("trace.moreWays", &[("count", count)])));
    }
    bottom += 8.0 + f64::from(u32::try_from(foot.len()).unwrap_or(0)) * LINE;
    Some(Lane { head, top, sets, foot, bottom })
}

fn head_height(head: &[Text]) -> f64 {
    if head.is_empty() { 0.0 } else { 24.0 }
}

/// Where a route begins and ends.
fn ends(route: &Way, speech: Speech) -> String {
    let mut parts = Vec::new();
    if let Some(door) = route.door.as_deref().filter(|door| *door != "PodIP") {
        parts.push(speech.say("trace.door", &[("door", door)]));
    }
    if let Some(first) = route.entry_nodes.first() {
        let more = route.entry_nodes.len() - 1;
        let more = if more == 0 { String::new() } else { format!(" +{more}") };
        parts.push(speech.say("trace.entry", &[("nodes", format!("{first}{more}"))]));
    }
    if let Some(endpoint) = &route.endpoint {
        let name = endpoint.pod.as_ref().map(|pod| format!("pod/{pod}")).or_else(|| endpoint.address.clone());
        let name = name.unwrap_or_else(|| "?".to_owned());
        let named = match &endpoint.node {
            Some(node) => speech.say("trace.on", &[("pod", name.as_str()), ("node", node.as_str())]),
            None => name,
        };
        parts.push(speech.say("trace.endpoint", &[("endpoint", named)]));
    }
    parts.join(&speech.word("mark.comma"))
}

/// What the policy sees and what the pod sees: two different things.
fn seen(route: &Way, speech: Speech) -> Vec<Text> {
    let of = [
        ("trace.seenByPolicy", &route.seen_by_policy, "seenByPolicy"),
        ("trace.seenByPod", &route.seen_by_pod, "seenByPod"),
    ];
    let said = of.into_iter().filter_map(|(key, address, field)| match (address, route.unknown.contains_key(field)) {
        (Some(address), _) => Some(speech.say(key, &[("address", address.as_str())])),
        (None, true) => Some(speech.say(key, &[("address", "?")])),
        (None, false) => None,
    });
    let mut lines: Vec<String> = said.collect();
    if route.seen_by_policy.is_none() && route.seen_by_pod.is_some() && !route.unknown.contains_key("seenByPolicy") {
        lines.insert(0, speech.word("trace.noPolicyLooks"));
    }
    lines.into_iter().map(|line| Text::new("p-name", line)).collect()
}

/// Places boxes beside each other, in several lines where they are too many; gives where they end.
fn place(stops: Vec<Stop>, top: f64, sets: &mut Vec<Set>) -> f64 {
    let (mut x, mut y, mut tallest) = (MARGIN, top, 0.0_f64);
    for stop in stops {
        let title = width(&stop.title, Font::Heading);
        let lines = stop.lines.iter().map(Text::width).fold(title, f64::max);
        let (wide, high) = ((lines + 2.0 * PAD).max(110.0), box_height(&stop));
        if x > MARGIN && x + wide > MOST_WIDTH {
            sets.last_mut().into_iter().for_each(|last| last.breaks = true);
            (x, y, tallest) = (MARGIN + 40.0, y + tallest + BREAK, 0.0);
        }
        let room = labels_width(&stop);
        tallest = tallest.max(high);
        sets.push(Set { stop, x, y, width: wide, height: high, breaks: false });
        x += wide + room;
    }
    y + tallest
}

/// Room for the packet between two boxes.
fn labels_width(stop: &Stop) -> f64 {
    stop.onward.iter().map(Text::width).fold(0.0, f64::max) + 34.0
}

fn box_height(stop: &Stop) -> f64 {
    let lines = f64::from(u32::try_from(stop.lines.len()).unwrap_or(0));
    if stop.lines.is_empty() { 64.0 } else { (30.0 + lines * LINE + 10.0).max(64.0) }
}

fn draw_lane(svg: &mut Svg, lane: &Lane) {
    svg.open("g", &[("class", "p-way")]);
    for text in &lane.head {
        words(svg, (MARGIN, lane.top + 12.0), text);
    }
    for pair in lane.sets.windows(2) {
        if let [from, to] = pair {
            arrow(svg, from, to);
        }
    }
    for set in &lane.sets {
        draw_set(svg, set);
    }
    let mut y = lane.sets.iter().map(|set| set.y + set.height).fold(lane.top + 16.0, f64::max) + 20.0;
    for text in &lane.foot {
        words(svg, (MARGIN, y), text);
        y += LINE;
    }
    svg.close("g");
    svg.line();
}

fn draw_set(svg: &mut Svg, set: &Set) {
    svg.open("g", &[("class", &format!("p-box p-{}", set.stop.kind))]);
    let sizes = [set.x, set.y, set.width, set.height].map(number);
    let [x, y, width, height] = sizes.each_ref().map(String::as_str);
    svg.element("rect", &[("class", "p-card"), ("x", x), ("y", y), ("width", width), ("height", height), ("rx", "8")]);
    let first = if set.stop.lines.is_empty() { set.y + set.height / 2.0 + 4.5 } else { set.y + 21.0 };
    svg.words(set.x + PAD, first, "p-head", &set.stop.title);
    let mut y = set.y + 21.0 + LINE + 4.0;
    for text in &set.stop.lines {
        words(svg, (set.x + PAD, y), text);
        y += LINE;
    }
    svg.close("g");
    svg.line();
}

/// From one box to the next, the packet above and below the line.
fn arrow(svg: &mut Svg, from: &Set, to: &Set) {
    svg.open("g", &[("class", "p-tie p-some")]);
    let middle = from.y + 32.0;
    let start = from.x + from.width;
    if from.breaks {
        let (below, end) = (to.y - BREAK / 2.0, to.y + 32.0);
        let (right, left) = (start + 16.0, to.x - 24.0);
        let d = format!("M{} {}H{}V{}H{}V{}H{}", n(start), n(middle), n(right), n(below), n(left), n(end), n(to.x));
        svg.element("path", &[("class", "p-line"), ("d", &d)]);
        tip(svg, to.x, end);
        labels(svg, from, (right + 6.0, middle));
    } else {
        svg.element("path", &[("class", "p-line"), ("d", &format!("M{} {}H{}", n(start), n(middle), n(to.x)))]);
        tip(svg, to.x, middle);
        labels(svg, from, (start + 12.0, middle));
    }
    svg.close("g");
}

fn labels(svg: &mut Svg, from: &Set, (x, middle): (f64, f64)) {
    let places = [-8.0, 16.0, 32.0];
    for (text, shift) in from.stop.onward.iter().zip(places) {
        words(svg, (x, middle + shift), text);
    }
}

fn tip(svg: &mut Svg, x: f64, y: f64) {
    let d = format!("M{} {}L{} {}L{} {}Z", n(x), n(y), n(x - 9.0), n(y - 4.5), n(x - 9.0), n(y + 4.5));
    svg.element("path", &[("class", "p-tip"), ("d", &d)]);
}

fn n(value: f64) -> String {
    number(value)
}

fn words(svg: &mut Svg, (x, y): (f64, f64), text: &Text) {
    match &text.whole {
        None => svg.words(x, y, text.class, &text.said),
        Some(whole) => {
            svg.open("g", &[]);
            svg.text("title", &[], whole);
            svg.words(x, y, text.class, &text.said);
            svg.close("g");
        }
    }
}
