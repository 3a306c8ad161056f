//! Nodes and the settings of their network, for the shapes that are about ways and not only about policies.

use std::net::Ipv4Addr;

use serde_json::{Value, json};

/// Calico with VXLAN everywhere, and kube-proxy in iptables mode.
pub(super) fn settings() -> [Value; 2] {
    [
        json!({
            "apiVersion": "crd.projectcalico.org/v1", "kind": "IPPool", "metadata": {"name": "default-ipv4-ippool"},
            "spec": {"cidr": "10.128.0.0/9", "ipipMode": "Never", "vxlanMode": "Always", "natOutgoing": true},
        }),
        json!({
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "kube-proxy", "namespace": "kube-system"},
            "data": {"config.conf": "mode: iptables\nclusterCIDR: 10.128.0.0/9\n"},
        }),
    ]
}

/// A node with the address of its tunnel.
pub(super) fn node(number: usize) -> Value {
    let own = address(0x0a00_0000, number);
    json!({
        "apiVersion": "v1", "kind": "Node",
        "metadata": {"name": format!("node-{number}"), "annotations": {
            "projectcalico.org/IPv4Address": format!("{own}/16"),
            "projectcalico.org/IPv4VXLANTunnelAddr": address(0x0aff_0000, number),
        }},
        "spec": {},
        "status": {"addresses": [{"type": "InternalIP", "address": own}], "conditions": [{"type": "Ready", "status": "True"}]},
    })
}

/// The address so far behind a base.
pub(super) fn address(base: u32, number: usize) -> String {
    let offset = u32::try_from(number).unwrap_or(u32::MAX);
    Ipv4Addr::from(base.wrapping_add(1).wrapping_add(offset)).to_string()
}
