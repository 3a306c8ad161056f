//! Finding the API server, and who we are there.

use std::path::PathBuf;
use std::time::Duration;

use kube::config::{KubeConfigOptions, Kubeconfig};
use kube::{Client, Config};

use crate::KubeStore;

/// Why there is no connection to try.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The kubeconfig cannot be read, or does not have what was asked for.
    #[error("the kubeconfig cannot be used: {0}")]
    Kubeconfig(#[from] kube::config::KubeconfigError),
    /// There is no kubeconfig, and no service account of a pod either.
    #[error("there is no cluster to connect to: {0}")]
    Nothing(#[from] kube::config::InClusterError),
    /// The client cannot be made: credentials or certificates that are none.
    #[error("cannot connect: {0}")]
    Client(#[from] kube::Error),
}

/// Which cluster, as whom.
#[derive(Clone, Debug, Default)]
pub struct ConnectOptions {
    /// The files, the first of which counts most, as in `$KUBECONFIG`; none for the service account of the pod that this runs in.
    pub kubeconfigs: Vec<PathBuf>,
    /// The context of the kubeconfig; `None` for the current one.
    pub context: Option<String>,
    /// How long an answer is waited for; `None` for [`PATIENCE`].
    pub request_timeout: Option<Duration>,
}

/// How long an answer is waited for unless something else is said: longer than any page of a list takes, shorter than anybody waits.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// A store on the cluster that the options name. Nothing is asked of it yet.
pub async fn connect(options: &ConnectOptions) -> Result<KubeStore, ConnectError> {
    let mut kubeconfig: Option<Kubeconfig> = None;
    for path in &options.kubeconfigs {
        let read = Kubeconfig::read_from(path)?;
        kubeconfig = Some(match kubeconfig {
            Some(before) => before.merge(read)?,
            None => read,
        });
    }
    let choice = KubeConfigOptions { context: options.context.clone(), cluster: None, user: None };
    let mut config = match kubeconfig {
        Some(kubeconfig) => Config::from_custom_kubeconfig(kubeconfig, &choice).await?,
        None => Config::incluster()?,
    };
    // Whoever asks decides what is asked again: a write that is sent twice is two writes.
    config.default_retry = false;
    let namespace = config.default_namespace.clone();
    let patience = options.request_timeout.unwrap_or(PATIENCE);
    Ok(KubeStore::new(Client::try_from(config)?, patience).in_namespace(namespace))
}

/// The kubeconfigs that kubectl would read: those of `$KUBECONFIG`, else the one in the home folder; only files that are there.
pub fn find_kubeconfigs(variable: Option<&str>, home: Option<&str>) -> Vec<PathBuf> {
    let paths = match variable {
        Some(paths) => std::env::split_paths(paths).collect(),
        None => home.map(|home| PathBuf::from(home).join(".kube/config")).into_iter().collect::<Vec<_>>(),
    };
    paths.into_iter().filter(|path| path.is_file()).collect()
}
