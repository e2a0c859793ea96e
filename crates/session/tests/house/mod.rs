//! A session on a desk: messages are written with `|`, both clocks are moved by hand, the store is a list, and what the session
//! asks for is told in lines that can be compared.
#![allow(dead_code, missing_docs, clippy::unwrap_used, clippy::panic)]

use fixplus_session::{
    Books, CloseReason, Command, Effect, Effects, Event, Identity, Kind, LocalError, Now, Role, Session, SessionConfig,
    Version,
};
use fixplus_wire::values::write_timestamp;
use fixplus_wire::{Checks, DataPairs, Field, Index, decode, sum};
use std::collections::BTreeMap;

pub const SECOND: i64 = 1_000_000_000;
/// 2026-03-02 14:30:00 UTC, and a timer that began some time ago.
pub const T0: Now = Now { utc_ns: 1_772_461_800 * SECOND, mono_ns: 5 * SECOND };
/// T0 as SendingTime(52) of FIX 4.2 and later says it.
pub const TIME: &str = "20260302-14:30:00.000";

/// One session with its clocks and its store.
pub struct Desk {
    pub session: Session,
    pub now: Now,
    pub version: Version,
    /// What the peer calls itself and us in the messages that are completed.
    pub peer: String,
    pub us: String,
    /// Our messages by number, as the store has them; empty: the number alone.
    pub stored: BTreeMap<u64, Vec<u8>>,
    pub stored_out: u64,
    pub stored_in: u64,
    pub created_ns: Option<i64>,
    /// Logons are accepted at once.
    pub accepts: bool,
    /// Replays are carried out at once, so many numbers at a time.
    pub slice: Option<u64>,
    /// Numbers that the application declines to send again.
    pub declined: Vec<u64>,
    /// What was written, whole.
    pub written: Vec<Vec<u8>>,
    /// Numbers that were written for the first time, for the law that none is used twice.
    used: Vec<u64>,
    /// What the application was handed: ClOrdID(11) of each message.
    pub delivered: Vec<String>,
    pub closed: bool,
}

/// The settings of `PEER`'s acceptor `US`, or of the initiator `US`.
pub fn config(version: Version, role: Role) -> SessionConfig {
    let identity = Identity { sender_comp_id: b"US".to_vec(), target_comp_id: b"PEER".to_vec(), ..Identity::default() };
    let mut config = SessionConfig::new(version, role, identity);
    if version == Version::Fixt11 {
        config.default_appl_ver_id = b"9".to_vec();
    }
    config
}

impl Desk {
    pub fn with(config: SessionConfig, books: Books) -> Self {
        Self::at(config, books, 1, 1, Some(T0.utc_ns))
    }

    pub fn at(config: SessionConfig, books: Books, next_out: u64, next_in: u64, created_ns: Option<i64>) -> Self {
        let version = config.version;
        let text = |name: &[u8]| String::from_utf8(name.to_vec()).unwrap();
        let (peer, us) = (text(&config.identity.target_comp_id), text(&config.identity.sender_comp_id));
        Self {
            session: Session::new(config, books, next_out, next_in, created_ns),
            now: T0,
            version,
            peer,
            us,
            stored: BTreeMap::new(),
            stored_out: next_out,
            stored_in: next_in,
            created_ns,
            accepts: true,
            slice: Some(u64::MAX),
            declined: Vec::new(),
            written: Vec::new(),
            used: Vec::new(),
            delivered: Vec::new(),
            closed: true,
        }
    }

    pub fn new(version: Version, role: Role, change: impl FnOnce(&mut SessionConfig)) -> Self {
        let mut config = config(version, role);
        change(&mut config);
        Self::with(config, Books::bundled(version))
    }

    pub fn acceptor(version: Version) -> Self {
        Self::new(version, Role::Acceptor, |_| {})
    }

    pub fn initiator(version: Version) -> Self {
        Self::new(version, Role::Initiator, |_| {})
    }

    /// A desk on which Logons were exchanged as numbers 1, with H = 30 s.
    pub fn logged_on(mut self) -> Self {
        let body = if self.version == Version::Fixt11 { "98=0|108=30|1137=9|" } else { "98=0|108=30|" };
        self.connect();
        let seq = self.session.next_in();
        self.receive(&format!("35=A|34={seq}|{body}"));
        assert_eq!(self.session.state().name(), "logged_on");
        self
    }

    // ------------------------------------------------------------------------------------------------ what happens

