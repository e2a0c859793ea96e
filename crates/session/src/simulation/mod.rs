//! Two sessions in one small world: a link that delays, splits, loses and cuts, stores that fail, processes that crash at any effect, and
//! clocks that jump. One seed decides all of it, so that a failure can be seen again.
//!
//! The world carries effects out as a driver does. Beside it stands an observer who survives crashes and holds what happens against
//! the laws of a session; [`Law`] names them.

mod application;
mod carry;
mod chance;
mod connection;
mod faults;
mod flow;
mod setup;
mod store;
mod trace;
mod world;

use setup::Setup;
use world::World;

/// What must hold whatever happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Law {
    /// A message that was stored as accepted reaches the other application, unless a reset wiped it or its own application declined to
    /// send it again.
    NothingLost,
    /// Messages are seen for the first time in the order of their numbers.
    InOrder,
    /// Nothing is delivered that the other application did not send.
    NoneInvented,
    /// What is delivered is what was sent, byte by byte.
    NoneAltered,
    /// No number without PossDupFlag(43)=Y is used for two messages within one life of the numbers.
    NumbersOnce,
    /// What is written was stored under its number before.
    StoredBeforeWritten,
    /// What was received counts only when the answer to it is stored.
    AnsweredBeforeCounted,
    /// What waits, is set aside or was not looked at yet stays within its limits.
    BoundedMemory,
    /// Neither side refuses what the other one, which keeps the rules, has sent.
    NothingRefused,
    /// Once nothing fails any more, both sides are soon logged on and agree on their numbers.
    Agreement,
    /// The simulated time goes on.
    Progress,
}

impl Law {
    /// The law in snake case.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NothingLost => "nothing_lost",
            Self::InOrder => "in_order",
            Self::NoneInvented => "none_invented",
            Self::NoneAltered => "none_altered",
            Self::NumbersOnce => "numbers_once",
            Self::StoredBeforeWritten => "stored_before_written",
            Self::AnsweredBeforeCounted => "answered_before_counted",
            Self::BoundedMemory => "bounded_memory",
            Self::NothingRefused => "nothing_refused",
            Self::Agreement => "agreement",
            Self::Progress => "progress",
        }
    }
}

/// A law that was broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Which.
    pub law: Law,
    /// What happened, in words.
    pub text: String,
    /// Simulated nanoseconds since the beginning.
    pub at_ns: i64,
}

/// What happened, counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Simulated nanoseconds.
    pub simulated_ns: i64,
    /// Messages that an application sent and its store kept.
    pub accepted: u64,
    /// Messages that an application saw for the first time.
    pub delivered: u64,
    /// Messages that an application saw again.
    pub repeated: u64,
    /// Messages that a reset wiped, or that were not sent again because their application declined.
    pub excused: u64,
    /// Messages of any kind that were written.
    pub written: u64,
    /// Times that both sides were logged on.
    pub logons: u64,
    /// Connections that were cut, one way or another.
    pub cuts: u64,
    /// Processes that crashed.
    pub crashes: u64,
    /// Commits that failed.
    pub failed_commits: u64,
    /// Clocks that were set.
    pub clock_steps: u64,
    /// Messages that arrived garbled.
    pub garbled: u64,
    /// Gaps that were opened.
    pub gaps: u64,
    /// Times that numbers began anew.
    pub resets: u64,
    /// Times that an operator had to set the numbers of both sides to 1.
    pub interventions: u64,
}

impl Counts {
    /// Add those of another run.
    pub fn add(&mut self, other: &Self) {
        let pairs = [
            (&mut self.accepted, other.accepted),
            (&mut self.delivered, other.delivered),
            (&mut self.repeated, other.repeated),
            (&mut self.excused, other.excused),
            (&mut self.written, other.written),
            (&mut self.logons, other.logons),
            (&mut self.cuts, other.cuts),
            (&mut self.crashes, other.crashes),
            (&mut self.failed_commits, other.failed_commits),
            (&mut self.clock_steps, other.clock_steps),
            (&mut self.garbled, other.garbled),
            (&mut self.gaps, other.gaps),
            (&mut self.resets, other.resets),
            (&mut self.interventions, other.interventions),
        ];
        for (sum, more) in pairs {
            *sum = sum.saturating_add(more);
        }
        self.simulated_ns = self.simulated_ns.saturating_add(other.simulated_ns);
    }
}

/// What came of one seed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The seed.
    pub seed: u64,
    /// How the two sessions, the link and the trouble were drawn, line by line.
    pub setup: Vec<String>,
    /// The law that was broken, if one was.
    pub failure: Option<Failure>,
    /// What happened, line by line, where that was wanted or a law was broken.
    pub trace: Vec<String>,
    /// What happened, counted.
    pub counts: Counts,
}

/// How many lines lead up to a failure.
const LAST_LINES: usize = 60;

/// Let two sessions talk for so long, and then until they agree.
///
/// A run that breaks a law is run again to tell the lines that lead up to it; with `trace` all lines are told.
#[must_use]
pub fn simulate(seed: u64, day_ns: i64, trace: bool) -> Report {
    let report = run(seed, day_ns, trace.then_some(usize::MAX));
    if report.failure.is_some() && !trace {
        return run(seed, day_ns, Some(LAST_LINES));
    }
    report
}

/// Run many seeds and tell of those that broke a law, at most `most_failures` of them.
pub fn simulate_many(
    seeds: impl IntoIterator<Item = u64>,
    day_ns: i64,
    most_failures: usize,
    counts: &mut Counts,
) -> Vec<Report> {
    let mut failures = Vec::new();
    for seed in seeds {
        let report = simulate(seed, day_ns, false);
        counts.add(&report.counts);
        if report.failure.is_some() {
            failures.push(report);
            if failures.len() >= most_failures {
                break;
            }
        }
    }
    failures
}

fn run(seed: u64, day_ns: i64, lines: Option<usize>) -> Report {
    let setup = Setup::draw(seed, day_ns);
    let told = if lines.is_some() { setup.describe() } else { Vec::new() };
    let mut world = World::new(setup, seed, lines);
    world.run();
    let (failure, trace, counts) = world.outcome();
    Report { seed, setup: told, failure, trace, counts }
}

/// One of the two sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Who {
    Initiator,
    Acceptor,
}

impl Who {
    const BOTH: [Self; 2] = [Self::Initiator, Self::Acceptor];

    const fn other(self) -> Self {
        match self {
            Self::Initiator => Self::Acceptor,
            Self::Acceptor => Self::Initiator,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Initiator => "initiator",
            Self::Acceptor => "acceptor ",
        }
    }
}

/// Something of either side.
#[derive(Debug, Clone, Default)]
struct Pair<T> {
    initiator: T,
    acceptor: T,
}

impl<T> std::ops::Index<Who> for Pair<T> {
    type Output = T;

    fn index(&self, who: Who) -> &T {
        match who {
            Who::Initiator => &self.initiator,
            Who::Acceptor => &self.acceptor,
        }
    }
}

impl<T> std::ops::IndexMut<Who> for Pair<T> {
    fn index_mut(&mut self, who: Who) -> &mut T {
        match who {
            Who::Initiator => &mut self.initiator,
            Who::Acceptor => &mut self.acceptor,
        }
    }
}
