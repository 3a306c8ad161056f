//! Nodes by what the policies look at in their addresses: worked out once, for all endpoints that the nodes lead to.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use bulkhead_policy::{Alike, AlikeKey, Question};
use bulkhead_snapshot::NodeId;

use crate::network::Network;
use crate::node_class::NodeClass;

/// Lists of nodes, each sorted.
pub(super) type Lists = Rc<[Arc<[NodeId]>]>;

/// What is looked at in the address of a node: the place of the address among the node's own, and what the policies look at.
/// `None` where the address is the same by every node.
type Looked = Option<(usize, Rc<Alike>)>;

/// Partitions of lists of nodes that were already made. Lists are known by where they lie; each is kept with what was made of it.
#[derive(Default)]
pub(super) struct Partitions {
    kinds: RefCell<BTreeMap<KindsKey, Made>>,
    joined: RefCell<BTreeMap<JoinedKey, Lists>>,
}

/// A list, and for each question the place and what is looked at.
type KindsKey = (usize, Vec<Option<(usize, usize)>>);

/// Lists, and which of them are joined.
type JoinedKey = (usize, Vec<Vec<usize>>);

struct Made {
    lists: Lists,
    _kept: (Arc<[NodeId]>, Vec<Looked>),
}

impl Partitions {
    /// The nodes of a class's list by what policies look at in the address that each question has by them.
    pub(super) fn kinds(
        &self,
        network: &Network<'_>,
        class: &NodeClass,
        first: NodeId,
        questions: &[(&Question, Rc<Alike>)],
    ) -> Lists {
        let Some(list) = class.list() else { return Rc::from([]) };
        let roles = &network.nodes().row(first).roles;
        let looked = |(question, alike): &(&Question, Rc<Alike>)| {
            let address = question.peer.address.filter(|_| question.peer.pod.is_none())?;
            let role = roles.iter().position(|role| *role == Some(address))?;
            Some((role, Rc::clone(alike)))
        };
        let looked: Vec<Looked> = questions.iter().map(looked).collect();
        let place = |looked: &Looked| looked.as_ref().map(|(role, alike)| (*role, Rc::as_ptr(alike) as usize));
        let key = (list.as_ptr() as usize, looked.iter().map(place).collect());
        let mut known = self.kinds.borrow_mut();
        let make = || Made { lists: by_key(network, list, &looked), _kept: (Arc::clone(list), looked) };
        Rc::clone(&known.entry(key).or_insert_with(make).lists)
    }

    /// Lists joined, each group of them to one.
    pub(super) fn joined(&self, lists: &Lists, groups: &[Vec<usize>]) -> Lists {
        let key = (lists.as_ptr() as usize, groups.to_vec());
        let join = |group: &Vec<usize>| {
            let mut nodes: Vec<NodeId> =
                group.iter().filter_map(|index| lists.get(*index)).flat_map(|list| list.iter().copied()).collect();
            nodes.sort_unstable();
            Arc::from(nodes)
        };
        Rc::clone(self.joined.borrow_mut().entry(key).or_insert_with(|| groups.iter().map(join).collect()))
    }
}

fn by_key(network: &Network<'_>, list: &[NodeId], looked: &[Looked]) -> Lists {
    let mut kinds: BTreeMap<Vec<Option<AlikeKey>>, Vec<NodeId>> = BTreeMap::new();
    for node in list.iter().copied() {
        let roles = &network.nodes().row(node).roles;
        let key = looked.iter().map(|looked| {
            let (role, alike) = looked.as_ref()?;
            let address = roles.get(*role).copied().flatten()?;
            Some(alike.key(address, network.party(Some(address)).node))
        });
        kinds.entry(key.collect()).or_default().push(node);
    }
    kinds.into_values().map(Arc::from).collect()
}
