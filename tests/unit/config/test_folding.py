"""Stores and logs of other engines become one URL; other ways to write a key become part of it."""

from pathlib import Path

import pytest

from pyfixmsg_plus.config import load_settings
from tests.unit.config.texts import ACCEPTOR, INITIATOR, faults, read, session, text

STORES: list[tuple[tuple[str, ...], str]] = [
    ((), "memory:"),
    (("FileStorePath=data/store",), "journal:data/store"),
    (("FileStorePath=data/store", "Store=sqlite:a.db"), "sqlite:a.db"),
    (("MySQLStoreDatabase=fix",), "mysql://localhost/fix"),
    (
        ("MySQLStoreUser=u", "MySQLStorePassword=p:@/?#%", "MySQLStoreHost=db", "MySQLStorePort=3306"),
        "mysql://u:p%3A%40%2F%3F%23%25@db:3306/quickfix",
    ),
    (("PostgreSQLStoreHost=2001:db8::1", "PostgreSQLStoreUser=u"), "postgresql://u@[2001:db8::1]/quickfix"),
    (
        ("OdbcStoreConnectionString=DRIVER={PostgreSQL Unicode};SERVER=db;PORT=5432;DATABASE=fix;UID=u;PWD={a;b}}c}",),
        "postgresql://u:a%3Bb%7Dc@db:5432/fix",
    ),
    (
        ("OdbcStoreConnectionString=Driver=MariaDB;Servername=db", "OdbcStoreUser=u", "OdbcStorePassword=p"),
        "mysql://u:p@db/quickfix",
    ),
    (("OdbcStoreConnectionString=DRIVER=SQLite3;DATABASE=fix.db",), "sqlite:fix.db"),
    (("JdbcURL=jdbc:postgresql://db:5432/fix?user=u&password=p&ssl=true",), "postgresql://u:p@db:5432/fix?ssl=true"),
    (("JdbcURL=jdbc:postgresql:fix", "JdbcUser=u", "JdbcPassword=p"), "postgresql://u:p@localhost/fix"),
    (
        (
            "JdbcURL=jdbc:mariadb://db/fix",
            "JdbcDriver=org.mariadb.jdbc.Driver",
            "JdbcStoreSessionsTableName=s",
            "JdbcMaxActiveConnection=5",
        ),
        "mysql://db/fix?sessions_table=s&max_connections=5",
    ),
    (("JdbcURL=jdbc:sqlite:fix.db",), "sqlite:fix.db"),
    (("JdbcURL=jdbc:sqlite::memory:",), "memory:"),
    (("SQLStoreDriver=sqlite3", "SQLStoreDataSourceName=file:fix.db?cache=shared"), "sqlite:fix.db"),
    (
        ("SQLStoreDriver=sqlite3", "SQLStoreDataSourceName=fix.db", "SQLStoreMessagesTableName=m"),
        "sqlite:fix.db?messages_table=m",
    ),
    (
        (
            "SQLStoreDriver=postgres",
            "SQLStoreDataSourceName=host=db port=5433 user=u password='a b' dbname=fix sslmode=require",
        ),
        "postgresql://u:a%20b@db:5433/fix?sslmode=require",
    ),
    (("SQLStoreDriver=pgx", "SQLStoreDataSourceName=postgres://u:p@db/fix"), "postgresql://u:p@db/fix"),
    (("SQLStoreDriver=mysql", "SQLStoreDataSourceName=u@/fix"), "mysql://u@localhost/fix"),
    (
        ("MongoStoreConnection=mongodb://a:1,b:2/?w=1", "MongoStoreDatabase=fix", "MongoStoreReplicaSet=rs"),
        "mongodb://a:1,b:2/fix?w=1&replicaSet=rs",
    ),
    (("MongoStoreConnection=mongodb://a/fix",), "mongodb://a/fix"),
    (("SleepycatDatabaseDir=data/db", "SleepycatSequenceDbName=seq"), "journal:data/db"),
]

