//! Who reaches whom: workloads, pods, nodes and addresses outside, all pairs unless narrowed.
//!
//! The answer is what policies say ([`bulkhead_policy::reach`]), by name. It is never kept as a whole: pairs are visited one
//! sender after the other, so that memory grows with peers and not with pairs. What no policy can tell is kept apart from
//! what is open.
//!
//! Two facts stand beside policies. A pod always reaches itself; such a pair is left out. A node always reaches the pods that
//! run on it ([`Reachability::own_node`]): by pods the pairs say so, by workloads they say what holds for pods on other nodes.

mod doubts;
mod explaining;
mod explaining_sides;
mod narrowing;
mod own_node;
mod peer;
mod sums;
mod table;

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use bulkhead_model::object::Direction;
use bulkhead_model::watch::{Phase, Watch};
use bulkhead_model::{AddressSet, Issue};
use bulkhead_path::Network;
use bulkhead_policy::OwnNodeExemption;
use bulkhead_policy::reach::{ClassId, Kinds, PairConnections, Pairs, Reach, Tuning};
use bulkhead_snapshot::Snapshot;

pub use self::explaining::{PairAccount, SideAccount};
pub use self::explaining_sides::{Audience, SubjectAccount};
pub use self::narrowing::{Focus, Narrowing, Selects, workspace_of};
pub(crate) use self::peer::workload_name;
pub use self::peer::{By, Peer, PeerName};
pub use self::sums::{End, Sum};

use self::narrowing::Chosen;
use self::table::Table;

/// Who reaches whom.
#[derive(Debug)]
pub struct Reachability<'a> {
    network: &'a Network<'a>,
    watch: &'a dyn Watch,
    base: Arc<Base>,
    narrowing: Narrowing,
    chosen: Vec<Chosen>,
    /// Of each class those who are asked about for their own sake: a sender who is not is followed to no others.
    in_focus: Vec<Vec<u32>>,
    from_outside: AddressSet,
    to_outside: AddressSet,
    issues: Vec<Issue>,
}

/// What all questions about a cluster share.
#[derive(Debug)]
pub(crate) struct Base {
    reach: Reach,
    by: By,
    peers: Vec<Peer>,
    /// The peers of each class, by the class' index.
    of_class: Vec<Vec<u32>>,
    places: own_node::Places,
    /// Made where somebody sums up.
    kinds: OnceLock<Kinds>,
}

impl Base {
    pub(crate) fn new(network: &Network<'_>, by: By, watch: &dyn Watch) -> Self {
        let snapshot = network.snapshot();
        let reach = Reach::watched(snapshot, network.policies(), Tuning::default(), watch);
        watch.begins(Phase::Pairs);
        let peers = peer::peers(snapshot, &reach, by);
        let classes = reach.classes().last().map_or(0, |last| last.index() + 1);
        let mut of_class: Vec<Vec<u32>> = vec![Vec::new(); classes];
        for (peer, at) in peers.iter().zip(0..) {
            if let Some(of_class) = of_class.get_mut(peer.class.index()) {
                of_class.push(at);
            }
        }
        let places = own_node::Places::new(&peers);
        Self { reach, by, peers, of_class, places, kinds: OnceLock::new() }
    }

    fn kinds(&self) -> &Kinds {
        self.kinds.get_or_init(|| self.reach.kinds())
    }
}

/// One side of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side<'a> {
    /// A peer, by its place in [`Reachability::peers`].
    Peer(usize),
    /// Addresses that are no pod's and no node's.
    Outside(&'a AddressSet),
}

/// A pair of which something is open, or may be.
#[derive(Clone, Copy, Debug)]
pub struct Pair<'a> {
    /// Who opens the connection.
    pub from: Side<'a>,
    /// To whom.
    pub to: Side<'a>,
    /// The ports.
    pub connections: &'a PairConnections,
    /// Of equal ports the same number, from 0: texts about them need to be made only once.
    pub number: usize,
}

