//! A server with TLS behind a socket, authorities that sign certificates, and clients that show them.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bulkhead_analysis::path::Overrides;
use bulkhead_server::access::{Audit, Proxy, Rights, Roles};
use bulkhead_server::{Cluster, Entrance, Tls, TlsFiles, serve};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use rustls::crypto::ring::default_provider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use tempfile::TempDir;

const CLUSTER: &str = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n";
const ROLES: &str = "roles: [{role: viewer, project: shop, users: [ada]}]";
const PATIENCE: Duration = Duration::from_secs(30);

/// Somebody who signs certificates.
pub(crate) struct Authority {
    certificate: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    pub(crate) fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, name);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap().pem();
        Self { certificate, issuer: Issuer::new(params, key) }
    }

    /// A certificate for these names, and its key.
    pub(crate) fn signed(&self, names: &[&str]) -> (String, String) {
        certificate(self, names)
    }
}

/// A certificate of an authority, and its key.
pub(crate) fn certificate(authority: &Authority, names: &[&str]) -> (String, String) {
    let key = KeyPair::generate().unwrap();
    let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
    let params = CertificateParams::new(names).unwrap();
    (params.signed_by(&key, &authority.issuer).unwrap().pem(), key.serialize_pem())
}

/// The server's files.
pub(crate) struct Files(TempDir);

impl Files {
    pub(crate) fn new(authority: &Authority) -> Self {
        let files = Self(tempfile::tempdir().unwrap());
        std::fs::write(files.path("clients.crt"), &authority.certificate).unwrap();
        files.certify(authority);
        files
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// A new certificate for the server.
    pub(crate) fn certify(&self, authority: &Authority) {
        let (certificate, key) = certificate(authority, &["localhost"]);
        std::fs::write(self.path("server.crt"), certificate).unwrap();
        std::fs::write(self.path("server.key"), key).unwrap();
    }

    pub(crate) fn tls(&self, client_names: &[&str]) -> TlsFiles {
        TlsFiles {
            certificate: self.path("server.crt"),
            key: self.path("server.key"),
            client_authority: Some(self.path("clients.crt")),
            client_names: client_names.iter().map(|&name| name.to_owned()).collect(),
        }
    }
}

/// A server in the mode `proxy`.
pub(crate) struct Bed {
    pub(crate) authority: Authority,
    pub(crate) files: Files,
    pub(crate) tls: Arc<Tls>,
    pub(crate) told: Arc<Mutex<Vec<String>>>,
    pub(crate) address: SocketAddr,
}

impl Bed {
    pub(crate) async fn start(proxy: Proxy, client_names: &[&str]) -> Self {
        let authority = Authority::new("ours");
        let files = Files::new(&authority);
        let told = Arc::new(Mutex::new(Vec::new()));
        let teller = Arc::clone(&told);
        let tell = Arc::new(move |error: &bulkhead_server::TlsError| teller.lock().unwrap().push(error.to_string()));
        let tls = Tls::read(files.tls(client_names), tell).unwrap();
        let texts = vec![("cluster.yaml".to_owned(), CLUSTER.as_bytes().to_vec())];
        let cluster = Cluster::of_texts("test".to_owned(), texts, Overrides::default()).await.unwrap();
        let entrance = Entrance::Proxy(proxy, Rights::Roles(Roles::parse(ROLES).unwrap()));
        let listen = "127.0.0.1:0".parse().unwrap();
        let serving = serve(cluster, (listen, Some(Arc::clone(&tls))), entrance, Audit::default()).await.unwrap();
        let address = serving.address;
        tokio::spawn(serving.run(std::future::pending()));
        Self { authority, files, tls, told, address }
    }

    /// What is answered to a client on a connection of its own; nothing where there is no connection.
    pub(crate) async fn get(&self, client: &Arc<ClientConfig>, path: &str, headers: &[(&str, &str)]) -> Option<String> {
        let mut lines = vec![format!("GET {path} HTTP/1.1"), "Host: localhost".into(), "Connection: close".into()];
        lines.extend(headers.iter().map(|(name, value)| format!("{name}: {value}")));
        let request = lines.join("\r\n") + "\r\n\r\n";
        let (address, client) = (self.address, Arc::clone(client));
        tokio::task::spawn_blocking(move || ask(address, client, &request)).await.unwrap()
    }
}

fn ask(address: SocketAddr, client: Arc<ClientConfig>, request: &str) -> Option<String> {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let connection = ClientConnection::new(client, ServerName::try_from("localhost").unwrap()).unwrap();
    let mut stream = StreamOwned::new(connection, stream);
    stream.write_all(request.as_bytes()).ok()?;
    let mut bytes = Vec::new();
    // Of TLS 1.3 a client learns that its certificate is refused when it reads.
    stream.read_to_end(&mut bytes).ok()?;
    Some(String::from_utf8(bytes).unwrap())
}

/// A client that trusts an authority, and may have a certificate and a key.
pub(crate) fn client(trusted: &Authority, shown: Option<(String, String)>) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(trusted.certificate.as_bytes()).unwrap()).unwrap();
    let builder = ClientConfig::builder_with_provider(Arc::new(default_provider()));
    let builder = builder.with_safe_default_protocol_versions().unwrap().with_root_certificates(roots);
    let config = match shown {
        None => builder.with_no_client_auth(),
        Some((certificate, key)) => {
            let chain = vec![CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap()];
            builder.with_client_auth_cert(chain, PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap()).unwrap()
        }
    };
    Arc::new(config)
}
