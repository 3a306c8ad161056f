//! Create, get, list.

use serde_json::json;

use super::bed::{Bed, MANAGER, at, config_maps, object, reason, resource};
use super::{Wrong, ensure, list_cases};
use crate::{List, ObjectKey, Selection, Write};

list_cases! {
    "what is not there is not found" => missing,
    "a created object has what a server gives it" => created,
    "a second object of a name is refused" => twice,
    "nothing is created in a namespace that is not there" => nowhere,
    "a name that is no name is refused" => no_name,
    "a list has the objects of a namespace, by name" => listed,
    "a list has only objects whose labels match" => selected,
    "a list of one name has no other, in one namespace or in all" => of_one_name,
    "a list across namespaces has the namespace's own" => everywhere,
    "a dry run writes nothing" => dry_run,
}

async fn missing(bed: &Bed<'_>) -> Result<(), Wrong> {
    let config_maps = config_maps()?;
    let asked = reason(bed.store.get(&config_maps, &bed.key("nobody")).await);
    ensure!(asked == "NotFound", "get: {asked}");
    let asked = reason(bed.store.get(&config_maps, &ObjectKey::namespaced("no-such-namespace", "nobody")).await);
    ensure!(asked == "NotFound", "get in a namespace that is not there: {asked}");
    Ok(())
}

async fn created(bed: &Bed<'_>) -> Result<(), Wrong> {
    let created = bed.create(&bed.config_map("a", &json!({"x": "1"}))?).await?;
    ensure!(created.uid().is_some(), "no uid");
    ensure!(created.resource_version().is_some(), "no resourceVersion");
    ensure!(created.text("creationTimestamp").is_some(), "no creationTimestamp");
    let manager =
        at(&created, &["metadata", "managedFields"]).and_then(|fields| fields.get(0)?.get("manager")?.as_str());
    ensure!(manager == Some(MANAGER), "managedFields name {manager:?}");
    let read = bed.store.get(&config_maps()?, &bed.key("a")).await?;
    ensure!(read == created, "get gives something else than create");
    Ok(())
}

async fn twice(bed: &Bed<'_>) -> Result<(), Wrong> {
    let first = bed.create(&bed.config_map("a", &json!({"x": "1"}))?).await?;
    let again = bed.store.create(&config_maps()?, &bed.config_map("a", &json!({"x": "2"}))?, &Write::by(MANAGER)).await;
    let again = reason(again);
    ensure!(again == "AlreadyExists", "{again}");
    ensure!(bed.store.get(&config_maps()?, &bed.key("a")).await? == first, "the object changed");
    Ok(())
}

async fn nowhere(bed: &Bed<'_>) -> Result<(), Wrong> {
    let metadata = json!({"name": "a", "namespace": "no-such-namespace"});
    let stray = object(json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata}))?;
    let answer = reason(bed.store.create(&config_maps()?, &stray, &Write::by(MANAGER)).await);
    ensure!(answer == "NotFound", "{answer}");
    Ok(())
}

async fn no_name(bed: &Bed<'_>) -> Result<(), Wrong> {
    for name in ["Upper", "a_b", "-a", "a/b"] {
        let answer = bed.store.create(&config_maps()?, &bed.config_map(name, &json!({}))?, &Write::by(MANAGER)).await;
        let answer = reason(answer);
        ensure!(answer == "Invalid" || answer == "BadRequest", "`{name}`: {answer}");
    }
    bed.create(&bed.config_map("a.b-c", &json!({}))?).await?;
    Ok(())
}