    fn run(&mut self, act: impl FnOnce(&mut Session, Now, &mut Effects)) -> Vec<String> {
        let mut effects = Effects::new();
        act(&mut self.session, self.now, &mut effects);
        let mut lines = Vec::new();
        self.carry_out(&effects, &mut lines);
        lines
    }

    fn carry_out(&mut self, effects: &Effects, lines: &mut Vec<String>) {
        let mut appended: Option<(u64, Vec<u8>)> = None;
        for effect in effects.list() {
            // An append is told with the write that follows it.
            if let Some((seq, raw)) = appended.take_if(|_| !matches!(effect, Effect::Write { .. })) {
                lines.push(format!("store {}", self.brief(&raw, Some(seq))));
            }
            match effect {
                Effect::Append { seq, raw } => {
                    let raw = effects.bytes(raw).to_vec();
                    assert_eq!(*seq, self.stored_out.max(*seq), "a number that was used before");
                    self.stored_out = seq + 1;
                    self.stored.insert(*seq, raw.clone());
                    appended = Some((*seq, raw));
                }
                Effect::Write { raw } => {
                    let raw = effects.bytes(raw).to_vec();
                    assert!(!self.closed, "written behind Close");
                    self.check(&raw);
                    let seq = self.seq_of(&raw);
                    match appended.take() {
                        Some((stored, kept)) => {
                            assert_eq!(stored, seq, "what is written is what was stored");
                            assert!(kept.is_empty() || kept == raw);
                            self.used.push(seq);
                            lines.push(format!("say {}", self.brief(&raw, None)));
                        }
                        None => lines.push(format!("write {}", self.brief(&raw, None))),
                    }
                    self.written.push(raw);
                }
                Effect::Deliver { kind, raw, fields, seq, poss_dup, poss_resend, warnings, .. } => {
                    let (raw, fields) = (effects.bytes(raw), effects.fields(fields));
                    let msg_type = value(raw, fields, 35).unwrap_or_default();
                    let name = match kind {
                        Kind::Admin => "admin",
                        Kind::App => "app",
                        Kind::LogonRequest => "logon",
                    };
                    let dup = if *poss_dup { " dup" } else { "" };
                    let resend = if *poss_resend { " resend" } else { "" };
                    lines.push(format!("deliver {name} {msg_type} {seq}{dup}{resend}"));
                    lines.extend(effects.warnings(warnings).iter().map(|fault| format!("with {}", fault.sentence)));
                    if *kind == Kind::App {
                        self.delivered.push(value(raw, fields, 11).unwrap_or_default());
                    }
                    if *kind == Kind::LogonRequest && self.accepts {
                        let more = self.run(|session, now, effects| {
                            session.command(Command::AcceptLogon, now, effects).unwrap();
                        });
                        lines.extend(more);
                    }
                }
                Effect::Advance { next_in } => {
                    self.stored_in = *next_in;
                    lines.push(format!("advance {next_in}"));
                }
                Effect::Replay { begin, end } => {
                    lines.push(format!("replay {begin} {end}"));
                    if self.slice.is_some() {
                        let more = self.replay(*begin, *end);
                        lines.extend(more);
                    }
                }
                Effect::ResetStore { next_out, next_in, created_ns } => {
                    (self.stored_out, self.stored_in) = (*next_out, *next_in);
                    if created_ns.is_some() {
                        self.stored.clear();
                        self.used.clear();
                        self.created_ns = *created_ns;
                    }
                    let life = if created_ns.is_some() { "reset" } else { "set" };
                    lines.push(format!("{life} {next_out} {next_in}"));
                }
                Effect::Notify(event) => lines.push(told(event)),
                Effect::Close(reason) => {
                    self.closed = true;
                    lines.push(closing(reason));
                }
                _ => panic!("an effect that nobody knows"),
            }
        }
        if let Some((seq, raw)) = appended {
            lines.push(format!("store {}", self.brief(&raw, Some(seq))));
        }
    }

    /// Carry out a replay from `begin` on, one slice.
    pub fn replay(&mut self, begin: u64, end: u64) -> Vec<String> {
        let through = end.min(begin.saturating_add(self.slice.unwrap_or(u64::MAX) - 1));
        let found: Vec<_> = self.stored.range(begin..=through).map(|(seq, raw)| (*seq, raw.clone())).collect();
        let declined = self.declined.clone();
        self.run(|session, now, effects| {
            let records = found.iter().map(|(seq, raw)| (*seq, (!declined.contains(seq)).then_some(raw.as_slice())));
            session.replay(records, through, now, effects);
        })
    }

