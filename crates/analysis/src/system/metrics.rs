//! Metrics: whom Prometheus scrapes in the project, by the operator's monitors and by the usual annotation of Services.

use std::collections::BTreeSet;
use std::sync::Arc;

use bulkhead_allowlist::{Client, ExposureTarget, Sides};
use bulkhead_model::object::{Monitor, MonitorKind, MonitoredNamespaces, MonitoredPort, Service, WorkloadKind};
use bulkhead_model::{Issue, NamespacedName, ObjectRef, PortRef};
use bulkhead_path::DoorKind;
use bulkhead_snapshot::PodId;

use super::{Asking, SystemKind, SystemNeed, Takes};

/// Labels of Prometheus' pods, as its operator, its charts and hand-written manifests have them.
const PROMETHEUS: [(&str, &str); 3] =
    [("app.kubernetes.io/name", "prometheus"), ("app", "prometheus"), ("k8s-app", "prometheus")];

/// The annotations by which a Service asks to be scraped.
const SCRAPE: &str = "prometheus.io/scrape";
const SCRAPE_PORT: &str = "prometheus.io/port";

impl Asking<'_> {
    /// One need for each monitor that selects something in the project, and for each Service that asks to be scraped.
    pub(super) fn metrics(&self) -> Vec<SystemNeed> {
        let mut needs: Vec<SystemNeed> = Vec::new();
        for monitor in self.snapshot().monitors.iter().filter(|monitor| self.is_watched(monitor)) {
            let object = ObjectRef::namespaced(monitor.kind.name(), &monitor.name);
            needs.extend(self.monitored(monitor).into_iter().map(|takes| need(Some(object.clone()), takes)));
        }
        let annotated = self.snapshot().services.rows().iter().filter(|service| {
            service.name.namespace == *self.namespace
                && service.annotations.get(SCRAPE).is_some_and(|value| value == "true")
        });
        for service in annotated {
            let ports = service.annotations.get(SCRAPE_PORT).and_then(|port| port.parse().ok()).map(PortRef::Number);
            let takes = self.scrape_service(service, ports.into_iter().collect(), PortsOf::Pods);
            needs.push(need(Some(ObjectRef::namespaced("Service", &service.name)), takes));
        }
        needs
    }

    fn is_watched(&self, monitor: &Monitor) -> bool {
        match &monitor.namespaces {
            MonitoredNamespaces::Own => monitor.name.namespace == *self.namespace,
            MonitoredNamespaces::Any => true,
            MonitoredNamespaces::Named(names) => names.contains(self.namespace),
        }
    }

    fn monitored(&self, monitor: &Monitor) -> Vec<Takes> {
        let named = monitor.ports.iter().filter_map(|port| match port {
            MonitoredPort::Named(name) => Some(PortRef::Name(name.clone())),
            MonitoredPort::OfPod(_) => None,
        });
        let of_pod = monitor.ports.iter().filter_map(|port| match port {
            MonitoredPort::OfPod(port) => Some(port.clone()),
            MonitoredPort::Named(_) => None,
        });
        let (named, of_pod): (Vec<PortRef>, Vec<PortRef>) = (named.collect(), of_pod.collect());
        match monitor.kind {
            MonitorKind::Service => {
                let own = self.snapshot().services.rows().iter().filter(|service| {
                    service.name.namespace == *self.namespace && monitor.selector.matches(&service.labels) == Some(true)
                });
                own.flat_map(|service| {
                    let by_service =
                        (!named.is_empty()).then(|| self.scrape_service(service, named.clone(), PortsOf::Service));
                    let by_pods =
                        (!of_pod.is_empty()).then(|| self.scrape_service(service, of_pod.clone(), PortsOf::Pods));
                    by_service.into_iter().chain(by_pods)
                })
                .collect()
            }
            MonitorKind::Pod => {
                let ports: Vec<PortRef> = named.into_iter().chain(of_pod).collect();
                let own = self.snapshot().pods_of(self.namespace);
                let own = own.filter(|(_, pod)| pod.is_active() && monitor.selector.matches(&pod.labels) == Some(true));
                let targets: BTreeSet<ExposureTarget> = own.map(|(id, _)| self.workload(id)).collect();
                targets.into_iter().map(|target| self.scrape(target, ports.clone(), DoorKind::PodIp)).collect()
            }
        }
    }

    /// Prometheus calls each endpoint by its own address: what its policy sees is what it sees of a call by the clusterIP.
    fn scrape_service(&self, service: &Service, ports: Vec<PortRef>, of: PortsOf) -> Takes {
        let (target, door) = self.service(&service.name);
        match of {
            PortsOf::Service => self.scrape(target, ports, door),
            PortsOf::Pods if ports.is_empty() => self.scrape(target, ports, door),
            PortsOf::Pods => {
                let selector = service.selector.as_ref();
                let own = self.snapshot().pods_of(self.namespace).find(|(_, pod)| {
                    pod.is_active()
                        && selector.is_some_and(|selector| {
                            selector.iter().all(|(key, value)| pod.labels.get(key) == Some(value))
                        })
                });
                let target = own.map_or(target, |(id, _)| self.workload(id));
                self.scrape(target, ports, DoorKind::PodIp)
            }
        }
    }

    fn scrape(&self, target: ExposureTarget, ports: Vec<PortRef>, door: DoorKind) -> Takes {
        let is_prometheus = |pod: &&Arc<bulkhead_model::object::Pod>| {
            let has = |(key, value): (&str, &str)| pod.labels.get(key).is_some_and(|have| have == value);
            pod.is_active() && PROMETHEUS.into_iter().any(has)
        };
        let pods = self.snapshot().pods.rows().iter().filter(is_prometheus);
        let clients: Vec<Client> = pods.map(|pod| Client::Pod(pod.name.clone())).collect();
        if clients.is_empty() {
            return Takes::Unknown(Issue::note("systemPrometheusUnknown"));
        }
        self.entries(target, ports, door, clients, Sides::Ingress)
    }

    /// The workload of a pod; the pod itself where nothing made it.
    fn workload(&self, pod: PodId) -> ExposureTarget {
        let name = &self.snapshot().pods[pod].name;
        let made = self.snapshot().workload_of(pod).and_then(|(kind, owner)| {
            let kind = WorkloadKind::ALL.into_iter().find(|known| known.name() == kind.as_str())?;
            Some(ExposureTarget::Workload(kind, NamespacedName::new(name.namespace.clone(), owner)))
        });
        made.unwrap_or_else(|| ExposureTarget::Pod(name.clone()))
    }
}

/// Whose ports are meant.
#[derive(Clone, Copy)]
enum PortsOf {
    Service,
    Pods,
}

fn need(object: Option<ObjectRef>, takes: Takes) -> SystemNeed {
    SystemNeed { kind: SystemKind::Metrics, object, takes }
}
