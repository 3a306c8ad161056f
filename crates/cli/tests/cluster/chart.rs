//! The chart, rendered by the real helm, and taken by the real API server.

use std::path::Path;
use std::process::Command;

use bulkhead_cli::ExitStatus;
use bulkhead_control_plane::{ControlPlane, Program};
use bulkhead_store::{Apply, Object, Store as _, Write};
use bulkhead_test_cluster::{Person, objects};
use serde_json::{Value, json};

use crate::command::{root, run_in, said};

/// Values with every part of the chart in it.
const EVERYTHING: &[&str] = &[
    "serviceMonitor.create=true",
    "controller.allowNamespaces={kubesphere-monitoring-system}",
    "networkPolicy.metricsFrom[0].namespaceSelector.matchLabels.monitoring=yes",
    "networkPolicy.apiServer[0].ipBlock.cidr=192.0.2.1/32",
    "image.digest=sha256:0123456789012345678901234567890123456789012345678901234567890123",
];

/// The console: as it is without more values, and with everything that a mode of signing in brings.
const CONSOLES: [&[&str]; 5] = [
    &["console.enabled=true"],
    &[
        "console.enabled=true",
        "console.replicas=2",
        "console.writes.users={ada}",
        "console.writes.groups={tenants,system:authenticated}",
        "console.writes.serviceaccounts={ada}",
        "console.ingress.enabled=true",
        "console.ingress.host=console.example.com",
        "console.ingress.className=nginx",
        "console.ingress.tlsSecretName=console-tls",
        "console.ingress.annotations.one=two",
        "console.networkPolicy.from[0].namespaceSelector.matchLabels.gateway=yes",
        "console.service.annotations.one=two",
        "console.extraArgs={--cni=calico}",
    ],
    &[
        "console.enabled=true",
        "console.auth.mode=proxy",
        "console.tls.secretName=console-tls",
        "console.auth.proxy.clientCAConfigMap=proxy-ca",
        "console.auth.proxy.clientNames={proxy.example.com}",
    ],
    &[
        "console.enabled=true",
        "console.auth.mode=proxy",
        "console.auth.proxy.secretName=proxy",
        "console.writes.enabled=false",
    ],
    &[
        "console.enabled=true",
        "console.auth.mode=oidc",
        "console.auth.oidc.issuerURL=https://sso.example.com/",
        "console.auth.oidc.clientID=bulkhead",
        "console.auth.oidc.clientSecretName=oidc",
        "console.auth.oidc.caConfigMap=sso-ca",
        "console.auth.oidc.redirectURL=https://console.example.com/oidc/callback",
        "console.auth.oidc.usernamePrefix=oidc:",
        "console.networkPolicy.identityProvider[0].ipBlock.cidr=192.0.2.7/32",
    ],
];

fn helm(arguments: &[&str]) -> Result<String, String> {
    let output = Command::new(Program::Helm.path().unwrap()).args(arguments).current_dir(root()).output().unwrap();
    if output.status.success() {
        return Ok(String::from_utf8(output.stdout).unwrap());
    }
    Err(String::from_utf8_lossy(&output.stderr).into_owned())
}

fn rendered(values: &[&str]) -> Result<String, String> {
    rendered_with(&[], values)
}

