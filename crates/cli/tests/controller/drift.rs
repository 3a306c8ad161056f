//! What others do to policies, and that nothing is written where nobody does anything.

use std::time::{Duration, Instant};

use bulkhead_control_plane::ControlPlane;
use serde_json::{Value, json};

use crate::bed::{BASE, Bed, entry_path, eventually, policy_path, settled, writes};
use crate::entries::until_event;

/// How long somebody's change of a policy may last.
const A_SECOND: Duration = Duration::from_secs(1);

pub(crate) fn mended(plane: &ControlPlane) {
    let bed = Bed::new(plane);
    bed.isolated("drift");
    let mut controller = bed.leader("drift");
    let (wanted, _) = bed.until_policy("drift", BASE);
    let path = policy_path("drift", BASE);
    let (mut edited, mut deleted) = (Vec::new(), Vec::new());
    for _ in 0..5 {
        let begun = Instant::now();
        bed.merge(&path, &json!({"spec": {"ingress": [{}]}}));
        let as_wanted = || bed.policy("drift", BASE).filter(|policy| policy["spec"] == wanted["spec"]);
        eventually("what was opened is closed", as_wanted);
        edited.push(begun.elapsed());
        let begun = Instant::now();
        bed.admin.delete(&path).unwrap();
        eventually("what was deleted is there", as_wanted);
        deleted.push(begun.elapsed());
    }
    edited.sort();
    deleted.sort();
    println!("mended behind an edit after {edited:?}, behind a deletion after {deleted:?}");
    // The middle one: a machine that is busy with something else may be late once.
    assert!(edited[2] < A_SECOND && deleted[2] < A_SECOND, "{edited:?} {deleted:?}");
    settled(&mut controller);
    bed.is_as_planned();
    assert!(controller.stop().unwrap().success());
}

fn theirs(project: &str, name: &str) -> Value {
    json!({
        "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": name, "namespace": project},
        "spec": {"podSelector": {"matchLabels": {"app": "theirs"}}, "policyTypes": ["Ingress"]},
    })
}

pub(crate) fn not_ours(plane: &ControlPlane) {
    let bed = Bed::new(plane);
    bed.workspace("not-ours");
    for project in ["no-a", "no-b"] {
        bed.project(project, "not-ours");
    }
    // Of any name, of the name of an entry's policy, of the name of a project's.
    let others = [("no-a", "theirs"), ("no-a", "nsnp-office"), ("no-b", BASE)];
    let before = others.map(|(project, name)| bed.create(&theirs(project, name)));
    let mut controller = bed.leader("not-ours");
    bed.switch("no-a", "enabled");
    bed.switch("no-b", "enabled");
    bed.entry("no-a", "office", &json!({"ingress": [{"from": [{"ipBlock": {"cidr": "198.51.100.0/24"}}]}]}));
    bed.until_policy("no-a", BASE);
    let conflict = || {
        let entry = bed.admin.get(&entry_path("no-a", "office")).ok()?;
        let conditions = entry["status"]["conditions"].as_array()?;
        conditions.iter().find(|it| it["type"] == "Resolved" && it["reason"] == "PolicyConflict").cloned()
    };
    let (condition, _) = eventually("the entry says that its policy is somebody else's", conflict);
    assert_eq!(condition["status"], "False");
    until_event(&bed, "no-a", "office", "PolicyConflict");
    until_event(&bed, "no-b", BASE, "PolicyConflict");
    bed.switch("no-a", "");
    bed.until_no_policy("no-a", BASE);
    settled(&mut controller);
    for ((project, name), was) in others.into_iter().zip(before) {
        let is = bed.policy(project, name).unwrap_or_else(|| panic!("{project}/{name} is gone"));
        assert_eq!(is["metadata"]["resourceVersion"], was["metadata"]["resourceVersion"], "{project}/{name}");
    }
    // One that starts anew would tell of it again.
    bed.switch("no-b", "");
    settled(&mut controller);
    assert!(controller.stop().unwrap().success());
}

pub(crate) fn quiet(plane: &ControlPlane) {
    let bed = Bed::new(plane);
    bed.isolated("quiet");
    bed.entry("quiet", "office", &json!({"ingress": [{"from": [{"ipBlock": {"cidr": "198.51.100.0/24"}}]}]}));
    bed.entry(
        "quiet",
        "nobody",
        &json!({"ingress": [{"from": [{"service": {"namespace": "quiet", "name": "none"}}]}]}),
    );
    let mut controller = bed.leader("quiet");
    bed.until_policy("quiet", "nsnp-office");
    settled(&mut controller);
    // Statuses and Events may still be under way.
    let both_say = || {
        let says =
            |name: &str| bed.admin.get(&entry_path("quiet", name)).ok()?["status"]["conditions"].as_array().map(drop);
        says("office").and(says("nobody"))
    };
    eventually("both entries say how they are", both_say);
    until_event(&bed, "quiet", "nobody", "ServiceNotFound");
    let (versions, count) = (bed.versions(), writes(&mut controller));
    let planned = controller.metric("bulkhead_controller_plans_total", &[]).unwrap();

    // What makes it look again, and changes nothing.
    bed.merge(
        "/api/v1/namespaces/quiet",
        &json!({"metadata": {"labels": {"team": "a"}, "annotations": {"note": "b"}}}),
    );
    bed.create(&json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "quiet-1", "labels": {"zone": "a"}}}));
    bed.create(&json!({
        "apiVersion": "v1", "kind": "Service", "metadata": {"name": "other", "namespace": "quiet"},
        "spec": {"ports": [{"port": 80}]},
    }));
    let looked = |controller: &mut bulkhead_test_cluster::Process| {
        controller.metric("bulkhead_controller_plans_total", &[]).filter(|now| *now > planned)
    };
    eventually("it looks again", || looked(&mut controller));
    settled(&mut controller);
    assert_eq!(writes(&mut controller), count, "{}", controller.log());
    assert!(controller.stop().unwrap().success());

    // One that starts anew knows nothing of what the last one wrote.
    let mut next = bed.leader("quiet-again");
    eventually("it has looked at everything", || {
        next.metric("bulkhead_controller_plans_total", &[]).filter(|count| *count > 0.0)
    });
    settled(&mut next);
    assert_eq!(writes(&mut next), 0, "{}", next.log());
    assert_eq!(bed.versions(), versions);
    bed.admin.delete("/api/v1/nodes/quiet-1").unwrap();
    assert!(next.stop().unwrap().success());
}
