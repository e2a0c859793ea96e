//! What was altered, removed or moved is found and named; what was torn is cut off; reading goes on beside writing.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod faulty;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use faulty::Memory;
use fixplus_journal::session::{Numbers, SessionJournal};
use fixplus_journal::{
    Durability, Entry, Fault, Journal, JournalError, Machine, Options, Owner, Reader, Record, State, Verification,
    segments, verify,
};
use proptest::prelude::*;

const FOLDER: &str = "/journal";
const HEAD: usize = 256;

struct Count(usize);

impl Owner for Count {
    fn begin(&mut self, _: &State) -> Result<(), JournalError> {
        Ok(())
    }

    fn take(&mut self, _: &Record<'_>) -> Result<(), JournalError> {
        self.0 += 1;
        Ok(())
    }
}

fn options(disk: &Arc<Memory>, chained: bool) -> Options {
    let disk = Arc::clone(disk) as _;
    Options { disk, durability: Durability::Never, segment_bytes: 1000, chained, ..Options::default() }
}

/// Records of equal length: 32 bytes of head, 20 of payload, and the link.
fn written(chained: bool, count: u64) -> Vec<(PathBuf, Vec<u8>)> {
    let disk = Memory::new();
    let mut journal = Journal::open(Path::new(FOLDER), options(&disk, chained), &mut Count(0)).unwrap();
    for number in 0..count {
        let payload = format!("payload {number:012}");
        let entry = Entry { kind: 1, number, time_ns: 0, payload: payload.as_bytes() };
        journal.append(&entry, || [0; 128]).unwrap();
    }
    journal.commit().unwrap();
    disk.after_kill()
}

fn extent(chained: bool) -> usize {
    if chained { 84 } else { 52 }
}

fn opened(files: Vec<(PathBuf, Vec<u8>)>) -> Result<usize, JournalError> {
    let disk = Memory::with(files);
    let mut count = Count(0);
    Journal::open(Path::new(FOLDER), options(&disk, false), &mut count).map(|_| count.0)
}

fn verified(files: Vec<(PathBuf, Vec<u8>)>) -> Verification {
    verify(Memory::with(files).as_ref(), Path::new(FOLDER), &mut Count(0)).unwrap()
}

fn named(found: &Verification) -> Vec<(String, u64, u64, Fault)> {
    found
        .faults
        .iter()
        .map(|error| match error {
            JournalError::Broken { path, offset, position, fault } => {
                (path.file_name().unwrap().to_str().unwrap().to_owned(), *offset, *position, *fault)
            }
            other => panic!("{other}"),
        })
        .collect()
}

#[test]
fn a_sound_journal_has_no_fault() {
    for chained in [false, true] {
        let found = verified(written(chained, 40));
        assert!(found.faults.is_empty());
        assert_eq!((found.records, found.first, found.next, found.torn_bytes), (40, 0, 40, 0));
        assert_eq!((found.is_chained, found.link == [0; 32]), (chained, !chained));
        assert!(found.segments > 2);
    }
}

#[test]
fn any_flipped_bit_is_found_and_named() {
    for chained in [false, true] {
        let files = written(chained, 40);
        let step = extent(chained);
        for bit in 0..step * 8 {
            let mut files = files.clone();
            let at = HEAD + 2 * step + bit / 8;
            files[0].1[at] ^= 1 << (bit % 8);
            let found = named(&verified(files.clone()));
            let (name, offset, position, _) = found.first().unwrap_or_else(|| panic!("bit {bit}"));
            assert_eq!(
                (name.as_str(), *offset, *position),
                ("00000000000000000000.segment", (HEAD + 2 * step) as u64, 2)
            );
            if bit / 8 < 52 {
                assert!(matches!(opened(files), Err(JournalError::Broken { position: 2, .. })), "bit {bit}");
            }
        }
    }
}

#[test]
fn any_flipped_bit_in_the_head_of_a_segment_is_an_error() {
    let files = written(true, 40);
    for bit in 0..HEAD * 8 {
        let mut files = files.clone();
        let last = files.len() - 1;
        files[last].1[bit / 8] ^= 1 << (bit % 8);
        assert!(!verified(files.clone()).faults.is_empty(), "bit {bit}");
        assert!(opened(files).is_err(), "bit {bit}");
    }
}

#[test]
fn a_broken_record_with_sound_ones_behind_it_is_never_cut_off() {
    let mut files = written(false, 12);
    let before = files.clone();
    files[0].1[HEAD + 3 * 52 + 40] ^= 1;
    let disk = Memory::with(files.clone());
    let error = Journal::open(Path::new(FOLDER), options(&disk, false), &mut Count(0)).unwrap_err();
    assert_eq!(
        error.to_string(),
        "/journal/00000000000000000000.segment: broken at byte 412 (record 3): the checksum does not fit the bytes"
    );
    assert_eq!(disk.after_kill(), files);
    assert_eq!(opened(before).unwrap(), 12);
}

