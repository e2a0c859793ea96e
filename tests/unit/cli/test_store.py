"""`fixplus store` shows, carries and verifies what is stored."""

import asyncio
import json
from pathlib import Path

import pytest

from pyfixmsg_plus.diagnostics import read_log
from pyfixmsg_plus.store import JournalStore, SyncPolicy, journal_folder
from pyfixmsg_plus.values import SessionID
from tests.contract.stores import ME, Place, closed, committed, slice_of
from tests.contract.stores import run as on_a_loop
from tests.unit.cli.run import run
from tests.unit.store.test_quickfix import AGAIN, ONE, TWO, lay
from tests.wire import wire

OTHER = SessionID("FIX.4.2", "US", "OTHER")
NOON_NS = 1_772_452_800_000_000_000
LOGON = wire("8=FIX.4.4|35=A|34=1|98=0|108=30|553=me|554=hush|")
ORDER = wire("8=FIX.4.4|35=D|34=2|11=ORD1|54=1|55=IBM|38=100|40=1|58=a/b|")
EURO = wire("8=FIX.4.4|35=D|34=4|11=ORD2|54=1|55=IBM|58=100 €|")


def fill(place: Place, session_id: SessionID = ME) -> str:
    """A session with three messages and a gap; returns its URL."""

    async def work() -> None:
        store = await place.open(session_id)
        store.reset(1, 1, NOON_NS)
        for seq, raw in ((1, LOGON), (2, ORDER), (3, b""), (4, EURO)):
            store.append(seq, raw, NOON_NS + seq * 1_000_000_000)
        store.advance(77)
        await committed(store)
        await closed(store)

    on_a_loop(work)
    return place.url


def contents(place: Place, session_id: SessionID = ME) -> tuple[object, object]:
    async def work() -> tuple[object, object]:
        store = await place.open(session_id)
        found = store.numbers(), await slice_of(store, 0, 1 << 62)
        await closed(store)
        return found

    return on_a_loop(work)


