//! `reach`

use bulkhead_analysis::Analysis;
use bulkhead_analysis::model::watch::{Phase, Watch as _};
use bulkhead_analysis::model::{Issue, Severity};
use bulkhead_analysis::reachability::{By, Focus, Narrowing, Selects};
use bulkhead_analysis::topology::Level;
use bulkhead_report::format::{Detail, find};
use bulkhead_report::{Answer, AnswerKind};
use clap::{Args, ValueEnum};

use super::{find_format, print};
use crate::arguments::{ClusterArguments, FactArguments};
use crate::failure::Failure;
use crate::input::read_cluster;
use crate::overrides::read_overrides;
use crate::session::Session;
use crate::status::ExitStatus;
use bulkhead_wire::selection::{read_labels, read_ports, read_selection};

// `reach`
#[derive(Debug, Args)]
pub(crate) struct ReachArguments {
    #[arg(long)]
    pub(crate) exposure: bool,
    #[command(flatten)]
    pub(crate) narrowing: NarrowingArguments,
    #[arg(long, value_name = "workload|pod", hide_possible_values = true)]
    pub(crate) by: Option<ByChoice>,
    #[arg(long)]
    pub(crate) full: bool,
    #[arg(long, value_name = "workspace|project|workload", hide_possible_values = true)]
    pub(crate) level: Option<LevelChoice>,
    #[command(flatten)]
    pub(crate) cluster: ClusterArguments,
    #[command(flatten)]
    pub(crate) facts: FactArguments,
    #[arg(short, long, value_name = "FORMAT", default_value = "text", hide_default_value = true)]
    pub(crate) output: String,
}

// Which pairs are asked about.
#[derive(Debug, Args)]
pub(crate) struct NarrowingArguments {
    #[arg(long = "from", value_name = "SELECTION")]
    pub(crate) senders: Vec<String>,
    #[arg(long = "to", value_name = "SELECTION")]
    pub(crate) receivers: Vec<String>,
    #[arg(short = 'n', long = "namespace", value_name = "NAMESPACE")]
    pub(crate) namespaces: Vec<String>,
    #[arg(long = "workspace", value_name = "WORKSPACE")]
    pub(crate) workspaces: Vec<String>,
    #[arg(short = 'l', long = "selector", value_name = "LABELS")]
    pub(crate) selector: Option<String>,
    #[arg(long = "port", value_name = "PORT[/PROTOCOL]")]
    pub(crate) ports: Vec<String>,
}

impl NarrowingArguments {
    /// Whether anything narrows.
    fn is_any(&self) -> bool {
        let lists = [&self.senders, &self.receivers, &self.namespaces, &self.workspaces, &self.ports];
        self.selector.is_some() || lists.iter().any(|list| !list.is_empty())
    }
}

// `--by`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ByChoice {
    Workload,
    Pod,
}

impl From<ByChoice> for By {
    fn from(choice: ByChoice) -> Self {
        match choice {
            ByChoice::Workload => Self::Workload,
            ByChoice::Pod => Self::Pod,
        }
    }
}

// `--level`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LevelChoice {
    Workspace,
    Project,
    Workload,
}

impl From<LevelChoice> for Level {
    fn from(choice: LevelChoice) -> Self {
        match choice {
            LevelChoice::Workspace => Self::Workspace,
            LevelChoice::Project => Self::Project,
            LevelChoice::Workload => Self::Workload,
        }
    }
}

/// Prints who reaches whom.
pub(crate) fn run(arguments: &ReachArguments, session: &mut Session<'_, '_>) -> Result<ExitStatus, Failure> {
    if find(&arguments.output, AnswerKind::Listing).is_some() {
        return run_listing(arguments, session);
    }
    if arguments.exposure {
        return Err(Failure::usage(Issue::error("exposureIsAListing")));
    }
    let format = find_format(&arguments.output, AnswerKind::Reach)?;
    let narrowing = read_narrowing(&arguments.narrowing)?;
    let overrides = read_overrides(&arguments.facts)?;
    let snapshot = read_cluster(&arguments.cluster.filenames, session)?;
    let watch = session.stopwatch.clone();
    watch.begins(Phase::Lower);
    let analysis = Analysis::with_overrides(&snapshot, &overrides);
    let by = arguments.by.map(By::from).unwrap_or_default();
    let reachability = analysis.reachability(by, narrowing, &watch);
    let detail = if arguments.full { Detail::Full } else { Detail::Readable };
    let level = arguments.level.map(Level::from);
    print(&Answer::Reach { reachability: &reachability, detail, level }, format, &snapshot, session)?;
    let is_placed = reachability.issues().iter().all(|issue| issue.severity != Severity::Error);
    Ok(if is_placed { ExitStatus::Answered } else { ExitStatus::Unusable })
}

/// The formats of other programs have their own view of the cluster.
fn run_listing(arguments: &ReachArguments, session: &mut Session<'_, '_>) -> Result<ExitStatus, Failure> {
    let format = find_format(&arguments.output, AnswerKind::Listing)?;
    if arguments.full || arguments.by.is_some() || arguments.level.is_some() || arguments.narrowing.is_any() {
        return Err(Failure::usage(Issue::error("listingIsWhole").with("format", &arguments.output)));
    }
    let overrides = read_overrides(&arguments.facts)?;
    let snapshot = read_cluster(&arguments.cluster.filenames, session)?;
    let analysis = Analysis::with_overrides(&snapshot, &overrides);
    let listing =
        if arguments.exposure { analysis.netpol_analyzer_exposure() } else { analysis.netpol_analyzer_listing() };
    print(&Answer::Listing(&listing), format, &snapshot, session)?;
    Ok(ExitStatus::Answered)
}

/// Which pairs are asked about.
pub(crate) fn read_narrowing(arguments: &NarrowingArguments) -> Result<Narrowing, Failure> {
    let namespaces = &arguments.namespaces;
    let select = |texts: &[String]| -> Result<Vec<Selects>, Failure> {
        texts.iter().map(|text| Ok(read_selection(text, namespaces)?)).collect()
    };
    Ok(Narrowing {
        from: select(&arguments.senders)?,
        to: select(&arguments.receivers)?,
        focus: Focus {
            namespaces: namespaces.iter().map(Into::into).collect(),
            workspaces: arguments.workspaces.iter().map(Into::into).collect(),
            labels: arguments.selector.as_deref().map(read_labels).transpose()?.unwrap_or_default(),
        },
        ports: read_ports(&arguments.ports)?,
    })
}
