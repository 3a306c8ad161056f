//! What a mode is asked: one packet on one node.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use bulkhead_model::object::Service;
use bulkhead_model::{PortNumber, Protocol};
use bulkhead_snapshot::NodeId;

use super::Arrival;
use crate::cni::Family;
use crate::network::{EndpointSet, Endpoints, Network, PortOf};

/// The endpoints of the Services that a question has met so far, so that five thousand nodes sort them out once.
#[derive(Debug, Default)]
pub(crate) struct EndpointCache {
    known: RefCell<BTreeMap<(PortOf, Family), Arc<Endpoints>>>,
}

impl EndpointCache {
    pub(crate) fn of(&self, network: &Network<'_>, port: PortOf, family: Family) -> Arc<Endpoints> {
        let mut known = self.known.borrow_mut();
        let make = || Arc::new(Endpoints::of(network.snapshot(), port, family));
        known.entry((port, family)).or_insert_with(make).clone()
    }
}

/// One packet on one node, before any translation there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ProxyQuestion<'q> {
    pub(crate) network: &'q Network<'q>,
    pub(crate) cache: &'q EndpointCache,
    pub(crate) node: NodeId,
    /// `None` where it is not known.
    pub(crate) source: Option<IpAddr>,
    pub(crate) destination: IpAddr,
    pub(crate) port: PortNumber,
    pub(crate) protocol: Protocol,
    pub(crate) from: Arrival,
}

impl ProxyQuestion<'_> {
    pub(crate) fn service(&self, port: PortOf) -> &Service {
        &self.network.snapshot().services[port.service]
    }

    pub(crate) fn family(&self) -> Family {
        Family::of(self.destination)
    }

    pub(crate) fn endpoints(&self, port: PortOf) -> Arc<Endpoints> {
        self.cache.of(self.network, port, self.family())
    }

    /// The endpoints that this node uses for a port where the policy is Cluster.
    pub(crate) fn cluster_set(&self, endpoints: &Endpoints) -> EndpointSet {
        endpoints.cluster(self.node, self.network.nodes().row(self.node).zone.as_ref())
    }
}
