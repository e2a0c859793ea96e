//! Any bytes give a message or a documented error; read leniently they give fields within the bytes, the same where strict reading has no fault.
#![no_main]

use fixplus_wire::{Checks, DataPairs, FieldList, Index, Writer, decode, decode_lenient, frame};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static PAIRS: LazyLock<DataPairs> = LazyLock::new(DataPairs::standard);

/// The bytes with BodyLength(9) and CheckSum(10) made right, so that more than the check of the sum is reached.
fn repaired(body: &[u8]) -> Vec<u8> {
    let mut message = format!("8=FIX.4.4\x019={}\x01", body.len()).into_bytes();
    message.extend_from_slice(body);
    let sum = fixplus_wire::sum(&message);
    message.extend_from_slice(format!("10={sum:03}\x01").as_bytes());
    message
}

fn check(bytes: &[u8]) {
    let (mut strict, mut lenient) = (Index::new(), Index::new());
    let result = decode(bytes, &PAIRS, Checks::ALL, &mut strict);
    let faults = decode_lenient(bytes, &PAIRS, &mut lenient);
    let mut end = 0;
    for field in lenient.fields() {
        assert!(end <= field.start as usize && field.start <= field.end && field.end as usize <= bytes.len());
        end = field.end as usize + usize::from((field.end as usize) < bytes.len());
    }
    for fault in &faults {
        assert!(fault.offset() <= bytes.len() && !fault.kind().is_empty() && !fault.to_string().is_empty());
    }
    match result {
        Err(error) => {
            assert!(error.offset() <= bytes.len() && !error.kind().is_empty() && !error.to_string().is_empty());
            assert!(!faults.is_empty(), "strict reading found {error}, lenient reading nothing");
        }
        Ok(()) => {
            assert!(faults.is_empty());
            assert_eq!(strict.fields(), lenient.fields());
            // What is sound is also one frame of a stream.
            assert_eq!(frame::next(bytes, 0, usize::MAX >> 1), frame::Step::Frame { start: 0, end: bytes.len() });
            let mut writer = Writer::new();
            let list = FieldList::from_decoded(bytes, strict.fields());
            if let Ok(written) = list.encode(&PAIRS, &mut writer) {
                let mut again = Index::new();
                decode(written, &PAIRS, Checks::ALL, &mut again).unwrap();
            }
        }
    }
}

fuzz_target!(|bytes: &[u8]| {
    check(bytes);
    check(&repaired(bytes));
});
