//! `Session`: the state machine of one FIX session, its settings and its effects.

mod books;
mod config;
mod effects;
mod ordered;
mod orders;
mod setting;
mod versions;

pub(crate) use config::SessionConfig;
pub(crate) use effects::{
    Advance, Append, Close, CloseReason, Deliver, LogonIdentity, Notify, Replay, ResetStore, SessionEvent, Write,
};

pub(crate) use versions::{DeclaredVersions, appl_ver_id, appl_version};

use crate::errors;
use crate::message::Message;
use crate::parse::bytes_of;
use books::BookChoice;
use fixplus_session::{Effects, LocalError, Now};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList};

/// One session. It decides and does no input or output.
#[pyclass(module = "pyfixmsg_plus.session", name = "Session")]
pub(crate) struct Session {
    inner: fixplus_session::Session,
    books: Vec<BookChoice>,
    effects: Effects,
    /// `preserve_message_fields_order`: received messages go out in the order in which they came.
    preserves_order: bool,
}

/// A pair of wall-clock and monotonic nanoseconds.
fn now_of(now: (i64, i64)) -> Now {
    Now { utc_ns: now.0, mono_ns: now.1 }
}

fn local(py: Python<'_>, error: &LocalError) -> PyErr {
    errors::local(py, error.to_string())
}

impl Session {
    /// Ask the session and hand on what it answers.
    fn ask<'py>(
        &mut self,
        py: Python<'py>,
        ask: impl FnOnce(&mut fixplus_session::Session, &mut Effects),
    ) -> PyResult<Bound<'py, PyList>> {
        self.effects.clear();
        ask(&mut self.inner, &mut self.effects);
        effects::list(py, &self.effects, &self.books)
    }

    /// The same for what may be refused.
    fn try_ask<'py>(
        &mut self,
        py: Python<'py>,
        ask: impl FnOnce(&mut fixplus_session::Session, &mut Effects) -> Result<(), LocalError>,
    ) -> PyResult<Bound<'py, PyList>> {
        let mut result = Ok(());
        let list = self.ask(py, |session, effects| result = ask(session, effects))?;
        match result {
            Ok(()) => Ok(list),
            Err(error) => Err(local(py, &error)),
        }
    }
}

#[pymethods]
impl Session {
    #[new]
    #[pyo3(signature = (config, next_out=1, next_in=1, created_ns=None))]
    fn new(config: &SessionConfig, next_out: u64, next_in: u64, created_ns: Option<i64>) -> Self {
        let (core, books) = (config.config.clone(), config.books.clone());
        let inner = fixplus_session::Session::new(core, books, next_out, next_in, created_ns);
        Self { inner, books: config.choices.clone(), effects: Effects::new(), preserves_order: config.preserves_order }
    }