@pytest.fixture(params=["journal", "sqlite"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    return Place(request.param, tmp_path)


def test_messages_are_shown_a_line_each(place: Place) -> None:
    result = run("store", "query", fill(place))
    assert result.exit_code == 0
    lines = [line.split() for line in result.stdout.splitlines()]
    assert [line[1:5] for line in lines] == [
        ["2026-03-02", f"12:00:0{seq}.000", "→", name]
        for seq, name in ((1, "Logon"), (2, "NewOrderSingle"), (4, "NewOrderSingle"))
    ]


def test_messages_are_shown_as_json(place: Place) -> None:
    result = run("store", "query", fill(place), "--json", "--type", "D, 8", "--cl-ord-id", "ORD2")
    (line,) = result.stdout.splitlines()
    found = json.loads(line)
    assert (found["session"], found["seq"], found["stored"]) == (str(ME), 4, "2026-03-02T12:00:04.000000000Z")
    assert (found["msg_type"], found["name"]) == ("D", "NewOrderSingle")
    assert found["message"]["Body"]["ClOrdID"] == "ORD2"


@pytest.mark.parametrize("form", [(), ("--json",), ("--raw",), ("--pretty",)])
def test_passwords_are_masked_unless_asked_for(place: Place, form: tuple[str, ...]) -> None:
    url = fill(place)
    assert "hush" not in run("store", "query", url, *form).stdout
    if form:
        assert "hush" in run("store", "query", url, *form, "--no-mask").stdout


@pytest.mark.parametrize(
    ("options", "seqs"),
    [
        (("--from-seq", "2"), [2, 4]),
        (("--to-seq", "1"), [1]),
        (("--since", "2026-03-02T12:00:02"), [2, 4]),
        (("--since", "2026-03-02T13:00:02+01:00", "--until", "2026-03-02T12:00:04Z"), [2]),
        (("--until", "2026-03-02"), []),
        (("--limit", "2"), [1, 2]),
        (("--type", "A"), [1]),
    ],
)
def test_what_is_asked_for_is_shown_and_nothing_ends_with_1(
    place: Place, options: tuple[str, ...], seqs: list[int]
) -> None:
    result = run("store", "query", fill(place), "--json", *options)
    assert [json.loads(line)["seq"] for line in result.stdout.splitlines()] == seqs
    assert result.exit_code == (0 if seqs else 1)


def test_a_store_that_is_being_written_is_read_all_the_same(tmp_path: Path) -> None:
    place = Place("journal", tmp_path)
    url = fill(place)

    async def work() -> None:
        store = await place.open()
        store.append(5, wire("8=FIX.4.4|35=0|34=5|"), NOON_NS)
        await committed(store)
        result = await asyncio.to_thread(run, "store", "query", url, "--json")
        assert [json.loads(line)["seq"] for line in result.stdout.splitlines()] == [1, 2, 4, 5]
        await closed(store)

    on_a_loop(work)


def test_sessions_are_headed_and_chosen_by_name_or_part(place: Place) -> None:
    fill(place)
    url = fill(place, OTHER)
    result = run("store", "query", url, "--raw")
    assert {line for line in result.stdout.splitlines() if line.startswith("==>")} == {
        f"==> {ME} <==",
        f"==> {OTHER} <==",
    }
    assert "==>" not in run("store", "query", url, "--session", "OTHER").stdout
    assert run("store", "query", url, "--session", str(ME)).exit_code == 0
    refused = run("store", "query", url, "--session", "US")
    assert refused.exit_code == 2
    assert "stands for 2 sessions" in refused.output
    assert "stands for no session" in run("store", "query", url, "--session", "XXX").output


def test_history_shows_what_stood_before_a_reset(place: Place) -> None:
    url = fill(place)
    fill(place)
    assert len(run("store", "query", url, "--raw").stdout.splitlines()) == 3
    assert len(run("store", "query", url, "--raw", "--history").stdout.splitlines()) == 6


def test_bytes_that_are_no_message_are_named(tmp_path: Path) -> None:
    async def work() -> None:
        store = await Place("journal", tmp_path).open()
        store.append(1, b"nothing of FIX", 1)
        await closed(store)

    on_a_loop(work)
    url = Place("journal", tmp_path).url
    assert "message 1 of 14 bytes is no FIX message" in run("store", "query", url).output
    (line,) = run("store", "query", url, "--json").stdout.splitlines()
    assert json.loads(line)["message"] is None


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("query", "journal:/nowhere/at/all"), "there is no such directory"),
        (("query", "sqlite:/nowhere/at/all"), "there is no such file"),
        (("query", "nowhere"), "there is no such store"),
        (("query", "{empty}"), "holds no session"),
        (("query", "{url}", "--json", "--raw"), "--json and --raw exclude each other"),
        (("query", "{url}", "--since", "noon"), "--since: noon is no time"),
        (("export", "{url}", "--format", "xml"), "xml is none of jsonl, log"),
        (("import", "/nowhere", "{url}"), "there is no such directory"),
        (("import", "/nowhere", "{url}", "--from", "jsonl"), "there is no such file"),
        (("import", "{empty}", "{url}", "--from", "quickfixj"), "quickfixj is none of quickfix, jsonl"),
        (("import", "{empty}", "{url}"), "holds no file store of QuickFIX"),
        (("migrate", "{url}", "{url}"), "the target is the source itself"),
        (("migrate", "{url}", "oracle:x"), "there is no such store"),
    ],
)
def test_what_cannot_be_done_is_said_and_ends_with_2(tmp_path: Path, arguments: tuple[str, ...], text: str) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    url = fill(Place("journal", tmp_path))
    result = run("store", *(argument.format(url=url, empty=empty) for argument in arguments))
    assert result.exit_code == 2
    assert text in result.output


def test_a_path_without_a_scheme_is_taken_for_what_is_there(tmp_path: Path) -> None:
    for kind in ("journal", "sqlite"):
        url = fill(Place(kind, tmp_path))
        assert run("store", "query", url.partition(":")[2]).exit_code == 0


def test_an_export_is_imported_again_as_it_was(place: Place, tmp_path: Path) -> None:
    url = fill(place)
    fill(place, OTHER)
    file = tmp_path / "out.jsonl"
    result = run("store", "export", url, "--no-mask", "--output", str(file))
    assert result.exit_code == 0
    assert "6 messages written" in result.output
    assert file.stat().st_mode & 0o777 == 0o600
    target = Place("sqlite" if place.kind == "journal" else "journal", tmp_path / "target")
    result = run("store", "import", "--from", "jsonl", str(file), target.url)
    assert result.exit_code == 0, result.output
    for session_id in (ME, OTHER):
        assert contents(target, session_id) == contents(place, session_id)


