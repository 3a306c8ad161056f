//! One attempt: a socket that tries to reach a door.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::SocketAddr;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::Duration;

use bulkhead_analysis::path::Family;
use nix::poll::PollFlags;
use nix::sys::socket::{setsockopt, sockopt};
use socket2::{Domain, Socket, Type};

use super::server::read_answer;
use super::{Behind, Door, Ending};
use crate::cluster::{Protocol, type_of_service};

/// A socket on its way.
pub(super) struct Attempt {
    /// Index of the case.
    pub(super) case: usize,
    /// What a datagram carries; of TCP the kernel chooses the number.
    number: u32,
    door: Door,
    socket: Option<Socket>,
    local: Option<u16>,
    /// Whether something has still to be said once the connection stands.
    says: bool,
    pub(super) ending: Option<Ending>,
}

impl Attempt {
    /// Begins one, in the namespace of the calling thread; its packets come in by `entry` where the network outside decides.
    pub(super) fn begin(case: usize, number: u32, door: Door, entry: Option<usize>) -> Self {
        let says = door.behind == Behind::HealthCheck;
        let mut attempt = Self { case, number, door, socket: None, local: None, says, ending: None };
        if let Err(error) = attempt.send(entry) {
            attempt.ending = Some(ending_of(&error));
        }
        attempt
    }

    fn send(&mut self, entry: Option<usize>) -> std::io::Result<()> {
        let kind = if self.door.protocol == Protocol::Tcp { Type::STREAM } else { Type::DGRAM };
        let socket = Socket::new(Domain::for_address(self.door.address), kind, None)?;
        socket.set_nonblocking(true)?;
        if let Some(entry) = entry {
            match self.door.family() {
                Family::V4 => socket.set_tos_v4(type_of_service(entry))?,
                Family::V6 => {
                    let class = i32::try_from(type_of_service(entry)).unwrap_or_default();
                    setsockopt(&socket, sockopt::Ipv6TClass, &class)?;
                }
            }
        }
        let connected = socket.connect(&self.door.address.into());
        self.local = socket.local_addr().ok().and_then(|address| address.as_socket()).map(|address| address.port());
        match connected {
            // EINPROGRESS has no name of its own in the standard library.
            Err(error) if error.raw_os_error() != Some(nix::errno::Errno::EINPROGRESS as i32) => return Err(error),
            _ => {}
        }
        if self.door.protocol == Protocol::Tcp {
            // Closing resets the connection, so that nothing of it lingers.
            socket.set_linger(Some(Duration::ZERO))?;
        } else {
            let sent = socket.send(&[self.number.to_be_bytes(), *b"ping"].concat());
            // What the sending node itself refuses gives EPERM, and the refusal waits at the socket.
            sent.map_err(|error| socket.take_error().ok().flatten().unwrap_or(error))?;
        }
        self.socket = Some(socket);
        Ok(())
    }

    /// What to wait for, while it is under way.
    pub(super) fn waiting(&self) -> Option<BorrowedFd<'_>> {
        self.socket.as_ref().filter(|_| self.ending.is_none()).map(AsFd::as_fd)
    }

    /// For what: to be told something, and before that to be able to ask.
    pub(super) fn waits_for(&self) -> PollFlags {
        if self.says { PollFlags::POLLIN | PollFlags::POLLOUT } else { PollFlags::POLLIN }
    }

    /// Something happened: finds out what.
    pub(super) fn look(&mut self) {
        let Some(socket) = &mut self.socket else { return };
        // An ICMP message is a "soft" error of a connection that is being made: reading does not give it.
        if let Ok(Some(error)) = socket.take_error() {
            self.ending = Some(ending_of(&error));
            return;
        }
        if std::mem::take(&mut self.says) {
            if let Err(error) = socket.write_all(HEALTH_QUESTION) {
                self.ending = Some(ending_of(&error));
            }
            return;
        }
        let mut answer = [0; 64];
        match socket.read(&mut answer) {
            Ok(length) => {
                let answer = answer.get(..length).unwrap_or_default();
                let ending = match self.door.behind {
                    Behind::Pods => {
                        read_answer(answer).map(|(pod, port, source)| Ending::Reached { pod, port, source })
                    }
                    Behind::HealthCheck => read_status(answer).map(Ending::Health),
                };
                // A connection that ends without a word is one that somebody refused late.
                self.ending = Some(ending.unwrap_or(Ending::Refused));
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => self.ending = Some(ending_of(&error)),
        }
    }

    /// Nobody waits any longer. A refusal by ICMP is no event for an IPv6 connection that is being made, only a state of it.
    pub(super) fn last_look(&mut self) {
        let Some(socket) = self.socket.as_ref().filter(|_| self.ending.is_none()) else { return };
        if let Ok(Some(error)) = socket.take_error()
            && ending_of(&error) == Ending::Refused
        {
            self.ending = Some(Ending::Refused);
        }
    }

    /// The number by which observers know it, given what they noted at the client.
    pub(super) fn number(&self, begun: &std::collections::BTreeMap<(u16, SocketAddr), u32>) -> Option<u32> {
        match self.door.protocol {
            Protocol::Udp => Some(self.number),
            Protocol::Tcp => begun.get(&(self.local?, self.door.address)).copied(),
        }
    }
}

const HEALTH_QUESTION: &[u8] = b"GET /healthz HTTP/1.0\r\n\r\n";

/// The status in the first line of an answer of HTTP.
fn read_status(text: &[u8]) -> Option<u16> {
    std::str::from_utf8(text).ok()?.split_whitespace().nth(1)?.parse().ok()
}

fn ending_of(error: &std::io::Error) -> Ending {
    match error.kind() {
        ErrorKind::ConnectionRefused | ErrorKind::ConnectionReset => Ending::Refused,
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable => Ending::Unreachable,
        // A packet that is dropped on the machine that sends it gives EPERM.
        _ => Ending::NoAnswer,
    }
}
