//! The API server goes and comes back, and forgets.

use std::time::Instant;

use bulkhead_control_plane::{ControlPlane, Server};

use crate::bed::{BASE, Bed, eventually, policy_path, settled};

fn restarted(plane: &ControlPlane) {
    plane.kill_server(Server::KubeApiserver).unwrap();
    plane.start_server(Server::KubeApiserver).unwrap();
}

pub(crate) fn restart(plane: &ControlPlane) {
    let bed = Bed::new(plane);
    bed.workspace("restart");
    for project in ["re-a", "re-b"] {
        bed.project(project, "restart");
    }
    let mut controller = bed.leader("restart");
    bed.switch("re-a", "enabled");
    bed.until_policy("re-a", BASE);
    restarted(plane);
    let begun = Instant::now();
    bed.switch("re-b", "enabled");
    bed.until_policy("re-b", BASE);
    println!("at work {:?} behind the API server's start", begun.elapsed());
    assert!(!controller.has_ended(), "it is the same process");
    settled(&mut controller);
    bed.is_as_planned();
    assert!(controller.stop().unwrap().success());
}

pub(crate) fn compaction(plane: &ControlPlane) {
    let bed = Bed::new(plane);
    bed.workspace("compact");
    for project in ["co-a", "co-b"] {
        bed.project(project, "compact");
    }
    let mut controller = bed.leader("compaction");
    bed.switch("co-a", "enabled");
    bed.until_policy("co-a", BASE);
    settled(&mut controller);
    let lists = |it: &mut bulkhead_test_cluster::Process| {
        it.metric("bulkhead_controller_calls_total", &["verb=\"list\"", "resource=\"namespaces\"", "outcome=\"ok\""])
    };
    let before = lists(&mut controller).unwrap();
    // While it sleeps, its connections end, and what happens is forgotten before it asks.
    controller.freeze().unwrap();
    restarted(plane);
    bed.switch("co-b", "enabled");
    bed.admin.delete(&policy_path("co-a", BASE)).unwrap();
    plane.compact_etcd().unwrap();
    restarted(plane);
    controller.thaw().unwrap();
    for project in ["co-a", "co-b"] {
        bed.until_policy(project, BASE);
    }
    eventually("everything was listed again", || lists(&mut controller).filter(|now| *now > before));
    settled(&mut controller);
    bed.is_as_planned();
    assert!(controller.stop().unwrap().success());
}
