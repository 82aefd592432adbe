"""Taylor expansion at 0, and the antiderivative that vanishes at 0."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import factorial

from sympy import (
    Add,
    Expr,
    Mul,
    O,
    Piecewise,
    S,
    Symbol,
    apart,
    cancel,
    diff,
    exp,
    expand,
    log,
    polylog,
    tanh,
)

from symact.activation import Activation
from symact.analysis.fact import Fact, settled
from symact.analysis.normal_form import are_equal
from symact.analysis.regularity import require_regular_cells
from symact.analysis.subject import Subject, first_answer, shorter
from symact.cells import Cells
from symact.errors import OpenError
from symact.functions import normal_cdf, normal_pdf, sigmoid, softplus
from symact.notation import text
from symact.power_series import Coefficients
from symact.power_series import coefficients as power_series
from symact.signs import sign_of
from symact.verdict import Grade

SECTION = "Series"
ORDER = 5


@dataclass(frozen=True)
class Expansion:
    """f(x) = Σ coefficients[k]·x^k + O(x^(n+1)); side is 0, or 1 and −1 for x → 0⁺ and x → 0⁻."""

    side: int
    coefficients: Coefficients

    def to_expr(self, symbol: Symbol) -> Expr:
        """Return the sum with its order term."""
        return self.polynomial(symbol) + O(symbol ** len(self.coefficients))

    def polynomial(self, symbol: Symbol) -> Expr:
        """Return the sum without the order term."""
        return Add(*(c * symbol**k for k, c in enumerate(self.coefficients)))


def taylor(activation: Activation, order: int = ORDER) -> tuple[Expansion, ...]:
    """Expand at 0 up to x^order: once, or from the left and from the right where 0 is a breakpoint.

    Raises
    ------
    OpenError
        If the branch at 0 depends on the parameters, or has no expansion here.
    """
    return first_answer(activation, lambda s: _taylor(s, order))


def _taylor(subject: Subject, order: int) -> tuple[Expansion, ...]:
    x, place, value = subject.symbol, subject.place, subject.value

    def expansion(side: int, branch: Expr) -> Expansion:
        found = power_series(branch, x, order)
        return Expansion(side, tuple(subject.restored(value * c / place**k) for k, c in enumerate(found)))

    signs = [sign_of(b.at) for b in subject.cells.breakpoints]
    if any(s == 0 and not b.is_defined for s, b in zip(signs, subject.cells.breakpoints, strict=True)):
        raise OpenError("f is not defined at 0")
    left, right = (subject.cells.cells[sum(1 for s in signs if s < bound)] for bound in (0, 1))
    if not (left.is_defined and right.is_defined):
        raise OpenError("f is not defined near 0")
    if 0 not in signs:
        return (expansion(0, left.expr),)
    sides = expansion(-1, left.expr), expansion(1, right.expr)
    if sides[0].coefficients == sides[1].coefficients:
        return (Expansion(0, sides[0].coefficients),)
    return sides


# ------------------------------------------------------------------------------------------------------------
# antiderivative


def antiderivative(activation: Activation) -> Expr:
    """Return F with F′ = f on each cell, F continuous and F(0) = 0, checked by differentiation.

    Raises
    ------
    OpenError
        If no rule applies.
    """
    return first_answer(activation, _antiderivative)


def _antiderivative(subject: Subject) -> Expr:
    x, place, value = subject.symbol, subject.place, subject.value
    pieces = subject.cells
    require_regular_cells(pieces)
    primitives = [_primitive(cell.expr, x) for cell in pieces.cells]
    for primitive, cell in zip(primitives, pieces.cells, strict=True):
        if not _is_primitive(primitive, cell.expr, x):
            raise OpenError(f"the antiderivative of {text(cell.expr)} is not confirmed by differentiation")
    branches = [
        shorter(subject.restored(value * place * e.subs(x, x / place))) for e in _continuous(pieces, primitives)
    ]
    points = [subject.restored(place * b.at) for b in pieces.breakpoints]
    if not points:
        return branches[0]
    return Piecewise(*((e, x <= p) for e, p in zip(branches, points, strict=False)), (branches[-1], True))


def _continuous(pieces: Cells, primitives: list[Expr]) -> list[Expr]:
    """Add constants so that the whole is continuous and vanishes at 0."""
    x = pieces.symbol
    points = [b.at for b in pieces.breakpoints]
    home = sum(1 for p in points if sign_of(p) < 0)
    shifted = list(primitives)
    shifted[home] -= primitives[home].subs(x, 0)
    for k in range(home + 1, len(primitives)):
        point = points[k - 1]
        shifted[k] += (shifted[k - 1] - primitives[k]).subs(x, point)
    for k in range(home - 1, -1, -1):
        point = points[k]
        shifted[k] += (shifted[k + 1] - primitives[k]).subs(x, point)
    return shifted


def _is_primitive(primitive: Expr, function: Expr, x: Symbol) -> bool:
    derivative = diff(primitive, x).replace(
        lambda e: isinstance(e, polylog) and e.args[0] == 1,
        lambda e: -softplus(log(-e.args[1])),  # Li₁(−e^u) = −log(1 + e^u)
    )
    return are_equal(derivative, function)


def _primitive(expr: Expr, x: Symbol) -> Expr:
    if expr.is_rational_function(x) and not expr.is_polynomial(x):
        return Add(*(_rational_term(t, x) for t in Add.make_args(apart(cancel(expr), x))))
    return Add(*(_term(t, x) for t in Add.make_args(expand(expr))))


def _rational_term(term: Expr, x: Symbol) -> Expr:
    """Integrate a polynomial term or c/(a·x + b)^n."""
    if term.is_polynomial(x):
        return _term(term, x)
    constant, rest = term.as_independent(x, as_Add=False)
    base, power = rest.as_base_exp()
    line = base.as_poly(x)
    if line is None or line.degree() != 1 or not power.is_Integer:
        raise OpenError(f"no rule for the antiderivative of {text(term)}")
    slope = line.LC()
    if power == -1:
        return constant / slope * log(base if sign_of(line.eval(0)) > 0 else -base)
    return constant / slope * base ** (power + 1) / (power + 1)


def _term(term: Expr, x: Symbol) -> Expr:
    """Integrate c·x^k·g(a·x + b) by the table of g."""
    if term == 0:
        return S.Zero
    constant, rest = term.as_independent(x, as_Add=False)
    power, nodes = 0, []
    for factor in Mul.make_args(rest):
        base, exponent = (factor, S.One) if isinstance(factor, exp) else factor.as_base_exp()
        if base == x and exponent.is_Integer and exponent > 0:
            power += int(exponent)
        elif factor != 1:
            nodes.append(factor)
    if not nodes:
        return constant * x ** (power + 1) / (power + 1)
    rule = _TABLE.get(nodes[0].func)
    line = nodes[0].args[0].as_poly(x) if rule is not None else None
    if len(nodes) > 1 or rule is None or line is None or line.degree() != 1:
        raise OpenError(f"no rule for the antiderivative of {text(term)}")
    return constant * rule(nodes[0].args[0], line.LC(), power, x)


def _of_exp(u: Expr, slope: Expr, power: int, x: Symbol) -> Expr:
    total = S.Zero
    for k in range(power + 1):  # by parts, k times
        total += S.NegativeOne**k * factorial(power) / factorial(power - k) * x ** (power - k) / slope ** (k + 1)
    return total * exp(u)


def _of_sigmoid(u: Expr, slope: Expr, power: int, x: Symbol) -> Expr:
    if power == 0:
        return softplus(u) / slope
    if power == 1:
        return x * softplus(u) / slope - _of_softplus(u, slope, 0, x) / slope
    raise OpenError("no rule for the antiderivative of x²·σ")


def _of_softplus(u: Expr, slope: Expr, power: int, x: Symbol) -> Expr:
    if power == 0:
        return -polylog(2, -exp(u)) / slope
    raise OpenError("no rule for the antiderivative of x·softplus")


def _of_tanh(u: Expr, slope: Expr, power: int, x: Symbol) -> Expr:
    if power == 0:
        return (softplus(2 * u) - u) / slope  # log cosh u + log 2
    raise OpenError("no rule for the antiderivative of x·tanh")


def _of_normal_cdf(u: Expr, slope: Expr, power: int, x: Symbol) -> Expr:
    if u != x:
        raise OpenError("no rule for the antiderivative of Φ(a·x + b)")
    return (x ** (power + 1) * normal_cdf(x) - _of_normal_pdf(u, slope, power + 1, x)) / (power + 1)


def _of_normal_pdf(u: Expr, slope: Expr, power: int, x: Symbol) -> Expr:
    if u != x:
        raise OpenError("no rule for the antiderivative of φ(a·x + b)")
    if power == 0:
        return normal_cdf(x)
    rest = (power - 1) * _of_normal_pdf(u, slope, power - 2, x) if power > 1 else S.Zero
    return rest - x ** (power - 1) * normal_pdf(x)


_TABLE = {
    exp: _of_exp,
    sigmoid: _of_sigmoid,
    softplus: _of_softplus,
    tanh: _of_tanh,
    normal_cdf: _of_normal_cdf,
    normal_pdf: _of_normal_pdf,
}
"""By node: u = slope·x + b, the power of x beside it, x."""


def facts(activation: Activation) -> tuple[Fact, ...]:
    """Return the Taylor expansion and the antiderivative."""
    if not activation.is_elementwise:
        return ()
    return (
        *settled(SECTION, _EXPANSIONS[0], lambda: _taylor_facts(activation)),
        *settled(SECTION, _INTEGRAL, lambda: _antiderivative_facts(activation)),
    )


_EXPANSIONS = {0: "Taylor expansion at 0", 1: "expansion for x → 0⁺", -1: "expansion for x → 0⁻"}
_INTEGRAL = "∫ f from 0 to x"


def _taylor_facts(activation: Activation) -> Iterator[Fact]:
    expansions, at = first_answer(activation, lambda s: (_taylor(s, ORDER), s.at))
    for expansion in expansions:
        yield Fact(SECTION, _EXPANSIONS[expansion.side], expansion.to_expr(activation.symbol), at=at)


def _antiderivative_facts(activation: Activation) -> Iterator[Fact]:
    value, at = first_answer(activation, lambda s: (_antiderivative(s), s.at))
    yield Fact(SECTION, _INTEGRAL, value, Grade.PROVED, "differentiated back", at)
