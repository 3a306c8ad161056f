//! Nodes that behave the same for one route. Five thousand nodes are one class, and a hundred routes share its list.

use std::sync::Arc;

use bulkhead_snapshot::NodeId;

/// Nodes in the snapshot's order: a list that many routes share, less the one node that the endpoint is on.
#[derive(Clone, Debug, Default)]
pub struct NodeClass {
    nodes: Option<Arc<[NodeId]>>,
    except: Option<NodeId>,
}

impl NodeClass {
    /// No node.
    pub fn empty() -> Self {
        Self::default()
    }

    /// One node.
    pub fn single(node: NodeId) -> Self {
        Self { nodes: Some(Arc::from([node])), except: None }
    }

    /// These nodes, without one of them. The list must be sorted.
    pub fn sharing(nodes: Arc<[NodeId]>, except: Option<NodeId>) -> Self {
        Self { except: except.filter(|node| nodes.binary_search(node).is_ok()), nodes: Some(nodes) }
    }

    /// The members, in order.
    pub fn iter(&self) -> impl Iterator<Item = &NodeId> {
        self.nodes.iter().flat_map(|nodes| nodes.iter()).filter(|node| Some(**node) != self.except)
    }

    /// The list that it shares with other classes.
    pub fn list(&self) -> Option<&Arc<[NodeId]>> {
        self.nodes.as_ref()
    }

    /// The node that the list has and the class has not.
    pub fn except(&self) -> Option<NodeId> {
        self.except
    }

    /// The member that stands for the others.
    pub fn first(&self) -> Option<&NodeId> {
        self.iter().next()
    }

    /// How many members there are.
    pub fn len(&self) -> usize {
        self.nodes.as_ref().map_or(0, |nodes| nodes.len()) - usize::from(self.except.is_some())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether a node is a member.
    pub fn contains(&self, node: NodeId) -> bool {
        self.except != Some(node) && self.nodes.as_ref().is_some_and(|nodes| nodes.binary_search(&node).is_ok())
    }
}

impl FromIterator<NodeId> for NodeClass {
    fn from_iter<I: IntoIterator<Item = NodeId>>(nodes: I) -> Self {
        let mut nodes: Vec<NodeId> = nodes.into_iter().collect();
        nodes.sort_unstable();
        nodes.dedup();
        if nodes.is_empty() { Self::empty() } else { Self { nodes: Some(Arc::from(nodes)), except: None } }
    }
}

impl PartialEq for NodeClass {
    fn eq(&self, other: &Self) -> bool {
        let shared = match (&self.nodes, &other.nodes) {
            (Some(own), Some(others)) => Arc::ptr_eq(own, others) && self.except == other.except,
            _ => false,
        };
        shared || (self.len() == other.len() && self.iter().eq(other.iter()))
    }
}

impl Eq for NodeClass {}

#[cfg(test)]
mod tests {
    use super::*;
    use bulkhead_snapshot::Id;

    #[test]
    fn a_shared_list_without_one_is_the_list_of_the_others() {
        let nodes: Vec<NodeId> = (0..4).map(NodeId::from_row).collect();
        let class = NodeClass::sharing(Arc::from(nodes.clone()), Some(nodes[0]));
        assert_eq!(class, nodes[1..].iter().copied().collect());
        assert_eq!((class.len(), class.first(), class.contains(nodes[0])), (3, Some(&nodes[1]), false));
    }
}
