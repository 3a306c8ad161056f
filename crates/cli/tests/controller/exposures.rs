//! Exposures: the allowlist follows nodes, Services and switches, and the status says why each entry is needed.

use std::collections::BTreeSet;

use bulkhead_control_plane::ControlPlane;
use serde_json::{Value, json};

use crate::bed::{BASE, Bed, eventually, path_of, settled, writes};
use crate::entries::{until_event, until_said};

const POLICY: &str = "exposure-web";
/// What of the cluster's network no object of this cluster shows.
const NETWORK: [&str; 12] = [
    "--cni",
    "calico",
    "--overlay",
    "none",
    "--proxy-mode",
    "iptables",
    "--cluster-cidr",
    "10.244.0.0/16",
    "--detect-local",
    "ClusterCIDR",
    "--engine",
    "calico",
];

fn node(bed: &Bed<'_>, number: u8) {
    bed.create(&json!({
        "apiVersion": "v1", "kind": "Node", "metadata": {"name": format!("ex-n{number}")},
        "spec": {"podCIDR": format!("10.244.{number}.0/24")},
        "status": {"addresses": [{"type": "InternalIP", "address": format!("10.10.0.{number}")}]},
    }));
}

fn pod(bed: &Bed<'_>, project: &str, name: &str, node: u8, address: &str) {
    let pod = json!({
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": project, "labels": {"app": "web"}},
        "spec": {"nodeName": format!("ex-n{node}"), "containers": [{"name": "web", "image": "web", "ports": [{"containerPort": 8080}]}]},
    });
    let path = path_of(&pod);
    let collection = path.rsplit_once('/').unwrap().0;
    // The API server takes no pod before the account that it runs as is there.
    eventually("the pod is taken", || bed.admin.create(collection, &pod).ok());
    let ready = json!([{"type": "Ready", "status": "True"}]);
    let status = json!({"phase": "Running", "podIP": address, "podIPs": [{"ip": address}], "conditions": ready});
    bed.merge(&format!("{path}/status"), &json!({"status": status}));
}

fn service(bed: &Bed<'_>, project: &str, pod: &str, node: u8, address: &str) {
    bed.create(&json!({
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "namespace": project},
        "spec": {"type": "NodePort", "selector": {"app": "web"}, "ports": [{"port": 80, "targetPort": 8080, "nodePort": 30080}]},
    }));
    bed.create(&json!({
        "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4",
        "metadata": {"name": "web-1", "namespace": project, "labels": {"kubernetes.io/service-name": "web"}},
        "ports": [{"port": 8080, "protocol": "TCP"}],
        "endpoints": [{
            "addresses": [address], "nodeName": format!("ex-n{node}"), "conditions": {"ready": true},
            "targetRef": {"kind": "Pod", "namespace": project, "name": pod},
        }],
    }));
}

/// Whom the policy of the Exposure lets in.
fn blocks(policy: &Value) -> BTreeSet<String> {
    let peers = policy["spec"]["ingress"].as_array().unwrap().iter().flat_map(|rule| rule["from"].as_array().unwrap());
    peers.map(|peer| peer["ipBlock"]["cidr"].as_str().unwrap().to_owned()).collect()
}

fn until_blocks(bed: &Bed<'_>, expected: &[&str]) {
    let expected: BTreeSet<String> = expected.iter().map(ToString::to_string).collect();
    let mut last = BTreeSet::new();
    let look = || {
        last = blocks(&bed.policy("ex-a", POLICY)?);
        (last == expected).then_some(())
    };
    let ((), took) = eventually(&format!("the policy lets in {expected:?}"), look);
    println!("{} blocks after {took:?}", expected.len());
}

fn version(object: &Value) -> u64 {
    object["metadata"]["resourceVersion"].as_str().unwrap().parse().unwrap()
}

