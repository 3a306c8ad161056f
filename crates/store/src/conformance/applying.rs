//! Apply by field manager.

use serde_json::{Value, json};

use super::bed::{Bed, MANAGER, at, config_maps, object, reason, resource};
use super::{Wrong, ensure, list_cases};
use crate::{Apply, Object, StoreError, Write};

list_cases! {
    "an apply makes what is not there" => makes,
    "the same apply again writes nothing" => again,
    "a field that is left out goes away" => left_out,
    "a field of another manager stays, unless it is named with another value" => conflict,
    "a field that two managers apply alike stays until both leave it out" => shared,
    "an apply by force takes a field over" => force,
    "what an update changed belongs to the updater" => after_update,
    "finalizers are a set, to which each manager adds" => finalizers,
    "the rules of a policy are replaced as a whole" => atomic_list,
    "an apply of managedFields is refused" => managed_fields,
    "a dry run applies nothing" => dry_run,
    "an apply in a namespace that is not there is refused" => nowhere,
}

async fn apply(bed: &Bed<'_>, manager: &str, data: &Value) -> Result<Object, StoreError> {
    apply_as(bed, data, &Apply::fail(Write::by(manager))).await
}

async fn apply_as(bed: &Bed<'_>, data: &Value, how: &Apply) -> Result<Object, StoreError> {
    let wrong = |wrong: Wrong| StoreError::Internal(wrong.0);
    let object = bed.config_map("a", data).map_err(wrong)?;
    bed.store.apply(&config_maps().map_err(wrong)?, &object, how).await
}

fn data(object: &Object) -> Value {
    at(object, &["data"]).cloned().unwrap_or(Value::Null)
}

async fn makes(bed: &Bed<'_>) -> Result<(), Wrong> {
    let made = apply(bed, "one", &json!({"x": "1"})).await?;
    ensure!(made.uid().is_some() && data(&made) == json!({"x": "1"}), "{made:?}");
    let entry =
        at(&made, &["metadata", "managedFields"]).and_then(|entries| entries.get(0)).cloned().unwrap_or_default();
    ensure!(entry.get("manager") == Some(&json!("one")), "{entry}");
    ensure!(entry.get("operation") == Some(&json!("Apply")), "{entry}");
    ensure!(entry.get("fieldsV1") == Some(&json!({"f:data": {"f:x": {}}})), "{entry}");
    Ok(())
}

async fn again(bed: &Bed<'_>) -> Result<(), Wrong> {
    let first = apply(bed, "one", &json!({"x": "1"})).await?;
    let second = apply(bed, "one", &json!({"x": "1"})).await?;
    ensure!(first.resource_version() == second.resource_version(), "the version changed");
    Ok(())
}

async fn left_out(bed: &Bed<'_>) -> Result<(), Wrong> {
    apply(bed, "one", &json!({"x": "1", "y": "1"})).await?;
    let after = apply(bed, "one", &json!({"x": "1"})).await?;
    ensure!(data(&after) == json!({"x": "1"}), "{}", data(&after));
    Ok(())
}

async fn conflict(bed: &Bed<'_>) -> Result<(), Wrong> {
    apply(bed, "one", &json!({"x": "1"})).await?;
    let after = apply(bed, "two", &json!({"y": "2"})).await?;
    ensure!(data(&after) == json!({"x": "1", "y": "2"}), "{}", data(&after));
    match apply(bed, "two", &json!({"x": "2", "y": "2"})).await {
        Err(StoreError::Conflict { causes, .. }) => {
            let named: Vec<&str> = causes.iter().map(|cause| cause.field.as_str()).collect();
            ensure!(named == [".data.x"], "{named:?}");
            ensure!(
                causes.iter().all(|cause| cause.message.contains("\"one\"")),
                "{causes:?} does not say whose it is"
            );
        }
        other => ensure!(false, "{other:?}"),
    }
    let there = bed.store.get(&config_maps()?, &bed.key("a")).await?;
    ensure!(data(&there) == json!({"x": "1", "y": "2"}), "{}", data(&there));
    Ok(())
}

async fn shared(bed: &Bed<'_>) -> Result<(), Wrong> {
    apply(bed, "one", &json!({"x": "1"})).await?;
    apply(bed, "two", &json!({"x": "1"})).await?;
    let after = apply(bed, "one", &json!({})).await?;
    ensure!(data(&after) == json!({"x": "1"}), "after the first left it: {}", data(&after));
    let after = apply(bed, "two", &json!({})).await?;
    ensure!(at(&after, &["data", "x"]).is_none(), "after both left it: {}", data(&after));
    Ok(())
}

