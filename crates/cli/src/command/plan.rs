//! `plan`

use bulkhead_analysis::Analysis;
use bulkhead_analysis::isolation::{ApiServerEgress, Setting, Settings};
use bulkhead_analysis::model::{Issue, Name};
use bulkhead_analysis::snapshot::{Snapshot, code};
use bulkhead_report::{Answer, AnswerKind};

use super::{find_format, print};
use crate::arguments::{ApiServerChoice, IsolationArguments, PlanArguments, SettingChoice};
use crate::failure::Failure;
use crate::input::read_cluster;
use crate::overrides::read_overrides;
use crate::session::Session;
use crate::status::ExitStatus;
use bulkhead_wire::notation::read_name;

/// Prints the policies to write and to delete.
pub(crate) fn run(arguments: &PlanArguments, session: &mut Session<'_, '_>) -> Result<ExitStatus, Failure> {
    let format = find_format(&arguments.output, AnswerKind::Plan)?;
    let settings = settings(&arguments.isolation, session)?;
    let setting = setting(&arguments.isolation);
    let overrides = read_overrides(&arguments.facts)?;
    let snapshot = read_cluster(&arguments.cluster.filenames, session)?;
    refuse_gaps(&snapshot)?;
    let plan = Analysis::with_overrides(&snapshot, &overrides).planned(setting, &settings, &session.stopwatch);
    print(&Answer::Plan(&plan), format, &snapshot, session)?;
    Ok(ExitStatus::Answered)
}

/// A plan of half a cluster would take away what the other half wants: where anything could not be read there is none.
fn refuse_gaps(snapshot: &Snapshot) -> Result<(), Failure> {
    let is_gap = |issue: &&Issue| issue.code == code::NOT_READ || code::is_of_lost_document(issue);
    let gaps: Vec<Issue> = snapshot.issues.iter().filter(is_gap).cloned().collect();
    if gaps.is_empty() {
        return Ok(());
    }
    let needs = std::iter::once(Issue::error("planNeedsEverything"));
    Err(Failure::Issues(ExitStatus::Unusable, needs.chain(gaps).collect()))
}

/// Whose policies.
pub(super) fn setting(arguments: &IsolationArguments) -> Setting {
    match arguments.isolation {
        SettingChoice::Default => Setting::Default,
        SettingChoice::Kubesphere => Setting::KubeSphere,
    }
}

/// What the policies depend on besides the cluster.
pub(super) fn settings(arguments: &IsolationArguments, session: &Session<'_, '_>) -> Result<Settings, Failure> {
    let named = &arguments.allow_namespaces;
    Ok(Settings {
        allowed_ingress_namespaces: (!named.is_empty()).then(|| named.iter().map(Name::from).collect()),
        api_server: match arguments.api_server {
            Some(ApiServerChoice::Open) => ApiServerEgress::Open,
            Some(ApiServerChoice::Restricted) | None => ApiServerEgress::Restricted,
        },
        cluster: arguments.cluster_name.as_deref().map(Name::from),
        dns_services: arguments.dns_services.iter().map(|text| read_name(text)).collect::<Result<_, _>>()?,
        now: Some(session.now()),
        ..Settings::default()
    })
}
