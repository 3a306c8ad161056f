//! One state of the cluster, ready to be asked.
//!
//! The analysis borrows its snapshot, so both live on the stack of a thread of the epoch, and questions are brought there. When
//! the last handle is gone, the threads end.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::http::StatusCode;
use bulkhead_analysis::Analysis;
use bulkhead_analysis::model::watch::{Phase, Watch};
use bulkhead_analysis::path::Overrides;
use bulkhead_analysis::snapshot::{Input, Snapshot};
use tokio::sync::{OnceCell, oneshot};

use crate::problem::Problem;
use crate::state::State;
use crate::viewer::{Sight, Tenancy, Terms, Viewer};
use crate::work::{GivenUp, Watched, Work};

/// How many questions may wait for one epoch.
const LONGEST_QUEUE: usize = 256;
/// How long a question may take, with its waiting.
const LONGEST_ANSWER: Duration = Duration::from_secs(30);
/// How many viewers' sights are remembered.
const MOST_SIGHTS: usize = 64;
/// How many threads answer.
const MOST_THREADS: usize = 4;

/// A text with the name that answers give it.
pub type Text = (String, Vec<u8>);

type Job = Box<dyn FnOnce(&Analysis<'_>) + Send>;

/// One state of the cluster.
#[derive(Debug)]
pub struct Epoch {
    /// Its version.
    pub(crate) version: String,
    /// Its objects, as they stand.
    pub(crate) state: State,
    /// Whose its projects are.
    pub(crate) tenancy: Tenancy,
    /// Every name with whose it is; made when somebody asks from whom something is hidden.
    terms: OnceCell<Arc<Terms>>,
    sights: Mutex<VecDeque<(Viewer, Arc<Sight>)>>,
    jobs: SyncSender<Job>,
}

impl Epoch {
    /// Reads what is asked about, its own texts where there are any, and resolves what questions share; done when the first question can
    /// be asked.
    pub(crate) async fn start(
        version: String,
        texts: Option<Vec<Text>>,
        state: State,
        overrides: Overrides,
    ) -> Result<Self, Problem> {
        let (jobs, inbox) = sync_channel(LONGEST_QUEUE);
        let (ready, is_ready) = oneshot::channel();
        let name = format!("epoch-{version}");
        let read = state.clone();
        let live = move || {
            let snapshot = match texts {
                Some(texts) => {
                    let inputs: Vec<Input<'_>> = texts.iter().map(|(name, text)| Input { name, text }).collect();
                    Snapshot::from_texts(&inputs)
                }
                None => read.snapshot(),
            };
            drop(read);
            let analysis = Analysis::with_overrides(&snapshot, &overrides);
            let _ = ready.send(());
            answer(&analysis, inbox);
        };
        std::thread::Builder::new().name(name).spawn(live).map_err(|_| Problem::internal())?;
        is_ready.await.map_err(|_| Problem::internal())?;
        Ok(Self {
            version,
            tenancy: Tenancy::of(&state),
            state,
            terms: OnceCell::new(),
            sights: Mutex::default(),
            jobs,
        })
    }

    /// Works out what many questions hang on: what the switches and allowlists mean, and what is wrong with the policies.
    pub(crate) async fn work_out(&self) {
        let question = |analysis: &Analysis<'_>, watch: &dyn Watch| analysis.prepare(watch);
        // Whoever asks next asks for it again.
        let _ = self.ask(&Work::new(), question).await;
    }

    /// What a viewer sees of it. It is worked out once for each of those who ask often.
    pub(crate) fn sight(&self, viewer: &Viewer) -> Arc<Sight> {
        let mut sights = self.sights.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, sight)) = sights.iter().find(|(known, _)| known == viewer) {
            return Arc::clone(sight);
        }
        let sight = Sight::of(viewer, &self.tenancy);
        if sights.len() == MOST_SIGHTS {
            sights.pop_front();
        }
        sights.push_back((viewer.clone(), Arc::clone(&sight)));
        sight
    }

    /// Its names, with whose they are; `None` if the program itself fails.
    pub(crate) async fn terms(&self) -> Option<Arc<Terms>> {
        let state = self.state.clone();
        let made = || async { tokio::task::spawn_blocking(move || Arc::new(Terms::of(&state))).await };
        self.terms.get_or_try_init(made).await.ok().cloned()
    }

    /// Asks a question on one of the epoch's threads. It is given up where it is cancelled, or where whoever asked went away; where it only
    /// takes too long for them it goes on.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        work: &Arc<Work>,
        question: impl FnOnce(&Analysis<'_>, &dyn Watch) -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let (answer, mut answered) = oneshot::channel();
        let doing = Arc::clone(work);
        let job = move |analysis: &Analysis<'_>| {
            let watched = Watched { work: &doing, is_waited_for: &|| !answer.is_closed() };
            let done = catch_unwind(AssertUnwindSafe(|| {
                watched.begins(Phase::Answer);
                question(analysis, &watched)
            }));
            // Whoever has the answer finds no work of its name any more.
            drop(doing);
            let _ = answer.send(done);
        };
        self.jobs.try_send(Box::new(job)).map_err(|error| match error {
            TrySendError::Full(_) => Problem::new(StatusCode::SERVICE_UNAVAILABLE, "problem.busy"),
            TrySendError::Disconnected(_) => Problem::internal(),
        })?;
        match tokio::time::timeout(LONGEST_ANSWER, &mut answered).await {
            Ok(Ok(Ok(answer))) => Ok(answer),
            Ok(Ok(Err(end))) if end.is::<GivenUp>() => Err(Problem::new(StatusCode::CONFLICT, "problem.cancelled")),
            Ok(_) => Err(Problem::internal()),
            Err(_) => {
                // What is worked out once for everybody would never be there in a cluster where it takes longer than this.
                work.go_on();
                Err(Problem::new(StatusCode::GATEWAY_TIMEOUT, "problem.tooLong"))
            }
        }
    }
}

/// Answers until nobody can ask any more.
fn answer(analysis: &Analysis<'_>, inbox: Receiver<Job>) {
    let inbox = Mutex::new(inbox);
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS);
    let work = || loop {
        let next = inbox.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = next else { return };
        job(analysis);
    };
    std::thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(work);
        }
        work();
    });
}
