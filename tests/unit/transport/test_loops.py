"""Loops for whoever starts one."""

import asyncio

import pytest

from pyfixmsg_plus.transport import new_event_loop, run
from pyfixmsg_plus.transport.loops import uvloop_is_there
from tests.not_run import not_run


async def kind_of_loop() -> str:
    return type(asyncio.get_running_loop()).__module__.partition(".")[0]


def test_asyncios_own_loop_is_used_where_it_is_asked_for() -> None:
    assert run(kind_of_loop(), uvloop=False) == "asyncio"


def test_uvloop_is_used_where_it_is_installed() -> None:
    if not uvloop_is_there():
        not_run("uvloop is not installed")
    assert run(kind_of_loop()) == "uvloop"
    assert run(kind_of_loop(), uvloop=True) == "uvloop"


def test_asyncios_own_loop_is_used_where_uvloop_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    def absent(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr("importlib.import_module", absent)
    assert run(kind_of_loop()) == "asyncio"
    with pytest.raises(ImportError):
        new_event_loop(uvloop=True)
