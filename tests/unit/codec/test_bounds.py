"""Hostile input costs bounded time and memory. Each case runs in a process of its own, so that its peak is its own."""

import subprocess
import sys

import pytest

# What is imported, before the input is made; inputs count in the peak.
PROGRAM = """
import pathlib, resource, time
import pyfixmsg_plus as fix
from pyfixmsg_plus._core import LogReader
def framed(body):
    head = b"8=FIX.4.4\\x019=%d\\x01" % len(body) + body
    return head + b"10=%03d\\x01" % (sum(head) % 256)
def refuses(act):
    try:
        act()
    except (fix.PyFixMsgError, ValueError):
        return
    raise SystemExit("not refused")
dictionary = fix.load_dictionary("FIX.4.4")
dictionary.validate(fix.Message({8: "FIX.4.4", 35: "D"}))
start = time.process_time()
CASE
try:
    # What getrusage says begins with the peak of the process that started this one.
    status = pathlib.Path("/proc/self/status").read_text()
    peak = int(status.partition("VmHWM:")[2].split()[0]) // 1024
except OSError:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(time.process_time() - start, peak)
"""

# The last two: seconds of processor time, and MB of peak memory. Both are several times what is needed.
CASES = {
    "a length of a gigabyte": ("""
splitter = fix.Splitter()
for _ in range(1000):
    splitter.feed(b"8=FIX.4.4\\x019=1000000000\\x0135=0\\x01")
assert len(splitter.rest) < 100
frames, rest = fix.split(b"8=FIX.4.4\\x019=1000000000\\x01" * 1000)
assert frames == []
""", 2, 100),
    "a million SOH": ("""
raw = b"\\x01" * 1_000_000
assert len(fix.parse(raw, strict=False).faults) < 1000
refuses(lambda: fix.parse(raw))
refuses(lambda: fix.parse(framed(b"35=0\\x01" + raw)))
assert fix.split(raw)[0] == []
""", 5, 250),
    "a million empty groups": ("""
message = fix.parse(framed(b"35=D\\x01" + b"454=0\\x01" * 1_000_000), dictionary)
assert len(message) == 1_000_004
assert message.groups(454) == []
assert dictionary.first_fault(message) is not None
assert dictionary.validate(message)
""", 20, 2000),
    "a hundred thousand entries": ("""
message = fix.parse(framed(b"35=D\\x01453=100000\\x01" + b"448=A\\x01" * 100_000), dictionary)
assert len(message.groups(453)) == 100_000
dictionary.validate(message)
message.to_dict()
""", 10, 1000),
    "deep nesting": ("""
body = b"35=D\\x01" + b"453=1\\x01448=A\\x01802=1\\x01523=B\\x01" * 50_000
message = fix.parse(framed(body), dictionary)
message.groups(453)
dictionary.validate(message)
refuses(lambda: fix.Message.from_json('{"Body":' + '{"NoPartyIDs":[' * 100_000))
xml = b"<fix>" + b"<group>" * 1_000_000
refuses(lambda: fix.Dictionary.read(xml, "deep.xml"))
entry = {448: "A"}
for _ in range(10_000):
    entry = {448: "A", 802: [entry]}
refuses(lambda: fix.Message({453: [entry]}, dictionary=False))
""", 10, 1000),
    "ten million digits": ("""
message = fix.parse(framed(b"35=D\\x0144=" + b"9" * 10_000_000 + b"\\x01"), dictionary)
refuses(lambda: message.int(44))
refuses(lambda: message.scaled(44, 2))
refuses(lambda: message.timestamp(44))
assert dictionary.validate(message)
refuses(lambda: fix.parse(b"8=FIX.4.4\\x019=" + b"9" * 10_000_000 + b"\\x01"))
assert fix.split(b"8=FIX.4.4\\x019=" + b"9" * 10_000_000)[0] == []
""", 10, 500),
    "a tag 65,536 times": ("""
message = fix.parse(framed(b"35=D\\x01" + b"55=A\\x01" * 65_536), dictionary)
assert len(dictionary.validate(message)) > 0
message["ClOrdID"] = "A"
refuses(message.encode)
flat = fix.parse(framed(b"35=D\\x01" + b"55=A\\x01" * 65_536), False)
flat.to_dict()
flat.groups(35, 55)
""", 10, 500),
    "a log without an end": ("""
reader = LogReader(max_message_size=100_000)
for _ in range(200):
    reader.feed(b"8=FIX.4.4|9=5|35=0|58=" + b"x" * 100_000)
reader.feed(b"8=FIX" * 1_000_000)
reader.finish()
""", 20, 250),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_hostile_input_costs_bounded_time_and_memory(name: str) -> None:
    case, seconds, megabytes = CASES[name]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.replace("CASE", case)], capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    took, peak = map(float, done.stdout.split())
    assert took < seconds
    assert peak < megabytes
