//! Worlds, one after the other.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use anyhow::{Context, Result};
use bulkhead_control_plane::Program;
use fastrand::Rng;
use nix::sys::resource::{Resource, getrlimit, setrlimit};

use crate::api::Api;
use crate::bench::{Bench, Disagreement};
use crate::build::Lan;
use crate::cluster::{Cluster, Cni};
use crate::probe::Ending;
use crate::tally::Tally;
use crate::world::{self, World, smaller};
use crate::{cases, exposure, machine};

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
    /// Where worlds that disagree are written
    #[arg(long, default_value = "target/lab")]
    pub out: PathBuf,
}

/// Tries at shrinking one world, at most.
const SHRINKINGS: usize = 60;

/// Runs worlds until they are done, the time is over, or somebody interrupts. Whether everything agreed.
pub fn run(settings: &Settings) -> Result<bool> {
    // Before anything starts a thread; and the programs before the network is gone.
    for program in [Program::Etcd, Program::KubeApiserver, Program::KubeProxy] {
        program.path()?;
    }
    machine::enter()?;
    let (_, most) = getrlimit(Resource::RLIMIT_NOFILE)?;
    setrlimit(Resource::RLIMIT_NOFILE, most, most)?;
    let interrupted = Arc::new(AtomicBool::new(false));
    for signal in [nix::libc::SIGINT, nix::libc::SIGTERM] {
        signal_hook::flag::register(signal, Arc::clone(&interrupted))?;
    }
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
            let cluster = Cluster::random(&mut rng(settings.seed, "cluster", cluster_number));
            eprintln!("cluster {cluster_number}: {}", summary(&cluster));
            bench = Some((cluster_number, Bench::build(cluster, &lan, &api)?));
            tally.clusters += 1;
        }
        let Some((_, bench)) = &bench else { continue };
        one_world(settings, number, bench, &mut api, &mut tally)?;
    }
    let seconds = begun.elapsed();
    println!("seed {}: {tally}", settings.seed);
    let each = seconds / u32::try_from(tally.worlds.max(1)).unwrap_or(u32::MAX);
    println!("{} s, {:.2} s a world", seconds.as_secs(), each.as_secs_f64());
    Ok(tally.disagreements == 0 && tally.worlds > 0)
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
        "{:?}, overlay {:?}, kube-proxy {}, {} nodes, {} pods, natOutgoing {}, masqueradeAll {}, local by {:?}",
        cluster.cni,
        cluster.overlay,
        cluster.proxy.name(),
        cluster.nodes.len(),
        cluster.pods.len(),
        cluster.nat_outgoing,
        cluster.masquerade_all,
        cluster.detect_local
    )
}

fn one_world(settings: &Settings, number: u64, bench: &Bench, api: &mut Api, tally: &mut Tally) -> Result<()> {
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
    if let Some(first) = found.first() {
        for disagreement in &found {
            println!("DISAGREES in {}: {}", at(), disagreement.text);
        }
        let small = shrink(bench, api, &world, first)?;
        let path = write(settings, number, bench, &small)?;
        println!("  the smallest world found: {}", path.display());
        println!(
            "  again: cargo xtask lab --seed {} --first {number} --worlds 1 --per-cluster {}",
            settings.seed, settings.per_cluster
        );
    }
    Ok(())
}

/// The smallest world in which the same case still disagrees, and its disagreement.
fn shrink(bench: &Bench, api: &mut Api, world: &World, first: &Disagreement) -> Result<(World, Disagreement)> {
    let (mut world, mut disagreement) = (World { policies: first.policies.clone(), ..world.clone() }, first.clone());
    let mut tries = 0;
    'smaller: loop {
        for candidate in smaller(&world) {
            // A door that is nobody's any more is another question.
            if !cases::doors(&bench.cluster, &candidate).contains(&disagreement.case.door) {
                continue;
            }
            tries += 1;
            if tries > SHRINKINGS {
                break 'smaller;
            }
            api.set_world(&bench.cluster, &candidate, &bench.built)?;
            let cases = [disagreement.case.clone()];
            let measured = bench.question(&candidate, &candidate.policies, &cases, &mut Tally::default())?;
            if let Some(still) = measured.disagreements.into_iter().next() {
                (world, disagreement) = (candidate, still);
                continue 'smaller;
            }
        }
        break;
    }
    Ok((world, disagreement))
}

fn write(settings: &Settings, number: u64, bench: &Bench, (world, found): &(World, Disagreement)) -> Result<PathBuf> {
    std::fs::create_dir_all(&settings.out)?;
    let path = Path::new(&settings.out).join(format!("seed-{}-world-{number}.yaml", settings.seed));
    let comment: Vec<String> = found.text.lines().map(|line| format!("# {line}")).collect();
    let yaml = world::yaml(&bench.cluster, world, &world.policies);
    std::fs::write(&path, format!("{}\n---\n{yaml}", comment.join("\n")))
        .with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path)
}