    pub fn connect(&mut self) -> Vec<String> {
        self.closed = false;
        self.run(|session, now, effects| session.connected(&[], now, effects))
    }

    pub fn disconnected(&mut self) -> Vec<String> {
        self.closed = true;
        self.run(|session, now, effects| session.disconnected(now, effects))
    }

    /// Messages of the peer: fields with `|`, completed by [`Desk::complete`]. All is looked at, message by message.
    pub fn receive(&mut self, text: &str) -> Vec<String> {
        let data = self.complete(text);
        self.receive_bytes(&data)
    }

    pub fn receive_bytes(&mut self, data: &[u8]) -> Vec<String> {
        let mut lines = self.run(|session, now, effects| session.receive(data, now, effects));
        while self.session.pending() {
            lines.extend(self.run(|session, now, effects| session.receive(b"", now, effects)));
        }
        lines
    }

    /// The same, without what events tell.
    pub fn hear(&mut self, text: &str) -> Vec<String> {
        quiet(self.receive(text))
    }

    pub fn tick(&mut self) -> Vec<String> {
        self.run(Session::tick)
    }

    /// Let so many seconds pass, with a tick whenever one matters.
    pub fn pass(&mut self, seconds: f64) -> Vec<String> {
        #[allow(clippy::cast_possible_truncation)]
        let until = self.now.mono_ns + (seconds * 1e9) as i64;
        let mut lines = Vec::new();
        let mut ticks = 0;
        while let Some(at) = self.session.next_deadline().filter(|&at| at <= until) {
            self.set(at.max(self.now.mono_ns));
            let from = self.session.next_deadline();
            lines.extend(self.tick());
            ticks += 1;
            assert!(ticks < 100_000, "ticks without end");
            assert!(
                self.session.next_deadline() != from || self.closed || from > Some(self.now.mono_ns),
                "a tick that changes nothing"
            );
        }
        self.set(until);
        lines
    }

    fn set(&mut self, mono_ns: i64) {
        self.now.utc_ns += mono_ns - self.now.mono_ns;
        self.now.mono_ns = mono_ns;
    }

    pub fn command(&mut self, command: Command) -> Vec<String> {
        self.try_command(command).unwrap()
    }

    pub fn try_command(&mut self, command: Command) -> Result<Vec<String>, LocalError> {
        let mut result = Ok(());
        let lines = self.run(|session, now, effects| result = session.command(command, now, effects));
        assert!(result.is_ok() || lines.is_empty(), "refused, and yet: {lines:?}");
        result.map(|()| lines)
    }

    /// Send a message of the application: fields with `|`.
    pub fn send(&mut self, text: &str) -> Result<Vec<String>, LocalError> {
        let (bytes, fields) = fields_of(text);
        let mut result = Ok(());
        let lines = self.run(|session, now, effects| result = session.send(&bytes, &fields, now, effects));
        assert!(result.is_ok() || lines.is_empty(), "refused, and yet: {lines:?}");
        result.map(|()| lines)
    }

    /// An order of the application.
    pub fn order(&mut self, id: &str) -> Vec<String> {
        let text = if self.version == Version::Fixt11 {
            "35=D|11=@|54=1|55=IBM|38=1|40=1|60=20260302-14:30:00|"
        } else {
            "35=D|11=@|21=1|38=1|40=1|54=1|55=IBM|60=20260302-14:30:00|"
        };
        self.send(&text.replace('@', id)).unwrap()
    }

    // ------------------------------------------------------------------------------------------------ bytes

    /// The bytes of messages. One that does not begin with `8=` gets BeginString(8), BodyLength(9) and CheckSum(10), and behind the
    /// fields of its header that it has, up to 43, the names and the time that it lacks. `@` in a time stands for now, `@-121` for so many
    /// seconds before. Several messages have `||` between them.
    pub fn complete(&self, text: &str) -> Vec<u8> {
        let messages = text.split("||").filter(|message| !message.is_empty());
        messages.flat_map(|message| self.complete_one(message)).collect()
    }

