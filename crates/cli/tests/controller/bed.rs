//! The cluster that trials act on, what people do in it, and how the controller is started.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::thread::sleep;
use std::time::{Duration, Instant};

use bulkhead_control_plane::{Client, ControlPlane};
use bulkhead_test_cluster::{Process, install};
use serde_json::{Value, json};

/// The name of a project's own policy.
pub(crate) const BASE: &str = "nsnp-network-isolate";
/// The program.
const BINARY: &str = env!("CARGO_BIN_EXE_bulkhead");
/// How long anything may take before it counts as never happening.
const PATIENCE: Duration = Duration::from_secs(30);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(5);

/// Makes what ships be there, and gives the controller's service account a token.
pub(crate) fn prepare(plane: &ControlPlane) {
    install(plane, Path::new(BINARY), |_| true).unwrap();
}

/// What a command of the binary says.
pub(crate) fn output(arguments: &[&str], kubeconfig: &Path) -> Output {
    Command::new(BINARY).args(arguments).env("KUBECONFIG", kubeconfig).output().unwrap()
}

/// Looks until there is something to see; it and how long that took.
pub(crate) fn eventually<T>(what: &str, look: impl FnMut() -> Option<T>) -> (T, Duration) {
    eventually_within(PATIENCE, what, look)
}

/// As [`eventually`], for what may take longer.
pub(crate) fn eventually_within<T>(
    patience: Duration,
    what: &str,
    mut look: impl FnMut() -> Option<T>,
) -> (T, Duration) {
    let begun = Instant::now();
    loop {
        if let Some(seen) = look() {
            return (seen, begun.elapsed());
        }
        assert!(begun.elapsed() < patience, "never: {what}");
        sleep(PAUSE);
    }
}

/// The cluster, as its administrator works on it.
pub(crate) struct Bed<'p> {
    pub(crate) plane: &'p ControlPlane,
    pub(crate) admin: Client,
}

impl<'p> Bed<'p> {
    pub(crate) fn new(plane: &'p ControlPlane) -> Self {
        Self { plane, admin: plane.client("admin").unwrap() }
    }

    /// The kubeconfig of the controller's service account.
    pub(crate) fn kubeconfig(&self) -> PathBuf {
        self.plane.kubeconfig("admin").unwrap().with_file_name("bulkhead-controller.kubeconfig")
    }

    /// Starts a controller; it knows the whole cluster when this is over.
    pub(crate) fn controller(&self, name: &str, arguments: &[&str]) -> Process {
        Self::controller_of(name, arguments, &self.kubeconfig())
    }

