//! What is said of bytes that are no message and of values that are none: in words, each of which a person reads.

#![allow(clippy::unwrap_used)]

use fixplus_wire::log::{Framing, Over, Reason, Separator, Verdict};
use fixplus_wire::values::{Datatype, ValueError};
use fixplus_wire::{DataPairs, DecodeError, Fault, Index, decode_lenient, separator};

#[test]
fn every_fault_of_a_frame_has_its_sentence_and_its_kind() {
    let order = |expected, found| DecodeError::Order { offset: 7, expected, found };
    for (error, kind, text) in [
        (DecodeError::Empty, "empty", "there are no bytes"),
        (order(10, 0), "order", "CheckSum(10) is missing: the message ends at byte 7 without it"),
        (order(10, 58), "order", "CheckSum(10) must be the last field, but 58 stands at byte 7"),
        (order(8, 35), "order", "BeginString(8) must be the first field, but 35 stands at byte 7"),
        (order(9, 0), "order", "BodyLength(9) must be the second field, but the message ends at byte 7"),
        (order(35, 34), "order", "MsgType(35) must be the third field, but 34 stands at byte 7"),
        (
            DecodeError::BeginString { offset: 2 },
            "begin_string",
            "BeginString(8) at byte 2 is not FIX.<n>.<n> or FIXT.<n>.<n>",
        ),
        (DecodeError::BodyLengthFormat { offset: 12 }, "body_length", "BodyLength(9) at byte 12 is no number"),
        (
            DecodeError::BodyLength { offset: 12, claimed: 6, counted: 5 },
            "body_length",
            "BodyLength(9) at byte 12 says 6, 5 bytes follow before CheckSum(10)",
        ),
        (
            DecodeError::CheckSumFormat { offset: 22 },
            "check_sum",
            "CheckSum(10) at byte 22 is not three digits from 000 to 255",
        ),
        (
            DecodeError::CheckSum { offset: 22, claimed: 4, summed: 63 },
            "check_sum",
            "CheckSum(10) at byte 22 says 004, the bytes sum to 063",
        ),
        (
            DecodeError::Field(Fault::Tag { offset: 3 }),
            "tag",
            "what stands before '=' at byte 3 is no tag: digits up to 4294967295",
        ),
        (DecodeError::Field(Fault::NoEquals { offset: 3, after: 0 }), "no_equals", "the bytes at 3 have no '='"),
        (
            DecodeError::Field(Fault::NoEquals { offset: 3, after: 58 }),
            "no_equals",
            "the bytes at 3 have no '=': a value of 58 with SOH in it, or a field without its tag",
        ),
        (
            DecodeError::Field(Fault::Unterminated { offset: 3 }),
            "unterminated",
            "the field at byte 3 is not closed by SOH",
        ),
        (
            DecodeError::Field(Fault::DataLength { offset: 3, tag: 95 }),
            "data_length",
            "the length in 95 at byte 3 does not lead to the end of the data field behind it",
        ),
        (
            DecodeError::Field(Fault::NoLength { offset: 3, tag: 96, length_tag: 95 }),
            "no_length",
            "the data field 96 at byte 3 needs its length in 95 directly before it",
        ),
        (
            DecodeError::Field(Fault::TooLong { length: 5_000_000_000 }),
            "too_long",
            "5000000000 bytes are more than a message can have",
        ),
    ] {
        assert_eq!((error.to_string().as_str(), error.kind()), (text, kind));
    }
}

#[test]
fn a_value_that_cannot_be_held_is_told_with_its_datatype() {
    let datatype = Datatype::UTCTimestamp;
    for (error, text) in [
        (ValueError::Format { datatype }, "the value is not written as UTCTimestamp"),
        (ValueError::OutOfRange { datatype }, "the UTCTimestamp lies outside the range that can be held"),
        (ValueError::TooLong { datatype }, "the UTCTimestamp has more digits than can be held exactly"),
    ] {
        assert_eq!(error.to_string(), text);
    }
}

#[test]
fn a_verdict_gives_every_reason_and_what_was_cut_off_is_not_counted() {
    let wrong = Over::Wrong { claimed: 5, counted: 70 };
    let told = |framing, body_length, check_sum| -> Vec<String> {
        let verdict = Verdict { framing, body_length, check_sum };
        assert_eq!(verdict.is_valid(), verdict.reasons().next().is_none());
        verdict.reasons().map(|reason| reason.to_string()).collect()
    };
    for (found, expected) in [
        (told(Framing::Whole, Over::Soh, Over::Printed), &[][..]),
        (told(Framing::WithoutBeginString, Over::Printed, Over::Soh), &[]),
        (told(Framing::BeginStringUnknown, Over::Soh, Over::Soh), &["BeginString(8) names no version"]),
        (
            told(Framing::Whole, Over::Missing, wrong),
            &["BodyLength(9) is missing", "CheckSum(10) says 005, but the bytes sum to 070"],
        ),
        (
            told(Framing::WithoutCheckSum, wrong, Over::Missing),
            &["CheckSum(10) is missing", "BodyLength(9) says 5, but 70 bytes stand before CheckSum(10)"],
        ),
        (told(Framing::TooLong { limit: 9 }, wrong, Over::Missing), &["the message is longer than 9 bytes"]),
    ] {
        assert_eq!(found, expected);
    }
    let kinds: Vec<_> = (0..=Reason::KINDS).map(Reason::kind_name).collect();
    assert!(kinds.iter().rev().skip(1).all(Option::is_some) && kinds.last() == Some(&None));
}

#[test]
fn separators_are_shown_as_a_person_writes_them() {
    for (bytes, text) in [(&b"\x01"[..], "SOH"), (b"|", "|"), (b"^A", "^A"), (b"\t", "\\t")] {
        let separator = Separator::new(bytes).unwrap();
        assert_eq!((separator.to_string(), format!("{separator:?}")), (text.to_owned(), format!("Separator({text})")));
    }
    assert_eq!(Separator::default().as_bytes(), b"\x01");
}

#[test]
fn data_that_holds_the_printed_separator_gets_its_bytes_back() {
    let printed = b"8=FIX.4.4|35=B|95=5|96=a|b|c|58=x|";
    let mut message = separator::with_soh(printed, b"|");
    let mut index = Index::new();
    let _ = decode_lenient(&message, &DataPairs::standard(), &mut index);
    separator::restore_data(&mut message, printed, index.fields(), &DataPairs::standard());
    assert_eq!(message, b"8=FIX.4.4\x0135=B\x0195=5\x0196=a|b|c\x0158=x\x01");
    assert_eq!(index.value(&message, 96), Some(&b"a|b|c"[..]));
    assert_eq!((index.find(58), index.value(&message, 59)), (Some(4), None));
}
