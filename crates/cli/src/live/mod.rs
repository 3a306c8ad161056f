//! The cluster behind a kubeconfig, read as a dump that says itself what it lacks.

mod choice;
mod gap;
mod reading;
mod serving;

use std::io;

use bulkhead_analysis::model::Issue;
use bulkhead_kube_store::KubeStore;
use bulkhead_store::Object;
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

pub(crate) use choice::ClusterChoice;
pub(crate) use gap::Gap;
pub(crate) use reading::LiveDump;
pub(crate) use serving::ServedCluster;

use crate::failure::Failure;
use crate::session::Session;
use crate::status::ExitStatus;

/// What runs the store's futures.
pub(crate) fn runtime() -> io::Result<Runtime> {
    Builder::new_current_thread().enable_all().build()
}

/// A store on the cluster that is chosen, in a context of its own where one is named.
pub(crate) async fn connect(context: Option<&str>, session: &Session<'_, '_>) -> io::Result<KubeStore> {
    let options = session.cluster.options(context, &session.streams.surroundings);
    bulkhead_kube_store::connect(&options).await.map_err(io::Error::other)
}

/// Why there is no answer of a cluster.
pub(crate) fn cannot_connect(error: &io::Error) -> Failure {
    Failure::new(ExitStatus::Unusable, Issue::error("clusterUnreadable").with("error", error))
}

/// Everything in the cluster that answers depend on.
pub(crate) fn dump(context: Option<&str>, session: &Session<'_, '_>) -> Result<LiveDump, Failure> {
    if context.is_none() && !session.cluster.is_there(&session.streams.surroundings) {
        return Err(Failure::usage(Issue::error("noCluster")));
    }
    read(context, session).map_err(|error| cannot_connect(&error))
}

fn read(context: Option<&str>, session: &Session<'_, '_>) -> io::Result<LiveDump> {
    runtime()?.block_on(async {
        let store = connect(context, session).await?;
        reading::read(&store).await.map_err(io::Error::other)
    })
}

/// Everything in the cluster that answers depend on, as texts with names: one for each kind, and one that says what is missing.
pub(crate) fn everything(context: Option<&str>, session: &Session<'_, '_>) -> io::Result<Vec<(String, Vec<u8>)>> {
    let dump = read(context, session)?;
    let name = |kind: &str| match context {
        Some(context) => format!("cluster:{context}/{kind}"),
        None => format!("cluster:{kind}"),
    };
    let mut texts = Vec::new();
    for (resource, objects) in dump.objects {
        texts.push((name(&resource.group_resource()), list_of(objects)?));
    }
    if !dump.gaps.is_empty() {
        texts.push((name("not-read"), list_of(dump.gaps.into_iter().map(Gap::into_object).collect())?));
    }
    Ok(texts)
}

/// Objects as the `List` that kubectl prints.
pub(crate) fn list_of(objects: Vec<Object>) -> io::Result<Vec<u8>> {
    let items: Vec<Value> = objects.into_iter().map(Object::into_value).collect();
    Ok(serde_json::to_vec_pretty(&json!({"apiVersion": "v1", "kind": "List", "items": items}))?)
}
