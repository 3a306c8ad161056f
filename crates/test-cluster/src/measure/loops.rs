//! Everything at once: by the controller, and by a loop that does nothing but the same applies.

use std::time::Instant;

use bulkhead_store::{Apply, Delete, Object, ObjectKey, Selection, Store as _, StoreError, Write};
use bulkhead_test_cluster::Process;
use futures_util::future::join_all;

use super::population::{Population, Switch, resource};
use super::subject::{Subject, applied, deleted, memory, processor, settle, until};

/// What the controller lists when it starts.
const LISTED: [&str; 8] =
    ["namespaces", "nodes", "daemonsets", "services", "endpointslices", "pods", "networkpolicies", "nsnp"];

/// Isolates everything, in turns by the controller and by the loop; then starts the controller where all is done.
pub(super) async fn isolate(population: &Population, subject: &Subject<'_>) -> anyhow::Result<()> {
    let count = population.sizes.namespaces;
    let (mut by_controller, mut by_loop) = (0.0, 0.0);
    for round in 1..=population.sizes.rounds {
        let (mut process, _) = subject.start()?;
        settle(&mut process)?;
        let (before, used) = (applied(&mut process), processor(&process)?);
        let took = all(population, Switch::On, &mut process, |process| applied(process) - before).await?;
        by_controller += took;
        let used = processor(&process)? - used;
        println!(
            "round {round}: the controller isolated {count} namespaces in {took:.2} s, {:.0} a second, {used:.1} s of a processor",
            rate(count, took)
        );
        let wanted = population.policy(0).await?;
        let before = deleted(&mut process);
        let took = all(population, Switch::Off, &mut process, |process| deleted(process) - before).await?;
        println!("round {round}: and took it back in {took:.2} s, {:.0} a second", rate(count, took));
        process.stop()?;

        let took = bare(population, &wanted).await?;
        by_loop += took;
        println!("round {round}: a bare loop made the same applies in {took:.2} s, {:.0} a second", rate(count, took));
        remove(population).await?;
    }
    if by_controller > 0.0 {
        println!("throughput against the bare loop: {:.0} %", 100.0 * by_loop / by_controller);
    }

    let (mut process, _) = subject.start()?;
    all(population, Switch::On, &mut process, applied).await?;
    settle(&mut process)?;
    let (now, most) = memory(&process)?;
    println!("memory of the controller that wrote it: {now:.0} MB, {most:.0} MB at most");
    process.stop()?;
    again(population, subject).await
}

/// Starts where everything is done already.
async fn again(population: &Population, subject: &Subject<'_>) -> anyhow::Result<()> {
    let (mut listing, mut start) = (f64::MAX, f64::MAX);
    for _ in 0..2 {
        let begun = Instant::now();
        let listed = join_all(LISTED.map(async |plural| list(population, plural).await)).await;
        let objects: usize = listed.into_iter().sum::<anyhow::Result<usize>>()?;
        let took = begun.elapsed().as_secs_f64();
        println!("listing {objects} objects took {took:.2} s");
        listing = listing.min(took);
        let (mut process, took) = subject.start()?;
        println!("the controller knew them after {:.2} s", took.as_secs_f64());
        start = start.min(took.as_secs_f64());
        let planned =
            |process: &mut Process| process.metric("bulkhead_controller_plans_total", &[]).unwrap_or_default();
        #[allow(clippy::cast_precision_loss)] // a count of namespaces
        let all = population.sizes.namespaces as f64;
        until("everything is looked at", || planned(&mut process) >= all)?;
        settle(&mut process)?;
        let (now, most) = memory(&process)?;
        println!(
            "the same again: {} applies, {} deletions; memory {now:.0} MB, {most:.0} MB at most",
            applied(&mut process),
            deleted(&mut process)
        );
        process.stop()?;
    }
    println!("from the start to knowing everything: {:.2} × the listing", start / listing);
    Ok(())
}

async fn list(population: &Population, plural: &str) -> anyhow::Result<usize> {
    Ok(population.account.list(&resource(plural)?, &Selection::all()).await?.items.len())
}

/// Switches everything, and waits until the controller has followed; the seconds from the first switch.
async fn all(
    population: &Population,
    switch: Switch,
    process: &mut Process,
    count: impl Fn(&mut Process) -> f64,
) -> anyhow::Result<f64> {
    let begun = Instant::now();
    for at in 0..population.sizes.workspaces {
        population.switch_workspace(at, switch).await?;
    }
    #[allow(clippy::cast_precision_loss)] // a count of namespaces
    let wanted = population.sizes.namespaces as f64;
    until("everything is written", || count(process) >= wanted)?;
    Ok(begun.elapsed().as_secs_f64())
}

/// The same applies as the controller's, with the same rights, by nobody who thinks; the seconds that it took.
async fn bare(population: &Population, wanted: &Object) -> anyhow::Result<f64> {
    let policies = resource("networkpolicies")?;
    let apply = Apply::fail(Write::by("bulkhead"));
    let mut template = wanted.clone();
    for field in ["uid", "resourceVersion", "generation", "creationTimestamp", "managedFields"] {
        template.metadata_mut().remove(field);
    }
    let workspaces = population.sizes.workspaces.max(1);
    let begun = Instant::now();
    population
        .each(population.sizes.namespaces, async |at| {
            let text = serde_json::to_string(&template.0).unwrap_or_default();
            let text = text.replace("\"ns-00000\"", &format!("\"{}\"", Population::namespace(at)));
            let text = text.replace("\"ws-0\"", &format!("\"ws-{}\"", at % workspaces));
            let object = serde_json::from_str(&text).ok().and_then(Object::from_value).unwrap_or_default();
            population.account.apply(&policies, &object, &apply).await.map(drop)
        })
        .await?;
    Ok(begun.elapsed().as_secs_f64())
}

/// Deletes what the loop made.
async fn remove(population: &Population) -> anyhow::Result<()> {
    let policies = resource("networkpolicies")?;
    population
        .each(population.sizes.namespaces, async |at| {
            let key = ObjectKey::namespaced(Population::namespace(at), "nsnp-network-isolate");
            match population.account.delete(&policies, &key, &Delete::default()).await {
                Err(StoreError::NotFound { .. }) => Ok(()),
                deleted => deleted,
            }
        })
        .await
}

#[allow(clippy::cast_precision_loss)] // a count of namespaces
fn rate(count: usize, seconds: f64) -> f64 {
    count as f64 / seconds
}
