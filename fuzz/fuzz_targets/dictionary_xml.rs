//! Any bytes are a dictionary or a list of faults; what is read and compiles is written in every format and read back.
#![no_main]

use fixplus_dictionary::dictionary::Dictionary;
use fixplus_dictionary::diff::{DiffOptions, diff};
use fixplus_dictionary::{compact, export, read, search, stats};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    match read::read(bytes, "any.xml") {
        Err(errors) => {
            assert!(!errors.faults.is_empty() && errors.faults.len() <= read::MAX_FAULTS);
            assert!(!errors.to_string().is_empty());
            return;
        }
        Ok(read::Document::Interfaces(_)) => return,
        Ok(read::Document::Repository(_)) => {}
    }
    let model = read::dictionary(bytes, "any.xml").unwrap().model;
    let again = compact::read(&compact::write(&model)).unwrap();
    assert_eq!(again, model);
    let _ = search::search(&model, "Side");
    if Dictionary::compile(&model, None).is_err() {
        return;
    }
    let _ = stats::stats(&model, None);
    assert!(diff(&model, &model, DiffOptions::default()).is_empty());
    for written in [export::quickfix(&model), export::orchestra(&model)].into_iter().flatten() {
        let again =
            read::dictionary(written.as_bytes(), "again.xml").unwrap_or_else(|errors| panic!("{errors}\n{written}"));
        Dictionary::compile(&again.model, None).unwrap();
        assert_eq!(again.model.messages.len(), model.messages.len());
    }
});
