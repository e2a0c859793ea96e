//! A crash at any byte leaves a prefix that holds everything acknowledged.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod faulty;

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::{Arc, LazyLock, Mutex, mpsc};
use std::thread;
use std::time::Duration;

use faulty::{Loss, Memory};
use fixplus_journal::{
    Durability, Entry, Flusher, Journal, JournalError, KindSet, Options, OwnedRecord, Owner, Record, State,
};

const FOLDER: &str = "/journal";

static FLUSHER: LazyLock<Flusher> = LazyLock::new(|| Flusher::new(2));

#[derive(Debug, Default)]
struct Seen {
    first: u64,
    records: Vec<OwnedRecord>,
}

impl Owner for Seen {
    fn begin(&mut self, state: &State) -> Result<(), JournalError> {
        self.first = u64::from(state[0]);
        Ok(())
    }

    fn take(&mut self, record: &Record<'_>) -> Result<(), JournalError> {
        self.records.push(record.to_owned());
        Ok(())
    }
}

fn options(disk: &Arc<Memory>, durability: Durability, chained: bool) -> Options {
    Options {
        disk: Arc::clone(disk) as _,
        durability,
        segment_bytes: 700,
        chained,
        wiping: KindSet::of(&[7]),
        flusher: FLUSHER.clone(),
        ..Options::default()
    }
}

fn open(disk: &Arc<Memory>, durability: Durability, chained: bool) -> Result<(Journal, Seen), JournalError> {
    let mut seen = Seen::default();
    let journal = Journal::open(Path::new(FOLDER), options(disk, durability, chained), &mut seen)?;
    Ok((journal, seen))
}

fn payload(number: u64) -> Vec<u8> {
    format!("payload of {number}").repeat((number as usize * 7) % 11 + 1).into_bytes()
}

/// Batches of one to four records until the disk fails; returns how many records were appended and acknowledged.
fn script(disk: &Arc<Memory>, durability: Durability, chained: bool) -> (u64, u64) {
    let (mut appended, mut acknowledged) = (0, 0);
    let Ok((mut journal, _)) = open(disk, durability, chained) else { return (0, 0) };
    for batch in 0..8_u64 {
        for _ in 0..batch % 4 + 1 {
            let payload = payload(appended);
            let entry = Entry { kind: 1, number: appended, time_ns: appended as i64, payload: &payload };
            if journal.append(&entry, || [9; 128]).is_err() {
                return (appended, acknowledged);
            }
            appended += 1;
        }
        match journal.commit() {
            Ok(None) => {}
            Ok(Some(commit)) if commit.wait().is_ok() => {}
            _ => return (appended, acknowledged),
        }
        acknowledged = appended;
    }
    (appended, acknowledged)
}

fn holds(files: Vec<(PathBuf, Vec<u8>)>, appended: u64, acknowledged: u64, at: &str) {
    let disk = Memory::with(files);
    let (mut journal, seen) = open(&disk, Durability::Never, false).unwrap_or_else(|error| panic!("{at}: {error}"));
    let count = seen.records.len() as u64;
    assert!(acknowledged <= count && count <= appended, "{at}: {acknowledged} <= {count} <= {appended}");
    for (number, record) in (0..).zip(&seen.records) {
        assert_eq!((record.position, record.number, &record.payload), (number, number, &payload(number)), "{at}");
    }
    // What is appended then is read behind it.
    let entry = Entry { kind: 2, number: 999, time_ns: 0, payload: b"after" };
    journal.append(&entry, || [0; 128]).unwrap();
    journal.commit().unwrap();
    drop(journal);
    let (_, seen) = open(&disk, Durability::Never, false).unwrap();
    assert_eq!(seen.records.len() as u64, count + 1, "{at}");
    assert_eq!(seen.records.last().map(|record| record.number), Some(999), "{at}");
}

