//! The API as a client sees it: requests through the whole router, without a socket.

mod access;
mod bed;
mod changes;
mod document;
mod events;
mod reading;
mod secrets;
