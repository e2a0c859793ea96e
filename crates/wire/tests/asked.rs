//! What errors, checks, summaries and numbers answer when they are asked.

#![allow(clippy::unwrap_used)]

use std::collections::HashSet;

use fixplus_wire::frame::FrameFault;
use fixplus_wire::log::{LogOptions, LogReader, Separator, Summary};
use fixplus_wire::values;
use fixplus_wire::{Checks, DecodeError, EncodeError, Fault};

#[test]
fn a_fault_names_the_tag_to_blame() {
    for (error, tag) in [
        (DecodeError::Empty, None),
        (DecodeError::Order { offset: 0, expected: 35, found: 34 }, Some(35)),
        (DecodeError::BeginString { offset: 2 }, Some(8)),
        (DecodeError::BodyLengthFormat { offset: 2 }, Some(9)),
        (DecodeError::BodyLength { offset: 2, claimed: 1, counted: 2 }, Some(9)),
        (DecodeError::CheckSumFormat { offset: 2 }, Some(10)),
        (DecodeError::CheckSum { offset: 2, claimed: 1, summed: 2 }, Some(10)),
        (DecodeError::Field(Fault::NoEquals { offset: 2, after: 0 }), None),
        (DecodeError::Field(Fault::NoEquals { offset: 2, after: 58 }), Some(58)),
        (DecodeError::Field(Fault::DataLength { offset: 2, tag: 95 }), Some(95)),
        (DecodeError::Field(Fault::TooLong { length: 9 }), None),
    ] {
        assert_eq!(error.tag(), tag, "{error}");
    }
    assert_eq!(DecodeError::Empty.offset(), 0);
    assert_eq!(DecodeError::Field(Fault::TooLong { length: 9 }).offset(), 0);
}

#[test]
fn a_fault_that_is_not_looked_for_is_let_pass() {
    let length = DecodeError::BodyLength { offset: 2, claimed: 1, counted: 2 };
    let digits = DecodeError::BodyLengthFormat { offset: 2 };
    let sum = DecodeError::CheckSum { offset: 2, claimed: 1, summed: 2 };
    let form = DecodeError::CheckSumFormat { offset: 2 };
    for (checks, lets) in [
        (Checks::by_settings(true, true), [false, false, false]),
        (Checks::by_settings(true, false), [false, false, true]),
        (Checks::by_settings(false, true), [true, true, true]),
    ] {
        assert_eq!([checks.lets(&length), checks.lets(&digits), checks.lets(&sum)], lets, "{checks:?}");
        assert!(!checks.lets(&form), "a sum that is not looked at still has three digits");
    }
}

#[test]
fn every_fault_of_a_stream_and_of_writing_is_a_sentence() {
    for (said, text) in [
        (FrameFault::BeginString.to_string(), "BeginString(8) is not FIX.<n>.<n> or FIXT.<n>.<n>"),
        (FrameFault::NoBodyLength.to_string(), "BodyLength(9) does not follow BeginString(8)"),
        (FrameFault::BodyLengthFormat.to_string(), "BodyLength(9) is no number"),
        (FrameFault::TooLong { claimed: 9 }.to_string(), "BodyLength(9) says 9, which is above the limit"),
        (
            FrameFault::BodyLength { claimed: 9 }.to_string(),
            "BodyLength(9) says 9, and CheckSum(10) does not stand there",
        ),
        (FrameFault::Overrun.to_string(), "the next message begins before CheckSum(10)"),
        (FrameFault::NoCheckSum { limit: 9 }.to_string(), "CheckSum(10) does not come within 9 bytes"),
        (EncodeError::Missing { tag: 35 }.to_string(), "MsgType(35) is missing"),
        (EncodeError::Missing { tag: 8 }.to_string(), "BeginString(8) is missing"),
        (EncodeError::Missing { tag: 49 }.to_string(), "49 is missing"),
        (EncodeError::TooLong.to_string(), "the message is larger than 4 GiB"),
    ] {
        assert_eq!(said, text);
    }
}

#[test]
fn equal_numbers_are_one_number_in_a_set() {
    let numbers: HashSet<_> =
        ["1.5", "1.50", "01.500", "-0", "0.00"].map(|text| values::decimal(text.as_bytes()).unwrap()).into();
    assert_eq!(numbers.len(), 2);
}

fn message(separator: &str, begin: &str, fields: &str) -> String {
    let body: String = fields.split_inclusive('|').collect::<String>().replace('|', "\x01");
    let head = format!("8={begin}\x019={}\x01{body}", body.len());
    let sum = head.bytes().fold(0_u8, u8::wrapping_add);
    format!("{head}10={sum:03}\x01").replace('\x01', separator)
}

fn summarised(log: &str) -> (Summary, u64, Separator) {
    let mut reader = LogReader::new(LogOptions::default());
    let mut summary = Summary::new();
    let mut sink = |message: fixplus_wire::log::LogMessage<'_>| summary.add(&message);
    reader.feed(log.as_bytes(), &mut sink);
    reader.finish(&mut sink);
    (summary, reader.messages(), reader.separator())
}

#[test]
fn a_summary_counts_what_has_no_type_and_types_of_many_letters() {
    let lines = [
        message("|", "FIX.4.4", "35=D|34=1|49=A|56=B|"),
        message("|", "FIX.4.4", "34=2|49=A|56=B|"),
        message("|", "FIX.4.4", "35=LongType|34=3|49=A|56=B|"),
        message("|", "FIX.4.4", "35=LongType|34=4|49=A|56=B|"),
        message("|", "FIX.4.4", &format!("35={}|34=5|49=A|56=B|", "x".repeat(2000))),
    ];
    let (summary, messages, separator) = summarised(&lines.join("\n"));
    assert_eq!((summary.messages(), messages), (5, 5));
    assert_eq!(separator.as_bytes(), b"|");
    assert_eq!(summary.without_type(), 1);
    assert_eq!(summary.other_types(), 1);
    assert_eq!(summary.types(), [(b"LongType".to_vec(), 2), (b"D".to_vec(), 1)]);
}

#[test]
fn a_summary_remembers_some_separators_and_counts_the_others() {
    let letters = "!#$%&*+,/:;?@^_`~GHJKLMNOPQRSTUVWXYZ";
    let lines: Vec<_> = letters
        .chars()
        .map(|letter| message(&format!("{letter}{letter}"), "FIX.4.4", "35=D|34=1|49=a|56=b|"))
        .collect();
    let (summary, _, _) = summarised(&lines.join("\n"));
    let counted: u64 = summary.separators().iter().map(|(_, count)| count).sum();
    assert_eq!(counted + summary.other_separators(), summary.messages());
    assert!(summary.other_separators() > 0, "{:?}", summary.separators());
}
