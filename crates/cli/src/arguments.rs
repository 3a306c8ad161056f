//! What can be typed. The words of `--help`, in every language, are in `report` under `help.COMMAND.ARGUMENT`; see
//! [`help`](crate::help).

use std::path::PathBuf;

use bulkhead_analysis::ByNode;
use bulkhead_analysis::allowlist::{Robust, Sides};
use bulkhead_report::Language;
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

/// The whole command line.
#[derive(Debug, Parser)]
#[command(name = "bulkhead", version, max_term_width = 110, arg_required_else_help = true)]
#[command(disable_help_flag = true, disable_version_flag = true, disable_help_subcommand = true)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) everywhere: Everywhere,
    // clap itself answers these two; they stand here so that their words are ours.
    #[arg(short = 'V', long, action = ArgAction::Version)]
    pub(crate) version: Option<bool>,
    #[arg(short, long, action = ArgAction::Help, global = true)]
    pub(crate) help: Option<bool>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

// What every command takes.
#[derive(Debug, Args)]
pub(crate) struct Everywhere {
    #[arg(long, global = true, value_name = "en|zh", hide_possible_values = true)]
    pub(crate) lang: Option<LanguageChoice>,
    #[arg(long, global = true, value_name = "auto|always|never", default_value = "auto")]
    #[arg(hide_default_value = true, hide_possible_values = true)]
    pub(crate) color: ColorChoice,
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,
    #[arg(long, global = true)]
    pub(crate) timings: bool,
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) kubeconfig: Option<PathBuf>,
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) context: Option<String>,
}

// `--lang`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LanguageChoice {
    En,
    Zh,
}

impl From<LanguageChoice> for Language {
    fn from(choice: LanguageChoice) -> Self {
        match choice {
            LanguageChoice::En => Self::English,
            LanguageChoice::Zh => Self::Chinese,
        }
    }
}

// `--color`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorChoice {
    Auto,
    Always,
    Never,
}

// The commands. Ordinary comments here: clap would print documentation.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Check(crate::command::check::CheckArguments),
    Controller(crate::command::controller::ControllerArguments),
    Demo(crate::command::demo::DemoArguments),
    Diff(crate::command::diff::DiffArguments),
    Explain(crate::command::explain::ExplainArguments),
    Local(crate::command::local::LocalArguments),
    Manifests(crate::command::manifests::ManifestsArguments),
    Migrate(crate::command::migrate::MigrateArguments),
    Minimal(MinimalArguments),
    Plan(PlanArguments),
    Pull(crate::command::pull::PullArguments),
    Push(crate::command::push::PushArguments),
    Trace(TraceArguments),
    Reach(crate::command::reach::ReachArguments),
    Query(QueryArguments),
    Lint(LintArguments),
    Serve(Box<crate::command::serve::ServeArguments>),
    Models(ModelsArguments),
}

// Where the cluster is read from.
#[derive(Debug, Args)]
pub(crate) struct ClusterArguments {
    #[arg(short = 'f', long = "filename", value_name = "FILE|DIR|-")]
    pub(crate) filenames: Vec<PathBuf>,
}

// What the user says about the cluster, against what the dump shows.
#[derive(Debug, Args)]
pub(crate) struct FactArguments {
    #[arg(long, value_name = "MODE")]
    pub(crate) proxy_mode: Option<String>,
    #[arg(long, value_name = "CIDR,…|none")]
    pub(crate) cluster_cidr: Option<String>,
    #[arg(long, value_name = "MODE")]
    pub(crate) detect_local: Option<String>,
    #[arg(long, value_name = "true|false")]
    pub(crate) masquerade_all: Option<String>,
    #[arg(long, value_name = "all|primary|CIDR,…")]
    pub(crate) nodeport_addresses: Option<String>,
    #[arg(long, value_name = "NAME")]
    pub(crate) cni: Option<String>,
    #[arg(long, value_name = "MODE")]
    pub(crate) overlay: Option<String>,
    #[arg(long, value_name = "CIDR,…")]
    pub(crate) node_subnets: Option<String>,
    #[arg(long, value_name = "true|false")]
    pub(crate) nat_outgoing: Option<String>,
    #[arg(long, value_name = "NAME")]
    pub(crate) load_balancer: Option<String>,
    #[arg(long, value_name = "CIDR,…")]
    pub(crate) load_balancer_source: Option<String>,
    #[arg(long, value_name = "NAME")]
    pub(crate) engine: Option<String>,
}

// `models`
#[derive(Debug, Args)]
pub(crate) struct ModelsArguments {
    pub(crate) model: Option<String>,
    #[arg(short, long, value_name = "FORMAT", default_value = "text", hide_default_value = true)]
    pub(crate) output: String,
}

// `minimal TARGET`
#[derive(Debug, Args)]
pub(crate) struct MinimalArguments {
    #[arg(required_unless_present = "all")]
    pub(crate) target: Option<String>,
    #[command(flatten)]
    pub(crate) asking: MinimalAsking,
    #[arg(long, requires = "target", conflicts_with_all = ["all", "compare", "system", "max_entries", "direction"])]
    pub(crate) native: bool,
    #[arg(long = "door", value_name = "KIND")]
    pub(crate) doors: Vec<String>,
    #[arg(long = "client", value_name = "CLIENT")]
    pub(crate) clients: Vec<String>,
    #[arg(long, value_name = "ingress|egress|both", default_value = "ingress")]
    #[arg(hide_default_value = true, hide_possible_values = true)]
    pub(crate) direction: SidesChoice,
    #[arg(long, value_name = "now|nodes", default_value = "now")]
    #[arg(hide_default_value = true, hide_possible_values = true)]
    pub(crate) robust: RobustChoice,
    #[arg(long, value_name = "N")]
    pub(crate) max_entries: Option<usize>,
    #[command(flatten)]
    pub(crate) cluster: ClusterArguments,
    #[command(flatten)]
    pub(crate) facts: FactArguments,
    #[arg(short, long, value_name = "FORMAT", default_value = "text", hide_default_value = true)]
    pub(crate) output: String,
}

