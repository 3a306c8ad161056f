//! What can be typed behind `controller`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::arguments::{FactArguments, IsolationArguments};

// `controller`
#[derive(Debug, Args)]
pub(crate) struct ControllerArguments {
    #[arg(long, value_name = "FILE")]
    pub(crate) store: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) isolation: IsolationArguments,
    #[command(flatten)]
    pub(crate) facts: FactArguments,
    #[arg(long)]
    pub(crate) once: bool,
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[arg(long, value_name = "ADDRESS:PORT", conflicts_with = "once")]
    pub(crate) listen: Option<SocketAddr>,
    #[arg(
        long,
        value_name = "text|json",
        default_value = "text",
        hide_default_value = true,
        hide_possible_values = true
    )]
    pub(crate) log: LogChoice,
    #[arg(long, value_name = "NAMESPACE", default_value = "bulkhead-system", hide_default_value = true)]
    pub(crate) lease_namespace: String,
    #[arg(long)]
    pub(crate) no_lease: bool,
}

// `--log`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogChoice {
    Text,
    Json,
}
