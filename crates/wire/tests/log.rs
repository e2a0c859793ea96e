//! What the log reader finds in text of every layout.
#![allow(clippy::unwrap_used)]

use fixplus_wire::log::{Direction, Framing, LogMessage, LogOptions, LogReader, Over, Separator, Summary, Verdict};
use proptest::prelude::*;

/// A message of a log, kept.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Kept {
    offset: u64,
    line: u64,
    prefix: Vec<u8>,
    separator: Separator,
    raw: Vec<u8>,
    message: Vec<u8>,
    verdict: Verdict,
}

fn keep(message: &LogMessage<'_>) -> Kept {
    Kept {
        offset: message.offset,
        line: message.line,
        prefix: message.prefix.to_vec(),
        separator: *message.separator,
        raw: message.raw.to_vec(),
        message: message.message.to_vec(),
        verdict: message.verdict,
    }
}

fn read_pieces<'a>(pieces: impl Iterator<Item = &'a [u8]>, options: LogOptions) -> Vec<Kept> {
    let mut found = Vec::new();
    let mut reader = LogReader::new(options);
    let mut sink = |message: LogMessage<'_>| found.push(keep(&message));
    for piece in pieces {
        reader.feed(piece, &mut sink);
    }
    reader.finish(&mut sink);
    found
}

fn read(text: &[u8]) -> Vec<Kept> {
    read_pieces(std::iter::once(text), LogOptions::default())
}

/// A right message from its body, with `|` for SOH: 8, 9 and 10 are added.
fn wire(body: &str) -> String {
    let body = body.replace('|', "\x01");
    let head = format!("8=FIX.4.4\x019={}\x01", body.len());
    let sum = head.bytes().chain(body.bytes()).fold(0_u8, u8::wrapping_add);
    format!("{head}{body}10={sum:03}\x01")
}

const LOGON: &str = "35=A|34=1|49=A|52=20260302-14:30:00|56=B|98=0|108=30|";
const ORDER: &str = "35=D|34=2|49=A|52=20260302-14:30:01.250|56=B|11=A1|58=to be; or | not|55=IBM|";

#[test]
fn every_separator_is_read_and_gives_the_message_of_the_wire() {
    let message = wire(LOGON);
    for separator in ["\x01", "|", ";", "^", "^A", "<SOH>", "\\x01", "\\001", "\u{2401}", " ", "\n", "\r\n", " | "] {
        let text = format!("before\n{}\nafter", message.replace('\x01', separator));
        let found = read(text.as_bytes());
        assert_eq!(found.len(), 1, "{separator:?}");
        assert_eq!(found[0].message, message.as_bytes(), "{separator:?}");
        assert_eq!(found[0].separator.as_bytes(), separator.as_bytes());
        assert!(found[0].verdict.is_valid(), "{separator:?} {:?}", found[0].verdict);
        assert_eq!((found[0].offset, found[0].line), (7, 2));
    }
}

#[test]
fn a_separator_that_also_stands_in_values_is_left_there() {
    let body = ORDER.replace("to be; or | not", "to be; or not");
    let message = wire(&body);
    for separator in [";", " "] {
        let found = read(message.replace('\x01', separator).as_bytes());
        assert_eq!((found.len(), &found[0].message[..]), (1, message.as_bytes()), "{separator:?}");
        assert!(found[0].verdict.is_valid());
    }
}

#[test]
fn data_that_looks_like_a_trailer_or_a_message_does_not_end_the_message() {
    for data in ["a\x0110=000\x01b=c", "x8=FIX.4.4\x019=5\x0135=0\x0110=000\x01", "two\nlines"] {
        let message = wire(&format!("35=B|34=4|95={}|96={data}|148=Raw|", data.len()));
        for separator in ["\x01", "|"] {
            let text = message.replace('\x01', separator) + &wire(LOGON);
            let found = read(text.as_bytes());
            assert_eq!(found.len(), 2, "{data:?} {separator:?}");
            assert_eq!(found[0].message, message.as_bytes(), "{data:?} {separator:?}");
            assert!(found[0].verdict.is_valid(), "{:?}", found[0].verdict);
        }
    }
}

