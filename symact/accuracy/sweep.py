"""Generated code against the symbolic original: the worst error of every function, in ULP, and where it is."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from symact.accuracy.native import NATIVE, native
from symact.accuracy.reference import FROM_OUTPUT, Floats, Reference
from symact.accuracy.rows import vector_rows
from symact.accuracy.table import BOUNDS, Row
from symact.activation import Activation, Role
from symact.backends.loading import Loaded, load
from symact.lowering import lower
from symact.lowering.parameters import named, sample_values
from symact.processes import results
from symact.ulp import distance, neighbours, spacing, spacings, spread

POINTS = 4000

LABELS: dict[int | str, tuple[str, str]] = {
    0: ("value", "f"),
    1: ("grad", "f′"),
    2: ("grad2", "f″"),
    FROM_OUTPUT: ("grad_from_output", "f′(y)"),
}
"""Derivatives, parameters aside: the attribute of a loaded function, and what a table calls it."""

HARD: tuple[float, ...] = (
    0.0,
    5e-324,
    1e-310,
    1e-300,
    1e-30,
    1e-8,
    0.5,
    1.0,
    1.5,
    3.0,
    6.0,
    18.5,
    37.5,
    38.4,
    88.7,
    103.9,
)
HARD += (354.0, 708.4, 709.0, 709.9, 744.4, 745.2, 1e4, 1e10, 3e38, 1.7e308)
"""Magnitudes at which naive code breaks: exponentials overflow or die, squares overflow, differences cancel."""


def checks(
    activations: Sequence[Activation],
    backends: Sequence[str],
    points: int = POINTS,
    progress: Callable[[Activation], None] | None = None,
) -> list[Row]:
    """Measure several activations, each on several backends, in several processes if there are many.

    Parameters
    ----------
    activations, backends
        What to generate, and in what.
    points
        As for :func:`check`.
    progress
        Called with each activation that is done.
    """
    tables = results(partial(_check_on_each, backends=tuple(backends), points=points), activations, progress)
    return [row for table in tables for row in table]


def _check_on_each(activation: Activation, backends: Sequence[str], points: int) -> list[Row]:
    return [row for backend in backends for row in check(activation, backend, points=points)]


def check(
    activation: Activation,
    backend: str,
    points: int = POINTS,
    **parameters: float,
) -> list[Row]:
    """Measure generated code.

    Parameters
    ----------
    activation
        What to generate.
    backend
        ``numpy``, ``torch`` or ``c``; ``torch-native`` for PyTorch's own function in place of generated code.
    points
        How many arguments, half of them spread over all exponents of the type and both signs, half over those between
        2^-12 and 2^10; hard places and the neighbours of breakpoints come on top.  For a function of a vector, how
        many entries.
    parameters
        Values for parameters; defaults otherwise.

    Raises
    ------
    SymactError
        If the backend is unknown or what it needs is missing.
    """
    values = parameter_values(activation, parameters)
    loaded = native(activation) if backend == NATIVE else load(lower(activation), backend)
    rows = _elementwise_rows if activation.is_elementwise else vector_rows
    return list(rows(activation, loaded, values, points))


def parameter_values(activation: Activation, given: Mapping[str, float]) -> dict[str, float]:
    """Return floats for all parameters that evaluation takes, rounded to float32 so that every type gets the same."""
    activation.values({**{p.name: 1 for p in activation.parameters if p.default is None}, **given})
    chosen = {**named(sample_values(activation)[0]), **given}
    return {name: float(np.float32(value)) for name, value in chosen.items()}


def _elementwise_rows(activation: Activation, loaded: Loaded, values: dict[str, float], points: int) -> Iterator[Row]:
    random_ones = {p.name for p in activation.parameters if p.role is Role.RANDOM}
    for p in activation.parameters:
        if p.name in random_ones and p.default is not None:
            others = {activation.parameter(k).symbol: v for k, v in values.items()}
            values[p.name] = float(p.default.subs(others))
    learned = [p.name for p in activation.parameters if p.role is Role.LEARNED]
    keywords = {k: v for k, v in values.items() if k not in random_ones}
    kinds: tuple[int | str, ...] = (0, 1, 2, FROM_OUTPUT, *learned)
    for what in kinds:
        attribute, label = LABELS.get(what, (f"grad_{what}", f"∂f/∂{what}"))
        if attribute not in loaded.attributes:
            continue
        reference = _reference(activation, what, tuple(values.items()))
        for dtype in (np.float64, np.float32):
            arguments = _arguments(reference, points, dtype)
            exact = _exact(reference, points, dtype)
            computed = loaded.on_numpy(attribute, arguments, **keywords)
            order = what if isinstance(what, int) else 1
            bound = BOUNDS[np.dtype(dtype).name, order]
            error, place = _worst(reference, arguments, computed, exact, dtype, bound)
            yield Row(activation.name, label, loaded.backend, np.dtype(dtype).name, error, f"{place!r}", bound)


@lru_cache(maxsize=64)
def _reference(activation: Activation, what: int | str, values: tuple[tuple[str, float], ...]) -> Reference:
    return Reference(activation, what, dict(values))


@lru_cache(maxsize=64)
def _exact(reference: Reference, points: int, dtype: type[np.floating[Any]]) -> tuple[Floats, Floats]:
    arguments = _arguments(reference, points, dtype)
    return reference(arguments[np.isfinite(arguments)].astype(np.float64))


def _arguments(reference: Reference, points: int, dtype: type[np.floating[Any]]) -> NDArray[Any]:
    """Return the points: finite ones in any order, then ±∞ and NaN."""
    everywhere = spread(points // 2, dtype)
    generator = np.random.default_rng(1)
    middle = np.exp2(generator.uniform(-12, 10, points - points // 2)) * generator.choice(
        (-1.0, 1.0), points - points // 2
    )
    with np.errstate(over="ignore"):
        hard = np.array([s * m for m in HARD for s in (1.0, -1.0)]).astype(dtype)
    hard = hard[np.isfinite(hard)]
    edges = neighbours(np.array([e for e in reference.edges if abs(e) < np.finfo(dtype).max]), dtype=dtype)
    largest = np.finfo(dtype).max
    finite = np.concatenate([everywhere, middle.astype(dtype), hard, edges, [largest, -largest]]).astype(dtype)
    return np.concatenate([finite, np.array([np.inf, -np.inf, np.nan], dtype)])


def _worst(
    reference: Reference,
    arguments: NDArray[Any],
    computed: NDArray[Any],
    exact: tuple[Floats, Floats],
    dtype: type[np.floating[Any]],
    bound: float,
) -> tuple[float, float]:
    """Return the largest error in ULP and its argument; the scale is looked at only where the plain error is large."""
    finite = np.isfinite(arguments)
    high, low = exact
    got = computed[finite].astype(np.float64)
    ulp = spacings(high, dtype)
    with np.errstate(all="ignore"):
        errors = np.abs((got - high) - low) / ulp
    errors = np.where(np.isnan(got), np.inf, errors)
    errors = np.where(_overflows(high, got, dtype), 0.0, errors)
    errors = np.where(np.isnan(high), np.where(np.isnan(got), 0.0, np.inf), errors)
    points = arguments[finite]
    for k in np.flatnonzero(errors > min(bound, 1.0)):
        if not np.isnan(got[k]) and not np.isnan(high[k]) and errors[k] > bound / 2:
            scale = reference.scale(float(points[k]))
            overflows = math.isinf(got[k]) and scale > np.finfo(dtype).max
            errors[k] = 0.0 if overflows else errors[k] * ulp[k] / spacing(scale, dtype)
    place = int(np.argmax(errors))
    worst, where = float(errors[place]), float(points[place])
    for point, value in zip(arguments[~finite], computed[~finite], strict=True):
        target = math.nan if np.isnan(point) else reference.limit(float(point))
        if target is None:
            continue
        error = distance(float(value), target, dtype)
        if error > worst:
            worst, where = error, float(point)
    return worst, where


def _overflows(high: Floats, got: Floats, dtype: type[np.floating[Any]]) -> NDArray[np.bool_]:
    """Where an infinity is the right answer: the exact value rounds to it."""
    info = np.finfo(dtype)
    edge = float(info.max) * (1 + 2.0 ** -(info.nmant + 2))
    rounds: NDArray[np.bool_] = np.isinf(got) & (np.sign(high) == np.sign(got)) & (np.abs(high) >= edge)
    return rounds
