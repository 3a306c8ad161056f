//! The real API server and the real kube-proxies.

use std::fmt::Write as _;
use std::fs::File;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use bulkhead_analysis::path::Family;
use bulkhead_control_plane::{Client, ControlPlane, Options, Program, bound_command};
use serde_json::{Value, json};

use crate::build::Built;
use crate::cluster::{self, Cluster, api_server, cluster_ip, service_cidr};
use crate::machine::Namespace;
use crate::world::{self, Service, World};

/// How long kube-proxy may take to have a world's rules in place.
const PATIENCE: Duration = Duration::from_mins(3);
const SERVICES: &str = "/api/v1/namespaces/shop/services";
const SLICES: &str = "/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices";

/// The control plane, on the router's address, where every node reaches it.
pub(crate) struct Api {
    plane: ControlPlane,
    admin: Client,
    /// How many worlds there were: each one has a mark of its own.
    worlds: u16,
    marks: Vec<(Family, TcpListener)>,
}

/// The kube-proxies of a cluster; dropping ends them.
pub(crate) struct Proxies {
    children: Vec<Child>,
    logs: Vec<PathBuf>,
    _folder: tempfile::TempDir,
}

impl Api {
    pub(crate) fn start() -> Result<Self> {
        let service_cidrs = Family::ALL.map(service_cidr).join(",");
        let options = Options { address: api_server(Family::V4), service_cidrs, ..Options::default() };
        let plane = ControlPlane::start(&options)?;
        let admin = plane.client("admin")?;
        admin.create("/api/v1/namespaces", &json!({"metadata": {"name": Service::NAMESPACE}}))?;
        let mut marks = Vec::new();
        for family in Family::ALL {
            let listener = TcpListener::bind(SocketAddr::new(api_server(family), 0))?;
            listener.set_nonblocking(true)?;
            marks.push((family, listener));
        }
        Ok(Self { plane, admin, worlds: 0, marks })
    }

    /// Replaces the nodes by those of a cluster, which are in no zones yet.
    pub(crate) fn set_nodes(&self, cluster: &Cluster) -> Result<()> {
        self.clear()?;
        self.admin.delete("/api/v1/nodes")?;
        // Their status is taken at once, as from a kubelet.
        for node in &cluster.nodes {
            let zoneless = cluster::Node { zone: None, ..node.clone() };
            self.admin.create("/api/v1/nodes", &cluster::node_object(cluster, &zoneless))?;
        }
        Ok(())
    }

    /// Puts the nodes in their zones once every kube-proxy works. One that starts may miss the zone that its node is in already: it asks
    /// to be told of the node before it says whom to tell (kube-proxy 1.36, `NewNodeTopologyConfig` on an informer that runs).
    pub(crate) fn set_zones(&mut self, cluster: &Cluster, built: &Built) -> Result<()> {
        if cluster.nodes.iter().all(|node| node.zone.is_none()) {
            return Ok(());
        }
        self.wait_for_rules(cluster, built)?;
        for node in &cluster.nodes {
            let object = cluster::node_object(cluster, node);
            let labels = json!({"metadata": {"labels": object.pointer("/metadata/labels")}});
            self.admin.patch(&format!("/api/v1/nodes/{}", node.name()), &labels)?;
        }
        Ok(())
    }

    /// Deletes every Service of the world before.
    fn clear(&self) -> Result<()> {
        self.admin.delete(SLICES)?;
        self.admin.delete(SERVICES).map(drop).map_err(Into::into)
    }

    /// Replaces the Services by those of a world, and waits until every kube-proxy has their rules in place.
    pub(crate) fn set_world(&mut self, cluster: &Cluster, world: &World, built: &Built) -> Result<()> {
        self.clear()?;
        for service in &world.services {
            let object = world::service_object(service);
            self.admin.create(SERVICES, &object).with_context(|| format!("no Service {object}"))?;
            if service.load_balancer.is_some() {
                let status = json!({"status": object.get("status")});
                self.admin.patch(&format!("{SERVICES}/{}/status", service.name), &status)?;
            }
            for slice in world::endpoint_slices(cluster, service) {
                self.admin.create(SLICES, &slice).with_context(|| format!("no EndpointSlice {slice}"))?;
            }
        }
        self.wait_for_rules(cluster, built)?;
        built.put_in_front(cluster)
    }

    /// Waits until every kube-proxy has the rules in place for all Services that there are.
    fn wait_for_rules(&mut self, cluster: &Cluster, built: &Built) -> Result<()> {
        self.worlds += 1;
        // kube-proxy keeps one set of rules for each family.
        for (family, listener) in self.marks.iter().filter(|(family, _)| cluster.families.contains(family)) {
            let mark = self.create_mark(*family, listener)?;
            for node in &built.nodes {
                wait_for(node, mark)?;
            }
            // Whoever came is let in; a queue that is full lets nobody in any more.
            while listener.accept().is_ok() {}
        }
        Ok(())
    }

