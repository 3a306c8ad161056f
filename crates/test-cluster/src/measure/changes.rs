//! One namespace after the other: how long after a change its policy follows.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::time::{Duration, Instant};

use bulkhead_store::{Event, Resource, Selection, Store as _};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;

use super::population::{Population, Switch, resource};
use super::subject::{Subject, memory, processor, settle};

/// How long a policy may take before it counts as lost.
const PATIENCE: Duration = Duration::from_secs(30);

/// Something that a watch told, and when.
type Told = (String, Instant);

/// Switches projects one by one at a rate, each another one, and times their policies.
pub(super) async fn one_by_one(population: &Population, subject: &Subject<'_>) -> anyhow::Result<()> {
    let sizes = &population.sizes;
    let (mut process, _) = subject.start()?;
    settle(&mut process)?;
    let (namespaces, policies) = (resource("namespaces")?, resource("networkpolicies")?);
    let (mut changed, watch_of_changes) = watched(population, &namespaces, |object| object.name().to_owned()).await?;
    let (mut followed, watch_of_policies) =
        watched(population, &policies, |object| object.namespace().unwrap_or_default().to_owned()).await?;

    let mut all: Vec<usize> = (0..sizes.namespaces).collect();
    fastrand::Rng::with_seed(sizes.seed).shuffle(&mut all);
    all.truncate(sizes.changes);
    let used = processor(&process)?;
    let begun = Instant::now();
    let mut beat = tokio::time::interval(Duration::from_secs(1) / sizes.rate.max(1));
    let mut late = Duration::ZERO;
    for (number, at) in (0_u32..).zip(&all) {
        beat.tick().await;
        late = late.max(begun.elapsed().saturating_sub(Duration::from_secs(1) * number / sizes.rate.max(1)));
        population.switch_project(&Population::namespace(*at), Switch::On).await?;
    }
    let took = begun.elapsed();
    let used = processor(&process)? - used;
    let (events, writes) = (collect(&mut changed, all.len()).await, collect(&mut followed, all.len()).await);
    watch_of_changes.abort();
    watch_of_policies.abort();

    let mut waits: Vec<Duration> =
        writes.iter().filter_map(|(name, at)| Some(at.saturating_duration_since(*events.get(name)?))).collect();
    waits.sort();
    let of = |share: f64| {
        #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)] // an index
        let at = (waits.len() as f64 * share) as usize;
        waits.get(at.min(waits.len().saturating_sub(1))).copied().unwrap_or_default().as_secs_f64() * 1_000.0
    };
    println!(
        "{} changes, {:.1} a second, {} policies followed: p50 {:.1} ms, p90 {:.1} ms, p99 {:.1} ms, at most {:.1} ms; {used:.1} s of a processor; the changes were up to {:.0} ms late",
        all.len(),
        f64::from(u32::try_from(all.len())?) / took.as_secs_f64(),
        waits.len(),
        of(0.5),
        of(0.9),
        of(0.99),
        of(1.0),
        late.as_secs_f64() * 1_000.0,
    );
    let (now, most) = memory(&process)?;
    println!("memory of the controller: {now:.0} MB, {most:.0} MB at most");
    process.stop()?;
    Ok(())
}

/// What a watch tells from now on, by a name of each object.
async fn watched(
    population: &Population,
    resource: &Resource,
    name: fn(&bulkhead_store::Object) -> String,
) -> anyhow::Result<(UnboundedReceiver<Told>, JoinHandle<()>)> {
    let from = population.admin.list(resource, &Selection::all()).await?.resource_version;
    let mut watch = population.admin.watch(resource, &Selection::all(), &from).await?;
    let (sender, receiver): (UnboundedSender<Told>, _) = unbounded_channel();
    let task = tokio::spawn(async move {
        while let Some(Ok(event)) = poll_fn(|context| watch.as_mut().poll_next(context)).await {
            if let Event::Added(object) | Event::Modified(object) = &event
                && sender.send((name(object), Instant::now())).is_err()
            {
                return;
            }
        }
    });
    Ok((receiver, task))
}

/// The first time that each name was told, as soon as there are so many of them.
async fn collect(told: &mut UnboundedReceiver<Told>, count: usize) -> BTreeMap<String, Instant> {
    let mut first = BTreeMap::new();
    while first.len() < count {
        match tokio::time::timeout(PATIENCE, told.recv()).await {
            Ok(Some((name, at))) => drop(first.entry(name).or_insert(at)),
            Ok(None) | Err(_) => break,
        }
    }
    first
}
