//! A session's journal gives back what it was given, whatever stood between.
#![allow(missing_docs, clippy::unwrap_used)]

use fixplus_journal::session::{Numbers, SessionJournal, SessionView};
use fixplus_journal::{Durability, JournalError, Options};

fn options() -> Options {
    Options { durability: Durability::Never, ..Options::default() }
}

/// Segments of a few records, and an index that must join its blocks.
fn narrow() -> Options {
    Options { segment_bytes: 1024, wiped_segment_bytes: 512, index_stride: 64, index_blocks: 4, ..options() }
}

fn read(journal: &mut SessionJournal, begin: u64, end: u64) -> Vec<(u64, Vec<u8>)> {
    journal.read(begin, end, usize::MAX).unwrap().into_iter().map(|record| (record.number, record.payload)).collect()
}

#[test]
fn numbers_and_messages_survive_closing() {
    for options in [options, narrow] {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = SessionJournal::open(folder.path(), options()).unwrap();
        assert_eq!(journal.numbers(), Numbers { next_out: 1, next_in: 1, created_ns: None });
        journal.reset(1, 1, 77).unwrap();
        for number in 1..=300 {
            journal.append(number, format!("message {number}").as_bytes(), 1000 + number as i64).unwrap();
            journal.advance(number + 1);
            assert!(journal.commit().unwrap().is_none());
        }
        journal.append(301, b"", 5).unwrap();
        journal.commit().unwrap();
        drop(journal);
        let mut journal = SessionJournal::open(folder.path(), options()).unwrap();
        assert_eq!(journal.numbers(), Numbers { next_out: 302, next_in: 301, created_ns: Some(77) });
        let found = read(&mut journal, 1, u64::MAX);
        assert_eq!(found.len(), 300);
        assert!(found.iter().enumerate().all(|(at, (number, _))| *number == at as u64 + 1));
        assert_eq!(found.last().unwrap(), &(300, b"message 300".to_vec()));
        assert_eq!(read(&mut journal, 301, 400), []);
        assert_eq!(journal.read(7, 7, 1).unwrap().first().unwrap().time_ns, 1007);
    }
}

#[test]
fn a_reset_takes_messages_away_and_setting_numbers_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let mut journal = SessionJournal::open(folder.path(), narrow()).unwrap();
    for number in 1..=50 {
        journal.append(number, &[b'x'; 40], 1).unwrap();
    }
    journal.set_numbers(20, 9).unwrap();
    assert_eq!(read(&mut journal, 1, 100).len(), 50);
    journal.append(20, b"again", 2).unwrap();
    journal.append(21, b"", 2).unwrap();
    let found = read(&mut journal, 19, 22);
    assert_eq!(found.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [19, 20, 22]);
    assert_eq!(found[1].1, b"again");
    journal.reset(1, 1, 3).unwrap();
    assert_eq!(read(&mut journal, 1, 100), []);
    journal.append(1, b"new", 3).unwrap();
    journal.commit().unwrap();
    drop(journal);
    let mut journal = SessionJournal::open(folder.path(), narrow()).unwrap();
    assert_eq!(read(&mut journal, 1, 100), [(1, b"new".to_vec())]);
    assert_eq!(journal.numbers(), Numbers { next_out: 2, next_in: 1, created_ns: Some(3) });
}

#[test]
fn a_slice_has_as_many_bytes_as_are_allowed_and_at_least_one_message() {
    let folder = tempfile::tempdir().unwrap();
    let mut journal = SessionJournal::open(folder.path(), narrow()).unwrap();
    for number in 1..=100 {
        journal.append(number, &[b'x'; 100], 1).unwrap();
    }
    for (limit, count) in [(0, 1), (99, 1), (100, 1), (199, 1), (200, 2), (1050, 10), (1_000_000, 91)] {
        assert_eq!(journal.read(10, 200, limit).unwrap().len(), count, "{limit}");
    }
}

#[test]
fn a_second_writer_is_refused_and_a_view_follows_the_first() {
    let folder = tempfile::tempdir().unwrap();
    let mut journal = SessionJournal::open(folder.path(), narrow()).unwrap();
    let error = SessionJournal::open(folder.path(), options()).unwrap_err();
    assert!(matches!(error, JournalError::InUse { holder: Some(holder), .. } if holder == std::process::id()));
    let mut view = SessionView::open(folder.path(), narrow()).unwrap();
    assert_eq!(view.numbers(), Numbers::default());
    for number in 1..=100 {
        journal.append(number, &[b'x'; 50], 9).unwrap();
    }
    journal.advance(7);
    journal.commit().unwrap();
    assert_eq!(view.refresh().unwrap(), Numbers { next_out: 101, next_in: 7, created_ns: Some(9) });
    assert_eq!(view.read(1, 1000, usize::MAX).unwrap().len(), 100);
}

#[test]
fn the_greatest_number_has_none_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut journal = SessionJournal::open(folder.path(), options()).unwrap();
    assert!(matches!(journal.append(u64::MAX, b"x", 0), Err(JournalError::NumberSpent)));
    journal.append(u64::MAX - 1, b"x", 0).unwrap();
    assert_eq!(journal.numbers().next_out, u64::MAX);
    assert_eq!(read(&mut journal, 0, u64::MAX), [(u64::MAX - 1, b"x".to_vec())]);
}

#[test]
fn a_commit_waits_for_an_fsync_where_it_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let mut journal =
        SessionJournal::open(folder.path(), Options { durability: Durability::Always, ..options() }).unwrap();
    journal.append(1, b"x", 0).unwrap();
    let commit = journal.commit().unwrap().unwrap();
    commit.wait().unwrap();
    assert!(commit.is_done().unwrap());
    assert!(journal.commit().unwrap().is_none());
}
