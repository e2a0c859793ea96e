"""Finding, reading and layering dictionaries, and asking them."""

import pickle
from pathlib import Path

import pytest

import pyfixmsg_plus as fix
from pyfixmsg_plus.dictionary import loading

VENUE = """
version = "FIX.4.4-VENUE"
[fields.5001]
name = "VenueOrderType"
type = "char"
codes = { A = "Auction", C = "Continuous" }
[messages.D]
add = [{ field = "VenueOrderType", required = true, after = "Side" }]
forbid = ["MinQty"]
"""
QUICKFIX = """<fix type='FIX' major='4' minor='4' servicepack='0'>
<header><field name='BeginString' required='Y'/><field name='BodyLength' required='Y'/>
<field name='MsgType' required='Y'/></header>
<messages><message name='Order' msgtype='U1' msgcat='app'><field name='ClOrdID' required='Y'/></message></messages>
<trailer><field name='CheckSum' required='Y'/></trailer><components/>
<fields><field number='8' name='BeginString' type='STRING'/><field number='9' name='BodyLength' type='LENGTH'/>
<field number='35' name='MsgType' type='STRING'/><field number='10' name='CheckSum' type='STRING'/>
<field number='11' name='ClOrdID' type='STRING'/></fields></fix>"""


@pytest.mark.parametrize(("version", "messages", "fields"), [
    ("FIX.4.0", 27, 138), ("FIX.4.1", 28, 206), ("FIX.4.2", 46, 405), ("FIX.4.3", 68, 635), ("FIX.4.4", 93, 912),
    ("FIX.5.0SP2", 116, None), ("FIXT.1.1", 8, 92),
])  # fmt: skip
def test_the_bundled_versions_have_the_counts_of_the_standard(version: str, messages: int, fields: int | None) -> None:
    dictionary = fix.load_dictionary(version)
    assert len(dictionary.messages()) == messages
    if fields is not None:
        assert len(dictionary.fields()) == fields
    assert dictionary.sources
    assert version in repr(dictionary)
    assert fix.load_dictionary(version) == dictionary
    assert hash(fix.load_dictionary(version)) == hash(dictionary)


def test_an_unknown_version_is_told_which_are_known() -> None:
    with pytest.raises(fix.DictionaryError, match=r"FIX\.5\.0SP2"):
        fix.load_dictionary("FIX50SP2")


def test_a_file_that_is_not_there_is_an_error_of_the_world() -> None:
    with pytest.raises(FileNotFoundError):
        fix.load_dictionary("no_such_file.xml")
    with pytest.raises(FileNotFoundError):
        fix.load_dictionary(Path("no_such_file"))


def test_a_file_is_read_and_pickled(tmp_path: Path) -> None:
    path = tmp_path / "venue.xml"
    path.write_text(QUICKFIX)
    dictionary = fix.load_dictionary(path)
    assert dictionary == fix.load_dictionary(str(path))
    assert dictionary.message("U1").name == "Order"
    assert pickle.loads(pickle.dumps(dictionary)) == dictionary
    again = fix.Dictionary.read(dictionary.to_orchestra().encode(), "again.xml")
    assert again.message("Order").msg_type == "U1"
    message = fix.Message({8: "FIX.4.4", 35: "U1", "ClOrdID": "A"}, dictionary=dictionary)
    assert dictionary.validate(message) == []
    assert pickle.loads(pickle.dumps(message)).dictionary == dictionary


def test_every_fault_of_a_file_names_line_element_and_name() -> None:
    broken = QUICKFIX.replace("<field number='11' name='ClOrdID' type='STRING'/>", "")
    with pytest.raises(fix.DictionaryError) as caught:
        fix.Dictionary.read(broken.encode(), "venue.xml")
    (fault,) = caught.value.faults
    assert (fault.file, fault.line, fault.element, fault.name) == ("venue.xml", 4, "field", "ClOrdID")
    assert fault.text in str(caught.value)


