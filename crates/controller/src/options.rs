//! What a controller is to do, and how patiently.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bulkhead_analysis::isolation::{Setting, Settings};
use bulkhead_analysis::path::Overrides;
use bulkhead_store::Commit;
use bulkhead_wire::Words;

use crate::lease::LeaseOptions;

/// The field manager of everything that is written, and who Events come from.
pub const MANAGER: &str = "bulkhead";

/// What a controller is to do.
#[derive(Clone)]
pub struct Options {
    /// Whose policies.
    pub setting: Setting,
    /// What they depend on besides the cluster. The controller sets the time, and what was refused, itself.
    pub settings: Settings,
    /// What the user says of the cluster's network, against what its objects show. Exposures depend on it.
    pub overrides: Overrides,
    /// Which policies may be written.
    pub territory: Territory,
    /// Whether anything is written.
    pub writing: Writing,
    /// How a leader is found; `None` for one that is alone.
    pub lease: Option<LeaseOptions>,
    /// How long changes of a project are collected before they are acted on.
    pub debounce: Duration,
    /// How many calls may be under way at once.
    pub parallel: usize,
    /// After a failure the first wait; each further one is twice as long.
    pub backoff: Duration,
    /// The longest of those waits.
    pub longest_backoff: Duration,
    /// How often everything is listed again, in case a watch has left something out.
    pub relist: Duration,
    /// How long an answer may take before the echo of a write is no longer waited for.
    pub echo: Duration,
    /// What jitter follows from.
    pub seed: u64,
    /// The words of conditions and Events.
    pub words: Arc<dyn Words + Send + Sync>,
}

/// Which policies may be changed and deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Territory {
    /// Those that the setting counts as its own: for the default those with our label, for KubeSphere's all that are called so.
    #[default]
    Setting,
    /// Those with our label, whatever the setting.
    Labelled,
}

/// Whether anything is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Writing {
    /// It is.
    #[default]
    Real,
    /// Everything but that happens: each write is asked for as a dry run, once.
    DryRun,
}

impl Writing {
    /// The same for a store.
    pub(crate) fn commit(self) -> Commit {
        match self {
            Self::Real => Commit::Write,
            Self::DryRun => Commit::DryRun,
        }
    }
}

impl Options {
    /// What suits a cluster.
    pub fn new(words: Arc<dyn Words + Send + Sync>) -> Self {
        Self {
            setting: Setting::Default,
            settings: Settings::default(),
            overrides: Overrides::default(),
            territory: Territory::Setting,
            writing: Writing::Real,
            lease: None,
            debounce: Duration::from_millis(20),
            parallel: 16,
            backoff: Duration::from_millis(200),
            longest_backoff: Duration::from_mins(1),
            relist: Duration::from_mins(10),
            echo: Duration::from_secs(5),
            seed: 0,
            words,
        }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut debug = f.debug_struct("Options");
        debug.field("setting", &self.setting).field("writing", &self.writing);
        debug.field("lease", &self.lease).finish_non_exhaustive()
    }
}
