//! Who changed what, and taking it back.

use bulkhead_local_store::{Actor, HistoryQuery, Keep, Operation, Record, Undo};
use bulkhead_store::{Conflicts, Delete, ObjectKey, Store as _, StoreError, Write};
use serde_json::json;

use super::{World, apply, config_map, open, resource};

fn lines(records: &[Record]) -> Vec<String> {
    records
        .iter()
        .map(|record| {
            let data = |object: &Option<bulkhead_store::Object>| {
                let x = object.as_ref().and_then(|object| object.0.get("data")?.get("x")?.as_str().map(str::to_owned));
                x.unwrap_or_else(|| if object.is_some() { "?".to_owned() } else { "-".to_owned() })
            };
            let (before, after) = (data(&record.before), data(&record.after));
            format!("{} {} {} {} {before}>{after}", record.revision, record.actor, record.operation.name(), record.name)
        })
        .collect()
}

#[tokio::test]
async fn the_history_says_who_when_and_what() {
    let world = World::new().await;
    world.config_map("a", &json!({"x": "1"})).await;
    let bob = world.store.acting_as(Actor("bob".to_owned()));
    apply(&bob, &config_map("a", &json!({"x": "2"}))).await.unwrap();
    bob.delete(&resource("cm"), &ObjectKey::namespaced("shop", "a"), &Delete::default()).await.unwrap();
    let records = world.store.history(&HistoryQuery::default()).unwrap();
    assert_eq!(
        lines(&records),
        ["1 alice apply shop ->?", "2 alice apply a ->1", "3 bob apply a 1>2", "4 bob delete a 2>-"]
    );
    assert!(records.iter().all(|record| record.time.to_string() == super::NOW));
    let of_a = HistoryQuery { object: Some(ObjectKey::namespaced("shop", "a")), after: 2, ..HistoryQuery::default() };
    assert_eq!(world.store.history(&of_a).unwrap().len(), 2);
}

#[tokio::test]
async fn a_change_is_undone_as_a_new_change() {
    let world = World::new().await;
    let first = world.config_map("a", &json!({"x": "1"})).await;
    world.config_map("a", &json!({"x": "2"})).await;
    let undo = |revision| Undo { revision, conflicts: Conflicts::Fail };
    let back = world.store.undo(undo(3), &Write::by("test")).await.unwrap();
    assert_eq!(back[0].0["data"], json!({"x": "1"}));
    assert_eq!(back[0].uid(), first.uid());
    assert_eq!(back[0].resource_version(), Some("4"));
    // The undo is undone like anything else.
    let again = world.store.undo(undo(4), &Write::by("test")).await.unwrap();
    assert_eq!(again[0].0["data"], json!({"x": "2"}));
    let records = world.store.history(&HistoryQuery { after: 3, ..HistoryQuery::default() }).unwrap();
    assert!(records.iter().all(|record| record.operation == Operation::Undo));
}

#[tokio::test]
async fn a_change_that_others_built_upon_is_undone_only_by_force() {
    let world = World::new().await;
    world.config_map("a", &json!({"x": "1"})).await;
    world.config_map("a", &json!({"x": "2"})).await;
    world.config_map("a", &json!({"x": "3"})).await;
    let undo = Undo { revision: 3, conflicts: Conflicts::Fail };
    let refused = world.store.undo(undo, &Write::by("test")).await.unwrap_err();
    assert!(matches!(refused, StoreError::Conflict { .. }), "{refused}");
    assert_eq!(world.store.revision().unwrap(), 4);
    let forced = Undo { conflicts: Conflicts::Force, ..undo };
    assert_eq!(world.store.undo(forced, &Write::by("test")).await.unwrap()[0].0["data"], json!({"x": "1"}));
}

#[tokio::test]
async fn a_deleted_namespace_comes_back_with_all_that_was_in_it() {
    let world = World::new().await;
    let a = world.config_map("a", &json!({"x": "1"})).await;
    world.store.delete(&resource("ns"), &ObjectKey::cluster("shop"), &Delete::default()).await.unwrap();
    let key = ObjectKey::namespaced("shop", "a");
    assert!(world.store.get(&resource("cm"), &key).await.is_err());
    let undo = Undo { revision: world.store.revision().unwrap(), conflicts: Conflicts::Fail };
    assert_eq!(world.store.undo(undo, &Write::by("test")).await.unwrap().len(), 2);
    assert_eq!(world.store.get(&resource("cm"), &key).await.unwrap().uid(), a.uid());
    assert!(world.store.get(&resource("ns"), &ObjectKey::cluster("shop")).await.is_ok());
}

#[tokio::test]
async fn compaction_forgets_what_is_older_and_keeps_the_objects() {
    let world = World::new().await;
    world.config_map("a", &json!({"x": "1"})).await;
    let World { store, folder } = world;
    drop(store);
    let later = open(&folder, "alice", "2026-02-01T00:00:00Z");
    apply(&later, &config_map("a", &json!({"x": "2"}))).await.unwrap();
    let compacted = later.compact(Keep::Since("2026-01-15T00:00:00Z".parse().unwrap())).await.unwrap();
    assert_eq!((compacted.forgotten, compacted.up_to), (2, 2));
    assert_eq!(lines(&later.history(&HistoryQuery::default()).unwrap()), ["3 alice apply a 1>2"]);
    let forgotten = Undo { revision: 2, conflicts: Conflicts::Force };
    assert!(matches!(later.undo(forgotten, &Write::by("test")).await, Err(StoreError::Expired(_))));
    let all = later.list(&resource("cm"), &bulkhead_store::Selection::all()).await.unwrap();
    assert_eq!(all.items.len(), 1);
}
