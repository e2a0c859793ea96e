"""``fixplus store``: look into stores of messages, carry them elsewhere, and prove that they are whole."""

import asyncio
import json as json_text
import sys
from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated, Any, TypeAlias, TypeVar

import typer

from pyfixmsg_plus.cli.choices import JsonOption, MaskOption, ProgressOption
from pyfixmsg_plus.cli.endings import Ending, Failure, guarded, note
from pyfixmsg_plus.cli.stores import Place, counted, place_named

if TYPE_CHECKING:
    from pyfixmsg_plus.store import Query, Record, StoredNumbers
    from pyfixmsg_plus.values import SessionID

__all__ = ["app"]

_T = TypeVar("_T")

app = typer.Typer(
    help="Look into stores of messages, carry them elsewhere, and prove that they are whole.", no_args_is_help=True
)

Url: TypeAlias = Annotated[
    str, typer.Argument(metavar="STORE", help="As settings write it: journal:<directory> or sqlite:<file>.")
]
SessionOption: TypeAlias = Annotated[
    str | None,
    typer.Option("--session", "-s", metavar="NAME", help="Only this session, such as FIX.4.4:US->PEER, or a part."),
]
ReplaceOption: TypeAlias = Annotated[
    bool, typer.Option("--replace", help="Write over sessions that the target holds already.")
]


def _run(work: Coroutine[Any, Any, _T]) -> _T:
    return asyncio.run(work)


def _time(text: str | None, option: str) -> int | None:
    from datetime import UTC, datetime

    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Failure(
            f"{option}: {text} is no time", "Write it as 2026-03-02, 2026-03-02T14:30:00 or with +01:00 behind; UTC."
        ) from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    whole = int(moment.replace(microsecond=0).timestamp())
    return whole * 1_000_000_000 + moment.microsecond * 1000


@app.command()
def query(
    store: Url,
    session: SessionOption = None,
    first: Annotated[int, typer.Option("--from-seq", min=0, help="The least MsgSeqNum(34).")] = 0,
    last: Annotated[
        int | None, typer.Option("--to-seq", min=0, help="The greatest. [default: all]", show_default=False)
    ] = None,
    since: Annotated[str | None, typer.Option(metavar="TIME", help="Stored at or after this time.")] = None,
    until: Annotated[str | None, typer.Option(metavar="TIME", help="Stored before this time.")] = None,
    msg_type: Annotated[
        str | None, typer.Option("--type", "-t", metavar="LIST", help="One of these MsgType(35), as in D,8.")
    ] = None,
    cl_ord_id: Annotated[
        str | None, typer.Option("--cl-ord-id", metavar="ID", help="This ClOrdID(11) or OrigClOrdID(41).")
    ] = None,
    history: Annotated[
        bool, typer.Option("--history", help="Also what stood before resets, as far as it is still kept.")
    ] = False,
    limit: Annotated[int | None, typer.Option("--limit", "-n", min=1, help="Stop after so many messages.")] = None,
    json: JsonOption = False,
    raw: Annotated[bool, typer.Option("--raw", help="As it was on the wire, with | for SOH.")] = False,
    pretty: Annotated[bool, typer.Option("--pretty", "-p", help="One line a field, with names and meanings.")] = False,
    mask: MaskOption = True,
) -> None:
    """Show messages that are stored, also while an engine writes the store.

    Ends with 0 if a message was found, with 1 if none, with 2 if the store cannot be read.
    """
    with guarded():
        forms = [name for name, asked in (("json", json), ("raw", raw), ("pretty", pretty)) if asked]
        if len(forms) > 1:
            raise Failure(f"{' and '.join(f'--{name}' for name in forms)} exclude each other")
        from pyfixmsg_plus.store import Query

        asked = Query(
            first,
            2**64 - 1 if last is None else last,
            _time(since, "--since"),
            _time(until, "--until"),
            frozenset((msg_type or "").replace(" ", "").split(",")) - {""},
            cl_ord_id,
        )
        form = forms[0] if forms else "lines"
        count = _run(_query(place_named(store), session, asked, form, history=history, limit=limit, mask=mask))
    raise typer.Exit(Ending.GOOD if count else Ending.FOUND)


async def _query(
    place: Place, session: str | None, asked: "Query", form: str, *, history: bool, limit: int | None, mask: bool
) -> int:
    from pyfixmsg_plus.cli.store_forms import shown_as
    from pyfixmsg_plus.diagnostics.versions import Dictionaries
    from pyfixmsg_plus.store import find

    show = shown_as(form, Dictionaries(), mask=mask)
    sessions = await place.chosen(session)
    count = 0
    for session_id in sessions:
        if len(sessions) > 1 and form != "json":
            print(f"{'' if session_id == sessions[0] else chr(10)}==> {session_id} <==")
        async with place.store(session_id, standby=True) as store:
            async for record in find(store, asked, history=history):
                show(session_id, record)
                count += 1
                if count == limit:
                    return count
    return count


