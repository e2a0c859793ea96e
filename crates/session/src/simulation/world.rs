//! The world: what happens when, until both sides agree.

use super::application::Words;
use super::carry::Side;
use super::chance::Chance;
use super::connection::Connection;
use super::flow::{Flow, Sort};
use super::setup::Setup;
use super::trace::{Trace, shown};
use super::{Counts, Failure, Law, Pair, Who};
use crate::config::SECOND;
use crate::effect::{Effect, Effects};
use crate::error::LocalError;
use crate::now::Now;
use crate::session::{Session, State};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// How long both sides may take to agree once nothing fails any more; a schedule may pause for a quarter of an hour of it.
const AGREEMENT_NS: i64 = 45 * 60 * SECOND;
/// How often people look after sessions whose numbers may not come together by themselves.
const OPERATOR_NS: i64 = 10 * 60 * SECOND;
/// More than that at one instant is a circle.
const MOST_AT_ONCE: u32 = 100_000;

/// Something that will happen. Numbers say which connection, or which run of a process, it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Happening {
    Arrives { connection: usize, to: Who },
    Ends { connection: usize, to: Who },
    Ticks { who: Who },
    Committed { who: Who, run: u32 },
    CommitsLazily { who: Who, run: u32 },
    Replays { who: Who, connection: usize },
    Connects,
    Accepts { connection: usize },
    Restarts { who: Who },
    Sends { who: Who },
    Fails,
    SetsClock { who: Who },
    Heals,
    Operates,
    OperatorResets,
    Checks,
}

#[derive(Debug)]
pub(super) struct World {
    pub(super) setup: Setup,
    seed: u64,
    pub(super) chance: Chance,
    pub(super) now_ns: i64,
    queue: BinaryHeap<Reverse<(i64, u64, Happening)>>,
    order: u64,
    pub(super) sides: Pair<Side>,
    pub(super) flows: Pair<Flow>,
    pub(super) connections: Vec<Connection>,
    /// When the initiator tries to connect next.
    connects_ns: Option<i64>,
    /// Nobody can connect until then.
    pub(super) network_down_until_ns: i64,
    pub(super) is_healed: bool,
    /// When the initiator logged on last.
    pub(super) logged_on_ns: i64,
    /// People keep the two sides apart.
    operates: bool,
    is_over: bool,
    pub(super) counts: Counts,
    pub(super) trace: Option<Trace>,
    failure: Option<Failure>,
    pub(super) words: Words,
    pub(super) spare: Vec<Effects>,
    arrived: Vec<u8>,
}

impl World {
    pub(super) fn new(setup: Setup, seed: u64, lines: Option<usize>) -> Self {
        Self {
            seed,
            chance: setup.chance.clone(),
            now_ns: 0,
            queue: BinaryHeap::new(),
            order: 0,
            sides: Pair { initiator: Side::new(), acceptor: Side::new() },
            flows: Pair::default(),
            connections: Vec::new(),
            connects_ns: None,
            network_down_until_ns: 0,
            is_healed: false,
            logged_on_ns: 0,
            operates: false,
            is_over: false,
            counts: Counts::default(),
            trace: lines.map(Trace::new),
            failure: None,
            words: Words::default(),
            spare: Vec::new(),
            arrived: Vec::new(),
            setup,
        }
    }

    pub(super) fn outcome(mut self) -> (Option<Failure>, Vec<String>, Counts) {
        self.counts.simulated_ns = self.now_ns;
        self.counts.excused = Who::BOTH.into_iter().map(|who| self.flows[who].excused).sum();
        (self.failure, self.trace.map(Trace::into_lines).unwrap_or_default(), self.counts)
    }

    /// Let everything happen until both sides agree or a law is broken.
    pub(super) fn run(&mut self) {
        self.begin();
        let mut at_once = 0;
        while let Some(Reverse((at_ns, _, happening))) = self.queue.pop() {
            if at_ns == self.now_ns {
                at_once += 1;
                if at_once > MOST_AT_ONCE {
                    self.fail(Law::Progress, format!("{MOST_AT_ONCE} things happened at one instant"));
                }
            } else {
                at_once = 0;
            }
            self.now_ns = at_ns;
            self.happens(happening);
            if self.is_over || self.failure.is_some() {
                return;
            }
        }
    }

