//! Make the files of this repository that no one edits by hand.
//!
//! `cargo run -p fixplus-generators -- dictionaries --from DIR [--out DIR] [--check]` makes the bundled dictionaries
//! from the source files in DIR (`quickfix/*.xml`, `orchestra/*.xml`). With `--check` nothing is written: what would be
//! is held against what is there, and a difference ends with exit code 1. Wrong usage and unreadable files end with 2.
#![forbid(unsafe_code)]

mod dictionaries;

use std::path::PathBuf;
use std::process::ExitCode;

const USAGE: &str = "usage: fixplus-generators dictionaries --from DIR [--out DIR] [--check]";

/// Where the bundled dictionaries stand, seen from this crate.
const DATA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../crates/dictionary/data");

struct Arguments {
    from: PathBuf,
    out: PathBuf,
    check: bool,
}

fn arguments(mut words: impl Iterator<Item = String>) -> Option<Arguments> {
    if words.next()? != "dictionaries" {
        return None;
    }
    let (mut from, mut out, mut check) = (None, PathBuf::from(DATA), false);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--from" => from = Some(PathBuf::from(words.next()?)),
            "--out" => out = PathBuf::from(words.next()?),
            "--check" => check = true,
            _ => return None,
        }
    }
    Some(Arguments { from: from?, out, check })
}

fn main() -> ExitCode {
    let Some(arguments) = arguments(std::env::args().skip(1)) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let made = match dictionaries::make(&arguments.from) {
        Ok(made) => made,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::from(2);
        }
    };
    let mut differs = false;
    for file in made {
        let path = arguments.out.join(&file.name);
        if !arguments.check {
            if let Err(error) = std::fs::write(&path, &file.text) {
                eprintln!("{}: {error}", path.display());
                return ExitCode::from(2);
            }
            println!("{}: {} bytes", path.display(), file.text.len());
            continue;
        }
        let there = std::fs::read_to_string(&path).unwrap_or_default();
        if let Some(difference) = dictionaries::difference(&there, &file.text) {
            eprintln!("{}: {difference}", path.display());
            differs = true;
        }
    }
    if differs { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
