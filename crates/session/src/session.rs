//! The session: its state, and what it is asked for.

use crate::appl_ver::Declared;
use crate::books::Books;
use crate::config::{Role, SessionConfig, Version};
use crate::effect::{CloseReason, Effect, Effects, Event};
use crate::gap::{Asking, Gap};
use crate::input::Input;
use crate::logon::Candidate;
use crate::now::Now;
use crate::outbox::Outbox;
use crate::reset::Resetting;
use crate::serve::Serving;
use crate::set_aside::SetAside;
use crate::stamp::{Draft, Stamper};
use crate::timers::Silence;
use fixplus_dictionary::groups::GroupIndex;
use fixplus_dictionary::violation::Violation;
use fixplus_wire::Index;
use std::collections::VecDeque;

/// Where a session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// No connection, or one that is being closed.
    Closed,
    /// An acceptor waits for the peer's Logon(35=A), or for the verdict on it.
    AwaitLogon,
    /// An initiator waits for the answer to its Logon(35=A), or for the verdict on it.
    LogonSent,
    /// Logons were exchanged and nothing is missing.
    LoggedOn,
    /// Logons were exchanged and messages are missing.
    Recovering,
    /// Our Logout(35=5) was sent.
    LogoutSent,
}

impl State {
    /// The state in snake case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::AwaitLogon => "await_logon",
            Self::LogonSent => "logon_sent",
            Self::LoggedOn => "logged_on",
            Self::Recovering => "recovering",
            Self::LogoutSent => "logout_sent",
        }
    }
}

/// [`State`] as the session itself sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    Closed,
    /// An acceptor waits for the first message.
    AwaitLogon,
    /// An initiator waits for the answer.
    LogonSent,
    /// The peer's Logon was handed out and waits for its verdict.
    Verdict,
    LoggedOn,
    /// Our Logout was sent and waits for its answer.
    LogoutSent,
    /// The peer's Logout was answered and the peer is to close.
    LogoutAnswered,
}

/// What makes the state machine of one session. It lives as long as the session is known, across connections.
#[derive(Debug)]
pub struct Session {
    pub(crate) config: SessionConfig,
    pub(crate) books: Books,
    pub(crate) asking: Asking,

    pub(crate) next_out: u64,
    pub(crate) next_in: u64,
    pub(crate) created_ns: Option<i64>,
    pub(crate) enabled: bool,

    pub(crate) phase: Phase,
    /// When waiting in this phase is over.
    pub(crate) phase_ends_ns: Option<i64>,
    /// The reason with which a Logout exchange of ours will close.
    pub(crate) ending: Option<CloseReason>,
    /// Whether Logons were exchanged on this connection.
    pub(crate) was_logged_on: bool,
    /// Text(58) of the peer's Logout.
    pub(crate) peer_text: Option<String>,
    /// Logouts were exchanged on this connection.
    pub(crate) exchanged: bool,
    /// Fields for our Logon of this connection, beside the configured ones.
    pub(crate) logon_fields: Vec<(u32, Vec<u8>)>,
    pub(crate) candidate: Option<Box<Candidate>>,
    /// Our Logon said 141=Y.
    pub(crate) asked_reset: bool,
    pub(crate) sent_next_expected: bool,
    pub(crate) heart_bt_int_s: u32,
    pub(crate) ours: Declared,
    pub(crate) peer: Declared,
    pub(crate) peer_max_message_size: Option<u64>,
    /// The dictionary of session messages.
    pub(crate) session_book: usize,

    pub(crate) silence: Silence,
    pub(crate) gap: Option<Gap>,
    pub(crate) set_aside: SetAside,
    /// The wall clock when the message came that is looked at, if it was set aside since.
    pub(crate) came_ns: Option<i64>,
    /// The last message came from what was set aside.
    pub(crate) just_drained: bool,
    pub(crate) serving: Option<Serving>,
    pub(crate) requests: VecDeque<(u64, u64, Option<u64>)>,
    pub(crate) outbox: Outbox,
    pub(crate) resetting: Option<Resetting>,
    /// We said that we begin anew and do not know whether the peer heard it: the next Logon(35=A) says so again.
    pub(crate) reset_unconfirmed: bool,
    /// When the daily reset is due.
    pub(crate) reset_due_ns: Option<i64>,
    /// The number of the message that is being answered.
    pub(crate) answering: Option<u64>,
    /// In which stretch of wall time the schedule says the same.
    pub(crate) schedule_known: Option<(i64, i64)>,
    pub(crate) last_now: Now,

    pub(crate) input: Input,
    pub(crate) index: Index,
    pub(crate) draft: Draft,
    pub(crate) stamper: Stamper,
    pub(crate) scratch: Vec<u8>,
    pub(crate) groups: GroupIndex,
    pub(crate) found: Vec<Violation>,
}

