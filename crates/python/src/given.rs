//! The fields that a caller gives: pairs of tag or name and value.

use crate::{convert, errors};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyMapping, PyString, PyTuple};

/// The pairs of a mapping or of an iterable of pairs.
pub(crate) fn pairs_of<'py>(fields: &Bound<'py, PyAny>) -> PyResult<Vec<(Bound<'py, PyAny>, Bound<'py, PyAny>)>> {
    if let Ok(dict) = fields.cast::<PyDict>() {
        return Ok(dict.iter().collect());
    }
    let items = match fields.cast::<PyMapping>() {
        Ok(mapping) => mapping.items()?.into_any(),
        Err(_) if fields.hasattr("items")? => fields.call_method0("items")?,
        Err(_) => fields.clone(),
    };
    let mut pairs = Vec::new();
    for item in items.try_iter()? {
        let item = item?;
        let pair = item
            .cast::<PyTuple>()
            .map_err(|_| errors::kind("fields are a mapping or pairs of tag and value".into()))?;
        if pair.len() != 2 {
            return Err(errors::kind("fields are a mapping or pairs of tag and value".into()));
        }
        pairs.push((pair.get_item(0)?, pair.get_item(1)?));
    }
    Ok(pairs)
}

/// A field that a caller gave.
pub(crate) struct Pair<'py> {
    /// The tag; 0 for a field that is named.
    pub(crate) tag: u32,
    pub(crate) key: Bound<'py, PyAny>,
    pub(crate) value: Bound<'py, PyAny>,
}

/// The tag that a key says, 0 where it is a name.
fn tag_of(key: &Bound<'_, PyAny>) -> PyResult<u32> {
    match key.extract::<u32>() {
        Ok(0) => Err(errors::local(key.py(), "0 is no tag".into())),
        Ok(tag) => Ok(tag),
        Err(_) if key.is_instance_of::<PyString>() => Ok(0),
        Err(_) => Err(errors::kind(format!("a field is named by its tag or its name, not by {}", key.repr()?))),
    }
}

/// What a caller gave, with the tags that could be told without a dictionary.
pub(crate) struct Pairs<'py>(pub(crate) Vec<Pair<'py>>);

impl<'py> Pairs<'py> {
    pub(crate) fn new(fields: &Bound<'py, PyAny>) -> PyResult<Self> {
        let pair = |(key, value)| Pair { tag: 0, key, value };
        let mut pairs: Vec<Pair<'_>> = match fields.cast::<PyDict>() {
            Ok(dict) => dict.iter().map(pair).collect(),
            Err(_) => pairs_of(fields)?.into_iter().map(pair).collect(),
        };
        // A key may be an object with code of its own, which could change the dict: it is asked when all are at hand.
        for pair in &mut pairs {
            pair.tag = tag_of(&pair.key)?;
        }
        Ok(Self(pairs))
    }

    /// The value of a field that decides how the others are read, by its tag or name.
    pub(crate) fn find(&self, tag: u32, name: &str) -> PyResult<Option<Vec<u8>>> {
        for pair in &self.0 {
            let is_name = |key: &Bound<'_, PyString>| key.to_str().is_ok_and(|key| key == name);
            let meant = pair.tag == tag || (pair.tag == 0 && pair.key.cast::<PyString>().is_ok_and(is_name));
            if meant && !pair.value.is_none() {
                let mut bytes = Vec::new();
                let written = convert::write_value(&pair.value, &mut bytes);
                let label = |error| errors::named(pair.value.py(), &format!("{name}({tag})"), error);
                return Ok(written.map_err(label)?.map(|()| bytes));
            }
        }
        Ok(None)
    }
}

/// The tags that were given so far.
pub(crate) struct Given {
    low: [u64; 32],
    high: Vec<u32>,
}

impl Given {
    /// None so far.
    pub(crate) fn none() -> Self {
        Self { low: [0; 32], high: Vec::new() }
    }

    /// Note a tag and say whether it was given before.
    #[inline]
    pub(crate) fn again(&mut self, tag: u32) -> bool {
        match self.low.get_mut(tag as usize / 64) {
            Some(word) => {
                let was = *word >> (tag % 64) & 1 == 1;
                *word |= 1 << (tag % 64);
                was
            }
            None => {
                let was = self.high.contains(&tag);
                self.high.push(tag);
                was
            }
        }
    }
}
