//! The tables that are printed.

use crate::counting::allocations;
use crate::dictionaries::Dictionaries;
use crate::messages::{Frames, KINDS, Kind, VARIED};
use crate::operations::{Operation, Tools};
use crate::turns::{self, Contender, Plan};

/// Medians and ratios for every kind of message, fixed and varied, and allocations.
pub(crate) fn table(plan: Plan) -> Result<(), String> {
    let dictionaries = Dictionaries::load()?;
    println!(
        "nanoseconds of CPU time a message: medians of {} batches of {} ms or more, taking turns; vector code: {}",
        plan.rounds,
        plan.batch_ns as f64 / 1e6,
        fixplus_scan::backend()
    );
    for is_varied in [false, true] {
        let form = if is_varied { "varied" } else { "fixed" };
        println!(
            "\n{:<10}{:<8}{:>6}  {:<17}{:>9}{:>11}{:>13}",
            "message", "form", "bytes", "operation", "ns", "to floor", "allocations"
        );
        for kind in KINDS {
            let frames = if is_varied { Frames::varied(kind) } else { Frames::fixed(kind) };
            let operations: Vec<Operation> =
                Operation::ALL.into_iter().filter(|operation| operation.fits(kind)).collect();
            let costs = compare(plan, &dictionaries, kind, &frames, &operations);
            let floor = operations.iter().zip(&costs).find(|(operation, _)| **operation == Operation::Floor);
            let floor = floor.map_or(f64::NAN, |(_, cost)| *cost);
            for (&operation, cost) in operations.iter().zip(&costs) {
                println!(
                    "{:<10}{form:<8}{:>6}  {:<17}{cost:>9.1}{:>10.2}x{:>13.3}",
                    kind.name(),
                    frames.mean_length(),
                    operation.name(),
                    cost / floor,
                    allocations_each(&dictionaries, operation, kind, &frames)
                );
            }
        }
    }
    transports(plan, &dictionaries);
    Ok(())
}

fn compare(plan: Plan, dictionaries: &Dictionaries, kind: Kind, frames: &Frames, operations: &[Operation]) -> Vec<f64> {
    let mut contenders: Vec<Contender<'_>> = operations
        .iter()
        .map(|&operation| {
            let mut tools = Tools::new(dictionaries.of(kind));
            Box::new(move |times| tools.run(operation, kind, frames, times)) as Contender<'_>
        })
        .collect();
    turns::take(plan, &mut contenders)
}

/// Allocations per message, once everything has grown to its size.
fn allocations_each(dictionaries: &Dictionaries, operation: Operation, kind: Kind, frames: &Frames) -> f64 {
    let mut tools = Tools::new(dictionaries.of(kind));
    tools.run(operation, kind, frames, VARIED);
    let before = allocations();
    tools.run(operation, kind, frames, VARIED);
    (allocations() - before) as f64 / VARIED as f64
}

/// What FIXT 1.1 / 5.0 SP2 forms cost beside their FIX 4.4 forms.
fn transports(plan: Plan, dictionaries: &Dictionaries) {
    println!("\n{:<10}{:<17}{:>9}{:>9}{:>9}", "message", "operation", "FIX.4.4", "FIXT.1.1", "ratio");
    for (plain, fixt) in [(Kind::Nos, Kind::NosFixt), (Kind::Er, Kind::ErFixt)] {
        let (plain_frames, fixt_frames) = (Frames::varied(plain), Frames::varied(fixt));
        for operation in [Operation::Decode, Operation::Reads, Operation::Validate, Operation::Encode] {
            let mut contenders: Vec<Contender<'_>> = [(plain, &plain_frames), (fixt, &fixt_frames)]
                .into_iter()
                .map(|(kind, frames)| {
                    let mut tools = Tools::new(dictionaries.of(kind));
                    Box::new(move |times| tools.run(operation, kind, frames, times)) as Contender<'_>
                })
                .collect();
            let costs = turns::take(plan, &mut contenders);
            if let [one, other] = costs[..] {
                println!("{:<10}{:<17}{one:>9.1}{other:>9.1}{:>8.2}x", plain.name(), operation.name(), other / one);
            }
        }
    }
}

/// The cost of decoding and reading, million by million.
pub(crate) fn flat() -> Result<(), String> {
    const MILLION: usize = 1_000_000;
    let dictionaries = Dictionaries::load()?;
    for kind in [Kind::Nos, Kind::Er] {
        let frames = Frames::varied(kind);
        let mut tools = Tools::new(dictionaries.of(kind));
        let before = allocations();
        let mut spent = 0;
        let mut means = Vec::new();
        for million in 1..=10 {
            let start = turns::cpu_ns();
            tools.run(Operation::Reads, kind, &frames, MILLION);
            spent += turns::cpu_ns() - start;
            means.push(spent as f64 / (million * MILLION) as f64);
        }
        let list: Vec<String> = means.iter().map(|mean| format!("{mean:.1}")).collect();
        println!("{} decode+reads, ns a message over 1 to 10 million messages: {}", kind.name(), list.join(" "));
        let (first, last) = (means[0], means[means.len() - 1]);
        println!("{} last to first {:.3}x, {} allocations in all", kind.name(), last / first, allocations() - before);
    }
    Ok(())
}
