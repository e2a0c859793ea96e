"""Keep messages and sequence numbers: one contract, and the stores that fulfil it."""

from pyfixmsg_plus.store.contract import NUMBER_MAX, MessageStore, Record, StoredNumbers, SyncPolicy
from pyfixmsg_plus.store.journal import JournalReader, JournalStore, journal_folder, journal_sessions
from pyfixmsg_plus.store.memory import MemoryStore
from pyfixmsg_plus.store.opening import open_store
from pyfixmsg_plus.store.query import Query, find
from pyfixmsg_plus.store.quickfix import QuickFixStore, quickfix_stores
from pyfixmsg_plus.store.retention import Retention, Retired, apply_retention
from pyfixmsg_plus.store.sqlite import SqliteStore, sqlite_sessions

__all__ = [
    "NUMBER_MAX",
    "JournalReader",
    "JournalStore",
    "MemoryStore",
    "MessageStore",
    "Query",
    "QuickFixStore",
    "Record",
    "Retention",
    "Retired",
    "SqliteStore",
    "StoredNumbers",
    "SyncPolicy",
    "apply_retention",
    "find",
    "journal_folder",
    "journal_sessions",
    "open_store",
    "quickfix_stores",
    "sqlite_sessions",
]
