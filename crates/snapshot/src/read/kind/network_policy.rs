//! `networking.k8s.io/v1 NetworkPolicy`, strictly: nothing that cannot be read may widen it, and nothing may vanish.

use std::sync::Arc;

use bulkhead_model::object::{Direction, Matches, NetworkPolicy, Peer, PolicyPort, PortMatch, Rule};
use bulkhead_model::{IpBlock, IpNet, LabelSelector, PortRange, PortRef, Readable};

use super::{KindReader, Scope};
use crate::code;
use crate::read::decode::{Cursor, Fields, Object, Read, Reading, value};

pub(super) const KINDS: &[KindReader] = &[KindReader {
    group: "networking.k8s.io",
    versions: &["v1"],
    kind: "NetworkPolicy",
    scope: Scope::Namespaced,
    read,
}];

fn read(object: &Object<'_>, reading: &mut Reading<'_>) -> Read<()> {
    let spec = object.fields.strict("spec", |spec| spec.fields().map(|fields| policy(object, &fields)));
    // A spec that is no map leaves a policy of which nobody knows anything; a missing one is an empty one, as in Go.
    let mut policy = match spec {
        Ok(Some(policy)) => policy,
        Ok(None) => policy(object, &object.fields.empty()),
        Err(_) => unreadable(object),
    };
    for name in ["apiVersion", "kind", "metadata", "status"] {
        object.fields.get(name);
    }
    policy.unknown_field = policy.unknown_field.or(object.fields.report_unknown());
    reading.objects.network_policies.push(Arc::new(policy));
    Ok(())
}

fn policy(object: &Object<'_>, spec: &Fields<'_>) -> NetworkPolicy {
    let pod_selector = spec.get("podSelector").map_or_else(LabelSelector::everything, |it| it.selector());
    let ingress = rules(spec, "ingress", "from");
    let egress = rules(spec, "egress", "to");
    let (isolates_ingress, isolates_egress) = isolates(spec, &egress);
    NetworkPolicy {
        name: object.name.clone(),
        labels: object.labels.clone(),
        pod_selector,
        isolates_ingress,
        isolates_egress,
        ingress,
        egress,
        unknown_field: spec.report_unknown(),
        position: object.position,
    }
}

fn unreadable(object: &Object<'_>) -> NetworkPolicy {
    let position = object.position;
    NetworkPolicy {
        name: object.name.clone(),
        labels: object.labels.clone(),
        pod_selector: LabelSelector { requirements: vec![Readable::Unreadable { position }] },
        isolates_ingress: None,
        isolates_egress: None,
        ingress: vec![Readable::Unreadable { position }],
        egress: vec![Readable::Unreadable { position }],
        unknown_field: Some(position),
        position,
    }
}

/// Which directions the policy isolates. Without `policyTypes` that is ingress, and egress where there is any egress rule
/// (`SetDefaults_NetworkPolicy`). An entry that cannot be read may be any direction that the others do not name.
fn isolates(spec: &Fields<'_>, egress: &[Readable<Rule>]) -> (Option<bool>, Option<bool>) {
    const TYPES: [(&str, Direction); 2] = [("Ingress", Direction::Ingress), ("Egress", Direction::Egress)];
    let types = spec.strict("policyTypes", |types| types.each(|entry| entry.one_of(&TYPES)));
    let Ok(types) = types else { return (None, None) };
    let types = types.unwrap_or_default();
    if types.is_empty() {
        // Where `egress` is no list nobody knows whether it has a rule.
        let only_unreadable = egress.len() == 1 && egress.iter().all(|rule| rule.known().is_none());
        return (Some(true), if only_unreadable { None } else { Some(!egress.is_empty()) });
    }
    let all_read = types.iter().all(Result::is_ok);
    let isolates = |direction| {
        let named = types.contains(&Ok(direction));
        if named || all_read { Some(named) } else { None }
    };
    (isolates(Direction::Ingress), isolates(Direction::Egress))
}

fn rules(spec: &Fields<'_>, name: &str, peers: &str) -> Vec<Readable<Rule>> {
    let Some(list) = spec.get(name) else { return Vec::new() };
    let rules = list.each(|entry| entry.readable(rule(&entry, peers)));
    rules.unwrap_or_else(|reported| vec![list.readable(Err(reported))])
}

