//! Files with claims: `kind: ConnectivityTest`.
//!
//! Anything wrong in one stops the command: a claim that is left out would seem to hold.

use bulkhead_analysis::assertion::{Assertion, Empty, Expect, Receiver, SourceSeen};
use bulkhead_analysis::model::{Issue, PortRange, Protocol, SourceId};
use bulkhead_analysis::path::{DoorKind, Target};
use bulkhead_analysis::policy::reach::PortRanges;
use bulkhead_analysis::reachability::Selects;
use bulkhead_analysis::snapshot::Input;
use bulkhead_analysis::snapshot::read::plain::{Cursor, Fields, Read, Reported, read_plain, value};

use bulkhead_wire::notation::read_destination;
use bulkhead_wire::selection::{port_range, read_selection};

const VERSION: &str = "bulkhead.dev/v1alpha1";
const KIND: &str = "ConnectivityTest";

const EXPECTATIONS: [(&str, Expect); 2] = [("allow", Expect::Allow), ("deny", Expect::Deny)];
const SOURCES: [(&str, SourceSeen); 2] = [("client", SourceSeen::Client), ("rewritten", SourceSeen::Rewritten)];

/// Reads the claims of one file, and what is wrong with it. Documents of other kinds are left alone.
pub(crate) fn read_assertions(input: &Input<'_>, source: SourceId) -> (Vec<Assertion>, Vec<Issue>) {
    let (mut assertions, mut tests) = (Vec::new(), 0);
    let mut issues = read_plain(input, source, |document| {
        // What could not be read has been reported.
        if let Ok(Some(read)) = read_document(document, input.name) {
            tests += 1;
            assertions.extend(read);
        }
    });
    if tests == 0 && issues.is_empty() {
        issues.push(Issue::error("assertionsMissing").with("path", input.name));
    }
    (assertions, issues)
}

fn read_document(document: &Cursor<'_>, file: &str) -> Read<Option<Vec<Assertion>>> {
    let fields = document.fields()?;
    if fields.strict("kind", value::text)?.as_deref() != Some(KIND) {
        return Ok(None);
    }
    fields.required("apiVersion", |version| match version.string()? {
        VERSION => Ok(()),
        other => Err(version.error("assertionVersion", &[("value", other)])),
    })?;
    let test = fields.strict("metadata", |metadata| metadata.fields()?.strict("name", value::text))?.flatten();
    let test = test.map(String::from).unwrap_or_default();
    let read = fields.required("spec", |spec| {
        let fields = spec.fields()?;
        let count = fields.strict("assertions", |list| Ok(list.each(|_| ())?.len()))?.unwrap_or_default();
        let read = fields.list("assertions", |assertion| read_assertion(assertion, (&test, file)));
        fields.refuse_unknown()?;
        if count == 0 { Err(spec.error("assertionsEmpty", &[])) } else { Ok(read) }
    });
    fields.refuse_unknown()?;
    read.map(Some)
}

fn read_assertion(assertion: &Cursor<'_>, (test, file): (&str, &str)) -> Read<Assertion> {
    let fields = assertion.fields()?;
    let (from, said_from) = fields.required("from", selections)?;
    let (to, said_to) = fields.required("to", |to| read_receiver(to, &fields))?;
    let expect = fields.strict("expect", |expect| expect.one_of(&EXPECTATIONS))?.unwrap_or(Expect::Allow);
    let empty = fields.strict("allowEmpty", value::boolean)?.unwrap_or_default();
    let name = fields.strict("name", value::text)?.map(String::from);
    if let (Expect::Deny, Receiver::Doors { source: Some(_), .. }, Some(at)) = (expect, &to, fields.get("sourceSeenAs"))
    {
        return Err(at.error("assertionSourceOfDenied", &[]));
    }
    fields.refuse_unknown()?;
    Ok(Assertion {
        test: test.to_owned(),
        name: name.unwrap_or_else(|| format!("{said_from} → {said_to}")),
        file: file.to_owned(),
        line: assertion.position().line,
        from,
        to,
        expect,
        empty: if empty { Empty::Holds } else { Empty::Fails },
    })
}

