//! Group commit: one thread writes, and puts what waits into one transaction.
//!
//! A transaction costs a flush to the disk, whatever is in it; writes that come in meanwhile share the next one. Each is
//! acknowledged when the transaction that has it is on the disk.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use bulkhead_store::StoreError;
use redb::{Database, ReadableDatabase as _, WriteTransaction};
use tokio::sync::watch;

use crate::failure::broken;
use crate::holders::holders;
use crate::read;
use crate::tables::Tables;

/// The most writes in one transaction.
const LARGEST_GROUP: usize = 1024;
/// How often the commits of other processes are looked for, while somebody watches.
const LOOK_AROUND: Duration = Duration::from_millis(100);
/// How long another process may keep the file from being written.
const PATIENCE: Duration = Duration::from_secs(10);

/// What happens when a write's transaction is on the disk, or failed.
pub(crate) type Acknowledge = Box<dyn FnOnce(Result<(), StoreError>) + Send>;
/// A write: what it does in the transaction, or with the news that there is none.
pub(crate) type Job = Box<dyn FnOnce(Result<&mut Tables<'_>, StoreError>) -> Acknowledge + Send>;

/// The writing thread of an open store.
pub(crate) struct Committer {
    jobs: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Committer {
    /// Starts the thread. It tells `revisions` of every version that is on the disk.
    pub(crate) fn start(
        database: Arc<Database>,
        path: PathBuf,
        revisions: watch::Sender<u64>,
    ) -> std::io::Result<Self> {
        let (jobs, inbox) = channel();
        let writer = Writer { database, path, revisions };
        let thread = std::thread::Builder::new().name("local-store".to_owned()).spawn(move || writer.run(&inbox))?;
        Ok(Self { jobs: Some(jobs), thread: Some(thread) })
    }

    /// Hands a write over.
    pub(crate) fn submit(&self, job: Job) -> Result<(), StoreError> {
        let sent = self.jobs.as_ref().is_some_and(|jobs| jobs.send(job).is_ok());
        if sent { Ok(()) } else { Err(StoreError::unavailable("the store is closed")) }
    }
}

impl Drop for Committer {
    /// Lets the thread finish what was handed over, so that the file is closed afterwards.
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

struct Writer {
    database: Arc<Database>,
    path: PathBuf,
    revisions: watch::Sender<u64>,
}

impl Writer {
    fn run(self, inbox: &Receiver<Job>) {
        loop {
            match inbox.recv_timeout(LOOK_AROUND) {
                Ok(first) => self.write(std::iter::once(first).chain(inbox.try_iter()).take(LARGEST_GROUP)),
                Err(RecvTimeoutError::Timeout) => self.look_around(),
                Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }

    /// Writes a group; without a transaction, or with one that cannot be committed, nothing of it happened.
    fn write(&self, jobs: impl Iterator<Item = Job>) {
        let transaction = match self.begin() {
            Ok(transaction) => transaction,
            Err(error) => return jobs.for_each(|job| job(Err(error.clone()))(Ok(()))),
        };
        let mut acknowledge = Vec::new();
        let written = run_jobs(&transaction, jobs, &mut acknowledge);
        let answer = match written {
            Ok(None) => transaction.abort().map_err(broken),
            Ok(Some(revision)) => self.commit(transaction, revision),
            Err(error) => Err(error),
        };
        for acknowledge in acknowledge {
            acknowledge(answer.clone());
        }
    }

    fn commit(&self, transaction: WriteTransaction, revision: u64) -> Result<(), StoreError> {
        transaction.commit().map_err(broken)?;
        self.revisions.send_replace(revision);
        Ok(())
    }

    /// A transaction, when no other process has one.
    fn begin(&self) -> Result<WriteTransaction, StoreError> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.database.try_begin_write() {
                Ok(transaction) => return Ok(transaction),
                Err(error) if Instant::now() >= deadline => return Err(self.occupied(error)),
                Err(_) => std::thread::sleep(Duration::from_millis(1)),
            }
        }
    }

    fn occupied(&self, error: redb::TransactionError) -> StoreError {
        let named: Vec<String> = holders(&self.path).iter().map(ToString::to_string).collect();
        if named.is_empty() {
            broken(error)
        } else {
            StoreError::unavailable(format!("the file is being written by {}", named.join(", ")))
        }
    }

    /// Looks for what other processes committed, if anybody wants to know.
    fn look_around(&self) {
        if self.revisions.receiver_count() == 0 {
            return;
        }
        let revision = self.database.begin_read().map_err(broken).and_then(|reading| read::revision(&reading));
        if let Ok(revision) = revision {
            self.revisions.send_if_modified(|known| std::mem::replace(known, revision) != revision);
        }
    }
}

/// Runs writes in a transaction; the version after them, if they wrote anything.
fn run_jobs(
    transaction: &WriteTransaction,
    jobs: impl Iterator<Item = Job>,
    acknowledge: &mut Vec<Acknowledge>,
) -> Result<Option<u64>, StoreError> {
    let mut tables = Tables::open(transaction)?;
    acknowledge.extend(jobs.map(|job| job(Ok(&mut tables))));
    match tables.failed.take() {
        Some(error) => Err(error),
        None if tables.wrote => tables.revision().map(Some),
        None => Ok(None),
    }
}
