//! One attempt: a socket that tries to reach a door.

use std::io::{ErrorKind, Read as _};
use std::net::SocketAddrV4;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::Duration;

use socket2::{Domain, Socket, Type};

use super::server::read_answer;
use super::{Door, Ending};
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
    pub(super) ending: Option<Ending>,
}

impl Attempt {
    /// Begins one, in the namespace of the calling thread; its packets come in by `entry` where the network outside decides.
    pub(super) fn begin(case: usize, number: u32, door: Door, entry: Option<usize>) -> Self {
        let mut attempt = Self { case, number, door, socket: None, local: None, ending: None };
        if let Err(error) = attempt.send(entry) {
            attempt.ending = Some(ending_of(&error));
        }
        attempt
    }

    fn send(&mut self, entry: Option<usize>) -> std::io::Result<()> {
        let kind = if self.door.protocol == Protocol::Tcp { Type::STREAM } else { Type::DGRAM };
        let socket = Socket::new(Domain::IPV4, kind, None)?;
        socket.set_nonblocking(true)?;
        if let Some(entry) = entry {
            socket.set_tos_v4(type_of_service(entry))?;
        }
        let connected = socket.connect(&self.door.address.into());
        self.local =
            socket.local_addr().ok().and_then(|address| address.as_socket_ipv4()).map(|address| address.port());
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

    /// Something happened: finds out what.
    pub(super) fn look(&mut self) {
        let Some(socket) = &mut self.socket else { return };
        // An ICMP message is a "soft" error of a connection that is being made: reading does not give it.
        if let Ok(Some(error)) = socket.take_error() {
            self.ending = Some(ending_of(&error));
            return;
        }
        let mut answer = [0; 64];
        match socket.read(&mut answer) {
            Ok(length) => {
                let read = answer.get(..length).and_then(read_answer);
                let reached = |(pod, port, source)| Ending::Reached { pod, port, source };
                // A connection that ends without a word is one that somebody refused late.
                self.ending = Some(read.map_or(Ending::Refused, reached));
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => {}
            Err(error) => self.ending = Some(ending_of(&error)),
        }
    }

    /// The number by which observers know it, given what they noted at the client.
    pub(super) fn number(&self, begun: &std::collections::BTreeMap<(u16, SocketAddrV4), u32>) -> Option<u32> {
        match self.door.protocol {
            Protocol::Udp => Some(self.number),
            Protocol::Tcp => begun.get(&(self.local?, self.door.address)).copied(),
        }
    }
}

fn ending_of(error: &std::io::Error) -> Ending {
    match error.kind() {
        ErrorKind::ConnectionRefused | ErrorKind::ConnectionReset => Ending::Refused,
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable => Ending::Unreachable,
        // A packet that is dropped on the machine that sends it gives EPERM.
        _ => Ending::NoAnswer,
    }
}
