//! Which of its addresses a node uses as source towards a pod on an interface without a global address.
//!
//! IPv4 (`inet_select_addr`, net/ipv4/devinet.c): the first device, in the order of registration, that has a global primary
//! address; the route's hint is ignored. The NIC is there before a CNI makes devices, and no Kubernetes object shows an
//! order, so this one is assumed. IPv6 (`ipv6_dev_get_saddr`): RFC 6724 over all devices, where a tunnel address out of the
//! pods' range wins by its label or by the longest common prefix. Both measured.

use std::net::{IpAddr, Ipv6Addr};

use super::Picked;
use crate::reason::{ASSUMED_DEVICE_ORDER, Reason};

/// Picks among the NIC's address and the addresses of the CNI's devices.
pub(crate) fn toward_addressless_interface(pod: IpAddr, nic: Option<IpAddr>, devices: &[IpAddr]) -> Option<Picked> {
    match pod {
        IpAddr::V4(_) => {
            let assumption = Some(Reason::new(ASSUMED_DEVICE_ORDER));
            nic.filter(IpAddr::is_ipv4).map(|address| Picked { address, assumption })
        }
        IpAddr::V6(pod) => {
            let candidates = nic.into_iter().chain(devices.iter().copied()).filter_map(v6);
            let best =
                candidates.rev_max_by_key(|candidate| (label(*candidate) == label(pod), common_bits(*candidate, pod)));
            best.map(|address| Picked { address: IpAddr::V6(address), assumption: None })
        }
    }
}

fn v6(address: IpAddr) -> Option<Ipv6Addr> {
    match address {
        IpAddr::V6(address) => Some(address),
        IpAddr::V4(_) => None,
    }
}

/// The label of RFC 6724's default policy table, as far as nodes and pods have such addresses.
fn label(address: Ipv6Addr) -> u8 {
    match address.segments()[0] {
        first if first & 0xfe00 == 0xfc00 => 13,
        first if first & 0xffc0 == 0xfec0 => 11,
        0x2002 => 2,
        0x3ffe => 12,
        _ => 1,
    }
}

fn common_bits(a: Ipv6Addr, b: Ipv6Addr) -> u32 {
    (u128::from(a) ^ u128::from(b)).leading_zeros()
}

/// The first of the greatest, where [`Iterator::max_by_key`] gives the last: of equal candidates the NIC's stays.
trait FirstMax: Iterator + Sized {
    fn rev_max_by_key<K: Ord>(self, key: impl Fn(&Self::Item) -> K) -> Option<Self::Item> {
        self.fold(None, |best, next| match best {
            Some(best) if key(&best) >= key(&next) => Some(best),
            _ => Some(next),
        })
    }
}

impl<I: Iterator> FirstMax for I {}

#[cfg(test)]
mod tests {
    use super::*;

    fn pick(pod: &str, nic: &str, devices: &[&str]) -> String {
        let devices: Vec<IpAddr> = devices.iter().map(|device| device.parse().unwrap()).collect();
        toward_addressless_interface(pod.parse().unwrap(), nic.parse().ok(), &devices).unwrap().address.to_string()
    }

    #[test]
    fn the_longest_common_prefix_wins_in_ipv6() {
        assert_eq!(pick("fd00:10:244::5", "2001:db8:10::11", &["fd00:10:244::40"]), "fd00:10:244::40");
        assert_eq!(pick("2001:db8:20::5", "2001:db8:10::11", &["2001:db8:20::40"]), "2001:db8:20::40");
        assert_eq!(pick("fd00:10:244::5", "2001:db8:10::11", &[]), "2001:db8:10::11");
    }

    #[test]
    fn ipv4_takes_the_first_device() {
        assert_eq!(pick("10.244.1.5", "10.10.0.11", &["10.244.1.0"]), "10.10.0.11");
    }
}
