//! What listens in the pods: whoever connects is told which pod it reached, and which source that pod saw.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::net::{IpAddr, SocketAddr, TcpListener, UdpSocket};
use std::os::fd::AsFd as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use anyhow::{Context, Result};
use nix::poll::{PollFd, PollFlags, poll};
use socket2::{Domain, Socket, Type};

use crate::build::Built;
use crate::cluster::{Cluster, Protocol};

/// All of them, served by one thread; dropping ends it.
pub(crate) struct Servers {
    ends: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

enum Listener {
    Tcp(TcpListener),
    Udp(UdpSocket),
}

struct Server {
    pod: usize,
    listener: Listener,
}

/// Between two looks at whether to end.
const PAUSE_MS: u16 = 100;
/// Every attempt of a round may arrive at once.
const BACKLOG: i32 = 4096;

impl Servers {
    /// Listens on every port of every pod.
    pub(crate) fn start(cluster: &Cluster, built: &Built) -> Result<Self> {
        let mut servers = Vec::new();
        for (index, pod) in cluster.pods.iter().enumerate() {
            let namespace = built.pods.get(index).context("a pod without a namespace")?;
            for &family in &cluster.families {
                for port in &pod.ports {
                    let address = SocketAddr::new(cluster.pod_address(pod, family), port.number);
                    let protocol = port.protocol;
                    let listener = namespace.inside(move || listen(address, protocol))?;
                    let cannot = || format!("{} cannot listen at {address}", pod.full_name());
                    servers.push(Server { pod: index, listener: listener.with_context(cannot)? });
                }
            }
        }
        let ends = Arc::new(AtomicBool::new(false));
        let flag = Arc::clone(&ends);
        let thread = std::thread::spawn(move || serve(&servers, &flag));
        Ok(Self { ends, thread: Some(thread) })
    }
}

impl Drop for Servers {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn listen(address: SocketAddr, protocol: Protocol) -> std::io::Result<Listener> {
    if protocol == Protocol::Udp {
        let socket = UdpSocket::bind(address)?;
        socket.set_nonblocking(true)?;
        return Ok(Listener::Udp(socket));
    }
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, None)?;
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    socket.set_nonblocking(true)?;
    Ok(Listener::Tcp(socket.into()))
}

fn serve(servers: &[Server], ends: &AtomicBool) {
    while !ends.load(Ordering::Relaxed) {
        let mut waiting: Vec<PollFd<'_>> = servers
            .iter()
            .map(|server| match &server.listener {
                Listener::Tcp(listener) => PollFd::new(listener.as_fd(), PollFlags::POLLIN),
                Listener::Udp(socket) => PollFd::new(socket.as_fd(), PollFlags::POLLIN),
            })
            .collect();
        if poll(&mut waiting, PAUSE_MS).is_err() {
            continue;
        }
        for (server, state) in servers.iter().zip(&waiting) {
            if state.any().unwrap_or(false) {
                server.answer_all();
            }
        }
    }
}

impl Server {
    /// An error concerns one client, which then sees that nobody answers.
    fn answer_all(&self) {
        match &self.listener {
            Listener::Tcp(listener) => {
                while let Ok((mut stream, peer)) = listener.accept() {
                    let port = listener.local_addr().map_or(0, |address| address.port());
                    let _ = stream.write_all(self.answer(port, peer).as_bytes());
                }
            }
            Listener::Udp(socket) => {
                let mut datagram = [0; 64];
                while let Ok((_, peer)) = socket.recv_from(&mut datagram) {
                    let port = socket.local_addr().map_or(0, |address| address.port());
                    let _ = socket.send_to(self.answer(port, peer).as_bytes(), peer);
                }
            }
        }
    }

    fn answer(&self, port: u16, peer: SocketAddr) -> String {
        format!("{} {port} {}\n", self.pod, peer.ip())
    }
}

/// Reads an answer: pod, port, source.
pub(super) fn read_answer(text: &[u8]) -> Option<(usize, u16, IpAddr)> {
    let mut words = std::str::from_utf8(text).ok()?.split_whitespace();
    Some((words.next()?.parse().ok()?, words.next()?.parse().ok()?, words.next()?.parse().ok()?))
}

/// Which pod has an address of its own network.
pub(super) fn pods_by_address(cluster: &Cluster) -> BTreeMap<IpAddr, usize> {
    let own = cluster.pods.iter().enumerate().filter(|(_, pod)| !pod.host_network);
    own.flat_map(|(index, pod)| cluster.families.iter().map(move |&family| (cluster.pod_address(pod, family), index)))
        .collect()
}