fn rendered_with(options: &[&str], values: &[&str]) -> Result<String, String> {
    let mut arguments = vec!["template", "bulkhead", "deploy/chart", "--namespace", "bulkhead-system"];
    arguments.extend(["--kube-version", "1.36.0"]);
    arguments.extend(options);
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
    for values in [&[][..], EVERYTHING].into_iter().chain(CONSOLES) {
        let objects = objects(&rendered(values).unwrap()).unwrap();
        assert!(objects.len() >= 20, "{} objects", objects.len());
        let consoles = objects.iter().filter(|object| object.name().starts_with("bulkhead-console")).count();
        assert_eq!(consoles > 0, values.contains(&"console.enabled=true"), "{values:?}: {consoles} of the console");
        admin.define_missing_kinds(&objects).unwrap();
        for object in &objects {
            let resource = admin.resource_of(object).unwrap();
            let object = in_namespace(object, &resource);
            let how = Apply::force(Write::by("helm").dry_run());
            let taken = admin.runtime.block_on(admin.store.apply(&resource, &object, &how));
            let taken = taken.unwrap_or_else(|error| panic!("{} {}: {error}", object.kind(), object.key()));
            nothing_is_dropped(&object, &taken);
        }
        let deployments: Vec<_> = objects.iter().filter(|object| object.kind() == "Deployment").collect();
        assert_eq!(deployments.len(), if consoles > 0 { 2 } else { 1 });
        for deployment in deployments {
            pod_is_restricted(&admin, deployment);
        }
    }
}

