//! The API as a client sees it: requests through the whole router, without a socket.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod access;
mod bed;
mod changes;
mod document;
mod events;
mod foreign;
mod reading;
mod secrets;
mod session;
mod work;
