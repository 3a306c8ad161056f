//! Worlds, one after the other.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use anyhow::{Context, Result};
use bulkhead_control_plane::Program;
use fastrand::Rng;
use nix::sys::resource::{Resource, getrlimit, setrlimit};

use crate::api::Api;
use crate::bench::{Ask as _, Bench, Disagreement};
use crate::build::Lan;
use crate::cluster::{Cluster, Cni, Kernel};
use crate::model::Model;
use crate::probe::Ending;
use crate::tally::Tally;
use crate::world::World;
use crate::{cases, exposure, machine, shrink};

/// What to run.
#[derive(Clone, Debug, clap::Parser)]
#[command(
    name = "cargo xtask lab",
    about = "Sends real packets through random worlds and compares them with the model"
)]
pub struct Settings {
    /// How many worlds
    #[arg(long, default_value_t = 100)]
    pub worlds: u64,
    /// The seed from which the worlds come
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// The first world: with `--worlds 1`, just that one
    #[arg(long, default_value_t = 0)]
    pub first: u64,
    /// Stop after so many seconds
    #[arg(long)]
    pub seconds: Option<u64>,
    /// So many worlds share a cluster
    #[arg(long, default_value_t = 20)]
    pub per_cluster: u64,
    /// The kernel that this runs on
    #[arg(long, value_enum, default_value_t = Kernel::Host)]
    pub kernel: Kernel,
    /// Do not look for the smallest world that disagrees: where a processor is emulated that takes long
    #[arg(long)]
    pub no_shrinking: bool,
    /// Try allowlists out in the model alone, without any packet and much faster: whether each is complete, tight and irreducible by what `trace` says
    #[arg(long)]
    pub model_only: bool,
    /// Where worlds that disagree are written
    #[arg(long, default_value = "target/lab")]
    pub out: PathBuf,
}

/// Runs worlds until they are done, the time is over, or somebody interrupts. Whether everything agreed.
pub fn run(settings: &Settings) -> Result<bool> {
    if settings.model_only {
        return run_in_model(settings);
    }
    // Before anything starts a thread; and the programs before the network is gone.
    for program in [Program::Etcd, Program::KubeApiserver, Program::KubeProxy] {
        program.path()?;
    }
    machine::enter()?;
    let (_, most) = getrlimit(Resource::RLIMIT_NOFILE)?;
    setrlimit(Resource::RLIMIT_NOFILE, most, most)?;
    let interrupted = interrupted()?;
    let lan = Lan::create()?;
    let mut api = Api::start()?;
    let begun = Instant::now();
    let mut tally = Tally::default();
    let mut bench: Option<(u64, Bench)> = None;
    for number in settings.first..settings.first + settings.worlds {
        let is_over = settings.seconds.is_some_and(|seconds| begun.elapsed().as_secs() >= seconds);
        if is_over || interrupted.load(Ordering::Relaxed) {
            break;
        }
        let cluster_number = number / settings.per_cluster.max(1);
        if bench.as_ref().is_none_or(|(built, _)| *built != cluster_number) {
            drop(bench.take());
            let cluster = Cluster::random(&mut rng(settings.seed, "cluster", cluster_number), settings.kernel);
            eprintln!("cluster {cluster_number}: {}", summary(&cluster));
            bench = Some((cluster_number, Bench::build(cluster, &lan, &mut api)?));
            tally.clusters += 1;
        }
        let Some((_, standing)) = &bench else { continue };
        let found = one_world(settings, number, standing, &mut api, &mut tally)?;
        if let Some((world, first)) = found.filter(|_| !settings.no_shrinking) {
            // Clusters become smaller, too, so that this one has to make room.
            let Some((_, standing)) = bench.take() else { continue };
            let place = shrink::Place { lan: &lan, api: &mut api };
            let small = shrink::smallest(place, standing, world, first)?;
            report(settings, number, &small)?;
        }
    }
    let seconds = begun.elapsed();
    println!("seed {}: {tally}", settings.seed);
    let each = seconds / u32::try_from(tally.worlds.max(1)).unwrap_or(u32::MAX);
    println!("{} s, {:.2} s a world", seconds.as_secs(), each.as_secs_f64());
    Ok(tally.disagreements == 0 && tally.worlds > 0)
}

