//! Commands to a session, by name.

use super::Given;
use crate::errors;
use crate::message::Message;
use fixplus_session::Command;
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// A message, or the one under a typed message.
pub(super) fn message_of<'py>(message: &Bound<'py, PyAny>) -> PyResult<Given<'py>> {
    if let Ok(message) = message.cast::<Message>() {
        return Ok(message.clone());
    }
    let under = message.getattr("message").ok().and_then(|under| under.cast_into::<Message>().ok());
    match under {
        Some(under) => Ok(under),
        None => Err(errors::kind(format!("a Message or a typed message, not {}", message.get_type().name()?))),
    }
}

/// The arguments of a command, each taken once.
struct Arguments<'a, 'py> {
    command: &'a str,
    given: Option<&'a Bound<'py, PyDict>>,
    taken: usize,
}

impl<'a, 'py> Arguments<'a, 'py> {
    fn optional<T>(&mut self, name: &str) -> PyResult<Option<T>>
    where
        T: for<'b> FromPyObject<'b, 'py, Error = PyErr>,
    {
        let Some(value) = self.given.map(|given| given.get_item(name)).transpose()?.flatten() else { return Ok(None) };
        self.taken += 1;
        if value.is_none() { Ok(None) } else { value.extract::<T>().map(Some) }
    }

    fn required<T>(&mut self, name: &str) -> PyResult<T>
    where
        T: for<'b> FromPyObject<'b, 'py, Error = PyErr>,
    {
        self.optional(name)?.ok_or_else(|| errors::kind(format!("{} needs {name}", self.command)))
    }

    fn message(&mut self) -> PyResult<Given<'py>> {
        let value = self.given.map(|given| given.get_item("message")).transpose()?.flatten();
        self.taken += 1;
        match value {
            Some(value) => message_of(&value),
            None => Err(errors::kind(format!("{} needs message", self.command))),
        }
    }

    fn finish(self) -> PyResult<()> {
        match self.given {
            Some(given) if given.len() > self.taken => {
                Err(errors::kind(format!("{} does not take all of {}", self.command, given.keys())))
            }
            _ => Ok(()),
        }
    }
}

/// What a refusal says of the message that is refused.
struct Refused {
    seq: u64,
    msg_type: Vec<u8>,
    routing: Vec<(u32, Vec<u8>)>,
}

fn refused(py: Python<'_>, message: &Given<'_>) -> PyResult<Refused> {
    message.get().with(py, |view| {
        let seq = view.find(34).and_then(fixplus_wire::ascii_u64);
        let seq = seq.ok_or_else(|| errors::argument("the message has no MsgSeqNum(34)".into()))?;
        let routing = [115, 116, 128, 129, 144, 145].into_iter();
        let routing = routing.filter_map(|tag| Some((tag, view.find(tag)?.to_vec()))).collect();
        Ok(Refused { seq, msg_type: view.find(35).unwrap_or_default().to_vec(), routing })
    })
}

/// The command of this name.
pub(super) fn command(py: Python<'_>, name: &str, given: Option<&Bound<'_, PyDict>>) -> PyResult<Command> {
    let mut arguments = Arguments { command: name, given, taken: 0 };
    let command = match name {
        "accept_logon" => Command::AcceptLogon,
        "refuse_logon" => Command::RefuseLogon {
            text: arguments.optional("text")?.unwrap_or_default(),
            session_status: arguments.optional("session_status")?,
            say: arguments.optional("say")?.unwrap_or(false),
        },
        "business_reject" => {
            let Refused { seq, msg_type, routing } = refused(py, &arguments.message()?)?;
            Command::BusinessReject {
                ref_seq: seq,
                ref_msg_type: msg_type,
                reason: arguments.required("reason")?,
                ref_id: arguments
                    .optional::<String>("ref_id")?
                    .map(|id| super::setting::latin(&id))
                    .unwrap_or_default(),
                text: arguments.optional("text")?,
                routing,
            }
        }
        "reject" => {
            let Refused { seq, msg_type, routing } = refused(py, &arguments.message()?)?;
            Command::Reject {
                ref_seq: seq,
                ref_msg_type: msg_type,
                reason: arguments.required("reason")?,
                ref_tag: arguments.optional("ref_tag")?,
                text: arguments.optional("text")?,
                routing,
            }
        }
        "logout" => Command::Logout { text: arguments.optional("text")? },
        "disconnect" => Command::Disconnect { why: arguments.optional("why")?.unwrap_or_else(|| "command".into()) },
        "reset" => Command::Reset,
        "set_next" => {
            Command::SetNext { next_out: arguments.optional("next_out")?, next_in: arguments.optional("next_in")? }
        }
        "refreshed" => Command::Refreshed {
            next_out: arguments.required("next_out")?,
            next_in: arguments.required("next_in")?,
            created_ns: arguments.optional("created_ns")?,
        },
        "enable" => Command::Enable(true),
        "disable" => Command::Enable(false),
        "test_request" => Command::TestRequest,
        _ => return Err(errors::argument(format!("there is no command {name:?}"))),
    };
    arguments.finish()?;
    Ok(command)
}
