//! Any bytes are a dictionary or a list of faults; what is read and compiles is written in every format and read back;
//! read as a layer they are a list of faults, or edits that apply or are refused.
#![no_main]

use fixplus_dictionary::dictionary::Dictionary;
use fixplus_dictionary::diff::{DiffOptions, diff};
use fixplus_dictionary::layers::{Overlay, apply};
use fixplus_dictionary::model::Model;
use fixplus_dictionary::{compact, export, read, search, stats};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

/// What a layer is laid over: small, so that many layers can be tried.
const BASE: &str = r#"<fix major="4" minor="4"><header><field name="BeginString" required="Y"/><field name="BodyLength" required="Y"/>
<field name="MsgType" required="Y"/></header><messages><message name="NewOrderSingle" msgtype="D" msgcat="app">
<field name="ClOrdID" required="Y"/><component name="Parties" required="N"/><field name="Side" required="Y"/></message></messages>
<trailer><field name="CheckSum" required="Y"/></trailer><components><component name="Parties"><group name="NoPartyIDs" required="N">
<field name="PartyID" required="N"/><field name="Price" required="N"/></group></component></components><fields>
<field number="8" name="BeginString" type="STRING"/><field number="9" name="BodyLength" type="LENGTH"/>
<field number="10" name="CheckSum" type="STRING"/><field number="11" name="ClOrdID" type="STRING"/>
<field number="35" name="MsgType" type="STRING"/><field number="44" name="Price" type="PRICE"/><field number="54" name="Side" type="CHAR">
<value enum="1" description="BUY"/><value enum="2" description="SELL"/></field><field number="448" name="PartyID" type="STRING"/>
<field number="453" name="NoPartyIDs" type="NUMINGROUP"/></fields></fix>"#;

static MODEL: LazyLock<Model> = LazyLock::new(|| read::dictionary(BASE.as_bytes(), "base.xml").unwrap().model);

/// The same bytes as a layer over a dictionary: a list of faults, or edits that apply or are refused.
fn layer(bytes: &[u8]) {
    let overlay = match read::layer(bytes, "any.xml", &MODEL) {
        Err(errors) => {
            assert!(!errors.faults.is_empty() && errors.faults.len() <= read::MAX_FAULTS);
            return;
        }
        Ok(read) => Overlay::from_model("any.xml", &read.model),
    };
    match apply(&MODEL, &overlay) {
        Err(errors) => assert!(!errors.0.is_empty() && !errors.to_string().is_empty()),
        Ok(model) => {
            if let Err(error) = Dictionary::compile(&model, None) {
                assert!(!error.to_string().is_empty());
            }
        }
    }
}

fuzz_target!(|bytes: &[u8]| {
    layer(bytes);
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
