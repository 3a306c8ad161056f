//! One entry, or one allowlist of a workspace: what it must look like, and the rules that it means.

use bulkhead_model::object::{
    AllowlistRule, ManifestError, ManifestFault, PeerManifest, PortManifest, RuleManifest, SelectorManifest,
};
use bulkhead_model::{Issue, IssueCode, LabelSelector, Name};

use super::allowlist::Allowlist;
use super::cluster::{Cluster, Refusal};
use super::{peer, service_port};
use crate::{code, names};

/// The longest name of an object.
const LONGEST_NAME: usize = 253;

/// The rules of an entry; a direction that it says nothing about has none.
#[derive(Debug, Default)]
pub(super) struct Resolved {
    pub(super) ingress: Option<Vec<RuleManifest>>,
    pub(super) egress: Option<Vec<RuleManifest>>,
    /// The pods of the project that they are for.
    pub(super) pods: SelectorManifest,
    /// What is odd about the entry and changes nothing.
    pub(super) issues: Vec<Issue>,
}

/// What the rules of an entry are resolved against.
#[derive(Debug)]
pub(super) struct Context<'a, 's> {
    pub(super) cluster: &'a Cluster<'s>,
    pub(super) allowlist: &'a Allowlist<'s>,
    pub(super) issues: Vec<Issue>,
}

