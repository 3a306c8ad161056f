//! Traces of the controller, as a collector gets them: OTLP over HTTP. The collector here takes them down and says yes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test that cannot be set up fails

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::mpsc::{Sender, channel};
use std::thread::spawn;
use std::time::Duration;

const CLUSTER: &str = "
apiVersion: tenant.kubesphere.io/v1alpha1
kind: Workspace
metadata: {name: acme}
spec: {networkIsolation: true}
---
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {kubesphere.io/workspace: acme}}
";

/// A request: its first line, its headers, its body.
struct Sent {
    line: String,
    headers: String,
    body: Vec<u8>,
}

fn collect(stream: &mut TcpStream, sent: &Sender<Sent>) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    loop {
        let (mut line, mut headers) = (String::new(), String::new());
        reader.read_line(&mut line).ok().filter(|count| *count > 0)?;
        loop {
            let mut header = String::new();
            reader.read_line(&mut header).ok()?;
            if header.trim().is_empty() {
                break;
            }
            headers.push_str(&header.to_ascii_lowercase());
        }
        let length = headers.lines().find_map(|header| header.strip_prefix("content-length:"))?.trim().parse().ok()?;
        let mut body = vec![0; length];
        reader.read_exact(&mut body).ok()?;
        stream
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n")
            .ok()?;
        sent.send(Sent { line: line.trim().to_owned(), headers, body }).ok()?;
    }
}

fn bulkhead(arguments: &[&str], folder: &std::path::Path, collector: Option<&str>) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bulkhead"));
    command.args(arguments).current_dir(folder);
    if let Some(collector) = collector {
        command.env("OTEL_EXPORTER_OTLP_ENDPOINT", collector);
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn every_call_is_a_span() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("cluster.yaml"), CLUSTER).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let (sender, requests) = channel();
    spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let sender = sender.clone();
            spawn(move || collect(&mut stream, &sender));
        }
    });
    bulkhead(&["local", "import", "-f", "cluster.yaml", "--store", "shop.db"], folder.path(), None);
    let said = bulkhead(&["controller", "--once", "--store", "shop.db"], folder.path(), Some(&endpoint));
    assert_eq!(said, "networkpolicy/shop/nsnp-network-isolate configured\n");
    let mut text = String::new();
    while let Ok(sent) = requests.recv_timeout(Duration::from_millis(200)) {
        assert_eq!(sent.line, "POST /v1/traces HTTP/1.1");
        assert!(sent.headers.contains("content-type: application/x-protobuf"), "{}", sent.headers);
        text.push_str(&String::from_utf8_lossy(&sent.body));
    }
    for part in [
        "bulkhead-controller",
        "list namespaces",
        "networkpolicies.networking.k8s.io",
        "shop/nsnp-network-isolate",
        "outcome",
    ] {
        assert!(text.contains(part), "{part}: {text:?}");
    }
}

#[test]
fn a_collector_that_is_not_there_holds_nothing_up() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("cluster.yaml"), CLUSTER).unwrap();
    bulkhead(&["local", "import", "-f", "cluster.yaml", "--store", "shop.db"], folder.path(), None);
    let said = bulkhead(&["controller", "--once", "--store", "shop.db"], folder.path(), Some("http://127.0.0.1:1"));
    assert_eq!(said, "networkpolicy/shop/nsnp-network-isolate configured\n");
}
