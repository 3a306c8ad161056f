//! The AWS VPC CNI: pods have addresses of the VPC, and its routers carry their packets.

use bulkhead_snapshot::{Evidence, Snapshot};

use super::standard::Standard;
use super::wiring::{Device, Interface, Outgoing, ProcessSource, Wiring};
use super::{Cni, Member, PodInterface, daemon_set};
use crate::Overrides;
use crate::about::{KUBE_PROXY, SHOP, derived, stated};
use crate::agent::Agent;
use crate::overrides::Carriage;

/// The member of the list.
pub(super) const MEMBER: Member = Member {
    name: "aws-vpc-cni",
    title: "AWS VPC CNI",
    wiring: &WIRING,
    reads: &["environment of the DaemonSet aws-node: AWS_VPC_K8S_CNI_EXTERNALSNAT", "addresses of pods and nodes"],
    engines: &["aws-vpc-cni"],
    example: &[include_str!("example.yaml"), KUBE_PROXY, SHOP],
    parts: &[],
    detect,
    read,
};

const WIRING: Wiring = Wiring {
    interface: stated(Interface::Bare, "aws/amazon-vpc-cni-k8s: an addressless veth `eni…` for each pod"),
    own_source: derived(
        Device::First,
        "Linux net/ipv4/devinet.c inet_select_addr: the node's first NIC; measured with other CNIs",
    ),
    tunnel_source: stated(Device::None, "aws/amazon-vpc-cni-k8s: pods have addresses of the VPC"),
    plain_source: stated(Device::Nic, "aws/amazon-vpc-cni-k8s: the node's primary address"),
    process_source: stated(ProcessSource::OfDevice, "aws/amazon-vpc-cni-k8s: the node's primary address"),
    outgoing: stated(Outgoing::OutOfVpc, "aws/amazon-vpc-cni-k8s README: AWS_VPC_K8S_CNI_EXTERNALSNAT"),
};

fn detect(snapshot: &Snapshot) -> Option<Evidence> {
    daemon_set(snapshot, |name| name == "aws-node")
}

/// Without `AWS_VPC_K8S_CNI_EXTERNALSNAT` packets out of the VPC are masqueraded; which addresses the VPC has, no object shows.
fn read(snapshot: &Snapshot, overrides: &Overrides) -> Box<dyn Cni> {
    let agent = Agent::daemon_set(snapshot, |name| name == "aws-node");
    let external = agent.and_then(|agent| agent.environment("AWS_VPC_K8S_CNI_EXTERNALSNAT"));
    let masquerading = (external == Some("true")).then_some(false);
    Box::new(Standard {
        interface: PodInterface::EachPod("eni".to_owned()),
        ..Standard::new(snapshot, overrides, WIRING, Some(Carriage::Plain), masquerading)
    })
}
