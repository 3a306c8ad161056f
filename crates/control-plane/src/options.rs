//! What a control plane shall have.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};

use crate::Server;

/// What to start, and how.
#[derive(Clone, Debug)]
pub struct Options {
    /// What runs beside etcd and kube-apiserver.
    pub servers: BTreeSet<Server>,
    /// Who may log in beside the administrator, [`User::admin`].
    pub users: Vec<User>,
    /// Where the API server listens.
    pub address: IpAddr,
    /// `--service-cluster-ip-range`.
    pub service_cidrs: String,
    /// `--cidr` of kwok: the addresses of the pods that it plays.
    pub pod_cidr: String,
    /// More arguments for kube-apiserver.
    pub api_server_arguments: Vec<String>,
    /// The controllers that kube-controller-manager runs; all that are on by default where it is empty.
    pub controllers: Vec<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            servers: BTreeSet::new(),
            users: Vec::new(),
            address: IpAddr::V4(Ipv4Addr::LOCALHOST),
            service_cidrs: "10.96.0.0/16".to_owned(),
            pod_cidr: "10.244.0.0/16".to_owned(),
            api_server_arguments: Vec::new(),
            controllers: Vec::new(),
        }
    }
}

impl Options {
    /// With kube-controller-manager and kwok: Deployments get pods, pods run, namespaces end.
    pub fn with_controllers() -> Self {
        let servers = BTreeSet::from([Server::KubeControllerManager, Server::Kwok]);
        Self { servers, ..Self::default() }
    }

    /// One more user.
    #[must_use]
    pub fn user(mut self, user: User) -> Self {
        self.users.push(user);
        self
    }
}

/// Somebody who logs in with a token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// The name.
    pub name: String,
    /// The groups, as for RBAC.
    pub groups: Vec<String>,
    /// The token.
    pub token: String,
}

impl User {
    /// A user whose token follows from the name: this is a control plane for tests.
    pub fn new(name: &str, groups: &[&str]) -> Self {
        let groups = groups.iter().map(|&group| group.to_owned()).collect();
        Self { name: name.to_owned(), groups, token: format!("token-of-{name}") }
    }

    /// The administrator: every control plane has this user.
    pub fn admin() -> Self {
        Self::new("admin", &["system:masters"])
    }
}
