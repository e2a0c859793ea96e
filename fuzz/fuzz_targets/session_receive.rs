//! Any bytes and any interleaving of ticks, messages and commands: no panic, bounded answers, no number used twice, nothing new written before it is stored.
#![no_main]

use fixplus_session::config::SECOND;
use fixplus_session::{
    Books, Command, Effect, Effects, Identity, Kind, Now, Role, Session, SessionConfig, State, Version,
};
use fixplus_wire::{DataPairs, Field, Index, decode_lenient, sum};
use libfuzzer_sys::fuzz_target;
use std::collections::BTreeMap;

const START: i64 = 1_772_461_800 * SECOND;
/// The time of [`START`] as every message that is made here says it.
const TIME: &str = "20260302-14:30:00";

struct Run {
    session: Session,
    now: Now,
    stored: BTreeMap<u64, Vec<u8>>,
    next_out: u64,
    next_in: u64,
    version: Version,
}

impl Run {
    fn new(switches: &[u8; 4]) -> Self {
        let on = |byte: usize, bit: u8| switches[byte] >> bit & 1 == 1;
        let versions = [Version::Fix40, Version::Fix42, Version::Fix44, Version::Fixt11];
        let version = versions[usize::from(switches[0] & 3)];
        let role = if on(0, 2) { Role::Initiator } else { Role::Acceptor };
        let identity =
            Identity { sender_comp_id: b"US".to_vec(), target_comp_id: b"PEER".to_vec(), ..Identity::default() };
        let mut config = SessionConfig::new(version, role, identity);
        config.default_appl_ver_id = b"9".to_vec();
        config.check_latency = false;
        config.reset_on_logon = on(0, 3);
        config.reset_on_logout = on(0, 4);
        config.reset_on_disconnect = on(0, 5);
        config.enable_next_expected_msg_seq_num = on(0, 6);
        config.enable_last_msg_seq_num_processed = on(0, 7);
        config.resend_request_chunk_size = u64::from(switches[1] & 3);
        config.closed_resend_interval = on(1, 2);
        config.send_redundant_resend_requests = on(1, 3);
        config.reject_garbled_message = on(1, 4);
        config.reject_invalid_message = !on(1, 5);
        config.validate_length_and_checksum = !on(1, 6);
        config.validate_sequence_numbers = !on(1, 7);
        config.persist_messages = !on(2, 0);
        config.disconnect_on_error = on(2, 1);
        config.logout_waits_for_gap = on(2, 2);
        config.quirks.cme_enhanced_resend = on(2, 3);
        config.quirks.strict_logon = on(2, 4);
        config.quirks.logon_refusal_logout = on(2, 5);
        config.quirks.ask_again_after_serving = on(2, 6);
        config.quirks.close_after_logout_reply_ns = if on(2, 7) { SECOND } else { 0 };
        config.max_message_size = 4096;
        config.max_set_aside = 8;
        config.max_set_aside_bytes = 4096;
        config.max_waiting = 8;
        config.max_held_bytes = 4096;
        let books = if on(3, 0) { Books::none() } else { Books::bundled(version) };
        let session = Session::new(config, books, 1, 1, (!on(3, 1)).then_some(START));
        let now = Now { utc_ns: START, mono_ns: 0 };
        Self { session, now, stored: BTreeMap::new(), next_out: 1, next_in: 1, version }
    }

    fn act(&mut self, act: impl FnOnce(&mut Session, Now, &mut Effects)) {
        let mut effects = Effects::new();
        act(&mut self.session, self.now, &mut effects);
        self.carry_out(&effects, 0);
        let mut rounds = 0;
        while self.session.pending() {
            effects.clear();
            self.session.receive(b"", self.now, &mut effects);
            self.carry_out(&effects, 0);
            rounds += 1;
            assert!(rounds < 10_000, "input without end");
        }
    }

    fn carry_out(&mut self, effects: &Effects, depth: u32) {
        // 64 messages are looked at in one call, and each is answered by a few effects; all that waited may be flushed too.
        assert!(effects.list().len() < 1000, "{} effects", effects.list().len());
        let mut appended = None;
        for effect in effects.list() {
            match effect {
                Effect::Append { seq, raw } => {
                    assert!(*seq >= self.next_out, "number {seq} was used before {}", self.next_out);
                    self.next_out = seq.saturating_add(1);
                    self.stored.insert(*seq, effects.bytes(raw).to_vec());
                    appended = Some(*seq);
                }
                Effect::Write { raw } => {
                    let raw = effects.bytes(raw);
                    let mut index = Index::new();
                    let faults = decode_lenient(raw, &DataPairs::standard(), &mut index);
                    assert!(faults.is_empty(), "{faults:?} in {:?}", String::from_utf8_lossy(raw));
                    let value = |tag| index.value(raw, tag);
                    let seq = value(34).and_then(fixplus_wire::ascii_u64).unwrap();
                    let again = value(43) == Some(b"Y") || (value(35) == Some(b"4") && value(123) == Some(b"Y"));
                    // A stranger is refused without a trace, and our store begins where the session stands.
                    let stranger = matches!(value(35), Some(b"5" | b"3")) && appended != Some(seq);
                    assert!(again || stranger || appended == Some(seq), "{seq} was written and not stored");
                }
                Effect::Advance { next_in } => self.next_in = *next_in,
                Effect::ResetStore { next_out, next_in, created_ns } => {
                    (self.next_out, self.next_in) = (*next_out, *next_in);
                    if created_ns.is_some() {
                        self.stored.clear();
                    }
                }
                Effect::Deliver { kind, raw, fields, .. } => {
                    let (raw, fields) = (effects.bytes(raw), effects.fields(fields));
                    assert!(fields.iter().all(|field| field.end as usize <= raw.len()));
                    if *kind == Kind::LogonRequest && depth < 3 && self.now.mono_ns % 3 != 0 {
                        let mut more = Effects::new();
                        self.session.command(Command::AcceptLogon, self.now, &mut more).unwrap();
                        self.carry_out(&more, depth + 1);
                    }
                }
                Effect::Replay { begin, end } => {
                    assert!(begin <= end && *begin >= 1);
                    if depth < 30 {
                        let through = end.min(&begin.saturating_add(3)).to_owned();
                        let records: Vec<(u64, Vec<u8>)> =
                            self.stored.range(begin..=&through).map(|(seq, raw)| (*seq, raw.clone())).collect();
                        let mut more = Effects::new();
                        let records = records.iter().map(|(seq, raw)| (*seq, Some(raw.as_slice())));
                        self.session.replay(records, through, self.now, &mut more);
                        self.carry_out(&more, depth + 1);
                    }
                }
                _ => {}
            }
        }
        assert!(self.session.next_in() >= 1 && self.session.next_out() >= 1);
        if self.session.state() == State::Closed {
            assert!(!self.session.pending() && self.session.gap().is_none());
        }
        if let Some((begin, end)) = self.session.gap() {
            assert!(begin <= end);
        }
    }

