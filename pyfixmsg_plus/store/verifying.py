"""Prove that a store holds what was put into it: checksums, chain, numbers, and what its messages say themselves."""

from dataclasses import dataclass, field
from pathlib import Path

from pyfixmsg_plus._core import parse, verify_journal
from pyfixmsg_plus.errors import StoreError
from pyfixmsg_plus.store.contract import MessageStore, SyncPolicy
from pyfixmsg_plus.store.journal import JournalStore, journal_folder
from pyfixmsg_plus.store.query import all_records, settled
from pyfixmsg_plus.store.sqlite import SqliteStore
from pyfixmsg_plus.values import SessionID

__all__ = ["Report", "verify_session"]

_MSG_SEQ_NUM = 34
_FAULTS_MAX = 100


@dataclass(slots=True)
class Report:
    """What was found.

    Attributes:
        facts: What is there, by name.
        faults: What is wrong, a sentence each; the first hundred.
    """

    facts: dict[str, object] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def fault(self, text: str) -> None:
        """Note a fault."""
        if len(self.faults) < _FAULTS_MAX:
            self.faults.append(text)


async def verify_session(kind: str, path: Path, session_id: SessionID) -> Report:
    """Verify the store of one session. It takes no lock: an engine may be writing.

    Args:
        kind: ``journal`` or ``sqlite``.
        path: The directory of the journals, or the SQLite file.
        session_id: The session.

    Raises:
        StoreError: The store cannot be read.
    """
    report = Report()
    if kind == "journal":
        found = verify_journal(journal_folder(path, session_id))
        faults = found.pop("faults")
        report.facts.update({name: found[name] for name in ("segments", "records", "bytes", "torn_bytes", "link")})
        for error in faults:
            report.fault(str(error))
    try:
        store: MessageStore
        if kind == "journal":
            store = JournalStore(path, session_id, sync=SyncPolicy.NEVER, standby=True)
        else:
            store = await SqliteStore.open(path, session_id, sync=SyncPolicy.NEVER, standby=True)
            for text in await store.integrity():
                report.fault(text)
        try:
            await _verify_messages(store, report)
        finally:
            await settled(store.close())
    except StoreError as error:
        # Where the journal was found broken already, that it cannot be opened is no news.
        if not report.faults:
            report.fault(str(error))
    return report


async def _verify_messages(store: MessageStore, report: Report) -> None:
    numbers = store.numbers()
    count = 0
    async for record in all_records(store):
        count += 1
        message = parse(record.raw, dictionary=False, strict=False)
        if message.faults:
            report.fault(f"message {record.seq} is no sound FIX message: {message.faults[0].text}")
            continue
        said = message.get(_MSG_SEQ_NUM, "")
        if not said.isdigit() or int(said) != record.seq:
            report.fault(f"message {record.seq} says MsgSeqNum(34)={said}")
    report.facts |= {"messages": count, "next_out": numbers.next_out, "next_in": numbers.next_in}
