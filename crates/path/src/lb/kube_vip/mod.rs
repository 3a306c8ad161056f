//! kube-vip, for Services: ARP with one lease for all or one for each Service, or BGP.

use bulkhead_model::object::{Container, Pod};

use super::claim::{self, Claim};
use super::habits::{Arrives, Follows, Habits, Health, LocalNodes, Nodes, Source, Without};
use super::{Asked, Member, Setup, Variant, nodes};
use crate::about::{derived, open, stated};

/// The member of the list.
pub(super) const MEMBER: Member = Member {
    name: "kube-vip",
    title: "kube-vip",
    variants: &[COMMON_LEASE, OWN_LEASE, BGP],
    reads: &[
        "Service spec.loadBalancerClass kube-vip.io/kube-vip-class, annotations kube-vip.io/*",
        "environment of kube-vip's containers: svc_election, bgp_enable",
    ],
    example: &[
        crate::about::NODES,
        super::SHOP,
        include_str!("example.yaml"),
        crate::about::KUBE_PROXY,
        crate::about::CALICO,
    ],
    runs: Some(is_kube_vip),
    claim: claims,
    read: |asked| {
        let variant = match (is_set(asked, "bgp_enable"), is_set(asked, "svc_election")) {
            (true, _) => &BGP,
            (false, true) => &OWN_LEASE,
            (false, false) => &COMMON_LEASE,
        };
        Ok(Setup::new(variant, nodes::running(asked, MEMBER.name)))
    },
};

const COMMON_LEASE: Variant = Variant {
    name: "arp",
    habits: Habits {
        arrives: stated(
            Arrives::HeldAddress,
            "kube-vip: the address is on the NIC of the node; kube-proxy does the rest",
        ),
        nodes: stated(Nodes::One, "kube-vip pkg/services: the holder of the lease has the address on its NIC"),
        local: stated(
            LocalNodes::Unsupported,
            "kube-vip pkg/services/processor.go: the common lease wants externalTrafficPolicy Cluster",
        ),
        without: derived(Without::Stays, "the lease is held whether there are endpoints or not"),
        follows: derived(Follows::NeedNot, "the lease has nothing to do with endpoints"),
        source: derived(Source::Client, "packets arrive as they were sent"),
        health: derived(Health::None, "nothing outside of the cluster checks"),
    },
};

const OWN_LEASE: Variant = Variant {
    name: "arp-election",
    habits: Habits {
        local: stated(
            LocalNodes::Ready,
            "kube-vip pkg/services: with svc_election nodes with endpoints stand for election (issue 448)",
        ),
        follows: stated(Follows::Promptly, "kube-vip pkg/services watches endpoints"),
        without: derived(Without::Withdrawn, "nobody stands for election"),
        ..COMMON_LEASE.habits
    },
};

const BGP: Variant = Variant {
    name: "bgp",
    habits: Habits {
        nodes: stated(Nodes::Every, "kube-vip.io, BGP: all pods of kube-vip advertise"),
        local: open(LocalNodes::Ready, "kube-vip's documentation does not say for BGP"),
        follows: open(Follows::MayLag, "kube-vip's documentation does not say for BGP"),
        without: open(Without::Stays, "kube-vip's documentation does not say for BGP"),
        ..COMMON_LEASE.habits
    },
};

fn claims(asked: &Asked<'_>) -> Option<Claim> {
    let named = claim::named(asked, &["kube-vip.io/kube-vip-class"], &["kube-vip.io/*"]);
    named.or_else(|| claim::running(asked, MEMBER.name, |pod| has(pod, "svc_enable")))
}

/// A container of kube-vip, whatever for.
fn is_kube_vip(container: &Container) -> bool {
    let repository = container.image.split('@').next().unwrap_or_default();
    let last = repository.rsplit('/').next().unwrap_or_default();
    last.split(':').next() == Some("kube-vip")
}

fn is_set(asked: &Asked<'_>, variable: &str) -> bool {
    let pods = &asked.network.snapshot().pods;
    asked.pods_of(MEMBER.name).iter().any(|pod| has(&pods[*pod], variable))
}

fn has(pod: &Pod, variable: &str) -> bool {
    let mut environment = pod.containers.iter().flat_map(|container| &container.environment);
    environment.any(|(name, value)| name == variable && value == "true")
}
