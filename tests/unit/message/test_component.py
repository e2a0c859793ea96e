"""Components: the fields of one block, seen in the message or entry that holds them."""

import pytest

import pyfixmsg_plus as fix


@pytest.fixture
def order() -> fix.Message:
    return fix.Message(
        {
            8: "FIX.4.4",
            35: "D",
            "ClOrdID": "A1",
            "Symbol": "IBM",
            "SecurityID": "459200101",
            "SecurityIDSource": "1",
            "NoSecurityAltID": [{"SecurityAltID": "IBM.N", "SecurityAltIDSource": "5"}],
            "OrderQty": "100",
            "Side": "1",
        }
    )


def test_a_component_has_the_fields_of_its_block_and_no_others(order: fix.Message) -> None:
    instrument = order.component("Instrument")
    assert (instrument.name, instrument["Symbol"], instrument[48]) == ("Instrument", "IBM", "459200101")
    assert "Symbol" in instrument
    assert "MaturityDate" not in instrument
    assert "Side" not in instrument
    assert set(instrument) == {22, 48, 55, 454}
    assert len(instrument) == 4
    with pytest.raises(KeyError, match=r"Side\(54\) does not belong to the component Instrument"):
        instrument["Side"]


def test_what_is_absent_gives_the_default(order: fix.Message) -> None:
    instrument = order.component("Instrument")
    assert instrument.get("MaturityDate") is None
    assert instrument.get("MaturityDate", "none") == "none"
    assert instrument.get("Symbol") == "IBM"


def test_changes_go_to_the_message(order: fix.Message) -> None:
    instrument = order.component("Instrument")
    instrument["Symbol"] = "MSFT"
    instrument["CFICode"] = "ESXXXX"
    del instrument["SecurityID"]
    assert (order["Symbol"], order["CFICode"], order.get("SecurityID")) == ("MSFT", "ESXXXX", None)
    assert instrument.scope is order


def test_values_and_groups_of_a_component_are_typed(order: fix.Message) -> None:
    assert order.component("OrderQtyData").value("OrderQty") == 100
    (alternative,) = order.component("Instrument").groups("NoSecurityAltID")
    assert alternative["SecurityAltID"] == "IBM.N"


def test_a_component_is_shown_by_name_and_by_tag(order: fix.Message) -> None:
    quantity = order.component("OrderQtyData")
    assert quantity.to_dict() == {"OrderQty": "100"}
    assert quantity.to_dict(names=False) == {38: "100"}
    assert repr(quantity) == "<OrderQtyData {38: '100'}>"


def test_a_component_in_a_component_is_found() -> None:
    report = fix.Message({8: "FIXT.1.1", 1128: "9", 35: "D", "NoEvents": [{"EventType": "1"}], "Symbol": "IBM"})
    dictionary = fix.load_dictionary("FIX.5.0SP2")
    nested = [member.name for member in dictionary.component("Instrument").members if member.kind == "component"]
    assert nested
    inner = report.component("Instrument").component(nested[0])
    assert inner.name == nested[0]
    with pytest.raises(KeyError, match="the component Instrument has no component Parties"):
        report.component("Instrument").component("Parties")


def test_an_entry_of_a_group_has_components() -> None:
    message = fix.Message({8: "FIX.4.4", 35: "AB", "NoLegs": [{"LegSymbol": "IBM", "LegSide": "1"}]})
    (leg,) = message.groups("NoLegs")
    assert leg.component("InstrumentLeg")["LegSymbol"] == "IBM"


def test_an_unknown_component_names_the_nearest(order: fix.Message) -> None:
    with pytest.raises(KeyError, match="did you mean Instrument"):
        order.component("Instrment")


def test_without_a_dictionary_there_are_no_components() -> None:
    with pytest.raises(ValueError, match="without a dictionary"):
        fix.Message({8: "FIX.4.4", 35: "D", 55: "IBM"}, dictionary=False).component("Instrument")
