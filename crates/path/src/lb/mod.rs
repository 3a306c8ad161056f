//! How packets for a load balancer's address come to the cluster: one folder for each implementation, and the list of them.
//!
//! A member says what in the input shows that an address is its own (`claim`), how it is set up, and which habits it has
//! (`habits`): by which nodes packets come in, where they are sent to, and whom they come from. The habits are data with
//! sources; what follows from them is worked out here for all members alike.

mod aliyun;
mod aws;
mod aws_elb;
mod aws_nlb;
mod azure;
mod cilium;
mod claim;
mod delivery;
mod gcp;
mod habits;
mod huawei;
mod kube_vip;
mod metallb;
mod nodes;
mod not_modelled;
mod openelb;
mod proxy;
mod qingcloud;
mod service_lb;
mod tencent;
mod vip;

use std::net::IpAddr;
use std::sync::Arc;

use bulkhead_model::object::{LoadBalancerIngress, Pod, Service, ServicePort};
use bulkhead_snapshot::{Evidence, NodeId, PodId, ServiceId, Snapshot};

use self::claim::{Claim, Strength};
pub(crate) use self::delivery::{Held, Targets, doors, doors_at, entry, held_at, node_targets, to_targets};
pub use self::habits::Habits;
pub(crate) use self::nodes::{NodeLists, Running, families_of};
use crate::about::{About, Kind, Statement};
use crate::network::Network;
use crate::reason::{LOAD_BALANCER_CONTESTED, LOAD_BALANCER_NOT_MODELLED, LOAD_BALANCER_UNKNOWN, Reason};
use crate::running::{Runs, pods_running};

/// The implementations. The last two take what nobody else claims.
pub const MEMBERS: &[&Member] = &[
    &openelb::MEMBER,
    &metallb::MEMBER,
    &kube_vip::MEMBER,
    &cilium::MEMBER,
    &service_lb::MEMBER,
    &aws_nlb::MEMBER,
    &aws_elb::MEMBER,
    &gcp::MEMBER,
    &azure::MEMBER,
    &aliyun::MEMBER,
    &tencent::MEMBER,
    &huawei::MEMBER,
    &qingcloud::MEMBER,
    &proxy::MEMBER,
    &vip::MEMBER,
];

/// A pod of a project, and a policy that lets one client in: what the members' examples have a Service for.
const SHOP: &str = include_str!("shop.yaml");

/// An implementation in the list.
#[derive(Debug)]
pub struct Member {
    /// The name on the command line and in answers.
    pub name: &'static str,
    /// What it calls itself.
    pub title: &'static str,
    /// The ways in which it can be set up. The first is what its name alone means.
    pub variants: &'static [Variant],
    /// The objects and fields in which its settings are found.
    pub reads: &'static [&'static str],
    /// A small cluster that shows it.
    pub example: &'static [&'static str],
    /// What containers of its pods run, where it has any.
    pub(crate) runs: Option<Runs>,
    pub(crate) claim: fn(&Asked<'_>) -> Option<Claim>,
    /// How it is set up for an address; an error says what is missing.
    pub(crate) read: fn(&Asked<'_>) -> Result<Setup, Reason>,
}

/// A load balancer, as the user names it.
pub type LoadBalancerKind = &'static Member;

/// One way in which a load balancer can be set up.
#[derive(Debug)]
pub struct Variant {
    /// A stable word, as `layer2`; empty where there is just one way.
    pub name: &'static str,
    /// What is so then.
    pub habits: Habits,
}

/// How a load balancer is set up for one address.
#[derive(Clone, Debug)]
pub(crate) struct Setup {
    pub(crate) variant: &'static Variant,
    /// The nodes by which packets may come in, the traffic policy aside.
    pub(crate) nodes: Arc<[NodeId]>,
    /// The nodes that count as having an endpoint, where that is not those of the Service alone.
    pub(crate) with_endpoint: Option<Vec<NodeId>>,
    /// What is taken to be as it usually is.
    pub(crate) assumptions: Vec<Reason>,
}

/// An address, or a name, of a Service's load balancer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked<'a> {
    pub(crate) network: &'a Network<'a>,
    pub(crate) id: ServiceId,
    pub(crate) service: &'a Service,
    pub(crate) ingress: &'a LoadBalancerIngress,
    /// The Service's port that is dialled; `None` where the address alone is meant.
    pub(crate) port: Option<&'a ServicePort>,
}

impl Member {
    /// The implementation of that name.
    pub fn named(name: &str) -> Option<LoadBalancerKind> {
        MEMBERS.iter().copied().find(|member| member.name == name)
    }

    /// What its page says. Where a variant differs from the first one, the line has the variant's name.
    pub fn about(&'static self) -> About {
        let mut statements: Vec<Statement> = Vec::new();
        for (index, variant) in self.variants.iter().enumerate() {
            for statement in variant.habits.statements() {
                let known = statements.iter().any(|have| Statement { variant: None, ..*have } == statement);
                let variant = (index > 0 || self.variants.len() > 1).then_some(variant.name);
                statements
                    .extend((!known).then_some(Statement { variant: variant.filter(|_| index > 0), ..statement }));
            }
        }
        About {
            kind: Kind::LoadBalancer,
            name: self.name,
            title: self.title,
            statements,
            reads: self.reads,
            engines: &[],
            example: self.example,
            asks: || vec![crate::about::from_outside("web", crate::request::DoorKind::LoadBalancer)],
        }
    }
}

