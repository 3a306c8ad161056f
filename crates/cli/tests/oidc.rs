//! Signing in with an identity provider: a real one (the certified library's own server), the binary as a process, and a browser's steps.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a test that cannot be set up fails

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use bulkhead_control_plane::Program;
use serde_json::Value;

const CLUSTER: &str = "
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Namespace
metadata: {name: vault}
";
const ROLES: &str = "
roles:
- {role: viewer, project: shop, users: ['oidc:id1']}
";
/// A user that the provider has, and one of its clients.
const USER: [&str; 2] = ["test-user@localhost", "verysecure"];
const CLIENT: [&str; 2] = ["web", "secret"];
const PATIENCE: Duration = Duration::from_secs(30);

/// A process that ends with this.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What a browser does, as far as it matters here: it keeps cookies for each host, and is told where to go.
#[derive(Default)]
struct Browser {
    cookies: BTreeMap<u16, BTreeMap<String, String>>,
}

struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines.into_iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }

    fn leads_to(&self) -> &str {
        self.header("location").unwrap_or_else(|| panic!("{} {}", self.head, self.body))
    }
}

impl Browser {
    fn ask(&mut self, method: &str, port: u16, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut stream = TcpStream::connect(("localhost", port)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let jar = self.cookies.entry(port).or_default();
        let cookies: Vec<String> = jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        write!(stream, "{method} {path} HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n").unwrap();
        write!(stream, "Cookie: {}\r\nContent-Length: {}\r\n", cookies.join("; "), body.len()).unwrap();
        for (name, value) in headers {
            write!(stream, "{name}: {value}\r\n").unwrap();
        }
        write!(stream, "\r\n{body}").unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        let whole = String::from_utf8_lossy(&bytes).into_owned();
        let (head, body) = whole.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        for line in head
            .lines()
            .filter_map(|line| line.split_once(':'))
            .filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"))
        {
            let (name, rest) = line.1.trim().split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            if rest.contains("Max-Age=0") {
                jar.remove(name);
            } else {
                assert!(port_is_the_providers(name) || rest.contains("Secure; HttpOnly"), "{rest}");
                jar.insert(name.to_owned(), value.to_owned());
            }
        }
        Answer { status, head: head.to_owned(), body: body.to_owned() }
    }

    fn page(&mut self, address: &str) -> Answer {
        let (port, path) = split(address);
        self.ask("GET", port, path, &[("Accept", "text/html")], "")
    }

    /// Follows where it is led, from our server to the provider and back to our `/oidc/callback`, which it does not open.
    fn sign_in(&mut self, first: &str) -> String {
        let at_ours = self.page(first);
        assert_eq!(at_ours.status, 303, "{}", at_ours.head);
        let provider = at_ours.leads_to().to_owned();
        for part in ["code_challenge_method=S256", "response_type=code", "state=", "nonce=", "scope=openid"] {
            assert!(provider.contains(part), "{provider}");
        }
        let (port, _) = split(&provider);
        let form = self.page(&provider).leads_to().to_owned();
        let id = form.split("authRequestID=").nth(1).unwrap().to_owned();
        let encoded = |text: &str| text.replace('@', "%40");
        let filled = format!("id={id}&username={}&password={}", encoded(USER[0]), USER[1]);
        let sent = [("Content-Type", "application/x-www-form-urlencoded")];
        let path = form.split('?').next().unwrap().to_owned();
        let path = if path.starts_with('/') { path } else { split(&path).1.to_owned() };
        let mut back = self.ask("POST", port, &path, &sent, &filled).leads_to().to_owned();
        while !back.contains("/oidc/callback") {
            let address = if back.starts_with('/') { format!("http://localhost:{port}{back}") } else { back.clone() };
            self.page(&address).leads_to().clone_into(&mut back);
        }
        back
    }
}

/// The provider's own cookies are its affair.
fn port_is_the_providers(cookie: &str) -> bool {
    !cookie.contains("bulkhead")
}

/// The port and the path of an address.
fn split(address: &str) -> (u16, &str) {
    let rest = address.strip_prefix("http://localhost:").unwrap_or_else(|| panic!("{address}"));
    let at = rest.find('/').unwrap_or(rest.len());
    (rest[..at].parse().unwrap(), if at < rest.len() { &rest[at..] } else { "/" })
}

/// A port that nobody listens to. None is given twice: tests run beside each other, and the system gives one again as soon as it is free.
fn free_port() -> u16 {
    static GIVEN: Mutex<BTreeSet<u16>> = Mutex::new(BTreeSet::new());
    loop {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        if GIVEN.lock().unwrap().insert(port) {
            return port;
        }
    }
}

fn until_listening(port: u16) {
    let begun = Instant::now();
    while TcpStream::connect(("localhost", port)).is_err() {
        assert!(begun.elapsed() < PATIENCE, "nobody listens at {port}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// The provider and our server, each at a port of its own.
struct Bed {
    _provider: Running,
    _server: Running,
    ours: u16,
}

impl Bed {
    fn start(folder: &Path) -> Self {
        let (provider_port, ours) = (free_port(), free_port());
        let callback = format!("http://localhost:{ours}/oidc/callback");
        let provider = Command::new(Program::IdentityProvider.path().unwrap())
            .env("PORT", provider_port.to_string())
            .env("REDIRECT_URI", &callback)
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let provider = Running(provider);
        until_listening(provider_port);
        for (name, text) in [("cluster.yaml", CLUSTER), ("roles.yaml", ROLES), ("secret", CLIENT[1])] {
            std::fs::write(folder.join(name), text).unwrap();
        }
        let issuer = format!("http://localhost:{provider_port}/");
        let server = Command::new(env!("CARGO_BIN_EXE_bulkhead"))
            .args(["serve", "-f", "cluster.yaml", "--no-browser", "--auth", "oidc", "--roles", "roles.yaml"])
            .args(["--listen", &format!("127.0.0.1:{ours}"), "--oidc-issuer-url", &issuer])
            .args(["--oidc-client-id", CLIENT[0], "--oidc-client-secret-file", "secret"])
            .args(["--oidc-redirect-url", &callback, "--oidc-username-prefix", "oidc:"])
            .current_dir(folder)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let server = Running(server);
        until_listening(ours);
        Self { _provider: provider, _server: server, ours }
    }

    fn ours(&self, path: &str) -> String {
        format!("http://localhost:{}{path}", self.ours)
    }
}

#[test]
fn people_sign_in_and_out_and_see_what_is_theirs() {
    let folder = tempfile::tempdir().unwrap();
    let bed = Bed::start(folder.path());
    let mut browser = Browser::default();
    let api =
        |browser: &mut Browser, path: &str| browser.ask("GET", bed.ours, &format!("/api/v1alpha1{path}"), &[], "");

    let answer = api(&mut browser, "/version");
    assert_eq!(answer.status, 401, "{}", answer.body);
    assert!(answer.body.contains("urn:bulkhead:problem:notSignedIn"), "{}", answer.body);

    let back = browser.sign_in(&bed.ours("/projects/shop?tab=1"));
    let entered = browser.page(&back);
    assert_eq!((entered.status, entered.leads_to()), (303, "/projects/shop?tab=1"), "{}", entered.body);
    let version: Value = serde_json::from_str(&api(&mut browser, "/version").body).unwrap();
    assert_eq!((version["user"].as_str(), version["administrator"].as_bool()), (Some("oidc:id1"), Some(false)));
    let tenants = api(&mut browser, "/tenants").body;
    assert!(tenants.contains("shop") && !tenants.contains("vault"), "{tenants}");

    // A write needs our own header.
    let forged =
        browser.ask("POST", bed.ours, "/api/v1alpha1/changes/preview", &[("Content-Type", "application/json")], "{}");
    assert_eq!(forged.status, 403, "{}", forged.body);

    let out = browser.ask("POST", bed.ours, "/session/end", &[], "");
    assert_eq!(out.status, 200);
    assert!(out.body.contains("/oidc/sign-in"), "{}", out.body);
    assert_eq!(api(&mut browser, "/version").status, 401);
}

#[test]
fn only_who_set_out_from_here_may_come_back_and_once() {
    let folder = tempfile::tempdir().unwrap();
    let bed = Bed::start(folder.path());
    let mut browser = Browser::default();
    let back = browser.sign_in(&bed.ours("/oidc/sign-in?to=//elsewhere.example/"));

    // Somebody else, with the link of this one.
    let stranger = Browser::default().page(&back);
    assert_eq!(stranger.status, 403, "{}", stranger.body);
    // A state that was not asked for. Whoever shows one has to begin anew.
    let forged = back.replace("state=", "state=x");
    let mut other = Browser { cookies: browser.cookies.clone() };
    assert_eq!(other.page(&forged).status, 403);
    assert_eq!(browser.page(&back).status, 403, "it was used up");

    let back = browser.sign_in(&bed.ours("/oidc/sign-in?to=//elsewhere.example/"));
    let entered = browser.page(&back);
    assert_eq!((entered.status, entered.leads_to()), (303, "/"), "nobody is led elsewhere");
    assert_eq!(browser.page(&back).status, 403, "a code is good once");
}

#[test]
fn a_provider_that_is_not_there_is_said() {
    let output = Command::new(env!("CARGO_BIN_EXE_bulkhead"))
        .args(["serve", "--auth", "oidc", "--oidc-issuer-url", "http://localhost:1/", "--oidc-client-id", "web"])
        .args(["--oidc-redirect-url", "http://localhost:2/oidc/callback", "-f", "-"])
        .args(["--roles", "/dev/null"])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("serveOidcFailed"), "{said}");
}
