//! Any text is an overlay or a list of faults with their lines; what it makes of a bundled dictionary compiles or is refused.
#![no_main]

use fixplus_dictionary::dictionary::Dictionary;
use fixplus_dictionary::rules::Rules;
use fixplus_dictionary::{bundled, layers, overlay_toml};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Err(error) = Rules::parse(text) {
        assert!(!error.to_string().is_empty());
    }
    let base = bundled::model("FIX.4.0").unwrap();
    match overlay_toml::read("any.toml", text) {
        Err(errors) => assert!(!errors.0.is_empty() && !errors.to_string().is_empty()),
        Ok(overlay) => match layers::apply(base, &overlay) {
            Err(errors) => assert!(!errors.0.is_empty() && !errors.to_string().is_empty()),
            Ok(model) => {
                if let Err(error) = Dictionary::compile(&model, None) {
                    assert!(!error.to_string().is_empty());
                }
            }
        },
    }
});
