"""The polynomials inside the kernels of elementary functions: their coefficients, and the proof of their accuracy.

A kernel reduces its argument to a short interval by exact steps and leaves a smooth function g there, which has a
quickly converging power series.  :meth:`Polynomial.fitted` makes the coefficients from nothing,
:meth:`Polynomial.error_bound` proves how far the polynomial is from g everywhere in the interval.

=====  ================================================  ===================================
name   g(t)                                              t
=====  ================================================  ===================================
EXP    (e^t − 1 − t)/t²                                  x − k·log 2, within ±log(2)/2
LOG    (log((1 + s)/(1 − s)) − 2s)/s³ with t = s²        s = (m − 1)/(m + 1), √½ ≤ m ≤ √2
ERF    erf(x)/x − 1 with t = x²                          up to the end of the central piece
LOG1P  log(1 + x)/x, or what its series has beyond x³/4  x − 1/2, 0 ≤ x ≤ 1
TANH   (tanh(x)/x − 1)/x² with t = x²                    up to the end of the central piece
=====  ================================================  ===================================
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache, partial

import numpy as np
from flint import arb, arb_poly, fmpq

from symact.balls import working_precision
from symact.lowering.chebyshev import truncated_series

PRECISION = 400
"""Bits of the ball arithmetic: far more than the 53 that are wanted, and the 200 that recursions lose."""

CELLS = 64
"""Into how many pieces an interval is cut for the proof."""

PER_LOG_2 = 1.4426950408889634
LOG_2_HIGH, LOG_2_LOW = 0.6931471805598903, 5.497923018708371e-14
"""The digits of log 2 in two parts: products of the first with integers up to 2048 are exact."""

LOG_2 = 0.6931471805599453

ULP = {"exp": 0.8, "expm1": 0.8, "log": 0.8, "log1p": 0.8, "tanh": 0.8, "erf": 1.0, "erfcx": 1.5}
"""The largest error of each kernel of the C backend in units in the last place; tests hold them to it."""


@dataclass(frozen=True)
class Polynomial:
    """A polynomial close to a function g on an interval.

    Attributes
    ----------
    low, high
        The interval.
    series
        The Taylor coefficients of g at 0, by their power.
    terms
        How many of them stand for g.
    ratio
        Each coefficient beyond is smaller than this many times the one before.
    coefficients
        Of the polynomial, highest power first.
    error
        The largest distance between the two in the interval, rounded up.
    digits
        Bits of the coefficients: those of double or of float.
    """

    low: float
    high: float
    series: Callable[[int], arb]
    terms: int
    ratio: float
    coefficients: tuple[float, ...]
    error: float
    digits: int = 53

    def fitted(self) -> tuple[float, ...]:
        """Truncate the Chebyshev series of g to the degree of the polynomial, and round; highest power first."""
        degree, nodes = len(self.coefficients) - 1, 2 * len(self.coefficients)
        with working_precision(PRECISION):
            middle, radius = (arb(self.high) + self.low) / 2, (arb(self.high) - self.low) / 2
            taylor, unit = self._taylor(), arb_poly([-middle / radius, 1 / radius])
            total = truncated_series(lambda t: taylor(middle + radius * t), degree, nodes)(unit)
            fitted = tuple(float(total[power].mid()) for power in range(degree, -1, -1))
            return fitted if self.digits == 53 else tuple(float(np.float32(c)) for c in fitted)

    def error_bound(self) -> float:
        """Return a proved bound of |P(t) − g(t)| over the interval, before any rounding of the evaluation.

        The interval is cut into cells; on each the difference, expanded at its middle, is bounded term by term.
        """
        with working_precision(PRECISION):
            difference = arb_poly([arb(c) for c in reversed(self.coefficients)]) - self._taylor()
            radius = (arb(self.high) - self.low) / (2 * CELLS)
            worst = 0.0
            for cell in range(CELLS):
                expanded = difference(arb_poly([self.low + (2 * cell + 1) * radius, 1]))
                bound = sum((abs(c) * radius**k for k, c in enumerate(expanded.coeffs())), start=arb(0))
                worst = max(worst, float(bound.upper()))
            end = arb(max(abs(self.low), abs(self.high)))
            left_out = abs(self.series(self.terms)) * end**self.terms / (1 - self.ratio * end)
            return math.nextafter(worst + float(left_out.upper()), math.inf)

    def _taylor(self) -> arb_poly:
        return arb_poly([self.series(k) for k in range(self.terms)])


EXP = Polynomial(
    low=-0.34658,
    high=0.34658,
    series=lambda k: 1 / arb(math.factorial(k + 2)),
    terms=30,
    ratio=1 / 32,
    coefficients=(
        2.09181314184218e-09,
        2.5105209030726063e-08,
        2.7557263296038744e-07,
        2.7557255419156705e-06,
        2.4801587336426553e-05,
        0.00019841269874805898,
        0.001388888888887908,
        0.00833333333332614,
        0.04166666666666668,
        0.1666666666666667,
        0.5,
    ),
    error=3.61e-18,
)

LOG = Polynomial(
    low=0.0,
    high=0.02944,
    series=lambda k: arb(2) / (2 * k + 3),
    terms=30,
    ratio=1.0,
    coefficients=(
        0.1461722010170369,
        0.15331654528864483,
        0.18182891314269,
        0.22222211101879027,
        0.28571428626199113,
        0.3999999999989895,
        0.666666666666667,
    ),
    error=3.37e-16,
)

CENTRE_OF_ERF = 1.0
"""Up to here erf is a polynomial; beyond, what is left to 1 is so small that its error does not count."""

ERF = Polynomial(
    low=0.0,
    high=CENTRE_OF_ERF**2,
    series=lambda k: 2 / arb.pi().sqrt() * (-1) ** k / (math.factorial(k) * (2 * k + 1)) - (1 if k == 0 else 0),
    terms=45,
    ratio=1 / 45,
    coefficients=(
        -7.798543850549947e-10,
        1.3721520406351094e-08,
        -1.6208829856810202e-07,
        1.6447471190594618e-06,
        -1.4924740785377576e-05,
        0.00012055295112667001,
        -0.0008548325982543225,
        0.005223977607269946,
        -0.026866170643256995,
        0.1128379167094513,
        -0.37612638903183543,
        0.12837916709551256,
    ),
    error=1.6e-17,
)


@lru_cache
def _log1p_beyond(count: int, k: int) -> arb:
    """Return a Taylor coefficient at 1/2 of what log(1 + x) has beyond the first terms of its series, over x^count.

    The terms, that of x⁰ included, are as many as the count.  It is F = (F₋ − c)/x, F₋ being that of one term less
    and c the next of the series.  Each coefficient is less than 2/3 of the one before.
    """
    if count == 0:
        return (-1) ** (k + 1) * (arb(2) / 3) ** k / k if k else arb(1.5).log()
    left = _log1p_beyond(count - 1, k)
    if k:
        return 2 * (left - _log1p_beyond(count, k - 1))
    return 2 * (left - (arb((-1) ** count) / (count - 1) if count > 1 else 0))


LOG1P_FLOAT = Polynomial(
    low=-0.5,
    high=0.5,
    series=partial(_log1p_beyond, 1),
    terms=60,
    ratio=2 / 3,
    coefficients=(
        -0.0012851433772920024,
        0.0020376904942087503,
        -0.0023728424076244585,
        0.00397990123797452,
        -0.006963847328190303,
        0.01185468722014328,
        -0.020547439210864646,
        0.03661060710429408,
        -0.06768868678860812,
        0.13260978082197156,
        -0.28852709870736276,
        0.8109302161214926,
    ),
    error=2.45e-10,
)
"""For results in float."""


LOG1P_SINGLE = replace(
    LOG1P_FLOAT,
    series=lambda k: _log1p_beyond(3, k) - (0.25 if k == 0 else 0),
    coefficients=(
        -0.002570540877059102,
        0.00405674334615469,
        -0.005001549609005451,
        0.008305544033646584,
        -0.01418463233858347,
        0.02389073558151722,
        -0.04087822139263153,
        0.07152237743139267,
        -0.12899187207221985,
        -0.00627913186326623,
    ),
    error=8.66e-09,
    digits=24,
)
"""For arithmetic in float."""

CENTRE_OF_TANH = 0.55
"""Up to here tanh is a polynomial in float; beyond, it is at least 1/2, and what is left to 1 at most that."""

TANH_SINGLE = Polynomial(
    low=0.0,
    high=0.3026,
    series=lambda k: (
        arb(2 ** (2 * k + 4) * (2 ** (2 * k + 4) - 1) * fmpq.bernoulli(2 * k + 4)) / math.factorial(2 * k + 4)
    ),
    terms=60,
    ratio=0.41,
    coefficients=(
        -0.006615143734961748,
        0.021312421187758446,
        -0.053910013288259506,
        0.13333117961883545,
        -0.3333333134651184,
    ),
    error=2.13e-08,
    digits=24,
)
"""For arithmetic in float; the ratio of the coefficients goes to 4/π²."""

EXP_FLOAT = replace(
    EXP,
    coefficients=(
        0.00019899278371021182,
        0.0013933645180514884,
        0.008333298477775364,
        0.041666464961190926,
        0.16666666719013526,
        0.5000000013463712,
    ),
    error=1.43e-09,
)

LOG_FLOAT = replace(
    LOG,
    coefficients=(
        0.23331474771233474,
        0.2855077715874216,
        0.40000122312235337,
        0.6666666655374128,
    ),
    error=1.15e-09,
)

ERF_FLOAT = replace(
    ERF,
    coefficients=(
        -9.673590811750782e-06,
        0.00011268253894199437,
        -0.0008484396550601893,
        0.005221053412537675,
        -0.026865438310515116,
        0.11283782622062184,
        -0.3761263847599132,
        0.12837916706236088,
    ),
    error=3.76e-11,
)
"""For results in float: the kernels are within 2⁻³⁰ of themselves, a hundredth of an ulp."""

EXP_SINGLE = replace(
    EXP,
    coefficients=(
        0.00019899278413504362,
        0.0013933645095676184,
        0.0083332983776927,
        0.04166646674275398,
        0.1666666716337204,
        0.5,
    ),
    error=4e-09,
    digits=24,
)

LOG_SINGLE = replace(
    LOG,
    coefficients=(0.2958109378814697, 0.39988747239112854, 0.6666668653488159),
    error=2.01e-07,
    digits=24,
)
"""For arithmetic in float."""

PER_LOG_2_SINGLE = 1.4426950216293335
LOG_2_HIGH_SINGLE, LOG_2_LOW_SINGLE = 0.693145751953125, 1.428606765330187e-06
"""As in double precision, for integers up to 255."""