def test_one_session_of_an_export_may_be_imported(place: Place, tmp_path: Path) -> None:
    url = fill(place)
    fill(place, OTHER)
    file = tmp_path / "out.jsonl"
    run("store", "export", url, "--no-mask", "-o", str(file), "--progress")
    target = Place("journal", tmp_path / "target")
    assert run("store", "import", "--from", "jsonl", str(file), target.url, "-s", str(ME)).stdout.count("\n") == 1
    assert "XXX is not there" in run("store", "import", "--from", "jsonl", str(file), target.url, "-s", "XXX").output


def test_a_masked_export_says_so_and_is_not_imported(place: Place, tmp_path: Path) -> None:
    result = run("store", "export", fill(place))
    assert "hush" not in result.stdout
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line.get("masked", False) for line in lines] == [False, True, False, False]
    file = tmp_path / "out.jsonl"
    file.write_text(result.stdout)
    refused = run("store", "import", "--from", "jsonl", str(file), Place("journal", tmp_path / "new").url)
    assert refused.exit_code == 2
    assert "message 1 was masked" in refused.output


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "holds no session"),
        ("nothing\n", "is no line of an export"),
        ("[]\n", "is no line of an export"),
        ('{"seq": 1, "stored_ns": 1, "raw": "x"}\n', "a message stands before the session"),
        ('{"seq": 1, "stored_ns": 1, "base64": "!"}\n', "is no line of an export"),
        ('{"format": "pyfixmsg-plus store export 1", "session": {"x": 1}}\n', "is no line of an export"),
    ],
)
def test_a_file_that_is_no_export_is_refused_by_line(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "out.jsonl"
    file.write_text(text)
    result = run("store", "import", "--from", "jsonl", str(file), Place("journal", tmp_path).url)
    assert result.exit_code == 2
    assert said in result.output


def test_an_exported_log_is_read_as_any_log(place: Place, tmp_path: Path) -> None:
    url = fill(place)
    file = tmp_path / "out.log"
    assert run("store", "export", url, "--format", "log", "--no-mask", "-o", str(file)).exit_code == 0
    entries = list(read_log(str(file)))
    assert [entry.message for entry in entries] == [LOGON, ORDER, EURO]
    assert [entry.direction for entry in entries] == ["outgoing"] * 3
    assert entries[0].time == NOON_NS + 1_000_000_000
    masked = run("store", "export", url, "--format", "log").stdout_bytes
    assert b"554=***" in masked
    assert ORDER in masked


@pytest.mark.parametrize(("source", "target"), [("journal", "sqlite"), ("sqlite", "journal"), ("journal", "journal")])
def test_a_migration_loses_no_number_and_no_message(tmp_path: Path, source: str, target: str) -> None:
    here, there = Place(source, tmp_path / "here"), Place(target, tmp_path / "there")
    url = fill(here)
    fill(here, OTHER)
    result = run("store", "migrate", url, there.url, "--json", "--progress")
    assert result.exit_code == 0, result.output
    said = [json.loads(line) for line in result.stdout.splitlines() if line.startswith("{")]
    assert [(one["next_out"], one["next_in"], one["messages"]) for one in said] == [(5, 77, 3)] * 2
    for session_id in (ME, OTHER):
        assert contents(there, session_id) == contents(here, session_id)


def test_a_target_that_was_used_is_left_alone_unless_it_is_to_be_replaced(tmp_path: Path) -> None:
    here, there = Place("journal", tmp_path / "here"), Place("sqlite", tmp_path / "there")
    fill(here)

    async def use() -> None:
        store = await there.open()
        for seq in range(1, 20):
            store.append(seq, b"theirs", 1)
        await closed(store)

    on_a_loop(use)
    before = contents(there)
    refused = run("store", "migrate", here.url, there.url)
    assert refused.exit_code == 2
    assert "its next numbers are 20 out and 1 in; nothing was changed" in refused.output
    assert contents(there) == before
    assert run("store", "migrate", here.url, there.url, "--replace").exit_code == 0
    assert contents(there) == contents(here)


def test_a_store_that_an_engine_writes_is_not_migrated(tmp_path: Path) -> None:
    place = Place("journal", tmp_path)
    fill(place)

    async def work() -> None:
        store = await place.open()
        target = Place("sqlite", tmp_path / "there").url
        result = await asyncio.to_thread(run, "store", "migrate", place.url, target)
        assert result.exit_code == 2
        assert "is being written by process" in result.output
        await closed(store)

    on_a_loop(work)


def test_a_file_store_of_quickfix_is_imported(place: Place, tmp_path: Path) -> None:
    origin = tmp_path / "quickfix"
    origin.mkdir()
    lay(origin)
    result = run("store", "import", "--from", "quickfix", str(origin), place.url, "--progress")
    assert result.exit_code == 0, result.output
    assert "FIX.4.4:A->B: 2 messages imported and compared; next out 3, next in 7" in result.output
    numbers, records = contents(place, SessionID("FIX.4.4", "A", "B"))
    assert numbers == (3, 7, NOON_NS)
    assert [record.raw for record in records] == [ONE, TWO]  # type: ignore[attr-defined]


def test_what_is_broken_in_a_file_store_is_named_and_ends_with_1(place: Place, tmp_path: Path) -> None:
    origin = tmp_path / "quickfix"
    origin.mkdir()
    header = b"1,0,%d 2,%d,9999 3,0,%d" % (len(ONE), len(ONE), len(ONE))
    lay(origin, header=header, body=ONE + AGAIN)
    result = run("store", "import", str(origin), place.url)
    assert result.exit_code == 1
    assert "message 2 lies outside the body" in result.output
    assert "is not message 3" in result.output
    assert "1 messages imported" in result.output


def test_a_sound_store_is_said_to_be_sound(place: Place) -> None:
    result = run("store", "verify", fill(place))
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(f"{ME}: sound; ")
    facts = json.loads(run("store", "verify", place.url, "--json").stdout)
    assert (facts["messages"], facts["next_out"], facts["next_in"], facts["faults"]) == (3, 5, 77, [])


def test_messages_that_say_another_number_or_are_none_are_found(place: Place) -> None:
    async def work() -> None:
        store = await place.open()
        store.append(1, wire("8=FIX.4.4|35=0|34=2|"), 1)
        store.append(2, b"no message", 1)
        store.append(3, wire("8=FIX.4.4|35=0|"), 1)
        await closed(store)

    on_a_loop(work)
    result = run("store", "verify", place.url)
    assert result.exit_code == 1
    assert "NOT SOUND" in result.output
    assert "message 1 says MsgSeqNum(34)=2" in result.output
    assert "message 2 is no sound FIX message" in result.output
    assert "message 3 says MsgSeqNum(34)=" in result.output


def test_a_flipped_bit_in_a_journal_is_found_and_named(tmp_path: Path) -> None:
    url = fill(Place("journal", tmp_path))
    (segment,) = journal_folder(tmp_path / "journals", ME).glob("*.segment")
    content = bytearray(segment.read_bytes())
    content[400] ^= 1
    segment.write_bytes(content)
    result = run("store", "verify", url, "--json")
    assert result.exit_code == 1
    (fault,) = json.loads(result.stdout)["faults"]
    assert fault.startswith(f"{segment}: broken at byte ")
    assert run("store", "query", url).exit_code == 2


def test_a_chained_journal_says_its_last_link_to_be_kept_elsewhere(tmp_path: Path) -> None:
    links = []
    for text in ("one", "two"):

        async def work(text: str = text) -> None:
            store = JournalStore(tmp_path / text, ME, sync=SyncPolicy.NEVER, chained=True)
            store.append(1, wire(f"8=FIX.4.4|35=0|34=1|58={text}|"), 1)
            await closed(store)

        on_a_loop(work)
        result = run("store", "verify", str(tmp_path / text), "--json")
        assert result.exit_code == 0
        links.append(json.loads(result.stdout)["link"])
    assert [len(link) for link in links] == [64, 64]
    assert links[0] != links[1]


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "store.db"
    file.write_bytes(b"nothing of SQLite" * 100)
    result = run("store", "verify", f"sqlite:{file}")
    assert result.exit_code == 2
    assert "not a database" in result.output


def test_a_folder_that_names_no_session_is_refused(tmp_path: Path) -> None:
    url = fill(Place("journal", tmp_path))
    (journal_folder(tmp_path / "journals", ME) / "session.json").write_text("{}")
    result = run("store", "query", url)
    assert result.exit_code == 2
    assert "names no session" in result.output
