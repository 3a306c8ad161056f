//! Addresses in node annotations.

use std::net::IpAddr;

use bulkhead_model::IpNet;
use bulkhead_model::object::Node;

/// The address in an annotation, with or without a prefix length behind it.
pub(crate) fn address(node: &Node, key: &str) -> Option<IpAddr> {
    let text = node.annotations.get(key)?;
    text.split('/').next()?.trim().parse().ok()
}

/// The subnet in an annotation that holds an address with a prefix length.
pub(crate) fn subnet(node: &Node, key: &str) -> Option<IpNet> {
    let net: IpNet = node.annotations.get(key)?.trim().parse().ok()?;
    Some(net.trunc())
}
