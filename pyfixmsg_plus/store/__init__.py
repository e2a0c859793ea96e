"""Keep messages and sequence numbers: one contract, and the stores that fulfil it."""

from pyfixmsg_plus.store.contract import NUMBER_MAX, MessageStore, Record, StoredNumbers, SyncPolicy
from pyfixmsg_plus.store.journal import JournalReader, JournalStore, journal_folder, journal_sessions
from pyfixmsg_plus.store.memory import MemoryStore
from pyfixmsg_plus.store.opening import open_store
from pyfixmsg_plus.store.sqlite import SqliteStore, sqlite_sessions

__all__ = [
    "NUMBER_MAX",
    "JournalReader",
    "JournalStore",
    "MemoryStore",
    "MessageStore",
    "Record",
    "SqliteStore",
    "StoredNumbers",
    "SyncPolicy",
    "journal_folder",
    "journal_sessions",
    "open_store",
    "sqlite_sessions",
]
