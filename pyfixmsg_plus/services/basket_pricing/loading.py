"""Read the service's settings, and refuse what must not be before anything starts.

Precedence: a file in YAML, then variables, then flags. Names that an earlier plan of the service used are aliases.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, SecretStr, ValidationError
from pydantic_settings import EnvSettingsSource

from pyfixmsg_plus.errors import ConfigError, ConfigFault
from pyfixmsg_plus.services.basket_pricing.settings import PREFIX, Settings

__all__ = ["ALIASES", "load"]

_PLACEHOLDER = re.compile(
    r"(?:your[-_ ].+|.*[-_]your[-_].+|<[^>]*>|\$\{[^}]*\}|change[-_ ]?me|replace[-_ ]?me|todo|xxx+|placeholder)",
    re.IGNORECASE,
)
# The plan's variables, and where they stand here.
ALIASES: Mapping[str, tuple[str, ...]] = {
    "SMA_API_URL": ("market_data", "sources", "SMA_REFINITIV", "url"),
    "SMA_APP_KEY": ("market_data", "sources", "SMA_REFINITIV", "app_key"),
    "SMA_USERNAME": ("market_data", "sources", "SMA_REFINITIV", "username"),
    "SMA_PASSWORD": ("market_data", "sources", "SMA_REFINITIV", "password"),
    "BLOOMBERG_FIX_HOST": ("vendors", "BLOOMBERG", "host"),
    "BLOOMBERG_FIX_PORT": ("vendors", "BLOOMBERG", "port"),
    "FIX_SENDER_COMP_ID": ("vendors", "BLOOMBERG", "sender_comp_id"),
    "FIX_TARGET_COMP_ID": ("vendors", "BLOOMBERG", "target_comp_id"),
    "BLOOMBERG_USERNAME": ("vendors", "BLOOMBERG", "username"),
    "BLOOMBERG_PASSWORD": ("vendors", "BLOOMBERG", "password"),
    "BLOOMBERG_CERT_PATH": ("vendors", "BLOOMBERG", "certificate"),
    "JWT_ISSUER_URI": ("security", "issuer"),
}
# The plan's keys of a vendor, which stand in three groups there.
_VENDOR_KEYS: Mapping[str, str] = {
    "host": "host", "port": "port", "sender_comp_id": "sender_comp_id", "target_comp_id": "target_comp_id",
    "username": "username", "password": "password", "cert_path": "certificate", "certificate_path": "certificate",
}  # fmt: skip
_NAMED = {("market_data", "sources"), ("vendors",)}


def load(file: Path | None, environment: Mapping[str, str], flags: Mapping[str, Any] | None = None) -> Settings:
    """Return the settings.

    Args:
        file: YAML, or nothing.
        environment: Variables.
        flags: What the command line says, nested as the settings are.

    Raises:
        ConfigError: They cannot be used; every fault at once.
    """
    said: dict[str, Any] = {}
    try:
        for layer in (
            {} if file is None else _file(file),
            _aliases(environment),
            _environment(environment),
            dict(flags or {}),
        ):
            said = _over(said, layer)
        settings = Settings.model_validate(said)
    except ValidationError as error:
        raise _error(
            ConfigFault("", 0, "", ".".join(map(str, one["loc"])), str(one["msg"]), "") for one in error.errors()
        ) from None
    faults = [*_placeholders(settings), *_contradictions(settings)]
    if faults:
        raise _error(iter(faults))
    return settings


def _error(faults: Iterator[ConfigFault]) -> ConfigError:
    found = tuple(faults)
    return ConfigError("; ".join(map(str, found)), faults=found)


def _file(path: Path) -> dict[str, Any]:
    try:
        said = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise _error(iter([ConfigFault(str(path), 0, "", "", f"it cannot be read: {error}", "")])) from error
    if said is None:
        return {}
    if not isinstance(said, dict):
        raise _error(iter([ConfigFault(str(path), 0, "", "", "it is no mapping", "Write key: value.")]))
    return _planned(_snake(said, ()))


def _snake(value: Any, path: tuple[str, ...]) -> Any:
    """Return a mapping with our names: ``retry-attempts`` is ``retry_attempts``; sources and vendors in capitals."""
    if not isinstance(value, dict):
        return value
    found = {}
    for key, held in value.items():
        name = str(key).replace("-", "_")
        named = name.upper() if path in _NAMED else name
        # What belongs to a feed or a profile has names of its own.
        found[named] = held if name in ("options", "profile") and len(path) > 1 else _snake(held, (*path, name))
    return found


def _planned(said: dict[str, Any]) -> dict[str, Any]:
    """Move what the plan writes below ``fix`` to the vendors."""
    fix = said.pop("fix", None)
    if not isinstance(fix, dict):
        return said
    for vendor, groups in fix.items():
        settings: dict[str, Any] = {}
        for group in ("connection", "session", "authentication"):
            for key, value in ((groups or {}).get(group) or {}).items():
                if key in _VENDOR_KEYS:
                    settings[_VENDOR_KEYS[key]] = value
                else:
                    settings.setdefault("profile", {})[key] = value
        said = _over(said, {"vendors": {str(vendor).upper(): settings}})
    return said


def _aliases(environment: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, path in ALIASES.items():
        if name in environment:
            layer: Any = environment[name]
            for step in reversed(path):
                layer = {step: layer}
            found = _over(found, layer)
    if "REDIS_HOST" in environment:
        url = f"redis://{environment['REDIS_HOST']}:{environment.get('REDIS_PORT', '6379')}"
        found = _over(found, {"cache": {"url": url}})
    return found


def _environment(environment: Mapping[str, str]) -> dict[str, Any]:
    class Variables(EnvSettingsSource):
        def _load_env_vars(self) -> Mapping[str, str | None]:
            return {name.lower(): value for name, value in environment.items()}

    said = Variables(Settings)()
    unknown = sorted(
        name
        for name in environment
        if name.startswith(PREFIX) and name[len(PREFIX) :].partition("__")[0].lower() not in Settings.model_fields
    )
    if unknown:
        raise _error(ConfigFault("environment", 0, "", name, "there is no such setting", "") for name in unknown)
    return {key: _snake(value, (key,)) for key, value in said.items()}


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        known = merged.get(key)
        merged[key] = _over(known, value) if isinstance(known, Mapping) and isinstance(value, Mapping) else value
    return merged


def _texts(value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    match value:
        case BaseModel():
            for name in type(value).model_fields:
                yield from _texts(getattr(value, name), (*path, name))
        case Mapping():
            for key, held in value.items():
                yield from _texts(held, (*path, str(key)))
        case SecretStr():
            yield ".".join(path), value.get_secret_value()
        case str() | Path():
            yield ".".join(path), str(value)
        case _:
            pass


def _placeholders(settings: Settings) -> Iterator[ConfigFault]:
    for name, text in _texts(settings, ()):
        if _PLACEHOLDER.fullmatch(text.strip()):
            yield ConfigFault(
                "", 0, "", name, "a placeholder stands where a value belongs", "Give it, or leave it out."
            )


def _contradictions(settings: Settings) -> Iterator[ConfigFault]:
    security, production = settings.security, settings.profile == "production"

    def fault(key: str, text: str, remedy: str = "") -> ConfigFault:
        return ConfigFault("", 0, "", key, text, remedy)

    if security.mode == "jwt" and security.issuer is None:
        yield fault(
            "security.issuer",
            "nobody says whose tokens are believed",
            f"Set {PREFIX}SECURITY__ISSUER, or {PREFIX}SECURITY__MODE=open for local work.",
        )
    if security.mode == "open":
        if production:
            yield fault("security.mode", "open lets everybody in, and the profile is production", "Set an issuer.")
        elif not settings.is_on_loopback and not security.open_off_loopback:
            text = f"open lets everybody in, and {settings.http.host} is not loopback"
            yield fault("security.mode", text, f"Set an issuer, or {PREFIX}SECURITY__OPEN_OFF_LOOPBACK=true.")
    if security.issuer is not None and not security.issuer.startswith(("https://", "http://")):
        yield fault("security.issuer", "it is no address", "It begins with https://.")
    if production:
        if security.issuer is not None and security.issuer.startswith("http://"):
            yield fault("security.issuer", "its keys would come over an open line", "It begins with https://.")
        for name, on in (("market_data", settings.simulates_market_data), ("vendors", settings.simulates_vendors)):
            if on:
                yield fault(
                    f"simulator.{name}", "nothing is simulated where the profile is production", "Set it to false."
                )
        for group, named in (("market_data.sources", settings.market_data.sources), ("vendors", settings.vendors)):
            for name, one in named.items():
                if one.enabled and one.kind == "simulator":
                    yield fault(f"{group}.{name}.kind", "nothing is simulated where the profile is production")
    if settings.mode == "full" and settings.bus.kind == "memory":
        yield fault("bus.kind", "events of one process do not reach the others", "Name a broker.")
    if settings.bus.kind != "memory" and settings.bus.url is None:
        yield fault("bus.url", f"nobody says where {settings.bus.kind} is")
    if settings.mode != "embedded" and settings.database_url.startswith("sqlite"):
        yield fault("database.url", f"SQLite serves one process, and the mode is {settings.mode}", "Name PostgreSQL.")
    if (settings.http.tls_certificate is None) != (settings.http.tls_key is None):
        yield fault("http.tls_key", "a certificate and its key belong together")
    for name, source in settings.market_data.sources.items():
        if source.enabled and source.kind != "simulator" and source.url is None:
            yield fault(f"market_data.sources.{name}.url", "nobody says where it is")
    for name, vendor in settings.vendors.items():
        missing = {
            "fix": ("host", "port", "sender_comp_id", "target_comp_id"), "http": ("url",), "simulator": (),
        }[vendor.kind]  # fmt: skip
        for key in missing:
            if vendor.enabled and getattr(vendor, key) is None:
                yield fault(f"vendors.{name}.{key}", f"a vendor of kind {vendor.kind} needs it")
