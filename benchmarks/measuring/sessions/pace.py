"""Send on a fixed schedule, from an event loop or a thread.

Timers of event loops count in milliseconds. A sender therefore wakes a little early and waits for the very moment with
its eyes open; what is late all the same counts as latency, since that is taken from the intended time.
"""

import asyncio
import time
from collections.abc import Callable

from measuring.sessions.task import Answers, Task

__all__ = ["drive_async", "drive_thread"]

# asyncio rounds a timer up to the millisecond and uvloop down. Either way at least one turn of the loop lies between
# two sends, in which what was sent leaves: uvloop writes at the end of a turn.
_EARLY_NS = {"asyncio": 1_500_000, "uvloop": 900_000}
_EARLY_THREAD_NS = 150_000


async def drive_async(task: Task, send: Callable[[int], None], answers: Answers, done: asyncio.Event) -> None:
    """Send everything that the task asks for, and wait for all answers.

    Args:
        task: What to do.
        send: Sends message number n. Its answer must call `answers.answer`, then `refill` where windows are used.
        answers: The books.
        done: Set by whoever hears the last answer.
    """
    loop = asyncio.get_running_loop()
    if task.kind != "round_trip":
        refill(task, send, answers)
        await done.wait()
        return
    start = time.perf_counter_ns() + 50_000_000

    def fire(number: int) -> None:
        intended = start + number * task.interval_ns
        while time.perf_counter_ns() < intended:
            pass
        answers.sending(intended)
        send(number)
        if number + 1 < answers.total:
            wait_ns = start + (number + 1) * task.interval_ns - _EARLY_NS[task.loop] - time.perf_counter_ns()
            loop.call_later(max(0, wait_ns) / 1e9, fire, number + 1)

    loop.call_later(0.04, fire, 0)
    await done.wait()


def refill(task: Task, send: Callable[[int], None], answers: Answers) -> None:
    """Send as many as the window allows."""
    window = task.window if task.kind == "pairs" else 10 * task.every
    while answers.sent < answers.total and answers.sent - answers.answered < window:
        answers.sending()
        send(answers.sent - 1)


def drive_thread(task: Task, send: Callable[[int], None], answers: Answers) -> None:
    """Send on the schedule of round trips from a thread of its own."""
    start = time.perf_counter_ns() + 50_000_000
    for number in range(answers.total):
        intended = start + number * task.interval_ns
        wait_ns = intended - _EARLY_THREAD_NS - time.perf_counter_ns()
        if wait_ns > 0:
            time.sleep(wait_ns / 1e9)
        while time.perf_counter_ns() < intended:
            pass
        answers.sending(intended)
        send(number)
