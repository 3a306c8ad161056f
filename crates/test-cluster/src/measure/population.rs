//! What is in the cluster.

use std::path::Path;
use std::time::Instant;

use anyhow::Context as _;
use bulkhead_control_plane::ControlPlane;
use bulkhead_kube_store::{ConnectOptions, KubeStore, connect};
use bulkhead_store::{Apply, KnownKind, Object, ObjectKey, Resource, Scope, Store as _, StoreError, Write};
use futures_util::stream::{self, StreamExt as _};
use serde_json::{Value, json};

use super::Sizes;

/// The cluster, as somebody who may do anything sees it, and with the rights of the controller.
pub(super) struct Population {
    pub(super) sizes: Sizes,
    pub(super) admin: KubeStore,
    pub(super) account: KubeStore,
}

impl Population {
    pub(super) async fn connect(plane: &ControlPlane, account: &Path, sizes: Sizes) -> anyhow::Result<Self> {
        let store = async |path: &Path| {
            connect(&ConnectOptions { kubeconfigs: vec![path.to_owned()], ..ConnectOptions::default() }).await
        };
        let (admin, account) = (store(plane.kubeconfig("admin")?).await?, store(account).await?);
        Ok(Self { sizes, admin, account })
    }

    /// The name of a namespace.
    pub(super) fn namespace(at: usize) -> String {
        format!("ns-{at:05}")
    }

    /// Makes everything.
    pub(super) async fn fill(&self) -> anyhow::Result<()> {
        let Sizes { namespaces, workspaces, pods, nodes, .. } = self.sizes;
        self.make("namespaces", namespaces, |at| {
            let labels = json!({"kubesphere.io/workspace": format!("ws-{}", at % workspaces.max(1))});
            json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": Self::namespace(at), "labels": labels}})
        })
        .await?;
        self.make(
            "nodes",
            nodes,
            |at| json!({"apiVersion": "v1", "kind": "Node", "metadata": {"name": format!("node-{at}")}}),
        )
        .await?;
        self.make("pods", pods, |at| pod(at, namespaces, nodes)).await?;
        for at in 0..workspaces {
            self.switch_workspace(at, Switch::Off).await?;
        }
        Ok(())
    }

    async fn make(&self, plural: &str, count: usize, object: impl Fn(usize) -> Value) -> anyhow::Result<()> {
        let (begun, resource) = (Instant::now(), resource(plural)?);
        let write = Write::by("population");
        self.each(count, async |at| {
            let object = Object::from_value(object(at)).unwrap_or_default();
            match self.admin.create(&resource, &object, &write).await {
                Err(StoreError::AlreadyExists { .. }) => Ok(()),
                created => created.map(drop),
            }
        })
        .await?;
        let seconds = begun.elapsed().as_secs_f64();
        println!("{count} {plural} made in {seconds:.1} s");
        Ok(())
    }

    /// Does something so often, as often at once as the sizes say; the first failure, if there is one.
    pub(super) async fn each(
        &self,
        count: usize,
        work: impl AsyncFn(usize) -> Result<(), StoreError>,
    ) -> anyhow::Result<()> {
        let work = &work;
        let mut done =
            stream::iter(0..count).map(async |at| work(at).await).buffer_unordered(self.sizes.parallel.max(1));
        while let Some(answer) = done.next().await {
            answer?;
        }
        Ok(())
    }

    /// Sets the switch of a workspace.
    pub(super) async fn switch_workspace(&self, at: usize, switch: Switch) -> anyhow::Result<()> {
        let kind = Resource::new("tenant.kubesphere.io", "v1beta1", "Workspace", "workspaces", Scope::Cluster);
        let object = json!({
            "apiVersion": "tenant.kubesphere.io/v1beta1", "kind": "Workspace", "metadata": {"name": format!("ws-{at}")},
            "spec": {"networkIsolation": switch == Switch::On},
        });
        self.apply(&kind, object).await
    }

    /// Sets the switch of a project of its own.
    pub(super) async fn switch_project(&self, name: &str, switch: Switch) -> anyhow::Result<()> {
        let value = if switch == Switch::On { "enabled" } else { "" };
        let annotations = json!({"kubesphere.io/network-isolate": value});
        let metadata = json!({"name": name, "annotations": annotations});
        self.apply(&resource("namespaces")?, json!({"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}))
            .await
    }

    async fn apply(&self, resource: &Resource, object: Value) -> anyhow::Result<()> {
        let object = Object::from_value(object).unwrap_or_default();
        self.admin.apply(resource, &object, &Apply::force(Write::by("measure"))).await?;
        Ok(())
    }

    /// The policy that isolates a namespace, as it is there.
    pub(super) async fn policy(&self, at: usize) -> anyhow::Result<Object> {
        let key = ObjectKey::namespaced(Self::namespace(at), "nsnp-network-isolate");
        Ok(self.admin.get(&resource("networkpolicies")?, &key).await?)
    }
}

/// Whether something is isolated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Switch {
    On,
    Off,
}

/// A kind by its plural.
pub(super) fn resource(plural: &str) -> anyhow::Result<Resource> {
    KnownKind::named(plural).map(|known| known.resource.clone()).context("no such kind")
}

/// A pod as a Deployment would make it.
fn pod(at: usize, namespaces: usize, nodes: usize) -> Value {
    let (namespace, node) = (Population::namespace(at % namespaces.max(1)), format!("node-{}", at % nodes.max(1)));
    let app = format!("app-{}", at / namespaces.max(1) % 5);
    let container = |name: &str, port: u16| {
        json!({
            "name": name, "image": format!("registry.example.com/team/{name}:1.2.3"),
            "ports": [{"name": "http", "containerPort": port}],
            "env": [{"name": "LOG_LEVEL", "value": "info"}, {"name": "PORT", "value": port.to_string()}],
            "resources": {"requests": {"cpu": "50m", "memory": "64Mi"}, "limits": {"memory": "128Mi"}},
            "readinessProbe": {"httpGet": {"path": "/healthz", "port": port}},
        })
    };
    json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": {
            "name": format!("{app}-{at}"), "namespace": namespace,
            "labels": {"app": app, "app.kubernetes.io/name": app, "pod-template-hash": "7d9c8b6f5d", "version": "v1"},
            "annotations": {"checksum/config": "8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4"},
        },
        "spec": {"nodeName": node, "containers": [container("web", 8080), container("proxy", 15001)]},
    })
}
