//! What a member of a list is built on: the facts that its code uses, each with its source. Its page of documentation is made
//! of the same data, so that neither can say what the other does not.
//!
//! A point or value that no member had before needs its words in `report` (a test finds it).

mod facts;

use bulkhead_snapshot::{Input, Snapshot, read};

pub(crate) use self::facts::{facts, values};

use crate::request::{DoorKind, Origin, Request, Target};

/// How far a fact can be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Proof {
    /// Packets were sent, and it was seen.
    Measured,
    /// It stands in the project's source or documentation.
    Read,
    /// It follows from other facts, and nobody has seen it.
    Derived,
    /// Nothing settles it.
    Open,
}

impl Proof {
    /// All of them, the best first.
    pub const ALL: [Self; 4] = [Self::Measured, Self::Read, Self::Derived, Self::Open];

    /// A stable word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Measured => "measured",
            Self::Read => "read",
            Self::Derived => "derived",
            Self::Open => "open",
        }
    }
}

/// A fact, where it is known from, and how well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known<T> {
    /// The fact.
    pub value: T,
    /// The project's source file, its documentation, or what was measured.
    pub source: &'static str,
    /// How far it can be relied on.
    pub proof: Proof,
}

/// A fact that packets showed.
pub const fn measured<T>(value: T, source: &'static str) -> Known<T> {
    Known { value, source, proof: Proof::Measured }
}

/// A fact from a project's source or documentation.
pub const fn stated<T>(value: T, source: &'static str) -> Known<T> {
    Known { value, source, proof: Proof::Read }
}

/// A fact that follows from others.
pub const fn derived<T>(value: T, source: &'static str) -> Known<T> {
    Known { value, source, proof: Proof::Derived }
}

/// Something that nothing settles; `source` says what was looked at.
pub const fn open<T>(value: T, source: &'static str) -> Known<T> {
    Known { value, source, proof: Proof::Open }
}

/// A value that has a stable word, whose sentence is `about.value.WORD` in `report`.
pub trait Word: Copy {
    /// The word.
    fn word(self) -> &'static str;
}

impl<T: Word> Known<T> {
    /// The fact as a line of a page; the point's sentence is `about.point.POINT` in `report`.
    pub fn under(self, point: &'static str) -> Statement {
        Statement { point, value: self.value.word(), source: self.source, proof: self.proof, variant: None }
    }
}

/// One line of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Statement {
    /// What it is about.
    pub point: &'static str,
    /// What is so.
    pub value: &'static str,
    /// Where it is known from.
    pub source: &'static str,
    /// How far it can be relied on.
    pub proof: Proof,
    /// Where a member can be set up in several ways: the one for which this is so, and not for the others.
    pub variant: Option<&'static str>,
}

/// Which list a member is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Who translates Services.
    Proxy,
    /// Who connects pods.
    Cni,
    /// Who brings a load balancer's address to nodes.
    LoadBalancer,
    /// Who serves Ingresses and routes.
    Gateway,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Proxy, Self::Cni, Self::LoadBalancer, Self::Gateway];

    /// A stable word: the first part of a page's name, and the folder that members are in.
    pub fn name(self) -> &'static str {
        match self {
            Self::Proxy => "proxy",
            Self::Cni => "cni",
            Self::LoadBalancer => "lb",
            Self::Gateway => "gateway",
        }
    }
}

/// Everything that a member's page says.
#[derive(Clone, Debug)]
pub struct About {
    /// Which list it is in.
    pub kind: Kind,
    /// Its name there.
    pub name: &'static str,
    /// What it calls itself.
    pub title: &'static str,
    /// What its code is built on.
    pub statements: Vec<Statement>,
    /// The objects and fields in which its settings are found.
    pub reads: &'static [&'static str],
    /// The policy engines that usually go with it, by the names of their profiles.
    pub engines: &'static [&'static str],
    /// A small cluster that shows it, as YAML texts. Without any, no path is drawn.
    pub example: &'static [&'static str],
    /// What is asked of the example.
    pub asks: fn() -> Vec<Request>,
}

/// Three nodes with a podCIDR each, and nothing that shows a CNI.
pub const NODES: &str = include_str!("nodes.yaml");