#[test]
fn a_message_broken_over_lines_anywhere_is_joined() {
    let message = wire(LOGON);
    for separator in ["\x01", "|", "^A", "<SOH>"] {
        let printed = message.replace('\x01', separator);
        for newline in ["\n", "\r\n"] {
            for cut in 1..printed.len() {
                let text = format!("x\n{}{newline}{}\nrest of the log\n", &printed[..cut], &printed[cut..]);
                let found = read(text.as_bytes());
                assert_eq!(found.len(), 1, "{text:?}");
                assert_eq!(found[0].message, message.as_bytes(), "{text:?}");
                assert!(found[0].verdict.is_valid(), "{text:?} {:?}", found[0].verdict);
            }
        }
    }
}

#[test]
fn lines_are_not_joined_when_the_reader_is_told_so() {
    let text = wire(LOGON).replacen("49=", "49=\n", 1);
    let options = LogOptions { join_lines: false, ..LogOptions::default() };
    let found = read_pieces(std::iter::once(text.as_bytes()), options);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].verdict.framing, Framing::WithoutCheckSum);
}

#[test]
fn a_message_ends_at_its_trailer_at_the_line_or_at_the_next_message() {
    let message = wire(LOGON);
    let cut = &message[..40];
    let bare = &message[..message.len() - 1];
    for (text, ends) in [
        (format!("{message}JUNK OUT HERE\n"), vec![message.len()]),
        (format!("{bare}\nrest"), vec![bare.len()]),
        (bare.to_owned(), vec![bare.len()]),
        (format!("{cut}\nrest of the log\n"), vec![cut.len()]),
        (format!("{cut}{message}"), vec![cut.len(), message.len()]),
        (format!("{message}{message}"), vec![message.len(), message.len()]),
    ] {
        let found: Vec<_> = read(text.as_bytes()).iter().map(|kept| kept.raw.len()).collect();
        assert_eq!(found, ends, "{text:?}");
    }
    // A missing last SOH is put there.
    assert_eq!(read(bare.as_bytes())[0].message, message.as_bytes());
}

#[test]
fn wrong_lengths_and_sums_are_told_with_their_figures() {
    let message = wire(LOGON);
    let check_sum: u64 = message[message.len() - 4..message.len() - 1].parse().unwrap();
    let wrong_sum = format!("{}10=999\x01", &message[..message.len() - 7]);
    let verdict = read(wrong_sum.as_bytes())[0].verdict;
    assert_eq!(verdict.check_sum, Over::Wrong { claimed: 999, counted: check_sum });
    assert_eq!(
        verdict.reasons().map(|reason| reason.to_string()).collect::<Vec<_>>(),
        [format!("CheckSum(10) says 999, but the bytes sum to {check_sum:03}")]
    );
    let length = LOGON.len() as u64;
    for claimed in [length - 1, length + 1, length + 60, 1_000_000] {
        let wrong_length = message.replacen(&format!("9={length}"), &format!("9={claimed}"), 1);
        let text = format!("{wrong_length}\n{message}\n");
        let found = read(text.as_bytes());
        assert_eq!(found.len(), 2, "{claimed}");
        assert_eq!(found[0].verdict.body_length, Over::Wrong { claimed, counted: length });
        assert!(found[1].verdict.is_valid());
    }
}

#[test]
fn a_sum_over_the_printed_separator_counts_as_right() {
    let printed = wire(LOGON).replace('\x01', "|");
    let head = &printed[..printed.len() - 7];
    let text = format!("{head}10={:03}|", head.bytes().fold(0_u8, u8::wrapping_add));
    let verdict = read(text.as_bytes())[0].verdict;
    assert_eq!((verdict.body_length, verdict.check_sum), (Over::Soh, Over::Printed));
    assert!(verdict.is_valid());
}

