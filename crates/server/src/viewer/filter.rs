//! Takes out of an answer what is somebody else's.
//!
//! It knows no operation: it looks at every text of the answer for names, labels and addresses of the state ([`Terms`]) that only
//! others have, so that a field that somebody adds tomorrow is looked at, too. Elements of lists that are about foreign objects are
//! left out; where a foreign object has a part in something of the viewer's, it becomes "another workspace".

use std::cell::Cell;
use std::collections::{BTreeSet, HashSet};

use bulkhead_report::Speech;
use serde_json::{Map, Value};

use super::terms::{LABEL_MAPS, Owner, Tenancy, canonical};
use super::tokens::{Run, parts, runs};
use super::{Sight, Terms};

/// Fields that hold words and numbers of this program only, whatever the cluster has.
const OURS: [&str; 43] = [
    "SCTP",
    "TCP",
    "UDP",
    "action",
    "apiVersion",
    "asked",
    "by",
    "code",
    "direction",
    "directions",
    "door",
    "doors",
    "doubt",
    "engine",
    "habit",
    "isolation",
    "kind",
    "level",
    "matches",
    "miss",
    "objectKind",
    "open",
    "operation",
    "outcome",
    "policyTypes",
    "protocol",
    "reason",
    "remedy",
    "rule",
    "seenByPolicyAs",
    "severity",
    "sign",
    "state",
    "step",
    "through",
    "tier",
    "tunnel",
    "type",
    "unknown",
    "verdict",
    "digest",
    "assumptions",
    "deviations",
];
/// Fields that hold sentences.
const SENTENCES: [&str; 5] = ["message", "fix", "price", "title", "detail"];
/// Fields that hold what somebody wrote, or what is generated, line by line.
const TEXTS: [&str; 2] = ["yaml", "text"];
/// Fields that show an object as it stands.
const AS_IT_STANDS: [&str; 3] = ["yaml", "diff", "object"];
/// Fields that hold objects as they stand; the empty one is the whole answer.
const OBJECTS: [&str; 3] = ["object", "items", ""];
/// Lists of which every element stays, because others count its place.
const COUNTED: [&str; 6] = ["hops", "axis", "parties", "links", "seenByPolicyByNode", "seenByPodByNode"];
/// Lists of which equal elements stay, because others count their places.
const DISTINCT: [&str; 3] = ["entries", "policies", "rules"];
/// Connections between two sides.
const CONNECTIONS: [&str; 3] = ["changes", "withAppeared", "withDisappeared"];
/// Lists of sides of which foreign ones are left out.
const SIDES: [&str; 2] = ["appeared", "disappeared"];
/// The first words of names like `service/shop/web`.
const KINDS: [&str; 16] = [
    "pod",
    "node",
    "service",
    "ingress",
    "namespace",
    "workspace",
    "gateway",
    "httproute",
    "grpcroute",
    "tlsroute",
    "tcproute",
    "deployment",
    "daemonset",
    "statefulset",
    "job",
    "cronjob",
];

/// Takes foreign things out of one answer.
pub(super) struct Filter<'a> {
    terms: &'a Terms,
    tenancy: &'a Tenancy,
    sight: &'a Sight,
    speech: Speech,
    /// What stands for a foreign object in a field.
    another: &'a str,
    /// What the request itself says: whoever asks knows it.
    said: HashSet<String>,
    /// Whether the value at hand was changed.
    changed: Cell<bool>,
}

