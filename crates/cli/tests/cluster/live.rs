//! Reading a cluster without a file.

use bulkhead_cli::ExitStatus;
use bulkhead_control_plane::ControlPlane;
use bulkhead_test_cluster::Person;

use crate::command::{asked, root, run_in, said};

/// Questions whose answers have no position in a file.
const QUESTIONS: &[&[&str]] = &[
    &["reach", "-o", "jsonl"],
    &["plan", "-o", "yaml"],
    &["minimal", "service/shop/web", "--client", "203.0.113.7/32", "-o", "yaml"],
];

pub(crate) fn same_answers(plane: &ControlPlane) {
    for question in QUESTIONS {
        let live = said(question, plane, "admin");
        let file = said(&[*question, &["-f", "examples/shop"]].concat(), plane, "admin");
        assert!(!live.trim().is_empty(), "{question:?} says nothing");
        similar_asserts(question, &file, &live);
    }
    // A trace names positions, which are others; its outcome is the same.
    let trace = ["trace", "203.0.113.7", "service/shop/web", "-o", "json"];
    let outcome = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap()["outcome"].clone();
    let (live, file) =
        (said(&trace, plane, "admin"), said(&[&trace[..], &["-f", "examples/shop"]].concat(), plane, "admin"));
    assert_eq!(outcome(&live), outcome(&file));
}

fn similar_asserts(question: &[&str], expected: &str, said: &str) {
    let diff = similar::TextDiff::from_lines(expected, said);
    assert!(expected == said, "{question:?}:\n{}", diff.unified_diff().context_radius(2).header("file", "cluster"));
}

pub(crate) fn contexts(plane: &ControlPlane) {
    let explicit = said(&["reach", "-f", "cluster:test", "-o", "jsonl"], plane, "admin");
    let same = said(&["reach", "--context", "test", "-o", "jsonl"], plane, "admin");
    assert_eq!(explicit, same);
    let nothing = said(&["diff", "cluster:", "cluster:test"], plane, "admin");
    let file = asked(&["diff", "examples/shop", "examples/shop"], plane, "admin");
    assert_eq!(nothing, file.out, "a cluster does not differ from itself");
    let wrong = asked(&["reach", "--context", "nowhere"], plane, "admin");
    assert_eq!(wrong.status, ExitStatus::Unusable);
    assert!(wrong.err.contains("nowhere"), "{}", wrong.err);
    let elsewhere = run_in(&root(), &["reach", "--kubeconfig", "no-such-file"], plane.kubeconfig("admin").unwrap());
    assert_eq!(elsewhere.status, ExitStatus::Unusable, "{}", elsewhere.out);
}

/// Somebody who sees one project, whose administrator may not show the policies of the cluster.
pub(crate) fn few_rights(plane: &ControlPlane) {
    let admin = Person::admin(plane).unwrap();
    admin
        .apply(
            "
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: tenant-sees, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view}
subjects: [{kind: User, name: tenant, apiGroup: rbac.authorization.k8s.io}]
",
        )
        .unwrap();
    let config = std::fs::read_to_string(plane.kubeconfig("tenant").unwrap()).unwrap();
    let in_shop = plane.kubeconfig("tenant").unwrap().with_extension("shop");
    std::fs::write(&in_shop, config.replace("\"cluster\":\"test\",", "\"cluster\":\"test\",\"namespace\":\"shop\","))
        .unwrap();
    let tenant = |arguments: &[&str]| run_in(&root(), arguments, &in_shop);

    // In the project everything is known but who else there is.
    let inside = tenant(&["trace", "pod/shop/web-7d9c8b6f5d-4kq2m", "pod/shop/db-0:5432"]);
    let said_inside = said(&["reach", "-o", "jsonl"], plane, "admin");
    assert!(!said_inside.is_empty());
    assert!(inside.err.contains("notRead"), "{}", inside.err);

    let reach = tenant(&["reach", "-o", "jsonl"]);
    assert_eq!(reach.status, ExitStatus::Answered, "{}", reach.err);
    for kind in ["Node", "Namespace", "NetworkPolicy", "Pod"] {
        assert!(reach.err.contains(&format!("could not read {kind} ")), "{kind} is not said: {}", reach.err);
    }
    // Nothing is open that the administrator does not see open.
    let all: std::collections::BTreeSet<&str> = said_inside.lines().collect();
    let widened: Vec<&str> =
        reach.out.lines().filter(|line| !all.contains(line) && !line.contains("undetermined")).collect();
    assert!(widened.is_empty(), "{}", widened.join("\n"));

    // What a dump lacks is in the dump: the same answers from a file.
    let folder = tempfile::tempdir().unwrap();
    let pulled = run_in(folder.path(), &["pull", "dump.json"], &in_shop);
    assert_eq!(pulled.status, ExitStatus::Answered, "{}", pulled.err);
    let from_file = run_in(folder.path(), &["reach", "-o", "jsonl", "-f", "dump.json"], &in_shop);
    assert_eq!(from_file.out, reach.out);
    assert!(from_file.err.contains("could not read NetworkPolicy"), "{}", from_file.err);

    // Policies follow from what cannot be read: none is proposed.
    let plan = tenant(&["plan"]);
    assert_eq!(plan.status, ExitStatus::Unusable, "{}", plan.out);
    assert!(plan.out.is_empty(), "{}", plan.out);
}

pub(crate) fn nobody(plane: &ControlPlane) {
    let config = std::fs::read_to_string(plane.kubeconfig("admin").unwrap()).unwrap();
    let nobody = plane.kubeconfig("admin").unwrap().with_extension("nobody");
    std::fs::write(&nobody, config.replace(plane.url(), "https://127.0.0.1:9")).unwrap();
    let said = run_in(&root(), &["reach"], &nobody);
    assert_eq!(said.status, ExitStatus::Unusable);
    assert!(said.out.is_empty() && said.err.contains("does not answer"), "{}", said.err);
    let expired = plane.kubeconfig("admin").unwrap().with_extension("expired");
    std::fs::write(&expired, config.replace("token-of-admin", "token-of-yesterday")).unwrap();
    let said = run_in(&root(), &["reach"], &expired);
    assert_eq!(said.status, ExitStatus::Unusable);
    assert!(said.out.is_empty() && said.err.contains("not authenticated"), "{}", said.err);
}
