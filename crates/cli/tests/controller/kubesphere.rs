//! KubeSphere's own cases: `bulkhead controller --isolation kubesphere` ends in the policies of the plan, which are those that its
//! controller was seen to write.

use std::path::Path;

use bulkhead_control_plane::ControlPlane;
use bulkhead_test_cluster::{Person, objects};
use serde_json::{Value, json};

use crate::bed::{Bed, eventually};

const ISOLATION: [&str; 2] = ["--isolation", "kubesphere"];
/// What KubeSphere's controller passes on and the API server refuses: a cidr with host bits (since 1.36), and one that is none.
const REFUSED: [&str; 2] = ["C07", "C40"];

fn corpus(file: &str) -> Option<Vec<Value>> {
    let path = bulkhead_corpora::find(Path::new("kubesphere").join(file))?;
    Some(serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap())
}

/// The same, with some names replaced wherever they stand.
fn renamed(value: &Value, names: &[(&str, &str)]) -> Value {
    let mut text = value.to_string();
    for (from, to) in names {
        text = text.replace(&format!("\"{from}\""), &format!("\"{to}\""));
    }
    serde_json::from_str(&text).unwrap()
}

/// Applies an object as an API server takes it; whether it does.
fn put(admin: &Person, object: &Value) -> bool {
    let mut object = object.clone();
    if object["kind"] == "Service" && object["spec"]["clusterIP"] != "None" {
        // Addresses of another cluster.
        object["spec"].as_object_mut().unwrap().remove("clusterIP");
    }
    let object = objects(&object.to_string()).unwrap().remove(0);
    admin.try_apply(&object).is_ok()
}

fn namespace(admin: &Person, name: &str) {
    assert!(put(admin, &json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})), "{name}");
}

/// Entries that name projects of other workspaces are written before the rule against them is there: KubeSphere has no such rule.
pub(crate) fn without_the_rule_about_peers(bed: &Bed<'_>) {
    let path = "/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings/peers.network.bulkhead.dev";
    // A second trial finds it gone.
    let _ = bed.admin.delete(path);
    let foreign = json!({"ingress": [{"from": [{"namespace": {"name": "kube-system"}}]}]});
    let probe = json!({
        "apiVersion": "network.kubesphere.io/v1alpha1", "kind": "NamespaceNetworkPolicy",
        "metadata": {"name": "probe", "namespace": "default"}, "spec": foreign,
    });
    let path = crate::bed::path_of(&probe);
    let collection = path.rsplit_once('/').unwrap().0;
    eventually("the server has forgotten the rule", || bed.admin.create(collection, &probe).ok());
    bed.admin.delete(&path).unwrap();
}

/// Runs the controller twice: the first time the policies of the projects become those of the plan, the second time nothing is
/// written.
fn settle(bed: &Bed<'_>, id: &str, is_wanted: impl Fn(&str) -> bool) {
    let first = bed.once(&ISOLATION);
    let left: Vec<String> = bed.left(&ISOLATION).into_iter().filter(|name| is_wanted(name)).collect();
    assert_eq!(left, Vec::<String>::new(), "{id}: {first}");
    // Projects of earlier cases may still be going.
    let versions = || bed.versions().into_iter().filter(|(name, _)| is_wanted(name)).collect::<Vec<_>>();
    let before = versions();
    let again = bed.once(&ISOLATION);
    assert!(again.contains("nothing to do"), "{id}: {again}");
    assert_eq!(versions(), before, "{id}: written again");
}

/// Fails where a part of a spec is not in the policy. What the server adds (protocols, types) is nobody's part.
fn covers(id: &str, wanted: &Value, there: &Value) {
    match (wanted, there) {
        (Value::Object(wanted), Value::Object(there)) => {
            for (name, value) in wanted {
                covers(&format!("{id}.{name}"), value, there.get(name).unwrap_or(&Value::Null));
            }
        }
        // A set.
        (Value::Array(wanted), Value::Array(there)) if id.ends_with(".policyTypes") => {
            assert!(
                wanted.len() == there.len() && wanted.iter().all(|it| there.contains(it)),
                "{id}: {wanted:?} {there:?}"
            );
        }
        (Value::Array(wanted), Value::Array(there)) => {
            assert_eq!(wanted.len(), there.len(), "{id}: {wanted:?} {there:?}");
            for (index, (wanted, there)) in wanted.iter().zip(there).enumerate() {
                covers(&format!("{id}[{index}]"), wanted, there);
            }
        }
        (wanted, there) => assert!(wanted == there || (is_empty(wanted) && there.is_null()), "{id}: {wanted} {there}"),
    }
}

fn is_empty(value: &Value) -> bool {
    value.is_null()
        || value.as_array().is_some_and(Vec::is_empty)
        || value.as_object().is_some_and(serde_json::Map::is_empty)
}

fn policy_names(bed: &Bed<'_>, project: &str) -> Vec<String> {
    let list = bed.admin.get(&format!("/apis/networking.k8s.io/v1/namespaces/{project}/networkpolicies")).unwrap();
    let name = |policy: &Value| policy["metadata"]["name"].as_str().unwrap().to_owned();
    list["items"].as_array().unwrap().iter().map(name).collect()
}