/// A project with a pod on node1, behind two Services with NodePorts: `web`, and `web-local` with externalTrafficPolicy Local.
pub const SHOP: &str = include_str!("shop.yaml");

/// kube-proxy in iptables mode, as kubeadm sets it up.
pub const KUBE_PROXY: &str = include_str!("kube_proxy.yaml");

/// Calico without an overlay.
pub const CALICO: &str = include_str!("calico.yaml");

/// A client outside calls both Services of [`SHOP`] by their NodePorts.
pub fn node_ports() -> Vec<Request> {
    ["web", "web-local"].map(|name| from_outside(name, DoorKind::NodePort)).to_vec()
}

/// A client outside calls a Service of the project `shop` by one kind of door.
pub fn from_outside(service: &str, door: DoorKind) -> Request {
    let client = std::net::IpAddr::from([203, 0, 113, 7]);
    Request {
        from: Origin::Address(client),
        to: Target::Service { name: bulkhead_model::NamespacedName::new("shop", service), door: Some(door) },
        port: None,
        protocol: bulkhead_model::Protocol::Tcp,
        entry_node: None,
    }
}

impl About {
    /// How many of its facts are known how well.
    pub fn known(&self, proof: Proof) -> usize {
        self.statements.iter().filter(|statement| statement.proof == proof).count()
    }

    /// `cni/calico`
    pub fn path(&self) -> String {
        format!("{}/{}", self.kind.name(), self.name)
    }

    /// The example as it is read.
    pub fn cluster(&self) -> Snapshot {
        let inputs: Vec<Input<'_>> =
            self.example.iter().map(|text| Input { name: "cluster.yaml", text: text.as_bytes() }).collect();
        Snapshot::new(read(&inputs))
    }
}

/// Every member of every list that describes itself, list by list.
pub fn all() -> Vec<About> {
    // A member without settings of its own has nothing to say.
    let proxies = crate::proxy::MEMBERS.iter().filter(|member| !member.reads.is_empty()).map(|member| member.about());
    let cnis = crate::cni::MEMBERS.iter().map(|member| member.about());
    let load_balancers = crate::lb::MEMBERS.iter().map(|member| member.about());
    let gateways = crate::gateway::MEMBERS.iter().map(|member| member.about());
    proxies.chain(cnis).chain(load_balancers).chain(gateways).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_example_is_read_without_a_fault_and_shows_its_member() {
        for about in all().iter().filter(|about| !about.example.is_empty()) {
            let snapshot = about.cluster();
            let path = about.path();
            let serious: Vec<_> =
                snapshot.issues.iter().filter(|issue| issue.severity != bulkhead_model::Severity::Note).collect();
            assert!(serious.is_empty(), "{path}: {serious:?}");
            let network = crate::Network::new(&snapshot, &crate::Overrides::default());
            let shown = match about.kind {
                Kind::Cni => network.cni().value().map(|member| member.name) == Some(about.name),
                Kind::Proxy => network.kube_proxy().mode.value().is_some_and(|mode| {
                    let member = crate::proxy::MEMBERS.iter().find(|member| member.name == about.name);
                    member.is_some_and(|member| member.modes.contains(mode))
                }),
                Kind::LoadBalancer => {
                    let web = snapshot.service(&bulkhead_model::NamespacedName::new("shop", "web")).unwrap();
                    network.load_balancers(web).iter().all(|found| found.implementation == Ok(about.name))
                }
                Kind::Gateway => (about.asks)().iter().all(|ask| serves(&network, ask) == [about.name]),
            };
            assert!(shown, "{path} is not seen in its own example");
            assert!((about.asks)().iter().all(|ask| !crate::trace(&network, ask).routes.is_empty()), "{path}");
        }
    }

    /// Who serves what a request is for.
    fn serves(network: &crate::Network<'_>, ask: &Request) -> Vec<&'static str> {
        let Some(object) = ask.to.served() else { return Vec::new() };
        let (ways, _) = crate::gateway::served(network, &object).unwrap_or_default();
        ways.iter().map(|way| way.gateway.member.name).collect()
    }

    #[test]
    fn every_statement_has_a_source() {
        let all = all();
        assert!(all.iter().all(|about| !about.statements.is_empty() && !about.reads.is_empty()));
        assert!(all.iter().flat_map(|about| &about.statements).all(|statement| !statement.source.is_empty()));
    }
}