#[test]
fn a_kill_at_every_byte_leaves_a_prefix_with_everything_acknowledged() {
    for chained in [false, true] {
        for piece in [None, Some(7)] {
            let disk = Memory::new();
            assert_eq!(script(&disk, Durability::Never, chained), (20, 20));
            let total: usize = disk.after_kill().iter().map(|(_, bytes)| bytes.len()).sum();
            assert!(disk.after_kill().len() > 3, "several segments");
            for bytes in 0..total {
                let disk = Memory::new();
                disk.plan.lock().unwrap().bytes_left = Some(bytes);
                disk.plan.lock().unwrap().piece = piece;
                let (appended, acknowledged) = script(&disk, Durability::Never, chained);
                holds(disk.after_kill(), appended, acknowledged, &format!("killed after {bytes} bytes"));
            }
        }
    }
}

#[test]
fn a_loss_of_power_at_any_byte_leaves_a_prefix_with_everything_acknowledged() {
    let disk = Memory::new();
    script(&disk, Durability::Always, false);
    let total: usize = disk.after_kill().iter().map(|(_, bytes)| bytes.len()).sum();
    for bytes in (0..total).step_by(17) {
        let disk = Memory::new();
        disk.plan.lock().unwrap().bytes_left = Some(bytes);
        let (appended, acknowledged) = script(&disk, Durability::Always, false);
        let lost = disk.unsafe_bytes();
        for kept in (0..=lost).step_by(3).chain([lost]) {
            for loss in [Loss::Prefix(kept), Loss::Zeros(kept)] {
                for keeps_names in [true, false] {
                    let at = format!("power lost after {bytes} bytes, {loss:?}, {keeps_names}");
                    holds(disk.after_power_loss(loss, keeps_names), appended, acknowledged, &at);
                }
            }
        }
    }
}

fn append(journal: &mut Journal, number: u64) -> Result<u64, JournalError> {
    journal.append(&Entry { kind: 1, number, time_ns: 0, payload: &payload(number) }, || [0; 128])
}

#[test]
fn after_a_full_disk_nothing_more_is_acknowledged() {
    let disk = Memory::new();
    let (mut journal, _) = open(&disk, Durability::Never, false).unwrap();
    append(&mut journal, 0).unwrap();
    journal.commit().unwrap();
    disk.plan.lock().unwrap().room = Some(20);
    append(&mut journal, 1).unwrap();
    assert!(matches!(journal.commit().unwrap_err(), JournalError::Io { action: "cannot write", .. }));
    disk.plan.lock().unwrap().room = None;
    assert!(matches!(append(&mut journal, 2).unwrap_err(), JournalError::Failed { .. }));
    let error = journal.commit().unwrap_err();
    assert!(matches!(&error, JournalError::Failed { .. }));
    assert!(error.to_string().starts_with("nothing is kept any more since this failed: cannot write"), "{error}");
    drop(journal);
    let (journal, seen) = open(&disk, Durability::Never, false).unwrap();
    assert_eq!((seen.records.len(), journal.torn_bytes()), (1, 20));
}

#[test]
fn a_segment_that_cannot_be_begun_ends_the_journal() {
    let disk = Memory::new();
    let (mut journal, _) = open(&disk, Durability::Never, false).unwrap();
    disk.plan.lock().unwrap().fails_create = true;
    assert!(matches!(append(&mut journal, 0).unwrap_err(), JournalError::Io { action: "cannot make", .. }));
    disk.plan.lock().unwrap().fails_create = false;
    assert!(matches!(append(&mut journal, 0).unwrap_err(), JournalError::Failed { .. }));
}

#[test]
fn after_a_failed_fsync_nothing_more_is_acknowledged() {
    for durability in [Durability::Always, Durability::Interval(Duration::from_millis(1))] {
        let disk = Memory::new();
        let (mut journal, _) = open(&disk, durability, false).unwrap();
        append(&mut journal, 0).unwrap();
        journal.commit().unwrap().map_or(Ok(()), |commit| commit.wait()).unwrap();
        let (told, hears) = mpsc::channel();
        journal.listen(Arc::new(move || {
            let _ = told.send(());
        }));
        disk.plan.lock().unwrap().fails_sync = true;
        append(&mut journal, 1).unwrap();
        match journal.commit().unwrap() {
            Some(commit) => {
                assert!(matches!(commit.wait(), Err(JournalError::Failed { .. })));
                assert!(matches!(commit.is_done(), Err(JournalError::Failed { .. })));
            }
            None => {
                while !disk.plan.lock().unwrap().fails_sync || append(&mut journal, 1).is_ok() {
                    hears.recv_timeout(Duration::from_secs(10)).unwrap();
                }
            }
        }
        disk.plan.lock().unwrap().fails_sync = false;
        assert!(matches!(append(&mut journal, 2), Err(JournalError::Failed { .. })));
        assert!(matches!(journal.commit(), Err(JournalError::Failed { .. })));
    }
}

