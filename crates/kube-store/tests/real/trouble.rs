//! A server that goes and comes back or has forgotten, credentials that are none, rights that are missing, a webhook that fails.

use std::future::poll_fn;
use std::time::Duration;

use bulkhead_control_plane::{ControlPlane, Server};
use bulkhead_kube_store::{ConnectOptions, KubeStore, connect};
use bulkhead_store::{
    Delete, Event, Object, ObjectKey, Resource, Scope, Selection, Store as _, StoreError, Watch, Write,
};
use serde_json::json;

use super::{make_namespace, object, resource, run, store};

/// The next change; bookmarks are none.
async fn next(watch: &mut Watch) -> Result<Event, StoreError> {
    loop {
        let event = poll_fn(|context| watch.as_mut().poll_next(context));
        match tokio::time::timeout(Duration::from_mins(1), event).await.unwrap().unwrap() {
            Ok(Event::Bookmark(_)) => {}
            event => return event,
        }
    }
}

fn config_map(namespace: &str, name: &str) -> Object {
    let metadata = json!({"name": name, "namespace": namespace});
    object(json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata}))
}

async fn create(store: &KubeStore, namespace: &str, name: &str) -> Result<Object, StoreError> {
    store.create(&resource("cm"), &config_map(namespace, name), &Write::by("test")).await
}

/// A watch of a new namespace, from before anything was made in it.
async fn watch_of(store: &KubeStore, namespace: &str) -> (Selection, Watch) {
    make_namespace(store, namespace).await;
    let selection = Selection::namespace(namespace);
    let from = store.list(&resource("cm"), &selection).await.unwrap().resource_version;
    let watch = store.watch(&resource("cm"), &selection, &from).await.unwrap();
    (selection, watch)
}

async fn expect_added(watch: &mut Watch, name: &str) {
    let event = next(watch).await.unwrap();
    assert!(matches!(&event, Event::Added(object) if object.name() == name), "{event:?}");
}

pub(super) fn restart(plane: &ControlPlane) {
    run(async {
        let admin = store(plane, "admin").await;
        let (selection, mut watch) = watch_of(&admin, "restart").await;
        create(&admin, "restart", "before").await.unwrap();
        expect_added(&mut watch, "before").await;

        plane.kill_server(Server::KubeApiserver).unwrap();
        let down = admin.list(&resource("cm"), &selection).await.unwrap_err();
        assert!(matches!(down, StoreError::Unavailable { .. }), "{down:?}");
        plane.start_server(Server::KubeApiserver).unwrap();
        create(&admin, "restart", "after").await.unwrap();
        expect_added(&mut watch, "after").await;
    });
}

pub(super) fn compaction(plane: &ControlPlane) {
    run(async {
        let admin = store(plane, "admin").await;
        let (selection, mut watch) = watch_of(&admin, "compaction").await;
        create(&admin, "compaction", "before").await.unwrap();
        expect_added(&mut watch, "before").await;
        // The connection ends here, and nobody asks for a new one before the server has forgotten what happened since.
        plane.kill_server(Server::KubeApiserver).unwrap();
        plane.start_server(Server::KubeApiserver).unwrap();
        for name in ["one", "two", "three"] {
            create(&admin, "compaction", name).await.unwrap();
        }
        plane.compact_etcd().unwrap();
        plane.kill_server(Server::KubeApiserver).unwrap();
        plane.start_server(Server::KubeApiserver).unwrap();
        let last = next(&mut watch).await.unwrap_err();
        assert!(matches!(last, StoreError::Expired(_)), "{last:?}");
        let found = admin.list(&resource("cm"), &selection).await.unwrap();
        let names: Vec<&str> = found.items.iter().map(Object::name).collect();
        assert_eq!(names, ["before", "one", "three", "two"]);
    });
}