    /// A Service that comes last, with an endpoint outside the cluster: who reaches it by a node's rules knows that the node has
    /// seen everything that came before, as each kind of object comes in order.
    fn create_mark(&self, family: Family, listener: &TcpListener) -> Result<SocketAddr> {
        let [high, low] = self.worlds.to_be_bytes();
        let (address, endpoint) = (cluster_ip(family, 128 | (high & 0x7f), low), listener.local_addr()?);
        let name = format!("mark-{}", family.name().to_ascii_lowercase());
        let ports = json!([{"name": "mark", "port": 1, "protocol": "TCP"}]);
        self.admin.create(
            SERVICES,
            &json!({
                "metadata": {"name": name},
                "spec": {"clusterIP": address, "ipFamilies": [family.name()], "ports": ports},
            }),
        )?;
        self.admin.create(
            SLICES,
            &json!({
                "metadata": {"name": name, "labels": {"kubernetes.io/service-name": name}},
                "addressType": family.name(),
                "ports": [{"name": "mark", "port": endpoint.port(), "protocol": "TCP"}],
                "endpoints": [{"addresses": [endpoint.ip()], "conditions": {"ready": true}}],
            }),
        )?;
        Ok(SocketAddr::new(address, 1))
    }

    /// Starts the kube-proxy of each node.
    pub(crate) fn start_proxies(&self, cluster: &Cluster, built: &Built) -> Result<Proxies> {
        let folder = tempfile::tempdir()?;
        let program = Program::KubeProxy.path()?;
        let kubeconfig = self.plane.kubeconfig("admin")?;
        let (mut children, mut logs) = (Vec::new(), Vec::new());
        for (node, namespace) in cluster.nodes.iter().zip(&built.nodes) {
            let configuration = folder.path().join(format!("{}.json", node.name()));
            std::fs::write(&configuration, running_configuration(cluster, &node.name(), kubeconfig).to_string())?;
            let log = folder.path().join(format!("{}.log", node.name()));
            let out = File::create(&log)?;
            let mut command = bound_command(&program);
            command.arg("--config").arg(&configuration);
            command.stdin(Stdio::null()).stdout(out.try_clone()?).stderr(out);
            children.push(namespace.spawn(command)?);
            logs.push(log);
        }
        Ok(Proxies { children, logs, _folder: folder })
    }
}

/// What the snapshot shows, and what concerns only this machine.
fn running_configuration(cluster: &Cluster, node: &str, kubeconfig: &Path) -> Value {
    let mut configuration = cluster::kube_proxy_configuration(cluster);
    let own = json!({
        "hostnameOverride": node,
        "clientConnection": {"kubeconfig": kubeconfig},
        // The tables of the kernel belong to the machine.
        "conntrack": {"maxPerCore": 0, "min": 0, "tcpEstablishedTimeout": "0s", "tcpCloseWaitTimeout": "0s"},
    });
    if let (Some(all), Some(own)) = (configuration.as_object_mut(), own.as_object()) {
        all.extend(own.clone());
        // A datagram from a port that is used again is to be balanced anew.
        all.insert("ipvs".into(), json!({"udpTimeout": "1s", "tcpFinTimeout": "1s"}));
        for mode in ["iptables", "nftables", "ipvs"] {
            if let Some(mode) = all.get_mut(mode).and_then(Value::as_object_mut) {
                mode.insert("minSyncPeriod".into(), json!("10ms"));
            }
        }
    }
    configuration
}

/// Waits until a node has the rules for a mark.
fn wait_for(node: &Namespace, mark: SocketAddr) -> Result<()> {
    let begun = Instant::now();
    let reached = node.inside(move || {
        while begun.elapsed() < PATIENCE {
            if TcpStream::connect_timeout(&mark, Duration::from_millis(200)).is_ok() {
                return true;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        false
    })?;
    if !reached {
        bail!("kube-proxy of {} has not written its rules within {PATIENCE:?}", node.name());
    }
    Ok(())
}

impl Proxies {
    /// The end of every log, for people who look for what went wrong.
    pub(crate) fn ends_of_logs(&self) -> String {
        let mut all = String::new();
        for log in &self.logs {
            let text = std::fs::read_to_string(log).unwrap_or_default();
            let lines: Vec<&str> = text.lines().collect();
            let _ = writeln!(all, "{}:", log.display());
            all += &lines.get(lines.len().saturating_sub(8)..).unwrap_or_default().join("\n");
            all.push('\n');
        }
        all
    }
}

impl Drop for Proxies {
    fn drop(&mut self) {
        for child in &mut self.children {
            // Both fail only where it has ended already.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
