"""The scaled complementary error function exp(x²)·erfc(x), x ≥ 0: its table, the proof of its accuracy.

No library that the three backends share has it within a few units in the last place (scipy.special.erfcx is
7.7 ULP off at worst), so it is a kernel of our own, after Shepherd & Laframboise (1981): with t = (x − k)/(x
+ k), which maps [0, ∞] to [−1, 1], the function (x + 1/2)·exp(x²)·erfc(x) is smooth to the very end.  It goes
from 1/2 at x = 0 to 1/√π at x = ∞; with s = x/(x + k) what is left over that straight line is s·(1 − s)·P(t),
so that neither end needs a digit of P, and P is a polynomial.

For results in float there is a shorter one, a quotient of polynomials of degrees 5 and 6 in x, since a quotient is
needed in any case.  It has the function's values at as many Chebyshev nodes in t = (x − k)/(x + k) as it has
coefficients.

:func:`fitted_coefficients` and :func:`fitted_quotient_float` make the tables from nothing,
:func:`relative_error_bound` and :func:`relative_error_bound_float` prove their worth.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from symact.lowering.chebyshev import truncated_series

SHIFT = 3.0
"""k: with it a polynomial of degree 24 does; 4 is as good, 2 and 5 need higher degrees."""

END_RISE = 0.0641895835477563
"""1/√π − 1/2, the rise of (x + 1/2)·exp(x²)·erfc(x) from x = 0 to x = ∞."""

FAR = 1e18
"""From here on t and s round to 1; x is held there so that x = ∞ does not give ∞/∞."""

NODE_FLOAT = 0.5315968851493932
"""The node at t = cos 17π/24 for results in float, which says what k is: about 2.2, with which the errors are even.

It is where the slope of GELU, x·φ(x) + Φ(x), vanishes, over √2.  The terms of the slope cancel there, and keep their
digits because the quotient has none but right ones.
"""

COEFFICIENTS: tuple[float, ...] = (
    3.447205957052296e-10,
    1.0034571020571372e-10,
    -3.5708004063746743e-09,
    -2.503001598292907e-09,
    1.9282896792836128e-08,
    2.586868914439698e-08,
    -7.356684167000814e-08,
    -1.8060044976202475e-07,
    2.189344388263687e-07,
    1.0554700480729538e-06,
    -5.009798372464927e-07,
    -5.891238408832677e-06,
    9.64861043999086e-07,
    3.431076006689233e-05,
    -8.934959384166599e-06,
    -0.00021588821060098602,
    0.00020138480569750698,
    0.0013437763871400501,
    -0.0035759959320409863,
    -0.0037150072516442764,
    0.04396503390646029,
    -0.14033106193913894,
    0.282512360737045,
    -0.39962137934467507,
    0.3776369494439467,
)
"""P, highest power first."""

OVER_FLOAT: tuple[float, ...] = (
    0.5641895832340951,
    4.6531083786089305,
    18.48756913780367,
    42.64716890334225,
    57.02102167554446,
    36.5267985603818,
)
UNDER_FLOAT: tuple[float, ...] = (
    1.0,
    8.247419523733837,
    33.268394500012825,
    79.71278926381993,
    116.9691438510911,
    98.23709620937932,
    36.526798591668324,
)
"""Numerator and denominator, highest power first; the kernel is within 2⁻²⁹ of itself, a fiftieth of an ulp."""

_NODES = 64
_PRECISION = 300  # bits of the ball arithmetic: far more than the 53 that are wanted
_SPLIT = 8  # below, exp(x²)·erfc(x) is computed as it stands; above, by its asymptotic series in w = 1/x
_ASYMPTOTIC_TERMS = 30  # the first one left out is below 2e-24 for x ≥ 8
_TAYLOR_ORDER = 12
_CELLS = {"near": 1200, "far": 64}  # Taylor models on either side of the split


def fitted_coefficients(degree: int = 24) -> tuple[float, ...]:
    """Interpolate P at Chebyshev nodes, truncate the Chebyshev series, round; highest power first."""
    from flint import arb, ctx

    def left_over(t: Any) -> Any:
        x, s = arb(SHIFT) * (1 + t) / (1 - t), (1 + t) / 2
        rise = 1 / arb.pi().sqrt() - arb("0.5")
        return (((x + arb("0.5")) * _scaled_erfc(x) - arb("0.5")) / s - rise) / (1 - s)

    with ctx.workprec(_PRECISION):
        return _rounded(truncated_series(left_over, degree, _NODES))


def fitted_quotient_float(degree: int = 6) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Interpolate by a quotient, its denominator of a degree and with 1 for the highest power; highest power first."""
    from flint import arb, arb_mat, ctx

    with ctx.workprec(_PRECISION):
        nodes = [arb.cos_pi(arb(2 * j + 1) / (4 * degree)) for j in range(2 * degree)]
        middle = arb(NODE_FLOAT) * (1 - nodes[8]) / (1 + nodes[8])
        equations, values = [], []
        for t in nodes:
            x = middle * (1 + t) / (1 - t)
            value, powers = _scaled_erfc(x), [x**k for k in reversed(range(degree))]
            equations.append([*powers, *(-value * power for power in powers)])
            values.append([value * x**degree])
        solved = [float(c.mid()) for c in arb_mat(equations).solve(arb_mat(values)).entries()]
        return tuple(solved[:degree]), (1.0, *solved[degree:])


