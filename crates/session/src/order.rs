//! Commands: what a driver, an operator or the application tells a session.

use crate::command::Command;
use crate::effect::{CloseReason, Effect, Effects};
use crate::error::LocalError;
use crate::now::Now;
use crate::refusal::{Refusal, business_text, session_text};
use crate::reject::Refused;
use crate::session::{Phase, Session};

impl Session {
    /// Carry out a command.
    ///
    /// # Errors
    /// It makes no sense in this state; nothing was changed.
    pub fn command(&mut self, command: Command, now: Now, effects: &mut Effects) -> Result<(), LocalError> {
        self.last_now = now;
        let refused = |text: &'static str| Err(LocalError::Command { text });
        match command {
            Command::AcceptLogon | Command::RefuseLogon { .. } if self.phase != Phase::Verdict => {
                // The peer may have gone while the verdict was on its way.
                Self::warn(effects, "a verdict on a Logon(35=A) that is no longer awaited");
            }
            Command::AcceptLogon => self.accept(now, effects),
            Command::RefuseLogon { text, session_status, say } => {
                self.turn_down(&text, session_status, say, now, effects);
            }
            Command::BusinessReject { ref_seq, ref_msg_type, reason, ref_id, text, routing } => {
                let text = text.unwrap_or_else(|| business_text(reason).into());
                let business = u16::try_from(reason).unwrap_or(u16::MAX);
                let refusal = Refusal::given(None, Some(business), None, text, ref_id);
                self.refused_by_application(ref_seq, &ref_msg_type, &refusal, &routing, now, effects);
            }
            Command::Reject { ref_seq, ref_msg_type, reason, ref_tag, text, routing } => {
                let text = text.unwrap_or_else(|| session_text(reason).into());
                let refusal = Refusal::given(Some(reason), None, ref_tag, text, Vec::new());
                self.refused_by_application(ref_seq, &ref_msg_type, &refusal, &routing, now, effects);
            }
            Command::Logout { text } => match self.phase {
                Phase::LoggedOn => {
                    let why = CloseReason::Command(text.clone().unwrap_or_else(|| "logout".into()));
                    self.log_out(text.as_deref(), None, why, now, effects);
                }
                Phase::LogoutSent | Phase::LogoutAnswered | Phase::Closed => {}
                _ => self.end(Some(CloseReason::Command("logout".into())), now, effects),
            },
            Command::Disconnect { why } => self.end(Some(CloseReason::Command(why)), now, effects),
            Command::Reset => match self.phase {
                Phase::Closed => self.reset_numbers("command", now, effects),
                Phase::LoggedOn if !self.has_reset_flag() => {
                    return refused("FIX.4.0 has no ResetSeqNumFlag(141): log out and reset while disconnected");
                }
                Phase::LoggedOn if self.resetting.is_some() => return refused("a reset is under way"),
                Phase::LoggedOn => self.begin_reset(now, effects),
                _ => return refused("numbers are reset while disconnected or logged on"),
            },
            Command::SetNext { next_out, next_in } => {
                if self.phase != Phase::Closed {
                    return refused("numbers are set while disconnected");
                }
                if next_out == Some(0) || next_in == Some(0) {
                    return refused("numbers begin with 1");
                }
                self.next_out = next_out.unwrap_or(self.next_out);
                self.next_in = next_in.unwrap_or(self.next_in);
                let (next_out, next_in) = (self.next_out, self.next_in);
                effects.push(Effect::ResetStore { next_out, next_in, created_ns: None });
            }
            Command::Refreshed { next_out, next_in, created_ns } => {
                if self.phase != Phase::Closed {
                    return refused("numbers are read again while disconnected");
                }
                (self.next_out, self.next_in, self.created_ns) = (next_out.max(1), next_in.max(1), created_ns);
                self.renew_numbers(now, effects);
            }
            Command::Enable(enabled) => {
                self.enabled = enabled;
                let why = || CloseReason::Command("the session is disabled".into());
                match self.phase {
                    _ if enabled => {}
                    Phase::Closed | Phase::LogoutSent | Phase::LogoutAnswered => {}
                    Phase::LoggedOn => self.log_out(None, None, why(), now, effects),
                    _ => self.end(Some(why()), now, effects),
                }
            }
            Command::TestRequest => {
                if self.phase != Phase::LoggedOn {
                    return refused("a TestRequest(35=1) needs a session that is logged on");
                }
                let id = self.test_req_id(now, false);
                self.request_life(&id, false, now, effects);
            }
        }
        Ok(())
    }

    fn refused_by_application(
        &mut self,
        seq: u64,
        msg_type: &[u8],
        refusal: &Refusal,
        routing: &[(u32, Vec<u8>)],
        now: Now,
        effects: &mut Effects,
    ) {
        let refused = Refused::new(seq, msg_type);
        self.answering = Some(seq);
        let routing = routing.iter().map(|(tag, value)| (*tag, value.as_slice()));
        self.write_refusal(refused, refusal, routing, now, effects);
        self.note_refusal(refused, refusal, effects);
        self.answering = None;
        self.after_error(now, effects);
    }
}
