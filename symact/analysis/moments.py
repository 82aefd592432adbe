"""Moments of f(Z) for Z ~ N(0, 1): exact where integrable, otherwise a ball around the integral.

The ball adds a rigorous quadrature between −T and T (Arb's, which bounds its error) and a bound of both tails
by |f(x)| ≤ A + L·|x|, L the Lipschitz constant.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any

from flint import acb, arb
from sympy import (
    Abs,
    Add,
    Expr,
    Mul,
    Pow,
    S,
    Symbol,
    asinh,
    atan,
    cancel,
    cos,
    cosh,
    diff,
    erf,
    erfc,
    exp,
    log,
    oo,
    pi,
    sin,
    sinh,
    sqrt,
    tanh,
)

from symact.activation import Activation
from symact.analysis.fact import Fact, settled
from symact.analysis.gaussian import expectation_of_cells
from symact.analysis.regularity import require_regular_cells
from symact.analysis.subject import Subject, shorter, subjects
from symact.analysis.symmetry import reflection_sum_of
from symact.balls import compiled, integer_power, number, working_precision
from symact.cells import Cells, continued_points
from symact.errors import OpenError
from symact.functions import NamedConstant, expand_meaning, normal_cdf, normal_pdf, sigmoid, softplus
from symact.roots import digits
from symact.tails import Tail
from symact.verdict import Grade

SECTION = "Moments, Z ~ N(0, 1)"
BITS = 150
CUT = 14
"""T: beyond it the density is below 10^−42."""

NARROW = 1e-38
"""The absolute error asked of the quadrature."""


@dataclass(frozen=True)
class Moment:
    """An expectation: the value, how it is known, and for which parameters."""

    value: Expr
    grade: Grade
    at: str = ""
    ball: Any = field(default=None, compare=False, repr=False)
    """The enclosure, where there is no closed form."""


def mean(activation: Activation) -> Moment:
    """Return E f(Z) (like the functions below, ``OpenError`` if there is no closed form and no ball)."""
    return _moment(activation, "mean")


def second_moment(activation: Activation) -> Moment:
    """Return E f(Z)²."""
    return _moment(activation, "second")


def slope_moment(activation: Activation) -> Moment:
    """Return E f′(Z)², f′ being taken almost everywhere."""
    return _moment(activation, "slope")


def gain(activation: Activation) -> Moment:
    """Return 1/√(E f(Z)²), which keeps the second moment of a layer's output at 1 (He et al. 2015)."""
    return _gain_of(second_moment(activation))


def _gain_of(square: Moment) -> Moment:
    if square.value == 0:
        raise OpenError("E f(Z)² is 0")
    if square.ball is None:
        return Moment(1 / sqrt(square.value), square.grade, square.at)
    with working_precision(BITS):
        return _certified(1 / square.ball.sqrt(), square.at)


def _certified(ball: Any, at: str) -> Moment:
    return Moment(digits(ball), Grade.CERTIFIED, at, ball)


@cache
def _moment(activation: Activation, kind: str) -> Moment:
    reason = OpenError(f"the cells of {activation.name} are not known")
    unscaled = [s for s in subjects(activation) if s.place == 1 and s.value == 1]
    for derive in (_exact, _enclosed):
        for subject in unscaled:
            try:
                return derive(subject, kind)
            except OpenError as error:
                reason = error
    raise reason


def _exact(subject: Subject, kind: str) -> Moment:
    require_regular_cells(subject.cells)
    both = None
    if kind == "mean":
        with suppress(OpenError):
            both = reflection_sum_of(subject)
    if both is not None:  # E f(Z) = E[f(Z) + f(−Z)]/2, and E|Z| = √(2/π)
        return Moment(both.subs(Abs(subject.symbol), sqrt(2 / pi)) / 2, Grade.PROVED, subject.at)
    value = subject.restored(expectation_of_cells(_integrand(subject, kind)))
    return Moment(_recognised(shorter(value) if value.free_symbols else value), Grade.PROVED, subject.at)


def _integrand(subject: Subject, kind: str) -> Cells:
    x = subject.symbol
    if kind == "mean":
        return subject.cells
    if kind == "second":
        return subject.cells.map(lambda e: e**2)
    return subject.cells.map(lambda e: diff(e, x) ** 2)


def _recognised(value: Expr) -> Expr:
    """Return an integer where a messy closed form is one (SELU: 0 and 1)."""
    if value.free_symbols or (value.count_ops() < 60 and not value.has(NamedConstant)):
        return value
    with working_precision(BITS):
        ball = compiled(value, ())()
    nearest = round(float(ball.mid()))
    if (ball - nearest).contains(0) and cancel(expand_meaning(value) - nearest) == 0:
        return S(nearest)
    return value


# ------------------------------------------------------------------------------------------------------------
# enclosures


def _enclosed(subject: Subject, kind: str) -> Moment:
    require_regular_cells(subject.cells)
    pieces = _integrand(subject, kind)
    if any(c.expr.free_symbols - {pieces.symbol} for c in pieces.cells):
        raise OpenError("the integrand depends on the parameters")
    if any(continued_points(c.expr, subject.cells) for c in subject.cells.cells):
        raise OpenError("no enclosure of the integrand around a removable singularity")
    with working_precision(BITS):
        total = _tails(pieces)
        for cell in pieces.cells:
            total += _quadrature(cell.expr, pieces.symbol, cell.left, cell.right)
        return _certified(total, subject.at)