async fn listed(bed: &Bed<'_>) -> Result<(), Wrong> {
    let before = bed.list(&config_maps()?).await?;
    for name in ["c", "a", "b"] {
        bed.create(&bed.labelled(name, &json!({"mine": "yes"}))?).await?;
    }
    let mine = Selection { labels: "mine".parse()?, ..Selection::namespace(&bed.namespace) };
    let list = bed.store.list(&config_maps()?, &mine).await?;
    let names: Vec<&str> = list.items.iter().map(crate::Object::name).collect();
    ensure!(names == ["a", "b", "c"], "{names:?}");
    ensure!(list.resource_version != before.resource_version, "the version did not change");
    let kinds = list.items.iter().all(|item| item.kind() == "ConfigMap" && item.api_version() == "v1");
    ensure!(kinds, "an item does not say what it is");
    let mut parts = Vec::new();
    let config_maps = config_maps()?;
    let read = |text: &str| List::read(&config_maps, text).map(|list| list.items).unwrap_or_default();
    let version = bed.store.list_in_texts(&config_maps, &mine, &mut |part| parts.extend(read(part))).await?;
    parts.sort_by_key(crate::Object::key);
    ensure!(parts == list.items && !version.is_empty(), "in parts: {parts:?}");
    Ok(())
}

async fn selected(bed: &Bed<'_>) -> Result<(), Wrong> {
    bed.create(&bed.labelled("web", &json!({"app": "web", "tier": "front"}))?).await?;
    bed.create(&bed.labelled("db", &json!({"app": "db"}))?).await?;
    for (selector, wanted) in
        [("app=web", "web"), ("app in (db,x)", "db"), ("app,app!=web", "db"), ("app,!tier", "db"), ("tier", "web")]
    {
        let selection = Selection { labels: selector.parse()?, ..Selection::namespace(&bed.namespace) };
        let list = bed.store.list(&config_maps()?, &selection).await?;
        let names: Vec<&str> = list.items.iter().map(crate::Object::name).collect();
        ensure!(names == [wanted], "{selector}: {names:?}");
    }
    Ok(())
}

async fn of_one_name(bed: &Bed<'_>) -> Result<(), Wrong> {
    for name in ["a", "a-b", "b"] {
        bed.create(&bed.labelled(name, &json!({"mine": "yes"}))?).await?;
    }
    for (name, wanted) in [("a", &["a"][..]), ("none", &[])] {
        let list = bed.store.list(&config_maps()?, &Selection::one(&bed.key(name))).await?;
        let names: Vec<&str> = list.items.iter().map(crate::Object::name).collect();
        ensure!(names == wanted, "{name}: {names:?}");
    }
    let all = Selection { namespace: None, labels: "mine".parse()?, ..Selection::one(&bed.key("a-b")) };
    let list = bed.store.list(&config_maps()?, &all).await?;
    let theirs = list.items.iter().filter(|object| object.namespace() == Some(bed.namespace.as_str())).count();
    ensure!(theirs == 1 && list.items.iter().all(|object| object.name() == "a-b"), "{theirs} of the namespace");
    Ok(())
}

async fn everywhere(bed: &Bed<'_>) -> Result<(), Wrong> {
    bed.create(&bed.labelled("a", &json!({"of": bed.namespace}))?).await?;
    let selection = Selection { labels: format!("of={}", bed.namespace).parse()?, ..Selection::all() };
    let list = bed.store.list(&config_maps()?, &selection).await?;
    ensure!(list.items.len() == 1, "{} objects", list.items.len());
    let namespaces = bed.store.list(&resource("namespaces")?, &Selection::all()).await?;
    let there = namespaces.items.iter().any(|namespace| namespace.name() == bed.namespace);
    ensure!(there, "the namespace is not listed");
    Ok(())
}

async fn dry_run(bed: &Bed<'_>) -> Result<(), Wrong> {
    let object = bed.config_map("a", &json!({}))?;
    let made = bed.store.create(&config_maps()?, &object, &Write::by(MANAGER).dry_run()).await?;
    ensure!(made.uid().is_some(), "the answer is not what would be there");
    let asked = reason(bed.store.get(&config_maps()?, &bed.key("a")).await);
    ensure!(asked == "NotFound", "{asked}");
    Ok(())
}
