//! The rows of all classes, each kept once.

use std::sync::Arc;

use bulkhead_model::object::Direction;
use rustc_hash::FxHashMap;

use super::Tuning;
use super::class_set::{ClassId, ClassSet};
use super::evaluate::Ruling;
use super::port_ranges::PortTable;
use super::row::{Row, RowId};
use super::row_builder::{Materials, RowBuilder, RowRequest};
use super::shared_cuts::{Cut, SharedCuts};
use super::subject::{Use, depends_on_named_ports};
use super::universe::{NamedPortsId, Universe};

/// The rows of all classes. The map of known rows is only ever asked, never walked.
#[derive(Clone, Debug)]
pub(crate) struct Rows {
    built: Vec<Row>,
    known: FxHashMap<RowKey, RowId>,
    /// What made each row, and how many classes have it; the first has no key.
    keys: Vec<Option<Keyed>>,
    /// Rows that no class has any more.
    free: Vec<RowId>,
    builder: RowBuilder,
    /// The policies that select each class, sorted by tier and priority, and the row that follows.
    ingress: Vec<Subjected>,
    egress: Vec<Subjected>,
}

/// The policies of a class in one direction.
#[derive(Clone, Debug)]
struct Subjected {
    uses: Vec<Use>,
    row: RowId,
}

/// What made a row, and how many classes have it.
#[derive(Clone, Debug)]
struct Keyed {
    key: RowKey,
    classes: u32,
}

/// What becomes of rows when a class gets another one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Turnover {
    /// A row that did not exist before.
    pub(crate) built: Option<RowId>,
    /// A row that exists no more, and the policies that had made it.
    pub(crate) dropped: Option<(RowId, Arc<[Use]>)>,
}

/// What makes a row: the same key, the same row.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct RowKey {
    direction: Direction,
    uses: Arc<[Use]>,
    /// The subject's named ports, where they matter.
    named_ports: NamedPortsId,
}

impl Rows {
    pub(crate) fn new(tuning: Tuning) -> Self {
        Self {
            built: vec![Row::flat(Ruling::OPEN)],
            known: FxHashMap::default(),
            keys: vec![None],
            free: Vec::new(),
            builder: RowBuilder::new(tuning),
            ingress: Vec::new(),
            egress: Vec::new(),
        }
    }

    /// The row of a class in a direction.
    // The first row is always there, and the others were given out by this table.
    #[allow(clippy::indexing_slicing)]
    pub(crate) fn of(&self, class: ClassId, direction: Direction) -> &Row {
        let row = self.subjected(direction).get(class.index()).map_or(RowId::OPEN, |subjected| subjected.row);
        &self.built[row.0 as usize]
    }

    /// The same, with its number.
    pub(crate) fn numbered(&self, class: ClassId, direction: Direction) -> (RowId, &Row) {
        let id = self.subjected(direction).get(class.index()).map_or(RowId::OPEN, |subjected| subjected.row);
        (id, self.of(class, direction))
    }

    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.built.len()
    }

    /// Every row.
    pub(crate) fn all(&self) -> impl Iterator<Item = &Row> {
        self.built.iter()
    }

    /// The row of a number.
    pub(crate) fn get(&self, id: RowId) -> Option<&Row> {
        self.built.get(id.0 as usize)
    }

    /// The cuts that rows share.
    pub(crate) fn shared(&self) -> &SharedCuts {
        &self.builder.shared
    }

    fn subjected(&self, direction: Direction) -> &Vec<Subjected> {
        match direction {
            Direction::Ingress => &self.ingress,
            Direction::Egress => &self.egress,
        }
    }

    fn subjected_mut(&mut self, direction: Direction) -> &mut Vec<Subjected> {
        match direction {
            Direction::Ingress => &mut self.ingress,
            Direction::Egress => &mut self.egress,
        }
    }

    /// Makes the rows of all classes. Policies are sorted by tier and priority.
    pub(crate) fn build_all(&mut self, universe: &Universe, materials: Materials<'_>, ports: &mut PortTable) {
        for direction in [Direction::Ingress, Direction::Egress] {
            let nobody = Subjected { uses: Vec::new(), row: RowId::OPEN };
            *self.subjected_mut(direction) = vec![nobody; universe.classes.len()];
        }
        for (place, policy) in (0..).zip(materials.policies) {
            let subject = materials.peers.get(policy.subject);
            let subjected = self.subjected_mut(policy.direction);
            select(subjected, &subject.surely, Use::surely(place));
            select(subjected, &subject.perhaps, Use::perhaps(place));
        }
        for direction in [Direction::Ingress, Direction::Egress] {
            for class in universe.ids() {
                self.build(class, direction, universe, materials, ports);
            }
        }
    }

    /// Makes the row of a class, which has the open one.
    fn build(
        &mut self,
        class: ClassId,
        direction: Direction,
        universe: &Universe,
        materials: Materials<'_>,
        ports: &mut PortTable,
    ) -> Turnover {
        let Some(subjected) = self.subjected(direction).get(class.index()) else { return Turnover::default() };
        if subjected.uses.is_empty() {
            return Turnover::default();
        }
        let policy = |used: &Use| materials.policies.get(used.policy() as usize);
        let named = subjected.uses.iter().filter_map(policy).any(depends_on_named_ports);
        let named_ports = if named { universe.class(class).named_ports } else { 0 };
        let key = RowKey { direction, uses: subjected.uses.as_slice().into(), named_ports };
        let mut turnover = Turnover::default();
        let row = if let Some(known) = self.known.get(&key) {
            *known
        } else {
            let request = RowRequest { uses: &key.uses, direction, named_ports: universe.named_ports(named_ports) };
            let row = self.builder.build(request, materials, ports);
            let id = self.store(row, key);
            turnover.built = Some(id);
            id
        };
        if let Some(Some(keyed)) = self.keys.get_mut(row.0 as usize) {
            keyed.classes += 1;
        }
        if let Some(subjected) = self.subjected_mut(direction).get_mut(class.index()) {
            subjected.row = row;
        }
        turnover
    }

    /// Gives a row its number.
    fn store(&mut self, row: Row, key: RowKey) -> RowId {
        let next = RowId(u32::try_from(self.built.len()).unwrap_or(u32::MAX));
        let id = self.free.pop().unwrap_or(next);
        self.known.insert(key.clone(), id);
        let keyed = Some(Keyed { key, classes: 0 });
        let place = (self.built.get_mut(id.0 as usize), self.keys.get_mut(id.0 as usize));
        if let (Some(old), Some(old_key)) = place {
            (*old, *old_key) = (row, keyed);
        } else {
            self.built.push(row);
            self.keys.push(keyed);
        }
        id
    }
}

