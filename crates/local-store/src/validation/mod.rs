//! Our own kinds are held to their schemas, as an API server holds them: unknown fields are dropped, defaults filled in, types
//! and bounds checked, CEL rules evaluated. What an update leaves as it was is not held against it.

mod complete;
mod formats;
mod structural;

use std::collections::BTreeMap;

use bulkhead_resources::definitions;
use bulkhead_store::{Cause, Object, Resource, StoreError};
use kube_cel::{CompiledSchema, Validator, compile_schema};
use serde_json::Value;

use crate::names::invalid;

thread_local! {
    /// The schemas of our kinds, by kind; made once in the one thread that writes.
    static SCHEMAS: Schemas = Schemas::new();
}

/// Schemas, and what evaluates their rules.
struct Schemas {
    by_kind: BTreeMap<String, (Value, CompiledSchema)>,
    validator: Validator,
}

impl Schemas {
    fn new() -> Self {
        let compiled = |schema: Value| (schema.clone(), compile_schema(&schema));
        let by_kind = definitions().into_iter().map(|made| (made.name, compiled(made.schema))).collect();
        Self { by_kind, validator: Validator::new() }
    }

    fn validate(&self, resource: &Resource, object: Object, before: Option<&Object>) -> Result<Object, StoreError> {
        let Some((schema, compiled)) = self.by_kind.get(&resource.group_resource()) else { return Ok(object) };
        let key = object.key();
        let mut value = object.into_value();
        complete::complete(schema, &mut value);
        let before = before.map(|before| before.clone().into_value());
        let mut causes = structural::check(schema, &value);
        if causes.is_empty()
            && let Err(errors) = self.validator.validate_compiled(compiled, &value, before.as_ref())
        {
            causes.extend(errors.into_vec().into_iter().map(|error| Cause::new(error.field_path, error.message)));
        }
        if let Some(before) = &before {
            causes.retain(|cause| !structural::is_unchanged(before, &value, &cause.field));
        }
        // Rules are evaluated in an order that differs from run to run.
        causes.sort();
        match Object::from_value(value) {
            Some(object) if causes.is_empty() => Ok(object),
            _ => Err(invalid(resource, &key, causes)),
        }
    }
}

/// The object with its defaults and without what its schema does not know, or what the schema has against it.
pub(crate) fn validate(resource: &Resource, object: Object, before: Option<&Object>) -> Result<Object, StoreError> {
    SCHEMAS.with(|schemas| schemas.validate(resource, object, before))
}
