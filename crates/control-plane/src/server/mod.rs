//! The servers: how each is started, and when it is ready.

mod etcd;
mod kube_apiserver;
mod kube_controller_manager;
mod kwok;
mod process;

use std::ffi::OsString;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use crate::certificates::Certificates;
use crate::{Client, Options, Program, Result, ports};

pub(crate) use etcd::compact;
pub(crate) use process::Process;

/// A server of the control plane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Server {
    /// etcd.
    Etcd,
    /// kube-apiserver.
    KubeApiserver,
    /// kube-controller-manager.
    KubeControllerManager,
    /// kwok.
    Kwok,
}

/// What servers need to know of each other.
pub(crate) struct Setting {
    pub(crate) options: Options,
    /// The data folder.
    pub(crate) folder: PathBuf,
    pub(crate) certificates: Certificates,
    /// The administrator's kubeconfig.
    pub(crate) kubeconfig: PathBuf,
    pub(crate) tokens: PathBuf,
    pub(crate) client: Client,
    pub(crate) etcd_port: u16,
    pub(crate) etcd_peer_port: u16,
    pub(crate) api_server_port: u16,
    pub(crate) controller_manager_port: u16,
    pub(crate) kwok_port: u16,
}

/// The ports of one try.
pub(crate) struct Ports {
    pub(crate) api_server: u16,
    on_loopback: [u16; 4],
}

impl Ports {
    pub(crate) fn free(address: IpAddr) -> Result<Self> {
        let [api_server] = ports::free(address)?;
        Ok(Self { api_server, on_loopback: ports::free(IpAddr::from([127, 0, 0, 1]))? })
    }

    pub(crate) fn on_loopback(&self) -> [u16; 4] {
        self.on_loopback
    }
}

impl Server {
    /// The name of its program.
    pub fn name(self) -> &'static str {
        self.program().name()
    }

    /// Its program.
    pub fn program(self) -> Program {
        match self {
            Self::Etcd => Program::Etcd,
            Self::KubeApiserver => Program::KubeApiserver,
            Self::KubeControllerManager => Program::KubeControllerManager,
            Self::Kwok => Program::Kwok,
        }
    }

    /// Its command line.
    pub(crate) fn arguments(self, setting: &Setting) -> Vec<OsString> {
        match self {
            Self::Etcd => etcd::arguments(setting),
            Self::KubeApiserver => kube_apiserver::arguments(setting),
            Self::KubeControllerManager => kube_controller_manager::arguments(setting),
            Self::Kwok => kwok::arguments(setting),
        }
    }

    /// Whether it does its work by now.
    pub(crate) fn is_ready(self, setting: &Setting) -> bool {
        match self {
            Self::Etcd => etcd::is_ready(setting),
            Self::KubeApiserver => kube_apiserver::is_ready(setting),
            Self::KubeControllerManager => kube_controller_manager::is_ready(setting),
            Self::Kwok => kwok::is_ready(setting),
        }
    }
}

/// `--name=value`.
fn argument(name: &str, value: impl AsRef<std::ffi::OsStr>) -> OsString {
    let mut argument = OsString::from(format!("--{name}="));
    argument.push(value);
    argument
}

/// `--name=path`.
fn path(name: &str, value: &Path) -> OsString {
    argument(name, value.as_os_str())
}
