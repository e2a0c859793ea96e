//! Rules on the sample dictionary. SOH is written `|`.

use super::*;
use crate::sample::{dictionary, wire};
use crate::violation::Violation;

fn check(rules: &Rules, body: &str) -> Vec<Violation> {
    let dictionary = dictionary();
    let (frame, fields) = wire(&format!("8=FIX.4.4|9=0|35=D|{body}10=000|"));
    let mut found = Vec::new();
    dictionary.check_rules(&rules.bind(&dictionary), &frame, &fields, &mut found);
    found
}

#[test]
fn a_limit_order_needs_a_price() {
    let rules = Rules::bundled().unwrap();
    let found = check(&rules, "40=2|54=1|");
    let [violation] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(violation.sentence, "Price(44) is required because OrdType(40) is '2' (Limit)");
    assert_eq!(violation.wire_text, "Conditionally Required Field Missing (44)");
    assert_eq!(violation.reason.business_reject_reason(), Some(5));
    assert_eq!(violation.reason.session_reject_reason(), None);
    assert_eq!(violation.ref_tag, Some(44));
    assert!(check(&rules, "40=2|44=1|").is_empty());
    assert!(check(&rules, "40=1|").is_empty());
}

#[test]
fn a_users_rules_are_added_and_hold_in_groups() {
    let text = r#"
        [[rule]]
        when = ["PartyRole=4", "!PartyIDSource"]
        require_any = ["NoPartySubIDs(802)", "447"]
        messages = "D"
        reason = "other"
    "#;
    let rules = Rules::bundled().unwrap().with(Rules::parse(text).unwrap());
    let found = check(&rules, "453=2|448=a|452=1|448=b|452=4|");
    let [violation] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(violation.path, "NoPartyIDs[1]");
    assert_eq!(violation.reason.session_reject_reason(), Some(99));
    assert_eq!(violation.wire_text, "Other");
    assert_eq!(
        violation.sentence,
        "NoPartySubIDs(802) or PartyIDSource(447) is required because PartyRole(452) is '4' (ClearingFirm) and PartyIDSource(447) is not there"
    );
    assert!(check(&rules, "453=1|448=b|452=4|802=0|").is_empty());
}

#[test]
fn a_field_anywhere_asks_something_of_the_message_beside_its_other_terms() {
    let text = r#"
        [[rule]]
        when = "OrdType=2"
        when_any = ["Raw*", "PartySubID"]
        require = "Price"
        messages = "*"
    "#;
    let rules = Rules::parse(text).unwrap();
    let sentence = |body: &str| check(&rules, body).into_iter().map(|found| found.sentence).collect::<Vec<_>>();
    assert_eq!(
        sentence("40=2|453=1|448=a|802=1|523=x|"),
        ["Price(44) is required because OrdType(40) is '2' (Limit) and PartySubID(523) is there"]
    );
    for body in ["40=2|", "40=1|453=1|448=a|802=1|523=x|", "40=2|44=1|453=1|448=a|802=1|523=x|"] {
        assert!(sentence(body).is_empty(), "{body}");
    }
}

#[test]
fn a_rule_about_what_no_dictionary_has_is_a_mistake() {
    let dictionary = dictionary();
    for (text, expected) in [
        ("require='44'\nmessages='D'", ""),
        ("require='DeskID'\nmessages='D'", ""),
        ("when_any='Raw*'\nrequire='44'\nmessages='*'", ""),
        ("when_any='Text*'\nrequire='44'\nmessages='*'", "rule 1: no dictionary has the field Text*"),
        // Of other versions: the rule waits for their messages.
        ("require='MDEntryPx'\nmessages='W'", ""),
        ("require='Prise'\nmessages='D'", "rule 1: no dictionary has the field Prise; did you mean Price?"),
        ("when='77777=1'\nrequire='44'\nmessages='D'", "rule 1: no dictionary has the field 77777"),
        (
            "require='44'\nmessages=['D', 'NewOrderSingle']",
            "rule 1: no dictionary has the value of MsgType(35) NewOrderSingle; that of NewOrderSingle is D",
        ),
    ] {
        let found = Rules::parse(&format!("[[rule]]\n{text}\n")).unwrap().check_names(&dictionary);
        assert_eq!(found.map_or_else(|error| error.to_string(), |()| String::new()), expected, "{text}");
    }
}

#[test]
fn a_faulty_rule_file_says_where() {
    for (text, expected) in [
        ("[[rule]]\nwhen='Raw*'\nrequire='A'\nmessages='D'\n", "rule 1: 'Raw*' cannot be read as a field or term"),
        ("[[rule]]\nwhen_any='9*'\nrequire='A'\nmessages='D'\n", "rule 1: '9*' cannot be read as a field or term"),
        ("\n[[rule", "the rule file is no TOML: line 2: "),
        ("[[rules]]\n", "rules is no key of a rule file; did you mean rule?"),
        ("[[rule]]\nwhen='A'\nrequired='B'\n", "rule 1: required is no key of it; did you mean require?"),
        ("[[rule]]\nwhen='A'\nmessages='D'\n", "rule 1: require must be given, or else require_any"),
        ("", "the rule file has no rule: each begins with [[rule]]"),
        ("# nothing\n", "the rule file has no rule"),
        ("rule = []\n", "the rule file has no rule"),
        ("[rule]\nrequire='A'\n", "the rules must be a list of tables"),
        ("rule = [1]\n", "the rules must be a list of tables"),
        ("[[rule]]\nrequire=[]\nmessages='D'\n", "rule 1: require must be the name of a field, or more"),
        ("[[rule]]\nrequire='A'\n", "rule 1: messages must be a list of values of MsgType(35)"),
        ("[[rule]]\nrequire=1\nmessages='D'\n", "rule 1: require must be a text or a list of texts"),
        ("[[rule]]\nrequire='A B'\nmessages='D'\n", "rule 1: 'A B' cannot be read as a field or term"),
        ("[[rule]]\nrequire='Price(x)'\nmessages='D'\n", "rule 1: 'Price(x)' cannot be read as a field or term"),
        ("[[rule]]\nrequire='A'\nmessages='D'\nreason='x'\n", "rule 1: reason must be 'conditional' or 'other'"),
    ] {
        let error = Rules::parse(text).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{text}: {error}");
    }
}
