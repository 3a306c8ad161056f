//! Application Load Balancers of AWS, by the AWS Load Balancer Controller: outside of the cluster, to nodePorts or to pods.

mod gateways;

use std::collections::BTreeSet;

use bulkhead_model::object::{Container, Ingress, IngressClassParams, Pod, Service};
use bulkhead_model::{Name, Readable};
use bulkhead_snapshot::Snapshot;

pub(crate) use self::gateways::{AwsDefault, sends_to_pods as gateway_sends_to_pods};
use super::flag::{container_of, flag, items};
use super::habits::{Habits, Runs, Seen, Upstream, WithoutClass};
use super::{
    Aliases, Elsewhere, ForGateways, ForIngress, GatewaysBy, Member, Serves, Settings, TargetsBy, Watches,
    never_by_cluster_ip, nobody_further, watches_everything,
};
use crate::about::stated;
use crate::reason::{LOAD_BALANCER_TARGETS_UNKNOWN, Reason};

/// The member of the list.
pub(super) const MEMBER: Member = Member {
    name: "aws-alb",
    title: "AWS Application Load Balancer",
    habits: Habits {
        runs: stated(Runs::Outside, "aws-load-balancer-controller docs/how-it-works.md"),
        upstream: stated(
            Upstream::Targets,
            "aws-load-balancer-controller docs/guide/ingress/annotations.md, target-type: instance (the default) is the nodePort, ip is the pod",
        ),
        seen: stated(
            Seen::OutsideAddress,
            "docs.aws.amazon.com, Application Load Balancers: connections come from the private addresses of its interfaces; the client is in X-Forwarded-For",
        ),
        without_class: stated(
            WithoutClass::Ignored,
            "aws-load-balancer-controller docs/guide/ingress/ingress_class.md",
        ),
    },
    reads: &[
        "IngressClass spec.controller ingress.k8s.aws/alb",
        "Ingress and Service annotation alb.ingress.kubernetes.io/target-type",
        "IngressClassParams spec.namespaceSelector, spec.targetType of the IngressClass",
        "pods of the image aws-load-balancer-controller: flags --default-target-type, --watch-namespace, --ingress-class",
        "GatewayClass spec.controllerName gateway.k8s.aws/alb; TargetGroupConfiguration of the Service",
        "LoadBalancerConfiguration of the GatewayClass and of the Gateway: defaultTargetGroupConfiguration",
    ],
    example: &[
        crate::about::NODES,
        crate::about::SHOP,
        include_str!("example.yaml"),
        crate::about::KUBE_PROXY,
        crate::about::CALICO,
    ],
    ingress: Some(ForIngress::Elsewhere {
        controller: CLASS_CONTROLLER,
        classes: &["alb"],
        by: outside(TargetsBy::Aws),
        told,
    }),
    gateways: Some(ForGateways {
        controllers: &["gateway.k8s.aws/alb", "gateway.k8s.aws/nlb"],
        by: GatewaysBy::Elsewhere(gateways::of_gateway),
        watches: watches_everything,
        aliases: Aliases::Followed,
    }),
    by_cluster_ip: never_by_cluster_ip,
    further: nobody_further,
};

/// Outside; nothing is published about its addresses.
const fn outside(targets: TargetsBy) -> Elsewhere {
    Elsewhere::Outside { targets, addresses: &[] }
}

const CLASS_CONTROLLER: &str = "ingress.k8s.aws/alb";

const TARGET_TYPE: &str = "alb.ingress.kubernetes.io/target-type";

/// The values of it.
const INSTANCE: &str = "instance";
const IP: &str = "ip";

/// Every controller that is there, with its pod; none where it runs elsewhere.
fn controllers(snapshot: &Snapshot) -> impl Iterator<Item = (&Pod, &Container)> {
    let pods = snapshot.pods.rows().iter().filter(|pod| pod.is_active());
    pods.filter_map(|pod| Some((&**pod, container_of(pod, "aws-load-balancer-controller")?)))
}