pub(super) fn told_apart(plane: &ControlPlane) {
    run(async {
        let (admin, tenant) = (store(plane, "admin").await, store(plane, "tenant").await);
        let selection = Selection::namespace("shop");
        let refused = tenant.list(&resource("cm"), &selection).await.unwrap_err();
        assert!(matches!(refused, StoreError::Forbidden(_)), "{refused:?}");
        let refused = tenant.watch(&resource("cm"), &selection, "1").await.map(drop).unwrap_err();
        assert!(matches!(refused, StoreError::Forbidden(_)), "{refused:?}");
        let nowhere = Resource::new("nobody.dev", "v1", "None", "nones", Scope::Cluster);
        let missing = admin.get(&nowhere, &ObjectKey::cluster("a")).await.unwrap_err();
        assert!(matches!(missing, StoreError::NoSuchKind(_)), "{missing:?}");
        let missing = admin.list(&nowhere, &Selection::all()).await.unwrap_err();
        assert!(matches!(missing, StoreError::NoSuchKind(_)), "{missing:?}");
        let missing = admin.get(&resource("cm"), &ObjectKey::namespaced("shop", "a")).await.unwrap_err();
        assert!(matches!(missing, StoreError::NotFound { .. }), "{missing:?}");

        let kubeconfig = std::fs::read_to_string(plane.kubeconfig("tenant").unwrap()).unwrap();
        let expired = plane.kubeconfig("tenant").unwrap().with_extension("expired");
        std::fs::write(&expired, kubeconfig.replace("token-of-tenant", "token-of-yesterday")).unwrap();
        let options = ConnectOptions { kubeconfigs: vec![expired], ..ConnectOptions::default() };
        let stranger = connect(&options).await.unwrap();
        let refused = stranger.list(&resource("cm"), &selection).await.unwrap_err();
        assert!(matches!(refused, StoreError::Unauthorized(_)), "{refused:?}");
        let refused = create(&stranger, "shop", "a").await.unwrap_err();
        assert!(matches!(refused, StoreError::Unauthorized(_)), "{refused:?}");
    });
}

/// A webhook that nobody answers, for ConfigMaps with a label.
fn nobodys_webhook() -> (Resource, Object) {
    let kind = "ValidatingWebhookConfiguration";
    let resource =
        Resource::new("admissionregistration.k8s.io", "v1", kind, "validatingwebhookconfigurations", Scope::Cluster);
    let webhook = object(json!({
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": kind, "metadata": {"name": "nobody"},
        "webhooks": [{
            "name": "nobody.bulkhead.dev", "clientConfig": {"url": "https://127.0.0.1:9/"}, "timeoutSeconds": 1,
            "failurePolicy": "Fail", "sideEffects": "None", "admissionReviewVersions": ["v1"],
            "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "webhook"}},
            "rules": [{"apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"], "operations": ["*"]}],
        }],
    }));
    (resource, webhook)
}

pub(super) fn webhook(plane: &ControlPlane) {
    run(async {
        let admin = store(plane, "admin").await;
        make_namespace(&admin, "webhook").await;
        create(&admin, "webhook", "control").await.unwrap();
        let (webhooks, webhook) = nobodys_webhook();
        admin.create(&webhooks, &webhook, &Write::by("test")).await.unwrap();
        // The server looks at its webhooks once a second or so.
        let mut refused = None;
        for number in 0..200 {
            match create(&admin, "webhook", &format!("probe-{number}")).await {
                Ok(_) => tokio::time::sleep(Duration::from_millis(50)).await,
                Err(error) => {
                    refused = Some(error);
                    break;
                }
            }
        }
        admin.delete(&webhooks, &ObjectKey::cluster("nobody"), &Delete::default()).await.unwrap();
        assert!(
            matches!(&refused, Some(StoreError::Unavailable { message, .. }) if message.contains("webhook")),
            "{refused:?}"
        );
    });
}

pub(super) fn pages(plane: &ControlPlane) {
    run(async {
        let admin = store(plane, "admin").await;
        make_namespace(&admin, "pages").await;
        for number in 0..620 {
            create(&admin, "pages", &format!("c-{number:03}")).await.unwrap();
        }
        let list = admin.list(&resource("cm"), &Selection::namespace("pages")).await.unwrap();
        let names: Vec<String> =
            list.items.iter().map(|object| object.name().to_owned()).filter(|name| name.starts_with("c-")).collect();
        assert_eq!(names, (0..620).map(|number| format!("c-{number:03}")).collect::<Vec<_>>());
        assert!(list.items.iter().all(|object| object.kind() == "ConfigMap" && object.api_version() == "v1"));
        let mut watch =
            admin.watch(&resource("cm"), &Selection::namespace("pages"), &list.resource_version).await.unwrap();
        create(&admin, "pages", "last").await.unwrap();
        expect_added(&mut watch, "last").await;
    });
}
