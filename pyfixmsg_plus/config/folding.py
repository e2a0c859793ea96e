"""Other ways to write a key, which become part of the key itself.

Where both are given, the one that is nearer to the session counts: the environment before the session, the session
before the defaults. In one place they must say the same.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum

from pyfixmsg_plus.config import databases
from pyfixmsg_plus.config.key import Key, Status
from pyfixmsg_plus.config.keys import KEYS, key_named
from pyfixmsg_plus.config.kinds import Kind, NotReadable
from pyfixmsg_plus.config.settings import Source
from pyfixmsg_plus.config.settle import read_value

__all__ = ["Given", "Level", "Remark", "fold"]


class Level(IntEnum):
    """How near to a session a value is given; the nearest counts."""

    DEFAULT = 0
    SESSION = 1
    ENVIRONMENT = 2


@dataclass(frozen=True, slots=True)
class Given:
    """One value as it is given.

    Attributes:
        suffix: The number of an item of a list, or a version.
        value: With its references resolved.
        raw: As the file says it, where it holds references; else None.
    """

    key: Key
    suffix: str
    value: object
    raw: object | None
    source: Source
    level: Level


@dataclass(frozen=True, slots=True)
class Remark:
    """What is wrong with, or to be told of, a value that is given."""

    given: Given
    cause: str
    remedy: str
    is_fault: bool = True


Values = dict[tuple[str, str], Given]

_SWITCHES: dict[str, tuple[tuple[str, Mapping[str, str]], ...]] = {
    "milliseconds_in_time_stamp": (("timestamp_precision", {"Y": "3", "N": "0"}),),
    "file_store_sync": (("store_sync", {"Y": "always", "N": "never"}),),
    "socket_insecure_skip_verify": (("ssl_validate_certificates", {"Y": "N", "N": "Y"}),),
    "certificate_verify_level": (
        ("need_client_auth", {"0": "N", "1": "Y", "2": "N"}),
        ("want_client_auth", {"0": "N", "1": "N", "2": "Y"}),
    ),
}
_CERTIFICATES = {
    "server_certificate_file": ("acceptor", "socket_certificate_file"),
    "server_certificate_key_file": ("acceptor", "socket_private_key_file"),
    "client_certificate_file": ("initiator", "socket_certificate_file"),
    "client_certificate_key_file": ("initiator", "socket_private_key_file"),
}
# Families of keys by what their names begin with; what comes first is looked for first.
_STORES = {
    "mysql_store_": "MySQLStore*", "postgresql_store_": "PostgreSQLStore*", "odbc_store_": "OdbcStore*",
    "jdbc_": "Jdbc*", "sql_store_": "SQLStore*", "mongo_store_": "MongoStore*", "sleepycat_": "Sleepycat*",
}  # fmt: skip
_LOGS = {
    "mysql_log_": "MySQLLog*", "postgresql_log_": "PostgreSQLLog*", "odbc_log_": "OdbcLog*", "jdbc_": "Jdbc*",
    "sql_log_": "SQLLog*", "mongo_log_": "MongoLog*", "slf4j_log_": "SLF4JLog*",
}  # fmt: skip
_FOLDED = {key.name: key for key in KEYS if key.status is Status.FOLDED}
# Without any of these, the keys of a family that serves both do not name a store, or a log.
_JDBC_STORE = ("jdbc_url", "jdbc_data_source_name")
_IGNORED = frozenset(
    {
        "jdbc_driver", "jdbc_session_id_default_property_value", "sleepycat_sequence_db_name",
        "sleepycat_message_db_name", "mysql_store_use_connection_pool", "postgresql_store_use_connection_pool",
        "mysql_log_use_connection_pool", "postgresql_log_use_connection_pool",
    }
)  # fmt: skip


def fold(values: Values, connection_type: str, wrong: Collection[str]) -> Iterator[Remark]:
    """Replace the keys that become part of others, in place.

    Args:
        values: What is given, by the name of the key and its suffix.
        connection_type: Which of the certificates of QuickFIX counts.
        wrong: Keys whose values could not be taken, which has been told.
    """
    for name, given in [(name, given) for (name, _), given in values.items() if name in _FOLDED]:
        try:
            value = read_value(given.key, given.value)
        except NotReadable as error:
            yield Remark(given, str(error), error.remedy)
            del values[name, given.suffix]
            wrong = {*wrong, name}
            continue
        if name in _SWITCHES:
            for target, words in _SWITCHES[name]:
                yield from _put(values, target, replace(given, value=words[given.key.kind.write(value)]))
        elif name in _CERTIFICATES:
            wanted, target = _CERTIFICATES[name]
            if wanted == connection_type:
                yield from _put(values, target, given)
    yield from _fold_family(values, "store", _STORES, "file_store_path", wrong)
    yield from _fold_family(values, "log", _LOGS, "file_log_path", wrong)
    for name in _FOLDED:
        values.pop((name, ""), None)


def _put(values: Values, target: str, given: Given) -> Iterator[Remark]:
    """Take a value for another key."""
    key = key_named(target)
    known = values.get((target, ""))
    new = replace(given, key=key, suffix="")
    if known is None or known.level < given.level:
        values[target, ""] = new
    elif known.level == given.level and not _equal(key, known.value, new.value):
        yield Remark(given, f"{known.source.name} on line {known.source.line} says otherwise", "Leave one of them out.")


def _equal(key: Key, one: object, other: object) -> bool:
    try:
        return bool(read_value(key, one) == read_value(key, other))
    except NotReadable:
        return True  # that one of them is none will be told anyway


def _fold_family(
    values: Values, target: str, families: Mapping[str, str], path: str, wrong: Collection[str]
) -> Iterator[Remark]:
    """Make one URL of the keys of a family, unless the URL itself is given."""
    found: dict[str, dict[str, Given]] = {}
    for (name, _), given in values.items():
        prefix = next((prefix for prefix in families if name.startswith(prefix) and name in _FOLDED), None)
        if prefix is not None and (prefix == "jdbc_" or _FOLDED[name].why == target):
            found.setdefault(prefix, {})[name.removeprefix(prefix)] = given
    jdbc = found.get("jdbc_", {})
    is_store = any(name.removeprefix("jdbc_") in jdbc for name in _JDBC_STORE)
    if jdbc and not (is_store and (target == "store" or any(name.startswith("log_") for name in jdbc))):
        del found["jdbc_"]
    if not found:
        return
    known = values.get((target, ""))
    for family in found.values():
        if known is not None:
            first = next(iter(family.values()))
            yield Remark(first, f"{known.source.name} is given, and counts instead", "Leave this out.", is_fault=False)
    if known is not None:
        return
    if len(found) > 1:
        names = ", ".join(families[prefix] for prefix in found)
        last = next(iter([*found.values()][-1].values()))
        yield Remark(
            last, f"{names} each name a {target}", f"Leave all but one out, or write {key_named(target).quickfix}=."
        )
        return
    ((prefix, family),) = found.items()
    if (file := values.get((path, ""))) is not None:
        yield Remark(
            file, f"{families[prefix]} name a {target} too, and count instead",
            f"Leave one of them out, or write {key_named(target).quickfix}=.", is_fault=False,
        )  # fmt: skip
    if not any(name.startswith(prefix) for name in wrong):
        yield from _url(values, target, prefix, family)


def _url(values: Values, target: str, prefix: str, family: dict[str, Given]) -> Iterator[Remark]:
    first = max(family.values(), key=lambda given: given.level)
    build = _BUILDERS[prefix]
    try:
        url = build({part: _text(given.key.kind, given.value) for part, given in family.items()})
        raw = None
        if any(given.raw is not None for given in family.values()):
            raw = build({part: _raw(given) for part, given in family.items()})
    except NotReadable as error:
        yield Remark(first, str(error), error.remedy)
        return
    values[target, ""] = Given(key_named(target), "", url, raw, first.source, first.level)
    for given in family.values():
        if given.key.name in _IGNORED:
            yield Remark(given, f"{given.key.quickfix} is read and ignored", "Leave it out.", is_fault=False)


def _text(kind: Kind, value: object) -> str:
    read = kind.read(value)
    return "" if read is None else kind.write(read)


# Whole locations, of which a reference cannot be carried into a URL.
_WHOLE = ("connection_string", "data_source_name", "connection", "url")


def _raw(given: Given) -> str:
    text = str(given.value if given.raw is None else given.raw).strip()
    part = given.key.name.rpartition("store_")[2].rpartition("log_")[2].removeprefix("jdbc_")
    if part in _WHOLE and text.startswith(("@file:", "@encrypted:")):
        raise NotReadable(
            f"{given.key.quickfix} cannot be a reference as a whole",
            f"Write {given.key.why.title()}= with the URL of the database; that may be @file:PATH.",
        )
    return text


def _tables(words: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
    return {ours: words[name] for name, ours in names.items() if words.get(name)}


_TABLES = {
    "incoming_table": "incoming_table", "outgoing_table": "outgoing_table", "event_table": "event_table",
    "messages_table_name": "messages_table", "sessions_table_name": "sessions_table",
    "conn_max_lifetime": "connection_lifetime_s", "store_messages_table_name": "messages_table",
    "store_sessions_table_name": "sessions_table", "log_incoming_table": "incoming_table",
    "log_outgoing_table": "outgoing_table", "log_event_table": "event_table", "log_heart_beats": "heartbeats",
    "max_active_connection": "max_connections", "min_idle_connection": "min_idle_connections",
    "max_connection_life_time": "connection_lifetime_ms", "connection_timeout": "connection_timeout_ms",
    "connection_idle_timeout": "connection_idle_timeout_ms", "connection_keepalive_time": "connection_keepalive_ms",
    "connection_test_query": "connection_test_query",
}  # fmt: skip
_LOGGERS = {
    "event_category": "event", "error_event_category": "error", "incoming_message_category": "incoming",
    "outgoing_message_category": "outgoing", "prepend_session_id": "prepend_session_id", "heartbeats": "heartbeats",
}  # fmt: skip


def _server(scheme: str) -> Callable[[Mapping[str, str]], str]:
    return lambda words: databases.server_url(scheme, words, _tables(words, _TABLES))


def _odbc(words: Mapping[str, str]) -> str:
    return databases.odbc_url(words.get("connection_string", ""), words, _tables(words, _TABLES))


def _sql(words: Mapping[str, str]) -> str:
    return databases.sql_url(words.get("driver", ""), words.get("data_source_name", ""), _tables(words, _TABLES))


def _mongo(words: Mapping[str, str]) -> str:
    return databases.mongo_url(words.get("connection", ""), words.get("database", ""), words.get("replica_set", ""))


def _jdbc(words: Mapping[str, str]) -> str:
    if "url" not in words:
        raise NotReadable(
            "JdbcDataSourceName is a name in a Java directory, which cannot be looked up", "Write JdbcURL=, or Store=."
        )
    return databases.jdbc_url(words["url"], words, _tables(words, _TABLES))


def _sleepycat(words: Mapping[str, str]) -> str:
    if not words.get("database_dir"):
        raise NotReadable("SleepycatDatabaseDir is missing", "Write FileStorePath=, the directory of the journal.")
    return f"journal:{words['database_dir']}"


def _slf4j(words: Mapping[str, str]) -> str:
    return databases.logging_url(_tables(words, _LOGGERS))


_BUILDERS: dict[str, Callable[[Mapping[str, str]], str]] = {
    "mysql_store_": _server("mysql"), "mysql_log_": _server("mysql"),
    "postgresql_store_": _server("postgresql"), "postgresql_log_": _server("postgresql"),
    "odbc_store_": _odbc, "odbc_log_": _odbc, "jdbc_": _jdbc, "sql_store_": _sql, "sql_log_": _sql,
    "mongo_store_": _mongo, "mongo_log_": _mongo, "sleepycat_": _sleepycat, "slf4j_log_": _slf4j,
}  # fmt: skip
