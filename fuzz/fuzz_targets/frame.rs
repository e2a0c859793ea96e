//! Any bytes, cut anywhere, give the same frames, keep less than one message, and every frame is where it is said to be;
//! BodyLength(9) is believed, or else CheckSum(10) ends a message.
#![no_main]

use fixplus_wire::DataPairs;
use fixplus_wire::frame::{Garbled, Splitter};
use libfuzzer_sys::fuzz_target;

const LARGEST: usize = 512;

type Found = (u64, Result<Vec<u8>, Garbled>);

fn split<'a>(mut splitter: Splitter, pieces: impl IntoIterator<Item = &'a [u8]>) -> (Vec<Found>, Vec<u8>) {
    let mut frames = Vec::new();
    for piece in pieces {
        splitter.feed(piece, |offset, found| frames.push((offset, found.map(<[u8]>::to_vec))));
        // BeginString(8), the digits of BodyLength(9), the body and CheckSum(10).
        assert!(splitter.rest().len() <= LARGEST + 64, "an unfinished message costs bounded memory");
    }
    (frames, splitter.rest().to_vec())
}

fn check(splitter: &Splitter, cuts: &[u8], stream: &[u8]) {
    let (whole, left) = split(splitter.clone(), [stream]);
    let mut end = 0;
    for (offset, found) in &whole {
        let at = usize::try_from(*offset).unwrap();
        assert!(end <= at, "what is found follows what was found before");
        match found {
            Ok(frame) => assert_eq!(stream.get(at..at + frame.len()), Some(frame.as_slice())),
            Err(garbled) => assert!(at + garbled.length <= stream.len()),
        }
        end = at + found.as_ref().map_or_else(|garbled| garbled.length, Vec::len);
    }
    let mut pieces = Vec::new();
    let mut from = 0;
    for &cut in cuts {
        let to = (from + usize::from(cut)).min(stream.len());
        pieces.push(&stream[from..to]);
        from = to;
    }
    pieces.push(&stream[from..]);
    assert_eq!(split(splitter.clone(), pieces), (whole.clone(), left.clone()));
    assert_eq!(split(splitter.clone(), stream.chunks(1)), (whole, left));
}

fuzz_target!(|input: &[u8]| {
    let Some((&cuts, rest)) = input.split_first() else { return };
    let (cuts, stream) = rest.split_at(usize::from(cuts % 16).min(rest.len()));
    check(&Splitter::new(LARGEST), cuts, stream);
    check(&Splitter::by_check_sum(LARGEST, DataPairs::standard()), cuts, stream);
});