/// Ingresses without a class are its own only where it is told that its class is empty (`pkg/config/ingress_config.go`); it watches
/// one namespace, or all.
fn told(snapshot: &Snapshot, usual: &Settings) -> Vec<Settings> {
    let of = |(pod, container): (&Pod, &Container)| Settings {
        without_class: flag(container, "ingress-class").is_some_and(|class| class.is_empty()),
        watches: Watches::namespaces(pod, &items(&flag(container, "watch-namespace"))),
        ..usual.clone()
    };
    let all: BTreeSet<Settings> = controllers(snapshot).map(of).collect();
    if all.is_empty() { vec![usual.clone()] } else { all.into_iter().collect() }
}

/// What the parameters of its class say of an Ingress' namespace (`pkg/ingress/class_loader.go`).
pub(super) fn admits(snapshot: &Snapshot, ingress: &Ingress) -> Serves {
    match parameters(snapshot, ingress) {
        Parameters::None => Serves::Yes,
        Parameters::Unknown => Serves::Unknown("IngressClassParams"),
        Parameters::Some(parameters) => {
            let selector = parameters.namespaces.clone();
            let watches = selector.map_or(Watches::Everything, |own| Watches::Labelled("IngressClassParams", own));
            watches.holds(snapshot, &ingress.name.namespace)
        }
    }
}

/// The parameters of an Ingress' class.
enum Parameters<'s> {
    None,
    Some(&'s IngressClassParams),
    /// They are not in the input, or nobody knows what they are.
    Unknown,
}

fn parameters<'s>(snapshot: &'s Snapshot, ingress: &Ingress) -> Parameters<'s> {
    let class = snapshot.ingress_classes.iter().find(|class| match &ingress.class {
        Some(name) => class.name == *name,
        None => class.is_default,
    });
    let named = class.filter(|class| class.controller == CLASS_CONTROLLER).and_then(|class| class.parameters.as_ref());
    let Some(named) = named else { return Parameters::None };
    let own = named.group == "elbv2.k8s.aws" && named.kind == "IngressClassParams";
    let found = snapshot.ingress_class_params.iter().find(|own| own.name == named.name).filter(|_| own);
    found.map_or(Parameters::Unknown, Parameters::Some)
}

/// Whether it sends to pods, and not to nodePorts, for a Service of an Ingress.
pub(crate) fn sends_to_pods(snapshot: &Snapshot, ingress: Option<&Ingress>, service: &Service) -> Result<bool, Reason> {
    // A Service's annotations come before the Ingress' (`pkg/ingress/model_build_target_group.go`).
    let of = |ingress: &'_ Ingress| ingress.annotations.get(TARGET_TYPE).cloned();
    let annotated = service.annotations.get(TARGET_TYPE).cloned().or_else(|| ingress.and_then(of));
    let of_class = match ingress.map_or(Parameters::None, |ingress| parameters(snapshot, ingress)) {
        Parameters::Some(IngressClassParams { target_type: Readable::Known(own), .. }) => own.clone(),
        Parameters::None => None,
        _ => return Err(targets_unknown("IngressClassParams")),
    };
    match (annotated, of_class) {
        // Which of them counts, no source that was read says.
        (Some(annotated), Some(of_class)) if annotated != of_class => Err(targets_unknown("IngressClassParams")),
        (annotated, of_class) => by_type(snapshot, annotated.or(of_class)),
    }
}

/// Whether a target type means pods; where nothing names one, the usual one.
fn by_type(snapshot: &Snapshot, told: Option<Name>) -> Result<bool, Reason> {
    let field = if told.is_some() { TARGET_TYPE } else { "--default-target-type" };
    match told.or_else(|| usual(snapshot)).as_deref() {
        Some(IP) => Ok(true),
        Some(INSTANCE) => Ok(false),
        _ => Err(targets_unknown(field)),
    }
}

/// Whether it sends to nodePorts or to pods, hangs on what the input does not say.
fn targets_unknown(field: &str) -> Reason {
    Reason::new(LOAD_BALANCER_TARGETS_UNKNOWN).with("implementation", MEMBER.title).with("field", field)
}

/// `--default-target-type`, in which all controllers have to agree; `instance` where it is missing.
fn usual(snapshot: &Snapshot) -> Option<Name> {
    let of = |(_, container): (&Pod, &Container)| flag(container, "default-target-type");
    let instance = || Name::new_static(INSTANCE);
    let all: BTreeSet<Name> = controllers(snapshot).map(|own| of(own).unwrap_or_else(instance)).collect();
    match all.len() {
        0 => Some(instance()),
        1 => all.into_iter().next(),
        _ => None,
    }
}
