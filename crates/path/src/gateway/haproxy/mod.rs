//! The `HAProxy` Kubernetes Ingress Controller of its makers (`haproxytech`).

use bulkhead_model::Name;
use bulkhead_model::object::{Container, Pod};
use bulkhead_snapshot::Snapshot;

use super::flag::{container_of, flag, flags, is_image};
use super::habits::{Habits, Runs, Seen, Upstream, WithoutClass};
use super::{ForIngress, Member, Settings, Watches, never_by_cluster_ip, nobody_further};
use crate::about::{derived, stated};

/// The member of the list.
pub(super) const MEMBER: Member = Member {
    name: "haproxy",
    title: "HAProxy Kubernetes Ingress Controller",
    habits: Habits {
        runs: stated(Runs::SharedPods, "haproxy.com, HAProxy Kubernetes Ingress Controller, installation"),
        upstream: stated(
            Upstream::Endpoints,
            "haproxy.com, HAProxy Kubernetes Ingress Controller: servers are the pods",
        ),
        seen: derived(Seen::Pod, "the controller opens the connection"),
        without_class: stated(
            WithoutClass::Served,
            "pkg/ingress/ingress.go, Supported: without --ingress.class; with it by --empty-ingress-class only",
        ),
    },
    reads: &[
        "pods of the image haproxytech/kubernetes-ingress",
        "flags --ingress.class, --empty-ingress-class, --namespace-whitelist, --namespace-blacklist, --namespace-label-selector",
    ],
    example: &[
        crate::about::NODES,
        crate::about::SHOP,
        super::FRONT,
        include_str!("example.yaml"),
        crate::about::KUBE_PROXY,
        crate::about::CALICO,
    ],
    ingress: Some(ForIngress::Pods {
        runs: |container| is_image(container, "haproxytech/kubernetes-ingress"),
        recognise,
    }),
    gateways: None,
    by_cluster_ip: never_by_cluster_ip,
    further: nobody_further,
};

fn recognise(_: &Snapshot, pod: &Pod) -> Option<Settings> {
    let container = container_of(pod, "haproxytech/kubernetes-ingress")?;
    let class = flag(container, "ingress.class").filter(|class| !class.is_empty());
    // A class of its own changes the controller's name, too: `haproxy.org/ingress-controller/CLASS`.
    let controller = match &class {
        Some(class) => format!("haproxy.org/ingress-controller/{class}"),
        None => "haproxy.org/ingress-controller".to_owned(),
    };
    Some(Settings {
        controller_class: Name::from(controller),
        without_class: class.is_none() || flag(container, "empty-ingress-class").is_some_and(|value| value == "true"),
        class: class.unwrap_or_else(|| Name::from("haproxy")),
        watches: watches(pod, container),
        ..Settings::default()
    })
}

/// Each flag may come more than once, and its value is one namespace; the first kind that is there decides
/// (`pkg/store/store.go`, `isRelevantNamespace`; `pkg/utils/flags.go`).
fn watches(pod: &Pod, container: &Container) -> Watches {
    let (white, black) = (flags(container, "namespace-whitelist"), flags(container, "namespace-blacklist"));
    match (white.is_empty(), black.is_empty()) {
        (false, _) => Watches::namespaces(pod, &white),
        (true, false) => Watches::AllBut(black),
        (true, true) => flag(container, "namespace-label-selector")
            .map_or(Watches::Everything, |text| Watches::labelled("--namespace-label-selector", &text)),
    }
}
