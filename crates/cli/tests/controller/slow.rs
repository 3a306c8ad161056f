//! An API server that answers late or not at all, that a webhook makes refuse, and that no longer takes a token.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread::{sleep, spawn};
use std::time::{Duration, Instant};

use bulkhead_control_plane::ControlPlane;
use bulkhead_test_cluster::Process;
use serde_json::{Value, json};

use crate::bed::{BASE, Bed, eventually, eventually_within, settled};

/// A way to the API server that holds up what passes.
struct Line {
    address: String,
    delay: Arc<AtomicU64>,
    is_cut: Arc<AtomicBool>,
}

impl Line {
    fn to(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (delay, is_cut) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
        let line = Self { address, delay: Arc::clone(&delay), is_cut: Arc::clone(&is_cut) };
        let server = server.trim_start_matches("https://").to_owned();
        spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let Ok(server) = TcpStream::connect(&server) else { continue };
                for (from, to) in [(&client, &server), (&server, &client)] {
                    let (from, to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
                    let (delay, is_cut) = (Arc::clone(&delay), Arc::clone(&is_cut));
                    spawn(move || pass(from, to, &delay, &is_cut));
                }
            }
        });
        line
    }

    fn delay(&self, by: Duration) {
        self.delay.store(u64::try_from(by.as_millis()).unwrap(), Ordering::Relaxed);
    }

    fn cut(&self, is_cut: bool) {
        self.is_cut.store(is_cut, Ordering::Relaxed);
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream, delay: &AtomicU64, is_cut: &AtomicBool) {
    let mut piece = vec![0; 16 * 1024];
    while let Ok(count @ 1..) = from.read(&mut piece) {
        sleep(Duration::from_millis(delay.load(Ordering::Relaxed)));
        while is_cut.load(Ordering::Relaxed) {
            sleep(Duration::from_millis(5));
        }
        if to.write_all(&piece[..count]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
}

/// The kubeconfig of the controller, with something in it replaced.
fn kubeconfig(bed: &Bed<'_>, name: &str, replace: impl Fn(&str) -> String) -> PathBuf {
    let original = bed.kubeconfig();
    let path = original.with_file_name(format!("{name}.kubeconfig"));
    let text = std::fs::read_to_string(&original).unwrap();
    let replaced = replace(&text);
    assert_ne!(text, replaced);
    std::fs::write(&path, replaced).unwrap();
    path
}

fn failed(controller: &mut Process, outcome: &str) -> f64 {
    controller.metric("bulkhead_controller_calls_total", &[&format!("outcome=\"{outcome}\"")]).unwrap_or(0.0)
}

pub(crate) fn slow(plane: &ControlPlane) {
    let bed = Bed::new(plane);
    bed.workspace("slow");
    for project in ["sl-a", "sl-b", "sl-c"] {
        bed.project(project, "slow");
    }
    let line = Line::to(plane.url());
    let through = kubeconfig(&bed, "slow", |text| text.replace(plane.url(), &format!("https://{}", line.address)));
    let mut controller = Bed::controller_of("slow", &[], &through);
    eventually("it leads", || (controller.metric("bulkhead_controller_leader", &[]) == Some(1.0)).then_some(()));
    settled(&mut controller);
    line.delay(Duration::from_millis(200));
    let begun = Instant::now();
    for project in ["sl-a", "sl-b"] {
        bed.switch(project, "enabled");
        bed.until_policy(project, BASE);
    }
    println!("two projects in {:?}, with 200 ms each way", begun.elapsed());
    line.delay(Duration::ZERO);
    // Nothing passes: calls are given up, and the lease is not renewed.
    line.cut(true);
    bed.switch("sl-c", "enabled");
    eventually("calls are given up", || (failed(&mut controller, "Unavailable") > 0.0).then_some(()));
    eventually("it no longer leads", || {
        (controller.metric("bulkhead_controller_leader", &[]) == Some(0.0)).then_some(())
    });
    assert!(bed.policy("sl-c", BASE).is_none(), "nothing passes");
    line.cut(false);
    bed.until_policy("sl-c", BASE);
    settled(&mut controller);
    for project in ["sl-a", "sl-b", "sl-c"] {
        assert_eq!(bed.policy(project, BASE).unwrap()["metadata"]["generation"], 1, "{project}: written once");
    }
    bed.is_as_planned();
    assert!(controller.stop().unwrap().success());
}

pub(crate) fn webhook(plane: &ControlPlane) {
    let bed = Bed::new(plane);
    bed.workspace("hook");
    for project in ["wh-a", "wh-b"] {
        bed.project(project, "hook");
    }
    let mut controller = bed.leader("webhook");
    let hooks = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";
    let hook = json!({
        "name": "policies.example.com", "failurePolicy": "Fail", "sideEffects": "None", "admissionReviewVersions": ["v1"],
        // Nobody listens there.
        "clientConfig": {"url": "https://127.0.0.1:1/"}, "timeoutSeconds": 1,
        "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "wh-a"}},
        "rules": [{"apiGroups": ["networking.k8s.io"], "apiVersions": ["v1"], "resources": ["networkpolicies"], "operations": ["*"]}],
    });
    bed.admin
        .create(
            hooks,
            &json!({
                "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration",
                "metadata": {"name": "broken"}, "webhooks": [hook],
            }),
        )
        .unwrap();
    // The API server takes up a webhook a moment after it is there.
    let probe = json!({
        "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "probe", "namespace": "wh-a"},
        "spec": {"podSelector": {}},
    });
    let path = "/apis/networking.k8s.io/v1/namespaces/wh-a/networkpolicies";
    eventually("the webhook is asked", || bed.admin.create(&format!("{path}?dryRun=All"), &probe).err());
    for project in ["wh-a", "wh-b"] {
        bed.switch(project, "enabled");
    }
    bed.until_policy("wh-b", BASE);
    eventually("the other one fails", || {
        (controller.metric("bulkhead_controller_projects_failing", &[]) == Some(1.0)).then_some(())
    });
    assert!(bed.policy("wh-a", BASE).is_none());
    bed.admin.delete(&format!("{hooks}/broken")).unwrap();
    bed.until_policy("wh-a", BASE);
    settled(&mut controller);
    assert_eq!(controller.metric("bulkhead_controller_projects_failing", &[]), Some(0.0));
    bed.is_as_planned();
    assert!(controller.stop().unwrap().success());
}

/// A token that is good as long as a Secret is there.
fn token(bed: &Bed<'_>, secret: &str) -> String {
    let object =
        json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": secret, "namespace": "bulkhead-system"}});
    let made = bed.create(&object);
    let request = json!({
        "apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest",
        "spec": {"boundObjectRef": {"kind": "Secret", "apiVersion": "v1", "name": secret, "uid": made["metadata"]["uid"]}},
    });
    let account = "/api/v1/namespaces/bulkhead-system/serviceaccounts/bulkhead-controller/token";
    bed.admin.create(account, &request).unwrap()["status"]["token"].as_str().unwrap().to_owned()
}

fn write_token(path: &Path, token: &str) {
    // At once, as a kubelet does it.
    let new = path.with_extension("new");
    std::fs::write(&new, token).unwrap();
    std::fs::rename(&new, path).unwrap();
}

pub(crate) fn expired(plane: &ControlPlane) {
    let bed = Bed::new(plane);
    bed.workspace("token");
    for project in ["to-a", "to-b"] {
        bed.project(project, "token");
    }
    let file = bed.kubeconfig().with_file_name("controller.token");
    write_token(&file, &token(&bed, "first"));
    let path = kubeconfig(&bed, "expired", |text| {
        let mut config: Value = serde_json::from_str(text).unwrap();
        config["users"][0]["user"] = json!({"tokenFile": file});
        config.to_string()
    });
    let mut controller = Bed::controller_of("expired", &[], &path);
    bed.switch("to-a", "enabled");
    bed.until_policy("to-a", BASE);
    bed.admin.delete("/api/v1/namespaces/bulkhead-system/secrets/first").unwrap();
    eventually("the token is refused", || (failed(&mut controller, "Unauthorized") > 0.0).then_some(()));
    bed.switch("to-b", "enabled");
    write_token(&file, &token(&bed, "second"));
    // The file is looked at once a minute.
    let patience = Duration::from_secs(100);
    let (_, took) = eventually_within(patience, "it works with the new token", || bed.policy("to-b", BASE));
    println!("at work {took:?} behind the new token");
    settled(&mut controller);
    bed.is_as_planned();
    assert!(controller.stop().unwrap().success());
}