LOGS: list[tuple[tuple[str, ...], str | None]] = [
    ((), None),
    (("FileLogPath=log",), "file:log"),
    (("MySQLLogHost=db", "MySQLLogEventTable=e"), "mysql://db/quickfix?event_table=e"),
    (("JdbcURL=jdbc:mysql://db/fix",), None),
    (
        ("JdbcURL=jdbc:mysql://db/fix", "JdbcLogIncomingTable=i", "JdbcLogHeartBeats=Y"),
        "mysql://db/fix?incoming_table=i&heartbeats=Y",
    ),
    (("SQLLogDriver=sqlite3", "SQLLogDataSourceName=log.db"), "sqlite:log.db"),
    (("MongoLogConnection=mongodb://a", "MongoLogDatabase=logs"), "mongodb://a/logs"),
    (
        ("OdbcLogConnectionString=DRIVER=MySQL;SERVER=db", "OdbcLogIncomingTable=i"),
        "mysql://db/quickfix?incoming_table=i",
    ),
    (
        ("SLF4JLogEventCategory=fix.event", "SLF4JLogPrependSessionID=N", "SLF4JLogHeartbeats=Y"),
        "logging:?event=fix.event&prepend_session_id=N&heartbeats=Y",
    ),
]

REFUSED: list[tuple[tuple[str, ...], str]] = [
    (("JdbcURL=jdbc:oracle:thin:@db:1521:fix",), "there is no store for 'oracle'"),
    (("JdbcURL=db",), "it is no JDBC URL"),
    (("JdbcURL=jdbc:mysql://a b@c@d#e",), "it is no URL of a database"),
    (("JdbcDataSourceName=jdbc/fix",), "JdbcDataSourceName is a name in a Java directory"),
    (("SQLStoreDriver=sqlserver", "SQLStoreDataSourceName=x"), "there is no store for the driver 'sqlserver'"),
    (("SQLStoreDriver=mysql", "SQLStoreDataSourceName=nonsense"), "it is no data source name of MySQL"),
    (("SQLStoreDriver=mysql", "SQLStoreDataSourceName=u@unix(/tmp/s)/fix"), "a server is not reached by 'unix' here"),
    (("SQLStoreDriver=postgres", "SQLStoreDataSourceName=nonsense"), "it names no database"),
    (("OdbcStoreConnectionString=DSN=fix",), "it names no driver"),
    (("OdbcStoreConnectionString=DRIVER=Oracle",), "there is no store for the driver 'oracle'"),
    (("MongoStoreDatabase=fix",), "it is no URL of a MongoDB"),
    (("SleepycatSequenceDbName=seq",), "SleepycatDatabaseDir is missing"),
    (("MySQLStoreHost=a", "MongoStoreConnection=mongodb://a"), "MySQLStore*, MongoStore* each name a store"),
    (("MySQLStorePort=x",), "'x' is not a port"),
    (("SQLStoreDriver=mysql", "SQLStoreDataSourceName=@file:/nowhere"), "the file '/nowhere' cannot be read"),
]


@pytest.mark.parametrize(("lines", "url"), STORES, ids=lambda value: str(value)[:60])
def test_a_store_is_one_url(lines: tuple[str, ...], url: str) -> None:
    assert session(*lines).store.reveal() == url


@pytest.mark.parametrize(("lines", "url"), LOGS, ids=lambda value: str(value)[:60])
def test_a_log_is_one_url(lines: tuple[str, ...], url: str | None) -> None:
    log = session(*lines).log
    assert (None if log is None else log.reveal()) == url


@pytest.mark.parametrize(("lines", "said"), REFUSED, ids=lambda value: str(value)[:60])
def test_a_store_that_we_do_not_have_is_told_with_what_to_write(lines: tuple[str, ...], said: str) -> None:
    (fault,) = faults(*lines)
    assert said in fault.text
    assert fault.remedy.endswith(".")


def test_a_whole_location_that_is_a_reference_is_written_as_a_store(tmp_path: Path) -> None:
    file = tmp_path / "dsn"
    file.write_text("u:hunter2@tcp(db)/fix", encoding="utf-8")
    (fault,) = faults("SQLStoreDriver=mysql", f"SQLStoreDataSourceName=@file:{file}")
    assert fault.text == "SQLStoreDataSourceName cannot be a reference as a whole"
    assert fault.remedy.startswith("Write Store= with the URL of the database; that may be @file:PATH")