@app.command()
def export(
    store: Url,
    session: SessionOption = None,
    form: Annotated[
        str,
        typer.Option(
            "--format", help="jsonl: numbers and messages, to be imported again; log: as fixplus parse reads."
        ),
    ] = "jsonl",
    output: Annotated[
        str | None, typer.Option("--output", "-o", metavar="PATH", help="Write to this file.", show_default=False)
    ] = None,
    mask: MaskOption = True,
    progress: ProgressOption = None,
) -> None:
    """Write out what a store holds: JSON lines, or a log.

    Passwords are masked, and what is masked cannot be imported again: use --no-mask for that, and keep the file safe.
    """
    with guarded():
        if form not in ("jsonl", "log"):
            raise Failure(f"--format: {form} is none of jsonl, log")
        target = nullcontext(sys.stdout.buffer) if output is None else _new_file(output)
        with target as stream:
            count = _run(_export(place_named(store), session, form, stream, mask=mask, progress=progress))
        if output is not None:
            note(f"{count:,} messages written to {output}")


def _new_file(path: str) -> IO[bytes]:
    """A file that its owner alone can read: it may hold what the store holds."""
    import os

    return open(path, "wb", opener=lambda name, flags: os.open(name, flags, 0o600))


async def _export(
    place: Place, session: str | None, form: str, stream: IO[bytes], *, mask: bool, progress: bool | None
) -> int:
    from pyfixmsg_plus.cli.store_forms import exported_numbers, exported_record, text_line
    from pyfixmsg_plus.store.query import all_records

    count = 0
    for session_id in await place.chosen(session):
        async with place.store(session_id, standby=True) as store:
            numbers = store.numbers()
            if form == "jsonl":
                stream.write(exported_numbers(session_id, numbers).encode() + b"\n")
            with counted("exporting", numbers.next_out - 1, progress) as one:
                async for record in all_records(store):
                    line = (
                        text_line(record, mask=mask)
                        if form == "log"
                        else exported_record(record, mask=mask).encode() + b"\n"
                    )
                    stream.write(line)
                    count += 1
                    if one is not None:
                        one(record)
    stream.flush()
    return count


@app.command("import")
def import_(
    origin: Annotated[str, typer.Argument(metavar="FROM", help="A directory of QuickFIX, or a file of an export.")],
    store: Url,
    kind: Annotated[str, typer.Option("--from", help="quickfix: its file stores; jsonl: our own export.")] = "quickfix",
    session: Annotated[
        str | None,
        typer.Option("--session", "-s", metavar="NAME", help="Only this session, such as FIX.4.4:US->PEER."),
    ] = None,
    replace: ReplaceOption = False,
    json: JsonOption = False,
    progress: ProgressOption = None,
) -> None:
    """Take over the numbers and messages of a QuickFIX file store, or of our own export, and compare them afterwards.

    Ends with 0 if everything was taken over, with 1 if something in the source was broken and left out, with 2 if
    nothing was.
    """
    with guarded():
        if kind not in ("quickfix", "jsonl"):
            raise Failure(f"--from: {kind} is none of quickfix, jsonl")
        if not Path(origin).exists():
            raise Failure(f"{origin}: there is no such {'directory' if kind == 'quickfix' else 'file'}")
        faults: list[str] = []
        sources = _quickfix_sources(Path(origin), faults) if kind == "quickfix" else _export_sources(Path(origin))
        target = place_of_target(store)
        _run(_take_over(sources, target, session, replace=replace, json=json, progress=progress))
        for fault in faults:
            note(fault)
    raise typer.Exit(Ending.FOUND if faults else Ending.GOOD)


def place_of_target(url: str) -> Place:
    """Return the place that a URL names, which need not be there yet."""
    kind, colon, rest = url.partition(":")
    return Place(kind, Path(rest)) if colon and rest and kind in ("journal", "sqlite") else place_named(url)


@dataclass(frozen=True, slots=True)
class _Source:
    """One session to be taken over; its messages can be gone through more than once."""

    session_id: "SessionID"
    numbers: "StoredNumbers"
    most: int
    records: "Callable[[], Iterable[Record]]"