async fn force(bed: &Bed<'_>) -> Result<(), Wrong> {
    apply(bed, "one", &json!({"x": "1", "y": "1"})).await?;
    let after = apply_as(bed, &json!({"x": "2"}), &Apply::force(Write::by("two"))).await?;
    ensure!(data(&after) == json!({"x": "2", "y": "1"}), "{}", data(&after));
    let answer = reason(apply(bed, "one", &json!({"x": "1", "y": "1"})).await);
    ensure!(answer == "Conflict", "the first manager again: {answer}");
    Ok(())
}

async fn after_update(bed: &Bed<'_>) -> Result<(), Wrong> {
    let mut object = apply(bed, "one", &json!({"x": "1"})).await?;
    object.0.insert("data".to_owned(), json!({"x": "changed"}));
    bed.update(&object).await?;
    match apply(bed, "one", &json!({"x": "1"})).await {
        Err(StoreError::Conflict { causes, .. }) => {
            ensure!(causes.iter().all(|cause| cause.message.contains(MANAGER)), "{causes:?}");
        }
        other => ensure!(false, "{other:?}"),
    }
    Ok(())
}

/// A ConfigMap of which nothing is said; an empty `data` would be said, and be its manager's.
fn nothing(bed: &Bed<'_>) -> Result<Object, Wrong> {
    let mut object = bed.config_map("a", &json!({}))?;
    object.0.remove("data");
    Ok(object)
}

async fn finalizers(bed: &Bed<'_>) -> Result<(), Wrong> {
    for (manager, finalizer) in [("one", "bulkhead.dev/one"), ("two", "bulkhead.dev/two")] {
        let mut object = nothing(bed)?;
        object.metadata_mut().insert("finalizers".to_owned(), json!([finalizer]));
        bed.store.apply(&config_maps()?, &object, &Apply::fail(Write::by(manager))).await?;
    }
    let there = bed.store.get(&config_maps()?, &bed.key("a")).await?;
    let finalizers: Vec<&str> = there.texts("finalizers").collect();
    ensure!(finalizers == ["bulkhead.dev/one", "bulkhead.dev/two"], "{finalizers:?}");
    let after = bed.store.apply(&config_maps()?, &nothing(bed)?, &Apply::fail(Write::by("one"))).await?;
    let finalizers: Vec<&str> = after.texts("finalizers").collect();
    ensure!(finalizers == ["bulkhead.dev/two"], "{finalizers:?}");
    Ok(())
}

async fn atomic_list(bed: &Bed<'_>) -> Result<(), Wrong> {
    let policies = resource("networkpolicies")?;
    let policy = |port: u16| {
        object(json!({
            "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
            "metadata": {"name": "p", "namespace": bed.namespace},
            "spec": {
                "podSelector": {}, "policyTypes": ["Ingress"],
                "ingress": [{"ports": [{"protocol": "TCP", "port": port}]}],
            },
        }))
    };
    bed.store.apply(&policies, &policy(1)?, &Apply::fail(Write::by("one"))).await?;
    let after = bed.store.apply(&policies, &policy(2)?, &Apply::fail(Write::by("one"))).await?;
    let rules = at(&after, &["spec", "ingress"]).cloned().unwrap_or_default();
    ensure!(rules == json!([{"ports": [{"protocol": "TCP", "port": 2}]}]), "{rules}");
    let answer = bed.store.apply(&policies, &policy(3)?, &Apply::fail(Write::by("two"))).await;
    match answer {
        Err(StoreError::Conflict { causes, .. }) => {
            ensure!(causes.iter().any(|cause| cause.field == ".spec.ingress"), "{causes:?}");
        }
        other => ensure!(false, "{other:?}"),
    }
    Ok(())
}

async fn managed_fields(bed: &Bed<'_>) -> Result<(), Wrong> {
    let made = apply(bed, "one", &json!({"x": "1"})).await?;
    let answer = reason(bed.store.apply(&config_maps()?, &made, &Apply::fail(Write::by("one"))).await);
    ensure!(answer == "BadRequest" || answer == "Invalid", "{answer}");
    Ok(())
}

async fn dry_run(bed: &Bed<'_>) -> Result<(), Wrong> {
    let how = Apply::fail(Write::by("one").dry_run());
    let would = apply_as(bed, &json!({"x": "1"}), &how).await?;
    ensure!(data(&would) == json!({"x": "1"}), "{}", data(&would));
    let asked = reason(bed.store.get(&config_maps()?, &bed.key("a")).await);
    ensure!(asked == "NotFound", "{asked}");
    Ok(())
}

async fn nowhere(bed: &Bed<'_>) -> Result<(), Wrong> {
    let metadata = json!({"name": "a", "namespace": "no-such-namespace"});
    let stray = object(json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata}))?;
    let answer = reason(bed.store.apply(&config_maps()?, &stray, &Apply::fail(Write::by("one"))).await);
    ensure!(answer == "NotFound", "{answer}");
    Ok(())
}
