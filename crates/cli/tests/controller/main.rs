//! The binary, as `bulkhead controller`, at work on a real kube-apiserver, with exactly the rights of the shipped role.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a test that cannot be set up fails

mod bed;
mod drift;
mod entries;
mod exposures;
mod kubesphere;
mod lease;
mod migrate;
mod once;
mod random;
mod slow;
mod switches;
mod trouble;

use std::process::ExitCode;

use bulkhead_control_plane::trials::{self, Trial};
use bulkhead_control_plane::{ControlPlane, Options, Server, User};

/// In the order in which they run: going back takes the label off everything, so that it comes first; those that stop servers, and
/// those in which KubeSphere's policies are written everywhere, come last.
const TRIALS: &[Trial] = &[
    Trial { name: "policies_of_kubesphere_are_taken_over_and_given_back", run: migrate::there_and_back },
    Trial { name: "switches_of_projects_and_workspaces_make_and_take_policies", run: switches::switches },
    Trial { name: "a_namespace_that_is_made_again_is_isolated_again", run: switches::made_again },
    Trial { name: "an_entry_becomes_a_policy_and_says_so", run: entries::life },
    Trial { name: "an_entry_that_means_nothing_says_why_and_harms_no_other", run: entries::unresolved },
    Trial { name: "an_exposure_follows_nodes_services_and_switches", run: exposures::life },
    Trial { name: "a_policy_of_our_name_that_is_not_ours_stays", run: drift::not_ours },
    Trial { name: "what_is_done_to_a_policy_by_hand_is_mended", run: drift::mended },
    Trial { name: "where_nothing_has_to_change_nothing_is_written", run: drift::quiet },
    Trial { name: "once_does_everything_and_a_dry_run_nothing", run: once::once },
    Trial { name: "without_rights_it_says_so_and_ends", run: once::no_rights },
    Trial { name: "one_of_two_leads_and_the_other_takes_over", run: lease::two },
    Trial { name: "a_slow_api_server_is_waited_for_and_one_that_is_away_given_up", run: slow::slow },
    Trial { name: "where_a_webhook_refuses_only_that_project_waits", run: slow::webhook },
    Trial { name: "a_token_that_is_no_longer_good_is_replaced", run: slow::expired },
    Trial { name: "it_outlives_the_api_server", run: trouble::restart },
    Trial { name: "what_it_slept_through_is_listed_again", run: trouble::compaction },
    Trial { name: "random_tenants_end_in_the_policies_of_the_plan", run: random::worlds },
    Trial { name: "random_tenants_end_in_kubespheres_policies", run: random::kubesphere },
    Trial { name: "every_entry_of_kubesphere_ends_in_its_policy", run: kubesphere::entries },
    Trial { name: "every_project_of_kubesphere_ends_in_its_policies", run: kubesphere::projects },
];

/// The controllers of Kubernetes that run: roles are put together, and namespaces end.
const CONTROLLERS: [&str; 3] =
    ["clusterrole-aggregation-controller", "serviceaccount-controller", "namespace-controller"];

fn main() -> ExitCode {
    let mut options = Options::default().user(User::new("tenant", &["tenants"]));
    options.servers.insert(Server::KubeControllerManager);
    options.controllers = CONTROLLERS.map(str::to_owned).to_vec();
    trials::run(&options, prepare, TRIALS)
}

/// Everything that ships, and KubeSphere's Workspaces, in the version of its fourth release.
fn prepare(plane: &ControlPlane) {
    bed::prepare(plane);
}
