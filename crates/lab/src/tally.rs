//! What was measured, counted.

use std::collections::BTreeMap;
use std::fmt;

use crate::fault::Fault;

/// The counts of a run.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) worlds: usize,
    pub(crate) clusters: usize,
    /// Questions: a case under one set of policies.
    pub(crate) questions: usize,
    pub(crate) attempts: usize,
    /// Questions of which the model leaves some way open.
    pub(crate) open: usize,
    /// Why, and how often.
    pub(crate) reasons: BTreeMap<&'static str, usize>,
    /// Ways that a policy denies and that were open in the control run.
    pub(crate) denied: usize,
    /// Ways that a policy denies and that were not open in the control run: they prove nothing.
    pub(crate) denied_without_control: usize,
    pub(crate) exposures: usize,
    /// Exposures whose allowlist proves nothing by packets: why, and how often.
    pub(crate) not_tried: BTreeMap<&'static str, usize>,
    /// Entries of allowlists that were taken away.
    pub(crate) entries: usize,
    /// Entries for clients that the lab does not have.
    pub(crate) for_others: usize,
    /// What disagreed at first and agreed when it was measured again: lost to a busy machine.
    pub(crate) measured_again: usize,
    pub(crate) disagreements: usize,
    /// Faults planted into answers that agreed, each of which has to be noticed.
    pub(crate) planted: BTreeMap<Fault, usize>,
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{} worlds on {} clusters: {} questions, {} attempts, {} disagreements",
            self.worlds, self.clusters, self.questions, self.attempts, self.disagreements
        )?;
        writeln!(
            f,
            "{} denials, each with its control ({} more had none); {} minimal allowlists, {} entries taken away ({} more are for \
             clients that are not there)",
            self.denied, self.denied_without_control, self.exposures, self.entries, self.for_others
        )?;
        write!(f, "exposures without an allowlist to try:")?;
        self.not_tried.iter().try_for_each(|(reason, count)| write!(f, " {reason} {count}"))?;
        writeln!(f)?;
        write!(f, "planted into the answers, and noticed:")?;
        self.planted.iter().try_for_each(|(fault, count)| write!(f, " {fault:?} {count}"))?;
        writeln!(f)?;
        write!(f, "{} questions had to be measured again; {} are left open:", self.measured_again, self.open)?;
        self.reasons.iter().try_for_each(|(reason, count)| write!(f, " {reason} {count}"))
    }
}
