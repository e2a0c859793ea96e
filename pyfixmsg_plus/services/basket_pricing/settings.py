"""The service's settings: their names, kinds and defaults.

As variables they begin with ``FIXPLUS_BASKET__``, and ``__`` nests. Secrets are never shown.
"""

import re
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

__all__ = ["PORTS", "PREFIX", "Role", "Settings", "SourceSettings", "VendorSettings"]

PREFIX = "FIXPLUS_BASKET__"

Role = Literal["basket", "market-data", "publishing", "sma", "fix", "integration", "all"]
PORTS: Mapping[str, int] = {
    "basket": 8081, "market-data": 8082, "publishing": 8083, "sma": 8084, "fix": 8085, "integration": 8086, "all": 8086,
}  # fmt: skip

_UNITS_MS = {"": 1, "ms": 1, "s": 1000, "m": 60_000}
_DURATION = re.compile(r"([0-9]{1,9})(ms|s|m|)")


def _milliseconds(value: object) -> object:
    """Read a time as the plan writes it: ``5s``, ``5000ms``, or milliseconds alone."""
    found = _DURATION.fullmatch(str(value).strip().lower())
    return int(found[1]) * _UNITS_MS[found[2]] if found else value


Milliseconds = Annotated[int, BeforeValidator(_milliseconds), Field(gt=0)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class HttpSettings(_Part):
    """Where the service listens, and what it takes.

    Attributes:
        host: Address to listen at.
        port: Port; by default that of the role.
        requests_per_second: Of one caller, in the long run.
        burst: Of one caller, after a pause.
        max_body_bytes: Of a request.
        forwarded_by: Proxies whose X-Forwarded-For is believed.
        tls_certificate: Chain in PEM; with it the service speaks TLS itself.
        tls_key: Its key in PEM.
    """

    host: str = "127.0.0.1"
    port: int | None = Field(default=None, ge=0, le=65535)
    requests_per_second: float = Field(default=200, gt=0)
    burst: int = Field(default=400, ge=1)
    max_body_bytes: int = Field(default=1 << 20, ge=1024)
    forwarded_by: tuple[str, ...] = ()
    tls_certificate: Path | None = None
    tls_key: Path | None = None


class SecuritySettings(_Part):
    """Who is let in.

    Attributes:
        mode: ``jwt``, or ``open`` for local work and load tests.
        open_off_loopback: ``open`` may listen elsewhere than on loopback.
        issuer: Whose tokens are believed; its metadata are found below it.
        audience: For whom tokens must be.
        algorithms: With which they may be signed.
        leeway_seconds: By how much clocks may differ.
        issuer_ca: Certificates that the issuer's must go back to; by default the system's.
        service_token: With which roles of this service call one another; a token of the issuer.
    """

    mode: Literal["jwt", "open"] = "jwt"
    open_off_loopback: bool = False
    issuer: str | None = None
    audience: str = "pyfixmsg-plus"
    algorithms: tuple[Literal["RS256", "PS256", "ES256", "EdDSA"], ...] = ("RS256", "PS256", "ES256", "EdDSA")
    leeway_seconds: int = Field(default=60, ge=0, le=300)
    issuer_ca: Path | None = None
    service_token: SecretStr | None = None


class DatabaseSettings(_Part):
    """Where state is kept.

    Attributes:
        url: Of SQLAlchemy; by default an SQLite file in ``data_dir``.
        migrate: Bring the schema up to date at the start; by default an unmigrated one stops it.
    """

    url: SecretStr | None = None
    migrate: bool = False


class CacheSettings(_Part):
    """Where prices are shared.

    Attributes:
        url: Of Redis or Valkey; by default prices are kept in this process.
    """

    url: SecretStr | None = None


class BusSettings(_Part):
    """How events travel.

    Attributes:
        kind: ``memory`` within one process, or a broker.
        url: Of the broker.
        prefix: Of event types and topics.
    """

    kind: Literal["memory", "nats", "kafka", "redis", "rabbitmq"] = "memory"
    url: SecretStr | None = None
    prefix: str = "pyfixmsg"


class SourceSettings(_Part):
    """One source of prices.

    Attributes:
        kind: What it speaks.
        enabled: It is used.
        priority: The lower goes first; by default that of its name.
        timeout: For an answer, in milliseconds.
        retry_attempts: How often it is tried, in all.
        url: Where it is; ``ws(s)://`` of LSEG, or the address of the REST service with ``{symbol}`` in it.
        token_url: Where tokens are had, for LSEG.
        app_key: Who the program is.
        username: Who logs in.
        password: With what.
        options: What else the feed knows, by its own names.
    """

    kind: Literal["lseg_ws", "http_json", "simulator"] = "lseg_ws"
    enabled: bool = True
    priority: int | None = Field(default=None, ge=0)
    timeout: Milliseconds = 5000
    retry_attempts: int = Field(default=3, ge=1, le=10)
    url: str | None = None
    token_url: str | None = None
    app_key: SecretStr | None = None
    username: str | None = None
    password: SecretStr | None = None
    options: dict[str, Any] = Field(default_factory=dict)


class MarketDataSettings(_Part):
    """Prices.

    Attributes:
        sources: By name.
        calls_per_hour: Of the adapter, upstream.
        reconcile_seconds: Between two comparisons of sources.
        fx_source: Which source gives the rates of exchange; by default the first that has them.
    """

    sources: dict[str, SourceSettings] = Field(default_factory=dict)
    calls_per_hour: int = Field(default=1000, ge=1)
    reconcile_seconds: int = Field(default=60, ge=1)
    fx_source: str | None = None


class SimulatorSettings(_Part):
    """Simulators; each is on by default in ``embedded`` alone.

    Attributes:
        market_data: Prices are simulated where no source is configured.
        vendors: Vendors are simulated where none is configured.
        seed: Of the generator.
        recording: Recorded figures that are played again.
        speed: How much faster than they were recorded.
    """

    market_data: bool | None = None
    vendors: bool | None = None
    seed: int = 1
    recording: Path | None = None
    speed: float = Field(default=1.0, gt=0)


class PricingSettings(_Part):
    """The schedule.

    Attributes:
        interval_seconds: Between two publications of a basket.
        max_concurrent: Baskets that are priced at once.
        max_constituents: Names that a basket may have.
        keep_days: How long valuations are kept.
    """

    interval_seconds: int = Field(default=5, ge=1, le=3600)
    max_concurrent: int = Field(default=100, ge=1)
    max_constituents: int = Field(default=500, ge=2, le=5000)
    keep_days: int = Field(default=5 * 365, ge=1)


class VendorSettings(_Part):
    """Where and how a vendor is told; all that is bilateral stands in ``profile``, by the names of vendor profiles.

    Attributes:
        kind: ``fix``, ``http`` or ``simulator``.
        enabled: It is used.
        host: Of a FIX vendor.
        port: Of a FIX vendor.
        url: Of an HTTP vendor.
        sender_comp_id: SenderCompID(49), ours.
        target_comp_id: TargetCompID(56), theirs.
        username: Username(553).
        password: Password(554).
        certificate: Our certificate and key in PEM, for mutual TLS.
        ca: Certificates that theirs must go back to.
        profile: The rest.
    """

    kind: Literal["fix", "http", "simulator"] = "fix"
    enabled: bool = True
    host: str | None = None
    port: int | None = Field(default=None, ge=1, le=65535)
    url: str | None = None
    sender_comp_id: str | None = None
    target_comp_id: str | None = None
    username: str | None = None
    password: SecretStr | None = None
    certificate: Path | None = None
    ca: Path | None = None
    profile: dict[str, Any] = Field(default_factory=dict)


class TelemetrySettings(_Part):
    """What is told to whom watches.

    Attributes:
        log_level: The least grave that is logged.
        log_format: ``json``, or ``text`` for a terminal.
        otlp_endpoint: Where traces are sent, by OTLP over HTTP; by default nowhere.
    """

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["json", "text"] = "json"
    otlp_endpoint: str | None = None


class Settings(BaseSettings):
    """All settings.

    Attributes:
        profile: ``production`` refuses simulators, ``open`` and the demo's issuer.
        mode: How the service is spread: ``embedded``, ``core`` or ``full``.
        roles: Which this process plays.
        data_dir: Where an embedded service keeps its files.
        http: Where it listens.
        security: Who is let in.
        database: Where state is kept.
        cache: Where prices are shared.
        bus: How events travel.
        market_data: Prices.
        simulator: Simulators.
        pricing: The schedule.
        vendors: By name.
        telemetry: What is told to whom watches.
        peers: Where the other roles are, by role; by default on this machine at their ports.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        extra="forbid",
        frozen=True,
        nested_model_default_partial_update=True,
    )

    profile: Literal["development", "test", "staging", "demo", "production"] = "development"
    mode: Literal["embedded", "core", "full"] = "embedded"
    roles: tuple[Role, ...] = ("all",)
    data_dir: Path = Path("fixplus-data")
    http: HttpSettings = HttpSettings()
    security: SecuritySettings = SecuritySettings()
    database: DatabaseSettings = DatabaseSettings()
    cache: CacheSettings = CacheSettings()
    bus: BusSettings = BusSettings()
    market_data: MarketDataSettings = MarketDataSettings()
    simulator: SimulatorSettings = SimulatorSettings()
    pricing: PricingSettings = PricingSettings()
    vendors: dict[str, VendorSettings] = Field(default_factory=dict)
    telemetry: TelemetrySettings = TelemetrySettings()
    peers: dict[str, str] = Field(default_factory=dict)

    def plays(self, role: str) -> bool:
        """Whether this process plays a role."""
        return "all" in self.roles or role in self.roles

    @property
    def port(self) -> int:
        """Where to listen."""
        if self.http.port is not None:
            return self.http.port
        front = "all" in self.roles or "integration" in self.roles
        return PORTS["all"] if front else PORTS[self.roles[0]]

    @property
    def database_url(self) -> str:
        """Of SQLAlchemy."""
        if self.database.url is not None:
            return self.database.url.get_secret_value()
        return f"sqlite+aiosqlite:///{self.data_dir / 'baskets.db'}"

    @property
    def simulates_market_data(self) -> bool:
        """Whether prices are simulated."""
        return self._simulates(self.simulator.market_data)

    @property
    def simulates_vendors(self) -> bool:
        """Whether vendors are simulated."""
        return self._simulates(self.simulator.vendors)

    def _simulates(self, said: bool | None) -> bool:
        return self.mode == "embedded" and self.profile != "production" if said is None else said

    @property
    def is_on_loopback(self) -> bool:
        """Whether it listens where only this machine reaches it."""
        if self.http.host == "localhost":
            return True
        try:
            return ip_address(self.http.host).is_loopback
        except ValueError:
            return False