#[test]
fn heads_out_of_the_ordinary_are_read_leniently() {
    for (text, framing, body_length) in [
        ("1128=9|9=5|35=0|10=000|", Framing::WithoutBeginString, Over::Soh),
        ("8=FIX4.4|9=5|35=0|10=000|", Framing::BeginStringUnknown, Over::Soh),
        ("8=FIX.5.0SP2|9=5|35=0|10=000|", Framing::BeginStringUnknown, Over::Soh),
        ("8=FIX.4.4|35=0|34=1|10=000|", Framing::Whole, Over::Missing),
        ("8=FIX.4.4|9=XX|35=0|10=000|", Framing::Whole, Over::Missing),
        ("8=FIX.4.4|9=0005|35=0|10=000|", Framing::Whole, Over::Soh),
    ] {
        let found = read(text.as_bytes());
        assert_eq!(found.len(), 1, "{text}");
        assert_eq!((found[0].verdict.framing, found[0].verdict.body_length), (framing, body_length), "{text}");
    }
    assert_eq!(read(b"the sessions of 8=FIX.4.4 are listed below\n8=FIX"), []);
}

#[test]
fn a_message_above_the_limit_is_reported_and_skipped() {
    let options = LogOptions { max_message_size: 1000, ..LogOptions::default() };
    let long = wire(&format!("35=B|58={}|", "x".repeat(2000)));
    let endless = format!("8=FIX.4.4\x0135=B\x0158={}", "x".repeat(2000));
    for text in [long, endless] {
        let text = text + &wire(LOGON);
        let found = read_pieces(std::iter::once(text.as_bytes()), options);
        assert_eq!(found.len(), 2);
        assert_eq!(found[0].verdict.framing, Framing::TooLong { limit: 1000 });
        assert!(found[0].raw.len() < 64 && found[1].verdict.is_valid());
    }
}

#[test]
fn without_a_limit_an_absurd_length_is_only_wrong() {
    let options = LogOptions { max_message_size: usize::MAX, ..LogOptions::default() };
    for claimed in ["18446744073709551615", "999999999999999999"] {
        let text = format!("8=FIX.4.4|9={claimed}|35=0|10=000|{}", wire(LOGON));
        let found = read_pieces(text.as_bytes().chunks(10), options);
        assert_eq!(found.iter().map(|kept| kept.verdict.is_valid()).collect::<Vec<_>>(), [false, true]);
    }
}

#[test]
fn the_prefix_tells_time_and_direction() {
    let text = format!(
        "20060410-06:19:00.5 -> {}\r\n<20260302-14:30:00, FIX.4.4:A->B, incoming> ({})\n",
        wire(LOGON),
        wire(LOGON)
    );
    let mut seen = Vec::new();
    let mut reader = LogReader::new(LogOptions::default());
    let mut sink = |message: LogMessage<'_>| seen.push((message.line, message.time(), message.direction()));
    reader.feed(text.as_bytes(), &mut sink);
    reader.finish(&mut sink);
    assert_eq!(
        seen,
        [
            (1, Some(1_144_649_940_500_000_000), Some(Direction::Outgoing)),
            (2, Some(1_772_461_800_000_000_000), Some(Direction::Incoming)),
        ]
    );
}

