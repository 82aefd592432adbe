"""Germs: the Taylor coefficients of a function beside a point, as floats, by which functions are told apart quickly.

f(x) = a·g(b·x) + d·x + e makes each coefficient of f from order 2 on a·bᵏ times that of g: two of them give a and b,
the others must agree.  Nothing is proved by this; it finds what is worth a proof.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from flint import arb, fmpq_mat
from sympy import Expr, Symbol

from symact.balls import compiled, number, working_precision
from symact.errors import OpenError

HIGHEST = 5
"""Order of the last coefficient."""

STEP_BITS, BITS = 128, 840
"""The coefficients come from values at multiples of 2⁻¹²⁸; the bits are what their differences lose, and some more."""

TINY = 1e-16
"""A smaller coefficient is none: what the orders that are left out may add."""

TOLERANCE = 1e-9


@dataclass(frozen=True)
class Germ:
    """Coefficients of (x − origin)ᵏ on one side, from order 0."""

    coefficients: tuple[float, ...]

    @property
    def orders(self) -> tuple[int, ...]:
        """The orders from 2 on that occur."""
        return tuple(k for k in range(2, HIGHEST + 1) if abs(self.coefficients[k]) > TINY)

    def scales(self, other: Germ) -> Iterator[tuple[float, float]]:
        """Yield a and b > 0 with self = a·other(b·x) + d·x + e, for some d and e, as far as the orders go."""
        orders, f, g = self.orders, self.coefficients, other.coefficients
        if not orders or orders != other.orders:
            return
        first, *further = orders
        inner = 1.0
        if further:
            ratio = f[further[0]] / f[first] / (g[further[0]] / g[first])
            if ratio <= 0:
                return
            inner = ratio ** (1 / (further[0] - first))
        outer = f[first] / g[first] / inner**first
        if all(abs(f[k] - outer * inner**k * g[k]) <= TOLERANCE * abs(f[k]) for k in further):
            yield outer, inner

    def line(self, other: Germ, outer: float, inner: float) -> tuple[float, float]:
        """Return the d and e that go with a and b."""
        f, g = self.coefficients, other.coefficients
        return f[1] - outer * inner * g[1], f[0] - outer * g[0]


def germs(expr: Expr, symbol: Symbol, origin: Expr) -> dict[int, Germ]:
    """Return the germs of x ↦ f(origin + x) and x ↦ f(origin − x), x > 0, under 1 and −1, where there are values."""
    found = {side: _germ(expr, symbol, origin, side) for side in (1, -1)}
    return {side: each for side, each in found.items() if each is not None}


def _germ(expr: Expr, symbol: Symbol, origin: Expr, side: int) -> Germ | None:
    try:
        function = compiled(expr, (symbol,))
        with working_precision(BITS):
            step = arb(2) ** -STEP_BITS
            place = number(origin)
            values = [function(place + side * k * step) for k in range(1, HIGHEST + 2)]
            if not all(value.is_finite() for value in values):
                return None
            rows = _interpolation().tolist()
            sums = [sum((arb(c) * v for c, v in zip(row, values, strict=True)), arb(0)) for row in rows]
            return Germ(tuple(float((total / step**k).mid()) for k, total in enumerate(sums)))
    except (OpenError, OverflowError):
        return None


@cache
def _interpolation() -> fmpq_mat:
    """Return the matrix from values at 1, 2, 3, … to the coefficients of the polynomial through them."""
    places = range(1, HIGHEST + 2)
    return fmpq_mat([[place**k for k in range(HIGHEST + 1)] for place in places]).inv()
