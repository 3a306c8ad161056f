//! The example cluster and what others have beside it, behind a proxy that says who asks.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, BodyDataStream, to_bytes};
use axum::http::Request;
use axum::http::header::{ACCEPT_LANGUAGE, CONTENT_TYPE, HOST};
use bulkhead_analysis::path::Overrides;
use bulkhead_local_store::{Actor, Clock, LocalStore};
use bulkhead_server::access::{Access, Audit, CSRF_HEADER, PROXY_SECRET_HEADER, Proxy, Rights, Roles};
use bulkhead_server::{Cluster, Text, router};
use bulkhead_store::{KnownKind, Object, Store as _, Write};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::examples::Ask;
use crate::bed::{ADDRESS, Answer, ROOT, example, filled};

pub(super) const LANGUAGES: [&str; 2] = ["en", "zh-CN"];
const SECRET: &str = "between-us";

/// The kinds of users.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum User {
    Administrator,
    WorkspaceViewer,
    ProjectAdmin,
    Nobody,
}

impl User {
    pub(super) const ALL: [Self; 4] = [Self::Administrator, Self::WorkspaceViewer, Self::ProjectAdmin, Self::Nobody];

    fn name(self) -> &'static str {
        match self {
            Self::Administrator => "root",
            Self::WorkspaceViewer => "wendy",
            Self::ProjectAdmin => "paul",
            Self::Nobody => "nemo",
        }
    }
}

const ROLES: &str = "roles:\n- {role: administrator, users: [root]}\n- {role: viewer, workspace: retail, users: [wendy]}\n\
                     - {role: admin, project: shop, users: [paul]}\n";

pub(super) struct Bed {
    router: Router,
    pub(super) store: Option<LocalStore>,
    _folder: Option<tempfile::TempDir>,
}

fn texts() -> Vec<Text> {
    let mut texts = example();
    texts.push(("others.yaml".to_owned(), include_bytes!("cluster.yaml").to_vec()));
    texts
}

impl Bed {
    pub(super) async fn files() -> Self {
        let cluster = Cluster::of_texts("example".to_owned(), texts(), Overrides::default()).await.unwrap();
        Self::of(cluster, None, None)
    }

    pub(super) async fn store() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = LocalStore::open(&folder.path().join("s.db"), Actor("tester".to_owned()), Clock::system()).unwrap();
        filled(&store, &texts()).await;
        let cluster = Cluster::of_store("example".to_owned(), store.clone(), Overrides::default()).await.unwrap();
        Self::of(cluster, Some(store), Some(folder))
    }

    fn of(cluster: Arc<Cluster>, store: Option<LocalStore>, folder: Option<tempfile::TempDir>) -> Self {
        let proxy = Proxy::with_secret(SECRET.to_owned());
        let access = Access::proxy(proxy, Rights::Roles(Roles::parse(ROLES).unwrap()));
        Self { router: router(cluster, access, Audit::default()), store, _folder: folder }
    }

    fn request(user: User, language: &str, ask: Ask, path: &str, body: &Value) -> Request<Body> {
        let uri = format!("{ROOT}{path}");
        let request = if ask == Ask::Post { Request::post(uri) } else { Request::get(uri) };
        let request = request
            .header(HOST, ADDRESS)
            .header(PROXY_SECRET_HEADER, SECRET)
            .header("x-forwarded-user", user.name())
            .header(ACCEPT_LANGUAGE, language);
        if ask == Ask::Post {
            let request = request.header(CONTENT_TYPE, "application/json").header(CSRF_HEADER, "1");
            return request.body(Body::from(body.to_string())).unwrap();
        }
        request.body(Body::empty()).unwrap()
    }

    pub(super) async fn send(&self, user: User, language: &str, ask: Ask, path: &str, body: &Value) -> Answer {
        self.answered(Self::request(user, language, ask, path, body)).await
    }

    /// Asks a path that is none of the API's.
    pub(super) async fn outside(&self, user: User, language: &str, method: &str, path: &str, body: &Value) -> Answer {
        let kind = if method == "PATCH" { "application/merge-patch+json" } else { "application/json" };
        let request = Request::builder().method(method).uri(path).header(HOST, ADDRESS).header(CONTENT_TYPE, kind);
        let request = request
            .header(PROXY_SECRET_HEADER, SECRET)
            .header("x-forwarded-user", user.name())
            .header(ACCEPT_LANGUAGE, language);
        self.answered(request.body(Body::from(body.to_string())).unwrap()).await
    }

    async fn answered(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        Answer { status, headers, text: String::from_utf8_lossy(&bytes).into_owned() }
    }

    pub(super) async fn stream(&self, user: User) -> BodyDataStream {
        let request = Self::request(user, "en", Ask::Stream, "/events", &Value::Null);
        self.router.clone().oneshot(request).await.unwrap().into_body().into_data_stream()
    }

    /// Somebody else changes something of theirs; the version of that.
    pub(super) async fn touch_foreign(&self) -> u64 {
        let store = self.store.as_ref().unwrap();
        let entry = json!({"apiVersion": "network.kubesphere.io/v1alpha1", "kind": "NamespaceNetworkPolicy",
            "metadata": {"name": format!("canarynew{}", store.revision().unwrap()), "namespace": "canaryproject"},
            "spec": {"ingress": [{"from": [{"ipBlock": {"cidr": "198.18.77.7/32"}}]}]}});
        let resource = &KnownKind::named("nsnp").unwrap().resource;
        store.create(resource, &Object::from_value(entry).unwrap(), &Write::by("others")).await.unwrap();
        store.revision().unwrap()
    }
}
