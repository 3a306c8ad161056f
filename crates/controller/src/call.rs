//! What the state machine is told, and what it wants done.

use crate::kept::Listed;
use crate::planning::{Outcome, Planning};
use bulkhead_store::{Commit, Conflicts, Event, List, Object, ObjectKey, Part, Resource, Selection, StoreError};

/// Stands for a call until it is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ticket(pub u64);

/// Stands for one watch of one kind. A watch that is begun again is another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WatchId {
    /// Which of the things that are watched.
    pub source: usize,
    /// Which watch of it.
    pub epoch: u64,
}

/// Something that happened.
#[derive(Clone, Debug)]
pub enum Input {
    /// A call was answered. Every call is, in any order; one that takes too long as [`StoreError::Unavailable`].
    Answered(Ticket, Result<Answer, StoreError>),
    /// What was to be worked out is: of every one, unless [`Self::Stop`] came before.
    Planned(Ticket, Box<Outcome>),
    /// A watch told something. After an error it tells nothing any more; its end is an error, too.
    Told(WatchId, Result<Event, StoreError>),
    /// The controller is to finish what it has begun, hand over and end.
    Stop,
}

/// Something to do.
#[derive(Clone, Debug)]
pub enum Action {
    /// Call the store, and hand in what it answers.
    Call(Ticket, Call),
    /// Work this out, and hand in the answer. It may take long, and nothing waits for it.
    Plan(Ticket, Box<Planning>),
    /// Watch from a version, and no longer watch what was watched of this source before.
    Watch {
        /// Names the watch.
        id: WatchId,
        /// What is watched.
        resource: Resource,
        /// Which objects of it.
        selection: Selection,
        /// From where.
        from: String,
    },
}

/// A call of a store.
#[derive(Clone, Debug, PartialEq)]
pub enum Call {
    /// The object of a name.
    Get(Resource, ObjectKey),
    /// The objects of a kind.
    List(Resource, Selection),
    /// Writes an object that is not there.
    Create(Resource, Object),
    /// Replaces an object of the version that it carries.
    Update(Resource, Object),
    /// Makes an object have fields; of the version that it carries, if it carries one. Where it must not take anything from anybody
    /// ([`Conflicts::Fail`]) the object must not be there: an apply would become part of one that happens to say the same.
    Apply(Resource, Object, Part, Conflicts, Commit),
    /// Deletes an object of this uid and version.
    Delete {
        /// Its kind.
        resource: Resource,
        /// Its name.
        key: ObjectKey,
        /// Its uid.
        uid: Option<String>,
        /// Its version.
        resource_version: Option<String>,
        /// Whether it happens.
        commit: Commit,
    },
}

/// What a store answers.
#[derive(Clone, Debug)]
pub enum Answer {
    /// An object, as it is now.
    Object(Object),
    /// Objects.
    List(List),
    /// The same, with only what is kept of them.
    Read(Listed),
    /// Done, with nothing to show.
    Nothing,
}

impl Call {
    /// The call in one word.
    pub fn verb(&self) -> &'static str {
        match self {
            Self::Get(..) => "get",
            Self::List(..) => "list",
            Self::Create(..) => "create",
            Self::Update(..) => "update",
            Self::Apply(..) => "apply",
            Self::Delete { .. } => "delete",
        }
    }

    /// The object that is called for; `None` for a list.
    pub fn key(&self) -> Option<ObjectKey> {
        match self {
            Self::Get(_, key) | Self::Delete { key, .. } => Some(key.clone()),
            Self::Create(_, object) | Self::Update(_, object) | Self::Apply(_, object, ..) => Some(object.key()),
            Self::List(..) => None,
        }
    }

    /// The kind that is called for.
    pub fn resource(&self) -> &Resource {
        match self {
            Self::Get(resource, _)
            | Self::List(resource, _)
            | Self::Create(resource, _)
            | Self::Update(resource, _)
            | Self::Apply(resource, ..)
            | Self::Delete { resource, .. } => resource,
        }
    }
}
