//! Policies get our label, or lose it. What they let through is the controller's affair.

use std::sync::Arc;

use bulkhead_analysis::isolation::{Setting, names};
use bulkhead_analysis::model::NamespacedName;
use bulkhead_controller::{Clock, Controller, End, MANAGER, Options, Territory, run as run_controller};
use bulkhead_store::{
    Apply, Commit, Conflicts, KnownKind, Object, ObjectKey, Part, Resource, Selection, Selector, Store, StoreError,
    Write,
};
use serde_json::{Value, json};

use super::place::Place;
use crate::command::controller::Told;
use crate::command::local::open;
use crate::failure::Failure;
use crate::session::Session;
use crate::status::ExitStatus;

/// Labels policies as ours. They let through what they did, until the controller makes them as it means them.
pub(super) fn take_over(
    place: &Place,
    policies: &[NamespacedName],
    session: &mut Session<'_, '_>,
) -> Result<ExitStatus, Failure> {
    for policy in policies {
        let key = ObjectKey::namespaced(policy.namespace.as_str(), policy.name.as_str());
        let labels = json!({names::MANAGED_BY: names::MANAGER});
        let labelled = place.runtime.block_on(label(&*place.store, &key, labels));
        labelled.map_err(|error| open::refused(&error))?;
        session.answer(&format!("networkpolicy/{policy} {}\n", session.speech.word("migrate.taken")))?;
    }
    let key = if policies.is_empty() { "migrate.nothing" } else { "migrate.next" };
    session.answer(&format!("{}\n", session.speech.word(key)))?;
    Ok(ExitStatus::Answered)
}

/// Makes every policy as KubeSphere's controller means it, in the order of the controller, and takes our label off.
pub(super) fn go_back(place: &Place, session: &mut Session<'_, '_>) -> Result<ExitStatus, Failure> {
    let Place { runtime, store } = place;
    let options = Options {
        setting: Setting::KubeSphere,
        territory: Territory::Labelled,
        ..Options::new(Arc::new(session.speech))
    };
    let mut told = Told::keeping();
    let clock = session.stopped_clock().map_or_else(Clock::system, Clock::stopped_at);
    let controller = Controller::new(options);
    let forever = std::future::pending();
    runtime.block_on(run_controller(controller, Arc::clone(store), clock, End::Settled, forever, &mut told));
    let ours = Selection { labels: Selector::label(names::MANAGED_BY, names::MANAGER), ..Selection::all() };
    let returned = runtime.block_on(async {
        let list = store.list(&network_policies(), &ours).await?;
        for policy in &list.items {
            label(&**store, &policy.key(), Value::Null).await?;
        }
        Ok::<_, StoreError>(list.items.iter().map(Object::key).collect::<Vec<_>>())
    });
    session.answer(&told.lines(session.speech, Commit::Write))?;
    for key in returned.map_err(|error| open::refused(&error))? {
        session.answer(&format!("networkpolicy/{key} {}\n", session.speech.word("migrate.returned")))?;
    }
    let issues: Vec<_> = told.errors().collect();
    for issue in &issues {
        session.tell_issue(issue);
    }
    Ok(if issues.is_empty() { ExitStatus::Answered } else { ExitStatus::No })
}

/// Applies a policy as it is, with these labels of ours and no others.
async fn label(store: &dyn Store, key: &ObjectKey, labels: Value) -> Result<Object, StoreError> {
    let resource = network_policies();
    let there = store.get(&resource, key).await?;
    let object = Object::from_value(json!({
        "apiVersion": resource.api_version(),
        "kind": resource.kind,
        "metadata": {
            "name": key.name,
            "namespace": key.namespace,
            "uid": there.uid(),
            "resourceVersion": there.resource_version(),
            "labels": labels,
        },
        "spec": there.0.get("spec"),
    }));
    let write = Write { manager: MANAGER.to_owned(), part: Part::Main, commit: Commit::Write };
    let apply = Apply { write, conflicts: Conflicts::Force };
    store.apply(&resource, &object.unwrap_or_default(), &apply).await
}

fn network_policies() -> Resource {
    let known = KnownKind::of_group_resource("networkpolicies.networking.k8s.io");
    known.map_or_else(|| Resource::new("", "", "", "", bulkhead_store::Scope::Cluster), |known| known.resource.clone())
}
