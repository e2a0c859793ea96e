//! Contenders take turns, batch by batch, on the process's CPU time.

/// Batches of a measurement, and how long one lasts at least.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Plan {
    pub(crate) rounds: usize,
    pub(crate) batch_ns: u64,
}

impl Plan {
    pub(crate) const FULL: Self = Self { rounds: 21, batch_ns: 15_000_000 };
    pub(crate) const SMOKE: Self = Self { rounds: 3, batch_ns: 500_000 };
}

/// The CPU time of this process in nanoseconds.
pub(crate) fn cpu_ns() -> u64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: `time` is a timespec that can be written; the clock exists on every POSIX system.
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &raw mut time) };
    time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64
}

/// Does an operation so many times.
pub(crate) type Contender<'c> = Box<dyn FnMut(usize) + 'c>;

/// The median cost of one operation in nanoseconds, contender by contender.
pub(crate) fn take(plan: Plan, contenders: &mut [Contender<'_>]) -> Vec<f64> {
    let sizes: Vec<usize> = contenders.iter_mut().map(|contender| size(plan, contender)).collect();
    let mut costs = vec![Vec::with_capacity(plan.rounds); contenders.len()];
    for _ in 0..plan.rounds {
        for ((contender, &size), costs) in contenders.iter_mut().zip(&sizes).zip(&mut costs) {
            let before = cpu_ns();
            contender(size);
            costs.push((cpu_ns() - before) as f64 / size as f64);
        }
    }
    costs.into_iter().map(median).collect()
}

/// How many operations last as long as a batch must.
fn size(plan: Plan, contender: &mut Contender<'_>) -> usize {
    let mut size = 4096;
    loop {
        let before = cpu_ns();
        contender(size);
        let spent = cpu_ns() - before;
        if spent >= plan.batch_ns {
            // A later batch may find the machine quicker.
            return size + size / 2;
        }
        size *= 2;
    }
}

fn median(mut costs: Vec<f64>) -> f64 {
    costs.sort_by(f64::total_cmp);
    costs[costs.len() / 2]
}
