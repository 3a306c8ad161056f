//! Questions in the command line's own spelling.

use bulkhead_analysis::model::PortRef;
use bulkhead_analysis::path::{Request, Target};

/// The whole question, as `203.0.113.7 → service/shop/web:80/TCP`.
pub fn question_name(request: &Request) -> String {
    format!("{} → {}", request.from, target_name(request))
}

/// What it is opened to, with port, protocol and kind of door.
pub(crate) fn target_name(request: &Request) -> String {
    let (name, door) = match &request.to {
        Target::Pod(name) => (format!("pod/{name}"), None),
        Target::Node(name) => (format!("node/{name}"), None),
        Target::Address(address) if address.is_ipv6() && request.port.is_some() => (format!("[{address}]"), None),
        Target::Address(address) => (address.to_string(), None),
        Target::Service { name, door } => (format!("service/{name}"), *door),
        Target::Ingress { name, door } => (format!("ingress/{name}"), *door),
        Target::Gateway { object, door } => (object.to_string(), *door),
    };
    let port = request.port.as_ref().map(|port: &PortRef| format!(":{port}/{}", request.protocol)).unwrap_or_default();
    let door = door.map(|door| format!(" ({})", door.name())).unwrap_or_default();
    format!("{name}{port}{door}")
}
