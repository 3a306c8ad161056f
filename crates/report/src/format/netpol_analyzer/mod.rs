//! `-o netpol-analyzer`: the `txt` format of np-guard's netpol-analyzer, letter by letter. Its words are part of the format
//! and in no language but its own.

mod diff;
mod exposure;

use std::collections::{BTreeMap, BTreeSet};

use bulkhead_analysis::model::{PortRange, Protocol};
use bulkhead_analysis::netpol_analyzer::{Listing, NamedPort, Peer};
use bulkhead_analysis::policy::reach::PortRanges;

pub(super) use self::diff::diff;

use super::{Answer, AnswerKind, Context, Format};

const ALL_CONNECTIONS: &str = "All Connections";

/// `-o netpol-analyzer`
pub(super) struct NetpolAnalyzer;

impl Format for NetpolAnalyzer {
    fn name(&self) -> &'static str {
        "netpol-analyzer"
    }

    fn answers(&self) -> &'static [AnswerKind] {
        &[AnswerKind::Listing, AnswerKind::ListingDiff]
    }

    fn render(&self, answer: &Answer<'_>, _: &Context<'_>) -> Option<String> {
        match answer {
            Answer::Listing(listing) => Some(list(listing)),
            Answer::ListingDiff(difference) => Some(diff(difference)),
            _ => None,
        }
    }
}

/// A line for each connection, by sender and receiver as they are written, and then whom workloads are exposed to, where that
/// was asked.
pub(super) fn list(listing: &Listing) -> String {
    let mut lines: Vec<[String; 3]> = Vec::with_capacity(listing.connections.len());
    for connection in &listing.connections {
        lines.push([peer(&connection.from), peer(&connection.to), ports(&connection.ports)]);
    }
    lines.sort_unstable();
    let lines: Vec<String> = lines.into_iter().map(|[from, to, ports]| format!("{from} => {to} : {ports}\n")).collect();
    let lines = lines.concat();
    match &listing.exposed {
        None => lines,
        Some(exposed) if lines.is_empty() => exposure::exposures(exposed, &listing.connections),
        Some(exposed) => format!("{lines}\n{}", exposure::exposures(exposed, &listing.connections)),
    }
}

/// `NAMESPACE/NAME[KIND]`, `FIRST-LAST[External]`, `{ingress-controller}`.
fn peer(peer: &Peer) -> String {
    match peer {
        Peer::Workload { namespace, name, kind } => format!("{namespace}/{name}[{kind}]"),
        Peer::Addresses(range) => format!("{}-{}[External]", range.first, range.last),
        Peer::IngressController => "{ingress-controller}".to_owned(),
    }
}

/// `TCP 80,8000-8080,UDP 53`
fn ports(ports: &PortRanges) -> String {
    if ports.is_all() { ALL_CONNECTIONS.to_owned() } else { ports_by_protocol(ports, &BTreeSet::new()) }
}

/// Protocols in the order of their letters, names behind numbers; a name that brings its protocol comes first, behind a blank.
fn ports_by_protocol(ranges: &PortRanges, names: &BTreeSet<NamedPort>) -> String {
    let mut shown: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (protocol, PortRange { first, last }) in ranges.iter() {
        let range = if first == last { first.to_string() } else { format!("{first}-{last}") };
        shown.entry(protocol.name()).or_default().push(range);
    }
    for (protocol, name) in names {
        shown.entry(protocol.map(Protocol::name).unwrap_or_default()).or_default().push(name.to_string());
    }
    let shown: Vec<String> = shown.iter().map(|(protocol, ports)| format!("{protocol} {}", ports.join(","))).collect();
    if shown.is_empty() { "No Connections".to_owned() } else { shown.join(",") }
}
