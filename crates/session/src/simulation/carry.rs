//! One side: its session, its store and its connection, and how effects are carried out, as the engine's driver does.

use super::application::recognised;
use super::flow::{Fate, Sent};
use super::store::Store;
use super::trace::shown;
use super::world::{Happening, World};
use super::{Law, Who};
use crate::command::Command;
use crate::config::SECOND;
use crate::effect::{Effect, Effects, Event, Kind};
use crate::now::Now;
use crate::session::{Session, State};

/// How long a number expected next may wait to become safe when nothing is written.
const LAZY_NS: i64 = SECOND / 20;

/// Messages that wait for a commit before they are written.
#[derive(Debug, Default)]
pub(super) struct Batch {
    operations: usize,
    connection: Option<usize>,
    bytes: Vec<u8>,
    /// Where each message ends, and in which life it has its number.
    messages: Vec<(usize, u64)>,
    closing: bool,
}

#[derive(Debug)]
pub(super) struct Side {
    /// Nothing while the process is down.
    pub(super) session: Option<Box<Session>>,
    pub(super) store: Store,
    pub(super) connection: Option<usize>,
    /// Which run of the process it is.
    pub(super) run: u32,
    /// The process crashes after so many more effects.
    pub(super) fuse: Option<u32>,
    /// A crash takes the whole machine: the peer hears nothing of it.
    pub(super) fuse_is_silent: bool,
    pub(super) disk_full_until_ns: i64,
    /// How much the wall clock goes fast.
    pub(super) clock_ns: i64,
    pub(super) tick_ns: Option<i64>,
    pub(super) committing: Option<Batch>,
    pub(super) closing: bool,
    pub(super) was_logged_on: bool,
    /// Numbers of orders, with our answers, that do not count safely yet.
    pub(super) answers: Vec<(u64, usize)>,
    out: Vec<u8>,
    messages: Vec<(usize, u64)>,
    replay: Option<(u64, u64)>,
    is_replaying: bool,
    is_lazy: bool,
    is_ending: bool,
}

impl Side {
    pub(super) fn new() -> Self {
        Self {
            session: None,
            store: Store::new(),
            connection: None,
            run: 0,
            fuse: None,
            fuse_is_silent: false,
            disk_full_until_ns: 0,
            clock_ns: 0,
            tick_ns: None,
            committing: None,
            closing: false,
            was_logged_on: false,
            answers: Vec::new(),
            out: Vec::new(),
            messages: Vec::new(),
            replay: None,
            is_replaying: false,
            is_lazy: false,
            is_ending: false,
        }
    }

    fn forget_output(&mut self) {
        self.out.clear();
        self.messages.clear();
        self.closing = false;
    }
}

impl Sent {
    /// It can never arrive.
    pub(super) fn is_gone(&self) -> bool {
        self.fate == Fate::Lost
    }
}

impl World {
    /// Ask a session, and carry out what it asks for.
    pub(super) fn ask(&mut self, who: Who, act: impl FnOnce(&mut Session, Now, &mut Effects)) {
        let now = self.now_of(who);
        let mut effects = self.spare.pop().unwrap_or_default();
        effects.clear();
        let Some(session) = self.sides[who].session.as_mut() else { return };
        act(session, now, &mut effects);
        if self.carries(who, effects) {
            self.settle(who);
        }
    }

    pub(super) fn command(&mut self, who: Who, command: Command) {
        self.tell(Some(who), || format!("command {command:?}"));
        let mut refused = None;
        self.ask(who, |session, now, effects| refused = session.command(command, now, effects).err());
        if let Some(error) = refused {
            self.tell(Some(who), || format!("refused: {error}"));
        }
    }

    /// Go on with what is there, make it safe, and write it.
    pub(super) fn settle(&mut self, who: Who) {
        let mut alive = true;
        while alive && self.sides[who].session.as_ref().is_some_and(|session| session.pending()) {
            let now = self.now_of(who);
            let mut effects = self.spare.pop().unwrap_or_default();
            effects.clear();
            if let Some(session) = self.sides[who].session.as_mut() {
                session.receive(&[], now, &mut effects);
            }
            alive = self.carries(who, effects);
        }
        if alive {
            self.flush(who);
        }
        self.bounds(who);
        self.arm(who);
    }

