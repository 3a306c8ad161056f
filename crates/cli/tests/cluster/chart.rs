//! The chart, rendered by the real helm, and taken by the real API server.

use std::path::Path;
use std::process::Command;

use bulkhead_control_plane::{ControlPlane, Program};
use bulkhead_store::{Apply, Object, Store as _, Write};
use bulkhead_test_cluster::{Person, objects};
use serde_json::Value;

use crate::command::{root, said};

/// Values with every part of the chart in it.
const EVERYTHING: &[&str] = &[
    "serviceMonitor.create=true",
    "controller.allowNamespaces={kubesphere-monitoring-system}",
    "networkPolicy.metricsFrom[0].namespaceSelector.matchLabels.monitoring=yes",
    "networkPolicy.apiServer[0].ipBlock.cidr=192.0.2.1/32",
    "image.digest=sha256:0123456789012345678901234567890123456789012345678901234567890123",
];

fn helm(arguments: &[&str]) -> Result<String, String> {
    let output = Command::new(Program::Helm.path().unwrap()).args(arguments).current_dir(root()).output().unwrap();
    if output.status.success() {
        return Ok(String::from_utf8(output.stdout).unwrap());
    }
    Err(String::from_utf8_lossy(&output.stderr).into_owned())
}

fn rendered(values: &[&str]) -> Result<String, String> {
    let mut arguments = vec!["template", "bulkhead", "deploy/chart", "--namespace", "bulkhead-system"];
    arguments.extend(["--kube-version", "1.36.0"]);
    for value in values {
        arguments.extend(["--set", value]);
    }
    helm(&arguments)
}

pub(crate) fn applied(plane: &ControlPlane) {
    helm(&["lint", "--strict", "deploy/chart"]).unwrap();
    plain_manifests();
    let admin = Person::admin(plane).unwrap();
    admin.apply("{apiVersion: v1, kind: Namespace, metadata: {name: bulkhead-system, labels: {pod-security.kubernetes.io/enforce: restricted, pod-security.kubernetes.io/warn: restricted}}}").unwrap();
    admin.apply("{apiVersion: v1, kind: Namespace, metadata: {name: kubesphere-system}}").unwrap();
    for values in [&[][..], EVERYTHING] {
        let objects = objects(&rendered(values).unwrap()).unwrap();
        assert!(objects.len() >= 20, "{} objects", objects.len());
        admin.define_missing_kinds(&objects).unwrap();
        for object in &objects {
            let resource = admin.resource_of(object).unwrap();
            let object = in_namespace(object, &resource);
            let how = Apply::force(Write::by("helm").dry_run());
            let taken = admin.runtime.block_on(admin.store.apply(&resource, &object, &how));
            let taken = taken.unwrap_or_else(|error| panic!("{} {}: {error}", object.kind(), object.key()));
            nothing_is_dropped(&object, &taken);
        }
        let deployment = objects.iter().find(|object| object.kind() == "Deployment").unwrap();
        pod_is_restricted(&admin, deployment);
    }
}

/// What the API server makes of the pod under Pod Security's strictest level: a Deployment is only warned about.
fn pod_is_restricted(admin: &Person, deployment: &Object) {
    let template = &deployment.0["spec"]["template"];
    let mut metadata = template["metadata"].clone();
    metadata["name"] = "probe".into();
    metadata["namespace"] = "bulkhead-system".into();
    let pod = |spec: &Value| {
        Object::from_value(serde_json::json!({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}))
            .unwrap()
    };
    let taken = |pod: &Object| {
        let resource = admin.resource_of(pod).unwrap();
        admin.runtime.block_on(admin.store.apply(&resource, pod, &Apply::force(Write::by("test").dry_run())))
    };
    taken(&pod(&template["spec"])).unwrap();
    let mut loose = template["spec"].clone();
    loose["containers"][0]["securityContext"]["allowPrivilegeEscalation"] = true.into();
    let refused = taken(&pod(&loose)).unwrap_err().to_string();
    assert!(refused.contains("restricted"), "the control: {refused}");
}

fn in_namespace(object: &Object, resource: &bulkhead_store::Resource) -> Object {
    let mut object = object.clone();
    if resource.scope == bulkhead_store::Scope::Namespaced && object.namespace().is_none() {
        object.metadata_mut().insert("namespace".to_owned(), "bulkhead-system".into());
    }
    object
}

