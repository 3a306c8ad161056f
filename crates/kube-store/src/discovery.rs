//! Which kinds a server serves, and under which version.

use std::borrow::Cow;

use bulkhead_store::{Resource, Scope, StoreError};
use serde_json::Value;

use crate::KubeStore;
use crate::request::Url;

impl KubeStore {
    /// The kinds that the server serves in groups that are `wanted`, each in one version: in the first that the server names for the
    /// group, which is the one that it prefers, and that has the kind. Kinds without a list to ask for are left out.
    pub async fn served(&self, wanted: &(dyn Fn(&str) -> bool + Sync)) -> Result<Vec<Resource>, StoreError> {
        let groups = self.document("/apis").await?;
        let mut served = Vec::new();
        if wanted("") {
            add("", "v1", &self.document("/api/v1").await?, &mut served);
        }
        for group in array(&groups, "groups").filter(|group| wanted(text(group, "name"))) {
            let name = text(group, "name");
            for version in versions(group) {
                // A group whose server is away (an aggregated API) has no kinds for now; the others have.
                match self.document(&format!("/apis/{name}/{version}")).await {
                    Ok(resources) => add(name, version, &resources, &mut served),
                    Err(StoreError::Unavailable { .. } | StoreError::NotFound { .. } | StoreError::NoSuchKind(_)) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        Ok(served)
    }

    /// The kind in another version that the server serves, where it does not serve the one that was asked for: what is read of a kind
    /// that is somebody else's means the same in all of them.
    pub(crate) async fn in_other_version(&self, resource: &Resource) -> Option<Resource> {
        if resource.group.is_empty() {
            return None;
        }
        let group = self.document(&format!("/apis/{}", resource.group)).await.ok()?;
        for version in versions(&group).filter(|version| *version != resource.version) {
            let Ok(kinds) = self.document(&format!("/apis/{}/{version}", resource.group)).await else { continue };
            let mut served = Vec::new();
            add(&resource.group, version, &kinds, &mut served);
            if let Some(found) = served.into_iter().find(|served| served.kind == resource.kind) {
                return Some(found);
            }
        }
        None
    }

    async fn document(&self, path: &str) -> Result<Value, StoreError> {
        // What it is about is only said where something is missing, and a path has no kind.
        let about = Resource::new("", "v1", "APIResourceList", "", Scope::Cluster);
        self.ask(Url::of_path(path).get()?, crate::answer::About { resource: &about, key: None }).await
    }
}

/// The versions of a group, the preferred one first.
fn versions(group: &Value) -> impl Iterator<Item = &str> {
    let preferred = group.pointer("/preferredVersion/version").and_then(Value::as_str);
    let others = array(group, "versions").map(|version| text(version, "version"));
    preferred.into_iter().chain(others.filter(move |version| Some(*version) != preferred))
}

/// Adds the kinds of a version that no earlier one had.
fn add(group: &str, version: &str, resources: &Value, served: &mut Vec<Resource>) {
    for resource in array(resources, "resources") {
        let (kind, plural) = (text(resource, "kind"), text(resource, "name"));
        let is_listed = array(resource, "verbs").any(|verb| verb == "list");
        let is_part = plural.contains('/');
        let is_known = served.iter().any(|known: &Resource| known.group == group && known.kind == kind);
        if is_part || !is_listed || is_known {
            continue;
        }
        let is_namespaced = resource.get("namespaced").and_then(Value::as_bool).unwrap_or_default();
        served.push(Resource {
            group: Cow::Owned(group.to_owned()),
            version: Cow::Owned(version.to_owned()),
            kind: Cow::Owned(kind.to_owned()),
            plural: Cow::Owned(plural.to_owned()),
            scope: if is_namespaced { Scope::Namespaced } else { Scope::Cluster },
        });
    }
}

fn array<'v>(value: &'v Value, field: &str) -> impl Iterator<Item = &'v Value> {
    value.get(field).and_then(Value::as_array).into_iter().flatten()
}

fn text<'v>(value: &'v Value, field: &str) -> &'v str {
    value.get(field).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_kind_is_taken_in_the_version_that_the_server_prefers() {
        let versions_of = json!({
            "name": "policy.networking.k8s.io",
            "versions": [{"version": "v1alpha1"}, {"version": "v1alpha2"}],
            "preferredVersion": {"version": "v1alpha2"},
        });
        assert_eq!(versions(&versions_of).collect::<Vec<_>>(), ["v1alpha2", "v1alpha1"]);
        let list = |kinds: &[(&str, &str)]| {
            let resource = |(kind, name): &(&str, &str)| json!({"kind": kind, "name": name, "namespaced": false, "verbs": ["list"]});
            json!({"resources": kinds.iter().map(resource).collect::<Vec<_>>()})
        };
        let mut served = Vec::new();
        let group = "policy.networking.k8s.io";
        let preferred = list(&[("ClusterNetworkPolicy", "clusternetworkpolicies"), ("X", "x/status")]);
        add(group, "v1alpha2", &preferred, &mut served);
        let older = list(&[("ClusterNetworkPolicy", "clusternetworkpolicies"), ("AdminNetworkPolicy", "anps")]);
        add(group, "v1alpha1", &older, &mut served);
        let names: Vec<String> = served.iter().map(|it| format!("{} {}", it.kind, it.version)).collect();
        assert_eq!(names, ["ClusterNetworkPolicy v1alpha2", "AdminNetworkPolicy v1alpha1"]);
    }
}