    fn complete_one(&self, text: &str) -> Vec<u8> {
        let text = self.timed(text);
        if text.starts_with("8=") || text.starts_with('~') {
            return text.trim_start_matches('~').replace('|', "\x01").into_bytes();
        }
        let mut fields: Vec<&str> = text.split('|').filter(|field| !field.is_empty()).collect();
        let (sender, target) = (format!("49={}", self.peer), format!("56={}", self.us));
        let time = format!("52={}", self.time(0));
        let has = |fields: &[&str], tag: &str| fields.iter().any(|field| field.starts_with(tag));
        let mut place = fields
            .iter()
            .take_while(|field| ["35=", "34=", "43=", "97="].iter().any(|tag| field.starts_with(tag)))
            .count();
        for (tag, own) in [("49=", &sender), ("52=", &time), ("56=", &target)] {
            if has(&fields, &format!("-{}", &tag[..2])) || has(&fields, tag) {
                continue;
            }
            fields.insert(place, own);
            place += 1;
        }
        // `-52` leaves a field out.
        fields.retain(|field| !field.starts_with('-') || field.contains('='));
        let body: String = fields.iter().map(|field| format!("{field}\x01")).collect();
        frame(self.version.begin_string(), &body)
    }

    fn timed(&self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('@') {
            out.push_str(&rest[..at]);
            let shift: String =
                rest[at + 1..].chars().take_while(|c| c.is_ascii_digit() || *c == '-' || *c == '+').collect();
            rest = &rest[at + 1 + shift.len()..];
            out.push_str(&self.time(shift.parse().unwrap_or(0)));
        }
        out + rest
    }

    /// Now as SendingTime(52), so many seconds later.
    pub fn time(&self, seconds: i64) -> String {
        let mut time = Vec::new();
        write_timestamp(self.now.utc_ns + seconds * SECOND, self.session.config().time_digits(), &mut time);
        String::from_utf8(time).unwrap()
    }

    fn seq_of(&self, raw: &[u8]) -> u64 {
        let (fields, _) = decoded(raw);
        value(raw, &fields, 34).unwrap().parse().unwrap()
    }

    /// A message of ours is whole, has our names and its time is now.
    fn check(&self, raw: &[u8]) {
        let (fields, result) = decoded(raw);
        assert_eq!(result, Ok(()), "{}", show(raw));
        assert_eq!(value(raw, &fields, 8).as_deref(), Some(self.version.begin_string()));
        assert_eq!(value(raw, &fields, 49).as_deref(), Some(self.us.as_str()));
        assert_eq!(value(raw, &fields, 56).as_deref(), Some(self.peer.as_str()));
        assert_eq!(value(raw, &fields, 52), Some(self.time(0)), "{}", show(raw));
        let header: Vec<u32> = fields
            .iter()
            .map(|field| field.tag)
            .skip(3)
            .take_while(|tag| fixplus_wire::section(*tag) == fixplus_wire::Section::Header)
            .collect();
        assert!(header.is_sorted() || header.contains(&628), "{header:?}");
    }

    /// What a message says beside its frame, our names and the time.
    fn brief(&self, raw: &[u8], seq: Option<u64>) -> String {
        if raw.is_empty() {
            return format!("number {}", seq.unwrap_or(0));
        }
        let (fields, _) = decoded(raw);
        let time = self.time(0);
        let shown = fields.iter().filter_map(|field| {
            let text = text_of(raw, field);
            match field.tag {
                8 | 9 | 10 | 49 | 52 | 56 => None,
                122 if text == time => Some("122=@|".into()),
                tag => Some(format!("{tag}={text}|")),
            }
        });
        shown.collect()
    }

    /// What was written since this was last asked.
    pub fn take_written(&mut self) -> Vec<Vec<u8>> {
        std::mem::take(&mut self.written)
    }

    /// What the session and the store hold is the same.
    pub fn agrees_with_store(&self) -> bool {
        self.session.next_out() == self.stored_out && self.session.next_in() == self.stored_in
    }

    /// Numbers were used once each, and ascending.
    pub fn used_each_number_once(&self) -> bool {
        self.used.windows(2).all(|pair| pair[0] < pair[1])
    }
}

/// A frame with right length and sum; the body has SOH.
pub fn frame(begin_string: &str, body: &str) -> Vec<u8> {
    let mut frame = format!("8={begin_string}\x019={}\x01{body}", body.len()).into_bytes();
    let total = sum(&frame);
    frame.extend_from_slice(format!("10={total:03}\x01").as_bytes());
    frame
}

