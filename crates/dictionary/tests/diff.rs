//! A diff tells each change once, in words that a person can read.

#![allow(clippy::unwrap_used, clippy::panic)]

mod house;

use fixplus_dictionary::diff::{Change, ChangeKind, DiffOptions, Structure, diff};
use fixplus_dictionary::layers::apply;
use fixplus_dictionary::model::Model;
use fixplus_dictionary::overlay_toml;
use house::base;

const EXPANDED: DiffOptions = DiffOptions { structure: Structure::Expanded };

fn changed(text: &str) -> Model {
    let layer = overlay_toml::read("layer", text).unwrap();
    apply(&base(), &layer).unwrap()
}

fn said(changes: &[Change]) -> Vec<String> {
    changes.iter().map(Change::to_string).collect()
}

#[test]
fn a_dictionary_does_not_differ_from_itself() {
    assert_eq!(diff(&base(), &base(), DiffOptions::default()), []);
    assert_eq!(diff(&base(), &base(), EXPANDED), []);
}

#[test]
fn each_change_is_told_in_a_sentence() {
    for (layer, kind, path, sentence) in [
        (
            "[fields.5001]\nname = \"Desk\"\ntype = \"String\"",
            ChangeKind::FieldAdded,
            "fields.5001",
            "Desk(5001) is only in B",
        ),
        (
            "[fields.54]\nname = \"BuySell\"",
            ChangeKind::FieldRenamed,
            "fields.54",
            "field 54 is called Side in A, BuySell in B",
        ),
        (
            "[fields.44]\ntype = \"String\"",
            ChangeKind::FieldRetyped,
            "fields.44",
            "Price(44) is Price in A, String in B",
        ),
        (
            "[fields.44]\nunion = \"int\"",
            ChangeKind::FieldRetyped,
            "fields.44",
            "Price(44) is Price in A, Price or int in B",
        ),
        (
            "[fields.96]\nlength = 112",
            ChangeKind::LengthChanged,
            "fields.96",
            "the length of RawData(96) is in 95 in A, 112 in B",
        ),
        (
            "[fields.54]\nopen_codes = true",
            ChangeKind::CodesOpened,
            "codes.54",
            "Side(54) takes its codes only in A, its codes and any other value in B",
        ),
        (
            "[codes.Side]\nadd = { Z = \"Hidden\" }",
            ChangeKind::CodeAdded,
            "codes.54.Z",
            "Side(54): code Z (Hidden) is only in B",
        ),
        ("[codes.Side]\nremove = [9]", ChangeKind::CodeRemoved, "codes.54.9", "Side(54): code 9 (Cross) is only in A"),
        (
            "[codes.Side]\nadd = { 1 = \"Bid\" }",
            ChangeKind::CodeRenamed,
            "codes.54.1",
            "Side(54): code 1 is called Buy in A, Bid in B",
        ),
        (
            "[messages.UX]\nname = \"Status\"\nadd = [\"Side\"]",
            ChangeKind::MessageAdded,
            "messages.UX",
            "Status(35=UX) is only in B",
        ),
        (
            "[messages.D]\nname = \"Order\"",
            ChangeKind::MessageRenamed,
            "messages.D",
            "message D is called NewOrderSingle in A, Order in B",
        ),
        (
            "[messages.D]\nadd = [\"TestReqID\"]",
            ChangeKind::MemberAdded,
            "messages.D.112",
            "NewOrderSingle(35=D): TestReqID(112) is only in B",
        ),
        (
            "[messages.D]\nremove = [\"Price\"]",
            ChangeKind::MemberRemoved,
            "messages.D.44",
            "NewOrderSingle(35=D): Price(44) is only in A",
        ),
        (
            "[messages.D]\nrequire = [\"Price\"]",
            ChangeKind::PresenceChanged,
            "messages.D.44",
            "NewOrderSingle(35=D): Price(44) is optional in A, required in B",
        ),
        (
            "[components.New]\nmembers = [\"Side\"]",
            ChangeKind::ComponentAdded,
            "components.New",
            "component New is only in B",
        ),
        (
            "[components.Instrument]\noptional = [\"Symbol\"]",
            ChangeKind::PresenceChanged,
            "components.Instrument.55",
            "component Instrument: Symbol(55) is required in A, optional in B",
        ),
        (
            "[groups.Parties]\nadd = [\"Side\"]",
            ChangeKind::MemberAdded,
            "groups.Parties.54",
            "group Parties: Side(54) is only in B",
        ),
        (
            "[groups.Parties]\ncount = 95",
            ChangeKind::GroupRecounted,
            "groups.Parties",
            "group Parties is counted by NoPartyIDs(453) in A, RawDataLength(95) in B",
        ),
        (
            "[trailer]\nadd = [\"Side\"]",
            ChangeKind::MemberAdded,
            "trailer.54",
            "StandardTrailer: Side(54) is only in B",
        ),
    ] {
        let changes = diff(&base(), &changed(layer), DiffOptions::default());
        let shared_code = path.starts_with("codes.54.");
        let change = changes.first().unwrap_or_else(|| panic!("{layer}"));
        assert_eq!((change.kind, change.path.as_str(), change.text.as_str()), (kind, path, sentence));
        assert!(changes.len() == 1 || shared_code, "{:?}", said(&changes));
    }
}

