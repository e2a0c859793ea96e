//! The bundled dictionaries are readable, sound and small.
#![allow(clippy::expect_used, clippy::panic, reason = "tests say what they expect")]

use std::time::Instant;

use fixplus_dictionary::check::check;
use fixplus_dictionary::dictionary::Dictionary;
use fixplus_dictionary::model::{MemberKind, Model};
use fixplus_dictionary::{bundled, compact};

fn model(version: &str) -> &'static Model {
    bundled::model(version).unwrap_or_else(|| panic!("{version} is not bundled"))
}

#[test]
fn every_version_is_read_and_says_which_it_is_and_where_it_comes_from() {
    for version in bundled::VERSIONS {
        let model = model(version);
        assert_eq!(model.version, version);
        assert!(
            model.sources.iter().any(|source| source.contains("Apache-2.0") || source.contains("QuickFIX Software"))
        );
    }
    for unknown in ["FIX.4.5", "FIX.5.0SP3", "FIXT.1.2", "fix.4.4", ""] {
        assert!(bundled::model(unknown).is_none(), "{unknown:?}");
        assert!(bundled::text(unknown).is_none(), "{unknown:?}");
    }
}

#[test]
fn every_file_is_written_again_to_the_byte() {
    for version in bundled::VERSIONS {
        let text = bundled::text(version).expect("it is bundled");
        assert!(compact::write(model(version)) == text, "{version}");
    }
}

#[test]
fn nothing_in_a_bundled_dictionary_fails_to_hold_together() {
    for version in bundled::VERSIONS {
        assert_eq!(check(model(version)), [], "{version}");
    }
}

#[test]
fn all_are_read_in_a_moment() {
    let start = Instant::now();
    for version in bundled::VERSIONS {
        compact::read(bundled::text(version).expect("it is bundled")).expect("it is readable");
    }
    let elapsed = start.elapsed();
    eprintln!("all nine read in {elapsed:?}");
    // Milliseconds in a release build; the bound leaves room for a debug build on a loaded machine.
    assert!(elapsed.as_millis() < 2_000, "{elapsed:?}");
}

#[test]
fn fix_5_and_later_have_their_header_from_fixt() {
    for version in bundled::VERSIONS {
        let expected = !version.starts_with("FIX.5");
        assert_eq!(!model(version).header.is_empty(), expected, "{version}");
        assert_eq!(!model(version).trailer.is_empty(), expected, "{version}");
    }
}

#[test]
fn data_fields_have_their_length_fields() {
    let cases = [
        ("FIX.4.0", 3),
        ("FIX.4.1", 3),
        ("FIX.4.2", 14),
        ("FIX.4.3", 16),
        ("FIX.4.4", 16),
        ("FIX.5.0", 16),
        ("FIX.5.0SP1", 23),
        ("FIX.5.0SP2", 24),
        ("FIXT.1.1", 8),
    ];
    for (version, pairs) in cases {
        let fields = &model(version).fields;
        assert_eq!(fields.values().filter(|field| field.length_tag.is_some()).count(), pairs, "{version}");
        for (data, length) in [(89, 93), (91, 90), (96, 95)] {
            assert_eq!(fields[&data].length_tag, Some(length), "{version}");
        }
    }
    assert_eq!(model("FIXT.1.1").fields[&2112].length_tag, Some(2111));
}

#[test]
fn ref_msg_type_takes_any_value() {
    for version in ["FIX.4.2", "FIX.4.4", "FIX.5.0", "FIX.5.0SP1", "FIX.5.0SP2", "FIXT.1.1"] {
        let field = &model(version).fields[&372];
        assert_eq!(field.code_set.as_deref(), Some("MsgTypeCodeSet"), "{version}");
        assert!(field.open_codes, "{version}");
    }
    assert_eq!(model("FIX.4.3").fields[&372].code_set, None);
    assert!(model("FIXT.1.1").fields[&35].open_codes, "application messages travel over FIXT too");
}

#[test]
fn lists_that_are_shared_in_sp2_are_shared_before_it_with_the_codes_of_the_version() {
    for (version, sharing) in [("FIX.5.0", 55), ("FIX.5.0SP1", 92)] {
        let model = model(version);
        let shared = |name: &str, set: &str| set.strip_suffix("CodeSet") != Some(name);
        let found =
            model.fields.values().filter(|field| field.code_set.as_deref().is_some_and(|set| shared(&field.name, set)));
        assert_eq!(found.count(), sharing, "{version}");
        assert_eq!(model.fields[&452].code_set.as_deref(), Some("PartyRoleCodeSet"));
        assert_eq!(model.fields[&538].code_set.as_deref(), Some("PartyRoleCodeSet"), "NestedPartyRole shares it");
        let codes = |version: &str| self::model(version).code_set("PartyRoleCodeSet").expect("it is there").codes.len();
        assert!(codes(version) < codes("FIX.5.0SP2"), "{version} has fewer roles than SP2");
    }
}

