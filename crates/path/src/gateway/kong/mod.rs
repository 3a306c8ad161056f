//! Kong: its Ingress Controller configures; the proxy is a container beside it, or pods of their own.

use bulkhead_model::Name;
use bulkhead_model::object::{Container, Ingress, Pod, Service};
use bulkhead_snapshot::Snapshot;

use super::flag::{beside, container_of, flag, flags, is_image, items, variable};
use super::habits::{Habits, Runs, Seen, Upstream, WithoutClass};
use super::{Aliases, ForGateways, ForIngress, GatewaysBy, Member, Settings, Watches, nobody_further, recognised};
use crate::about::{derived, stated};

/// The member of the list.
pub(super) const MEMBER: Member = Member {
    name: "kong",
    title: "Kong",
    habits: Habits {
        runs: stated(Runs::SharedPods, "docs.konghq.com, Kubernetes Ingress Controller, deployment topologies"),
        upstream: stated(
            Upstream::EndpointsUnlessAsked,
            "docs.konghq.com, annotation ingress.kubernetes.io/service-upstream",
        ),
        seen: derived(Seen::Pod, "the proxy opens the connection"),
        without_class: stated(
            WithoutClass::Ignored,
            "docs.konghq.com, Kubernetes Ingress Controller, ingress class matching",
        ),
    },
    reads: &[
        "pods with a container proxy of the images kong, kong/kong-gateway",
        "CONTROLLER_INGRESS_CLASS, --ingress-class, CONTROLLER_WATCH_NAMESPACE, --watch-namespace of the image kong/kubernetes-ingress-controller in the same namespace",
        "Service annotation ingress.kubernetes.io/service-upstream",
        "GatewayClass spec.controllerName konghq.com/kic-gateway-controller",
    ],
    example: &[
        crate::about::NODES,
        crate::about::SHOP,
        super::FRONT,
        include_str!("example.yaml"),
        crate::about::KUBE_PROXY,
        crate::about::CALICO,
    ],
    ingress: Some(ForIngress::Pods { runs: is_proxy, recognise }),
    gateways: Some(ForGateways {
        controllers: &["konghq.com/kic-gateway-controller"],
        by: GatewaysBy::Pods(|snapshot, _| recognised(snapshot, recognise)),
        watches,
        aliases: Aliases::Followed,
    }),
    by_cluster_ip,
    further: nobody_further,
};

const CONTROLLER: &str = "kong/kubernetes-ingress-controller";

fn is_proxy(container: &Container) -> bool {
    is_image(container, "kong") || is_image(container, "kong/kong-gateway")
}

fn recognise(snapshot: &Snapshot, pod: &Pod) -> Option<Settings> {
    pod.containers.iter().find(|container| is_proxy(container))?;
    let class = controller(snapshot, pod)
        .and_then(|own| flag(own, "ingress-class").or_else(|| variable(own, "CONTROLLER_INGRESS_CLASS")));
    Some(Settings {
        controller_class: Name::from("ingress-controllers.konghq.com/kong"),
        class: class.unwrap_or_else(|| Name::from("kong")),
        without_class: false,
        watches: watches(snapshot, pod),
        ..Settings::default()
    })
}

/// The container that configures the proxy of a pod.
fn controller<'s>(snapshot: &'s Snapshot, pod: &'s Pod) -> Option<&'s Container> {
    container_of(pod, CONTROLLER).or_else(|| beside(snapshot, &pod.name.namespace, |own| is_image(own, CONTROLLER)))
}

/// A list, by the flag or else by the variable of its name; the namespace of the Service that stands for the proxy is watched, too
/// (`internal/manager`, `setupControllerOptions`).
fn watches(snapshot: &Snapshot, pod: &Pod) -> Watches {
    let Some(own) = controller(snapshot, pod) else { return Watches::Everything };
    let of = |name: &str, variable_name: &str| match flags(own, name) {
        none if none.is_empty() => variable(own, variable_name).into_iter().collect(),
        values => values,
    };
    let mut only = items(&of("watch-namespace", "CONTROLLER_WATCH_NAMESPACE"));
    if !only.is_empty() {
        let published = of("publish-service", "CONTROLLER_PUBLISH_SERVICE");
        only.extend(
            published.iter().filter_map(|name| name.split_once('/')).map(|(namespace, _)| Name::from(namespace)),
        );
    }
    Watches::namespaces(pod, &only)
}

fn by_cluster_ip(_: Option<&Ingress>, service: &Service) -> bool {
    service.annotations.get("ingress.kubernetes.io/service-upstream").is_some_and(|value| value == "true")
}
