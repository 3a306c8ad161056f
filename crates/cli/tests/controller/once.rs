//! `--once`, `--dry-run`, and somebody who may not do what has to be done.

use bulkhead_control_plane::ControlPlane;
use serde_json::json;

use crate::bed::{BASE, Bed, output};

pub(crate) fn once(plane: &ControlPlane) {
    let bed = Bed::new(plane);
    // Whatever other trials have left is done first.
    bed.once(&[]);
    bed.isolated("once");
    bed.entry("once", "office", &json!({"ingress": [{"from": [{"ipBlock": {"cidr": "198.51.100.0/24"}}]}]}));
    let versions = bed.versions();
    let run = |arguments: &[&str]| output(&[&["controller", "--once"], arguments].concat(), &bed.kubeconfig());
    let said = |output: &std::process::Output| String::from_utf8(output.stdout.clone()).unwrap();

    let dry = run(&["--dry-run"]);
    assert!(dry.status.success(), "{}", String::from_utf8_lossy(&dry.stderr));
    for line in [
        format!("networkpolicy/once/{BASE} configured (dry run)"),
        "networkpolicy/once/nsnp-office configured (dry run)".to_owned(),
    ] {
        assert!(said(&dry).lines().any(|it| it == line), "`{line}` is not in\n{}", said(&dry));
    }
    assert_eq!(bed.versions(), versions, "a dry run wrote");

    let real = run(&[]);
    assert!(real.status.success(), "{}", String::from_utf8_lossy(&real.stderr));
    // Isolated with what the entry lets in, which then gets a policy of its own: nobody is shut out in between.
    let written = [BASE, "nsnp-office", BASE].map(|name| format!("networkpolicy/once/{name} configured\n"));
    assert_eq!(said(&real), format!("namespacenetworkpolicy/once/office configured\n{}", written.concat()));
    bed.is_as_planned();
    let versions = bed.versions();
    let again = run(&[]);
    assert!(again.status.success());
    assert_eq!(said(&again), "nothing to do\n");
    assert_eq!(bed.versions(), versions);
}

pub(crate) fn no_rights(plane: &ControlPlane) {
    let bed = Bed::new(plane);
    let refused = output(&["controller", "--once"], plane.kubeconfig("tenant").unwrap());
    let said = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(1), "{said}");
    for kind in ["namespaces", "networkpolicies.networking.k8s.io"] {
        assert!(said.contains(kind), "nothing about {kind}:\n{said}");
    }
    // The control: who may read everything.
    assert!(output(&["controller", "--once"], &bed.kubeconfig()).status.success());
}