@pytest.mark.parametrize("xml", [
    b"", b"<fix", b"text", b"<other/>", b"<!DOCTYPE a [<!ENTITY x 'y'>]><fix>&x;</fix>",
    b"<a>" * 2000 + b"</a>" * 2000, b"\xff\xfe\x00",
])  # fmt: skip
def test_hostile_files_are_refused(xml: bytes) -> None:
    with pytest.raises(fix.DictionaryError):
        fix.Dictionary.read(xml, "hostile.xml")


def test_a_file_larger_than_a_dictionary_can_be_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "_LARGEST", 10)
    path = tmp_path / "large.xml"
    path.write_text(QUICKFIX)
    with pytest.raises(fix.DictionaryError, match="larger than a dictionary can be"):
        fix.load_dictionary(path)


def test_a_transport_gives_a_file_its_header(tmp_path: Path) -> None:
    path = tmp_path / "app.xml"
    text = QUICKFIX.replace("major='4' minor='4'", "major='5' minor='0'")
    start, end = text.index("<header>"), text.index("<messages>")
    bare = text[:start] + "<header/>" + text[end:]
    path.write_text(bare.replace("<field name='CheckSum' required='Y'/></trailer>", "</trailer>"))
    for transport in (None, "FIXT.1.1", fix.load_dictionary("FIXT.1.1")):
        dictionary = fix.load_dictionary(path, transport=transport)
        assert dictionary.transport_version == "FIXT.1.1"
        assert dictionary.message("A").is_session


def test_layers_are_laid_one_over_the_other(tmp_path: Path) -> None:
    venue, house = tmp_path / "venue.toml", tmp_path / "house.toml"
    venue.write_text(VENUE)
    house.write_text('[messages.D]\noptional = ["VenueOrderType"]\n')
    dictionary = fix.load_dictionary("FIX.4.4", venue)
    assert dictionary.version == "FIX.4.4-VENUE"
    assert dictionary.code_name("VenueOrderType", "A") == "Auction"
    assert dictionary.code_value(5001, "Continuous") == "C"
    assert dictionary != fix.load_dictionary("FIX.4.4")
    order = fix.Message({8: "FIX.4.4", 35: "D", "ClOrdID": "A"}, dictionary=dictionary)
    assert any(fault.ref_tag_id == 5001 for fault in dictionary.validate(order))
    loose = fix.load_dictionary("FIX.4.4", str(venue), house)
    assert not any(fault.ref_tag_id == 5001 for fault in loose.validate(order))
    changes = fix.load_dictionary("FIX.4.4").diff(dictionary)
    assert any("VenueOrderType" in change[4] for change in changes)
    assert fix.load_dictionary("FIX.4.4").diff(dictionary, expanded=True)
    quickfix = QUICKFIX.replace("ClOrdID", "HouseRef").replace("number='11'", "number='6001'")
    layered = dictionary.with_layer(quickfix.encode(), "small.xml")
    assert layered.field(6001).name == "HouseRef"


@pytest.mark.parametrize(
    "layer",
    [
        b"[messages.D]\nrequire = ['Pryce']",
        b"[mesages.D]",
        b"\xff",
        b"<fix",
        b"[fields.5001]",
        b"",
        b"# to come",
        b"<fix major='4' minor='4'/>",
    ],
)
def test_a_layer_that_means_nothing_is_refused(layer: bytes) -> None:
    with pytest.raises(fix.DictionaryError, match=r"venue\.toml"):
        fix.load_dictionary("FIX.4.4").with_layer(layer, "venue.toml")


ADDED = """<fix type='FIX' major='4' minor='4'><messages><message name='Heartbeat' msgtype='0' msgcat='admin'>
<field name='Account' required='N'/><component name='Instrument' required='N'/></message></messages></fix>"""


