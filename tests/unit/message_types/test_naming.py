"""The standard's names in Python: a rule without exceptions, unique in every class of every version."""

from importlib import import_module

import pytest

from pyfixmsg_plus.message_types import TypedMessage, naming
from pyfixmsg_plus.message_types.layout import Layout
from pyfixmsg_plus.message_types.versions import MODULES


def layouts() -> list[Layout]:
    return [import_module(f"pyfixmsg_plus.message_types.{module}").library.layout for module in MODULES]


@pytest.mark.parametrize(
    ("name", "attribute"),
    [
        ("ClOrdID", "cl_ord_id"),
        ("Symbol", "symbol"),
        ("MDEntryPx", "md_entry_px"),
        ("SecurityXMLLen", "security_xml_len"),
        ("IOIID", "ioi_id"),
        ("IOIid", "ioi_id"),
        ("LegIOIQty", "leg_ioi_qty"),
        ("SettlDate2", "settl_date2"),
        ("Nested2PartyID", "nested2_party_id"),
        ("DerivativeInstrumentPartySubIDsGrp", "derivative_instrument_party_sub_ids_grp"),
        ("SideTrdRegTS", "side_trd_reg_ts"),
        ("Yield", "yield_"),
    ],
)
def test_a_field_is_written_in_pythons_case(name: str, attribute: str) -> None:
    assert naming.attribute(name) == attribute


@pytest.mark.parametrize(
    ("count_field", "attribute"),
    [
        ("NoPartyIDs", "party_ids"),
        ("NoMDEntries", "md_entries"),
        ("NoLegs", "legs"),
        ("LinesOfText", "lines_of_text"),
        ("NoSideTrdRegTS", "side_trd_reg_ts"),
    ],
)
def test_a_group_is_named_by_its_count_field(count_field: str, attribute: str) -> None:
    assert naming.entries_attribute(count_field) == attribute


@pytest.mark.parametrize(
    ("name", "count_field", "expected"),
    [
        ("Parties", "NoPartyIDs", "Parties"),
        ("NotAffectedOrdersGrp", "NoNotAffectedOrders", "NotAffectedOrdersGrp"),
        ("NoOrders", "NoOrders", "OrdersGrp"),
        ("NoOrders.ListStatus", "NoOrders", "ListStatusOrdersGrp"),
        ("NoQuoteEntries.NoQuoteSets.MassQuote", "NoQuoteEntries", "MassQuoteQuoteEntriesGrp"),
    ],
)
def test_entries_have_the_name_of_their_group(name: str, count_field: str, expected: str) -> None:
    assert naming.group_class(name, count_field) == expected


@pytest.mark.parametrize(
    ("code", "member"),
    [
        ("BuyMinus", "BUY_MINUS"),
        ("BUY_MINUS", "BUY_MINUS"),
        ("ISO2022JP", "ISO2022_JP"),
        ("CSDParticipantMemberCode", "CSD_PARTICIPANT_MEMBER_CODE"),
        ("2Days", "N2_DAYS"),
        ("A-B", "A_B"),
    ],
)
def test_a_code_is_written_in_capitals(code: str, member: str) -> None:
    assert naming.code_name(code) == member


def test_every_name_is_one_that_python_takes_and_is_unique() -> None:
    taken = {name for name in dir(TypedMessage) if not name.startswith("_")}
    for layout in layouts():
        assert not set(layout.names) & set(layout.enums)
        assert not set(layout.aliases) & {*layout.names, *layout.enums, "Tag"}
        assert all(name.isidentifier() and name not in {"Tag", "library"} for name in (*layout.names, *layout.enums))
        for name in layout.names:
            attributes = layout.attributes(name)
            assert not {known.name for known in attributes} & taken, name
            assert all(known.name.isidentifier() for known in attributes)
            # A tag has one attribute, and an attribute one tag.
            tags = [known.tag for known in attributes if known.tag]
            assert len(set(tags)) == len(tags), name
        for enum in layout.enums:
            members = [member for member, _ in layout.codes(enum)]
            assert len(set(members)) == len(members)
            assert all(member.isidentifier() and not member.startswith("_") for member in members), enum


def test_no_attribute_hides_another() -> None:
    for layout in layouts():
        for name in layout.names:
            structure = layout.structure(name)
            declared = [known.name for part in parts(layout, name) for known in layout.structure(part).own]
            assert len(set(declared)) == len(declared), (layout.dictionary.version, structure.name)


def parts(layout: Layout, name: str) -> list[str]:
    """A class and the components that it has, those of components among them."""
    return [name, *(inner for base in layout.structure(name).bases for inner in parts(layout, base))]


def test_a_group_has_the_same_attribute_in_every_version() -> None:
    found: dict[int, set[str]] = {}
    for layout in layouts():
        for name in layout.names:
            for known in layout.attributes(name):
                if known.kind == "group":
                    found.setdefault(known.tag, set()).add(known.name)
    assert {tag: names for tag, names in found.items() if len(names) > 1} == {}


def test_a_code_whose_name_is_given_twice_has_its_value_behind_it() -> None:
    layout = next(known for known in layouts() if known.dictionary.version == "FIX.5.0")
    assert {"CALL_AUCTION", "CALL_AUCTION_7"} <= dict(layout.codes("MatchType")).keys()


def test_a_name_that_is_like_no_other_gets_no_hint() -> None:
    assert naming.nearest("xyzzy", ["symbol", "side"]) == ""
