//! How fast the controller is on a real API server, held against what the same server takes from anybody else.

mod changes;
mod loops;
mod population;
mod subject;

use std::path::Path;

use bulkhead_control_plane::{ControlPlane, Options};
use bulkhead_test_cluster::install;

use self::population::Population;
use self::subject::Subject;

/// How much of everything.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Sizes {
    /// Namespaces, all of them isolated.
    #[arg(long, default_value_t = 10_000)]
    namespaces: usize,
    /// Workspaces, whose switches isolate them.
    #[arg(long, default_value_t = 10)]
    workspaces: usize,
    /// Pods, in those namespaces.
    #[arg(long, default_value_t = 0)]
    pods: usize,
    /// Nodes, which have the pods.
    #[arg(long, default_value_t = 100)]
    nodes: usize,
    /// How often everything is isolated by the controller, and how often by a bare loop.
    #[arg(long, default_value_t = 2)]
    rounds: usize,
    /// Namespaces whose switch is changed one by one.
    #[arg(long, default_value_t = 3_000)]
    changes: usize,
    /// How many of those a second.
    #[arg(long, default_value_t = 50)]
    rate: u32,
    /// Calls at once: of the bare loop, and of whatever fills the cluster. The controller has 16.
    #[arg(long, default_value_t = 16)]
    parallel: usize,
    /// What is random follows from it.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

/// Fills a control plane, and measures.
pub(crate) fn run(binary: &Path, sizes: &Sizes) -> anyhow::Result<()> {
    println!("{sizes:?}");
    let plane = ControlPlane::start(&options())?;
    // Asked once for each namespace; docs/rights.md says to leave it out in clusters of this size.
    let account = install(&plane, binary, |object| object.name() != "peers.network.bulkhead.dev")?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let population = Population::connect(&plane, &account, sizes.clone()).await?;
        population.fill().await?;
        let subject = Subject { binary, account: &account, log: account.with_extension("log") };
        loops::isolate(&population, &subject).await?;
        changes::one_by_one(&population, &subject).await
    })
}

/// No more than what the controller needs: etcd and the API server, which takes its time with service accounts of pods otherwise.
fn options() -> Options {
    let mut options = Options::default();
    options.api_server_arguments.push("--disable-admission-plugins=ServiceAccount".to_owned());
    options
}
