//! One route, drawn from top to bottom.
//!
//! ```text
//!   ● 203.0.113.7                             203.0.113.7 → 10.10.0.1:30080
//!   │
//!   ● node1
//!   │   an endpoint of service/shop/web …     destination 10.10.0.1:30080 ⇒ 10.244.2.5:8080
//!   │   the source is rewritten               source 203.0.113.7 ⇒ 10.244.1.0
//!   │
//!   ▼ through a vxlan tunnel to node2
//!   ✗ policy, into pod/shop/web-1             10.244.1.0: denied
//! ```

use anstyle::Style;
use bulkhead_analysis::model::object::Direction;
use bulkhead_analysis::path::{Address, DoorKind, Hop, Outcome, Packet, Place, Reason, Route, Step};
use bulkhead_analysis::policy::{Action, Deviation, Identity, RuleRef, Verdict};
use bulkhead_wire::Words as _;
use bulkhead_wire::hop::{step_name, verdict_name};

use super::super::Context;
use super::columns::{Line, render as render_lines};
use super::trace::outcome_style;
use crate::style::{BAD, FAINT, GOOD, OPEN, STRONG};

/// How many rules are shown as evidence.
const SHOWN_RULES: usize = 3;
/// The mark of a line below a place.
const RAIL: &str = "  │   ";
const PLAIN: Style = Style::new();

/// What two routes must share to be drawn as one: everything but names of nodes and pods, and addresses.
#[derive(PartialEq, Eq)]
pub(super) struct Shape {
    door: Option<DoorKind>,
    outcome: Outcome,
    reason: Option<&'static str>,
    steps: Vec<(PlaceKind, &'static str, Option<&'static str>, Vec<RuleRef>)>,
    sees: [Option<bool>; 2],
    seen_as: Option<Identity>,
}

#[derive(PartialEq, Eq)]
enum PlaceKind {
    Outside,
    LoadBalancer,
    Node,
    Pod,
}

impl Shape {
    /// The shape of a route.
    pub(super) fn of(route: &Route) -> Self {
        let step = |hop: &Hop| {
            let place = match hop.place {
                Place::Outside => PlaceKind::Outside,
                Place::LoadBalancer => PlaceKind::LoadBalancer,
                Place::Node(_) => PlaceKind::Node,
                Place::Pod(_) => PlaceKind::Pod,
            };
            let (detail, rules) = match &hop.step {
                Step::Policy { verdict, .. } => (Some(verdict_name(verdict)), rules_of(verdict)),
                Step::Forward { tunnel, .. } => (*tunnel, Vec::new()),
                _ => (None, Vec::new()),
            };
            (place, step_name(&hop.step), detail, rules.into_iter().cloned().collect())
        };
        let is_known = |address: &Option<Address>| address.as_ref().map(|address| matches!(address, Address::Known(_)));
        Self {
            door: route.door,
            outcome: route.outcome,
            reason: route.reason.as_ref().map(|reason| reason.code),
            steps: route.hops.iter().map(step).collect(),
            sees: [is_known(&route.seen_by_policy), is_known(&route.seen_by_pod)],
            seen_as: route.seen_as,
        }
    }
}

/// The drawing of a route.
pub(super) fn render(route: &Route, context: &Context<'_>) -> String {
    let mut drawing = Drawing { lines: Vec::new(), context };
    let mut place = None;
    for hop in &route.hops {
        if place != Some(&hop.place) {
            drawing.place(&hop.place, hop, place.is_none());
            place = Some(&hop.place);
        }
        drawing.hop(hop);
    }
    drawing.end(route);
    render_lines(&drawing.lines)
}

/// What the policy sees and what the pod sees: two different things. Nothing where the packet gets to neither.
pub(super) fn seen(route: &Route, context: &Context<'_>) -> Option<String> {
    let speech = context.speech;
    let say = |key: &str, address: &Address| match address {
        Address::Known(address) => speech.say(key, &[("address", address.to_string())]),
        Address::Unknown(reason) => {
            let unknown = speech.say("trace.unknown", &[("reason", speech.reason(reason))]);
            speech.say(key, &[("address", unknown)])
        }
    };
    let seen_as = |seen: String| match route.seen_as {
        Some(identity) => speech.say("trace.seenAs", &[("seen", seen.as_str()), ("identity", identity.name())]),
        None => seen,
    };
    let policy = match &route.seen_by_policy {
        Some(address) => Some(seen_as(say("trace.seenByPolicy", address))),
        None => route.seen_by_pod.as_ref().map(|_| speech.word("trace.noPolicyLooks")),
    };
    let pod = route.seen_by_pod.as_ref().map(|address| say("trace.seenByPod", address));
    let parts: Vec<String> = [policy, pod].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(&speech.word("mark.semicolon")))
}

