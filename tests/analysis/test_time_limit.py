"""The time limit: what runs inside ends, whatever it catches, and the limits around it go on."""

import threading
import time
from contextlib import suppress

import pytest

from symact.analysis.fact import settled
from symact.analysis.time_limit import Budget, OutOfTime, within
from symact.balls import working_precision


def spin(seconds: float) -> None:
    """Compute for some seconds, deaf to exceptions as SymPy is in places."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with suppress(Exception):
            sum(range(1000))


def test_what_takes_too_long_is_interrupted():
    """A computation that catches every exception is interrupted all the same."""
    start = time.monotonic()
    with pytest.raises(OutOfTime, match=r"not settled within 0\.1 s"), within(0.1):
        spin(20)
    assert time.monotonic() - start < 10


def test_what_is_quick_is_not():
    """Nothing is raised, not even later."""
    with within(0.1):
        pass
    spin(0.3)


def test_the_outer_limit_goes_on():
    """An inner limit, kept or not, does not stop the clock of the outer one."""

    def nested() -> None:
        with suppress(OutOfTime), within(0.1):
            spin(20)
        with within(0.1):
            pass
        spin(20)

    with pytest.raises(OutOfTime, match=r"0\.4 s"), within(0.4):
        nested()


def test_the_outer_limit_is_not_put_off():
    """An inner limit that is longer leaves the outer one where it is."""
    start = time.monotonic()
    with pytest.raises(OutOfTime), within(0.1), within(20):
        spin(20)
    assert time.monotonic() - start < 10


def test_outside_the_main_thread():
    """In a thread without signals the limit holds too."""
    caught = []

    def run() -> None:
        try:
            with within(0.1):
                spin(20)
        except OutOfTime as error:
            caught.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(10)
    assert len(caught) == 1


def test_the_precision_of_balls_is_restored():
    """An interruption in the middle of a computation leaves no trace."""
    from flint import ctx

    before = ctx.prec
    with pytest.raises(OutOfTime), within(0.1), working_precision(999):
        spin(20)
    assert ctx.prec == before


def test_a_budget_is_shared():
    """Three questions of 0.1 s use up a budget of 0.15 s; the third is not even asked."""
    budget, asked = Budget(0.1, 0.15), []
    for question in range(3):
        with suppress(OutOfTime), budget.question():
            asked.append(question)
            spin(20)
    assert asked == [0, 1]


def test_any_failure_is_an_open_fact():
    """An error of SymPy becomes an open fact with its name."""

    def fail():
        raise KeyError("missing")

    (fact,) = settled("Limits", "lim f", fail)
    assert (fact.value, str(fact.grade), fact.method) == (None, "open", "KeyError: 'missing'")
