//! `serve` on the live cluster: who sees what, in whose name is written, and a server that stops answering.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use bulkhead_control_plane::{ControlPlane, Server};
use serde_json::{Value, json};

use bulkhead_test_cluster::Person;

/// A server in a process of its own, which ends with this.
pub(crate) struct Console {
    process: Child,
    port: u16,
}

impl Drop for Console {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// What was answered.
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {} {}", self.status, self.text))
    }
}

impl Console {
    fn start(plane: &ControlPlane, arguments: &[&str]) -> Self {
        Self::of(plane.kubeconfig("admin").unwrap(), arguments)
    }

    /// Starts with the rights of whoever a kubeconfig is for.
    pub(crate) fn of(kubeconfig: &Path, arguments: &[&str]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_bulkhead"))
            .args(["serve", "--listen", "127.0.0.1:0", "--no-browser", "--lang", "en"])
            .args(arguments)
            .env("KUBECONFIG", kubeconfig)
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port = line.split("127.0.0.1:").nth(1).and_then(|rest| rest.split('/').next()).unwrap().parse().unwrap();
        Self { process, port }
    }

    fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
        write!(stream, "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n", self.port).unwrap();
        for (name, value) in headers {
            write!(stream, "{name}: {value}\r\n").unwrap();
        }
        write!(stream, "Content-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let whole = String::from_utf8(bytes).unwrap();
        let (head, text) = whole.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, head: head.to_owned(), text: text.to_owned() }
    }

    pub(crate) fn get(&self, user: &str, path: &str) -> Answer {
        self.get_with(&format!("token-of-{user}"), path)
    }

    pub(crate) fn get_with(&self, token: &str, path: &str) -> Answer {
        let token = format!("Bearer {token}");
        self.ask("GET", &format!("/api/v1alpha1{path}"), &[("Authorization", &token)], "")
    }

    fn post(&self, user: &str, path: &str, body: &Value) -> Answer {
        self.post_with(&format!("token-of-{user}"), path, body)
    }

    pub(crate) fn post_with(&self, token: &str, path: &str, body: &Value) -> Answer {
        let token = format!("Bearer {token}");
        let headers =
            [("Authorization", token.as_str()), ("Content-Type", "application/json"), ("X-Bulkhead-Csrf", "1")];
        self.ask("POST", &format!("/api/v1alpha1{path}"), &headers, &body.to_string())
    }

    /// Asks until an answer is as it has to be.
    fn wait(&self, user: &str, path: &str, is_right: impl Fn(&Value) -> bool) -> Value {
        let begun = Instant::now();
        loop {
            let answer = self.get(user, path);
            let value = if answer.status == 200 { answer.json() } else { Value::Null };
            if is_right(&value) {
                return value;
            }
            assert!(begun.elapsed() < Duration::from_secs(45), "{path}: {} {}", answer.status, answer.text);
            std::thread::sleep(Duration::from_millis(200));
        }
    }
}

/// Somebody who administers the project `shop`, and nothing else.
fn make_tenant(plane: &ControlPlane) {
    Person::admin(plane)
        .unwrap()
        .apply(
            "
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: console-all, namespace: shop}
rules: [{apiGroups: ['*'], resources: ['*'], verbs: ['*']}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: console-tenant, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: console-all}
subjects: [{kind: User, name: console, apiGroup: rbac.authorization.k8s.io}]
",
        )
        .unwrap();
}

/// An entry to write.
pub(crate) fn entry(name: &str, namespace: &str) -> Value {
    json!({"apiVersion": "network.kubesphere.io/v1alpha1", "kind": "NamespaceNetworkPolicy",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {"ingress": [{"from": [{"ipBlock": {"cidr": "203.0.113.0/24"}}]}]}})
}