    /// See to it that the session is asked when its next deadline has come.
    pub(super) fn arm(&mut self, who: Who) {
        let mono_ns = self.now_of(who).mono_ns;
        let side = &mut self.sides[who];
        let Some(deadline) = side.session.as_ref().and_then(|session| session.next_deadline()) else { return };
        let at_ns = self.now_ns + (deadline - mono_ns).max(0);
        if side.tick_ns.is_none_or(|armed| armed > at_ns) {
            side.tick_ns = Some(at_ns);
            self.at(at_ns, Happening::Ticks { who });
        }
    }

    fn bounds(&mut self, who: Who) {
        let Some(session) = self.sides[who].session.as_ref() else { return };
        let config = session.config();
        let (aside, waiting, input) = (session.set_aside.len(), session.outbox.len(), session.input.len());
        if aside > config.max_set_aside || waiting > config.max_waiting || input > 2 * config.max_message_size {
            self.fail(
                Law::BoundedMemory,
                format!("{aside} messages set aside, {waiting} waiting, {input} bytes of input"),
            );
        }
    }

    /// Carry effects out in their order; `false` if the process crashed on the way.
    pub(super) fn carries(&mut self, who: Who, effects: Effects) -> bool {
        let mut behind: Vec<Effects> = Vec::new();
        let list = effects.list();
        let mut alive = true;
        for (at, effect) in list.iter().enumerate() {
            if self.crashes_now(who) {
                alive = false;
                break;
            }
            match effect {
                Effect::Append { seq, raw } => self.append(who, *seq, effects.bytes(raw)),
                Effect::Write { raw } => self.write(who, effects.bytes(raw)),
                Effect::Advance { next_in } => self.sides[who].store.advance(*next_in),
                Effect::ResetStore { next_out, next_in, created_ns } => {
                    self.tell(Some(who), || {
                        format!("store: next_out {next_out}, next_in {next_in}, created {created_ns:?}")
                    });
                    self.sides[who].store.set(*next_out, *next_in, *created_ns);
                    if *next_in == 1 {
                        // Whatever life the peer is in, all of it is expected.
                        let life = self.sides[who.other()].store.life();
                        self.sides[who].store.hear(life);
                    }
                }
                Effect::Deliver { kind: Kind::LogonRequest, .. } => {
                    let now = self.now_of(who);
                    let mut more = self.spare.pop().unwrap_or_default();
                    more.clear();
                    if let Some(session) = self.sides[who].session.as_mut() {
                        // Accepting a Logon is always possible.
                        let _ = session.command(Command::AcceptLogon, now, &mut more);
                    }
                    behind.push(more);
                }
                Effect::Deliver { kind: Kind::App, raw, seq, .. } => {
                    if let Some(more) = self.sees(who, effects.bytes(raw), *seq) {
                        let rest = list.get(at + 1..).unwrap_or_default();
                        if rest.iter().any(Effect::is_output) {
                            behind.push(more);
                        } else if !self.carries(who, more) {
                            alive = false;
                            break;
                        }
                    }
                }
                Effect::Deliver { .. } => {}
                Effect::Replay { begin, end } => self.wants_replay(who, *begin, *end),
                Effect::Notify(event) => self.notified(who, event),
                Effect::Close(reason) => {
                    self.tell(Some(who), || format!("close: {reason:?}"));
                    let side = &mut self.sides[who];
                    side.closing = side.connection.is_some();
                }
            }
        }
        self.spare.push(effects);
        for more in behind {
            alive = alive && self.carries(who, more);
        }
        alive
    }

    fn append(&mut self, who: Who, seq: u64, raw: &[u8]) {
        let side = &mut self.sides[who];
        let kept = side.store.append(seq, raw);
        let life = side.store.life();
        if !kept {
            self.fail(Law::NumbersOnce, format!("number {seq} is stored a second time: {}", shown(raw)));
        }
        if let Some((id, _)) = recognised(raw) {
            self.flows[who].stored(id, life, seq);
        }
        self.tell(Some(who), || format!("store {}", shown(raw)));
    }

    fn write(&mut self, who: Who, raw: &[u8]) {
        let side = &mut self.sides[who];
        if side.connection.is_none() || side.closing {
            return;
        }
        side.out.extend_from_slice(raw);
        let end = side.out.len();
        side.messages.push((end, side.store.life()));
    }

