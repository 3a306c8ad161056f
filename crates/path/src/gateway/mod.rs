//! Who serves an Ingress or a Gateway, and how it reaches the backends: one folder for each implementation, and the list of them.
//!
//! A gateway ends the client's connection and opens its own: the backend's policy sees the gateway, never the client.

mod admission;
mod aws_alb;
mod cilium;
mod contour;
mod envoy_gateway;
mod flag;
mod further;
mod gce;
mod habits;
mod haproxy;
mod haproxy_ingress;
mod ingress_nginx;
mod istio;
mod kong;
mod kubesphere;
mod labelled;
mod nginx_gateway_fabric;
mod nginx_inc;
mod selector;
mod served;
mod traefik;
mod watches;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Debug;

use bulkhead_model::object::{Gateway as GatewayObject, GatewayClass, Ingress, Pod, RouteKind, Service};
use bulkhead_model::{IpNet, Name, NamespacedName};
use bulkhead_policy::Identity;
use bulkhead_snapshot::{PodId, Snapshot};

pub(crate) use self::aws_alb::{
    AwsDefault, gateway_sends_to_pods as aws_gateway_sends_to_pods, sends_to_pods as aws_sends_to_pods,
};
pub(crate) use self::further::Further;
pub use self::habits::Habits;
pub(crate) use self::served::{Backend, Dialled, Ports, Refusal, Way, served};
pub(crate) use self::watches::{Chosen, Serves, Watches};
use crate::about::{About, Kind, from_outside};
use crate::request::{DoorKind, Request, Served, ServedKind, Target};
use crate::running::{Runs, pods_running};

/// The implementations. A pod belongs to the first that takes it for its own; the last takes what the Gateway API's own label shows.
pub const MEMBERS: &[&Member] = &[
    &kubesphere::MEMBER,
    &ingress_nginx::MEMBER,
    &nginx_inc::MEMBER,
    &traefik::MEMBER,
    &haproxy::MEMBER,
    &haproxy_ingress::MEMBER,
    &contour::MEMBER,
    &kong::MEMBER,
    &cilium::MEMBER,
    &aws_alb::MEMBER,
    &gce::MEMBER,
    &envoy_gateway::MEMBER,
    &istio::MEMBER,
    &nginx_gateway_fabric::MEMBER,
    &labelled::MEMBER,
];

/// A pod of a gateway on node2, behind a Service with a NodePort: what the members' examples have, unless they say otherwise.
const FRONT: &str = include_str!("front.yaml");

/// An implementation in the list.
#[derive(Debug)]
pub struct Member {
    /// The name in answers.
    pub name: &'static str,
    /// What it calls itself.
    pub title: &'static str,
    /// What is so.
    pub habits: Habits,
    /// The objects and fields in which its settings are found.
    pub reads: &'static [&'static str],
    /// A small cluster that shows it.
    pub example: &'static [&'static str],
    /// How it serves Ingresses.
    pub(crate) ingress: Option<ForIngress>,
    /// How it serves Gateways.
    pub(crate) gateways: Option<ForGateways>,
    /// Whether it sends requests for a Service to its clusterIP and not to its endpoints.
    pub(crate) by_cluster_ip: fn(Option<&Ingress>, &Service) -> bool,
    /// Whom it asks for an Ingress besides the backends of its rules.
    pub(crate) further: fn(&Snapshot, &Settings, &Ingress) -> Further,
}

/// How an implementation serves Ingresses.
#[derive(Debug)]
pub(crate) enum ForIngress {
    /// By pods with such a container that it recognises, with how each is set up.
    Pods { runs: Runs, recognise: fn(&Snapshot, &Pod) -> Option<Settings> },
    /// By something that is no pod, for a class: the controller of its `IngressClass`es, and the name that it has by default; `told`
    /// is how those who configure it are set up.
    Elsewhere {
        controller: &'static str,
        classes: &'static [&'static str],
        by: Elsewhere,
        told: fn(&Snapshot, &Settings) -> Vec<Settings>,
    },
}

/// How an implementation serves Gateways.
#[derive(Debug)]
pub(crate) struct ForGateways {
    /// `spec.controllerName` of its `GatewayClass`es; one that ends in `*` begins so.
    pub(crate) controllers: &'static [&'static str],
    pub(crate) by: GatewaysBy,
    /// Whose Gateways and routes a pod serves.
    pub(crate) watches: fn(&Snapshot, &Pod) -> Watches,
    /// What becomes of backends that are aliases.
    pub(crate) aliases: Aliases,
}