    fn begin(&mut self) {
        for who in Who::BOTH {
            self.at(0, Happening::Restarts { who });
            let mut left = self.setup.messages;
            while left > 0 {
                let at_ns = self.chance.between(0, self.setup.day_ns);
                self.at(at_ns, Happening::Sends { who });
                left = left.saturating_sub(self.setup.most_at_once.div_ceil(2));
            }
        }
        for _ in 0..self.setup.faults {
            let at_ns = self.chance.between(0, self.setup.day_ns);
            self.at(at_ns, Happening::Fails);
        }
        self.at(self.setup.day_ns, Happening::Heals);
        if self.setup.may_need_operator() {
            self.at(OPERATOR_NS, Happening::Operates);
        }
    }

    pub(super) fn at(&mut self, at_ns: i64, happening: Happening) {
        self.order += 1;
        self.queue.push(Reverse((at_ns.max(self.now_ns), self.order, happening)));
    }

    fn happens(&mut self, happening: Happening) {
        match happening {
            Happening::Arrives { connection, to } => self.arrives(connection, to),
            Happening::Ends { connection, to } => {
                if self.sides[to].connection == Some(connection) {
                    self.tell(Some(to), || "the connection is gone".into());
                    self.end_connection(to);
                }
            }
            Happening::Ticks { who } => self.ticks(who),
            Happening::Committed { who, run } if self.sides[who].run == run => self.committed(who),
            Happening::CommitsLazily { who, run } if self.sides[who].run == run => self.commits_lazily(who),
            Happening::Committed { .. } | Happening::CommitsLazily { .. } => {}
            Happening::Replays { who, connection } => self.replays(who, connection),
            Happening::Connects => {
                if self.connects_ns == Some(self.now_ns) {
                    self.connects_ns = None;
                    self.connects();
                }
            }
            Happening::Accepts { connection } => self.accepts(connection),
            Happening::Restarts { who } => self.restarts(who),
            Happening::Sends { who } => self.sends(who),
            Happening::Fails => self.fails(),
            Happening::SetsClock { who } => self.set_clock(who, 0),
            Happening::Heals => self.heals(),
            Happening::Operates => self.operates(),
            Happening::OperatorResets => self.operator_resets(),
            Happening::Checks => self.checks(),
        }
    }

    pub(super) fn now_of(&self, who: Who) -> Now {
        let utc_ns = self.setup.start_utc_ns + self.now_ns + self.sides[who].clock_ns;
        Now { utc_ns, mono_ns: self.now_ns + SECOND }
    }

    /// A line of the trace, made only where there is one.
    pub(super) fn tell(&mut self, who: Option<Who>, text: impl FnOnce() -> String) {
        if let Some(trace) = &mut self.trace {
            trace.line(self.now_ns, who, &text());
        }
    }

    /// A law is broken; the first failure counts.
    pub(super) fn fail(&mut self, law: Law, text: String) {
        if self.failure.is_none() {
            self.tell(None, || format!("LAW BROKEN: {}: {text}", law.name()));
            self.failure = Some(Failure::new((law, text), self.now_ns));
        }
    }

    pub(super) fn hold(&mut self, result: Result<(), (Law, String)>) {
        if let Err((law, text)) = result {
            self.fail(law, text);
        }
    }

    // -------------------------------------------------------------------------------------------- processes

    fn restarts(&mut self, who: Who) {
        if self.sides[who].session.is_some() {
            return;
        }
        let (next_out, next_in, created_ns) = self.sides[who].store.numbers();
        self.tell(Some(who), || format!("the process starts with next_out {next_out}, next_in {next_in}"));
        let config = self.setup.configs[who].clone();
        let session = Session::new(config, self.setup.books.clone(), next_out, next_in, created_ns);
        self.sides[who].session = Some(Box::new(session));
        self.arm(who);
        if who == Who::Initiator {
            self.connects_in(SECOND / 10);
        }
    }

