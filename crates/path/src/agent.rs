//! A component's own workload: what it is told by arguments and environment.

use bulkhead_model::object::{Container, Workload, WorkloadKind};
use bulkhead_model::{ObjectRef, Position};
use bulkhead_snapshot::{Evidence, Snapshot};

/// A workload that runs a component.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Agent<'s> {
    load: &'s Workload,
}

impl<'s> Agent<'s> {
    /// The DaemonSet of that name, in whichever namespace.
    pub(crate) fn daemon_set(snapshot: &'s Snapshot, is_it: impl Fn(&str) -> bool) -> Option<Self> {
        Self::find(snapshot, |load| load.kind == WorkloadKind::DaemonSet && is_it(&load.name.name))
    }

    /// The workload of that name, of any kind.
    pub(crate) fn named(snapshot: &'s Snapshot, name: &str) -> Option<Self> {
        Self::find(snapshot, |load| load.name.name == name)
    }

    fn find(snapshot: &'s Snapshot, is_it: impl Fn(&Workload) -> bool) -> Option<Self> {
        snapshot.workloads.iter().find(|load| is_it(load)).map(|load| Self { load })
    }

    fn containers(self) -> impl Iterator<Item = &'s Container> {
        self.load.template.containers.iter()
    }

    /// The value of `--name=value` or `--name value`, `true` of one without a value; the last one counts.
    pub(crate) fn flag(self, name: &str) -> Option<String> {
        let values = self.containers().filter_map(|container| value_of(&container.arguments, name));
        values.last()
    }

    /// The value of an environment variable.
    pub(crate) fn environment(self, name: &str) -> Option<&'s str> {
        let mut variables = self.containers().flat_map(|container| &container.environment);
        variables.find(|(variable, _)| variable == name).map(|(_, value)| value.as_str())
    }

    /// That a flag has a value, or has none and therefore means its default.
    pub(crate) fn evidence(self, flag: &str) -> Evidence {
        let (object, position) = self.object();
        let field = format!("spec.template.spec.containers[].args[--{flag}]");
        match self.flag(flag) {
            Some(value) => Evidence::Field { object, field, value, position },
            None => Evidence::Default { object, field },
        }
    }

    /// That an environment variable has a value, or is left out.
    pub(crate) fn evidence_of_environment(self, name: &str) -> Evidence {
        let (object, position) = self.object();
        let field = format!("spec.template.spec.containers[].env[{name}]");
        match self.environment(name) {
            Some(value) => Evidence::Field { object, field, value: value.to_owned(), position },
            None => Evidence::Default { object, field },
        }
    }

    fn object(self) -> (ObjectRef, Position) {
        (ObjectRef::namespaced(self.load.kind.name(), &self.load.name), self.load.position)
    }
}

fn value_of(arguments: &[impl AsRef<str>], name: &str) -> Option<String> {
    let mut found = None;
    let mut arguments = arguments.iter().map(AsRef::as_ref).peekable();
    while let Some(argument) = arguments.next() {
        let Some(rest) = argument.trim_start_matches('-').strip_prefix(name) else { continue };
        match rest.strip_prefix('=') {
            Some(value) => found = Some(value.to_owned()),
            None if rest.is_empty() => {
                let value = arguments.peek().filter(|next| !next.starts_with('-'));
                found = Some(value.map_or_else(|| "true".to_owned(), |value| (*value).to_owned()));
            }
            None => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::value_of;

    #[test]
    fn the_last_of_several_values_counts() {
        let of = |arguments: &[&str]| value_of(arguments, "overlay-type");
        assert_eq!(of(&["--overlay-type=full"]).as_deref(), Some("full"));
        assert_eq!(of(&["--overlay-type", "full", "--overlay-type=subnet"]).as_deref(), Some("subnet"));
        assert_eq!(of(&["--overlay-type", "--other"]).as_deref(), Some("true"));
        assert_eq!(of(&["--overlay-types=full"]), None);
    }
}
