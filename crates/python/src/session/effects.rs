//! What a session asks for, as Python sees it.

use super::books::BookChoice;
use crate::convert;
use crate::message::Message;
use crate::validation::Violation;
use fixplus_session::effect::{self, Event, Kind};
use fixplus_session::{Effect, Effects};
use fixplus_wire::frame::MAX_MESSAGE_SIZE;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyTuple};

/// Store a message of ours under its number.
#[pyclass(frozen, get_all, module = "pyfixmsg_plus.session")]
pub(crate) struct Append {
    seq: u64,
    raw: Py<PyBytes>,
}

/// Write bytes to the peer.
#[pyclass(frozen, get_all, module = "pyfixmsg_plus.session")]
pub(crate) struct Write {
    raw: Py<PyBytes>,
}

/// Hand a message to the application.
#[pyclass(frozen, get_all, module = "pyfixmsg_plus.session")]
pub(crate) struct Deliver {
    message: Py<Message>,
    kind: &'static str,
    seq: u64,
    poss_dup: bool,
    poss_resend: bool,
    warnings: Py<PyTuple>,
}

/// The store's next number in becomes this.
#[pyclass(frozen, get_all, module = "pyfixmsg_plus.session")]
pub(crate) struct Advance {
    next_in: u64,
}

/// Read stored messages and hand them to `replay`.
#[pyclass(frozen, get_all, module = "pyfixmsg_plus.session")]
pub(crate) struct Replay {
    begin: u64,
    end: u64,
}

/// Set both numbers of the store.
#[pyclass(frozen, get_all, module = "pyfixmsg_plus.session")]
pub(crate) struct ResetStore {
    next_out: u64,
    next_in: u64,
    created_ns: Option<i64>,
}

/// Something happened that people and metrics want to hear of.
#[pyclass(frozen, get_all, module = "pyfixmsg_plus.session")]
pub(crate) struct Notify {
    event: Py<SessionEvent>,
}

/// Flush what was written and close the connection.
#[pyclass(frozen, get_all, module = "pyfixmsg_plus.session")]
pub(crate) struct Close {
    reason: Py<CloseReason>,
}

/// Something that happened.
#[pyclass(frozen, module = "pyfixmsg_plus.session")]
pub(crate) struct SessionEvent {
    #[pyo3(get)]
    name: &'static str,
    #[pyo3(get)]
    attributes: Py<PyDict>,
}

/// Why a connection is closed.
#[pyclass(frozen, get_all, module = "pyfixmsg_plus.session")]
pub(crate) struct CloseReason {
    name: &'static str,
    text: String,
}

/// The names in a Logon(35=A), as the peer wrote them.
#[pyclass(frozen, get_all, module = "pyfixmsg_plus.session")]
pub(crate) struct LogonIdentity {
    begin_string: String,
    sender_comp_id: String,
    sender_sub_id: String,
    sender_location_id: String,
    target_comp_id: String,
    target_sub_id: String,
    target_location_id: String,
}

macro_rules! match_args {
    ($($class:ident: $($field:literal),*;)*) => {$(
        #[pymethods]
        impl $class {
            #[classattr]
            fn __match_args__(py: Python<'_>) -> PyResult<Bound<'_, PyTuple>> {
                PyTuple::new(py, [$($field),*])
            }
        }
    )*};
}

match_args! {
    Append: "seq", "raw";
    Write: "raw";
    Deliver: "message", "kind", "seq", "poss_dup", "poss_resend", "warnings";
    Advance: "next_in";
    Replay: "begin", "end";
    ResetStore: "next_out", "next_in", "created_ns";
    Notify: "event";
    Close: "reason";
}

// Bytes are never shown: they may hold passwords.
#[pymethods]
impl Append {
    fn __repr__(&self, py: Python<'_>) -> String {
        format!("Append(seq={}, {} bytes)", self.seq, self.raw.as_bytes(py).len())
    }
}

#[pymethods]
impl Write {
    fn __repr__(&self, py: Python<'_>) -> String {
        format!("Write({} bytes)", self.raw.as_bytes(py).len())
    }
}

#[pymethods]
impl Deliver {
    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let message = self.message.bind(py).repr()?;
        Ok(format!("Deliver({message}, kind={:?}, seq={})", self.kind, self.seq))
    }
}

