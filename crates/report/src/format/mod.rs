//! Output formats: one file each, and one list.

mod account_lines;
mod change;
mod csv;
mod dot;
mod github;
mod graph;
mod grouping;
mod html;
mod json;
mod jsonl;
mod junit;
mod md;
mod mermaid;
mod netpol_analyzer;
mod ports;
mod sarif;
mod svg;
pub(crate) mod text;
mod yaml;

pub(crate) use grouping::names::addresses_text;
pub use text::question::question_name;
pub use yaml::document as yaml_document;

use std::fmt;

use bulkhead_analysis::allowlist::{Comparison, Minimal, Native};
use bulkhead_analysis::check::{Report, Rule};
use bulkhead_analysis::model::{Issue, Severity};
use bulkhead_analysis::netpol_analyzer::{Listing, ListingDiff};
use bulkhead_analysis::path::about::About;
use bulkhead_analysis::path::{self, Network, Request};
use bulkhead_analysis::snapshot::Snapshot;
use bulkhead_analysis::topology::Level;
use bulkhead_analysis::{Assertions, ByNode, Difference, Explained, Planned, Reachability, SystemNeeds};

use crate::words::Speech;

/// A way to write answers down.
pub trait Format: Sync {
    /// The value of `-o`.
    fn name(&self) -> &'static str;
    /// The kinds of answers that it can write.
    fn answers(&self) -> &'static [AnswerKind];
    /// Where issues go.
    fn issues(&self) -> Issues {
        Issues::Beside
    }
    /// An answer, with its last line ended; `None` for a kind that is not in [`Self::answers`].
    fn render(&self, answer: &Answer<'_>, context: &Context<'_>) -> Option<String>;
    /// The same, piece by piece while it is made: answers may be larger than memory.
    ///
    /// # Errors
    /// What `to` gives.
    fn write(&self, answer: &Answer<'_>, context: &Context<'_>, to: &mut dyn fmt::Write) -> fmt::Result {
        to.write_str(&self.render(answer, context).unwrap_or_default())
    }
}

/// Every format.
pub const ALL: &[&dyn Format] = &[
    &text::Text,
    &json::Json,
    &jsonl::Jsonl,
    &csv::Csv,
    &svg::SvgFormat,
    &html::Html,
    &dot::Dot,
    &mermaid::Mermaid,
    &yaml::Yaml,
    &md::Md,
    &sarif::Sarif,
    &junit::Junit,
    &github::Github,
    &netpol_analyzer::NetpolAnalyzer,
];

/// The width of lines where nobody knows how wide the reader's are.
pub const DEFAULT_WIDTH: usize = 110;

/// Where a format puts what is wrong with input and question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Issues {
    /// Into the answer.
    Inside,
    /// Nowhere: whoever prints the answer says them beside it.
    Beside,
}

/// What every answer is written with.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The cluster state that the answer is about.
    pub snapshot: &'a Snapshot,
    /// The language.
    pub speech: Speech,
    /// How many columns a line of text may take.
    pub width: usize,
}

