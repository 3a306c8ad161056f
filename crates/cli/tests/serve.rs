//! `bulkhead serve` as a process: how it ends, what its arguments need, and that its TLS is what they say.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a test that cannot be set up fails

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use ureq::Agent;
use ureq::tls::{Certificate, ClientCert, PrivateKey, RootCerts, TlsConfig};

const CLUSTER: &str = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n";
const ROLES: &str = "roles: [{role: viewer, project: shop, users: [ada]}]";

/// A process that ends with this.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn command(folder: &Path, arguments: &[&str]) -> Command {
    std::fs::write(folder.join("cluster.yaml"), CLUSTER).unwrap();
    std::fs::write(folder.join("roles.yaml"), ROLES).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_bulkhead"));
    command.args(["serve", "-f", "cluster.yaml", "--no-browser", "--listen", "127.0.0.1:0", "--lang", "en"]);
    command.args(arguments).current_dir(folder).stdin(Stdio::null());
    command
}

/// Starts a server; the address that it tells.
fn start(folder: &Path, arguments: &[&str]) -> (Running, String) {
    let process = command(folder, arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut running = Running(process);
    let mut line = String::new();
    BufReader::new(running.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    (running, line.trim().rsplit(' ').next().unwrap().to_owned())
}

/// What is said to arguments with which nothing is served.
fn refused(arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let Output { status, stderr, .. } = command(folder.path(), arguments).output().unwrap();
    assert_eq!(status.code(), Some(2), "{arguments:?}");
    String::from_utf8(stderr).unwrap()
}

#[cfg(unix)]
#[test]
fn it_ends_in_good_order_when_its_container_is_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let (mut running, _) = start(folder.path(), &[]);
    assert!(Command::new("kill").args(["-TERM", &running.0.id().to_string()]).status().unwrap().success());
    assert_eq!(running.0.wait().unwrap().code(), Some(0));
}

#[test]
fn arguments_that_need_others_say_which() {
    let proxy = &["--auth", "proxy", "--roles", "roles.yaml"][..];
    let said = refused(proxy);
    assert!(said.contains("--proxy-secret-file") && said.contains("--proxy-client-ca"), "{said}");
    assert!(refused(&[proxy, &["--tls-cert", "roles.yaml"]].concat()).contains("--tls-key"));
    assert!(refused(&[proxy, &["--proxy-client-ca", "roles.yaml"]].concat()).contains("--tls-cert"));
    assert!(refused(&[proxy, &["--proxy-client-name", "proxy"]].concat()).contains("--proxy-client-ca"));
    let said = refused(&["--proxy-secret-file", "roles.yaml"]);
    assert!(said.contains("--auth proxy"), "{said}");
}

#[test]
fn tls_files_that_are_none_are_named() {
    let files = ["--tls-cert", "roles.yaml", "--tls-key", "none.key"];
    let said = refused(&[&["--auth", "proxy", "--roles", "roles.yaml"][..], &files].concat());
    assert!(said.contains("serveTls") && said.contains("none.key"), "{said}");
    let said =
        refused(&["--auth", "proxy", "--roles", "roles.yaml", "--tls-cert", "roles.yaml", "--tls-key", "roles.yaml"]);
    assert!(said.contains("roles.yaml") && said.contains("no certificate"), "{said}");
}

#[test]
fn the_proxys_certificate_is_asked_for_as_the_arguments_say() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, "ours");
    let key = KeyPair::generate().unwrap();
    let authority = params.self_signed(&key).unwrap().pem();
    let issuer = Issuer::new(params, key);
    let signed = |name: &str| {
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new(vec![name.to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
        (certificate.pem(), key.serialize_pem())
    };
    let (certificate, key) = signed("127.0.0.1");
    write("server.crt", &certificate);
    write("server.key", &key);
    write("authority.crt", &authority);
    let (_running, address) = start(
        folder.path(),
        &[
            ["--auth", "proxy", "--roles", "roles.yaml"],
            ["--tls-cert", "server.crt", "--tls-key", "server.key"],
            ["--proxy-client-ca", "authority.crt", "--proxy-client-name", "proxy.example.com"],
        ]
        .concat(),
    );
    assert!(address.starts_with("https://127.0.0.1:"), "{address}");
    let status = |shown: Option<(String, String)>| {
        let client = shown.map(|(certificate, key)| {
            let chain = [Certificate::from_pem(certificate.as_bytes()).unwrap()];
            ClientCert::new_with_certs(&chain, PrivateKey::from_pem(key.as_bytes()).unwrap())
        });
        let roots = RootCerts::new_with_certs(&[Certificate::from_pem(authority.as_bytes()).unwrap()]);
        let tls = TlsConfig::builder().root_certs(roots).client_cert(client).build();
        let config = Agent::config_builder().tls_config(tls).proxy(None).http_status_as_error(false);
        let agent: Agent = config.build().into();
        let request = agent.get(format!("{address}api/v1alpha1/version")).header("X-Forwarded-User", "ada");
        request.call().unwrap().status().as_u16()
    };
    assert_eq!(status(Some(signed("proxy.example.com"))), 200);
    assert_eq!(status(Some(signed("other.example.com"))), 401);
    assert_eq!(status(None), 401);
}