#[test]
fn prose_and_blanks_are_no_codes() {
    for version in ["FIX.4.1", "FIX.4.2"] {
        let model = model(version);
        assert_eq!(model.fields[&166].union_datatype.as_deref(), Some("Country"), "{version}");
    }
    for version in bundled::VERSIONS {
        for set in &model(version).code_sets {
            assert!(set.codes.iter().all(|code| !code.value.contains(' ')), "{version} {}", set.name);
        }
    }
    let model = model("FIX.5.0SP2");
    assert!(model.code_set("QuoteConditionCodeSet").expect("it is there").codes.iter().any(|code| code.value == "f"));
}

#[test]
fn names_and_types_that_changed_are_those_of_the_version() {
    let cases = [
        ("FIX.4.1", 166, "SettlLocation", "String"),
        ("FIX.4.1", 167, "SecurityType", "String"),
        ("FIX.4.2", 297, "QuoteAckStatus", "int"),
        ("FIX.4.2", 327, "HaltReason", "char"),
        ("FIX.4.3", 297, "QuoteStatus", "int"),
        ("FIX.4.3", 327, "HaltReason", "char"),
        ("FIX.4.4", 139, "MiscFeeType", "String"),
        ("FIX.4.4", 327, "HaltReason", "char"),
        ("FIX.4.4", 532, "MassCancelRejectReason", "int"),
        ("FIX.5.0SP1", 327, "HaltReason", "char"),
        ("FIX.5.0SP2", 327, "HaltReason", "int"),
    ];
    for (version, tag, name, datatype) in cases {
        let field = &model(version).fields[&tag];
        assert_eq!((field.name.as_str(), field.datatype.as_str()), (name, datatype), "{version} {tag}");
        assert!(field.code_set.as_deref().is_none_or(|set| set == format!("{name}CodeSet")), "{version} {tag}");
    }
    for version in ["FIX.4.2", "FIX.4.3", "FIX.4.4", "FIX.5.0"] {
        assert_eq!(model(version).fields[&336].code_set, None, "TradingSessionID(336) has no list in {version}");
    }
    let types = &model("FIX.4.2").code_set("SecurityTypeCodeSet").expect("it is there").codes;
    assert!(types.iter().any(|code| code.value == "?"), "the question mark is a real code");
}

#[test]
fn a_fixt_logon_has_the_group_of_message_types() {
    let model = model("FIXT.1.1");
    let logon = model.message("A").expect("Logon is a session message");
    assert!(logon.members.iter().any(|member| member.kind == MemberKind::Group("MsgTypeGrp".to_owned())));
    let group = model.group("MsgTypeGrp").expect("the Logon refers to it");
    assert_eq!(group.count_tag, 384);
    let tags: Vec<_> = group.members.iter().map(|member| member.kind.clone()).collect();
    assert_eq!(tags, [372, 385, 1130, 1406, 1131, 1410].map(MemberKind::Field));
}

#[test]
fn a_leg_has_its_price_once() {
    for name in ["NoLegs.LegOrdGrp", "NoLegs.QuotReqLegsGrp", "NoLegs.TrdInstrmtLegGrp"] {
        let group = model("FIX.5.0").group(name).expect("the group is there");
        assert!(group.members.iter().all(|member| member.kind != MemberKind::Field(566)), "{name}");
    }
    let multileg = model("FIX.4.3").message("o").expect("RegistrationInstructions is there");
    let ownership = multileg.members.iter().filter(|member| member.kind == MemberKind::Field(517));
    assert_eq!(ownership.count(), 1);
}

#[test]
fn renamed_messages_have_the_name_of_fix_4_4_too() {
    let later = Dictionary::bundled("FIX.4.4").expect("bundled");
    for version in ["FIX.4.0", "FIX.4.1", "FIX.4.2", "FIX.4.3", "FIX.5.0", "FIX.5.0SP1", "FIX.5.0SP2"] {
        let dictionary = Dictionary::bundled(version).expect("bundled");
        for message in dictionary.messages() {
            let plan = dictionary.message(message.msg_type.as_bytes()).expect("bundled");
            if let Some(known) = later.message(message.msg_type.as_bytes()) {
                assert_eq!(plan.name(), known.name(), "{version} {}", message.msg_type);
            }
            for name in [message.name.as_str(), plan.name()] {
                let found = dictionary.message_by_name(name).expect("bundled");
                assert_eq!(found.msg_type(), message.msg_type, "{version} {name}");
            }
        }
    }
    assert_eq!(
        Dictionary::bundled("FIX.4.2").expect("bundled").message(b"D").expect("bundled").name(),
        "NewOrderSingle"
    );
}
