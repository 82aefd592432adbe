"""The scaled complementary error function exp(x²)·erfc(x), x ≥ 0: its table, the proof of its accuracy.

No library that the three backends share has it within a few units in the last place (scipy.special.erfcx is
7.7 ULP off at worst), so it is a kernel of our own, after Shepherd & Laframboise (1981): with t = (x − k)/(x
+ k), which maps [0, ∞] to [−1, 1], the function (x + 1/2)·exp(x²)·erfc(x) is smooth to the very end.  It goes
from 1/2 at x = 0 to 1/√π at x = ∞; with s = x/(x + k) what is left over that straight line is s·(1 − s)·P(t),
so that neither end needs a digit of P, and P is a polynomial.

:func:`fitted_coefficients` makes the table from nothing, :func:`relative_error_bound` proves its worth.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

SHIFT = 3.0
"""k: with it a polynomial of degree 24 does; 4 is as good, 2 and 5 need higher degrees."""

END_RISE = 0.0641895835477563
"""1/√π − 1/2, the rise of (x + 1/2)·exp(x²)·erfc(x) from x = 0 to x = ∞."""

FAR = 1e18
"""From here on t and s round to 1; x is held there so that x = ∞ does not give ∞/∞."""

FAR_FLOAT = 1e100
"""The same for results in float, which are 0 there; its square is a double."""

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

COEFFICIENTS_FLOAT: tuple[float, ...] = (
    2.0516278994253042e-05,
    -7.61918515794892e-06,
    -0.0002005863696264601,
    0.00020031621001366824,
    0.001335130079727385,
    -0.003575525552337343,
    -0.003712573797406597,
    0.043964933569965094,
    -0.140331359050397,
    0.28251236883900377,
    -0.3996213689084994,
    0.3776369493359009,
)
"""P for results in float: the kernel is within 2⁻³⁰ of itself, a hundredth of an ulp."""

_PRECISION = 300  # bits of the ball arithmetic: far more than the 53 that are wanted
_SPLIT = 8  # below, exp(x²)·erfc(x) is computed as it stands; above, by its asymptotic series in w = 1/x
_ASYMPTOTIC_TERMS = 30  # the first one left out is below 2e-24 for x ≥ 8
_TAYLOR_ORDER = 12
_CELLS = {"near": 1200, "far": 64}  # Taylor models on either side of the split


def fitted_coefficients(degree: int = 24, nodes: int = 64) -> tuple[float, ...]:
    """Interpolate P at Chebyshev nodes, truncate the Chebyshev series, round; highest power first."""
    from flint import arb, arb_poly, ctx

    with ctx.workprec(_PRECISION):
        k = arb(SHIFT)
        points = [arb.cos_pi(arb(2 * j + 1) / (2 * nodes)) for j in range(nodes)]
        values = []
        for t in points:
            x, s = k * (1 + t) / (1 - t), (1 + t) / 2
            rise = 1 / arb.pi().sqrt() - arb("0.5")
            values.append((((x + arb("0.5")) * _scaled_erfc(x) - arb("0.5")) / s - rise) / (1 - s))
        before, current = arb_poly([1]), arb_poly([0, 1])
        series = [before, current]
        for _ in range(degree - 1):
            before, current = current, arb_poly([0, 2]) * current - before
            series.append(current)
        total = arb_poly([0])
        for m, polynomial in enumerate(series):
            weight = sum(
                (v * arb.cos_pi(arb(m * (2 * j + 1)) / (2 * nodes)) for j, v in enumerate(values)),
                start=arb(0),
            )
            total += polynomial * (weight * (1 if m == 0 else 2) / nodes)
        return tuple(float(total[power].mid()) for power in range(degree, -1, -1))


def relative_error_bound(coefficients: Sequence[float] = COEFFICIENTS) -> float:
    """Return a proved bound of the relative error, over all x ≥ 0, before any rounding of the evaluation.

    The range is cut into cells; on each a Taylor model of the difference in ball arithmetic encloses it.  For
    x ≥ 8 the reference is the asymptotic series, whose error is below the first term left out (DLMF 7.12.1).
    """
    from flint import arb, ctx

    with ctx.workprec(_PRECISION):
        worst = 0.0
        for difference, end, cells in (
            (_difference_near, arb(_SPLIT), _CELLS["near"]),
            (_difference_far, 1 / arb(_SPLIT), _CELLS["far"]),
        ):
            radius = end / (2 * cells)
            of = partial(difference, coefficients)
            for cell in range(cells):
                worst = max(worst, float(_cell_bound(of, (2 * cell + 1) * radius, radius).upper()))
        omitted = arb(1)
        for m in range(1, _ASYMPTOTIC_TERMS + 1):
            omitted *= arb(2 * m - 1) / (2 * arb(_SPLIT) ** 2)
        return worst + 2 * float(omitted.upper())


def _scaled_erfc(x: Any) -> Any:
    return (x * x).exp() * x.erfc()


def _cell_bound(difference: Any, centre: Any, radius: Any) -> Any:
    """Bound |difference|/(1/2), the difference being that of two functions that are at least 1/2."""
    from flint import arb, arb_series, ctx

    ctx.cap = _TAYLOR_ORDER + 1
    middle = difference(arb_series([centre, 1]))
    whole = difference(arb_series([arb(centre.mid(), radius.upper()), 1]))
    bound = abs(whole[_TAYLOR_ORDER]) * radius**_TAYLOR_ORDER
    for order in range(_TAYLOR_ORDER):
        bound += abs(middle[order]) * radius**order
    return 2 * bound


def _difference_near(coefficients: Sequence[float], x: Any) -> Any:
    from flint import arb

    return (x + arb("0.5")) * _scaled_erfc(x) - _approximation(coefficients, x / (x + SHIFT), (x - SHIFT) / (x + SHIFT))


def _difference_far(coefficients: Sequence[float], w: Any) -> Any:
    from flint import arb

    total = term = 1 + 0 * w
    for m in range(1, _ASYMPTOTIC_TERMS):
        term = term * (w * w) * (-arb(2 * m - 1) / 2)
        total = total + term
    reference = (1 + w / 2) * total / arb.pi().sqrt()
    return reference - _approximation(coefficients, 1 / (1 + SHIFT * w), (1 - SHIFT * w) / (1 + SHIFT * w))


def _approximation(coefficients: Sequence[float], s: Any, t: Any) -> Any:
    """Return (x + 1/2)·exp(x²)·erfc(x) as the backends have it, with coefficients for P."""
    from flint import arb

    polynomial = arb(coefficients[0]) + 0 * t
    for coefficient in coefficients[1:]:
        polynomial = polynomial * t + arb(coefficient)
    return arb("0.5") + s * (arb(END_RISE) + (1 - s) * polynomial)
