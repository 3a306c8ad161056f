//! IPPools: which traffic is encapsulated, and what `natOutgoing` masquerades.

use std::net::IpAddr;

use bulkhead_model::object::{IpPool, OverlayMode};
use bulkhead_model::{IpNet, ObjectRef, Readable};
use bulkhead_snapshot::{Evidence, Snapshot};

use crate::cni::{Family, Leaving, Out, Tunnel};
use crate::overrides::{Carriage, Overlay, Overrides};
use crate::reason::{NAT_OUTGOING_UNKNOWN, Reason};

/// When traffic is encapsulated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// Between any two nodes.
    Always,
    /// Between nodes of different subnets.
    OtherSubnet,
}

/// How a pool's traffic is encapsulated; `None` where it is not.
type Encapsulation = Option<(Tunnel, When)>;

/// One pool, as far as paths depend on it.
#[derive(Clone, Debug)]
struct Pool {
    cidr: IpNet,
    /// `None` where it could not be read, or is contradicted.
    encapsulation: Option<Encapsulation>,
    /// `None` where it is contradicted.
    nat_outgoing: Option<bool>,
}

/// The pools of a cluster, and what the user says about all of them. Disabled pools count: Felix only stops handing out
/// their addresses.
#[derive(Clone, Debug)]
pub(super) struct Pools {
    known: Vec<Pool>,
    /// Whether every pool of the input could be read.
    complete: bool,
    overlay: Option<Encapsulation>,
    nat_outgoing: Option<bool>,
    /// Whether the input has no pool and no node has a tunnel address: Calico gives one out as soon as a pool is encapsulated.
    nothing_encapsulated: bool,
    /// Whether `WireGuard` carries packets of each family instead, between nodes that have it.
    wireguard: [bool; 2],
    exclusions: Exclusions,
}

/// `natOutgoingExclusions`: where to natOutgoing does not masquerade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exclusions {
    Pools,
    PoolsAndHosts,
}

/// Felix' settings that turn `WireGuard` on.
const WIREGUARD: [(&str, &str); 2] =
    [("wireguardEnabled", "FELIX_WIREGUARDENABLED"), ("wireguardEnabledV6", "FELIX_WIREGUARDENABLEDV6")];

/// An IPPool shows Calico.
pub(super) fn evidence(snapshot: &Snapshot) -> Option<Evidence> {
    let pool = snapshot.ip_pools.first()?;
    Some(Evidence::Field {
        object: ObjectRef::cluster("IPPool", pool.name.clone()),
        field: "kind".to_owned(),
        value: "IPPool".to_owned(),
        position: pool.position,
    })
}

impl Pools {
    pub(super) fn of(snapshot: &Snapshot, overrides: &Overrides) -> Self {
        let pools: Vec<Pool> = snapshot.ip_pools.iter().filter_map(|pool| read(pool, &snapshot.ip_pools)).collect();
        let tunnel_keys = [super::IPIP_ADDRESS, super::VXLAN_ADDRESS[0], super::VXLAN_ADDRESS[1]];
        let exclusions = super::to_host::setting(snapshot, "natOutgoingExclusions", "FELIX_NATOUTGOINGEXCLUSIONS");
        Self {
            complete: pools.len() == snapshot.ip_pools.len(),
            known: pools,
            overlay: overrides.overlay.map(encapsulation_of),
            nat_outgoing: overrides.nat_outgoing,
            nothing_encapsulated: snapshot.ip_pools.is_empty()
                && crate::cni::node_annotation(snapshot, &tunnel_keys).is_none(),
            wireguard: WIREGUARD.map(|(field, variable)| {
                super::to_host::setting(snapshot, field, variable).is_some_and(|text| text.eq_ignore_ascii_case("true"))
            }),
            exclusions: match exclusions {
                Some(text) if text.eq_ignore_ascii_case("IPPoolsAndHostIPs") => Exclusions::PoolsAndHosts,
                _ => Exclusions::Pools,
            },
        }
    }

    /// How packets to a pod are encapsulated; `None` where nobody can tell.
    pub(super) fn encapsulation(&self, pod: IpAddr) -> Option<Encapsulation> {
        if self.overlay.is_some() {
            return self.overlay;
        }
        match self.pool_of(pod) {
            Some(pool) => pool.encapsulation,
            None => self.nothing_encapsulated.then_some(None),
        }
    }

