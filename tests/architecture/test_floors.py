"""Imports point down only. The floors stand in ``pyproject.toml``; these are the walls that floors cannot say."""

from functools import cache

import grimp
import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

from tests.architecture.source import PACKAGE, ROOT, imports, modules, room

FIX_WING = ("codec", "dictionary", "engine", "message", "message_types", "protocols", "session", "store", "transport")
# The rooms that give the compiled types their own names, and the package's front door.
BORDER = {
    "__init__",
    "basket",
    "codec",
    "dictionary",
    "message",
    "message_types",
    "diagnostics",
    "protocols",
    "session",
    "store",
    "testing",
    "transport",
}
# Only what stands above the libraries may come in by the front door: from below it would be a circle.
ABOVE_THE_DOOR = {"cli", "services", "testing", "monitor", "backtest"}


@cache
def graph() -> grimp.ImportGraph:
    """Who imports whom, from the source alone."""
    return grimp.build_graph("pyfixmsg_plus", cache_dir=None)


def rooms() -> set[str]:
    return {name.split(".")[1] for name in graph().modules if "." in name}


def test_imports_point_down() -> None:
    assert lint_imports(str(ROOT / "pyproject.toml"), no_cache=True) == EXIT_STATUS_SUCCESS


@pytest.mark.parametrize(
    ("knows_not", "those"),
    [
        ("session", ("store", "transport")),
        ("store", ("session",)),
        ("transport", ("session",)),
        ("risk", FIX_WING),
        ("oms", FIX_WING),
        ("strategies", FIX_WING),
        ("basket", FIX_WING),
        ("domain", FIX_WING),
        ("market_data", FIX_WING),
    ],
)
def test_a_wall_is_not_passed_even_by_a_detour(knows_not: str, those: tuple[str, ...]) -> None:
    if knows_not in rooms():
        for other in those:
            if other in rooms():
                source, target = f"pyfixmsg_plus.{knows_not}", f"pyfixmsg_plus.{other}"
                assert graph().find_shortest_chain(source, target, as_packages=True) is None


def test_the_session_does_no_io() -> None:
    outside = {"asyncio", "selectors", "socket", "ssl", "threading"}
    found = {name for path in modules() if room(path) == "session" for name in imports(path)}
    assert not {name for name in found if name.partition(".")[0] in outside}


def test_no_import_circle_anywhere() -> None:
    circles = []
    for module in sorted(graph().modules):
        for imported in sorted(graph().find_modules_directly_imported_by(module)):
            back = graph().find_shortest_chain(imported, module)
            if back is not None:
                circles.append((module, *back))
    assert not circles, circles[0]


def test_only_the_border_rooms_name_the_compiled_module() -> None:
    users = {
        room(path) for path in modules() for name in imports(path) if f"{name}.".startswith("pyfixmsg_plus._core.")
    }
    assert users <= BORDER


def test_nothing_below_comes_in_by_the_front_door() -> None:
    named = {path.stem for path in PACKAGE.iterdir()}
    wrong = [
        (str(path.relative_to(ROOT)), name)
        for path in modules()
        if path != PACKAGE / "__init__.py" and room(path) not in ABOVE_THE_DOOR
        for name in imports(path)
        if name == "pyfixmsg_plus" or (name.startswith("pyfixmsg_plus.") and name.split(".")[1] not in named)
    ]
    assert not wrong


def test_only_a_wiring_or_the_command_line_names_a_concrete_store_feed_or_broker() -> None:
    concrete = ("pyfixmsg_plus.store.", "pyfixmsg_plus.feeds.")
    wrong = [
        str(path.relative_to(ROOT))
        for path in modules()
        if room(path) == "services" and path.name != "wiring.py"
        for name in imports(path)
        if name.startswith(concrete)
    ]
    assert not wrong
