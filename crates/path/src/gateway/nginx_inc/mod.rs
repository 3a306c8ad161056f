//! NGINX Ingress Controller of F5 NGINX.

use bulkhead_model::Name;
use bulkhead_model::object::{Container, Ingress, Pod, Service};
use bulkhead_snapshot::Snapshot;

use super::flag::{flag, is_image, items};
use super::habits::{Habits, Runs, Seen, Upstream, WithoutClass};
use super::{ForIngress, Member, Settings, Watches, nobody_further};
use crate::about::{derived, stated};

/// The member of the list.
pub(super) const MEMBER: Member = Member {
    name: "nginx-inc",
    title: "NGINX Ingress Controller (F5)",
    habits: Habits {
        runs: stated(Runs::SharedPods, "docs.nginx.com, NGINX Ingress Controller, installation"),
        upstream: stated(Upstream::EndpointsUnlessAsked, "docs.nginx.com, annotation nginx.org/use-cluster-ip"),
        seen: derived(Seen::Pod, "the controller opens the connection"),
        without_class: stated(WithoutClass::Ignored, "docs.nginx.com, command-line arguments, -ingress-class"),
    },
    reads: &[
        "pods of the images nginx/nginx-ingress, nginx-ic/nginx-plus-ingress",
        "flags -ingress-class, -watch-namespace, -watch-namespace-label",
        "Ingress annotation nginx.org/use-cluster-ip",
    ],
    example: &[
        crate::about::NODES,
        crate::about::SHOP,
        super::FRONT,
        include_str!("example.yaml"),
        crate::about::KUBE_PROXY,
        crate::about::CALICO,
    ],
    ingress: Some(ForIngress::Pods { runs: runs_controller, recognise }),
    gateways: None,
    by_cluster_ip,
    further: nobody_further,
};

fn runs_controller(container: &Container) -> bool {
    let images = ["nginx/nginx-ingress", "nginx-ic/nginx-plus-ingress", "nginx-plus-ingress"];
    images.iter().any(|image| is_image(container, image))
}

fn recognise(_: &Snapshot, pod: &Pod) -> Option<Settings> {
    let container = pod.containers.iter().find(|container| runs_controller(container))?;
    let only = items(&flag(container, "watch-namespace"));
    let watches = match flag(container, "watch-namespace-label").filter(|_| only.is_empty()) {
        Some(label) => Watches::labelled("-watch-namespace-label", &label),
        None => Watches::namespaces(pod, &only),
    };
    Some(Settings {
        controller_class: Name::from("nginx.org/ingress-controller"),
        class: flag(container, "ingress-class").unwrap_or_else(|| Name::from("nginx")),
        without_class: false,
        watches,
        ..Settings::default()
    })
}

fn by_cluster_ip(ingress: Option<&Ingress>, _: &Service) -> bool {
    let value = ingress.and_then(|ingress| ingress.annotations.get("nginx.org/use-cluster-ip"));
    value.is_some_and(|value| value.eq_ignore_ascii_case("true"))
}
