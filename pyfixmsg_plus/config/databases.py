"""The databases of other engines' stores and logs as one URL.

Each function takes texts and gives a URL. It is called twice where a text holds a reference such as ``${NAME}``: once
with what the texts stand for, and once with the texts themselves, so that a settings file that is written again holds
the reference and not the password.
"""

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl, quote, urlencode

from pyfixmsg_plus.config.kinds import NotReadable

__all__ = ["Parts", "jdbc_url", "logging_url", "mongo_url", "odbc_url", "server_url", "sql_url"]

Parts = Mapping[str, str]

_REMEDY = "Write the URL of a store that we have, such as Store=postgresql://user@host/name."
_DSN = re.compile(r"^(?:([^:@/]*)(?::(.*))?@)?(?:([a-z0-9]+)(?:\(([^)]*)\))?)?/([^?/]*)(?:\?(.*))?$", re.DOTALL)
_WORDS = re.compile(r"([A-Za-z_]+)\s*=\s*('(?:[^'\\]|\\.)*'|[^\s']\S*)")
_ODBC = re.compile(r"\s*([^=;{}]+?)\s*=\s*(\{(?:[^}]|\}\})*\}|[^;]*)\s*(?:;|$)")
_URL = re.compile(r"^([a-z0-9]+)://(?:([^:/?#@]*)(?::(.*))?@)?([^/?#@]*)(?:/([^?#]*))?(?:\?([^#]*))?$", re.DOTALL)
# What may stand in a URL as it is: in a text with references, their marks too.
_SAFE = "${}()"


def server_url(scheme: str, parts: Parts, tables: Parts) -> str:
    """Return the URL of a database server.

    Args:
        scheme: ``mysql`` or ``postgresql``.
        parts: ``user``, ``password``, ``host``, ``port`` and ``database``, as far as they are given.
        tables: Names of tables and limits, which become the query.
    """
    user = quote(parts.get("user", ""), safe=_SAFE)
    password = quote(parts.get("password", ""), safe="")
    who = f"{user}{password and ':' + password}@" if user or password else ""
    host = parts.get("host", "") or "localhost"
    host = f"[{host}]" if ":" in host and not host.startswith("[") else host
    port = f":{parts['port']}" if parts.get("port") else ""
    query = urlencode({name: value for name, value in tables.items() if value}, safe=_SAFE, quote_via=quote)
    name = quote(parts.get("database", "") or "quickfix", safe=_SAFE)
    return f"{scheme}://{who}{host}{port}/{name}{query and '?' + query}"


def _of_url(text: str, scheme: str, user: str, password: str, tables: Parts) -> str:
    """The URL of a server from another URL of it, with a user and a password that were given apart."""
    found = _URL.match(text)
    if found is None:
        raise NotReadable("it is no URL of a database", _REMEDY)
    _, own_user, own_password, place, name, query = (part or "" for part in found.groups())
    rest = dict(parse_qsl(query))
    user = user or own_user or rest.pop("user", "")
    password = password or own_password or rest.pop("password", "")
    rest = {key: value for key, value in rest.items() if key not in ("user", "password")}
    host, _, port = place.rpartition(":") if re.search(r":\d*$|:\$", place) else (place, "", "")
    parts = {"user": user, "password": password, "host": host, "port": port, "database": name}
    return server_url(scheme, parts, rest | dict(tables))


def jdbc_url(text: str, parts: Parts, tables: Parts) -> str:
    """Return the URL for a JDBC URL.

    Raises:
        NotReadable: It is of a database that we have no store for.
    """
    jdbc, _, rest = text.partition(":")
    scheme, _, place = rest.partition(":")
    if jdbc.lower() != "jdbc" or not place:
        raise NotReadable("it is no JDBC URL", "Write jdbc:postgresql://host/name, or Store= instead.")
    scheme = scheme.lower()
    if scheme == "sqlite":
        return _sqlite(place, tables)
    if scheme not in ("postgresql", "mysql", "mariadb"):
        raise NotReadable(f"there is no store for {scheme[:20]!r}", _REMEDY)
    place = place if place.startswith("//") else f"//localhost/{place}"
    ours = "mysql" if scheme == "mariadb" else scheme
    return _of_url(f"{ours}:{place}", ours, parts.get("user", ""), parts.get("password", ""), tables)


