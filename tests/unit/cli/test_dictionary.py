"""`fixplus dictionary` looks into dictionaries, compares them and writes them out."""

import json
from pathlib import Path

import pytest

import pyfixmsg_plus as fix
from tests.unit.cli.run import run


def test_a_field_is_shown_with_its_codes() -> None:
    lines = run("dictionary", "show", "4.4", "Side").stdout.splitlines()
    assert lines[0].startswith("Side(54)  char, codes SideCodeSet")
    assert lines[1] == "  1  Buy"
    assert run("dictionary", "show", "FIX44", "54").stdout.splitlines() == lines


def test_a_data_field_names_its_length() -> None:
    assert "length in 95" in run("dictionary", "show", "4.4", "RawData").stdout


@pytest.mark.parametrize("what", ["D", "NewOrderSingle", "35=D", "MsgType=D", "35=NewOrderSingle"])
def test_a_message_is_shown_as_a_tree(what: str) -> None:
    lines = run("dictionary", "show", "fix50sp2", what).stdout.splitlines()
    assert lines[0] == "NewOrderSingle  35=D, SingleGeneralOrderHandling, FIX.5.0SP2"
    assert lines[1] == "├─ ClOrdID(11)  String  required"
    assert "│  └─ NoPartySubIDs(802)  group PtysSubGrp" in lines
    assert "│     ├─ PartySubID(523)  String" in lines


def test_a_message_that_was_renamed_is_shown_under_both_names() -> None:
    for what in ("OrderSingle", "NewOrderSingle", "D"):
        assert run("dictionary", "show", "4.2", what).stdout.startswith("OrderSingle  35=D, ")
        assert ", later NewOrderSingle\n" in run("dictionary", "show", "4.2", what).stdout
    assert json.loads(run("dictionary", "show", "4.2", "D", "--json").stdout)["later_name"] == "NewOrderSingle"
    assert "OrderSingle                    SingleGeneralOrderHandling, later NewOrderSingle" in (
        run("dictionary", "show", "4.2").stdout
    )
    assert "OrderSingle" in run("dictionary", "search", "NewOrderSingle", "--dictionary", "4.2").stdout.splitlines()[0]


def test_a_field_whose_codes_are_open_says_so() -> None:
    assert "codes MsgTypeCodeSet, or other values" in run("dictionary", "show", "4.4", "372").stdout


def test_depth_ends_the_tree() -> None:
    assert "PartySubID(523)" not in run("dictionary", "show", "4.4", "D", "--depth", "1").stdout
    assert "PartyID(448)" not in run("dictionary", "show", "4.4", "D", "--depth", "0").stdout


def test_a_group_and_its_count_field_have_one_name_and_are_both_shown() -> None:
    shown = run("dictionary", "show", "4.4", "NoPartyIDs").stdout
    assert "Parties  group counted by NoPartyIDs(453)" in shown
    assert "NoPartyIDs(453)  NumInGroup" in shown


@pytest.mark.parametrize("what", ["StandardHeader", "StandardTrailer", "Instrument", "Parties", "54=1", "Side=Buy"])
def test_whatever_has_a_name_is_shown(what: str) -> None:
    result = run("dictionary", "show", "4.4", what)
    assert result.exit_code == 0
    assert result.stdout


def test_without_a_name_the_messages_are_listed() -> None:
    shown = run("dictionary", "show", "fix50sp2").stdout
    assert shown.startswith("FIX.5.0SP2 on FIXT.1.1, extension pack 97: 116 messages, 1,452 fields, 2,818 codes\n")
    assert "  D    NewOrderSingle" in shown
    data = json.loads(run("dictionary", "show", "4.4", "--json").stdout)
    assert len(data["messages"]) == 93
    assert data["version"] == "FIX.4.4"


def test_what_is_shown_is_data_with_json() -> None:
    field = json.loads(run("dictionary", "show", "4.4", "54", "--json").stdout)
    assert (field["tag"], field["codes"][0]) == (54, {"value": "1", "name": "Buy", "deprecated": None})
    message = json.loads(run("dictionary", "show", "4.4", "D", "--json", "--depth", "1").stdout)
    parties = next(member for member in message["members"] if member["name"] == "Parties")
    assert (parties["kind"], parties["tag"], parties["members"][0]["name"]) == ("group", 453, "PartyID")
    assert [found["kind"] for found in json.loads(run("dictionary", "show", "4.4", "NoPartyIDs", "--json").stdout)] == [
        "group",
        "field",
    ]
    assert json.loads(run("dictionary", "show", "4.4", "54=1", "--json").stdout)["name"] == "Buy"


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("NewOrderSingel", "Near it: NewOrderSingle."),
        ("OrdQty", "Near it: "),
        ("99999", "has nothing of the name '99999'"),
        ("zzzqqq", "`fixplus dictionary search TEXT` looks for parts of names."),
        ("54=x", "It has 1 Buy, 2 Sell"),
        ("55=x", "It has no codes."),
        ("99999=1", "has nothing of the name '99999'"),
        ("35=xyz", "has nothing of the name 'xyz'"),
    ],
)
def test_what_is_not_there_is_told_with_what_is_near(what: str, said: str) -> None:
    result = run("dictionary", "show", "4.4", what)
    assert result.exit_code == 2
    assert said in result.stderr


