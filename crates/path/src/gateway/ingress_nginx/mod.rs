//! ingress-nginx: its flags decide which Ingresses it serves; its upstreams are the backends' endpoints, or with the
//! annotation `nginx.ingress.kubernetes.io/service-upstream` the Service's clusterIP.

use bulkhead_model::object::{Container, Ingress, Pod, Service};
use bulkhead_model::{Name, NamespacedName};
use bulkhead_snapshot::Snapshot;

use super::flag::{flag, is_image};
use super::further::Further;
use super::habits::{Habits, Runs, Seen, Upstream, WithoutClass};
use super::{ForIngress, Member, Settings, Watches, further};
use crate::about::{derived, stated};

/// The member of the list.
pub(super) const MEMBER: Member = Member {
    name: "ingress-nginx",
    title: "ingress-nginx",
    habits: HABITS,
    reads: &[
        "pods of the image ingress-nginx/controller",
        "flags --controller-class, --ingress-class, --watch-ingress-without-class, --watch-namespace, --watch-namespace-selector, --default-backend-service",
        "Ingress annotations nginx.ingress.kubernetes.io/service-upstream, default-backend, custom-http-errors, auth-url, mirror-target",
    ],
    example: &[
        crate::about::NODES,
        crate::about::SHOP,
        super::FRONT,
        include_str!("example.yaml"),
        crate::about::KUBE_PROXY,
        crate::about::CALICO,
    ],
    ingress: Some(ForIngress::Pods { runs: runs_controller, recognise: |_, pod| recognise(pod) }),
    gateways: None,
    by_cluster_ip,
    further: further_backends,
};

/// What is so.
pub(super) const HABITS: Habits = Habits {
    runs: stated(
        Runs::SharedPods,
        "ingress-nginx docs/deploy: one Deployment or DaemonSet for all Ingresses of its class",
    ),
    upstream: stated(
        Upstream::EndpointsUnlessAsked,
        "ingress-nginx docs/user-guide/nginx-configuration/annotations.md, service-upstream",
    ),
    seen: derived(Seen::Pod, "the controller opens the connection"),
    without_class: stated(
        WithoutClass::Ignored,
        "ingress-nginx docs/user-guide/multiple-ingress.md, --watch-ingress-without-class",
    ),
};

/// A pod that runs the controller.
pub(super) fn recognise(pod: &Pod) -> Option<Settings> {
    let container = pod.containers.iter().find(|container| runs_controller(container))?;
    let flag = |name: &str| flag(container, name).filter(|value| !value.is_empty());
    let only: Vec<Name> = flag("watch-namespace").into_iter().collect();
    Some(Settings {
        controller_class: flag("controller-class").unwrap_or_else(|| Name::from("k8s.io/ingress-nginx")),
        class: flag("ingress-class").unwrap_or_else(|| Name::from("nginx")),
        without_class: flag("watch-ingress-without-class").is_some_and(|value| value == "true"),
        watches: match flag("watch-namespace-selector").filter(|_| only.is_empty()) {
            Some(selector) => Watches::labelled("--watch-namespace-selector", &selector),
            None => Watches::namespaces(pod, &only),
        },
        default_backend: flag("default-backend-service").and_then(|name| further::service(&name)),
        ..Settings::default()
    })
}

pub(super) fn by_cluster_ip(ingress: Option<&Ingress>, _: &Service) -> bool {
    let key = "nginx.ingress.kubernetes.io/service-upstream";
    ingress.and_then(|ingress| ingress.annotations.get(key)).is_some_and(|value| value == "true")
}

/// The binary's name, or that of the image's repository.
pub(super) fn runs_controller(container: &Container) -> bool {
    let binary = container.arguments.iter().any(|argument| argument.ends_with("nginx-ingress-controller"));
    binary || is_image(container, "ingress-nginx/controller") || is_image(container, "nginx-ingress-controller")
}

/// Whom it asks besides the rules' backends (docs/user-guide/nginx-configuration/annotations.md): the first port of the default
/// backend's Service for errors and for backends without an endpoint, and what its annotations name by an URL.
pub(super) fn further_backends(snapshot: &Snapshot, settings: &Settings, ingress: &Ingress) -> Further {
    let annotation = |name: &str| {
        let value = ingress.annotations.get(&format!("nginx.ingress.kubernetes.io/{name}"));
        value.filter(|value| !value.is_empty())
    };
    let mut found = Further::default();
    let own =
        annotation("default-backend").map(|name| NamespacedName::new(ingress.name.namespace.clone(), name.clone()));
    let is_own = own.is_some();
    match (own, &settings.default_backend) {
        (Some(own), _) => found.first_port(snapshot, &own, "nginx.ingress.kubernetes.io/default-backend"),
        (None, Some(all)) if annotation("custom-http-errors").is_some() => {
            found.first_port(snapshot, all, "--default-backend-service");
        }
        _ => {}
    }
    if let Some(all) =
        settings.default_backend.as_ref().filter(|_| is_own || annotation("custom-http-errors").is_none())
    {
        found.for_others.push(all.clone());
    }
    for (name, key) in [("auth-url", AUTH_URL), ("mirror-target", MIRROR_TARGET)] {
        if let Some(url) = annotation(name) {
            found.by_url(snapshot, url, key);
        }
    }
    found
}

const AUTH_URL: &str = "nginx.ingress.kubernetes.io/auth-url";
const MIRROR_TARGET: &str = "nginx.ingress.kubernetes.io/mirror-target";