def _quadrature(expr: Expr, x: Symbol, left: Expr, right: Expr) -> Any:
    low = arb(-CUT) if left == -oo else number(left)
    high = arb(CUT) if right is oo else number(right)
    if expr == 0:
        return arb(0)
    if not (low >= -CUT and high <= CUT):
        raise OpenError(f"a breakpoint lies beyond ±{CUT}")
    function = _complex(expr, x)
    scale = 1 / (2 * arb.pi()).sqrt()

    def integrand(z: Any, analytic: bool) -> Any:
        return function(z, analytic) * (-z * z / 2).exp()

    integral = acb.integral(integrand, acb(low), acb(high), abs_tol=arb(NARROW), rel_tol=arb(NARROW))
    return integral.real * scale


def _tails(pieces: Cells) -> Any:
    """Return a ball around 0 that holds the integrals beyond ±T.

    There x²·|g(x)|·φ(x) is at most its bound M on [T, ∞), and ∫ M/x² from T on is M/T.
    """
    x = pieces.symbol
    total = arb(0)
    for outer in (pieces.cells[-1].expr, pieces.cells[0].expr.subs(x, -x)):
        tail = Tail(x, CUT)
        bound = abs(tail.enclosure(tail.expand(outer * normal_pdf(x) * x**2))) / CUT
        total += arb(0).union(bound).union(-bound)
    return total


ComplexFunction = Callable[[Any, bool], Any]


def _complex(expr: Expr, x: Symbol) -> ComplexFunction:
    """Return a function of complex balls; where it may fail to be analytic it is not finite, if asked."""
    if expr == x:
        return lambda z, _: z
    if x not in expr.free_symbols:
        constant = acb(number(expr))
        return lambda z, _: constant
    if isinstance(expr, (Add, Mul)):
        first, *others = [_complex(a, x) for a in expr.args]
        add = isinstance(expr, Add)

        def combined(z: Any, analytic: bool) -> Any:
            result = first(z, analytic)
            for other in others:
                result = result + other(z, analytic) if add else result * other(z, analytic)
            return result

        return combined
    if isinstance(expr, Pow) and expr.exp.is_Integer:
        base, power = _complex(expr.base, x), int(expr.exp)
        return lambda z, analytic: integer_power(base(z, analytic), power)
    if isinstance(expr, Pow) and (2 * expr.exp).is_Integer:
        base, power = _complex(expr.base, x), int(2 * expr.exp)
        return lambda z, analytic: integer_power(base(z, analytic).sqrt(analytic=analytic), power)
    if isinstance(expr, Pow):
        return _complex(exp(expr.exp * log(expr.base)), x)
    meaning = _MEANINGS.get(expr.func)
    if meaning is None:
        raise OpenError(f"no complex enclosure of {expr.func}")
    inner = _complex(expr.args[0], x)
    return lambda z, analytic: meaning(inner(z, analytic), analytic)


def _softplus(u: Any, analytic: bool) -> Any:
    # log(1 + e^u) = u + log(1 + e^(−u)): the exponential stays small on the right half-plane.
    if u.real > 0:
        return u + (1 + (-u).exp()).log(analytic=analytic)
    return (1 + u.exp()).log(analytic=analytic)


def _atan(u: Any, analytic: bool) -> Any:
    # The cuts are where 1 + u² ≤ 0.
    cut = (1 + u * u).log(analytic=analytic)
    return u.atan() if cut.is_finite() else cut


def _asinh(u: Any, analytic: bool) -> Any:
    # Of the two forms the one without cancellation.
    if u.real < 0:
        return -_asinh(-u, analytic)
    return (u + (1 + u * u).sqrt(analytic=analytic)).log(analytic=analytic)


_MEANINGS: dict[type, Callable[[Any, bool], Any]] = {
    exp: lambda u, _: u.exp(),
    log: lambda u, analytic: u.log(analytic=analytic),
    sin: lambda u, _: u.sin(),
    cos: lambda u, _: u.cos(),
    sinh: lambda u, _: u.sinh(),
    cosh: lambda u, _: u.cosh(),
    tanh: lambda u, _: u.tanh(),
    atan: _atan,
    asinh: _asinh,
    erf: lambda u, _: u.erf(),
    erfc: lambda u, _: u.erfc(),
    sigmoid: lambda u, _: 1 / (1 + (-u).exp()),
    softplus: _softplus,
    normal_cdf: lambda u, _: (-u / arb(2).sqrt()).erfc() / 2,
    normal_pdf: lambda u, _: (-u * u / 2).exp() / (2 * arb.pi()).sqrt(),
}


def facts(activation: Activation) -> tuple[Fact, ...]:
    """Return the three moments and the gain."""
    if not activation.is_elementwise:
        return ()
    return tuple(
        fact
        for label, derive in _QUESTIONS
        for fact in settled(SECTION, label, partial(_facts, label, derive, activation))
    )


_QUESTIONS: tuple[tuple[str, Callable[[Activation], Moment]], ...] = (
    ("E f(Z)", mean),
    ("E f(Z)²", second_moment),
    ("E f′(Z)²", slope_moment),
    ("gain 1/√(E f(Z)²)", gain),
)


def _facts(label: str, derive: Callable[[Activation], Moment], activation: Activation) -> Iterator[Fact]:
    found = derive(activation)
    certified = found.grade is Grade.CERTIFIED
    method = "integrated by balls, 30 digits certified" if certified else "integrated in closed form"
    yield Fact(SECTION, label, found.value, found.grade, method, found.at)
