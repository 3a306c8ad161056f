//! Writes a cluster of a shape: `cargo run --release -p bulkhead-shapes -- SHAPE … DIR`.

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::PathBuf;

use anyhow::{Context, Result, anyhow};
use bulkhead_shapes::{Format, Shape, write};
use clap::{Parser, Subcommand};

/// Writes a cluster of a shape into DIR/cluster.yaml or DIR/cluster.json.
#[derive(Debug, Parser)]
struct Arguments {
    #[command(subcommand)]
    shape: Named,
    /// The same seed gives the same bytes
    #[arg(long, global = true, default_value_t = 1)]
    seed: u64,
    /// yaml, json or compact-json
    #[arg(long, global = true, default_value = "yaml", value_parser = format)]
    format: Format,
}

#[derive(Clone, Debug, Subcommand)]
enum Named {
    /// Default deny, DNS, metrics, addresses to `web`, and a policy for each workload
    MicroSegmented {
        /// Namespaces and workloads in each: 10x10 (100 workloads, 140 policies), 20x50 (1,000 and 1,080)
        #[arg(value_name = "NSxWL", value_parser = product)]
        size: (usize, usize),
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
    /// 3,500 pods and 12,000 policies that each select a few pods of their namespace
    SmallPolicies {
        #[arg(long, default_value_t = 1_000)]
        namespaces: usize,
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
    /// 25,000 namespaces, 100,000 pods, 75,000 policies
    ManyNamespaces {
        #[arg(long, default_value_t = 25_000)]
        namespaces: usize,
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
    /// No two selectors alike, all cidrs overlapping, 32 port ranges to a policy
    Adversarial {
        /// How many pods and policies; 2048 have 65,535 port ranges
        size: usize,
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
    /// Services with a nodePort each, and nodes: 5000x1000
    ManyExposures {
        #[arg(value_name = "NODESxEXPOSURES", value_parser = product)]
        size: (usize, usize),
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
    /// Services and their endpoints: 50000x500000
    ManyServices {
        #[arg(value_name = "SERVICESxENDPOINTS", value_parser = product)]
        size: (usize, usize),
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
    /// Objects with everything that a live cluster's carry
    Dump {
        /// How many pods and policies: 4000x20000
        #[arg(value_name = "PODSxPOLICIES", value_parser = product)]
        size: (usize, usize),
        #[arg(value_name = "DIR")]
        folder: PathBuf,
    },
}

fn main() -> Result<()> {
    let Arguments { shape, seed, format } = Arguments::parse();
    let (shape, folder) = match shape {
        Named::MicroSegmented { size: (namespaces, workloads), folder } => {
            (Shape::MicroSegmented { namespaces, workloads }, folder)
        }
        Named::SmallPolicies { namespaces, folder } => (Shape::SmallPolicies { namespaces }, folder),
        Named::ManyNamespaces { namespaces, folder } => (Shape::ManyNamespaces { namespaces }, folder),
        Named::Adversarial { size, folder } => (Shape::Adversarial { size }, folder),
        Named::ManyExposures { size: (nodes, exposures), folder } => {
            (Shape::ManyExposures { nodes, exposures }, folder)
        }
        Named::ManyServices { size: (services, endpoints), folder } => {
            (Shape::ManyServices { services, endpoints }, folder)
        }
        Named::Dump { size: (pods, policies), folder } => (Shape::Dump { pods, policies }, folder),
    };
    fs::create_dir_all(&folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
    let path = folder.join(format!("cluster.{}", format.extension()));
    let file = File::create(&path).with_context(|| format!("cannot write `{}`", path.display()))?;
    let mut out = BufWriter::with_capacity(1 << 20, file);
    write(&shape, seed, format, &mut out).with_context(|| format!("cannot write `{}`", path.display()))?;
    out.into_inner().map(|_| ()).with_context(|| format!("cannot write `{}`", path.display()))
}

fn product(text: &str) -> Result<(usize, usize)> {
    let (left, right) = text.split_once('x').ok_or_else(|| anyhow!("`{text}` is not of the form NxM"))?;
    Ok((left.parse()?, right.parse()?))
}

fn format(text: &str) -> Result<Format> {
    Format::ALL.into_iter().find(|format| format.name() == text).ok_or_else(|| anyhow!("`{text}` is not a format"))
}
