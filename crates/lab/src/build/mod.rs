//! The cluster, built: every machine a network namespace.

mod clients;
mod lan;
mod node;
mod observer;
mod pod;
mod policy;
mod tunnel;

use std::collections::BTreeMap;
use std::net::SocketAddr;

use anyhow::{Context, Result};

use crate::cluster::{Client, Cluster};
use crate::machine::Namespace;

pub(crate) use lan::Lan;
pub(crate) use observer::Sighting;
pub(crate) use policy::enforce;

/// A cluster that packets can be sent through.
pub(crate) struct Built {
    pub(crate) nodes: Vec<Namespace>,
    /// By index of the pod; a hostNetwork pod's is its node's.
    pub(crate) pods: Vec<Namespace>,
    off_lan: Namespace,
    on_lan: Namespace,
}

impl Built {
    /// Builds it on a LAN.
    pub(crate) fn build(cluster: &Cluster, lan: &Lan) -> Result<Self> {
        lan.forget();
        let nodes: Vec<Namespace> =
            cluster.nodes.iter().map(|node| node::build(cluster, node, lan)).collect::<Result<_>>()?;
        let mut pods = Vec::new();
        for (index, pod) in cluster.pods.iter().enumerate() {
            let node = nodes.get(pod.node).context("a pod without a node")?;
            pods.push(if pod.host_network { node.clone() } else { pod::build(cluster, index, node)? });
        }
        let off_lan = clients::off_lan(cluster, lan)?;
        let on_lan = clients::on_lan(cluster, lan)?;
        lan.route(cluster)?;
        let built = Self { nodes, pods, off_lan, on_lan };
        for namespace in built.namespaces() {
            observer::install(namespace, cluster.proxy)?;
        }
        Ok(built)
    }

    /// What Felix does again and again: its rules stay in front of kube-proxy's.
    pub(crate) fn put_in_front(&self, cluster: &Cluster) -> Result<()> {
        self.nodes.iter().try_for_each(|node| node::accept_to_host(cluster, node))
    }

    /// Where a client's sockets are.
    pub(crate) fn client(&self, client: Client) -> Option<&Namespace> {
        match client {
            Client::OffLan(_) => Some(&self.off_lan),
            Client::OnLan(_) => Some(&self.on_lan),
            Client::Node(node) => self.nodes.get(node),
            Client::Pod(pod) => self.pods.get(pod),
        }
    }

    /// Every namespace, once.
    fn namespaces(&self) -> impl Iterator<Item = &Namespace> {
        let all = self.nodes.iter().chain(&self.pods).chain([&self.off_lan, &self.on_lan]);
        let by_id: BTreeMap<i32, &Namespace> = all.map(|namespace| (namespace.id(), namespace)).collect();
        by_id.into_values()
    }

    /// The TCP connections that a client has begun since the observers last forgot: the number that each carries through every
    /// translation.
    pub(crate) fn begun(&self, client: Client) -> Result<BTreeMap<(u16, SocketAddr), u32>> {
        self.client(client).map_or_else(|| Ok(BTreeMap::new()), observer::begun)
    }

    /// What each node's policy hook saw since the observers were last forgotten.
    pub(crate) fn sightings(&self) -> Result<Vec<Vec<Sighting>>> {
        self.nodes.iter().map(observer::sightings).collect()
    }

    /// Makes all observers forget.
    pub(crate) fn forget(&self) -> Result<()> {
        self.namespaces().try_for_each(observer::forget)
    }
}
