//! Which dictionary a message uses.

use crate::errors;
use crate::knowledge::PyDictionary;
use fixplus_dictionary::dictionary::Dictionary;
use fixplus_dictionary::nearest;
use fixplus_dictionary::resolve::Asked;
use fixplus_dictionary::rules::{BoundRules, Rules};
use fixplus_wire::DataPairs;
use pyo3::prelude::*;
use pyo3::types::PyBool;
use std::sync::{Arc, LazyLock, OnceLock};

/// EncodedAttachment(2112) of FIXT 1.1's XMLnonFIX(35=n), which is younger than the standard's other pairs.
const ATTACHMENT: (u32, u32) = (2111, 2112);

/// The pairs of every bundled version, for bytes whose version is not known yet.
static STANDARD_PAIRS: LazyLock<DataPairs> =
    LazyLock::new(|| DataPairs::new(&[DataPairs::standard().pairs(), &[ATTACHMENT]].concat()));

/// The pairs of every bundled version.
#[inline]
pub(crate) fn standard_pairs() -> &'static DataPairs {
    &STANDARD_PAIRS
}

/// A dictionary with its pairs of length and data, and what was noted when its file was read.
pub(crate) struct Chosen {
    dictionary: Dictionary,
    pairs: DataPairs,
    notes: Vec<String>,
    /// The texts of a caller's rules, each of which can be read.
    added_rules: Vec<String>,
    rules: OnceLock<BoundRules>,
}

impl Chosen {
    fn bundled(dictionary: Dictionary) -> Arc<Self> {
        Self::new(dictionary, Vec::new())
    }

    pub(crate) fn new(dictionary: Dictionary, notes: Vec<String>) -> Arc<Self> {
        Self::ruled(dictionary, notes, Vec::new())
    }

    /// As [`Self::new`], with the texts of a caller's rules.
    pub(crate) fn ruled(dictionary: Dictionary, notes: Vec<String>, added_rules: Vec<String>) -> Arc<Self> {
        let pairs = dictionary.fields().filter_map(|field| Some((field.length_tag?, field.tag))).collect::<Vec<_>>();
        Arc::new(Self { dictionary, pairs: DataPairs::new(&pairs), notes, added_rules, rules: OnceLock::new() })
    }

    #[inline]
    pub(crate) fn dictionary(&self) -> &Dictionary {
        &self.dictionary
    }

    /// The rules about conditionally required fields: the bundled ones, and a caller's behind them.
    pub(crate) fn rules(&self) -> &BoundRules {
        // The bundled file is part of the build, and a test reads it; what a caller added was read when it was added.
        let read = |text: &String| Rules::parse(text).unwrap_or_default();
        self.rules.get_or_init(|| {
            let all = self.added_rules.iter().map(read).fold(Rules::bundled().unwrap_or_default(), Rules::with);
            all.bind(&self.dictionary)
        })
    }

    pub(crate) fn added_rules(&self) -> &[String] {
        &self.added_rules
    }

    pub(crate) fn notes(&self) -> &[String] {
        &self.notes
    }
}

/// Which dictionary a message uses.
#[derive(Clone)]
pub(crate) enum Choice {
    /// The bundled one that BeginString(8) and ApplVerID(1128) name, found when it is first needed.
    Auto(OnceLock<Option<&'static Arc<Chosen>>>),
    /// None: the message is a flat list.
    None,
    /// The caller's.
    Given(Arc<Chosen>),
}

impl Choice {
    /// The argument `dictionary` of `parse` and `Message`: `None`, `False` or a `Dictionary`.
    #[inline]
    pub(crate) fn from_argument(dictionary: Option<&Bound<'_, PyAny>>) -> PyResult<Self> {
        let Some(dictionary) = dictionary else { return Ok(Self::Auto(OnceLock::new())) };
        if let Ok(dictionary) = dictionary.cast::<PyDictionary>() {
            return Ok(Self::Given(Arc::clone(&dictionary.get().chosen)));
        }
        if dictionary.is_none() {
            return Ok(Self::Auto(OnceLock::new()));
        }
        if dictionary.cast::<PyBool>().is_ok_and(|choice| !choice.is_true()) {
            return Ok(Self::None);
        }
        Err(errors::kind("dictionary is a Dictionary, None for the bundled one, or False for none".into()))
    }

    #[inline]
    pub(crate) fn pairs(&self) -> &DataPairs {
        match self {
            Self::Given(given) => &given.pairs,
            _ => standard_pairs(),
        }
    }
}

pub(crate) use fixplus_dictionary::bundled::VERSIONS;

type Cells = [OnceLock<Option<Arc<Chosen>>>; VERSIONS.len()];

static BUNDLED: Cells = [const { OnceLock::new() }; VERSIONS.len()];
static BUNDLED_ON_FIXT: Cells = [const { OnceLock::new() }; VERSIONS.len()];

/// The bundled dictionary of a version.
pub(crate) fn bundled(version: &str) -> Option<&'static Arc<Chosen>> {
    shared(&BUNDLED, version, Dictionary::bundled)
}

fn shared(cells: &'static Cells, version: &str, load: fn(&str) -> Option<Dictionary>) -> Option<&'static Arc<Chosen>> {
    let at = VERSIONS.iter().position(|&known| known == version)?;
    cells.get(at)?.get_or_init(|| load(version).map(Chosen::bundled)).as_ref()
}

/// The bundled dictionary that a message with this BeginString(8) and ApplVerID(1128) asks for, if its version exists.
pub(crate) fn for_message(begin_string: Option<&[u8]>, appl_ver_id: Option<&[u8]>) -> Option<&'static Arc<Chosen>> {
    let Asked { version, on_fixt } = Asked::leniently(begin_string, appl_ver_id)?;
    if on_fixt { shared(&BUNDLED_ON_FIXT, version, Dictionary::bundled_on_fixt) } else { bundled(version) }
}

/// `Symbol(55)`, or `55` where nothing is known.
pub(crate) fn label(dictionary: Option<&Dictionary>, tag: u32) -> String {
    match dictionary.and_then(|dictionary| dictionary.field(tag)) {
        Some(field) => format!("{}({tag})", field.name),
        None => tag.to_string(),
    }
}

/// The tag of the field of this name, which may also be written as a number.
pub(crate) fn tag_by_name(dictionary: Option<&Dictionary>, name: &str) -> PyResult<u32> {
    if let Some(field) = dictionary.and_then(|dictionary| dictionary.field_by_name(name)) {
        return Ok(field.tag);
    }
    if let Ok(tag) = name.parse::<u32>() {
        return Ok(tag);
    }
    let Some(dictionary) = dictionary else {
        return Err(errors::missing(format!("{name:?}: without a dictionary a field is named by its tag")));
    };
    let near = nearest::nearest(name, dictionary.fields().map(|field| &*field.name));
    let near = near.and_then(|name| dictionary.field_by_name(name));
    let hint = near.map_or_else(String::new, |field| format!("; did you mean {}({})?", field.name, field.tag));
    Err(errors::missing(format!("{} has no field {name:?}{hint}", dictionary.version())))
}
