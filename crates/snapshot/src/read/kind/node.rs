//! `v1 Node`

use std::net::IpAddr;

use bulkhead_model::object::{Node, NodeAddress, NodeAddressKind};

use super::{KindReader, Scope};
use crate::code;
use crate::read::decode::{Cursor, Object, OptionalFields, Read, Reading, value};

pub(super) const KINDS: &[KindReader] =
    &[KindReader { group: "", versions: &["v1"], kind: "Node", scope: Scope::Cluster, read }];

/// Annotations in which CNIs say the addresses of a node's tunnels.
pub(crate) const TUNNEL_ANNOTATIONS: [&str; 5] = [
    "projectcalico.org/IPv4IPIPTunnelAddr",
    "projectcalico.org/IPv4VXLANTunnelAddr",
    "projectcalico.org/IPv6VXLANTunnelAddr",
    "projectcalico.org/IPv4WireguardInterfaceAddr",
    "projectcalico.org/IPv6WireguardInterfaceAddr",
];
/// Other annotations that hold an address.
const ADDRESS_ANNOTATIONS: [&str; 6] = [
    "projectcalico.org/IPv4Address",
    "projectcalico.org/IPv6Address",
    "flannel.alpha.coreos.com/public-ip",
    "flannel.alpha.coreos.com/public-ipv6",
    "network.cilium.io/ipv4-cilium-host",
    "network.cilium.io/ipv6-cilium-host",
];

/// Reports annotations that should hold an address, perhaps with a prefix length behind it, and do not.
fn check_annotations(object: &Object<'_>) {
    let metadata = object.fields.get("metadata");
    let fields = metadata.as_ref().and_then(|metadata| metadata.fields().ok());
    let Some(annotations) = fields.as_ref().and_then(|fields| fields.get("annotations")) else { return };
    let Some(annotations) = annotations.is_map().then(|| annotations.fields().ok()).flatten() else { return };
    for key in TUNNEL_ANNOTATIONS.iter().chain(&ADDRESS_ANNOTATIONS) {
        let Some(value) = annotations.get(key) else { continue };
        let text = value.shown().trim();
        let address = text.split('/').next().unwrap_or_default().trim();
        if !text.is_empty() && address.parse::<IpAddr>().is_err() {
            value.error(code::ADDRESS_INVALID, &[("value", text)]);
        }
    }
}

fn read(object: &Object<'_>, reading: &mut Reading<'_>) -> Read<()> {
    let (spec, status) = (object.fields.get("spec"), object.fields.get("status"));
    let spec = spec.as_ref().and_then(|spec| spec.fields().ok());
    let status = status.as_ref().and_then(|status| status.fields().ok());
    let mut pod_cidrs = spec.list("podCIDRs", value::cidr);
    if pod_cidrs.is_empty() {
        let single =
            spec.optional("podCIDR", |cidr| if cidr.is_empty_text() { Ok(None) } else { cidr.cidr().map(Some) });
        pod_cidrs.extend(single.flatten());
    }
    check_annotations(object);
    let conditions = status.list("conditions", super::pod::condition);
    reading.objects.nodes.push(Node {
        name: object.name.name.clone(),
        labels: object.labels.clone(),
        annotations: object.annotations(),
        addresses: status.list("addresses", address).into_iter().flatten().collect(),
        pod_cidrs,
        provider_id: spec.optional("providerID", value::text).filter(|id| !id.is_empty()),
        ready: super::pod::ready(&conditions),
        unschedulable: spec.optional("unschedulable", value::boolean).unwrap_or(false),
        taints: spec.list("taints", super::scheduling::taint),
        position: object.position,
    });
    Ok(())
}

/// An entry of `status.addresses`; `None` for a name.
fn address(entry: &Cursor<'_>) -> Read<Option<NodeAddress>> {
    let fields = entry.fields()?;
    let kind = fields.required("type", value::text)?;
    let kind = match kind.as_str() {
        "InternalIP" => NodeAddressKind::Internal,
        "ExternalIP" => NodeAddressKind::External,
        _ => {
            let text = fields.required("address", value::text)?;
            let address = text.parse::<IpAddr>().ok();
            return Ok(address.map(|address| NodeAddress { kind: NodeAddressKind::Other, address }));
        }
    };
    Ok(Some(NodeAddress { kind, address: fields.required("address", value::address)? }))
}
