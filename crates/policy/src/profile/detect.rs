//! Which engine a snapshot shows.
//!
//! Running parts (DaemonSets, their pods) count more than traces (annotations of nodes, which outlive a migration). Where
//! several engines that enforce policies are seen with equal weight, nobody can tell which one does.

use bulkhead_model::object::{Container, WorkloadKind};
use bulkhead_model::{Name, ObjectRef, Position};
use bulkhead_snapshot::{Evidence, Fact, Snapshot};

use super::{Answer, ENGINES, Profile};

/// How an engine is seen, and in which way it runs.
#[derive(Clone, Copy, Debug)]
pub struct EngineDefinition {
    /// What shows that it is there.
    pub signs: Signs,
    /// The API groups of policies of its own kinds. Where another engine is at work they mean nothing.
    pub own_policies: &'static [&'static str],
    /// Its profiles that a user can name. The first has the engine's own name.
    pub profiles: &'static [&'static Profile],
    /// The profile of the way in which the snapshot shows it running.
    pub running: fn(&Snapshot, Seen) -> &'static Profile,
}

/// What shows that an engine is there.
#[derive(Clone, Copy, Debug)]
pub struct Signs {
    /// Names of its DaemonSets.
    pub daemon_sets: &'static [&'static str],
    /// Images in its DaemonSets, without registry and tag: the last parts of the path.
    pub images: &'static [&'static str],
    /// Prefixes of the annotations that it puts on nodes.
    pub node_annotations: &'static [&'static str],
    /// Engines that make this one where they are seen together.
    pub together: &'static [&'static str],
}

/// By what an engine is seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seen {
    /// By a part that runs.
    Running,
    /// By what it left on nodes.
    Trace,
}

/// An engine that is seen, and what shows it.
struct Sighting {
    engine: &'static EngineDefinition,
    profile: &'static Profile,
    evidence: Evidence,
}

/// The engine that a snapshot shows.
pub(super) fn detect(snapshot: &Snapshot) -> Fact<&'static Profile> {
    for seen in [Seen::Running, Seen::Trace] {
        let sighted = ENGINES.iter().filter_map(|engine| sight(snapshot, engine, seen)).collect();
        let sighted = joined(snapshot, sighted);
        if !sighted.is_empty() {
            return settle(&sighted);
        }
    }
    Fact::Unknown
}

/// One engine that enforces, or none but those that carry packets; two that enforce contradict each other.
fn settle(sighted: &[Sighting]) -> Fact<&'static Profile> {
    let enforces = |sighting: &&Sighting| sighting.profile.enforces.value != Answer::No;
    let enforcing: Vec<&Sighting> = sighted.iter().filter(enforces).collect();
    let chosen = match enforcing.as_slice() {
        [] => sighted.first(),
        [one] => Some(*one),
        _ => None,
    };
    match chosen {
        Some(sighting) => Fact::known(sighting.profile, sighting.evidence.clone()),
        None => Fact::Contradicted { evidence: enforcing.iter().map(|sighting| sighting.evidence.clone()).collect() },
    }
}

/// Puts the engine that others make together in their place.
fn joined(snapshot: &Snapshot, mut sighted: Vec<Sighting>) -> Vec<Sighting> {
    for engine in ENGINES.iter().filter(|engine| !engine.signs.together.is_empty()) {
        let part = |sighting: &Sighting| engine.signs.together.contains(&sighting.engine.name());
        let all =
            engine.signs.together.iter().all(|name| sighted.iter().any(|sighting| sighting.engine.name() == *name));
        let itself = sighted.iter().any(|sighting| sighting.engine.name() == engine.name());
        if itself {
            sighted.retain(|sighting| !part(sighting));
        } else if all {
            let evidence = sighted.iter().find(|sighting| part(sighting)).map(|sighting| sighting.evidence.clone());
            sighted.retain(|sighting| !part(sighting));
            let profile = (engine.running)(snapshot, Seen::Running);
            sighted.extend(evidence.map(|evidence| Sighting { engine, profile, evidence }));
        }
    }
    sighted
}

impl EngineDefinition {
    /// Whether one of its profiles has that name.
    pub(crate) fn is_named(&self, profile: &str) -> bool {
        self.profiles.iter().any(|own| own.name == profile)
    }

    /// The engine's name.
    pub fn name(&self) -> &'static str {
        self.profiles.first().map_or("", |profile| profile.name)
    }
}

fn sight(snapshot: &Snapshot, engine: &'static EngineDefinition, seen: Seen) -> Option<Sighting> {
    let evidence = match seen {
        Seen::Running => daemon_set(snapshot, &engine.signs).or_else(|| pod(snapshot, &engine.signs)),
        Seen::Trace => node_annotation(snapshot, &engine.signs),
    }?;
    Some(Sighting { engine, profile: (engine.running)(snapshot, seen), evidence })
}

fn daemon_set(snapshot: &Snapshot, signs: &Signs) -> Option<Evidence> {
    let mut sets = snapshot.workloads.iter().filter(|workload| workload.kind == WorkloadKind::DaemonSet);
    sets.find_map(|set| {
        let object = ObjectRef::namespaced("DaemonSet", &set.name);
        sign_of(signs, &set.name.name, &set.template.containers).map(|sign| field(object, sign, set.position))
    })
}

/// A pod of one of the engine's DaemonSets, for inputs that have the pods only.
fn pod(snapshot: &Snapshot, signs: &Signs) -> Option<Evidence> {
    snapshot.pods.rows().iter().find_map(|pod| {
        let owner = pod.owner.as_ref().filter(|owner| owner.kind == "DaemonSet")?;
        let object = ObjectRef::namespaced("Pod", &pod.name);
        sign_of(signs, &owner.name, &pod.containers).map(|sign| field(object, sign, pod.position))
    })
}

fn node_annotation(snapshot: &Snapshot, signs: &Signs) -> Option<Evidence> {
    let is_sign = |key: &str| signs.node_annotations.iter().any(|prefix| key.starts_with(prefix));
    snapshot.nodes.rows().iter().find_map(|node| {
        let (key, value) = node.annotations.iter().find(|(key, _)| is_sign(key))?;
        let object = ObjectRef::cluster("Node", node.name.clone());
        Some(field(object, (format!("metadata.annotations[\"{key}\"]"), value.to_string()), node.position))
    })
}

/// The field that is a sign, and what stands there: the DaemonSet's name, or the image of one of its containers.
fn sign_of(signs: &Signs, daemon_set: &Name, containers: &[Container]) -> Option<(String, String)> {
    if signs.daemon_sets.contains(&daemon_set.as_str()) {
        return Some(("metadata.name".to_owned(), daemon_set.to_string()));
    }
    let is_sign = |image: &str| signs.images.iter().any(|sign| names_image(image, sign));
    let container = containers.iter().find(|container| is_sign(&container.image))?;
    Some((format!("spec.containers[{}].image", container.name), container.image.to_string()))
}

/// Whether an image reference, as `registry:5000/calico/node:v3@sha256:…`, ends in the path of `sign`.
fn names_image(image: &str, sign: &str) -> bool {
    let without_digest = image.split('@').next().unwrap_or(image);
    let path = match without_digest.rsplit_once(':') {
        Some((path, tag)) if !tag.contains('/') => path,
        _ => without_digest,
    };
    path == sign || path.strip_suffix(sign).is_some_and(|registry| registry.ends_with('/'))
}

fn field(object: ObjectRef, (field, value): (String, String), position: Position) -> Evidence {
    Evidence::Field { object, field, value, position }
}
