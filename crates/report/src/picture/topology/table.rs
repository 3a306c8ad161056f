//! The same as a table, for those who do not see the picture, and for those who look for one thing.

use bulkhead_wire::TopologyForm;

use super::labels::full;
use super::names::{Names, last};
use crate::words::Speech;

/// One connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) open: &'static str,
    pub(crate) pairs: usize,
    pub(crate) ports: String,
}

/// All connections, in the order of senders and receivers.
pub(crate) fn rows(form: &TopologyForm, speech: Speech) -> Vec<Row> {
    let names = Names::new(form, speech);
    let name = |at: usize| {
        let Some(party) = form.parties.get(at) else { return String::new() };
        match (&party.namespace, party.kind) {
            (Some(namespace), "workload" | "pod") => {
                party.names.iter().map(|name| format!("{namespace}/{}", last(name))).collect::<Vec<_>>().join(", ")
            }
            (_, "outside" | "otherRanges" | "nodes" | "noWorkspace" | "foreign") => names.lines(at).join(", "),
            _ => party.names.iter().map(|name| last(name)).collect::<Vec<_>>().join(", "),
        }
    };
    let row = |link: &bulkhead_wire::topology::LinkForm| Row {
        from: name(link.from),
        to: name(link.to),
        open: link.open,
        pairs: link.pairs,
        ports: full(link, speech),
    };
    form.links.iter().map(row).collect()
}