/// One name or a list of them, and how they were said.
fn selections(at: &Cursor<'_>) -> Read<(Vec<Selects>, String)> {
    let read = |at: &Cursor<'_>| -> Read<(Selects, String)> {
        let text = at.string()?;
        let selects = read_selection(text, &[]).map_err(|_| at.error("assertionNotation", &[("value", text)]))?;
        Ok((selects, text.to_owned()))
    };
    let (all, said): (Vec<Selects>, Vec<String>) = texts(at, read)?.into_iter().unzip();
    Ok((all, said.join(", ")))
}

/// One value or a list of them; an empty list means nobody and is refused.
fn texts<T>(at: &Cursor<'_>, read: impl Fn(&Cursor<'_>) -> Read<T>) -> Read<Vec<T>> {
    if at.scalar().is_some() {
        return Ok(vec![read(at)?]);
    }
    let all: Vec<T> = at.each(|element| read(&element))?.into_iter().collect::<Read<_>>()?;
    if all.is_empty() { Err(at.wrong_type("string")) } else { Ok(all) }
}

fn read_receiver(to: &Cursor<'_>, fields: &Fields<'_>) -> Read<(Receiver, String)> {
    let door = fields.strict("door", read_door)?;
    let source = fields.strict("sourceSeenAs", |seen| seen.one_of(&SOURCES))?;
    let ports = fields.strict("ports", |ports| texts(ports, read_port))?;
    let is_door = |at: &Cursor<'_>| at.scalar().is_some_and(has_doors);
    if is_door(to) {
        if let (Some(_), Some(at)) = (&ports, fields.get("ports")) {
            return Err(at.error("assertionPortsOfDoor", &[]));
        }
        return read_target(to, door, source);
    }
    if to.scalar().is_none() && to.each(|element| is_door(&element))?.contains(&true) {
        return Err(to.error("assertionOneTarget", &[]));
    }
    for name in ["door", "sourceSeenAs"] {
        if let Some(at) = fields.get(name) {
            return Err(at.error("assertionDoorWithoutTarget", &[]));
        }
    }
    let (to, said) = selections(to)?;
    let ports = ports.map(|ports| ports.into_iter().collect::<PortRanges>());
    Ok((Receiver::Peers { to, ports }, said))
}

fn read_target(to: &Cursor<'_>, door: Option<DoorKind>, source: Option<SourceSeen>) -> Read<(Receiver, String)> {
    let text = to.string()?;
    let wrong = || to.error("assertionTarget", &[("value", text)]);
    let destination = read_destination(text).map_err(|_| wrong())?;
    let target = match destination.target {
        Target::Service { name, .. } => Target::Service { name, door },
        Target::Ingress { name, .. } => Target::Ingress { name, door },
        Target::Gateway { object, .. } => Target::Gateway { object, door },
        Target::Pod(_) | Target::Node(_) | Target::Address(_) => return Err(wrong()),
    };
    let protocol = destination.protocol.unwrap_or_default();
    Ok((Receiver::Doors { target, port: destination.port, protocol, source }, text.to_owned()))
}

/// Whether a name is of something with doors.
fn has_doors(text: &str) -> bool {
    let doors =
        |target: &Target| matches!(target, Target::Service { .. } | Target::Ingress { .. } | Target::Gateway { .. });
    let kind = text.split_once('/').map(|(kind, _)| kind).unwrap_or_default();
    // The kind alone counts, so that a service with a wrong port is told about its port.
    read_destination(&format!("{kind}/a/b")).is_ok_and(|destination| doors(&destination.target))
}

fn read_door(at: &Cursor<'_>) -> Read<DoorKind> {
    let doors = DoorKind::ALL.map(|door| (door.name(), door));
    at.one_of(&doors)
}

fn read_port(at: &Cursor<'_>) -> Read<(Protocol, PortRange)> {
    let text = at.scalar().ok_or_else(|| at.wrong_type("string"))?;
    port_range(text).ok_or_else(|| -> Reported { at.error("assertionPort", &[("value", text)]) })
}