impl<'a> Reachability<'a> {
    /// Works out who reaches whom.
    pub fn new(network: &'a Network<'a>, by: By, narrowing: Narrowing, watch: &'a dyn Watch) -> Self {
        Self::on(network, Arc::new(Base::new(network, by, watch)), narrowing, watch)
    }

    /// The same of what was worked out before.
    pub(crate) fn on(network: &'a Network<'a>, base: Arc<Base>, narrowing: Narrowing, watch: &'a dyn Watch) -> Self {
        let mut whole = Self {
            network,
            watch,
            base,
            narrowing: Narrowing::default(),
            chosen: Vec::new(),
            in_focus: Vec::new(),
            from_outside: AddressSet::empty(),
            to_outside: AddressSet::empty(),
            issues: Vec::new(),
        };
        whole.ask(narrowing);
        whole
    }

    /// Asks about other pairs of the same cluster.
    pub fn ask(&mut self, narrowing: Narrowing) {
        let snapshot = self.snapshot();
        self.chosen = self.base.peers.iter().map(|peer| narrowing::choose(&narrowing, peer, snapshot)).collect();
        let is_in_focus = |at: &&u32| self.chosen.get(**at as usize).is_some_and(|chosen| chosen.to && chosen.focus);
        let of_class = |all: &Vec<u32>| all.iter().filter(is_in_focus).copied().collect();
        self.in_focus = self.base.of_class.iter().map(of_class).collect();
        self.from_outside = narrowing::outside(&narrowing.from, snapshot);
        self.to_outside = narrowing::outside(&narrowing.to, snapshot);
        self.narrowing = narrowing;
        self.issues = self.find_issues();
    }

