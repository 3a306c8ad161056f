//! JSON forms of questions and answers: what scripts, the API and the console may rely on.
//!
//! Fields are camelCase and only ever added. Domain types do not serialise; each form here is made from one, with names
//! instead of ids. Questions are read strictly: a field that nobody knows makes the question unreadable, because the answer
//! without it would be to another question.
//!
//! This crate does no I/O. The few words in a form (`message` of an issue) come from whoever renders, through [`Words`].

pub mod answer;
pub mod change;
pub mod check;
pub mod cluster;
pub mod comparison;
pub mod difference;
pub mod evidence;
pub mod explanation;
pub mod history;
pub mod hop;
pub mod issue;
pub mod lint;
pub mod manifest;
pub mod matrix;
pub mod minimal;
pub mod native;
pub mod notation;
pub mod pairs;
pub mod plan;
pub mod policies;
pub mod problem;
pub mod reach;
pub mod request;
pub mod selection;
pub mod system;
pub mod tenants;
pub mod topology;
pub mod work;

pub use answer::{AnswerForm, Detail, EndpointForm, RouteForm, Telling};
pub use check::CheckForm;
pub use comparison::ComparisonForm;
pub use difference::DifferenceForm;
pub use evidence::{DeviationForm, EvidenceForm};
pub use explanation::ExplainedForm;
pub use hop::{HopForm, PacketForm};
pub use issue::{IssueForm, Words};
pub use lint::{FindingForm, LintForm, RuleForm};
pub use manifest::ManifestForm;
pub use minimal::{ExposuresForm, MinimalForm};
pub use native::NativeForm;
pub use pairs::{NearestForm, PairAccountForm};
pub use plan::PlanForm;
pub use reach::{PairConnectionsForm, PairForm, PortsForm, SideForm};
pub use request::{QueryLine, read_query_line};
pub use system::SystemForm;
pub use topology::TopologyForm;