def _quickfix_sources(directory: Path, faults: list[str]) -> Iterator[_Source]:
    from pyfixmsg_plus.store import quickfix_stores

    for found in quickfix_stores(directory):
        faults.extend(found.faults)
        # The first time tells what is wrong, the second leaves out the same.
        told = iter([faults])
        yield _Source(
            found.session_id(),
            found.numbers,
            len(found.places),
            partial(lambda found, told: found.records(next(told, [])), found, told),
        )


def _export_sources(file: Path) -> Iterator[_Source]:
    from pyfixmsg_plus.cli.store_forms import read_export

    with file.open(encoding="ascii") as stream:
        for found in read_export(stream, str(file)):
            records = found.records
            yield _Source(found.session_id, found.numbers, len(records), partial(iter, records))


async def _take_over(
    sources: Iterator[_Source],
    place: Place,
    session: str | None,
    *,
    replace: bool,
    json: bool,
    progress: bool | None,
) -> None:
    from pyfixmsg_plus.store.moving import carry, check_arrived

    count = 0
    for source in sources:
        session_id, numbers = source.session_id, source.numbers
        if session is not None and str(session_id) != session:
            continue
        async with place.store(session_id) as target:
            with counted("importing", source.most, progress) as one:
                await carry(numbers, source.records(), target, replace=replace, progress=one)
        async with place.store(session_id, standby=True) as target:
            messages = await check_arrived(numbers, source.records(), target)
        _report(session_id, numbers, messages, "imported", json=json)
        count += 1
    if not count:
        raise Failure(f"--session: {session} is not there")


def _report(session_id: "SessionID", numbers: "StoredNumbers", messages: int, done: str, *, json: bool) -> None:
    if json:
        about = {"session": str(session_id), **numbers._asdict(), "messages": messages}
        print(json_text.dumps(about, ensure_ascii=False))
    else:
        numbers_text = f"next out {numbers.next_out:,}, next in {numbers.next_in:,}"
        print(f"{session_id}: {messages:,} messages {done} and compared; {numbers_text}")


@app.command()
def migrate(
    store: Url,
    target: Annotated[str, typer.Argument(metavar="TARGET", help="Where everything goes; written like STORE.")],
    session: SessionOption = None,
    replace: ReplaceOption = False,
    json: JsonOption = False,
    progress: ProgressOption = None,
) -> None:
    """Carry sessions from one store to another, and compare every message and number afterwards.

    No engine may be writing either of them. The source is left as it is.
    """
    with guarded():
        source_place, target_place = place_named(store), place_of_target(target)
        if (source_place.kind, source_place.path.resolve()) == (target_place.kind, target_place.path.resolve()):
            raise Failure("the target is the source itself")
        _run(_migrate(source_place, target_place, session, replace=replace, json=json, progress=progress))


async def _migrate(
    place: Place, target_place: Place, session: str | None, *, replace: bool, json: bool, progress: bool | None
) -> None:
    from pyfixmsg_plus.store.moving import carry, check_arrived
    from pyfixmsg_plus.store.query import all_records

    for session_id in await place.chosen(session):
        # As its writer, so that nobody else writes meanwhile.
        async with place.store(session_id) as source:
            numbers = source.numbers()
            async with target_place.store(session_id) as target:
                with counted("migrating", numbers.next_out - 1, progress) as one:
                    await carry(numbers, all_records(source), target, replace=replace, progress=one)
            async with target_place.store(session_id, standby=True) as target:
                messages = await check_arrived(numbers, all_records(source), target)
        _report(session_id, numbers, messages, "migrated", json=json)


@app.command()
def verify(store: Url, session: SessionOption = None, json: JsonOption = False) -> None:
    """Read everything a store holds: checksums, the SHA-256 chain, numbers, and that messages are what they say.

    Ends with 0 if all is as it was written, with 1 if not, with 2 if the store cannot be read.
    """
    with guarded():
        is_sound = _run(_verify(place_named(store), session, json=json))
    raise typer.Exit(Ending.GOOD if is_sound else Ending.FOUND)


async def _verify(place: Place, session: str | None, *, json: bool) -> bool:
    from pyfixmsg_plus.store.verifying import verify_session

    is_sound = True
    for session_id in await place.chosen(session):
        report = await verify_session(place.kind, place.path, session_id)
        is_sound &= not report.faults
        if json:
            about = {"session": str(session_id), **report.facts, "faults": report.faults}
            print(json_text.dumps(about, ensure_ascii=False))
            continue
        facts = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in report.facts.items() if value)
        print(f"{session_id}: {'sound' if not report.faults else 'NOT SOUND'}; {facts}")
        for fault in report.faults:
            print(f"  {fault}")
    return is_sound
