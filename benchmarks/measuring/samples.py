"""The sample messages, and thousands like them that differ in numbers, prices, quantities and length."""

import random
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["KINDS", "READS", "VARIED", "Draft", "check_frame", "draft", "fixed", "varied"]

VARIED = 4096
"""How many messages differ before they come again."""

_BODIES = {
    "NOS": "35=D|34=1092|49=BUYSIDE|52=20260515-09:30:00.123|56=SELLSIDE|11=ORD-20260515-000001|1=ACC-7781|21=1|"
    "55=EURUSD|54=1|60=20260515-09:30:00.123|38=1000000|40=2|44=1.08345|59=0|",
    "ER": "35=8|34=2187|49=SELLSIDE|52=20260515-09:30:00.123|56=BUYSIDE|37=X-889900112233|11=ORD-20260515-000001|"
    "17=E-0000000456|150=F|39=1|1=ACC-7781|55=EURUSD|54=1|38=1000000|40=2|44=1.08345|59=0|32=250000|31=1.08344|30=XLON|"
    "151=750000|14=250000|6=1.08344|60=20260515-09:30:00.123|58=partial fill|",
    "W": "35=W|34=5511|49=SELLSIDE|52=20260515-09:30:00.123|56=BUYSIDE|262=MDR-000042|55=EURUSD|268=10|"
    + "".join(
        f"269={side}|270={price}|271={500000 * place}|273=09:30:00.123|346={place + 1}|290={place}|"
        for side, prices in (
            (0, ("1.08340", "1.08339", "1.08338", "1.08337", "1.08336")),
            (1, ("1.08345", "1.08346", "1.08347", "1.08348", "1.08349")),
        )
        for place, price in enumerate(prices, 1)
    ),
    "X": "35=X|34=5512|49=SELLSIDE|52=20260515-09:30:00.123|56=BUYSIDE|262=MDR-000042|268=5|"
    + "".join(
        f"279={action}|269={at % 2}|278=Q000440{at}|55=EURUSD|270=1.0834{at}|271={250000 * (at + 1)}|273=09:30:00.124|"
        for at, action in enumerate((0, 1, 1, 2, 1))
    ),
}
KINDS = tuple(_BODIES)

READS = {"NOS": (11, 55, 54, 38, 44), "ER": (37, 11, 39, 32, 31)}
"""What "five reads" means: three texts, a quantity and a price."""

# The count field of each kind's group and the field that starts an entry.
_DELIMITERS = {"W": "269", "X": "279"}
_SYMBOLS = ("EURUSD", "IBM", "VOD.L", "AAPL", "GBPJPY", "ESZ6", "DE000BASF111", "T")


def _frame(body: str) -> bytes:
    raw = f"8=FIX.4.4|9={len(body)}|{body}".replace("|", "\x01").encode()
    return raw + b"10=%03d\x01" % (sum(raw) % 256)


def fixed(kind: str) -> list[bytes]:
    """The sample message alone."""
    return [_frame(_BODIES[kind])]


def varied(kind: str) -> list[bytes]:
    """Thousands of messages that differ, the same ones in every run."""
    chance = random.Random(kind)
    return [_frame(_vary(_BODIES[kind], number, chance)) for number in range(VARIED)]


def _vary(body: str, number: int, chance: random.Random) -> str:
    def clock() -> str:
        return (
            f"{chance.randrange(24):02}:{chance.randrange(60):02}:{chance.randrange(60):02}.{chance.randrange(1000):03}"
        )

    def identifier(old: str) -> str:
        return f"{old.split('-')[0] if '-' in old else 'Q'}-{chance.randrange(10 ** chance.randint(3, 11))}"

    def price(_old: str) -> str:
        places = chance.randint(1, 6)
        return f"{chance.randrange(2000)}.{chance.randrange(10**places):0{places}}"

    def quantity(_old: str) -> str:
        return str(chance.randint(1, 2_000_000))

    forms: dict[str, Callable[[str], str]] = {"34": lambda _old: str(number * 37 + 1)}
    forms |= dict.fromkeys(("52", "60"), lambda _old: f"20260515-{clock()}")
    forms["273"] = lambda _old: clock()
    forms |= dict.fromkeys(("11", "37", "17", "262", "278"), identifier)
    forms["1"] = lambda _old: f"ACC-{chance.randrange(1_000_000)}"
    forms["55"] = lambda _old: chance.choice(_SYMBOLS)
    forms["54"] = lambda _old: str(chance.randint(1, 2))
    forms |= dict.fromkeys(("44", "31", "6", "270"), price)
    forms |= dict.fromkeys(("38", "32", "151", "14", "271"), quantity)
    forms["58"] = lambda _old: chance.choice(("partial fill", "filled", "done for today, see the venue's rule 4.2"))
    parts = (part.split("=", 1) for part in body.split("|")[:-1])
    return "".join(f"{tag}={forms[tag](value) if tag in forms else value}|" for tag, value in parts)


@dataclass(frozen=True, slots=True)
class Draft:
    """A message as values, before it is written: without 8, 9, 10; the entries of its group apart."""

    header: list[tuple[int, object]]
    body: list[tuple[int, object]]
    entries: list[list[tuple[int, object]]]


# Tags whose values a program has as Decimal or int, not as text.
_DECIMALS = frozenset({6, 31, 44, 270})
_INTS = frozenset({14, 32, 34, 38, 151, 271, 290, 346})


def draft(frame: bytes, *, typed: bool) -> Draft:
    """Take a sample message apart: all values as text, or numbers as Decimal and int."""

    def value(tag: str, text: str) -> object:
        if not typed:
            return text
        return Decimal(text) if int(tag) in _DECIMALS else int(text) if int(tag) in _INTS else text

    fields = [part.split("=", 1) for part in frame.decode().split("\x01")[2:-2]]
    delimiter = _DELIMITERS.get(fields[0][1])
    made = Draft([], [], [])
    for tag, text in fields:
        if tag == delimiter:
            made.entries.append([])
        if made.entries:
            made.entries[-1].append((int(tag), value(tag, text)))
        elif tag in ("35", "34", "49", "52", "56"):
            made.header.append((int(tag), value(tag, text)))
        elif tag != "268":
            made.body.append((int(tag), value(tag, text)))
    return made


def check_frame(built: bytes, sample: bytes) -> None:
    """Hold a built message against the sample: length, checksum, and the same fields.

    Raises:
        ValueError: They differ.
    """
    head, _, rest = built.partition(b"\x0135=")
    length = int(head.rpartition(b"\x019=")[2])
    if not built.startswith(b"8=FIX.4.4\x019=") or len(rest) + 3 - 7 != length:
        raise ValueError(f"BodyLength(9) is wrong: {built!r}")
    if int(built[-4:-1]) != sum(built[:-7]) % 256:
        raise ValueError(f"CheckSum(10) is wrong: {built!r}")
    # Peers order fields in their own ways, which may not change the sum but leaves the fields the same.
    if sorted(built.split(b"\x01")) != sorted(sample.split(b"\x01")):
        raise ValueError(f"fields differ: {built!r} from {sample!r}")
