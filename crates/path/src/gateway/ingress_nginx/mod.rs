//! ingress-nginx: its flags decide which Ingresses it serves; its upstreams are the backends' endpoints, or with the
//! annotation `nginx.ingress.kubernetes.io/service-upstream` the Service's clusterIP.

use bulkhead_model::Name;
use bulkhead_model::object::{Container, Ingress, Pod, Service};

use super::flag::{flag, is_image};
use super::habits::{Habits, Runs, Seen, Upstream, WithoutClass};
use super::{ForIngress, Member, Settings, Watches};
use crate::about::{derived, stated};

/// The member of the list.
pub(super) const MEMBER: Member = Member {
    name: "ingress-nginx",
    title: "ingress-nginx",
    habits: HABITS,
    reads: &[
        "pods of the image ingress-nginx/controller",
        "flags --controller-class, --ingress-class, --watch-ingress-without-class, --watch-namespace, --watch-namespace-selector",
        "Ingress annotation nginx.ingress.kubernetes.io/service-upstream",
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
    let namespace = flag("watch-namespace")
        .map(|value| if value == "$(POD_NAMESPACE)" { pod.name.namespace.clone() } else { value });
    Some(Settings {
        controller_class: flag("controller-class").unwrap_or_else(|| Name::from("k8s.io/ingress-nginx")),
        class: flag("ingress-class").unwrap_or_else(|| Name::from("nginx")),
        without_class: flag("watch-ingress-without-class").is_some_and(|value| value == "true"),
        watches: match (namespace, flag("watch-namespace-selector")) {
            (None, Some(selector)) => Watches::labelled(&selector),
            (namespace, _) => Watches::namespace(namespace),
        },
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