    /// The connection stands.
    #[pyo3(signature = (now, fields=Vec::new()))]
    fn connected<'py>(
        &mut self,
        py: Python<'py>,
        now: (i64, i64),
        fields: Vec<(u32, String)>,
    ) -> PyResult<Bound<'py, PyList>> {
        let fields: Vec<_> = fields.into_iter().map(|(tag, value)| (tag, setting::latin(&value))).collect();
        self.ask(py, |session, effects| session.connected(&fields, now_of(now), effects))
    }

    /// Bytes of the peer.
    fn receive<'py>(
        &mut self,
        py: Python<'py>,
        data: &Bound<'py, PyAny>,
        now: (i64, i64),
    ) -> PyResult<Bound<'py, PyList>> {
        let data = bytes_of(data)?;
        self.ask(py, |session, effects| session.receive(data.as_bytes(), now_of(now), effects))
    }

    /// A message of the application, plain or typed.
    fn send<'py>(
        &mut self,
        py: Python<'py>,
        message: &Bound<'py, PyAny>,
        now: (i64, i64),
    ) -> PyResult<Bound<'py, PyList>> {
        let message = orders::message_of(message)?;
        let message = message.get();
        message.check_fields(py)?;
        let now = now_of(now);
        if message.was_received() && !self.preserves_order {
            return self.try_ask(py, |session, effects| {
                message.with_groups(py, |view, groups| {
                    let ordered = ordered::ordered(view, groups.map(|(groups, _)| groups), message.choice.pairs());
                    session.send(view.bytes, ordered.as_deref().unwrap_or(view.fields), now, effects)
                })
            });
        }
        self.try_ask(py, |session, effects| {
            message.with(py, |view| session.send(view.bytes, view.fields, now, effects))
        })
    }

    /// Nothing happened, but time passed.
    fn tick<'py>(&mut self, py: Python<'py>, now: (i64, i64)) -> PyResult<Bound<'py, PyList>> {
        self.ask(py, |session, effects| session.tick(now_of(now), effects))
    }

    /// What a driver, an operator or the application tells the session.
    #[pyo3(signature = (name, now, **arguments))]
    fn command<'py>(
        &mut self,
        py: Python<'py>,
        name: &str,
        now: (i64, i64),
        arguments: Option<&Bound<'py, PyDict>>,
    ) -> PyResult<Bound<'py, PyList>> {
        let command = orders::command(py, name, arguments)?;
        self.try_ask(py, |session, effects| session.command(command, now_of(now), effects))
    }

    /// What was read for a `Replay`.
    fn replay<'py>(
        &mut self,
        py: Python<'py>,
        records: Vec<(u64, Option<Bound<'py, PyBytes>>)>,
        through: u64,
        now: (i64, i64),
    ) -> PyResult<Bound<'py, PyList>> {
        let records = records.iter().map(|(seq, raw)| (*seq, raw.as_ref().map(|raw| raw.as_bytes())));
        self.ask(py, |session, effects| session.replay(records, through, now_of(now), effects))
    }

    /// The transport is gone.
    fn disconnected<'py>(&mut self, py: Python<'py>, now: (i64, i64)) -> PyResult<Bound<'py, PyList>> {
        self.ask(py, |session, effects| session.disconnected(now_of(now), effects))
    }

    /// The monotonic time of the next tick that matters.
    fn next_deadline(&self) -> Option<i64> {
        self.inner.next_deadline()
    }

    /// Whether a connection made now would be used.
    fn may_log_on(&self, now: (i64, i64)) -> bool {
        self.inner.may_log_on(now_of(now))
    }

    /// Whether complete frames wait.
    #[getter]
    fn pending(&self) -> bool {
        self.inner.pending()
    }

    #[getter]
    fn state(&self) -> &'static str {
        self.inner.state().name()
    }

    #[getter]
    fn is_logged_on(&self) -> bool {
        self.inner.is_logged_on()
    }

    #[getter]
    fn next_out(&self) -> u64 {
        self.inner.next_out()
    }

    #[getter]
    fn next_in(&self) -> u64 {
        self.inner.next_in()
    }

    #[getter]
    fn heart_bt_int(&self) -> u32 {
        self.inner.heart_bt_int_s()
    }

    /// What is missing.
    #[getter]
    fn gap(&self) -> Option<(u64, u64)> {
        self.inner.gap()
    }

    /// The names in a Logon(35=A).
    #[staticmethod]
    fn identify(frame: &Bound<'_, PyAny>) -> PyResult<Option<LogonIdentity>> {
        effects::identify(bytes_of(frame)?.as_bytes())
    }

    fn __repr__(&self) -> String {
        let config = self.inner.config();
        let name = |value: &[u8]| value.iter().map(|&byte| char::from(byte)).collect::<String>();
        format!(
            "<Session {}:{}->{} {} next_out={} next_in={}>",
            config.version.begin_string(),
            name(&config.identity.sender_comp_id),
            name(&config.identity.target_comp_id),
            self.inner.state().name(),
            self.inner.next_out(),
            self.inner.next_in(),
        )
    }
}

/// A message that a caller gave, or the one under a typed one.
pub(crate) type Given<'py> = Bound<'py, Message>;
