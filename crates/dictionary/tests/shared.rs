//! The standard's files and the examples, read whole. They are named by FIXPLUS_SHARED.
#![allow(clippy::expect_used, clippy::panic, reason = "tests say what they expect")]

use std::path::PathBuf;

use fixplus_dictionary::model::Model;
use fixplus_dictionary::read::{Document, Problem, Read, dictionary, read};

/// The folder of the dictionaries, if it is there to be tested with.
fn folder() -> Option<PathBuf> {
    match std::env::var_os("FIXPLUS_SHARED") {
        Some(folder) => Some(PathBuf::from(folder).join("dictionaries")),
        None => {
            assert!(
                std::env::var("FIXPLUS_TEST_REQUIRE").as_deref() != Ok("all"),
                "FIXPLUS_SHARED is required and not set"
            );
            eprintln!("not run: FIXPLUS_SHARED is not set");
            None
        }
    }
}

fn bytes(path: &str) -> Option<Vec<u8>> {
    Some(std::fs::read(folder()?.join(path)).unwrap_or_else(|error| panic!("{path}: {error}")))
}

fn load(path: &str) -> Option<Read> {
    let xml = bytes(path)?;
    Some(dictionary(&xml, path).unwrap_or_else(|errors| panic!("{errors}")))
}

fn shape(model: &Model) -> [usize; 6] {
    let codes = model.code_sets.iter().map(|set| set.codes.len()).sum();
    [model.messages.len(), model.fields.len(), model.components.len(), model.groups.len(), model.code_sets.len(), codes]
}

/// Messages, fields, components without header and trailer, groups, code sets, codes.
#[test]
fn every_dictionary_of_the_two_formats_loads_whole() {
    let cases = [
        ("quickfix/FIX40.xml", "FIX.4.0", [27, 138, 0, 5, 39, 235]),
        ("quickfix/FIX41.xml", "FIX.4.1", [28, 206, 0, 8, 53, 342]),
        ("quickfix/FIX42.xml", "FIX.4.2", [46, 405, 0, 29, 104, 629]),
        ("quickfix/FIX43.xml", "FIX.4.3", [68, 635, 10, 53, 159, 1198]),
        ("quickfix/FIX44.xml", "FIX.4.4", [93, 912, 104, 90, 245, 1708]),
        ("quickfix/FIX50.xml", "FIX.5.0", [93, 1090, 121, 104, 290, 2326]),
        ("quickfix/FIX50SP1.xml", "FIX.5.0SP1", [105, 1373, 163, 136, 327, 2640]),
        ("quickfix/FIX50SP2.xml", "FIX.5.0SP2", [156, 6028, 725, 560, 668, 5565]),
        ("quickfix/FIXT11.xml", "FIXT.1.1", [8, 71, 2, 1, 9, 56]),
        ("orchestra/OrchestraFIX42.xml", "FIX.4.2", [46, 405, 0, 30, 104, 629]),
        ("orchestra/OrchestraFIX44.xml", "FIX.4.4", [93, 912, 13, 92, 247, 1726]),
        ("orchestra/FixRepository50SP2.xml", "FIX.5.0SP2", [116, 1452, 27, 147, 355, 2818]),
        ("orchestra/FIXTSession.xml", "FIXT.1.1", [8, 92, 0, 4, 13, 74]),
        ("orchestra/FIX44Session.xml", "FIX.4.4", [8, 57, 0, 2, 10, 51]),
        ("orchestra/examples/Equity.xml", "FIX.Latest", [0, 20, 1, 1, 7, 29]),
        ("orchestra/examples/NYSEPillarBinaryPhase2.xml", "1.1", [24, 100, 11, 1, 33, 154]),
        ("orchestra/examples/TradingDigitalAssets.xml", "1.0", [6, 69, 2, 4, 22, 71]),
    ];
    for (path, version, expected) in cases {
        let Some(found) = load(path) else { return };
        assert_eq!(found.model.version, version, "{path}");
        assert_eq!(shape(&found.model), expected, "{path}");
    }
}

