"""QuickFIX as an independent judge of what we build, and we of what it builds.

The differences stand in docs/reference/judge.md.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import pyfixmsg_plus as fix
from tests.content import VERSIONS, dictionary_of, message_content, message_types
from tests.not_run import not_run

TABLE = Path(__file__).parents[2] / "docs/reference/judge.md"
SEEDS = 10
STRUCTURE = fix.ValidationSettings(conditional_rules=False)
FILES = {"FIX.5.0": "FIX50", "FIX.5.0SP1": "FIX50SP1", "FIX.5.0SP2": "FIX50SP2", "FIXT.1.1": "FIXT11"}

# (version, msg_type, refusal, tag)
Refusal = tuple[str, str, str, int]


def engine() -> Any:
    try:
        import quickfix
    except ImportError:
        not_run("the judge engine, the wheel quickfix-tls, is not installed")
    return quickfix


def plain(value: object, *, in_group: bool = False) -> object:
    """The content as the judge can take it: UTF-8, and no SOH in a data field of a group."""
    if isinstance(value, dict):
        return {tag: plain(one, in_group=in_group) for tag, one in value.items()}
    if isinstance(value, list):
        return [plain(entry, in_group=True) for entry in value]
    if isinstance(value, bytes):
        return b"plain" if in_group else value.replace(bytes(range(256)), b"a\x0110=000\x01b")
    return value.replace("é", "e") if isinstance(value, str) else value


def messages(version: str) -> Iterator[tuple[str, bytes]]:
    dictionary = dictionary_of(version)
    for msg_type in message_types(version):
        for seed in range(SEEDS):
            content = plain(message_content(dictionary, msg_type, seed))
            assert isinstance(content, dict)
            yield msg_type, fix.Message(content, dictionary=dictionary).encode()


class Judge:
    """QuickFIX with the dictionaries of one source."""

    def __init__(self, path_of: Callable[[str], str]) -> None:
        self.quickfix = engine()
        self.path_of = path_of
        self.session = self.quickfix.DataDictionary(path_of("FIXT.1.1"))

    def judge(self, version: str) -> Iterator[tuple[str, bytes, Any, Exception | None]]:
        dictionary = dictionary_of(version)
        known = self.quickfix.DataDictionary(self.path_of(version))
        for msg_type, raw in messages(version):
            message = self.quickfix.Message()
            try:
                if dictionary.transport_version is None:
                    message.setString(raw.decode(), True, known)
                    known.validate(message)
                else:
                    by = self.session if dictionary.message(msg_type).is_session else known
                    message.setString(raw.decode(), True, self.session, self.session if msg_type == "n" else known)
                    by.validate(message, True)
            except self.quickfix.FIXException as refused:
                yield msg_type, raw, message, refused
            else:
                yield msg_type, raw, message, None


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    folder = tmp_path_factory.mktemp("dictionaries")
    for version in (*VERSIONS, "FIXT.1.1"):
        (folder / version).write_text(dictionary_of(version).to_quickfix())
    return Judge(lambda version: str(folder / version))


@pytest.fixture(scope="module")
def theirs(shared: Path) -> Judge:
    folder = shared / "dictionaries/quickfix"
    return Judge(lambda version: str(folder / f"{FILES.get(version, version.replace('.', ''))}.xml"))


@pytest.fixture(params=["own", "theirs"])
def judge(request: pytest.FixtureRequest) -> tuple[str, Judge]:
    """Both judges, each asked for alone, so that one is there where the other is not."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Judge)
    return request.param, found


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def explained(source: str) -> dict[tuple[str, str, str, str], range | None]:
    """The lines of the table by dictionary, version, message, refusal; the tags of each, or none for any."""
    rows = {}
    for line in TABLE.read_text().splitlines():
        if not line.startswith(("| own ", "| theirs ")):
            continue
        dictionary, versions, msg_types, says, tag, why = cells(line)
        assert why
        first, _, last = tag.partition("-")
        for version in versions.split() if dictionary == source else ():
            for msg_type in msg_types.split():
                tags = None if tag == "any" else range(int(first), int(last or first) + 1)
                rows[version, msg_type, says, tag] = tags
    return rows


