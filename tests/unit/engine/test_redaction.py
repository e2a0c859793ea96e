"""Secrets are masked in the bytes that people see, and nothing else is changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfixmsg_plus.engine.logs import Redaction
from tests.wire import SOH


def soh(text: str) -> bytes:
    return text.encode().replace(b"|", SOH)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("8=FIX.4.4|9=9|35=A|553=u|554=pw|925=new|10=000|", "8=FIX.4.4|9=9|35=A|553=u|554=***|925=***|10=000|"),
        ("8=FIX.4.4|9=9|35=BE|554=pw|10=000|", "8=FIX.4.4|9=9|35=BE|554=***|10=000|"),
        ("8=FIX.4.4|9=9|35=A|95=5|96=a|cd|98=0|10=000|", "8=FIX.4.4|9=9|35=A|95=5|96=***|10=000|"),
        ("8=FIX.4.4|9=9|35=A|95=4|96=a|cd|98=0|10=000|", "8=FIX.4.4|9=9|35=A|95=4|96=***|98=0|10=000|"),
        ("8=FIX.4.4|9=9|35=B|95=2|96=ab|10=000|", "8=FIX.4.4|9=9|35=B|95=2|96=ab|10=000|"),
        ("8=FIX.4.4|9=9|35=A|1401=4|1402=a|=b|10=000|", "8=FIX.4.4|9=9|35=A|1401=4|1402=***|10=000|"),
        ("8=FIX.4.4|9=9|35=A|96=ab|10=000|", "8=FIX.4.4|9=9|35=A|96=***|10=000|"),
        ("8=FIX.4.4|9=9|35=A|554=pw", "8=FIX.4.4|9=9|35=A|554=***"),
        ("8=FIX.4.4|9=9|35=D|11=554=pw|10=000|", "8=FIX.4.4|9=9|35=D|11=554=pw|10=000|"),
        ("554=pw|", "554=***|"),
        ("", ""),
    ],
)
def test_secrets_are_masked(raw: str, shown: str) -> None:
    assert Redaction().of(soh(raw)) == soh(shown)


def test_a_length_that_lies_hides_all_that_may_belong_to_the_value() -> None:
    raw = soh("8=FIX.4.4|9=9|35=A|95=99|96=sec|ret|98=0|10=000|")
    assert Redaction().of(raw) == soh("8=FIX.4.4|9=9|35=A|95=99|96=***|10=000|")


def test_more_fields_and_another_mask_may_be_named() -> None:
    redaction = Redaction([1, 354, 355, 99999], "<hidden>")
    raw = soh("8=FIX.4.4|9=9|35=D|1=acc|354=3|355=a|b|10=000|")
    assert redaction.of(raw) == soh("8=FIX.4.4|9=9|35=D|1=<hidden>|354=<hidden>|355=<hidden>|10=000|")


@given(raw=st.binary(), secret=st.from_regex(rb"[a-z]{12}", fullmatch=True))
def test_a_password_is_never_shown_whatever_stands_around_it(raw: bytes, secret: bytes) -> None:
    around = raw.replace(secret, b"")
    shown = Redaction().of(around + SOH + b"554=" + secret + SOH + around)
    assert secret not in shown


@given(raw=st.binary().filter(lambda raw: b"554=" not in raw and b"925=" not in raw and b"140" not in raw))
def test_bytes_without_secrets_stay_as_they_are(raw: bytes) -> None:
    assert Redaction().of(raw) == raw or b"96=" in raw
