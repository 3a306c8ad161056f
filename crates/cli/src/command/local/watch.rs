//! `local watch`

use std::future::{Future as _, poll_fn};
use std::pin::pin;
use std::task::Poll;

use bulkhead_store::{Event, Selection, Store as _};

use super::arguments::WatchArguments;
use super::write::named;
use super::{get, open};
use crate::failure::Failure;
use crate::session::Session;
use crate::status::ExitStatus;

/// Prints changes as they happen, a line each, until it is interrupted; with `--no-follow` those that already happened.
pub(super) fn run(arguments: &WatchArguments, session: &mut Session<'_, '_>) -> Result<ExitStatus, Failure> {
    let known = open::kind(&arguments.objects.kind)?;
    let selection: Selection = get::selection(known, &arguments.objects)?;
    let store = open::store_that_is_there(&arguments.store, session)?;
    let runtime = open::runtime()?;
    let newest = store.revision().map_err(|error| open::refused(&error))?;
    let from = arguments.from.unwrap_or(newest).to_string();
    let watch = runtime.block_on(store.watch(&known.resource, &selection, &from));
    let mut watch = watch.map_err(|error| open::refused(&error))?;
    loop {
        let next = runtime.block_on(async {
            let mut next = pin!(poll_fn(|context| watch.as_mut().poll_next(context)));
            poll_fn(|context| match next.as_mut().poll(context) {
                // What already happened is there at once; what has to be waited for did not.
                Poll::Pending if arguments.no_follow => Poll::Ready(None),
                polled => polled,
            })
            .await
        });
        let Some(event) = next else { return Ok(ExitStatus::Answered) };
        let (word, object) = match event.map_err(|error| open::refused(&error))? {
            Event::Added(object) => ("ADDED", object),
            Event::Modified(object) => ("MODIFIED", object),
            Event::Deleted(object) => ("DELETED", object),
            Event::Bookmark(_) => continue,
        };
        let revision = object.resource_version().unwrap_or_default();
        session.answer(&format!("{word:<8}   {revision:>8}   {}\n", named(&known.resource, &object.key())))?;
    }
}