    fn notified(&mut self, who: Who, event: &Event) {
        self.tell(Some(who), || format!("event {event:?}"));
        match event {
            Event::LoggedOn => {
                if who == Who::Initiator {
                    self.counts.logons += 1;
                    self.logged_on_ns = self.now_ns;
                }
                self.sides[who].was_logged_on = true;
                self.meets(who);
            }
            Event::Garbled { .. } => self.counts.garbled += 1,
            Event::GapOpened { .. } => self.counts.gaps += 1,
            Event::Reset { .. } => self.counts.resets += 1,
            Event::Rejected { seq, msg_type, sentence, .. } => self.refused(who, *seq, msg_type, sentence),
            _ => {}
        }
    }

    /// A side is logged on. Where the other side began anew and this one did not hear of it, Logons were refused until the new
    /// numbers had reached the old ones; what was numbered below them is lost, and no rule of FIX tells of it.
    fn meets(&mut self, who: Who) {
        let from = who.other();
        let life = self.sides[from].store.life();
        let store = &mut self.sides[who].store;
        let next_in = store.next_in();
        if store.hear(life) != life {
            self.flows[from].excuse_below(life, next_in);
        }
    }

    /// A session refuses a message of the other side.
    fn refused(&mut self, who: Who, seq: u64, msg_type: &[u8], sentence: &str) {
        let from = who.other();
        if !self.setup.may_refuse() {
            let msg_type = String::from_utf8_lossy(msg_type);
            self.fail(Law::NothingRefused, format!("message {seq} of type {msg_type} is refused: {sentence}"));
        }
        let refused =
            self.flows[from].sent.iter().enumerate().rev().find(|(_, sent)| sent.seq == seq).map(|(id, _)| id);
        if let Some(id) = refused {
            self.flows[from].excuse(id);
        }
    }

    // ----------------------------------------------------------------------------------------------- resend

    fn wants_replay(&mut self, who: Who, begin: u64, end: u64) {
        let wait_ns = self.chance.between(0, SECOND / 100);
        let side = &mut self.sides[who];
        side.replay = Some((begin, end));
        let Some(connection) = side.connection.filter(|_| !side.is_replaying) else { return };
        side.is_replaying = true;
        self.at(self.now_ns + wait_ns, Happening::Replays { who, connection });
    }

    /// Give a slice of what is stored to the session.
    pub(super) fn replays(&mut self, who: Who, connection: usize) {
        let most = self.setup.slice[who];
        let declines = self.setup.declines_prices;
        let now = self.now_of(who);
        let mut effects = self.spare.pop().unwrap_or_default();
        effects.clear();
        let side = &mut self.sides[who];
        if side.connection != Some(connection) {
            return;
        }
        side.is_replaying = false;
        let (Some((begin, end)), Some(session)) = (side.replay.take(), side.session.as_mut()) else { return };
        let mut declined = Vec::new();
        let mut through = end;
        let mut records = Vec::new();
        for (seq, raw) in side.store.read(begin, end, most) {
            through = seq;
            let price = recognised(raw).filter(|(_, sort)| declines && *sort == super::flow::Sort::Price);
            if let Some((id, _)) = price {
                declined.push(id);
            }
            records.push((seq, if price.is_some() { None } else { Some(raw) }));
        }
        session.replay(records, through, now, &mut effects);
        for id in declined {
            self.flows[who].declined(id);
        }
        if self.carries(who, effects) {
            self.settle(who);
        }
    }

    // ----------------------------------------------------------------------------------------------- output

    /// Make safe what was stored, then write what was to be written; close if that was asked for.
    fn flush(&mut self, who: Who) {
        let run = self.sides[who].run;
        let commit_ns = self.setup.commit_ns[who];
        let side = &mut self.sides[who];
        if side.committing.is_some() {
            return;
        }
        let operations = side.store.pending();
        if side.messages.is_empty() && !side.closing {
            if operations > 0 && !side.is_lazy {
                side.is_lazy = true;
                self.at(self.now_ns + LAZY_NS, Happening::CommitsLazily { who, run });
            }
            return;
        }
        side.committing = Some(Batch {
            operations,
            connection: side.connection,
            bytes: std::mem::take(&mut side.out),
            messages: std::mem::take(&mut side.messages),
            closing: side.closing,
        });
        if commit_ns > 0 && operations > 0 {
            self.at(self.now_ns + commit_ns, Happening::Committed { who, run });
        } else {
            self.committed(who);
        }
    }

