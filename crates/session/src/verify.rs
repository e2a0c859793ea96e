//! Hold a message against the dictionary of its version, what the Logons agreed on, and the rules about meaning.

use crate::inbound::Looked;
use crate::received::{MsgKind, Received};
use crate::refusal::Refusal;
use crate::session::Session;
use fixplus_dictionary::violation::{Reason, Violation};
use fixplus_wire::DecodeError;

impl Session {
    /// The number of the dictionary that describes a message, and the first fault, if it has any.
    pub(crate) fn fault(&self, looked: Looked<'_>) -> (Option<usize>, Option<Refusal>) {
        let message = looked.message;
        let book = match self.book_of(message) {
            Ok(book) => book,
            Err(tag) => return (None, Some(Refusal::version(tag))),
        };
        if let Some(error) = looked.syntax {
            return (book, Some(Refusal::syntax(error)));
        }
        match book.and_then(|book| self.books.get(book)) {
            Some(known) if self.config.validate_incoming_message => {
                let fault = known.dictionary.first_fault(message.frame, message.fields, &self.config.validation);
                (book, fault.map(|fault| Refusal::of(&fault)))
            }
            _ => (book, missing_name(message).map(Refusal::missing)),
        }
    }

    /// Every fault of a message that is delivered all the same.
    pub(crate) fn all_faults(&mut self, looked: Looked<'_>, book: Option<usize>, into: &mut Vec<Violation>) {
        let message = looked.message;
        if let Some(error) = looked.syntax {
            into.push(syntax_violation(message, error));
        }
        if let Some(known) =
            book.and_then(|book| self.books.get(book)).filter(|_| self.config.validate_incoming_message)
        {
            known.dictionary.validate(message.frame, message.fields, &self.config.validation, into);
            known.rules.check(message.frame, message.fields, &mut self.groups, into);
        }
    }

    /// The number of the dictionary for a message; the tag to blame where its version has none.
    fn book_of(&self, message: &Received<'_>) -> Result<Option<usize>, u32> {
        if self.books.is_empty() {
            return Ok(None);
        }
        // XMLnonFIX(n) is a session message, though the application gets it.
        let is_session_message = message.kind != MsgKind::Application || message.msg_type == b"n";
        if is_session_message || self.config.version < crate::config::Version::Fixt11 {
            return Ok(Some(self.session_book));
        }
        // An empty field names nothing; whether it may be empty is for the dictionary to say.
        let named = |tag: u32| message.value(tag).filter(|value| !value.is_empty());
        let custom = named(1129);
        let version = self.peer.version_of(message.msg_type, named(1128), custom, named(1156));
        match self.books.find(&version) {
            Some(book) => Ok(Some(book)),
            None if !self.config.validate_incoming_message => Ok(None),
            None if custom.is_some() && self.books.has_version(version.appl_ver_id) => Err(1129),
            None => Err(1128),
        }
    }

    /// A type that we did not declare to receive.
    pub(crate) fn type_fault(&self, message: &Received<'_>) -> Option<Refusal> {
        let receives = self.ours.receives(message.msg_type);
        (!receives).then(|| Refusal::business(3, "Unsupported Message Type"))
    }

    /// A field that is missing on a condition.
    pub(crate) fn rule_fault(&mut self, message: &Received<'_>, book: Option<usize>) -> Option<Refusal> {
        if !self.config.validate_incoming_message {
            return None;
        }
        let known = self.books.get(book?)?;
        self.found.clear();
        known.rules.check(message.frame, message.fields, &mut self.groups, &mut self.found);
        self.found.first().map(Refusal::of)
    }
}

/// Which of SenderCompID(49), SendingTime(52) and TargetCompID(56) a message lacks.
fn missing_name(message: &Received<'_>) -> Option<u32> {
    let there = [(49, message.sender()), (52, message.sending_time()), (56, message.target())];
    there.into_iter().find(|(_, value)| value.is_none()).map(|(tag, _)| tag)
}

fn syntax_violation(message: &Received<'_>, error: &DecodeError) -> Violation {
    let reason = match error.reason() {
        Some(1) => Reason::RequiredTagMissing,
        Some(6) => Reason::IncorrectDataFormat,
        _ => Reason::NonDataValueIncludesDelimiter,
    };
    Violation {
        reason,
        ref_tag: error.tag().map(i64::from),
        msg_type: crate::received::shown(message.msg_type),
        position: None,
        offset: Some(error.offset()),
        path: String::new(),
        wire_text: reason.text().into(),
        sentence: error.to_string(),
    }
}
