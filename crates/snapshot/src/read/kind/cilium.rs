//! `cilium.io`: nodes, pools of addresses for load balancers, and the objects that say which nodes announce them.

use std::net::IpAddr;

use bulkhead_model::object::{AnnouncementProtocol, CiliumAnnouncement, CiliumNode, CiliumPool};
use bulkhead_model::{AddressSet, LabelSelector, Name};

use super::address_range::between;
use super::{KindReader, Scope};
use crate::code;
use crate::read::decode::{Cursor, Fields, Object, OptionalFields, Read, Reading, value};

pub(super) const KINDS: &[KindReader] = &[
    reader("CiliumNode", node),
    reader("CiliumLoadBalancerIPPool", pool),
    reader("CiliumL2AnnouncementPolicy", layer2),
    reader("CiliumBGPPeeringPolicy", peering),
    reader("CiliumBGPClusterConfig", cluster),
];

const fn reader(kind: &'static str, read: fn(&Object<'_>, &mut Reading<'_>) -> Read<()>) -> KindReader {
    KindReader { group: "cilium.io", versions: &["v2", "v2alpha1"], kind, scope: Scope::Cluster, read }
}

/// The type of the address of `cilium_host`.
const INTERNAL: &str = "CiliumInternalIP";

fn node(object: &Object<'_>, reading: &mut Reading<'_>) -> Read<()> {
    let spec = object.fields.get("spec");
    let spec = spec.as_ref().and_then(|spec| spec.fields().ok());
    let address = |entry: &Cursor<'_>| -> Read<Option<IpAddr>> {
        let fields = entry.fields()?;
        let kind = fields.strict("type", value::text)?;
        if kind.is_none_or(|kind| kind != INTERNAL) {
            return Ok(None);
        }
        fields.required("ip", value::address).map(Some)
    };
    let ipam = spec.as_ref().and_then(|spec| spec.get("ipam"));
    let ipam = ipam.as_ref().and_then(|ipam| ipam.fields().ok());
    reading.objects.cilium_nodes.push(CiliumNode {
        name: object.name.name.clone(),
        internal: spec.list("addresses", address).into_iter().flatten().collect(),
        pod_cidrs: ipam.list("podCIDRs", value::cidr),
        position: object.position,
    });
    Ok(())
}

fn pool(object: &Object<'_>, reading: &mut Reading<'_>) -> Read<()> {
    let spec = object.fields.get("spec");
    let spec = spec.as_ref().and_then(|spec| spec.fields().ok());
    let mut blocks = spec.list("blocks", |entry| Ok(entry.readable(block(entry))));
    blocks.extend(spec.list("cidrs", |entry| Ok(entry.readable(block(entry)))));
    reading.objects.cilium_pools.push(CiliumPool {
        name: object.name.name.clone(),
        blocks,
        disabled: spec.optional("disabled", value::boolean).unwrap_or(false),
        position: object.position,
    });
    Ok(())
}

/// `cidr`, or `start` and `stop`.
fn block(entry: &Cursor<'_>) -> Read<AddressSet> {
    let fields = entry.fields()?;
    if let Some(net) = fields.strict("cidr", value::cidr)? {
        return Ok(AddressSet::from_net(net));
    }
    let start = fields.required("start", value::address)?;
    let stop = fields.strict("stop", value::address)?.unwrap_or(start);
    between(start, stop).ok_or_else(|| entry.error(code::ADDRESS_INVALID, &[("value", entry.shown())]))
}

fn layer2(object: &Object<'_>, reading: &mut Reading<'_>) -> Read<()> {
    let spec = object.fields.get("spec");
    let spec = spec.as_ref().and_then(|spec| spec.fields().ok());
    let services = spec.as_ref().and_then(|spec| spec.get("serviceSelector")).map(|selector| selector.selector());
    let announcement = CiliumAnnouncement {
        protocol: AnnouncementProtocol::Layer2,
        load_balancers: spec.optional("loadBalancerIPs", value::boolean).unwrap_or(false),
        services: services.into_iter().collect(),
        interfaces: spec.list("interfaces", value::text),
        ..announcement("CiliumL2AnnouncementPolicy", object, spec.as_ref())
    };
    reading.objects.cilium_announcements.push(announcement);
    Ok(())
}

/// `virtualRouters[].serviceSelector`; a router without one announces no Service.
fn peering(object: &Object<'_>, reading: &mut Reading<'_>) -> Read<()> {
    let spec = object.fields.get("spec");
    let spec = spec.as_ref().and_then(|spec| spec.fields().ok());
    let router = |entry: &Cursor<'_>| {
        let fields = entry.fields()?;
        Ok(fields.get("serviceSelector").map(|selector| selector.selector()))
    };
    let services: Vec<LabelSelector> = spec.list("virtualRouters", router).into_iter().flatten().collect();
    let announcement = CiliumAnnouncement {
        load_balancers: !services.is_empty(),
        services,
        ..announcement("CiliumBGPPeeringPolicy", object, spec.as_ref())
    };
    reading.objects.cilium_announcements.push(announcement);
    Ok(())
}

/// Which Services, the `CiliumBGPAdvertisement`s of its peers say.
fn cluster(object: &Object<'_>, reading: &mut Reading<'_>) -> Read<()> {
    let spec = object.fields.get("spec");
    let spec = spec.as_ref().and_then(|spec| spec.fields().ok());
    reading.objects.cilium_announcements.push(announcement("CiliumBGPClusterConfig", object, spec.as_ref()));
    Ok(())
}

fn announcement(kind: &'static str, object: &Object<'_>, spec: Option<&Fields<'_>>) -> CiliumAnnouncement {
    let nodes = spec.and_then(|spec| spec.get("nodeSelector")).map(|nodes| nodes.selector());
    CiliumAnnouncement {
        protocol: AnnouncementProtocol::Bgp,
        kind: Name::new_static(kind),
        name: object.name.name.clone(),
        load_balancers: true,
        services: Vec::new(),
        nodes: nodes.unwrap_or_else(LabelSelector::everything),
        interfaces: Vec::new(),
        position: object.position,
    }
}
