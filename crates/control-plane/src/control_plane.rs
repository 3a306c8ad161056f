//! The handle of a running control plane.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::TempDir;

use crate::certificates::Certificates;
use crate::server::{self, Ports, Process, Setting};
use crate::{Client, Error, Options, Result, Server, User, kubeconfig};

/// How often everything is begun again with other ports, where somebody else took one of them.
const TRIES: usize = 4;

/// A running control plane. Dropping it ends its servers and removes its data.
pub struct ControlPlane {
    // Dropped first: servers write into the folder.
    running: Mutex<BTreeMap<Server, Process>>,
    setting: Setting,
    url: String,
    users: Vec<User>,
    kubeconfigs: BTreeMap<String, PathBuf>,
    _folder: TempDir,
}

impl ControlPlane {
    /// Starts etcd, kube-apiserver and what else the options name, and waits until all of them are ready.
    pub fn start(options: &Options) -> Result<Self> {
        let mut tries = 1;
        loop {
            match Self::try_to_start(options) {
                Err(Error::Ended { log, .. }) if tries < TRIES && log.contains("address already in use") => tries += 1,
                result => return result,
            }
        }
    }

    fn try_to_start(options: &Options) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("bulkhead-control-plane-").tempdir();
        let folder = folder.map_err(Error::io(std::env::temp_dir()))?;
        let ports = Ports::free(options.address)?;
        let url = format!("https://{}", std::net::SocketAddr::new(options.address, ports.api_server));
        let certificates = Certificates::create(folder.path(), options.address)?;

        let users: Vec<User> = [User::admin()].into_iter().chain(options.users.iter().cloned()).collect();
        let mut kubeconfigs = BTreeMap::new();
        for user in &users {
            let path = kubeconfig::write(folder.path(), &url, &certificates.authority, user)?;
            kubeconfigs.insert(user.name.clone(), path);
        }
        let admin = User::admin();
        let [etcd_port, etcd_peer_port, controller_manager_port, kwok_port] = ports.on_loopback();
        let setting = Setting {
            client: Client::new(&url, &certificates.authority, &admin.token)?,
            options: options.clone(),
            folder: folder.path().to_owned(),
            kubeconfig: kubeconfigs.get(&admin.name).cloned().unwrap_or_default(),
            tokens: write_tokens(folder.path(), &users)?,
            certificates,
            etcd_port,
            etcd_peer_port,
            api_server_port: ports.api_server,
            controller_manager_port,
            kwok_port,
        };
        let plane = Self { running: Mutex::default(), setting, url, users, kubeconfigs, _folder: folder };
        let wanted = [Server::Etcd, Server::KubeApiserver].into_iter().chain(options.servers.iter().copied());
        for server in wanted {
            plane.start_server(server)?;
        }
        Ok(plane)
    }

    /// The API server's address, as `https://127.0.0.1:34567`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The certificate of the authority behind the API server, as PEM text.
    pub fn authority(&self) -> &str {
        &self.setting.certificates.authority
    }

    /// Who can log in: the administrator and the users of the options.
    pub fn users(&self) -> &[User] {
        &self.users
    }

    /// The file of a user's kubeconfig; the administrator is `admin`.
    pub fn kubeconfig(&self, user: &str) -> Result<&Path> {
        self.kubeconfigs.get(user).map(PathBuf::as_path).ok_or_else(|| Error::NoSuch(user.to_owned()))
    }

    /// Writes a kubeconfig for somebody who is not of the options, such as a service account with a token of its own. It goes with the
    /// control plane.
    pub fn write_kubeconfig(&self, user: &User) -> Result<PathBuf> {
        kubeconfig::write(&self.setting.folder, &self.url, self.authority(), user)
    }

    /// A client that acts as a user; the administrator is `admin`.
    pub fn client(&self, user: &str) -> Result<Client> {
        let user = self.users.iter().find(|known| known.name == user);
        let user = user.ok_or_else(|| Error::NoSuch("such user".to_owned()))?;
        Client::new(&self.url, self.authority(), &user.token)
    }

    /// Starts a server that does not run, with the ports and the data that it had; does nothing where it runs.
    pub fn start_server(&self, server: Server) -> Result<()> {
        if !self.running().contains_key(&server) {
            let process = Process::start(server, &self.setting)?;
            self.running().insert(server, process);
        }
        Ok(())
    }

    /// Ends a server in an orderly way.
    pub fn stop_server(&self, server: Server) -> Result<()> {
        self.take(server).map(Process::stop)
    }

    /// Kills a server, as a machine that loses its power does.
    pub fn kill_server(&self, server: Server) -> Result<()> {
        self.take(server).map(drop)
    }

    /// Makes etcd forget every state but the present one. An API server still tells from memory what it has seen itself.
    pub fn compact_etcd(&self) -> Result<()> {
        server::compact(&self.setting)
    }

    fn take(&self, server: Server) -> Result<Process> {
        self.running().remove(&server).ok_or_else(|| Error::NoSuch(format!("running {}", server.name())))
    }

    fn running(&self) -> MutexGuard<'_, BTreeMap<Server, Process>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The API server's token file: `token,user,uid,"group,group"`.
fn write_tokens(folder: &Path, users: &[User]) -> Result<PathBuf> {
    let line = |user: &User| format!("{},{},{},\"{}\"\n", user.token, user.name, user.name, user.groups.join(","));
    let path = folder.join("tokens.csv");
    std::fs::write(&path, users.iter().map(line).collect::<String>()).map_err(Error::io(&path))?;
    Ok(path)
}
