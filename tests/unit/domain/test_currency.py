import pytest

from pyfixmsg_plus.domain import CURRENCIES, MajorUnit, major_unit


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("GBp", MajorUnit("GBP", 100)),
        ("GBX", MajorUnit("GBP", 100)),
        ("ZAC", MajorUnit("ZAR", 100)),
        ("ILA", MajorUnit("ILS", 100)),
        ("KWf", MajorUnit("KWD", 1000)),
    ],
)
def test_a_minor_unit_names_its_currency_and_its_divisor(code: str, expected: MajorUnit) -> None:
    assert major_unit(code) == expected


@pytest.mark.parametrize("code", sorted(CURRENCIES))
def test_a_currency_is_its_own_major_unit(code: str) -> None:
    assert major_unit(code) == MajorUnit(code, 1)
