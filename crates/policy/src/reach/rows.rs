//! The rows of all classes, each kept once.

use bulkhead_model::object::Direction;
use rustc_hash::FxHashMap;

use super::Tuning;
use super::class_set::{ClassId, ClassSet};
use super::evaluate::Ruling;
use super::port_ranges::PortTable;
use super::row::{Row, RowId};
use super::row_builder::{Materials, RowBuilder, RowRequest};
use super::shared_cuts::SharedCuts;
use super::subject::{Use, depends_on_named_ports};
use super::universe::{NamedPortsId, Universe};

/// The rows of all classes. The map of known rows is only ever asked, never walked.
#[derive(Clone, Debug)]
pub(crate) struct Rows {
    built: Vec<Row>,
    known: FxHashMap<RowKey, RowId>,
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

/// What makes a row: the same key, the same row.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct RowKey {
    direction: Direction,
    uses: Box<[Use]>,
    /// The subject's named ports, where they matter.
    named_ports: NamedPortsId,
}

impl Rows {
    pub(crate) fn new(tuning: Tuning) -> Self {
        Self {
            built: vec![Row::flat(Ruling::OPEN)],
            known: FxHashMap::default(),
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

    /// Makes the row of a class.
    fn build(
        &mut self,
        class: ClassId,
        direction: Direction,
        universe: &Universe,
        materials: Materials<'_>,
        ports: &mut PortTable,
    ) {
        let Some(subjected) = self.subjected(direction).get(class.index()) else { return };
        if subjected.uses.is_empty() {
            return;
        }
        let policy = |used: &Use| materials.policies.get(used.policy() as usize);
        let named = subjected.uses.iter().filter_map(policy).any(depends_on_named_ports);
        let named_ports = if named { universe.class(class).named_ports } else { 0 };
        let key = RowKey { direction, uses: subjected.uses.clone().into(), named_ports };
        let row = if let Some(known) = self.known.get(&key) {
            *known
        } else {
            let request = RowRequest { uses: &key.uses, direction, named_ports: universe.named_ports(named_ports) };
            let row = self.builder.build(request, materials, ports);
            let id = RowId(u32::try_from(self.built.len()).unwrap_or(u32::MAX));
            self.built.push(row);
            self.known.insert(key, id);
            id
        };
        if let Some(subjected) = self.subjected_mut(direction).get_mut(class.index()) {
            subjected.row = row;
        }
    }
}

fn select(subjected: &mut [Subjected], classes: &ClassSet, used: Use) {
    for class in classes.iter() {
        if let Some(subjected) = subjected.get_mut(class.index()) {
            subjected.uses.push(used);
        }
    }
}
