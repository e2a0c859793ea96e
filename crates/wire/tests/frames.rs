//! Framing, decoding and encoding: by table and by law.

#![allow(clippy::unwrap_used)]

use fixplus_wire::frame::{FrameFault, MAX_MESSAGE_SIZE, Splitter, Step, next};
use fixplus_wire::{
    Checks, DataPairs, DecodeError, EncodeError, FieldList, Index, Unit, Writer, decode, decode_lenient,
};
use proptest::prelude::*;

/// One message of each shape; `|` stands for SOH, `~` for an SOH inside data. All lengths and sums are right.
const GOOD: [&str; 6] = [
    "8=FIX.4.0|9=86|35=D|34=2|49=BUYSIDE|52=20260302-14:30:01|56=VENUE|11=A1|21=1|38=100|40=1|54=1|55=IBM|10=246|",
    "8=FIX.4.4|9=180|35=8|34=3|49=VENUE|52=20260302-14:30:01.300|56=BUYSIDE|6=0|11=A1|14=0|17=E1|37=O1|39=0|54=1|55=IBM|150=0|151=100|453=2|448=BRK|447=D|452=1|802=1|523=DESK|803=4|448=CLR|447=D|452=4|10=241|",
    "8=FIX.4.4|9=101|35=B|34=4|49=VENUE|52=20260302-14:30:02.000|56=BUYSIDE|33=1|58=see raw|95=12|96=a~10=000~b=c|148=Raw|10=015|",
    "8=FIX.4.4|9=105|35=B|34=5|49=VENUE|52=20260302-14:30:03.000|56=BUYSIDE|347=UTF-8|33=1|58=open|148=Tokyo|358=6|359=東京|10=094|",
    "8=FIXT.1.1|9=126|35=D|34=2|49=BUYSIDE|52=20260302-14:30:01.250123|56=VENUE|1128=6|11=A2|38=100|40=1|54=1|55=IBM|60=20260302-14:30:01.250122456|10=051|",
    "8=FIX.4.4|9=64|35=1|34=8|49=VENUE|52=20260302-14:31:42.000|56=BUYSIDE|112=TEST|10=118|",
];

fn wire(text: &str) -> Vec<u8> {
    text.bytes().map(|byte| if byte == b'|' || byte == b'~' { 1 } else { byte }).collect()
}

fn strict(frame: &[u8]) -> Result<Index, DecodeError> {
    let mut index = Index::new();
    decode(frame, &DataPairs::standard(), Checks::ALL, &mut index).map(|()| index)
}

#[test]
fn good_messages_are_framed_decoded_and_written_back_byte_by_byte() {
    for text in GOOD {
        let frame = wire(text);
        assert_eq!(next(&frame, 0, MAX_MESSAGE_SIZE), Step::Frame { start: 0, end: frame.len() }, "{text}");
        let index = strict(&frame).unwrap();
        let list = FieldList::from_decoded(&frame, index.fields());
        let mut writer = Writer::new();
        assert_eq!(list.encode(&DataPairs::standard(), &mut writer).unwrap(), frame, "{text}");
    }
}

#[test]
fn what_is_wrong_with_a_frame_is_named() {
    let order = |offset, expected, found| DecodeError::Order { offset, expected, found };
    let cases = [
        ("", DecodeError::Empty),
        ("8=FIX.4.4|35=0|9=5|10=123|", order(10, 9, 35)),
        ("9=5|8=FIX.4.4|35=0|10=123|", order(0, 8, 9)),
        ("8=FIX.4.4|9=5|34=1|35=0|10=123|", order(14, 35, 34)),
        ("8=FIX.4.4|9=5|", order(14, 35, 0)),
        ("8=FIX.4.4|9=5|35=0|", order(19, 10, 0)),
        ("8=FIX.4.4|9=5|35=0|10=163|58=x|", order(26, 10, 58)),
        ("8=FIX44|9=5|35=0|10=163|", DecodeError::BeginString { offset: 2 }),
        ("8=FIX.4.4|9=x|35=0|10=163|", DecodeError::BodyLengthFormat { offset: 12 }),
        ("8=FIX.4.4|9=6|35=0|10=163|", DecodeError::BodyLength { offset: 12, claimed: 6, counted: 5 }),
        ("8=FIX.4.4|9=5|35=0|10=164|", DecodeError::CheckSum { offset: 22, claimed: 164, summed: 163 }),
        ("8=FIX.4.4|9=5|35=0|10=7|", DecodeError::CheckSumFormat { offset: 22 }),
        ("8=FIX.4.4|9=5|35=0|10=256|", DecodeError::CheckSumFormat { offset: 22 }),
        ("8=FIX.4.4|9=5|35=0|010=163|", DecodeError::BodyLength { offset: 12, claimed: 5, counted: 6 }),
    ];
    for (text, error) in cases {
        assert_eq!(strict(&wire(text)).map(|_| ()), Err(error), "{text}");
        assert!(!error.to_string().is_empty());
    }
}

