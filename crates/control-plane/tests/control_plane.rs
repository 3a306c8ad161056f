//! The control plane really starts, keeps its word about users, and survives what is done to its servers.

use std::path::PathBuf;

use bulkhead_control_plane::{Client, ControlPlane, Error, Options, Server, User};
use serde_json::{Value, json};

/// A control plane; outside CI, `None` with a loud word where this machine cannot build one.
fn start(options: &Options) -> Option<ControlPlane> {
    match ControlPlane::start(options) {
        Ok(plane) => Some(plane),
        Err(error @ Error::NoGo { .. }) if std::env::var_os("CI").is_none() => {
            eprintln!("SKIPPED: {error}");
            None
        }
        Err(error) => unreachable!("{error}"),
    }
}

fn config_map(name: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": {"key": "value"}})
}

const CONFIG_MAPS: &str = "/api/v1/namespaces/default/configmaps";

#[test]
fn rbac_holds_and_data_outlives_a_killed_server_but_not_the_handle() {
    let options = Options::default().user(User::new("tenant", &["tenants"]));
    let Some(plane) = start(&options) else { return };
    let (admin, tenant) = (plane.client("admin").unwrap(), plane.client("tenant").unwrap());
    assert_eq!(admin.get("/version").unwrap()["gitVersion"], "v1.36.3");

    admin.create(CONFIG_MAPS, &config_map("ours")).unwrap();
    let refused = tenant.create(CONFIG_MAPS, &config_map("theirs")).unwrap_err();
    assert!(matches!(refused, Error::Api { status: 403, .. }), "{refused}");
    let stranger = Client::new(plane.url(), plane.authority(), "no-such-token").unwrap();
    assert!(matches!(stranger.get(CONFIG_MAPS), Err(Error::Api { status: 401, .. })));

    plane.kill_server(Server::KubeApiserver).unwrap();
    assert!(admin.get(CONFIG_MAPS).is_err(), "nobody answers");
    plane.kill_server(Server::Etcd).unwrap();
    plane.start_server(Server::Etcd).unwrap();
    plane.start_server(Server::KubeApiserver).unwrap();
    plane.stop_server(Server::KubeApiserver).unwrap();
    plane.start_server(Server::KubeApiserver).unwrap();
    assert_eq!(admin.get(&format!("{CONFIG_MAPS}/ours")).unwrap()["data"]["key"], "value");

    let kubeconfig: PathBuf = plane.kubeconfig("tenant").unwrap().to_owned();
    assert!(kubeconfig.is_file());
    drop(plane);
    assert!(!kubeconfig.exists(), "the data folder is gone");
}

#[test]
fn controllers_make_pods_run_and_namespaces_end() {
    let Some(plane) = start(&Options::with_controllers()) else { return };
    let admin = plane.client("admin").unwrap();
    admin.create("/api/v1/nodes", &json!({"metadata": {"name": "node1"}})).unwrap();
    admin.create("/api/v1/namespaces", &json!({"metadata": {"name": "shop"}})).unwrap();
    let deployment = json!({
        "metadata": {"name": "web"},
        "spec": {
            "replicas": 2,
            "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {"nodeName": "node1", "containers": [{"name": "web", "image": "web"}]},
            },
        },
    });
    admin.create("/apis/apps/v1/namespaces/shop/deployments", &deployment).unwrap();
    let running = |pod: &Value| pod["status"]["phase"] == "Running" && pod["status"]["podIP"].is_string();
    eventually("two pods run", || {
        let pods = admin.get("/api/v1/namespaces/shop/pods").unwrap();
        pods["items"].as_array().is_some_and(|pods| pods.len() == 2 && pods.iter().all(running))
    });
    admin.delete("/api/v1/namespaces/shop").unwrap();
    eventually("the namespace ends", || admin.get("/api/v1/namespaces/shop").is_err());
}

/// Controllers take their time; this waits for them, and no longer than a minute.
fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let begun = std::time::Instant::now();
    while !holds() {
        assert!(begun.elapsed().as_secs() < 60, "not within a minute: {what}");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
}
