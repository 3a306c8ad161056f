//! All policies of a snapshot, lowered and indexed, together with the engine that enforces them.

use bulkhead_snapshot::Snapshot;

use crate::profile::{Engine, Profile};

/// What the user says about the cluster, against what the snapshot shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Overrides {
    /// The engine (`--engine NAME`); [`Profile::named`] finds it by its name.
    pub engine: Option<&'static Profile>,
}

/// All policies of a snapshot, lowered and ready to be asked.
#[derive(Clone, Debug)]
pub struct Policies {
    engine: Engine,
}

impl Policies {
    /// Lowers every policy of a snapshot, for the engine that the snapshot shows.
    pub fn new(snapshot: &Snapshot) -> Self {
        Self::with_overrides(snapshot, &Overrides::default())
    }

    /// Lowers every policy of a snapshot, for the engine that the user names, else the one that the snapshot shows.
    pub fn with_overrides(snapshot: &Snapshot, overrides: &Overrides) -> Self {
        Self { engine: Engine::of(snapshot, overrides.engine) }
    }

    /// The engine, and how it is known.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }
}