impl<'a> Filter<'a> {
    pub(super) fn new(
        (terms, tenancy): (&'a Terms, &'a Tenancy),
        sight: &'a Sight,
        (speech, another): (Speech, &'a str),
        said: HashSet<String>,
    ) -> Self {
        Self { terms, tenancy, sight, speech, another, said, changed: Cell::new(false) }
    }

    /// What is left of a value that stands in a field.
    pub(super) fn value(&self, key: &str, value: Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.text(key, text)),
            Value::Array(items) => Value::Array(self.items(key, items)),
            Value::Object(fields) => Value::Object(self.fields(key, fields)),
            other => other,
        }
    }

    fn text(&self, key: &str, text: String) -> String {
        if OURS.contains(&key) {
            return text;
        }
        let left = if TEXTS.contains(&key) || text.contains('\n') {
            self.replaced(&text, self.another)
        } else if SENTENCES.contains(&key) {
            self.sentence(&text)
        } else if self.is_hidden_name(key, &text) || runs(&text).any(|run| self.is_foreign(run.text)) {
            Some(self.another.to_owned())
        } else {
            None
        };
        left.inspect(|_| self.changed.set(true)).unwrap_or(text)
    }

    /// Whether a field says whose something is, and nobody may see that.
    fn is_hidden_name(&self, key: &str, text: &str) -> bool {
        match key {
            "namespace" => !self.sight.sees(text),
            "workspace" => !self.sight.sees_workspace(text),
            _ => false,
        }
    }

    fn items(&self, key: &str, items: Vec<Value>) -> Vec<Value> {
        let stays_counted = COUNTED.contains(&key);
        let (mut left, mut seen) = (Vec::with_capacity(items.len()), BTreeSet::new());
        for item in items {
            if !stays_counted && self.is_left_out(key, &item) {
                self.changed.set(true);
                continue;
            }
            let outer = self.changed.replace(false);
            let item = self.value(key, item);
            let changed = self.changed.get();
            self.changed.set(outer || changed);
            // How many of them others have is nobody's affair.
            if changed && !stays_counted && !DISTINCT.contains(&key) && !seen.insert(item.to_string()) {
                continue;
            }
            left.push(item);
        }
        left
    }

    /// Whether an element is about nothing that may be seen.
    fn is_left_out(&self, key: &str, item: &Value) -> bool {
        let text = |field: &str| item.get(field).and_then(Value::as_str);
        let has_foreign = |text: &str| runs(text).any(|run| self.is_foreign(run.text));
        if text("namespace").is_some_and(|namespace| !self.sight.sees(namespace)) {
            return true;
        }
        let namespace = item.pointer("/metadata/namespace").and_then(Value::as_str);
        if namespace.is_some_and(|namespace| !self.sight.sees(namespace)) || text("object").is_some_and(has_foreign) {
            return true;
        }
        match key {
            "workspaces" => text("name").is_some_and(|name| !self.sight.sees_workspace(name)),
            "accounts" => text("pod").is_some_and(has_foreign),
            // A step of a plan: `{write: MANIFEST}` or `{delete: NAME}`.
            "steps" => {
                ["write", "delete"].iter().filter_map(|kind| item.get(kind)).any(|step| self.is_left_out("", step))
            }
            _ if SIDES.contains(&key) => self.is_foreign_side(item),
            _ if CONNECTIONS.contains(&key) && item.get("to").is_some() => {
                !["from", "to"].iter().any(|end| self.is_own_end(item, end))
            }
            _ => false,
        }
    }

    fn is_foreign_side(&self, side: &Value) -> bool {
        let name = ["pod", "workload"].iter().find_map(|kind| side.get(kind)).and_then(Value::as_str);
        name.is_some_and(|name| runs(name).any(|run| self.is_foreign(run.text)))
    }

    /// Whether somebody who may be seen is at an end of a connection.
    fn is_own_end(&self, connection: &Value, end: &str) -> bool {
        let sides = connection.get(end).and_then(Value::as_array).into_iter().flatten();
        let is_pod = |side: &&Value| side.get("pod").or_else(|| side.get("workload")).is_some();
        sides.filter(is_pod).any(|side| !self.is_foreign_side(side))
    }

    fn fields(&self, key: &str, fields: Map<String, Value>) -> Map<String, Value> {
        if self.is_foreign_evidence(&fields) {
            self.changed.set(true);
            return bare(fields, self.another);
        }
        let as_it_stands = self.is_own(&fields);
        if OBJECTS.contains(&key) && as_it_stands && fields.contains_key("apiVersion") {
            return self.own_object(fields);
        }
        let are_labels = LABEL_MAPS.contains(&key);
        let mut left = Map::new();
        for (name, value) in fields {
            if are_labels && value.is_string() && runs(&name).any(|run| self.is_foreign(run.text)) {
                self.changed.set(true);
                continue;
            }
            let value =
                if as_it_stands && AS_IT_STANDS.contains(&name.as_str()) { value } else { self.value(&name, value) };
            left.insert(name, value);
        }
        left
    }

    /// An object of the viewer's, as it stands; its status is somebody else's work.
    fn own_object(&self, mut fields: Map<String, Value>) -> Map<String, Value> {
        if let Some(status) = fields.remove("status") {
            fields.insert("status".to_owned(), self.value("", status));
        }
        fields
    }

    /// Whether something is of an object that the viewer has, and that people wrote: it is shown as it stands, with what they wrote
    /// into it. What is generated may say more than they know.
    fn is_own(&self, fields: &Map<String, Value>) -> bool {
        let is_generated = fields.get("generated") != Some(&Value::Bool(false)) && !fields.contains_key("apiVersion");
        let metadata = fields.get("metadata");
        let namespace = fields.get("namespace").or_else(|| metadata?.get("namespace")).and_then(Value::as_str);
        let is_managed =
            metadata.and_then(|metadata| metadata.pointer("/labels/app.kubernetes.io~1managed-by")).is_some();
        !is_generated && !is_managed && namespace.is_some_and(|namespace| self.sight.sees(namespace))
    }

    /// What policies of somebody else's pod said.
    fn is_foreign_evidence(&self, fields: &Map<String, Value>) -> bool {
        let pod = fields.get("pod").and_then(Value::as_str).filter(|_| fields.contains_key("policy"));
        pod.is_some_and(|pod| runs(pod).any(|run| self.is_foreign(run.text)))
    }

    /// Whether a run of characters names something that only others have.
    fn is_foreign(&self, run: &str) -> bool {
        let segments: Vec<&str> = run.split('/').collect();
        let names_one = segments.iter().enumerate().any(|(index, segment)| {
            let is_kind = index == 0 && KINDS.contains(segment);
            index + 1 < segments.len() && !is_kind && self.tenancy.has(segment) && !self.sight.sees(segment)
        });
        let is_seen = |term: &str| self.terms.is_seen(term, |owner: &Owner| self.sight.sees_owner(owner));
        if names_one {
            return true;
        }
        !is_seen(run) && parts(run).into_iter().any(|part| self.is_foreign_term(part))
    }

    fn is_foreign_term(&self, term: &str) -> bool {
        if self.said.contains(term) {
            return false;
        }
        let sees = |owner: &Owner| self.sight.sees_owner(owner);
        self.terms.is_foreign(term, sees)
            || canonical(term).is_some_and(|address| self.terms.is_foreign(&address, sees))
    }

    /// A sentence with foreign names replaced; `None` where there are none. Between backticks everything is a name; around them a
    /// word that our own sentences have is that word.
    fn sentence(&self, text: &str) -> Option<String> {
        let another = self.speech.word("foreign");
        let quoted = |at: usize| text.get(..at).is_some_and(|before| before.matches('`').count() % 2 == 1);
        self.replaced_where(text, &another, |run| quoted(run.start) || !bulkhead_report::is_word(run.text))
    }

    /// A text with foreign names replaced; `None` where there are none.
    fn replaced(&self, text: &str, by: &str) -> Option<String> {
        self.replaced_where(text, by, |_| true)
    }

    fn replaced_where(&self, text: &str, by: &str, is_name: impl Fn(Run<'_>) -> bool) -> Option<String> {
        let foreign: Vec<Run<'_>> = runs(text).filter(|run| self.is_foreign(run.text) && is_name(*run)).collect();
        if foreign.is_empty() {
            return None;
        }
        let (mut left, mut at) = (String::with_capacity(text.len()), 0);
        for run in foreign {
            left.push_str(text.get(at..run.start).unwrap_or_default());
            left.push_str(by);
            at = run.start + run.text.len();
        }
        left.push_str(text.get(at..).unwrap_or_default());
        Some(left)
    }
}

/// The verdict of evidence, without what shows it.
fn bare(fields: Map<String, Value>, another: &str) -> Map<String, Value> {
    let left = |(key, value): (String, Value)| match key.as_str() {
        "verdict" | "direction" => (key, value),
        "pod" => (key, another.into()),
        _ => (key, Value::Null),
    };
    fields.into_iter().map(left).collect()
}
