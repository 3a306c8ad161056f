//! What stands at each place of a way.

use super::ways::{Evidence, Hop, Packet, Way};
use crate::picture::measure::{Font, shortened, width};
use crate::words::Speech;

/// No text in a box is wider.
const WIDEST: f64 = 270.0;
/// No text that stands alone in its line is wider.
const LONGEST: f64 = 1_000.0;
/// So many rules stand below a verdict.
const SHOWN_RULES: usize = 3;

/// A place, with what happens there.
pub(super) struct Stop {
    pub(super) title: String,
    /// The kind of the place: `outside`, `loadBalancer`, `node`, `pod`.
    pub(super) kind: &'static str,
    pub(super) lines: Vec<Text>,
    /// The packet as it leaves, where it goes on.
    pub(super) onward: Vec<Text>,
}

/// A line of text.
pub(super) struct Text {
    pub(super) class: &'static str,
    pub(super) said: String,
    /// The whole of it, where it was shortened.
    pub(super) whole: Option<String>,
}

impl Text {
    pub(super) fn new(class: &'static str, text: String) -> Self {
        Self::within(class, text, WIDEST)
    }

    /// A text that stands alone in its line.
    pub(super) fn long(class: &'static str, text: String) -> Self {
        Self::within(class, text, LONGEST)
    }

    fn within(class: &'static str, text: String, most: f64) -> Self {
        let short = shortened(&text, Self::font_of(class), most);
        let whole = (short != text).then_some(text);
        Self { class, said: short, whole }
    }

    pub(super) fn width(&self) -> f64 {
        width(&self.said, Self::font_of(self.class))
    }

    fn font_of(class: &str) -> Font {
        match class {
            "p-head" | "p-new" | "p-good" | "p-bad" | "p-unsure" => Font::Heading,
            "p-name" => Font::Name,
            _ => Font::Small,
        }
    }
}

/// The stops of a route: hops at one place stand together.
pub(super) fn stops(route: &Way, speech: Speech) -> Vec<Stop> {
    let hops: &[Hop] = &route.hops;
    let mut found: Vec<Stop> = Vec::new();
    let mut runs = hops.chunk_by(|one, other| one.place == other.place).peekable();
    while let Some(run) = runs.next() {
        let Some(first) = run.first() else { continue };
        let mut lines = Vec::new();
        for hop in run {
            step(hop, route, speech, &mut lines);
        }
        let onward = match run.last() {
            Some(last) if runs.peek().is_some() => packet(&last.after, last.tunnel.as_deref(), speech),
            _ => Vec::new(),
        };
        let (title, kind) = place(first, speech);
        found.push(Stop { title: Text::new("p-head", title).said, kind, lines, onward });
    }
    found
}

fn place(hop: &Hop, speech: Speech) -> (String, &'static str) {
    match hop.place.split('/').next() {
        Some("outside") => (hop.before.source.clone().unwrap_or_else(|| speech.word("place.outside")), "outside"),
        Some("loadBalancer") => (speech.word("place.loadBalancer"), "loadBalancer"),
        Some("pod") => (hop.place.clone(), "pod"),
        _ => (hop.place.clone(), "node"),
    }
}

/// The packet beside a line: source, destination, and what carries it.
fn packet(packet: &Packet, tunnel: Option<&str>, speech: Speech) -> Vec<Text> {
    let line = |key: &str, value: String| Text::new("p-label", format!("{} {value}", speech.word(key)));
    let mut lines = vec![
        line("picture.packetSource", address(packet.source.as_deref())),
        line("picture.packetDestination", socket(packet)),
    ];
    lines.extend(tunnel.map(|tunnel| Text::new("p-dim", speech.say("picture.tunnel", &[("tunnel", tunnel)]))));
    lines
}

fn step(hop: &Hop, route: &Way, speech: Speech, lines: &mut Vec<Text>) {
    let said = match hop.step.as_str() {
        "send" | "arrive" | "forward" | "deliver" | "drop" | "reject" => None,
        "policy" => return policy(hop, route, speech, lines),
        "translateDestination" => {
            let service = hop.service.clone().unwrap_or_default();
            Some(speech.say("step.translateDestination", &[("service", service)]))
        }
        "proxy" => Some(speech.say("step.proxy", &[("object", hop.object.clone().unwrap_or_default())])),
        other => Some(speech.word(&format!("step.{other}"))),
    };
    let Some(said) = said else { return };
    lines.push(Text::new("p-name", said));
    let (before, after) = (&hop.before, &hop.after);
    let sources = (address(before.source.as_deref()), address(after.source.as_deref()));
    for (key, (old, new)) in
        [("picture.packetSource", sources), ("picture.packetDestination", (socket(before), socket(after)))]
    {
        if old != new {
            lines.push(Text::new("p-dim", format!("{} {old}", speech.word(key))));
            lines.push(Text::new("p-new", format!("⇒ {new}")));
        }
    }
    lines.extend(hop.reason.as_deref().and_then(|code| speech.plain(code)).map(|reason| Text::new("p-dim", reason)));
}

fn policy(hop: &Hop, route: &Way, speech: Speech, lines: &mut Vec<Text>) {
    let direction = hop.direction.as_deref().unwrap_or("Ingress");
    let pod = format!("pod/{}", hop.pod.as_deref().unwrap_or("?"));
    lines.push(Text::new("p-name", speech.say(&format!("step.policy.{direction}"), &[("pod", pod)])));
    let verdict = hop.verdict.as_deref().unwrap_or("undetermined");
    let (mark, class) = match verdict {
        "allow" => ("✓", "p-good"),
        "deny" => ("✗", "p-bad"),
        _ => ("?", "p-unsure"),
    };
    let source = address(hop.before.source.as_deref());
    let said = speech.word(&format!("verdict.{verdict}"));
    lines.push(Text::new(class, format!("{mark} {source}{}{said}", speech.word("mark.colon"))));
    let is_own = |rule: &&Evidence| Some(rule.pod.as_str()) == hop.pod.as_deref() && rule.direction == direction;
    let rules: Vec<&Evidence> = route.evidence.iter().filter(is_own).collect();
    lines.extend(rules.iter().take(SHOWN_RULES).map(|rule| Text::new("p-dim", evidence(rule, speech))));
    if rules.len() > SHOWN_RULES {
        let more = (rules.len() - SHOWN_RULES).to_string();
        lines.push(Text::new("p-dim", speech.say("evidence.more", &[("count", more)])));
    }
}

fn evidence(rule: &Evidence, speech: Speech) -> String {
    let Some(policy) = &rule.policy else { return speech.word("evidence.notIsolated") };
    match rule.rule {
        Some(number) => {
            let number = number.to_string();
            let arguments =
                [("policy", policy.as_str()), ("direction", rule.direction.as_str()), ("rule", number.as_str())];
            let key = if rule.action.as_deref() == Some("pass") { "evidence.passes" } else { "evidence.rule" };
            speech.say(key, &arguments)
        }
        None if rule.verdict == "deny" => speech.say("evidence.isolates", &[("policy", policy.as_str())]),
        None => policy.clone(),
    }
}

fn address(address: Option<&str>) -> String {
    address.unwrap_or("?").to_owned()
}

fn socket(packet: &Packet) -> String {
    match packet.destination.as_deref() {
        Some(address) if address.contains(':') => format!("[{address}]:{}", packet.port),
        destination => format!("{}:{}", address(destination), packet.port),
    }
}
