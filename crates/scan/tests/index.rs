//! What the pass makes of bytes, by table and by law.
#![allow(clippy::unwrap_used)]

use fixplus_scan::{DataPairs, Fault, Field, index, index_scalar, sum, tag_text};
use proptest::prelude::*;

fn wire(text: &str) -> Vec<u8> {
    text.bytes().map(|byte| if byte == b'|' { 1 } else { byte }).collect()
}

fn indexed(text: &str) -> Result<Vec<(u32, String)>, Fault> {
    let frame = wire(text);
    let mut fields = Vec::new();
    index(&frame, &DataPairs::standard(), &mut fields)?;
    Ok(fields
        .iter()
        .map(|f| (f.tag, String::from_utf8_lossy(&frame[f.start as usize..f.end as usize]).replace('\x01', "|")))
        .collect())
}

fn fields(list: &[(u32, &str)]) -> Vec<(u32, String)> {
    list.iter().map(|&(tag, value)| (tag, value.to_owned())).collect()
}

#[test]
fn fields_are_listed_in_order() {
    assert_eq!(indexed("8=FIX.4.4|35=0|10=123|").unwrap(), fields(&[(8, "FIX.4.4"), (35, "0"), (10, "123")]));
}

#[test]
fn tags_of_every_length_are_read() {
    for tag in ["1", "12", "123", "1234", "12345", "123456", "1234567", "12345678", "123456789", "4294967295"] {
        let expected = tag.parse::<u32>().unwrap();
        assert_eq!(indexed(&format!("{tag}=x|")).unwrap(), fields(&[(expected, "x")]), "alone");
        assert_eq!(
            indexed(&format!("{tag}=abcdefgh|")).unwrap(),
            fields(&[(expected, "abcdefgh")]),
            "with bytes behind"
        );
    }
}

#[test]
fn integers_that_are_no_tags_are_kept_for_the_dictionary() {
    for (text, tag) in [("0=abcdefgh|", 0), ("-1=abcdefgh|", 0), ("01=abcdefgh|", 1), ("0000000012=a|", 12)] {
        assert_eq!(indexed(text).unwrap()[0].0, tag, "{text}");
    }
}

#[test]
fn what_is_no_field_is_named_with_its_offset() {
    let cases = [
        ("8=FIX.4.4|A=abcdefgh|", Fault::Tag { offset: 10 }),
        ("8=FIX.4.4|=abcdefghij|", Fault::Tag { offset: 10 }),
        ("8=FIX.4.4|-=abcdefghij|", Fault::Tag { offset: 10 }),
        ("8=FIX.4.4|5 5=abcdefgh|", Fault::Tag { offset: 10 }),
        ("8=FIX.4.4|4294967296=a|", Fault::Tag { offset: 10 }),
        ("8=FIX.4.4|99999999999999999999=a|", Fault::Tag { offset: 10 }),
        ("8=FIX.4.4|abcdefghijk|10=000|", Fault::NoEquals { offset: 10, after: 8 }),
        ("8=FIX.4.4||10=000|", Fault::NoEquals { offset: 10, after: 8 }),
        ("abcdefghij|", Fault::NoEquals { offset: 0, after: 0 }),
        ("8=FIX.4.4|55=IBM", Fault::Unterminated { offset: 10 }),
        ("8=FIX.4.4|58=a|96=abcdefgh|", Fault::NoLength { offset: 15, tag: 96, length_tag: 95 }),
        ("8=FIX.4.4|95=x|96=abcdefgh|", Fault::DataLength { offset: 10, tag: 95 }),
        ("8=FIX.4.4|95=|96=abcdefgh|", Fault::DataLength { offset: 10, tag: 95 }),
        ("8=FIX.4.4|95=7|96=abcdefgh|", Fault::DataLength { offset: 10, tag: 95 }),
        ("8=FIX.4.4|95=9|96=abcdefgh|", Fault::DataLength { offset: 10, tag: 95 }),
        ("8=FIX.4.4|95=4294967295|96=abcdefgh|", Fault::DataLength { offset: 10, tag: 95 }),
        ("8=FIX.4.4|95=99999999999|96=abcdefgh|", Fault::DataLength { offset: 10, tag: 95 }),
    ];
    for (text, fault) in cases {
        assert_eq!(indexed(text), Err(fault), "{text}");
    }
}

#[test]
fn data_may_hold_soh() {
    assert_eq!(
        indexed("8=FIX.4.4|95=12|96=a|10=000|b=c|148=Raw|10=015|").unwrap(),
        fields(&[(8, "FIX.4.4"), (95, "12"), (96, "a|10=000|b=c"), (148, "Raw"), (10, "015")])
    );
    assert_eq!(indexed("95=0|96=|58=x|").unwrap(), fields(&[(95, "0"), (96, ""), (58, "x")]));
    assert_eq!(indexed("95=3|96=||||95=1|96=a|").unwrap().len(), 4);
}

#[test]
fn a_length_without_its_data_is_a_plain_field() {
    assert_eq!(indexed("95=3|58=x|").unwrap(), fields(&[(95, "3"), (58, "x")]));
    assert_eq!(indexed("95=3|").unwrap(), fields(&[(95, "3")]));
}

