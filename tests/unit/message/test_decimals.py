"""Numbers are read exactly, whatever their length, the caller's decimal context and what was read before."""

import decimal
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

import pyfixmsg_plus as fix
from tests.wire import wire

TEXTS = st.from_regex(r"-?([0-9]{1,22}(\.[0-9]{0,22})?|\.[0-9]{1,22})", fullmatch=True)


def order(price: str) -> fix.Message:
    return fix.parse(wire(f"8=FIX.4.4|35=D|34=1|11=A|44={price}|"))


@pytest.mark.parametrize(
    "text",
    ["0", "-0", "-00", "-0.0", "5", "-5", "007", "-007", "5.", ".5", "-.5", "1.10", "12.3", "123", "12.34", "1234.5678",
     "12345678.9", "1234567.12345678", "999999999999999.9", "9223372036854775807", "9223372036854775808",
     "-9223372036854775809", "0.1234567890123456789012345678901234567890"],
)  # fmt: skip
def test_a_decimal_has_the_digits_and_the_exponent_of_its_text(text: str) -> None:
    for _ in range(2):
        assert order(text).decimal(44).as_tuple() == Decimal(text).as_tuple()
        assert order(text).value(44).as_tuple() == Decimal(text).as_tuple()


def test_numbers_that_begin_and_end_alike_are_told_apart() -> None:
    texts = [digit * length for digit in "12" for length in range(1, 20)]
    assert [order(text).decimal(44) for text in texts * 2] == [Decimal(text) for text in texts * 2]


def test_the_context_of_the_caller_neither_rounds_what_is_read_nor_hears_of_it() -> None:
    with decimal.localcontext() as context:
        context.prec, context.Emax, context.Emin = 3, 2, -2
        context.clear_flags()
        for text in ("1234.5678", "98765", "0.0000012345", "1" * 40 + ".5"):
            assert order(text).decimal(44).as_tuple() == Decimal(text).as_tuple()
        assert not any(context.flags.values())


@given(text=TEXTS)
def test_any_number_is_read_as_decimal_reads_its_text(text: str) -> None:
    assert order(text).decimal(44).as_tuple() == Decimal(text).as_tuple()
