//! Owners, namespaces, finalizers, imports.

use bulkhead_store::{Delete, KnownKind, Object, ObjectKey, Propagation, Store as _, StoreError, Write};
use serde_json::{Value, json};

use super::{World, config_map, resource};

fn owned(name: &str, owner: &Object) -> Value {
    let mut object = config_map(name, &json!({}));
    let owner = json!({"apiVersion": "v1", "kind": "ConfigMap", "name": owner.name(), "uid": owner.uid()});
    object["metadata"]["ownerReferences"] = json!([owner]);
    object
}

fn key(name: &str) -> ObjectKey {
    ObjectKey::namespaced("shop", name)
}

#[tokio::test]
async fn what_an_object_owns_goes_with_it_and_nothing_else_does() {
    let world = World::new().await;
    let owner = world.config_map("owner", &json!({})).await;
    let child = world.apply(&owned("child", &owner)).await.unwrap();
    world.apply(&owned("grandchild", &child)).await.unwrap();
    world.config_map("stranger", &json!({})).await;
    world.store.delete(&resource("cm"), &key("owner"), &Delete::default()).await.unwrap();
    for (name, is_there) in [("owner", false), ("child", false), ("grandchild", false), ("stranger", true)] {
        assert_eq!(world.store.get(&resource("cm"), &key(name)).await.is_ok(), is_there, "{name}");
    }
}

#[tokio::test]
async fn orphans_stay_without_their_owner() {
    let world = World::new().await;
    let owner = world.config_map("owner", &json!({})).await;
    world.apply(&owned("child", &owner)).await.unwrap();
    let delete = Delete { propagation: Propagation::Orphan, ..Delete::default() };
    world.store.delete(&resource("cm"), &key("owner"), &delete).await.unwrap();
    let child = world.store.get(&resource("cm"), &key("child")).await.unwrap();
    assert_eq!(child.owners().count(), 0);
}

#[tokio::test]
async fn a_namespace_waits_for_what_is_held_in_it() {
    let world = World::new().await;
    let mut held = config_map("held", &json!({}));
    held["metadata"]["finalizers"] = json!(["bulkhead.dev/hold"]);
    world.apply(&held).await.unwrap();
    world.config_map("free", &json!({})).await;
    world.store.delete(&resource("ns"), &ObjectKey::cluster("shop"), &Delete::default()).await.unwrap();
    let namespace = world.store.get(&resource("ns"), &ObjectKey::cluster("shop")).await.unwrap();
    assert!(namespace.is_terminating());
    assert!(world.store.get(&resource("cm"), &key("free")).await.is_err());
    let late = world.apply(&config_map("late", &json!({}))).await.unwrap_err();
    assert!(matches!(late, StoreError::Forbidden(_)), "{late}");
    let mut object = world.store.get(&resource("cm"), &key("held")).await.unwrap();
    object.metadata_mut().remove("finalizers");
    world.store.update(&resource("cm"), &object, &Write::by("test")).await.unwrap();
    assert!(world.store.get(&resource("ns"), &ObjectKey::cluster("shop")).await.is_err());
}

#[tokio::test]
async fn an_import_makes_a_kind_exactly_what_is_given() {
    let world = World::new().await;
    world.config_map("same", &json!({})).await;
    world.config_map("gone", &json!({})).await;
    let same = world.store.get(&resource("cm"), &key("same")).await.unwrap();
    let mut new = config_map("new", &json!({"x": "1"}));
    new["metadata"]["uid"] = json!("theirs");
    let objects = vec![same, Object::from_value(new).unwrap()];
    let kinds = vec![KnownKind::named("cm").unwrap()];
    let imported = world.store.import(kinds.clone(), objects.clone(), &Write::by("pull")).await.unwrap();
    assert_eq!((imported.created, imported.changed, imported.unchanged, imported.deleted), (1, 0, 1, 1));
    let there = world.store.get(&resource("cm"), &key("new")).await.unwrap();
    assert_eq!(there.uid(), Some("theirs"));
    assert!(world.store.get(&resource("ns"), &ObjectKey::cluster("shop")).await.is_ok(), "another kind was touched");
    let mut stored = objects;
    stored[1] = there;
    let again = world.store.import(kinds, stored, &Write::by("pull")).await.unwrap();
    assert_eq!((again.created, again.changed, again.unchanged, again.deleted), (0, 0, 2, 0));
}
