//! Faults that fuzzing found, each kept as the behaviour that it broke.
#![allow(clippy::unwrap_used)]

use fixplus_dictionary::{export, read};

#[test]
fn a_code_that_is_a_blank_without_description_is_exported_with_a_name() {
    let xml = "<fix type='FIX' major='4' minor='4' servicepack='0'><header/><messages/><trailer/><components/><fields>\
        <field number='452' name='PartyRole' type='STRING'><value enum=' '/><value enum='1'/></field></fields></fix>";
    let model = read::dictionary(xml.as_bytes(), "venue.xml").unwrap().model;
    let names = |model: &fixplus_dictionary::model::Model| -> Vec<_> {
        model.code_sets[0].codes.iter().map(|code| (code.value.clone(), code.name.clone())).collect()
    };
    assert_eq!(names(&model), [(" ".to_owned(), "Blank".to_owned()), ("1".to_owned(), "1".to_owned())]);
    let exported = export::orchestra(&model).unwrap();
    assert_eq!(names(&read::dictionary(exported.as_bytes(), "again.xml").unwrap().model), names(&model));
}

#[test]
fn a_version_with_a_number_beyond_all_bounds_is_exported_as_one_that_is_read_back() {
    let xml = "<fix type='FIX' major='4' minor='4' servicepack='0'><header/><messages/><trailer/><components/><fields/></fix>";
    for version in ["FIX.4.44444444444444444444", "FIX.44444444444444444444.4", "FIX.5.0SP44444444444444444444"] {
        let mut model = read::dictionary(xml.as_bytes(), "venue.xml").unwrap().model;
        model.version = version.to_owned();
        let exported = export::quickfix(&model).unwrap();
        let again = read::dictionary(exported.as_bytes(), "again.xml").map(|read| read.model.version);
        assert_eq!(again.unwrap(), "FIX.5.0SP2", "{version}");
    }
}
