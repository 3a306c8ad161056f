//! The rules of allowlists, which entries of projects and allowlists of workspaces have in common.

use bulkhead_model::object::{
    AllowlistPeer, AllowlistRule, IntOrString, IpBlockManifest, IpRangeManifest, PortManifest,
};
use bulkhead_model::{LabelSelector, Name, NamespacedName, Position, Readable};

use crate::read::decode::{Cursor, Fields, Read, value};

/// The faults of a spec: the first part that cannot be read, and the first field that nobody knows.
#[derive(Debug, Default)]
pub(super) struct Faults {
    pub(super) unreadable: Option<Position>,
    pub(super) unknown_field: Option<Position>,
}

impl Faults {
    /// The value, or its default and a note that something could not be read.
    pub(super) fn or_default<T: Default>(&mut self, value: Read<T>, at: &Cursor<'_>) -> T {
        value.unwrap_or_else(|_| {
            self.unreadable = self.unreadable.or(Some(at.position()));
            T::default()
        })
    }

    pub(super) fn note_unknown(&mut self, fields: &Fields<'_>) {
        self.unknown_field = self.unknown_field.or(fields.report_unknown());
    }
}

/// A selector that is readable as a whole, or selects everything and is noted as a fault.
pub(super) fn selector_of(at: &Cursor<'_>, faults: &mut Faults) -> LabelSelector {
    let selector = at.selector();
    let unreadable = selector.requirements.iter().find_map(|requirement| match requirement {
        Readable::Known(_) => None,
        Readable::Unreadable { position } => Some(*position),
    });
    faults.unreadable = faults.unreadable.or(unreadable);
    if unreadable.is_some() { LabelSelector::everything() } else { selector }
}

/// The rules of a direction; `peers` is the name of the list of their peers.
pub(super) fn rules(list: &Cursor<'_>, peers: &str, faults: &mut Faults) -> Vec<AllowlistRule> {
    let read = list.each(|entry| {
        let read = entry.fields().map(|fields| rule(&fields, peers, faults));
        faults.or_default(read, &entry)
    });
    faults.or_default(read, list)
}

fn rule(fields: &Fields<'_>, peers: &str, faults: &mut Faults) -> AllowlistRule {
    let peers = each(fields, peers, faults, peer);
    let ports = each(fields, "ports", faults, port);
    faults.note_unknown(fields);
    AllowlistRule { peers, ports }
}

/// The elements of a list field, each from its fields.
fn each<T: Default>(
    fields: &Fields<'_>,
    name: &str,
    faults: &mut Faults,
    read: fn(&Fields<'_>, &mut Faults) -> T,
) -> Vec<T> {
    let Some(list) = fields.get(name) else { return Vec::new() };
    let elements = list.each(|entry| {
        let value = entry.fields().map(|fields| {
            let value = read(&fields, faults);
            faults.note_unknown(&fields);
            value
        });
        faults.or_default(value, &entry)
    });
    faults.or_default(elements, &list)
}

fn peer(fields: &Fields<'_>, faults: &mut Faults) -> AllowlistPeer {
    let mut namespace_pods = None;
    let namespace = fields.strict("namespace", |namespace| {
        let fields = namespace.fields()?;
        let name = fields.strict("name", value::text)?.unwrap_or_default();
        namespace_pods = fields.get("podSelector").map(|selector| selector_of(&selector, faults));
        faults.note_unknown(&fields);
        Ok(name)
    });
    let service = fields.strict("service", |service| {
        let fields = service.fields()?;
        let namespace = fields.strict("namespace", value::text)?.unwrap_or_default();
        let name = fields.strict("name", value::text)?.unwrap_or_default();
        faults.note_unknown(&fields);
        Ok(NamespacedName { namespace, name })
    });
    let block = fields.strict("ipBlock", |at| block(at, faults));
    let range = fields.strict("ipRange", |at| range(at, faults));
    AllowlistPeer {
        namespace: faults.or_default(namespace, fields.at()),
        service: faults.or_default(service, fields.at()),
        block: faults.or_default(block, fields.at()),
        range: faults.or_default(range, fields.at()),
        namespace_pods,
    }
}

fn range(at: &Cursor<'_>, faults: &mut Faults) -> Read<IpRangeManifest> {
    let fields = at.fields()?;
    let first = fields.strict("first", value::text)?.unwrap_or_default();
    let last = fields.strict("last", value::text)?.unwrap_or_default();
    faults.note_unknown(&fields);
    Ok(IpRangeManifest { first: first.to_string(), last: last.to_string() })
}

fn block(at: &Cursor<'_>, faults: &mut Faults) -> Read<IpBlockManifest> {
    let fields = at.fields()?;
    let cidr = fields.strict("cidr", value::text)?.unwrap_or_default();
    let except = fields.strict("except", |list| list.each(|except| except.text())?.into_iter().collect())?;
    faults.note_unknown(&fields);
    let except: Vec<Name> = except.unwrap_or_default();
    Ok(IpBlockManifest { cidr: cidr.to_string(), except: except.iter().map(Name::to_string).collect() })
}

fn port(fields: &Fields<'_>, faults: &mut Faults) -> PortManifest {
    let int = |at: &Cursor<'_>| i32::try_from(at.integer()?).map_err(|_| at.wrong_type("integer"));
    let port = fields.strict("port", |port| {
        if port.is_number() { int(port).map(IntOrString::Int) } else { port.text().map(IntOrString::String) }
    });
    let protocol = fields.strict("protocol", value::text);
    let end_port = fields.strict("endPort", int);
    PortManifest {
        protocol: faults.or_default(protocol, fields.at()),
        port: faults.or_default(port, fields.at()),
        end_port: faults.or_default(end_port, fields.at()),
    }
}
