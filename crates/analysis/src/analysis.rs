//! One cluster, ready to be asked.

use std::sync::{Arc, OnceLock};

use bulkhead_allowlist::{Comparison, Effort, Exposure, Minimal, Native, Settings as AllowlistSettings};
use bulkhead_check::Report;
use bulkhead_isolation::{Plan, Setting, Settings};
use bulkhead_netpol_analyzer::Listing;
use bulkhead_path::{Answer, Network, Overrides, Request};
use bulkhead_snapshot::Snapshot;

use bulkhead_model::watch::Watch;

use crate::assertion::{Assertion, Assertions};
use crate::difference::Difference;
use crate::explanation::{Explained, explain_request};
use crate::planning::{Planned, planned, planned_with};
use crate::reachability::{Base, By, Narrowing, Reachability};

/// A cluster state with everything resolved that questions share.
#[derive(Clone, Debug)]
pub struct Analysis<'a> {
    network: Network<'a>,
    overrides: Overrides,
    /// What is asked again and again, once it was worked out.
    known: Arc<Known>,
}

#[derive(Debug, Default)]
struct Known {
    plan: OnceLock<Plan>,
    report: OnceLock<Report>,
    workloads: OnceLock<Arc<Base>>,
}

impl<'a> Analysis<'a> {
    /// Resolves what all questions share.
    pub fn new(snapshot: &'a Snapshot) -> Self {
        Self::with_overrides(snapshot, &Overrides::default())
    }

    /// Resolves what all questions share; what the user says stands before what the snapshot shows.
    pub fn with_overrides(snapshot: &'a Snapshot, overrides: &Overrides) -> Self {
        let network = Network::new(snapshot, overrides);
        Self { network, overrides: overrides.clone(), known: Arc::default() }
    }

    /// The cluster state that answers are about.
    pub fn snapshot(&self) -> &'a Snapshot {
        self.network.snapshot()
    }

    /// The network, for questions of other crates.
    pub fn network(&self) -> &Network<'a> {
        &self.network
    }

    /// Every route of one request.
    pub fn trace(&self, request: &Request) -> Answer {
        bulkhead_path::trace(&self.network, request)
    }

    /// Why a connection may or may not pass.
    pub fn explain(&self, request: &Request) -> Explained {
        explain_request(&self.network, request)
    }

    /// The least that must be let in for an exposure, and who else gets in through it.
    pub fn minimal(&self, exposure: &Exposure, settings: &AllowlistSettings) -> Minimal {
        let mut minimal = bulkhead_allowlist::minimal(&self.network, exposure, settings);
        minimal.issues.extend_from_slice(self.network.issues());
        minimal
    }

    /// The same for many exposures at once.
    pub fn minimal_all(&self, exposures: &[Exposure], settings: &AllowlistSettings, watch: &dyn Watch) -> Vec<Minimal> {
        bulkhead_allowlist::minimal_all(&self.network, exposures, settings, Effort::whole(watch))
    }

    /// What of an exposure NetworkPolicy cannot say, in the engine's own kinds.
    pub fn native(&self, exposure: &Exposure, settings: &AllowlistSettings) -> Native {
        bulkhead_allowlist::native(&self.network, exposure, settings)
    }

    /// An exposure held against the policies that are there.
    pub fn compare(&self, exposure: &Exposure, settings: &AllowlistSettings) -> Comparison {
        let mut comparison = bulkhead_allowlist::compare(&self.network, exposure, settings);
        comparison.missing.issues.extend_from_slice(self.network.issues());
        comparison
    }

    /// Who reaches whom.
    pub fn reachability<'q>(&'q self, by: By, narrowing: Narrowing, watch: &'q dyn Watch) -> Reachability<'q> {
        let base = || Arc::new(Base::new(&self.network, by, watch));
        let base = if by == By::Workload { Arc::clone(self.known.workloads.get_or_init(base)) } else { base() };
        Reachability::on(&self.network, base, narrowing, watch)
    }

    /// Whether claims hold.
    pub fn judge<'q>(&'q self, assertions: Vec<Assertion>, watch: &'q dyn Watch) -> Assertions<'q> {
        Assertions::judge(&self.network, assertions, watch)
    }

    /// Every connection as netpol-analyzer lists them.
    pub fn netpol_analyzer_listing(&self) -> Listing {
        Listing::new(self.snapshot())
    }

    /// The same, and whom workloads are exposed to besides those of the input.
    pub fn netpol_analyzer_exposure(&self) -> Listing {
        Listing::with_exposure(self.snapshot())
    }

    /// What becomes reachable and what stops being, from this state of the cluster to another.
    pub fn difference_to(&self, after: &Analysis<'_>, watch: &dyn Watch) -> Difference {
        let before = (self.snapshot(), self.network.policies());
        Difference::new(before, (after.snapshot(), after.network.policies()), watch)
    }

    /// What the isolation switches, allowlists and Exposures mean.
    pub fn plan(&self, setting: Setting, settings: &Settings, watch: &dyn Watch) -> Plan {
        self.plan_with(setting, settings, Effort::whole(watch))
    }

    fn plan_with(&self, setting: Setting, settings: &Settings, effort: Effort<'_>) -> Plan {
        planned_with(self.snapshot(), setting, settings, &self.overrides, effort, |_, _| ()).0
    }

    /// The same, with what every Exposure needs.
    pub fn planned(&self, setting: Setting, settings: &Settings, watch: &dyn Watch) -> Planned {
        planned(self.snapshot(), setting, settings, &self.overrides, Effort::whole(watch))
    }

    /// Works out what many questions hang on, on the thread of whoever asks: others are answered meanwhile.
    pub fn prepare(&self, watch: &dyn Watch) {
        self.default_plan_with(Effort::one_thread(watch));
        self.default_report(watch);
    }

    /// What they mean where nothing is set; worked out once.
    pub fn default_plan(&self, watch: &dyn Watch) -> &Plan {
        self.default_plan_with(Effort::whole(watch))
    }

    fn default_plan_with(&self, effort: Effort<'_>) -> &Plan {
        self.known.plan.get_or_init(|| self.plan_with(Setting::Default, &Settings::default(), effort))
    }

    /// What is wrong with the policies where nothing is set; worked out once.
    pub fn default_report(&self, watch: &dyn Watch) -> &Report {
        self.known.report.get_or_init(|| self.lint(&bulkhead_check::Settings::default(), watch))
    }

    /// What is wrong with the policies.
    pub fn lint(&self, settings: &bulkhead_check::Settings, watch: &dyn Watch) -> Report {
        bulkhead_check::lint(&self.network, settings, watch)
    }
}
