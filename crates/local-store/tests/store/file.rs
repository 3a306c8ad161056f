//! The file: formats, locks, backup and restore.

use bulkhead_local_store::{Actor, Clock, HistoryQuery, LocalStore, OpenError, restore};
use bulkhead_store::{ObjectKey, Selection, Store as _};
use redb::{Database, TableDefinition};
use serde_json::json;

use super::{World, apply, config_map, open, resource};

#[tokio::test]
async fn what_is_written_is_there_after_closing() {
    let world = World::new().await;
    let a = world.config_map("a", &json!({"x": "1"})).await;
    let World { store, folder } = world;
    drop(store);
    let again = open(&folder, "bob", super::NOW);
    assert_eq!(again.get(&resource("cm"), &ObjectKey::namespaced("shop", "a")).await.unwrap(), a);
}

#[tokio::test]
async fn a_file_of_a_later_format_is_refused_and_left_alone() {
    let World { store, folder } = World::new().await;
    drop(store);
    let path = folder.path().join("store");
    let meta: TableDefinition<&str, u64> = TableDefinition::new("meta");
    let database = Database::create(&path).unwrap();
    let transaction = database.begin_write().unwrap();
    transaction.open_table(meta).unwrap().insert("format", 99).unwrap();
    transaction.commit().unwrap();
    drop(database);
    let refused = LocalStore::open(&path, Actor("a".to_owned()), Clock::system()).unwrap_err();
    assert!(matches!(refused, OpenError::TooNew { version: 99, .. }), "{refused}");
}

#[test]
fn a_file_of_something_else_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("text");
    std::fs::write(&path, "kind: NetworkPolicy\n".repeat(10_000)).unwrap();
    let refused = LocalStore::open(&path, Actor("a".to_owned()), Clock::system()).unwrap_err();
    assert!(matches!(refused, OpenError::NotAStore), "{refused}");
    let foreign = folder.path().join("foreign");
    let database = Database::create(&foreign).unwrap();
    let transaction = database.begin_write().unwrap();
    transaction.open_table(TableDefinition::<u64, u64>::new("theirs")).unwrap();
    transaction.commit().unwrap();
    drop(database);
    let refused = LocalStore::open(&foreign, Actor("a".to_owned()), Clock::system()).unwrap_err();
    assert!(matches!(refused, OpenError::NotAStore), "{refused}");
    let missing = LocalStore::open_existing(&folder.path().join("none"), Actor("a".to_owned()), Clock::system());
    assert!(matches!(missing.unwrap_err(), OpenError::NoSuchFile(_)));
}

#[tokio::test]
async fn a_file_that_somebody_keeps_for_himself_is_refused() {
    let World { store, folder } = World::new().await;
    drop(store);
    let path = folder.path().join("store");
    let exclusive = Database::create(&path).unwrap();
    let refused = LocalStore::open(&path, Actor("a".to_owned()), Clock::system()).unwrap_err();
    assert!(matches!(refused, OpenError::Locked { .. }), "{refused}");
    drop(exclusive);
    open(&folder, "alice", super::NOW);
}

#[tokio::test]
async fn two_handles_share_a_file() {
    let world = World::new().await;
    let other = open(&world.folder, "bob", super::NOW);
    let all = Selection::all();
    let from = world.store.list(&resource("cm"), &all).await.unwrap().resource_version;
    let mut watch = world.store.watch(&resource("cm"), &all, &from).await.unwrap();
    apply(&other, &config_map("a", &json!({"x": "1"}))).await.unwrap();
    let event = std::future::poll_fn(|context| watch.as_mut().poll_next(context)).await.unwrap().unwrap();
    assert!(matches!(event, bulkhead_store::Event::Added(object) if object.name() == "a"));
}

#[tokio::test]
async fn a_backup_has_everything_and_can_be_restored() {
    let world = World::new().await;
    world.config_map("a", &json!({"x": "1"})).await;
    let backup = world.folder.path().join("backup");
    let summary = world.store.backup(&backup).unwrap();
    assert_eq!((summary.revision, summary.objects, summary.changes), (2, 2, 2));
    assert!(world.store.backup(&backup).is_err(), "a backup overwrote another");
    world.config_map("a", &json!({"x": "2"})).await;
    let path = world.folder.path().join("store");
    let held = restore(&backup, &path).unwrap_err();
    assert!(matches!(held, OpenError::Locked { .. }), "{held}");
    let World { store, folder } = world;
    drop(store);
    restore(&backup, &path).unwrap();
    let store = open(&folder, "alice", super::NOW);
    let a = store.get(&resource("cm"), &ObjectKey::namespaced("shop", "a")).await.unwrap();
    assert_eq!(a.0["data"], json!({"x": "1"}));
    assert_eq!(store.history(&HistoryQuery::default()).unwrap().len(), 2);
    apply(&store, &config_map("a", &json!({"x": "3"}))).await.unwrap();
    assert_eq!(store.revision().unwrap(), 3);
}
