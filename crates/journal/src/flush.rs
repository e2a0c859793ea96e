//! When what was written becomes safe: fsync on threads of its own, one for all who wait.
//!
//! | durability | a commit is done | survives `kill -9` | survives a loss of power |
//! |---|---|---|---|
//! | always | after an fsync that began after its write | yes | yes |
//! | interval | after its write; an fsync follows within the interval | yes | all but the last interval |
//! | never | after its write; the system writes it out when it likes | yes | what the system wrote out by then |
//!
//! Whoever commits while an fsync runs waits for the next one, with all others that came meanwhile. The threads are shared by
//! all journals of a process; a few of them, so that the fsyncs of several files meet in one commit of the file system.

use std::collections::VecDeque;
use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::disk::{Disk, DiskFile};
use crate::error::JournalError;

/// When a commit is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// After an fsync.
    Always,
    /// After the write; an fsync follows within this time.
    Interval(Duration),
    /// After the write.
    Never,
}

/// Called, on the thread that did the fsync, when commits became safe or failed.
pub type Listener = Arc<dyn Fn() + Send + Sync>;

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Nothing under these locks is left half done by a panic.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The fsyncs of one journal.
pub(crate) struct Fsyncs {
    disk: Arc<dyn Disk>,
    folder: PathBuf,
    files: Mutex<Files>,
    changed: Condvar,
    /// The position up to which records were handed to the system.
    written: AtomicU64,
    /// Something was written since the last fsync began.
    is_dirty: AtomicBool,
    has_failed: AtomicBool,
    listener: Mutex<Option<Listener>>,
}

#[derive(Debug, Default)]
struct Files {
    /// Segments that ended and were not synced since.
    ended: Vec<(PathBuf, Arc<dyn DiskFile>)>,
    current: Option<(PathBuf, Arc<dyn DiskFile>)>,
    folder_changed: bool,
    /// The position up to which records are safe.
    safe: u64,
    wanted: u64,
    is_queued: bool,
    failure: Option<JournalError>,
}

impl fmt::Debug for Fsyncs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fsyncs").field("folder", &self.folder).field("files", &self.files).finish_non_exhaustive()
    }
}

impl Fsyncs {
    pub(crate) fn new(disk: Arc<dyn Disk>, folder: PathBuf, position: u64) -> Arc<Self> {
        // What was found at opening may be in the page cache alone: it counts as safe after the first fsync.
        Arc::new(Self {
            disk,
            folder,
            files: Mutex::default(),
            changed: Condvar::new(),
            written: AtomicU64::new(position),
            is_dirty: AtomicBool::new(false),
            has_failed: AtomicBool::new(false),
            listener: Mutex::new(None),
        })
    }

    pub(crate) fn listen(&self, listener: Listener) {
        *locked(&self.listener) = Some(listener);
    }

    /// From now on, records go to this file, which may be new.
    pub(crate) fn follow(&self, path: PathBuf, file: Arc<dyn DiskFile>, ended_is_safe: bool) {
        let mut files = locked(&self.files);
        files.folder_changed = true;
        if let Some(ended) = files.current.replace((path, file)).filter(|_| !ended_is_safe) {
            files.ended.push(ended);
        }
    }

    pub(crate) fn wrote(&self, position: u64) {
        self.written.store(position, Ordering::Release);
    }

    /// The failure of an fsync, after which nothing more is safe.
    pub(crate) fn failure(&self) -> Option<JournalError> {
        if !self.has_failed.load(Ordering::Acquire) {
            return None;
        }
        locked(&self.files).failure.clone()
    }

    /// Ask for an fsync of all that was written, and return the position it covers; `None` where it is safe already.
    pub(crate) fn ask(self: &Arc<Self>, flusher: &Flusher) -> Option<u64> {
        let position = self.written.load(Ordering::Acquire);
        let mut files = locked(&self.files);
        if files.safe >= position && files.ended.is_empty() {
            return None;
        }
        files.wanted = files.wanted.max(position);
        if !files.is_queued {
            files.is_queued = true;
            drop(files);
            flusher.now(Arc::clone(self));
        }
        Some(position)
    }

    /// See to it that an fsync follows within this time.
    pub(crate) fn ask_within(self: &Arc<Self>, flusher: &Flusher, interval: Duration) {
        if !self.is_dirty.swap(true, Ordering::AcqRel) {
            flusher.later(Arc::clone(self), interval);
        }
    }

    /// One fsync; returns whether another is wanted.
    fn run(&self) -> bool {
        self.is_dirty.store(false, Ordering::Release);
        let (ended, current, folder_changed, covered) = {
            let mut files = locked(&self.files);
            let ended = std::mem::take(&mut files.ended);
            let folder_changed = std::mem::take(&mut files.folder_changed);
            (ended, files.current.clone(), folder_changed, self.written.load(Ordering::Acquire))
        };
        let done = self.sync(ended.iter().chain(current.as_ref()), folder_changed);
        let mut files = locked(&self.files);
        match done {
            Ok(()) => files.safe = files.safe.max(covered),
            Err(error) => {
                files.failure = Some(error.failed());
                self.has_failed.store(true, Ordering::Release);
            }
        }
        let again = files.failure.is_none() && files.wanted > files.safe;
        files.is_queued = again;
        drop(files);
        self.changed.notify_all();
        let listener = locked(&self.listener).clone();
        if let Some(listener) = listener {
            listener();
        }
        again
    }

