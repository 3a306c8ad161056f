//! A policy that is there, as it would be written again: the way back from a [`NetworkPolicy`] to a [`PolicyManifest`].

use super::manifest::{IpBlockManifest, PeerManifest, PolicyManifest, PortManifest, RuleManifest, SelectorManifest};
use super::network_policy::{Direction, Matches, NetworkPolicy, Peer, PolicyPort, PortMatch, Rule};
use crate::{LabelSelector, Operator, PortRef, Readable, Written};

impl PolicyManifest {
    /// The manifest of a policy; `None` where anything of it could not be read, as then nobody knows what to write. Annotations
    /// are not kept, and every direction that isolates is spelled out.
    pub fn of(policy: &NetworkPolicy) -> Option<Self> {
        let readable = policy.unknown_field.is_none();
        let isolates = [(Direction::Ingress, policy.isolates_ingress?), (Direction::Egress, policy.isolates_egress?)];
        let rules = |isolates: bool, rules: &[Readable<Rule>]| {
            let written: Option<Vec<RuleManifest>> = rules.iter().map(|rule| RuleManifest::of(rule.known()?)).collect();
            // A direction that does not isolate has no rules that count.
            if isolates { written.map(Some) } else { Some(None) }
        };
        readable.then_some(())?;
        Some(Self {
            name: policy.name.clone(),
            labels: policy.labels.clone(),
            annotations: std::collections::BTreeMap::new(),
            pod_selector: SelectorManifest::of(&policy.pod_selector)?,
            policy_types: isolates
                .into_iter()
                .filter(|(_, isolates)| *isolates)
                .map(|(direction, _)| direction)
                .collect(),
            ingress: rules(isolates[0].1, &policy.ingress)?,
            egress: rules(isolates[1].1, &policy.egress)?,
        })
    }
}

impl RuleManifest {
    fn of(rule: &Rule) -> Option<Self> {
        rule.unknown_field.is_none().then_some(())?;
        Some(Self { peers: all(&rule.peers, PeerManifest::of)?, ports: all(&rule.ports, PortManifest::of)? })
    }
}

impl SelectorManifest {
    fn of(selector: &LabelSelector) -> Option<Self> {
        let requirements = selector.requirements.iter().map(|requirement| requirement.known().cloned());
        Some(Self { match_expressions: requirements.collect::<Option<_>>()?, ..Self::default() })
    }

    /// The selector with its labels and its expressions where they were written; `None` where a part of it could not be read.
    pub fn as_written(selector: &LabelSelector) -> Option<Self> {
        let (mut labels, mut expressions) = (Vec::new(), Vec::new());
        for requirement in &selector.requirements {
            let requirement = requirement.known()?;
            match (&requirement.written, &requirement.operator) {
                (Written::Label, Operator::In(values)) if values.len() == 1 => {
                    labels.extend(values.iter().map(|value| (requirement.key.clone(), value.clone())));
                }
                _ => expressions.push(requirement.clone()),
            }
        }
        Some(Self { match_labels: labels.into_iter().collect(), match_expressions: expressions })
    }
}

impl PeerManifest {
    fn of(peer: &Peer) -> Option<Self> {
        Some(match peer {
            Peer::Pods { namespaces, pods, .. } => {
                let written = |selector: &Option<LabelSelector>| match selector {
                    Some(selector) => SelectorManifest::of(selector).map(Some),
                    None => Some(None),
                };
                Self::Pods { pods: written(pods)?, namespaces: written(namespaces)? }
            }
            Peer::Block { block, .. } => Self::Block(IpBlockManifest {
                cidr: block.cidr.to_string(),
                except: block.except.iter().map(ToString::to_string).collect(),
            }),
        })
    }
}

impl PortManifest {
    // An Option, so that it fits where a peer's does.
    #[allow(clippy::unnecessary_wraps)]
    fn of(port: &PolicyPort) -> Option<Self> {
        Some(match &port.port {
            PortMatch::All => Self::every(port.protocol),
            PortMatch::Range(range) => Self::range(port.protocol, *range),
            PortMatch::Named(name) => Self::new(port.protocol, PortRef::Name(name.clone())),
        })
    }
}

fn all<T, M>(list: &Matches<T>, of: impl Fn(&T) -> Option<M>) -> Option<Vec<M>> {
    match list {
        Matches::Any => Some(Vec::new()),
        Matches::OneOf(items) => items.iter().map(|item| of(item.known()?)).collect(),
    }
}