/// The body with BeginString(8), BodyLength(9) and CheckSum(10) that are right.
fn framed(body: &str) -> Vec<u8> {
    let body = wire(body);
    let mut frame = format!("8=FIX.4.4\x019={}\x01", body.len()).into_bytes();
    frame.extend_from_slice(&body);
    let sum = frame.iter().fold(0u8, |sum, byte| sum.wrapping_add(*byte));
    frame.extend_from_slice(format!("10={sum:03}\x01").as_bytes());
    frame
}

#[test]
fn a_fault_inside_an_intact_frame_has_a_reject_reason() {
    for (body, reason, tag) in [
        ("35=0|58=a|b|", Some(17), Some(58)),
        ("35=0|96=a|", Some(1), Some(95)),
        ("35=0|95=9|96=a|", Some(6), Some(95)),
        ("35=0|A=a|", None, None),
    ] {
        let error = strict(&framed(body)).unwrap_err();
        assert_eq!((error.reason(), error.tag()), (reason, tag), "{body}");
    }
}

#[test]
fn framing_goes_on_behind_what_is_garbled() {
    let good = "8=FIX.4.4|9=5|35=0|10=163|";
    let cases: [(&str, &[FrameFault], usize); 9] = [
        ("", &[], 1),
        ("noise", &[], 1),
        ("8=FIX.4.4|9=4|35=0|10=163|", &[FrameFault::BodyLength { claimed: 4 }], 1),
        ("8=FIX.4.4|9=30|35=0|10=163|", &[FrameFault::BodyLength { claimed: 30 }], 0),
        ("8=FIX.4.4|35=0|9=5|10=163|", &[FrameFault::NoBodyLength], 1),
        ("8=FIX.4.4|9=x|35=0|10=163|", &[FrameFault::BodyLengthFormat], 1),
        ("8=FIX.4.4|9=|35=0|10=163|", &[FrameFault::BodyLengthFormat], 1),
        ("8=FIX.4.4|9=1048577|35=0|10=163|", &[FrameFault::TooLong { claimed: 1_048_577 }], 1),
        ("8=FIXabcdefghijklmnopqrstuvwxyz", &[FrameFault::BeginString], 1),
    ];
    for (bad, faults, frames) in cases {
        let stream = wire(&format!("{bad}{good}"));
        let mut found = Vec::new();
        let mut count = 0;
        Splitter::new(MAX_MESSAGE_SIZE).feed(&stream, |_, step| match step {
            Ok(frame) => {
                assert_eq!(frame, wire(good));
                count += 1;
            }
            Err(garbled) => found.push(garbled.fault),
        });
        assert_eq!((found.as_slice(), count), (faults, frames), "{bad}");
    }
}

/// What a splitter that does not believe BodyLength(9) finds.
fn by_check_sum(stream: &[u8], max_message_size: usize) -> (Vec<Result<Vec<u8>, FrameFault>>, Vec<u8>) {
    let mut splitter = Splitter::by_check_sum(max_message_size, DataPairs::standard());
    let mut found = Vec::new();
    splitter.feed(stream, |_, step| found.push(step.map(<[u8]>::to_vec).map_err(|garbled| garbled.fault)));
    (found, splitter.rest().to_vec())
}

#[test]
fn where_a_wrong_body_length_is_let_pass_a_message_ends_at_its_check_sum() {
    for text in GOOD {
        for length in ["1", "0", "99999", "99999999999", "x", "", "-5"] {
            let (head, rest) = text.split_once("9=").unwrap();
            let wrong = wire(&format!("{head}9={length}|{}", rest.split_once('|').unwrap().1));
            let stream = [&wrong[..], &wrong].concat();
            assert_eq!(by_check_sum(&stream, 1000), (vec![Ok(wrong.clone()), Ok(wrong)], vec![]), "{text} {length}");
        }
    }
}

