//! Any log, cut anywhere, has the same messages, each where it is said to be, and is summarised alike.
#![no_main]

use fixplus_wire::log::{LogOptions, LogReader, Summary};
use libfuzzer_sys::fuzz_target;

type Found = (u64, u64, Vec<u8>, Vec<u8>, Vec<u8>, Vec<u8>, bool, Option<i64>);

fn read<'a>(pieces: impl IntoIterator<Item = &'a [u8]>, options: LogOptions) -> (Vec<Found>, u64, u64) {
    let mut reader = LogReader::new(options);
    let mut summary = Summary::new();
    let mut found = Vec::new();
    let mut sink = |message: fixplus_wire::log::LogMessage<'_>| {
        summary.add(&message);
        found.push((
            message.offset,
            message.line,
            message.prefix.to_vec(),
            message.separator.as_bytes().to_vec(),
            message.raw.to_vec(),
            message.message.to_vec(),
            message.verdict.is_valid(),
            message.time(),
        ));
    };
    for piece in pieces {
        reader.feed(piece, &mut sink);
    }
    reader.finish(&mut sink);
    (found, summary.messages(), summary.valid())
}

fuzz_target!(|input: &[u8]| {
    let [switches, cuts, rest @ ..] = input else { return };
    let (cuts, log) = rest.split_at(usize::from(cuts % 16).min(rest.len()));
    let options =
        LogOptions { join_lines: switches & 1 == 0, max_message_size: if switches & 2 == 0 { 16 << 20 } else { 256 } };
    let whole = read([log], options);
    for (offset, _, _, _, raw, _, _, _) in &whole.0 {
        let at = usize::try_from(*offset).unwrap();
        assert_eq!(log.get(at..at + raw.len()), Some(raw.as_slice()));
    }
    assert_eq!(whole.0.len() as u64, whole.1);
    let mut pieces = Vec::new();
    let mut from = 0;
    for &cut in cuts {
        let to = (from + usize::from(cut)).min(log.len());
        pieces.push(&log[from..to]);
        from = to;
    }
    pieces.push(&log[from..]);
    assert_eq!(read(pieces, options), whole);
    if log.len() < 2048 {
        assert_eq!(read(log.chunks(1), options), whole);
    }
});
