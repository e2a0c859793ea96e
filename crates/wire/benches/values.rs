//! What reading one value costs, for the forms that messages are full of.
#![allow(missing_docs)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use fixplus_wire::values::{Datatype, decimal, int, utc_timestamp, write_timestamp};

fn values(criterion: &mut Criterion) {
    for text in
        ["20260302-14:30:01", "20260302-14:30:01.250", "20260302-14:30:01.250123", "20260302-14:30:01.250122456"]
    {
        criterion.bench_function(&format!("utc_timestamp, {} bytes", text.len()), |bench| {
            bench.iter(|| utc_timestamp(black_box(text.as_bytes())));
        });
    }
    for text in ["7", "33912", "4294967295"] {
        criterion.bench_function(&format!("int, {} bytes", text.len()), |bench| {
            bench.iter(|| int(black_box(text.as_bytes())));
        });
    }
    for text in ["99.25", "1.37277", "0.00000000", "4100.000000"] {
        criterion.bench_function(&format!("decimal, {} bytes", text.len()), |bench| {
            bench.iter(|| decimal(black_box(text.as_bytes())));
        });
    }
    let forms: [(Datatype, &str); 6] = [
        (Datatype::String, "BUYSIDE"),
        (Datatype::Char, "1"),
        (Datatype::Price, "99.25"),
        (Datatype::SeqNum, "33912"),
        (Datatype::Boolean, "Y"),
        (Datatype::UTCTimestamp, "20260302-14:30:01.250"),
    ];
    for (datatype, text) in forms {
        criterion.bench_function(&format!("accepts, {}", datatype.name()), |bench| {
            bench.iter(|| black_box(datatype).accepts(black_box(text.as_bytes())));
        });
    }
    let mut out = Vec::with_capacity(64);
    criterion.bench_function("write_timestamp, 3 digits", |bench| {
        bench.iter(|| {
            out.clear();
            write_timestamp(black_box(1_772_461_801_250_000_000), 3, &mut out);
            out.len()
        });
    });
}

criterion_group!(benches, values);
criterion_main!(benches);
