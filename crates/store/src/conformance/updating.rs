//! Update, with optimistic concurrency.

use serde_json::json;

use super::bed::{Bed, MANAGER, at, config_maps, entries, reason, set};
use super::{Wrong, ensure, list_cases};
use crate::Write;

list_cases! {
    "an update changes the object and its version" => updated,
    "an update of an old version is refused" => stale,
    "an update without a version is refused" => unversioned,
    "an update of something that is not there is refused" => missing,
    "an update for another object of the same name is refused" => another,
    "an update that changes nothing writes nothing" => same,
    "the generation counts changes of what is wanted" => generation,
    "what the server gives cannot be taken away" => server_fields,
}

async fn updated(bed: &Bed<'_>) -> Result<(), Wrong> {
    let mut object = bed.create(&bed.config_map("a", &json!({"x": "1"}))?).await?;
    set(&mut object, "data", "x", json!("2"));
    let updated = bed.update(&object).await?;
    ensure!(updated.resource_version() != object.resource_version(), "the version stayed");
    ensure!(updated.uid() == object.uid(), "the uid changed");
    ensure!(at(&updated, &["data", "x"]) == Some(&json!("2")), "the change is not there");
    Ok(())
}

async fn stale(bed: &Bed<'_>) -> Result<(), Wrong> {
    let old = bed.create(&bed.config_map("a", &json!({"x": "1"}))?).await?;
    let mut new = old.clone();
    set(&mut new, "data", "x", json!("2"));
    bed.update(&new).await?;
    let mut late = old;
    set(&mut late, "data", "x", json!("3"));
    let answer = reason(bed.update(&late).await);
    ensure!(answer == "Conflict", "{answer}");
    let there = bed.store.get(&config_maps()?, &bed.key("a")).await?;
    ensure!(at(&there, &["data", "x"]) == Some(&json!("2")), "the refused update was written");
    Ok(())
}

async fn unversioned(bed: &Bed<'_>) -> Result<(), Wrong> {
    bed.create(&bed.config_map("a", &json!({"x": "1"}))?).await?;
    let answer = reason(bed.update(&bed.config_map("a", &json!({"x": "2"}))?).await);
    ensure!(answer == "Invalid", "{answer}");
    Ok(())
}

async fn missing(bed: &Bed<'_>) -> Result<(), Wrong> {
    let mut object = bed.config_map("a", &json!({}))?;
    object.metadata_mut().insert("resourceVersion".to_owned(), json!("1"));
    let answer = reason(bed.update(&object).await);
    ensure!(answer == "NotFound", "{answer}");
    Ok(())
}

async fn another(bed: &Bed<'_>) -> Result<(), Wrong> {
    let mut object = bed.create(&bed.config_map("a", &json!({}))?).await?;
    object.metadata_mut().insert("uid".to_owned(), json!("11111111-1111-1111-1111-111111111111"));
    let answer = reason(bed.update(&object).await);
    ensure!(answer == "Conflict", "{answer}");
    Ok(())
}

async fn same(bed: &Bed<'_>) -> Result<(), Wrong> {
    let object = bed.create(&bed.config_map("a", &json!({"x": "1"}))?).await?;
    let again = bed.update(&object).await?;
    ensure!(again.resource_version() == object.resource_version(), "the version changed");
    Ok(())
}

async fn generation(bed: &Bed<'_>) -> Result<(), Wrong> {
    let (entries, write) = (entries()?, Write::by(MANAGER));
    let spec = json!({"ingress": [{"from": [{"namespace": {"name": "a"}}]}]});
    let created = bed.store.create(&entries, &bed.entry("e", &spec)?, &write).await?;
    ensure!(created.generation() == Some(1), "{:?} after create", created.generation());
    let mut labelled = created.clone();
    labelled.metadata_mut().insert("labels".to_owned(), json!({"a": "b"}));
    let labelled = bed.store.update(&entries, &labelled, &write).await?;
    ensure!(labelled.generation() == Some(1), "{:?} after a label", labelled.generation());
    let mut changed = labelled;
    set(&mut changed, "spec", "ingress", json!([]));
    let changed = bed.store.update(&entries, &changed, &write).await?;
    ensure!(changed.generation() == Some(2), "{:?} after a change of the spec", changed.generation());
    Ok(())
}

async fn server_fields(bed: &Bed<'_>) -> Result<(), Wrong> {
    let object = bed.create(&bed.config_map("a", &json!({"x": "1"}))?).await?;
    let mut changed = object.clone();
    set(&mut changed, "data", "x", json!("2"));
    for field in ["uid", "creationTimestamp"] {
        changed.metadata_mut().remove(field);
    }
    let updated = bed.update(&changed).await?;
    ensure!(updated.uid() == object.uid(), "the uid is gone");
    ensure!(updated.text("creationTimestamp") == object.text("creationTimestamp"), "the creationTimestamp is gone");
    Ok(())
}
