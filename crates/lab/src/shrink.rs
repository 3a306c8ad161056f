//! From a world that disagrees to the smallest that still does: first the world on its cluster, then the cluster.

use std::path::Path;

use anyhow::{Context, Result};

use crate::api::Api;
use crate::bench::{Ask as _, Bench, Disagreement};
use crate::build::Lan;
use crate::cases;
use crate::cluster::{self, Cluster, Scene};
use crate::tally::Tally;
use crate::world::{self, World};

/// Smaller worlds that are tried, at most.
const WORLDS: usize = 60;
/// Smaller clusters that are tried, at most: each has to be built.
const CLUSTERS: usize = 16;

/// Where clusters are built.
pub(crate) struct Place<'a> {
    pub(crate) lan: &'a Lan,
    pub(crate) api: &'a mut Api,
}

/// What was found.
pub(crate) struct Smallest {
    scene: Scene,
    disagreement: Disagreement,
}

/// The smallest world in which the same case still disagrees. Takes the cluster down.
pub(crate) fn smallest(mut place: Place<'_>, bench: Bench, world: World, first: Disagreement) -> Result<Smallest> {
    let world = World { policies: first.policies.clone(), ..world };
    let (world, disagreement) = smaller_world(place.api, &bench, world, first)?;
    let scene = Scene { cluster: bench.cluster.clone(), world, case: disagreement.case.clone() };
    // Two clusters do not fit on one LAN.
    drop(bench);
    smaller_cluster(&mut place, Smallest { scene, disagreement })
}

fn smaller_world(api: &mut Api, bench: &Bench, world: World, first: Disagreement) -> Result<(World, Disagreement)> {
    let (mut world, mut disagreement) = (world, first);
    let mut tries = 0;
    'smaller: loop {
        for candidate in world::smaller(&world) {
            // A door that is nobody's any more is another question.
            if !cases::doors(&bench.cluster, &candidate).contains(&disagreement.case.door) {
                continue;
            }
            tries += 1;
            if tries > WORLDS {
                break 'smaller;
            }
            if let Some(still) = disagrees(api, bench, &candidate, &disagreement)? {
                (world, disagreement) = (candidate, still);
                continue 'smaller;
            }
        }
        break;
    }
    Ok((world, disagreement))
}

fn smaller_cluster(place: &mut Place<'_>, found: Smallest) -> Result<Smallest> {
    let mut found = found;
    let mut tries = 0;
    'smaller: loop {
        for scene in cluster::smaller(&found.scene) {
            if !cases::doors(&scene.cluster, &scene.world).contains(&scene.case.door) {
                continue;
            }
            tries += 1;
            if tries > CLUSTERS {
                break 'smaller;
            }
            let bench = Bench::build(scene.cluster.clone(), place.lan, place.api)?;
            let question = Disagreement { case: scene.case.clone(), ..found.disagreement.clone() };
            if let Some(disagreement) = disagrees(place.api, &bench, &scene.world, &question)? {
                found = Smallest { scene, disagreement };
                continue 'smaller;
            }
        }
        break;
    }
    Ok(found)
}

/// Whether the same case still disagrees in another world.
fn disagrees(api: &mut Api, bench: &Bench, world: &World, question: &Disagreement) -> Result<Option<Disagreement>> {
    api.set_world(&bench.cluster, world, &bench.built)?;
    let cases = [question.case.clone()];
    let measured = bench.question(world, &world.policies, &cases, &mut Tally::default())?;
    Ok(measured.disagreements.into_iter().next())
}

impl Smallest {
    pub(crate) fn nodes(&self) -> usize {
        self.scene.cluster.nodes.len()
    }

    pub(crate) fn pods(&self) -> usize {
        self.scene.cluster.pods.len()
    }

    /// Writes the world as YAML, with what disagrees on top.
    pub(crate) fn write(&self, path: &Path) -> Result<()> {
        write(path, &self.scene.cluster, &self.scene.world, &self.disagreement.text)
    }
}

fn write(path: &Path, cluster: &Cluster, world: &World, text: &str) -> Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let comment: Vec<String> = text.lines().map(|line| format!("# {line}")).collect();
    let yaml = world::yaml(cluster, world, &world.policies);
    std::fs::write(path, format!("{}\n---\n{yaml}", comment.join("\n")))
        .with_context(|| format!("cannot write {}", path.display()))
}

/// Writes the smallest world of which the model alone disagrees with itself; `disagrees` says how, if it still does.
pub(crate) fn write_smallest(
    path: &Path,
    cluster: &Cluster,
    (mut world, mut text): (World, String),
    disagrees: impl Fn(&World) -> Result<Option<String>>,
) -> Result<()> {
    'smaller: loop {
        for candidate in world::smaller(&world) {
            if let Some(still) = disagrees(&candidate)? {
                (world, text) = (candidate, still);
                continue 'smaller;
            }
        }
        return write(path, cluster, &world, &text);
    }
}
