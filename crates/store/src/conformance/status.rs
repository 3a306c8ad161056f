//! The status as a part of its own.

use serde_json::{Value, json};

use super::bed::{Bed, MANAGER, at, entries, set};
use super::{Wrong, ensure, list_cases};
use crate::{Apply, Object, Write};

list_cases! {
    "a status is not written with the object" => not_with_main,
    "a status is written by itself, and nothing else with it" => by_itself,
    "a status is applied by itself, conditions by their type" => applied,
}

fn condition(kind: &str, status: &str) -> Value {
    let time = "2026-01-02T03:04:05Z";
    json!({"type": kind, "status": status, "reason": "Why", "message": "", "lastTransitionTime": time})
}

async fn make(bed: &Bed<'_>, name: &str) -> Result<Object, Wrong> {
    let mut entry = bed.entry(name, &json!({"ingress": [{"from": [{"namespace": {"name": "a"}}]}]}))?;
    entry.0.insert("status".to_owned(), json!({"conditions": [condition("Ready", "True")]}));
    Ok(bed.store.create(&entries()?, &entry, &Write::by(MANAGER)).await?)
}

async fn not_with_main(bed: &Bed<'_>) -> Result<(), Wrong> {
    let mut entry = make(bed, "e").await?;
    ensure!(at(&entry, &["status"]).is_none(), "create wrote the status");
    entry.0.insert("status".to_owned(), json!({"observedGeneration": 1}));
    set(&mut entry, "spec", "ingress", json!([]));
    let entry = bed.store.update(&entries()?, &entry, &Write::by(MANAGER)).await?;
    ensure!(at(&entry, &["status"]).is_none(), "update wrote the status");
    ensure!(entry.generation() == Some(2), "update did not write the spec");
    Ok(())
}

async fn by_itself(bed: &Bed<'_>) -> Result<(), Wrong> {
    let mut entry = make(bed, "e").await?;
    let spec = at(&entry, &["spec"]).cloned();
    entry.0.insert("status".to_owned(), json!({"observedGeneration": 1}));
    set(&mut entry, "spec", "ingress", json!([]));
    let written = bed.store.update(&entries()?, &entry, &Write::by(MANAGER).status()).await?;
    ensure!(at(&written, &["status", "observedGeneration"]) == Some(&json!(1)), "the status is not there");
    ensure!(at(&written, &["spec"]).cloned() == spec, "the spec changed with it");
    ensure!(written.generation() == Some(1), "{:?} after a change of the status", written.generation());
    ensure!(written.resource_version() != entry.resource_version(), "the version stayed");
    Ok(())
}

async fn applied(bed: &Bed<'_>) -> Result<(), Wrong> {
    make(bed, "e").await?;
    for (manager, kind) in [("first", "Ready"), ("second", "Resolved")] {
        let mut entry = bed.entry("e", &json!({}))?;
        entry.0.remove("spec");
        entry.0.insert("status".to_owned(), json!({"conditions": [condition(kind, "True")]}));
        bed.store.apply(&entries()?, &entry, &Apply::fail(Write::by(manager).status())).await?;
    }
    let there = bed.store.get(&entries()?, &bed.key("e")).await?;
    let conditions = at(&there, &["status", "conditions"]).and_then(Value::as_array).cloned().unwrap_or_default();
    let mut kinds: Vec<&str> = conditions.iter().filter_map(|condition| condition.get("type")?.as_str()).collect();
    kinds.sort_unstable();
    ensure!(kinds == ["Ready", "Resolved"], "{kinds:?}");
    ensure!(there.generation() == Some(1), "{:?}", there.generation());
    Ok(())
}
