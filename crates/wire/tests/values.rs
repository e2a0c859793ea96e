//! Laws of values: what is written reads back, and the two questions about a value never contradict each other.
#![allow(clippy::unwrap_used)]

use fixplus_wire::values::{
    Datatype, Decimal, ValueError, date, decimal, int, is_decimal, is_int, is_uint, local_mkt_time, month_year, tenor,
    tz_time_only, tz_timestamp, uint, utc_time_only, utc_timestamp, write_decimal, write_int, write_timestamp,
    write_uint,
};
use proptest::prelude::*;

fn written(write: impl Fn(&mut Vec<u8>)) -> Vec<u8> {
    let mut out = Vec::new();
    write(&mut out);
    out
}

/// Texts made of the bytes that numbers and times are made of, and texts that are nearly right.
fn texts() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        "[-+]?[0-9]{0,42}(\\.[0-9]{0,42})?",
        "[0-9]{6,9}(w[0-9])?",
        "[12][0-9]{3}[01][0-9][0-3][0-9]-[012][0-9]:[0-6][0-9]:[0-6][0-9](\\.[0-9]{0,13})?",
        "([12][0-9]{3}[01][0-9][0-3][0-9]-)?[012][0-9]:[0-6][0-9](:[0-6][0-9])?(Z|[-+][0-2][0-9](:[0-6][0-9])?)?",
        "[DMWYQ][0-9]{0,12}",
        "[-0-9.:ZwDMWY+ ]{0,30}",
        any::<Vec<u8>>().prop_map(|bytes| String::from_utf8_lossy(&bytes).into_owned()),
    ]
    .prop_map(String::into_bytes)
}

/// True if a reading found the form right, whatever it thought of the number.
fn well_formed<T>(read: Result<T, ValueError>) -> bool {
    !matches!(read, Err(ValueError::Format { .. }))
}

proptest! {
    #[test]
    fn integers_read_back(signed: i64, unsigned: u64, zeros in 0..40_usize) {
        prop_assert_eq!(int(&written(|out| write_int(signed, out))), Ok(signed));
        prop_assert_eq!(uint(&written(|out| write_uint(unsigned, out))), Ok(unsigned));
        let padded = "0".repeat(zeros) + &unsigned.to_string();
        prop_assert_eq!(uint(padded.as_bytes()), Ok(unsigned));
    }

    #[test]
    fn decimals_read_back(mantissa: i128, scale: u8) {
        let number = Decimal { mantissa, scale };
        let text = written(|out| write_decimal(&number, out));
        prop_assert_eq!(String::from_utf8(text.clone()).unwrap(), number.to_string());
        prop_assert!(is_decimal(&text));
        // The one mantissa whose magnitude i128 lacks cannot be read back.
        if mantissa != i128::MIN {
            let read = decimal(&text).unwrap();
            prop_assert_eq!((read.mantissa, read.scale), (mantissa, scale));
        }
    }

    #[test]
    fn timestamps_read_back(ns in -9_214_560_000_000_000_000_i64..9_214_646_400_000_000_000, digits in 0..=12_u8) {
        let text = written(|out| write_timestamp(ns, digits, out));
        let unit = 10_i64.pow(9 - u32::from(digits.min(9)));
        let read = utc_timestamp(&text).unwrap();
        prop_assert_eq!((read.ns, read.digits), (ns.div_euclid(unit) * unit, digits));
    }

    #[test]
    fn decimals_compare_as_fractions_do(a: i64, b: i64, scale_a in 0..=18_u8, scale_b in 0..=18_u8) {
        let number = |mantissa: i64, scale| Decimal { mantissa: i128::from(mantissa), scale };
        let left = i128::from(a) * 10_i128.pow(u32::from(scale_b));
        let right = i128::from(b) * 10_i128.pow(u32::from(scale_a));
        prop_assert_eq!(number(a, scale_a).cmp(&number(b, scale_b)), left.cmp(&right));
    }

    #[test]
    fn scaling_up_and_stripping_keep_the_number(mantissa: i64, scale in 0..=18_u8, more in 0..=18_u8) {
        let number = Decimal { mantissa: i128::from(mantissa), scale };
        let scaled = number.to_scaled(scale + more).unwrap();
        prop_assert_eq!(Decimal { mantissa: scaled, scale: scale + more }, number);
        prop_assert_eq!(number.stripped(), number);
        prop_assert_eq!(Decimal { mantissa: scaled, scale: scale + more }.to_scaled(scale), Some(number.mantissa));
    }

    #[test]
    fn a_value_is_accepted_exactly_when_its_form_can_be_read(text in texts()) {
        prop_assert_eq!(Datatype::Int.accepts(&text), well_formed(int(&text)));
        prop_assert_eq!(is_int(&text), well_formed(int(&text)));
        prop_assert_eq!(is_uint(&text), well_formed(uint(&text)));
        prop_assert_eq!(Datatype::SeqNum.accepts(&text), uint(&text).is_ok());
        prop_assert_eq!(Datatype::Price.accepts(&text), well_formed(decimal(&text)));
        prop_assert_eq!(Datatype::UTCTimestamp.accepts(&text), well_formed(utc_timestamp(&text)));
        prop_assert_eq!(Datatype::UTCTimeOnly.accepts(&text), well_formed(utc_time_only(&text)));
        prop_assert_eq!(Datatype::LocalMktDate.accepts(&text), well_formed(date(&text)));
        prop_assert_eq!(Datatype::LocalMktTime.accepts(&text), well_formed(local_mkt_time(&text)));
        prop_assert_eq!(Datatype::TZTimeOnly.accepts(&text), well_formed(tz_time_only(&text)));
        prop_assert_eq!(Datatype::TZTimestamp.accepts(&text), well_formed(tz_timestamp(&text)));
        prop_assert_eq!(Datatype::MonthYear.accepts(&text), well_formed(month_year(&text)));
        prop_assert_eq!(Datatype::Tenor.accepts(&text), well_formed(tenor(&text)));
    }

    #[test]
    fn any_bytes_are_judged_by_every_datatype(value: Vec<u8>) {
        for datatype in Datatype::ALL {
            let accepted = datatype.accepts(&value);
            prop_assert!(!(accepted && value.contains(&1) && !datatype.is_data()), "{:?} took an SOH", datatype);
        }
    }
}
