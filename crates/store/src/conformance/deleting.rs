//! Delete, preconditions, finalizers.

use serde_json::json;

use super::bed::{Bed, config_maps, reason};
use super::{Wrong, ensure, list_cases};
use crate::{Commit, Delete};

list_cases! {
    "what is deleted is gone" => gone,
    "nothing can be deleted twice" => twice,
    "a delete of another object or version is refused" => preconditions,
    "a finalizer holds an object until it is taken off" => finalizer,
    "a dry run deletes nothing" => dry_run,
    "a name can be used again, for another object" => again,
}

async fn gone(bed: &Bed<'_>) -> Result<(), Wrong> {
    bed.create(&bed.config_map("a", &json!({}))?).await?;
    bed.store.delete(&config_maps()?, &bed.key("a"), &Delete::default()).await?;
    let asked = reason(bed.store.get(&config_maps()?, &bed.key("a")).await);
    ensure!(asked == "NotFound", "{asked}");
    Ok(())
}

async fn twice(bed: &Bed<'_>) -> Result<(), Wrong> {
    let answer = reason(bed.store.delete(&config_maps()?, &bed.key("a"), &Delete::default()).await);
    ensure!(answer == "NotFound", "{answer}");
    Ok(())
}

async fn preconditions(bed: &Bed<'_>) -> Result<(), Wrong> {
    let made = bed.create(&bed.config_map("a", &json!({}))?).await?;
    let uid = Delete { uid: Some("11111111-1111-1111-1111-111111111111".to_owned()), ..Delete::default() };
    let answer = reason(bed.store.delete(&config_maps()?, &bed.key("a"), &uid).await);
    ensure!(answer == "Conflict", "another uid: {answer}");
    let version = Delete { resource_version: Some("1".to_owned()), ..Delete::default() };
    let answer = reason(bed.store.delete(&config_maps()?, &bed.key("a"), &version).await);
    ensure!(answer == "Conflict", "another version: {answer}");
    let both = Delete {
        uid: made.uid().map(str::to_owned),
        resource_version: made.resource_version().map(str::to_owned),
        ..Delete::default()
    };
    bed.store.delete(&config_maps()?, &bed.key("a"), &both).await?;
    Ok(())
}

async fn finalizer(bed: &Bed<'_>) -> Result<(), Wrong> {
    let mut object = bed.config_map("a", &json!({}))?;
    object.metadata_mut().insert("finalizers".to_owned(), json!(["bulkhead.dev/hold"]));
    bed.create(&object).await?;
    bed.store.delete(&config_maps()?, &bed.key("a"), &Delete::default()).await?;
    let mut held = bed.store.get(&config_maps()?, &bed.key("a")).await?;
    ensure!(held.is_terminating(), "no deletionTimestamp");
    held.metadata_mut().remove("finalizers");
    bed.update(&held).await?;
    let asked = reason(bed.store.get(&config_maps()?, &bed.key("a")).await);
    ensure!(asked == "NotFound", "after the finalizer was taken off: {asked}");
    Ok(())
}

async fn dry_run(bed: &Bed<'_>) -> Result<(), Wrong> {
    let made = bed.create(&bed.config_map("a", &json!({}))?).await?;
    let delete = Delete { commit: Commit::DryRun, ..Delete::default() };
    bed.store.delete(&config_maps()?, &bed.key("a"), &delete).await?;
    ensure!(bed.store.get(&config_maps()?, &bed.key("a")).await? == made, "the object changed");
    Ok(())
}

async fn again(bed: &Bed<'_>) -> Result<(), Wrong> {
    let first = bed.create(&bed.config_map("a", &json!({}))?).await?;
    bed.store.delete(&config_maps()?, &bed.key("a"), &Delete::default()).await?;
    let second = bed.create(&bed.config_map("a", &json!({}))?).await?;
    ensure!(first.uid() != second.uid(), "both have one uid");
    Ok(())
}
