//! What can be typed.

use std::path::PathBuf;

use bulkhead_report::Language;
use clap::{Args, Parser, Subcommand, ValueEnum};

/// Tenant network isolation for Kubernetes: which NetworkPolicies isolate a project, how traffic reaches its pods hop by
/// hop, and what is the least to allow.
#[derive(Debug, Parser)]
#[command(name = "bulkhead", version, max_term_width = 110, arg_required_else_help = true)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) everywhere: Everywhere,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct Everywhere {
    /// The language of answers [default: from LC_ALL, LC_MESSAGES, LANG; else en]
    #[arg(long, global = true, value_name = "LANGUAGE")]
    pub(crate) lang: Option<LanguageChoice>,
    /// When to use colours; NO_COLOR is honoured
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: ColorChoice,
}

/// `--lang`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LanguageChoice {
    /// English
    En,
    /// 简体中文
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

/// `--color`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorChoice {
    /// Where somebody looks
    Auto,
    /// Also into files and pipes
    Always,
    /// Nowhere
    Never,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Trace(TraceArguments),
    Query(QueryArguments),
}

/// Where the cluster is read from.
#[derive(Debug, Args)]
#[command(next_help_heading = "Cluster")]
pub(crate) struct ClusterArguments {
    /// A dump of the cluster (`kubectl get … -o yaml`): a file, a folder, `-` for standard input, or `example:shop` for the
    /// cluster that ships with this program. Repeat it to put several together
    #[arg(short = 'f', long = "filename", value_name = "FILE|DIR|-")]
    pub(crate) filenames: Vec<PathBuf>,
}

/// Every route of a connection, hop by hop, with the packet before and after, what each policy says, and the outcome
///
/// FROM is `pod/NAMESPACE/NAME`, `node/NAME` or an address. TO is `pod/…`, `node/…`, `service/NAMESPACE/NAME`,
/// `ingress/NAMESPACE/NAME` or an address, with `:PORT` behind it and `/PROTOCOL` behind that (TCP unless it says otherwise).
#[derive(Debug, Args)]
pub(crate) struct TraceArguments {
    /// Who opens the connection
    pub(crate) from: String,
    /// What it is opened to
    pub(crate) to: String,
    /// Only this kind of door of a service or an ingress
    #[arg(long, value_name = "KIND")]
    pub(crate) door: Option<String>,
    /// Only by this node, where the network outside decides which node a packet meets first
    #[arg(long, value_name = "NODE")]
    pub(crate) entry_node: Option<String>,
    #[command(flatten)]
    pub(crate) cluster: ClusterArguments,
    /// The form of the answer
    #[arg(short, long, value_name = "FORMAT", default_value = "text", help_heading = "Output")]
    pub(crate) output: String,
}

/// Many questions over one cluster: a JSON object a line in, one a line out, in the same order
#[derive(Debug, Args)]
pub(crate) struct QueryArguments {
    /// The questions: a file, or `-` for standard input
    #[arg(long, value_name = "FILE|-")]
    pub(crate) requests: PathBuf,
    #[command(flatten)]
    pub(crate) cluster: ClusterArguments,
}
