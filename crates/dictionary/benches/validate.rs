//! What it costs to hold a decoded message against its dictionary: the four sample messages in their FIX 4.4 and FIXT
//! 1.1 / 5.0 SP2 forms.
//!
//! Decoding is not measured here.

#![allow(missing_docs, clippy::unwrap_used)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use fixplus_dictionary::dictionary::Dictionary;
use fixplus_dictionary::groups::GroupIndex;
use fixplus_dictionary::settings::Settings;
use fixplus_wire::Field;

const NOS: &str = "8=FIX.4.4|9=172|35=D|34=1092|49=BUYSIDE|52=20260515-09:30:00.123|56=SELLSIDE|11=ORD-20260515-000001|1=ACC-7781|21=1|55=EURUSD|54=1|60=20260515-09:30:00.123|38=1000000|40=2|44=1.08345|59=0|10=140|";
const ER: &str = "8=FIX.4.4|9=288|35=8|34=2187|49=SELLSIDE|52=20260515-09:30:00.123|56=BUYSIDE|37=X-889900112233|11=ORD-20260515-000001|17=E-0000000456|150=F|39=1|1=ACC-7781|55=EURUSD|54=1|38=1000000|40=2|44=1.08345|59=0|32=250000|31=1.08344|30=XLON|151=750000|14=250000|6=1.08344|60=20260515-09:30:00.123|58=partial fill|10=003|";
const SNAPSHOT_HEAD: &str =
    "8=FIX.4.4|9=681|35=W|34=5511|49=SELLSIDE|52=20260515-09:30:00.123|56=BUYSIDE|262=MDR-000042|55=EURUSD|268=10|";
const REFRESH_HEAD: &str =
    "8=FIX.4.4|9=459|35=X|34=5512|49=SELLSIDE|52=20260515-09:30:00.123|56=BUYSIDE|262=MDR-000042|268=5|";

fn snapshot() -> String {
    let mut text = SNAPSHOT_HEAD.to_string();
    for (side, first, step) in [(0, 40_i32, -1), (1, 45, 1)] {
        for level in 0..5_i32 {
            let price = first + step * level;
            let size = 500_000 * (level + 1);
            let (orders, place) = (level + 2, level + 1);
            text += &format!("269={side}|270=1.083{price}|271={size}|273=09:30:00.123|346={orders}|290={place}|");
        }
    }
    text + "10=185|"
}

fn refresh() -> String {
    let mut text = REFRESH_HEAD.to_string();
    for (entry, (action, side)) in [(0, 0), (1, 1), (1, 0), (2, 1), (1, 0)].iter().enumerate() {
        let (price, size) = (40 + entry, 250_000 * (entry + 1));
        text += &format!(
            "279={action}|269={side}|278=Q000440{entry}|55=EURUSD|270=1.083{price}|271={size}|273=09:30:00.124|"
        );
    }
    text + "10=207|"
}

/// The bytes of a frame and where its fields are.
fn wire(text: &str) -> (Vec<u8>, Vec<Field>) {
    let frame = text.replace('|', "\x01").into_bytes();
    let mut fields = Vec::new();
    let mut start = 0;
    for piece in frame.split_inclusive(|&byte| byte == 1) {
        if let Some(equals) = piece.iter().position(|&byte| byte == b'=') {
            let tag = piece[..equals].iter().fold(0, |tag, digit| tag * 10 + u32::from(digit - b'0'));
            fields.push(Field { tag, start: (start + equals + 1) as u32, end: (start + piece.len() - 1) as u32 });
        }
        start += piece.len();
    }
    (frame, fields)
}

fn validate(criterion: &mut Criterion) {
    let settings = Settings::default();
    for (version, begin_string) in [("FIX.4.4", "FIX.4.4"), ("FIX.5.0SP2", "FIXT.1.1")] {
        let Some(dictionary) = Dictionary::bundled(version) else { continue };
        let mut group = criterion.benchmark_group(version);
        for (name, text) in [("NOS", NOS.to_string()), ("ER", ER.to_string()), ("W", snapshot()), ("X", refresh())] {
            // HandlInst(21) left the order, and TransactTime(60) is where it was, so both forms have the same fields
            // but one.
            let (frame, fields) = wire(&text.replace("FIX.4.4", begin_string));
            let mut found = Vec::new();
            dictionary.validate(&frame, &fields, &settings, &mut found);
            assert!(found.is_empty(), "{version} {name}: {found:?}");
            group.bench_function(format!("{name} validate"), |bencher| {
                bencher.iter(|| dictionary.validate(black_box(&frame), black_box(&fields), &settings, &mut found));
            });
            if let Some(plan) = dictionary.plan_of(&frame, &fields) {
                let mut index = GroupIndex::new();
                group.bench_function(format!("{name} groups"), |bencher| {
                    bencher.iter(|| index.build(black_box(plan), black_box(&fields), false));
                });
            }
        }
    }
}

criterion_group!(benches, validate);
criterion_main!(benches);
