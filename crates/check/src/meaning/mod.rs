//! What rules mean for every cluster that there could be: exact sets over labels, addresses and ports, with no look at which
//! pods happen to exist.
//!
//! A rule is a few [`Area`]s: the pods that it is about, the other sides, the ports, each as a set of all that a label, an
//! address or a port may be. Whether one rule lets in nothing that others do not is then subtraction: what is left of its areas
//! when those of the others are taken away. Where nobody knows what a part holds (unreadable, domain names), it has no area, so
//! that it neither covers nor is said to be covered.

mod area;
mod label_values;
mod ports;
mod translate;

pub(crate) use area::{Area, Remainder, parts_without, remainder};
pub(crate) use ports::{PortArea, PortIndex};
pub(crate) use translate::{areas_of_peer, areas_of_rule, selector_area, subject_area};

use bulkhead_policy::rule::Ports;

/// The ports of a rule; `None` where one could not be read.
pub(crate) fn port_area(ports: &Ports) -> Option<PortArea> {
    PortArea::of(ports)
}

/// The ports of a rule, entry by entry; none where the rule is about all.
pub(crate) fn port_areas(ports: &Ports) -> Vec<Option<PortArea>> {
    match ports {
        Ports::Any => Vec::new(),
        Ports::OneOf(ports) => ports.iter().map(PortArea::of_one).collect(),
    }
}
