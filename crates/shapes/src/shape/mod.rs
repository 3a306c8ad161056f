//! The shapes, one file each.

mod adversarial;
mod dump;
mod many_exposures;
mod many_namespaces;
mod many_services;
mod micro_segmented;
mod network;
mod small_policies;

use serde_json::Value;

use crate::numbers::Numbers;

/// What kind of cluster, and how big.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Every namespace denies by default, opens DNS, lets another team scrape a named port, and lets addresses into `web`; every
    /// workload has a policy of its own. 10 x 10 are 100 workloads and 140 policies, 20 x 50 are 1,000 and 1,080.
    MicroSegmented {
        /// How many namespaces.
        namespaces: usize,
        /// How many workloads in each.
        workloads: usize,
    },
    /// Namespaces of three or four pods with twelve policies, each of which selects a few of them. 1,000 namespaces are 3,500 pods
    /// and 12,000 policies.
    SmallPolicies {
        /// How many namespaces.
        namespaces: usize,
    },
    /// Namespaces of four pods with three policies, in teams. 25,000 namespaces are 100,000 pods and 75,000 policies.
    ManyNamespaces {
        /// How many namespaces.
        namespaces: usize,
    },
    /// No two selectors are alike, every cidr overlaps every other, and every port range is its own: so many pods and policies, and
    /// 32 times as many port ranges, at most 65,535.
    Adversarial {
        /// How many pods, and how many policies.
        size: usize,
    },
    /// Nodes of one kind, and Services with a nodePort and three backends each, in isolated projects; every third has a load
    /// balancer's address, every fourth keeps the client's.
    ManyExposures {
        /// How many nodes.
        nodes: usize,
        /// How many exposed Services.
        exposures: usize,
    },
    /// Services and their endpoints.
    ManyServices {
        /// How many Services.
        services: usize,
        /// How many endpoints in all.
        endpoints: usize,
    },
    /// Pods and policies with everything that a live cluster's objects carry: for measuring how fast dumps are read.
    Dump {
        /// How many pods.
        pods: usize,
        /// How many policies.
        policies: usize,
    },
}

impl Shape {
    /// Hands every object out, in an order that does not change.
    pub fn each(&self, seed: u64, emit: &mut dyn FnMut(Value)) {
        let numbers = &mut Numbers::new(seed);
        match *self {
            Self::MicroSegmented { namespaces, workloads } => {
                micro_segmented::each(namespaces, workloads, numbers, emit);
            }
            Self::SmallPolicies { namespaces } => small_policies::each(namespaces, numbers, emit),
            Self::ManyNamespaces { namespaces } => many_namespaces::each(namespaces, numbers, emit),
            Self::Adversarial { size } => adversarial::each(size, numbers, emit),
            Self::ManyExposures { nodes, exposures } => many_exposures::each(nodes, exposures, numbers, emit),
            Self::ManyServices { services, endpoints } => many_services::each(services, endpoints, emit),
            Self::Dump { pods, policies } => dump::each(pods, policies, numbers, emit),
        }
    }
}
