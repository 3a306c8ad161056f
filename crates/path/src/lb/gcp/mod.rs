//! Passthrough Network Load Balancers of Google Cloud, as GKE makes them for Services.

use super::claim;
use super::habits::{Arrives, Follows, Habits, Health, LocalNodes, Nodes, Source, Without};
use super::{Member, Setup, Variant, nodes};
use crate::about::{open, stated};

/// The member of the list.
pub(super) const MEMBER: Member = Member {
    name: "gcp-passthrough",
    title: "Google Cloud passthrough load balancer",
    variants: &[VARIANT],
    reads: &[
        "Node spec.providerID gce://",
        "Service spec.loadBalancerClass networking.gke.io/*, annotations networking.gke.io/load-balancer-type, cloud.google.com/l4-rbs",
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
        let annotations =
            ["networking.gke.io/load-balancer-type", "cloud.google.com/l4-rbs", "cloud.google.com/load-balancer-type"];
        let named = claim::named(asked, &["networking.gke.io/*"], &annotations);
        named.or_else(|| claim::cloud(asked, |id| id.starts_with("gce:")))
    },
    read: |asked| Ok(Setup::new(&VARIANT, nodes::targets(asked))),
};

/// Where the facts are from.
const GKE: &str = "cloud.google.com, GKE, LoadBalancer Service concepts: packets are delivered to nodes with source and destination as the client sent them";

const VARIANT: Variant = Variant {
    name: "",
    habits: Habits {
        arrives: stated(Arrives::Address, GKE),
        nodes: stated(
            Nodes::Every,
            "cloud.google.com, GKE, LoadBalancer Service concepts: instance groups, or GCE_VM_IP network endpoint groups of nodes",
        ),
        local: stated(
            LocalNodes::Ready,
            "cloud.google.com, GKE, LoadBalancer Service concepts: with Local only nodes with a ready endpoint pass the health check",
        ),
        without: open(Without::Stays, "with no healthy node it may send to all"),
        follows: stated(Follows::ByHealthCheck, "cloud.google.com, GKE, LoadBalancer Service concepts"),
        source: stated(Source::Client, GKE),
        health: stated(Health::Node, "cloud.google.com, GKE: healthCheckNodePort with Local, else kube-proxy's 10256"),
    },
};
