//! Claims about doors: by following every client.

use std::net::IpAddr;

use bulkhead_model::{Issue, PortRef, Protocol, Severity};
use bulkhead_path::{Address, Answer, Network, Origin, Outcome, Request, Route, Target};
use bulkhead_snapshot::Snapshot;

use crate::reachability::Selects;

use super::{Expect, Found, SourceSeen, Tally, Weighed, clients};

/// What clients are followed to.
pub(super) struct Asked<'a> {
    /// What.
    pub(super) target: &'a Target,
    /// Its port.
    pub(super) port: Option<&'a PortRef>,
    /// The protocol.
    pub(super) protocol: Protocol,
    /// Whose address the pod must see.
    pub(super) source: Option<SourceSeen>,
}

impl Asked<'_> {
    fn request(&self, from: Origin) -> Request {
        Request { from, to: self.target.clone(), port: self.port.cloned(), protocol: self.protocol, entry_node: None }
    }
}

/// Judges one claim; what is wrong with it where it is about nobody.
pub(super) fn judge(
    expect: Expect,
    from: &[Selects],
    asked: &Asked<'_>,
    network: &Network<'_>,
    tally: &mut Tally,
) -> Result<(), Box<Issue>> {
    let snapshot = network.snapshot();
    let mut answers = Vec::new();
    for origin in clients::inside(from, snapshot)? {
        let request = asked.request(origin);
        let answer = bulkhead_path::trace(network, &request);
        answers.push((request, answer));
    }
    let outside = clients::outside(from, snapshot);
    if !outside.is_empty() {
        answers.extend(clients::follow(network, &outside, |address| asked.request(Origin::Address(address))));
    }
    if answers.is_empty() {
        return Err(Box::new(Issue::error("assertionNoClient")));
    }
    // Of a range, addresses of a family that the target has no door for are nobody's clients.
    let (placed, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(|(_, answer)| error(answer).is_none());
    if let (true, Some(error)) = (placed.is_empty(), lost.first().and_then(|(_, answer)| error(answer))) {
        return Err(Box::new(error.clone()));
    }
    let is_single = |request: &Request| match request.from {
        Origin::Address(address) => !outside.contains(address),
        Origin::Pod(_) | Origin::Node(_) => true,
    };
    let lost = lost.into_iter().filter(|(request, _)| is_single(request));
    for (request, answer) in lost.chain(placed) {
        let weighed = weigh(expect, asked.source, &request.from, &answer, snapshot);
        tally.add(weighed, || Found::Ways { request, answer });
    }
    Ok(())
}

/// Why a client could not be followed at all.
fn error(answer: &Answer) -> Option<&Issue> {
    let error = answer.issues.iter().find(|issue| issue.severity == Severity::Error);
    error.filter(|_| answer.routes.is_empty())
}

/// What the ways of one client say: the worst of them.
fn weigh(expect: Expect, source: Option<SourceSeen>, from: &Origin, answer: &Answer, snapshot: &Snapshot) -> Weighed {
    let weights = answer.routes.iter().map(|route| match (expect, route.outcome) {
        (_, Outcome::Undetermined) => Weighed::Open,
        (Expect::Allow, Outcome::Delivered) => {
            source.map_or(Weighed::For, |seen| weigh_source(seen, from, route, snapshot))
        }
        (Expect::Deny, Outcome::Delivered) | (Expect::Allow, _) => Weighed::Against,
        (Expect::Deny, _) => Weighed::For,
    });
    let weights: Vec<Weighed> = weights.collect();
    if weights.contains(&Weighed::Against) {
        Weighed::Against
    } else if weights.contains(&Weighed::Open) || weights.is_empty() {
        Weighed::Open
    } else {
        Weighed::For
    }
}

/// Whether the pod sees whom it must see.
fn weigh_source(wanted: SourceSeen, from: &Origin, route: &Route, snapshot: &Snapshot) -> Weighed {
    let Some(Address::Known(seen)) = route.seen_by_pod else { return Weighed::Open };
    let seen = if own_addresses(from, snapshot).contains(&seen) { SourceSeen::Client } else { SourceSeen::Rewritten };
    if seen == wanted { Weighed::For } else { Weighed::Against }
}

fn own_addresses(from: &Origin, snapshot: &Snapshot) -> Vec<IpAddr> {
    let of_node = |id: bulkhead_snapshot::NodeId| snapshot.nodes[id].addresses.iter().map(|it| it.address).collect();
    match from {
        Origin::Address(address) => vec![*address],
        Origin::Pod(name) => snapshot.pod(name).map(|id| snapshot.pods[id].addresses.clone()).unwrap_or_default(),
        Origin::Node(name) => snapshot.node(name).map(of_node).unwrap_or_default(),
    }
}
