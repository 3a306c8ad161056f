//! The server: layers around the API and the console, and a socket.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::{CompressionLayer, Predicate as _, predicate::NotForContentType};
use tower_http::limit::RequestBodyLimitLayer;

use crate::access::{Access, Audit, Oidc, Proxy, Rights, Tell, Token, guard};
use crate::api::{self, Context};
use crate::cluster::Cluster;
use crate::problem::Problem;
use crate::tls::{Shown, Tls, TlsListener};
use crate::work::Works;
use crate::{assets, headers, language, viewer};

/// Where whoever runs the server asks whether it is there. It says nothing else, so that anybody may ask.
const ALIVE: &str = "/healthz";
/// The largest body of a request.
const LARGEST_BODY: usize = 4 * 1024 * 1024;
/// The most streams of events at once.
const MOST_STREAMS: usize = 256;
/// The most requests at once, streams aside.
const MOST_REQUESTS: usize = 512;
/// How long a request's body may take to come in and its answer to be made.
const LONGEST_REQUEST: Duration = Duration::from_mins(1);

/// A server that listens.
#[derive(Debug)]
pub struct Serving {
    /// Where.
    pub address: SocketAddr,
    listener: TcpListener,
    tls: Option<Arc<Tls>>,
    router: Router,
}

/// How people come in.
pub enum Entrance {
    /// One person on this machine, by the addresses that are told.
    Local(Tell),
    /// Through a proxy that knows who they are, with these rights.
    Proxy(Proxy, Rights),
    /// With tokens of the cluster, with these rights.
    Token(Token, Rights),
    /// By an identity provider, with these rights.
    Oidc(Oidc, Rights),
}

impl std::fmt::Debug for Entrance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Local(_) => "Local",
            Self::Proxy(..) => "Proxy",
            Self::Token(..) => "Token",
            Self::Oidc(..) => "Oidc",
        })
    }
}

/// Listens, with TLS where it is given, and in the mode `local` tells the address that opens the console. Nothing is answered before
/// [`Serving::run`].
///
/// # Errors
/// The address is taken, not this machine's, or not loopback in the mode `local`, or the system has no random numbers.
pub async fn serve(
    cluster: Arc<Cluster>,
    (listen, tls): (SocketAddr, Option<Arc<Tls>>),
    entrance: Entrance,
    audit: Audit,
) -> std::io::Result<Serving> {
    if matches!(entrance, Entrance::Local(_)) && !listen.ip().is_loopback() {
        return Err(std::io::Error::new(
            std::io::ErrorKind::PermissionDenied,
            "only loopback is served without sign-in",
        ));
    }
    let listener = TcpListener::bind(listen).await?;
    let address = listener.local_addr()?;
    let access = match entrance {
        Entrance::Local(tell) => Access::local(address, tell).map_err(std::io::Error::other)?,
        Entrance::Proxy(proxy, rights) => Access::proxy(proxy, rights),
        Entrance::Token(token, rights) => Access::token(token, rights),
        Entrance::Oidc(oidc, rights) => Access::oidc(oidc, rights),
    };
    Ok(Serving { address, listener, tls, router: router(cluster, access, audit) })
}

impl Serving {
    /// Answers until `end` is done.
    ///
    /// # Errors
    /// The socket fails.
    pub async fn run(self, end: impl Future<Output = ()> + Send + 'static) -> std::io::Result<()> {
        let Self { listener, tls, router, .. } = self;
        let served = async move {
            match tls {
                None => axum::serve(listener, router).await,
                Some(tls) => {
                    let service = router.into_make_service_with_connect_info::<Shown>();
                    axum::serve(TlsListener::start(listener, tls), service).await
                }
            }
        };
        tokio::select! {
            served = served => served,
            // Streams of events never end by themselves, so nobody waits for them; a write that has begun is finished by the
            // store.
            () = end => Ok(()),
        }
    }
}

/// The API and the console, with everything around them.
pub fn router(cluster: Arc<Cluster>, access: Arc<Access>, audit: Audit) -> Router {
    let streams = Arc::new(Semaphore::new(MOST_STREAMS));
    let (works, sign_out) = (Works::default(), access.sign_out());
    let context = Arc::new(Context { cluster: Arc::clone(&cluster), audit, sign_out, works, streams });
    // A stream of events is compressed in blocks, which would hold events back.
    let compressed =
        tower_http::compression::DefaultPredicate::new().and(NotForContentType::const_new("text/event-stream"));
    api::router(context)
        .fallback(assets::serve)
        .layer(RequestBodyLimitLayer::new(LARGEST_BODY))
        .layer(from_fn_with_state(Arc::new(Semaphore::new(MOST_REQUESTS)), limited))
        .layer(from_fn_with_state(Arc::clone(&cluster), headers::versioned))
        .layer(from_fn_with_state(Arc::clone(&cluster), viewer::leave))
        .layer(CompressionLayer::new().compress_when(compressed))
        .layer(from_fn_with_state((access, cluster), guard))
        .route(ALIVE, get(async || "ok\n"))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(language::put_into_words))
        .layer(from_fn(headers::secure))
}

/// Not too many at once, and none for too long.
async fn limited(
    axum::extract::State(permits): axum::extract::State<Arc<Semaphore>>,
    request: axum::extract::Request,
    next: axum::middleware::Next,
) -> axum::response::Response {
    use axum::response::IntoResponse as _;
    let Ok(_permit) = permits.try_acquire() else {
        return Problem::new(StatusCode::SERVICE_UNAVAILABLE, "problem.busy").into_response();
    };
    match tokio::time::timeout(LONGEST_REQUEST, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::new(StatusCode::REQUEST_TIMEOUT, "problem.tooLong").into_response(),
    }
}

#[allow(clippy::needless_pass_by_value)] // the layer's signature
fn panicked(_: Box<dyn std::any::Any + Send>) -> axum::response::Response {
    use axum::response::IntoResponse as _;
    Problem::internal().into_response()
}
