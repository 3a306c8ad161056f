//! Whether what somebody claims about a cluster holds: these may reach those, those may not.
//!
//! A claim about peers is judged by policies, pair by pair ([`crate::reachability`]); where nodes are among them, pod by pod, as
//! a node reaches the pods that run on it whatever policies say. A claim about a Service, an Ingress or
//! what a gateway serves is judged by following its clients ([`bulkhead_path::trace`]). It holds where it holds for every pair and
//! every way. A claim about nobody does not hold: it would go on holding when a label is misspelt.

mod clients;
mod pairs;
mod ways;

use bulkhead_model::watch::Watch;
use bulkhead_model::{Issue, PortRef, Protocol};
use bulkhead_path::{Answer, Network, Request, Target};
use bulkhead_policy::reach::{Connections, Family, PortRanges};

use crate::reachability::{By, Narrowing, PairAccount, PeerName, Reachability, Selects, Side, SideAccount};

/// Something that is claimed.
#[derive(Clone, Debug)]
pub struct Assertion {
    /// The test that it belongs to.
    pub test: String,
    /// What it is called.
    pub name: String,
    /// The file that it stands in.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// Who opens connections; any of these.
    pub from: Vec<Selects>,
    /// To whom or to what.
    pub to: Receiver,
    /// What is said of these connections.
    pub expect: Expect,
    /// What is said if there is nobody to speak of.
    pub empty: Empty,
}

/// What connections are opened to.
#[derive(Clone, Debug)]
pub enum Receiver {
    /// Peers, by their own addresses; any of these.
    Peers {
        /// Who.
        to: Vec<Selects>,
        /// On these ports; `None` for every port.
        ports: Option<PortRanges>,
    },
    /// A Service, an Ingress or what a gateway serves, by one kind of door or by all.
    Doors {
        /// What.
        target: Target,
        /// Its port; `None` where it has one.
        port: Option<PortRef>,
        /// The protocol.
        protocol: Protocol,
        /// Whose address the pod must see; `None` where that does not matter.
        source: Option<SourceSeen>,
    },
}

/// What is said of connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// Every one of them is open.
    Allow,
    /// None of them is.
    Deny,
}

impl Expect {
    /// `allow`, `deny`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
        }
    }
}

/// Whose address a pod sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceSeen {
    /// The client's own.
    Client,
    /// Another one, as the source was rewritten on the way.
    Rewritten,
}

/// What becomes of a claim about nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Empty {
    /// It does not hold.
    #[default]
    Fails,
    /// It holds.
    Holds,
}

/// Whether a claim holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// Nobody can tell.
    Undetermined,
}

impl Held {
    /// `held`, `failed`, `undetermined`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Yes => "held",
            Self::No => "failed",
            Self::Undetermined => "undetermined",
        }
    }
}

/// One claim and what became of it.
#[derive(Clone, Debug)]
pub struct Judged {
    /// The claim.
    pub assertion: Assertion,
    /// Whether it holds.
    pub held: Held,
    /// How many pairs or ways speak against it or leave it open; the first of them are in `found`.
    pub against: usize,
    /// What speaks against it, or leaves it open.
    pub found: Vec<Found>,
}

/// Something that speaks against a claim, or leaves it open.
#[derive(Clone, Debug)]
pub enum Found {
    /// There is nothing to speak of, or the claim cannot be put to this cluster.
    Nothing(Issue),
    /// A pair, and why it is as it is.
    Pair(Box<OwnedAccount>),
    /// A client's ways.
    Ways {
        /// What was asked.
        request: Request,
        /// The ways.
        answer: Answer,
    },
}

/// As [`PairAccount`], to keep.
#[derive(Clone, Debug)]
pub struct OwnedAccount {
    by: By,
    from: OwnedSide,
    to: OwnedSide,
    family: Option<Family>,
    is_apart: bool,
    connections: Connections,
    egress: Option<SideAccount>,
    ingress: Option<SideAccount>,
}

#[derive(Clone, Debug)]
enum OwnedSide {
    Peer(usize),
    Outside(bulkhead_model::AddressSet),
}

impl OwnedSide {
    fn of(side: Side<'_>) -> Self {
        match side {
            Side::Peer(place) => Self::Peer(place),
            Side::Outside(addresses) => Self::Outside(addresses.clone()),
        }
    }

    fn side(&self) -> Side<'_> {
        match self {
            Self::Peer(place) => Side::Peer(*place),
            Self::Outside(addresses) => Side::Outside(addresses),
        }
    }
}

impl OwnedAccount {
    fn of(account: &PairAccount<'_>, by: By) -> Self {
        Self {
            by,
            from: OwnedSide::of(account.from),
            to: OwnedSide::of(account.to),
            family: account.family,
            is_apart: account.is_apart,
            connections: account.connections.clone(),
            egress: account.egress.clone(),
            ingress: account.ingress.clone(),
        }
    }

    /// The account; its peers are those of [`Assertions::reachability_of`].
    pub fn account(&self) -> PairAccount<'_> {
        PairAccount {
            from: self.from.side(),
            to: self.to.side(),
            family: self.family,
            is_apart: self.is_apart,
            connections: self.connections.clone(),
            egress: self.egress.clone(),
            ingress: self.ingress.clone(),
        }
    }
}