    fn ticks(&mut self, who: Who) {
        let mono_ns = self.now_of(who).mono_ns;
        let side = &mut self.sides[who];
        if side.tick_ns != Some(self.now_ns) {
            return;
        }
        side.tick_ns = None;
        let due = side.session.as_ref().and_then(|session| session.next_deadline()).is_some_and(|at| at <= mono_ns);
        if due {
            self.ask(who, Session::tick);
        } else {
            self.arm(who);
        }
    }

    // ------------------------------------------------------------------------------------------ connections

    pub(super) fn connects_in(&mut self, wait_ns: i64) {
        let jitter = self.chance.between(0, wait_ns / 4);
        let at_ns = self.now_ns + wait_ns + jitter;
        self.connects_ns = Some(at_ns);
        self.at(at_ns, Happening::Connects);
    }

    fn connects(&mut self) {
        let side = &self.sides.initiator;
        if side.session.is_none() || side.connection.is_some() || self.operates {
            return;
        }
        if self.now_ns < self.network_down_until_ns {
            return self.connects_in(self.setup.reconnect_ns);
        }
        let connection = self.connections.len();
        self.connections.push(Connection::default());
        let accepted_ns = self.now_ns + self.delay();
        if let Some(connection) = self.connections.last_mut() {
            connection.towards.acceptor.last_ns = accepted_ns;
        }
        self.at(accepted_ns, Happening::Accepts { connection });
        self.attach(Who::Initiator, connection);
    }

    fn accepts(&mut self, connection: usize) {
        let side = &self.sides.acceptor;
        let free = side.session.is_some() && side.connection.is_none();
        if self.connections.get(connection).is_none_or(|connection| connection.is_dead) {
            return;
        }
        if free && !self.operates {
            self.attach(Who::Acceptor, connection);
        } else {
            self.tell(Some(Who::Acceptor), || "the connection is refused".into());
            let at_ns = self.now_ns + self.delay();
            self.at(at_ns, Happening::Ends { connection, to: Who::Initiator });
        }
    }

    fn attach(&mut self, who: Who, connection: usize) {
        self.tell(Some(who), || format!("connection {connection} stands"));
        let side = &mut self.sides[who];
        side.connection = Some(connection);
        side.was_logged_on = false;
        side.closing = false;
        self.ask(who, |session, now, effects| session.connected(&[], now, effects));
    }

    pub(super) fn delay(&mut self) -> i64 {
        let (least, most) = self.setup.delay_ns;
        self.chance.between(least, most)
    }