/// A field that the server does not know would be gone.
fn nothing_is_dropped(wanted: &Object, taken: &Object) {
    let mut missing = Vec::new();
    for field in wanted.0.keys().filter(|field| *field != "metadata") {
        compare(field, &wanted.0[field], taken.0.get(field).unwrap_or(&Value::Null), &mut missing);
    }
    assert!(missing.is_empty(), "{} {}: {}", wanted.kind(), wanted.key(), missing.join(", "));
}

fn compare(path: &str, wanted: &Value, taken: &Value, missing: &mut Vec<String>) {
    match (wanted, taken) {
        (Value::Object(wanted), Value::Object(taken)) => {
            for (name, value) in wanted {
                compare(&format!("{path}.{name}"), value, taken.get(name).unwrap_or(&Value::Null), missing);
            }
        }
        (Value::Array(wanted), Value::Array(taken)) if wanted.len() == taken.len() => {
            for (index, (wanted, taken)) in wanted.iter().zip(taken).enumerate() {
                compare(&format!("{path}[{index}]"), wanted, taken, missing);
            }
        }
        (wanted, Value::Null) if is_empty(wanted) => {}
        (wanted, taken) if wanted == taken => {}
        // The server writes quantities and numbers in its own way.
        (Value::Number(_) | Value::String(_), Value::Number(_) | Value::String(_)) => {}
        _ => missing.push(path.to_owned()),
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Object(fields) => fields.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Null => true,
        _ => false,
    }
}

/// `deploy/controller.yaml` is what the chart makes without any values. `BLESS=1` writes it.
fn plain_manifests() {
    let own = ["serviceaccount", "rbac", "deployment", "service", "networkpolicy", "poddisruptionbudget"];
    let mut text = HEAD.to_owned();
    for template in own {
        let shown = format!("templates/{template}.yaml");
        let arguments =
            ["template", "bulkhead", "deploy/chart", "--namespace", "bulkhead-system", "--kube-version", "1.36.0"];
        let rendered = helm(&[&arguments[..], &["--show-only", &shown]].concat()).unwrap();
        for document in rendered.split("---\n").filter(|document| !document.trim().is_empty()) {
            // Roles have a part of their own.
            if !document.contains("\nkind: ClusterRole\n") {
                text.push_str("---\n");
                text.push_str(&plain(document));
            }
        }
    }
    let path = root().join("deploy/controller.yaml");
    if std::env::var_os("BLESS").is_some_and(|value| value == "1") {
        std::fs::write(&path, &text).unwrap();
    }
    let have = std::fs::read_to_string(path).unwrap();
    assert!(
        have == text,
        "deploy/controller.yaml is not what the chart makes: BLESS=1 cargo test -p bulkhead --test cluster chart"
    );
}

const HEAD: &str = "# Made from the chart by its test (crates/cli/tests/cluster/chart.rs). Do not edit.
apiVersion: v1
kind: Namespace
metadata:
  name: bulkhead-system
  labels:
    pod-security.kubernetes.io/enforce: restricted
";

/// Without what only Helm wants to know.
fn plain(document: &str) -> String {
    let is_helms = |line: &str| {
        line.starts_with("# Source:")
            || line.contains("helm.sh/chart:")
            || line.contains("app.kubernetes.io/managed-by: Helm")
    };
    document.lines().filter(|line| !is_helms(line) && !line.trim().is_empty()).flat_map(|line| [line, "\n"]).collect()
}

pub(crate) fn values(plane: &ControlPlane) {
    let wrong = [
        ("controller.replicas=-1", "replicas"),
        ("controller.isolation=both", "isolation"),
        ("controller.port=70000", "port"),
        ("image.digest=latest", "digest"),
        ("networkPolicy.metricsFrom[0].cidr=10.0.0.0/8", "metricsFrom"),
        ("networkPolicy.apiServerPorts={}", "apiServerPorts"),
        ("controller.allowNamespaces={Kube_System}", "allowNamespaces"),
        ("serviceMonitor.interval=often", "interval"),
        ("contoller.replicas=3", "contoller"),
    ];
    for (value, named) in wrong {
        let refused = rendered(&[value]).expect_err(value);
        assert!(refused.contains(named), "{value}: {refused}");
    }
    let text = said(&["manifests", "all"], plane, "admin");
    let crds = std::fs::read_to_string(root().join("deploy/chart/files/crds.yaml")).unwrap();
    let count = |text: &str, kind: &str| text.lines().filter(|line| *line == format!("kind: {kind}")).count();
    assert_eq!(count(&text, "CustomResourceDefinition"), count(&crds, "CustomResourceDefinition"));
    assert_eq!(count(&text, "ValidatingAdmissionPolicy"), 4);
    assert!(Path::new(&root().join("deploy/chart/values.schema.json")).is_file());
}
