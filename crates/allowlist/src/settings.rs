//! How an exposure is answered.

/// How an exposure is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Settings {
    /// Whose allowlists are made.
    pub sides: Sides,
    /// What the list has to outlast.
    pub robust: Robust,
    /// How many entries a policy may have at most; `None` for as many as it takes.
    pub max_entries: Option<usize>,
}

/// Whose allowlists are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Sides {
    /// The target's: what comes in.
    #[default]
    Ingress,
    /// The wanted clients', where their egress is restricted: what goes out.
    Egress,
    /// Both.
    Both,
}

/// What an allowlist has to outlast.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Robust {
    /// Nothing: it is for the cluster as it is.
    #[default]
    Now,
    /// Pods that move: any node that may run a pod of the target, of a wanted client or of a gateway counts as one that does.
    Nodes,
}

impl Sides {
    /// Whether the target's allowlist is made.
    pub fn ingress(self) -> bool {
        self != Self::Egress
    }

    /// Whether the clients' allowlists are made.
    pub fn egress(self) -> bool {
        self != Self::Ingress
    }
}
