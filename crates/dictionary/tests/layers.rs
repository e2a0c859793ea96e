//! A layer adds, changes and removes, and says what is wrong with it.

#![allow(clippy::unwrap_used, clippy::panic)]

mod house;

use fixplus_dictionary::layers::{Overlay, apply, apply_all};
use fixplus_dictionary::model::{Code, CodeSet, Field, Group, Member, Message, Model, Presence};
use fixplus_dictionary::overlay_toml;
use house::{base, component, field, group, may, must};

fn laid(text: &str) -> Model {
    match overlay_toml::read("venue.toml", text).and_then(|layer| apply(&base(), &layer)) {
        Ok(model) => model,
        Err(errors) => panic!("{errors}"),
    }
}

fn refused(text: &str) -> String {
    match overlay_toml::read("venue.toml", text).and_then(|layer| apply(&base(), &layer)) {
        Ok(_) => panic!("accepted"),
        Err(errors) => errors.to_string(),
    }
}

fn order(model: &Model) -> &[Member] {
    &model.message("D").unwrap().members
}

fn codes(model: &Model, tag: u32) -> String {
    let set = model.code_set(model.fields[&tag].code_set.as_ref().unwrap()).unwrap();
    set.codes.iter().map(|code| format!("{}={} ", code.value, code.name)).collect()
}

#[test]
fn a_layer_adds_a_field_with_codes_and_puts_it_into_a_message() {
    let model = laid(
        r#"
        version = "FIX.4.4-VENUE"
        [fields.5001]
        name = "VenueOrderType"
        type = "char"
        codes = { C = "Continuous", A = "Auction" }
        [messages.D]
        add = [{ field = "VenueOrderType", required = true, after = "Side" }]
        "#,
    );
    assert_eq!(model.version, "FIX.4.4-VENUE");
    assert_eq!(model.fields[&5001].code_set.as_deref(), Some("VenueOrderTypeCodeSet"));
    assert_eq!(codes(&model, 5001), "C=Continuous A=Auction ");
    assert_eq!(order(&model)[4], must(field(5001)));
}

#[test]
fn a_layer_removes_and_changes_members() {
    let model = laid(
        r#"
        [messages.NewOrderSingle]
        remove = ["Parties", "Price"]
        require = ["TransactTime", "Instrument"]
        optional = ["ClOrdID", 54]
        forbid = ["RawData"]
        [header]
        add = ["ClOrdID"]
        "#,
    );
    let forbidden = Member { kind: field(96), presence: Presence::Forbidden };
    let wanted =
        [may(field(11)), must(component("Instrument")), may(field(54)), must(field(60)), may(field(95)), forbidden];
    assert_eq!(order(&model), wanted);
    assert_eq!(model.header, [must(field(8)), must(field(35)), may(field(11))]);
}

#[test]
fn a_member_inside_a_component_is_changed_for_one_message_alone() {
    let model = laid("[messages.D]\nrequire = [\"SecurityIDSource\"]");
    assert_eq!(order(&model)[1..5], [may(group("Parties")), may(field(55)), must(field(22)), must(field(54))]);
    assert_eq!(model.components, base().components);
}

#[test]
fn a_layer_adds_a_message_with_a_component_and_a_group() {
    let model = laid(
        r#"
        [messages.UX]
        name = "VenueStatus"
        category = "Orders"
        add = [{ group = "Desks" }, { component = "Book", required = true }]
        [groups.Desks]
        count = "NoDesks"
        members = [{ field = "DeskID", required = true }, { group = "Parties" }]
        [components.Book]
        members = ["Symbol", { field = 44, constant = "0" }]
        [fields]
        5002 = { name = "NoDesks", type = "NumInGroup" }
        5003 = { name = "DeskID", type = "String" }
        "#,
    );
    let added = model.message("UX").unwrap();
    let wanted = Message {
        name: "VenueStatus".to_owned(),
        msg_type: "UX".to_owned(),
        category: Some("Orders".to_owned()),
        members: vec![may(group("Desks")), must(component("Book"))],
    };
    assert_eq!(*added, wanted);
    let desks = model.group("Desks").unwrap();
    assert_eq!(
        (desks.count_tag, desks.members.as_slice()),
        (5002, [must(field(5003)), may(group("Parties"))].as_slice())
    );
    let constant = Member { kind: field(44), presence: Presence::Constant("0".to_owned()) };
    assert_eq!(model.component("Book").unwrap().members, [may(field(55)), constant]);
}