#[test]
fn a_summary_counts_types_reasons_span_and_sessions() {
    let text = [wire(LOGON), wire(LOGON), wire(ORDER), "\njunk 8=FIX.4.2|9=5|35=XCN|49=B|56=A|".to_owned()].concat();
    let mut summary = Summary::new();
    let mut reader = LogReader::new(LogOptions::default());
    let mut sink = |message: LogMessage<'_>| summary.add(&message);
    reader.feed(text.as_bytes(), &mut sink);
    reader.finish(&mut sink);
    assert_eq!((summary.messages(), summary.valid()), (4, 3));
    assert_eq!(summary.types(), [(b"A".to_vec(), 2), (b"D".to_vec(), 1), (b"XCN".to_vec(), 1)]);
    let reasons: Vec<_> = summary.reasons().collect();
    assert_eq!(reasons, [("BodyLength(9) is wrong", 1), ("CheckSum(10) is missing", 1)]);
    assert_eq!(summary.span(), Some((1_772_461_800_000_000_000, 1_772_461_801_250_000_000)));
    let sessions: Vec<_> =
        summary.sessions().iter().map(|s| (&s.begin_string[..], &s.sender_comp_id[..], s.messages)).collect();
    assert_eq!(sessions, [(&b"FIX.4.4"[..], &b"A"[..], 3), (b"FIX.4.2", b"B", 1)]);
    assert_eq!(reader.bytes() - summary.message_bytes(), 6);
    assert_eq!(summary.separators().len(), 2);
}

#[test]
fn a_summary_of_endless_variety_keeps_bounded() {
    let mut summary = Summary::new();
    let mut reader = LogReader::new(LogOptions::default());
    let mut sink = |message: LogMessage<'_>| summary.add(&message);
    for number in 0..6000 {
        reader.feed(wire(&format!("35=T{number}|49=S{number}|56=B|")).as_bytes(), &mut sink);
    }
    reader.finish(&mut sink);
    assert_eq!((summary.types().len() as u64 + summary.other_types(), summary.messages()), (6000, 6000));
    assert_eq!(summary.sessions().len() as u64 + summary.other_sessions(), 6000);
    assert!(summary.sessions().len() <= 1024 && summary.types().len() <= 4096);
}

/// Logs of parts that mean something to the reader, in an order that does not.
fn logs() -> impl Strategy<Value = Vec<u8>> {
    let part = prop_oneof![
        3 => Just(wire(LOGON).into_bytes()),
        3 => Just(wire(ORDER).replace('\x01', "|").into_bytes()),
        2 => Just(wire(LOGON).replace('\x01', "^A").into_bytes()),
        1 => Just(b"8=FIX.4.4|9=5|35=0|10=00".to_vec()),
        1 => Just(b"8=FIX.4.4\x019=70\x0135=0\x0149=A\x01".to_vec()),
        1 => Just(b"8=FIX.4.4|9=17000|35=0|".to_vec()),
        1 => Just(b"1128=9|9=5|35=0|10=000|".to_vec()),
        1 => Just(b"\n1128=9|9=70|35=0|".to_vec()),
        1 => Just(b"\n1128=FIX.4.4|9=5|35=0|10=000|".to_vec()),
        1 => Just(b"8".to_vec()),
        1 => Just(b"8=F".to_vec()),
        1 => Just(b"=FIX.4.4|".to_vec()),
        1 => Just(b"10=000|".to_vec()),
        1 => Just(b"|10=00".to_vec()),
        4 => Just(b"\n".to_vec()),
        1 => Just(b"\r\n".to_vec()),
        2 => Just(b"20060410-06:19:00 -> ".to_vec()),
        1 => "[ -~]{0,40}".prop_map(String::into_bytes),
        1 => Just(vec![b'x'; 600]),
        1 => (0..60_usize).prop_map(|cut| wire(LOGON).as_bytes()[..cut].to_vec()),
    ];
    prop::collection::vec(part, 0..24).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn what_is_found_does_not_depend_on_how_the_log_was_cut(
        log in logs(),
        cuts in prop::collection::vec(1..200_usize, 1..40),
        max_message_size in prop_oneof![Just(16 * 1024 * 1024_usize), 64..400_usize],
        join_lines: bool,
    ) {
        let options = LogOptions { max_message_size, join_lines };
        let at_once = read_pieces(std::iter::once(&log[..]), options);
        let single = read_pieces(log.chunks(1), options);
        prop_assert_eq!(&at_once, &single);
        let mut rest = &log[..];
        let mut pieces = Vec::new();
        for cut in cuts {
            let (piece, after) = rest.split_at(cut.min(rest.len()));
            pieces.push(piece);
            rest = after;
        }
        pieces.push(rest);
        prop_assert_eq!(&at_once, &read_pieces(pieces.into_iter(), options));
        for kept in &at_once {
            let from = usize::try_from(kept.offset).unwrap();
            prop_assert_eq!(&kept.raw[..], &log[from..from + kept.raw.len()]);
        }
    }

    #[test]
    fn any_bytes_are_read_without_panic(log in prop::collection::vec(any::<u8>(), 0..400)) {
        read(&log);
    }
}

