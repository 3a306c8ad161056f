//! Traefik, for Ingresses and Gateways.

use bulkhead_model::Name;
use bulkhead_model::object::{Container, Ingress, Pod, Service};
use bulkhead_snapshot::Snapshot;

use super::flag::{container_of, flag, is_image, variable};
use super::habits::{Habits, Runs, Seen, Upstream, WithoutClass};
use super::{ForGateways, ForIngress, GatewaysBy, Member, Settings, Watches, recognised};
use crate::about::{derived, stated};

/// The member of the list.
pub(super) const MEMBER: Member = Member {
    name: "traefik",
    title: "Traefik",
    habits: Habits {
        runs: stated(Runs::SharedPods, "doc.traefik.io, installation: its pods serve everything"),
        upstream: stated(
            Upstream::EndpointsUnlessAsked,
            "doc.traefik.io, Kubernetes Ingress: endpoints; nativeLB sends to the clusterIP",
        ),
        seen: derived(Seen::Pod, "Traefik opens the connection"),
        without_class: stated(
            WithoutClass::Served,
            "doc.traefik.io, providers.kubernetesIngress.ingressClass: unset, Ingresses without a class are processed, too",
        ),
    },
    reads: &[
        "pods of the image traefik",
        "flags --providers.kubernetesingress.ingressclass, --providers.kubernetesingress.namespaces",
        "Service annotation traefik.ingress.kubernetes.io/service.nativelb",
        "GatewayClass spec.controllerName traefik.io/gateway-controller",
    ],
    example: &[
        crate::about::NODES,
        crate::about::SHOP,
        super::FRONT,
        include_str!("example.yaml"),
        crate::about::KUBE_PROXY,
        crate::about::CALICO,
    ],
    ingress: Some(ForIngress::Pods { runs: |container| is_image(container, "traefik"), recognise }),
    gateways: Some(ForGateways {
        controllers: &["traefik.io/gateway-controller"],
        by: GatewaysBy::Pods(|snapshot, _| recognised(snapshot, recognise)),
    }),
    by_cluster_ip,
};

fn recognise(_: &Snapshot, pod: &Pod) -> Option<Settings> {
    let container = container_of(pod, "traefik")?;
    let class = setting(container, "providers.kubernetesingress.ingressclass");
    let namespaces = setting(container, "providers.kubernetesingress.namespaces");
    Some(Settings {
        controller_class: Name::from("traefik.io/ingress-controller"),
        without_class: class.is_none(),
        class: class.unwrap_or_else(|| Name::from("traefik")),
        watches: namespaces.map_or(Watches::Everything, |names| {
            Watches::Namespaces(names.split(',').map(|name| Name::from(name.trim())).collect())
        }),
    })
}

/// A flag, or the variable of the same name.
fn setting(container: &Container, name: &str) -> Option<Name> {
    let named = format!("TRAEFIK_{}", name.replace('.', "_").to_ascii_uppercase());
    flag(container, name).or_else(|| variable(container, &named)).filter(|value| !value.is_empty())
}

fn by_cluster_ip(_: Option<&Ingress>, service: &Service) -> bool {
    let value = service.annotations.get("traefik.ingress.kubernetes.io/service.nativelb");
    value.is_some_and(|value| value == "true")
}
