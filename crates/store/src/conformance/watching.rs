//! Watch from a version.

use serde_json::json;

use super::bed::{Bed, config_maps, next, reason, set};
use super::{Wrong, ensure, list_cases};
use crate::{Delete, Event, Object, Selection, Watch};

list_cases! {
    "a watch from a list tells every change after it, in order" => in_order,
    "a watch goes on from the version of any event" => resumed,
    "a watch tells of a selection who enters and leaves it" => selected,
    "a watch of one name tells of no other" => of_one_name,
    "a watch of a namespace tells of no other" => of_namespace,
    "a watch from a forgotten version is told to list again" => forgotten,
    "two watches tell the same" => two,
}

/// An event in short: `+a@x` for an object `a` with the data `x`.
fn short(event: &Event) -> String {
    let data = |object: &Object| object.0.get("data").and_then(|data| data.get("x")?.as_str().map(str::to_owned));
    let of = |mark: &str, object: &Object| format!("{mark}{}@{}", object.name(), data(object).unwrap_or_default());
    match event {
        Event::Added(object) => of("+", object),
        Event::Modified(object) => of("~", object),
        Event::Deleted(object) => of("-", object),
        Event::Bookmark(_) => "bookmark".to_owned(),
    }
}

async fn told(watch: &mut Watch, count: usize) -> Result<Vec<String>, Wrong> {
    let mut told = Vec::new();
    while told.len() < count {
        told.push(short(&next(watch).await?));
    }
    Ok(told)
}

/// Creates `a`, changes it, creates `b`, deletes `a`.
async fn story(bed: &Bed<'_>) -> Result<(), Wrong> {
    let mut a = bed.create(&bed.config_map("a", &json!({"x": "1"}))?).await?;
    set(&mut a, "data", "x", json!("2"));
    bed.update(&a).await?;
    bed.create(&bed.config_map("b", &json!({"x": "1"}))?).await?;
    bed.store.delete(&config_maps()?, &bed.key("a"), &Delete::default()).await?;
    Ok(())
}

const STORY: [&str; 4] = ["+a@1", "~a@2", "+b@1", "-a@2"];

/// A version from which the story is the next thing that happens: others may write into a new namespace, too.
async fn quiet(bed: &Bed<'_>) -> Result<(String, Selection), Wrong> {
    let mut start = bed.labelled("start", &json!({"s": "x"}))?;
    start.metadata_mut().insert("labels".to_owned(), json!({"start": "yes"}));
    bed.create(&start).await?;
    let selection = Selection { labels: "!start".parse()?, ..Selection::namespace(&bed.namespace) };
    Ok((bed.store.list(&config_maps()?, &selection).await?.resource_version, selection))
}

async fn events(watch: &mut Watch, names: &[&str], count: usize) -> Result<Vec<Event>, Wrong> {
    let mut events = Vec::new();
    while events.len() < count {
        let event = next(watch).await?;
        let name = match &event {
            Event::Added(object) | Event::Modified(object) | Event::Deleted(object) => object.name().to_owned(),
            Event::Bookmark(_) => continue,
        };
        if names.contains(&name.as_str()) {
            events.push(event);
        }
    }
    Ok(events)
}

async fn in_order(bed: &Bed<'_>) -> Result<(), Wrong> {
    let (from, selection) = quiet(bed).await?;
    let mut watch = bed.store.watch(&config_maps()?, &selection, &from).await?;
    story(bed).await?;
    let told: Vec<String> = events(&mut watch, &["a", "b"], 4).await?.iter().map(short).collect();
    ensure!(told == STORY, "live: {told:?}");
    let mut late = bed.store.watch(&config_maps()?, &selection, &from).await?;
    let told: Vec<String> = events(&mut late, &["a", "b"], 4).await?.iter().map(short).collect();
    ensure!(told == STORY, "afterwards: {told:?}");
    Ok(())
}

async fn resumed(bed: &Bed<'_>) -> Result<(), Wrong> {
    let (from, selection) = quiet(bed).await?;
    story(bed).await?;
    let mut watch = bed.store.watch(&config_maps()?, &selection, &from).await?;
    let all = events(&mut watch, &["a", "b"], 4).await?;
    for (index, event) in all.iter().enumerate().take(3) {
        let version = event.resource_version().unwrap_or_default();
        let mut watch = bed.store.watch(&config_maps()?, &selection, version).await?;
        let told: Vec<String> = events(&mut watch, &["a", "b"], 3 - index).await?.iter().map(short).collect();
        ensure!(told.iter().zip(STORY.iter().skip(index + 1)).all(|(a, b)| a == b), "after event {index}: {told:?}");
    }
    Ok(())
}

