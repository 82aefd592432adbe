"""Functions of a whole vector against the symbolic original, row by row."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from flint import arb
from numpy.typing import NDArray
from sympy import Expr

from symact.accuracy.reference import vector_reference
from symact.accuracy.table import BOUNDS, Row
from symact.activation import Activation
from symact.analysis.vectors import jacobian, vjp
from symact.backends.loading import Loaded
from symact.ulp import distance, spacing

Array = NDArray[Any]


def vector_rows(activation: Activation, loaded: Loaded, values: dict[str, float], points: int) -> Iterator[Row]:
    """Measure rows of 1 to 64 entries, moderate and extreme."""
    product = vjp(activation)
    exact_values = {activation.parameter(name).symbol: value for name, value in values.items()}
    for dtype in (np.float64, np.float32):
        found: dict[str, tuple[float, str]] = {"f": (0.0, ""), "vjp": (0.0, "")}
        for row in _rows_of(points, dtype):
            y = loaded.on_numpy("value", row, **values)
            scale = _conditioning(activation, row, exact_values)
            exact = vector_reference(activation.expr, {"x": row}, exact_values)
            for computed, ball in zip(np.atleast_1d(y), exact, strict=True):
                error = distance(float(computed), ball, dtype)
                if scale is not None and math.isfinite(error):
                    error *= spacing(ball, dtype) / spacing(abs(ball) + scale, dtype)
                _note(found, "f", error, row)
            arrays = {"x": row, "y": y, "dy": _gradient(y.shape, dtype)}
            given = {name: arrays[name] for name in product.needs}
            passed = tuple(given.values())
            if loaded.backend == "torch":
                # Its autograd starts from x and keeps y in double precision.
                passed = (row, arrays["dy"])
                arrays["y"] = loaded.on_numpy("value", row.astype(np.float64), **values)
                given = {name: arrays[name] for name in product.needs}
            dx = np.atleast_1d(loaded.on_numpy("vjp", *passed, **values))
            for error in _vjp_errors(product.expr, given, exact_values, dx, dtype):
                _note(found, "vjp", error, row)
        for label, (error, place) in found.items():
            bound = BOUNDS[np.dtype(dtype).name, int(label == "vjp")]
            yield Row(activation.name, label, loaded.backend, np.dtype(dtype).name, error, place, bound)


def _vjp_errors(
    expr: Expr, given: Mapping[str, Array], values: Mapping[Any, float], dx: Array, dtype: type[np.floating[Any]]
) -> Iterator[float]:
    """Yield the error of every entry against the magnitudes of its terms, which may cancel."""
    exact = vector_reference(expr, {k: np.atleast_1d(v) for k, v in given.items()}, values)
    scales = vector_reference(expr, {k: np.atleast_1d(v) for k, v in given.items()}, values, magnitudes=True)
    for computed, ball, scale in zip(dx, exact, scales, strict=True):
        yield float((abs(arb(float(computed)) - ball) / spacing(scale, dtype)).mid())


def _conditioning(activation: Activation, row: Array, values: Mapping[Any, float]) -> Any:
    """Return Σ |xₖ ∂f/∂xₖ| for one output per row, which passes through 0; entries of a vector do not cancel."""
    if not activation.is_reduction:
        return None
    slopes = vector_reference(jacobian(activation, in_output=False), {"x": row}, values)
    return sum((abs(slope * float(x)) for slope, x in zip(slopes, row, strict=True)), start=arb(0))


def _note(found: dict[str, tuple[float, str]], label: str, error: float, row: Array) -> None:
    if error > found[label][0]:
        shown = ", ".join(f"{v:.6g}" for v in row[:4])
        found[label] = (error, f"[{shown}{', …' if len(row) > 4 else ''}] (n = {len(row)})")


def _gradient(shape: tuple[int, ...], dtype: type[np.floating[Any]]) -> Array:
    return np.asarray(np.random.default_rng(2).uniform(-1, 1, shape), dtype)


def _rows_of(points: int, dtype: type[np.floating[Any]]) -> Iterator[Array]:
    generator = np.random.default_rng(3)
    yield np.array([0.0], dtype)
    yield np.array([3.0, 3.0, 3.0], dtype)
    yield np.array([1e4, -1e4, 9999.0], dtype)
    yield np.array([1.0, 3.0, 0.0, 2.0], dtype)
    entries = 0
    while entries < points // 8:
        length = int(generator.integers(1, 65))
        entries += length
        scale = float(generator.choice((1e-3, 1.0, 30.0, 300.0, 1e4)))
        yield (generator.normal(size=length) * scale).astype(dtype)
