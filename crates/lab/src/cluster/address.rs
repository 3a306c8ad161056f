//! Which address everything has, in both families.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use bulkhead_analysis::path::Family;

use super::{Node, Subnet};

/// Every pod's address is in here.
pub(crate) fn pod_cidr(family: Family) -> &'static str {
    match family {
        Family::V4 => "10.244.0.0/16",
        Family::V6 => "fd00:10:244::/48",
    }
}

/// The clusterIPs.
pub(crate) fn service_cidr(family: Family) -> &'static str {
    match family {
        Family::V4 => "10.96.0.0/16",
        Family::V6 => "fd00:10:96::/112",
    }
}

/// The load balancers' addresses and `externalIPs`.
pub(crate) fn external_cidr(family: Family) -> &'static str {
    match family {
        Family::V4 => "192.0.2.0/24",
        Family::V6 => "2001:db8:192::/64",
    }
}

/// The clients behind the router.
pub(crate) fn off_lan_cidr(family: Family) -> &'static str {
    match family {
        Family::V4 => "198.51.100.0/24",
        Family::V6 => "2001:db8:51::/64",
    }
}

/// The nodes' first subnet.
pub(crate) fn lan_cidr(family: Family) -> &'static str {
    match family {
        Family::V4 => "10.10.0.0/24",
        Family::V6 => "fd00:10:10::/64",
    }
}

/// The API server's machine, which is also the router.
pub(crate) fn api_server(family: Family) -> IpAddr {
    Subnet::A.router(family)
}

/// A clusterIP.
pub(crate) fn cluster_ip(family: Family, high: u8, low: u8) -> IpAddr {
    match family {
        Family::V4 => Ipv4Addr::new(10, 96, high, low).into(),
        Family::V6 => Ipv6Addr::new(0xfd00, 0x10, 0x96, 0, 0, 0, 0, u16::from_be_bytes([high, low])).into(),
    }
}

/// An address of no machine.
pub(crate) fn external(family: Family, number: u8) -> IpAddr {
    match family {
        Family::V4 => Ipv4Addr::new(192, 0, 2, number).into(),
        Family::V6 => Ipv6Addr::new(0x2001, 0xdb8, 0x192, 0, 0, 0, 0, u16::from(number)).into(),
    }
}

/// A machine behind the router.
pub(crate) fn off_lan(family: Family, host: u8) -> IpAddr {
    match family {
        Family::V4 => Ipv4Addr::new(198, 51, 100, host).into(),
        Family::V6 => Ipv6Addr::new(0x2001, 0xdb8, 0x51, 0, 0, 0, 0, u16::from(host)).into(),
    }
}

/// The length of the prefix of a LAN.
pub(crate) fn lan_length(family: Family) -> u8 {
    match family {
        Family::V4 => 24,
        Family::V6 => 64,
    }
}

/// The length of the prefix that is one address.
pub(crate) fn whole_length(family: Family) -> u8 {
    match family {
        Family::V4 => 32,
        Family::V6 => 128,
    }
}

/// What nft and `ip route` call the family.
pub(crate) fn table_family(family: Family) -> &'static str {
    match family {
        Family::V4 => "ip",
        Family::V6 => "ip6",
    }
}

impl Subnet {
    /// A machine's address.
    pub(crate) fn address(self, family: Family, host: u8) -> IpAddr {
        let (decimal, hexadecimal) = match self {
            Self::A => (10, 0x10),
            Self::B => (20, 0x20),
        };
        match family {
            Family::V4 => Ipv4Addr::new(10, decimal, 0, host).into(),
            Family::V6 => Ipv6Addr::new(0xfd00, 0x10, hexadecimal, 0, 0, 0, 0, u16::from(host)).into(),
        }
    }

    pub(crate) fn router(self, family: Family) -> IpAddr {
        self.address(family, 254)
    }
}

impl Node {
    pub(crate) fn address(&self, family: Family) -> IpAddr {
        self.subnet.address(family, 10 + self.number)
    }

    /// An address of its block of pods.
    pub(crate) fn in_block(&self, family: Family, host: u8) -> IpAddr {
        match family {
            Family::V4 => Ipv4Addr::new(10, 244, self.number, host).into(),
            Family::V6 => Ipv6Addr::new(0xfd00, 0x10, 0x244, u16::from(self.number), 0, 0, 0, u16::from(host)).into(),
        }
    }

    /// The address of its tunnel device: Calico takes one of its pool, flannel the first of the node's block.
    pub(crate) fn tunnel(&self, family: Family) -> IpAddr {
        self.in_block(family, 0)
    }

    /// The address of flannel's bridge.
    pub(crate) fn bridge(&self, family: Family) -> IpAddr {
        self.in_block(family, 1)
    }

    pub(crate) fn pod_block(&self, family: Family) -> String {
        format!("{}/{}", self.in_block(family, 0), lan_length(family))
    }

    /// The hardware address of its tunnel device.
    pub(crate) fn tunnel_mac(&self, family: Family) -> String {
        let of_family = if family == Family::V4 { 0 } else { 6 };
        format!("66:00:00:00:{of_family:02x}:{:02x}", self.number)
    }
}
