//! Load balancers of `QingCloud`: nothing citable says whom packets come from.

use super::claim;
use super::habits::{Arrives, Follows, Habits, Health, LocalNodes, Nodes, Source, Without};
use super::{Member, Variant};
use crate::about::open;
use crate::reason::{LOAD_BALANCER_TARGETS_UNKNOWN, Reason};

/// The member of the list.
pub(super) const MEMBER: Member = Member {
    name: "qingcloud",
    title: "QingCloud load balancer",
    variants: &[VARIANT],
    reads: &["Service annotations service.beta.kubernetes.io/qingcloud-*"],
    example: &[
        crate::about::NODES,
        super::SHOP,
        include_str!("example.yaml"),
        crate::about::KUBE_PROXY,
        crate::about::CALICO,
    ],
    runs: None,
    claim: |asked| claim::named(asked, &[], &["service.beta.kubernetes.io/qingcloud-*"]),
    read: |_| {
        let unknown = Reason::new(LOAD_BALANCER_TARGETS_UNKNOWN).with("implementation", MEMBER.title);
        Err(unknown.with("field", "-"))
    },
};

/// Nothing was found that could be cited.
const NOTHING: &str = "no document was found that says it";

const VARIANT: Variant = Variant {
    name: "",
    habits: Habits {
        arrives: open(Arrives::NodePort, NOTHING),
        nodes: open(Nodes::Every, NOTHING),
        local: open(LocalNodes::Ready, NOTHING),
        without: open(Without::Stays, NOTHING),
        follows: open(Follows::ByHealthCheck, NOTHING),
        source: open(Source::Own, NOTHING),
        health: open(Health::Node, NOTHING),
    },
};
