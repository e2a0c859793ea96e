//! How fast a log is read, found and summarised, in bytes a second.
#![allow(missing_docs)]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use fixplus_wire::log::{LogMessage, LogOptions, LogReader, Summary};

/// The size of the log, and of the pieces in which it is fed, as from a file.
const LOG_BYTES: usize = 256 * 1024 * 1024;
const PIECE_BYTES: usize = 256 * 1024;

const BODIES: [&str; 4] = [
    "35=D|34=2|49=BUYSIDE|52=20260302-14:30:01.250|56=VENUE|11=A1|21=1|38=100|40=2|44=99.25|54=1|55=IBM|59=0|60=20260302-14:30:01.249|",
    "35=8|34=3|49=VENUE|52=20260302-14:30:01.300|56=BUYSIDE|6=0|11=A1|14=0|17=E1|37=O1|39=0|54=1|55=IBM|150=0|151=100|453=2|448=BRK|447=D|452=1|448=CLR|447=D|452=4|",
    "35=0|34=96|49=BUYSIDE|52=20260302-14:30:29.000|56=VENUE|",
    "35=X|34=7|49=VENUE|52=20260302-14:30:04.000|56=BUYSIDE|262=MD1|268=3|279=0|269=0|55=IBM|270=99.24|271=500|279=2|269=1|55=IBM|270=99.26|279=1|269=1|55=IBM|270=99.27|271=1200|",
];

/// A log of whole messages between `before` and `after`, with a separator.
fn log(before: &str, separator: &str, after: &str) -> Vec<u8> {
    let mut log = Vec::with_capacity(LOG_BYTES + 1024);
    for body in BODIES.iter().cycle() {
        let body = body.replace('|', "\x01");
        let head = format!("8=FIX.4.4\x019={}\x01", body.len());
        let sum = head.bytes().chain(body.bytes()).fold(0_u8, u8::wrapping_add);
        let message = format!("{head}{body}10={sum:03}\x01").replace('\x01', separator);
        log.extend_from_slice(format!("{before}{message}{after}").as_bytes());
        if log.len() >= LOG_BYTES {
            return log;
        }
    }
    log
}

fn read(log: &[u8], mut sink: impl FnMut(LogMessage<'_>)) {
    let mut reader = LogReader::new(LogOptions::default());
    for piece in log.chunks(PIECE_BYTES) {
        reader.feed(piece, &mut sink);
    }
    reader.finish(&mut sink);
}

fn logs(criterion: &mut Criterion) {
    let layouts = [
        ("SOH", "", "\x01", ""),
        ("SOH, a line each, with prefix", "20260302-14:30:00.123456789 : ", "\x01", "\n"),
        ("pipes, a line each", "", "|", "\n"),
        ("^A, a line each", "", "^A", "\n"),
    ];
    let mut group = criterion.benchmark_group("log");
    group.sample_size(10);
    for (name, before, separator, after) in layouts {
        let log = &log(before, separator, after);
        group.throughput(Throughput::Bytes(log.len() as u64));
        group.bench_function(format!("read, {name}"), |bench| {
            bench.iter(|| {
                let mut valid = 0;
                read(log, |message| valid += u64::from(message.verdict.is_valid()));
                black_box(valid)
            });
        });
        group.bench_function(format!("summary, {name}"), |bench| {
            bench.iter(|| {
                let mut summary = Summary::new();
                read(log, |message| summary.add(&message));
                assert_eq!(summary.valid(), summary.messages());
                black_box(summary)
            });
        });
    }
    group.finish();
}

criterion_group!(benches, logs);
criterion_main!(benches);