def _sqlite(path: str, tables: Parts) -> str:
    path, _, _ = path.removeprefix("file:").partition("?")
    if not path or ":memory:" in path:
        return "memory:"
    query = urlencode({name: value for name, value in tables.items() if value}, safe=_SAFE, quote_via=quote)
    return f"sqlite:{path}{query and '?' + query}"


def sql_url(driver: str, source: str, tables: Parts) -> str:
    """Return the URL for a driver and a data source name of Go.

    Raises:
        NotReadable: It is of a database that we have no store for, or cannot be read.
    """
    kind = driver.lower()
    if kind in ("sqlite3", "sqlite"):
        return _sqlite(source, tables)
    if kind in ("postgres", "postgresql", "pgx"):
        if "://" in source:
            return _of_url(f"postgresql{source[source.index(':') :]}", "postgresql", "", "", tables)
        words = {name.lower(): _unquoted(value) for name, value in _WORDS.findall(source)}
        if not words:
            raise NotReadable("it names no database", _REMEDY)
        parts = {part: words.pop(name, "") for part, name in
                 (("user", "user"), ("password", "password"), ("host", "host"), ("port", "port"),
                  ("database", "dbname"))}  # fmt: skip
        return server_url("postgresql", parts, words | dict(tables))
    if kind == "mysql":
        found = _DSN.match(source)
        if found is None:
            raise NotReadable("it is no data source name of MySQL", "Write user:password@tcp(host:3306)/name.")
        user, password, net, place, name, query = (part or "" for part in found.groups())
        if net not in ("", "tcp", "tcp4", "tcp6"):
            raise NotReadable(f"a server is not reached by {net!r} here", "Write user:password@tcp(host:3306)/name.")
        host, _, port = place.rpartition(":") if ":" in place else (place, "", "")
        parts = {"user": user, "password": password, "host": host.strip("[]"), "port": port, "database": name}
        return server_url("mysql", parts, dict(parse_qsl(query)) | dict(tables))
    raise NotReadable(f"there is no store for the driver {kind[:20]!r}", _REMEDY)


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1]) if text.startswith("'") else text


def odbc_url(text: str, parts: Parts, tables: Parts) -> str:
    """Return the URL for an ODBC connection string.

    Raises:
        NotReadable: Its driver is of a database that we have no store for, or it names a source of the system.
    """
    words = {name.lower(): _unbraced(value) for name, value in _ODBC.findall(text)}
    driver = words.get("driver", "").lower()
    if not driver:
        raise NotReadable("it names no driver, and sources of the system are not looked up", _REMEDY)
    if "sqlite" in driver:
        return _sqlite(words.get("database", ""), tables)
    scheme = next((ours for known, ours in
                   (("postgres", "postgresql"), ("psql", "postgresql"), ("mysql", "mysql"), ("maria", "mysql"))
                   if known in driver), None)  # fmt: skip
    if scheme is None:
        raise NotReadable(f"there is no store for the driver {driver[:40]!r}", _REMEDY)
    found = {
        "user": parts.get("user", "") or words.get("uid", "") or words.get("user", ""),
        "password": parts.get("password", "") or words.get("pwd", "") or words.get("password", ""),
        "host": words.get("server", "") or words.get("servername", ""),
        "port": words.get("port", ""),
        "database": words.get("database", ""),
    }
    return server_url(scheme, found, tables)


def _unbraced(text: str) -> str:
    return text[1:-1].replace("}}", "}") if text.startswith("{") else text


def mongo_url(text: str, database: str, replica_set: str) -> str:
    """Return the URL of a MongoDB, with the database and the replica set in it.

    Raises:
        NotReadable: It is no URL of one.
    """
    if not re.match(r"mongodb(?:\+srv)?://.", text):
        raise NotReadable("it is no URL of a MongoDB", "Write mongodb://host:27017.")
    before, _, query = text.partition("?")
    start, _, rest = before.partition("://")
    place, _, name = rest.partition("/")
    words = dict(parse_qsl(query))
    if replica_set:
        words["replicaSet"] = replica_set
    shown = urlencode(words, safe=_SAFE, quote_via=quote)
    return f"{start}://{place}/{quote(database, safe=_SAFE) or name}{shown and '?' + shown}"


def logging_url(words: Parts) -> str:
    """Return the URL of logging through Python's loggers."""
    query = urlencode({name: value for name, value in words.items() if value}, safe=_SAFE, quote_via=quote)
    return f"logging:{query and '?' + query}"
