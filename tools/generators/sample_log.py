"""Write the sample log: a small log that shows every kind of message, on sessions of FIX 4.2, FIX 4.4 and FIXT 1.1.

Each line is a message behind the prefix of a QuickFIX file log. All lengths and sums are right but those of the last
four lines, which show what logs in the wild look like: a password masked by hand, edited text, a line cut off, a
missing sum. One order lacks its Symbol(55), and is rejected for it. Run from the repository::

    python tools/generators/sample_log.py examples/data/every_kind.log
"""

import sys
from collections.abc import Iterator
from pathlib import Path

__all__ = ["main", "sample_log"]

DAY = "20260302"
START_S = (14 * 60 + 30) * 60
# From one message to the next.
STEP_MS = 250

# A conversation is a line a message: who sends it, MsgType(35), then its fields. `|` stands for SOH between fields, `␁`
# for SOH within data. {time} is the time of sending. Header fields that every message has are added.
BUYER, VENUE = ">", "<"

PARTIES = "453=2|448=BROKER|447=D|452=1|802=2|523=DESK 7|803=25|523=A. TRADER|803=9|448=CLEAR|447=D|452=4"
ACCOUNTS = "75=20260302|78=2|79=FUND 1|80=60|79=FUND 2|80=40"
CONFIRMED = "555=1|600=MSFT|80=60|54=2|862=1|528=A|529=1|863=60|79=FUND 1|6=410.20|381=24612.00|118=24610.80"
DELIVERY = "85=1|165=1|787=S|781=1|782=BANK|783=D|784=10|801=1|785=SAFE 4|786=10"
HOLDER = "453=1|448=CLEAR|447=D|452=4|1=FUND 1|581=1"
POSITIONS = "702=2|703=TOT|704=10|705=4|703=TQ|704=6|753=1|707=FMTM|708=150.00"

FIX_42 = """
> A 98=0|108=30|141=Y
< A 98=0|108=30|141=Y
> 0
< 1 112=ARE YOU THERE
> 0 112=ARE YOU THERE
> D 11=A1|21=1|38=100|40=2|44=99.25|54=1|55=IBM|59=0|60={time}
< 8 6=0|11=A1|14=0|17=E1|20=0|37=O1|38=100|39=0|40=2|44=99.25|54=1|55=IBM|150=0|151=100
< 8 6=99.24|11=A1|14=40|17=E2|20=0|31=99.24|32=40|37=O1|38=100|39=1|40=2|44=99.25|54=1|55=IBM|150=1|151=60
> G 11=A2|21=1|38=100|40=2|41=A1|44=99.30|54=1|55=IBM|60={time}
< 8 6=99.24|11=A2|14=40|17=E3|20=0|37=O1|38=100|39=5|40=2|41=A1|44=99.30|54=1|55=IBM|150=5|151=60
< 8 6=99.276|11=A2|14=100|17=E4|20=0|31=99.30|32=60|37=O1|38=100|39=2|40=2|44=99.30|54=1|55=IBM|150=2|151=0
> F 11=A3|38=100|41=A2|54=1|55=IBM|60={time}
< 9 11=A3|37=O1|39=2|41=A2|58=Too late to cancel|102=0|434=1
> D 11=A4|21=1|38=50|40=1|54=2|60={time}
< 3 45=7|58=Required tag missing|371=55|372=D|373=1
> 5 58=End of day
< 5
"""

FIX_44 = f"""
> A 98=0|108=30|141=Y|553=desk1|554=secret
< A 98=0|108=30|141=Y
> 2 7=1|16=0
< 4 43=Y|122={{time}}|36=2|123=Y
> D 11=B1|453=1|448=DESK 7|447=D|452=24|55=MSFT|54=2|60={{time}}|38=300|40=4|44=410.10|99=410.50|59=6|432=20260306
< 8 37=O2|11=B1|{PARTIES}|17=E5|150=0|39=0|55=MSFT|54=2|38=300|40=4|44=410.10|99=410.50|151=300|14=0|6=0
< 8 37=O2|11=B1|{PARTIES}|17=E6|150=F|39=1|55=MSFT|54=2|38=300|32=100|31=410.20|151=200|14=100|6=410.20
> R 131=Q1|146=2|55=MSFT|54=1|38=100|55=IBM|54=2|38=200
< S 131=Q1|117=QT1|55=MSFT|132=410.05|133=410.15|134=500|135=300|62={{time}}
> V 262=MD1|263=1|264=5|265=1|267=2|269=0|269=1|146=1|55=MSFT
< W 262=MD1|55=MSFT|268=3|269=0|270=410.05|271=500|269=0|270=410.00|271=900|269=1|270=410.15|271=300
< X 262=MD1|268=2|279=1|269=0|55=MSFT|270=410.06|271=400|279=2|269=1|55=MSFT|270=410.15
> J 70=AL1|71=0|626=1|857=1|73=1|11=B1|37=O2|38=300|54=2|55=MSFT|53=100|6=410.20|{ACCOUNTS}
< P 70=AL1|60={{time}}|87=0
< AK 664=C1|666=0|773=2|665=1|70=AL1|60={{time}}|75=20260302|55=MSFT|711=1|311=MSFT|{CONFIRMED}
> T 777=SI1|160=1|60={{time}}|778=1|162=S1|163=N|453=1|448=FUND 1|447=D|452=24|54=2|{DELIVERY}
> AL 710=PR1|709=1|712=1|715=20260302|{HOLDER}|55=XYZ|60={{time}}|702=1|703=TOT|704=10|705=4
> AN 710=PR2|724=0|{HOLDER}|715=20260302|60={{time}}
< AP 721=PM1|710=PR2|728=0|715=20260302|{HOLDER}|55=XYZ|730=10.50|731=1|734=10.25|{POSITIONS}
< d 320=SD1|322=SR1|323=1|55=XYZ|454=1|455=US0000000001|456=4|167=FUT|200=202606|207=XNYS|15=USD
< B 148=Closing auction|33=2|58=It starts at 16:30.|58=Its price is published in RawData.|95=15|96=a␁10=000␁b=4.25
< j 45=11|58=Unsupported Message Type|372=AV|380=3
< 1 112=STILL THERE
> 0 112=STILL THERE
> 5
< 5
"""