/// Messages and valid ones of every file of the shared corpora; nothing where they are not at hand.
fn corpora(options: LogOptions) -> Option<Vec<(&'static str, usize, usize)>> {
    const FILES: [(&str, &[&str]); 9] = [
        ("hffix 5.0", &["hffix/fix.5.0.set.1"]),
        ("hffix 4.1", &["hffix/fix.4.1.set.1"]),
        ("fixie", &["fixie/secdef-test.dat"]),
        ("jspurefix all types", &["jspurefix/FIX.4.4-all-types.txt"]),
        ("jspurefix snapshot", &["jspurefix/md-data-snapshot.txt"]),
        ("log4fix", &["log4fix"]),
        ("fix-protocol-tools", &["fix-protocol-tools/example.fix.log"]),
        (
            "quickfix-logviewer",
            &[
                "quickfix-logviewer/small.log",
                "quickfix-logviewer/test.log",
                "quickfix-logviewer/testDelimiter.log",
                "quickfix-logviewer/testMultiCharDelimiter.log",
            ],
        ),
        ("fxfixparser", &["fxfixparser/fx-venues-even.txt"]),
    ];
    let Some(shared) = std::env::var_os("FIXPLUS_SHARED") else {
        eprintln!("not run: FIXPLUS_SHARED does not name the folder with the corpora");
        return None;
    };
    let folder = std::path::Path::new(&shared).join("corpora/fix");
    let read_file = |path: std::path::PathBuf| -> (usize, usize) {
        let log = std::fs::read(&path).unwrap();
        let found = read_pieces(std::iter::once(&log[..]), options);
        for size in [1, 7, 100, 4096] {
            // The largest file in single bytes takes long and shows no more than its first part.
            let log = if size == 1 { &log[..log.len().min(200_000)] } else { &log[..] };
            assert_eq!(
                read_pieces(log.chunks(size), options),
                read_pieces(std::iter::once(log), options),
                "{} in pieces of {size}",
                path.display()
            );
        }
        (found.len(), found.iter().filter(|kept| kept.verdict.is_valid()).count())
    };
    let counts = FILES.iter().map(|(name, files)| {
        let paths = files.iter().map(|file| folder.join(file)).flat_map(|path| {
            if path.is_dir() {
                let files = std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
                files.filter(|path| path.extension().is_some_and(|extension| extension == "log")).collect()
            } else {
                vec![path]
            }
        });
        let (all, valid) = paths.map(read_file).fold((0, 0), |(all, valid), (more, good)| (all + more, valid + good));
        (*name, all, valid)
    });
    Some(counts.collect())
}

#[test]
fn the_corpora_hold_what_their_description_says() {
    let Some(counts) = corpora(LogOptions { join_lines: false, ..LogOptions::default() }) else { return };
    assert_eq!(
        counts,
        [
            ("hffix 5.0", 13_888, 13_888),
            ("hffix 4.1", 16, 16),
            ("fixie", 10, 10),
            ("jspurefix all types", 50, 50),
            ("jspurefix snapshot", 1, 0),
            ("log4fix", 37, 36),
            ("fix-protocol-tools", 9, 0),
            ("quickfix-logviewer", 146, 40),
            ("fxfixparser", 32, 0),
        ]
    );
}

#[test]
fn joining_lines_makes_the_two_broken_messages_of_the_corpora_whole() {
    let Some(counts) = corpora(LogOptions::default()) else { return };
    assert_eq!(counts[5], ("log4fix", 38, 38));
}
