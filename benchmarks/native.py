"""What the native path of a message costs, beside the least that it could cost.

Builds and starts the Rust program of ``benchmarks/native``; ``--flat`` prints the cost of a message over 1 to 10
million messages.
"""

import subprocess
import sys

from measuring.program import built

__all__: list[str] = []

if __name__ == "__main__":
    sys.exit(subprocess.run([str(built()), *sys.argv[1:]], check=False).returncode)
