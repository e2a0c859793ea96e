//! Levels follow prices, rates and compositions, one change at a time, to the same digits as all at once.
#![allow(missing_docs, clippy::expect_used)]

use fixplus_market::{Age, Amount, BasketTerms, Condition, LastValue, Levels, MarketError, trade};
use proptest::prelude::*;

fn amount(text: &str) -> Amount {
    Amount::parse(text).expect("a number")
}

fn priced(text: &str, time_ns: i64) -> LastValue {
    LastValue { price: amount(text), time_ns, alive_ns: time_ns, condition: Condition::default() }
}

fn terms<'a>(base_currency: &'a str, divisor: &str, holdings: &'a [(u32, Amount)]) -> BasketTerms<'a> {
    BasketTerms {
        base_currency,
        divisor: amount(divisor),
        extra: (Amount::ZERO, false),
        holdings,
        fresh_ns: 15,
        max_age_ns: 300,
    }
}

fn level(levels: &mut Levels, basket: u32) -> Option<String> {
    levels.level(basket).expect("a basket").map(|level| level.published(4))
}

/// Three dollars' names and one basket of all of them.
fn capitalisation() -> Levels {
    let mut levels = Levels::new();
    let names: Vec<u32> = (0..3).map(|_| levels.add_instrument("USD").expect("a number")).collect();
    let counts = ["1000", "400", "100"];
    let holdings: Vec<(u32, Amount)> = names.iter().zip(counts).map(|(name, count)| (*name, amount(count))).collect();
    levels.define(None, &terms("USD", "23", &holdings)).expect("a basket");
    levels
}

#[test]
fn a_level_is_there_once_every_name_has_a_price() {
    let mut levels = capitalisation();
    for (name, price) in [(0, "10"), (1, "20")] {
        assert_eq!(levels.put(name, priced(price, 1)), Ok(Some(1)));
        assert_eq!(level(&mut levels, 0), None);
    }
    levels.put(2, priced("50", 1)).expect("a price");
    assert_eq!(level(&mut levels, 0).as_deref(), Some("1000.0000"));
    for (name, price) in [(0, "11"), (1, "19"), (2, "52")] {
        levels.put(name, priced(price, 2)).expect("a price");
    }
    assert_eq!(
        levels.level(0).expect("a basket").expect("a level").to_string(),
        "103478260869565217391304347826087E-29"
    );
}

#[test]
fn newer_never_yields_to_older() {
    let mut levels = capitalisation();
    levels.put(0, priced("10", 5)).expect("a price");
    assert_eq!(levels.put(0, priced("11", 4)), Ok(None));
    assert_eq!(levels.last(0).map(|last| last.price), Some(amount("10")));
    assert_eq!(levels.put(0, priced("11", 5)), Ok(Some(1)));
    assert_eq!(levels.put(0, priced("11", 6)), Ok(Some(0)));
    assert_eq!(levels.last(0).map(|last| last.time_ns), Some(6));
}

#[test]
fn a_price_reprices_only_those_who_hold_the_name() {
    let mut levels = capitalisation();
    levels.define(None, &terms("USD", "1", &[(1, Amount::ONE)])).expect("a basket");
    assert_eq!(levels.put(0, priced("10", 1)), Ok(Some(1)));
    assert_eq!(levels.put(1, priced("20", 1)), Ok(Some(2)));
    assert_eq!(level(&mut levels, 1).as_deref(), Some("20.0000"));
    assert_eq!((levels.baskets(), levels.instruments()), (2, 3));
}

#[test]
fn a_rate_converts_and_without_one_there_is_no_level() {
    let mut levels = Levels::new();
    let name = levels.add_instrument("GBP").expect("a number");
    let basket = levels.define(None, &terms("USD", "1", &[(name, amount("5"))])).expect("a basket");
    levels.put(name, priced("20", 1)).expect("a price");
    assert_eq!(level(&mut levels, basket), None);
    levels.set_rates(&[("GBP", "USD", Some(amount("1.25")))]).expect("rates");
    assert_eq!(level(&mut levels, basket).as_deref(), Some("125.0000"));
    levels.set_rates(&[("GBP", "USD", None)]).expect("rates");
    assert_eq!(level(&mut levels, basket), None);
    // A currency is worth itself, whatever is said.
    levels.set_rates(&[("GBP", "GBP", Some(amount("7")))]).expect("rates");
    let own = levels.define(None, &terms("GBP", "1", &[(name, amount("5"))])).expect("a basket");
    assert_eq!(level(&mut levels, own).as_deref(), Some("100.0000"));
}

