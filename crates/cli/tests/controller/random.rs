//! Random tenants on a real API server: whatever people do, the controller ends in the policies of the plan.

use bulkhead_control_plane::ControlPlane;
use fastrand::Rng;
use serde_json::{Value, json};

use crate::bed::{Bed, entry_path, eventually, settled};
use crate::kubesphere::without_the_rule_about_peers;

const PROJECTS: [&str; 4] = ["rw-0", "rw-1", "rw-2", "rw-3"];
const WORKSPACES: [&str; 2] = ["rw-a", "rw-b"];
const ENTRIES: [&str; 3] = ["e0", "e1", "e2"];
/// How many worlds, each made of the one before.
const WORLDS: usize = 15;
/// How much people do in each.
const DEEDS: usize = 12;

fn one<'a, T>(rng: &mut Rng, of: &'a [T]) -> &'a T {
    &of[rng.usize(..of.len())]
}

fn rules(rng: &mut Rng) -> Value {
    let other = *one(rng, &PROJECTS);
    let peer = match rng.usize(..5) {
        0 | 1 => json!({"namespace": {"name": other}}),
        2 | 3 => json!({"service": {"name": "s", "namespace": other}}),
        _ => json!({"ipBlock": {"cidr": "198.51.100.0/24"}}),
    };
    let ports = if rng.bool() { json!([]) } else { json!([{"protocol": "TCP", "port": *one(rng, &[80, 8080])}]) };
    match rng.usize(..3) {
        0 => json!({"egress": [{"to": [peer]}]}),
        1 => json!({"ingress": [{"from": [peer.clone()], "ports": ports}], "egress": [{"to": [peer]}]}),
        _ => json!({"ingress": [{"from": [peer], "ports": ports}]}),
    }
}

/// Somebody does something.
fn act(bed: &Bed<'_>, rng: &mut Rng) {
    let project = *one(rng, &PROJECTS);
    let namespace = format!("/api/v1/namespaces/{project}");
    match rng.usize(..12) {
        0 | 1 => {
            let value = *one(rng, &["enabled", "disabled", ""]);
            bed.switch(project, value);
        }
        2 | 3 => {
            let on =
                json!({"metadata": {"annotations": {"kubesphere.io/network-isolate": *one(rng, &["enabled", ""])}}});
            bed.merge(&format!("/apis/tenant.kubesphere.io/v1beta1/workspaces/{}", one(rng, &WORKSPACES)), &on);
        }
        4 => {
            let workspace = *one(rng, &["rw-a", "rw-a", "rw-b", "gone"]);
            bed.merge(&namespace, &json!({"metadata": {"labels": {"kubesphere.io/workspace": workspace}}}));
        }
        5..=8 => {
            let (name, spec) = (*one(rng, &ENTRIES), rules(rng));
            let path = entry_path(project, name);
            drop(bed.admin.delete(&path));
            let entry = json!({
                "apiVersion": "network.kubesphere.io/v1alpha1", "kind": "NamespaceNetworkPolicy",
                "metadata": {"name": name, "namespace": project}, "spec": spec,
            });
            // The rule about peers refuses those of another workspace.
            drop(bed.admin.create(path.rsplit_once('/').unwrap().0, &entry));
        }
        9 => {
            let name = *one(rng, &ENTRIES);
            drop(bed.admin.delete(&entry_path(project, name)));
        }
        10 => {
            let target = one(rng, &[json!(8080), json!(80)]).clone();
            drop(bed.admin.delete(&format!("{namespace}/services/s")));
            let ports = json!([{"port": 80, "targetPort": target}]);
            bed.create(&json!({
                "apiVersion": "v1", "kind": "Service", "metadata": {"name": "s", "namespace": project},
                "spec": {"selector": {"app": *one(rng, &["x", "y"])}, "ports": ports},
            }));
        }
        _ => drop(bed.admin.delete(&format!("{namespace}/services/s"))),
    }
}

/// Waits until the plan of the cluster as it is has nothing left to write.
fn until_as_planned(bed: &Bed<'_>, world: usize, arguments: &[&str]) {
    let mut left = Vec::new();
    eventually(&format!("world {world} is as planned"), || {
        left = bed.left(arguments);
        left.is_empty().then_some(())
    });
}

pub(crate) fn worlds(plane: &ControlPlane) {
    let bed = Bed::new(plane);
    for name in WORKSPACES {
        bed.workspace(name);
    }
    for name in PROJECTS {
        bed.project(name, "rw-a");
    }
    let mut rng = Rng::with_seed(7);
    let mut controller = bed.leader("random");
    let mut most = 0;
    for world in 0..WORLDS {
        (0..DEEDS).for_each(|_| act(&bed, &mut rng));
        until_as_planned(&bed, world, &[]);
        settled(&mut controller);
        let policies = bed.admin.get("/apis/networking.k8s.io/v1/networkpolicies").unwrap();
        let own = |policy: &&Value| PROJECTS.iter().any(|project| policy["metadata"]["namespace"] == *project);
        most = most.max(policies["items"].as_array().unwrap().iter().filter(own).count());
    }
    assert!(controller.stop().unwrap().success());
    assert!(most > 5, "{most} policies at most test nothing");
}

/// The same tenants, as KubeSphere's controller would have them.
pub(crate) fn kubesphere(plane: &ControlPlane) {
    let bed = Bed::new(plane);
    without_the_rule_about_peers(&bed);
    let mut rng = Rng::with_seed(8);
    let setting = ["--isolation", "kubesphere"];
    for world in 0..WORLDS {
        (0..DEEDS).for_each(|_| act(&bed, &mut rng));
        bed.once(&setting);
        // Others have left entries that KubeSphere's controller passes on and the API server refuses.
        let left: Vec<String> = bed.left(&setting).into_iter().filter(|name| name.starts_with("rw-")).collect();
        assert_eq!(left, Vec::<String>::new(), "world {world}");
    }
}