FIX_50 = f"""
> A 98=0|108=30|141=Y|384=2|372=D|385=S|372=8|385=R|1137=9
< A 98=0|108=30|141=Y|1137=9
> D 11=C1|453=1|448=DESK 7|447=D|452=24|1=FUND 1|55=ZVZZT|54=1|60={{time}}|38=1000|40=2|44=10.50|59=0
< 8 37=O3|11=C1|{PARTIES}|17=E7|150=0|39=0|55=ZVZZT|54=1|38=1000|44=10.50|151=1000|14=0|60={{time}}
< 8 37=O3|11=C1|17=E8|150=F|39=2|55=ZVZZT|54=1|38=1000|32=1000|31=10.49|151=0|14=1000|60={{time}}
> D 1128=6|11=C2|55=IBM|54=1|60={{time}}|38=100|40=1
< W 262=MD2|55=ZVZZT|268=2|269=0|270=10.49|271=700|346=3|269=1|270=10.51|271=200|346=1
< X 262=MD2|268=1|279=0|269=2|55=ZVZZT|270=10.49|271=1000
> AN 710=PR3|724=0|453=1|448=CLEAR|447=D|452=4|715=20260302|60={{time}}
< AP 721=PM2|710=PR3|724=0|728=2|715=20260302|453=1|448=CLEAR|447=D|452=4
< d 320=SD2|322=SR2|323=4|55=ZVZZT|460=5|107=TEST STOCK
> 5
< 5
"""

CONVERSATIONS = (
    ("FIX.4.2", "BUYSIDE", "VENUE", FIX_42),
    ("FIX.4.4", "BUYSIDE", "BROKER", FIX_44),
    ("FIXT.1.1", "BUYSIDE", "EXCHANGE", FIX_50),
)

# Fields that stand in the header, behind those that every message has.
HEADER = ("43=", "122=", "1128=")


def _clock(step: int) -> str:
    seconds, milliseconds = divmod(step * STEP_MS, 1000)
    seconds += START_S
    return f"{DAY}-{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.{milliseconds:03}"


def _frame(begin_string: str, fields: str) -> bytes:
    """A message with its length and sum."""
    body = (fields + "|").replace("|", "\x01").replace("␁", "\x01").encode("latin-1")
    head = f"8={begin_string}\x019={len(body)}\x01".encode()
    return head + body + b"10=%03d\x01" % (sum(head + body) % 256)


def _conversation(begin_string: str, buyer: str, venue: str, text: str, step: int) -> Iterator[tuple[str, bytes]]:
    """The messages of one session with the times at which they were sent."""
    numbers = {BUYER: 0, VENUE: 0}
    for line in text.strip().splitlines():
        side, msg_type, *rest = line.split(" ", 2)
        time = _clock(step)
        step += 1
        numbers[side] += 1
        sender, target = (buyer, venue) if side == BUYER else (venue, buyer)
        fields = rest[0].format(time=time).split("|") if rest else []
        of_header = [one for one in fields if one.startswith(HEADER)]
        header = [f"35={msg_type}", f"34={numbers[side]}", f"49={sender}", f"52={time}", f"56={target}", *of_header]
        body = [one for one in fields if one not in of_header]
        yield time, _frame(begin_string, "|".join(header + body))


def _in_the_wild(step: int) -> Iterator[tuple[str, bytes]]:
    """What is wrong in real logs, one fault a line."""
    start = "49=BUYSIDE|52={time}|56=BROKER"
    logon = f"35=A|34=1|{start}|98=0|108=30|553=desk1|554=secret"
    order = f"35=D|34=2|{start}|11=X1|55=IBM|54=1|60={{time}}|38=100|40=1"
    texts = (logon, order, order, order)
    whole = [_frame("FIX.4.4", text.format(time=_clock(step + at))) for at, text in enumerate(texts)]
    masked = whole[0].replace(b"554=secret", b"554=**********")
    edited = whole[1].replace(b"55=IBM", b"55=IBN")
    cut = whole[2][: whole[2].index(b"38=100")]
    without_sum = whole[3][: whole[3].rindex(b"10=")]
    for at, message in enumerate((masked, edited, cut, without_sum)):
        yield _clock(step + at), message


def sample_log() -> bytes:
    """Return the log."""
    lines: list[tuple[str, bytes]] = []
    for begin_string, buyer, venue, text in CONVERSATIONS:
        lines += _conversation(begin_string, buyer, venue, text, len(lines))
    lines += _in_the_wild(len(lines))
    return b"".join(f"{time}000000 : ".encode() + message + b"\n" for time, message in lines)


def main() -> None:
    """Write the log to the file that the first argument names."""
    Path(sys.argv[1]).write_bytes(sample_log())


if __name__ == "__main__":
    main()