pub fn show(raw: &[u8]) -> String {
    raw.iter().map(|&byte| if byte == 1 { '|' } else { char::from(byte) }).collect()
}

fn decoded(raw: &[u8]) -> (Vec<Field>, Result<(), fixplus_wire::DecodeError>) {
    let mut index = Index::new();
    let result = decode(raw, &DataPairs::standard(), Checks::ALL, &mut index);
    (index.fields().to_vec(), result)
}

fn text_of(raw: &[u8], field: &Field) -> String {
    raw[field.start as usize..field.end as usize].iter().map(|&byte| char::from(byte)).collect()
}

pub fn value(raw: &[u8], fields: &[Field], tag: u32) -> Option<String> {
    fields.iter().find(|field| field.tag == tag).map(|field| text_of(raw, field))
}

/// Fields with `|` as a caller hands them in.
pub fn fields_of(text: &str) -> (Vec<u8>, Vec<Field>) {
    let (mut bytes, mut fields) = (Vec::new(), Vec::new());
    for field in text.split('|').filter(|field| !field.is_empty()) {
        let (tag, value) = field.split_once('=').unwrap();
        let start = bytes.len() as u32;
        bytes.extend_from_slice(value.as_bytes());
        fields.push(Field { tag: tag.parse().unwrap(), start, end: bytes.len() as u32 });
    }
    (bytes, fields)
}

/// Lines without those that only tell.
pub fn quiet(lines: Vec<String>) -> Vec<String> {
    lines.into_iter().filter(|line| !line.starts_with("tell ")).collect()
}

fn told(event: &Event) -> String {
    let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".into());
    let said = match event {
        Event::LoggedOn => "logged_on".into(),
        Event::LoggedOut { text: said } => format!("logged_out {}", text(said)),
        Event::LogonRejected { text: said, session_status } => {
            format!("logon_rejected {} {}", text(said), session_status.map_or("-".into(), |status| status.to_string()))
        }
        Event::GapOpened { begin, end } => format!("gap_opened {begin} {end}"),
        Event::GapClosed { next_in } => format!("gap_closed {next_in}"),
        Event::ResendRequested { begin, end } => format!("resend_requested {begin} {end}"),
        Event::ResendServed { begin, end, messages, .. } => format!("resend_served {begin} {end} {messages}"),
        Event::Reset { why } => format!("reset {why}"),
        Event::Rejected { seq, reason, business_reason, ref_tag, .. } => {
            let number = |number: Option<i64>| number.map_or("-".into(), |number| number.to_string());
            let (reason, business) = (reason.map(i64::from), business_reason.map(i64::from));
            format!("rejected {seq} {} {} {}", number(reason), number(business), number(*ref_tag))
        }
        Event::Garbled { length, .. } => format!("garbled {length}"),
        Event::Warning { text } => format!("warning {text}"),
        Event::TestRequestSent { test_req_id } => format!("test_request_sent {test_req_id}"),
        Event::RoundTrip { ns } => format!("round_trip {ns}"),
        _ => panic!("an event that nobody knows"),
    };
    format!("tell {said}")
}

fn closing(reason: &CloseReason) -> String {
    match reason {
        CloseReason::LoggedOut => "close logged_out".into(),
        CloseReason::LogonTimeout => "close logon_timeout".into(),
        CloseReason::LogoutTimeout => "close logout_timeout".into(),
        CloseReason::HeartbeatTimeout => "close heartbeat_timeout".into(),
        CloseReason::LogonRefused(text) => format!("close logon_refused: {text}"),
        CloseReason::Protocol(text) => format!("close protocol: {text}"),
        CloseReason::Schedule => "close schedule".into(),
        CloseReason::Command(text) => format!("close command: {text}"),
        _ => panic!("a reason that nobody knows"),
    }
}

/// Play a script: a stimulus a line, and under it, indented further by `:`, what the session asks for.
///
/// `in` brings messages of the peer (with `||` between them), `bytes` some that are not completed, `pass` seconds, `send` and `order` a
/// message of ours, `connect` and `gone` the connection; the rest are commands, `state` and `numbers`. `quiet` leaves out what only
/// tells.
#[track_caller]
pub fn play(desk: &mut Desk, script: &str) {
    let mut is_quiet = false;
    let mut heard: Vec<String> = Vec::new();
    let mut last = "the start".to_owned();
    let lines = script.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    for line in lines {
        if let Some(expected) = line.strip_prefix(": ") {
            if heard.first().map(String::as_str) != Some(expected) {
                panic!("after `{last}`:\n  expected {expected}\n  heard    {}", heard.join("\n           "));
            }
            heard.remove(0);
        } else {
            assert!(heard.is_empty(), "after `{last}`:\n  not expected {}", heard.join("\n               "));
            last = line.to_owned();
            if line == "quiet" {
                is_quiet = true;
            }
            heard = act(desk, line);
            if is_quiet {
                heard = quiet(heard);
            }
        }
    }
    assert!(heard.is_empty(), "after `{last}`:\n  not expected {}", heard.join("\n               "));
}

