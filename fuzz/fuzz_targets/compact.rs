//! Any text is a compact dictionary or an error with its line; what is read is written and read back the same.
#![no_main]

use fixplus_dictionary::check::check;
use fixplus_dictionary::compact;
use fixplus_dictionary::dictionary::Dictionary;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match compact::read(text) {
        Err(error) => assert!(error.line >= 1 && error.line <= text.lines().count().max(1) + 1),
        Ok(model) => {
            let written = compact::write(&model);
            let again = compact::read(&written).unwrap();
            assert_eq!(again, model);
            assert_eq!(compact::write(&again), written);
            let _ = check(&model);
            if let Err(error) = Dictionary::compile(&model, None) {
                assert!(!error.to_string().is_empty());
            }
        }
    }
});
