//! OpenELB's `Eip`.

use std::net::IpAddr;

use bulkhead_model::object::Eip;
use bulkhead_model::{AddressSet, IpNet, Name};

use super::{KindReader, Scope};
use crate::code;
use crate::read::decode::{Cursor, Object, Read, Reading, value};

pub(super) const KINDS: &[KindReader] =
    &[KindReader { group: "network.kubesphere.io", versions: &["v1alpha2"], kind: "Eip", scope: Scope::Cluster, read }];

fn read(object: &Object<'_>, reading: &mut Reading<'_>) -> Read<()> {
    let Some(spec) = object.fields.get("spec") else {
        return Err(object.fields.at().error(code::MISSING_FIELD, &[("name", "spec")]));
    };
    let fields = spec.fields()?;
    let protocol = fields.strict("protocol", value::text)?.filter(|protocol| !protocol.is_empty());
    reading.objects.eips.push(Eip {
        name: object.name.name.clone(),
        addresses: spec.readable(fields.required("address", addresses)),
        protocol: protocol.unwrap_or_else(|| Name::new_static("bgp")),
        interface: fields.optional("interface", value::text),
        disabled: fields.strict("disable", value::boolean)?.unwrap_or(false),
        position: object.position,
    });
    Ok(())
}

/// An address, a cidr, or `first-last`.
fn addresses(cursor: &Cursor<'_>) -> Read<AddressSet> {
    let text = cursor.string()?;
    if text.contains('/') {
        return cursor.cidr().map(AddressSet::from_net);
    }
    let Some((first, last)) = text.split_once('-') else { return cursor.address().map(AddressSet::from) };
    let range = first.trim().parse::<IpAddr>().ok().zip(last.trim().parse::<IpAddr>().ok());
    let set = range.and_then(|(first, last)| range_set(first, last));
    set.ok_or_else(|| cursor.error(code::ADDRESS_INVALID, &[("value", text)]))
}

/// The addresses from `first` to `last`; `None` where the families differ or there is none.
fn range_set(first: IpAddr, last: IpAddr) -> Option<AddressSet> {
    let nets: Vec<IpNet> = match (first, last) {
        (IpAddr::V4(first), IpAddr::V4(last)) if first <= last => {
            ipnet::Ipv4Subnets::new(first, last, 0).map(IpNet::V4).collect()
        }
        (IpAddr::V6(first), IpAddr::V6(last)) if first <= last => {
            ipnet::Ipv6Subnets::new(first, last, 0).map(IpNet::V6).collect()
        }
        _ => return None,
    };
    Some(nets.into_iter().collect())
}
