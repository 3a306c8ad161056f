//! A socket whose connections are encrypted before anybody sees them.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::{Shown, Tls};

/// How many handshakes are under way at once, and how long one may take: who says nothing must not keep others out.
const MOST_HANDSHAKES: usize = 1_024;
const LONGEST_HANDSHAKE: Duration = Duration::from_secs(10);
/// How long is waited where the system has no room for a connection.
const PAUSE: Duration = Duration::from_secs(1);

type Encrypted = (TlsStream<TcpStream>, Shown);

/// Connections of a socket, each with what its client has shown.
#[derive(Debug)]
pub(crate) struct TlsListener {
    encrypted: mpsc::Receiver<Encrypted>,
    tasks: [JoinHandle<()>; 2],
}

impl TlsListener {
    /// Begins to take connections, by tasks that end with this.
    pub(crate) fn start(listener: TcpListener, tls: Arc<Tls>) -> Self {
        let (ready, encrypted) = mpsc::channel(1);
        let looking = tokio::spawn(Tls::keep_looking(Arc::downgrade(&tls)));
        Self { encrypted, tasks: [tokio::spawn(take(listener, tls, ready)), looking] }
    }
}

impl Drop for TlsListener {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

impl Listener for TlsListener {
    type Io = TlsStream<TcpStream>;
    type Addr = Shown;

    async fn accept(&mut self) -> Encrypted {
        match self.encrypted.recv().await {
            Some(encrypted) => encrypted,
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> io::Result<Shown> {
        Ok(Shown::Nothing)
    }
}

impl Connected<IncomingStream<'_, TlsListener>> for Shown {
    fn connect_info(stream: IncomingStream<'_, TlsListener>) -> Self {
        *stream.remote_addr()
    }
}

async fn take(listener: TcpListener, tls: Arc<Tls>, ready: mpsc::Sender<Encrypted>) {
    let handshakes = Arc::new(Semaphore::new(MOST_HANDSHAKES));
    loop {
        let Ok(permit) = Arc::clone(&handshakes).acquire_owned().await else { return };
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(PAUSE).await;
            continue;
        };
        let (tls, ready) = (Arc::clone(&tls), ready.clone());
        tokio::spawn(async move {
            let handshake = TlsAcceptor::from(tls.config()).accept(stream);
            if let Ok(Ok(stream)) = tokio::time::timeout(LONGEST_HANDSHAKE, handshake).await {
                let certificates = stream.get_ref().1.peer_certificates().unwrap_or_default();
                let shown = tls.shown(certificates.first());
                drop(permit);
                // Nobody takes connections any more where the server ends.
                let _ = ready.send((stream, shown)).await;
            }
        });
    }
}
