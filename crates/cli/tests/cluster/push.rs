//! A cluster into a file and back.

use bulkhead_cli::ExitStatus;
use bulkhead_control_plane::ControlPlane;
use bulkhead_store::{ObjectKey, Store as _, StoreError};
use bulkhead_test_cluster::{Person, objects};

use crate::command::run_in;

pub(crate) fn round_trip(plane: &ControlPlane) {
    let folder = tempfile::tempdir().unwrap();
    let admin = |arguments: &[&str]| {
        let said = run_in(folder.path(), arguments, plane.kubeconfig("admin").unwrap());
        assert_eq!(said.status, ExitStatus::Answered, "{arguments:?}: {}", said.err);
        said
    };
    let first = admin(&["pull", "--store", "shop.db"]);
    assert!(!first.out.contains("0 created"), "{}", first.out);
    let live = admin(&["reach", "-o", "jsonl"]).out;
    assert_eq!(admin(&["reach", "-o", "jsonl", "-f", "store:shop.db"]).out, live, "a store answers as its cluster");
    let again = admin(&["pull", "--store", "shop.db"]).out;
    assert!(again.contains("0 created, 0 changed") && again.contains("0 deleted"), "{again}");

    let pushed = admin(&["push", "-f", "store:shop.db", "--force-conflicts"]).out;
    assert!(pushed.lines().count() > 2 && pushed.lines().all(|line| line.ends_with("unchanged")), "{pushed}");
    let pushed = admin(&["push", "-f", "store:shop.db"]).out;
    assert!(pushed.lines().all(|line| line.ends_with("unchanged")), "{pushed}");
}

const TWO: &str = "
apiVersion: network.kubesphere.io/v1alpha1
kind: NamespaceNetworkPolicy
metadata: {name: pushed, namespace: lake}
spec: {ingress: [{from: [{ipBlock: {cidr: 198.51.100.0/24}}], ports: [{port: 80}]}]}
---
apiVersion: v1
kind: Namespace
metadata: {name: lake, labels: {not-pushed: really}, annotations: {kubesphere.io/network-isolate: enabled}}
---
apiVersion: v1
kind: Pod
metadata: {name: not-pushed, namespace: lake}
spec: {containers: [{name: c, image: i}]}
";

pub(crate) fn difference(plane: &ControlPlane) {
    let folder = tempfile::tempdir().unwrap();
    let push = |arguments: &[&str]| {
        run_in(folder.path(), &[&["push"], arguments].concat(), plane.kubeconfig("admin").unwrap())
    };
    let admin = Person::admin(plane).unwrap();
    admin
        .apply(
            "
apiVersion: network.kubesphere.io/v1alpha1
kind: NamespaceNetworkPolicy
metadata: {name: of-somebody-else, namespace: lake}
spec: {ingress: [{from: [{ipBlock: {cidr: 192.0.2.0/24}}]}]}
",
        )
        .unwrap();
    std::fs::write(folder.path().join("two.yaml"), TWO).unwrap();
    let entry = |name: &str| {
        let object =
            objects(TWO).unwrap().into_iter().find(|object| object.kind() == "NamespaceNetworkPolicy").unwrap();
        let resource = admin.resource_of(&object).unwrap();
        admin.runtime.block_on(admin.store.get(&resource, &ObjectKey::namespaced("lake", name)))
    };

    let dry = push(&["-f", "two.yaml", "--dry-run"]);
    assert_eq!(dry.status, ExitStatus::Answered, "{}", dry.err);
    let expected = [
        "namespace/lake configured (dry run)",
        "+    kubesphere.io/network-isolate: enabled",
        "namespacenetworkpolicy/lake/pushed created (dry run)",
        "+        cidr: 198.51.100.0/24",
        // The server's own defaults are in it.
        "+      protocol: TCP",
    ];
    for line in expected {
        assert!(dry.out.lines().any(|it| it == line), "`{line}` is not in\n{}", dry.out);
    }
    assert!(!dry.out.contains("not-pushed"), "{}", dry.out);
    assert!(matches!(entry("pushed"), Err(StoreError::NotFound { .. })), "a dry run wrote");

    let real = push(&["-f", "two.yaml"]);
    assert_eq!(real.status, ExitStatus::Answered, "{}", real.err);
    assert_eq!(real.out, "namespace/lake configured\nnamespacenetworkpolicy/lake/pushed created\n");
    let again = push(&["-f", "two.yaml"]);
    assert_eq!(again.out, "namespace/lake unchanged\nnamespacenetworkpolicy/lake/pushed unchanged\n");

    // Somebody else's value is a conflict that is said, and not taken over.
    std::fs::write(folder.path().join("theirs.yaml"), TWO.replace("name: pushed", "name: of-somebody-else")).unwrap();
    let conflict = push(&["-f", "theirs.yaml"]);
    assert_eq!(conflict.status, ExitStatus::Unusable, "{}", conflict.out);
    assert!(conflict.err.contains(".spec.ingress"), "{}", conflict.err);

    std::fs::write(folder.path().join("nothing.yaml"), TWO.split("---").nth(1).unwrap()).unwrap();
    let pruned = push(&["-f", "nothing.yaml", "--prune"]);
    assert!(pruned.out.contains("namespacenetworkpolicy/lake/pushed deleted"), "{}{}", pruned.out, pruned.err);
    assert!(matches!(entry("pushed"), Err(StoreError::NotFound { .. })));
    entry("of-somebody-else").unwrap();

    // As it was.
    std::fs::write(folder.path().join("off.yaml"), TWO.split("---").nth(1).unwrap().replace("enabled", "\"\""))
        .unwrap();
    assert_eq!(push(&["-f", "off.yaml"]).status, ExitStatus::Answered);
}