#[test]
fn the_other_way_round_added_is_removed() {
    let other = changed("[fields.5001]\nname = \"Desk\"\ntype = \"String\"\n[messages.D]\nadd = [\"Desk\"]");
    let wanted = ["Desk(5001) is only in A", "NewOrderSingle(35=D): Desk(5001) is only in A"];
    assert_eq!(said(&diff(&other, &base(), DiffOptions::default())), wanted);
}

#[test]
fn a_member_that_stands_elsewhere_is_told_alone() {
    let mut other = base();
    let order = &mut other.messages[1].members;
    let price = order.remove(5);
    order.insert(0, price);
    let wanted = ["NewOrderSingle(35=D): Price(44) stands after TransactTime(60) in A, first in B"];
    assert_eq!(said(&diff(&base(), &other, DiffOptions::default())), wanted);
}

#[test]
fn expanded_a_component_is_its_members_and_a_group_its_count_field() {
    let mut other = base();
    for name in ["Instrument", "Parties"] {
        other.components.retain(|one| one.name != name);
    }
    other.groups[0].name = "NoPartyIDs".to_owned();
    other.groups[0].members[0].presence = fixplus_dictionary::model::Presence::Required;
    let flat = vec![
        house::must(house::field(11)),
        house::may(house::group("NoPartyIDs")),
        house::may(house::field(55)),
        house::may(house::field(22)),
    ];
    other.messages[1].members.splice(0..3, flat);
    other.code_sets[0].codes[0].name = "BUY".to_owned();
    let wanted = ["NewOrderSingle(35=D): PartyID(448) in NoPartyIDs(453) is optional in A, required in B"];
    let changes = diff(&base(), &other, EXPANDED);
    assert_eq!(said(&changes), wanted);
    assert_eq!(changes[0].path, "messages.D.453.448");
    assert!(diff(&base(), &other, DiffOptions::default()).len() > 1);
}

#[test]
fn a_dictionary_that_holds_itself_is_compared_in_part() {
    let mut endless = base();
    endless.components[0].members.push(house::may(house::component("Instrument")));
    let changes = diff(&endless, &endless, EXPANDED);
    assert!(changes.iter().all(|change| change.kind == ChangeKind::TooLarge) && !changes.is_empty());
}

#[test]
fn what_quickfix_lacks_of_orchestra_in_fix44_is_found() {
    let Ok(folder) = std::env::var("FIXPLUS_SHARED") else {
        println!("not run: FIXPLUS_SHARED does not name the folder with the dictionaries");
        return;
    };
    let model = |name: &str| {
        let path = std::path::PathBuf::from(&folder).join("dictionaries").join(name);
        fixplus_dictionary::read::dictionary(&std::fs::read(path).unwrap(), name).unwrap().model
    };
    let changes = diff(&model("quickfix/FIX44.xml"), &model("orchestra/OrchestraFIX44.xml"), EXPANDED);
    let paths = |kind| -> Vec<&str> {
        changes.iter().filter(|change| change.kind == kind).map(|change| change.path.as_str()).collect()
    };
    assert_eq!(paths(ChangeKind::MemberAdded), ["messages.s.552.586", "messages.t.552.586", "messages.AE.552.635"]);
    assert_eq!(paths(ChangeKind::MemberRemoved), Vec::<&str>::new());
    assert_eq!(paths(ChangeKind::MemberMoved), Vec::<&str>::new());
    assert_eq!(
        paths(ChangeKind::CodesOpened).len(),
        29,
        "coded fields of Orchestra that QuickFIX leaves without codes"
    );
}
