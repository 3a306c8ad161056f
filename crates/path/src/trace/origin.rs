//! Who opens the connection.

use std::net::IpAddr;

use bulkhead_model::Issue;

use crate::network::Network;
use crate::request::Origin;
use crate::walk::Client;

/// Places an origin in the cluster, or outside of it.
pub(super) fn place(network: &Network<'_>, origin: &Origin) -> Result<Client, Box<Issue>> {
    let snapshot = network.snapshot();
    match origin {
        Origin::Pod(name) => {
            let pod = snapshot.pod(name).ok_or_else(|| unknown_object("pod", name))?;
            of_pod(network, pod)
        }
        Origin::Node(name) => snapshot.node(name).map(Client::Process).ok_or_else(|| unknown_object("node", name)),
        Origin::Address(address) => of_address(network, *address),
    }
}

fn of_pod(network: &Network<'_>, pod: bulkhead_snapshot::PodId) -> Result<Client, Box<Issue>> {
    let snapshot = network.snapshot();
    let row = &snapshot.pods[pod];
    if !row.is_active() {
        return Err(Box::new(Issue::error("podHasEnded").with("pod", &row.name)));
    }
    let node = row.node.as_ref().and_then(|name| snapshot.node(name));
    match (row.host_network, node) {
        (false, node) => Ok(Client::Pod(pod, node)),
        (true, Some(node)) => Ok(Client::Process(node)),
        (true, None) => Err(Box::new(Issue::error("hostNetworkPodWithoutNode").with("pod", &row.name))),
    }
}

fn of_address(network: &Network<'_>, address: IpAddr) -> Result<Client, Box<Issue>> {
    let contested = || Box::new(Issue::error("contestedAddress").with("address", address));
    match network.snapshot().pods_with_address(address) {
        [] => {}
        [pod] => return of_pod(network, *pod),
        _ => return Err(contested()),
    }
    match network.nodes().with_address(address) {
        [] => Ok(Client::Outside(address)),
        [node] => Ok(Client::Process(*node)),
        _ => Err(contested()),
    }
}

/// The request names something that the input does not have.
pub(super) fn unknown_object(kind: &'static str, name: &impl ToString) -> Box<Issue> {
    Box::new(Issue::error("noSuchObject").with("kind", kind).with("name", name.to_string()))
}
