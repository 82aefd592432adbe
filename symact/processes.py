"""One function of many items, in several processes at once."""

from __future__ import annotations

import signal
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing
from multiprocessing import active_children, get_context
from os import cpu_count
from typing import TypeVar

from symact.errors import SymactError

Item = TypeVar("Item")
Result = TypeVar("Result")

FEW = 4
"""Fewer items than this are worked on in this process: starting others costs seconds."""


def results(
    function: Callable[[Item], Result], items: Sequence[Item], done: Callable[[Item], None] | None = None
) -> list[Result]:
    """Return the function of every item, in order.

    Parameters
    ----------
    function
        It and the items are pickled, unless the items are few.
    items
        What to work on.
    done
        Called with each item, in order, when its result is there.

    Raises
    ------
    SymactError
        If a process dies.
    """
    with closing(each(function, items)) as pairs:
        return [_noted(item, result, done) for item, result in pairs]


def each(function: Callable[[Item], Result], items: Sequence[Item]) -> Generator[tuple[Item, Result]]:
    """Yield every item with its result, in order, as soon as it is there; as :func:`results` otherwise.

    Whoever may stop before the end closes the generator, which ends the processes.
    """
    workers = min(len(items), cpu_count() or 1)
    if len(items) < FEW or workers == 1:
        for item in items:
            yield item, function(item)
        return
    others = active_children()
    # Fresh processes, not forked ones: forking after NumPy or torch has started threads can deadlock.
    with ProcessPoolExecutor(workers, get_context("spawn"), _leave_interrupts_to_the_parent) as pool:
        # Not pool.map, which cancels what is left when it is interrupted: the pool's end then trips over it.
        futures = [pool.submit(function, item) for item in items]
        try:
            for item, future in zip(items, futures, strict=True):
                yield item, future.result()
        except BrokenProcessPool as error:
            raise SymactError(
                "a worker process died: out of memory, or a script that does its work outside of "
                "if __name__ == '__main__'"
            ) from error
        except BaseException:  # an interrupt and the end of the generator too: nobody waits for the rest
            for child in active_children():
                if child not in others:
                    child.terminate()
            raise


def _noted(item: Item, result: Result, done: Callable[[Item], None] | None) -> Result:
    if done:
        done(item)
    return result


def _leave_interrupts_to_the_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
