//! Vector code and scalar code give the same fields, the same sum and the same fault for any bytes and any pairs of length and data.
#![no_main]

use fixplus_scan::{DataPairs, index, index_scalar, sum};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let Some((&choice, bytes)) = input.split_first() else { return };
    let pairs = if choice & 1 == 0 { DataPairs::standard() } else { DataPairs::new(&[(1, 2), (95, 96), (70_000, 7)]) };
    // The place of a byte within a vector is part of what is tried.
    let bytes = bytes.get(usize::from(choice >> 1) % 64..).unwrap_or_default();
    let (mut vector, mut scalar) = (Vec::new(), Vec::new());
    let (one, two) = (index(bytes, &pairs, &mut vector), index_scalar(bytes, &pairs, &mut scalar));
    assert_eq!(one, two);
    assert_eq!(vector, scalar);
    let total = bytes.iter().fold(0u8, |sum, &byte| sum.wrapping_add(byte));
    assert_eq!(sum(bytes), total);
    if let Ok(found) = one {
        assert_eq!(found, total);
    }
});
