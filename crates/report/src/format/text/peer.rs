//! Peers of proposed policies, in a few words.

use bulkhead_analysis::model::object::{PeerManifest, SelectorManifest};
use bulkhead_analysis::model::{Operator, Requirement};

use crate::words::Speech;

/// The label that the API server gives every namespace, with its name.
const NAMESPACE_NAME: &str = "kubernetes.io/metadata.name";

/// `203.0.113.0/24`, `pods app=api of billing`, `every pod of this project`.
pub(crate) fn peer_text(peer: &PeerManifest, speech: Speech) -> String {
    match peer {
        PeerManifest::Block(block) if block.except.is_empty() => block.cidr.clone(),
        PeerManifest::Block(block) => {
            speech.say("peer.except", &[("cidr", block.cidr.clone()), ("except", block.except.join(", "))])
        }
        PeerManifest::Pods { pods, namespaces } => {
            let pods = match pods {
                Some(selector) if !is_everything(selector) => {
                    speech.say("peer.pods", &[("labels", selector_text(selector))])
                }
                _ => speech.word("peer.everyPod"),
            };
            let namespaces = match namespaces {
                None => speech.word("peer.here"),
                Some(selector) if is_everything(selector) => speech.word("peer.everywhere"),
                Some(selector) => match name_of(selector) {
                    Some(name) => speech.say("peer.project", &[("name", name)]),
                    None => speech.say("peer.projects", &[("labels", selector_text(selector))]),
                },
            };
            speech.say("peer.podsOf", &[("pods", pods), ("namespaces", namespaces)])
        }
    }
}

fn is_everything(selector: &SelectorManifest) -> bool {
    selector.match_labels.is_empty() && selector.match_expressions.is_empty()
}

/// The one namespace that a selector names.
fn name_of(selector: &SelectorManifest) -> Option<&str> {
    let only = selector.match_labels.len() == 1 && selector.match_expressions.is_empty();
    selector.match_labels.get(NAMESPACE_NAME).filter(|_| only).map(bulkhead_analysis::model::Name::as_str)
}

/// A selector as kubectl's `-l` takes it.
fn selector_text(selector: &SelectorManifest) -> String {
    let equal = selector.match_labels.iter().map(|(key, value)| format!("{key}={value}"));
    equal.chain(selector.match_expressions.iter().map(requirement_text)).collect::<Vec<_>>().join(",")
}

fn requirement_text(requirement: &Requirement) -> String {
    let key = &requirement.key;
    match &requirement.operator {
        Operator::In(values) => format!("{key} in ({})", values.join(",")),
        Operator::NotIn(values) => format!("{key} notin ({})", values.join(",")),
        Operator::Exists => key.to_string(),
        Operator::DoesNotExist => format!("!{key}"),
    }
}
