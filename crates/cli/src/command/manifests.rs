//! `manifests`: what has to be in a cluster, part by part.
//!
//! Everything but the CustomResourceDefinitions stands in files below `deploy/`, from where the Helm chart takes it, too.

use bulkhead_report::format::yaml_document;
use clap::{Args, ValueEnum};

use crate::failure::Failure;
use crate::session::Session;
use crate::status::ExitStatus;

// `manifests [PART…]`
#[derive(Debug, Args)]
pub(crate) struct ManifestsArguments {
    #[arg(value_name = "PART", default_value = "crds", hide_default_value = true, hide_possible_values = true)]
    pub(crate) parts: Vec<Part>,
}

// A part of what a cluster needs, in the order in which it is applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Part {
    All,
    Crds,
    Roles,
    Admission,
    Controller,
    // Who comes in, and how, is to be decided first: it is no part of `all`.
    Console,
}

impl Part {
    const REAL: [Self; 5] = [Self::Crds, Self::Roles, Self::Admission, Self::Controller, Self::Console];

    fn text(self) -> String {
        match self {
            Self::All => String::new(),
            Self::Crds => {
                let definitions = bulkhead_resources::definitions();
                let documents: Vec<String> = definitions.iter().map(|it| yaml_document(&it.manifest)).collect();
                documents.join("---\n")
            }
            Self::Roles => concat!(
                include_str!("../../../../deploy/chart/files/tenant-roles.yaml"),
                "---\n",
                include_str!("../../../../deploy/chart/files/controller-role.yaml")
            )
            .to_owned(),
            Self::Admission => include_str!("../../../../deploy/chart/files/admission.yaml").to_owned(),
            Self::Controller => include_str!("../../../../deploy/controller.yaml").to_owned(),
            Self::Console => include_str!("../../../../deploy/console.yaml").to_owned(),
        }
    }
}

/// Prints the parts, for `kubectl apply --server-side -f -`.
pub(crate) fn run(arguments: &ManifestsArguments, session: &mut Session<'_, '_>) -> Result<ExitStatus, Failure> {
    let all = arguments.parts.contains(&Part::All);
    let wants = |part: &Part| arguments.parts.contains(part) || all && *part != Part::Console;
    let texts: Vec<String> = Part::REAL.iter().filter(|part| wants(part)).map(|part| part.text()).collect();
    session.answer(&texts.join("---\n"))?;
    Ok(ExitStatus::Answered)
}
