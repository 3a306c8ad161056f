//! Several writes as one change.

use bulkhead_local_store::{HistoryQuery, Together, Undo};
use bulkhead_store::{Conflicts, Object, ObjectKey, Store as _, StoreError, Write};
use serde_json::json;

use crate::{World, config_map, resource};

fn put(object: &serde_json::Value) -> Together {
    Together::Put(resource("cm"), Object::from_value(object.clone()).unwrap())
}

fn delete(name: &str) -> Together {
    Together::Delete(resource("cm"), ObjectKey::namespaced("shop", name), None)
}

#[tokio::test]
async fn all_of_them_are_one_change_that_is_undone_as_one() {
    let world = World::new().await;
    let old = world.config_map("old", &json!({"a": "1"})).await;
    let mut changed = old.clone();
    changed.0.insert("data".to_owned(), json!({"a": "2"}));
    let writes = vec![put(&changed.into_value()), put(&config_map("new", &json!({})))];
    world.store.write_together(writes, None, &Write::by("test")).await.unwrap();
    let history = world.store.history(&HistoryQuery::default()).unwrap();
    let [.., first, second] = history.as_slice() else { panic!("{history:?}") };
    assert_eq!((first.part_of, second.part_of), (first.revision, first.revision));

    let undo = Undo { revision: first.revision, conflicts: Conflicts::Fail };
    world.store.undo(undo, &Write::by("test")).await.unwrap();
    let get = |name| ObjectKey::namespaced("shop", name);
    assert_eq!(world.store.get(&resource("cm"), &get("old")).await.unwrap().0["data"], json!({"a": "1"}));
    assert!(matches!(world.store.get(&resource("cm"), &get("new")).await, Err(StoreError::NotFound { .. })));
}

#[tokio::test]
async fn one_that_is_refused_leaves_nothing_of_the_others() {
    let world = World::new().await;
    let before = world.store.revision().unwrap();
    let writes = vec![put(&config_map("new", &json!({}))), delete("missing")];
    let refused = world.store.write_together(writes.clone(), None, &Write::by("test")).await;
    assert!(matches!(refused, Err(StoreError::NotFound { .. })), "{refused:?}");
    assert_eq!(world.store.revision().unwrap(), before);
    let [fine, _] = writes.try_into().unwrap();
    world.store.write_together(vec![fine], None, &Write::by("test")).await.unwrap();
    assert_eq!(world.store.revision().unwrap(), before + 1, "the first of them was not what was refused");
}

#[tokio::test]
async fn nothing_is_written_where_the_store_moved_on() {
    let world = World::new().await;
    let seen = world.store.revision().unwrap();
    world.config_map("meanwhile", &json!({})).await;
    let writes = vec![put(&config_map("new", &json!({})))];
    let refused = world.store.write_together(writes.clone(), Some(seen), &Write::by("test")).await;
    assert!(matches!(refused, Err(StoreError::Conflict { .. })), "{refused:?}");
    world.store.write_together(writes, Some(seen + 1), &Write::by("test")).await.unwrap();
}
