//! The border between the Rust crates and Python: conversion, errors, releasing the interpreter lock. Nothing is decided here.
#![forbid(unsafe_code)]

mod build;
mod change;
mod convert;
mod definitions;
mod dictionary;
mod draft;
mod edit;
mod encode;
mod errors;
mod fault;
mod given;
mod group;
mod journal;
mod knowledge;
mod levels;
mod log;
mod message;
mod parse;
mod privacy;
mod session;
mod simulation;
mod spot;
mod validation;
mod views;

use pyo3::prelude::*;

/// What the packages of `pyfixmsg_plus` give names, types and documentation to.
#[pymodule]
fn _core(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<message::Message>()?;
    module.add_class::<group::Group>()?;
    module.add_class::<fault::Fault>()?;
    module.add_class::<knowledge::PyDictionary>()?;
    module.add_class::<definitions::FieldDefinition>()?;
    module.add_class::<definitions::CodeDefinition>()?;
    module.add_class::<definitions::MemberDefinition>()?;
    module.add_class::<definitions::StructureDefinition>()?;
    module.add_class::<validation::ValidationSettings>()?;
    module.add_class::<validation::Violation>()?;
    module.add_class::<views::Difference>()?;
    module.add_class::<parse::Splitter>()?;
    module.add_class::<session::Session>()?;
    module.add_class::<session::SessionConfig>()?;
    module.add_class::<session::Append>()?;
    module.add_class::<session::Write>()?;
    module.add_class::<session::Deliver>()?;
    module.add_class::<session::Advance>()?;
    module.add_class::<session::Replay>()?;
    module.add_class::<session::ResetStore>()?;
    module.add_class::<session::Notify>()?;
    module.add_class::<session::Close>()?;
    module.add_class::<session::SessionEvent>()?;
    module.add_class::<session::CloseReason>()?;
    module.add_class::<session::LogonIdentity>()?;
    module.add_class::<session::DeclaredVersions>()?;
    module.add_function(wrap_pyfunction!(session::appl_ver_id, module)?)?;
    module.add_function(wrap_pyfunction!(session::appl_version, module)?)?;
    module.add_class::<levels::Levels>()?;
    module.add_class::<log::LogReader>()?;
    module.add_class::<log::LogEntry>()?;
    module.add_class::<log::LogSummary>()?;
    module.add_class::<journal::SessionJournal>()?;
    module.add_class::<journal::JournalReader>()?;
    module.add_class::<journal::SyncSignal>()?;
    module.add_function(wrap_pyfunction!(journal::verify_journal, module)?)?;
    module.add_function(wrap_pyfunction!(journal::journal_segments, module)?)?;
    module.add_function(wrap_pyfunction!(simulation::simulate, module)?)?;
    module.add_function(wrap_pyfunction!(simulation::simulate_many, module)?)?;
    module.add_function(wrap_pyfunction!(parse::parse, module)?)?;
    module.add_function(wrap_pyfunction!(parse::split, module)?)?;
    module.add_function(wrap_pyfunction!(privacy::is_secret, module)?)?;
    module.add_function(wrap_pyfunction!(privacy::hide_fields, module)?)?;
    module.add_function(wrap_pyfunction!(privacy::hidden_fields, module)?)?;
    Ok(())
}
