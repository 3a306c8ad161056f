//! What an engine that judges by identity takes a packet for. The address is not asked; what counts is who put it in, and where.
//!
//! Facts of Cilium, as the only such engine: `bpf/lib/nodeport.h` (what Cilium itself rewrites for a client outside is *world* in a
//! tunnel's header, and *remote-node* by its address without one), `bpf/bpf_lxc.c` (what the own node's kernel rewrote is *world*),
//! issues 17144, 19010, 23603, 46934.

use bulkhead_policy::Identity;

use super::{Client, Rewritten, Trail, Walker};
use crate::proxy;
use crate::route::{Address, Step};

impl Walker<'_> {
    /// The identity of a packet at a pod's policy; `seen` is the source there, which the pod's own node may have rewritten.
    pub(super) fn identity(&self, trail: &Trail, seen: &Address) -> Identity {
        if let Some(own) = trail.own_identity {
            return own;
        }
        if *seen != trail.packet.source {
            return Identity::WorldUnaddressed;
        }
        let before = trail.visits.split_last().map_or(&[][..], |(_, before)| before);
        match before.iter().rev().find(|visit| visit.source != Rewritten::No) {
            // A node that only sent it on to this one gave it its own address.
            Some(visit) if visit.destination == Rewritten::No => Identity::RemoteNode,
            Some(visit) if trail.client == Client::Process(visit.node) => self.process(trail),
            Some(_) => self.translated_elsewhere(trail),
            None => match trail.client {
                Client::Outside(_) => Identity::World,
                Client::Pod(..) => Identity::Pod,
                Client::Process(_) => self.process(trail),
            },
        }
    }

    /// A process of another node; those of nodes that run the API server have its identity, too.
    fn process(&self, trail: &Trail) -> Identity {
        let home = trail.client.home().map(|home| &self.network.snapshot().nodes[home]);
        let control_plane = home.is_some_and(|node| node.labels.get("node-role.kubernetes.io/control-plane").is_some());
        if control_plane { Identity::KubeApiServer } else { Identity::RemoteNode }
    }

    /// Another node translated it, and put its own address in.
    fn translated_elsewhere(&self, trail: &Trail) -> Identity {
        let tunnelled = trail.hops.iter().rev().find_map(|hop| match hop.step {
            Step::Forward { tunnel, .. } => Some(tunnel.is_some()),
            _ => None,
        });
        let by_kube_proxy = self.network.kube_proxy().mode.value().is_none_or(|mode| proxy::is_kube_proxy(mode));
        match (by_kube_proxy, tunnelled) {
            (false, Some(true)) => Identity::WorldUnaddressed,
            (false, Some(false)) => Identity::RemoteNode,
            _ => Identity::WorldOrRemoteNode,
        }
    }
}
