//! `simulate` and `simulate_many`: two sessions in a world of trouble.

use fixplus_session::simulation::{self, Counts, Report};
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// The law that was broken, what happened, and when.
type Failure = (&'static str, String, i64);
/// The seed, how the world was drawn, the failure, and what happened line by line.
type Told = (u64, Vec<String>, Option<Failure>, Vec<String>);

fn told(report: Report) -> Told {
    let failure = report.failure.map(|failure| (failure.law.name(), failure.text, failure.at_ns));
    (report.seed, report.setup, failure, report.trace)
}

fn counted<'py>(py: Python<'py>, counts: &Counts) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    dict.set_item("simulated_ns", counts.simulated_ns)?;
    for (name, value) in [
        ("accepted", counts.accepted),
        ("delivered", counts.delivered),
        ("repeated", counts.repeated),
        ("excused", counts.excused),
        ("written", counts.written),
        ("logons", counts.logons),
        ("cuts", counts.cuts),
        ("crashes", counts.crashes),
        ("failed_commits", counts.failed_commits),
        ("clock_steps", counts.clock_steps),
        ("garbled", counts.garbled),
        ("gaps", counts.gaps),
        ("resets", counts.resets),
        ("interventions", counts.interventions),
    ] {
        dict.set_item(name, value)?;
    }
    Ok(dict)
}

/// Run one seed.
#[pyfunction]
pub(crate) fn simulate(py: Python<'_>, seed: u64, day_ns: i64, trace: bool) -> PyResult<(Told, Bound<'_, PyDict>)> {
    let report = py.detach(|| simulation::simulate(seed, day_ns.max(0), trace));
    let counts = counted(py, &report.counts)?;
    Ok((told(report), counts))
}

/// Run many seeds, and tell of those that broke a law.
#[pyfunction]
pub(crate) fn simulate_many(
    py: Python<'_>,
    first_seed: u64,
    seeds: u64,
    day_ns: i64,
    most_failures: usize,
) -> PyResult<(Vec<Told>, Bound<'_, PyDict>)> {
    let mut counts = Counts::default();
    let range = first_seed..first_seed.saturating_add(seeds);
    let failures = py.detach(|| simulation::simulate_many(range, day_ns.max(0), most_failures, &mut counts));
    Ok((failures.into_iter().map(told).collect(), counted(py, &counts)?))
}
