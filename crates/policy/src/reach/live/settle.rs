//! A class comes into sets and goes out of them: rows that name these sets are asked about it again, and policies that are about
//! these sets select it or do not.

use std::collections::BTreeSet;

use bulkhead_model::Name;
use bulkhead_model::object::Direction;

use super::{Live, Materials, materials};
use crate::reach::class_set::ClassId;
use crate::reach::peers::PeerId;
use crate::reach::row::RowId;
use crate::reach::rows::Turnover;
use crate::reach::shared_cuts::Cut;
use crate::reach::subject::Use;
use crate::reach::universe::ClassKind;
use crate::rule::BlockMeaning;

const DIRECTIONS: [Direction; 2] = [Direction::Ingress, Direction::Egress];

impl Live {
    /// A class is new, or has members again: finds out which sets it is in.
    pub(super) fn settle_new(&mut self, class: ClassId, namespace: Option<&Name>) {
        self.reach.rows.grow(self.reach.universe.classes.len());
        let mut stale = BTreeSet::new();
        self.declare_ports(class, &mut stale);
        self.note_unaddressed(class, &mut stale);
        let sets = self.sets.may_hold(class, namespace, &self.reach.universe);
        let is_about = self.settle_in(class, &sets, &mut stale);
        if is_about {
            self.reselect(class, namespace);
        }
        self.ask_again(class, stale);
    }

    /// Finds out anew whether a class is in some sets; notes the rows that name those where that has changed. Gives whether policies
    /// are about one of these.
    pub(super) fn settle_in(&mut self, class: ClassId, sets: &[PeerId], stale: &mut BTreeSet<RowId>) -> bool {
        let mut is_about = false;
        for set in sets {
            let holds = self.peers.holds(*set, class, &self.reach.universe, &self.selectors, self.habits);
            let (surely, perhaps) = self.peers.settle(*set, class, holds);
            for (_, cut) in [(surely, Cut::Surely(*set)), (perhaps, Cut::Perhaps(*set))].iter().filter(|it| it.0) {
                self.reach.rows.forget(*cut);
            }
            if surely || perhaps {
                is_about |= !self.sets.about(*set).is_empty();
                stale.extend(self.sets.naming(*set).iter().flat_map(|place| self.rows_of(*place)));
            }
        }
        is_about
    }

    /// The rows that a policy has a part in.
    pub(super) fn rows_of(&self, place: u32) -> &[RowId] {
        self.rows_of.get(place as usize).map_or(&[], Vec::as_slice)
    }

    /// A class with named ports is there: egress rules may name them. Where such a rule says to whom it is about, the rows are asked
    /// again as the class has come into that set.
    fn declare_ports(&mut self, class: ClassId, stale: &mut BTreeSet<RowId>) {
        let ports = self.reach.universe.named_ports(self.reach.universe.class(class).named_ports);
        let changed = self.holders.add(class, ports);
        if changed.is_empty() {
            return;
        }
        for holder in changed {
            self.reach.rows.forget(Cut::Holder(holder));
        }
        stale.extend(self.naming_ports_of_anybody.iter().flat_map(|place| self.rows_of(*place)));
    }

    /// A class of which nobody knows an address is there: it may be in any block.
    fn note_unaddressed(&mut self, class: ClassId, stale: &mut BTreeSet<RowId>) {
        let found = self.reach.universe.class(class);
        if !found.is_unaddressed() || !self.unaddressed.add(class, found.kind, self.habits) {
            return;
        }
        for meaning in [BlockMeaning::Everybody, BlockMeaning::EngineDecides] {
            self.reach.rows.forget(Cut::Unaddressed(meaning));
        }
        let naming = self.sets.blocks().iter().flat_map(|block| self.sets.naming(*block));
        stale.extend(naming.flat_map(|place| self.rows_of(*place)));
    }

    /// Finds out anew which policies select a class.
    pub(super) fn reselect(&mut self, class: ClassId, namespace: Option<&Name>) {
        if !matches!(self.reach.universe.class(class).kind, ClassKind::Pods { .. }) {
            return;
        }
        let mut uses = Vec::new();
        for set in self.sets.may_hold(class, namespace, &self.reach.universe) {
            let peer = self.peers.get(set);
            let as_used: fn(u32) -> Use = match (peer.surely.contains(class), peer.perhaps.contains(class)) {
                (true, _) => Use::surely,
                (false, true) => Use::perhaps,
                (false, false) => continue,
            };
            uses.extend(self.sets.about(set).iter().map(|place| as_used(*place)));
        }
        for direction in DIRECTIONS {
            let of_direction = |used: &&Use| {
                let policy = self.compiled.get(used.policy() as usize);
                policy.is_some_and(|policy| policy.direction == direction)
            };
            let uses: Vec<Use> = uses.iter().filter(of_direction).copied().collect();
            self.select(class, direction, uses);
        }
    }

    /// Just these policies select a class in a direction.
    pub(super) fn select(&mut self, class: ClassId, direction: Direction, mut uses: Vec<Use>) {
        let order = |used: &Use| {
            let policy = self.compiled.get(used.policy() as usize);
            (policy.map(|policy| (policy.tier, policy.priority)), *used)
        };
        uses.sort_by_key(order);
        uses.dedup();
        if self.reach.rows.uses(class, direction) == uses {
            return;
        }
        let (reach, materials) = (&mut self.reach, materials!(self));
        let turnover = reach.rows.reselect(class, direction, uses, &reach.universe, materials, &mut reach.ports);
        self.note(turnover);
    }

    /// Keeps the lists of rows right.
    fn note(&mut self, turnover: Turnover) {
        if let Some((row, uses)) = turnover.dropped {
            for used in uses.iter() {
                let rows = self.rows_of.get_mut(used.policy() as usize);
                if let Some((rows, at)) =
                    rows.and_then(|rows| rows.iter().position(|it| *it == row).map(|at| (rows, at)))
                {
                    rows.swap_remove(at);
                }
            }
        }
        if let Some(row) = turnover.built {
            for used in self.reach.rows.made_by(row) {
                if let Some(rows) = self.rows_of.get_mut(used.policy() as usize) {
                    rows.push(row);
                }
            }
        }
    }

    /// Asks rows about a class again.
    pub(super) fn ask_again(&mut self, class: ClassId, rows: BTreeSet<RowId>) {
        let (reach, materials) = (&mut self.reach, materials!(self));
        for row in rows {
            reach.rows.ask_again(row, class, &reach.universe, materials, &mut reach.ports);
        }
    }
}