    /// The cluster state.
    pub fn snapshot(&self) -> &'a Snapshot {
        self.network.snapshot()
    }

    /// The network, for those who ask why.
    pub fn network(&self) -> &'a Network<'a> {
        self.network
    }

    /// What peers are made of.
    pub fn by(&self) -> By {
        self.base.by
    }

    /// What is asked about.
    pub fn narrowing(&self) -> &Narrowing {
        &self.narrowing
    }

    /// Everybody in the cluster, sorted: by namespace, kind and name, nodes last.
    pub fn peers(&self) -> &[Peer] {
        &self.base.peers
    }

    /// Whether somebody is asked about for its own sake, and not only as the other side of such a one.
    pub fn is_in_focus(&self, peer: usize) -> bool {
        self.chosen.get(peer).is_some_and(|chosen| chosen.focus && (chosen.from || chosen.to))
    }

    /// What reaches the pods on a node from the node itself, whatever policies say.
    pub fn own_node(&self) -> OwnNodeExemption {
        self.network.policies().engine().exempts_own_node()
    }

    /// What is wrong with the question.
    pub fn issues(&self) -> &[Issue] {
        &self.issues
    }

    fn find_issues(&self) -> Vec<Issue> {
        let asked = [("--from", &self.narrowing.from), ("--to", &self.narrowing.to)];
        let nobody = |(option, listed): (&str, &Vec<Selects>)| {
            let place = narrowing::selects_nobody(listed, &self.base.peers, self.snapshot())?;
            Some(Issue::error("reachSelectsNobody").with("place", place + 1).in_field(option))
        };
        let mut issues: Vec<Issue> = asked.into_iter().filter_map(nobody).collect();
        if self.chosen.iter().all(|chosen| !chosen.focus) && !self.base.peers.is_empty() {
            issues.push(Issue::error("reachFocusesNobody"));
        }
        issues
    }

    /// Visits every pair of which something is open or may be: by sender, then by receiver, in the order of peers; addresses
    /// outside come last on either side.
    ///
    /// # Errors
    /// The first that `visit` gives.
    pub fn for_each<E>(&self, mut visit: impl FnMut(Pair<'_>) -> Result<(), E>) -> Result<(), E> {
        let mut table = Table::new(self.narrowing.ports.as_ref());
        let mut pairs = self.base.reach.pairs();
        let mut row: Vec<(usize, usize)> = Vec::new();
        for (from, chosen) in self.chosen.iter().enumerate().filter(|(_, chosen)| chosen.from) {
            self.watch.begins(Phase::Pairs);
            row.clear();
            self.row(from, *chosen, &mut pairs, &mut table, &mut row);
            let outside = if chosen.focus { self.outside(from, Direction::Egress, &mut table) } else { Vec::new() };
            self.watch.begins(Phase::Output);
            for (to, number) in &row {
                let pair = Pair {
                    from: Side::Peer(from),
                    to: Side::Peer(*to),
                    connections: table.get(*number),
                    number: *number,
                };
                visit(pair)?;
            }
            for (addresses, number) in &outside {
                let to = Side::Outside(addresses);
                visit(Pair { from: Side::Peer(from), to, connections: table.get(*number), number: *number })?;
            }
        }
        for (to, _) in self.chosen.iter().enumerate().filter(|(_, chosen)| chosen.to && chosen.focus) {
            self.watch.begins(Phase::Pairs);
            let outside = self.outside(to, Direction::Ingress, &mut table);
            self.watch.begins(Phase::Output);
            for (addresses, number) in &outside {
                let from = Side::Outside(addresses);
                visit(Pair { from, to: Side::Peer(to), connections: table.get(*number), number: *number })?;
            }
        }
        Ok(())
    }

    /// Whom a peer reaches inside the cluster, sorted.
    fn row(
        &self,
        from: usize,
        chosen: Chosen,
        pairs: &mut Pairs<'_>,
        table: &mut Table,
        row: &mut Vec<(usize, usize)>,
    ) {
        let Some(sender) = self.base.peers.get(from) else { return };
        let mut reached = Vec::new();
        pairs.numbered(sender.class, |to, connections| reached.push((to, connections)));
        for (class, connections) in reached {
            let Some(number) = table.narrowed(connections, pairs) else { continue };
            let of_class = if chosen.focus { &self.base.of_class } else { &self.in_focus };
            for to in of_class.get(class.index()).into_iter().flatten().map(|to| *to as usize) {
                let is_asked = self.chosen.get(to).is_some_and(|to| to.to);
                if is_asked && (to != from || sender.has_replicas(self.snapshot())) {
                    row.push((to, number));
                }
            }
        }
        if self.base.by == By::Pod {
            self.exempt_own_node(from, chosen, table, row);
        }
        row.sort_unstable();
    }

    /// The addresses outside that a peer reaches, or that reach it.
    fn outside(&self, peer: usize, direction: Direction, table: &mut Table) -> Vec<(AddressSet, usize)> {
        let class = self.base.peers.get(peer).map(|peer| peer.class);
        class.map_or_else(Vec::new, |class| self.open_outside(class, direction, table))
    }

    /// The same for a class: addresses of the families that it has, by ports.
    fn open_outside(&self, class: ClassId, direction: Direction, table: &mut Table) -> Vec<(AddressSet, usize)> {
        let asked = match direction {
            Direction::Egress => &self.to_outside,
            Direction::Ingress => &self.from_outside,
        };
        if asked.is_empty() {
            return Vec::new();
        }
        let held = match direction {
            Direction::Egress => self.base.reach.to_outside(class),
            Direction::Ingress => self.base.reach.from_outside(class),
        };
        let mut by_number: BTreeMap<usize, AddressSet> = BTreeMap::new();
        let families = self.base.reach.families(class).unwrap_or([true; 2]);
        let is_all = *asked == AddressSet::all();
        for (addresses, connections) in held {
            let Some(number) = table.of_outside(&connections) else { continue };
            let mut addresses = addresses.of_families(families);
            if !is_all {
                addresses = addresses.intersection(asked);
            }
            if !addresses.is_empty() {
                let known = by_number.entry(number).or_default();
                *known = if known.is_empty() { addresses } else { known.union(&addresses) };
            }
        }
        let mut sorted: Vec<(AddressSet, usize)> = by_number.into_iter().map(|(number, set)| (set, number)).collect();
        sorted.sort_unstable();
        sorted
    }
}
