//! What of an object nothing here reads, so that it need not be built: most of a dump's bytes.
//!
//! A value that was passed over stays in its map as [`Value::PassedOver`]: a reader that asks for one gets an error and never
//! "missing", and in a policy it still is a field that nobody knows.

use std::borrow::Cow;

use super::{Entry, Node, Value};

/// A field of no interest, or one on the way to such fields. Lists are transparent: the same holds for their elements.
#[derive(Debug)]
pub(super) struct Path {
    key: &'static str,
    inside: Paths,
}

/// The paths that go on from one place; `None` at the end of one.
type Paths = Option<&'static [Path]>;

/// Paths below one place in an object.
#[derive(Clone, Copy, Debug)]
pub(super) struct Interest(Paths);

const fn over(key: &'static str) -> Path {
    Path { key, inside: None }
}

const fn into(key: &'static str, inside: &'static [Path]) -> Path {
    Path { key, inside: Some(inside) }
}

static METADATA: [Path; 1] = [over("managedFields")];

static CONTAINER: [Path; 9] = [
    over("envFrom"),
    over("lifecycle"),
    over("livenessProbe"),
    over("readinessProbe"),
    over("resources"),
    over("securityContext"),
    over("startupProbe"),
    over("volumeMounts"),
    into("env", &ENVIRONMENT),
];

static ENVIRONMENT: [Path; 1] = [over("valueFrom")];

/// Fields of the specs of pods, and of what has a template of one.
static SPEC: [Path; 10] = [
    into("affinity", &AFFINITY),
    over("ephemeralContainers"),
    over("securityContext"),
    over("topologySpreadConstraints"),
    over("volumeClaimTemplates"),
    over("volumes"),
    into("containers", &CONTAINER),
    into("initContainers", &CONTAINER),
    into("template", &TEMPLATE),
    into("jobTemplate", &TEMPLATE),
];

static AFFINITY: [Path; 2] = [over("podAffinity"), over("podAntiAffinity")];

static TEMPLATE: [Path; 2] = [into("metadata", &METADATA), into("spec", &SPEC)];

static STATUS: [Path; 9] = [
    over("allocatable"),
    over("capacity"),
    over("containerStatuses"),
    over("ephemeralContainerStatuses"),
    over("images"),
    over("initContainerStatuses"),
    over("nodeInfo"),
    over("volumesAttached"),
    over("volumesInUse"),
];

static OBJECT: [Path; 3] = [into("metadata", &METADATA), into("spec", &SPEC), into("status", &STATUS)];

/// Whether anything reads objects of an `apiVersion` and a kind; `None` where everything is of interest.
pub(super) type Wanted = Option<fn(&str, &str) -> bool>;

impl Interest {
    /// Everything is of interest.
    pub(super) const ALL: Self = Self(None);

    /// The interest in a field; `None` where there is none.
    pub(super) fn field(self, key: &str) -> Option<Self> {
        let Some(paths) = self.0 else { return Some(Self::ALL) };
        match paths.iter().find(|path| path.key == key) {
            None => Some(Self::ALL),
            Some(Path { inside: None, .. }) => None,
            Some(Path { inside, .. }) => Some(Self(*inside)),
        }
    }

    fn is_all(self) -> bool {
        self.0.is_none()
    }
}

/// Watches the fields of an object go by and tells whether the next one is of interest: once it is known that nothing
/// reads such objects, only their names are.
#[derive(Debug)]
pub(super) struct ObjectWatch<'t> {
    api_version: Option<Cow<'t, str>>,
    kind: Option<Cow<'t, str>>,
    unwanted: bool,
    wanted: Wanted,
}

impl<'t> ObjectWatch<'t> {
    pub(super) fn new(wanted: Wanted) -> Self {
        Self { api_version: None, kind: None, unwanted: false, wanted }
    }

    /// Whether the object may be a List: nothing says that it is something else.
    pub(super) fn may_be_list(&self) -> bool {
        self.kind.as_ref().is_none_or(|kind| kind.ends_with("List"))
    }

    /// The interest in the object's next field; `None` where there is none.
    pub(super) fn field(&self, key: &str) -> Option<Interest> {
        if self.unwanted && !matches!(key, "apiVersion" | "kind" | "metadata" | "items") {
            return None;
        }
        if self.wanted.is_none() { Some(Interest::ALL) } else { Interest(Some(&OBJECT)).field(key) }
    }

    /// Takes note of a field that was read.
    pub(super) fn saw(&mut self, key: &str, value: &Value<'t>) {
        let (Value::Plain(text) | Value::Text(text)) = value else { return };
        match key {
            "apiVersion" => self.api_version = Some(text.clone()),
            "kind" => self.kind = Some(text.clone()),
            _ => return,
        }
        if let (Some(api_version), Some(kind)) = (&self.api_version, &self.kind) {
            let is_wanted = self.wanted.is_none_or(|wanted| wanted(api_version, kind));
            self.unwanted = !is_wanted && !kind.ends_with("List");
        }
    }
}

/// Passes over in a tree what the other readers do not even build.
pub(super) fn prune_object(node: &mut Node<'_>, wanted: Wanted) {
    let Value::Map(entries) = &mut node.value else { return };
    let mut watch = ObjectWatch::new(wanted);
    for (key, node) in entries {
        prune_field(node, watch.field(key));
        watch.saw(key, &node.value);
    }
}

fn prune_field(node: &mut Node<'_>, interest: Option<Interest>) {
    match interest {
        None => node.value = Value::PassedOver,
        Some(interest) => prune(node, interest),
    }
}

fn prune(node: &mut Node<'_>, interest: Interest) {
    if interest.is_all() {
        return;
    }
    match &mut node.value {
        Value::List(nodes) => nodes.iter_mut().for_each(|node| prune(node, interest)),
        Value::Map(entries) => {
            for (key, node) in entries as &mut Vec<Entry<'_>> {
                prune_field(node, interest.field(key));
            }
        }
        _ => {}
    }
}
