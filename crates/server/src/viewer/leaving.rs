//! Where every answer of the API leaves, and is filtered.

use std::collections::HashSet;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{FromRequestParts, Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue};
use axum::http::request::Parts;
use axum::http::{StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use bulkhead_analysis::Analysis;
use bulkhead_analysis::model::Issue;
use bulkhead_analysis::model::watch::Watch;
use bulkhead_report::Speech;
use serde::Serialize;
use serde_json::Value;

use super::filter::Filter;
use super::{FOREIGN, Grants, Judge, Principal, Sight, Viewer, tokens};
use crate::api::{Context, PICTURE};
use crate::change::Asker;
use crate::cluster::Cluster;
use crate::epoch::Epoch;
use crate::language::speech;
use crate::problem::Problem;
use crate::work::{WORK_HEADER, Work};

/// What a handler needs to know of the question: the state that it is about, who asks, and in which language.
#[derive(Clone, Debug)]
pub(crate) struct Asking {
    pub(crate) epoch: Arc<Epoch>,
    pub(crate) sight: Arc<Sight>,
    pub(crate) speech: Speech,
    pub(crate) viewer: Arc<Viewer>,
    /// What is done for it.
    pub(crate) work: Arc<Work>,
}

impl FromRequestParts<Arc<Context>> for Asking {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, context: &Arc<Context>) -> Result<Self, Self::Rejection> {
        let epoch = context.cluster.current();
        let viewer = viewer(&parts.extensions);
        let sight = epoch.sight(&viewer);
        let work = work(parts, context, &viewer)?;
        Ok(Self { epoch, sight, speech: speech(&parts.headers), viewer, work })
    }
}

/// The work for a request, by the name that it gives it.
fn work(parts: &Parts, context: &Context, viewer: &Viewer) -> Result<Arc<Work>, Problem> {
    let Some(name) = parts.headers.get(WORK_HEADER) else { return Ok(Work::new()) };
    let named = name.to_str().ok().and_then(|name| context.works.begin(&viewer.principal, name));
    named.ok_or_else(|| Problem::unreadable(Issue::error("requestWorkName").with("header", WORK_HEADER)))
}

impl Asking {
    /// Who asks, for a change.
    pub(crate) fn asker(&self) -> Asker<'_> {
        Asker { viewer: &self.viewer, speech: self.speech, work: &self.work }
    }

    /// Asks a question about the state.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Analysis<'_>, &dyn Watch) -> T + Send + 'static,
    ) -> Result<T, Problem> {
        self.epoch.ask(&self.work, question).await
    }

    /// An answer about the state. It becomes bytes where it leaves.
    pub(crate) fn answer(&self, form: impl Serialize + Send + Sync + 'static) -> Response {
        self.answer_to(form, &Value::Null)
    }

    /// The same to a request with a body.
    pub(crate) fn answer_to(&self, form: impl Serialize + Send + Sync + 'static, body: &Value) -> Response {
        let mut said = HashSet::new();
        tokens::said(body, &mut said);
        self.leaving(Arc::new(form), said, None)
    }

    /// An answer that leaves as a picture: it is drawn of what the viewer may see of the form, once the rest was taken out.
    pub(crate) fn picture(
        &self,
        form: impl Serialize + Send + Sync + 'static,
        draw: impl Fn(Value) -> Option<String> + Send + Sync + 'static,
    ) -> Response {
        self.leaving(Arc::new(form), HashSet::new(), Some(Arc::new(draw)))
    }

    fn leaving(&self, form: Arc<dyn Form>, said: HashSet<String>, drawing: Option<Drawing>) -> Response {
        let mut response = ().into_response();
        response.extensions_mut().insert(Answer { epoch: Arc::clone(&self.epoch), form, said, drawing });
        response
    }
}

/// The viewer whom the guard let in. Without one, somebody who sees nothing.
pub(crate) fn viewer(extensions: &axum::http::Extensions) -> Arc<Viewer> {
    let nobody =
        || Arc::new(Viewer { principal: Principal::default(), grants: Grants::nothing(), judge: Judge::Roles });
    extensions.get::<Arc<Viewer>>().cloned().unwrap_or_else(nobody)
}

/// An answer that has not left.
#[derive(Clone)]
pub(crate) struct Answer {
    /// The state that it is about: what is foreign is told by the names of that one.
    epoch: Arc<Epoch>,
    form: Arc<dyn Form>,
    /// What the request's body says.
    said: HashSet<String>,
    /// How it is drawn, where it leaves as a picture.
    drawing: Option<Drawing>,
}

/// Draws what is left of a form.
type Drawing = Arc<dyn Fn(Value) -> Option<String> + Send + Sync>;

/// What can be an answer.
trait Form: Send + Sync {
    fn bytes(&self) -> Option<Vec<u8>>;
    fn value(&self) -> Option<Value>;
}

impl<T: Serialize + Send + Sync> Form for T {
    fn bytes(&self) -> Option<Vec<u8>> {
        serde_json::to_vec(self).ok()
    }