/// Claims, and what became of each.
#[derive(Debug)]
pub struct Assertions<'a> {
    peers: Peers<'a>,
    /// In the order in which they were made.
    pub judged: Vec<Judged>,
}

/// How many pairs or ways are kept of those that speak against one claim.
const KEPT: usize = 5;

impl<'a> Assertions<'a> {
    /// Judges some claims.
    pub fn judge(network: &'a Network<'a>, assertions: Vec<Assertion>, watch: &'a dyn Watch) -> Self {
        let mut peers = Peers::new(network, watch);
        let judged = assertions.into_iter().map(|assertion| judge(assertion, network, &mut peers)).collect();
        Self { peers, judged }
    }

    /// The cluster.
    pub fn network(&self) -> &'a Network<'a> {
        self.peers.workloads.network()
    }

    /// Everybody in the cluster, as a pair counts them.
    pub fn reachability_of(&self, pair: &OwnedAccount) -> &Reachability<'a> {
        self.peers.pods.as_ref().filter(|_| pair.by == By::Pod).unwrap_or(&self.peers.workloads)
    }

    /// How many of them ended so.
    pub fn count(&self, held: Held) -> usize {
        self.judged.iter().filter(|judged| judged.held == held).count()
    }

    /// Whether all of them hold.
    pub fn all_hold(&self) -> bool {
        self.count(Held::Yes) == self.judged.len()
    }
}

/// Everybody in the cluster.
#[derive(Debug)]
struct Peers<'a> {
    network: &'a Network<'a>,
    watch: &'a dyn Watch,
    workloads: Reachability<'a>,
    /// Made where a claim is about nodes.
    pods: Option<Reachability<'a>>,
}

impl<'a> Peers<'a> {
    fn new(network: &'a Network<'a>, watch: &'a dyn Watch) -> Self {
        let workloads = Reachability::new(network, By::Workload, Narrowing::default(), watch);
        Self { network, watch, workloads, pods: None }
    }

    /// Asks about some pairs: by workload, unless it matters on which node a pod runs.
    fn ask(&mut self, narrowing: &Narrowing) -> &mut Reachability<'a> {
        self.workloads.ask(narrowing.clone());
        if !self.workloads.asks_about_hosts() {
            return &mut self.workloads;
        }
        let (network, watch) = (self.network, self.watch);
        let pods = self.pods.get_or_insert_with(|| Reachability::new(network, By::Pod, Narrowing::default(), watch));
        pods.ask(narrowing.clone());
        pods
    }
}

fn judge(assertion: Assertion, network: &Network<'_>, peers: &mut Peers<'_>) -> Judged {
    let mut tally = Tally::default();
    let outcome = match &assertion.to {
        Receiver::Peers { to, ports } => {
            let narrowing = Narrowing {
                from: assertion.from.clone(),
                to: to.clone(),
                ports: ports.clone(),
                ..Narrowing::default()
            };
            pairs::judge(assertion.expect, &narrowing, peers.ask(&narrowing), &mut tally)
        }
        Receiver::Doors { target, port, protocol, source } => {
            let asked = ways::Asked { target, port: port.as_ref(), protocol: *protocol, source: *source };
            ways::judge(assertion.expect, &assertion.from, &asked, network, &mut tally)
        }
    };
    match (outcome, assertion.empty) {
        (Ok(()), _) => {}
        (Err(_), Empty::Holds) => tally = Tally::default(),
        (Err(issue), Empty::Fails) => tally.add(Weighed::Against, || Found::Nothing(*issue)),
    }
    let held = match (tally.against, tally.open) {
        (0, 0) => Held::Yes,
        (0, _) => Held::Undetermined,
        _ => Held::No,
    };
    let against = if tally.against > 0 { tally.against } else { tally.open };
    let wanted = if tally.against > 0 { Weighed::Against } else { Weighed::Open };
    let found = tally.found.into_iter().filter(|(weighed, _)| *weighed == wanted).map(|(_, found)| found).collect();
    Judged { assertion, held, against, found }
}

/// What a pair or a way says about a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Weighed {
    For,
    Against,
    Open,
}

#[derive(Debug, Default)]
struct Tally {
    against: usize,
    open: usize,
    found: Vec<(Weighed, Found)>,
}

impl Tally {
    fn add(&mut self, weighed: Weighed, found: impl FnOnce() -> Found) {
        let count = match weighed {
            Weighed::For => return,
            Weighed::Against => &mut self.against,
            Weighed::Open => &mut self.open,
        };
        *count += 1;
        if *count <= KEPT {
            self.found.push((weighed, found()));
        }
    }
}

impl From<&PeerName> for Selects {
    fn from(name: &PeerName) -> Self {
        match name {
            PeerName::Workload { namespace, kind, name } => Self::Workload {
                kind: Some(kind.clone()),
                name: bulkhead_model::NamespacedName::new(namespace.clone(), name.clone()),
            },
            PeerName::Pod(name) => Self::Pod(name.clone()),
            PeerName::Node(name) => Self::Node(name.clone()),
        }
    }
}
