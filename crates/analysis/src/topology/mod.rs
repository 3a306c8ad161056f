//! Who reaches whom as a picture needs it: parties of one size (workspaces, projects or workloads), and what is open between them.
//!
//! Parties that reach the same and are reached by the same stand together: a thousand open workloads are one party and not a million
//! connections. Whoever is outside of what is asked about stands for its project, or for its workspace. What is too much to draw is
//! folded into the next larger parties, and the answer says how many were.
//!
//! Whoever may not see some of them gets all of those as one party, of which is told only what the others have with it.

mod alike;
mod parties;
mod seats;

use bulkhead_model::Name;
use bulkhead_policy::reach::PortRanges;

use crate::reachability::Reachability;

pub use self::parties::Party;
use self::parties::{Cast, Count};
pub use self::seats::{Member, Seat, Seats};

/// More parties than this are folded into larger ones.
pub const MOST_PARTIES: usize = 1_500;
/// More parties than this are nothing that anybody reads unless it was asked for.
const MOST_READABLE_PARTIES: usize = 150;
/// The same of links.
const MOST_READABLE_LINKS: usize = 1_500;

/// Whether the projects of a namespace may be told apart from others.
pub type Sees<'a> = &'a dyn Fn(&Name) -> bool;

/// How large the parties are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Workspaces.
    Workspace,
    /// Projects.
    Project,
    /// Workloads.
    Workload,
}

impl Level {
    /// All of them, the largest parties first.
    pub const ALL: [Self; 3] = [Self::Workspace, Self::Project, Self::Workload];

    /// The name on the command line and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Workspace => "workspace",
            Self::Project => "project",
            Self::Workload => "workload",
        }
    }

    /// The level with the next larger parties.
    fn above(self) -> Option<Self> {
        match self {
            Self::Workspace => None,
            Self::Project => Some(Self::Workspace),
            Self::Workload => Some(Self::Project),
        }
    }
}

/// Parties, and what is open between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Topology {
    /// The level that was asked for.
    pub asked: Level,
    /// The level of the parties: a larger one where there are too many.
    pub level: Level,
    /// How many parties of the level that was asked for are not told apart, because there are too many.
    pub folded: usize,
    /// Who takes part, sorted; those outside the cluster last.
    pub parties: Vec<Party>,
    /// What is open, sorted by sender and receiver.
    pub links: Vec<Link>,
}

/// What is open from one party to another, or among the members of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Who opens connections, by its place among the parties.
    pub from: usize,
    /// To whom.
    pub to: usize,
    /// How much of it is open.
    pub open: Openness,
    /// How many pairs of workloads something is open between.
    pub pairs: usize,
    /// The ports of any pair.
    pub ports: PortRanges,
    /// Ports of any pair of which nobody can tell.
    pub undetermined: PortRanges,
}

/// How much is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Openness {
    /// Every pair, on every port.
    All,
    /// Less than that.
    Some,
    /// Nothing is known to be open, and something may be.
    Undetermined,
}

impl Openness {
    /// The stable word.
    pub fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Some => "some",
            Self::Undetermined => "undetermined",
        }
    }
}

impl Topology {
    /// The parties of a level, or of a larger one where those are too many.
    pub fn new(reachability: &Reachability<'_>, asked: Level) -> Self {
        Self::seen(reachability, asked, &|_| true)
    }

    /// The same as somebody who sees only some namespaces may know it: everybody else is one party.
    pub fn seen(reachability: &Reachability<'_>, asked: Level, sees: Sees<'_>) -> Self {
        let seats = Seats::new(reachability, asked, MOST_PARTIES, sees);
        let (parties, links) = collect(reachability, &seats);
        let (parties, links) = alike::joined(parties, links);
        let Seats { level, folded, .. } = seats;
        let mut topology = Self { asked, level, folded, parties, links };
        topology.blur();
        topology
    }

    /// The level with the smallest parties that can still be read.
    pub fn readable(reachability: &Reachability<'_>, sees: Sees<'_>) -> Self {
        let is_readable = |topology: &Self| {
            topology.parties.len() <= MOST_READABLE_PARTIES && topology.links.len() <= MOST_READABLE_LINKS
        };
        let smallest = Self::seen(reachability, Level::Workload, sees);
        if is_readable(&smallest) {
            return smallest;
        }
        let larger = Self::seen(reachability, Level::Project, sees);
        if is_readable(&larger) { larger } else { Self::seen(reachability, Level::Workspace, sees) }
    }

    /// Takes away how many they are who may not be seen.
    fn blur(&mut self) {
        let Some(foreign) = self.parties.iter().position(Party::is_foreign) else { return };
        for link in self.links.iter_mut().filter(|link| link.from == foreign || link.to == foreign) {
            link.pairs = link.pairs.min(1);
        }
        self.parties.get_mut(foreign).into_iter().for_each(|party| party.size = 1);
    }
}

/// Ports that are open, and ports of which nobody can tell.
type Ports = [PortRanges; 2];

/// What is open between whom, summed up by parties.
fn collect(reachability: &Reachability<'_>, seats: &Seats) -> (Vec<Party>, Vec<Link>) {
    let mut cast = Cast::new(seats);
    let mut counts: Vec<Count> = Vec::new();
    let mut ports: Vec<Option<Ports>> = Vec::new();
    reachability.for_each_sum(&seats.of_peer, |sum| {
        if seats.is_foreign_affair(sum.from, sum.to) {
            return;
        }
        let (from, to) = (cast.seat(sum.from), cast.seat(sum.to));
        counts.push(Count { from, to, number: sum.number, pairs: sum.pairs });
        if ports.len() <= sum.number {
            ports.resize(sum.number + 1, None);
        }
        if let Some(slot @ None) = ports.get_mut(sum.number) {
            let any = &sum.connections.any;
            *slot = Some([any.open.clone(), any.undetermined.clone()]);
        }
    });
    let (parties, place_of) = cast.seated(&counts);
    for Count { from, to, .. } in &mut counts {
        let place = |seat: usize| place_of.get(seat).copied().unwrap_or_default();
        (*from, *to) = (place(*from), place(*to));
    }
    counts.sort_unstable();
    let runs = counts.chunk_by(|one, other| (one.from, one.to) == (other.from, other.to));
    let links = runs.filter_map(|run| link(run, &parties, &ports)).collect();
    (parties, links)
}

/// The sum of all pairs of two parties.
fn link(run: &[Count], parties: &[Party], ports: &[Option<Ports>]) -> Option<Link> {
    let Count { from, to, .. } = *run.first()?;
    let mut link = Link {
        from,
        to,
        open: Openness::Undetermined,
        pairs: 0,
        ports: PortRanges::empty(),
        undetermined: PortRanges::empty(),
    };
    let mut whole = 0;
    for count in run {
        let Some(Some([open, doubtful])) = ports.get(count.number) else { continue };
        link.pairs += if open.is_empty() { 0 } else { count.pairs };
        whole += if open.is_all() { count.pairs } else { 0 };
        link.ports = link.ports.union(open);
        link.undetermined = link.undetermined.union(doubtful);
    }
    link.open = match link.pairs {
        0 => Openness::Undetermined,
        pairs if pairs == whole && whole >= possible(from, to, parties) => Openness::All,
        _ => Openness::Some,
    };
    Some(link)
}

/// How many pairs two parties have. Nobody's own single pod reaches itself over the network.
fn possible(from: usize, to: usize, parties: &[Party]) -> usize {
    let size = |place: usize| parties.get(place).map_or(0, |party| party.size);
    if from == to { size(from) * size(from).saturating_sub(1) } else { size(from) * size(to) }
}
