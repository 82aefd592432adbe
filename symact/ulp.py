"""The ruler: distance of a float from an exact value, in units in the last place.

One ULP is the spacing of floats of the exact value's binade (the subnormal spacing below the least normal number), so
that a correctly rounded result is within 1/2.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from flint import arb
from numpy.typing import ArrayLike, NDArray

WRONG_NAN = np.inf
"""The distance when one side is NaN and the other is not, or an infinity is wrong: larger than any bound."""


def spacing(exact: Any, dtype: type[np.floating[Any]] = np.float64) -> float:
    """Return the size of one ULP at an exact value.

    Parameters
    ----------
    exact
        A finite number or ball.
    dtype
        float16, float32 or float64.
    """
    info = np.finfo(dtype)
    magnitude = float(abs(arb(exact)).mid()) if not isinstance(exact, float) else abs(exact)
    magnitude = min(max(magnitude, float(info.tiny)), float(info.max))
    return float(2.0 ** (np.frexp(magnitude)[1] - 1 - info.nmant))


def spacings(exact: NDArray[np.float64], dtype: type[np.floating[Any]] = np.float64) -> NDArray[np.float64]:
    """Return the size of one ULP at every value of an array, as :func:`spacing` does at one."""
    info = np.finfo(dtype)
    magnitude = np.clip(np.abs(exact), float(info.tiny), float(info.max))
    sizes: NDArray[np.float64] = np.exp2(np.frexp(magnitude)[1] - 1.0 - info.nmant)
    return sizes


def distance(computed: float, exact: Any, dtype: type[np.floating[Any]] = np.float64) -> float:
    """Return the magnitude of computed − exact in ULP of the exact value.

    Parameters
    ----------
    computed
        The float under test, of type `dtype`.
    exact
        A ball (flint.arb) of at least 70 bits relative accuracy, or an exact float (±inf and NaN included).
    dtype
        The type that computed it.

    Returns
    -------
    float
        0 for two NaNs or two equal infinities; :data:`WRONG_NAN` if only one side is NaN or infinite, except
        that an overflow counts as correct when the exact value rounds to infinity.
    """
    if isinstance(exact, float) and not np.isfinite(exact):
        same = np.isnan(computed) if np.isnan(exact) else computed == exact
        return 0.0 if same else WRONG_NAN
    if np.isnan(computed):
        return WRONG_NAN
    info = np.finfo(dtype)
    exact = arb(exact)
    if np.isinf(computed):
        edge = arb(float(info.max)) + arb(2.0) ** (int(info.maxexp) - int(info.nmant) - 2)
        return 0.0 if bool(exact * int(np.sign(computed)) >= edge) else WRONG_NAN
    return float((abs(arb(float(computed)) - exact) / spacing(exact, dtype)).mid())


def is_near_a_zero(below: Any, value: Any, above: Any) -> Any:
    """Tell whether a function vanishes close to a point: it changes sign around it, or it all but touches 0 there.

    Parameters
    ----------
    below, value, above
        Balls for the function at half the point, at the point, and at one and a half times the point, or arrays of
        numbers for many points.
    """
    touches = abs(value) * 16
    return (below * above < 0) | ((touches < abs(below)) & (touches < abs(above)))


def is_steep(value: Any, steep: Any) -> bool:
    """Tell whether |x·f′| is so much larger than |f| that a rounding of x leaves no digit, as for sin far out.

    Exponentials stay far below: where e^x is a double, the quotient is at most 745.
    """
    return bool(abs(steep) > abs(value) * 2**20)


def spread(count: int, dtype: type[np.floating[Any]] = np.float64, seed: int = 0) -> NDArray[Any]:
    """Return finite floats spread evenly over all exponents and both signs (uniform over bit patterns)."""
    info = np.finfo(dtype)
    bits = {16: np.uint16, 32: np.uint32, 64: np.uint64}[info.bits]
    top = int(np.array(np.inf, dtype).view(bits))
    generator = np.random.default_rng(seed)
    patterns = generator.integers(0, top, size=count, dtype=np.uint64).astype(bits)
    values: NDArray[Any] = patterns.view(dtype)
    return np.where(generator.integers(0, 2, size=count) == 1, -values, values)


def neighbours(points: ArrayLike, steps: int = 2, dtype: type[np.floating[Any]] = np.float64) -> NDArray[Any]:
    """Return the points with the floats up to `steps` away on both sides."""
    centre = np.asarray(points, dtype)
    found = [centre]
    for direction in (-np.inf, np.inf):
        value = centre
        for _ in range(steps):
            value = np.nextafter(value, np.array(direction, dtype))
            found.append(value)
    return np.unique(np.concatenate(found))
