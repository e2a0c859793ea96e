"""Links within the process, step by step on a scheduler whose time is moved by hand."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyfixmsg_plus.transport import Link, LinkLimits, SlowConsumer, TransportTimeout, memory_pair
from tests.transport.recorder import Recorder
from tests.transport.steps import Steps


def pair(limits: LinkLimits | None = None) -> tuple[Steps, Recorder, Recorder]:
    loop, one, other = Steps(), Recorder(), Recorder()
    memory_pair(one, other, limits=limits, loop=loop)
    return loop, one, other


def test_links_are_made_at_once_the_one_that_listens_first() -> None:
    order: list[str] = []
    one = Recorder(on_made=lambda _: order.append("one"))
    other = Recorder(on_made=lambda _: order.append("other"))
    links = memory_pair(one, other, loop=Steps())
    assert order == ["other", "one"]
    assert links == (one.link, other.link)


def test_what_is_written_in_one_turn_goes_out_together() -> None:
    loop, one, other = pair()
    for piece in (b"8=FIX.4.4\x01", b"9=5\x01", b"35=0\x01"):
        one.link.write(piece)
    assert other.pieces == []
    assert one.link.unwritten == 19
    loop.settle()
    assert other.pieces == [b"8=FIX.4.4\x019=5\x0135=0\x01"]
    assert one.link.unwritten == 0


def test_the_answers_to_one_delivery_go_out_together_at_its_end() -> None:
    def answer(one: Recorder, data: bytes) -> None:
        for mark in data:
            one.link.write(bytes((mark,)))

    loop, one, other = Steps(), Recorder(), Recorder(on_data=answer)
    memory_pair(one, other, loop=loop)
    one.link.write(b"abc")
    loop.settle()
    assert one.pieces == [b"abc"]


def test_nothing_is_written_for_no_bytes() -> None:
    loop, one, _ = pair()
    one.link.write(b"")
    assert loop.settle() == 0


@given(
    seed=st.integers(),
    there=st.lists(st.binary(min_size=1, max_size=200), max_size=20),
    back=st.lists(st.binary(min_size=1, max_size=200), max_size=20),
)
def test_the_same_seed_cuts_in_the_same_way_and_loses_nothing(seed: int, there: list[bytes], back: list[bytes]) -> None:
    def played() -> tuple[list[bytes], list[bytes]]:
        loop, one, other, random = Steps(), Recorder(), Recorder(), Random(seed)
        memory_pair(one, other, loop=loop, cut=lambda size: random.randint(0, size))
        for piece in there:
            one.link.write(piece)
        for piece in back:
            other.link.write(piece)
        loop.settle()
        return one.pieces, other.pieces

    arrived_back, arrived = played()
    assert (arrived_back, arrived) == played()
    assert b"".join(arrived) == b"".join(there)
    assert b"".join(arrived_back) == b"".join(back)


def test_a_piece_larger_than_a_read_arrives_in_several() -> None:
    loop, one, other = pair()
    one.link.write(bytes(200_000))
    loop.settle()
    assert [len(piece) for piece in other.pieces] == [65536, 65536, 65536, 3392]


def test_the_marks_are_passed_in_order() -> None:
    loop, one, other = pair(LinkLimits(high_water_bytes=1000))
    other.link.pause_reading()
    one.link.write(bytes(1001))
    loop.settle()
    assert one.marks == ["paused"]
    other.link.resume_reading()
    loop.settle()
    assert one.marks == ["paused", "resumed"]


def test_no_mark_is_told_after_the_link_is_lost() -> None:
    loop, one, other = pair(LinkLimits(high_water_bytes=1000))
    other.link.pause_reading()
    one.link.write(bytes(1001))
    one.link.abort()
    loop.settle()
    assert one.marks == []


def test_an_abort_is_a_reset_for_the_other_end() -> None:
    loop, one, other = pair()
    one.link.write(b"lost")
    one.link.abort()
    loop.settle()
    assert one.error is None
    assert isinstance(other.error, ConnectionResetError)
    assert not other.received


def test_a_handler_that_raises_when_it_is_made_loses_its_link() -> None:
    fault = RuntimeError("not now")

    def fail(link: Link) -> None:
        raise fault

    loop, one, other = Steps(), Recorder(on_made=fail), Recorder()
    memory_pair(one, other, loop=loop)
    loop.settle()
    assert one.error is fault
    assert other.lost


@pytest.mark.parametrize(
    "limits",
    [
        {"low_water_bytes": 2, "high_water_bytes": 1},
        {"low_water_bytes": -1},
        {"low_water_bytes": 2, "write_buffer_bytes": 1},
        {"high_water_bytes": -4},
    ],
)
def test_the_marks_must_be_in_order(limits: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="must lie between"):
        LinkLimits(**limits)


def test_a_small_limit_lowers_the_marks() -> None:
    assert LinkLimits().marks() == (65_536, 262_144)
    assert LinkLimits(write_buffer_bytes=4096).marks() == (1024, 4096)


def test_a_peer_that_takes_none_of_so_many_writes_is_a_slow_consumer() -> None:
    loop, one, other = pair(LinkLimits(write_buffer_writes=3))
    for _ in range(10):
        one.link.write(b"taken")
        loop.settle()
    other.link.pause_reading()
    for _ in range(3):
        one.link.write(b"not taken")
        loop.settle()
    assert not one.lost
    one.link.write(b"one too many")
    loop.settle()
    assert isinstance(one.error, SlowConsumer)
    assert one.error.limit == 3


# ------------------------------------------------------------------------------------------------ time


def test_a_close_waits_for_the_other_end_no_longer_than_its_time() -> None:
    loop, one, other = pair(LinkLimits(close_timeout_s=2.0))
    other.link.pause_reading()
    one.link.write(b"goodbye")
    one.link.close()
    loop.advance(1.9)
    assert not one.lost
    loop.advance(0.2)
    assert isinstance(one.error, TransportTimeout)
    assert str(one.error) == "7 bytes were still to be sent 2 s after the link was closed"


def test_a_close_in_time_leaves_no_timer_behind() -> None:
    loop, one, other = pair(LinkLimits(close_timeout_s=2.0, send_timeout_s=1.0, receive_timeout_s=1.0))
    one.link.write(b"goodbye")
    one.link.close()
    loop.settle()
    assert (one.error, other.error) == (None, None)
    loop.advance(10.0)
    assert (len(one.losses), len(other.losses)) == (1, 1)


def test_silence_ends_a_link_where_a_limit_is_set() -> None:
    loop, one, other = pair(LinkLimits(receive_timeout_s=10.0))
    for _ in range(5):
        loop.advance(9.0)
        one.link.write(b"still here")
        other.link.write(b"so am I")
    loop.advance(9.9)
    assert not other.lost
    loop.advance(0.2)
    assert isinstance(other.error, TransportTimeout)
    assert str(other.error) == "the peer was silent for 10 s"


def test_it_is_no_silence_of_the_peer_when_we_do_not_read() -> None:
    loop, one, other = pair(LinkLimits(receive_timeout_s=10.0))
    other.link.pause_reading()
    one.link.write(b"unheard")
    for _ in range(5):
        one.link.write(b"unheard")
        other.link.write(b"heard")
        loop.advance(9.0)
    assert not other.lost
    other.link.resume_reading()
    loop.settle()
    assert other.received == b"unheard" * 6


def test_a_peer_that_takes_nothing_for_too_long_is_disconnected() -> None:
    loop, one, other = pair(LinkLimits(send_timeout_s=5.0))
    other.link.pause_reading()
    one.link.write(b"order")
    loop.advance(4.9)
    assert not one.lost
    loop.advance(0.2)
    assert isinstance(one.error, TransportTimeout)
    assert str(one.error) == "the peer took nothing for 5 s"


def test_a_peer_that_takes_little_by_little_is_not_disconnected() -> None:
    loop, one, other = Steps(), Recorder(), Recorder(on_data=lambda it, _: it.link.pause_reading())
    memory_pair(one, other, limits=LinkLimits(send_timeout_s=5.0), loop=loop, cut=lambda _: 1)
    one.link.write(b"slowly but surely")
    for _ in range(40):
        loop.advance(3.0)
        other.link.resume_reading()
    loop.advance(60.0)
    assert other.received == b"slowly but surely"
    assert not one.lost


def test_what_waits_is_seen_by_a_send_limit_even_when_it_began_in_time() -> None:
    loop, one, other = pair(LinkLimits(send_timeout_s=5.0))
    one.link.write(b"first")
    loop.advance(100.0)
    other.link.pause_reading()
    one.link.write(b"second")
    loop.advance(5.1)
    assert isinstance(one.error, TransportTimeout)


# ------------------------------------------------------------------------------------------------ asyncio's side


def test_an_in_process_transport_keeps_asyncios_contract() -> None:
    loop, one, other = pair()
    transport = one.link._transport  # type: ignore[attr-defined]  # the transport itself is what is looked at
    assert transport.can_write_eof()
    assert not transport.is_closing()
    transport.set_write_buffer_limits()
    transport.write(b"")
    assert transport.get_write_buffer_size() == 0
    transport.close()
    assert transport.is_closing()
    transport.write(b"too late")
    loop.settle()
    assert not other.received
    assert transport.is_closing()
    transport.abort()
    loop.settle()
    assert len(one.losses) == 1


def test_writing_to_an_end_that_is_gone_is_an_error_of_the_link() -> None:
    loop, one, other = pair()
    far = other.link._transport  # type: ignore[attr-defined]  # an end that vanishes without a word
    far._lose(None)
    one.link.write(b"anyone there?")
    loop.settle()
    assert isinstance(one.error, BrokenPipeError)


@pytest.mark.parametrize("ended", [True, False])
def test_closing_towards_an_end_that_is_gone_is_no_error(ended: bool) -> None:
    loop, one, other = pair()
    far = other.link._transport  # type: ignore[attr-defined]  # an end that vanishes without a word
    if ended:
        one.link.write(b"unheard")
    far._lose(None)
    one.link.close()
    loop.advance(5.0)
    assert one.lost
