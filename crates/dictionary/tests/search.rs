//! A search ranks what is called so before what begins so, and that before what holds it.

#![allow(clippy::unwrap_used)]

mod house;

use fixplus_dictionary::search::{Hit, HitKind, search};
use house::base;

fn found(text: &str) -> Vec<String> {
    let told = |hit: Hit| match hit.kind {
        HitKind::Code => format!("{}={} of {:?}", hit.value.unwrap_or_default(), hit.name, hit.fields),
        HitKind::Field | HitKind::Group => format!("{}({})", hit.name, hit.tag.unwrap_or_default()),
        HitKind::Message => format!("{}(35={})", hit.name, hit.value.unwrap_or_default()),
        HitKind::Component => hit.name,
    };
    search(&base(), text).into_iter().map(told).collect()
}

#[test]
fn the_best_fit_comes_first() {
    for (text, hits) in [
        ("54", vec!["Side(54)"]),
        ("0", vec!["Heartbeat(35=0)"]),
        ("partyid", vec!["PartyID(448)", "PartyIDSource(447)", "NoPartyIDs(453)"]),
        (" Side ", vec!["Side(54)", "LegSide(624)"]),
        ("9", vec!["9=Cross of [54, 624]"]),
        ("instr", vec!["Instrument", "BeginString(8)"]),
        ("part", vec!["PartyIDSource(447)", "PartyID(448)", "Parties(453)", "NoPartyIDs(453)"]),
        ("nothing", vec![]),
        ("  ", vec![]),
    ] {
        assert_eq!(found(text), hits, "{text}");
    }
    assert_eq!(found("D").first().map(String::as_str), Some("NewOrderSingle(35=D)"));
}

#[test]
fn a_message_that_was_renamed_is_found_by_its_later_name() {
    let model = fixplus_dictionary::bundled::model("FIX.4.2").unwrap();
    let names = |text: &str| -> Vec<String> { search(model, text).into_iter().map(|hit| hit.name).collect() };
    assert_eq!(names("NewOrderSingle")[0], "OrderSingle");
    assert_eq!(names("OrderSingle")[0], "OrderSingle");
    assert_eq!(names("neworderl")[0], "OrderList");
}