    pub(super) fn commits_lazily(&mut self, who: Who) {
        let side = &mut self.sides[who];
        side.is_lazy = false;
        let operations = side.store.pending();
        if side.committing.is_none() && operations > 0 {
            side.committing = Some(Batch { operations, ..Batch::default() });
            self.committed(who);
        }
    }

    /// A commit is done: what it made safe is written.
    pub(super) fn committed(&mut self, who: Who) {
        if self.crashes_now(who) {
            return;
        }
        let Some(mut batch) = self.sides[who].committing.take() else { return };
        if batch.operations > 0 && self.now_ns < self.sides[who].disk_full_until_ns {
            return self.store_failed(who);
        }
        self.is_safe(who, batch.operations);
        if self.crashes_now(who) {
            return;
        }
        if let Some(connection) = batch.connection.filter(|_| batch.connection == self.sides[who].connection) {
            self.writes_out(who, connection, &mut batch);
            if batch.closing {
                self.hang_up(who, connection);
                self.end_connection(who);
                return;
            }
        }
        self.flush(who);
    }

    fn is_safe(&mut self, who: Who, operations: usize) {
        let side = &mut self.sides[who];
        let life = side.store.safe_life();
        let ids: Vec<usize> = {
            let records = side.store.commit(operations);
            records.filter_map(|raw| Some(recognised(raw)?.0)).collect()
        };
        self.accepted(who, &ids, life);
        // What was received counts now: the answers to it must be safe too, unless they wait for their numbers.
        let side = &mut self.sides[who];
        let safe_next_in = side.store.safe_next_in();
        let flow = &self.flows[who];
        let mut early = None;
        side.answers.retain(|&(seq, answer)| {
            if seq < safe_next_in && flow.get(answer).is_some_and(|sent| sent.fate == Fate::Stored) {
                early = Some(seq);
            }
            seq >= safe_next_in
        });
        if let Some(seq) = early {
            self.fail(Law::AnsweredBeforeCounted, format!("order {seq} counts and its answer is not safe"));
        }
    }

    fn accepted(&mut self, who: Who, ids: &[usize], life_before: u64) {
        for &id in ids {
            if self.flows[who].accepted(id) {
                self.counts.accepted += 1;
            }
        }
        let life = self.sides[who].store.safe_life();
        if life != life_before {
            self.flows[who].excuse_until(life - 1);
        }
    }

    fn writes_out(&mut self, who: Who, connection: usize, batch: &mut Batch) {
        let mut start = 0;
        for &(end, life) in &batch.messages {
            let raw = batch.bytes.get(start..end).unwrap_or_default();
            start = end;
            self.counts.written += 1;
            self.tell(Some(who), || format!("--> {}", shown(raw)));
            self.lawful(who, raw, life);
        }
        if !batch.bytes.is_empty() {
            self.transmit(who, connection, std::mem::take(&mut batch.bytes));
        }
    }

    /// Hold what is written against the laws of numbers.
    fn lawful(&mut self, who: Who, raw: &[u8], life: u64) {
        let mut fields = raw.split(|&byte| byte == 1).skip(2);
        let msg_type = fields.next().unwrap_or_default();
        let (mut seq, mut poss_dup) = (0, false);
        for field in fields.take(2) {
            if let Some(digits) = field.strip_prefix(b"34=") {
                seq = fixplus_wire::ascii_u64(digits).unwrap_or(0);
            }
            poss_dup |= field == b"43=Y";
        }
        // Gap fills take no number of their own. An acceptor refuses a peer whom it does not know without storing anything for it.
        let refuses = who == Who::Acceptor && matches!(msg_type, b"35=5" | b"35=3") && !self.sides[who].was_logged_on;
        if poss_dup || msg_type == b"35=4" || refuses {
            return;
        }
        let store = &self.sides[who].store;
        if life == store.safe_life() && store.safe_message(seq).is_none_or(|stored| !stored.is_empty() && stored != raw)
        {
            self.fail(Law::StoredBeforeWritten, format!("not stored: {}", shown(raw)));
        }
        let result = self.flows[who].written(life, seq, raw);
        self.hold(result);
    }

