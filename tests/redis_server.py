"""A real server that speaks the protocol of Redis, on loopback, for tests."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from tests.not_run import not_run

__all__ = ["RedisServer", "redis_server"]


class RedisServer(NamedTuple):
    """Where it listens, and its process."""

    url: str
    process: subprocess.Popen[bytes]


@contextmanager
def redis_server() -> Iterator[RedisServer]:
    """Start ``redis-server`` or ``valkey-server`` on a free port, with nothing kept on disk, and end it afterwards."""
    program = shutil.which("redis-server") or shutil.which("valkey-server")
    if program is None:
        not_run("neither redis-server nor valkey-server is on PATH")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    arguments = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", "/tmp"]
    process = subprocess.Popen([program, *arguments], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if b"eady to accept connections" in line:
                break
        else:
            raise AssertionError(f"{program} ended with {process.wait()}")
        yield RedisServer(f"redis://127.0.0.1:{port}/0", process)
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
