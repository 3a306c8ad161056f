//! `metallb.io`: `IPAddressPool`, `L2Advertisement`, `BGPAdvertisement`.

use bulkhead_model::object::{AnnouncementProtocol, MetalLbAdvertisement, MetalLbPool};

use super::address_range::addresses;
use super::{KindReader, Scope};
use crate::read::decode::{Cursor, Object, OptionalFields, Read, Reading, value};

pub(super) const KINDS: &[KindReader] = &[
    reader("IPAddressPool", pool),
    reader("L2Advertisement", |object, reading| advertisement(object, reading, AnnouncementProtocol::Layer2)),
    reader("BGPAdvertisement", |object, reading| advertisement(object, reading, AnnouncementProtocol::Bgp)),
];

const fn reader(kind: &'static str, read: fn(&Object<'_>, &mut Reading<'_>) -> Read<()>) -> KindReader {
    KindReader { group: "metallb.io", versions: &["v1beta1"], kind, scope: Scope::Namespaced, read }
}

fn pool(object: &Object<'_>, reading: &mut Reading<'_>) -> Read<()> {
    let spec = object.fields.get("spec");
    let spec = spec.as_ref().and_then(|spec| spec.fields().ok());
    reading.objects.metallb_pools.push(MetalLbPool {
        name: object.name.clone(),
        labels: object.labels.clone(),
        addresses: spec.list("addresses", |entry| Ok(entry.readable(addresses(entry)))),
        position: object.position,
    });
    Ok(())
}

fn advertisement(object: &Object<'_>, reading: &mut Reading<'_>, protocol: AnnouncementProtocol) -> Read<()> {
    let spec = object.fields.get("spec");
    let spec = spec.as_ref().and_then(|spec| spec.fields().ok());
    let selector = |entry: &Cursor<'_>| Ok(entry.selector());
    reading.objects.metallb_advertisements.push(MetalLbAdvertisement {
        protocol,
        name: object.name.clone(),
        pools: spec.list("ipAddressPools", value::text),
        pool_selectors: spec.list("ipAddressPoolSelectors", selector),
        node_selectors: spec.list("nodeSelectors", selector),
        interfaces: spec.list("interfaces", value::text),
        position: object.position,
    });
    Ok(())
}