def test_what_counts_of_two_stores_is_told() -> None:
    (note,) = read("FileStorePath=store", "MySQLStoreHost=db").settings.notes
    assert (note.key, note.text) == ("FileStorePath", "MySQLStore* name a store too, and count instead")
    (note,) = read("Store=memory:", "MySQLStoreHost=db").settings.notes
    assert (note.key, note.text) == ("MySQLStoreHost", "Store is given, and counts instead")


@pytest.mark.parametrize(
    "lines",
    [("MySQLStoreHost=db", "MySQLStoreUseConnectionPool=Y"), ("JdbcURL=jdbc:mysql://a/b", "JdbcDriver=x")],
)
def test_what_a_url_does_not_need_is_read_and_ignored(lines: tuple[str, ...]) -> None:
    (note,) = read(*lines).settings.notes
    assert "is read and ignored" in note.text


def test_a_password_that_is_a_reference_stays_one() -> None:
    one = session("MySQLStoreUser=${U}", "MySQLStorePassword=${P}", environ={"U": "u", "P": "p@ss"})
    assert one.store.reveal() == "mysql://u:p%40ss@localhost/quickfix"
    assert one.origins["store"] == "mysql://${U}:%24%7BP%7D@localhost/quickfix"
    again = session(f"Store={one.origins['store']}", environ={"U": "u", "P": "p@ss"})
    assert again.store == one.store


SWITCHES = [
    ("MillisecondsInTimeStamp=N", "timestamp_precision", 0),
    ("MillisecondsInTimeStamp=Y", "timestamp_precision", 3),
    ("FileStoreSync=N", "store_sync", "never"),
    ("FileStoreSync=Y", "store_sync", "always"),
    ("SocketInsecureSkipVerify=Y", "ssl_validate_certificates", False),
    ("CertificateVerifyLevel=1", "need_client_auth", True),
    ("CertificateVerifyLevel=2", "want_client_auth", True),
    ("CertificateVerifyLevel=0", "need_client_auth", False),
]


@pytest.mark.parametrize(("line", "name", "value"), SWITCHES)
def test_another_way_to_write_a_key_sets_it(line: str, name: str, value: object) -> None:
    assert getattr(session(line), name) == value


def test_two_ways_to_write_a_key_must_agree() -> None:
    (fault,) = faults("TimestampPrecision=6", "MillisecondsInTimeStamp=Y")
    assert (fault.key, fault.text) == ("MillisecondsInTimeStamp", "TimestampPrecision on line 11 says otherwise")
    assert not faults("TimestampPrecision=3", "MillisecondsInTimeStamp=Y")
    (fault,) = faults("TimestampPrecision=x", "MillisecondsInTimeStamp=Y")
    assert fault.key == "TimestampPrecision"
    (fault,) = faults("MillisecondsInTimeStamp=x")
    assert fault.key == "MillisecondsInTimeStamp"


def test_the_way_that_is_nearer_to_the_session_counts() -> None:
    default = text("MillisecondsInTimeStamp=N").replace("[SESSION]", "[DEFAULT]")
    (one,) = load_settings(f"{default}[SESSION]\nTimestampPrecision=6\n", {})
    assert one.timestamp_precision == 6
    default = text("TimestampPrecision=6").replace("[SESSION]", "[DEFAULT]")
    (one,) = load_settings(f"{default}[SESSION]\nMillisecondsInTimeStamp=N\n", {})
    assert one.timestamp_precision == 0


def test_certificates_of_quickfix_are_for_the_side_that_we_are() -> None:
    lines = ("ServerCertificateFile=s.pem", "ServerCertificateKeyFile=s.key", "ClientCertificateFile=c.pem")
    assert str(session(*lines, base=ACCEPTOR).socket_certificate_file) == "s.pem"
    assert str(session(*lines, base=ACCEPTOR).socket_private_key_file) == "s.key"
    assert str(session(*lines, base=INITIATOR).socket_certificate_file) == "c.pem"
    assert session(*lines, base=INITIATOR).socket_private_key_file is None
