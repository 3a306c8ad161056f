//! Traefik, for Ingresses and Gateways.

mod settings;

use bulkhead_model::Name;
use bulkhead_model::object::{Container, Ingress, Pod, Service};
use bulkhead_snapshot::Snapshot;

use self::settings::Provider;
use super::flag::{container_of, is_image};
use super::habits::{Habits, Runs, Seen, Upstream, WithoutClass};
use super::{
    Aliases, Chosen, ForGateways, ForIngress, GatewaysBy, Member, Settings, Watches, nobody_further, recognised,
};
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
        "flags, or else variables, --providers.kubernetesingress, --providers.kubernetesgateway and their ingressclass, namespaces, labelselector, allowexternalnameservices",
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
        watches: of_gateways,
        aliases: Aliases::Refused,
    }),
    by_cluster_ip,
    further: nobody_further,
};

fn recognise(_: &Snapshot, pod: &Pod) -> Option<Settings> {
    let container = container_of(pod, "traefik")?;
    let class = settings::text(container, "providers.kubernetesingress.ingressclass");
    let selector = settings::text(container, "providers.kubernetesingress.labelselector");
    // Off unless it is told to (`pkg/provider/kubernetes/ingress/kubernetes.go`); Gateway API's provider never takes them.
    let external_names = settings::text(container, "providers.kubernetesingress.allowexternalnameservices");
    let external_names = external_names.is_some_and(|value| value == "true");
    Some(Settings {
        controller_class: Name::from("traefik.io/ingress-controller"),
        without_class: class.is_none(),
        class: class.unwrap_or_else(|| Name::from("traefik")),
        watches: watches(pod, container, "kubernetesingress", "--providers.kubernetesingress"),
        chosen: Chosen::of("--providers.kubernetesingress.labelselector", selector),
        aliases: if external_names { Aliases::Followed } else { Aliases::Refused },
        ..Settings::default()
    })
}

/// Whose objects it serves by one of its providers; `setting` names that in answers.
fn watches(pod: &Pod, container: &Container, provider: &str, setting: &'static str) -> Watches {
    match settings::provider(container, provider) {
        Provider::Off => Watches::Nothing,
        Provider::Unknown => Watches::Unknown(setting),
        Provider::On => {
            Watches::namespaces(pod, &settings::list(container, &format!("providers.{provider}.namespaces")))
        }
    }
}

/// Whose Gateways and routes. Labels of `GatewayClass`es are not read.
fn of_gateways(_: &Snapshot, pod: &Pod) -> Watches {
    const SELECTOR: &str = "--providers.kubernetesgateway.labelselector";
    let Some(container) = container_of(pod, "traefik") else { return Watches::Nothing };
    match watches(pod, container, "kubernetesgateway", "--providers.kubernetesgateway") {
        Watches::Nothing => Watches::Nothing,
        _ if settings::text(container, "providers.kubernetesgateway.labelselector").is_some() => {
            Watches::Unknown(SELECTOR)
        }
        watches => watches,
    }
}

fn by_cluster_ip(_: Option<&Ingress>, service: &Service) -> bool {
    let value = service.annotations.get("traefik.ingress.kubernetes.io/service.nativelb");
    value.is_some_and(|value| value == "true")
}
