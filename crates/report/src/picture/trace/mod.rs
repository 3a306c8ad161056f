//! The ways of a connection, drawn: from the client on the left, by nodes and load balancers, to the pod on the right. At each place
//! stands what happens there, on each line the packet as it is then.
//!
//! Ways that differ only in names and addresses are drawn once.

mod draw;
mod stops;
mod ways;

pub use self::ways::Ways;

use self::ways::Way;
use super::{Look, Picture};
use crate::words::Speech;

/// Draws an answer to `heading`, a question such as `203.0.113.7 → service/shop/web`.
pub fn draw_trace(ways: &Ways, heading: &str, speech: Speech, look: Look) -> Picture {
    draw::draw(ways, &groups(&ways.routes), heading, speech, look)
}

/// Routes of one shape, in the order of their first ones.
fn groups(routes: &[Way]) -> Vec<Vec<&Way>> {
    let mut groups: Vec<(Shape<'_>, Vec<&Way>)> = Vec::new();
    for route in routes {
        let shape = Shape::of(route);
        match groups.iter_mut().find(|(have, _)| *have == shape) {
            Some((_, group)) => group.push(route),
            None => groups.push((shape, vec![route])),
        }
    }
    groups.into_iter().map(|(_, group)| group).collect()
}

/// What two routes must share to be drawn as one: everything but names of nodes and pods, and addresses.
#[derive(PartialEq, Eq)]
struct Shape<'a> {
    door: Option<&'a str>,
    outcome: &'a str,
    reason: Option<&'a str>,
    steps: Vec<(&'a str, &'a str, Option<&'a str>, Option<&'a str>)>,
    rules: Vec<(Option<&'a str>, Option<usize>, &'a str)>,
    sees: [bool; 2],
}

impl<'a> Shape<'a> {
    fn of(route: &'a Way) -> Self {
        let kind = |place: &'a str| place.split('/').next().unwrap_or_default();
        let hops = route.hops.iter();
        Self {
            door: route.door.as_deref(),
            outcome: &route.outcome,
            reason: route.reason.as_deref(),
            steps: hops
                .map(|hop| (kind(&hop.place), hop.step.as_str(), hop.verdict.as_deref(), hop.tunnel.as_deref()))
                .collect(),
            rules: route
                .evidence
                .iter()
                .map(|rule| (rule.policy.as_deref(), rule.rule, rule.direction.as_str()))
                .collect(),
            sees: [route.seen_by_policy.is_some(), route.seen_by_pod.is_some()],
        }
    }
}