pub(crate) fn life(plane: &ControlPlane) {
    let bed = Bed::new(plane);
    let exposure = "/apis/network.bulkhead.dev/v1alpha1/namespaces/ex-a/exposures/web";
    bed.isolated("ex-a");
    (1..=2).for_each(|number| node(&bed, number));
    pod(&bed, "ex-a", "web-0", 1, "10.244.1.5");
    service(&bed, "ex-a", "web-0", 1, "10.244.1.5");
    let mut controller = bed.controller("exposures", &NETWORK);
    bed.until_policy("ex-a", BASE);
    bed.create(&json!({
        "apiVersion": "network.bulkhead.dev/v1alpha1", "kind": "Exposure",
        "metadata": {"name": "web", "namespace": "ex-a"},
        "spec": {"target": {"service": "web"}, "doors": ["NodePort"], "clients": [{"cidr": "203.0.113.0/24"}]},
    }));
    // By another node the client's address is that node's, and the pod may be on either.
    until_blocks(&bed, &["203.0.113.0/24", "10.10.0.1/32", "10.10.0.2/32"]);
    let told = until_said(&bed, exposure, "Ready", "True", "Applied");
    until_said(&bed, exposure, "Determined", "True", "Determined");
    assert_eq!(told["status"]["policies"], json!([{"namespace": "ex-a", "name": POLICY}]));
    let entries = told["status"]["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 3, "{told}");
    assert!(entries.iter().all(|entry| entry["witness"].as_str().unwrap().contains("NodePort")), "{told}");
    assert!(told["status"]["excess"].as_array().is_some_and(|excess| !excess.is_empty()), "{told}");

    // Nodes come and go.
    node(&bed, 3);
    until_blocks(&bed, &["203.0.113.0/24", "10.10.0.1/32", "10.10.0.2/32", "10.10.0.3/32"]);
    bed.admin.delete("/api/v1/nodes/ex-n3").unwrap();
    until_blocks(&bed, &["203.0.113.0/24", "10.10.0.1/32", "10.10.0.2/32"]);

    // The source stays, or does not.
    let traffic = |policy: &str| json!({"spec": {"externalTrafficPolicy": policy}});
    bed.merge("/api/v1/namespaces/ex-a/services/web", &traffic("Local"));
    until_blocks(&bed, &["203.0.113.0/24"]);
    bed.merge("/api/v1/namespaces/ex-a/services/web", &traffic("Cluster"));
    until_blocks(&bed, &["203.0.113.0/24", "10.10.0.1/32", "10.10.0.2/32"]);

    // Where nothing isolates the target, nothing is to be opened.
    bed.switch("ex-a", "");
    bed.until_no_policy("ex-a", POLICY);
    bed.until_no_policy("ex-a", BASE);
    until_said(&bed, exposure, "Ready", "False", "NotIsolated");
    // Whichever policy comes first closes, and so holds everything that is to stay open, until the other one is there, too.
    bed.switch("ex-a", "enabled");
    until_said(&bed, exposure, "Ready", "True", "Applied");
    settled(&mut controller);
    let [base, open] = [BASE, POLICY].map(|name| bed.policy("ex-a", name).unwrap());
    assert_eq!(base["metadata"]["generation"], 2, "{base}");
    assert_eq!(open["metadata"]["generation"], 1, "{open}");
    assert!(version(&open) < version(&base), "{open} {base}");

    // By hand, and with nothing to do.
    bed.admin.delete(&format!("/apis/networking.k8s.io/v1/namespaces/ex-a/networkpolicies/{POLICY}")).unwrap();
    let (_, took) = bed.until_policy("ex-a", POLICY);
    println!("mended after {took:?}");
    settled(&mut controller);
    until_said(&bed, exposure, "Ready", "True", "Applied");
    let before = writes(&mut controller);
    bed.merge(
        "/api/v1/nodes/ex-n1",
        &json!({"metadata": {"annotations": {"example.com/note": "nothing that decides"}}}),
    );
    bed.create(
        &json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "note", "namespace": "kube-system"}}),
    );
    settled(&mut controller);
    assert_eq!(bed.left(&NETWORK), Vec::<String>::new());
    assert_eq!(writes(&mut controller), before, "nothing had to change");

    // What is away for a while is neither cut off nor opened.
    bed.admin.delete("/api/v1/namespaces/ex-a/services/web").unwrap();
    until_said(&bed, exposure, "Ready", "False", "Kept");
    let event = until_event(&bed, "ex-a", "web", "TargetMissing");
    assert_eq!(event["type"], "Warning");
    assert!(bed.policy("ex-a", POLICY).is_some());

    bed.admin.delete(exposure).unwrap();
    bed.until_no_policy("ex-a", POLICY);
    assert!(bed.policy("ex-a", BASE).is_some(), "the project stays isolated");
    (1..=2).for_each(|number| drop(bed.admin.delete(&format!("/api/v1/nodes/ex-n{number}"))));
    assert!(controller.stop().unwrap().success());
}