def test_an_xml_layer_adds_what_the_base_has_already() -> None:
    base = fix.load_dictionary("FIX.4.4")
    layered = base.with_layer(ADDED.encode(), "venue.xml")
    heartbeat = fix.Message({8: "FIX.4.4", 35: "0", 49: "A", 56: "B", 34: 1, 52: "20260302-14:30:00", 1: "X", 55: "Y"})
    assert layered.validate(heartbeat) == []
    assert {one.ref_tag_id for one in base.validate(heartbeat)} == {1, 55}
    with pytest.raises(fix.DictionaryError, match=r"venue\.xml: line 2: <field> Acount: there is no field Acount"):
        base.with_layer(ADDED.replace("Account", "Acount").encode(), "venue.xml")


@pytest.mark.parametrize("version", ["FIX.4.0", "FIX.4.1", "FIX.4.2", "FIX.4.3", "FIX.4.4", "FIX.5.0SP2"])
def test_a_message_is_found_by_the_name_of_its_version_and_by_the_later_one(version: str) -> None:
    dictionary = fix.load_dictionary(version)
    for known in dictionary.messages():
        assert dictionary.message(known.name) == dictionary.message(known.later_name) == known
    order = dictionary.message("NewOrderSingle")
    assert (order.msg_type, order.later_name) == ("D", "NewOrderSingle")
    message = fix.Message({8: "FIX.4.4", 35: "D"}, dictionary=dictionary)
    assert message.name == "NewOrderSingle"
    assert "35 MsgType = D (NewOrderSingle)" in message.pretty()


@pytest.mark.parametrize(("name", "text"), [
    ("quickfix/COPYRIGHT.xml", "root element is neither <fix> (QuickFIX) nor <repository> (Orchestra)"),
    ("orchestra/examples/SampleInterfaces.xml", "this is an Orchestra interfaces file, it holds no messages"),
])  # fmt: skip
def test_a_file_that_is_no_dictionary_is_refused_and_told_why(shared: Path, name: str, text: str) -> None:
    path = shared / "dictionaries" / name
    with pytest.raises(fix.DictionaryError) as caught:
        fix.load_dictionary(path)
    assert text in str(caught.value)
    (fault,) = caught.value.faults
    assert (fault.file, fault.text) == (str(path), text if "root" not in text else f"the {text}")
    assert fault.line > 0
    assert fault.element
    with pytest.raises(fix.DictionaryError, match=r"no messages|root element"):
        fix.load_dictionary("FIX.4.4", path)


def test_the_deliberately_faulty_file_names_element_and_line(shared: Path) -> None:
    with pytest.raises(fix.DictionaryError) as caught:
        fix.load_dictionary(shared / "dictionaries/orchestra/examples/repositorywitherrors.xml")
    assert len(caught.value.faults) > 1
    assert all(fault.line > 1 and fault.element and fault.text for fault in caught.value.faults)


def test_open_codes_survive_an_orchestra_file() -> None:
    dictionary = fix.load_dictionary("FIX.4.4")
    assert dictionary.field(372).open_codes
    again = fix.Dictionary.read(dictionary.to_orchestra().encode(), "again.xml")
    assert again.field(372) == dictionary.field(372)
    reject = fix.Message({8: "FIX.4.4", 35: "3", 49: "A", 56: "B", 34: 1, 52: "20260302-14:30:00", 45: 1, 372: "U99"})
    assert again.validate(reject) == []


@pytest.mark.parametrize(("rules", "text"), [
    (b"", "the rule file has no rule"),
    (b"# rules to come\n", "the rule file has no rule"),
    (b"rule = []", "the rule file has no rule"),
    (b"[rule]\nrequire = ['Price']\nmessages = ['D']", "the rules must be a list of tables"),
    (b"[[rule]]\nrequire = []\nmessages = ['D']", "rule 1: require must be the name of a field"),
    (b"[[rule]]\nrequire = ['Pryce']\nmessages = ['D']", r"no dictionary has the field Pryce; did you mean Price\?"),
    (b"[[rule]]\nrequire = ['Price']\nmessages = ['NewOrderSingle']", "that of NewOrderSingle is D"),
])  # fmt: skip
def test_rules_that_would_do_nothing_are_refused(rules: bytes, text: str) -> None:
    with pytest.raises(fix.DictionaryError, match=text):
        fix.load_dictionary("FIX.4.4").with_rules(rules, "own.toml")


