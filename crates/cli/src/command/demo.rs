//! `demo`: the console on the cluster that ships in the binary, or the story of isolation and its least allowlist as a text.

use std::path::PathBuf;

use bulkhead_analysis::allowlist::{self, Client, Exposure, ExposureTarget};
use bulkhead_analysis::isolation::{self, Setting, Settings};
use bulkhead_analysis::model::object::TrafficPolicy;
use bulkhead_analysis::model::{IpNet, NamespacedName, PortRef, Protocol};
use bulkhead_analysis::path::{DoorKind, Origin, Overrides, Request, Target};
use bulkhead_analysis::snapshot::Snapshot;
use bulkhead_analysis::{Analysis, prove};
use bulkhead_report::{Story, render_story};
use clap::Args;

use crate::command::local;
use crate::command::serve::{self, AccessArguments, ListenArguments};
use crate::failure::Failure;
use crate::input::read_cluster;
use crate::session::Session;
use crate::status::ExitStatus;

// `demo`
#[derive(Debug, Args)]
pub(crate) struct DemoArguments {
    #[arg(long)]
    pub(crate) text: bool,
    #[command(flatten)]
    pub(crate) listening: ListenArguments,
}

/// Opens the console on a copy that can be written and is gone afterwards, or tells the story.
pub(crate) fn run(arguments: &DemoArguments, session: &mut Session<'_, '_>) -> Result<ExitStatus, Failure> {
    if arguments.text {
        return tell(session);
    }
    let listen = serve::address(&arguments.listening.listen)?;
    let access = AccessArguments::default();
    access.auth.check(listen)?;
    let folder = tempfile::tempdir()?;
    let store = local::made_of(&folder.path().join("demo.db"), &[PathBuf::from(EXAMPLE)], session)?;
    let runtime = serve::runtime()?;
    let cluster = serve::of_store(&runtime, EXAMPLE.to_owned(), store, Overrides::default())?;
    let speech = session.speech;
    let entrance = |tell| serve::entrance(&access, None, tell, speech);
    let opening = serve::Opening { listen, tls: None, entrance: &entrance };
    serve::until_interrupted(&runtime, cluster, opening, &arguments.listening, session)
}

/// The cluster that ships in the binary.
const EXAMPLE: &str = "example:shop";

/// Tells the story.
fn tell(session: &mut Session<'_, '_>) -> Result<ExitStatus, Failure> {
    let snapshot = read_cluster(&[PathBuf::from(EXAMPLE)], session)?;
    let overrides = Overrides::default();
    let before = Analysis::new(&snapshot);
    let plan = before.planned(Setting::Default, &Settings::default(), &session.stopwatch);
    let (isolated, _) = isolation::apply(&plan.plan, &snapshot);
    let after = Analysis::new(&isolated);

    let ask = |request: Request| {
        let (was, is) = (before.trace(&request), after.trace(&request));
        (request, was, is)
    };
    let asked: Vec<_> = questions().into_iter().map(ask).collect();
    let broken = request(Origin::Address(CUSTOMER), Some(DoorKind::LoadBalancer));
    let answer = after.trace(&broken);

    let minimal = after.minimal(&exposure(), &allowlist::Settings::default());
    let proof = prove(&isolated, &overrides, &minimal);
    let local_cluster = with_local_policy(&isolated);
    let local_minimal = Analysis::new(&local_cluster).minimal(&exposure(), &allowlist::Settings::default());
    let local_proof = prove(&local_cluster, &overrides, &local_minimal);

    let story = Story {
        networks: (before.network(), after.network()),
        plan: &plan,
        asked: &asked,
        broken: (&broken, &answer),
        minimal: (&minimal, &proof),
        local: (&local_minimal, &local_proof),
    };
    session.answer(&render_story(&story, session.speech))?;
    Ok(ExitStatus::Answered)
}

/// A customer: on nobody's allowlist.
const CUSTOMER: std::net::IpAddr = std::net::IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 7));
/// Somebody in the office, whose network is on the project's allowlist.
const OFFICE: std::net::IpAddr = std::net::IpAddr::V4(std::net::Ipv4Addr::new(198, 51, 100, 20));

/// Who wants to reach what.
fn questions() -> Vec<Request> {
    let pod = |namespace: &str, name: &str| Origin::Pod(NamespacedName::new(namespace, name));
    let database = Target::Service { name: NamespacedName::new("shop", "db"), door: None };
    vec![
        request(Origin::Address(CUSTOMER), Some(DoorKind::LoadBalancer)),
        request(Origin::Address(OFFICE), Some(DoorKind::LoadBalancer)),
        request(pod("billing", "api-5c6f9d7b84-7nwhd"), Some(DoorKind::ClusterIp)),
        request(pod("reports", "dashboard-6b8d5f9c77-tz5gl"), Some(DoorKind::ClusterIp)),
        Request {
            to: database,
            port: Some(PortRef::Number(5432)),
            ..request(pod("shop", "web-7d9c8b6f5d-4kq2m"), None)
        },
    ]
}

fn web() -> NamespacedName {
    NamespacedName::new("shop", "web")
}

fn request(from: Origin, door: Option<DoorKind>) -> Request {
    let to = Target::Service { name: web(), door };
    Request { from, to, port: Some(PortRef::Name("http".into())), protocol: Protocol::Tcp, entry_node: None }
}

fn exposure() -> Exposure {
    Exposure {
        target: ExposureTarget::Service(web()),
        ports: Vec::new(),
        doors: vec![DoorKind::LoadBalancer],
        clients: vec![Client::Block(IpNet::from(CUSTOMER))],
    }
}

/// The same cluster, the shop's Service with `externalTrafficPolicy: Local`.
fn with_local_policy(snapshot: &Snapshot) -> Snapshot {
    let change = |service: &bulkhead_analysis::model::object::Service| {
        let mut service = service.clone();
        if service.name == web() {
            service.external_traffic_policy = TrafficPolicy::Local;
        }
        service
    };
    let services: Vec<_> = snapshot.services.rows().iter().map(change).collect();
    let mut changed = snapshot.clone();
    changed.services = services.into();
    changed
}
