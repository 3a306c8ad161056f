//! Sets of ports in one line.

use bulkhead_analysis::model::Protocol;
use bulkhead_analysis::policy::reach::{Connections, PairConnections, PortRanges};
use bulkhead_wire::reach::range_text;

use crate::words::Speech;

/// `TCP 80,8000-8080; UDP 53`, `TCP all`; empty for no port at all. The same in every language.
pub(super) fn ports_text(ports: &PortRanges) -> String {
    let of_protocol = |protocol: Protocol| {
        let ranges: Vec<_> = ports.of(protocol).collect();
        match ranges.as_slice() {
            [] => None,
            [range] if *range == bulkhead_analysis::model::PortRange::ALL => Some(format!("{protocol} all")),
            ranges => {
                let texts: Vec<String> = ranges.iter().copied().map(range_text).collect();
                Some(format!("{protocol} {}", texts.join(",")))
            }
        }
    };
    if ports.is_all() {
        return "all".to_owned();
    }
    Protocol::ALL.into_iter().filter_map(of_protocol).collect::<Vec<_>>().join("; ")
}

/// The ports of a pair in words: what is open, then what is undetermined; by address family where that matters.
pub(super) fn pair_text(ports: &PairConnections, speech: Speech) -> String {
    match &ports.by_family {
        None => connections_text(&ports.any, speech),
        Some([v4, v6]) => {
            format!("IPv4 {}; IPv6 {}", connections_text(v4, speech), connections_text(v6, speech))
        }
    }
}

fn connections_text(ports: &Connections, speech: Speech) -> String {
    let said = |ports: &PortRanges| if ports.is_all() { speech.word("reach.everyPort") } else { ports_text(ports) };
    let undetermined = || speech.say("reach.perhaps", &[("ports", said(&ports.undetermined))]);
    match (ports.open.is_empty(), ports.undetermined.is_empty()) {
        (true, true) => speech.word("reach.nothing"),
        (false, true) => said(&ports.open),
        (true, false) => undetermined(),
        (false, false) => format!("{}; {}", said(&ports.open), undetermined()),
    }
}