    /// Whether packets to a pod go by `WireGuard`, between nodes that have it.
    pub(super) fn wireguard(&self, pod: IpAddr) -> bool {
        let told = matches!(self.overlay, Some(Some((Tunnel::Wireguard, _))));
        let on = self.wireguard.get(Family::of(pod).index()).copied().unwrap_or(false);
        told || (self.overlay.is_none() && on)
    }

    pub(super) fn any_cross_subnet(&self) -> bool {
        let cross = |encapsulation: Encapsulation| matches!(encapsulation, Some((_, When::OtherSubnet)));
        self.overlay.is_some_and(cross) || self.known.iter().filter_map(|pool| pool.encapsulation).any(cross)
    }

    /// `felix/rules/nat.go`: a source in a pool with natOutgoing, a destination in no pool.
    pub(super) fn nat_outgoing(&self, leaving: &Leaving<'_>) -> Result<bool, Reason> {
        // The address of the node's tunnel is of a pool like the pods'.
        let is_no_pods = leaving.source_is_own && self.pool_of(leaving.source).is_none();
        if is_no_pods || leaving.out == Out::OwnPod {
            return Ok(false);
        }
        if self.pool_of(leaving.destination).is_some()
            || (self.exclusions == Exclusions::PoolsAndHosts && leaving.destination_is_node)
        {
            return Ok(false);
        }
        match (self.pool_of(leaving.source), self.nat_outgoing) {
            (_, Some(given)) if leaving.out == Out::Nic => Ok(given && self.may_be_pod(leaving.source)),
            (Some(Pool { nat_outgoing: Some(given), .. }), _) => Ok(*given),
            (None, _) if self.complete && !self.known.is_empty() => Ok(false),
            (_, _) if leaving.out == Out::Nic => {
                Err(Reason::missing(NAT_OUTGOING_UNKNOWN, "--nat-outgoing").with("address", leaving.source))
            }
            // Towards a pod: its address is of a pool, whichever that is.
            (_, _) => Ok(false),
        }
    }

    /// Whether natOutgoing as the user gives it can mean an address: one of a pool, or any where no pool is in the input.
    fn may_be_pod(&self, source: IpAddr) -> bool {
        self.known.is_empty() || self.pool_of(source).is_some()
    }

    fn pool_of(&self, address: IpAddr) -> Option<&Pool> {
        self.index_of(address).and_then(|index| self.known.get(index))
    }

    /// Which pool an address is of: the narrowest that holds it.
    pub(super) fn index_of(&self, address: IpAddr) -> Option<usize> {
        let holding = self.known.iter().enumerate().filter(|(_, pool)| pool.cidr.contains(&address));
        holding.max_by_key(|(_, pool)| pool.cidr.prefix_len()).map(|(index, _)| index)
    }
}

/// What a pool says, as far as no other one of the same addresses says something else.
fn read(pool: &IpPool, all: &[IpPool]) -> Option<Pool> {
    let cidr = *pool.cidr.known()?;
    let encapsulation = |pool: &IpPool| match (&pool.ipip, &pool.vxlan) {
        _ if pool.has_two_overlays() => None,
        (Readable::Known(ipip), Readable::Known(vxlan)) => {
            Some(mode(Tunnel::Ipip, *ipip).or_else(|| mode(Tunnel::Vxlan, *vxlan)))
        }
        _ => None,
    };
    let others = || all.iter().filter(|other| pool.contradicts(other));
    let own = encapsulation(pool);
    Some(Pool {
        cidr,
        encapsulation: own.filter(|_| others().all(|other| encapsulation(other) == own)),
        nat_outgoing: Some(pool.nat_outgoing).filter(|own| others().all(|other| other.nat_outgoing == *own)),
    })
}

fn mode(tunnel: Tunnel, mode: OverlayMode) -> Encapsulation {
    match mode {
        OverlayMode::Never => None,
        OverlayMode::Always => Some((tunnel, When::Always)),
        OverlayMode::CrossSubnet => Some((tunnel, When::OtherSubnet)),
    }
}

fn encapsulation_of(overlay: Overlay) -> Encapsulation {
    match overlay.carriage() {
        Carriage::Plain => None,
        Carriage::Tunnel(tunnel) => Some((tunnel, When::Always)),
        Carriage::OtherSubnet(tunnel) => Some((tunnel, When::OtherSubnet)),
    }
}
