//! `manifests`: what has to be in a cluster.

use bulkhead_report::format::yaml_document;

use crate::failure::Failure;
use crate::session::Session;
use crate::status::ExitStatus;

/// Prints the CustomResourceDefinitions, for `kubectl apply -f -`.
pub(crate) fn run(session: &mut Session<'_, '_>) -> Result<ExitStatus, Failure> {
    let documents: Vec<String> =
        bulkhead_resources::definitions().iter().map(|definition| yaml_document(&definition.manifest)).collect();
    session.answer(&documents.join("---\n"))?;
    Ok(ExitStatus::Answered)
}
