//! TLS on real connections: who is believed to be the proxy, and what becomes of certificates that change.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a test that cannot be set up fails

mod bed;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use bulkhead_server::access::{PROXY_SECRET_HEADER, Proxy};
use bulkhead_server::{Tls, TlsError, TlsFiles};

use crate::bed::{Authority, Bed, Files, certificate, client};

const NAME: &str = "proxy.example.com";
/// What a proxy says, and anybody could.
const ADA: (&str, &str) = ("X-Forwarded-User", "ada");
const SECRET: &str = "a secret of the proxy";

#[tokio::test]
async fn only_a_connection_with_the_proxys_certificate_is_believed() {
    let bed = Bed::start(Proxy::with_certificate(), &[NAME]).await;
    let ours = &bed.authority;
    let nobody = client(ours, None);
    let proxy = client(ours, Some(ours.signed(&[NAME])));
    let other = client(ours, Some(ours.signed(&["other.example.com"])));
    let stranger = client(ours, Some(Authority::new("elsewhere").signed(&[NAME])));

    // The same headers, forged; the proxy's; those of somebody else to whom the authority gave a certificate, and of a stranger.
    let forged = bed.get(&nobody, "/api/v1alpha1/version", &[ADA]).await.unwrap();
    assert!(forged.starts_with("HTTP/1.1 401") && forged.contains("problem:notFromProxy"), "{forged}");
    let asked = bed.get(&proxy, "/api/v1alpha1/version", &[ADA]).await.unwrap();
    assert!(asked.starts_with("HTTP/1.1 200") && asked.contains("\"user\":\"ada\""), "{asked}");
    let named_otherwise = bed.get(&other, "/api/v1alpha1/version", &[ADA]).await.unwrap();
    assert!(named_otherwise.starts_with("HTTP/1.1 401"), "{named_otherwise}");
    assert_eq!(bed.get(&stranger, "/api/v1alpha1/version", &[ADA]).await, None);

    // A connection that takes up an earlier one has shown what that one has.
    let again = bed.get(&proxy, "/api/v1alpha1/version", &[ADA]).await.unwrap();
    assert!(again.starts_with("HTTP/1.1 200"), "{again}");
    let again = bed.get(&nobody, "/api/v1alpha1/version", &[ADA]).await.unwrap();
    assert!(again.starts_with("HTTP/1.1 401"), "{again}");
    // Whoever runs the server may ask whether it is there.
    assert!(bed.get(&nobody, "/healthz", &[]).await.unwrap().starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn without_a_name_every_certificate_of_the_authority_counts() {
    let bed = Bed::start(Proxy::with_certificate(), &[]).await;
    let other = client(&bed.authority, Some(bed.authority.signed(&["other.example.com"])));
    let asked = bed.get(&other, "/api/v1alpha1/version", &[ADA]).await.unwrap();
    assert!(asked.starts_with("HTTP/1.1 200"), "{asked}");
    let nobody = client(&bed.authority, None);
    let forged = bed.get(&nobody, "/api/v1alpha1/version", &[ADA]).await.unwrap();
    assert!(forged.starts_with("HTTP/1.1 401"), "{forged}");
}

#[tokio::test]
async fn a_secret_besides_is_needed_besides() {
    let bed = Bed::start(Proxy::with_certificate().and_secret(SECRET.to_owned()), &[NAME]).await;
    let (nobody, proxy) = (client(&bed.authority, None), client(&bed.authority, Some(bed.authority.signed(&[NAME]))));
    let secret = (PROXY_SECRET_HEADER, SECRET);
    for (who, headers, status) in [
        (&proxy, &[ADA][..], "401"),
        (&nobody, &[ADA, secret], "401"),
        (&proxy, &[ADA, (PROXY_SECRET_HEADER, "another secret of the proxy")], "401"),
        (&proxy, &[ADA, secret], "200"),
    ] {
        let answer = bed.get(who, "/api/v1alpha1/version", headers).await.unwrap();
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{headers:?}: {answer}");
    }
}

#[tokio::test]
async fn a_secret_alone_works_over_tls_too() {
    let bed = Bed::start(Proxy::with_secret(SECRET.to_owned()), &[]).await;
    let nobody = client(&bed.authority, None);
    let asked = bed.get(&nobody, "/api/v1alpha1/version", &[ADA, (PROXY_SECRET_HEADER, SECRET)]).await.unwrap();
    assert!(asked.starts_with("HTTP/1.1 200"), "{asked}");
    let forged = bed.get(&nobody, "/api/v1alpha1/version", &[ADA]).await.unwrap();
    assert!(forged.starts_with("HTTP/1.1 401"), "{forged}");
}

#[tokio::test]
async fn who_does_not_speak_tls_gets_nothing_and_keeps_nobody_out() {
    let bed = Bed::start(Proxy::with_certificate(), &[NAME]).await;
    let address = bed.address;
    let silent = TcpStream::connect(address).unwrap();
    let plain = move || {
        let mut plain = TcpStream::connect(address).unwrap();
        plain.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        plain.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        let mut bytes = Vec::new();
        // The server ends the connection, at most with an alert.
        let _ = plain.read_to_end(&mut bytes);
        bytes
    };
    let bytes = tokio::task::spawn_blocking(plain).await.unwrap();
    assert!(!bytes.starts_with(b"HTTP"), "{bytes:?}");
    let proxy = client(&bed.authority, Some(bed.authority.signed(&[NAME])));
    assert!(bed.get(&proxy, "/healthz", &[]).await.unwrap().starts_with("HTTP/1.1 200"));
    drop(silent);
}

#[tokio::test]
async fn files_that_change_are_taken_and_broken_ones_are_told() {
    let bed = Bed::start(Proxy::with_certificate(), &[NAME]).await;
    let later = Authority::new("later");
    let (before, after) = (client(&bed.authority, None), client(&later, None));
    assert!(bed.get(&before, "/healthz", &[]).await.is_some());
    assert!(bed.get(&after, "/healthz", &[]).await.is_none());

    std::fs::write(bed.files.path("server.crt"), "no certificate").unwrap();
    bed.tls.look();
    let told = bed.told.lock().unwrap().clone();
    assert!(told.len() == 1 && told[0].contains("server.crt"), "{told:?}");
    assert!(bed.get(&before, "/healthz", &[]).await.is_some(), "it goes on with what it has");

    bed.files.certify(&later);
    bed.tls.look();
    assert!(bed.get(&before, "/healthz", &[]).await.is_none());
    assert!(bed.get(&after, "/healthz", &[]).await.is_some());
    assert_eq!(bed.told.lock().unwrap().len(), 1);
}

#[test]
fn what_is_wrong_with_a_file_names_the_file() {
    let authority = Authority::new("ours");
    let files = Files::new(&authority);
    let good = files.tls(&[]);
    assert!(read(good.clone()).is_ok());
    let write = |name: &str, text: &str| {
        std::fs::write(files.path(name), text).unwrap();
        files.path(name)
    };
    let (_, key_of_another) = certificate(&authority, &["localhost"]);
    let cut = std::fs::read_to_string(&good.certificate).unwrap().replace("-----END CERTIFICATE-----", "");
    let wrong = [
        (TlsFiles { certificate: files.path("none"), ..good.clone() }, "none"),
        (TlsFiles { certificate: write("empty", ""), ..good.clone() }, "empty"),
        (TlsFiles { certificate: write("cut", &cut), ..good.clone() }, "cut"),
        (TlsFiles { certificate: good.key.clone(), ..good.clone() }, "server.key"),
        (TlsFiles { key: good.certificate.clone(), ..good.clone() }, "server.crt"),
        (TlsFiles { key: write("another", &key_of_another), ..good.clone() }, "another"),
        (TlsFiles { client_authority: Some(write("text", "hello")), ..good.clone() }, "text"),
        (
            TlsFiles {
                client_authority: Some(write("der", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")),
                ..good.clone()
            },
            "der",
        ),
        (TlsFiles { client_names: vec!["not a name".to_owned()], ..good }, "not a name"),
    ];
    for (files, named) in wrong {
        let error = read(files).unwrap_err().to_string();
        assert!(error.contains(&format!("{named}`")), "{named}: {error}");
    }
}

fn read(files: TlsFiles) -> Result<(), TlsError> {
    Tls::read(files, std::sync::Arc::new(|_| {})).map(drop)
}