    /// Send bytes to the other side.
    pub(super) fn transmit(&mut self, from: Who, connection: usize, mut bytes: Vec<u8>) {
        let to = from.other();
        let (splits, flips) = (self.setup.splits, self.setup.flips);
        if flips > 0 && !self.is_healed && self.chance.one_in(flips) {
            let at = self.chance.count(0, bytes.len().saturating_sub(1));
            let bit = 1 << self.chance.below(7);
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= bit;
                self.tell(Some(from), || format!("byte {at} of what is written is flipped"));
            }
        }
        let pieces = if splits > 0 && self.chance.one_in(splits) { self.chance.count(2, 4) } else { 1 };
        for left in (1..=pieces).rev() {
            let cut = if left == 1 { 0 } else { self.chance.count(0, bytes.len()) };
            let rest = if left == 1 { Vec::new() } else { bytes.split_off(cut) };
            let at_ns = self.now_ns + self.delay();
            let Some(known) = self.connections.get_mut(connection).filter(|known| !known.is_dead) else { return };
            if !bytes.is_empty() {
                let pipe = &mut known.towards[to];
                let at_ns = at_ns.max(pipe.last_ns);
                pipe.push(at_ns, bytes);
                self.at(at_ns, Happening::Arrives { connection, to });
            }
            bytes = rest;
        }
    }

    /// Our side of a connection is closed: the other side hears of it behind what was written.
    pub(super) fn hang_up(&mut self, from: Who, connection: usize) {
        let at_ns = self.now_ns + self.delay();
        let to = from.other();
        if let Some(known) = self.connections.get_mut(connection).filter(|known| !known.is_dead) {
            let at_ns = at_ns.max(known.towards[to].last_ns);
            known.towards[from].lose_after(self.now_ns);
            self.at(at_ns, Happening::Ends { connection, to });
        }
    }

    fn arrives(&mut self, connection: usize, to: Who) {
        let mut bytes = std::mem::take(&mut self.arrived);
        if let Some(known) = self.connections.get_mut(connection) {
            known.towards[to].arrived(self.now_ns, &mut bytes);
        }
        if !bytes.is_empty() && self.sides[to].connection == Some(connection) {
            self.ask(to, |session, now, effects| session.receive(&bytes, now, effects));
        }
        self.arrived = bytes;
    }

    // ----------------------------------------------------------------------------------------- applications

    fn sends(&mut self, who: Who) {
        let many = self.chance.count(1, self.setup.most_at_once);
        for _ in 0..many {
            let is_price = self.setup.prices > 0 && self.chance.one_in(self.setup.prices);
            let sort = if is_price { Sort::Price } else { Sort::Order };
            let Some(effects) = self.compose(who, sort).map(|(_, effects)| effects) else { continue };
            if !self.carries(who, effects) {
                return;
            }
        }
        self.settle(who);
    }

    /// Let an application send a message: its number, and what the session asks for. Nothing where it may not be sent now.
    pub(super) fn compose(&mut self, who: Who, sort: Sort) -> Option<(usize, Effects)> {
        let now = self.now_of(who);
        let mut effects = self.spare.pop().unwrap_or_default();
        effects.clear();
        let session = self.sides[who].session.as_mut()?;
        let id = self.flows[who].add(sort);
        self.words.say(self.seed, self.setup.configs.initiator.version, who, id, sort);
        let result = session.send(self.words.bytes(), &self.words.fields, now, &mut effects);
        self.tell(Some(who), || {
            let answer = result.as_ref().map_or_else(ToString::to_string, |()| "taken".into());
            format!("the application sends message {id}, {sort:?}: {answer}")
        });
        match result {
            Ok(()) => Some((id, effects)),
            Err(error) => {
                self.flows[who].sent.pop();
                self.spare.push(effects);
                let expected =
                    matches!(error, LocalError::LoggedOut | LocalError::WouldBeReset | LocalError::Full { .. });
                if !expected {
                    self.fail(Law::Progress, format!("message {id} cannot be sent: {error}"));
                }
                None
            }
        }
    }

    /// An application sees a message; the session's answer to what the application sends in turn.
    pub(super) fn sees(&mut self, who: Who, raw: &[u8], seq: u64) -> Option<Effects> {
        let from = who.other();
        let Some((id, sort)) = super::application::recognised(raw) else {
            if matches!(raw.split(|&byte| byte == 1).nth(2), Some(b"35=D" | b"35=8" | b"35=S")) {
                self.fail(Law::NoneInvented, format!("a message that nobody sent: {}", shown(raw)));
            }
            return None;
        };
        match self.flows[from].seen(id, seq) {
            Ok(true) => self.counts.delivered += 1,
            Ok(false) => self.counts.repeated += 1,
            Err((Law::InOrder, _)) if self.setup.may_lose() => {}
            Err((law, text)) => {
                self.fail(law, text);
                return None;
            }
        }
        let known = *self.flows[from].get(id)?;
        self.words.say(self.seed, self.setup.configs.initiator.version, from, id, known.sort);
        if known.sort != sort || !self.words.is_body_of(raw) {
            self.fail(Law::NoneAltered, format!("message {id} arrived as {}", shown(raw)));
            return None;
        }
        if sort != Sort::Order {
            return None;
        }
        // An order that comes again is answered again only if the first answer was never safe.
        if known.answer.is_some_and(|answer| self.flows[who].get(answer).is_some_and(|answer| !answer.is_gone())) {
            return None;
        }
        let (answer, effects) = self.compose(who, Sort::Report(id))?;
        if let Some(order) = self.flows[from].get_mut(id) {
            order.answer = Some(answer);
        }
        // An answer that waits for its number behind a resend is told to be unsafe.
        if effects.list().iter().any(Effect::is_output) {
            self.sides[who].answers.push((seq, answer));
        }
        Some(effects)
    }

    // ----------------------------------------------------------------------------------------------- the end

    fn heals(&mut self) {
        self.tell(None, || "nothing fails any more".into());
        self.is_healed = true;
        self.network_down_until_ns = 0;
        for who in Who::BOTH {
            let side = &mut self.sides[who];
            side.fuse = None;
            side.disk_full_until_ns = 0;
            if self.setup.is_wild {
                side.clock_ns = 0;
            }
            let soon = self.now_ns + self.chance.between(0, 5 * SECOND);
            self.at(soon, Happening::Restarts { who });
        }
        self.at(self.now_ns + SECOND, Happening::Checks);
    }

    fn checks(&mut self) {
        let agreed = self.disagreement();
        let missing = Who::BOTH.into_iter().find_map(|who| Some((who, self.flows[who].missing()?)));
        match (&agreed, missing) {
            (None, None) => {
                self.tell(None, || "both sides agree".into());
                self.is_over = true;
            }
            _ if self.now_ns < self.setup.day_ns + AGREEMENT_NS => {
                self.at(self.now_ns + SECOND, Happening::Checks);
            }
            (None, Some(_)) if self.setup.may_lose() => self.is_over = true,
            (None, Some((who, (id, sent)))) => {
                let (name, seq, life) = (who.name().trim_end(), sent.seq, sent.life);
                self.fail(
                    Law::NothingLost,
                    format!("message {id} of the {name}, number {seq} of life {life}, did not arrive"),
                );
            }
            (Some(text), _) if !self.setup.is_wild => self.fail(Law::Agreement, text.clone()),
            _ => self.is_over = true,
        }
    }

    /// Why the two sides do not agree, if they do not.
    fn disagreement(&self) -> Option<String> {
        for who in Who::BOTH {
            let name = who.name().trim_end();
            let Some(session) = self.sides[who].session.as_ref() else {
                return Some(format!("the {name} does not run"));
            };
            if session.state() != State::LoggedOn || session.serving.is_some() || session.outbox.len() > 0 {
                return Some(format!("the {name} is {}, and not at rest", session.state().name()));
            }
        }
        let (ours, theirs) = (self.sides.initiator.session.as_ref()?, self.sides.acceptor.session.as_ref()?);
        if (ours.next_out(), ours.next_in()) != (theirs.next_in(), theirs.next_out()) {
            return Some(format!(
                "the initiator has next_out {} and next_in {}, the acceptor next_in {} and next_out {}",
                ours.next_out(),
                ours.next_in(),
                theirs.next_in(),
                theirs.next_out()
            ));
        }
        let connection = self.sides.initiator.connection;
        if connection.is_none() || connection != self.sides.acceptor.connection {
            return Some("the two sides have not one connection".into());
        }
        let busy = Who::BOTH.into_iter().any(|who| self.sides[who].committing.is_some());
        let in_flight = connection.and_then(|at| self.connections.get(at)).is_some_and(|known| !known.is_empty());
        (busy || in_flight).then(|| "something is on its way".into())
    }

    /// Numbers that cannot come together by themselves are set by people.
    fn operates(&mut self) {
        self.at(self.now_ns + OPERATOR_NS, Happening::Operates);
        let runs = Who::BOTH.into_iter().all(|who| self.sides[who].session.is_some());
        if !runs || self.operates || self.is_logged_on(Who::Initiator) || self.now_ns < self.logged_on_ns + OPERATOR_NS
        {
            return;
        }
        self.counts.interventions += 1;
        self.operates = true;
        self.operator_resets();
    }

    fn operator_resets(&mut self) {
        let is_closed = |side: &Side| side.session.as_ref().is_some_and(|session| session.state() == State::Closed);
        let closed =
            Who::BOTH.into_iter().all(|who| is_closed(&self.sides[who]) && self.sides[who].connection.is_none());
        if closed {
            self.tell(None, || "people set all numbers to 1".into());
            for who in Who::BOTH {
                self.sides[who].disk_full_until_ns = 0;
                self.sides[who].fuse = None;
                self.command(who, crate::Command::Reset);
            }
            self.operates = false;
            self.connects_in(SECOND);
            return;
        }
        for who in Who::BOTH {
            self.command(who, crate::Command::Disconnect { why: "people look after it".into() });
            if self.sides[who].connection.is_some() && is_closed(&self.sides[who]) {
                self.end_connection(who);
            }
        }
        self.at(self.now_ns + SECOND, Happening::OperatorResets);
    }
}
