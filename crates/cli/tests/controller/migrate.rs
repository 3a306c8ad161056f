//! From KubeSphere's own controller and back, on a live cluster.

use bulkhead_control_plane::ControlPlane;
use serde_json::{Value, json};

use crate::bed::{BASE, Bed, output};

const OURS: &str = "app.kubernetes.io/managed-by";

/// The policies of a project: their specs, and whose label they have.
fn policies(bed: &Bed<'_>, project: &str) -> Vec<(String, Value, Value)> {
    let list = bed.admin.get(&format!("/apis/networking.k8s.io/v1/namespaces/{project}/networkpolicies")).unwrap();
    let of = |policy: &Value| {
        let name = policy["metadata"]["name"].as_str().unwrap().to_owned();
        (name, policy["spec"].clone(), policy["metadata"]["labels"][OURS].clone())
    };
    list["items"].as_array().unwrap().iter().map(of).collect()
}

pub(crate) fn there_and_back(plane: &ControlPlane) {
    let bed = Bed::new(plane);
    bed.isolated("mig");
    bed.create(&json!({
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": "kube-dns", "namespace": "kube-system"},
        "spec": {"selector": {"k8s-app": "kube-dns"}, "ports": [{"name": "dns", "protocol": "UDP", "port": 53, "targetPort": 5353}]},
    }));
    bed.entry("mig", "partner", &json!({"egress": [{"to": [{"ipBlock": {"cidr": "203.0.113.0/24"}}]}]}));
    let admin = plane.kubeconfig("admin").unwrap();
    let say = |arguments: &[&str]| {
        let output = output(arguments, admin);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    // What KubeSphere's controller would have written, under its name.
    let plan: Value = serde_json::from_str(&say(&["plan", "--isolation", "kubesphere", "-o", "json"])).unwrap();
    for policy in plan["apply"].as_array().unwrap() {
        let project = policy["metadata"]["namespace"].as_str().unwrap();
        let path = format!(
            "/apis/networking.k8s.io/v1/namespaces/{project}/networkpolicies?fieldManager=ks-controller-manager"
        );
        bed.admin.create(&path, policy).unwrap();
    }
    let before = policies(&bed, "mig");
    assert_eq!(before.iter().map(|(name, ..)| name.as_str()).collect::<Vec<_>>(), [BASE, "nsnp-partner"]);

    let compared = say(&["migrate"]);
    for name in [BASE, "nsnp-partner"] {
        assert!(compared.lines().any(|line| line.trim() == format!("mig/{name}")), "{name} is not in\n{compared}");
    }
    assert_eq!(policies(&bed, "mig"), before, "comparing writes nothing");

    let taken = say(&["migrate", "--take-over"]);
    assert!(taken.contains(&format!("networkpolicy/mig/{BASE} taken over\n")), "{taken}");
    for ((name, spec, label), (_, was, _)) in policies(&bed, "mig").iter().zip(&before) {
        assert_eq!((spec, label), (was, &json!("bulkhead")), "{name}: nothing but the label");
    }
    assert!(!bed.once(&[]).contains("not written"));
    let ours = policies(&bed, "mig");
    assert_ne!(ours[0].1, before[0].1, "its own policy is as this controller means it");
    bed.is_as_planned();

    let returned = say(&["migrate", "--go-back"]);
    assert!(returned.contains("networkpolicy/mig/nsnp-partner given back\n"), "{returned}");
    assert_eq!(policies(&bed, "mig"), before, "as it was");
    // Nothing of it is left for other trials.
    bed.switch("mig", "");
    bed.admin.delete("/api/v1/namespaces/kube-system/services/kube-dns").unwrap();
    bed.admin.delete("/api/v1/namespaces/mig").unwrap();
}
