//! Requests: the lines that `query` reads.

use std::net::IpAddr;

use bulkhead_analysis::model::{Issue, Name, NamespacedName, PortRef, Protocol};
use bulkhead_analysis::path::{DoorKind, Origin, Request, Served, ServedKind, Target};
use serde_json::{Map, Value};

/// One line of questions.
#[derive(Clone, Debug, PartialEq)]
pub struct QueryLine {
    /// Its `id`, unchanged; null where it has none, or where the line is not even JSON.
    pub id: Value,
    /// The request, or everything that is wrong with it.
    pub request: Result<Request, Vec<Issue>>,
}

/// Reads one line. Every field must be known and right: the answer without a misspelt field would be to another question.
pub fn read_query_line(line: &[u8]) -> QueryLine {
    let value: Value = match serde_json::from_slice(line) {
        Ok(value) => value,
        Err(error) => {
            let issue = Issue::error("requestNotJson").with("error", error);
            return QueryLine { id: Value::Null, request: Err(vec![issue]) };
        }
    };
    let Value::Object(fields) = value else {
        return QueryLine { id: Value::Null, request: Err(vec![Issue::error("requestNotObject")]) };
    };
    let id = fields.get("id").cloned().unwrap_or(Value::Null);
    let mut reader = Reader { issues: Vec::new() };
    let request = reader.request(&fields);
    let request = match request {
        Some(request) if reader.issues.is_empty() => Ok(request),
        _ => Err(reader.issues),
    };
    QueryLine { id, request }
}

/// Reads fields and collects what is wrong with them. A method that gives `None` has said why.
struct Reader {
    issues: Vec<Issue>,
}

impl Reader {
    fn request(&mut self, fields: &Map<String, Value>) -> Option<Request> {
        self.known_fields("", fields, &["id", "from", "to", "entryNode"]);
        let from = self.object(fields, "from").and_then(|from| self.origin(from));
        let to = self.object(fields, "to");
        let target = to.and_then(|to| self.target(to));
        let (port, protocol) = to.map_or((None, None), |to| (self.port(to), self.protocol(to)));
        let entry_node = fields.get("entryNode").and_then(|value| self.string("entryNode", value));
        Some(Request {
            from: from?,
            to: target?,
            port,
            protocol: protocol.unwrap_or_default(),
            entry_node: entry_node.map(Name::from),
        })
    }

    fn origin(&mut self, from: &Map<String, Value>) -> Option<Origin> {
        self.known_fields("from", from, &["pod", "node", "address"]);
        match self.one_of("from", from, &["pod", "node", "address"])? {
            ("pod", value) => self.namespaced("from.pod", value).map(Origin::Pod),
            ("node", value) => self.string("from.node", value).map(|name| Origin::Node(name.into())),
            (_, value) => self.address("from.address", value).map(Origin::Address),
        }
    }

    fn target(&mut self, to: &Map<String, Value>) -> Option<Target> {
        const MACHINES: [&str; 4] = ["pod", "node", "address", "service"];
        let served = ServedKind::ALL.map(ServedKind::word);
        let kinds: Vec<&str> = MACHINES.into_iter().chain(served).collect();
        let known: Vec<&str> = kinds.iter().copied().chain(["port", "protocol", "door"]).collect();
        self.known_fields("to", to, &known);
        let door = to.get("door").and_then(|value| self.door(value));
        let (kind, value) = self.one_of("to", to, &kinds)?;
        if to.contains_key("door") && matches!(kind, "pod" | "node" | "address") {
            self.wrong("requestDoorWithoutService", "to.door", &[]);
        }
        match kind {
            "pod" => self.namespaced("to.pod", value).map(Target::Pod),
            "node" => self.string("to.node", value).map(|name| Target::Node(name.into())),
            "address" => self.address("to.address", value).map(Target::Address),
            "service" => self.namespaced("to.service", value).map(|name| Target::Service { name, door }),
            "ingress" => self.namespaced("to.ingress", value).map(|name| Target::Ingress { name, door }),
            word => {
                let kind = ServedKind::ALL.into_iter().find(|kind| kind.word() == word)?;
                let name = self.namespaced(&format!("to.{word}"), value)?;
                Some(Target::Gateway { object: Served { kind, name }, door })
            }
        }
    }

