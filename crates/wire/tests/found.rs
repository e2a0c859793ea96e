//! Faults that fuzzing found, each kept as the behaviour that it broke.
#![allow(clippy::unwrap_used)]

use fixplus_wire::frame::{FrameFault, Splitter, Step, next};
use fixplus_wire::log::{LogOptions, LogReader};
use fixplus_wire::{Checks, DataPairs, Index, decode, decode_lenient};

fn wire(text: &str) -> Vec<u8> {
    text.replace('|', "\x01").into_bytes()
}

#[test]
fn a_byte_that_cannot_begin_body_length_is_told_at_once() {
    let mut splitter = Splitter::new(512);
    let mut faults = Vec::new();
    for piece in wire("8=FIXT.1.1|5").chunks(1) {
        splitter.feed(piece, |_, found| faults.push(found.unwrap_err().fault));
    }
    assert_eq!(faults, [FrameFault::NoBodyLength]);
    assert_eq!(splitter.rest(), b"");
}

#[test]
fn the_largest_length_that_can_be_claimed_is_waited_for() {
    let claim = wire("8=FIX.4.4|9=18446744073709551615|35=0|");
    let step = next(&claim, 0, usize::MAX);
    assert!(matches!(step, Step::Incomplete { start: 0, need: usize::MAX }), "{step:?}");
}

#[test]
fn body_length_and_check_sum_with_zeros_before_the_tag_frame_no_message() {
    for (head, trailer, lengths) in [("9", "010", 10..=11), ("09", "10", 10..=10), ("9", "0010", 10..=12)] {
        for length in lengths {
            let mut frame = wire(&format!("8=FIX.4.4|{head}={length}|35=B|50=5|"));
            // The sum of what stands before the three bytes `10=`, as a reader of streams takes it, and as a reader of fields does.
            for zeros in [0, trailer.len() - 2] {
                frame.extend(trailer.as_bytes().iter().take(zeros));
                let sum = frame.iter().fold(0u8, |sum, byte| sum.wrapping_add(*byte));
                frame.truncate(frame.len() - zeros);
                let whole = [frame.as_slice(), format!("{trailer}={sum:03}\x01").as_bytes()].concat();
                let mut index = Index::new();
                let error = decode(&whole, &DataPairs::standard(), Checks::ALL, &mut index).unwrap_err();
                assert!(["tag", "body_length"].contains(&error.kind()), "{error}");
                assert!(!decode_lenient(&whole, &DataPairs::standard(), &mut index).is_empty());
            }
        }
    }
}

#[test]
fn what_stands_before_body_length_alone_is_the_separator_of_a_head_without_one() {
    let log = b"8=FIX$T.1.1^A9=129^A35=X^A34=7^A55=IBM$T.1.1^A10=000\n";
    let mut reader = LogReader::new(LogOptions::default());
    let mut found = 0;
    let mut sink = |_: fixplus_wire::log::LogMessage<'_>| found += 1;
    reader.feed(log, &mut sink);
    reader.finish(&mut sink);
    assert_eq!(found, 1);
}
