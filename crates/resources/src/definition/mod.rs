//! CustomResourceDefinitions of the kinds.

mod structural;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

use crate::kind::allowlist::EntryStatus;
use crate::kind::exposure::{ExposureSpec, ExposureStatus};
use crate::kind::namespace_network_policy::NamespaceNetworkPolicySpec;
use crate::kind::workspace_allowlist::{WorkspaceAllowlistSpec, WorkspaceAllowlistStatus};

/// A CustomResourceDefinition.
#[derive(Clone, Debug, PartialEq)]
pub struct Definition {
    /// `exposures.network.bulkhead.dev`, its own name and that of its kind in a store.
    pub name: String,
    /// The schema of its objects.
    pub schema: Value,
    /// The whole of it.
    pub manifest: Value,
}

/// What a definition is made from.
struct Source {
    group: &'static str,
    kind: &'static str,
    plural: &'static str,
    short_name: &'static str,
    categories: &'static [&'static str],
    scope: &'static str,
    description: &'static str,
    columns: fn() -> Value,
    spec: fn() -> Value,
    status: fn() -> Value,
    /// Whether an object without a spec is one.
    spec_required: SpecRequired,
    labels: &'static [(&'static str, &'static str)],
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum SpecRequired {
    Yes,
    No,
}

/// Every definition, by name.
pub fn definitions() -> Vec<Definition> {
    SOURCES.iter().map(define).collect()
}

const SOURCES: &[Source] = &[
    Source {
        group: "network.bulkhead.dev",
        kind: "Exposure",
        plural: "exposures",
        short_name: "expo",
        categories: &["networking", "bulkhead"],
        scope: "Namespaced",
        description: "A Service, an Ingress or a route that shall be reachable by some clients, and by nobody else.",
        columns: exposure_columns,
        spec: of::<ExposureSpec>,
        status: of::<ExposureStatus>,
        spec_required: SpecRequired::Yes,
        labels: &[],
    },
    Source {
        group: "network.bulkhead.dev",
        kind: "WorkspaceAllowlist",
        plural: "workspaceallowlists",
        short_name: "wsal",
        categories: &["networking", "bulkhead"],
        scope: "Cluster",
        description: "An allowlist entry for every isolated project of a workspace.",
        columns: workspace_columns,
        spec: of::<WorkspaceAllowlistSpec>,
        status: of::<WorkspaceAllowlistStatus>,
        spec_required: SpecRequired::Yes,
        labels: &[],
    },
    Source {
        group: "network.kubesphere.io",
        kind: "NamespaceNetworkPolicy",
        plural: "namespacenetworkpolicies",
        short_name: "nsnp",
        categories: &["networking", "bulkhead"],
        scope: "Namespaced",
        description: "An allowlist entry of a project that is isolated.",
        columns: entry_columns,
        spec: of::<NamespaceNetworkPolicySpec>,
        status: of::<EntryStatus>,
        // KubeSphere's objects may have none.
        spec_required: SpecRequired::No,
        // KubeSphere 4 serves only kinds with this label through its own API.
        labels: &[("kubesphere.io/resource-served", "true")],
    },
];

/// The structural schema of a type.
fn of<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft07().with(|settings| {
        settings.meta_schema = None;
        settings.inline_subschemas = true;
    });
    structural::structural(settings.into_generator().into_root_schema_for::<T>().to_value())
}

fn define(kind: &Source) -> Definition {
    let name = format!("{}.{}", kind.plural, kind.group);
    let mut schema = json!({
        "type": "object",
        "description": kind.description,
        "properties": {
            "apiVersion": {"type": "string", "description": "The version of this representation of an object."},
            "kind": {"type": "string", "description": "The kind of the object."},
            "metadata": {"type": "object"},
            "spec": (kind.spec)(),
            "status": (kind.status)(),
        },
    });
    if let (SpecRequired::Yes, Value::Object(schema)) = (kind.spec_required, &mut schema) {
        schema.insert("required".to_owned(), json!(["spec"]));
    }
    let labels: serde_json::Map<String, Value> =
        kind.labels.iter().map(|(key, value)| ((*key).to_owned(), (*value).into())).collect();
    let mut metadata = json!({"name": name});
    if let (false, Value::Object(metadata)) = (labels.is_empty(), &mut metadata) {
        metadata.insert("labels".to_owned(), Value::Object(labels));
    }
    let manifest = json!({
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": metadata,
        "spec": {
            "group": kind.group,
            "names": {
                "kind": kind.kind,
                "listKind": format!("{}List", kind.kind),
                "plural": kind.plural,
                "singular": kind.kind.to_ascii_lowercase(),
                "shortNames": [kind.short_name],
                "categories": kind.categories,
            },
            "scope": kind.scope,
            "versions": [{
                "name": "v1alpha1",
                "served": true,
                "storage": true,
                "subresources": {"status": {}},
                "additionalPrinterColumns": (kind.columns)(),
                "schema": {"openAPIV3Schema": schema.clone()},
            }],
        },
    });
    Definition { name, schema, manifest }
}

/// A column of `kubectl get`.
fn column(name: &str, kind: &str, path: &str) -> Value {
    json!({"name": name, "type": kind, "jsonPath": path})
}

fn ready() -> Value {
    column("Ready", "string", ".status.conditions[?(@.type==\"Ready\")].status")
}

fn reason() -> Value {
    column("Reason", "string", ".status.conditions[?(@.type==\"Ready\")].reason")
}

fn age() -> Value {
    column("Age", "date", ".metadata.creationTimestamp")
}

fn entry_columns() -> Value {
    json!([ready(), reason(), column("Expires", "date", ".spec.expires"), age()])
}

fn workspace_columns() -> Value {
    json!([column("Workspace", "string", ".spec.workspace"), ready(), reason(), age()])
}

fn exposure_columns() -> Value {
    let target = column("Service", "string", ".spec.target.service");
    json!([target, column("Ingress", "string", ".spec.target.ingress"), ready(), reason(), age()])
}
