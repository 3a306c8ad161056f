//! Ports of pairs, narrowed to those that are asked about, each kept once.

use std::collections::BTreeMap;

use bulkhead_policy::profile::Answer;
use bulkhead_policy::reach::{Connections, ConnectionsId, PairConnections, Pairs, PortRanges};

/// Ports of pairs, each kept once.
pub(super) struct Table {
    asked: Option<PortRanges>,
    kept: Vec<PairConnections>,
    numbers: BTreeMap<PairConnections, usize>,
    /// What numbers of [`Pairs`] have become.
    narrowed: Vec<Narrowed>,
}

/// What a number of [`Pairs`] has become.
#[derive(Clone, Copy)]
enum Narrowed {
    Unknown,
    Nothing,
    Kept(usize),
}

impl Table {
    pub(super) fn new(asked: Option<&PortRanges>) -> Self {
        Self { asked: asked.cloned(), kept: Vec::new(), numbers: BTreeMap::new(), narrowed: Vec::new() }
    }

    // Numbers come from this table only.
    #[allow(clippy::indexing_slicing)]
    pub(super) fn get(&self, number: usize) -> &PairConnections {
        &self.kept[number]
    }

    /// The number of what is left of a pair's ports; `None` where nothing is.
    pub(super) fn narrowed(&mut self, of: ConnectionsId, pairs: &Pairs<'_>) -> Option<usize> {
        match self.narrowed.get(of.index()) {
            Some(Narrowed::Kept(number)) => return Some(*number),
            Some(Narrowed::Nothing) => return None,
            Some(Narrowed::Unknown) | None => {}
        }
        let number = self.keep(pairs.get(of));
        if self.narrowed.len() <= of.index() {
            self.narrowed.resize(of.index() + 1, Narrowed::Unknown);
        }
        if let Some(place) = self.narrowed.get_mut(of.index()) {
            *place = number.map_or(Narrowed::Nothing, Narrowed::Kept);
        }
        number
    }

    /// The same for ports that do not hang on an address family.
    pub(super) fn of_outside(&mut self, connections: &Connections) -> Option<usize> {
        if connections.is_none() {
            return None;
        }
        self.keep(&PairConnections { any: connections.clone(), by_family: None })
    }

    /// The number of what policies say, and on top of it that all may pass, or that nobody knows.
    pub(super) fn exempted(&mut self, answer: Answer, by_policy: Option<usize>) -> Option<usize> {
        let said = match answer {
            Answer::No => return by_policy,
            Answer::Yes => Connections::all(),
            Answer::Unknown => {
                let open = by_policy.map_or_else(PortRanges::empty, |number| self.get(number).any.open.clone());
                Connections { undetermined: Connections::all().open.difference(&open), open }
            }
        };
        self.of_outside(&said)
    }

    fn keep(&mut self, connections: &PairConnections) -> Option<usize> {
        let narrow = |of: &Connections| match &self.asked {
            None => of.clone(),
            Some(asked) => {
                Connections { open: of.open.intersection(asked), undetermined: of.undetermined.intersection(asked) }
            }
        };
        let any = narrow(&connections.any);
        if any.is_none() {
            return None;
        }
        let by_family = connections.by_family.as_ref().map(|[v4, v6]| [narrow(v4), narrow(v6)]);
        let kept = PairConnections { any, by_family: by_family.filter(|[v4, v6]| v4 != v6) };
        if let Some(known) = self.numbers.get(&kept) {
            return Some(*known);
        }
        let number = self.kept.len();
        self.kept.push(kept.clone());
        self.numbers.insert(kept, number);
        Some(number)
    }
}