/// The same worlds, of which only the model is asked.
fn run_in_model(settings: &Settings) -> Result<bool> {
    let interrupted = interrupted()?;
    let begun = Instant::now();
    let mut tally = Tally::default();
    let mut model: Option<(u64, Model)> = None;
    for number in settings.first..settings.first + settings.worlds {
        let is_over = settings.seconds.is_some_and(|seconds| begun.elapsed().as_secs() >= seconds);
        if is_over || interrupted.load(Ordering::Relaxed) {
            break;
        }
        let cluster_number = number / settings.per_cluster.max(1);
        if model.as_ref().is_none_or(|(known, _)| *known != cluster_number) {
            let cluster = Cluster::random(&mut rng(settings.seed, "cluster", cluster_number), settings.kernel);
            model = Some((cluster_number, Model { cluster }));
            tally.clusters += 1;
        }
        let Some((_, model)) = &model else { continue };
        let world = World::random(&mut rng(settings.seed, "world", number), &model.cluster);
        let asked = |world: &World, tally: &mut Tally| {
            exposure::try_out(model, world, &mut rng(settings.seed, "allowlist", number), tally)
        };
        let found = asked(&world, &mut tally)?;
        tally.worlds += 1;
        tally.disagreements += found.len();
        for disagreement in &found {
            println!("DISAGREES in world {number} of seed {}: {}", settings.seed, disagreement.text);
        }
        if let Some(first) = found.into_iter().next().filter(|_| !settings.no_shrinking) {
            let path = file_of(settings, number);
            let still = |world: &World| Ok(asked(world, &mut Tally::default())?.into_iter().next().map(|own| own.text));
            shrink::write_smallest(&path, &model.cluster, (world, first.text), still)?;
            println!("  the smallest world found: {}", path.display());
        }
    }
    println!("seed {}, in the model alone: {tally}", settings.seed);
    println!("{:.1} s", begun.elapsed().as_secs_f64());
    Ok(tally.disagreements == 0 && tally.worlds > 0)
}

/// Whether somebody asked to stop: what was counted is told all the same.
fn interrupted() -> Result<Arc<AtomicBool>> {
    let interrupted = Arc::new(AtomicBool::new(false));
    for signal in [nix::libc::SIGINT, nix::libc::SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(&interrupted))?;
    }
    Ok(interrupted)
}

/// One random source for each purpose, so that a world is the same however many came before it.
fn rng(seed: u64, purpose: &str, number: u64) -> Rng {
    let mut mixed = seed;
    for byte in purpose.bytes().chain(number.to_le_bytes()) {
        mixed = (mixed ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3).rotate_left(23);
    }
    Rng::with_seed(mixed)
}

fn summary(cluster: &Cluster) -> String {
    format!(
        "{:?}, overlay {:?}, kube-proxy {}, {} nodes, {} pods, {}, natOutgoing {}, masqueradeAll {}, local by {:?}, NodePorts at {:?}",
        cluster.cni,
        cluster.overlay,
        cluster.proxy.name(),
        cluster.nodes.len(),
        cluster.pods.len(),
        if cluster.families.len() > 1 { "dual stack" } else { "IPv4" },
        cluster.nat_outgoing,
        cluster.masquerade_all,
        cluster.detect_local,
        cluster.node_ports_at
    )
}

/// Tries one world; where it disagrees, the world and the first disagreement.
fn one_world(
    settings: &Settings,
    number: u64,
    bench: &Bench,
    api: &mut Api,
    tally: &mut Tally,
) -> Result<Option<(World, Disagreement)>> {
    let mut rng = rng(settings.seed, "world", number);
    let world = World::random(&mut rng, &bench.cluster);
    let at = || format!("world {number} of seed {}", settings.seed);
    let begun = Instant::now();
    let ready = api.set_world(&bench.cluster, &world, &bench.built).with_context(at);
    ready.with_context(|| bench.proxies.ends_of_logs())?;
    let cases = cases::choose(&mut rng, &bench.cluster, &world);

    let control = bench.question(&world, &[], &cases, tally).with_context(at)?;
    let mut found = control.disagreements;
    if !world.policies.is_empty() && bench.cluster.cni == Cni::Calico {
        let measured = bench.question(&world, &world.policies, &cases, tally).with_context(at)?;
        for (before, expected) in control.seen.iter().zip(&measured.expected) {
            for (pod, _) in expected.iter().filter_map(crate::compare::Expected::denied) {
                let reached =
                    |ending: &Ending| matches!(ending, Ending::Reached { pod: reached, .. } if *reached == pod);
                if before.iter().any(|seen| reached(&seen.ending)) {
                    tally.denied += 1;
                } else {
                    tally.denied_without_control += 1;
                }
            }
        }
        found.extend(measured.disagreements);
    }
    found.extend(exposure::try_out(bench, &world, &mut rng, tally).with_context(at)?);
    tally.worlds += 1;
    eprintln!("{}: {} cases, {:.1} s", at(), cases.len(), begun.elapsed().as_secs_f64());
    tally.disagreements += found.len();
    for disagreement in &found {
        println!("DISAGREES in {}: {}", at(), disagreement.text);
    }
    Ok(found.into_iter().next().map(|first| (world, first)))
}

/// Where a world that disagrees is written.
fn file_of(settings: &Settings, number: u64) -> PathBuf {
    settings.out.join(format!("seed-{}-world-{number}.yaml", settings.seed))
}

fn report(settings: &Settings, number: u64, small: &shrink::Smallest) -> Result<()> {
    let path = file_of(settings, number);
    small.write(&path)?;
    println!("  the smallest world found ({} nodes, {} pods): {}", small.nodes(), small.pods(), path.display());
    let (seed, per_cluster) = (settings.seed, settings.per_cluster);
    println!("  again: cargo xtask lab --seed {seed} --first {number} --worlds 1 --per-cluster {per_cluster}");
    Ok(())
}
