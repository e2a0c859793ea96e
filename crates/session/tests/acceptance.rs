//! The conversations of the QuickFIX family, held with an acceptor that echoes. FIXPLUS_SHARED names where they are.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use fixplus_session::schedule::Schedule;
use fixplus_session::{Books, Command, Effect, Effects, Identity, Kind, Now, Role, Session, SessionConfig, Version};
use fixplus_wire::values::write_timestamp;
use fixplus_wire::{Field, Section, section, sum};
use std::collections::{HashSet, VecDeque};
use std::path::PathBuf;

const MILLI: i64 = 1_000_000;
const START: Now = Now { utc_ns: 1_772_461_800_000_000_000, mono_ns: 5_000_000_000 };

fn folder() -> Option<PathBuf> {
    match std::env::var_os("FIXPLUS_SHARED") {
        Some(folder) => Some(PathBuf::from(folder).join("acceptance")),
        None => {
            assert!(
                std::env::var("FIXPLUS_TEST_REQUIRE").as_deref() != Ok("all"),
                "FIXPLUS_SHARED is required and not set"
            );
            eprintln!("not run: FIXPLUS_SHARED is not set");
            None
        }
    }
}

/// An acceptor with its store, its echoing application and the clock.
struct Acceptor {
    session: Session,
    now: Now,
    stored: Vec<(u64, Vec<u8>)>,
    known: HashSet<Vec<u8>>,
    written: VecDeque<Vec<u8>>,
    closed: bool,
}

impl Acceptor {
    fn new(version: Version, target: &str, now: Now, change: impl FnOnce(&mut SessionConfig)) -> Self {
        let identity =
            Identity { sender_comp_id: b"ISLD".to_vec(), target_comp_id: target.into(), ..Identity::default() };
        let mut config = SessionConfig::new(version, Role::Acceptor, identity);
        config.reset_on_logon = true;
        config.schedule = Schedule::non_stop();
        if version == Version::Fixt11 {
            config.default_appl_ver_id = b"9".to_vec();
            config.quirks.appl_ver_id_in_business_reject = true;
        }
        change(&mut config);
        let session = Session::new(config, Books::bundled(version), 1, 1, None);
        Self { session, now, stored: Vec::new(), known: HashSet::new(), written: VecDeque::new(), closed: true }
    }

    fn run(&mut self, act: impl FnOnce(&mut Session, Now, &mut Effects)) {
        let mut effects = Effects::new();
        act(&mut self.session, self.now, &mut effects);
        let mut waiting = VecDeque::from([effects]);
        while let Some(effects) = waiting.pop_front() {
            for effect in effects.list() {
                let mut more = Effects::new();
                match effect {
                    Effect::Append { seq, raw } => self.stored.push((*seq, effects.bytes(raw).to_vec())),
                    Effect::Write { raw } => {
                        assert!(!self.closed, "written after closing");
                        self.written.push_back(effects.bytes(raw).to_vec());
                    }
                    Effect::ResetStore { created_ns: Some(_), .. } => self.stored.clear(),
                    Effect::Close(_) => {
                        self.closed = true;
                        self.known.clear();
                    }
                    Effect::Replay { begin, end } => {
                        let records: Vec<_> =
                            self.stored.iter().filter(|(seq, _)| (begin..=end).contains(&seq)).cloned().collect();
                        let records = records.iter().map(|(seq, raw)| (*seq, Some(raw.as_slice())));
                        self.session.replay(records, *end, self.now, &mut more);
                    }
                    Effect::Deliver { kind: Kind::LogonRequest, .. } => {
                        self.session.command(Command::AcceptLogon, self.now, &mut more).unwrap();
                    }
                    Effect::Deliver { kind: Kind::App, raw, fields, seq, poss_resend, .. } => {
                        let (raw, fields) = (effects.bytes(raw), effects.fields(fields));
                        self.echo(raw, fields, *seq, *poss_resend, &mut more);
                    }
                    _ => {}
                }
                waiting.push_back(more);
            }
        }
    }