def _rounded(polynomial: Any) -> tuple[float, ...]:
    """Return the coefficients as doubles, highest power first."""
    return tuple(float(coefficient.mid()) for coefficient in reversed(polynomial.coeffs()))


def relative_error_bound() -> float:
    """Return a proved bound of the relative error, over all x ≥ 0, before any rounding of the evaluation."""
    return _relative_error_bound(_by_a_line, 0.5)


def relative_error_bound_float() -> float:
    """Return the same for results in float."""
    return _relative_error_bound(_by_a_quotient, 1)


def _relative_error_bound(approximation: Callable[[Any, Any], Any], offset: float) -> float:
    """Bound the relative error of an approximation of (x + offset)·exp(x²)·erfc(x).

    The approximation is given x/h and 1/h for some h: x and 1 where x is small, 1 and w = 1/x where it is large.  The
    range is cut into cells; on each a Taylor model of the difference in ball arithmetic encloses it.  For x ≥ 8 the
    reference is the asymptotic series, whose error is below the first term left out (DLMF 7.12.1).
    """
    from flint import arb, ctx

    def near(x: Any) -> tuple[Any, Any]:
        return (x + offset) * _scaled_erfc(x), approximation(x, 1)

    def far(w: Any) -> tuple[Any, Any]:
        return (1 + offset * w) * _asymptotic_series(w), approximation(1, w)

    with ctx.workprec(_PRECISION):
        worst = 0.0
        for both, end, cells in ((near, arb(_SPLIT), _CELLS["near"]), (far, 1 / arb(_SPLIT), _CELLS["far"])):
            radius = end / (2 * cells)
            for cell in range(cells):
                worst = max(worst, float(_cell_bound(both, (2 * cell + 1) * radius, radius).upper()))
        omitted = arb(1)
        for m in range(1, _ASYMPTOTIC_TERMS + 1):
            omitted *= arb(2 * m - 1) / (2 * arb(_SPLIT) ** 2)
        return worst + 2 * float(omitted.upper())


def _scaled_erfc(x: Any) -> Any:
    return (x * x).exp() * x.erfc()


def _asymptotic_series(w: Any) -> Any:
    """Return x·exp(x²)·erfc(x), w = 1/x."""
    from flint import arb

    total = term = 1 + 0 * w
    for m in range(1, _ASYMPTOTIC_TERMS):
        term = term * (w * w) * (-arb(2 * m - 1) / 2)
        total = total + term
    return total / arb.pi().sqrt()


def _cell_bound(both: Callable[[Any], tuple[Any, Any]], centre: Any, radius: Any) -> Any:
    """Bound the difference of two functions, as a part of the first, which is positive."""
    from flint import arb, arb_series, ctx

    ctx.cap = _TAYLOR_ORDER + 1
    function, approximation = both(arb_series([centre, 1]))
    function_on_cell, approximation_on_cell = both(arb_series([arb(centre.mid(), radius.upper()), 1]))
    middle, whole = function - approximation, function_on_cell - approximation_on_cell
    bound = abs(whole[_TAYLOR_ORDER]) * radius**_TAYLOR_ORDER
    for order in range(_TAYLOR_ORDER):
        bound += abs(middle[order]) * radius**order
    return bound / function_on_cell[0].lower()


def _by_a_line(x: Any, unit: Any) -> Any:
    """Return (x + 1/2)·exp(x²)·erfc(x) as the backends have it."""
    from flint import arb

    s, t = x / (x + SHIFT * unit), (x - SHIFT * unit) / (x + SHIFT * unit)
    return arb("0.5") + s * (arb(END_RISE) + (1 - s) * _polynomial(COEFFICIENTS, t))


def _by_a_quotient(x: Any, unit: Any) -> Any:
    """Return (x + 1)·exp(x²)·erfc(x) for results in float."""
    over, under = (
        sum(c * x ** (len(given) - 1 - k) * unit**k for k, c in enumerate(given)) for given in (OVER_FLOAT, UNDER_FLOAT)
    )
    return (x + unit) * over / under


def _polynomial(coefficients: Sequence[float], t: Any) -> Any:
    from flint import arb

    total = arb(coefficients[0]) + 0 * t
    for coefficient in coefficients[1:]:
        total = total * t + arb(coefficient)
    return total
