//! `HAProxy` Ingress (`haproxy-ingress.github.io`), the community's controller.

use bulkhead_model::Name;
use bulkhead_model::object::{Ingress, Pod, Service};
use bulkhead_snapshot::Snapshot;

use super::flag::{container_of, flag, is_image, items};
use super::habits::{Habits, Runs, Seen, Upstream, WithoutClass};
use super::{ForIngress, Member, Settings, Watches, nobody_further};
use crate::about::{derived, stated};

/// The member of the list.
pub(super) const MEMBER: Member = Member {
    name: "haproxy-ingress",
    title: "HAProxy Ingress",
    habits: Habits {
        runs: stated(Runs::SharedPods, "haproxy-ingress.github.io, getting started"),
        upstream: stated(
            Upstream::EndpointsUnlessAsked,
            "haproxy-ingress.github.io, configuration keys, service-upstream",
        ),
        seen: derived(Seen::Pod, "the controller opens the connection"),
        without_class: stated(
            WithoutClass::Ignored,
            "haproxy-ingress.github.io, command line, --watch-ingress-without-class",
        ),
    },
    reads: &[
        "pods of the image jcmoraisjr/haproxy-ingress",
        "flags --ingress-class, --watch-ingress-without-class, --watch-namespace",
        "annotation haproxy-ingress.github.io/service-upstream",
    ],
    example: &[
        crate::about::NODES,
        crate::about::SHOP,
        super::FRONT,
        include_str!("example.yaml"),
        crate::about::KUBE_PROXY,
        crate::about::CALICO,
    ],
    ingress: Some(ForIngress::Pods { runs: |container| is_image(container, "haproxy-ingress"), recognise }),
    gateways: None,
    by_cluster_ip,
    further: nobody_further,
};

fn recognise(_: &Snapshot, pod: &Pod) -> Option<Settings> {
    let container = container_of(pod, "haproxy-ingress")?;
    Some(Settings {
        controller_class: Name::from("haproxy-ingress.github.io/controller"),
        class: flag(container, "ingress-class").unwrap_or_else(|| Name::from("haproxy")),
        without_class: flag(container, "watch-ingress-without-class").is_some_and(|value| value == "true"),
        watches: Watches::namespaces(pod, &items(&flag(container, "watch-namespace"))),
        ..Settings::default()
    })
}

fn by_cluster_ip(ingress: Option<&Ingress>, service: &Service) -> bool {
    let keys = ["haproxy-ingress.github.io/service-upstream", "ingress.kubernetes.io/service-upstream"];
    let of = |annotations: &bulkhead_model::Labels| {
        keys.iter().any(|key| annotations.get(key).is_some_and(|value| value == "true"))
    };
    of(&service.annotations) || ingress.is_some_and(|ingress| of(&ingress.annotations))
}
