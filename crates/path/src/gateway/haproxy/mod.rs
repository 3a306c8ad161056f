//! The `HAProxy` Kubernetes Ingress Controller of its makers (`haproxytech`).

use bulkhead_model::Name;
use bulkhead_model::object::Pod;
use bulkhead_snapshot::Snapshot;

use super::flag::{container_of, flag, is_image};
use super::habits::{Habits, Runs, Seen, Upstream, WithoutClass};
use super::{ForIngress, Member, Settings, Watches, never_by_cluster_ip};
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
        without_class: stated(WithoutClass::Ignored, "haproxy.com, startup arguments, --empty-ingress-class"),
    },
    reads: &[
        "pods of the image haproxytech/kubernetes-ingress",
        "flags --ingress.class, --empty-ingress-class, --namespace-whitelist",
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
        without_class: flag(container, "empty-ingress-class").is_some_and(|value| value == "true"),
        class: class.unwrap_or_else(|| Name::from("haproxy")),
        watches: Watches::namespace(flag(container, "namespace-whitelist")),
    })
}
