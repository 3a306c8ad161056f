//! Ports of the policies of the whole cluster: `protocols` of a ClusterNetworkPolicy, `ports` of the older kinds.

use bulkhead_model::object::{ClusterPolicyKind, ClusterPort, PortMatch};
use bulkhead_model::{PortNumber, PortRange, Protocol, Readable};

use crate::code;
use crate::read::decode::{Cursor, Fields, Read, value};

/// The entries of the list; one unreadable entry where it is no list.
pub(super) fn read_list(kind: ClusterPolicyKind, list: &Cursor<'_>) -> Vec<Readable<ClusterPort>> {
    let read = match kind {
        ClusterPolicyKind::ClusterNetworkPolicy => read_protocol,
        ClusterPolicyKind::AdminNetworkPolicy | ClusterPolicyKind::BaselineAdminNetworkPolicy => read_port,
    };
    let entries = list.each(|entry| entry.readable(read(&entry)));
    entries.unwrap_or_else(|reported| vec![list.readable(Err(reported))])
}

/// An entry of `protocols`: exactly one of `tcp`, `udp`, `sctp`, `destinationNamedPort`.
fn read_protocol(entry: &Cursor<'_>) -> Read<ClusterPort> {
    const PROTOCOLS: [(&str, Protocol); 3] = [("tcp", Protocol::Tcp), ("udp", Protocol::Udp), ("sctp", Protocol::Sctp)];
    let fields = entry.fields()?;
    let position = entry.position();
    let mut found: Vec<Read<ClusterPort>> = Vec::new();
    for (name, protocol) in PROTOCOLS {
        if let Some(of_protocol) = fields.get(name) {
            let port = destination_port(&of_protocol);
            found.push(port.map(|port| ClusterPort { protocol: Some(protocol), port, position }));
        }
    }
    found.extend(named(&fields, "destinationNamedPort", entry));
    fields.refuse_unknown()?;
    the_only(found, entry, "tcp, udp, sctp, destinationNamedPort")
}

/// `destinationPort`: `number` or `range`; every port of the protocol where it is missing.
fn destination_port(entry: &Cursor<'_>) -> Read<PortMatch> {
    let fields = entry.fields()?;
    let port = fields.strict("destinationPort", number_or_range);
    fields.refuse_unknown()?;
    Ok(port?.unwrap_or(PortMatch::All))
}

fn number_or_range(entry: &Cursor<'_>) -> Read<PortMatch> {
    let fields = entry.fields()?;
    let number = fields.strict("number", value::port);
    let range = fields.strict("range", |range| {
        let fields = range.fields()?;
        let (start, end) = (fields.required("start", value::port), fields.required("end", value::port));
        fields.refuse_unknown()?;
        range_of(range, start?, end?)
    });
    fields.refuse_unknown()?;
    match (number?, range?) {
        (Some(number), None) => Ok(PortMatch::Range(PortRange { first: number, last: number })),
        (None, Some(range)) => Ok(PortMatch::Range(range)),
        _ => Err(entry.error(code::ONE_FIELD_ONLY, &[("fields", "number, range")])),
    }
}

/// An entry of `ports` in the older kinds: exactly one of `portNumber`, `portRange`, `namedPort`.
fn read_port(entry: &Cursor<'_>) -> Read<ClusterPort> {
    let fields = entry.fields()?;
    let mut found: Vec<Read<ClusterPort>> = Vec::new();
    found.extend(fields.get("portNumber").map(|number| port_number(&number)));
    found.extend(fields.get("portRange").map(|range| port_range(&range)));
    found.extend(named(&fields, "namedPort", entry));
    fields.refuse_unknown()?;
    the_only(found, entry, "portNumber, portRange, namedPort")
}

fn port_number(entry: &Cursor<'_>) -> Read<ClusterPort> {
    let fields = entry.fields()?;
    let (protocol, port) = (protocol_or_tcp(&fields), fields.required("port", value::port));
    fields.refuse_unknown()?;
    let port = port?;
    let port = PortMatch::Range(PortRange { first: port, last: port });
    Ok(ClusterPort { protocol: Some(protocol?), port, position: entry.position() })
}

fn port_range(entry: &Cursor<'_>) -> Read<ClusterPort> {
    let fields = entry.fields()?;
    let protocol = protocol_or_tcp(&fields);
    let (start, end) = (fields.required("start", value::port), fields.required("end", value::port));
    fields.refuse_unknown()?;
    let port = PortMatch::Range(range_of(entry, start?, end?)?);
    Ok(ClusterPort { protocol: Some(protocol?), port, position: entry.position() })
}

/// The protocol; TCP where it is missing or, as Go's clients write it then, empty.
fn protocol_or_tcp(fields: &Fields<'_>) -> Read<Protocol> {
    let protocol = fields.get("protocol").filter(|protocol| !protocol.is_empty_text());
    protocol.map_or(Ok(Protocol::Tcp), |protocol| protocol.protocol())
}

fn named(fields: &Fields<'_>, name: &str, entry: &Cursor<'_>) -> Option<Read<ClusterPort>> {
    let port = fields.get(name)?.port_name();
    Some(port.map(|port| ClusterPort { protocol: None, port: PortMatch::Named(port), position: entry.position() }))
}

fn range_of(entry: &Cursor<'_>, start: PortNumber, end: PortNumber) -> Read<PortRange> {
    let arguments = [("start", &*start.to_string()), ("end", &*end.to_string())];
    PortRange::new(start, end).ok_or_else(|| entry.error(code::PORT_RANGE_REVERSED, &arguments))
}

/// The one field that is there.
fn the_only(mut found: Vec<Read<ClusterPort>>, entry: &Cursor<'_>, fields: &str) -> Read<ClusterPort> {
    match found.len() {
        1 => found.remove(0),
        _ => Err(entry.error(code::ONE_FIELD_ONLY, &[("fields", fields)])),
    }
}
