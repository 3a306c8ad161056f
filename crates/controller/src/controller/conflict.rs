//! Policies of our names that somebody else wrote. Of a project's own policy no entry is there to say so, and an Event does.

use bulkhead_analysis::isolation::{Plan, code, names};
use bulkhead_analysis::model::{Issue, Name, NamespacedName, ObjectRef};

use super::Controller;
use crate::notice;
use crate::source::Kind;
use crate::time::Now;

/// The issue about somebody else's policy of a name, if there is such a policy.
pub(super) fn conflict<'p>(policy: &NamespacedName, plan: &'p Plan) -> Option<&'p Issue> {
    let about = Some(ObjectRef::namespaced("NetworkPolicy", policy));
    plan.issues.iter().find(|issue| issue.code == code::POLICY_CONFLICT && issue.object == about)
}

impl Controller {
    /// Says it once for each such policy; again when this program starts anew.
    pub(super) fn tell_conflict(&mut self, project: &Name, plan: &Plan, now: Now) {
        let policy = NamespacedName::new(project.clone(), names::BASE_POLICY);
        let Some(issue) = conflict(&policy, plan) else {
            self.conflicts.remove(project);
            return;
        };
        let uid = self.world.row(Kind::NetworkPolicy, &policy).and_then(|row| row.uid().cloned());
        if self.conflicts.insert(project.clone(), uid.clone()) == Some(uid.clone()) {
            return;
        }
        let message = self.options.words.issue(issue);
        self.notices.extend(notice::about_foreign(&policy, uid.as_deref(), &message, now.date));
    }
}
