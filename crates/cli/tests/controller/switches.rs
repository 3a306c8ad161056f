//! Isolation on and off, by project and by workspace.

use bulkhead_control_plane::ControlPlane;
use serde_json::{Value, json};

use crate::bed::{BASE, Bed, eventually, settled};

/// Who is let in by the first rule.
fn let_in(policy: &Value) -> &Value {
    &policy["spec"]["ingress"][0]["from"]
}

fn workspace_switch(bed: &Bed<'_>, on: &Value) {
    bed.merge("/apis/tenant.kubesphere.io/v1beta1/workspaces/switches", &json!({"spec": {"networkIsolation": on}}));
}

pub(crate) fn switches(plane: &ControlPlane) {
    let bed = Bed::new(plane);
    bed.workspace("switches");
    for project in ["sw-a", "sw-b"] {
        bed.project(project, "switches");
    }
    let mut controller = bed.leader("switches");

    bed.switch("sw-a", "enabled");
    let (policy, took) = bed.until_policy("sw-a", BASE);
    assert_eq!(policy["metadata"]["labels"]["app.kubernetes.io/managed-by"], "bulkhead");
    assert_eq!(policy["spec"]["podSelector"], json!({}));
    assert_eq!(policy["spec"]["policyTypes"], json!(["Ingress"]));
    assert_eq!(let_in(&policy), &json!([{"podSelector": {}}]), "its own pods and nobody else's");
    assert!(bed.policy("sw-b", BASE).is_none(), "the control: nobody isolated it");
    println!("from the switch to the policy: {took:?}");

    workspace_switch(&bed, &json!(true));
    let (policy, _) = bed.until_policy("sw-b", BASE);
    assert_eq!(
        let_in(&policy),
        &json!([{"namespaceSelector": {"matchLabels": {"kubesphere.io/workspace": "switches"}}}])
    );
    bed.project("sw-c", "switches");
    bed.until_policy("sw-c", BASE);
    settled(&mut controller);
    let own = bed.policy("sw-a", BASE).unwrap();
    assert_eq!(let_in(&own), &json!([{"podSelector": {}}]), "a project's own switch counts more");
    bed.is_as_planned();

    bed.switch("sw-a", "");
    eventually("it has the workspace's policy", || {
        bed.policy("sw-a", BASE).filter(|policy| let_in(policy)[0]["namespaceSelector"].is_object())
    });
    workspace_switch(&bed, &Value::Null);
    for project in ["sw-a", "sw-b", "sw-c"] {
        bed.until_no_policy(project, BASE);
    }
    // The switch of KubeSphere's fourth release.
    let annotations = json!({"kubesphere.io/network-isolate": "enabled"});
    let workspace = "/apis/tenant.kubesphere.io/v1beta1/workspaces/switches";
    bed.merge(workspace, &json!({"metadata": {"annotations": annotations}}));
    bed.until_policy("sw-b", BASE);
    // Out of the workspace.
    let labels = json!({"kubesphere.io/workspace": null});
    bed.merge("/api/v1/namespaces/sw-c", &json!({"metadata": {"labels": labels}}));
    bed.until_no_policy("sw-c", BASE);
    settled(&mut controller);
    bed.is_as_planned();
    assert!(controller.stop().unwrap().success());
}

pub(crate) fn made_again(plane: &ControlPlane) {
    let bed = Bed::new(plane);
    bed.isolated("again");
    let mut controller = bed.leader("again");
    let (first, _) = bed.until_policy("again", BASE);
    bed.admin.delete("/api/v1/namespaces/again").unwrap();
    eventually("the namespace is gone", || bed.admin.get("/api/v1/namespaces/again").is_err().then_some(()));
    bed.project("again", "again");
    bed.switch("again", "enabled");
    let (second, _) = bed.until_policy("again", BASE);
    assert_ne!(first["metadata"]["uid"], second["metadata"]["uid"]);
    settled(&mut controller);
    bed.is_as_planned();
    let refused = controller.metric("bulkhead_controller_calls_total", &["outcome=\"Forbidden\""]).unwrap();
    assert!(refused == 0.0, "it wrote into a namespace that was going: {refused}\n{}", controller.log());
    assert!(controller.stop().unwrap().success());
}
