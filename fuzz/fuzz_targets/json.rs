//! Any text is a FIX-JSON message or an error; every field that can be read of any bytes comes back from its FIX-JSON.
#![no_main]

use fixplus_dictionary::dictionary::Dictionary;
use fixplus_dictionary::render::{Charset, View, from_json, to_json, versions_of_json};
use fixplus_wire::{DataPairs, Index, decode_lenient};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static PAIRS: LazyLock<DataPairs> = LazyLock::new(DataPairs::standard);
static DICTIONARY: LazyLock<Dictionary> = LazyLock::new(|| Dictionary::bundled("FIX.4.4").unwrap());

fn shown(bytes: &[u8], fields: &[fixplus_wire::Field]) -> String {
    to_json(&View { dictionary: &DICTIONARY, frame: bytes, fields, charset: Charset::Latin1, masked: false })
}

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = versions_of_json(text);
        match from_json(&DICTIONARY, text, Charset::Latin1) {
            Ok(_) => {}
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
    let mut index = Index::new();
    let _ = decode_lenient(bytes, &PAIRS, &mut index);
    let json = shown(bytes, index.fields());
    // A tag that is no number of a field, such as `0` or `-1`, is shown and cannot be named.
    if index.fields().iter().any(|field| field.tag == 0) {
        return;
    }
    let again = from_json(&DICTIONARY, &json, Charset::Latin1).unwrap_or_else(|error| panic!("{error}\n{json}"));
    // Every field is kept with its value; what is amiss may be gathered in another order.
    let value = |field: &fixplus_wire::Field| bytes[field.start as usize..field.end as usize].to_vec();
    let mut fields: Vec<_> = index.fields().iter().map(|field| (field.tag, value(field))).collect();
    let mut again = again;
    fields.sort();
    again.sort();
    assert_eq!(fields, again, "{json}");
});
