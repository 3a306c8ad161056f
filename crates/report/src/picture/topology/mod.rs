//! Who reaches whom, drawn: senders from outside on the left, workspaces, projects and workloads as cards between, receivers outside on
//! the right.

mod arrange;
mod cards;
mod draw;
mod labels;
mod legend;
mod names;
mod table;
mod ties;

use bulkhead_wire::TopologyForm;

use super::{Look, Picture};
use crate::words::Speech;

pub(crate) use self::table::rows;

/// Draws a topology.
pub fn draw_topology(form: &TopologyForm, speech: Speech, look: Look) -> Picture {
    let mut cards = cards::Cards::new(form, speech);
    let ties = ties::Ties::new(form, &cards, speech);
    let arranged = arrange::arrange(&mut cards.all, &ties, look);
    draw::draw(form, &cards, &ties, &arranged, speech, look)
}
