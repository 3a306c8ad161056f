//! Our schemas, as every store holds objects to them.

use serde_json::{Value, json};

use super::bed::{Bed, MANAGER, at, entries};
use super::{Wrong, ensure, list_cases};
use crate::{StoreError, Write};

list_cases! {
    "what the schema does not allow is refused, field by field" => refused,
    "what the schema has a default for gets it" => defaults,
    "a field that the schema does not know is dropped" => pruned,
}

async fn refused(bed: &Bed<'_>) -> Result<(), Wrong> {
    let wrong: [(Value, &str); 5] = [
        (json!({"ingress": [{"from": [{"namespace": {}}]}]}), "spec.ingress[0].from[0].namespace.name"),
        (json!({"ingress": [{"ports": [{"port": 0}]}]}), "spec.ingress[0].ports[0]"),
        (json!({"egress": [{"to": [{"ipBlock": {"cidr": "10.0.0.0/33"}}]}]}), "spec.egress[0].to[0].ipBlock"),
        (json!({"egress": [{"to": [{}]}]}), "spec.egress[0].to[0]"),
        (json!({"policyTypes": "Ingress"}), "spec.policyTypes"),
    ];
    for (spec, field) in wrong {
        match bed.store.create(&entries()?, &bed.entry("e", &spec)?, &Write::by(MANAGER)).await {
            Err(StoreError::Invalid { causes, .. }) => {
                ensure!(causes.iter().any(|cause| cause.field.starts_with(field)), "{spec}: {causes:?}");
            }
            // An API server refuses a value of the wrong type before it looks at the rest.
            Err(StoreError::BadRequest(_)) if field == "spec.policyTypes" => {}
            other => ensure!(false, "{spec}: {other:?}"),
        }
    }
    Ok(())
}

async fn defaults(bed: &Bed<'_>) -> Result<(), Wrong> {
    let spec = json!({"ingress": [{"ports": [{"port": 80}], "from": [{"namespace": {"name": "a"}}]}]});
    let made = bed.store.create(&entries()?, &bed.entry("e", &spec)?, &Write::by(MANAGER)).await?;
    let rules = at(&made, &["spec", "ingress"]).cloned().unwrap_or_default();
    ensure!(rules.pointer("/0/ports/0/protocol") == Some(&json!("TCP")), "{rules}");
    Ok(())
}

async fn pruned(bed: &Bed<'_>) -> Result<(), Wrong> {
    let spec = json!({"ingress": [{"from": [{"namespace": {"name": "a", "wrong": 1}}], "wrong": 1}], "wrong": {}});
    let made = bed.store.create(&entries()?, &bed.entry("e", &spec)?, &Write::by(MANAGER)).await?;
    let spec = at(&made, &["spec"]).cloned().unwrap_or_default();
    ensure!(spec == json!({"ingress": [{"from": [{"namespace": {"name": "a"}}]}]}), "{spec}");
    Ok(())
}