async fn selected(bed: &Bed<'_>) -> Result<(), Wrong> {
    let selection = Selection { labels: "app=web".parse()?, ..Selection::namespace(&bed.namespace) };
    let from = bed.store.list(&config_maps()?, &selection).await?.resource_version;
    let mut watch = bed.store.watch(&config_maps()?, &selection, &from).await?;
    let mut object = bed.create(&bed.labelled("a", &json!({"app": "db"}))?).await?;
    for app in ["web", "db", "web"] {
        object.metadata_mut().insert("labels".to_owned(), json!({"app": app}));
        object = bed.update(&object).await?;
    }
    set(&mut object, "data", "x", json!("1"));
    bed.update(&object).await?;
    bed.store.delete(&config_maps()?, &bed.key("a"), &Delete::default()).await?;
    let told = told(&mut watch, 5).await?;
    ensure!(told == ["+a@", "-a@", "+a@", "~a@1", "-a@1"], "{told:?}");
    Ok(())
}

async fn of_one_name(bed: &Bed<'_>) -> Result<(), Wrong> {
    let selection = Selection::one(&bed.key("b"));
    let from = bed.store.list(&config_maps()?, &selection).await?.resource_version;
    let mut watch = bed.store.watch(&config_maps()?, &selection, &from).await?;
    for name in ["a", "b", "c"] {
        bed.create(&bed.config_map(name, &json!({"x": "1"}))?).await?;
    }
    for name in ["a", "b"] {
        bed.store.delete(&config_maps()?, &bed.key(name), &Delete::default()).await?;
    }
    let told = told(&mut watch, 2).await?;
    ensure!(told == ["+b@1", "-b@1"], "{told:?}");
    Ok(())
}

async fn of_namespace(bed: &Bed<'_>) -> Result<(), Wrong> {
    let other = Bed { store: bed.store, namespace: format!("{}-other", bed.namespace), forget: bed.forget };
    other.prepare().await?;
    let (from, selection) = quiet(bed).await?;
    let mut watch = bed.store.watch(&config_maps()?, &selection, &from).await?;
    other.create(&other.config_map("b", &json!({"x": "other"}))?).await?;
    bed.create(&bed.config_map("b", &json!({"x": "own"}))?).await?;
    let told: Vec<String> = events(&mut watch, &["b"], 1).await?.iter().map(short).collect();
    ensure!(told == ["+b@own"], "{told:?}");
    Ok(())
}

async fn forgotten(bed: &Bed<'_>) -> Result<(), Wrong> {
    let (from, selection) = quiet(bed).await?;
    story(bed).await?;
    (bed.forget)().await?;
    let answer = match bed.store.watch(&config_maps()?, &selection, &from).await {
        Err(error) => reason::<()>(Err(error)),
        Ok(mut watch) => match std::future::poll_fn(|context| watch.as_mut().poll_next(context)).await {
            Some(answer) => reason(answer),
            None => "the end",
        },
    };
    ensure!(answer == "Expired", "{answer}");
    let list = bed.store.list(&config_maps()?, &selection).await?;
    let mut watch = bed.store.watch(&config_maps()?, &selection, &list.resource_version).await?;
    bed.create(&bed.config_map("c", &json!({"x": "new"}))?).await?;
    let told: Vec<String> = events(&mut watch, &["c"], 1).await?.iter().map(short).collect();
    ensure!(told == ["+c@new"], "after listing again: {told:?}");
    Ok(())
}

async fn two(bed: &Bed<'_>) -> Result<(), Wrong> {
    let (from, selection) = quiet(bed).await?;
    let mut first = bed.store.watch(&config_maps()?, &selection, &from).await?;
    let mut second = bed.store.watch(&config_maps()?, &selection, &from).await?;
    story(bed).await?;
    let first = events(&mut first, &["a", "b"], 4).await?;
    let second = events(&mut second, &["a", "b"], 4).await?;
    ensure!(first == second, "they differ");
    Ok(())
}