#[test]
fn a_payload_that_looks_like_a_record_is_not_taken_for_one() {
    // Whoever writes the payload cannot know the salt of the segment.
    let mut inner = written(false, 1)[0].1[HEAD..].to_vec();
    inner.extend_from_slice(b"and more");
    for (salt, is_believed) in [(0, true), (1, false)] {
        let disk = Memory::new();
        disk.plan.lock().unwrap().salt = salt;
        let mut journal = Journal::open(Path::new(FOLDER), options(&disk, false), &mut Count(0)).unwrap();
        let entry = Entry { kind: 1, number: 0, time_ns: 0, payload: &inner };
        journal.append(&entry, || [0; 128]).unwrap();
        journal.commit().unwrap();
        let mut files = disk.after_kill();
        let length = files[0].1.len();
        files[0].1.truncate(length - 1);
        assert_eq!(opened(files).is_err(), is_believed);
    }
}

#[test]
fn a_record_that_is_removed_or_moved_is_found_in_a_chain() {
    let step = extent(true);
    let files = written(true, 40);
    let record = |at: usize| HEAD + at * step..HEAD + (at + 1) * step;
    // Removed.
    let mut removed = files.clone();
    removed[0].1.drain(record(1));
    assert_eq!(named(&verified(removed))[0].2, 1);
    // Two changed places.
    let mut moved = files.clone();
    let (one, two) = (moved[0].1[record(1)].to_vec(), moved[0].1[record(2)].to_vec());
    moved[0].1[record(1)].copy_from_slice(&two);
    moved[0].1[record(2)].copy_from_slice(&one);
    assert_eq!(named(&verified(moved))[0].1, (HEAD + step) as u64);
    // The last record of a sealed segment.
    let mut shortened = files.clone();
    let length = shortened[0].1.len();
    shortened[0].1.truncate(length - step);
    assert!(matches!(named(&verified(shortened.clone()))[0].3, Fault::Missing { .. }));
    assert!(opened(shortened).is_err());
    // A whole segment.
    let mut without = files.clone();
    without.remove(1);
    assert!(matches!(named(&verified(without))[0].3, Fault::Missing { .. }));
}

#[test]
fn a_record_altered_with_a_right_checksum_is_found_in_a_chain() {
    let files = written(true, 8);
    let other = {
        let disk = Memory::new();
        let mut journal = Journal::open(Path::new(FOLDER), options(&disk, true), &mut Count(0)).unwrap();
        for number in 0..8 {
            let payload = format!("{} {number:012}", if number == 3 { "PAYLOAD" } else { "payload" });
            let entry = Entry { kind: 1, number, time_ns: 0, payload: payload.as_bytes() };
            journal.append(&entry, || [0; 128]).unwrap();
        }
        journal.commit().unwrap();
        disk.after_kill()
    };
    // Record 3 of the other journal, sound by itself, with its own link: the record after it does not fit any more.
    let step = extent(true);
    let mut files = files;
    let range = HEAD + 3 * step..HEAD + 4 * step;
    let forged = other[0].1[range.clone()].to_vec();
    files[0].1[range].copy_from_slice(&forged);
    let found = named(&verified(files));
    assert_eq!((found[0].2, found[0].3), (4, Fault::Link));
}

#[test]
fn a_journal_is_read_while_it_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let with = Options { durability: Durability::Never, segment_bytes: 2000, ..Options::default() };
    let mut reader = Reader::new(Arc::new(Machine), folder.path(), 0);
    assert!(reader.next_record().unwrap().is_none());
    let mut journal = SessionJournal::open(folder.path(), with).unwrap();
    let mut expected = 0;
    for number in 1..=200_u64 {
        journal.append(number, &vec![b'x'; number as usize], 5).unwrap();
        assert!(reader.next_record().unwrap().is_none(), "nothing is committed yet");
        journal.commit().unwrap();
        while let Some(record) = reader.next_record().unwrap() {
            assert_eq!((record.position, record.number), (expected, expected + 1));
            assert_eq!(record.payload.len() as u64, record.number);
            expected += 1;
        }
        assert_eq!(expected, number);
    }
    let mut late = Reader::new(Arc::new(Machine), folder.path(), 150);
    assert_eq!(late.next_record().unwrap().unwrap().position, 150);
    let infos = segments(&Machine, folder.path()).unwrap();
    assert!(infos.len() > 5);
    assert!(infos.iter().rev().skip(1).all(|info| info.is_sealed) && !infos.last().unwrap().is_sealed);
    // Whoever comes after the first segments were retired begins with what is there.
    journal.retire(infos[3].first, None).unwrap();
    let mut rest = Reader::new(Arc::new(Machine), folder.path(), 0);
    assert_eq!(rest.next_record().unwrap().unwrap().position, infos[3].first);
}