struct Drawing<'a> {
    lines: Vec<Line>,
    context: &'a Context<'a>,
}

impl Drawing<'_> {
    fn say<V: AsRef<str>>(&self, key: &str, arguments: &[(&str, V)]) -> String {
        self.context.speech.say(key, arguments)
    }

    /// The heading of a place, with the packet as it comes there.
    fn place(&mut self, place: &Place, hop: &Hop, is_first: bool) {
        let snapshot = self.context.snapshot;
        let name = match place {
            Place::Outside => address_text(&hop.before.source),
            Place::LoadBalancer => self.context.speech.word("place.loadBalancer"),
            Place::Node(node) => format!("node/{}", snapshot.nodes[*node].name),
            Place::Pod(pod) => format!("pod/{}", snapshot.pods[*pod].name),
        };
        if !is_first {
            self.lines.push(Line::new(FAINT, "  │"));
        }
        self.lines.push(Line::new(FAINT, "  ● ").left(STRONG, name).right(FAINT, packet_text(&hop.before)));
    }

    fn hop(&mut self, hop: &Hop) {
        let snapshot = self.context.snapshot;
        let text = match &hop.step {
            Step::Send | Step::Arrive | Step::Deliver | Step::Drop | Step::Reject => return,
            Step::Policy { direction, pod, verdict } => {
                let pod = format!("pod/{}", snapshot.pods[*pod].name);
                let key = format!("step.policy.{}", direction.name());
                return self.policy(&self.say(&key, &[("pod", pod)]), *direction, hop, verdict);
            }
            Step::Forward { tunnel, to } => {
                let node = format!("node/{}", snapshot.nodes[*to].name);
                let text = match tunnel {
                    Some(tunnel) => self.say("step.tunnel", &[("tunnel", *tunnel), ("node", node.as_str())]),
                    None => self.say("step.forward", &[("node", node)]),
                };
                return self.lines.push(Line::new(FAINT, "  ▼ ").left(PLAIN, text));
            }
            Step::TranslateDestination(service) => {
                self.say("step.translateDestination", &[("service", snapshot.services[*service].name.to_string())])
            }
            Step::Proxy { object } => self.say("step.proxy", &[("object", object.to_string())]),
            step @ (Step::TranslateHostPort | Step::TranslateSource | Step::Balance) => {
                self.context.speech.word(&format!("step.{}", step_name(step)))
            }
        };
        self.rewritten(&text, hop);
        self.reason(hop.reason.as_ref());
    }

    /// A step that rewrites: each part that changed, before and after.
    fn rewritten(&mut self, text: &str, hop: &Hop) {
        let (before, after) = (&hop.before, &hop.after);
        let target = |packet: &Packet| socket_text(&packet.destination, packet.port);
        let sources = (address_text(&before.source), address_text(&after.source));
        let mut changes = Vec::new();
        for (key, (old, new)) in [("trace.source", sources), ("trace.destination", (target(before), target(after)))] {
            if old != new {
                changes.push((self.context.speech.word(key), old, new));
            }
        }
        if changes.is_empty() {
            return self.lines.push(Line::new(FAINT, RAIL).left(PLAIN, text));
        }
        for (index, (what, old, new)) in changes.into_iter().enumerate() {
            let line = Line::new(FAINT, RAIL).left(PLAIN, if index == 0 { text } else { "" });
            self.lines.push(line.right(PLAIN, format!("{what} {old} ⇒ ")).right(STRONG, new));
        }
    }

    /// A verdict, and the rules behind it.
    fn policy(&mut self, text: &str, direction: Direction, hop: &Hop, verdict: &Verdict) {
        let (mark, style) = match verdict {
            Verdict::Allow { .. } => ("✓ ", GOOD),
            Verdict::Deny { .. } => ("✗ ", BAD),
            Verdict::Undetermined { .. } => ("? ", OPEN),
        };
        let said = self.context.speech.word(&format!("verdict.{}", verdict_name(verdict)));
        let packet = packet_text(&hop.before);
        let line = Line::new(FAINT, RAIL).left(PLAIN, text).right(FAINT, format!("{packet}  "));
        self.lines.push(line.right(style, format!("{mark}{said}")));
        self.evidence(direction, verdict);
        // Where nobody can tell, the doubt names the habit.
        for deviation in verdict.deviations().iter().filter(|_| verdict.allows().is_some()) {
            let text = self.habit(deviation);
            self.lines.push(Line::new(FAINT, RAIL).left(FAINT, format!("  {text}")));
        }
    }

    /// A habit of the engine that the verdict hangs on.
    fn habit(&self, deviation: &Deviation) -> String {
        let speech = &self.context.speech;
        let (habit, value) = (speech.word(deviation.habit.code()), speech.word(&format!("habit.{}", deviation.value)));
        self.say("evidence.habit", &[("engine", deviation.engine), ("habit", &habit), ("value", &value)])
    }

    /// The rules behind a verdict.
    fn evidence(&mut self, direction: Direction, verdict: &Verdict) {
        let rules = rules_of(verdict);
        if rules.is_empty() && verdict.deviations().is_empty() {
            let text = self.context.speech.word("evidence.notIsolated");
            return self.lines.push(Line::new(FAINT, RAIL).left(FAINT, format!("  {text}")));
        }
        for (index, rule) in rules.iter().enumerate().take(SHOWN_RULES) {
            let text = self.rule(rule, direction, verdict, index);
            self.lines.push(Line::new(FAINT, RAIL).left(FAINT, format!("  {text}")));
        }
        if rules.len() > SHOWN_RULES {
            let more = self.say("evidence.more", &[("count", (rules.len() - SHOWN_RULES).to_string())]);
            self.lines.push(Line::new(FAINT, RAIL).left(FAINT, format!("  {more}")));
        }
    }

    fn rule(&self, rule: &RuleRef, direction: Direction, verdict: &Verdict, index: usize) -> String {
        let policy = rule.policy.to_string();
        let said = match rule.rule {
            Some(number) => {
                let number = number.to_string();
                let arguments =
                    [("policy", policy.as_str()), ("direction", direction.name()), ("rule", number.as_str())];
                let key = if rule.action == Action::Pass { "evidence.passes" } else { "evidence.rule" };
                self.say(key, &arguments)
            }
            None if matches!(verdict, Verdict::Deny { .. }) => self.say("evidence.isolates", &[("policy", policy)]),
            None => policy,
        };
        let doubt = match verdict {
            Verdict::Undetermined { because, .. } => because.get(index).map(|doubt| doubt.reason.code()),
            _ => None,
        };
        let speech = self.context.speech;
        let colon = speech.word("mark.colon");
        let doubt = doubt.map(|code| format!("{colon}{}", speech.word(code))).unwrap_or_default();
        let place = self.context.snapshot.source(rule.position);
        let place = place.map(|file| format!("  ({file}:{})", rule.position.line)).unwrap_or_default();
        format!("{said}{doubt}{place}")
    }

    fn reason(&mut self, reason: Option<&Reason>) {
        if let Some(reason) = reason {
            let text = self.context.speech.reason(reason);
            self.lines.push(Line::new(FAINT, RAIL).left(FAINT, format!("  {text}")));
        }
    }

    /// The end of the way.
    fn end(&mut self, route: &Route) {
        let style = outcome_style(route.outcome);
        let mark = match route.outcome {
            Outcome::Delivered => "  ✓ ",
            Outcome::Undetermined => "  ? ",
            Outcome::Denied | Outcome::Dropped | Outcome::Rejected => "  ✗ ",
        };
        let said = self.context.speech.word(&format!("outcome.{}", bulkhead_analysis::outcome::name(route.outcome)));
        let colon = self.context.speech.word("mark.colon");
        let reason = route.reason.as_ref().map(|reason| format!("{colon}{}", self.context.speech.reason(reason)));
        let line = Line::new(style, mark).left(style, said).left(PLAIN, reason.unwrap_or_default());
        self.lines.push(line);
    }
}

/// The rules behind a verdict.
fn rules_of(verdict: &Verdict) -> Vec<&RuleRef> {
    match verdict {
        Verdict::Allow { rules, .. } => rules.iter().collect(),
        Verdict::Deny { policies, .. } => policies.iter().collect(),
        Verdict::Undetermined { because, .. } => because.iter().map(|doubt| &doubt.rule).collect(),
    }
}

fn packet_text(packet: &Packet) -> String {
    format!("{} → {}", address_text(&packet.source), socket_text(&packet.destination, packet.port))
}

fn socket_text(address: &Address, port: u16) -> String {
    match address {
        Address::Known(address) if address.is_ipv6() => format!("[{address}]:{port}"),
        address => format!("{}:{port}", address_text(address)),
    }
}

fn address_text(address: &Address) -> String {
    match address {
        Address::Known(address) => address.to_string(),
        Address::Unknown(_) => "?".to_owned(),
    }
}