#[test]
fn what_is_odd_about_a_file_is_noted_by_line() {
    let cases = [
        ("quickfix/FIX43.xml", "line 1360: <field> OwnershipType: stands already in line 1340; the first is kept"),
        (
            "quickfix/FIX50.xml",
            "line 3282: <group> NoLegs.LegOrdGrp: tag 566 is reached twice at one level; the first place counts",
        ),
        ("quickfix/FIXT11.xml", "line 112: <component> MsgTypeGrp: the component has no members"),
        (
            "orchestra/FixRepository50SP2.xml",
            "line 23906: <field> Signature: the length field cannot be \"90\"; 93 is taken",
        ),
        (
            "orchestra/FIXTSession.xml",
            "line 1988: <field> EncodedAttachment: the length field cannot be \"1\"; 2111 is taken",
        ),
        (
            "orchestra/examples/NYSEPillarBinaryPhase2.xml",
            "line 517: <numInGroup> 1100: the count field is not defined; NoMPVLevelDefinition is made for it",
        ),
    ];
    for (path, expected) in cases {
        let Some(found) = load(path) else { return };
        let notes: Vec<String> = found.notes.iter().map(ToString::to_string).collect();
        assert!(notes.iter().any(|note| note == expected), "{path}: {notes:#?}");
    }
}

#[test]
fn the_faulty_repository_gives_all_its_faults_by_element_and_line() {
    let path = "orchestra/examples/repositorywitherrors.xml";
    let Some(xml) = bytes(path) else { return };
    let errors = dictionary(&xml, "faulty.xml").expect_err("the file is faulty");
    let expected = [
        "line 12: <code> Limit: code id 2 is already defined in line 11",
        "line 16: <code> BrokerOfCredit: code id 2 is already defined in line 15",
        "line 18: <codeSet> SideCodeSet: \"A\" is neither a code set nor a datatype",
        "line 59: <field> duplicate: field id 11 is already defined in line 58",
        "line 63: <field> notype: the attribute type is missing",
        "line 85: <fieldRef> 2: there is no field 2",
        "line 86: <fieldRef> 2: there is no field 2",
        "line 97: <fieldRef> 2: there is no field 2",
        "line 100: <fieldRef> 2: there is no field 2",
        "line 101: <fieldRef> 2: there is no field 2",
        "line 106: <fieldRef> 2: there is no field 2",
    ];
    assert_eq!(errors.faults.iter().map(ToString::to_string).collect::<Vec<_>>(), expected);
    assert!(errors.to_string().starts_with("faulty.xml: line 12: <code> Limit"));
}

#[test]
fn an_interfaces_file_tells_services_and_sessions() {
    let Some(xml) = bytes("orchestra/examples/SampleInterfaces.xml") else { return };
    let Ok(Document::Interfaces(found)) = read(&xml, "interfaces.xml") else { panic!("not read as interfaces") };
    let names: Vec<&str> = found.interfaces.iter().map(|interface| interface.name.as_str()).collect();
    assert_eq!(names, ["Private", "OldService", "Public", "OrderRouting"]);
    let private = &found.interfaces[0];
    assert_eq!(private.services, ["orderEntry"]);
    assert_eq!(private.protocols, ["ATDL", "TagValue", "FIXT.1.1", "TCP"]);
    assert_eq!(private.sessions[0].name, "XYZ-ABC");
    let expected = [("SenderCompID", "XYZ"), ("TargetCompID", "ABC")].map(|(a, b)| (a.to_owned(), b.to_owned()));
    assert_eq!(private.sessions[0].identifiers, expected);
    assert_eq!(private.sessions[0].addresses, ["10.96.1.2:567", "10.96.2.2:567"]);
    let refused = dictionary(&xml, "interfaces.xml").expect_err("it is no dictionary");
    assert_eq!(refused.faults[0].problem, Problem::NotADictionary);
}