#[test]
fn an_empty_frame_has_no_fields() {
    assert_eq!(indexed("").unwrap(), fields(&[]));
}

#[test]
fn a_tag_is_read_from_text() {
    assert_eq!(tag_text(b"55=x"), Ok((55, 2)));
    assert_eq!(tag_text(b"x5=x"), Err(Some(2)));
    assert_eq!(tag_text(b"55"), Err(None));
}

/// Bytes in which SOH, `=` and digits are as frequent as in a message.
fn frames() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        prop::collection::vec(prop_oneof![Just(1u8), Just(b'='), b'0'..=b'9', any::<u8>()], 0..400),
        prop::collection::vec((1u32..6000, "[ -~]{0,40}"), 0..40).prop_map(|list| {
            list.iter().flat_map(|(tag, value)| wire(&format!("{tag}={}|", value.replace('|', "")))).collect()
        }),
        prop::collection::vec((prop::sample::select(vec![95u32, 96, 354, 355, 58, 93, 89]), 0usize..30), 0..20)
            .prop_map(|list| list.iter().flat_map(|(tag, n)| wire(&format!("{tag}={n}|"))).collect()),
        nearly_ordinary(),
    ]
}

/// A long frame of ordinary fields in which a few bytes are others, cut anywhere.
fn nearly_ordinary() -> impl Strategy<Value = Vec<u8>> {
    let tags =
        prop_oneof![1u32..10, 10u32..100, 100u32..1000, 1000u32..10_000, prop::sample::select(vec![90, 354, 1402])];
    let byte = prop_oneof![Just(1u8), Just(b'='), b'0'..=b'9', any::<u8>()];
    let changes = prop::collection::vec((any::<prop::sample::Index>(), byte), 0..4);
    (
        prop::collection::vec((tags, "[0-9A-Z=.]{0,12}"), 10..300),
        changes,
        prop::option::of(any::<prop::sample::Index>()),
    )
        .prop_map(|(list, changes, cut)| {
            let mut frame: Vec<u8> = list.iter().flat_map(|(tag, value)| wire(&format!("{tag}={value}|"))).collect();
            for (at, byte) in changes {
                let at = at.index(frame.len());
                frame[at] = byte;
            }
            frame.truncate(cut.map_or(frame.len(), |cut| cut.index(frame.len())));
            frame
        })
}

#[test]
fn a_field_of_less_than_four_bytes_may_end_a_long_frame() {
    let head = "8=FIX.4.4|".repeat(7);
    for (tail, last) in
        [("1=|", Some((1, ""))), ("12=|", Some((12, ""))), ("1=|1=|", Some((1, ""))), ("||", None), ("1=||", None)]
    {
        let found = indexed(&format!("{head}{tail}")).ok().and_then(|fields| fields.last().cloned());
        assert_eq!(found, last.map(|(tag, value): (u32, &str)| (tag, value.to_owned())), "{tail}");
    }
}

proptest! {
    #[test]
    fn vector_code_agrees_with_its_scalar_twin(frame in frames()) {
        let pairs = DataPairs::standard();
        let (mut fast, mut slow): (Vec<Field>, Vec<Field>) = (Vec::new(), Vec::new());
        let (a, b) = (index(&frame, &pairs, &mut fast), index_scalar(&frame, &pairs, &mut slow));
        prop_assert_eq!(a, b);
        prop_assert_eq!(fast, slow);
        prop_assert_eq!(sum(&frame), frame.iter().fold(0u8, |s, b| s.wrapping_add(*b)));
    }

    #[test]
    fn fields_tile_the_frame(frame in frames()) {
        let mut fields = Vec::new();
        if index(&frame, &DataPairs::standard(), &mut fields).is_ok() {
            let mut at = 0usize;
            for field in &fields {
                prop_assert!(field.start as usize > at && field.end >= field.start);
                prop_assert_eq!(frame[field.start as usize - 1], b'=');
                prop_assert_eq!(frame[field.end as usize], 1);
                at = field.end as usize + 1;
            }
            prop_assert_eq!(at, frame.len());
        }
    }

    #[test]
    fn a_reused_list_gives_what_a_new_one_gives(first in frames(), second in frames()) {
        let pairs = DataPairs::standard();
        let (mut reused, mut fresh) = (Vec::new(), Vec::new());
        let _ = index(&first, &pairs, &mut reused);
        prop_assert_eq!(index(&second, &pairs, &mut reused), index(&second, &pairs, &mut fresh));
        prop_assert_eq!(reused, fresh);
    }
}

#[test]
fn the_code_that_runs_here_has_a_name_and_without_pairs_every_tag_is_plain() {
    assert!(["avx2", "neon", "scalar"].contains(&fixplus_scan::backend()));
    let none = fixplus_scan::DataPairs::default();
    assert_eq!(
        (none.role(95), none.role(96), none.pairs()),
        (fixplus_scan::Role::Plain, fixplus_scan::Role::Plain, &[][..])
    );
    assert_eq!(fixplus_scan::DataPairs::standard().pairs().len(), 24);
}