impl Session {
    /// A session with the numbers that its store holds. `created_ns` says when their life began; nothing for a store that was never
    /// used.
    #[must_use]
    pub fn new(config: SessionConfig, books: Books, next_out: u64, next_in: u64, created_ns: Option<i64>) -> Self {
        let ours = Declared {
            default_appl_ver_id: config.default_appl_ver_id.clone(),
            default_cstm_appl_ver_id: config.default_cstm_appl_ver_id.clone(),
            default_appl_ext_id: config.default_appl_ext_id.clone(),
            msg_types: config.msg_types.clone(),
        };
        Self {
            asking: Asking::new(&config),
            heart_bt_int_s: config.heart_bt_int_s,
            books,
            next_out: next_out.max(1),
            next_in: next_in.max(1),
            created_ns,
            enabled: true,
            phase: Phase::Closed,
            phase_ends_ns: None,
            ending: None,
            was_logged_on: false,
            peer_text: None,
            exchanged: false,
            logon_fields: Vec::new(),
            candidate: None,
            asked_reset: false,
            sent_next_expected: false,
            ours,
            peer: Declared::default(),
            peer_max_message_size: None,
            session_book: 0,
            silence: Silence::default(),
            gap: None,
            set_aside: SetAside::default(),
            came_ns: None,
            just_drained: false,
            serving: None,
            requests: VecDeque::new(),
            outbox: Outbox::default(),
            resetting: None,
            reset_unconfirmed: false,
            reset_due_ns: None,
            answering: None,
            schedule_known: None,
            last_now: Now::default(),
            input: Input::default(),
            index: Index::new(),
            draft: Draft::default(),
            stamper: Stamper::default(),
            scratch: Vec::new(),
            groups: GroupIndex::new(),
            found: Vec::new(),
            config,
        }
    }

    /// Where the session stands.
    #[must_use]
    pub fn state(&self) -> State {
        match self.phase {
            Phase::Closed => State::Closed,
            Phase::AwaitLogon => State::AwaitLogon,
            Phase::LogonSent => State::LogonSent,
            Phase::Verdict => match self.config.role {
                Role::Acceptor => State::AwaitLogon,
                Role::Initiator => State::LogonSent,
            },
            Phase::LoggedOn if self.gap.is_some() => State::Recovering,
            Phase::LoggedOn => State::LoggedOn,
            Phase::LogoutSent | Phase::LogoutAnswered => State::LogoutSent,
        }
    }

    /// Whether application messages can be exchanged now.
    #[must_use]
    pub fn is_logged_on(&self) -> bool {
        self.phase == Phase::LoggedOn
    }

    /// The number that our next message will have.
    #[must_use]
    pub fn next_out(&self) -> u64 {
        self.next_out
    }

    /// The number that is expected of the peer.
    #[must_use]
    pub fn next_in(&self) -> u64 {
        self.next_in
    }

    /// HeartBtInt(108) in seconds, as agreed or as configured.
    #[must_use]
    pub fn heart_bt_int_s(&self) -> u32 {
        self.heart_bt_int_s
    }

    /// What is missing: the first number expected, and the last known to be missing.
    #[must_use]
    pub fn gap(&self) -> Option<(u64, u64)> {
        self.gap.map(|gap| (self.next_in, gap.end))
    }

    /// What the session was told about itself.
    #[must_use]
    pub fn config(&self) -> &SessionConfig {
        &self.config
    }

    /// The dictionaries.
    #[must_use]
    pub fn books(&self) -> &Books {
        &self.books
    }

    /// Note when the life of the numbers began, before the first of them is used.
    pub(crate) fn begin_life(&mut self, now: Now, effects: &mut Effects) {
        if self.created_ns.is_none() {
            self.created_ns = Some(now.utc_ns);
            let (next_out, next_in) = (self.next_out, self.next_in);
            effects.push(Effect::ResetStore { next_out, next_in, created_ns: self.created_ns });
        }
    }

    /// Begin a new life of the numbers.
    pub(crate) fn reset_numbers(&mut self, why: &str, now: Now, effects: &mut Effects) {
        (self.next_out, self.next_in, self.created_ns) = (1, 1, Some(now.utc_ns));
        self.reset_unconfirmed = false;
        self.set_aside.clear();
        self.gap = None;
        effects.push(Effect::ResetStore { next_out: 1, next_in: 1, created_ns: self.created_ns });
        effects.push(Effect::Notify(Event::Reset { why: why.into() }));
    }

    /// The version's Logon has ResetSeqNumFlag(141).
    pub(crate) fn has_reset_flag(&self) -> bool {
        self.config.version > Version::Fix40
    }

    /// A line in a log.
    pub(crate) fn warn(effects: &mut Effects, text: impl Into<String>) {
        effects.push(Effect::Notify(Event::Warning { text: text.into() }));
    }
}