    // ----------------------------------------------------------------------------------------------- ending

    /// The connection of this side is over.
    pub(super) fn end_connection(&mut self, who: Who) {
        let side = &mut self.sides[who];
        if side.connection.take().is_none() || side.is_ending {
            return;
        }
        side.forget_output();
        side.replay = None;
        side.is_replaying = false;
        self.ask(who, Session::disconnected);
        if who == Who::Initiator && self.sides[who].session.is_some() {
            self.connects_in(self.setup.reconnect_ns);
        }
    }

    /// What cannot be stored is not written: the connection ends, and the session goes on from what is stored.
    fn store_failed(&mut self, who: Who) {
        self.counts.failed_commits += 1;
        self.tell(Some(who), || "the commit failed".into());
        let side = &mut self.sides[who];
        side.forget_output();
        side.is_ending = true;
        let connection = side.connection.take();
        side.replay = None;
        side.is_replaying = false;
        if let Some(connection) = connection {
            self.hang_up(who, connection);
        }
        let now = self.now_of(who);
        let mut effects = self.spare.pop().unwrap_or_default();
        effects.clear();
        if let Some(session) = self.sides[who].session.as_mut() {
            session.disconnected(now, &mut effects);
        }
        let alive = self.carries(who, effects);
        self.sides[who].is_ending = false;
        if !alive {
            return;
        }
        self.loses(who);
        let (next_out, next_in, created_ns) = self.sides[who].store.numbers();
        self.command(who, Command::Refreshed { next_out, next_in, created_ns });
        if who == Who::Initiator && connection.is_some() && self.sides[who].session.is_some() {
            self.connects_in(self.setup.reconnect_ns);
        }
    }

    /// What is not safe is gone, but for what reached the disk unacknowledged.
    fn loses(&mut self, who: Who) {
        let pending = self.sides[who].store.pending();
        let kept = if self.chance.one_in(2) { 0 } else { self.chance.count(0, pending) };
        let side = &mut self.sides[who];
        side.committing = None;
        side.answers.clear();
        let life = side.store.safe_life();
        let ids: Vec<usize> = side.store.lose(kept).filter_map(|raw| Some(recognised(raw)?.0)).collect();
        self.accepted(who, &ids, life);
        self.flows[who].crashed();
        self.tell(Some(who), || format!("{pending} operations were not safe, {kept} of them are kept"));
    }

    /// Burn the fuse; `true` if the process is gone.
    fn crashes_now(&mut self, who: Who) -> bool {
        let side = &mut self.sides[who];
        match side.fuse {
            None => return side.session.is_none(),
            Some(0) => {}
            Some(left) => {
                side.fuse = Some(left - 1);
                return side.session.is_none();
            }
        }
        self.crash(who);
        true
    }

    /// The process is gone, and what it had in memory.
    pub(super) fn crash(&mut self, who: Who) {
        self.counts.crashes += 1;
        self.tell(Some(who), || "CRASH".into());
        let side = &mut self.sides[who];
        side.fuse = None;
        side.session = None;
        side.run += 1;
        side.is_lazy = false;
        side.is_ending = false;
        side.replay = None;
        side.is_replaying = false;
        side.tick_ns = None;
        side.forget_output();
        let silent = side.fuse_is_silent;
        if let Some(connection) = side.connection.take() {
            if silent {
                self.dies(connection);
            } else {
                self.hang_up(who, connection);
            }
        }
        self.loses(who);
        let wait_ns = self.chance.between(0, 60 * SECOND);
        self.at(self.now_ns + wait_ns, Happening::Restarts { who });
    }

    pub(super) fn is_logged_on(&self, who: Who) -> bool {
        let session = self.sides[who].session.as_ref();
        session.is_some_and(|session| matches!(session.state(), State::LoggedOn | State::Recovering))
    }
}

impl Effect {
    /// It leaves a trace outside the session.
    pub(super) fn is_output(&self) -> bool {
        matches!(self, Self::Append { .. } | Self::Write { .. } | Self::ResetStore { .. })
    }
}