/// Rights and arguments of the console follow from who comes, and how.
pub(crate) fn console(_: &ControlPlane) {
    let [plain, named, certified, proxy, oidc] = CONSOLES.map(|values| objects(&rendered(values).unwrap()).unwrap());
    let bound = |objects: &[Object]| {
        let bindings = objects.iter().filter(|object| object.kind() == "ClusterRoleBinding");
        let ours = bindings.map(Object::name).filter(|name| name.starts_with("bulkhead-console"));
        ours.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(bound(&plain), ["bulkhead-console", "bulkhead-console-tokens", "bulkhead-console-writes"]);
    assert_eq!(bound(&proxy), ["bulkhead-console"]);
    assert_eq!(bound(&oidc), ["bulkhead-console", "bulkhead-console-writes"]);
    let find = |objects: &[Object], kind: &str, name: &str| {
        objects.iter().find(|object| object.kind() == kind && object.name() == name).cloned()
    };
    let as_whom = |objects: &[Object]| {
        let role = find(objects, "ClusterRole", "bulkhead-console-writes").unwrap();
        role.0["rules"].as_array().unwrap().iter().map(|rule| rule["resourceNames"].clone()).collect::<Vec<_>>()
    };
    assert_eq!(as_whom(&plain), [Value::Null, Value::Null, Value::Null]);
    assert_eq!(as_whom(&named), [json!(["ada"]), json!(["tenants", "system:authenticated"]), json!(["ada"])]);
    assert!(find(&plain, "Ingress", "bulkhead-console").is_none());
    assert!(find(&named, "Ingress", "bulkhead-console").is_some());
    assert!(find(&plain, "PodDisruptionBudget", "bulkhead-console").is_none());
    assert!(find(&named, "PodDisruptionBudget", "bulkhead-console").is_some());
    let policy = |objects: &[Object]| find(objects, "NetworkPolicy", "bulkhead-console").unwrap().0["spec"].clone();
    assert_eq!((policy(&plain).get("ingress"), policy(&plain)["egress"].as_array().unwrap().len()), (None, 1));
    assert_eq!(
        (policy(&named)["ingress"].as_array().unwrap().len(), policy(&oidc)["egress"].as_array().unwrap().len()),
        (1, 3)
    );
    for objects in [plain, named, certified, proxy, oidc] {
        the_program_takes(&find(&objects, "Deployment", "bulkhead-console").unwrap());
    }
}

/// Arguments that the program does not know would be found when the pod starts; here it is asked without one.
fn the_program_takes(deployment: &Object) {
    let container = &deployment.0["spec"]["template"]["spec"]["containers"][0];
    let arguments: Vec<&str> = container["args"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
    // The document about the API is printed instead of serving; all arguments are read before that.
    let printed = run_in(&root(), &[&arguments[..], &["--openapi"]].concat(), Path::new("none"));
    assert_eq!(printed.status, ExitStatus::Answered, "{arguments:?}: {}", printed.err);
    let wrong = run_in(&root(), &[&arguments[..], &["--openapi", "--no-such-argument"]].concat(), Path::new("none"));
    assert_eq!(wrong.status, ExitStatus::Unusable, "the control");
    let mounts = container["volumeMounts"].as_array().cloned().unwrap_or_default();
    for file in arguments.iter().filter_map(|argument| argument.find("/etc/").map(|at| &argument[at..])) {
        let is_there = |mount: &Value| file.starts_with(&format!("{}/", mount["mountPath"].as_str().unwrap()));
        assert!(mounts.iter().any(is_there), "{file} is nowhere: {mounts:?}");
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

/// The plain manifests are what the chart makes: of the controller without any values, and of the console where it is only switched on.
/// `BLESS=1` writes them.
fn plain_manifests() {
    let of_controller = ["serviceaccount", "rbac", "deployment", "service", "networkpolicy", "poddisruptionbudget"];
    // Its ClusterRoles have a part of their own.
    plain_manifest("deploy/controller.yaml", &of_controller, &[], |text| !text.contains("\nkind: ClusterRole\n"));
    let of_console =
        ["console-serviceaccount", "console-rbac", "console-deployment", "console-service", "console-networkpolicy"];
    plain_manifest("deploy/console.yaml", &of_console, CONSOLES[0], |_| true);
}

fn plain_manifest(path: &str, templates: &[&str], values: &[&str], is_wanted: impl Fn(&str) -> bool) {
    let mut text = HEAD.to_owned();
    for template in templates {
        let shown = format!("templates/{template}.yaml");
        let rendered = rendered_with(&["--show-only", &shown], values).unwrap();
        for document in rendered.split("---\n").filter(|document| !document.trim().is_empty()) {
            if is_wanted(document) {
                text.push_str("---\n");
                text.push_str(&plain(document));
            }
        }
    }
    let file = root().join(path);
    if std::env::var_os("BLESS").is_some_and(|value| value == "1") {
        std::fs::write(&file, &text).unwrap();
    }
    let have = std::fs::read_to_string(file).unwrap();
    assert!(have == text, "{path} is not what the chart makes: BLESS=1 cargo test -p bulkhead --test cluster chart");
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
        ("console.auth.mode=local", "mode"),
        ("console.auth.mode=proxy", "secretName"),
        ("console.auth.mode=oidc", "issuerURL"),
        ("console.ingress.enabled=true", "host"),
        ("console.port=0", "port"),
        ("console.writes.verbs={escalate}", "verbs"),
    ];
    for (value, named) in wrong {
        let refused = rendered(&["console.enabled=true", value]).expect_err(value);
        assert!(refused.contains(named), "{value}: {refused}");
    }
    let plain = ["console.auth.mode=proxy", "console.auth.proxy.clientCAConfigMap=proxy-ca", "console.enabled=true"];
    let refused = rendered(&plain).expect_err("no certificate can be shown without TLS");
    assert!(refused.contains("console.tls.secretName"), "{refused}");
    let nobody = ["console.enabled=true", "console.ingress.enabled=true", "console.ingress.host=console.example.com"];
    let refused = rendered(&nobody).expect_err("nobody could come in");
    assert!(refused.contains("console.networkPolicy.from"), "{refused}");
    let text = said(&["manifests", "all"], plane, "admin");
    let crds = std::fs::read_to_string(root().join("deploy/chart/files/crds.yaml")).unwrap();
    let count = |text: &str, kind: &str| text.lines().filter(|line| *line == format!("kind: {kind}")).count();
    assert_eq!(count(&text, "CustomResourceDefinition"), count(&crds, "CustomResourceDefinition"));
    assert_eq!(count(&text, "ValidatingAdmissionPolicy"), 4);
    // Who may act as others is installed only by whoever asks for it.
    assert!(!text.contains("impersonate"));
    assert!(said(&["manifests", "all", "console"], plane, "admin").contains("impersonate"));
    assert!(Path::new(&root().join("deploy/chart/values.schema.json")).is_file());
}