#[test]
fn codes_change_for_one_field_or_for_all_that_share_them() {
    let one = laid("[codes.Side]\nadd = { Z = \"Hidden\", 1 = \"Bid\" }\nremove = [9]");
    assert_eq!(codes(&one, 54), "1=Bid 2=Sell Z=Hidden ");
    assert_eq!(codes(&one, 624), "1=Buy 2=Sell 9=Cross ");
    let all = laid("[codes.SideCodeSet]\nremove = [\"9\"]");
    assert_eq!((codes(&all, 54), codes(&all, 624)), ("1=Buy 2=Sell ".to_owned(), "1=Buy 2=Sell ".to_owned()));
    let own = laid("[fields.LegSide]\ncodes = { B = \"Both\" }");
    assert_eq!((codes(&own, 54), codes(&own, 624)), ("1=Buy 2=Sell 9=Cross ".to_owned(), "B=Both ".to_owned()));
    let new = laid("[codes.PartyIDSource]\nadd = { D = \"Proprietary\" }");
    assert_eq!(codes(&new, 447), "D=Proprietary ");
    let none = laid("[fields.Side]\ncode_set = \"\"");
    assert_eq!(none.fields[&54].code_set, None);
}

#[test]
fn a_layer_retypes_and_renames_a_field() {
    let model = laid("[fields.Side]\nname = \"BuySell\"\ntype = \"String\"\nunion = \"int\"\nopen_codes = true");
    let side = &model.fields[&54];
    assert_eq!((side.name.as_str(), side.datatype.as_str()), ("BuySell", "String"));
    assert_eq!((side.union_datatype.as_deref(), side.open_codes), (Some("int"), true));
    assert_eq!(model.code_set(side.code_set.as_ref().unwrap()).unwrap().datatype, "String");
    assert_eq!(model.code_set("SideCodeSet").unwrap().datatype, "char");
}

#[test]
fn what_is_removed_leaves_every_structure_that_refers_to_it() {
    let model = laid("fields.Symbol.remove = true\ngroups.Parties.remove = true\nmessages.0.remove = true");
    assert_eq!(model.component("Instrument").unwrap().members, [may(field(22))]);
    assert!(model.group("Parties").is_none() && model.message("0").is_none());
    assert!(!order(&model).contains(&may(group("Parties"))));
    let both = laid("fields.95.remove = true\nfields.96.remove = true");
    assert!(!both.fields.contains_key(&95) && !order(&both).contains(&may(field(95))));
}

