//! What the controller says while it runs: a line for each thing, on standard error.

use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt;

use super::arguments::LogChoice;

/// Begins to write lines. A program that embeds this one may have begun before.
pub(super) fn start(choice: LogChoice) {
    let lines = fmt().with_writer(std::io::stderr).with_max_level(LevelFilter::INFO).with_target(false);
    let _ = match choice {
        LogChoice::Text => lines.with_ansi(false).try_init(),
        LogChoice::Json => lines.json().flatten_event(true).try_init(),
    };
}
