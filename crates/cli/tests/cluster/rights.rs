//! `docs/rights.md`, cell by cell: every deed of its table is tried by everybody, as a dry run, and must be allowed or refused as
//! the table says.

use std::collections::BTreeMap;
use std::time::Duration;

use bulkhead_control_plane::ControlPlane;
use bulkhead_store::{
    Apply, Commit, Delete, Object, ObjectKey, Part, Resource, Selection, Store as _, StoreError, Write,
};
use bulkhead_test_cluster::Person;
use serde_json::{Value, json};

use crate::command::{root, said};

/// Who logs in besides the administrator, and Kubernetes' own controllers.
pub(crate) const PEOPLE: &[(&str, &[&str])] = &[
    ("viewer", &[]),
    ("editor", &[]),
    ("project-admin", &[]),
    ("workspace-admin", &[]),
    ("system:serviceaccount:kube-system:namespace-controller", &["system:masters"]),
];

/// A deed of the table, and how it is done.
type Deed = (&'static str, fn(&Person) -> Result<(), StoreError>);

const DEEDS: &[Deed] = &[
    ("read the allowlist entries of the project", |it| list(it, &entries(), "shop")),
    ("read the Exposures of the project", |it| list(it, &exposures(), "shop")),
    ("read the allowlist entries of another project", |it| list(it, &entries(), "reports")),
    ("write an allowlist entry for addresses", |it| entry(it, &json!({"ipBlock": {"cidr": "198.51.100.0/24"}}))),
    ("write an entry that names a project of the workspace", |it| {
        entry(it, &json!({"namespace": {"name": "billing"}}))
    }),
    ("write an entry that names a Service of the workspace", |it| {
        entry(it, &json!({"service": {"namespace": "billing", "name": "api"}}))
    }),
    ("write an entry that names a project of another workspace", |it| {
        entry(it, &json!({"namespace": {"name": "reports"}}))
    }),
    ("write an entry that names a Service of another workspace", |it| {
        entry(it, &json!({"service": {"namespace": "reports", "name": "web"}}))
    }),
    ("write the status of an entry", |it| {
        status(it, &entries(), "NamespaceNetworkPolicy", "network.kubesphere.io/v1alpha1")
    }),
    ("delete an allowlist entry", |it| delete(it, &entries(), "rights")),
    ("write an Exposure", |it| apply(it, &exposures(), &exposure())),
    ("write the status of an Exposure", |it| status(it, &exposures(), "Exposure", "network.bulkhead.dev/v1alpha1")),
    ("write a NetworkPolicy of their own", |it| apply(it, &policies(), &policy("their-own", None))),
    ("write a NetworkPolicy that says it is Bulkhead's", |it| {
        apply(it, &policies(), &policy("forged", Some("bulkhead")))
    }),
    ("change a NetworkPolicy that Bulkhead made", |it| {
        apply(it, &policies(), &open_policy("nsnp-rights", Some("bulkhead")))
    }),
    ("take Bulkhead's label off a NetworkPolicy", |it| apply(it, &policies(), &policy("nsnp-rights", Some("nobody")))),
    ("delete a NetworkPolicy that Bulkhead made", |it| delete(it, &policies(), "nsnp-rights")),
    ("switch the isolation of the project", |it| {
        namespace(it, "shop", &json!({"annotations": {"kubesphere.io/network-isolate": "disabled"}}))
    }),
    ("move the project into another workspace", |it| in_workspace(it, "shop", "analytics")),
    ("take the project out of its workspace", |it| in_workspace(it, "shop", "")),
    ("create a project in the workspace", |it| in_workspace(it, "new", "retail")),
    ("create a project in another workspace", |it| in_workspace(it, "new", "analytics")),
    ("create a namespace without a workspace", |it| namespace(it, "new", &json!({}))),
    ("write an allowlist of the workspace", |it| allowlist(it, "retail")),
    ("write an allowlist of another workspace", |it| allowlist(it, "analytics")),
    ("change the admission policies", |it| {
        let name = "validatingadmissionpolicies";
        let kind = Resource::new("admissionregistration.k8s.io", "v1", "ValidatingAdmissionPolicy", name, CLUSTER);
        it.runtime.block_on(it.store.delete(&kind, &ObjectKey::cluster("peers.network.bulkhead.dev"), &dry_delete()))
    }),
];

const CLUSTER: bulkhead_store::Scope = bulkhead_store::Scope::Cluster;

pub(crate) fn table(plane: &ControlPlane) {
    let text = std::fs::read_to_string(root().join("docs/rights.md")).unwrap();
    let rows = rows(&text);
    let headings = rows[0].clone();
    let documented: Vec<&str> = rows[1..].iter().map(|row| row[0].as_str()).collect();
    assert_eq!(documented, DEEDS.iter().map(|(words, _)| *words).collect::<Vec<_>>(), "the table and the test differ");
    let admin = prepare(plane, &text);
    let people: BTreeMap<String, Person> = headings[1..]
        .iter()
        .map(|name| {
            (
                name.clone(),
                if name == "cluster admin" {
                    Person::admin(plane)
                } else {
                    Person::named(plane, &name.replace(' ', "-"))
                }
                .unwrap(),
            )
        })
        .collect();
    until_enforced(&admin, &people["project admin"]);
    let mut wrong = Vec::new();
    for (row, (words, deed)) in rows[1..].iter().zip(DEEDS) {
        for (name, documented) in headings[1..].iter().zip(&row[1..]) {
            let answer = deed(&people[name]);
            let is_as_documented = match documented.as_str() {
                "yes" => answer.is_ok(),
                // Refused for want of a right, not because something else is wrong with the deed.
                "no" => matches!(answer, Err(StoreError::Forbidden(_))),
                other => panic!("`{other}` is neither yes nor no"),
            };
            if !is_as_documented {
                wrong.push(format!("{name} | {words} | documented {documented}: {answer:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The cells of the document's table; the line below the headings is none.
fn rows(text: &str) -> Vec<Vec<String>> {
    let cells = |line: &str| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
    text.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| ---")).map(cells).collect()
}

/// Roles, admission policies, who has which role; an entry and a policy that are there already.
fn prepare(plane: &ControlPlane, text: &str) -> Person {
    let admin = Person::admin(plane).unwrap();
    admin.apply(&said(&["manifests", "roles"], plane, "admin")).unwrap();
    let (_, rest) = text.split_once("```yaml\n").unwrap();
    admin.apply(rest.split_once("```").unwrap().0).unwrap();
    for (person, role) in
        [("viewer", "view"), ("editor", "edit"), ("project-admin", "admin"), ("workspace-admin", "admin")]
    {
        let binding = format!(
            "
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {{name: rights-{person}, namespace: shop}}
roleRef: {{apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: {role}}}
subjects: [{{apiGroup: rbac.authorization.k8s.io, kind: User, name: {person}}}]
"
        );
        admin.apply(&binding).unwrap();
    }
    let spec = json!({"ingress": [{"from": [{"ipBlock": {"cidr": "198.51.100.0/24"}}]}]});
    let entry = json!({
        "apiVersion": "network.kubesphere.io/v1alpha1", "kind": "NamespaceNetworkPolicy",
        "metadata": {"name": "rights", "namespace": "shop"}, "spec": spec,
    });
    let exposure = exposure();
    admin.apply_all(&[object(entry), object(exposure.into_value()), policy("nsnp-rights", Some("bulkhead"))]).unwrap();
    admin.apply(&said(&["manifests", "admission"], plane, "admin")).unwrap();
    admin
}

/// A server takes a moment to know new roles and policies.
fn until_enforced(admin: &Person, project_admin: &Person) {
    let foreign = json!({"namespace": {"name": "reports"}});
    for _ in 0..400 {
        // One direction only: the policy may come to hold between the tries of two.
        let peers_are_held = matches!(entry_in(admin, "ingress", "from", &foreign), Err(StoreError::Forbidden(_)));
        let policies_are_held =
            matches!(delete(project_admin, &policies(), "nsnp-rights"), Err(StoreError::Forbidden(_)));
        let roles_are_there = list(project_admin, &entries(), "shop").is_ok();
        if peers_are_held && policies_are_held && roles_are_there {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("the policies do not hold: {:?}", entry_in(admin, "ingress", "from", &foreign));
}

/// Kubernetes' own controllers end namespaces with everything in them.
pub(crate) fn kubernetes_itself(plane: &ControlPlane) {
    let controller = Person::named(plane, "system:serviceaccount:kube-system:namespace-controller").unwrap();
    delete(&controller, &policies(), "nsnp-rights").unwrap();
}

fn entries() -> Resource {
    known("namespacenetworkpolicies.network.kubesphere.io")
}

fn exposures() -> Resource {
    known("exposures.network.bulkhead.dev")
}

fn policies() -> Resource {
    known("networkpolicies.networking.k8s.io")
}

fn known(name: &str) -> Resource {
    bulkhead_store::KnownKind::of_group_resource(name).unwrap().resource.clone()
}

fn object(value: Value) -> Object {
    Object::from_value(value).unwrap()
}

fn policy(name: &str, managed_by: Option<&str>) -> Object {
    let labels = managed_by.map_or(json!({}), |manager| json!({"app.kubernetes.io/managed-by": manager}));
    object(json!({
        "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
        "metadata": {"name": name, "namespace": "shop", "labels": labels},
        "spec": {"podSelector": {}, "policyTypes": ["Ingress"]},
    }))
}

fn open_policy(name: &str, managed_by: Option<&str>) -> Object {
    let mut policy = policy(name, managed_by);
    policy.0["spec"]["ingress"] = json!([{}]);
    policy
}

fn exposure() -> Object {
    object(json!({
        "apiVersion": "network.bulkhead.dev/v1alpha1", "kind": "Exposure",
        "metadata": {"name": "rights", "namespace": "shop"},
        "spec": {"target": {"service": "web"}, "clients": [{"any": true}]},
    }))
}

fn dry_delete() -> Delete {
    Delete { commit: Commit::DryRun, ..Delete::default() }
}

fn list(person: &Person, resource: &Resource, namespace: &str) -> Result<(), StoreError> {
    person.runtime.block_on(person.store.list(resource, &Selection::namespace(namespace))).map(drop)
}

fn apply(person: &Person, resource: &Resource, object: &Object) -> Result<(), StoreError> {
    let how = Apply::force(Write::by("rights").dry_run());
    person.runtime.block_on(person.store.apply(resource, object, &how)).map(drop)
}

fn delete(person: &Person, resource: &Resource, name: &str) -> Result<(), StoreError> {
    let key = ObjectKey::namespaced("shop", name);
    person.runtime.block_on(person.store.delete(resource, &key, &dry_delete()))
}

/// A new entry with one peer, in both directions.
fn entry(person: &Person, peer: &Value) -> Result<(), StoreError> {
    let (into, out_of) = (entry_in(person, "ingress", "from", peer), entry_in(person, "egress", "to", peer));
    assert_eq!(into.is_ok(), out_of.is_ok(), "{into:?} but {out_of:?}");
    into
}

/// A new entry with one peer, in one direction.
fn entry_in(person: &Person, direction: &str, peers: &str, peer: &Value) -> Result<(), StoreError> {
    let spec = json!({direction: [{peers: [peer]}]});
    let entry = json!({
        "apiVersion": "network.kubesphere.io/v1alpha1", "kind": "NamespaceNetworkPolicy",
        "metadata": {"name": format!("new-{direction}"), "namespace": "shop"}, "spec": spec,
    });
    apply(person, &entries(), &object(entry))
}

fn status(person: &Person, resource: &Resource, kind: &str, api_version: &str) -> Result<(), StoreError> {
    let metadata = json!({"name": "rights", "namespace": "shop"});
    let status = object(json!({
        "apiVersion": api_version, "kind": kind, "metadata": metadata, "status": {"observedGeneration": 1},
    }));
    let how = Apply::force(Write { part: Part::Status, ..Write::by("rights").dry_run() });
    person.runtime.block_on(person.store.apply(resource, &status, &how)).map(drop)
}

fn namespace(person: &Person, name: &str, metadata: &Value) -> Result<(), StoreError> {
    let mut namespace = object(json!({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}));
    namespace.metadata_mut().insert("name".to_owned(), name.into());
    apply(person, &known("namespaces"), &namespace)
}

fn in_workspace(person: &Person, name: &str, workspace: &str) -> Result<(), StoreError> {
    namespace(person, name, &json!({"labels": {"kubesphere.io/workspace": workspace}}))
}

fn allowlist(person: &Person, workspace: &str) -> Result<(), StoreError> {
    let spec = json!({"workspace": workspace, "ingress": [{"from": [{"ipBlock": {"cidr": "198.51.100.0/24"}}]}]});
    let allowlist = object(json!({
        "apiVersion": "network.bulkhead.dev/v1alpha1", "kind": "WorkspaceAllowlist", "metadata": {"name": "rights"}, "spec": spec,
    }));
    apply(person, &known("workspaceallowlists.network.bulkhead.dev"), &allowlist)
}
