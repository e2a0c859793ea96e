//! Hold a message against a dictionary.
//!
//! A session reports the first fault in a fixed order: fields out of their section, unknown MsgType(35), required
//! fields, then field by field in ascending order of tags, header, trailer and body in turn, and the entries of a group
//! behind its count field. Tools report all faults, in the same order.

mod closer;
mod fault;
mod place;
mod sentence;
mod strays;
#[cfg(test)]
mod tests;
mod walk;

use fixplus_wire::{Field, Section};

use crate::dictionary::Dictionary;
use crate::plan::{MAX_MEMBERS, MessagePlan};
use crate::settings::Settings;
use crate::taking::Seen;
use crate::violation::{Reason, Violation};
use fault::{Cause, Fault, Sink};
use place::msg_type_key;
use strays::Strays;
use walk::Walk;

impl Dictionary {
    /// Add all faults of a message, in the order in which a session would report them.
    ///
    /// `fields` are those of `frame`, in the order of the wire, each directly behind the one before. A message without
    /// fault allocates nothing. At most 10,000 faults are noted; where there are more, a last violation says how many.
    pub fn validate(&self, frame: &[u8], fields: &[Field], settings: &Settings, into: &mut Vec<Violation>) {
        check(self, frame, fields, settings, Sink::All(Vec::new(), 0), into);
    }

    /// The fault that a session reports, if the message has any.
    #[must_use]
    pub fn first_fault(&self, frame: &[u8], fields: &[Field], settings: &Settings) -> Option<Violation> {
        let mut found = Vec::new();
        check(self, frame, fields, settings, Sink::First(None), &mut found);
        found.pop()
    }

    /// The plan of the message with these fields, if the dictionary knows its MsgType(35).
    #[must_use]
    pub fn plan_of(&self, frame: &[u8], fields: &[Field]) -> Option<&MessagePlan> {
        self.message(msg_type(frame, fields)?.1)
    }
}

/// The position and value of MsgType(35), which is the third field of every message that was framed.
fn msg_type<'f>(frame: &'f [u8], fields: &[Field]) -> Option<(u32, &'f [u8])> {
    let (at, field) = match fields.get(2) {
        Some(field) if field.tag == 35 => (2, field),
        _ => fields.iter().enumerate().find(|(_, field)| field.tag == 35)?,
    };
    Some((at as u32, frame.get(field.start as usize..field.end as usize)?))
}

fn check(
    dictionary: &Dictionary,
    frame: &[u8],
    fields: &[Field],
    settings: &Settings,
    sink: Sink,
    into: &mut Vec<Violation>,
) {
    let msg_type = msg_type(frame, fields);
    let known = msg_type.and_then(|(_, value)| dictionary.message(value));
    let plan = known.unwrap_or_else(|| dictionary.headed_only());
    let message = Message { dictionary, plan, frame, fields, settings };
    // One bit a slot. The largest standard message fits into the least set, FIX Latest's into the next, and any plan
    // into the last.
    let mut sink = match Seen::words_for(plan) {
        0..=16 => message.walk::<16>(sink),
        17..=96 => message.walk::<96>(sink),
        _ => message.walk::<{ MAX_MEMBERS.div_ceil(64) }>(sink),
    };
    if let Some((at, value)) = msg_type
        && known.is_none()
        && !value.is_empty()
    {
        let (key, cause) = (msg_type_key(), Cause::UnknownMsgType);
        sink.put(Fault { key, reason: Reason::InvalidMsgType, ref_tag: None, at: Some(at), path: Vec::new(), cause });
    }
    if sink.is_empty() {
        return;
    }
    let speaker =
        sentence::Speaker { dictionary, plan, frame, fields, msg_type: msg_type.map_or(&[], |(_, value)| value) };
    let left_out = sink.left_out();
    into.extend(sink.sorted().iter().map(|fault| speaker.violation(fault)));
    into.extend((left_out > 0).then(|| speaker.left_out(left_out)));
}

/// A message and what it is held against.
#[derive(Clone, Copy)]
struct Message<'v> {
    dictionary: &'v Dictionary,
    plan: &'v MessagePlan,
    frame: &'v [u8],
    fields: &'v [Field],
    settings: &'v Settings,
}

impl Message<'_> {
    /// Find the faults with a set of so many words on the stack.
    #[inline(never)]
    fn walk<const WORDS: usize>(self, sink: Sink) -> Sink {
        let Self { dictionary, plan, frame, fields, settings } = self;
        let mut words = [0u64; WORDS];
        let seen = Seen::new(&mut words);
        let (section, strays) = (Section::Header, Strays::default());
        let mut walk = Walk { dictionary, plan, frame, fields, settings, seen, sink, section, strays };
        walk.run();
        walk.sink
    }
}
