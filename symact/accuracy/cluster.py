"""One function of many items on the workers of a Dask cluster that is there already."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

from symact.errors import MissingDependencyError, SymactError

Item = TypeVar("Item")
Result = TypeVar("Result")

UNDER_WAY = 256
"""Items at a time, which the scheduler keeps in memory; more than the cluster has processors, so that none waits."""

PATIENCE = 10
"""Seconds in which the scheduler must answer."""


def each(address: str, function: Callable[[Item], Result], items: Sequence[Item]) -> Generator[tuple[Item, Result]]:
    """Yield every item with its result, in the order in which they are done.

    What a worker that dies had begun is done by another.  Whoever may stop before the end closes the generator, which
    takes back what is not done.

    Parameters
    ----------
    address
        That of the scheduler: ``tcp://host:8786``.
    function
        It and the items are pickled.
    items
        What to work on.

    Raises
    ------
    MissingDependencyError
        If Dask is not installed.
    SymactError
        If the scheduler does not answer or has no workers, or a worker cannot do it.
    """
    try:
        from distributed import Client, as_completed
    except ImportError as error:
        raise MissingDependencyError("Dask is not installed: pip install 'symact[cluster]'") from error
    with _quiet():
        try:
            client = Client(address, timeout=PATIENCE, set_as_default=False)
        except (OSError, ValueError) as error:
            raise SymactError(f"no Dask scheduler answers at '{address}'; an address is tcp://HOST:8786") from error
        with client:
            if not client.nthreads():
                raise SymactError(f"the Dask cluster at '{address}' has no workers: start one, dask worker {address}")
            waiting = iter(items)
            under_way = {client.submit(function, item, pure=False): item for item in islice(waiting, UNDER_WAY)}
            done = as_completed(list(under_way), loop=client.loop)
            try:
                for future in done:
                    item = under_way.pop(future)
                    try:
                        result = future.result()
                    except SymactError:
                        raise
                    except Exception as error:  # whatever a worker may lack, symact itself for instance
                        said = f"{type(error).__name__}: {error}"
                        raise SymactError(f"the Dask cluster at '{address}' failed: {said}") from error
                    for following in islice(waiting, 1):
                        begun = client.submit(function, following, pure=False)
                        under_way[begun] = following
                        done.add(begun)
                    yield item, result
            finally:
                client.cancel(list(under_way))


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Dask from writing tracebacks about what is raised as an error of one line."""
    logger = logging.getLogger("distributed.client")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)