def bundled_rule() -> bytes:
    return (Path(__file__).parents[3] / "crates/dictionary/data/rules.toml").read_bytes()


def test_rules_of_a_user_are_kept_through_layers_and_pickling() -> None:
    base = fix.load_dictionary("FIX.4.4")
    ruled = base.with_rules(bundled_rule(), "own.toml")
    assert ruled != base
    assert ruled == base.with_rules(bundled_rule(), "own.toml")
    order = fix.Message({8: "FIX.4.4", 35: "D", 11: "A", 55: "I", 54: "1", 40: "2", 38: 1, 60: "20260302-14:30:01"})
    price = [len([one for one in dictionary.validate(order) if one.ref_tag_id == 44]) for dictionary in (
        base, ruled, ruled.with_rules(bundled_rule(), "more.toml"), pickle.loads(pickle.dumps(ruled)),
        ruled.with_layer(VENUE.encode(), "venue.toml"))]  # fmt: skip
    assert price == [1, 2, 3, 2, 2]
    for wrong in (b"\xff", b"[rule", b"[[rule]]\nnothing = 1"):
        with pytest.raises(fix.DictionaryError, match=r"own\.toml"):
            base.with_rules(wrong, "own.toml")


def test_a_dictionary_is_asked_for_what_it_knows() -> None:
    dictionary = fix.load_dictionary("FIX.5.0SP2")
    side = dictionary.field("Side")
    assert side == dictionary.field(54)
    assert (side.name, side.datatype, side.codes[0].value, side.codes[0].name) == ("Side", "char", "1", "Buy")
    assert "Side(54)" in repr(side)
    assert "Buy" in repr(side.codes[0])
    assert side.codes[0] != side.codes[1]
    order = dictionary.message("NewOrderSingle")
    assert order == dictionary.message("D")
    assert (order.msg_type, order.kind, order.is_session) == ("D", "message", False)
    assert "35=D" in repr(order)
    assert order.members[0].name
    assert repr(order.members[0])
    assert order.members[0] == order.members[0]
    parties = dictionary.group("NoPartyIDs")
    assert parties.count_tag == 453
    assert "453" in repr(parties)
    assert dictionary.group(parties.name) == parties
    assert dictionary.component("Instrument") in dictionary.components()
    assert parties in dictionary.groups()
    assert repr(dictionary.component("Instrument"))
    assert [member.name for member in dictionary.header.members][:3] == ["BeginString", "BodyLength", "MsgType"]
    assert dictionary.trailer.members[-1].name == "CheckSum"
    assert dictionary.field("RawData").length_tag == 95
    assert dictionary.code_name(54, "Z?") is None
    assert dictionary.search("settlement")
    assert dictionary.extension_pack == 97
    assert dictionary.notes == []


@pytest.mark.parametrize("ask", ["field", "message", "component", "group"])
def test_what_a_dictionary_does_not_know_it_names(ask: str) -> None:
    with pytest.raises(KeyError, match="Nuthing"):
        getattr(fix.load_dictionary("FIX.4.4"), ask)("Nuthing")
    with pytest.raises(KeyError, match="has no field 99999"):
        fix.load_dictionary("FIX.4.4").field(99999)
    with pytest.raises(TypeError):
        fix.load_dictionary("FIX.4.4").field(1.5)  # type: ignore[arg-type]


@pytest.mark.parametrize("version", ["FIX.4.0", "FIX.4.2", "FIX.4.4", "FIX.5.0SP2"])
def test_exports_read_back_as_what_they_were(version: str) -> None:
    dictionary = fix.load_dictionary(version)
    for written in (dictionary.to_quickfix(), dictionary.to_orchestra()):
        again = fix.Dictionary.read(written.encode(), "again.xml")
        assert {one.msg_type for one in again.messages()} == {one.msg_type for one in dictionary.messages()}