    fn port(&mut self, to: &Map<String, Value>) -> Option<PortRef> {
        let value = to.get("port")?;
        let port = match value {
            Value::Number(number) => number
                .as_u64()
                .and_then(|number| u16::try_from(number).ok())
                .filter(|port| *port > 0)
                .map(PortRef::Number),
            Value::String(text) => read_port(text),
            _ => None,
        };
        if port.is_none() {
            self.wrong("requestPort", "to.port", &[("value", shown(value))]);
        }
        port
    }

    fn protocol(&mut self, to: &Map<String, Value>) -> Option<Protocol> {
        let value = to.get("protocol")?;
        let protocol = value.as_str().and_then(Protocol::from_name);
        if protocol.is_none() {
            self.wrong("requestProtocol", "to.protocol", &[("value", shown(value))]);
        }
        protocol
    }

    fn door(&mut self, value: &Value) -> Option<DoorKind> {
        let name = self.string("to.door", value)?;
        let door = DoorKind::ALL.into_iter().find(|door| door.name() == name);
        if door.is_none() {
            let known = DoorKind::ALL.map(DoorKind::name).join(", ");
            self.wrong("requestDoor", "to.door", &[("value", name), ("known", known)]);
        }
        door
    }

    fn namespaced(&mut self, field: &str, value: &Value) -> Option<NamespacedName> {
        let text = self.string(field, value)?;
        let name = read_namespaced(&text);
        if name.is_none() {
            self.wrong("requestName", field, &[("value", text)]);
        }
        name
    }

    fn address(&mut self, field: &str, value: &Value) -> Option<IpAddr> {
        let text = self.string(field, value)?;
        let address = text.parse().ok();
        if address.is_none() {
            self.wrong("requestAddress", field, &[("value", text)]);
        }
        address
    }

    fn string(&mut self, field: &str, value: &Value) -> Option<String> {
        let text = value.as_str().filter(|text| !text.is_empty());
        if text.is_none() {
            self.wrong("requestNotString", field, &[("value", shown(value))]);
        }
        text.map(str::to_owned)
    }

    fn object<'v>(&mut self, fields: &'v Map<String, Value>, field: &str) -> Option<&'v Map<String, Value>> {
        let object = fields.get(field).and_then(Value::as_object);
        if object.is_none() {
            self.wrong("requestFieldMissing", field, &[]);
        }
        object
    }

    /// The one field among `names` that an object has.
    fn one_of<'v>(
        &mut self,
        field: &str,
        object: &'v Map<String, Value>,
        names: &[&'static str],
    ) -> Option<(&'static str, &'v Value)> {
        let mut found = names.iter().filter_map(|name| object.get(*name).map(|value| (*name, value)));
        let first = found.next();
        if first.is_none() || found.next().is_some() {
            self.wrong("requestOneOf", field, &[("known", names.join(", "))]);
            return None;
        }
        first
    }

    fn known_fields(&mut self, at: &str, object: &Map<String, Value>, known: &[&str]) {
        for name in object.keys().filter(|name| !known.contains(&name.as_str())) {
            let field = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
            self.wrong("requestFieldUnknown", &field, &[("known", known.join(", "))]);
        }
    }

    fn wrong(&mut self, code: &'static str, field: &str, arguments: &[(&'static str, String)]) {
        let issue = Issue::error(code).in_field(field);
        self.issues.push(arguments.iter().fold(issue, |issue, (name, value)| issue.with(name, value)));
    }
}

/// A value as it was written; a text without its quotes.
fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A port by number, or by name where it is no number.
pub fn read_port(text: &str) -> Option<PortRef> {
    if text.is_empty() || text.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.parse().ok().filter(|port| *port > 0).map(PortRef::Number);
    }
    Some(PortRef::Name(text.into()))
}

/// `namespace/name`.
pub fn read_namespaced(text: &str) -> Option<NamespacedName> {
    let (namespace, name) = text.split_once('/')?;
    let good = !namespace.is_empty() && !name.is_empty() && !name.contains('/');
    good.then(|| NamespacedName::new(namespace, name))
}