#[test]
fn whoever_commits_while_an_fsync_runs_shares_the_next_one() {
    let disk = Memory::new();
    let large = Options { segment_bytes: 1 << 20, ..options(&disk, Durability::Always, false) };
    let journal = Journal::open(Path::new(FOLDER), large, &mut Seen::default()).unwrap();
    let journal = Arc::new(Mutex::new(journal));
    disk.close_gate();
    let (arrived, arrivals) = mpsc::channel();
    let writers: Vec<_> = (0..16)
        .map(|number| {
            let (journal, arrived) = (Arc::clone(&journal), arrived.clone());
            thread::spawn(move || {
                let commit = {
                    let mut journal = journal.lock().unwrap();
                    journal.append(&Entry { kind: 1, number, time_ns: 0, payload: b"" }, || [0; 128]).unwrap();
                    journal.commit().unwrap().unwrap()
                };
                assert!(!commit.is_done().unwrap());
                arrived.send(()).unwrap();
                commit.wait().unwrap();
            })
        })
        .collect();
    for _ in 0..16 {
        arrivals.recv_timeout(Duration::from_secs(10)).unwrap();
    }
    disk.open_gate();
    for writer in writers {
        writer.join().unwrap();
    }
    // One that had begun, and one for all who came while it ran; a file that was ended counts as one more.
    assert!(disk.syncs.load(Ordering::SeqCst) <= 4, "{} fsyncs", disk.syncs.load(Ordering::SeqCst));
}

#[test]
fn under_interval_an_fsync_follows_by_itself() {
    let disk = Memory::new();
    let (mut journal, _) = open(&disk, Durability::Interval(Duration::from_millis(1)), false).unwrap();
    let (told, hears) = mpsc::channel();
    journal.listen(Arc::new(move || {
        let _ = told.send(());
    }));
    append(&mut journal, 0).unwrap();
    assert!(journal.commit().unwrap().is_none());
    while disk.unsafe_bytes() > 0 {
        hears.recv_timeout(Duration::from_secs(10)).unwrap();
    }
}

#[test]
fn the_owner_is_told_what_it_knew_before_the_segment_that_still_counts() {
    let disk = Memory::new();
    let (mut journal, _) = open(&disk, Durability::Never, false).unwrap();
    for number in 0..30 {
        append(&mut journal, number).unwrap();
    }
    let wipe = Entry { kind: 7, number: 30, time_ns: 0, payload: b"" };
    journal.append(&wipe, || [42; 128]).unwrap();
    for number in 31..60 {
        journal.append(&Entry { kind: 1, number, time_ns: 0, payload: &[1; 100] }, || [1; 128]).unwrap();
    }
    journal.commit().unwrap();
    assert_eq!(journal.live_from(), 30);
    drop(journal);
    let (mut journal, seen) = open(&disk, Durability::Never, false).unwrap();
    assert!(seen.records.first().unwrap().number > 20, "segments before the reset are not read");
    assert_eq!(journal.live_from(), 30);
    assert_eq!(journal.read(0, 100, usize::MAX).unwrap().first().unwrap().number, 30);
    let archive = Path::new("/archive");
    let gone = journal.retire(journal.live_from(), Some(archive)).unwrap();
    assert!(gone.len() > 2);
    assert_eq!(journal.read(0, 100, usize::MAX).unwrap().len(), 30);
    drop(journal);
    assert_eq!(open(&disk, Durability::Never, false).unwrap().0.position(), 60);
}