#[test]
fn what_a_fund_owes_is_taken_off() {
    let mut levels = Levels::new();
    let name = levels.add_instrument("USD").expect("a number");
    let holdings = [(name, Amount::ONE)];
    let mut fund = terms("USD", "50000", &holdings);
    fund.extra = (amount("11345"), false);
    let basket = levels.define(None, &fund).expect("a basket");
    levels.put(name, priced("5012345.67", 1)).expect("a price");
    assert_eq!(level(&mut levels, basket).as_deref(), Some("100.4738"));
    fund.extra = (amount("5012345.68"), true);
    levels.define(Some(basket), &fund).expect("a basket");
    assert_eq!(level(&mut levels, basket), None);
}

#[test]
fn a_basket_that_is_removed_is_not_repriced() {
    let mut levels = capitalisation();
    levels.remove(0).expect("a basket");
    assert_eq!(levels.put(0, priced("10", 1)), Ok(Some(0)));
    assert_eq!(levels.level(0), Err(MarketError::UnknownBasket { id: 0 }));
    assert_eq!(levels.remove(9), Err(MarketError::UnknownBasket { id: 9 }));
    let again = levels.define(Some(0), &terms("USD", "1", &[(0, Amount::ONE)])).expect("a basket");
    assert_eq!(level(&mut levels, again).as_deref(), Some("10.0000"));
}

#[test]
fn a_definition_that_cannot_be_leaves_the_one_before() {
    let mut levels = capitalisation();
    let one = Amount::ONE;
    let many: Vec<(u32, Amount)> = vec![(0, one); 2];
    let large = [(0, amount("1e19"))];
    let unknown = [(7, one)];
    for (id, terms, error) in [
        (Some(0), terms("USD", "1", &many), MarketError::NamedTwice { id: 0 }),
        (Some(0), terms("USD", "1", &unknown), MarketError::UnknownInstrument { id: 7 }),
        (Some(0), terms("USD", "1", &large), MarketError::OutOfRange),
        (Some(0), terms("USD", "0", &[]), MarketError::OutOfRange),
        (Some(3), terms("USD", "1", &[]), MarketError::UnknownBasket { id: 3 }),
    ] {
        assert_eq!(levels.define(id, &terms), Err(error));
        assert!(!error.to_string().is_empty());
    }
    for (name, price) in [(0, "10"), (1, "20"), (2, "50")] {
        levels.put(name, priced(price, 1)).expect("a price");
    }
    assert_eq!(level(&mut levels, 0).as_deref(), Some("1000.0000"));
}

#[test]
fn prices_and_rates_beyond_reason_are_refused() {
    let mut levels = capitalisation();
    assert_eq!(levels.put(0, priced("1e18", 1)), Err(MarketError::OutOfRange));
    assert_eq!(levels.put(9, priced("1", 1)), Err(MarketError::UnknownInstrument { id: 9 }));
    for rate in ["0", "1e12"] {
        assert_eq!(levels.set_rates(&[("GBP", "USD", Some(amount(rate)))]), Err(MarketError::OutOfRange));
    }
    assert!(levels.last(9).is_none());
}

#[test]
fn there_are_at_most_256_currencies() {
    let mut levels = Levels::new();
    for number in 0..256 {
        levels.add_instrument(&number.to_string()).expect("a number");
    }
    assert_eq!(levels.add_instrument("one more"), Err(MarketError::Full));
}

#[test]
fn ages_are_counted_name_by_name() {
    let mut levels = capitalisation();
    let condition = |change: fn(&mut Condition)| {
        let mut condition = Condition::default();
        change(&mut condition);
        condition
    };
    let none = Age::default();
    for (age_ns, given, expected) in [
        (15, Condition::default(), Age { missing: 2, ..none }),
        (16, Condition::default(), Age { missing: 2, aged: 1, ..none }),
        (300, Condition::default(), Age { missing: 2, aged: 1, ..none }),
        (301, Condition::default(), Age { missing: 2, expired: 1, ..none }),
        (301, condition(|what| what.halted = true), Age { missing: 2, ..none }),
        (0, condition(|what| what.suspect = true), Age { missing: 2, aged: 1, ..none }),
        (0, condition(|what| what.other_source = true), Age { missing: 2, other_source: 1, ..none }),
        (0, condition(|what| what.simulated = true), Age { missing: 2, simulated: 1, ..none }),
    ] {
        levels
            .put(0, LastValue { price: amount("10"), time_ns: 1000, alive_ns: 1000, condition: given })
            .expect("a price");
        assert_eq!(levels.ages(1000 + age_ns), [expected], "{age_ns} {given:?}");
    }
}