pub(crate) fn entries(plane: &ControlPlane) {
    let (Some(cases), Some(services)) = (corpus("convert.json"), corpus("services.json")) else { return };
    assert_eq!(cases.len(), 41);
    let (bed, admin) = (Bed::new(plane), Person::admin(plane).unwrap());
    without_the_rule_about_peers(&bed);
    namespace(&admin, "testns");
    for service in &services {
        assert!(put(&admin, service), "{service}");
    }
    let mut wanted = Vec::new();
    for case in &cases {
        let id = case["id"].as_str().unwrap();
        let project = id.to_ascii_lowercase();
        let renamed = |value: &Value| renamed(value, &[("testns2", &project)]);
        namespace(&admin, &project);
        let mut entry = renamed(&case["nsnp"]);
        entry["apiVersion"] = json!("network.kubesphere.io/v1alpha1");
        entry["kind"] = json!("NamespaceNetworkPolicy");
        // What never had an effect is refused where it is written.
        let is_there = put(&admin, &entry);
        let policy = renamed(&case["networkPolicy"]);
        assert!(is_there || !policy.is_object() || REFUSED.contains(&id), "{id}: refused, although it had an effect");
        let policy = (policy.is_object() && is_there && !REFUSED.contains(&id)).then_some(policy);
        wanted.push((id, project, policy));
    }
    settle(&bed, "entries", |name| {
        wanted.iter().any(|(id, project, _)| !REFUSED.contains(id) && name.starts_with(&format!("{project}/")))
    });
    for (id, project, policy) in &wanted {
        let names: Vec<String> = policy.iter().map(|policy| policy["name"].as_str().unwrap().to_owned()).collect();
        assert_eq!(policy_names(&bed, project), names, "{id}");
        if let Some(policy) = policy {
            covers(id, &policy["spec"], &bed.policy(project, &names[0]).unwrap()["spec"]);
        }
    }
    let made = wanted.iter().filter(|(.., policy)| policy.is_some()).count();
    assert!(made > 25, "{made} policies test little");
    // Nobody has anything to do with them any more.
    for (_, project, _) in &wanted {
        bed.admin.delete(&format!("/api/v1/namespaces/{project}")).unwrap();
    }
    for name in ["testns", "kube-system"] {
        for service in services.iter().filter(|service| service["metadata"]["namespace"] == name) {
            bed.admin.delete(&crate::bed::path_of(service)).unwrap();
        }
    }
}

/// KubeSphere's settings, which the controller reads where KubeSphere has them.
fn set_allowed_namespaces(admin: &Person, allowed: &Value) {
    let config = json!({"network": {"nsnpOptions": {"allowedIngressNamespaces": allowed}}});
    let metadata = json!({"name": "kubesphere-config", "namespace": "kubesphere-system"});
    let data = json!({"kubesphere.yaml": config.to_string()});
    assert!(put(admin, &json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data})));
}

pub(crate) fn projects(plane: &ControlPlane) {
    let Some(cases) = corpus("sync.json") else { return };
    assert_eq!(cases.len(), 25);
    let (bed, admin) = (Bed::new(plane), Person::admin(plane).unwrap());
    without_the_rule_about_peers(&bed);
    namespace(&admin, "kubesphere-system");
    for case in cases {
        let id = case["id"].as_str().unwrap();
        let (project, workspace) = (id.to_ascii_lowercase(), format!("ws-{}", id.to_ascii_lowercase()));
        let renamed = |value: &Value| {
            renamed(
                value,
                &[
                    ("ns1", &project),
                    ("ws1", &workspace),
                    ("tenant.kubesphere.io/v1alpha1", "tenant.kubesphere.io/v1beta1"),
                ],
            )
        };
        set_allowed_namespaces(&admin, &case["allowedIngressNamespaces"]);
        let objects = renamed(&case["objects"]);
        for object in objects.as_array().unwrap() {
            assert!(put(&admin, object), "{id}: {object}");
        }
        settle(&bed, id, |name| name.starts_with(&format!("{project}/")));
        for set in renamed(&case["set"]).as_array().into_iter().flatten() {
            let name = set["name"].as_str().unwrap();
            let there = bed.policy(set["namespace"].as_str().unwrap(), name);
            let there = there.unwrap_or_else(|| panic!("{id}: {name} is not in {:?}", policy_names(&bed, &project)));
            covers(id, &set["spec"], &there["spec"]);
        }
        let of_everyone =
            |object: &&Value| object["kind"] == "Node" || object["metadata"]["namespace"] == "kube-system";
        for object in objects.as_array().unwrap().iter().filter(of_everyone) {
            bed.admin.delete(&crate::bed::path_of(object)).unwrap();
        }
        // Whoever was isolated would be planned for in every case that follows.
        bed.admin.delete(&format!("/api/v1/namespaces/{project}")).unwrap();
    }
}
