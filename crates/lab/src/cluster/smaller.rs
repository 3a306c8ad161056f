//! Clusters that are a little smaller, for finding the smallest in which a world still disagrees.

use super::{ANNOUNCER, Client, Cluster};
use crate::probe::Case;
use crate::world::World;

/// What a disagreement is about. Pods and nodes are meant by their index, so that all parts change together.
#[derive(Clone, Debug)]
pub(crate) struct Scene {
    pub(crate) cluster: Cluster,
    pub(crate) world: World,
    pub(crate) case: Case,
}

/// Every scene that has a pod or a node less; before them the one without all that the question has nothing to do with.
pub(crate) fn smaller(scene: &Scene) -> Vec<Scene> {
    let is_endpoint = |pod: usize| {
        scene.world.services.iter().any(|service| service.endpoints.iter().any(|endpoint| endpoint.pod == pod))
    };
    let is_client = |pod: usize| scene.case.client == Client::Pod(pod);
    let without_idle = keep_pods(scene, |pod| is_endpoint(pod) || is_client(pod));
    let mut all: Vec<Scene> = vec![keep_nodes(&without_idle, |node| is_in_use(&without_idle, node))];
    for pod in (0..scene.cluster.pods.len()).rev().filter(|&pod| !is_client(pod)) {
        all.push(keep_pods(scene, |kept| kept != pod));
    }
    for node in (0..scene.cluster.nodes.len()).rev().filter(|&node| !is_in_use(scene, node)) {
        all.push(keep_nodes(scene, |kept| kept != node));
    }
    all.retain(|smaller| smaller.cluster != scene.cluster);
    all
}

/// Whether a node is where something is, or is called. The announcer's place cannot be taken by another.
fn is_in_use(scene: &Scene, node: usize) -> bool {
    let at = scene.cluster.nodes.get(node);
    let called = at.is_some_and(|at| {
        let family = scene.case.door.family();
        [at.address(family), at.tunnel(family)].contains(&scene.case.door.address.ip())
    });
    let calls = match scene.case.client {
        Client::OffLan(of) | Client::OnLan(of) | Client::Node(of) => of == node,
        Client::Pod(_) => false,
    };
    node == ANNOUNCER || called || calls || scene.cluster.pods.iter().any(|pod| pod.node == node)
}

fn keep_pods(scene: &Scene, keep: impl Fn(usize) -> bool) -> Scene {
    let mut smaller = scene.clone();
    let now = |pod: usize| keep(pod).then(|| (0..pod).filter(|&before| keep(before)).count());
    let mut index = 0..;
    smaller.cluster.pods.retain(|_| index.next().is_some_and(&keep));
    for service in &mut smaller.world.services {
        service.endpoints.retain(|endpoint| keep(endpoint.pod));
        for endpoint in &mut service.endpoints {
            endpoint.pod = now(endpoint.pod).unwrap_or(endpoint.pod);
        }
    }
    if let Client::Pod(pod) = &mut smaller.case.client {
        *pod = now(*pod).unwrap_or(*pod);
    }
    smaller
}

/// Without nodes that have no pods.
fn keep_nodes(scene: &Scene, keep: impl Fn(usize) -> bool) -> Scene {
    let mut smaller = scene.clone();
    let now = |node: usize| (0..node).filter(|&before| keep(before)).count();
    let mut index = 0..;
    smaller.cluster.nodes.retain(|_| index.next().is_some_and(&keep));
    for pod in &mut smaller.cluster.pods {
        pod.node = now(pod.node);
    }
    if let Client::OffLan(node) | Client::OnLan(node) | Client::Node(node) = &mut smaller.case.client {
        *node = now(*node);
    }
    smaller
}