/// An answer to write down.
#[derive(Clone, Copy, Debug)]
pub enum Answer<'a> {
    /// Every route of a request.
    Trace {
        /// What was asked.
        request: &'a Request,
        /// The routes.
        answer: &'a path::Answer,
        /// The network that they are in.
        network: &'a Network<'a>,
        /// Whether nodes that behave alike have a route each, where a format tells them apart.
        by_node: ByNode,
    },
    /// Why a request is answered as it is.
    Explain {
        /// What was asked.
        request: &'a Request,
        /// The account.
        explained: &'a Explained,
        /// The network that it is in.
        network: &'a Network<'a>,
        /// Whether nodes that behave alike have a route each, where a format tells them apart.
        by_node: ByNode,
    },
    /// The policies that switches and allowlists mean.
    Plan(&'a Planned),
    /// The minimal allowlist of an exposure.
    Minimal(&'a Minimal),
    /// The minimal allowlist of an exposure, held against the policies that are there.
    Comparison(&'a Comparison),
    /// What of an exposure NetworkPolicy cannot say, in the engine's own kinds.
    Native(&'a Native),
    /// The minimal allowlists of many exposures.
    Exposures {
        /// The allowlists.
        answers: &'a [Minimal],
        /// What is wrong with the exposures.
        issues: &'a [Issue],
    },
    /// What a project needs of the system.
    System(&'a SystemNeeds),
    /// Claims, and what became of each.
    Check(&'a Assertions<'a>),
    /// What the lint rules found.
    Lint {
        /// The findings.
        report: &'a Report,
        /// From which severity on a finding is a failure; `None` where none is.
        fail_on: Option<Severity>,
    },
    /// The lint rules themselves.
    Rules(&'a [&'static Rule]),
    /// What is modelled.
    Models(&'a [About]),
    /// What is known of one of them.
    Model(&'a About),
    /// Who reaches whom, as netpol-analyzer sees it.
    Listing(&'a Listing),
    /// What becomes reachable and what stops being.
    Difference(&'a Difference),
    /// What two such listings do not have in common.
    ListingDiff(&'a ListingDiff),
    /// Who reaches whom.
    Reach {
        /// The pairs.
        reachability: &'a Reachability<'a>,
        /// How much of them a person wants to see.
        detail: Detail,
        /// How large the parties of a picture are; `None` for the smallest that can be read.
        level: Option<Level>,
    },
    /// Why, for every pair that is asked about.
    ExplainPairs {
        /// The pairs.
        reachability: &'a Reachability<'a>,
        /// How much of them a person wants to see.
        detail: Detail,
    },
}

impl Answer<'_> {
    /// What is wrong with the question, and what else to know.
    pub fn issues(&self) -> &[Issue] {
        match self {
            Self::Trace { answer, .. } => &answer.issues,
            Self::Explain { explained, .. } => &explained.answer.issues,
            Self::Plan(planned) => &planned.plan.issues,
            Self::Minimal(minimal) => &minimal.issues,
            Self::Comparison(comparison) => &comparison.missing.issues,
            Self::Native(native) => &native.issues,
            Self::Exposures { issues, .. } => issues,
            Self::System(needs) => &needs.issues,
            Self::Reach { reachability, .. } | Self::ExplainPairs { reachability, .. } => reachability.issues(),
            Self::Lint { .. }
            | Self::Check(_)
            | Self::Rules(_)
            | Self::Models(_)
            | Self::Model(_)
            | Self::Listing(_)
            | Self::ListingDiff(_)
            | Self::Difference(_) => &[],
        }
    }
}

/// How much a person wants to see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Detail {
    /// As much as can be read.
    #[default]
    Readable,
    /// All of it.
    Full,
}

/// A kind of answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerKind {
    /// [`Answer::Trace`]
    Trace,
    /// [`Answer::Explain`]
    Explain,
    /// [`Answer::Plan`]
    Plan,
    /// [`Answer::Minimal`]
    Minimal,
    /// [`Answer::Comparison`]
    Comparison,
    /// [`Answer::Native`]
    Native,
    /// [`Answer::Exposures`]
    Exposures,
    /// [`Answer::System`]
    System,
    /// [`Answer::Check`]
    Check,
    /// [`Answer::Lint`]
    Lint,
    /// [`Answer::Rules`]
    Rules,
    /// [`Answer::Models`] and [`Answer::Model`]
    Models,
    /// [`Answer::Listing`]
    Listing,
    /// [`Answer::Difference`]
    Difference,
    /// [`Answer::ListingDiff`]
    ListingDiff,
    /// [`Answer::Reach`]
    Reach,
    /// [`Answer::ExplainPairs`]
    ExplainPairs,
}

/// The formats that can write a kind of answer, in the order of [`ALL`].
pub fn formats_for(kind: AnswerKind) -> impl Iterator<Item = &'static dyn Format> {
    ALL.iter().copied().filter(move |format| format.answers().contains(&kind))
}

/// The format of a name, if it can write a kind of answer.
pub fn find(name: &str, kind: AnswerKind) -> Option<&'static dyn Format> {
    formats_for(kind).find(|format| format.name() == name)
}