#[test]
fn a_reader_waits_for_a_record_that_is_half_written_and_names_a_broken_one() {
    let files = written(false, 3);
    for cut in 1..52 {
        let mut torn = files.clone();
        let length = torn[0].1.len();
        torn[0].1.truncate(length - cut);
        let mut reader = Reader::new(Memory::with(torn), Path::new(FOLDER), 0);
        let count = std::iter::from_fn(|| reader.next_record().unwrap()).count();
        assert_eq!(count, 2);
    }
    let mut broken = files;
    broken[0].1[HEAD + 52 + 33] ^= 4;
    let mut reader = Reader::new(Memory::with(broken), Path::new(FOLDER), 0);
    assert_eq!(reader.next_record().unwrap().unwrap().number, 0);
    assert!(matches!(reader.next_record(), Err(JournalError::Broken { position: 1, .. })));
}

#[test]
fn a_file_that_is_no_segment_is_refused_by_name() {
    let path = PathBuf::from("/journal/00000000000000000000.segment");
    let files = vec![(path, b"a file of something else".repeat(20))];
    assert!(matches!(opened(files), Err(JournalError::NotASegment { .. })));
    let files = vec![(PathBuf::from("/journal/notes.txt"), b"kept beside it".to_vec())];
    assert_eq!(opened(files).unwrap(), 0);
}

#[test]
fn a_payload_that_is_too_long_is_refused_and_the_journal_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let with = Options { durability: Durability::Never, ..Options::default() };
    let mut journal = SessionJournal::open(folder.path(), with.clone()).unwrap();
    let error = journal.append(1, &vec![0; fixplus_journal::PAYLOAD_MAX + 1], 0).unwrap_err();
    assert!(matches!(error, JournalError::TooLong { .. }));
    journal.append(1, &vec![1; fixplus_journal::PAYLOAD_MAX], 0).unwrap();
    journal.append(2, b"next", 0).unwrap();
    journal.commit().unwrap();
    drop(journal);
    let mut journal = SessionJournal::open(folder.path(), with).unwrap();
    let lengths: Vec<_> = journal.read(1, 2, usize::MAX).unwrap().iter().map(|record| record.payload.len()).collect();
    assert_eq!(lengths, [fixplus_journal::PAYLOAD_MAX, 4]);
}

proptest! {
    #[test]
    fn any_bytes_as_the_last_segment_are_an_error_or_a_prefix(
        bytes in prop::collection::vec(any::<u8>(), 0..600),
        keep in 0..3000_usize,
        at in 0..3000_usize,
    ) {
        let mut files = written(false, 12);
        let content = &mut files[0].1;
        content.truncate(keep);
        let at = at.min(content.len());
        content.splice(at.., bytes);
        let whole = written(false, 12);
        let same = files[0].1.iter().zip(&whole[0].1).take_while(|(one, two)| one == two).count();
        if let Ok(count) = opened(files) {
            prop_assert!(count <= same.saturating_sub(HEAD) / 52);
        }
    }

    #[test]
    fn a_session_reads_what_it_wrote(
        script in prop::collection::vec((0..5_u8, 1..40_u64, 0..120_usize), 0..200),
        limit in 0..400_usize,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let with = Options {
            durability: Durability::Never, segment_bytes: 900, wiped_segment_bytes: 600,
            index_stride: 100, index_blocks: 3, ..Options::default()
        };
        let mut journal = SessionJournal::open(folder.path(), with.clone()).unwrap();
        let mut paper = std::collections::BTreeMap::new();
        let mut numbers = Numbers::default();
        for (now, (what, number, length)) in (0_i64..).zip(script) {
            match what {
                0 | 1 => {
                    let raw = vec![number as u8; length];
                    journal.append(number, &raw, now).unwrap();
                    if raw.is_empty() { paper.remove(&number); } else { paper.insert(number, raw); }
                    numbers.next_out = number + 1;
                    numbers.created_ns.get_or_insert(now);
                }
                2 => { journal.advance(number); numbers.next_in = number; }
                3 if length < 20 => {
                    journal.reset(number, 1, now).unwrap();
                    paper.clear();
                    numbers = Numbers { next_out: number, next_in: 1, created_ns: Some(now) };
                }
                3 => {
                    journal.set_numbers(number, 3).unwrap();
                    numbers = Numbers { next_out: number, next_in: 3, ..numbers };
                }
                _ => {
                    journal.commit().unwrap();
                    drop(journal);
                    journal = SessionJournal::open(folder.path(), with.clone()).unwrap();
                }
            }
            prop_assert_eq!(journal.numbers(), numbers);
        }
        let mut from = 0;
        let mut found = Vec::new();
        loop {
            let slice = journal.read(from, 100, limit).unwrap();
            let Some(last) = slice.last() else { break };
            from = last.number + 1;
            let bytes: usize = slice.iter().map(|record| record.payload.len()).sum();
            prop_assert!(slice.len() == 1 || bytes <= limit);
            found.extend(slice.into_iter().map(|record| (record.number, record.payload)));
        }
        prop_assert_eq!(found, paper.into_iter().collect::<Vec<_>>());
    }
}
