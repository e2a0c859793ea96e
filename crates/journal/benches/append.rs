//! What appending a record of 200 bytes costs, committed one by one and 100 at a time.
#![allow(missing_docs, clippy::expect_used)]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use fixplus_journal::session::SessionJournal;
use fixplus_journal::{Durability, Options};

fn append(criterion: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    let message = [b'x'; 200];
    let mut group = criterion.benchmark_group("append 200 bytes");
    for (name, chained) in [("", false), (", chained", true)] {
        for batch in [1_u64, 100] {
            let at = folder.path().join(format!("{batch}{chained}"));
            let options = Options { durability: Durability::Never, chained, ..Options::default() };
            let mut journal = SessionJournal::open(&at, options).expect("a journal");
            group.throughput(Throughput::Elements(batch));
            let mut number = 1;
            group.bench_function(format!("written, {batch} a commit{name}"), |bencher| {
                bencher.iter(|| {
                    for _ in 0..batch {
                        journal.append(number, black_box(&message), 0).expect("append");
                        number += 1;
                    }
                    journal.commit().expect("commit")
                });
                let _ = journal.retire(u64::MAX, None);
            });
        }
    }
    group.finish();
}

criterion_group!(benches, append);
criterion_main!(benches);
