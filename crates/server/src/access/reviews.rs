//! What an API server says about people: who somebody is (`TokenReview`), and what they may do (`SubjectAccessReview`).

use std::sync::Arc;

use bulkhead_store::{Object, Resource, Scope, Store, StoreError, Write};
use serde_json::{Value, json};

use crate::viewer::Principal;

const TOKEN_REVIEW: Resource =
    Resource::new("authentication.k8s.io", "v1", "TokenReview", "tokenreviews", Scope::Cluster);
const ACCESS_REVIEW: Resource =
    Resource::new("authorization.k8s.io", "v1", "SubjectAccessReview", "subjectaccessreviews", Scope::Cluster);

/// Something that somebody wants to do.
#[derive(Clone, Debug, Default)]
pub(super) struct Deed<'a> {
    pub(super) verb: &'a str,
    pub(super) group: &'a str,
    pub(super) resource: &'a str,
    pub(super) namespace: &'a str,
    pub(super) name: &'a str,
}

/// Asks an API server about people.
#[derive(Clone)]
pub(super) struct Reviews(pub(super) Arc<dyn Store>);

impl std::fmt::Debug for Reviews {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Reviews")
    }
}

impl Reviews {
    /// Whose a token is; `None` where it is nobody's.
    pub(super) async fn principal(&self, token: &str) -> Result<Option<Principal>, StoreError> {
        let status = self.review(&TOKEN_REVIEW, json!({"token": token})).await?;
        if status.get("authenticated") != Some(&Value::Bool(true)) {
            return Ok(None);
        }
        let user = status.get("user").cloned().unwrap_or_default();
        let name = user.get("username").and_then(Value::as_str).unwrap_or_default().to_owned();
        let groups = user.get("groups").and_then(Value::as_array).into_iter().flatten();
        let groups = groups.filter_map(Value::as_str).map(str::to_owned).collect();
        Ok(Some(Principal { name, groups }).filter(|principal| !principal.name.is_empty()))
    }

    /// Whether somebody may do something. What is neither allowed nor denied is not allowed.
    pub(super) async fn may(&self, principal: &Principal, deed: &Deed<'_>) -> Result<bool, StoreError> {
        let spec = json!({
            "user": principal.name,
            "groups": principal.groups,
            "resourceAttributes": {
                "verb": deed.verb, "group": deed.group, "resource": deed.resource,
                "namespace": deed.namespace, "name": deed.name,
            },
        });
        let status = self.review(&ACCESS_REVIEW, spec).await?;
        Ok(status.get("allowed") == Some(&Value::Bool(true)))
    }

    async fn review(&self, resource: &Resource, spec: Value) -> Result<Value, StoreError> {
        let review = json!({"apiVersion": resource.api_version(), "kind": resource.kind, "metadata": {}, "spec": spec});
        let Some(review) = Object::from_value(review) else { return Ok(Value::Null) };
        let answer = self.0.create(resource, &review, &Write::by("bulkhead-console")).await?;
        Ok(answer.0.get("status").cloned().unwrap_or_default())
    }
}
