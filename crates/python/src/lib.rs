//! The border between the Rust crates and Python: conversion, errors, releasing the interpreter lock. Nothing is decided here.
#![forbid(unsafe_code)]

mod convert;
mod dictionary;
mod edit;
mod errors;
mod fault;
mod group;
mod message;
mod parse;
mod privacy;

use pyo3::prelude::*;

/// What the packages of `pyfixmsg_plus` give names, types and documentation to.
#[pymodule]
fn _core(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<message::Message>()?;
    module.add_class::<group::Group>()?;
    module.add_class::<fault::Fault>()?;
    module.add_class::<dictionary::PyDictionary>()?;
    module.add_class::<parse::Splitter>()?;
    module.add_function(wrap_pyfunction!(parse::parse, module)?)?;
    module.add_function(wrap_pyfunction!(parse::split, module)?)?;
    Ok(())
}