impl PartialEq for Member {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Member {}

impl Setup {
    pub(crate) fn new(variant: &'static Variant, nodes: Arc<[NodeId]>) -> Self {
        Self { variant, nodes, with_endpoint: None, assumptions: Vec::new() }
    }

    pub(crate) fn assuming(mut self, assumption: Option<Reason>) -> Self {
        self.assumptions.extend(assumption);
        self
    }
}

/// Whether a pod is of an implementation of load balancers.
pub(crate) fn is_balancer(pod: &Pod) -> bool {
    MEMBERS.iter().filter_map(|member| member.runs).any(|runs| pod.containers.iter().any(runs))
}

/// Whether a pod is no end of connections: it sends them on to a load balancer's Service.
pub(crate) fn sends_on(pod: &Pod) -> bool {
    service_lb::is_svclb(pod)
}

/// The pods of each implementation, in the order of the list.
pub(crate) fn running(snapshot: &Snapshot) -> Vec<Running> {
    let questions: Vec<Runs> = MEMBERS.iter().map(|member| member.runs.unwrap_or(|_| false)).collect();
    pods_running(snapshot, &questions).into_iter().map(|pods| Running::of(snapshot, pods)).collect()
}

impl Asked<'_> {
    fn running(&self, name: &str) -> Option<&Running> {
        let index = MEMBERS.iter().position(|member| member.name == name)?;
        self.network.balancers_running().get(index)
    }

    /// The active pods of an implementation.
    fn pods_of(&self, name: &str) -> &[PodId] {
        self.running(name).map_or(&[], |running| running.pods.as_slice())
    }
}

/// Whose an address is, with what shows it: what the user names, else the one that claims it best. Claims of the same weight
/// contradict each other where the Service or its address is meant; elsewhere nobody's are believed.
fn member_of(asked: &Asked<'_>) -> Result<(LoadBalancerKind, Option<Evidence>), Reason> {
    if let Some(member) = asked.network.load_balancer_override() {
        return Ok((member, Some(Evidence::Override { option: "--load-balancer" })));
    }
    let claims = MEMBERS.iter().filter_map(|member| Some((*member, (member.claim)(asked)?)));
    let mut claims: Vec<(LoadBalancerKind, Claim)> = claims.collect();
    if asked.service.load_balancer_class.is_some() {
        // Who is not named keeps away (`spec.loadBalancerClass`).
        claims.retain(|(_, claim)| matches!(claim.strength, Strength::Named | Strength::Fallback));
    }
    let strongest = claims.iter().map(|(_, claim)| claim.strength).max();
    let best: Vec<&(LoadBalancerKind, Claim)> =
        claims.iter().filter(|(_, claim)| Some(claim.strength) == strongest).collect();
    match (best.as_slice(), strongest) {
        ([(member, claim)], _) => Ok((member, claim.evidence.clone())),
        ([_, _, ..], Some(Strength::Pool | Strength::Named)) => {
            let names: Vec<&str> = best.iter().map(|(member, _)| member.name).collect();
            let reason = Reason::missing(LOAD_BALANCER_CONTESTED, "--load-balancer");
            Err(reason.with("implementations", names.join(", ")))
        }
        _ => {
            let fallback = claims.iter().find(|(_, claim)| claim.strength == Strength::Fallback);
            fallback.map(|(member, _)| (*member, None)).ok_or_else(|| unknown(asked))
        }
    }
}

/// Why nobody can tell whose an address is.
fn unknown(asked: &Asked<'_>) -> Reason {
    match not_modelled::shown(asked) {
        Some(by) => Reason::missing(LOAD_BALANCER_NOT_MODELLED, "--load-balancer").with("by", claim::text(&by)),
        None => Reason::missing(LOAD_BALANCER_UNKNOWN, "--load-balancer").with("service", &asked.service.name),
    }
}

/// An address of a load balancer with the implementation that it is taken to be of, and what shows that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recognised {
    /// The address; `None` of a load balancer that has only a name.
    pub address: Option<IpAddr>,
    /// The implementation, or why nobody can tell.
    pub implementation: Result<&'static str, Reason>,
    /// What shows it; `None` where nothing does, and it is what any load balancer is.
    pub evidence: Option<Evidence>,
}

impl Network<'_> {
    /// Which implementation each address of a Service's load balancer is taken to be of.
    pub fn load_balancers(&self, service: ServiceId) -> Vec<Recognised> {
        let row = &self.snapshot().services[service];
        let recognised = |ingress: &LoadBalancerIngress| {
            let (implementation, evidence) =
                match member_of(&Asked { network: self, id: service, service: row, ingress, port: None }) {
                    Ok((member, evidence)) => (Ok(member.name), evidence),
                    Err(reason) => (Err(reason), None),
                };
            Recognised { address: ingress.address, implementation, evidence }
        };
        row.load_balancer_ingress.iter().map(recognised).collect()
    }
}