#[test]
fn faults_name_the_place_the_thing_and_what_was_meant() {
    for (text, says) in [
        ("[mesages.D]", "venue.toml:1: mesages: unknown key mesages; did you mean messages?"),
        (
            "\n[messages.D]\nrequired = []",
            "venue.toml:3: messages.D.required: unknown key required; did you mean require?",
        ),
        ("[messages.D]\nadd = 5", "venue.toml:2: messages.D.add: expected a list, found integer"),
        (
            "[messages.D]\nadd = [{ required = true }]",
            "expected a field, component or group, found a table with none of them",
        ),
        ("version = 4", "venue.toml:1: version: expected a text in quotes, found integer"),
        ("[messages.D\n", "venue.toml:1: "),
        (
            "[messages.D]\nremove = [\n\"Pryce\"]",
            "venue.toml:3: messages.D.remove: NewOrderSingle(35=D) has no member Pryce; did you mean Price?",
        ),
        ("[messages.D]\nrequire = [\"TestReqID\"]", "NewOrderSingle(35=D) has no member TestReqID(112)"),
        (
            "[messages.D]\nrequire = [\"PartyID\"]",
            "NewOrderSingle(35=D) has PartyID(448) only inside group Parties; change it under groups.Parties",
        ),
        (
            "[messages.D]\nadd = [\"Symbol\"]",
            "NewOrderSingle(35=D) already has Symbol(55) through component Instrument",
        ),
        ("[messages.D]\nadd = [\"Side\"]", "NewOrderSingle(35=D) already has Side(54)"),
        (
            "[messages.D]\nadd = [{ component = \"Instrumnt\" }]",
            "there is no component Instrumnt; did you mean Instrument?",
        ),
        (
            "[messages.NewOrderSingel]\nadd = [\"Text\"]",
            "venue.toml:1: messages.NewOrderSingel: message NewOrderSingel is new and needs a name; did you mean NewOrderSingle?",
        ),
        (
            "[components.Instrumnt]\nadd = [\"Text\"]",
            "component Instrumnt is new and needs members; did you mean Instrument?",
        ),
        ("[groups.Desks]\nmembers = [\"Text\"]", "group Desks is new and needs a count field"),
        ("[fields.5001]\nname = \"A\"", "venue.toml:1: fields.5001: field 5001 is new and needs a type"),
        ("[fields.Sidee]\ntype = \"char\"", "there is no field Sidee; did you mean Side?"),
        ("[fields.Side]\ntype = \"chr\"", "there is no datatype chr; did you mean char?"),
        ("[fields.Side]\nname = \"Price\"", "the name Price is already that of Price(44)"),
        (
            "[fields.NoPartyIDs]\nremove = true",
            "venue.toml:2: fields.NoPartyIDs.remove: NoPartyIDs(453) cannot be removed: it counts the entries of group Parties",
        ),
        ("[fields.95]\nremove = true", "RawDataLength(95) cannot be removed: it holds the length of RawData(96)"),
        ("[codes.Side]\nremove = [\"7\"]", "venue.toml:1: codes.Side: Side(54) has no code \"7\""),
        ("[codes.Sied]\nremove = [\"7\"]", "there is no field Sied"),
        ("[components.Instrument]\nremove = [\"Symbol\", 22]", "component Instrument has no members left"),
        (
            "[components.Instrument]\nadd = [{ component = \"Loop\" }]\n[components.Loop]\nmembers = [{ component = \"Instrument\" }]",
            "component Instrument > component Loop > component Instrument is a circle",
        ),
    ] {
        let said = refused(text);
        assert!(said.contains(says), "{text}\nsays:   {said}\nwanted: {says}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
}

#[test]
fn all_faults_are_told_at_once() {
    let said = refused(
        "[messages.D]\nadd = [\"Nothing\", \"Side\"]\nremove = [\"Other\"]\n[fields.5001]\n[codes.Side]\nremove = [7]",
    );
    assert_eq!(said.lines().count(), 5, "{said}");
}

#[test]
fn of_two_layers_the_later_wins() {
    let read = |text| overlay_toml::read("layer", text).unwrap();
    let stack = [read("[messages.D]\nrequire = [\"Price\"]"), read("[messages.D]\noptional = [\"Price\"]")];
    assert!(order(&apply_all(&base(), &stack[..1]).unwrap()).contains(&must(field(44))));
    assert!(order(&apply_all(&base(), &stack).unwrap()).contains(&may(field(44))));
}

#[test]
fn a_dictionary_laid_over_itself_changes_nothing() {
    let laid = apply(&base(), &Overlay::from_model("", &base())).unwrap();
    assert_eq!(laid, base());
}

#[test]
fn a_small_dictionary_file_adds_to_messages_and_replaces_the_rest() {
    let mut small = Model { version: "ignored".to_owned(), ..Model::default() };
    let named = |tag, name: &str, datatype: &str| Field {
        tag,
        name: name.to_owned(),
        datatype: datatype.to_owned(),
        ..Field::default()
    };
    for one in [
        named(54, "Side", "char"),
        named(55, "Symbol", "String"),
        named(5001, "Desk", "String"),
        named(453, "NoPartyIDs", "NumInGroup"),
        named(448, "PartyID", "String"),
    ] {
        small.fields.insert(one.tag, one);
    }
    small.fields.insert(44, Field { code_set: Some("PriceCodeSet".to_owned()), ..named(44, "Price", "int") });
    let zero = Code { value: "0".to_owned(), name: "Zero".to_owned(), deprecated: None };
    small.code_sets = vec![CodeSet { name: "PriceCodeSet".to_owned(), datatype: "int".to_owned(), codes: vec![zero] }];
    small.groups =
        vec![Group { name: "NoPartyIDs".to_owned(), count_tag: 453, category: None, members: vec![may(field(448))] }];
    small.messages = vec![Message {
        name: "NewOrderSingle".to_owned(),
        msg_type: "D".to_owned(),
        category: None,
        members: vec![may(field(54)), may(field(55)), must(field(5001)), must(group("NoPartyIDs"))],
    }];
    let model = apply(&base(), &Overlay::from_model("small.xml", &small)).unwrap();
    assert_eq!(model.version, "FIX.4.4");
    assert_eq!(model.sources, ["layer small.xml"]);
    assert_eq!(model.fields[&54], base().fields[&54], "restated, so its codes stay");
    assert_eq!(model.fields[&44], small.fields[&44]);
    let wanted = [
        must(field(11)),
        must(group("NoPartyIDs")),
        may(component("Instrument")),
        may(field(54)),
        may(field(60)),
        may(field(44)),
        may(field(95)),
        may(field(96)),
        must(field(5001)),
    ];
    assert_eq!(order(&model), wanted, "Symbol(55) is optional through Instrument already");
}

#[test]
fn a_quickfix_file_of_a_few_lines_is_a_layer() {
    let xml = br"<fix type='FIX' major='4' minor='4' servicepack='0'>
        <header/><trailer/>
        <messages><message name='NewOrderSingle' msgtype='D' msgcat='app'>
            <field name='Symbol' required='Y'/><field name='Desk' required='N'/>
        </message></messages>
        <components/>
        <fields><field number='55' name='Symbol' type='STRING'/><field number='5001' name='Desk' type='STRING'/></fields>
        </fix>";
    let small = fixplus_dictionary::read::dictionary(xml, "venue.xml").unwrap().model;
    let model = apply(&base(), &Overlay::from_model("venue.xml", &small)).unwrap();
    assert_eq!(order(&model)[2], must(field(55)), "required here alone, so the component is opened");
    assert_eq!(order(&model).last(), Some(&may(field(5001))));
    assert_eq!(model.message("D").unwrap().category.as_deref(), Some("Orders"));
}

#[test]
fn an_xml_layer_takes_what_it_names_and_does_not_define_from_the_base() {
    let quickfix = r"<fix type='FIX' major='4' minor='4'>
        <header><field name='Price' required='N'/></header>
        <messages><message name='NewOrderSingle' msgtype='D' msgcat='app'>
            <field name='Price' required='Y'/><field name='5001' required='N'/><component name='Instrument' required='Y'/>
            <group name='NoPartyIDs' required='N'><component name='Instrument' required='N'/></group>
        </message></messages>
        <fields><field number='5001' name='Desk' type='STRING'/></fields>
        </fix>";
    let orchestra = r"<fixr:repository xmlns:fixr='http://fixprotocol.io/2020/orchestra/repository' name='V' version='FIX.4.4'>
        <fixr:fields>
            <fixr:field id='5001' name='Desk' type='String'/><fixr:field id='5002' name='OurSide' type='SideCodeSet'/>
        </fixr:fields>
        <fixr:messages><fixr:message name='NewOrderSingle' id='1' msgType='D'><fixr:structure>
            <fixr:componentRef name='StandardHeader'/>
            <fixr:fieldRef id='44' presence='required'/><fixr:fieldRef name='Desk'/><fixr:fieldRef id='5002'/>
            <fixr:componentRef name='Instrument' presence='required'/>
            <fixr:groupRef name='Parties'/>
        </fixr:structure></fixr:message></fixr:messages>
        </fixr:repository>";
    for xml in [quickfix, orchestra] {
        let read = fixplus_dictionary::read::layer(xml.as_bytes(), "venue.xml", &base());
        let small = read.unwrap_or_else(|errors| panic!("{errors}")).model;
        let model = apply(&base(), &Overlay::from_model("venue.xml", &small)).unwrap();
        for wanted in [must(field(44)), may(field(5001)), must(component("Instrument"))] {
            assert!(order(&model).contains(&wanted), "{wanted:?} in {xml}");
        }
        assert_eq!(model.fields[&44], base().fields[&44]);
        assert!(fixplus_dictionary::dictionary::Dictionary::compile(&model, None).is_ok());
        let alone = fixplus_dictionary::read::dictionary(xml.as_bytes(), "venue.xml").unwrap_err().to_string();
        assert!(alone.contains("Instrument"), "{alone}");
    }
    let unknown = quickfix.replace("'Price'", "'Prize'");
    let errors = fixplus_dictionary::read::layer(unknown.as_bytes(), "venue.xml", &base()).unwrap_err().to_string();
    assert!(errors.contains("Prize"), "{errors}");
    for (xml, text) in
        [("<interfaces/>", "interfaces"), ("<copyright/>", "root element"), ("<fix", "not well-formed XML")]
    {
        let errors = fixplus_dictionary::read::layer(xml.as_bytes(), "venue.xml", &base()).unwrap_err().to_string();
        assert!(errors.contains(text), "{errors}");
    }
}