    fn echo(&mut self, raw: &[u8], fields: &[Field], seq: u64, poss_resend: bool, effects: &mut Effects) {
        let value = |tag: u32| {
            let field = fields.iter().find(|field| field.tag == tag);
            field.map(|field| &raw[field.start as usize..field.end as usize])
        };
        let msg_type = value(35).unwrap();
        if !matches!(msg_type, b"D" | b"C" | b"d") {
            let refusal = Command::BusinessReject {
                ref_seq: seq,
                ref_msg_type: msg_type.to_vec(),
                reason: 3,
                ref_id: Vec::new(),
                text: None,
                routing: Vec::new(),
            };
            return self.session.command(refusal, self.now, effects).unwrap();
        }
        if msg_type == b"D" {
            let is_new = self.known.insert(value(11).unwrap().to_vec());
            if poss_resend && !is_new {
                return;
            }
        }
        let mut echoed: Vec<Field> = fields.iter().filter(|field| !matches!(field.tag, 43 | 122)).copied().collect();
        let has_group = (1..echoed.len()).any(|at| echoed[..at].iter().any(|field| field.tag == echoed[at].tag));
        if !has_group {
            echoed.sort_by_key(|field| (section(field.tag) != Section::Header, field.tag));
        }
        self.session.send(raw, &echoed, self.now, effects).unwrap();
    }

    fn receive(&mut self, data: &[u8]) {
        self.run(|session, now, effects| session.receive(data, now, effects));
        while self.session.pending() {
            self.run(|session, now, effects| session.receive(b"", now, effects));
        }
    }

    /// Let time pass until something is written or closed.
    fn wait(&mut self) -> bool {
        for _ in 0..150 {
            if !self.written.is_empty() || self.closed {
                return true;
            }
            self.now = Now { utc_ns: self.now.utc_ns + 100 * MILLI, mono_ns: self.now.mono_ns + 100 * MILLI };
            self.run(|session, now, effects| session.tick(now, effects));
        }
        false
    }
}

/// Put the time of day and what the line leaves out into a message.
fn completed(body: &[u8], now: Now) -> Vec<u8> {
    let mut text = String::from_utf8(body.to_vec()).unwrap();
    while let Some(at) = text.find("<TIME") {
        let end = at + text[at..].find('>').unwrap();
        let shift: i64 = text[at + 5..end].parse().unwrap_or(0);
        let mut time = Vec::new();
        write_timestamp(now.utc_ns + shift * 1_000_000_000, 0, &mut time);
        text.replace_range(at..=end, std::str::from_utf8(&time).unwrap());
    }
    if !text.starts_with("8=") {
        return text.into_bytes();
    }
    let trailer = text.rfind("\x0110=").map(|at| at + 1);
    if !text.contains("\x019=") {
        let begin = text.find('\x01').unwrap() + 1;
        // With a written trailer the SOH before it is cut off first.
        let end = trailer.map_or(text.len(), |at| at - 1);
        text.insert_str(begin, &format!("9={}\x01", end - begin));
    }
    if trailer.is_none() {
        text.push_str(&format!("10={:03}\x01", sum(text.as_bytes())));
    }
    text.into_bytes()
}

fn is_time(value: &[u8], fraction: bool) -> bool {
    let (whole, rest) = value.split_at(value.len().min(17));
    let shaped = whole.len() == 17
        && whole.iter().enumerate().all(|(at, byte)| match at {
            8 => *byte == b'-',
            11 | 14 => *byte == b':',
            _ => byte.is_ascii_digit(),
        });
    shaped && (rest.is_empty() || (fraction && rest.len() == 4 && rest[0] == b'.'))
}

fn same(expected: &[u8], found: &[u8]) -> bool {
    let split = |message: &[u8]| -> Vec<(Vec<u8>, Vec<u8>)> {
        message
            .split(|byte| *byte == 1)
            .filter(|field| !field.is_empty())
            .map(|field| {
                let mut parts = field.split(|byte| *byte == b'=');
                (parts.next().unwrap().to_vec(), parts.next().unwrap_or_default().to_vec())
            })
            .collect()
    };
    let (expected, found) = (split(expected), split(found));
    expected.len() == found.len()
        && expected.iter().zip(&found).all(|((tag, value), (other, text))| {
            tag == other
                && match tag.as_slice() {
                    b"10" => text.len() == 3 && text.iter().all(u8::is_ascii_digit),
                    b"42" | b"60" | b"122" => is_time(text, true),
                    b"52" => is_time(text, true),
                    _ => value == text,
                }
        })
}

fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace('\x01', "|")
}

/// The versions and peers that a folder's conversations presume.
fn acceptor(peer: &str, now: Now) -> Acceptor {
    let version = if peer.starts_with("TW50") { Version::Fixt11 } else { Version::Fix44 };
    Acceptor::new(version, peer, now, |config| {
        config.validation.fields_have_values = peer != "NO_CHECK_FIELDS_HAVE_VALUES";
    })
}

fn play(text: &[u8], peer: &str) -> Result<(), String> {
    let mut now = START;
    let mut acceptors: Vec<(u8, Acceptor)> = Vec::new();
    let mut last = 1;
    for (number, line) in (1..).zip(text.split(|byte| *byte == b'\n')) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let (kind, mut rest) = match line {
            [] | [b'#', ..] => continue,
            [kind, rest @ ..] => (*kind, rest),
        };
        let mut connection = 1;
        if let [digit, b',', more @ ..] = rest {
            if digit.is_ascii_digit() {
                connection = digit - b'0';
                rest = more;
            }
        }
        let fail = |text: String| Err(format!("line {number}: {text}\n  {}", shown(line)));
        let place = acceptors.iter().position(|(number, _)| *number == connection);
        match (kind, rest) {
            (b'i', b"CONNECT") => {
                // A second connection finds the identity taken; the engine closes it.
                let taken = acceptors.iter().any(|(other, acceptor)| *other != connection && !acceptor.closed);
                acceptors.retain(|(other, _)| *other != connection);
                let mut acceptor = acceptor(peer, now);
                if !taken {
                    acceptor.closed = false;
                    acceptor.run(|session, now, effects| session.connected(&[], now, effects));
                }
                acceptors.push((connection, acceptor));
                last = connection;
            }
            (b'i', b"DISCONNECT") => {
                let acceptor = &mut acceptors[place.unwrap()].1;
                acceptor.run(|session, now, effects| session.disconnected(now, effects));
                acceptor.closed = true;
            }
            (b'I', body) => {
                let acceptor = &mut acceptors[place.unwrap()].1;
                let data = completed(body, acceptor.now);
                acceptor.receive(&data);
            }
            (b'E', body) => {
                let acceptor = &mut acceptors[place.unwrap()].1;
                acceptor.wait();
                let expected = completed(body, acceptor.now);
                match acceptor.written.pop_front() {
                    Some(found) if same(&expected, &found) => {}
                    Some(found) => return fail(format!("expected {}\n  found    {}", shown(&expected), shown(&found))),
                    None => return fail("nothing was written".into()),
                }
            }
            (b'e', b"DISCONNECT") => {
                let acceptor = &mut acceptors[place.unwrap()].1;
                while !acceptor.closed && acceptor.written.is_empty() && acceptor.wait() {}
                if let Some(found) = acceptor.written.pop_front() {
                    return fail(format!("written before closing: {}", shown(&found)));
                }
                if !acceptor.closed {
                    return fail("not closed".into());
                }
                now = acceptor.now;
            }
            _ => return fail("cannot be read".into()),
        }
    }
    let _ = last;
    Ok(())
}

fn play_folder(name: &str, peer: impl Fn(&str) -> String) {
    let Some(folder) = folder() else { return };
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder.join(name)).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut failed = Vec::new();
    for path in &files {
        let text = std::fs::read(path).unwrap();
        let peer = peer(&shown(&text));
        if let Err(error) = play(&text, &peer) {
            failed.push(format!("{}: {error}", path.file_name().unwrap().to_string_lossy()));
        }
    }
    assert!(failed.is_empty(), "{} of {} failed:\n{}", failed.len(), files.len(), failed.join("\n"));
    assert!(!files.is_empty());
}

#[test]
fn every_conversation_in_fix_4_4_goes_as_written() {
    play_folder("fix44", |_| "TW44".into());
}

#[test]
fn every_conversation_in_fix_5_0_sp2_goes_as_written() {
    play_folder("fix50sp2", |_| "TW50SP2".into());
}
