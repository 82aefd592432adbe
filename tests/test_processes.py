"""Work is spread over processes without a trace in the results, and ends when it is told to."""

import math
import operator
import os
import time
from multiprocessing import active_children

import pytest

from symact.errors import SymactError
from symact.processes import each, results

SEVERAL = range(8)


def all_end() -> bool:
    """Tell whether no process is left after a moment."""
    deadline = time.monotonic() + 20
    while active_children() and time.monotonic() < deadline:
        time.sleep(0.05)
    return not active_children()


@pytest.mark.parametrize("items", [[], [4.0], [16.0, 9.0, 4.0, 1.0, 0.0]], ids=len)
def test_results_come_in_order(items):
    """Few items or many: the results, and what is reported done, are in the order of the items."""
    done = []
    assert results(math.sqrt, items, done.append) == [math.sqrt(item) for item in items]
    assert done == items


def test_an_error_of_the_function_is_passed_on():
    """What the function raises in another process is raised here."""
    with pytest.raises(ValueError, match=r"math domain error|nonnegative"):
        results(math.sqrt, [-1.0, *SEVERAL])
    assert all_end()


def test_a_process_that_dies_is_one_line():
    """The end of a process is not waited for for ever, nor a traceback."""
    with pytest.raises(SymactError, match="a worker process died") as error:
        results(os._exit, SEVERAL)
    assert "\n" not in str(error.value)


def test_an_interrupt_ends_the_processes():
    """Nothing goes on working after an interrupt."""

    def interrupt(_):
        raise KeyboardInterrupt

    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        results(time.sleep, [0, 60, 60, 60], interrupt)
    assert time.monotonic() - start < 30
    assert all_end()


def test_whoever_stops_early_ends_the_processes():
    """A result is there before the others are, and closing ends what is under way."""
    start = time.monotonic()
    pairs = each(time.sleep, [0, 60, 60, 60])
    assert next(pairs) == (0, None)
    pairs.close()
    assert time.monotonic() - start < 30
    assert all_end()


def test_one_processor_is_enough(monkeypatch):
    """Where there is one processor no process is started, so that nothing needs to be pickled."""
    monkeypatch.setattr("symact.processes.cpu_count", lambda: 1)
    assert results(lambda item: operator.neg(item), SEVERAL) == [-item for item in SEVERAL]
