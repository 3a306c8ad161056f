//! `migrate`: from KubeSphere's own controller to this one, and back.

mod hand_over;
mod place;

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use bulkhead_analysis::Analysis;
use bulkhead_analysis::isolation::{Setting, Settings, apply, means_the_same, names};
use bulkhead_analysis::model::object::NetworkPolicy;
use bulkhead_analysis::model::watch::Unwatched;
use bulkhead_analysis::model::{Issue, NamespacedName};
use bulkhead_analysis::snapshot::Snapshot;
use bulkhead_report::{Answer, AnswerKind};
use clap::Args;

use self::place::Place;
use super::{find_format, print};
use crate::arguments::ClusterArguments;
use crate::failure::Failure;
use crate::input::read_cluster;
use crate::session::Session;
use crate::status::ExitStatus;

// `migrate`
#[derive(Debug, Args)]
pub(crate) struct MigrateArguments {
    #[arg(long, value_name = "FILE", conflicts_with = "filenames")]
    pub(crate) store: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) cluster: ClusterArguments,
    #[arg(long, conflicts_with_all = ["go_back", "filenames"])]
    pub(crate) take_over: bool,
    #[arg(long, conflicts_with = "filenames")]
    pub(crate) go_back: bool,
}

/// Shows what a migration changes; with `--take-over` and `--go-back` it is begun, and undone.
pub(crate) fn run(arguments: &MigrateArguments, session: &mut Session<'_, '_>) -> Result<ExitStatus, Failure> {
    if arguments.go_back {
        return hand_over::go_back(&Place::open(arguments.store.as_deref(), session)?, session);
    }
    let of_store = arguments.store.as_ref().map(|path| PathBuf::from(format!("store:{}", path.display())));
    let snapshot = match of_store {
        Some(path) => read_cluster(&[path], session)?,
        None => read_cluster(&arguments.cluster.filenames, session)?,
    };
    let found = find(&snapshot);
    if arguments.take_over {
        return hand_over::take_over(&Place::open(arguments.store.as_deref(), session)?, &found.theirs, session);
    }
    tell(&found, session)?;
    let after = after(&snapshot, &found, session);
    let [before, after_it] = [Analysis::new(&snapshot), Analysis::new(&after)];
    let difference = before.difference_to(&after_it, &session.stopwatch);
    let format = find_format("text", AnswerKind::Difference)?;
    print(&Answer::Difference(&difference), format, &after, session)?;
    Ok(ExitStatus::Answered)
}

/// The policies that are called as KubeSphere's are, and do not carry our label.
#[derive(Debug, Default)]
struct Found {
    /// They are as KubeSphere's controller writes them.
    theirs: Vec<NamespacedName>,
    /// They are not: somebody else made or changed them.
    others: Vec<NamespacedName>,
}

fn find(snapshot: &Snapshot) -> Found {
    let plan = Analysis::new(snapshot).plan(Setting::KubeSphere, &Settings::default(), &Unwatched);
    let mut found = Found::default();
    let is_called_so = |policy: &&Arc<NetworkPolicy>| policy.name.name.starts_with(names::POLICY_PREFIX);
    for policy in snapshot.network_policies.iter().filter(is_called_so).filter(|policy| !is_ours(policy)) {
        let wanted = plan.desired.iter().find(|manifest| manifest.name == policy.name);
        let list = if wanted.is_some_and(|wanted| means_the_same(policy, wanted)) {
            &mut found.theirs
        } else {
            &mut found.others
        };
        list.push(policy.name.clone());
    }
    found
}

fn is_ours(policy: &NetworkPolicy) -> bool {
    policy.labels.get(names::MANAGED_BY).is_some_and(|value| value == names::MANAGER)
}

fn tell(found: &Found, session: &mut Session<'_, '_>) -> Result<(), Failure> {
    let mut text = String::new();
    for (key, policies) in [("migrate.theirs", &found.theirs), ("migrate.others", &found.others)] {
        if !policies.is_empty() {
            text.push_str(&session.speech.word(key));
            text.push('\n');
        }
        for policy in policies {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "  {policy}");
        }
    }
    if text.is_empty() {
        text = format!("{}\n", session.speech.word("migrate.nothing"));
    }
    let _ = writeln!(text, "{}", session.speech.word("migrate.difference"));
    session.answer(&text)
}

/// The cluster once its policies are taken over and made as ours are.
fn after(snapshot: &Snapshot, found: &Found, session: &mut Session<'_, '_>) -> Snapshot {
    let mut taken = snapshot.clone();
    for policy in &mut taken.network_policies {
        if found.theirs.contains(&policy.name) {
            let labels = policy.labels.with(names::MANAGED_BY, names::MANAGER);
            Arc::make_mut(policy).labels = labels;
        }
    }
    let settings = Settings { now: Some(session.now()), ..Settings::default() };
    let plan = Analysis::new(&taken).plan(Setting::Default, &settings, &Unwatched);
    let (after, refused): (Snapshot, Vec<Issue>) = apply(&plan, &taken);
    session.tell_issues(&plan.issues, &taken);
    session.tell_issues(&refused, &taken);
    after
}
