//! Whether two classes are the same to everybody, although something in play tells them apart.

use bulkhead_model::object::Direction;

use super::class_set::ClassId;
use super::{Family, Reach};

impl Reach {
    /// Whether members of two classes surely reach the same, and are reached by the same: the same policies speak for both,
    /// and no policy says one thing to the one and another to the other. `false` where that cannot be seen without going
    /// through all pairs.
    pub fn are_alike(&self, one: ClassId, other: ClassId) -> bool {
        let rows =
            |class| [Direction::Ingress, Direction::Egress].map(|direction| self.rows.numbered(class, direction).0);
        one == other
            || (self.families(one) == self.families(other)
                && rows(one) == rows(other)
                && self
                    .rows
                    .all()
                    .all(|row| row.rulings(one, self.rows.shared()) == row.rulings(other, self.rows.shared())))
    }

    /// The address families that members of a class have; `None` where nobody knows an address.
    pub fn families(&self, class: ClassId) -> Option<[bool; 2]> {
        let class = self.universe.class(class);
        (!class.is_unaddressed()).then(|| Family::ALL.map(|family| class.has(family)))
    }
}
