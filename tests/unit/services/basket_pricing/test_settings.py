from pathlib import Path
from typing import Any

import pytest

from pyfixmsg_plus.errors import ConfigError
from pyfixmsg_plus.services.basket_pricing.loading import ALIASES, load
from pyfixmsg_plus.services.basket_pricing.settings import PORTS, PREFIX, Settings

OPEN = {f"{PREFIX}SECURITY__MODE": "open"}


def variables(**said: str) -> dict[str, str]:
    return OPEN | {PREFIX + name: value for name, value in said.items()}


def file(folder: Path, text: str) -> Path:
    path = folder / "basket.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_later_word_counts_more(tmp_path: Path) -> None:
    said = file(tmp_path, "http: {host: 127.0.0.2, port: 1, burst: 7}\npricing: {interval-seconds: 9}\n")
    found = load(said, variables(HTTP__PORT="2", HTTP__BURST="8"), {"http": {"burst": 9}})
    assert (found.http.host, found.http.port, found.http.burst) == ("127.0.0.2", 2, 9)
    assert found.pricing.interval_seconds == 9


def test_defaults_are_an_embedded_service_with_all_roles_that_simulates() -> None:
    found = load(None, OPEN)
    assert (found.mode, found.roles, found.port) == ("embedded", ("all",), 8086)
    assert found.database_url == "sqlite+aiosqlite:///fixplus-data/baskets.db"
    assert [found.plays("fix"), found.simulates_market_data, found.simulates_vendors] == [True, True, True]


@pytest.mark.parametrize("role", sorted(PORTS))
def test_every_role_has_its_port(role: str) -> None:
    found = load(None, variables(ROLES=f'["{role}"]'))
    assert found.port == PORTS[role]
    assert found.plays("sma") == (role in ("sma", "all"))


def test_roles_in_one_process_stand_behind_the_front() -> None:
    assert load(None, variables(ROLES='["fix", "integration"]')).port == 8086


@pytest.mark.parametrize("mode", ["core", "full"])
def test_simulators_are_opt_in_elsewhere(mode: str) -> None:
    more = {"DATABASE__URL": "postgresql+asyncpg://x/y", "BUS__KIND": "nats", "BUS__URL": "nats://x", "MODE": mode}
    assert not load(None, variables(**more)).simulates_vendors
    assert load(None, variables(**more, SIMULATOR__VENDORS="true")).simulates_vendors


def test_the_plans_variables_are_aliases() -> None:
    values = {name: "9000" if name.endswith("PORT") else f"https://x/{name}" for name in ALIASES}
    found = load(None, values | {"REDIS_HOST": "cache", "REDIS_PORT": "6380"})
    source, vendor = found.market_data.sources["SMA_REFINITIV"], found.vendors["BLOOMBERG"]
    assert (source.url, source.username) == ("https://x/SMA_API_URL", "https://x/SMA_USERNAME")
    assert source.password is not None
    assert source.password.get_secret_value() == "https://x/SMA_PASSWORD"
    assert (vendor.port, vendor.sender_comp_id) == (9000, "https://x/FIX_SENDER_COMP_ID")
    assert vendor.certificate == Path("https://x/BLOOMBERG_CERT_PATH")
    assert found.security.issuer == "https://x/JWT_ISSUER_URI"
    assert found.cache.url is not None
    assert found.cache.url.get_secret_value() == "redis://cache:6380"


def test_our_own_variables_count_more_than_aliases() -> None:
    found = load(
        None, OPEN | {"SMA_API_URL": "wss://a", f"{PREFIX}MARKET_DATA__SOURCES__SMA_REFINITIV__URL": "wss://b"}
    )
    assert found.market_data.sources["SMA_REFINITIV"].url == "wss://b"


def test_the_plans_keys_are_aliases(tmp_path: Path) -> None:
    said = file(
        tmp_path,
        """
        market-data:
          sources:
            sma-refinitiv: {enabled: true, priority: 1, timeout: 5s, retry-attempts: 2, url: "wss://x"}
        fix:
          bloomberg:
            connection: {host: h, port: 8228, connect-timeout: 10}
            session: {sender-comp-id: US, target-comp-id: THEM}
            authentication: {username: u, password: geheim, cert-path: /c}
        """,
    )
    found = load(said, OPEN)
    source, vendor = found.market_data.sources["SMA_REFINITIV"], found.vendors["BLOOMBERG"]
    assert (source.priority, source.timeout, source.retry_attempts) == (1, 5000, 2)
    assert (vendor.host, vendor.port, vendor.sender_comp_id, vendor.certificate) == ("h", 8228, "US", Path("/c"))
    assert vendor.profile == {"connect_timeout": 10}
    assert "geheim" not in repr(found)


