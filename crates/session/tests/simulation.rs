//! Two sessions, simulated: laws that hold, seeds that once broke one, and that a seed decides all.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use fixplus_session::simulation::{Counts, simulate, simulate_many};

const HOUR: i64 = 3_600_000_000_000;

#[test]
fn sixty_worlds_break_no_law_and_know_all_troubles() {
    let mut counts = Counts::default();
    let failures = simulate_many(0..60, 2 * HOUR, 1, &mut counts);
    assert!(
        failures.is_empty(),
        "seed {}: {:?}\n{}",
        failures[0].seed,
        failures[0].failure,
        failures[0].trace.join("\n")
    );
    for (what, count) in [
        ("accepted", counts.accepted),
        ("delivered", counts.delivered),
        ("repeated", counts.repeated),
        ("excused", counts.excused),
        ("cuts", counts.cuts),
        ("crashes", counts.crashes),
        ("failed commits", counts.failed_commits),
        ("clock steps", counts.clock_steps),
        ("garbled", counts.garbled),
        ("gaps", counts.gaps),
        ("resets", counts.resets),
    ] {
        assert!(count > 0, "no {what}");
    }
    assert!(counts.delivered + counts.excused >= counts.accepted);
}

#[test]
fn a_seed_decides_all_that_happens() {
    let first = simulate(17, HOUR, true);
    assert!(first.trace.len() > 500);
    assert_eq!(first, simulate(17, HOUR, true));
    assert_ne!(first.trace, simulate(18, HOUR, true).trace);
    assert_eq!(first.counts, simulate(17, HOUR, false).counts);
}
