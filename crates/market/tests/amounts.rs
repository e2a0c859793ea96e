//! Decimals are read, divided and published to the digit.
#![allow(missing_docs, clippy::expect_used)]

use fixplus_market::{Amount, MarketError, Quotient};
use proptest::prelude::*;

/// A number in steps of 1e-24.
fn steps(whole: u128) -> [u64; 4] {
    let mut steps = [whole as u64, (whole >> 64) as u64, 0, 0];
    for _ in 0..2 {
        let mut carry = 0;
        for place in &mut steps {
            let product = u128::from(*place) * 1_000_000_000_000 + carry;
            *place = product as u64;
            carry = product >> 64;
        }
    }
    steps
}

fn amount(text: &str) -> Amount {
    Amount::parse(text).expect("a number")
}

#[test]
fn equal_numbers_are_equal_however_they_are_written() {
    for (text, same) in [
        ("100", "1E+2"),
        ("0.250", "25e-2"),
        ("0", "0.000"),
        ("007", "7"),
        ("1.5E+3", "1500"),
        (".5", "0.5"),
        ("5.", "5"),
    ] {
        assert_eq!(Amount::parse(text), Amount::parse(same), "{text} {same}");
    }
}

#[test]
fn an_amount_is_written_without_zeros_at_the_end() {
    for (text, written) in [("177.50", "1775E-1"), ("100", "1E2"), ("0", "0E0")] {
        assert_eq!(amount(text).to_string(), written);
    }
    assert_eq!(amount(&"12345".repeat(11)).to_string(), format!("{}E0", "12345".repeat(11)));
}

#[test]
fn what_is_no_number_is_refused() {
    for text in ["", ".", "1,5", "1.2.3", "+1", "NaN", "Infinity", "1e", "e5", "1e99999999999", " 1", "1 "] {
        assert_eq!(Amount::parse(text), Err(MarketError::NotANumber), "{text}");
    }
    let long = "1".repeat(58);
    for text in ["-1", "1e201", "1e-201", "1e2147483647", "1e-2147483648", long.as_str()] {
        assert_eq!(Amount::parse(text), Err(MarketError::OutOfRange), "{text}");
    }
    assert!(Amount::parse(&"1".repeat(57)).is_ok());
    assert_eq!(Amount::from_units(1, 201), Err(MarketError::OutOfRange));
}

#[test]
fn an_error_says_what_is_wrong() {
    for (error, text) in [
        (MarketError::NotANumber, "a decimal number is expected"),
        (MarketError::Full, "no more can be counted"),
        (MarketError::UnknownBasket { id: 7 }, "no basket has the number 7"),
    ] {
        assert_eq!(error.to_string(), text);
    }
}

#[test]
fn a_quotient_has_34_digits_half_to_even() {
    for (dividend, divisor, expected) in [
        (1, "3", "3333333333333333333333333333333333E-34"),
        (2, "3", "6666666666666666666666666666666667E-34"),
        (100, "1", "1E2"),
        (1, "0.3", "3333333333333333333333333333333333E-33"),
        // 34 digits and a half: to the even one.
        (20_000_000_000_000_000_000_000_000_000_000_005, "10", "2E33"),
        (20_000_000_000_000_000_000_000_000_000_000_015, "10", "2000000000000000000000000000000002E0"),
        (20_000_000_000_000_000_000_000_000_000_000_005, "9.9999", "2000020000200002000020000200002001E0"),
        // 34 digits and a half again, as the rest of a division.
        (20_000_000_000_000_000_000_000_000_000_000_001, "6", "3333333333333333333333333333333334E0"),
        (99_999_999_999_999_999_999_999_999_999_999_999, "1", "1E35"),
    ] {
        let quotient = Quotient::divide(&steps(dividend), &Amount::parse(divisor).expect("a number"));
        assert_eq!(quotient.expect("above zero").to_string(), expected, "{dividend} / {divisor}");
    }
}

#[test]
fn what_is_not_above_zero_has_no_quotient() {
    let one = Amount::ONE;
    assert_eq!(Quotient::divide(&[0; 4], &one), None);
    assert_eq!(Quotient::divide(&[0, 0, 0, 1 << 63], &one), None);
    assert_eq!(Quotient::divide(&steps(1), &Amount::ZERO), None);
}

#[test]
fn a_level_is_published_half_up() {
    for (digits, exponent, decimals, expected) in [
        (1000005, -5, 4, "10.0001"),
        (1000004, -5, 4, "10.0000"),
        (1775, -1, 4, "177.5000"),
        (1, 2, 2, "100.00"),
        (5, -5, 4, "0.0001"),
        (4, -5, 4, "0.0000"),
        (9999995, -5, 4, "100.0000"),
        (u128::MAX, -38, 2, "3.40"),
        (7, -60, 4, "0.0000"),
        (25, -1, 0, "3"),
    ] {
        assert_eq!(Quotient { digits, exponent }.published(decimals), expected);
    }
}

proptest! {
    #[test]
    fn any_text_is_a_number_or_refused(text in "[-+0-9.eE_ ]{0,70}") {
        let _ = Amount::parse(&text);
    }

    #[test]
    fn what_is_read_is_written(digits in "[1-9][0-9]{0,56}", exponent in -100_i32..100) {
        let amount = Amount::parse(&format!("{digits}E{exponent}")).expect("a number");
        prop_assert_eq!(Amount::parse(&amount.to_string()), Ok(amount));
    }

    #[test]
    fn a_whole_number_by_one_is_itself(whole in 1_u128..10_u128.pow(34)) {
        let quotient = Quotient::divide(&steps(whole), &Amount::ONE).expect("above zero");
        prop_assert_eq!(quotient.digits * 10_u128.pow(quotient.exponent.unsigned_abs()), whole);
    }
}
