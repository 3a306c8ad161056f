//! What somebody knows of the cluster, as a snapshot, and what its plan would make of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use bulkhead_analysis::allowlist::Effort;
use bulkhead_analysis::isolation::{Plan, Setting, Settings, apply_to};
use bulkhead_analysis::model::object::PolicyManifest;
use bulkhead_analysis::model::{Name, NamespacedName};
use bulkhead_analysis::path::cni::Member;
use bulkhead_analysis::path::proxy::Mode;
use bulkhead_analysis::path::{DetectLocal, Overlay, Overrides};
use bulkhead_analysis::policy::Profile;
use bulkhead_analysis::snapshot::{Input, Snapshot};
use bulkhead_store::{Event, Object, ObjectKey};
use jiff::Timestamp;

/// The kinds that decide about policies.
const KINDS: [&str; 10] = [
    "namespaces",
    "workspaces.tenant.kubesphere.io",
    "nodes",
    "services",
    "pods",
    "networkpolicies.networking.k8s.io",
    "namespacenetworkpolicies.network.kubesphere.io",
    "workspaceallowlists.network.bulkhead.dev",
    "configmaps",
    "exposures.network.bulkhead.dev",
];

/// Whether nobody in these worlds makes objects of a kind.
pub(crate) fn is_quiet(kind: &str) -> bool {
    !KINDS.contains(&kind)
}

/// Policies of one namespace, by name.
pub(crate) type Policies = Vec<PolicyManifest>;

/// Objects as somebody knows them.
#[derive(Clone, Debug, Default)]
pub(crate) struct View(BTreeMap<(String, ObjectKey), Object>);

impl View {
    /// Everything that is there.
    pub(crate) fn of<'a>(objects: impl Iterator<Item = (&'a (String, ObjectKey), &'a Object)>) -> Self {
        let counts = |((kind, _), _): &(&(String, ObjectKey), &Object)| KINDS.contains(&kind.as_str());
        Self(objects.filter(counts).map(|(key, object)| (key.clone(), object.clone())).collect())
    }

    pub(crate) fn list(&mut self, kind: &str, namespace: Option<&str>, items: &[Object]) {
        if KINDS.contains(&kind) {
            let inside = |key: &ObjectKey| namespace.is_none() || key.namespace.as_deref() == namespace;
            self.0.retain(|(of, key), _| of != kind || !inside(key));
            self.0.extend(items.iter().map(|object| ((kind.to_owned(), object.key()), object.clone())));
        }
    }

    pub(crate) fn told(&mut self, kind: &str, event: &Event) {
        if !KINDS.contains(&kind) {
            return;
        }
        let version = |object: &Object| object.resource_version().and_then(|text| text.parse::<u64>().ok());
        let (Event::Added(object) | Event::Modified(object) | Event::Deleted(object)) = event else { return };
        let key = (kind.to_owned(), object.key());
        if self.0.get(&key).is_some_and(|known| version(known) > version(object)) {
            return;
        }
        match event {
            Event::Deleted(_) => drop(self.0.remove(&key)),
            _ => drop(self.0.insert(key, object.clone())),
        }
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        let mut text = "{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[".to_owned();
        for (at, object) in self.0.values().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            write!(text, "{comma}{}", serde_json::to_string(&object.0).expect("JSON")).expect("a text");
        }
        text.push_str("]}");
        Snapshot::from_texts(&[Input { name: "view", text: text.as_bytes() }])
    }
}

/// The plan of a snapshot.
pub(crate) fn planned(
    snapshot: &Snapshot,
    setting: Setting,
    date: Timestamp,
    refused: &BTreeSet<NamespacedName>,
) -> Plan {
    let settings = Settings { now: Some(date), refused: refused.clone(), ..Settings::default() };
    bulkhead_analysis::planned(
        snapshot,
        setting,
        &settings,
        &overrides(),
        Effort::whole(&bulkhead_analysis::model::watch::Unwatched),
    )
    .plan
}

/// What of the network no object of these worlds shows.
pub(crate) fn overrides() -> Overrides {
    Overrides {
        proxy_mode: Mode::named("iptables"),
        cluster_cidr: Some(vec!["10.0.0.0/16".parse().expect("a cidr")]),
        cni: Member::named("calico"),
        overlay: Overlay::from_name("none"),
        nat_outgoing: Some(true),
        detect_local: DetectLocal::from_text("ClusterCIDR"),
        engine: Profile::named("calico"),
        ..Overrides::default()
    }
}

/// Every part of those that were refused that somebody may know of, namespace by namespace.
pub(crate) fn parts(refused: &BTreeSet<NamespacedName>) -> Vec<BTreeSet<NamespacedName>> {
    let mut counts: BTreeMap<&Name, u32> = BTreeMap::new();
    let placed: Vec<(u32, &NamespacedName)> = refused
        .iter()
        .map(|entry| {
            let place = counts.entry(&entry.namespace).or_default();
            *place += 1;
            (*place - 1, entry)
        })
        .collect();
    let most = counts.values().copied().max().unwrap_or(0);
    let part = |mask: u32| {
        let chosen = placed.iter().filter(|(place, _)| (mask >> place) & 1 == 1);
        chosen.map(|(_, entry)| (*entry).clone()).collect()
    };
    (0..1_u32 << most).map(part).collect()
}

/// The policies of every namespace once the plan is carried out.
pub(crate) fn targets(snapshot: &Snapshot, plan: &Plan) -> BTreeMap<Name, Policies> {
    let mut policies = snapshot.network_policies.clone();
    apply_to(plan, &mut policies);
    let mut targets: BTreeMap<Name, Policies> =
        snapshot.namespaces.rows().iter().map(|namespace| (namespace.name.clone(), Vec::new())).collect();
    for policy in &policies {
        let manifest = PolicyManifest::of(policy).expect("a policy that can be read");
        targets.entry(policy.name.namespace.clone()).or_default().push(manifest);
    }
    targets
}
