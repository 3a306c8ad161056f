//! The console as it ships: `serve` with exactly the rights that `bulkhead manifests console` gives.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use bulkhead_analysis::snapshot::{CONFIG_MAPS, is_wanted, wanted_kinds};
use bulkhead_control_plane::ControlPlane;
use bulkhead_store::{KnownKind, Object, Scope, Store as _, StoreError, Write};
use bulkhead_test_cluster::{Person, account, objects, token};
use serde_json::{Value, json};

use crate::command::said;
use crate::serve::{Console, entry};

/// The people who come: an administrator and a viewer of one project, and nobody of anything. They have tokens of service accounts, as
/// people without an identity provider do.
const PEOPLE: &str = "
apiVersion: v1
kind: ServiceAccount
metadata: {name: ada, namespace: shop}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: vic, namespace: shop}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: ada, namespace: shop}
rules: [{apiGroups: ['*'], resources: ['*'], verbs: ['*']}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: ada, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: ada}
subjects: [{kind: ServiceAccount, name: ada, namespace: shop}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: vic, namespace: shop}
rules: [{apiGroups: ['*'], resources: ['*'], verbs: [get, list, watch]}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: vic, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: vic}
subjects: [{kind: ServiceAccount, name: vic, namespace: shop}]
";

/// A service account with the console's rights, but for settings in kube-system.
const WITHOUT_SETTINGS: &str = "
apiVersion: v1
kind: ServiceAccount
metadata: {name: without-settings, namespace: bulkhead-system}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: without-settings}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: bulkhead-console}
subjects: [{kind: ServiceAccount, name: without-settings, namespace: bulkhead-system}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: without-settings-tokens}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: bulkhead-console-tokens}
subjects: [{kind: ServiceAccount, name: without-settings, namespace: bulkhead-system}]
";

