//! What the native path of a message costs, beside the least that it could cost.
//!
//! ```text
//! fixplus-benchmarks [--smoke]              the table: medians of batches that take turns, and ratios to the floor
//! fixplus-benchmarks --flat                 the cost of a message, million by million, up to ten million
//! fixplus-benchmarks --count OP KIND N      do OP on N varied messages, for a counter of instructions
//! ```
#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    missing_docs
)]

mod counting;
mod dictionaries;
mod floor;
mod messages;
mod operations;
mod report;
mod turns;

use messages::{Frames, KINDS};
use operations::{Operation, Tools};
use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: counting::Counting = counting::Counting;

fn main() -> ExitCode {
    if !is_x86_feature_detected!("avx2") {
        println!("not run: the floor is written for AVX2, which this machine lacks");
        return if std::env::var("FIXPLUS_TEST_REQUIRE").is_ok_and(|all| all == "all") {
            ExitCode::FAILURE
        } else {
            ExitCode::SUCCESS
        };
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        [] => report::table(turns::Plan::FULL),
        ["--smoke"] => report::table(turns::Plan::SMOKE),
        ["--flat"] => report::flat(),
        ["--count", operation, kind, times] => count(operation, kind, times),
        _ => Err("usage: fixplus-benchmarks [--smoke | --flat | --count OP KIND N]".to_owned()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(text) => {
            eprintln!("{text}");
            ExitCode::FAILURE
        }
    }
}

/// Do one operation so many times and nothing else.
fn count(operation: &str, kind: &str, times: &str) -> Result<(), String> {
    let kind = KINDS.into_iter().find(|known| known.name() == kind).ok_or(format!("no messages are called {kind}"))?;
    let known = Operation::ALL.into_iter().find(|known| known.name() == operation && known.fits(kind));
    let operation = known.ok_or(format!("{operation} is not done on {}", kind.name()))?;
    let times = times.parse().map_err(|_| format!("{times} is no number"))?;
    let dictionaries = dictionaries::Dictionaries::load()?;
    Tools::new(dictionaries.of(kind)).run(operation, kind, &Frames::varied(kind), times);
    Ok(())
}