impl Context<'_, '_> {
    /// Keeps a finding that changes nothing.
    pub(super) fn warn(&mut self, code: IssueCode, field: &str, arguments: &[(&'static str, &dyn ToString)]) {
        let issue = self.allowlist.issue(Issue::warning, code).in_field(field);
        self.issues.push(arguments.iter().fold(issue, |issue, (name, value)| issue.with(name, value.to_string())));
    }
}

/// Resolves an entry as a whole: one mistake, and it means nothing.
pub(super) fn resolve(cluster: &Cluster<'_>, allowlist: &Allowlist<'_>) -> Result<Resolved, Refusal> {
    check_form(allowlist)?;
    let isolates = directions(allowlist)?;
    let mut context = Context { cluster, allowlist, issues: Vec::new() };
    let ingress = allowlist.ingress.unwrap_or_default().iter().enumerate();
    let ingress = ingress.map(|(at, rule)| ingress_rule(&mut context, rule, &format!("spec.ingress[{at}]")));
    let ingress = ingress.collect::<Result<Vec<_>, _>>()?;
    let egress = allowlist.egress.unwrap_or_default().iter().enumerate();
    let egress = egress.map(|(at, rule)| egress_rules(&mut context, rule, &format!("spec.egress[{at}]")));
    let egress = egress.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
    Ok(Resolved {
        ingress: isolates.ingress.then_some(ingress),
        egress: isolates.egress.then_some(egress),
        pods: selector(allowlist.pods, "spec.podSelector")?.unwrap_or_default(),
        issues: context.issues,
    })
}

/// A selector as it will be written; one with a part that could not be read is refused.
pub(super) fn selector(selector: Option<&LabelSelector>, field: &str) -> Result<Option<SelectorManifest>, Refusal> {
    let written =
        |selector| SelectorManifest::as_written(selector).ok_or_else(|| Refusal::new(code::ENTRY_UNREADABLE, field));
    selector.map(written).transpose()
}

fn check_form(allowlist: &Allowlist<'_>) -> Result<(), Refusal> {
    let policy = &allowlist.policy;
    let refuse = |code| Err(Refusal::new(code, "metadata.name").with("policy", policy));
    if allowlist.unreadable.is_some() {
        return Err(Refusal::new(code::ENTRY_UNREADABLE, "spec"));
    }
    if allowlist.unknown_field.is_some() {
        return Err(Refusal::new(code::ENTRY_UNKNOWN_FIELD, "spec"));
    }
    if *policy == names::BASE_POLICY {
        return refuse(code::ENTRY_NAME_RESERVED);
    }
    if policy.len() > LONGEST_NAME {
        return refuse(code::ENTRY_NAME_TOO_LONG).map_err(|refusal: Refusal| refusal.with("limit", LONGEST_NAME));
    }
    Ok(())
}

/// The directions in which an entry isolates.
#[derive(Clone, Copy, Debug)]
struct Directions {
    ingress: bool,
    egress: bool,
}

/// `policyTypes` as in a NetworkPolicy; without it, the directions that the entry has a list for.
fn directions(allowlist: &Allowlist<'_>) -> Result<Directions, Refusal> {
    let has = Directions { ingress: allowlist.ingress.is_some(), egress: allowlist.egress.is_some() };
    let isolates = match allowlist.policy_types {
        None | Some([]) => has,
        Some(types) => typed_directions(types)?,
    };
    let unlisted = [(has.ingress && !isolates.ingress, "Ingress"), (has.egress && !isolates.egress, "Egress")];
    if let Some((_, direction)) = unlisted.into_iter().find(|(is_unlisted, _)| *is_unlisted) {
        let refusal = Refusal::new(code::ENTRY_POLICY_TYPES_CONTRADICT, "spec.policyTypes");
        return Err(refusal.with("direction", direction));
    }
    if !isolates.ingress && !isolates.egress {
        return Err(Refusal::new(code::ENTRY_WITHOUT_DIRECTION, "spec"));
    }
    Ok(isolates)
}

fn typed_directions(types: &[Name]) -> Result<Directions, Refusal> {
    let mut isolates = Directions { ingress: false, egress: false };
    for (at, name) in types.iter().enumerate() {
        match name.as_str() {
            "Ingress" => isolates.ingress = true,
            "Egress" => isolates.egress = true,
            other => {
                let refusal = Refusal::new(code::ENTRY_POLICY_TYPE_INVALID, format!("spec.policyTypes[{at}]"));
                return Err(refusal.with("value", other));
            }
        }
    }
    Ok(isolates)
}

fn ingress_rule(context: &mut Context<'_, '_>, rule: &AllowlistRule, field: &str) -> Result<RuleManifest, Refusal> {
    if rule.peers.is_empty() && rule.ports.is_empty() {
        return Err(Refusal::new(code::ENTRY_RULE_EMPTY, field));
    }
    if rule.peers.is_empty() {
        context.warn(code::ENTRY_ALLOWS_ANY_SOURCE, field, &[]);
    }
    let ports = checked_ports(&rule.ports, field)?;
    let mut peers = Vec::new();
    for (at, wanted) in rule.peers.iter().enumerate() {
        match peer::resolve(context, wanted, &format!("{field}.from[{at}]"))? {
            peer::Resolved::Service(service) => peers.push(service.peer),
            peer::Resolved::Others(others) => peers.extend(others),
        }
    }
    Ok(RuleManifest { peers, ports })
}

/// Each Service gets a rule of its own, because its ports are its own; the other peers share one.
fn egress_rules(
    context: &mut Context<'_, '_>,
    rule: &AllowlistRule,
    field: &str,
) -> Result<Vec<RuleManifest>, Refusal> {
    if rule.peers.is_empty() {
        let code = if rule.ports.is_empty() { code::ENTRY_RULE_EMPTY } else { code::ENTRY_RULE_WITHOUT_PEERS };
        return Err(Refusal::new(code, field));
    }
    let ports = checked_ports(&rule.ports, field)?;
    let (mut rules, mut others): (Vec<RuleManifest>, Vec<PeerManifest>) = (Vec::new(), Vec::new());
    for (at, wanted) in rule.peers.iter().enumerate() {
        match peer::resolve(context, wanted, &format!("{field}.to[{at}]"))? {
            peer::Resolved::Service(service) => {
                let ports = service_port::pod_ports(context, service.service, &ports, field)?;
                rules.push(RuleManifest { peers: vec![service.peer], ports });
            }
            peer::Resolved::Others(peers) => others.extend(peers),
        }
    }
    if !others.is_empty() {
        rules.push(RuleManifest { peers: others, ports });
    }
    Ok(rules)
}

/// The ports of a rule, each with its protocol, if an API server would take them.
fn checked_ports(ports: &[PortManifest], field: &str) -> Result<Vec<PortManifest>, Refusal> {
    let check = |(at, port): (usize, &PortManifest)| {
        let protocol =
            port.to_policy_port().map_err(|error| refusal(error.inside(&format!("{field}.ports[{at}]"))))?.protocol;
        Ok(PortManifest { protocol: Some(Name::new_static(protocol.name())), ..port.clone() })
    };
    ports.iter().enumerate().map(check).collect()
}

/// What an API server would say against a field, as a reason to refuse the entry.
pub(super) fn refusal(error: ManifestError) -> Refusal {
    let code = match error.fault {
        ManifestFault::Cidr => code::ENTRY_CIDR_INVALID,
        ManifestFault::Except => code::ENTRY_EXCEPT_INVALID,
        ManifestFault::Protocol => code::ENTRY_PROTOCOL_INVALID,
        ManifestFault::Port => code::ENTRY_PORT_INVALID,
        ManifestFault::EndPort => code::ENTRY_END_PORT_INVALID,
    };
    Refusal::new(code, error.field).with("value", error.value)
}
