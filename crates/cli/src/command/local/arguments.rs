//! What can be typed behind `local`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

// `local`
#[derive(Debug, Args)]
pub(crate) struct LocalArguments {
    #[command(subcommand)]
    pub(crate) command: LocalCommand,
}

// Ordinary comments here: clap would print documentation.
#[derive(Debug, Subcommand)]
pub(crate) enum LocalCommand {
    Apply(ApplyArguments),
    Backup(BackupArguments),
    Compact(CompactArguments),
    Delete(DeleteArguments),
    Get(GetArguments),
    History(HistoryArguments),
    Import(ImportArguments),
    Restore(RestoreArguments),
    Undo(UndoArguments),
    Watch(WatchArguments),
}

// Which file, and who uses it.
#[derive(Debug, Args)]
pub(crate) struct StoreArguments {
    #[arg(long, value_name = "FILE")]
    pub(crate) store: PathBuf,
    #[arg(long = "as", value_name = "NAME")]
    pub(crate) actor: Option<String>,
}

// Which objects.
#[derive(Debug, Args)]
pub(crate) struct ObjectArguments {
    #[arg(value_name = "KIND")]
    pub(crate) kind: String,
    #[arg(value_name = "NAME")]
    pub(crate) name: Option<String>,
    #[arg(short, long, value_name = "NAME", default_value = "default", hide_default_value = true)]
    pub(crate) namespace: String,
    #[arg(short = 'A', long)]
    pub(crate) all_namespaces: bool,
    #[arg(short = 'l', long, value_name = "SELECTOR", default_value = "", hide_default_value = true)]
    pub(crate) selector: String,
}

// `local get`
#[derive(Debug, Args)]
pub(crate) struct GetArguments {
    #[command(flatten)]
    pub(crate) objects: ObjectArguments,
    #[arg(short, long, value_name = "FORMAT", default_value = "table", hide_default_value = true)]
    pub(crate) output: String,
    #[arg(long)]
    pub(crate) show_managed_fields: bool,
    #[command(flatten)]
    pub(crate) store: StoreArguments,
}

// `local apply`
#[derive(Debug, Args)]
pub(crate) struct ApplyArguments {
    #[arg(short = 'f', long = "filename", value_name = "FILE|DIR|-", required = true)]
    pub(crate) filenames: Vec<PathBuf>,
    #[arg(long)]
    pub(crate) force_conflicts: bool,
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[arg(long, value_name = "NAME", default_value = "bulkhead-cli", hide_default_value = true)]
    pub(crate) field_manager: String,
    #[command(flatten)]
    pub(crate) store: StoreArguments,
}

// `local import`
#[derive(Debug, Args)]
pub(crate) struct ImportArguments {
    #[arg(short = 'f', long = "filename", value_name = "FILE|DIR|-", required = true)]
    pub(crate) filenames: Vec<PathBuf>,
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) store: StoreArguments,
}

// `local delete`
#[derive(Debug, Args)]
pub(crate) struct DeleteArguments {
    #[arg(value_name = "KIND")]
    pub(crate) kind: String,
    #[arg(value_name = "NAME", required = true)]
    pub(crate) names: Vec<String>,
    #[arg(short, long, value_name = "NAME", default_value = "default", hide_default_value = true)]
    pub(crate) namespace: String,
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) store: StoreArguments,
}

// `local history`
#[derive(Debug, Args)]
pub(crate) struct HistoryArguments {
    #[arg(value_name = "KIND")]
    pub(crate) kind: Option<String>,
    #[arg(value_name = "NAME")]
    pub(crate) name: Option<String>,
    #[arg(short, long, value_name = "NAME")]
    pub(crate) namespace: Option<String>,
    #[arg(short, long, value_name = "FORMAT", default_value = "table", hide_default_value = true)]
    pub(crate) output: String,
    #[command(flatten)]
    pub(crate) store: StoreArguments,
}

// `local undo`
#[derive(Debug, Args)]
pub(crate) struct UndoArguments {
    #[arg(value_name = "REVISION")]
    pub(crate) revision: u64,
    #[arg(long)]
    pub(crate) force_conflicts: bool,
    #[arg(long)]
    pub(crate) dry_run: bool,
    #[command(flatten)]
    pub(crate) store: StoreArguments,
}

// `local watch`
#[derive(Debug, Args)]
pub(crate) struct WatchArguments {
    #[command(flatten)]
    pub(crate) objects: ObjectArguments,
    #[arg(long, value_name = "REVISION")]
    pub(crate) from: Option<u64>,
    #[arg(long)]
    pub(crate) no_follow: bool,
    #[command(flatten)]
    pub(crate) store: StoreArguments,
}

// `local backup`
#[derive(Debug, Args)]
pub(crate) struct BackupArguments {
    #[arg(value_name = "FILE")]
    pub(crate) to: PathBuf,
    #[command(flatten)]
    pub(crate) store: StoreArguments,
}

// `local restore`
#[derive(Debug, Args)]
pub(crate) struct RestoreArguments {
    #[arg(value_name = "FILE")]
    pub(crate) backup: PathBuf,
    #[arg(long)]
    pub(crate) replace: bool,
    #[arg(long, value_name = "FILE")]
    pub(crate) store: PathBuf,
}

// `local compact`
#[derive(Debug, Args)]
pub(crate) struct CompactArguments {
    #[arg(long, value_name = "DAYS", required_unless_present = "keep_last", conflicts_with = "keep_last")]
    pub(crate) keep_days: Option<u32>,
    #[arg(long, value_name = "COUNT")]
    pub(crate) keep_last: Option<u64>,
    #[command(flatten)]
    pub(crate) store: StoreArguments,
}
