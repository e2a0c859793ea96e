//! What a price costs an instrument that 137 baskets hold, in their currency and in another one.
#![allow(missing_docs, clippy::expect_used)]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use fixplus_market::{Amount, BasketTerms, Condition, LastValue, Levels};

const HOLDERS: u32 = 137;

fn held(currency: &str) -> Levels {
    let mut levels = Levels::new();
    let name = levels.add_instrument(currency).expect("a number");
    levels.set_rates(&[("EUR", "USD", Amount::parse("1.083456789012345678901234567890123").ok())]).expect("rates");
    let coefficient = Amount::parse("0.1666666666666666666666666666666667").expect("units");
    for _ in 0..HOLDERS {
        let terms = BasketTerms {
            base_currency: "USD",
            divisor: Amount::parse("24.93277310924369747899159663865546").expect("a divisor"),
            extra: (Amount::ZERO, false),
            holdings: &[(name, coefficient)],
            fresh_ns: 0,
            max_age_ns: 0,
        };
        levels.define(None, &terms).expect("a basket");
    }
    levels
}

fn repricing(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("reprice the holders of a name");
    group.throughput(Throughput::Elements(u64::from(HOLDERS)));
    for (name, currency) in [("own currency", "USD"), ("another currency", "EUR")] {
        let mut levels = held(currency);
        let mut time_ns = 0;
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                time_ns += 1;
                let price = Amount::from_units(150_000_000 + time_ns % 1_000, 6).expect("a price");
                let value = LastValue { price, time_ns: time_ns as i64, alive_ns: 0, condition: Condition::default() };
                levels.put(0, black_box(value)).expect("a price")
            });
        });
    }
    group.finish();
    let mut levels = held("EUR");
    let mut time_ns = 0;
    criterion.bench_function("a level of one name, priced and divided", |bencher| {
        bencher.iter(|| {
            time_ns += 1;
            let price = Amount::from_units(150_000_000 + time_ns % 1_000, 6).expect("a price");
            let value = LastValue { price, time_ns: time_ns as i64, alive_ns: 0, condition: Condition::default() };
            levels.put(0, value).expect("a price");
            levels.level(0).expect("a basket")
        });
    });
}

criterion_group!(benches, repricing);
criterion_main!(benches);
