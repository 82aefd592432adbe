"""A limit on the time that one question may take.

Algebra on formulas that nobody has seen before may not end.  :func:`within` interrupts it: by a timer of the
operating system where there is one, counting the time of this process only, so that an answer does not depend on
what else the machine does; elsewhere (on Windows, outside the main thread) by an exception that a second thread
sets in this one.
"""

from __future__ import annotations

import ctypes
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from types import FrameType

from flint import ctx

from symact.errors import OpenError

AGAIN = 1.0
"""Seconds after which an interruption is repeated."""


class _Interrupt(BaseException):  # no Exception: SymPy catches those on the way
    """Time is up."""


class OutOfTime(OpenError):  # noqa: N818  # a fact, not a fault
    """A question was not settled in the time given for it."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"not settled within {seconds:g} s")


class Budget:
    """Time for a whole sheet, of which each question may take a part.

    Parameters
    ----------
    each
        Seconds for one question.
    total
        Seconds for all of them.
    """

    def __init__(self, each: float, total: float) -> None:
        self.each, self.total = each, total
        self.spent = 0.0

    @contextmanager
    def question(self) -> Iterator[None]:
        """Give what runs inside the time of one question.

        Raises
        ------
        OutOfTime
            If that is not enough, or nothing is left.
        """
        left = self.total - self.spent
        if left <= 0:
            raise OutOfTime(self.total)
        start = time.process_time()
        try:
            with within(min(self.each, left)):
                yield
        finally:
            self.spent += time.process_time() - start


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Interrupt what runs inside after some seconds.

    Raises
    ------
    OutOfTime
        If it was interrupted.
    """
    precision = ctx.prec
    timer = _by_signal if _has_signals() else _by_thread
    is_up = Event()
    try:
        with timer(seconds, is_up):
            yield
    except (_Interrupt, Exception):
        # Compiled code turns an interruption into an error of its own (Arb's integration: SystemError).
        if not is_up.is_set():
            raise
        ctx.prec = precision
        raise OutOfTime(seconds) from None


def _has_signals() -> bool:
    return hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()


@contextmanager
def _by_signal(seconds: float, is_up: Event) -> Iterator[None]:
    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        is_up.set()
        raise _Interrupt

    handler = signal.signal(signal.SIGVTALRM, interrupt)
    # Again and again: an exception raised in a callback, as of a weak reference, is ignored.
    outer, _ = signal.setitimer(signal.ITIMER_VIRTUAL, seconds, AGAIN)
    if outer and outer < seconds:  # what runs inside a limit has no more time than that
        signal.setitimer(signal.ITIMER_VIRTUAL, outer, AGAIN)
    start = time.process_time()
    try:
        yield
    finally:
        left = outer - (time.process_time() - start)
        signal.setitimer(signal.ITIMER_VIRTUAL, max(left, 0.001) if outer else 0, AGAIN if outer else 0)
        signal.signal(signal.SIGVTALRM, handler)


@contextmanager
def _by_thread(seconds: float, is_up: Event) -> Iterator[None]:
    thread = ctypes.c_ulong(threading.get_ident())
    lock, running = threading.Lock(), [True]

    def interrupt() -> None:
        with lock:
            if running[0]:
                is_up.set()
                ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, ctypes.py_object(_Interrupt))

    timer = threading.Timer(seconds, interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        with lock:
            running[0] = False
        timer.cancel()