#[track_caller]
fn act(desk: &mut Desk, line: &str) -> Vec<String> {
    let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
    let text = || (!rest.is_empty()).then(|| rest.to_owned());
    let told =
        |result: Result<Vec<String>, LocalError>| result.unwrap_or_else(|error| vec![format!("refused {error}")]);
    match word {
        "quiet" => Vec::new(),
        "in" => desk.receive(rest),
        "bytes" => desk.receive_bytes(rest.replace('|', "\x01").as_bytes()),
        "pass" => desk.pass(rest.parse().unwrap()),
        "tick" => desk.tick(),
        "jump" => {
            let ns = rest.parse::<i64>().unwrap() * SECOND;
            desk.now = Now { utc_ns: desk.now.utc_ns + ns, mono_ns: desk.now.mono_ns + ns };
            desk.tick()
        }
        "send" => told(desk.send(rest)),
        "order" => desk.order(rest),
        "connect" => desk.connect(),
        "gone" => desk.disconnected(),
        "accept" => desk.command(Command::AcceptLogon),
        "refuse" => {
            let (say, rest) = rest.strip_prefix("say ").map_or((false, rest), |rest| (true, rest));
            let (status, text) = match rest.split_once(' ') {
                Some((status, text)) if status.parse::<u32>().is_ok() => (status.parse().ok(), text),
                _ => (None, rest),
            };
            desk.command(Command::RefuseLogon { text: text.into(), session_status: status, say })
        }
        "logout" => desk.command(Command::Logout { text: text() }),
        "disconnect" => desk.command(Command::Disconnect { why: rest.into() }),
        "reset" => told(desk.try_command(Command::Reset)),
        "enable" => desk.command(Command::Enable(true)),
        "disable" => desk.command(Command::Enable(false)),
        "test" => told(desk.try_command(Command::TestRequest)),
        "set" => {
            let (next_out, next_in) = rest.split_once(' ').unwrap();
            told(desk.try_command(Command::SetNext { next_out: next_out.parse().ok(), next_in: next_in.parse().ok() }))
        }
        "refreshed" => {
            let (next_out, next_in) = rest.split_once(' ').unwrap();
            let (next_out, next_in) = (next_out.parse().unwrap(), next_in.parse().unwrap());
            (desk.stored_out, desk.stored_in) = (next_out, next_in);
            told(desk.try_command(Command::Refreshed { next_out, next_in, created_ns: desk.created_ns }))
        }
        "business" | "reject" => {
            let mut words = rest.splitn(4, ' ');
            let (seq, msg_type) = (words.next().unwrap().parse().unwrap(), words.next().unwrap().as_bytes().to_vec());
            let reason: u16 = words.next().unwrap().parse().unwrap();
            let text = words.next().map(str::to_owned);
            let routing = Vec::new();
            desk.command(if word == "reject" {
                Command::Reject { ref_seq: seq, ref_msg_type: msg_type, reason, ref_tag: None, text, routing }
            } else {
                let reason = u32::from(reason);
                Command::BusinessReject {
                    ref_seq: seq,
                    ref_msg_type: msg_type,
                    reason,
                    ref_id: Vec::new(),
                    text,
                    routing,
                }
            })
        }
        "replay" => {
            let (begin, end) = rest.split_once(' ').unwrap();
            desk.replay(begin.parse().unwrap(), end.parse().unwrap())
        }
        "state" => {
            assert_eq!(desk.session.state().name(), rest);
            Vec::new()
        }
        "numbers" => {
            let (next_out, next_in) = rest.split_once(' ').unwrap();
            let expected = (next_out.parse().unwrap(), next_in.parse().unwrap());
            assert_eq!((desk.session.next_out(), desk.session.next_in()), expected);
            Vec::new()
        }
        _ => panic!("{word} is no stimulus"),
    }
}
