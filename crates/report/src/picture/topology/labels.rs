//! Ports in as few words as fit beside a line.

use bulkhead_wire::PortsForm;
use bulkhead_wire::topology::LinkForm;

use crate::words::Speech;

/// So many ranges of a protocol are written out.
const SHOWN_RANGES: usize = 3;

/// The ports of a link, shortly.
pub(super) fn label(link: &LinkForm, speech: Speech) -> String {
    let is_undetermined = link.open == "undetermined";
    let ports = if is_undetermined { &link.undetermined } else { &link.ports };
    let said = if is_all(ports) { speech.word("reach.everyPort") } else { short(ports) };
    let doubt = if is_undetermined || link.undetermined != PortsForm::default() { " ?" } else { "" };
    format!("{said}{doubt}")
}

/// The ports of a link in full.
pub(super) fn full(link: &LinkForm, speech: Speech) -> String {
    let said = |ports: &PortsForm| if is_all(ports) { speech.word("reach.everyPort") } else { text(ports, usize::MAX) };
    let open = (link.ports != PortsForm::default()).then(|| said(&link.ports));
    let doubtful = (link.undetermined != PortsForm::default())
        .then(|| speech.say("reach.perhaps", &[("ports", said(&link.undetermined))]));
    [open, doubtful].into_iter().flatten().collect::<Vec<_>>().join(&speech.word("mark.semicolon"))
}

fn is_all(ports: &PortsForm) -> bool {
    [&ports.tcp, &ports.udp, &ports.sctp].into_iter().all(|ranges| ranges.iter().eq(["1-65535"]))
}

fn short(ports: &PortsForm) -> String {
    text(ports, SHOWN_RANGES)
}

/// `TCP 80,443 +3 UDP 53`
fn text(ports: &PortsForm, most: usize) -> String {
    let protocol = |(name, ranges): (&str, &Vec<String>)| match ranges.as_slice() {
        [] => None,
        [all] if all == "1-65535" => Some(format!("{name} all")),
        ranges if ranges.len() > most => {
            let shown = ranges.iter().take(most - 1).cloned().collect::<Vec<_>>().join(",");
            Some(format!("{name} {shown} +{}", ranges.len() - most + 1))
        }
        ranges => Some(format!("{name} {}", ranges.join(","))),
    };
    let of = [("TCP", &ports.tcp), ("UDP", &ports.udp), ("SCTP", &ports.sctp)];
    of.into_iter().filter_map(protocol).collect::<Vec<_>>().join(" ")
}
