"""Keys of the stores and logs of other engines, which become part of the one ``store`` URL or ``log`` URL."""

from pyfixmsg_plus.config.key import Group, Key, Topic
from pyfixmsg_plus.config.kinds import Flag, Kind, PathText, SecretText, Text, Whole

__all__ = ["LOG", "STORE"]

_PORT = Whole(1, 65_535, "port")
# What each part is, and how it is read.
_PARTS: dict[str, tuple[Kind, str]] = {
    "Database": (Text(), "The database."),
    "User": (Text(), "The user."),
    "Password": (SecretText(), "The password."),
    "Host": (Text(without=" /@"), "The server."),
    "Port": (_PORT, "Its port."),
    "UseConnectionPool": (Flag(), "Connections are pooled in any case; read and ignored."),
    "ConnectionString": (SecretText(), "An ODBC connection string for PostgreSQL, MySQL or SQLite."),
    "IncomingTable": (Text(), "The table of received messages."),
    "OutgoingTable": (Text(), "The table of sent messages."),
    "EventTable": (Text(), "The table of events."),
    "Driver": (Text(), "The driver, which says what database it is."),
    "DataSourceName": (SecretText(), "Where the database is, in the words of the driver."),
    "ConnMaxLifetime": (Whole(0, 10_000_000, "s"), "How long a connection is used."),
    "MessagesTableName": (Text(), "The table of messages."),
    "SessionsTableName": (Text(), "The table of sessions."),
    "Connection": (SecretText(), "A MongoDB URL."),
    "ReplicaSet": (Text(), "The replica set."),
}
_SERVER = ("Database", "User", "Password", "Host", "Port", "UseConnectionPool")
_ODBC = ("User", "Password", "ConnectionString")
_TABLES = ("IncomingTable", "OutgoingTable", "EventTable")


def _family(topic: Topic, into: str, prefix: str, ours: str, parts: tuple[str, ...], engines: str) -> list[Key]:
    """The keys of one store or log of another engine."""
    found = []
    for part in parts:
        kind, doc = _PARTS[part]
        name = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in part)
        found.append(topic.folded(f"{prefix}{part}", kind, doc, into, engines=engines, name=f"{ours}{name}"))
    return found


_topic = Topic(Group.STORE_OF_OTHERS)
STORE = (
    *_family(_topic, "store", "MySQLStore", "mysql_store", _SERVER, "C"),
    *_family(_topic, "store", "PostgreSQLStore", "postgresql_store", _SERVER, "C"),
    *_family(_topic, "store", "OdbcStore", "odbc_store", _ODBC, "C"),
    *_family(_topic, "store", "SQLStore", "sql_store",
             ("Driver", "DataSourceName", "ConnMaxLifetime", "MessagesTableName", "SessionsTableName"), "G"),
    *_family(_topic, "store", "MongoStore", "mongo_store", ("Connection", "Database", "ReplicaSet"), "G"),
    _topic.folded("JdbcURL", SecretText(), "A JDBC URL of PostgreSQL, MySQL, MariaDB or SQLite.", "store", engines="J",
                  name="jdbc_url"),
    _topic.folded("JdbcDriver", Text(), "The URL says it: read and ignored.", "store", engines="J"),
    _topic.folded("JdbcDataSourceName", Text(), "A name in a Java directory, which cannot be looked up: refused.",
                  "store", engines="J"),
    _topic.folded("JdbcUser", Text(), "The user.", "store", engines="J"),
    _topic.folded("JdbcPassword", SecretText(), "The password.", "store", engines="J"),
    _topic.folded("JdbcStoreMessagesTableName", Text(), "The table of messages.", "store", engines="J"),
    _topic.folded("JdbcStoreSessionsTableName", Text(), "The table of sessions.", "store", engines="J"),
    _topic.folded("JdbcSessionIdDefaultPropertyValue", Text(), "What stands for an empty id.", "store", engines="J"),
    _topic.folded("JdbcMaxActiveConnection", Whole(1, 100_000), "The most connections.", "store", engines="J"),
    _topic.folded("JdbcMinIdleConnection", Whole(0, 100_000), "The least idle connections.", "store", engines="J"),
    _topic.folded("JdbcMaxConnectionLifeTime", Whole(0, 2**53, "ms"), "How long a connection is used.", "store",
                  engines="J"),
    _topic.folded("JdbcConnectionTimeout", Whole(0, 2**53, "ms"), "How long to wait for a connection.", "store",
                  engines="J"),
    _topic.folded("JdbcConnectionIdleTimeout", Whole(0, 2**53, "ms"), "How long a connection may be idle.", "store",
                  engines="J"),
    _topic.folded("JdbcConnectionKeepaliveTime", Whole(0, 2**53, "ms"), "How often an idle connection is tried.",
                  "store", engines="J"),
    _topic.folded("JdbcConnectionTestQuery", Text(), "How a connection is tried.", "store", engines="J"),
    _topic.folded("SleepycatDatabaseDir", PathText(), "The directory, in which our journal is kept instead.", "store",
                  engines="J"),
    _topic.folded("SleepycatSequenceDbName", Text(), "The journal has no names of databases: read and ignored.",
                  "store", engines="J"),
    _topic.folded("SleepycatMessageDbName", Text(), "The journal has no names of databases: read and ignored.",
                  "store", engines="J"),
)  # fmt: skip

_topic = Topic(Group.LOG_OF_OTHERS)
LOG = (
    *_family(_topic, "log", "MySQLLog", "mysql_log", (*_SERVER, *_TABLES), "C"),
    *_family(_topic, "log", "PostgreSQLLog", "postgresql_log", (*_SERVER, *_TABLES), "C"),
    *_family(_topic, "log", "OdbcLog", "odbc_log", (*_ODBC, *_TABLES), "C"),
    *_family(_topic, "log", "SQLLog", "sql_log", ("Driver", "DataSourceName", "ConnMaxLifetime"), "G"),
    *_family(_topic, "log", "MongoLog", "mongo_log", ("Connection", "Database", "ReplicaSet"), "G"),
    _topic.folded("JdbcLogIncomingTable", Text(), "The table of received messages.", "log", engines="J"),
    _topic.folded("JdbcLogOutgoingTable", Text(), "The table of sent messages.", "log", engines="J"),
    _topic.folded("JdbcLogEventTable", Text(), "The table of events.", "log", engines="J"),
    _topic.folded("JdbcLogHeartBeats", Flag(), "Log heartbeats too.", "log", engines="J"),
    _topic.folded("SLF4JLogEventCategory", Text(), "The name of the logger of events.", "log", engines="J",
                  name="slf4j_log_event_category"),
    _topic.folded("SLF4JLogErrorEventCategory", Text(), "The name of the logger of errors.", "log", engines="J",
                  name="slf4j_log_error_event_category"),
    _topic.folded("SLF4JLogIncomingMessageCategory", Text(), "The name of the logger of received messages.", "log",
                  engines="J", name="slf4j_log_incoming_message_category"),
    _topic.folded("SLF4JLogOutgoingMessageCategory", Text(), "The name of the logger of sent messages.", "log",
                  engines="J", name="slf4j_log_outgoing_message_category"),
    _topic.folded("SLF4JLogPrependSessionID", Flag(), "Lines begin with the session.", "log", engines="J",
                  name="slf4j_log_prepend_session_id"),
    _topic.folded("SLF4JLogHeartbeats", Flag(), "Log heartbeats too.", "log", engines="J",
                  name="slf4j_log_heartbeats"),
)  # fmt: skip
