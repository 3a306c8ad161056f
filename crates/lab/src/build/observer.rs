//! Observers: sets in the kernel that note every first packet at one hook, with a number by which it is known again behind every
//! translation: a TCP connection's first sequence number, or the first bytes of a datagram.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};

use anyhow::{Context, Result};
use bulkhead_analysis::path::Family;
use serde_json::Value;

use crate::cluster::{Proxy, table_family};
use crate::machine::Namespace;

/// A packet that a node's policy hook saw.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Sighting {
    pub(crate) source: IpAddr,
    pub(crate) destination: IpAddr,
    pub(crate) port: u16,
    /// What the packet carries through every translation.
    pub(crate) number: u32,
}

/// `begun` knows which number a connection of this namespace has; a first packet that was sent once is not sent again, as it would be
/// balanced anew (a kernel that is emulated begins so slowly that it would do so before the round is over). `tcp_seen` and `udp_seen`
/// look at the hook of the policy engines that judge in netfilter: filter FORWARD, right before the verdict.
///
/// `ipsec in reqid` stands for any number of 32 bits: of the types that nft can declare and that match a raw field, it is the one
/// whose sets nft 1.0.6 can list. It takes the bytes in the machine's order, so [`number_on_the_wire`] turns them round.
fn table(family: Family) -> String {
    TABLE.replace("IP", table_family(family)).replace("MARK", PASSING)
}

const TABLE: &str = "
table IP observer {
  set begun { typeof tcp sport . IP daddr . tcp dport . ipsec in reqid; flags dynamic; size 65535; }
  set tcp_seen { typeof IP saddr . IP daddr . tcp dport . ipsec in reqid; flags dynamic; size 65535; }
  set udp_seen { typeof IP saddr . IP daddr . udp dport . ipsec in reqid; flags dynamic; size 65535; }
  chain output {
    type filter hook output priority -400;
    meta mark & MARK == 0 tcp flags & (syn|ack) == syn tcp sport . IP daddr . tcp dport . tcp sequence @begun drop
    meta mark & MARK == 0 tcp flags & (syn|ack) == syn add @begun { tcp sport . IP daddr . tcp dport . tcp sequence }
  }
  chain forward {
    type filter hook forward priority -2;
    tcp flags & (syn|ack) == syn add @tcp_seen { IP saddr . IP daddr . tcp dport . tcp sequence }
    udp length >= 12 add @udp_seen { IP saddr . IP daddr . udp dport . @th,64,32 }
  }
}";

/// Where IPVS translates, packets that are only passing go through INPUT and OUTPUT, and never through FORWARD.
const PASSING_BY_IPVS: &str = "
table IP observer {
  chain input {
    type filter hook input priority -3;
    meta mark set meta mark or MARK
  }
  chain output_behind_ipvs {
    type filter hook output priority -2;
    meta mark & MARK == MARK tcp flags & (syn|ack) == syn add @tcp_seen { IP saddr . IP daddr . tcp dport . tcp sequence }
    meta mark & MARK == MARK udp length >= 12 add @udp_seen { IP saddr . IP daddr . udp dport . @th,64,32 }
  }
}";

/// The mark of packets that came in by INPUT: whoever sees it in OUTPUT knows that IPVS sends them on.
pub(super) const PASSING: &str = "0x00800000";

/// Both families are watched, whatever the cluster has.
pub(super) fn install(namespace: &Namespace, proxy: Proxy) -> Result<()> {
    for family in Family::ALL {
        namespace.nft(&table(family))?;
        if proxy == Proxy::Ipvs {
            let passing = PASSING_BY_IPVS.replace("IP", table_family(family)).replace("MARK", PASSING);
            namespace.nft(&passing)?;
        }
    }
    Ok(())
}

pub(super) fn forget(namespace: &Namespace) -> Result<()> {
    let flush = |family: &Family| {
        let ip = table_family(*family);
        ["begun", "tcp_seen", "udp_seen"].map(|set| format!("flush set {ip} observer {set};")).concat()
    };
    namespace.nft(&Family::ALL.iter().map(flush).collect::<String>())
}

/// The number of each TCP connection that was begun here, by its local port and its peer. (The kernel gives a port twice only
/// where the peers differ.)
pub(super) fn begun(namespace: &Namespace) -> Result<BTreeMap<(u16, SocketAddr), u32>> {
    let connection = |fields: &[Value]| match fields {
        [local, destination, port, number] => {
            let peer = SocketAddr::new(address_of(destination)?, number_of(port)?);
            Some(((number_of(local)?, peer), number_on_the_wire(number)?))
        }
        _ => None,
    };
    let mut all = BTreeMap::new();
    for family in Family::ALL {
        all.extend(elements(namespace, family, "begun", connection)?);
    }
    Ok(all)
}

pub(super) fn sightings(namespace: &Namespace) -> Result<Vec<Sighting>> {
    let sighting = |fields: &[Value]| match fields {
        [source, destination, port, number] => Some(Sighting {
            source: address_of(source)?,
            destination: address_of(destination)?,
            port: number_of(port)?,
            number: number_on_the_wire(number)?,
        }),
        _ => None,
    };
    let mut all = Vec::new();
    for family in Family::ALL {
        all.extend(elements(namespace, family, "tcp_seen", sighting)?);
        all.extend(elements(namespace, family, "udp_seen", sighting)?);
    }
    Ok(all)
}

fn address_of(value: &Value) -> Option<IpAddr> {
    value.as_str()?.parse().ok()
}

fn number_of<T: TryFrom<u64>>(value: &Value) -> Option<T> {
    value.as_u64().and_then(|number| T::try_from(number).ok())
}

fn number_on_the_wire(value: &Value) -> Option<u32> {
    number_of(value).map(u32::to_be)
}

/// The elements of a set. One that cannot be read is an error: a sighting that is lost looks like a packet that was not there.
fn elements<T>(
    namespace: &Namespace,
    family: Family,
    set: &str,
    read: impl Fn(&[Value]) -> Option<T>,
) -> Result<Vec<T>> {
    let ip = table_family(family);
    let listing = namespace.feed("nft", &["-j", "-n", "list", "set", ip, "observer", set], "")?;
    let listing: Value = serde_json::from_str(&listing).context("nft prints no JSON")?;
    let found =
        listing.get("nftables").and_then(Value::as_array).into_iter().flatten().find_map(|part| part.get("set"));
    let elements = found.and_then(|set| set.get("elem")).and_then(Value::as_array);
    let one = |element: &Value| {
        let fields = element
            .get("concat")
            .and_then(Value::as_array)
            .with_context(|| format!("no element of {set}: {element}"))?;
        read(fields).with_context(|| format!("no element of {set}: {element}"))
    };
    elements.into_iter().flatten().map(one).collect()
}
