//! What every [`Store`](crate::Store) has to do, as cases that a store's own tests run.
//!
//! A case uses a namespace of its own and leaves it behind. The kinds used are `ConfigMap`, `NetworkPolicy` and our own
//! `NamespaceNetworkPolicy`, which has a schema and a status. A case that waits for an event waits for ever: whoever runs the
//! suite puts a limit on it.

mod applying;
mod bed;
mod deleting;
mod reading;
mod status;
mod updating;
mod validating;
mod watching;

use std::fmt;
use std::future::Future;
use std::pin::Pin;

pub use bed::Bed;

/// What a case found wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong(pub String);

impl<E: std::error::Error> From<E> for Wrong {
    fn from(error: E) -> Self {
        Self(format!("unexpected error: {error}"))
    }
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A running case.
pub type Running<'a> = Pin<Box<dyn Future<Output = Result<(), Wrong>> + Send + 'a>>;

/// One thing that a store has to do.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// What, as a sentence.
    pub name: &'static str,
    /// Finds out whether it does.
    pub run: for<'a> fn(&'a Bed<'_>) -> Running<'a>,
}

/// Every case, by what it is about.
pub fn cases() -> impl Iterator<Item = &'static Case> {
    let groups = [
        reading::CASES,
        updating::CASES,
        status::CASES,
        applying::CASES,
        deleting::CASES,
        watching::CASES,
        validating::CASES,
    ];
    groups.into_iter().flatten()
}

/// Lists cases: a sentence and the async function for it.
macro_rules! list_cases {
    ($($name:literal => $run:path,)+) => {
        pub(super) const CASES: &[super::Case] =
            &[$(super::Case { name: $name, run: |bed| Box::pin($run(bed)) },)+];
    };
}

/// Fails the case unless something holds.
macro_rules! ensure {
    ($holds:expr, $($message:tt)+) => {
        if !$holds {
            return Err(super::Wrong(format!($($message)+)));
        }
    };
}

use {ensure, list_cases};