pub(crate) fn shipped_rights(plane: &ControlPlane) {
    let admin = Person::admin(plane).unwrap();
    let shipped = shipped(plane, &admin);
    admin.define_missing_kinds(&one_of_each_kind()).unwrap();
    reads_exactly_what_answers_depend_on(&admin, &shipped);
    admin.apply(PEOPLE).unwrap();
    admin.apply(WITHOUT_SETTINGS).unwrap();
    let kubeconfig = account(plane, "bulkhead-system", "bulkhead-console").unwrap();
    let console = Console::of(&kubeconfig, &["--auth", "token"]);

    // Nothing is missing; where a right is, it is told.
    assert_eq!(not_read(&console), Vec::<Value>::new());
    let fewer = account(plane, "bulkhead-system", "without-settings").unwrap();
    assert_eq!(not_read(&Console::of(&fewer, &["--auth", "token"])).len(), 1);
    let facts = console.get("admin", "/overview").json()["facts"].to_string();
    assert!(facts.contains("ConfigMap kube-system/kube-proxy"), "{facts}");

    // An administrator, a tenant, and nobody.
    assert!(console.get("admin", "/tenants").json()["projects"].as_array().unwrap().len() > 5);
    let [ada, vic] = ["ada", "vic"].map(|name| token(plane, "shop", name).unwrap());
    for tenant in [&ada, &vic] {
        let tenants = console.get_with(tenant, "/tenants");
        assert_eq!(namespaces(&tenants.json()), ["shop"], "{}", tenants.text);
    }
    assert_eq!(console.get("stranger", "/tenants").json()["projects"], json!([]));
    assert_eq!(console.get("nobody-at-all", "/tenants").status, 401);

    // The API server judges whoever asks, and not the console, which may write nothing.
    let object = Object::from_value(entry("by-ada", "shop")).unwrap();
    let change = json!({"put": [object.clone().into_value()]});
    let own = Person::with(&kubeconfig).unwrap();
    let entries = KnownKind::of_group_resource("namespacenetworkpolicies.network.kubesphere.io").unwrap();
    let refused = own.runtime.block_on(own.store.create(&entries.resource, &object, &Write::by("test").dry_run()));
    assert!(matches!(refused, Err(StoreError::Forbidden(_))), "{refused:?}");
    let preview = |token: &str| console.post_with(token, "/changes/preview", &change).json();
    let refused = preview(&vic);
    assert!(refused["applicable"] == false && refused["issues"].to_string().contains("shop:vic"), "{refused}");
    let wanted = preview(&ada);
    assert_eq!(wanted["applicable"], true, "{wanted}");
    let apply = json!({"change": change, "digest": wanted["digest"]});
    let applied = console.post_with(&ada, "/changes", &apply);
    assert_eq!(applied.status, 200, "{}", applied.text);
    let path = "/apis/network.kubesphere.io/v1alpha1/namespaces/shop/namespacenetworkpolicies/by-ada";
    let written = plane.client("admin").unwrap().get(path).unwrap();
    assert_eq!(written["metadata"]["managedFields"][0]["manager"], "bulkhead-console");
    plane.client("admin").unwrap().delete(path).unwrap();

    // Without the right to act as them, everything can be seen and nothing written.
    let binding = "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings/bulkhead-console-writes";
    plane.client("admin").unwrap().delete(binding).unwrap();
    let begun = Instant::now();
    while preview(&ada)["applicable"] == true {
        assert!(begun.elapsed() < Duration::from_secs(30), "it still writes");
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(namespaces(&console.get_with(&ada, "/tenants").json()), ["shop"]);
}

/// Applies what ships, but for the pods: nothing here runs them.
fn shipped(plane: &ControlPlane, admin: &Person) -> Vec<Object> {
    let mut shipped = objects(&said(&["manifests", "console"], plane, "admin")).unwrap();
    shipped.retain(|object| object.kind() != "Deployment");
    admin.apply_all(&shipped).unwrap();
    shipped
}

/// An object of every kind that is read and that this server may not know; those of groups that no server serves any more are left out.
fn one_of_each_kind() -> Vec<Object> {
    let of_others = wanted_kinds().filter(|(group, _)| !matches!(*group, "" | "extensions"));
    let object = |(group, kind): (&str, &str)| {
        let known = KnownKind::of(&format!("{group}/v1"), kind).map(|known| &known.resource);
        let version = known.map_or("v1", |known| known.version.as_ref());
        let namespace = known.is_none_or(|known| known.scope == Scope::Namespaced).then_some("default");
        let metadata = json!({"name": "one", "namespace": namespace});
        json!({"apiVersion": format!("{group}/{version}"), "kind": kind, "metadata": metadata})
    };
    of_others.map(object).filter_map(Object::from_value).collect()
}

/// What the role lists is what answers depend on, kind by kind, and settings by their names.
fn reads_exactly_what_answers_depend_on(admin: &Person, shipped: &[Object]) {
    let role = shipped.iter().find(|object| object.kind() == "ClusterRole" && object.name() == "bulkhead-console");
    let rules = role.unwrap().0["rules"].as_array().unwrap();
    let texts = |value: &Value| -> Vec<String> {
        value.as_array().into_iter().flatten().map(|text| text.as_str().unwrap().to_owned()).collect()
    };
    let (mut listed, mut names) = (BTreeSet::new(), BTreeSet::new());
    for rule in rules.iter().filter(|rule| texts(&rule["verbs"]).contains(&"list".to_owned())) {
        assert!(texts(&rule["verbs"]).iter().all(|verb| ["get", "list", "watch"].contains(&verb.as_str())), "{rule}");
        names.extend(texts(&rule["resourceNames"]));
        let resources = texts(&rule["resources"]);
        listed.extend(resources.into_iter().map(|plural| (texts(&rule["apiGroups"])[0].clone(), plural)));
    }
    let served = admin.runtime.block_on(admin.store.served(&|_| true)).unwrap();
    // Endpoints say what EndpointSlices say, which every server has.
    let read = served.iter().filter(|it| is_wanted(&it.group, &it.kind) && it.kind != "Endpoints");
    let wanted: BTreeSet<_> = read.map(|it| (it.group.to_string(), it.plural.to_string())).collect();
    assert!(wanted.len() > 50, "{wanted:?}");
    assert_eq!(listed, wanted);
    assert_eq!(names, CONFIG_MAPS.into_iter().map(str::to_owned).collect());
}

/// What the administrator is told that could not be read.
fn not_read(console: &Console) -> Vec<Value> {
    let overview = console.get("admin", "/overview").json();
    let issues = overview["issues"].as_array().unwrap().iter();
    issues.filter(|issue| issue["code"] == "notRead").cloned().collect()
}

fn namespaces(tenants: &Value) -> Vec<String> {
    let projects = tenants["projects"].as_array().unwrap().iter();
    projects.map(|project| project["namespace"].as_str().unwrap().to_owned()).collect()
}