/// Who serves a Gateway.
#[derive(Debug)]
pub(crate) enum GatewaysBy {
    /// These pods.
    Pods(fn(&Snapshot, &GatewayObject) -> Vec<PodId>),
    /// Something that is no pod; or the reason why nobody knows what it does.
    Elsewhere(fn(&Snapshot, &GatewayClass, &GatewayObject) -> Result<Elsewhere, &'static str>),
}

/// Something that is no pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Elsewhere {
    /// A process of every node, which policies know by this identity.
    Nodes { identity: Identity },
    /// A load balancer outside; where its addresses lie, as far as they are published.
    Outside { targets: TargetsBy, addresses: &'static [&'static str] },
}

/// What something outside sends to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TargetsBy {
    /// To pods.
    Pods,
    /// As the AWS Load Balancer Controller is told of an Ingress.
    Aws,
    /// As it is told of a route; by default what its Gateway's parameters say.
    AwsGateway(AwsDefault),
    /// To nodePorts, or to pods where this annotation of the Service has this text in it.
    PodsIfServiceHas(&'static str, &'static str),
}

/// How a controller's pods are set up: equal pods of one namespace are one gateway.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Settings {
    /// `spec.controller` of the `IngressClass`es that it serves.
    pub(crate) controller_class: Name,
    /// The name of the class that it serves where no `IngressClass` is there.
    pub(crate) class: Name,
    /// Whether it serves Ingresses without a class.
    pub(crate) without_class: bool,
    /// Whose Ingresses it serves.
    pub(crate) watches: Watches,
    /// Which of theirs; `None` means all.
    pub(crate) chosen: Option<Chosen>,
    /// The Service that answers what no rule takes.
    pub(crate) default_backend: Option<NamespacedName>,
    /// What becomes of backends that are aliases.
    pub(crate) aliases: Aliases,
}

/// What becomes of a backend that is an `ExternalName` Service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Aliases {
    /// Requests go to what it is an alias of.
    #[default]
    Followed,
    /// It counts as missing.
    Refused,
    /// The one or the other, as a setting says that the input does not show.
    HangOn(&'static str),
}

/// Somebody who serves Ingresses or Gateways.
#[derive(Clone, Debug)]
pub(crate) struct Gateway {
    pub(crate) member: &'static Member,
    pub(crate) settings: Settings,
    pub(crate) runs: By,
}

/// Who ends connections.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum By {
    Pods(Vec<PodId>),
    Elsewhere(Elsewhere),
}

/// Everybody who serves Ingresses in a snapshot.
pub(crate) fn all(snapshot: &Snapshot) -> Vec<Gateway> {
    let by_pods = |member: &&'static Member| match &member.ingress {
        Some(ForIngress::Pods { runs, recognise }) => Some((*member, *runs, *recognise)),
        _ => None,
    };
    let by_pods: Vec<_> = MEMBERS.iter().filter_map(by_pods).collect();
    let questions: Vec<Runs> = by_pods.iter().map(|(_, runs, _)| *runs).collect();
    let running = pods_running(snapshot, &questions);
    let (mut taken, mut found) = (BTreeSet::new(), Vec::new());
    for ((member, _, recognise), pods) in by_pods.iter().zip(&running) {
        let mut alike: BTreeMap<(Name, Settings), Vec<PodId>> = BTreeMap::new();
        for id in pods.iter().filter(|id| !taken.contains(*id)) {
            let pod = &snapshot.pods[*id];
            if let Some(settings) = recognise(snapshot, pod) {
                alike.entry((pod.name.namespace.clone(), settings)).or_default().push(*id);
            }
        }
        taken.extend(alike.values().flatten().copied());
        let gateway = |((_, settings), pods)| Gateway { member, settings, runs: By::Pods(pods) };
        found.extend(alike.into_iter().map(gateway));
    }
    let by_pods = found.into_iter();
    by_pods.chain(MEMBERS.iter().copied().flat_map(|member| elsewhere(snapshot, member))).collect()
}

/// What a member that is no pod is set up as.
fn elsewhere(snapshot: &Snapshot, member: &'static Member) -> Vec<Gateway> {
    let Some(ForIngress::Elsewhere { controller, classes, by, told }) = &member.ingress else { return Vec::new() };
    let usual = Settings {
        controller_class: Name::new_static(controller),
        class: classes.first().map(|class| Name::new_static(class)).unwrap_or_default(),
        without_class: false,
        ..Settings::default()
    };
    let gateway = |settings| Gateway { member, settings, runs: By::Elsewhere(*by) };
    told(snapshot, &usual).into_iter().map(gateway).collect()
}

impl Member {
    /// What its page says.
    pub fn about(&'static self) -> About {
        let asks: fn() -> Vec<Request> = match self.ingress {
            Some(_) => || vec![through(ServedKind::Ingress)],
            None => || vec![through(ServedKind::Route(RouteKind::Http))],
        };
        About {
            kind: Kind::Gateway,
            name: self.name,
            title: self.title,
            statements: self.habits.statements(),
            reads: self.reads,
            engines: &[],
            example: self.example,
            asks,
        }
    }

