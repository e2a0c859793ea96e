//! The dictionaries of a session: given, or bundled; and which of them a delivered message has in Python.

use super::setting::latin;
use crate::dictionary::{self, Choice, Chosen};
use crate::errors;
use crate::knowledge::PyDictionary;
use fixplus_dictionary::bundled;
use fixplus_dictionary::dictionary::Dictionary;
use fixplus_session::appl_ver::{name_of, value_of};
use fixplus_session::{Books, Known, Version};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyMapping};
use std::sync::Arc;

/// Which dictionary a delivered message has in Python.
#[derive(Clone)]
pub(crate) enum BookChoice {
    Given(Arc<Chosen>),
    /// The bundled one of this BeginString(8), and of this ApplVerID(1128) on FIXT.
    Bundled(&'static str, Option<&'static str>),
}

/// The dictionary of a delivered message.
pub(super) fn choice(books: &[BookChoice], book: Option<usize>) -> Choice {
    match book.and_then(|book| books.get(book)) {
        Some(BookChoice::Given(chosen)) => Choice::Given(Arc::clone(chosen)),
        Some(BookChoice::Bundled(begin_string, appl_ver_id)) => {
            let id = appl_ver_id.map(str::as_bytes);
            match dictionary::for_message(Some(begin_string.as_bytes()), id) {
                Some(chosen) => Choice::Given(Arc::clone(chosen)),
                None => Choice::None,
            }
        }
        None => Choice::Auto(std::sync::OnceLock::new()),
    }
}

/// What settings say of dictionaries.
pub(super) struct Wanted<'py> {
    /// `use_data_dictionary`
    pub(super) any: bool,
    /// `dictionary`
    pub(super) dictionary: Option<Bound<'py, PyAny>>,
    /// `transport_dictionary`
    pub(super) transport: Option<Bound<'py, PyAny>>,
    /// `app_dictionaries`
    pub(super) apps: Option<Bound<'py, PyAny>>,
    /// `supported_app_versions`
    pub(super) versions: Vec<String>,
}

impl Wanted<'_> {
    /// The dictionaries of a session of this version, and the same as Python sees them. `own` is its DefaultApplVerID(1137).
    pub(super) fn books(&self, version: Version, own: &[u8]) -> PyResult<(Books, Vec<BookChoice>)> {
        let off = |given: &Option<Bound<'_, PyAny>>| {
            given.as_ref().is_some_and(|given| given.cast::<PyBool>().is_ok_and(|flag| !flag.is_true()))
        };
        if !self.any || off(&self.dictionary) || off(&self.transport) {
            return Ok((Books::none(), Vec::new()));
        }
        if version == Version::Fixt11 { self.books_on_fixt(own) } else { self.book_of_4(version) }
    }

    fn book_of_4(&self, version: Version) -> PyResult<(Books, Vec<BookChoice>)> {
        match given("dictionary", self.dictionary.as_ref())? {
            None => Ok((Books::bundled(version), vec![BookChoice::Bundled(version.begin_string(), None)])),
            Some(chosen) => {
                let mut books = Books::none();
                books.add(b"", b"", known(&chosen));
                Ok((books, vec![BookChoice::Given(chosen)]))
            }
        }
    }

    fn books_on_fixt(&self, own: &[u8]) -> PyResult<(Books, Vec<BookChoice>)> {
        let transport = given("transport_dictionary", self.transport.as_ref())?;
        let (mut books, mut choices) = (Books::none(), Vec::new());
        let wrong = |name: &str| errors::argument(format!("app_dictionaries: {name} is no version of the application"));
        if let Some(apps) = self.apps.as_ref().filter(|apps| !apps.is_none()) {
            let apps = apps
                .cast::<PyMapping>()
                .map_err(|_| errors::argument("app_dictionaries is a mapping of versions to dictionaries".into()))?;
            for item in apps.items()?.iter() {
                let (name, dictionary) = item.extract::<(String, Bound<'_, PyAny>)>()?;
                // A custom id stands behind a colon.
                let (version, custom) = name.split_once(':').unwrap_or((&name, ""));
                let value = value_of(version).ok_or_else(|| wrong(&name))?;
                let chosen = given("app_dictionaries", Some(&dictionary))?.ok_or_else(|| wrong(&name))?;
                let chosen = on_transport(&chosen, transport.as_deref())?;
                books.add(value.as_bytes(), &latin(custom), known(&chosen));
                choices.push(BookChoice::Given(chosen));
            }
        }
        let wanted: Vec<&'static str> = if self.versions.is_empty() {
            // Our own first: it describes session messages until the peer has said what it speaks.
            let own = std::str::from_utf8(own).ok().and_then(value_of);
            own.into_iter().chain(["9", "8", "7", "6", "5", "4", "3", "2"]).collect()
        } else {
            let values = self.versions.iter().map(|name| value_of(name).ok_or_else(|| wrong(name)));
            values.collect::<PyResult<_>>()?
        };
        for value in wanted {
            if choices.len() < 64 && !books.has(value.as_bytes(), b"") {
                match &transport {
                    None => {
                        if books.add_bundled(value) {
                            choices.push(BookChoice::Bundled("FIXT.1.1", Some(value)));
                        }
                    }
                    Some(transport) => {
                        if let Some(app) = name_of(value.as_bytes()).and_then(dictionary::bundled) {
                            let chosen = on_transport(app, Some(transport))?;
                            books.add(value.as_bytes(), b"", known(&chosen));
                            choices.push(BookChoice::Given(chosen));
                        }
                    }
                }
            }
        }
        Ok((books, choices))
    }
}

/// The dictionary that a caller gave.
fn given(name: &str, value: Option<&Bound<'_, PyAny>>) -> PyResult<Option<Arc<Chosen>>> {
    match value.filter(|value| !value.is_none()) {
        None => Ok(None),
        Some(value) => match value.cast::<PyDictionary>() {
            Ok(dictionary) => Ok(Some(Arc::clone(&dictionary.get().chosen))),
            Err(_) => Err(errors::argument(format!("{name} is a Dictionary, not {}", value.get_type().name()?))),
        },
    }
}

fn known(chosen: &Chosen) -> Arc<Known> {
    Arc::new(Known { dictionary: chosen.dictionary().clone(), rules: chosen.rules().clone() })
}

/// A dictionary of the application over the transport's: the one given, its own, or the bundled one.
fn on_transport(app: &Arc<Chosen>, transport: Option<&Chosen>) -> PyResult<Arc<Chosen>> {
    let model = match (transport, app.dictionary().transport_model()) {
        (Some(transport), _) => transport.dictionary().model(),
        (None, Some(_)) => return Ok(Arc::clone(app)),
        (None, None) => match bundled::model("FIXT.1.1") {
            Some(model) => model,
            None => return Ok(Arc::clone(app)),
        },
    };
    let joined = Dictionary::compile(app.dictionary().model(), Some(model))
        .map_err(|error| errors::argument(format!("the dictionaries do not fit together: {error}")))?;
    Ok(Chosen::ruled(joined, app.notes().to_vec(), app.added_rules().to_vec()))
}
