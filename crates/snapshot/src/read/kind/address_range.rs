//! Addresses as providers of load balancers write them: an address, a cidr, or the first and the last of a range.

use std::net::IpAddr;

use bulkhead_model::{AddressSet, IpNet};

use crate::code;
use crate::read::decode::{Cursor, Read};

/// An address, a cidr, or `first-last`.
pub(super) fn addresses(cursor: &Cursor<'_>) -> Read<AddressSet> {
    let text = cursor.string()?;
    if text.contains('/') {
        return cursor.cidr().map(AddressSet::from_net);
    }
    let Some((first, last)) = text.split_once('-') else { return cursor.address().map(AddressSet::from) };
    let range = first.trim().parse::<IpAddr>().ok().zip(last.trim().parse::<IpAddr>().ok());
    let set = range.and_then(|(first, last)| between(first, last));
    set.ok_or_else(|| cursor.error(code::ADDRESS_INVALID, &[("value", text)]))
}

/// The addresses from `first` to `last`; `None` where the families differ or there is none.
pub(super) fn between(first: IpAddr, last: IpAddr) -> Option<AddressSet> {
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
