//! The example cluster, with the controller at work on it, until somebody ends it.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, ensure};
use bulkhead_control_plane::{ControlPlane, Options, Program, Server};
use bulkhead_test_cluster::{Person, Process, example, install};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

/// The controllers of Kubernetes that run. Those that make and collect pods do not: the pods of the example are as its files say.
const CONTROLLERS: [&str; 3] =
    ["clusterrole-aggregation-controller", "serviceaccount-controller", "namespace-controller"];
const PROGRAMS: [Program; 3] = [Program::Etcd, Program::KubeApiserver, Program::KubeControllerManager];
/// How long the controller may take to know the cluster.
const PATIENCE: Duration = Duration::from_mins(1);

/// Who administrates the project `shop`, for deeds that are refused.
const SHOP_ADMIN: &str = "
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: shop-admin, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: admin}
subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: shop-admin}]
";

/// Brings everything up, says how to use it, and takes it down on Ctrl-C.
pub(crate) fn run(binary: &Path) -> anyhow::Result<()> {
    for program in PROGRAMS {
        // What has to be built takes minutes, and may be interrupted.
        program.path()?;
    }
    let mut signals = Signals::new([SIGINT, SIGTERM])?;
    eprintln!("starting etcd and Kubernetes; this takes some seconds");
    let mut options = Options { service_cidrs: "10.233.0.0/18".to_owned(), ..Options::default() };
    options.servers.insert(Server::KubeControllerManager);
    options.controllers = CONTROLLERS.map(str::to_owned).to_vec();
    options.api_server_arguments.push("--disable-admission-plugins=ServiceAccount".to_owned());
    let plane = ControlPlane::start(&options)?;
    let account = install(&plane, binary, |_| true)?;
    let (admin, objects) = (Person::admin(&plane)?, example()?);
    admin.define_missing_kinds(&objects)?;
    admin.apply_all(&objects)?;
    admin.apply(SHOP_ADMIN)?;

    let kubeconfig = plane.kubeconfig("admin")?;
    let log = kubeconfig.with_file_name("controller.log");
    let mut controller = Process::start(binary, &["controller", "--listen", "127.0.0.1:0"], &account, &log)?;
    ensure!(controller.until(PATIENCE, "/readyz"), "the controller is not ready: {}", controller.log());
    let metrics = controller.address().context("the controller listens nowhere")?.to_owned();
    print!("{}", story(kubeconfig, binary, &log, &metrics));
    signals.forever().next();
    eprintln!("\nending the controller, Kubernetes and etcd");
    controller.stop()?;
    Ok(())
}

/// How to use it.
fn story(kubeconfig: &Path, binary: &Path, log: &Path, metrics: &str) -> String {
    let folder = binary.parent().unwrap_or(binary).display();
    format!(
        "
The example cluster runs on a real Kubernetes API, with the controller at work on it. Nothing runs in its pods. In another terminal:

  export KUBECONFIG={kubeconfig} PATH={folder}:$PATH
  tail -f {log}        # what the controller writes
  curl http://{metrics}/metrics

  kubectl get networkpolicies -A                     # shop is isolated, its allowlist has two entries
  kubectl get nsnp -n shop
  kubectl annotate workspace analytics kubesphere.io/network-isolate=enabled
  kubectl delete networkpolicy -n shop nsnp-network-isolate; kubectl get networkpolicies -n shop
  bulkhead trace 203.0.113.7 service/shop/web:http --door NodePort

docs/cluster.md goes on from here. Ctrl-C ends everything.
",
        kubeconfig = kubeconfig.display(),
        log = log.display(),
    )
}
