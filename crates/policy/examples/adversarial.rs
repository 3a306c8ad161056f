//! Draws how long all pairs of the adversarial shape take by its size, as SVG: processor time against rules x classes.
//!
//! `cargo run --release -p bulkhead-policy --example adversarial > docs/performance-adversarial.svg`

#![allow(clippy::print_stdout, clippy::print_stderr, clippy::cast_precision_loss, missing_docs)]

use std::error::Error;
use std::fs;

use bulkhead_policy::Policies;
use bulkhead_policy::reach::Reach;
use bulkhead_shapes::{Format, Shape, write};
use bulkhead_snapshot::{Input, Snapshot};

const SIZES: [usize; 5] = [128, 256, 512, 1_024, 2_048];
/// Both axes are powers of two from these on.
const FIRST_SIZE: f64 = 64.0;
const FIRST_MILLISECONDS: f64 = 16.0;
/// How many pixels a power of two takes.
const STEP: f64 = 44.0;
const HEIGHT: f64 = 480.0;

fn main() -> Result<(), Box<dyn Error>> {
    let mut points = Vec::new();
    for size in SIZES {
        let mut text = Vec::new();
        write(&Shape::Adversarial { size }, 1, Format::CompactJson, &mut text)?;
        let snapshot = Snapshot::from_texts(&[Input { name: "cluster", text: &text }]);
        let before = processor_milliseconds()?;
        let pairs = all_pairs(&snapshot);
        let worked = processor_milliseconds()? - before;
        eprintln!("{size} pods and policies: {worked:.0} ms, {pairs} pairs");
        points.push((size as f64, worked));
    }
    println!("{}", plot(&points));
    Ok(())
}

fn all_pairs(snapshot: &Snapshot) -> u64 {
    let policies = Policies::new(snapshot);
    let reach = Reach::new(snapshot, &policies);
    let (mut found, mut pairs) = (0, reach.pairs());
    for from in reach.classes() {
        pairs.from(from, |_, _| found += 1);
    }
    found
}

/// How long a processor has worked on this, from `/proc`.
fn processor_milliseconds() -> Result<f64, Box<dyn Error>> {
    let stat = fs::read_to_string("/proc/self/schedstat")?;
    Ok(stat.split_whitespace().next().ok_or("no time in schedstat")?.parse::<f64>()? / 1e6)
}

fn plot(points: &[(f64, f64)]) -> String {
    let first = points.first().copied().unwrap_or((FIRST_SIZE, FIRST_MILLISECONDS));
    let bound: Vec<(f64, f64)> = points.iter().map(|(size, _)| (*size, first.1 * (size / first.0).powi(2))).collect();
    let marks: String = points.iter().map(|point| mark(*point)).collect();
    format!(
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 420 500' font-family='sans-serif' font-size='12'>\n\
         <rect width='420' height='500' fill='white'/>\n\
         <text x='20' y='24'>all pairs, adversarial: milliseconds by size, both doubling</text>\n\
         <polyline fill='none' stroke='#999' stroke-dasharray='4' points='{}'/>\n\
         <polyline fill='none' stroke='#0366d6' stroke-width='2' points='{}'/>\n{marks}\
         <text x='20' y='44' fill='#999'>dashed: rules x classes from the first point on</text>\n</svg>",
        line(&bound),
        line(points),
    )
}

fn place((size, milliseconds): (f64, f64)) -> (f64, f64) {
    let x = 20.0 + STEP * (size / FIRST_SIZE).log2();
    let y = HEIGHT - STEP * (milliseconds.max(1.0) / FIRST_MILLISECONDS).log2();
    (x, y)
}

fn line(points: &[(f64, f64)]) -> String {
    let places: Vec<String> = points.iter().map(|point| place(*point)).map(|(x, y)| format!("{x:.0},{y:.0}")).collect();
    places.join(" ")
}

fn mark(point: (f64, f64)) -> String {
    let ((size, milliseconds), (x, y)) = (point, place(point));
    format!(
        "<circle cx='{x:.0}' cy='{y:.0}' r='3'/><text x='{:.0}' y='{:.0}'>{size}: {milliseconds:.0} ms</text>\n",
        x + 8.0,
        y + 14.0
    )
}
