//! Rights as they are on a Kubernetes cluster.
//!
//! Whoever may list pods and NetworkPolicies of a namespace sees it: that is what is shown. Whoever may list them, Services, Nodes
//! and Namespaces in the whole cluster is an administrator. What somebody may write is not asked here: it is written in their
//! name, and the API server judges.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bulkhead_store::{Store, StoreError};
use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};

use super::reviews::{Deed, Reviews};
use crate::viewer::{Grants, Principal, Role, Tenancy};

/// How long an answer is believed.
const BELIEVED: Duration = Duration::from_secs(30);
/// The same while the API server does not answer.
pub(super) const BELIEVED_IN_SILENCE: Duration = Duration::from_mins(10);
/// How many questions about somebody are on their way at once.
const AT_ONCE: usize = 16;
/// How many people are remembered.
const MOST_KNOWN: usize = 1_000;

/// What has to be listed of everything for an administrator.
const EVERYTHING: [(&str, &str); 5] =
    [("", "pods"), ("networking.k8s.io", "networkpolicies"), ("", "services"), ("", "nodes"), ("", "namespaces")];
/// What has to be listed of a namespace to see it.
const OF_PROJECT: [(&str, &str); 2] = [("", "pods"), ("networking.k8s.io", "networkpolicies")];

/// Rights that an API server is asked about.
#[derive(Debug)]
pub struct ClusterRights {
    reviews: Reviews,
    known: Mutex<HashMap<Principal, (Instant, Grants)>>,
}

impl ClusterRights {
    /// Rights on the cluster behind a store, which has to let the server ask about others (`subjectaccessreviews`).
    pub fn new(store: Arc<dyn Store>) -> Self {
        Self { reviews: Reviews(store), known: Mutex::new(HashMap::new()) }
    }

    /// What somebody may see.
    pub(super) async fn of(&self, principal: &Principal, tenancy: &Tenancy) -> Result<Grants, StoreError> {
        if let Some(grants) = self.believed(principal, BELIEVED) {
            return Ok(grants);
        }
        let grants = match self.asked(principal, tenancy).await {
            // Whoever was let in goes on reading what is known while the API server is away.
            Err(error @ StoreError::Unavailable { .. }) => {
                return self.believed(principal, BELIEVED_IN_SILENCE).ok_or(error);
            }
            asked => asked?,
        };
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST_KNOWN {
            known.clear();
        }
        known.insert(principal.clone(), (Instant::now(), grants.clone()));
        Ok(grants)
    }

    fn believed(&self, principal: &Principal, longest: Duration) -> Option<Grants> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(principal).filter(|(asked, _)| asked.elapsed() < longest).map(|(_, grants)| grants.clone())
    }

    async fn asked(&self, principal: &Principal, tenancy: &Tenancy) -> Result<Grants, StoreError> {
        if self.may_list(principal, "", &EVERYTHING).await? {
            return Ok(Grants::Administrator);
        }
        let namespaces: Vec<String> = tenancy.projects().map(|(namespace, _)| namespace.to_owned()).collect();
        let reviewed = stream::iter(namespaces).map(|namespace| async move {
            let sees = self.may_list(principal, &namespace, &OF_PROJECT).await?;
            Ok::<_, StoreError>(sees.then_some((namespace, Role::Viewer)))
        });
        let projects: Vec<Option<(String, Role)>> = reviewed.buffer_unordered(AT_ONCE).try_collect().await?;
        let named = stream::iter(tenancy.workspaces()).map(|workspace| async move {
            let deed = Deed {
                verb: "get",
                group: "tenant.kubesphere.io",
                resource: "workspaces",
                name: &workspace,
                ..Deed::default()
            };
            let sees = self.reviews.may(principal, &deed).await?;
            Ok::<_, StoreError>(sees.then_some((workspace, Role::Member)))
        });
        let workspaces: Vec<Option<(String, Role)>> = named.buffer_unordered(AT_ONCE).try_collect().await?;
        Ok(Grants::Some {
            workspaces: workspaces.into_iter().flatten().collect::<BTreeMap<_, _>>(),
            projects: projects.into_iter().flatten().collect(),
        })
    }

    async fn may_list(
        &self,
        principal: &Principal,
        namespace: &str,
        kinds: &[(&str, &str)],
    ) -> Result<bool, StoreError> {
        for &(group, resource) in kinds {
            let deed = Deed { verb: "list", group, resource, namespace, ..Deed::default() };
            if !self.reviews.may(principal, &deed).await? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