#[test]
fn what_has_no_check_sum_is_garbled_where_a_wrong_body_length_is_let_pass() {
    let good = "8=FIX.4.4|9=5|35=0|10=999|";
    let long = format!("8=FIX.4.4|9=5|35=0|58={}|", "x".repeat(40));
    let cases: [(&str, &[FrameFault]); 9] = [
        ("noise", &[]),
        ("8=FIX.4.4|9=5|35=0|", &[FrameFault::Overrun]),
        ("8=FIX.4.4|9=5|35=0|10=7|", &[FrameFault::Overrun]),
        ("8=FIX.4.4|9=5|35=0|95=99|96=x|", &[FrameFault::Overrun]),
        ("8=FIX.4.4|9=5|35=0|95=30|58=x|", &[FrameFault::Overrun]),
        ("8=FIX.4.4|35=0|10=000|", &[FrameFault::NoBodyLength]),
        ("8=FIX44|9=5|35=0|10=000|", &[FrameFault::BeginString]),
        ("8=FIX.4.4|9=123456789012345678901|", &[FrameFault::BodyLengthFormat]),
        (&long, &[FrameFault::NoCheckSum { limit: 30 }]),
    ];
    for (bad, faults) in cases {
        let expected: Vec<_> = faults.iter().map(|&fault| Err(fault)).chain([Ok(wire(good))]).collect();
        assert_eq!(by_check_sum(&wire(&format!("{bad}{good}")), 30), (expected, vec![]), "{bad}");
        assert!(faults.iter().all(|fault| !fault.to_string().is_empty()));
    }
}

#[test]
fn wrong_lengths_and_sums_pass_where_they_are_not_checked() {
    let decoded = |text: &str, checks| decode(&wire(text), &DataPairs::standard(), checks, &mut Index::new());
    let (no_sum, nothing) = (Checks::by_settings(true, false), Checks::by_settings(false, true));
    for (text, sum_passes) in [
        ("8=FIX.4.4|9=5|35=0|10=163|", true),
        ("8=FIX.4.4|9=5|35=0|10=000|", true),
        ("8=FIX.4.4|9=5|35=0|10=999|", true),
        ("8=FIX.4.4|9=6|35=0|10=163|", false),
        ("8=FIX.4.4|9=x|35=0|10=163|", false),
        ("8=FIX.4.4|9=|35=0|10=163|", false),
    ] {
        assert_eq!(decoded(text, no_sum).is_ok(), sum_passes, "{text}");
        assert_eq!(decoded(text, nothing), Ok(()), "{text}");
    }
    for text in ["8=FIX.4.4|9=5|35=0|10=7|", "8=FIX.4.4|35=0|9=5|10=163|", "8=FIX.4.4|9=5|35=0|58|10=163|"] {
        assert!(decoded(text, nothing).is_err(), "{text}");
    }
}

#[test]
fn an_unfinished_message_is_kept_and_a_gigantic_one_is_refused_at_once() {
    let mut splitter = Splitter::new(1000);
    let mut faults = 0;
    splitter.feed(b"8=FIX.4.4\x019=1000000000\x01", |_, step| faults += usize::from(step.is_err()));
    assert_eq!(faults, 1);
    assert!(splitter.rest().len() < 40);
}

#[test]
fn a_lenient_reader_keeps_what_it_can_read() {
    let cases: [(&str, &[u32], &[&str]); 6] = [
        ("8=FIX.4.4|9=5|35=0|10=163|", &[8, 9, 35, 10], &[]),
        ("35=0|58=x", &[35, 58], &["order", "unterminated", "order"]),
        (
            "8=FIX4.4|9=5|35=0|junk|58=a|10=000|",
            &[8, 9, 35, 58, 10],
            &["begin_string", "body_length", "no_equals", "check_sum"],
        ),
        (
            "8=FIX.4.4|9=5|35=0|95=99|96=abc|10=000|",
            &[8, 9, 35, 95, 96, 10],
            &["body_length", "data_length", "check_sum"],
        ),
        ("8=FIX.4.4|9=5|35=0|359=abc|10=000|", &[8, 9, 35, 359, 10], &["body_length", "no_length", "check_sum"]),
        ("", &[], &["order", "order"]),
    ];
    for (text, tags, kinds) in cases {
        let mut index = Index::new();
        let faults = decode_lenient(&wire(text), &DataPairs::standard(), &mut index);
        assert_eq!(index.fields().iter().map(|field| field.tag).collect::<Vec<_>>(), tags, "{text}");
        assert_eq!(faults.iter().map(DecodeError::kind).collect::<Vec<_>>(), kinds, "{text}");
    }
}

