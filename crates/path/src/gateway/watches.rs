//! Whose objects a controller serves: what its flags say, and what of that is not known.

use bulkhead_model::object::{Namespace, Pod};
use bulkhead_model::{LabelSelector, Labels, Name, Readable, Requirement};
use bulkhead_snapshot::Snapshot;

use super::selector;

/// Whether somebody serves an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Serves {
    Yes,
    No,
    /// It hangs on this setting, and what that means here is not known.
    Unknown(&'static str),
}

impl Serves {
    pub(super) fn from_bool(serves: bool) -> Self {
        if serves { Self::Yes } else { Self::No }
    }

    /// Where both must be so.
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Unknown(setting), _) | (_, Self::Unknown(setting)) => Self::Unknown(setting),
            (Self::Yes, Self::Yes) => Self::Yes,
        }
    }
}

/// Whose objects a controller serves.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Watches {
    /// Everybody's.
    #[default]
    Everything,
    /// Nobody's: it is told not to serve such objects.
    Nothing,
    /// Those of these namespaces.
    Namespaces(Vec<Name>),
    /// Those of every namespace but these.
    AllBut(Vec<Name>),
    /// Those of namespaces that this setting's selector selects.
    Labelled(&'static str, LabelSelector),
    /// Nobody knows whose: it hangs on this setting.
    Unknown(&'static str),
}

/// Which objects of the namespaces that a controller watches it serves: those that this setting's selector selects.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Chosen {
    pub(super) setting: &'static str,
    pub(super) selector: LabelSelector,
}

impl Chosen {
    /// A selector as a flag has it; nothing where it selects everything.
    pub(super) fn of(setting: &'static str, text: Option<Name>) -> Option<Self> {
        let selector = selector::parse(&text?);
        (!selector.is_everything()).then_some(Self { setting, selector })
    }

    pub(super) fn holds(&self, labels: &Labels) -> Serves {
        self.selector.matches(labels).map_or(Serves::Unknown(self.setting), Serves::from_bool)
    }
}

impl Watches {
    /// The namespaces of a list that may be empty, which means every one; `$(POD_NAMESPACE)` is the pod's own.
    pub(super) fn namespaces(pod: &Pod, names: &[Name]) -> Self {
        let own =
            |name: &Name| if name.as_str() == "$(POD_NAMESPACE)" { pod.name.namespace.clone() } else { name.clone() };
        match names {
            [] => Self::Everything,
            names => Self::Namespaces(names.iter().map(own).collect()),
        }
    }

    /// A selector of namespaces as a flag has it; an empty one selects everything.
    pub(super) fn labelled(setting: &'static str, text: &str) -> Self {
        match selector::parse(text) {
            everything if everything.is_everything() => Self::Everything,
            selector => Self::Labelled(setting, selector),
        }
    }

    /// Whether objects of a namespace are among them.
    pub(super) fn holds(&self, snapshot: &Snapshot, namespace: &Name) -> Serves {
        match self {
            Self::Everything => Serves::Yes,
            Self::Nothing => Serves::No,
            Self::Namespaces(only) => Serves::from_bool(only.contains(namespace)),
            Self::AllBut(others) => Serves::from_bool(!others.contains(namespace)),
            Self::Labelled(setting, selector) => {
                let row = snapshot.namespace(namespace).map(|id| &snapshot.namespaces[id]);
                row.and_then(|row| selects(selector, row)).map_or(Serves::Unknown(setting), Serves::from_bool)
            }
            Self::Unknown(setting) => Serves::Unknown(setting),
        }
    }
}

/// Whether a selector selects a namespace. Of one that only its objects show, a single label is known.
fn selects(selector: &LabelSelector, namespace: &Namespace) -> Option<bool> {
    if namespace.declared {
        return selector.matches(&namespace.labels);
    }
    let known = |requirement: &&Readable<Requirement>| {
        requirement.known().is_some_and(|requirement| namespace.labels.get(&requirement.key).is_some())
    };
    let decided: Vec<Readable<Requirement>> = selector.requirements.iter().filter(known).cloned().collect();
    let all = decided.len() == selector.requirements.len();
    let matches = LabelSelector { requirements: decided }.matches(&namespace.labels)?;
    (all || !matches).then_some(matches)
}