    fn sync<'a>(
        &self,
        files: impl Iterator<Item = &'a (PathBuf, Arc<dyn DiskFile>)>,
        folder_changed: bool,
    ) -> Result<(), JournalError> {
        for (path, file) in files {
            file.sync().map_err(JournalError::io("cannot fsync", path))?;
        }
        if folder_changed {
            self.disk.sync_folder(&self.folder).map_err(JournalError::io("cannot fsync", &self.folder))?;
        }
        Ok(())
    }

    /// Whether everything before a position is safe.
    pub(crate) fn is_safe(&self, position: u64) -> Result<bool, JournalError> {
        let files = locked(&self.files);
        if files.safe >= position {
            return Ok(true);
        }
        files.failure.clone().map_or(Ok(false), Err)
    }

    pub(crate) fn wait(&self, position: u64) -> Result<(), JournalError> {
        let mut files = locked(&self.files);
        loop {
            if files.safe >= position {
                return Ok(());
            }
            if let Some(failure) = &files.failure {
                return Err(failure.clone());
            }
            files = self.changed.wait(files).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// What a commit waits for. It may be asked, or waited for, on any thread, without holding the journal.
#[derive(Debug, Clone)]
pub struct Commit {
    pub(crate) sync: Arc<Fsyncs>,
    pub(crate) position: u64,
}

impl Commit {
    /// The position before which every record is safe when this is done.
    #[must_use]
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Whether it is done.
    ///
    /// # Errors
    /// [`JournalError::Failed`] where an fsync failed before it was.
    pub fn is_done(&self) -> Result<bool, JournalError> {
        self.sync.is_safe(self.position)
    }

    /// Wait until it is done.
    ///
    /// # Errors
    /// [`JournalError::Failed`] where an fsync failed before it was.
    pub fn wait(&self) -> Result<(), JournalError> {
        self.sync.wait(self.position)
    }
}

#[derive(Debug, Default)]
struct Queue {
    now: VecDeque<Arc<Fsyncs>>,
    later: Vec<(Instant, Arc<Fsyncs>)>,
    threads: usize,
    idle: usize,
    /// Nobody is left who could give work.
    is_over: bool,
}

#[derive(Debug)]
struct Shared {
    queue: Mutex<Queue>,
    wake: Condvar,
    threads_max: usize,
}

/// The threads that fsync. They end with the last clone.
#[derive(Debug, Clone)]
pub struct Flusher {
    shared: Arc<Shared>,
    _life: Arc<Life>,
}

#[derive(Debug)]
struct Life {
    shared: Arc<Shared>,
}

impl Drop for Life {
    fn drop(&mut self) {
        locked(&self.shared.queue).is_over = true;
        self.shared.wake.notify_all();
    }
}

/// Enough for the commits of a file system to overlap; more would only wait for each other.
const THREADS_MAX: usize = 4;

impl Flusher {
    /// Threads of their own, started when there is work for them.
    #[must_use]
    pub fn new(threads_max: usize) -> Self {
        let shared = Shared { queue: Mutex::default(), wake: Condvar::new(), threads_max: threads_max.max(1) };
        let shared = Arc::new(shared);
        Self { _life: Arc::new(Life { shared: Arc::clone(&shared) }), shared }
    }

    /// The threads that all journals of the process share.
    #[must_use]
    pub fn of_process() -> Self {
        static SHARED: OnceLock<Flusher> = OnceLock::new();
        SHARED.get_or_init(|| Self::new(THREADS_MAX)).clone()
    }

    fn now(&self, sync: Arc<Fsyncs>) {
        let mut queue = locked(&self.shared.queue);
        queue.now.push_back(sync);
        self.staff(queue);
    }

    fn later(&self, sync: Arc<Fsyncs>, interval: Duration) {
        let mut queue = locked(&self.shared.queue);
        queue.later.push((Instant::now() + interval, sync));
        self.staff(queue);
    }

    /// Wake a thread, or start one.
    fn staff(&self, mut queue: MutexGuard<'_, Queue>) {
        if queue.idle == 0 && queue.threads < self.shared.threads_max {
            let shared = Arc::clone(&self.shared);
            let name = "journal-fsync".to_owned();
            if thread::Builder::new().name(name).spawn(move || work(&shared)).is_ok() {
                queue.threads += 1;
                return;
            }
            if queue.threads == 0 {
                // No thread can be had: the work is done here, late but done.
                let due: Vec<_> = queue.now.drain(..).collect();
                drop(queue);
                for sync in due {
                    while sync.run() {}
                }
                return;
            }
        }
        drop(queue);
        self.shared.wake.notify_one();
    }
}

fn work(shared: &Shared) {
    let mut queue = locked(&shared.queue);
    loop {
        let now = Instant::now();
        let is_over = queue.is_over;
        if let Some(at) = queue.later.iter().position(|(due, _)| *due <= now || is_over) {
            let (_, sync) = queue.later.swap_remove(at);
            queue.now.push_back(sync);
        }
        if let Some(sync) = queue.now.pop_front() {
            drop(queue);
            let again = sync.run();
            queue = locked(&shared.queue);
            if again {
                queue.now.push_back(sync);
            }
            continue;
        }
        if queue.is_over {
            queue.threads -= 1;
            return;
        }
        queue.idle += 1;
        let next = queue.later.iter().map(|(due, _)| *due).min();
        queue = match next {
            None => shared.wake.wait(queue).unwrap_or_else(PoisonError::into_inner),
            Some(due) => {
                let left = due.saturating_duration_since(Instant::now());
                shared.wake.wait_timeout(queue, left).unwrap_or_else(PoisonError::into_inner).0
            }
        };
        queue.idle -= 1;
    }
}
