//! Contour: its own pods only configure; Envoy's pods, which it deploys beside itself or for each Gateway, serve.

use bulkhead_model::object::{Container, Gateway, Pod};
use bulkhead_model::{Name, NamespacedName};
use bulkhead_snapshot::{PodId, Settings as Parameters, Snapshot};

use super::flag::{beside, container_of, flag, flags, is_image, items};
use super::habits::{Habits, Runs, Seen, Upstream, WithoutClass};
use super::{
    Aliases, ForGateways, ForIngress, GatewaysBy, Member, Settings, Watches, never_by_cluster_ip, nobody_further, pods,
    pods_with_gateway_label, recognised,
};
use crate::about::{derived, stated};

/// The member of the list.
pub(super) const MEMBER: Member = Member {
    name: "contour",
    title: "Contour",
    habits: Habits {
        runs: stated(
            Runs::SharedPods,
            "projectcontour.io, deployment: the DaemonSet or Deployment envoy; the gateway provisioner makes one for each Gateway",
        ),
        upstream: stated(Upstream::Endpoints, "projectcontour.io, architecture: Envoy has the endpoints by EDS"),
        seen: derived(Seen::Pod, "Envoy opens the connection"),
        without_class: stated(
            WithoutClass::Served,
            "projectcontour.io, Ingress v1 support: without --ingress-class-name, Ingresses without a class are processed, too",
        ),
    },
    reads: &[
        "pods with a container shutdown-manager of the image projectcontour/contour",
        "flags --ingress-class-name, --watch-namespaces, --config-path, --contour-config-name of Contour's pods in the same namespace",
        "ConfigMap contour in the same namespace: enableExternalNameService",
        "labels projectcontour.io/owning-gateway-name, gateway.networking.k8s.io/gateway-name",
        "GatewayClass spec.controllerName projectcontour.io/gateway-controller",
    ],
    example: &[
        crate::about::NODES,
        crate::about::SHOP,
        super::FRONT,
        include_str!("example.yaml"),
        crate::about::KUBE_PROXY,
        crate::about::CALICO,
    ],
    ingress: Some(ForIngress::Pods { runs: |container| is_image(container, IMAGE), recognise }),
    gateways: Some(ForGateways {
        controllers: &["projectcontour.io/gateway-*"],
        by: GatewaysBy::Pods(of_gateway),
        watches,
        // What the provisioner tells those that it makes, stands in a ContourDeployment.
        aliases: Aliases::HangOn(EXTERNAL_NAMES),
    }),
    by_cluster_ip: never_by_cluster_ip,
    further: nobody_further,
};

const IMAGE: &str = "projectcontour/contour";

/// One of Envoy's pods: Contour's image stops it in order.
fn recognise(snapshot: &Snapshot, pod: &Pod) -> Option<Settings> {
    container_of(pod, IMAGE)?;
    let envoy = pod.containers.iter().any(|container| container.name == "envoy");
    if !envoy || owning(pod).is_some() {
        return None;
    }
    let class =
        contour(snapshot, pod).and_then(|own| flag(own, "ingress-class-name")).filter(|class| !class.is_empty());
    Some(Settings {
        controller_class: Name::from("projectcontour.io/ingress-controller"),
        without_class: class.is_none(),
        class: class.unwrap_or_else(|| Name::from("contour")),
        watches: watches(snapshot, pod),
        aliases: aliases(snapshot, pod),
        ..Settings::default()
    })
}

/// Whether it serves `ExternalName` Services; by default it does not (projectcontour.io, External Service Routing).
const EXTERNAL_NAMES: &str = "enableExternalNameService";

/// The setting stands in the file of `--config-path`, which the usual manifests have in the ConfigMap `contour`, or in a
/// `ContourConfiguration`, which is not read.
fn aliases(snapshot: &Snapshot, pod: &Pod) -> Aliases {
    let told = contour(snapshot, pod).filter(|own| flag(own, "contour-config-name").is_none());
    let Some(own) = told else { return Aliases::HangOn(EXTERNAL_NAMES) };
    if flag(own, "config-path").is_none() {
        return Aliases::Refused;
    }
    let name = NamespacedName::new(pod.name.namespace.clone(), "contour");
    let text = snapshot.config_maps.get(&name).and_then(|map| map.data.values().next());
    match text.and_then(|text| Parameters::parse(text).ok()) {
        Some(file) if file.get(EXTERNAL_NAMES) == Some("true") => Aliases::Followed,
        Some(_) => Aliases::Refused,
        None => Aliases::HangOn(EXTERNAL_NAMES),
    }
}

/// The container that configures Envoy: `contour serve` in any pod of the namespace. The same image stops Envoy in order.
fn contour<'s>(snapshot: &'s Snapshot, pod: &Pod) -> Option<&'s Container> {
    beside(snapshot, &pod.name.namespace, |own| {
        is_image(own, IMAGE) && own.arguments.iter().any(|argument| argument == "serve")
    })
}

/// `--watch-namespaces` is a list (`cmd/contour/servecontext.go`).
fn watches(snapshot: &Snapshot, pod: &Pod) -> Watches {
    let only = contour(snapshot, pod).map(|own| flags(own, "watch-namespaces")).unwrap_or_default();
    Watches::namespaces(pod, &items(&only))
}

/// The Gateway for which a pod was made.
fn owning(pod: &Pod) -> Option<&Name> {
    let own = pod.labels.get("projectcontour.io/owning-gateway-name");
    own.or_else(|| pod.labels.get("gateway.networking.k8s.io/gateway-name"))
}

/// The pods that the provisioner made for a Gateway, in its namespace; else those that serve everything.
fn of_gateway(snapshot: &Snapshot, gateway: &Gateway) -> Vec<PodId> {
    let provisioned = pods(snapshot, |pod| {
        let serves = pod.containers.iter().any(|container| container.name == "envoy");
        serves && pod.name.namespace == gateway.name.namespace && owning(pod) == Some(&gateway.name.name)
    });
    if !provisioned.is_empty() {
        return provisioned;
    }
    let labelled = pods_with_gateway_label(snapshot, gateway);
    if labelled.is_empty() { recognised(snapshot, recognise) } else { labelled }
}
