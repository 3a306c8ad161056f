//! Ports of pods that do not exist yet: numbers, and names of which nobody can know the number.

use std::collections::BTreeSet;

use bulkhead_model::{Name, Protocol};
use bulkhead_policy::reach::PortRanges;

/// A port by name. The protocol is missing where the pod's declaration brings it.
pub type NamedPort = (Option<Protocol>, Name);

/// Ports by number and by name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PotentialPorts {
    /// Those that have a number.
    pub ranges: PortRanges,
    /// Those that only have a name.
    pub names: Names,
}

/// Ports that only have a name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Names {
    /// These.
    Only(BTreeSet<NamedPort>),
    /// All but these.
    AllBut(BTreeSet<NamedPort>),
}

impl PotentialPorts {
    /// No port.
    pub fn none() -> Self {
        Self::of(PortRanges::empty())
    }

    /// Every port, whatever it is called.
    pub fn all() -> Self {
        Self { ranges: PortRanges::all(), names: Names::AllBut(BTreeSet::new()) }
    }

    /// Ports that all have numbers.
    pub fn of(ranges: PortRanges) -> Self {
        Self { ranges, names: Names::Only(BTreeSet::new()) }
    }

    /// One port that only has a name.
    pub fn named(port: NamedPort) -> Self {
        Self { ranges: PortRanges::empty(), names: Names::Only(BTreeSet::from([port])) }
    }

    /// Whether it is every port.
    pub fn is_all(&self) -> bool {
        self.ranges.is_all() && matches!(&self.names, Names::AllBut(names) if names.is_empty())
    }

    /// Whether there is none. Names of which every number is taken away are none.
    pub fn is_none(&self) -> bool {
        self.ranges.is_empty() && !matches!(&self.names, Names::Only(names) if !names.is_empty())
    }

    /// Ports in either.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self { ranges: self.ranges.union(&other.ranges), names: self.names.union(&other.names) }
    }

    /// Ports in both.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        let names = self.names.complement().union(&other.names.complement()).complement();
        Self { ranges: self.ranges.intersection(&other.ranges), names }
    }

    /// Ports in this and not in the other.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        let names = self.names.complement().union(&other.names).complement();
        Self { ranges: self.ranges.difference(&other.ranges), names }
    }
}

impl Names {
    fn complement(&self) -> Self {
        match self {
            Self::Only(names) => Self::AllBut(names.clone()),
            Self::AllBut(names) => Self::Only(names.clone()),
        }
    }

    fn union(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Only(one), Self::Only(two)) => Self::Only(one | two),
            (Self::AllBut(one), Self::AllBut(two)) => Self::AllBut(one & two),
            (Self::AllBut(missing), Self::Only(names)) | (Self::Only(names), Self::AllBut(missing)) => {
                Self::AllBut(missing - names)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn http() -> PotentialPorts {
        PotentialPorts::named((Some(Protocol::Tcp), "http".into()))
    }

    #[test]
    fn what_is_taken_from_everything_is_not_in_the_rest() {
        let rest = PotentialPorts::all().difference(&http());
        assert!(!rest.is_all());
        assert!(rest.intersection(&http()).is_none());
        assert!(rest.union(&http()).is_all());
        assert_eq!(PotentialPorts::all().intersection(&http()), http());
    }
}
