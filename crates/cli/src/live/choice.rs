//! Which cluster: `--kubeconfig` and `--context`, else what kubectl would take.

use std::path::PathBuf;

use bulkhead_kube_store::{ConnectOptions, find_kubeconfigs};

use crate::streams::Surroundings;

/// What the user says about the cluster to connect to.
#[derive(Clone, Debug, Default)]
pub(crate) struct ClusterChoice {
    /// `--kubeconfig`
    pub(crate) kubeconfig: Option<PathBuf>,
    /// `--context`
    pub(crate) context: Option<String>,
}

impl ClusterChoice {
    /// Whether there is anything to connect to: a kubeconfig, or the service account of a pod.
    pub(crate) fn is_there(&self, surroundings: &Surroundings) -> bool {
        self.kubeconfig.is_some()
            || !self.options(None, surroundings).kubeconfigs.is_empty()
            || surroundings.variable("KUBERNETES_SERVICE_HOST").is_some()
    }

    /// How to connect; a context that is named here comes before the one of the command line.
    pub(crate) fn options(&self, context: Option<&str>, surroundings: &Surroundings) -> ConnectOptions {
        let kubeconfigs = match &self.kubeconfig {
            Some(path) => vec![surroundings.directory.join(path)],
            None => find_kubeconfigs(surroundings.variable("KUBECONFIG"), surroundings.variable("HOME")),
        };
        let context = context.map(str::to_owned).or_else(|| self.context.clone());
        ConnectOptions { kubeconfigs, context, ..ConnectOptions::default() }
    }
}