def test_counts_of_all_versions_stand_in_a_table() -> None:
    lines = run("dictionary", "stats").stdout.splitlines()
    rows = {line.split()[0]: line.split()[1:] for line in lines[1:]}
    assert set(rows) == set(fix.Dictionary.versions())
    assert rows["FIX.5.0SP2"][:8] == ["116", "8", "1,452", "459", "355", "2,818", "29", "147"]


def test_counts_of_one_version_are_all_told() -> None:
    shown = run("dictionary", "stats", "4.4").stdout
    assert "messages                     93" in shown
    assert "largest body" in shown
    assert json.loads(run("dictionary", "stats", "4.4", "--json").stdout)["pairs"] == 12_527
    assert len(json.loads(run("dictionary", "stats", "4.4", "4.2", "--json").stdout)) == 2


def test_differences_end_with_1_and_none_with_0() -> None:
    result = run("dictionary", "diff", "4.2", "4.4")
    assert result.exit_code == 1
    assert result.stdout.splitlines()[-1].endswith(" differences")
    same = run("dictionary", "diff", "4.4", "FIX.4.4", "--expanded")
    assert (same.exit_code, same.stdout) == (0, "0 differences\n")
    data = json.loads(run("dictionary", "diff", "5.0SP1", "5.0SP2", "--json").stdout)
    assert set(data[0]) == {"kind", "path", "before", "after", "sentence"}


def test_search_takes_the_dictionary_before_the_text_as_its_sisters_do() -> None:
    before = run("dictionary", "search", "FIX.4.2", "OrdType")
    assert before.exit_code == 0
    assert before.stdout == run("dictionary", "search", "OrdType", "--dictionary", "FIX.4.2").stdout
    assert before.stdout != run("dictionary", "search", "OrdType").stdout


def test_search_finds_the_best_fit_first() -> None:
    result = run("dictionary", "search", "PartyRole", "--limit", "2")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0].split() == ["field", "452", "PartyRole"]
    assert "more: --limit shows them" in result.stderr
    data = json.loads(run("dictionary", "search", "PartyRole", "--dictionary", "4.4", "--json").stdout)
    assert (data[0]["name"], data[0]["tag"]) == ("PartyRole", 452)
    nothing = run("dictionary", "search", "zzzqqq")
    assert nothing.exit_code == 1
    assert "has nothing like 'zzzqqq'" in nothing.stderr


@pytest.mark.parametrize("form", ["quickfix", "orchestra"])
def test_what_is_exported_loads_again(tmp_path: Path, form: str) -> None:
    path = tmp_path / "out.xml"
    result = run("dictionary", "export", "4.2", "--format", form, "--output", str(path))
    assert result.exit_code == 0
    assert len(fix.load_dictionary(path).messages()) == 46
    assert run("dictionary", "export", "4.2", "--format", form).stdout == path.read_text(encoding="utf-8")


def test_the_compact_form_is_exported_too() -> None:
    assert run("dictionary", "export", "4.0", "--format", "fixd").stdout.startswith("fixd 1\nversion FIX.4.0\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("show", "4.5"), "there is no bundled dictionary"),
        (("show", "./4.5"), "./4.5: there is no such file"),
        (("show", "/dev/null"), "/dev/null is no file with a dictionary"),
        (("search", "FIX.4.4", "party", "role"), "search takes one text, not 'party' 'role'"),
        (("search", "4.4", "party", "-d", "4.2"), "4.4 and --dictionary 4.2 both say where to search"),
        (("search", "4.5", "party"), "there is no bundled dictionary"),
        (("show", "4.4", "--layer", "none.toml"), "none.toml: there is no such file"),
        (("export", "4.4", "--format", "word"), "--format word: there are quickfix, orchestra, fixd"),
        (("export", "4.4", "--output", "no/such/place"), "no/such/place: No such file or directory"),
    ],
)
def test_what_cannot_be_done_says_why(arguments: tuple[str, ...], said: str) -> None:
    result = run("dictionary", *arguments)
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_faulty_file_is_told_with_file_line_and_element(tmp_path: Path) -> None:
    path = tmp_path / "faulty.xml"
    path.write_text(
        "<fix type='FIX' major='4' minor='4'>\n<header/><trailer/><messages>\n"
        "<message name='A' msgtype='A' msgcat='admin'>\n<field name='Nowhere' required='Y'/>\n"
        "</message></messages><components/><fields/></fix>",
        encoding="utf-8",
    )
    result = run("dictionary", "show", str(path))
    assert result.exit_code == 2
    assert f"{path}:4: field Nowhere" in result.stderr


def test_a_layer_lies_over_what_is_shown(tmp_path: Path) -> None:
    layer = tmp_path / "house.toml"
    layer.write_text('[fields.9100]\nname = "HouseNote"\ntype = "String"\n', encoding="utf-8")
    assert "HouseNote(9100)" in run("dictionary", "show", "4.4", "9100", "--layer", str(layer)).stdout