    /// A message whose frame is right.
    fn message(&self, kind: u8, delta: u8, rest: &[u8]) -> Vec<u8> {
        let types = ["0", "1", "2", "3", "4", "5", "A", "D", "8", "n", "B", "j", "*"];
        let msg_type = types[usize::from(kind) % types.len()];
        let seq = self.session.next_in().saturating_add(u64::from(delta & 7)).saturating_sub(u64::from(delta >> 3 & 7));
        let dup = if delta & 0x40 != 0 { "43=Y\x01" } else { "" };
        let orig = if delta & 0x80 != 0 { format!("122={TIME}\x01") } else { String::new() };
        let end = match msg_type {
            "1" => "112=X\x01",
            "2" => "7=1\x0116=0\x01",
            "3" => "45=1\x01",
            "A" if self.version == Version::Fixt11 => "98=0\x01108=5\x011137=9\x01",
            "A" => "98=0\x01108=5\x01",
            "D" => "11=A\x0121=1\x0138=1\x0140=1\x0154=1\x0155=IBM\x0160=20260302-14:30:00\x01",
            _ => "",
        };
        let mut body =
            format!("35={msg_type}\x0134={seq}\x01{dup}49=PEER\x0152={TIME}\x0156=US\x01{orig}{end}").into_bytes();
        body.extend_from_slice(rest);
        let mut frame = format!("8={}\x019={}\x01", self.version.begin_string(), body.len()).into_bytes();
        frame.extend_from_slice(&body);
        let total = sum(&frame);
        frame.extend_from_slice(format!("10={total:03}\x01").as_bytes());
        frame
    }
}

fuzz_target!(|data: &[u8]| {
    let Some((switches, mut program)) = data.split_first_chunk::<4>() else { return };
    let mut run = Run::new(switches);
    let order = b"D1";
    let fields = [Field { tag: 35, start: 0, end: 1 }, Field { tag: 11, start: 1, end: 2 }];
    while let Some((&operation, rest)) = program.split_first() {
        let argument = rest.first().copied().unwrap_or(0);
        let length = usize::from(argument).min(rest.len().saturating_sub(1));
        let (piece, after) = rest.get(1..).unwrap_or_default().split_at(length.min(rest.len().saturating_sub(1)));
        program = after;
        match operation % 12 {
            0 | 1 => run.act(|session, now, effects| session.receive(piece, now, effects)),
            2..=5 => {
                let (kind, delta) = (operation >> 4, piece.first().copied().unwrap_or(0));
                let message = run.message(kind, delta, piece.get(1..).unwrap_or_default());
                run.act(|session, now, effects| session.receive(&message, now, effects));
            }
            6 => {
                let ns = i64::from(argument) * SECOND / 8;
                run.now = Now { utc_ns: run.now.utc_ns + ns, mono_ns: run.now.mono_ns + ns };
                run.act(Session::tick);
                let _ = run.session.next_deadline();
            }
            7 => run.act(|session, now, effects| {
                let _ = session.send(order, &fields, now, effects);
            }),
            8 => {
                let text = Some(String::from_utf8_lossy(piece).into_owned());
                let (number, msg_type) = (u64::from(argument), piece.to_vec());
                let command = match operation >> 4 {
                    0 => Command::AcceptLogon,
                    1 => Command::RefuseLogon { text: text.unwrap_or_default(), session_status: None, say: true },
                    2 => Command::Logout { text },
                    3 => Command::Disconnect { why: String::new() },
                    4 | 5 => Command::Reset,
                    6 => Command::SetNext { next_out: None, next_in: Some(number) },
                    7 => Command::TestRequest,
                    8 => Command::Enable(argument & 1 == 0),
                    9 => Command::Reject {
                        ref_seq: number,
                        ref_msg_type: msg_type,
                        reason: u16::from(argument),
                        ref_tag: None,
                        text,
                        routing: vec![(115, piece.to_vec())],
                    },
                    _ => Command::BusinessReject {
                        ref_seq: number,
                        ref_msg_type: msg_type,
                        reason: u32::from(argument),
                        ref_id: piece.to_vec(),
                        text,
                        routing: Vec::new(),
                    },
                };
                run.act(|session, now, effects| {
                    let _ = session.command(command, now, effects);
                });
            }
            9 => run.act(|session, now, effects| session.connected(&[], now, effects)),
            10 => run.act(Session::disconnected),
            _ => run.act(|session, now, effects| {
                let through = u64::from(argument);
                session.replay([(through, Some(piece))], through, now, effects);
            }),
        }
    }
});
