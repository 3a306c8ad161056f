//! Two controllers and one lease.

use std::time::{Duration, Instant};

use bulkhead_control_plane::ControlPlane;
use bulkhead_test_cluster::Process;

use crate::bed::{BASE, Bed, eventually, settled};

/// No longer than a lease lasts, and a look at it.
const TAKEN_OVER: Duration = Duration::from_secs(20);
/// No longer than two looks, with their jitter.
const HANDED_OVER: Duration = Duration::from_secs(6);

fn leads(controller: &mut Process) -> bool {
    controller.metric("bulkhead_controller_leader", &[]) == Some(1.0)
}

/// Waits until the second one leads, while the first one, if it is there, does not say so as well.
fn until_it_leads(controller: &mut Process) {
    eventually("it leads", || leads(controller).then_some(()));
}

pub(crate) fn two(plane: &ControlPlane) {
    let bed = Bed::new(plane);
    for project in ["le-a", "le-b", "le-c"] {
        bed.workspace(project);
        bed.project(project, project);
    }
    let mut first = bed.leader("lease-first");
    let mut second = bed.controller("lease-second", &[]);
    bed.switch("le-a", "enabled");
    bed.until_policy("le-a", BASE);
    assert!(leads(&mut first) && !leads(&mut second), "one leads");
    assert_eq!(
        second.metric("bulkhead_controller_calls_total", &["verb=\"apply\""]),
        Some(0.0),
        "the other only watches"
    );

    let begun = Instant::now();
    first.kill();
    bed.switch("le-b", "enabled");
    bed.until_policy("le-b", BASE);
    println!("taken over behind a killed leader after {:?}", begun.elapsed());
    assert!(begun.elapsed() < TAKEN_OVER, "{:?}", begun.elapsed());
    until_it_leads(&mut second);

    let mut third = bed.controller("lease-third", &[]);
    assert!(!leads(&mut third));
    let begun = Instant::now();
    assert!(second.stop().unwrap().success());
    println!("ended after {:?}", begun.elapsed());
    bed.switch("le-c", "enabled");
    bed.until_policy("le-c", BASE);
    println!("handed over after {:?}", begun.elapsed());
    assert!(begun.elapsed() < HANDED_OVER, "{:?}", begun.elapsed());
    settled(&mut third);
    bed.is_as_planned();
    assert!(third.stop().unwrap().success());
}