    /// Whether a `GatewayClass` of that controller is its own.
    pub(crate) fn controls(&self, controller: &str) -> bool {
        let controllers = self.gateways.as_ref().map_or(&[][..], |gateways| gateways.controllers);
        controllers.iter().any(|own| match own.strip_suffix('*') {
            Some(front) => controller.starts_with(front),
            None => *own == controller,
        })
    }
}

/// A client outside calls the project `shop` through a gateway.
fn through(kind: ServedKind) -> Request {
    let object = Served { kind, name: NamespacedName::new("shop", "web") };
    let to = match kind {
        ServedKind::Ingress => Target::Ingress { name: object.name, door: None },
        ServedKind::Gateway | ServedKind::Route(_) => Target::Gateway { object, door: None },
    };
    Request { to, ..from_outside("web", DoorKind::NodePort) }
}

/// As it is by default, always.
pub(crate) fn as_usual(_: &Snapshot, usual: &Settings) -> Vec<Settings> {
    vec![usual.clone()]
}

/// Nobody, always.
pub(crate) fn nobody_further(_: &Snapshot, _: &Settings, _: &Ingress) -> Further {
    Further::default()
}

/// Everybody's, always.
pub(crate) fn watches_everything(_: &Snapshot, _: &Pod) -> Watches {
    Watches::Everything
}

/// Endpoints, always.
pub(crate) fn never_by_cluster_ip(_: Option<&Ingress>, _: &Service) -> bool {
    false
}

/// Blocks that somebody publishes.
pub(crate) fn published(blocks: &[&str]) -> Vec<IpNet> {
    blocks.iter().filter_map(|block| block.parse().ok()).collect()
}

/// All blocks that any implementation publishes.
pub(crate) fn published_blocks() -> Vec<IpNet> {
    let of = |member: &&Member| match &member.ingress {
        Some(ForIngress::Elsewhere { by: Elsewhere::Outside { addresses, .. }, .. }) => published(addresses),
        _ => Vec::new(),
    };
    MEMBERS.iter().flat_map(of).collect()
}

impl Gateway {
    /// Whether it serves an Ingress.
    pub(crate) fn serves(&self, snapshot: &Snapshot, ingress: &Ingress) -> Serves {
        let class = Serves::from_bool(self.serves_class(snapshot, ingress.class.as_ref()));
        let chosen = self.settings.chosen.as_ref().map_or(Serves::Yes, |chosen| chosen.holds(&ingress.labels));
        let admits = match &self.runs {
            By::Elsewhere(Elsewhere::Outside { targets: TargetsBy::Aws, .. }) => aws_alb::admits(snapshot, ingress),
            _ => Serves::Yes,
        };
        class.and(self.settings.watches.holds(snapshot, &ingress.name.namespace)).and(chosen).and(admits)
    }

    /// Whom it asks for an Ingress besides the backends of its rules.
    pub(crate) fn further(&self, snapshot: &Snapshot, ingress: &Ingress) -> Further {
        (self.member.further)(snapshot, &self.settings, ingress)
    }

    fn serves_class(&self, snapshot: &Snapshot, class: Option<&Name>) -> bool {
        let mut classes = snapshot.ingress_classes.iter();
        match class {
            Some(name) => match classes.find(|class| class.name == *name) {
                Some(class) => class.controller == self.settings.controller_class,
                None => *name == self.settings.class || self.has_class(name),
            },
            // The API server fills the default class in when an Ingress is made.
            None => {
                self.settings.without_class
                    || classes.any(|class| class.is_default && class.controller == self.settings.controller_class)
            }
        }
    }

    fn has_class(&self, name: &str) -> bool {
        match &self.member.ingress {
            Some(ForIngress::Elsewhere { classes, .. }) => classes.contains(&name),
            _ => false,
        }
    }
}

/// The pods that a Gateway API implementation labels with its Gateway's name (GEP-1762), in the Gateway's namespace.
pub(crate) fn pods_with_gateway_label(snapshot: &Snapshot, gateway: &GatewayObject) -> Vec<PodId> {
    pods(snapshot, |pod| {
        pod.name.namespace == gateway.name.namespace
            && pod.labels.get("gateway.networking.k8s.io/gateway-name") == Some(&gateway.name.name)
    })
}

/// The active pods for which something holds.
pub(crate) fn pods(snapshot: &Snapshot, is_own: impl Fn(&Pod) -> bool) -> Vec<PodId> {
    snapshot.pods.iter().filter(|(_, pod)| pod.is_active() && is_own(pod)).map(|(id, _)| id).collect()
}

/// The pods that an implementation of Ingresses recognises: it serves Gateways by the same ones.
pub(crate) fn recognised(snapshot: &Snapshot, recognise: fn(&Snapshot, &Pod) -> Option<Settings>) -> Vec<PodId> {
    pods(snapshot, |pod| recognise(snapshot, pod).is_some())
}
