//! Load balancers of Alibaba Cloud (CLB, NLB), by its cloud controller manager.

use super::claim;
use super::habits::{Arrives, Follows, Habits, Health, LocalNodes, Nodes, Source, Without};
use super::{Asked, Member, Setup, Variant, nodes};
use crate::about::{derived, open, stated};
use crate::reason::{LOAD_BALANCER_TARGETS_UNKNOWN, Reason};

/// The member of the list.
pub(super) const MEMBER: Member = Member {
    name: "aliyun",
    title: "Alibaba Cloud SLB",
    variants: &[ECS, ENI, PROXYING],
    reads: &[
        "Node spec.providerID REGION.i-*",
        "Service spec.loadBalancerClass alibabacloud.com/*, annotations service.beta.kubernetes.io/alibaba-cloud-loadbalancer-*, -alicloud-loadbalancer-*, -backend-type",
    ],
    example: &[
        crate::about::NODES,
        super::SHOP,
        include_str!("example.yaml"),
        crate::about::KUBE_PROXY,
        crate::about::CALICO,
    ],
    runs: None,
    claim: |asked| {
        let annotations = [
            "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-*",
            "service.beta.kubernetes.io/alicloud-loadbalancer-*",
            BACKEND,
        ];
        claim::named(asked, &["alibabacloud.com/*"], &annotations).or_else(|| claim::cloud(asked, is_instance))
    },
    read,
};

const BACKEND: &str = "service.beta.kubernetes.io/backend-type";
const LISTENERS: [&str; 2] = [
    "service.beta.kubernetes.io/alibaba-cloud-loadbalancer-protocol-port",
    "service.beta.kubernetes.io/alicloud-loadbalancer-protocol-port",
];

const ECS: Variant = Variant {
    name: "ecs",
    habits: Habits {
        arrives: derived(
            Arrives::NodePort,
            "cloud-provider-alibaba-cloud: backends of type ecs are nodes and nodePorts",
        ),
        nodes: stated(Nodes::Every, "cloud-provider-alibaba-cloud documentation: with Cluster all nodes are backends"),
        local: stated(
            LocalNodes::Ready,
            "cloud-provider-alibaba-cloud documentation: with Local only the nodes of the pods are backends",
        ),
        without: open(Without::Stays, "not stated"),
        follows: derived(Follows::MayLag, "backends are changed by the controller"),
        source: stated(
            Source::Client,
            "Alibaba Cloud documentation: listeners for TCP and UDP pass the client's address through",
        ),
        health: derived(Health::Node, "health checks go where packets go"),
    },
};

const ENI: Variant = Variant {
    name: "eni",
    habits: Habits {
        arrives: stated(
            Arrives::Pod,
            "cloud-provider-alibaba-cloud documentation: backend-type eni puts pods of Terway behind the load balancer",
        ),
        nodes: derived(Nodes::OfEndpoint, "the pod has an interface in the network"),
        local: derived(LocalNodes::Same, "kube-proxy has no part in it"),
        health: derived(Health::Pod, "health checks go where packets go"),
        ..ECS.habits
    },
};

/// Listeners for HTTP and HTTPS.
const PROXYING: Variant = Variant {
    name: "ecs-http",
    habits: Habits {
        source: derived(Source::Own, "a listener for HTTP or HTTPS ends the client's connection"),
        ..ECS.habits
    },
};

/// `cn-hangzhou.i-…`
fn is_instance(id: &str) -> bool {
    id.split_once('.').is_some_and(|(region, instance)| region.contains('-') && instance.starts_with("i-"))
}

fn read(asked: &Asked<'_>) -> Result<Setup, Reason> {
    let annotations = &asked.service.annotations;
    let http = LISTENERS.iter().filter_map(|key| annotations.get(key)).any(|value| value.contains("http"));
    let variant = match annotations.get(BACKEND).map(smol_str::SmolStr::as_str) {
        Some("eni") if http => {
            let unknown = Reason::new(LOAD_BALANCER_TARGETS_UNKNOWN).with("implementation", MEMBER.title);
            return Err(unknown.with("field", "protocol-port"));
        }
        Some("eni") => &ENI,
        _ if http => &PROXYING,
        _ => &ECS,
    };
    Ok(Setup::new(variant, nodes::targets(asked)))
}
