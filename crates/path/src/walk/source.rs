//! Which source a packet has: the one that the kernel picks for a process, and the one that a node puts in.

use std::net::IpAddr;

use bulkhead_snapshot::NodeId;

use super::{Client, Rewritten, Trail, Walker};
use crate::cni::{Called, Family, Leaving, Link, Out};
use crate::network::AddressKind;
use crate::proxy::{self, Hairpin, Mark, Way};
use crate::reason::Reason;
use crate::route::Address;

/// An address that a node picked.
pub(super) struct Pick {
    pub(super) address: Address,
    pub(super) assumption: Option<Reason>,
}

impl Pick {
    fn known(picked: Result<IpAddr, Reason>) -> Self {
        Self { address: picked.map_or_else(Address::Unknown, Address::Known), assumption: None }
    }
}

impl Walker<'_> {
    /// The address that MASQUERADE, or the kernel for a process without an address of its own, picks for an out device
    /// (`net/netfilter/nf_nat_masquerade.c`: the device's address; the route's hint is ignored).
    pub(super) fn pick(&self, node: NodeId, out: Out, destination: IpAddr) -> Pick {
        let family = Family::of(destination);
        let snapshot = self.network.snapshot();
        let row = &snapshot.nodes[node];
        let nic = self.network.primary_address(node, family);
        let cni = match (out, self.network.cni_rules()) {
            (Out::Nic, _) => return Pick::known(nic),
            (Out::OwnPod | Out::PodLink(_), Err(unknown)) => return Pick::known(Err(unknown)),
            (Out::OwnPod | Out::PodLink(_), Ok(cni)) => cni,
        };
        match out {
            Out::OwnPod => match cni.own_pod_source(row, destination, nic.ok()) {
                Ok(picked) => Pick { address: Address::Known(picked.address), assumption: picked.assumption },
                Err(unknown) => Pick::known(Err(unknown)),
            },
            Out::PodLink(Link::Tunnel(tunnel)) => Pick::known(cni.tunnel_address(row, tunnel, family)),
            Out::PodLink(Link::Plain) | Out::Nic => {
                let nic = cni.nic_address(row, family).map_or(nic, Ok);
                Pick::known(cni.plain_address(row, destination, nic.as_ref().ok().copied()).unwrap_or(nic))
            }
        }
    }

    /// The source of a process of a node, before any translation: by the route to the address that it calls.
    pub(crate) fn process_source(&self, node: NodeId, destination: IpAddr) -> (Address, Option<Reason>) {
        let bound = proxy::rules(self.network).ok().and_then(|rules| rules.process_source(self.network, destination));
        if let Some(address) = bound {
            return (Address::Known(address), None);
        }
        if self.network.nodes().is_local(node, destination) {
            return (Address::Known(destination), None);
        }
        let out = match self.owner(node, destination, None, None) {
            super::forward::Owner::OwnPod(_) => Out::OwnPod,
            super::forward::Owner::Pod { node: Some(other), .. } => match self.link(node, other, destination) {
                Ok(link) => Out::PodLink(link),
                Err(unknown) => return (Address::Unknown(unknown), None),
            },
            // An address of another node's tunnel is in that node's block of pods, and reached as they are (found by the lab).
            super::forward::Owner::Node(other) if self.network.in_cluster_ranges(destination) => {
                match self.link(node, other, destination) {
                    Ok(link) => Out::PodLink(link),
                    Err(unknown) => return (Address::Unknown(unknown), None),
                }
            }
            _ => Out::Nic,
        };
        if let (Ok(cni), true) = (self.network.cni_rules(), out != Out::Nic) {
            let nic = self.network.primary_address(node, Family::of(destination)).ok();
            let own = cni.process_source(&self.network.snapshot().nodes[node], destination, nic);
            if let Some(source) = own {
                return (source.map_or_else(Address::Unknown, Address::Known), None);
            }
        }
        let pick = self.pick(node, out, destination);
        (pick.address, pick.assumption)
    }

    /// The source behind source NAT, and whether it was rewritten.
    pub(super) fn rewrite_source(&self, trail: &mut Trail, node: NodeId, out: Out, mark: &Mark) -> Rewritten {
        let pick = match mark {
            Mark::Masquerade => self.proxy_pick(trail, node, out),
            Mark::Keep | Mark::Preserve | Mark::Unknown(_) => None,
        };
        let pick = pick.unwrap_or_else(|| self.pick(node, out, trail.destination));
        let rewrite = match mark {
            Mark::Preserve => Rewritten::No,
            Mark::Masquerade => Rewritten::Yes,
            Mark::Unknown(reason) => Rewritten::Unknown(reason.clone()),
            Mark::Keep => self.rewritten_by_cni(trail, node, out),
        };
        match &rewrite {
            Rewritten::No => {}
            Rewritten::Yes => {
                trail.assume(pick.assumption);
                trail.masquerade(node, pick.address, None);
            }
            Rewritten::Unknown(_) if pick.address == trail.packet.source => return Rewritten::No,
            Rewritten::Unknown(reason) => {
                trail.masquerade(node, Address::Unknown(reason.clone()), Some(reason.clone()));
            }
        }
        rewrite
    }

    /// The address that the proxy puts in by itself. A process that it translates for has the kernel's pick.
    fn proxy_pick(&self, trail: &Trail, node: NodeId, out: Out) -> Option<Pick> {
        let at_home = trail.visits.iter().all(|visit| visit.node == node);
        if at_home && trail.client == Client::Process(node) && !self.binds(trail) {
            return None;
        }
        let hairpin = if trail.source() == Some(trail.destination) { Hairpin::Yes } else { Hairpin::No };
        let way = Way { family: Family::of(trail.destination), out, hairpin };
        let rules = proxy::rules(self.network).ok()?;
        rules.masquerade_source(self.network, node, way).map(Pick::known)
    }

    /// Whether a process has the address of a Service as its source.
    pub(super) fn binds(&self, trail: &Trail) -> bool {
        let of_service = |source: IpAddr| self.network.services().address(source).is_some();
        trail.source().is_some_and(of_service)
    }

    fn rewritten_by_cni(&self, trail: &mut Trail, node: NodeId, out: Out) -> Rewritten {
        let Some(source) = trail.source() else { return Rewritten::No };
        let source_is_own = proxy::is_local(self.network, node, source);
        let cni = match self.network.cni_rules() {
            Ok(cni) => cni,
            // No CNI touches what one pod sends to another; everything else is its own affair.
            Err(_) if self.between_pods(source, trail.destination) || out == Out::OwnPod => return Rewritten::No,
            Err(_) if source_is_own && out == Out::Nic => return Rewritten::No,
            Err(unknown) => return Rewritten::Unknown(unknown),
        };
        let leaving = Leaving {
            node: &self.network.snapshot().nodes[node],
            source,
            source_is_own,
            destination: trail.destination,
            destination_is_node: !self.network.nodes().with_address(trail.destination).is_empty(),
            called: self.called(trail),
            out,
        };
        match cni.masquerades(&leaving) {
            Ok(false) => {
                let from_outside = !source_is_own && self.network.snapshot().pods_with_address(source).is_empty();
                trail.assume(cni.keep_assumption(&leaving).filter(|_| from_outside && out != Out::Nic));
                Rewritten::No
            }
            Ok(true) => {
                trail.assume(cni.masquerade_assumption());
                Rewritten::Yes
            }
            Err(unknown) => Rewritten::Unknown(unknown),
        }
    }

    fn called(&self, trail: &Trail) -> Called {
        let Some(address) = trail.called() else { return Called::Other };
        if address == trail.destination {
            return Called::Destination;
        }
        match self.network.services().address(address) {
            Some((AddressKind::Cluster, _)) => Called::ClusterIp,
            _ => Called::Other,
        }
    }

    fn between_pods(&self, source: IpAddr, destination: IpAddr) -> bool {
        let snapshot = self.network.snapshot();
        !snapshot.pods_with_address(source).is_empty() && !snapshot.pods_with_address(destination).is_empty()
    }
}
