//! `-o netpol-analyzer`: the `txt` format of np-guard's netpol-analyzer, letter by letter. Its words are part of the format
//! and in no language but its own.

use bulkhead_analysis::model::{PortRange, Protocol};
use bulkhead_analysis::netpol_analyzer::{Listing, Peer};
use bulkhead_analysis::policy::reach::PortRanges;

use super::{Answer, AnswerKind, Context, Format};

/// `-o netpol-analyzer`
pub(super) struct NetpolAnalyzer;

impl Format for NetpolAnalyzer {
    fn name(&self) -> &'static str {
        "netpol-analyzer"
    }

    fn answers(&self) -> &'static [AnswerKind] {
        &[AnswerKind::Listing]
    }

    fn render(&self, answer: &Answer<'_>, _: &Context<'_>) -> Option<String> {
        match answer {
            Answer::Listing(listing) => Some(list(listing)),
            _ => None,
        }
    }
}

/// A line for each connection, by sender and receiver as they are written.
pub(super) fn list(listing: &Listing) -> String {
    let mut lines: Vec<[String; 3]> = Vec::with_capacity(listing.connections.len());
    for connection in &listing.connections {
        lines.push([peer(&connection.from), peer(&connection.to), ports(&connection.ports)]);
    }
    lines.sort_unstable();
    let lines: Vec<String> = lines.into_iter().map(|[from, to, ports]| format!("{from} => {to} : {ports}\n")).collect();
    lines.concat()
}

/// `NAMESPACE/NAME[KIND]`, `FIRST-LAST[External]`, `{ingress-controller}`.
fn peer(peer: &Peer) -> String {
    match peer {
        Peer::Workload { namespace, name, kind } => format!("{namespace}/{name}[{kind}]"),
        Peer::Addresses(range) => format!("{}-{}[External]", range.first, range.last),
        Peer::IngressController => "{ingress-controller}".to_owned(),
    }
}

/// `TCP 80,8000-8080,UDP 53`: protocols in the order of their letters.
fn ports(ports: &PortRanges) -> String {
    if ports.is_all() {
        return "All Connections".to_owned();
    }
    let mut protocols = Protocol::ALL;
    protocols.sort_by_key(|protocol| protocol.name());
    let of_protocol = |protocol: Protocol| {
        let ranges: Vec<String> = ports.of(protocol).map(range).collect();
        (!ranges.is_empty()).then(|| format!("{protocol} {}", ranges.join(",")))
    };
    let shown: Vec<String> = protocols.into_iter().filter_map(of_protocol).collect();
    if shown.is_empty() { "No Connections".to_owned() } else { shown.join(",") }
}

fn range(range: PortRange) -> String {
    if range.first == range.last { range.first.to_string() } else { format!("{}-{}", range.first, range.last) }
}
