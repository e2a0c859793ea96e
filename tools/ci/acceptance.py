"""Play the ``.def`` files of a folder against our acceptor, with the settings and the application that they presume.

Usage: ``acceptance.py DIR``; ends as ``fixplus certify run`` does.
"""

import contextlib
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

# One port; numbers start again at each Logon; the schedule never ends.
HEAD = """[DEFAULT]
ConnectionType=acceptor
SocketAcceptPort={port}
SocketReuseAddress=Y
StartTime=00:00:00
EndTime=00:00:00
SenderCompID=ISLD
ResetOnLogon=Y
"""
# The C++ engine, whose answers the files hold, writes 1137 into a BusinessMessageReject(35=j) of FIXT.
OF_C = "appl_ver_id_in_business_reject=Y\n"
SESSIONS = {
    "TW40": ("FIX.4.0", ""),
    "TW41": ("FIX.4.1", ""),
    "TW42": ("FIX.4.2", ""),
    "TW43": ("FIX.4.3", ""),
    "TW44": ("FIX.4.4", ""),
    "TW50": ("FIXT.1.1", "DefaultApplVerID=FIX.5.0\n" + OF_C),
    "TW50SP1": ("FIXT.1.1", "DefaultApplVerID=FIX.5.0SP1\n" + OF_C),
    "TW50SP2": ("FIXT.1.1", "DefaultApplVerID=FIX.5.0SP2\n" + OF_C),
    "TW": ("FIX.4.4", ""),
    "NO_CHECK_FIELDS_HAVE_VALUES": ("FIX.4.4", "ValidateFieldsHaveValues=N\n"),
}
START_S = 20.0


def settings(port: int) -> str:
    """Return the settings that the files presume."""
    sections = (
        f"\n[SESSION]\nBeginString={begin}\nTargetCompID={target}\n{more}" for target, (begin, more) in SESSIONS.items()
    )
    return HEAD.format(port=port) + "".join(sections)


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])


def await_listener(port: int, running: "subprocess.Popen[bytes]") -> None:
    """Return when somebody listens at the port; end the program if that does not come about."""
    until = time.monotonic() + START_S
    while time.monotonic() < until and running.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    sys.exit("the acceptor does not listen")


def main() -> int:
    """Start the acceptor, play the files, stop it."""
    (definitions,) = sys.argv[1:]
    command = [sys.executable, "-m", "pyfixmsg_plus.cli"]
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder, "at.cfg")
        config.write_text(settings(port), encoding="utf-8")
        acceptor = [*command, "acceptor", "--config", str(config), "--application", "echo", "--no-interactive"]
        running = subprocess.Popen(acceptor, cwd=folder, stdout=subprocess.DEVNULL)
        try:
            await_listener(port, running)
            judged = subprocess.run(
                [*command, "certify", "run", f"127.0.0.1:{port}", "--def", definitions], check=False
            )
        finally:
            running.terminate()
            running.wait(timeout=20)
    return judged.returncode


if __name__ == "__main__":
    sys.exit(main())
