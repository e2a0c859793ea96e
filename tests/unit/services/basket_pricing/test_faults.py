"""What a fault says to whoever asked."""

import pickle

import pytest

from pyfixmsg_plus.basket.faults import FaultCode, FieldFault, below
from pyfixmsg_plus.services.basket_pricing.faults import STATUSES, Fault, invalid

WEIGHT = FieldFault(FaultCode.WEIGHT_ABOVE_CAP, "weight", "60", "above 50")


@pytest.mark.parametrize(
    ("code", "status"),
    [("BAD_REQUEST", 400), ("FOUR_EYES_VIOLATION", 403), ("ALREADY_DECIDED", 409), ("VALIDATION_ERROR", 422)],
)
def test_a_code_has_one_status(code: str, status: int) -> None:
    assert Fault(code, "no").status == status == STATUSES[code]


def test_a_code_that_is_none_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(KeyError):
        Fault("NONSENSE", "no")


def test_one_field_is_named_in_the_message_and_several_are_counted() -> None:
    assert invalid([WEIGHT]).message == "weight: above 50"
    assert invalid(iter([WEIGHT, WEIGHT])).message == "2 fields are at fault"


def test_a_part_stands_below_its_whole() -> None:
    assert [fault.field for fault in below("constituents[2]", [WEIGHT])] == ["constituents[2].weight"]


def test_a_fault_crosses_processes_whole() -> None:
    fault = pickle.loads(pickle.dumps(Fault("RATE_LIMIT_EXCEEDED", "slower", retry_after_s=2)))
    assert (fault.code, fault.status, fault.retry_after_s, str(fault)) == ("RATE_LIMIT_EXCEEDED", 429, 2, "slower")