fn streams() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => prop::sample::select(GOOD.to_vec()).prop_map(wire),
        1 => prop::sample::select(vec!["8=FIX", "8=FIX.4.4|9=", "8=FIX.4.4|9=30|", "noise", "8=FIX.4.2|9=5|35=0|10=000|", "10=123|", "95=9|96=", "95=30|", "35=0|58=x|"]).prop_map(wire),
        1 => prop::collection::vec(any::<u8>(), 0..30),
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn framing_does_not_depend_on_how_bytes_arrive(stream in streams(), cuts in prop::collection::vec(0usize..2000, 0..20)) {
        let collect = |mut splitter: Splitter, pieces: &[&[u8]]| {
            let mut found = Vec::new();
            for piece in pieces {
                splitter.feed(piece, |offset, step| found.push((offset, step.map(<[u8]>::to_vec))));
            }
            (found, splitter.rest().to_vec())
        };
        let mut places: Vec<usize> = cuts.into_iter().map(|cut| cut.min(stream.len())).chain([0, stream.len()]).collect();
        places.sort_unstable();
        let pieces: Vec<_> = places.windows(2).map(|pair| &stream[pair[0]..pair[1]]).collect();
        let bytes: Vec<_> = stream.chunks(1).collect();
        for splitter in [
            Splitter::new(MAX_MESSAGE_SIZE),
            Splitter::by_check_sum(MAX_MESSAGE_SIZE, DataPairs::standard()),
            Splitter::by_check_sum(100, DataPairs::standard()),
        ] {
            let whole = collect(splitter.clone(), &[&stream]);
            prop_assert_eq!(&collect(splitter.clone(), &pieces), &whole);
            prop_assert_eq!(collect(splitter, &bytes), whole);
        }
    }

    #[test]
    fn a_lenient_reader_takes_any_bytes(bytes in streams()) {
        let mut index = Index::new();
        let faults = decode_lenient(&bytes, &DataPairs::standard(), &mut index);
        prop_assert_eq!(faults.is_empty(), strict(&bytes).is_ok());
        for field in index.fields() {
            prop_assert!(field.start <= field.end && field.end as usize <= bytes.len());
        }
    }
}

#[test]
fn a_list_that_is_built_sorted_and_cut_is_written_as_its_fields_stand() {
    let pairs = DataPairs::standard();
    let mut list = FieldList::with_capacity(4, 64);
    for (tag, value) in [(8, "FIX.4.4"), (35, "D"), (5_123_456, "far"), (268, "2"), (269, "0"), (269, "1"), (55, "IBM")]
    {
        assert!(list.push(tag, value.as_bytes()));
    }
    let unit = |rank, first, end| Unit { rank, first, end };
    list.sort_by_rank(&mut [unit(0, 0, 2), unit(9, 2, 3), unit(5, 3, 6), unit(2, 6, 7)]);
    let mut writer = Writer::new();
    assert_eq!(list.encode(&pairs, &mut writer).unwrap(), framed("35=D|55=IBM|268=2|269=0|269=1|5123456=far|"));

    assert_eq!(
        list.push_with(58, |bytes| {
            bytes.extend_from_slice(b"half");
            Err(())
        }),
        Err(())
    );
    assert_eq!(
        list.push_with(58, |bytes| {
            bytes.extend_from_slice(b"whole");
            Ok::<(), ()>(())
        }),
        Ok(true)
    );
    list.push(59, b"0");
    list.truncate(7);
    list.push(60, b"now");
    assert_eq!(list.encode(&pairs, &mut writer).unwrap(), framed("35=D|55=IBM|268=2|269=0|269=1|5123456=far|60=now|"));
    list.truncate(99);
    assert_eq!(list.fields().len(), 8);
}

#[test]
fn many_units_are_sorted_and_equal_ranks_keep_their_order() {
    let mut list = FieldList::new();
    let mut units = Vec::new();
    for at in 0..100u32 {
        list.push(1000 + at, b"x");
        units.push(Unit { rank: u64::from(9 - at % 10), first: at, end: at + 1 });
    }
    list.sort_by_rank(&mut units);
    let tags: Vec<u32> = list.fields().iter().map(|field| field.tag - 1000).collect();
    let expected: Vec<u32> = (0..10).rev().flat_map(|rank| (0..10).map(move |ten| ten * 10 + rank)).collect();
    assert_eq!(tags, expected);
}