#[pymethods]
impl Advance {
    fn __repr__(&self) -> String {
        format!("Advance(next_in={})", self.next_in)
    }
}

#[pymethods]
impl Replay {
    fn __repr__(&self) -> String {
        format!("Replay(begin={}, end={})", self.begin, self.end)
    }
}

#[pymethods]
impl ResetStore {
    fn __repr__(&self) -> String {
        let created = self.created_ns.map_or_else(|| "None".to_owned(), |created| created.to_string());
        format!("ResetStore(next_out={}, next_in={}, created_ns={created})", self.next_out, self.next_in)
    }
}

#[pymethods]
impl Notify {
    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("Notify({})", self.event.get().__repr__(py)?))
    }
}

#[pymethods]
impl Close {
    fn __repr__(&self) -> String {
        format!("Close({})", self.reason.get().__repr__())
    }
}

#[pymethods]
impl SessionEvent {
    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let shown: PyResult<Vec<String>> = self
            .attributes
            .bind(py)
            .iter()
            .map(|(name, value)| Ok(format!("{}={}", name.str()?, value.repr()?)))
            .collect();
        Ok(format!("<{} {}>", self.name, shown?.join(" ")).replace(" >", ">"))
    }
}

#[pymethods]
impl CloseReason {
    fn __repr__(&self) -> String {
        if self.text.is_empty() { format!("<{}>", self.name) } else { format!("<{}: {}>", self.name, self.text) }
    }

    fn __str__(&self) -> &str {
        if self.text.is_empty() { self.name } else { &self.text }
    }
}

#[pymethods]
impl LogonIdentity {
    fn __repr__(&self) -> String {
        format!("<LogonIdentity {}:{}->{}>", self.begin_string, self.sender_comp_id, self.target_comp_id)
    }
}

/// The effects as a list of objects.
pub(super) fn list<'py>(py: Python<'py>, effects: &Effects, books: &[BookChoice]) -> PyResult<Bound<'py, PyList>> {
    let list = PyList::empty(py);
    // A message is appended and then written: both are the same bytes.
    let mut last: Option<(std::ops::Range<usize>, Py<PyBytes>)> = None;
    let mut bytes = |range: &std::ops::Range<usize>| match &last {
        Some((known, raw)) if known == range => raw.clone_ref(py),
        _ => {
            let raw = PyBytes::new(py, effects.bytes(range)).unbind();
            last = Some((range.clone(), raw.clone_ref(py)));
            raw
        }
    };
    for effect in effects.list() {
        match effect {
            Effect::Append { seq, raw } => list.append(Py::new(py, Append { seq: *seq, raw: bytes(raw) })?)?,
            Effect::Write { raw } => list.append(Py::new(py, Write { raw: bytes(raw) })?)?,
            Effect::Deliver { kind, raw, fields, seq, poss_dup, poss_resend, book, warnings } => {
                let frame = PyBytes::new(py, effects.bytes(raw)).unbind();
                let choice = super::books::choice(books, *book);
                let message = Message::received(frame, effects.fields(fields).to_vec(), choice, Vec::new());
                let warnings = effects.warnings(warnings).iter().map(|found| Violation::from(found.clone()));
                let warnings: PyResult<Vec<Py<Violation>>> = warnings.map(|found| Py::new(py, found)).collect();
                list.append(Py::new(
                    py,
                    Deliver {
                        message: Py::new(py, message)?,
                        kind: kind_name(*kind),
                        seq: *seq,
                        poss_dup: *poss_dup,
                        poss_resend: *poss_resend,
                        warnings: PyTuple::new(py, warnings?)?.unbind(),
                    },
                )?)?;
            }
            Effect::Advance { next_in } => list.append(Py::new(py, Advance { next_in: *next_in })?)?,
            Effect::Replay { begin, end } => list.append(Py::new(py, Replay { begin: *begin, end: *end })?)?,
            Effect::ResetStore { next_out, next_in, created_ns } => {
                let reset = ResetStore { next_out: *next_out, next_in: *next_in, created_ns: *created_ns };
                list.append(Py::new(py, reset)?)?;
            }
            Effect::Notify(event) => {
                let event = Py::new(py, self::event(py, event)?)?;
                list.append(Py::new(py, Notify { event })?)?;
            }
            Effect::Close(reason) => {
                let reason = Py::new(py, self::reason(reason))?;
                list.append(Py::new(py, Close { reason })?)?;
            }
            _ => {}
        }
    }
    Ok(list)
}

fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Admin => "admin",
        Kind::App => "app",
        Kind::LogonRequest => "logon",
    }
}

fn event(py: Python<'_>, event: &Event) -> PyResult<SessionEvent> {
    let with = PyDict::new(py);
    let name = match event {
        Event::LoggedOn => "logged_on",
        Event::LoggedOut { text } => {
            with.set_item("text", text)?;
            "logged_out"
        }
        Event::LogonRejected { text, session_status } => {
            with.set_item("text", text)?;
            with.set_item("session_status", session_status)?;
            "logon_rejected"
        }
        Event::GapOpened { begin, end } => {
            with.set_item("begin", begin)?;
            with.set_item("end", end)?;
            "gap_opened"
        }
        Event::GapClosed { next_in } => {
            with.set_item("next_in", next_in)?;
            "gap_closed"
        }
        Event::ResendRequested { begin, end } => {
            with.set_item("begin", begin)?;
            with.set_item("end", end)?;
            "resend_requested"
        }
        Event::ResendServed { begin, end, bytes, messages } => {
            with.set_item("begin", begin)?;
            with.set_item("end", end)?;
            with.set_item("bytes", bytes)?;
            with.set_item("messages", messages)?;
            "resend_served"
        }
        Event::Reset { why } => {
            with.set_item("why", why)?;
            "reset"
        }
        Event::Rejected { seq, msg_type, reason, business_reason, ref_tag, text, sentence } => {
            with.set_item("seq", seq)?;
            with.set_item("msg_type", convert::text(py, msg_type))?;
            with.set_item("reason", reason)?;
            with.set_item("business_reason", business_reason)?;
            with.set_item("ref_tag", ref_tag)?;
            with.set_item("text", text)?;
            with.set_item("sentence", sentence)?;
            "rejected"
        }
        Event::Garbled { text, length } => {
            with.set_item("text", text)?;
            with.set_item("length", length)?;
            "garbled"
        }
        Event::Warning { text } => {
            with.set_item("text", text)?;
            "warning"
        }
        Event::TestRequestSent { test_req_id } => {
            with.set_item("test_req_id", test_req_id)?;
            "test_request_sent"
        }
        Event::RoundTrip { ns } => {
            with.set_item("ns", ns)?;
            "round_trip"
        }
        _ => "event",
    };
    Ok(SessionEvent { name, attributes: with.unbind() })
}

fn reason(reason: &effect::CloseReason) -> CloseReason {
    use effect::CloseReason as Why;
    let (name, text) = match reason {
        Why::LoggedOut => ("logged_out", ""),
        Why::LogonTimeout => ("logon_timeout", ""),
        Why::LogoutTimeout => ("logout_timeout", ""),
        Why::HeartbeatTimeout => ("heartbeat_timeout", ""),
        Why::LogonRefused(text) => ("logon_refused", text.as_str()),
        Why::Protocol(text) => ("protocol", text.as_str()),
        Why::Schedule => ("schedule", ""),
        Why::Command(text) => ("command", text.as_str()),
        _ => ("closed", ""),
    };
    CloseReason { name, text: text.to_owned() }
}

/// The names in the Logon(35=A) with which the bytes begin.
pub(super) fn identify(frame: &[u8]) -> PyResult<Option<LogonIdentity>> {
    let pairs = crate::dictionary::standard_pairs();
    let found = fixplus_session::identify(frame, pairs, MAX_MESSAGE_SIZE);
    let text = |value: Vec<u8>| value.into_iter().map(char::from).collect::<String>();
    Ok(found.map(|found| LogonIdentity {
        begin_string: text(found.begin_string),
        sender_comp_id: text(found.sender_comp_id),
        sender_sub_id: text(found.sender_sub_id),
        sender_location_id: text(found.sender_location_id),
        target_comp_id: text(found.target_comp_id),
        target_sub_id: text(found.target_sub_id),
        target_location_id: text(found.target_location_id),
    }))
}
