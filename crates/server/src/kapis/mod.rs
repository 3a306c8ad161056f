//! The paths that KubeSphere's console asks for network isolation, answered as it expects: its lists, Kubernetes' objects, and
//! `Status` for what fails.
//!
//! They are for that console behind its own gateway; programs use the API. What leaves is filtered like everything else. A write
//! here has no preview: it is previewed and applied at once, with the same rights and the same checks.

mod answering;
mod reading;
mod writing;

use std::sync::Arc;

use axum::Router;
use axum::routing::{MethodRouter, get, patch};
use bulkhead_store::KnownKind;

use crate::api::Context;

/// A path, as KubeSphere 4 has it for its own cluster.
#[derive(Debug)]
pub(crate) struct Route {
    pub(crate) path: &'static str,
    /// What it answers to.
    pub(crate) methods: &'static [&'static str],
    answer: fn() -> MethodRouter<Arc<Context>>,
}

const READ: &[&str] = &["GET"];
const COLLECTION: &[&str] = &["GET", "POST"];
const OBJECT: &[&str] = &["GET", "PUT", "PATCH", "DELETE"];

fn collection() -> MethodRouter<Arc<Context>> {
    get(reading::collection).post(writing::create)
}

fn object() -> MethodRouter<Arc<Context>> {
    get(reading::object).put(writing::replace).patch(writing::merge).delete(writing::delete)
}

/// Every path.
pub(crate) const ROUTES: &[Route] = &[
    Route {
        path: "/kapis/config.kubesphere.io/v1alpha2/configs/configz",
        methods: READ,
        answer: || get(reading::features),
    },
    Route {
        path: "/kapis/resources.kubesphere.io/v1alpha3/{plural}",
        methods: READ,
        answer: || get(reading::resources),
    },
    Route {
        path: "/kapis/resources.kubesphere.io/v1alpha3/namespaces/{namespace}/{plural}",
        methods: READ,
        answer: || get(reading::resources),
    },
    Route {
        path: "/kapis/tenant.kubesphere.io/v1alpha2/workspaces/{workspace}/namespaces/{name}",
        methods: READ,
        answer: || get(reading::namespace_of_workspace),
    },
    Route { path: "/kapis/{group}/{version}/namespaces/{namespace}/{plural}", methods: COLLECTION, answer: collection },
    Route { path: "/kapis/{group}/{version}/namespaces/{namespace}/{plural}/{name}", methods: OBJECT, answer: object },
    Route { path: "/apis/{group}/{version}/namespaces/{namespace}/{plural}", methods: COLLECTION, answer: collection },
    Route { path: "/apis/{group}/{version}/namespaces/{namespace}/{plural}/{name}", methods: OBJECT, answer: object },
    Route { path: "/api/v1/namespaces/{name}", methods: &["PATCH"], answer: || patch(writing::switch_project) },
    Route {
        path: "/apis/tenant.kubesphere.io/v1beta1/workspaces/{name}",
        methods: &["PATCH"],
        answer: || patch(writing::switch_workspace),
    },
];

/// The kinds that are answered about, by their plural names.
fn kind(group: Option<&str>, plural: &str) -> Option<&'static KnownKind> {
    let is_answered = matches!(plural, "networkpolicies" | "namespacenetworkpolicies" | "namespaces" | "services");
    let known = KnownKind::named(plural).filter(|_| is_answered)?;
    group.is_none_or(|group| group == known.resource.group).then_some(known)
}

/// The paths with those of other clusters: KubeSphere 3 names a cluster behind the root, KubeSphere 4 before it.
pub(crate) fn paths(route: &Route) -> Vec<String> {
    let (root, rest) = route.path.trim_start_matches('/').split_once('/').unwrap_or((route.path, ""));
    vec![
        route.path.to_owned(),
        format!("/clusters/{{cluster}}{}", route.path),
        format!("/{root}/clusters/{{cluster}}/{rest}"),
    ]
}

/// Every method and path that KubeSphere's console is answered.
pub fn kubesphere_paths() -> Vec<(&'static str, String)> {
    let of_route = |route: &'static Route| {
        paths(route).into_iter().flat_map(|path| route.methods.iter().map(move |method| (*method, path.clone())))
    };
    ROUTES.iter().flat_map(of_route).collect()
}

/// Adds the paths to a router.
pub(crate) fn add(router: Router<Arc<Context>>) -> Router<Arc<Context>> {
    ROUTES.iter().fold(router, |router, route| {
        paths(route).iter().fold(router, |router, path| router.route(path, (route.answer)()))
    })
}
