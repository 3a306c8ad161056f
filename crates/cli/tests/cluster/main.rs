//! The command line and what it ships, on a real kube-apiserver: reading with all rights and with few, pull and push, the roles and
//! admission policies, the chart.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // a test that cannot be set up fails

mod chart;
mod command;
mod console;
mod live;
mod push;
mod rights;
mod serve;

use std::process::ExitCode;

use bulkhead_control_plane::trials::{self, Trial};
use bulkhead_control_plane::{ControlPlane, Options, Server, User};
use bulkhead_test_cluster::{Person, example};

/// In the order in which they run.
const TRIALS: &[Trial] = &[
    Trial { name: "a_live_cluster_answers_as_its_dump_does", run: live::same_answers },
    Trial { name: "a_context_is_an_input_like_a_file", run: live::contexts },
    Trial { name: "a_missing_right_is_said_and_widens_nothing", run: live::few_rights },
    Trial { name: "a_server_that_does_not_answer_is_an_error", run: live::nobody },
    Trial { name: "a_pulled_cluster_can_be_pushed_back_and_again_changes_nothing", run: push::round_trip },
    Trial { name: "a_push_shows_its_difference_and_prunes_only_its_own", run: push::difference },
    Trial { name: "who_may_do_what_is_as_documented", run: rights::table },
    Trial { name: "kubernetes_itself_may_delete_our_policies", run: rights::kubernetes_itself },
    Trial { name: "the_chart_is_the_manifests_and_the_server_takes_all_of_it", run: chart::applied },
    Trial { name: "the_console_of_the_chart_has_the_rights_of_its_mode", run: chart::console },
    Trial { name: "tokens_say_who_and_the_cluster_what", run: serve::tokens },
    Trial { name: "a_token_is_a_session_until_it_is_ended", run: serve::sign_in },
    Trial { name: "the_console_needs_its_role_and_no_more", run: console::shipped_rights },
    Trial { name: "a_console_goes_on_while_the_cluster_is_silent", run: serve::silence },
    Trial { name: "values_that_make_no_sense_are_refused", run: chart::values },
];

/// The controllers of Kubernetes that run.
const CONTROLLERS: [&str; 2] = ["clusterrole-aggregation-controller", "serviceaccount-controller"];

fn main() -> ExitCode {
    let mut options = Options { service_cidrs: "10.233.0.0/18".to_owned(), ..Options::default() };
    for (name, groups) in rights::PEOPLE {
        options = options.user(User::new(name, groups));
    }
    options = options
        .user(User::new("tenant", &["tenants"]))
        .user(User::new("console", &[]))
        .user(User::new("stranger", &[]));
    // Roles are put together; nobody makes pods of the example's Deployments, or collects what its owners of other uids have left.
    options.servers.insert(Server::KubeControllerManager);
    options.controllers = CONTROLLERS.map(str::to_owned).to_vec();
    options.api_server_arguments.push("--disable-admission-plugins=ServiceAccount".to_owned());
    trials::run(&options, prepare, TRIALS)
}

/// The example cluster, as it stands in the files.
fn prepare(plane: &ControlPlane) {
    let (admin, example) = (Person::admin(plane).unwrap(), example().unwrap());
    admin.apply(&command::said(&["manifests", "crds"], plane, "admin")).unwrap();
    admin.define_missing_kinds(&example).unwrap();
    admin.apply_all(&example).unwrap();
}
