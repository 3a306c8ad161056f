//! A server over the example cluster, and a client that is signed in.

use std::path::Path;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{CONTENT_TYPE, COOKIE, HOST, SET_COOKIE};
use axum::http::{HeaderMap, Request, StatusCode};
use bulkhead_analysis::path::Overrides;
use bulkhead_local_store::{Actor, Clock, LocalStore};
use bulkhead_server::access::{Access, Audit, CSRF_HEADER};
use bulkhead_server::{Cluster, Text, parse, router};
use bulkhead_store::{KnownKind, Object, Write};
use serde_json::Value;
use tower::ServiceExt as _;

pub(crate) const ADDRESS: &str = "127.0.0.1:8480";
pub(crate) const ROOT: &str = "/api/v1alpha1";

/// A server and its client.
pub(crate) struct Bed {
    pub(crate) router: Router,
    pub(crate) store: Option<LocalStore>,
    /// The addresses that the server told.
    pub(crate) links: Arc<Mutex<Vec<String>>>,
    cookie: String,
    _folder: Option<tempfile::TempDir>,
}

/// What was answered.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.text))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// The files of the example cluster.
pub(crate) fn example() -> Vec<Text> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/shop");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let yaml = files.iter().filter(|path| path.extension().is_some_and(|end| end == "yaml"));
    yaml.map(|path| (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read(path).unwrap())).collect()
}

impl Bed {
    /// The example as files: read only.
    pub(crate) async fn files(texts: Vec<Text>) -> Self {
        let cluster = Cluster::of_texts("example".to_owned(), texts, Overrides::default()).await.unwrap();
        Self::of(cluster, None, None).await
    }

    /// The example in a local store.
    pub(crate) async fn store() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = LocalStore::open(&folder.path().join("s.db"), Actor("tester".to_owned()), Clock::system()).unwrap();
        filled(&store, &example()).await;
        let cluster = Cluster::of_store("example".to_owned(), store.clone(), Overrides::default()).await.unwrap();
        Self::of(cluster, Some(store), Some(folder)).await
    }

    async fn of(cluster: Arc<Cluster>, store: Option<LocalStore>, folder: Option<tempfile::TempDir>) -> Self {
        let links = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&links);
        let tell = Box::new(move |link: &str| told.lock().unwrap().push(link.to_owned()));
        let access = Access::local(ADDRESS.parse().unwrap(), tell).unwrap();
        let mut bed = Self {
            router: router(cluster, access, Audit::default()),
            store,
            links,
            cookie: String::new(),
            _folder: folder,
        };
        let link = bed.links.lock().unwrap()[0].clone();
        let signed_in = bed.ask(Request::get(link.strip_prefix(&format!("http://{ADDRESS}")).unwrap()), "").await;
        assert_eq!(signed_in.status, StatusCode::SEE_OTHER);
        signed_in.header(SET_COOKIE.as_str()).split(';').next().unwrap().clone_into(&mut bed.cookie);
        bed
    }

    /// The cookie of the session.
    pub(crate) fn cookie(&self) -> &str {
        &self.cookie
    }

    /// Sends a request as it is, with a host unless it has one.
    pub(crate) async fn raw(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        Answer { status, headers, text: String::from_utf8_lossy(&bytes).into_owned() }
    }

    /// Sends a request with the session.
    pub(crate) async fn ask(&self, request: axum::http::request::Builder, body: &str) -> Answer {
        let request = request.header(HOST, ADDRESS).header(COOKIE, &self.cookie);
        self.raw(request.body(Body::from(body.to_owned())).unwrap()).await
    }

    /// Reads.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask(Request::get(format!("{ROOT}{path}")), "").await
    }

    /// Writes.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        let request =
            Request::post(format!("{ROOT}{path}")).header(CONTENT_TYPE, "application/json").header(CSRF_HEADER, "1");
        self.ask(request, &body.to_string()).await
    }
}

/// Puts the objects of texts into a store, as far as it has their kinds.
pub(crate) async fn filled(store: &LocalStore, texts: &[Text]) {
    let objects: Vec<Object> = texts
        .iter()
        .flat_map(|(name, text)| parse(name, text).unwrap())
        .filter(|object| known(object).is_some())
        .collect();
    let mut kinds: Vec<&'static KnownKind> = objects.iter().filter_map(known).collect();
    kinds.dedup_by_key(|kind| kind.resource.group_resource());
    store.import(kinds, objects, &Write::by("import")).await.unwrap();
}

fn known(object: &Object) -> Option<&'static KnownKind> {
    KnownKind::of(object.api_version(), object.kind())
}