fn rule(entry: &Cursor<'_>, peers: &str) -> Read<Rule> {
    let fields = entry.fields()?;
    Ok(Rule {
        peers: matches(&fields, peers, peer),
        ports: matches(&fields, "ports", port),
        unknown_field: fields.report_unknown(),
        position: entry.position(),
    })
}

/// A list that means "anything" when it is missing or empty, and something unknown when it is no list.
fn matches<T>(fields: &Fields<'_>, name: &str, read: fn(&Cursor<'_>) -> Read<T>) -> Matches<T> {
    let Some(list) = fields.get(name) else { return Matches::Any };
    match list.each(|entry| entry.readable(read(&entry))) {
        Ok(entries) if entries.is_empty() => Matches::Any,
        Ok(entries) => Matches::OneOf(entries),
        Err(reported) => Matches::OneOf(vec![list.readable(Err(reported))]),
    }
}

fn peer(entry: &Cursor<'_>) -> Read<Peer> {
    let fields = entry.fields()?;
    let block = fields.strict("ipBlock", ip_block);
    let namespaces = fields.get("namespaceSelector").map(|selector| selector.selector());
    let pods = fields.get("podSelector").map(|selector| selector.selector());
    fields.refuse_unknown()?;
    let position = entry.position();
    match (block?, namespaces, pods) {
        (None, None, None) => Err(entry.error(code::PEER_EMPTY, &[])),
        (None, namespaces, pods) => Ok(Peer::Pods { namespaces, pods, position }),
        (Some(block), None, None) => Ok(Peer::Block { block, position }),
        (Some(_), _, _) => Err(entry.error(code::PEER_BLOCK_AND_SELECTOR, &[])),
    }
}

fn ip_block(entry: &Cursor<'_>) -> Read<IpBlock> {
    let fields = entry.fields()?;
    let cidr = fields.required("cidr", value::cidr);
    let except = fields.strict("except", |list| list.each(|except| except_in(&except, cidr.ok())));
    fields.refuse_unknown()?;
    let (cidr, except) = (cidr?, except?.unwrap_or_default());
    Ok(IpBlock { cidr, except: except.into_iter().collect::<Read<_>>()? })
}

/// An `except`, which the API wants strictly inside the cidr (`ValidateIPBlock`).
fn except_in(except: &Cursor<'_>, cidr: Option<IpNet>) -> Read<IpNet> {
    let net = except.cidr()?;
    match cidr {
        Some(cidr) if net == cidr || !cidr.contains(&net) => {
            let arguments = [("value", except.shown()), ("cidr", &cidr.to_string())];
            Err(except.error(code::EXCEPT_OUTSIDE, &arguments))
        }
        _ => Ok(net),
    }
}

fn port(entry: &Cursor<'_>) -> Read<PolicyPort> {
    let fields = entry.fields()?;
    let protocol = fields.strict("protocol", value::protocol);
    let port = fields.strict("port", value::port_ref);
    let end = fields.strict("endPort", value::port);
    fields.refuse_unknown()?;
    let port = port_match(entry, port?, end?)?;
    Ok(PolicyPort { protocol: protocol?.unwrap_or_default(), port, position: entry.position() })
}

fn port_match(entry: &Cursor<'_>, port: Option<PortRef>, end: Option<u16>) -> Read<PortMatch> {
    match (port, end) {
        (None, None) => Ok(PortMatch::All),
        (None, Some(_)) => Err(entry.error(code::END_PORT_WITHOUT_PORT, &[])),
        (Some(PortRef::Name(name)), None) => Ok(PortMatch::Named(name)),
        (Some(PortRef::Name(name)), Some(_)) => Err(entry.error(code::END_PORT_WITH_NAME, &[("port", &name)])),
        (Some(PortRef::Number(first)), end) => {
            let last = end.unwrap_or(first);
            let range = PortRange::new(first, last).map(PortMatch::Range);
            let arguments = [("port", &*first.to_string()), ("endPort", &*last.to_string())];
            range.ok_or_else(|| entry.error(code::END_PORT_BELOW_PORT, &arguments))
        }
    }
}