/// Edits.
impl Rows {
    /// Makes room for a class that is new.
    pub(crate) fn grow(&mut self, classes: usize) {
        for direction in [Direction::Ingress, Direction::Egress] {
            let subjected = self.subjected_mut(direction);
            while subjected.len() < classes {
                subjected.push(Subjected { uses: Vec::new(), row: RowId::OPEN });
            }
        }
    }

    /// The policies of a class in a direction.
    pub(crate) fn uses(&self, class: ClassId, direction: Direction) -> &[Use] {
        self.subjected(direction).get(class.index()).map_or(&[], |subjected| subjected.uses.as_slice())
    }

    /// Other policies select a class; they are sorted by tier and priority.
    pub(crate) fn reselect(
        &mut self,
        class: ClassId,
        direction: Direction,
        uses: Vec<Use>,
        universe: &Universe,
        materials: Materials<'_>,
        ports: &mut PortTable,
    ) -> Turnover {
        let Some(subjected) = self.subjected_mut(direction).get_mut(class.index()) else { return Turnover::default() };
        let old = std::mem::replace(subjected, Subjected { uses, row: RowId::OPEN }).row;
        let turnover = self.build(class, direction, universe, materials, ports);
        Turnover { dropped: self.release(old), ..turnover }
    }

    /// One class less has a row; gives its number, and the policies that had made it, if it was the last.
    fn release(&mut self, row: RowId) -> Option<(RowId, Arc<[Use]>)> {
        let keyed = self.keys.get_mut(row.0 as usize)?.as_mut()?;
        keyed.classes -= 1;
        if keyed.classes > 0 {
            return None;
        }
        let key = self.keys.get_mut(row.0 as usize)?.take()?;
        self.known.remove(&key.key);
        *self.built.get_mut(row.0 as usize)? = Row::flat(Ruling::OPEN);
        self.free.push(row);
        Some((row, key.key.uses))
    }

    /// The policies that made a row.
    pub(crate) fn made_by(&self, row: RowId) -> &[Use] {
        self.keys.get(row.0 as usize).and_then(Option::as_ref).map_or(&[], |keyed| &keyed.key.uses)
    }

    /// Asks the policies of a row about one class again, as the sets that hold it have changed.
    pub(crate) fn ask_again(
        &mut self,
        row: RowId,
        class: ClassId,
        universe: &Universe,
        materials: Materials<'_>,
        ports: &mut PortTable,
    ) {
        let Some(Some(Keyed { key, .. })) = self.keys.get(row.0 as usize) else { return };
        let named_ports = universe.named_ports(key.named_ports);
        let request = RowRequest { uses: &key.uses, direction: key.direction, named_ports };
        let rulings = RowBuilder::rulings_for(class, request, materials, ports);
        if let Some(row) = self.built.get_mut(row.0 as usize) {
            row.put(class, rulings, self.builder.tuning);
        }
    }

    /// A set has changed.
    pub(crate) fn forget(&mut self, changed: Cut) {
        self.builder.shared.forget(changed);
    }

    /// The numbers of all rows.
    pub(crate) fn ids(&self) -> impl Iterator<Item = RowId> + use<> {
        (0..u32::try_from(self.built.len()).unwrap_or(u32::MAX)).map(RowId)
    }
}

fn select(subjected: &mut [Subjected], classes: &ClassSet, used: Use) {
    for class in classes.iter() {
        if let Some(subjected) = subjected.get_mut(class.index()) {
            subjected.uses.push(used);
        }
    }
}