    fn value(&self) -> Option<Value> {
        serde_json::to_value(self).ok()
    }
}

/// A response that has nothing of the cluster in it: a file of the console.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Public;

/// Lets responses leave: answers and problems as far as the viewer may see them, and nothing that is neither.
pub(crate) async fn leave(State(cluster): State<Arc<Cluster>>, request: Request, next: Next) -> Response {
    let (viewer, speech) = (viewer(request.extensions()), speech(request.headers()));
    let asked = request.uri().clone();
    let mut response = next.run(request).await;
    let (value, media_type, epoch, said) = if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        let epoch = cluster.current();
        let bytes = (epoch.sight(&viewer).is_everything()).then(|| serde_json::to_vec(&problem.form(speech)).ok());
        if let Some(bytes) = bytes {
            return with_body(response, bytes, "application/problem+json");
        }
        (serde_json::to_value(problem.form(speech)).ok(), "application/problem+json", epoch, HashSet::new())
    } else if let Some(Answer { epoch, form, said, drawing }) = response.extensions_mut().remove::<Answer>() {
        if let Some(drawing) = drawing {
            let said = with_uri(said, &asked);
            return with_picture(response, drawn(&*form, drawing, &epoch, (&viewer, speech), said).await);
        }
        if epoch.sight(&viewer).is_everything() {
            return with_body(response, form.bytes(), "application/json");
        }
        (form.value(), "application/json", epoch, said)
    } else if response.status() == StatusCode::PAYLOAD_TOO_LARGE {
        // The layer that counts bytes has no problems of ours.
        return Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "problem.tooLarge").into_response();
    } else {
        return if may_pass(&response) { response } else { Problem::internal().into_response() };
    };
    let bytes = match value {
        Some(value) => filtered(value, &epoch, (&viewer, speech), with_uri(said, &asked)).await,
        None => None,
    };
    with_body(response, bytes, media_type)
}

/// Whether a response is known to say nothing of the cluster by itself: a file, an empty one, or a stream of versions.
fn may_pass(response: &Response) -> bool {
    let is =
        |kind: &str| response.headers().get(CONTENT_TYPE).is_some_and(|is| is.as_bytes().starts_with(kind.as_bytes()));
    let is_empty = axum::body::HttpBody::size_hint(response.body()).exact() == Some(0);
    response.extensions().get::<Public>().is_some() || is_empty || is("text/event-stream")
}

async fn filtered(
    value: Value,
    epoch: &Arc<Epoch>,
    (viewer, speech): (&Viewer, Speech),
    said: HashSet<String>,
) -> Option<Vec<u8>> {
    serde_json::to_vec(&left(value, epoch, (viewer, speech), (said, FOREIGN)).await?).ok()
}

/// What is left of a value; `another` stands where something foreign was.
async fn left(
    value: Value,
    epoch: &Arc<Epoch>,
    (viewer, speech): (&Viewer, Speech),
    (said, another): (HashSet<String>, &str),
) -> Option<Value> {
    let (terms, sight) = (epoch.terms().await?, epoch.sight(viewer));
    Some(Filter::new((&terms, &epoch.tenancy), &sight, (speech, another), said).value("", value))
}

/// The picture of what is left. Its texts are for people, so that what is foreign is named in their language.
async fn drawn(
    form: &dyn Form,
    drawing: Drawing,
    epoch: &Arc<Epoch>,
    (viewer, speech): (&Viewer, Speech),
    said: HashSet<String>,
) -> Option<Vec<u8>> {
    let mut value = form.value()?;
    if !epoch.sight(viewer).is_everything() {
        value = left(value, epoch, (viewer, speech), (said, &speech.word("foreign"))).await?;
    }
    let picture = tokio::task::spawn_blocking(move || drawing(value)).await.ok()??;
    Some(picture.into_bytes())
}

/// A picture brings its rules in itself, and loads and runs nothing.
const PICTURE_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox";

fn with_picture(response: Response, bytes: Option<Vec<u8>>) -> Response {
    let is_drawn = bytes.is_some();
    let mut response = with_body(response, bytes, PICTURE);
    if is_drawn {
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(PICTURE_POLICY));
    }
    response
}

/// What a request says with its path and its parameters.
fn with_uri(mut said: HashSet<String>, asked: &Uri) -> HashSet<String> {
    tokens::spoken(asked.path(), &mut said);
    let query: Vec<(String, String)> =
        axum::extract::Query::try_from_uri(asked).map(|axum::extract::Query(query)| query).unwrap_or_default();
    for (_, value) in &query {
        tokens::spoken(value, &mut said);
    }
    said
}

fn with_body(mut response: Response, bytes: Option<Vec<u8>>, media_type: &'static str) -> Response {
    let Some(bytes) = bytes else { return Problem::internal().into_response() };
    *response.body_mut() = Body::from(bytes);
    response.headers_mut().remove(CONTENT_LENGTH);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    response
}
