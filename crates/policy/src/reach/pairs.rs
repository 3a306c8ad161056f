//! All pairs, one sender after the other, without asking about those that are surely closed.

use std::collections::BTreeMap;

use bulkhead_model::object::Direction;
use rustc_hash::FxHashMap;

use super::class_set::ClassId;
use super::evaluate::Ruling;
use super::row::{Row, RowId};
use super::universe::Family;
use super::{Connections, Reach};

/// Goes through all pairs. Its maps of numbers are only ever asked, never walked.
#[derive(Debug)]
pub struct Pairs<'a> {
    reach: &'a Reach,
    receivers: Receivers,
    combined: FxHashMap<PairKey, usize>,
    connections: Vec<PairConnections>,
    found: Vec<ClassId>,
}

/// The rulings out and in, over IPv4 and over IPv6, and the families that both have.
type PairKey = ([Ruling; 4], [bool; 2]);

/// What one class may open to another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PairConnections {
    /// Over any family that both have.
    pub any: Connections,
    /// Over IPv4 and over IPv6, where both have both and it is not the same.
    pub by_family: Option<[Connections; 2]>,
}

/// The number of a [`PairConnections`] among those that one [`Pairs`] has met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionsId(usize);

impl ConnectionsId {
    /// Numbers are given out one after the other, from 0.
    pub fn index(self) -> usize {
        self.0
    }
}

/// Who may be reached at all, by what their ingress rows say.
#[derive(Debug, Default)]
struct Receivers {
    /// Classes whose row lets everybody in who is not named.
    open: Vec<ClassId>,
    /// The classes of every other row.
    of_row: BTreeMap<RowId, Vec<ClassId>>,
    /// The other rows that name a sender in a cell of their own.
    naming: BTreeMap<ClassId, Vec<RowId>>,
    /// The other rows that share a cut, by the cut.
    sharing: BTreeMap<u32, Vec<RowId>>,
}

impl Reach {
    /// Prepares to go through all pairs.
    pub fn pairs(&self) -> Pairs<'_> {
        Pairs {
            reach: self,
            receivers: Receivers::new(self),
            combined: FxHashMap::default(),
            connections: Vec::new(),
            found: Vec::new(),
        }
    }
}

impl Pairs<'_> {
    /// Visits every class that members of `from` reach, or may reach, in order, with the ports.
    pub fn from(&mut self, from: ClassId, mut visit: impl FnMut(ClassId, &Connections)) {
        let mut reached = Vec::new();
        self.numbered(from, |to, connections| reached.push((to, connections)));
        for (to, connections) in reached {
            visit(to, &self.get(connections).any);
        }
    }

    /// What a number stands for.
    // Numbers come from this list only.
    #[allow(clippy::indexing_slicing)]
    pub fn get(&self, connections: ConnectionsId) -> &PairConnections {
        &self.connections[connections.0]
    }

    /// The same with numbers, for those who meet millions of pairs and few kinds of them.
    pub fn numbered(&mut self, from: ClassId, visit: impl FnMut(ClassId, ConnectionsId)) {
        self.numbered_among(|_| true, from, visit);
    }

    /// The same, of some classes only.
    pub fn numbered_among(
        &mut self,
        among: impl Fn(ClassId) -> bool,
        from: ClassId,
        mut visit: impl FnMut(ClassId, ConnectionsId),
    ) {
        let reach = self.reach;
        let row = reach.rows.of(from, Direction::Egress);
        let mut found = std::mem::take(&mut self.found);
        found.clear();
        if is_closed(row.rest) {
            named_by(row, reach, &mut found);
        } else {
            self.receivers.of(from, reach, &mut found);
        }
        found.retain(|to| among(*to) && reach.universe.class(*to).members > 0);
        found.sort_unstable();
        found.dedup();
        for to in &found {
            let connections = self.between(row, from, *to);
            if !self.get(connections).any.is_none() {
                visit(*to, connections);
            }
        }
        self.found = found;
    }

    fn between(&mut self, row: &Row, from: ClassId, to: ClassId) -> ConnectionsId {
        let reach = self.reach;
        let shared = reach.rows.shared();
        let (out, into) = (row.rulings(to, shared), reach.rows.of(to, Direction::Ingress).rulings(from, shared));
        let common = reach.common_families(from, to);
        let [v4, v6] = common;
        let over = |is_common: bool, family: Family| {
            let [out, into] = [out, into].map(|rulings| rulings.get(family.index()).copied());
            out.zip(into).filter(|_| is_common).unwrap_or((Ruling::CLOSED, Ruling::CLOSED))
        };
        let (v4, v6) = (over(v4, Family::V4), over(v6, Family::V6));
        let next = self.connections.len();
        let at = *self.combined.entry(([v4.0, v4.1, v6.0, v6.1], common)).or_insert(next);
        if at == next {
            let [v4, v6] = [v4, v6].map(|(out, into)| reach.connections(out).and(&reach.connections(into)));
            let any = v4.or(&v6);
            let by_family = (common == [true, true] && v4 != v6).then_some([v4, v6]);
            self.connections.push(PairConnections { any, by_family });
        }
        ConnectionsId(at)
    }
}

impl Receivers {
    fn new(reach: &Reach) -> Self {
        let mut receivers = Self::default();
        for class in reach.universe.ids() {
            let (id, row) = reach.rows.numbered(class, Direction::Ingress);
            if is_closed(row.rest) {
                receivers.of_row.entry(id).or_default().push(class);
            } else {
                receivers.open.push(class);
            }
        }
        for id in receivers.of_row.keys() {
            let Some(row) = reach.rows.get(*id) else { continue };
            for cell in row.cells.iter().filter(|cell| cell.rulings.iter().any(|ruling| !is_closed(*ruling))) {
                for sender in cell.classes.iter() {
                    receivers.naming.entry(sender).or_default().push(*id);
                }
            }
            if let Some(shared) = &row.shared {
                receivers.sharing.entry(shared.cut).or_default().push(*id);
            }
        }
        receivers
    }

    /// The classes that may let a sender in.
    fn of(&self, sender: ClassId, reach: &Reach, found: &mut Vec<ClassId>) {
        found.extend(&self.open);
        let of_row = |id: &RowId| self.of_row.get(id).into_iter().flatten().copied();
        found.extend(self.naming.get(&sender).into_iter().flatten().flat_map(of_row));
        for (cut, rows) in &self.sharing {
            if reach.rows.shared().get(*cut).is_some_and(|cut| cut.cell_of(sender).is_some()) {
                found.extend(rows.iter().flat_map(of_row));
            }
        }
    }
}

/// The classes that a row with a closed rest lets through.
fn named_by(row: &Row, reach: &Reach, found: &mut Vec<ClassId>) {
    let open = |rulings: &[Ruling; 2]| rulings.iter().any(|ruling| !is_closed(*ruling));
    for cell in row.cells.iter().filter(|cell| open(&cell.rulings)) {
        found.extend(cell.classes.iter());
    }
    let Some(shared) = &row.shared else { return };
    let Some(cut) = reach.rows.shared().get(shared.cut) else { return };
    for (cell, _) in cut.cells.iter().zip(&shared.rulings).filter(|(_, rulings)| open(rulings)) {
        found.extend(cell.iter());
    }
}

fn is_closed(ruling: Ruling) -> bool {
    ruling == Ruling::CLOSED
}
