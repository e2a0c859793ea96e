"""The native benchmark program, built when it is asked for."""

import subprocess
from pathlib import Path

__all__ = ["ROOT", "built"]

ROOT = Path(__file__).resolve().parents[2]


def built() -> Path:
    """Build the program of ``benchmarks/native`` in release mode and return its path.

    Raises:
        subprocess.CalledProcessError: It cannot be built; cargo has said why.
    """
    command = ["cargo", "build", "--quiet", "--release", "--locked", "-p", "fixplus-benchmarks"]
    subprocess.run(command, cwd=ROOT, check=True)
    return ROOT / "target" / "release" / "fixplus-benchmarks"
