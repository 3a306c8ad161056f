//! What the shapes write is read back without an issue, has the size that it says, and is the same in every format.

#![allow(missing_docs, clippy::unwrap_used)]

use bulkhead_shapes::{Format, Shape, write};
use bulkhead_snapshot::{Input, Objects, read};

fn objects(shape: Shape, format: Format) -> Objects {
    let mut text = Vec::new();
    write(&shape, 1, format, &mut text).unwrap();
    read(&[Input { name: "cluster", text: &text }])
}

#[track_caller]
fn check(shape: Shape, pods: usize, workloads: usize, policies: usize) {
    for format in Format::ALL {
        let objects = objects(shape, format);
        assert_eq!(objects.issues, [], "{shape:?} {format:?}");
        let counts = (objects.pods.len(), objects.workloads.len(), objects.network_policies.len());
        assert_eq!(counts, (pods, workloads, policies), "{shape:?} {format:?}");
    }
}

#[test]
fn micro_segmented() {
    check(Shape::MicroSegmented { namespaces: 10, workloads: 10 }, 0, 100, 140);
    check(Shape::MicroSegmented { namespaces: 20, workloads: 50 }, 0, 1_000, 1_080);
}

#[test]
fn small_policies() {
    check(Shape::SmallPolicies { namespaces: 100 }, 350, 0, 1_200);
}

#[test]
fn many_namespaces() {
    check(Shape::ManyNamespaces { namespaces: 250 }, 1_000, 0, 750);
}

#[test]
fn many_exposures_and_many_services() {
    for format in Format::ALL {
        let exposures = objects(Shape::ManyExposures { nodes: 30, exposures: 25 }, format);
        assert_eq!(exposures.issues, [], "{format:?}");
        assert_eq!((exposures.nodes.len(), exposures.pods.len(), exposures.services.len()), (30, 75, 25), "{format:?}");
        let services = objects(Shape::ManyServices { services: 7, endpoints: 1_000 }, format);
        assert_eq!(services.issues, [], "{format:?}");
        let endpoints: usize = services.endpoint_slices.iter().map(|slice| slice.endpoints.len()).sum();
        assert_eq!((services.services.len(), endpoints), (7, 1_000), "{format:?}");
    }
}

#[test]
fn adversarial() {
    check(Shape::Adversarial { size: 64 }, 64, 0, 64);
}

#[test]
fn dump() {
    check(Shape::Dump { pods: 50, policies: 50 }, 50, 0, 50);
}

#[test]
fn the_seed_decides_and_nothing_else() {
    let text = |seed| {
        let mut text = Vec::new();
        write(&Shape::SmallPolicies { namespaces: 10 }, seed, Format::Yaml, &mut text).unwrap();
        text
    };
    assert_eq!(text(1), text(1));
    assert_ne!(text(1), text(2));
}