#[test]
fn a_value_that_is_set_again_and_again_leaves_no_bytes_behind() {
    let frame = framed("35=D|55=IBM|58=note|");
    for received in [true, false] {
        let index = strict(&frame).unwrap();
        let mut list = FieldList::from_decoded(&frame, index.fields());
        if !received {
            list = FieldList::new();
            for (tag, value) in [(8, "FIX.4.4"), (35, "D"), (55, "IBM"), (58, "note")] {
                list.push(tag, value.as_bytes());
            }
        }
        let at = list.fields().iter().position(|field| field.tag == 58).unwrap();
        for number in 0..3000u32 {
            assert!(list.set(at, format!("note {number}").as_bytes()));
        }
        assert!(list.bytes().len() < 8192, "{received}");
        let mut writer = Writer::new();
        assert_eq!(list.encode(&DataPairs::standard(), &mut writer).unwrap(), framed("35=D|55=IBM|58=note 2999|"));
        assert!(!list.set(99, b"x"));
        list.remove(at..at + 1);
        list.insert(99, 58, b"end");
        assert_eq!(list.encode(&DataPairs::standard(), &mut writer).unwrap(), framed("35=D|55=IBM|58=end|"));
    }
}

type Fields = &'static [(u32, &'static str)];

#[test]
fn what_keeps_fields_from_being_a_message_is_named() {
    let cases: [(Fields, EncodeError, &str); 9] = [
        (&[(35, "D")], EncodeError::Missing { tag: 8 }, "BeginString(8) is missing"),
        (&[(8, "FIX.4.4")], EncodeError::Missing { tag: 35 }, "MsgType(35) is missing"),
        (&[(8, "FIX44"), (35, "D")], EncodeError::BeginString, "BeginString(8) is not FIX.<n>.<n> or FIXT.<n>.<n>"),
        (
            &[(8, "FIX.4.4"), (35, "D"), (58, "a\u{1}b")],
            EncodeError::Soh { tag: 58 },
            "the value of 58 holds SOH, which only a data field may",
        ),
        (
            &[(8, "FIX.4.4"), (35, "a\u{1}b")],
            EncodeError::Soh { tag: 35 },
            "the value of 35 holds SOH, which only a data field may",
        ),
        (
            &[(8, "FIX.4.4"), (35, "D"), (95, "2"), (96, "abc")],
            EncodeError::DataLength { length_tag: 95, tag: 96, length: 3 },
            "the length in 95 contradicts the 3 bytes of data in 96",
        ),
        (
            &[(8, "FIX.4.4"), (35, "D"), (96, "abc")],
            EncodeError::NoLength { length_tag: 95, tag: 96 },
            "the data field 96 needs its length in 95 directly before it",
        ),
        (&[(8, "FIX.4.4"), (35, "D"), (0, "x")], EncodeError::Tag, "a field without a legal tag cannot be written"),
        (
            &[(8, "FIX.4.4"), (35, "D"), (95, "x"), (96, "abc")],
            EncodeError::DataLength { length_tag: 95, tag: 96, length: 3 },
            "the length in 95 contradicts the 3 bytes of data in 96",
        ),
    ];
    for (fields, error, text) in cases {
        let mut list = FieldList::new();
        for (tag, value) in fields {
            list.push(*tag, value.as_bytes());
        }
        assert_eq!(list.encode(&DataPairs::standard(), &mut Writer::new()).map(<[u8]>::len), Err(error));
        assert_eq!(error.to_string(), text);
    }
    let list = FieldList::from_decoded(b"", &[]);
    assert_eq!(list.encode(&DataPairs::standard(), &mut Writer::new()), Err(EncodeError::Missing { tag: 8 }));
}

proptest! {
    #[test]
    fn a_built_list_is_written_like_its_fields_one_by_one(
        fields in proptest::collection::vec((1u32..70_000, "[ -~]{0,40}"), 0..40),
        cut in 0usize..40,
    ) {
        let pairs = DataPairs::new(&[]);
        let mut list = FieldList::new();
        list.push(8, b"FIX.4.4");
        list.push(35, b"D");
        for (tag, value) in &fields {
            list.push(*tag, value.as_bytes());
        }
        list.remove(cut.max(2)..cut.max(2) + 3);
        let (mut one, mut other) = (Writer::new(), Writer::new());
        prop_assert_eq!(
            list.encode(&pairs, &mut one).unwrap(),
            fixplus_wire::edit::encode(list.bytes(), list.fields(), &pairs, &mut other).unwrap()
        );
    }
}
