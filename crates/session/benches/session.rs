//! What a session costs: a heartbeat, an order and an execution report received, an order sent, and a slice sent again.
#![allow(missing_docs, clippy::unwrap_used)]

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use fixplus_session::config::SECOND;
use fixplus_session::{Books, Command, Effects, Identity, Now, Role, Session, SessionConfig, Version};
use fixplus_wire::{Field, sum};
use std::hint::black_box;

const NOW: Now = Now { utc_ns: 1_772_461_800 * SECOND, mono_ns: 0 };
const ORDER: &str =
    "11=ORD-20260515-000001|1=ACC-7781|21=1|55=EURUSD|54=1|60=20260302-14:30:00.123|38=1000000|40=2|44=1.08345|59=0|";
const REPORT: &str = "37=X-889900112233|11=ORD-20260515-000001|17=E-0000000456|150=F|39=1|1=ACC-7781|55=EURUSD|54=1|38=1000000|40=2|44=1.08345|59=0|32=250000|31=1.08344|30=XLON|151=750000|14=250000|6=1.08344|60=20260302-14:30:00.123|58=partial fill|";

fn message(msg_type: &str, seq: u64, rest: &str) -> Vec<u8> {
    let head = format!("35={msg_type}|34={seq}|49=PEER|52=20260302-14:30:00.000|56=US|");
    let body = (head + rest).replace('|', "\x01");
    let mut frame = format!("8=FIX.4.4\x019={}\x01{body}", body.len()).into_bytes();
    let total = sum(&frame);
    frame.extend_from_slice(format!("10={total:03}\x01").as_bytes());
    frame
}

fn logged_on(validates: bool) -> Session {
    let identity = Identity { sender_comp_id: b"US".to_vec(), target_comp_id: b"PEER".to_vec(), ..Identity::default() };
    let mut config = SessionConfig::new(Version::Fix44, Role::Acceptor, identity);
    config.validate_incoming_message = validates;
    let mut session = Session::new(config, Books::bundled(Version::Fix44), 1, 1, Some(NOW.utc_ns));
    let mut effects = Effects::new();
    session.connected(&[], NOW, &mut effects);
    session.receive(&message("A", 1, "98=0|108=30|"), NOW, &mut effects);
    session.command(Command::AcceptLogon, NOW, &mut effects).unwrap();
    session
}

/// Messages in sequence, so many that a run of a bench does not need more sessions.
const MANY: u64 = 1000;

fn received(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("receive");
    group.throughput(Throughput::Elements(MANY));
    for (name, msg_type, rest, validates) in [
        ("heartbeat", "0", "", true),
        ("order", "D", ORDER, true),
        ("order, not held against the dictionary", "D", ORDER, false),
        ("report", "8", REPORT, true),
    ] {
        let messages: Vec<Vec<u8>> = (2..2 + MANY).map(|seq| message(msg_type, seq, rest)).collect();
        group.bench_function(name, |bencher| {
            let mut effects = Effects::new();
            bencher.iter_batched_ref(
                || logged_on(validates),
                |session| {
                    for message in &messages {
                        effects.clear();
                        session.receive(message, NOW, &mut effects);
                        black_box(effects.list().len());
                    }
                    assert_eq!(session.next_in(), 2 + MANY);
                },
                BatchSize::SmallInput,
            );
        });
    }
    // The same in one piece, as a socket brings them when much is under way.
    let piece: Vec<u8> = (2..2 + MANY).flat_map(|seq| message("D", seq, ORDER)).collect();
    group.bench_function("orders in one piece", |bencher| {
        let mut effects = Effects::new();
        bencher.iter_batched_ref(
            || logged_on(true),
            |session| {
                effects.clear();
                session.receive(&piece, NOW, &mut effects);
                while session.pending() {
                    effects.clear();
                    session.receive(b"", NOW, &mut effects);
                }
                assert_eq!(session.next_in(), 2 + MANY);
            },
            BatchSize::SmallInput,
        );
    });
    group.finish();
}

fn fields_of(text: &str) -> (Vec<u8>, Vec<Field>) {
    let (mut bytes, mut fields) = (Vec::new(), Vec::new());
    for field in text.split('|').filter(|field| !field.is_empty()) {
        let (tag, value) = field.split_once('=').unwrap();
        let start = u32::try_from(bytes.len()).unwrap();
        bytes.extend_from_slice(value.as_bytes());
        fields.push(Field { tag: tag.parse().unwrap(), start, end: u32::try_from(bytes.len()).unwrap() });
    }
    (bytes, fields)
}

fn sent(criterion: &mut Criterion) {
    let mut session = logged_on(true);
    let mut effects = Effects::new();
    for (name, text) in [("order", format!("35=D|{ORDER}")), ("report", format!("35=8|{REPORT}"))] {
        let (bytes, fields) = fields_of(&text);
        criterion.bench_function(&format!("send/{name}"), |bencher| {
            bencher.iter(|| {
                effects.clear();
                session.send(&bytes, &fields, NOW, &mut effects).unwrap();
                black_box(effects.list().len());
            });
        });
    }
}

fn sent_again(criterion: &mut Criterion) {
    let (bytes, fields) = fields_of(&format!("35=D|{ORDER}"));
    let mut session = logged_on(true);
    let mut effects = Effects::new();
    let stored: Vec<Vec<u8>> = (0..MANY)
        .map(|_| {
            effects.clear();
            session.send(&bytes, &fields, NOW, &mut effects).unwrap();
            match effects.list().last() {
                Some(fixplus_session::Effect::Write { raw }) => effects.bytes(raw).to_vec(),
                _ => Vec::new(),
            }
        })
        .collect();
    let mut group = criterion.benchmark_group("resend");
    group.throughput(Throughput::Elements(MANY));
    let mut seq = 2;
    group.bench_function("orders", |bencher| {
        bencher.iter(|| {
            effects.clear();
            session.receive(&message("2", seq, "7=2|16=0|"), NOW, &mut effects);
            seq += 1;
            let records = (2..).zip(&stored).map(|(seq, raw)| (seq, Some(raw.as_slice())));
            session.replay(records, 1 + MANY, NOW, &mut effects);
            black_box(effects.list().len());
        });
    });
    group.finish();
}

criterion_group!(benches, received, sent, sent_again);
criterion_main!(benches);