    /// The same with another kubeconfig.
    pub(crate) fn controller_of(name: &str, arguments: &[&str], kubeconfig: &Path) -> Process {
        let log = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("controller-{name}.log"));
        let arguments = [&["controller", "--listen", "127.0.0.1:0"], arguments].concat();
        let mut controller = Process::start(Path::new(BINARY), &arguments, kubeconfig, &log).unwrap();
        assert!(controller.until(PATIENCE, "/readyz"), "it is not ready");
        controller
    }

    /// Starts a controller that leads and has nothing left to do.
    pub(crate) fn leader(&self, name: &str) -> Process {
        let mut controller = self.controller(name, &[]);
        eventually("it leads", || (controller.metric("bulkhead_controller_leader", &[]) == Some(1.0)).then_some(()));
        settled(&mut controller);
        controller
    }

    /// Runs a controller until nothing is left to do; what it said.
    pub(crate) fn once(&self, arguments: &[&str]) -> String {
        let log = Path::new(env!("CARGO_TARGET_TMPDIR")).join("controller-once.log");
        let arguments = [&["controller", "--once"], arguments].concat();
        let mut controller = Process::start(Path::new(BINARY), &arguments, &self.kubeconfig(), &log).unwrap();
        controller.wait().unwrap();
        controller.log()
    }

    /// What a plan of the cluster as it is would still write and delete, by namespace and name.
    pub(crate) fn left(&self, arguments: &[&str]) -> Vec<String> {
        let arguments = [&["plan", "-o", "json"], arguments].concat();
        let output = output(&arguments, self.plane.kubeconfig("admin").unwrap());
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        let plan: Value = serde_json::from_slice(&output.stdout).unwrap();
        let written = plan["apply"].as_array().unwrap().iter().map(|policy| &policy["metadata"]);
        let name = |it: &Value| format!("{}/{}", it["namespace"].as_str().unwrap(), it["name"].as_str().unwrap());
        written.chain(plan["delete"].as_array().unwrap()).map(name).collect()
    }

    /// The policies of the cluster are those of the plan.
    pub(crate) fn is_as_planned(&self) {
        assert_eq!(self.left(&[]), Vec::<String>::new());
    }

    pub(crate) fn create(&self, object: &Value) -> Value {
        let path = path_of(object);
        let collection = path.rsplit_once('/').unwrap().0;
        self.admin.create(collection, object).unwrap()
    }

    /// Changes an object.
    pub(crate) fn merge(&self, path: &str, changes: &Value) -> Value {
        self.admin.merge(path, changes).unwrap()
    }

    /// A project of a workspace; of none where that is empty.
    pub(crate) fn project(&self, name: &str, workspace: &str) {
        let labels = if workspace.is_empty() { json!({}) } else { json!({"kubesphere.io/workspace": workspace}) };
        self.create(&json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}));
    }

    /// An isolated project of a workspace of its own.
    pub(crate) fn isolated(&self, name: &str) {
        self.workspace(name);
        self.project(name, name);
        self.switch(name, "enabled");
    }

    pub(crate) fn workspace(&self, name: &str) {
        let version = "tenant.kubesphere.io/v1beta1";
        self.create(&json!({"apiVersion": version, "kind": "Workspace", "metadata": {"name": name}, "spec": {}}));
    }

    /// Sets the switch of a project.
    pub(crate) fn switch(&self, project: &str, value: &str) {
        let annotations = json!({"kubesphere.io/network-isolate": value});
        self.merge(&format!("/api/v1/namespaces/{project}"), &json!({"metadata": {"annotations": annotations}}));
    }

    /// A new allowlist entry.
    pub(crate) fn entry(&self, project: &str, name: &str, spec: &Value) {
        let version = "network.kubesphere.io/v1alpha1";
        let metadata = json!({"name": name, "namespace": project});
        self.create(
            &json!({"apiVersion": version, "kind": "NamespaceNetworkPolicy", "metadata": metadata, "spec": spec}),
        );
    }

    pub(crate) fn policy(&self, project: &str, name: &str) -> Option<Value> {
        self.admin.get(&policy_path(project, name)).ok()
    }

    /// A policy, once it is there; and how long that took.
    pub(crate) fn until_policy(&self, project: &str, name: &str) -> (Value, Duration) {
        eventually(&format!("{project}/{name} is there"), || self.policy(project, name))
    }

    /// Waits until a policy is gone.
    pub(crate) fn until_no_policy(&self, project: &str, name: &str) {
        eventually(&format!("{project}/{name} is gone"), || self.policy(project, name).is_none().then_some(()));
    }

    /// The versions of all policies and entries.
    pub(crate) fn versions(&self) -> BTreeMap<String, String> {
        let mut versions = BTreeMap::new();
        for kind in ["networking.k8s.io/v1/networkpolicies", "network.kubesphere.io/v1alpha1/namespacenetworkpolicies"]
        {
            let list = self.admin.get(&format!("/apis/{kind}")).unwrap();
            for object in list["items"].as_array().unwrap() {
                let metadata = &object["metadata"];
                let [namespace, name] = ["namespace", "name"].map(|field| metadata[field].as_str().unwrap());
                let name = format!("{namespace}/{name} {kind}");
                versions.insert(name, metadata["resourceVersion"].as_str().unwrap().to_owned());
            }
        }
        versions
    }
}

/// Everything that a controller has heard of is written.
pub(crate) fn settled(controller: &mut Process) {
    eventually("nothing is left to do", || {
        let of = |controller: &mut Process, name: &str| {
            controller.metric(&format!("bulkhead_controller_projects_{name}"), &[])
        };
        let busy = of(controller, "waiting")? + of(controller, "writing")?;
        (busy == 0.0).then_some(())
    });
}

/// How many calls of a controller wrote something, its lease left out.
pub(crate) fn writes(controller: &mut Process) -> u64 {
    let verbs = ["apply", "delete", "create", "update"].map(|verb| format!("verb=\"{verb}\""));
    let all: f64 = verbs.iter().filter_map(|verb| controller.metric("bulkhead_controller_calls_total", &[verb])).sum();
    let lease: f64 = verbs
        .iter()
        .filter_map(|verb| controller.metric("bulkhead_controller_calls_total", &[verb, "leases.coordination.k8s.io"]))
        .sum();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a count
    let writes = (all - lease) as u64;
    writes
}

pub(crate) fn policy_path(project: &str, name: &str) -> String {
    format!("/apis/networking.k8s.io/v1/namespaces/{project}/networkpolicies/{name}")
}

pub(crate) fn entry_path(project: &str, name: &str) -> String {
    format!("/apis/network.kubesphere.io/v1alpha1/namespaces/{project}/namespacenetworkpolicies/{name}")
}

/// The path of an object, for the kinds that are made here.
pub(crate) fn path_of(object: &Value) -> String {
    let (version, kind) = (object["apiVersion"].as_str().unwrap(), object["kind"].as_str().unwrap());
    let root = if version == "v1" { "/api/v1".to_owned() } else { format!("/apis/{version}") };
    let plural = match kind {
        "NetworkPolicy" => "networkpolicies".to_owned(),
        "NamespaceNetworkPolicy" => "namespacenetworkpolicies".to_owned(),
        kind => format!("{}s", kind.to_ascii_lowercase()),
    };
    let name = object["metadata"]["name"].as_str().unwrap();
    match object["metadata"]["namespace"].as_str() {
        Some(namespace) => format!("{root}/namespaces/{namespace}/{plural}/{name}"),
        None => format!("{root}/{plural}/{name}"),
    }
}