pub(crate) fn tokens(plane: &ControlPlane) {
    make_tenant(plane);
    let console = Console::start(plane, &["--auth", "token"]);
    // Nobody, a stranger, and somebody without rights.
    assert_eq!(console.ask("GET", "/api/v1alpha1/tenants", &[], "").status, 401);
    assert_eq!(console.get("nobody-at-all", "/tenants").status, 401);
    assert_eq!(console.get("stranger", "/tenants").json()["projects"], json!([]));
    // Everything, and one project.
    let all = console.get("admin", "/tenants").json();
    assert!(all["projects"].as_array().unwrap().len() > 5, "{all}");
    let own = console.get("console", "/tenants");
    let projects = own.json()["projects"].clone();
    assert_eq!((projects.as_array().unwrap().len(), &projects[0]["namespace"]), (1, &json!("shop")));
    assert!(!own.text.contains("lake") && !own.text.contains("analytics"), "{}", own.text);
    assert_eq!(console.get("console", "/projects/reports/isolation").status, 404);

    // Written in their name, as far as they may.
    let change = json!({"put": [entry("by-console", "shop")]});
    let preview = console.post("console", "/changes/preview", &change).json();
    assert_eq!(preview["applicable"], true, "{preview}");
    let apply = json!({"change": change, "digest": preview["digest"]});
    assert_eq!(console.post("stranger", "/changes", &apply).status, 403);
    let applied = console.post("console", "/changes", &apply);
    assert_eq!(applied.status, 200, "{}", applied.text);
    let isolation = console.get("console", "/projects/shop/isolation").json();
    assert!(isolation["entries"].as_array().unwrap().iter().any(|entry| entry["name"] == "by-console"), "{isolation}");
    let foreign = json!({"put": [entry("by-console", "reports")]});
    assert_eq!(console.post("console", "/changes/preview", &foreign).status, 403);
    // What somebody else does on the cluster is seen without anybody asking for it.
    let path = "/apis/network.kubesphere.io/v1alpha1/namespaces/shop/namespacenetworkpolicies";
    plane.client("admin").unwrap().delete(&format!("{path}/by-console")).unwrap();
    let is_gone = |isolation: &Value| {
        isolation["entries"].as_array().is_some_and(|all| all.iter().all(|entry| entry["name"] != "by-console"))
    };
    console.wait("console", "/projects/shop/isolation", is_gone);
}

pub(crate) fn sign_in(plane: &ControlPlane) {
    let console = Console::start(plane, &["--auth", "token"]);
    let page = console.ask("GET", "/", &[("Accept", "text/html"), ("Accept-Language", "zh-CN")], "");
    assert_eq!(page.status, 401);
    assert!(
        page.text.contains("<form method=\"post\" action=\"/session\">") && page.text.contains("登录"),
        "{}",
        page.text
    );
    let form = [("Content-Type", "application/x-www-form-urlencoded")];
    assert_eq!(console.ask("POST", "/session", &form, "token=wrong").status, 401);
    let elsewhere = [form[0], ("Origin", "https://evil.example")];
    assert_eq!(console.ask("POST", "/session", &elsewhere, "token=token-of-admin").status, 403);
    let signed_in = console.ask("POST", "/session", &form, "token=token-of-admin");
    assert_eq!(signed_in.status, 303, "{}", signed_in.text);
    let cookie = signed_in.head.lines().find_map(|line| {
        line.to_ascii_lowercase().strip_prefix("set-cookie: ").map(|_| line["set-cookie: ".len()..].to_owned())
    });
    let cookie = cookie.unwrap();
    assert!(["HttpOnly", "Secure", "SameSite=Strict", "__Host-"].iter().all(|part| cookie.contains(part)), "{cookie}");
    let session = cookie.split(';').next().unwrap().to_owned();
    assert_eq!(console.ask("GET", "/api/v1alpha1/version", &[("Cookie", &session)], "").json()["user"], "admin");
    assert_eq!(console.ask("POST", "/session/end", &[("Cookie", &session)], "").status, 303);
    assert_eq!(console.ask("GET", "/api/v1alpha1/version", &[("Cookie", &session)], "").status, 401);
}

pub(crate) fn silence(plane: &ControlPlane) {
    let console = Console::start(plane, &["--auth", "token"]);
    let before = console.get("admin", "/tenants").json();
    assert_eq!(console.get("admin", "/version").json().get("staleSince"), None);
    plane.kill_server(Server::KubeApiserver).unwrap();
    // What was read is answered about, and said to be old.
    console.wait("admin", "/version", |version| version["staleSince"].is_string());
    assert_eq!(console.get("admin", "/tenants").json(), before);
    let change = json!({"put": [entry("in-silence", "shop")]});
    let preview = console.post("admin", "/changes/preview", &change).json();
    assert_eq!(preview["applicable"], false, "{preview}");
    // Whom nobody knows yet cannot be let in.
    assert_eq!(console.get("stranger", "/tenants").status, 503);
    plane.start_server(Server::KubeApiserver).unwrap();
    console.wait("admin", "/version", |version| version.is_object() && version.get("staleSince").is_none());
    plane
        .client("admin")
        .unwrap()
        .create("/api/v1/namespaces", &json!({"metadata": {"name": "after-silence"}}))
        .unwrap();
    let is_there = |tenants: &Value| {
        tenants["projects"].as_array().is_some_and(|all| all.iter().any(|one| one["namespace"] == "after-silence"))
    };
    console.wait("admin", "/tenants", is_there);
}
