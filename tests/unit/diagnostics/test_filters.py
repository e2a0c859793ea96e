"""Filters choose messages; a wrong one says where it goes wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import pyfixmsg_plus as fix
from pyfixmsg_plus.diagnostics import filters
from tests.wire import wire

ORDER = fix.parse(
    wire(
        "8=FIX.4.4|35=D|34=7|11=A1|453=2|448=BRK|447=D|452=1|448=CLR|447=D|452=4|55=AAPL|54=1|60=20260302-14:30:00.000|"
        "38=100|40=2|44=10.50|9001=0012|9002=x|58=and|10=000|"
    ),
    strict=False,
)


@pytest.mark.parametrize(
    ("expression", "matches"),
    [
        ("35=D", True),
        ("35 = D", True),
        ("35==D and 55=AAPL and 44>10", True),
        ("MsgType=D and Symbol=AAPL", True),
        ("35=8", False),
        ("35=8 or 55=AAPL", True),
        ("35=8 or 35=D and 55=MSFT", False),
        ("(35=8 or 35=D) and 55=AAPL", True),
        ("not 35=8", True),
        ("not (35=D and 55=AAPL)", False),
        ("NOT 35=8 AND 55=AAPL OR 35=9", True),
        ("44=10.5", True),
        ("44=010.500", True),
        ("44!=10.5", False),
        ("44<>10", True),
        ("44<9", False),
        ("44<=10.5", True),
        ("44>=10.51", False),
        ("44>-1", True),
        ("38>99", True),
        # Text is compared as text, and a quoted value is text.
        ("11>A0", True),
        ("60>20260302-14:29:59", True),
        ("60<20260302", False),
        ("44='10.5'", False),
        ("44='10.50'", True),
        # A field of no dictionary: as a number where both are numbers.
        ("9001=12", True),
        ("9001='12'", False),
        ("9002>5", True),
        ("9002=x", True),
        ("55~^AA", True),
        ("55 ~ 'A{2}PL$'", True),
        ("55!~MSFT", True),
        ("55 in (MSFT, AAPL)", True),
        ("55 not in (MSFT, IBM)", True),
        ("55 in (MSFT)", False),
        ("44 in (1, 10.5)", True),
        # Any entry of a group may match.
        ("448=CLR", True),
        ("452=4 and PartyID=BRK", True),
        ("452>3", True),
        ("452>4", False),
        ("452!=1", True),
        ("has 44", True),
        ("has Price and not has StopPx", True),
        ("has 99", False),
        # What is absent matches nothing, not even that it is different.
        ("99=1", False),
        ("99!=1", False),
        ("99!~x", False),
        ("58='and'", True),
        ('58="and"', True),
    ],
)
def test_a_filter_chooses_by_tags_and_names(expression: str, matches: bool) -> None:
    assert filters.compile(expression).matches(ORDER) is matches


@pytest.mark.parametrize(
    ("expression", "column", "problem"),
    [
        ("", 1, "expected a tag or the name of a field before a sign such as '=', found the end"),
        ("35=8 and", 9, "expected a tag or the name of a field before a sign such as '=', found the end"),
        ("35=8 and 55>", 13, "expected a value after '>', found the end"),
        ("35=8 and 55>)", 13, "expected a value after '>', found ')'"),
        ("35", 3, "expected one of = != < <= > >= ~ or 'in' after MsgType(35), found the end"),
        ("55=and", 4, "expected a value after '=', found 'and', which needs quotes as a value"),
        ("35=8 55=A", 6, "expected 'and', 'or' or the end, found '55'"),
        ("(35=8", 6, "expected ')' to close the parenthesis of column 1, found the end"),
        ("35=8)", 5, "expected 'and', 'or' or the end, found ')'"),
        ("35 in 8", 7, "expected '(' after 'in', found '8'"),
        ("35 in (8,D", 11, "expected ',' or ')' in the list, found the end"),
        ("35 in ()", 8, "expected a value in the list, found ')'"),
        ("55='x", 4, "the quote ' is not closed"),
        ("!35=8", 1, "'!' means nothing here"),
        ("has", 4, "expected a tag or the name of a field after 'has', found the end"),
        ("44>abc", 4, "Price(44) is a number: expected one, found 'abc'"),
        ("Symbl=A", 1, 'FIX.5.0SP2 has no field "Symbl"; did you mean Symbol(55)?'),
        ("not " * 70 + "35=8", 4 * 64 + 1, "more than 64 parentheses or 'not' stand within each other"),
    ],
)
def test_a_wrong_filter_says_where_and_what_was_expected(expression: str, column: int, problem: str) -> None:
    with pytest.raises(filters.FilterError) as caught:
        filters.compile(expression)
    assert (caught.value.column, caught.value.problem) == (column, problem)
    line, caret = caught.value.picture.split("\n")
    assert (line, caret) == (expression, " " * (column - 1) + "^")
    assert str(caught.value) == f"column {column}: {problem}"


def test_a_wrong_pattern_says_what_python_says_of_it() -> None:
    with pytest.raises(filters.FilterError, match="'\\[' is no regular expression: "):
        filters.compile("55~'['")


def test_a_dictionary_brings_its_own_names() -> None:
    layer = b'[fields.9100]\nname = "HouseNote"\ntype = "Price"\n'
    house = fix.load_dictionary("FIX.4.4").with_layer(layer, "house.toml")
    message = fix.parse(wire("8=FIX.4.4|35=D|9100=4.50|"), strict=False)
    assert filters.compile("HouseNote=4.5", house).matches(message)
    with pytest.raises(filters.FilterError, match="HouseNote"):
        filters.compile("HouseNote=4.5")


@given(st.text(alphabet="354 =<>!~()'\"\\,.andorthsi\x01é", max_size=40))
def test_any_text_is_a_filter_or_a_documented_error(text: str) -> None:
    try:
        chosen = filters.compile(text)
    except filters.FilterError as error:
        assert 1 <= error.column <= len(text) + 1  # noqa: PT017
    else:
        assert chosen.matches(ORDER) in (True, False)
