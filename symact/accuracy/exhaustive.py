"""Every float32 input of the generated C: the result in float32 beside that of the same function in float64.

The float64 code is within a few units in the last place of the symbolic original, which :mod:`symact.accuracy.sweep`
measures against ball arithmetic; that is 2⁻²⁹ of a unit of float32 each, and is added to the error.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from symact.accuracy.sweep import parameter_values
from symact.accuracy.table import Row
from symact.activation import Activation, Role
from symact.backends.loading import Loaded, load
from symact.errors import SymactError
from symact.lowering import lower
from symact.processes import results
from symact.ulp import spacings

SHARDS = 256
"""Pieces of the 2³² inputs, each of one sign and two binades."""

BLOCK = 2**16
"""Inputs at a time: an array of them fits in the cache."""

BOUND = 2.0
"""In ULP: what is promised of every float32 result."""

DOUBLE_ULP = 2.0**-29
"""A unit in the last place of float64 in those of float32."""

LABELS = {"value": "f", "grad": "f′"}


class Shard(NamedTuple):
    """One piece of the work."""

    activation: Activation
    attribute: str
    number: int

    @property
    def name(self) -> str:
        """What it is a piece of."""
        return f"{self.activation.name} {LABELS[self.attribute]}"


def checks(
    activations: Sequence[Activation],
    progress: Callable[[Shard], None] | None = None,
    shards: Sequence[int] = range(SHARDS),
) -> list[Row]:
    """Measure f and f′ of several activations in C, at the defaults of their parameters.

    Parameters
    ----------
    activations
        Functions of one number.
    progress
        Called with each shard that is done.
    shards
        Which of the :data:`SHARDS` pieces of the inputs; all unless they are given.

    Raises
    ------
    SymactError
        If a function is of a whole vector, or what C needs is missing.
    """
    for activation in activations:
        if not activation.is_elementwise:
            raise SymactError(f"'{activation.name}' is of a whole vector: its inputs cannot be exhausted")
        _loaded(activation)  # compiled once, before several processes want it
    work = [Shard(each, attribute, k) for each in activations for attribute in LABELS for k in shards]
    worst: dict[tuple[str, str], tuple[float, float]] = {}
    for shard, found in zip(work, results(measure, work, progress), strict=True):
        key = shard.activation.name, shard.attribute
        worst[key] = max(worst.get(key, found), found)
    return [
        Row(name, LABELS[attribute], "c", "float32", error, repr(place), BOUND)
        for (name, attribute), (error, place) in worst.items()
    ]


def count(activations: Sequence[Activation]) -> int:
    """Return how many shards :func:`checks` goes through."""
    return len(activations) * len(LABELS) * SHARDS


def measure(shard: Shard) -> tuple[float, float]:
    """Return the largest error in one shard, in ULP, and the input that has it."""
    loaded = _loaded(shard.activation)
    program = getattr(lower(shard.activation), shard.attribute)
    values = parameter_values(shard.activation, {})
    keywords = {p.name: values[p.name] for p in shard.activation.parameters if p.role is not Role.RANDOM}
    size = 2**32 // SHARDS
    worst, place = 0.0, math.nan
    for start in range(shard.number * size, (shard.number + 1) * size, BLOCK):
        x = np.arange(start, start + BLOCK, dtype=np.uint32).view(np.float32)
        with np.errstate(all="ignore"):
            computed = loaded.on_numpy(shard.attribute, x, **keywords)
            exact = loaded.on_numpy(shard.attribute, x.astype(np.float64), **keywords)
            nearest = exact.astype(np.float32)
            errors = np.abs(computed - exact) / spacings(exact, np.float32)
        agrees = (computed == nearest) & np.isinf(nearest) | np.isnan(computed) & np.isnan(exact)
        errors[agrees] = 0.0
        errors[np.isnan(errors)] = np.inf
        largest = int(np.argmax(errors))
        if errors[largest] > worst:
            worst, place = float(errors[largest]), float(x[largest])
    return worst + DOUBLE_ULP * (program.error or 0.0), place


@lru_cache(maxsize=4)
def _loaded(activation: Activation) -> Loaded:
    return load(lower(activation), "c")
