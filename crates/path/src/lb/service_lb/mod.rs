//! `ServiceLB` of k3s (Klipper): the addresses of nodes stand in the Service's status.

use std::sync::Arc;

use bulkhead_model::object::{Container, NodeAddressKind, Pod};

use super::claim;
use super::habits::{Arrives, Follows, Habits, Health, LocalNodes, Nodes, Source, Without};
use super::{Asked, Member, Setup, Variant};
use crate::about::{derived, stated};
use crate::reason::{EXTERNAL_ADDRESS_TRANSLATED, LOAD_BALANCER_UNKNOWN, Reason};

/// The member of the list.
pub(super) const MEMBER: Member = Member {
    name: "servicelb",
    title: "k3s ServiceLB",
    variants: &[VARIANT],
    reads: &["pods of the DaemonSets svclb-* (label svccontroller.k3s.cattle.io/svcname)", "Node status.addresses"],
    example: &[
        crate::about::NODES,
        super::SHOP,
        include_str!("example.yaml"),
        crate::about::KUBE_PROXY,
        crate::about::CALICO,
    ],
    runs: Some(is_klipper),
    claim: |asked| claim::running(asked, MEMBER.name, |pod| serves(asked, pod)),
    read,
};

const VARIANT: Variant = Variant {
    name: "",
    habits: Habits {
        arrives: stated(
            Arrives::Address,
            "k3s docs/adrs/remove-svclb-daemonset.md: kube-proxy's rules for the addresses in the status come before the host ports of the svclb pods, which see no packet",
        ),
        nodes: stated(Nodes::Owner, "k3s pkg/cloudprovider/servicelb.go: the status names the nodes' own addresses"),
        local: stated(
            LocalNodes::Same,
            "k3s pull request 6909: with Local only addresses of nodes with endpoints are in the status",
        ),
        without: derived(Without::Stays, "the node keeps its address"),
        follows: derived(Follows::NeedNot, "the address is the node's"),
        source: derived(Source::Client, "packets arrive as they were sent"),
        health: derived(Health::None, "nothing outside of the cluster checks"),
    },
};

/// A container of an svclb pod: of that image, or called as they are.
fn is_klipper(container: &Container) -> bool {
    container.image.contains("klipper-lb")
        || container.name.starts_with("lb-tcp-")
        || container.name.starts_with("lb-udp-")
}

/// An svclb pod: `klipper-lb` sends what comes to its host port to the Service, with the pod's own address.
pub(super) fn is_svclb(pod: &Pod) -> bool {
    pod.labels.get(SERVICE_LABEL).is_some() && pod.containers.iter().any(is_klipper)
}

/// The label that names a pod's Service.
const SERVICE_LABEL: &str = "svccontroller.k3s.cattle.io/svcname";

fn serves(asked: &Asked<'_>, pod: &Pod) -> bool {
    let labels = &pod.labels;
    let name = labels.get(SERVICE_LABEL);
    let namespace = labels.get("svccontroller.k3s.cattle.io/svcnamespace");
    name == Some(&asked.service.name.name)
        && namespace.is_none_or(|namespace| *namespace == asked.service.name.namespace)
}

/// The node that has the address. One that a network in front translates comes with another destination, goes by the host port to
/// the svclb pod, and on from there with that pod's source.
fn read(asked: &Asked<'_>) -> Result<Setup, Reason> {
    let snapshot = asked.network.snapshot();
    let unknown = || Reason::missing(LOAD_BALANCER_UNKNOWN, "--load-balancer").with("service", &asked.service.name);
    let address = asked.ingress.address.ok_or_else(unknown)?;
    let node = snapshot.nodes_with_address(address).first().copied().ok_or_else(unknown)?;
    let internal = snapshot.nodes[node]
        .addresses
        .iter()
        .any(|own| own.address == address && own.kind == NodeAddressKind::Internal);
    if !internal {
        return Err(Reason::new(EXTERNAL_ADDRESS_TRANSLATED).with("address", address));
    }
    Ok(Setup::new(&VARIANT, Arc::from([node])))
}
