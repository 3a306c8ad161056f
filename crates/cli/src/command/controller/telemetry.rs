//! Traces, where a collector is named: `OTEL_EXPORTER_OTLP_ENDPOINT`, or `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`, as OpenTelemetry has them. A
//! span for every call of the store, in OTLP over HTTP. What cannot be sent is lost, and holds nothing up.

use std::time::Duration;

use bulkhead_analysis::model::Issue;
use bytes::Bytes;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_http::{HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::registry::LookupSpan;
use ureq::Agent;

use crate::failure::Failure;
use crate::session::Session;
use crate::status::ExitStatus;

/// The variables that name a collector.
const ENDPOINTS: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];
/// How long sending may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// What is told apart by the crate that it comes from.
const TARGET: &str = "bulkhead_controller";

/// Where spans go to, if anywhere. Whoever has it shuts it down at the end, so that the last ones are sent.
pub(super) fn provider(session: &Session<'_, '_>) -> Result<Option<SdkTracerProvider>, Failure> {
    let Some(endpoint) = ENDPOINTS.iter().find_map(|name| session.streams.surroundings.variable(name)) else {
        return Ok(None);
    };
    let agent = Agent::new_with_config(Agent::config_builder().timeout_global(Some(PATIENCE)).build());
    let exporter =
        SpanExporter::builder().with_http().with_http_client(Client(agent)).with_protocol(Protocol::HttpBinary).build();
    let exporter = exporter.map_err(|error| {
        let issue = Issue::error("controllerCannotTrace").with("endpoint", endpoint).with("error", error);
        Failure::new(ExitStatus::Unusable, issue)
    })?;
    let resource = Resource::builder().with_service_name("bulkhead-controller").build();
    Ok(Some(SdkTracerProvider::builder().with_batch_exporter(exporter).with_resource(resource).build()))
}

/// What makes spans of ours of them.
pub(super) fn layer<S>(provider: &SdkTracerProvider) -> impl Layer<S> + use<S>
where
    S: Subscriber + for<'span> LookupSpan<'span>,
{
    let own = Targets::new().with_target(TARGET, LevelFilter::DEBUG);
    tracing_opentelemetry::layer().with_tracer(provider.tracer("bulkhead")).with_filter(own)
}

/// Sends spans. They are sent by a thread of their own, which may wait.
#[derive(Debug)]
struct Client(Agent);

#[async_trait::async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (parts, body) = request.into_parts();
        let answer = self.0.run(Request::from_parts(parts, body.to_vec()))?;
        let (parts, mut body) = answer.into_parts();
        Ok(Response::from_parts(parts, body.read_to_vec()?.into()))
    }
}
