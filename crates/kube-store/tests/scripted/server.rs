//! A server that says what it was told to say, one connection after the other.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bulkhead_kube_store::{ConnectOptions, KubeStore, connect};
use serde_json::{Value, json};

/// What is answered to one request. The connection ends behind it.
pub(crate) enum Answer {
    /// A status and a document.
    Document(u16, Value),
    /// A status and a text that need be no JSON.
    Text(u16, &'static str),
    /// The first part of an answer that says it is longer.
    CutOff(&'static str),
    /// Lines of a watch; the last may be half of one.
    Events(String),
    /// Nothing, for a while.
    Silence(Duration),
}

/// The server, and what it was asked.
pub(crate) struct Scripted {
    url: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Scripted {
    /// Listens, and answers as many requests as there are answers.
    pub(crate) fn start(answers: Vec<Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        std::thread::spawn(move || {
            for answer in answers {
                let (stream, _) = listener.accept().unwrap();
                let line = request(&stream);
                log.lock().unwrap_or_else(PoisonError::into_inner).push(line);
                respond(stream, answer);
            }
        });
        Self { url, asked }
    }

    /// The first lines of the requests so far.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A store that asks it.
    pub(crate) async fn store(&self, request_timeout: Duration) -> KubeStore {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("kubeconfig");
        let config = json!({
            "apiVersion": "v1", "kind": "Config", "current-context": "c",
            "clusters": [{"name": "c", "cluster": {"server": self.url}}],
            "users": [{"name": "u", "user": {}}],
            "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u", "namespace": "shop"}}],
        });
        std::fs::write(&path, config.to_string()).unwrap();
        let options = ConnectOptions {
            kubeconfigs: vec![path],
            request_timeout: Some(request_timeout),
            ..ConnectOptions::default()
        };
        connect(&options).await.unwrap()
    }
}

/// Reads a request to its end, and gives its path.
fn request(stream: &TcpStream) -> String {
    let mut reader = BufReader::new(stream);
    let (mut first, mut length) = (String::new(), 0);
    reader.read_line(&mut first).unwrap();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    reader.take(length).read_to_end(&mut Vec::new()).unwrap();
    first.split(' ').nth(1).unwrap().to_owned()
}

fn respond(mut stream: TcpStream, answer: Answer) {
    let head = |status: u16, length: usize| {
        format!(
            "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
        )
    };
    let text = match answer {
        Answer::Document(status, document) => {
            let body = document.to_string();
            head(status, body.len()) + &body
        }
        Answer::Text(status, body) => head(status, body.len()) + body,
        Answer::CutOff(body) => head(200, body.len() + 1000) + body,
        Answer::Events(lines) => {
            let chunk = format!("{:x}\r\n{lines}\r\n0\r\n\r\n", lines.len());
            format!(
                "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n{chunk}"
            )
        }
        Answer::Silence(duration) => {
            std::thread::sleep(duration);
            return;
        }
    };
    stream.write_all(text.as_bytes()).unwrap();
}
