//! How long a picture takes, after it is known who reaches whom: `cargo bench -p bulkhead-report --bench picture`.

#![allow(missing_docs, clippy::unwrap_used)]

use std::hint::black_box;

use bulkhead_analysis::model::watch::Unwatched;
use bulkhead_analysis::reachability::{By, Narrowing};
use bulkhead_analysis::snapshot::{Input, Snapshot};
use bulkhead_analysis::topology::Level;
use bulkhead_analysis::{Analysis, Topology};
use bulkhead_report::{Ground, Look, Speech, draw_topology};
use bulkhead_shapes::{Format, Shape, write};
use bulkhead_wire::TopologyForm;
use criterion::{Criterion, criterion_group, criterion_main};

fn pictures(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("picture");
    group.sample_size(10);
    let shapes = [
        ("100 workloads", Shape::MicroSegmented { namespaces: 10, workloads: 10 }),
        ("1,000 workloads", Shape::MicroSegmented { namespaces: 20, workloads: 50 }),
    ];
    for (name, shape) in shapes {
        let mut text = Vec::new();
        write(&shape, 1, Format::CompactJson, &mut text).unwrap();
        let snapshot = Snapshot::from_texts(&[Input { name: "cluster", text: &text }]);
        let analysis = Analysis::new(&snapshot);
        let reachability = analysis.reachability(By::Workload, Narrowing::default(), &Unwatched);
        for level in Level::ALL {
            group.bench_function(format!("{name}, by {}: parties and links", level.name()), |bencher| {
                bencher.iter(|| black_box(Topology::new(&reachability, level)));
            });
            let form = TopologyForm::new(&Topology::new(&reachability, level), Vec::new());
            group.bench_function(format!("{name}, by {}: layout and SVG", level.name()), |bencher| {
                bencher.iter(|| black_box(draw_topology(&form, Speech::default(), Look::Alone(Ground::System))));
            });
        }
    }
    group.finish();
}

criterion_group!(benches, pictures);
criterion_main!(benches);
