"""Run cargo's tests and print one line for all of them; what failed is shown whole.

Usage: rust_tests.py -- cargo test ...
"""

import os
import re
import subprocess
import sys

RESULT = re.compile(r"^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored", re.MULTILINE)
# A test that finds something absent prints this; cargo shows the output of a passing test only when it is asked to.
NOT_RUN = re.compile(r"^.*\bnot run: .*$", re.MULTILINE)


def main() -> int:
    """Run the command after ``--`` and return its status; under FIXPLUS_TEST_REQUIRE=all an absence is a failure."""
    command = sys.argv[sys.argv.index("--") + 1 :]
    command += ["--no-fail-fast", "--", "--show-output"]
    done = subprocess.run(command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    results = RESULT.findall(done.stdout)
    passed, failed, ignored = (sum(int(result[column]) for result in results) for column in range(3))
    if done.returncode:
        print(done.stdout[-20_000:])
    absent = sorted({line.strip() for line in NOT_RUN.findall(done.stdout)})
    for line in absent:
        print(line)
    required = bool(absent) and os.environ.get("FIXPLUS_TEST_REQUIRE") == "all"
    status = done.returncode or int(required)
    word = "FAILED" if status else "ok"
    print(f"test result: {word}. {passed} passed; {failed} failed; {ignored} ignored (Rust)", flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main())