def refusals(judge: Judge) -> set[Refusal]:
    found = set()
    for version in VERSIONS:
        for msg_type, _, _, refused in judge.judge(version):
            if refused is not None:
                # The tag is the last of the text, or what stands before a value that is shown.
                tags = re.search(r": .*?(\d+)(?:: .*)?$", str(refused).replace("\x01", ""))
                assert tags, refused
                found.add((version, msg_type, type(refused).__name__, int(tags.group(1))))
    return found


def test_the_judge_refuses_what_the_table_explains_and_nothing_else(judge: tuple[str, Judge]) -> None:
    source, engine = judge
    rows = explained(source)
    used = set()
    unexplained = set()
    for version, msg_type, says, tag in refusals(engine):
        for key, tags in rows.items():
            if key[:3] == (version, msg_type, says) and (tags is None or tag in tags):
                used.add(key)
                break
        else:
            unexplained.add((version, msg_type, says, tag))
    assert unexplained == set()
    assert set(rows) - used == set(), "lines of the table that no longer occur"


@pytest.mark.parametrize("version", VERSIONS)
def test_what_the_judge_builds_is_read_and_validated_here(own: Judge, version: str) -> None:
    dictionary = dictionary_of(version)
    accepted = 0
    for msg_type, raw, message, refused in own.judge(version):
        if refused is not None:
            continue
        built = message.toString().encode()
        read = fix.parse(built, dictionary)
        assert dictionary.validate(read, STRUCTURE) == [], (msg_type, built)
        assert fix.parse(raw, dictionary).diff(read) == [], msg_type
        accepted += 1
    assert accepted >= SEEDS * (len(message_types(version)) - 1)


def test_a_message_that_the_judge_fills_field_by_field_is_read_here(own: Judge) -> None:
    quickfix = own.quickfix
    message = quickfix.Message()
    header = message.getHeader()
    for tag, value in [
        (8, "FIX.4.4"),
        (35, "8"),
        (34, "3"),
        (49, "VENUE"),
        (56, "BUYSIDE"),
        (52, "20260302-14:30:01.300"),
    ]:
        header.setField(tag, value)
    for tag, value in [
        (37, "O1"),
        (17, "E1"),
        (150, "0"),
        (39, "0"),
        (55, "IBM"),
        (54, "1"),
        (151, "100"),
        (14, "0"),
        (6, "0"),
    ]:
        message.setField(tag, value)
    party = quickfix.Group(453, 448)
    for tag, value in [(448, "BRK"), (447, "D"), (452, "1")]:
        party.setField(tag, value)
    desk = quickfix.Group(802, 523)
    desk.setField(523, "DESK")
    desk.setField(803, "4")
    party.addGroup(desk)
    message.addGroup(party)
    read = fix.parse(message.toString().encode())
    assert dictionary_of("FIX.4.4").validate(read) == []
    (entry,) = read.groups("NoPartyIDs")
    assert [desk["PartySubID"] for desk in entry.groups("NoPartySubIDs")] == ["DESK"]


def test_the_judge_ends_a_data_field_in_a_group_at_soh_and_we_do_not(own: Judge) -> None:
    leg = {600: "IBM", 621: 3, 622: b"a\x01b"}
    raw = fix.Message({8: "FIX.4.4", 35: "R", 34: 1, 49: "A", 56: "B", 52: "20260302-14:30:01", 131: "Q",
                       146: [{55: "IBM", 555: [leg]}]}).encode()  # fmt: skip
    assert fix.parse(raw).groups(146)[0].groups(555)[0].raw(622) == b"a\x01b"
    with pytest.raises(own.quickfix.InvalidMessage):
        own.quickfix.Message().setString(raw.decode(), True, own.quickfix.DataDictionary(own.path_of("FIX.4.4")))