@pytest.mark.parametrize(("text", "ms"), [("5s", 5000), ("250ms", 250), ("1m", 60_000), ("1500", 1500)])
def test_times_are_written_as_the_plan_does(text: str, ms: int) -> None:
    name = f"{PREFIX}MARKET_DATA__SOURCES__A__TIMEOUT"
    found = load(None, OPEN | {name: text, f"{PREFIX}MARKET_DATA__SOURCES__A__KIND": "simulator"})
    assert found.market_data.sources["A"].timeout == ms


SMA = "market_data.sources.SMA_REFINITIV."
PRODUCTION = {f"{PREFIX}PROFILE": "production", "JWT_ISSUER_URI": "https://id"}


@pytest.mark.parametrize(
    ("environment", "key"),
    [
        ({}, "security.issuer"),
        ({"JWT_ISSUER_URI": "id.example"}, "security.issuer"),
        ({"JWT_ISSUER_URI": "your-issuer"}, "security.issuer"),
        (OPEN | {"FIX_SENDER_COMP_ID": "YOUR_COMP_ID"}, "vendors.BLOOMBERG.sender_comp_id"),
        (OPEN | {"BLOOMBERG_PASSWORD": "your-password"}, "vendors.BLOOMBERG.password"),
        (OPEN | {"SMA_APP_KEY": "<app key>"}, SMA + "app_key"),
        (
            OPEN | {"SMA_PASSWORD": "${SMA_PASSWORD}", "SMA_API_URL": "wss://x"},
            "market_data.sources.SMA_REFINITIV.password",
        ),
        (OPEN | {"SMA_USERNAME": "u"}, SMA + "url"),
        (OPEN | {"BLOOMBERG_FIX_HOST": "h"}, "vendors.BLOOMBERG.port"),
        (variables(VENDORS__A__KIND="http"), "vendors.A.url"),
        (variables(HTTP__HOST="0.0.0.0"), "security.mode"),
        (variables(HTTP__HOST="example.com"), "security.mode"),
        (PRODUCTION | OPEN, "security.mode"),
        (PRODUCTION | {"JWT_ISSUER_URI": "http://id"}, "security.issuer"),
        (PRODUCTION | {f"{PREFIX}SIMULATOR__VENDORS": "true"}, "simulator.vendors"),
        (PRODUCTION | {f"{PREFIX}SIMULATOR__MARKET_DATA": "true"}, "simulator.market_data"),
        (PRODUCTION | {f"{PREFIX}VENDORS__A__KIND": "simulator"}, "vendors.A.kind"),
        (variables(MODE="core"), "database.url"),
        (variables(MODE="full", DATABASE__URL="postgresql+asyncpg://x/y"), "bus.kind"),
        (variables(BUS__KIND="kafka"), "bus.url"),
        (variables(HTTP__TLS_KEY="/k"), "http.tls_key"),
        (variables(HTTP__PORT="x"), "http.port"),
        (variables(NOTHING="x"), f"{PREFIX}NOTHING"),
        (variables(HTTP__NOTHING="x"), "http.nothing"),
    ],
)
def test_what_must_not_be_stops_the_start_with_the_settings_name(environment: dict[str, str], key: str) -> None:
    with pytest.raises(ConfigError) as refused:
        load(None, environment)
    assert key in [fault.key for fault in refused.value.faults]
    assert "geheim" not in str(refused.value)


ELSEWHERE = variables(HTTP__HOST="0.0.0.0", SECURITY__OPEN_OFF_LOOPBACK="true")


@pytest.mark.parametrize(
    "environment", [variables(HTTP__HOST="::1"), variables(HTTP__HOST="localhost"), PRODUCTION, ELSEWHERE]
)
def test_what_may_be_starts(environment: dict[str, str]) -> None:
    assert isinstance(load(None, environment), Settings)


@pytest.mark.parametrize("text", ["[1, 2]", "a: [", "\x00"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, text: str) -> None:
    path = file(tmp_path, text)
    with pytest.raises(ConfigError) as refused:
        load(path, OPEN)
    assert refused.value.faults[0].file == str(path)


def test_an_empty_file_says_nothing(tmp_path: Path) -> None:
    assert load(file(tmp_path, ""), OPEN) == load(None, OPEN)


def test_a_vendors_group_may_be_empty(tmp_path: Path) -> None:
    said: Any = file(tmp_path, "fix: {generic: {session:}}\nvendors: {generic: {kind: simulator}}")
    assert load(said, OPEN).vendors["GENERIC"].kind == "simulator"
