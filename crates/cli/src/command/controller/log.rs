//! What the controller says while it runs: a line for each thing, on standard error; and a span for each call, to a collector of traces
//! where one is named.

use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer as _, Registry, fmt};

use super::arguments::LogChoice;
use super::telemetry;

/// Begins to write lines, if they are wanted, and to send spans. A program that embeds this one may have begun before.
pub(super) fn start(lines: Option<LogChoice>, spans: Option<&SdkTracerProvider>) {
    let plain = || fmt::layer().with_writer(std::io::stderr).with_target(false);
    let lines = lines.map(|choice| match choice {
        LogChoice::Text => plain().with_ansi(false).with_filter(LevelFilter::INFO).boxed(),
        LogChoice::Json => plain().json().flatten_event(true).with_filter(LevelFilter::INFO).boxed(),
    });
    let _ = Registry::default().with(lines).with(spans.map(telemetry::layer)).try_init();
}