// What `minimal` asks, where it is not one allowlist.
#[derive(Debug, Args)]
pub(crate) struct MinimalAsking {
    #[arg(long, conflicts_with_all = ["target", "doors", "compare"])]
    pub(crate) all: bool,
    #[arg(long, requires = "target")]
    #[arg(conflicts_with_all = ["all", "doors", "compare", "robust", "max_entries", "direction"])]
    pub(crate) system: bool,
    #[arg(long)]
    pub(crate) compare: bool,
}

// `--robust`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RobustChoice {
    Now,
    Nodes,
}

impl From<RobustChoice> for Robust {
    fn from(choice: RobustChoice) -> Self {
        match choice {
            RobustChoice::Now => Self::Now,
            RobustChoice::Nodes => Self::Nodes,
        }
    }
}

// `--direction`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SidesChoice {
    Ingress,
    Egress,
    Both,
}

impl From<SidesChoice> for Sides {
    fn from(choice: SidesChoice) -> Self {
        match choice {
            SidesChoice::Ingress => Self::Ingress,
            SidesChoice::Egress => Self::Egress,
            SidesChoice::Both => Self::Both,
        }
    }
}

// Whose policies, and what they depend on besides the cluster.
#[derive(Debug, Args)]
pub(crate) struct IsolationArguments {
    #[arg(long, value_name = "default|kubesphere", default_value = "default")]
    #[arg(hide_default_value = true, hide_possible_values = true)]
    pub(crate) isolation: SettingChoice,
    #[arg(long = "allow-namespace", value_name = "NAMESPACE")]
    pub(crate) allow_namespaces: Vec<String>,
    #[arg(long, value_name = "restricted|open", hide_possible_values = true)]
    pub(crate) api_server: Option<ApiServerChoice>,
    #[arg(long, value_name = "NAME")]
    pub(crate) cluster_name: Option<String>,
    #[arg(long = "dns-service", value_name = "NAMESPACE/NAME")]
    pub(crate) dns_services: Vec<String>,
}

// `plan`
#[derive(Debug, Args)]
pub(crate) struct PlanArguments {
    #[command(flatten)]
    pub(crate) isolation: IsolationArguments,
    #[command(flatten)]
    pub(crate) facts: FactArguments,
    #[command(flatten)]
    pub(crate) cluster: ClusterArguments,
    #[arg(short, long, value_name = "FORMAT", default_value = "yaml", hide_default_value = true)]
    pub(crate) output: String,
}

// `--isolation`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SettingChoice {
    Default,
    Kubesphere,
}

// `--api-server`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ApiServerChoice {
    Restricted,
    Open,
}

// `--by-node`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ByNodeChoice {
    Routes,
    Lists,
    Fitting,
}

impl From<ByNodeChoice> for ByNode {
    fn from(choice: ByNodeChoice) -> Self {
        match choice {
            ByNodeChoice::Routes => Self::Routes,
            ByNodeChoice::Lists => Self::Lists,
            ByNodeChoice::Fitting => Self::Fitting,
        }
    }
}

// How nodes that behave alike are told in JSON.
#[derive(Debug, Args)]
pub(crate) struct NodeArguments {
    #[arg(long, value_name = "routes|lists|fitting", default_value = "fitting")]
    #[arg(hide_default_value = true, hide_possible_values = true)]
    pub(crate) by_node: ByNodeChoice,
}

// `trace FROM TO`
#[derive(Debug, Args)]
pub(crate) struct TraceArguments {
    pub(crate) from: String,
    pub(crate) to: String,
    #[arg(long, value_name = "KIND")]
    pub(crate) door: Option<String>,
    #[arg(long, value_name = "NODE")]
    pub(crate) entry_node: Option<String>,
    #[command(flatten)]
    pub(crate) nodes: NodeArguments,
    #[command(flatten)]
    pub(crate) cluster: ClusterArguments,
    #[command(flatten)]
    pub(crate) facts: FactArguments,
    #[arg(short, long, value_name = "FORMAT", default_value = "text", hide_default_value = true)]
    pub(crate) output: String,
}

// `query --requests FILE|-`
#[derive(Debug, Args)]
pub(crate) struct QueryArguments {
    #[arg(long, value_name = "FILE|-")]
    pub(crate) requests: PathBuf,
    #[command(flatten)]
    pub(crate) nodes: NodeArguments,
    #[command(flatten)]
    pub(crate) cluster: ClusterArguments,
    #[command(flatten)]
    pub(crate) facts: FactArguments,
}

// `lint`
#[derive(Debug, Args)]
pub(crate) struct LintArguments {
    #[command(flatten)]
    pub(crate) cluster: ClusterArguments,
    #[command(flatten)]
    pub(crate) facts: FactArguments,
    #[arg(
        long,
        value_name = "SEVERITY",
        default_value = "warning",
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub(crate) fail_on: FailOn,
    #[arg(long)]
    pub(crate) no_ignore: bool,
    #[arg(long, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    #[arg(long)]
    pub(crate) rules: bool,
    #[arg(short, long, value_name = "FORMAT", default_value = "text", hide_default_value = true)]
    pub(crate) output: String,
}

// `--fail-on`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    Note,
    Warning,
    Error,
    Never,
}
