//! The whole loop in simulated worlds: a store, a clock and a network that fail in every way there is, from a seed.
//!
//! At every write it is checked that what gets through lies between what anyone wanted or made, that nothing was written that is not
//! ours, and that only the leader writes. Once the faults stop, everything becomes as it ought to be, and then nothing is written.
//!
//! ```text
//! BULKHEAD_STEPS=1000000 BULKHEAD_SEED=1 cargo test -p bulkhead-controller --test simulation storms
//! ```

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a test that cannot be set up fails
#![allow(clippy::needless_pass_by_value)] // worlds are made of values that nobody needs twice

mod agreement;
mod expiry;
mod hull;
mod people;
mod plant;
mod replica;
mod store;
mod view;
mod world;

use std::sync::Arc;
use std::time::Duration;

use bulkhead_controller::{LeaseOptions, Options};
use bulkhead_report::Speech;

use crate::plant::Plant;
use crate::world::{SETTING, World, Wrong};

fn options(lease: Option<LeaseOptions>) -> Options {
    Options {
        setting: SETTING,
        overrides: view::overrides(),
        lease,
        parallel: 16,
        relist: Duration::from_mins(1),
        longest_backoff: Duration::from_secs(20),
        ..Options::new(Arc::new(Speech::default()))
    }
}

fn lease() -> LeaseOptions {
    LeaseOptions::new("kube-system", "")
}

fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// Storms of so many steps, each followed by a calm; how many steps there were, or what was wrong with which seed.
fn storms(seed: u64, steps: u64, options: &Options, plant: Option<Plant>) -> Result<u64, (u64, Wrong)> {
    let mut done = 0;
    let mut seed = seed;
    let mut happened = std::collections::BTreeMap::new();
    while done < steps {
        let mut world = World::new(seed, options.clone(), 2, plant);
        let outcome = (0..2).try_for_each(|_| {
            (0..5000).try_for_each(|_| world.step())?;
            world.calm_down()
        });
        done += world.steps;
        for (what, times) in &world.happened {
            *happened.entry(*what).or_insert(0) += times;
        }
        outcome.map_err(|wrong| (seed, wrong))?;
        seed += 1;
    }
    println!("{done} steps, seeds up to {seed}: {happened:?}");
    Ok(done)
}

#[test]
fn storms_with_leaders() {
    let (seed, steps) = (number("BULKHEAD_SEED", 1), number("BULKHEAD_STEPS", 50_000));
    if let Err((seed, wrong)) = storms(seed, steps / 2, &options(Some(lease())), None) {
        panic!("seed {seed}: {wrong:?}");
    }
}

/// Two controllers that both believe to lead. What gets through meanwhile is not looked at: only a lease keeps two apart that are
/// each right. Conditions on every write keep them from writing what is not ours, and from fighting.
#[test]
fn storms_with_two_that_lead() {
    let (seed, steps) = (number("BULKHEAD_SEED", 1), number("BULKHEAD_STEPS", 50_000));
    if let Err((seed, wrong)) = storms(seed, steps / 2, &options(None), None) {
        panic!("seed {seed}: {wrong:?}");
    }
}

/// What is found from the seed on from which a long run without a planted fault finds nothing: so it is the planted one.
fn found_with(options: &Options, plant: Option<Plant>) -> Wrong {
    match storms(1, 300_000, options, plant) {
        Err((_, wrong)) => wrong,
        Ok(steps) => panic!("{plant:?} was not found in {steps} steps"),
    }
}

fn found(plant: Plant) -> Wrong {
    found_with(&options(Some(lease())), Some(plant))
}

#[test]
fn writes_without_a_condition_are_found() {
    let wrong = found(Plant::Unconditional);
    assert!(matches!(wrong, Wrong::Foreign(_)), "{wrong:?}");
}

/// Without a list now and then, an event that got lost stays lost.
#[test]
fn a_controller_that_never_lists_again_is_found() {
    let options = Options { relist: Duration::from_secs(100_000), ..options(Some(lease())) };
    let wrong = found_with(&options, None);
    assert!(matches!(wrong, Wrong::NotConverged(_)), "{wrong:?}");
}

#[test]
fn somebody_who_changes_every_policy_is_found() {
    let wrong = found(Plant::MeddlingWebhook);
    assert!(
        matches!(wrong, Wrong::NotConverged(_) | Wrong::Restless(_) | Wrong::Wider(_) | Wrong::Narrower(_)),
        "{wrong:?}"
    );
}

#[test]
fn a_controller_that_waits_for_ever_is_found() {
    let wrong = found(Plant::DeafController);
    assert!(matches!(wrong, Wrong::NotConverged(_)), "{wrong:?}");
}

#[test]
fn policies_that_are_too_wide_are_found() {
    let wrong = found(Plant::TooWide);
    assert!(matches!(wrong, Wrong::Wider(_)), "{wrong:?}");
}

#[test]
fn policies_that_are_too_narrow_are_found() {
    let wrong = found(Plant::TooNarrow);
    assert!(matches!(wrong, Wrong::Narrower(_)), "{wrong:?}");
}

/// A leader that still writes when its lease is over. It is a short one, so that it often is.
#[test]
fn a_leader_that_goes_on_for_too_long_is_found() {
    let lease = LeaseOptions { duration: Duration::from_secs(4), deadline: Duration::from_mins(2), ..lease() };
    let wrong = found_with(&options(Some(lease)), None);
    assert!(matches!(wrong, Wrong::NoLeader(_)), "{wrong:?}");
}