/// A record of section 2 of the market data records.
fn record(action: u8, instrument: u32, price: i64, time: u64) -> [u8; 64] {
    let mut record = [0; 64];
    record[..8].copy_from_slice(&time.to_le_bytes());
    record[24..32].copy_from_slice(&price.to_le_bytes());
    record[48..52].copy_from_slice(&instrument.to_le_bytes());
    record[59] = action;
    record
}

#[test]
fn a_trade_is_read_from_its_record() {
    let read = trade(&record(b'T', 7, 177_500_000_000, 42)).expect("a record").expect("a trade");
    assert_eq!((read.instrument, read.price, read.time_ns), (7, amount("177.5"), 42));
    for other in [record(b'A', 7, 1, 1), record(b'T', 7, 0, 1), record(b'T', 7, -1, 1), record(b'T', 7, i64::MAX, 1)] {
        assert_eq!(trade(&other), Ok(None));
    }
    assert_eq!(trade(&record(b'T', 7, 1, u64::MAX)), Ok(None));
    assert_eq!(trade(&[0; 63]), Err(MarketError::OutOfRange));
}

#[derive(Debug, Clone)]
enum Change {
    Price(u32, u64, i16),
    Rate(usize, u64),
    Redefine(u32, Vec<(u32, u64, i16)>),
}

const CURRENCIES: [&str; 3] = ["USD", "EUR", "GBP"];

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let holding = (0_u32..6, 1_u64..u64::MAX, 0_i16..40);
    let change = prop_oneof![
        6 => (0_u32..6, 1_u64..100_000_000_000, 0_i16..9).prop_map(|(name, units, scale)| Change::Price(name, units, scale)),
        1 => (1_usize..3, 1_u64..u64::MAX).prop_map(|(currency, rate)| Change::Rate(currency, rate)),
        2 => (0_u32..3, proptest::collection::vec(holding, 1..6)).prop_map(|(basket, held)| Change::Redefine(basket, held)),
    ];
    proptest::collection::vec(change, 1..60)
}

proptest! {
    #[test]
    fn any_record_is_a_trade_or_none(mut bytes in proptest::collection::vec(any::<u8>(), 64), trades in any::<bool>()) {
        if trades {
            bytes[59] = b'T';
        }
        if let Some(read) = trade(&bytes).expect("64 bytes") {
            let mut levels = capitalisation();
            let value =
                LastValue { price: read.price, time_ns: read.time_ns, alive_ns: 0, condition: Condition::default() };
            prop_assert!(!read.price.is_zero());
            prop_assert_eq!(levels.put(read.instrument, value).is_ok(), read.instrument < 3);
        }
    }

    #[test]
    fn one_change_at_a_time_gives_the_digits_of_all_at_once(story in changes()) {
        let mut levels = Levels::new();
        for number in 0..6 {
            levels.add_instrument(CURRENCIES[number % 3]).expect("a number");
        }
        for _ in 0..3 {
            levels.define(None, &terms("USD", "7", &[])).expect("a basket");
        }
        for (time, change) in story.into_iter().enumerate() {
            match change {
                Change::Price(name, units, scale) => {
                    let price = Amount::from_units(units, scale).expect("a price");
                    let value = LastValue { price, time_ns: time as i64, alive_ns: 0, condition: Condition::default() };
                    levels.put(name, value).expect("a price");
                }
                Change::Rate(currency, rate) => {
                    let rate = Amount::from_units(rate, 18).expect("a rate");
                    levels.set_rates(&[(CURRENCIES[currency], "USD", Some(rate))]).expect("rates");
                }
                Change::Redefine(basket, mut held) => {
                    held.sort_unstable();
                    held.dedup_by_key(|(name, _, _)| *name);
                    let holdings: Vec<(u32, Amount)> = held
                        .iter()
                        .map(|(name, units, scale)| (*name, Amount::from_units(*units, *scale).expect("a number")))
                        .collect();
                    let _ = levels.define(Some(basket), &terms("USD", "1.1", &holdings));
                }
            }
        }
        let step_by_step: Vec<_> = (0..3).map(|basket| levels.level(basket).expect("a basket")).collect();
        levels.recompute();
        let anew: Vec<_> = (0..3).map(|basket| levels.level(basket).expect("a basket")).collect();
        prop_assert_eq!(step_by_step, anew);
    }
}
