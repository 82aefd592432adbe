"""Taylor expansion at 0, and the antiderivative that vanishes at 0."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, reduce
from math import factorial

from sympy import (
    Add,
    Dummy,
    Expr,
    Mul,
    O,
    Piecewise,
    Pow,
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
from symact.analysis.fact import Fact, open_fact
from symact.analysis.normal_form import are_equal
from symact.analysis.roots import number_sign
from symact.analysis.subject import Subject, first_answer, shorter
from symact.cells import Cells
from symact.errors import OpenError
from symact.functions import MeaningfulFunction, normal_cdf, normal_pdf, sigmoid, softplus
from symact.notation import text
from symact.verdict import Grade

SECTION = "Series"
ORDER = 5

Coefficients = tuple[Expr, ...]


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
        coefficients = _coefficients(branch, x, order)
        return Expansion(side, tuple(subject.restored(value * c / place**k) for k, c in enumerate(coefficients)))

    signs = [number_sign(b.at) for b in subject.cells.breakpoints]
    left, right = (subject.cells.cells[sum(1 for s in signs if s < bound)] for bound in (0, 1))
    if 0 not in signs:
        return (expansion(0, left.expr),)
    sides = expansion(-1, left.expr), expansion(1, right.expr)
    if sides[0].coefficients == sides[1].coefficients:
        return (Expansion(0, sides[0].coefficients),)
    return sides


def _coefficients(expr: Expr, x: Symbol, order: int) -> Coefficients:
    """Return the Taylor coefficients at 0, by the arithmetic of truncated power series."""
    zero = (S.Zero,) * (order + 1)
    if expr == x:
        return tuple(S.One if k == 1 else S.Zero for k in range(order + 1))
    if x not in expr.free_symbols:
        return (expr, *zero[1:])
    if isinstance(expr, Add):
        return tuple(Add(*cs) for cs in zip(*(_coefficients(a, x, order) for a in expr.args), strict=True))
    if isinstance(expr, Mul):
        return reduce(_product, (_coefficients(a, x, order) for a in expr.args))
    if isinstance(expr, Pow) and x not in expr.exp.free_symbols:
        u = Dummy("u")
        return _composed(u**expr.exp, u, _coefficients(expr.base, x, order))
    if isinstance(expr, (exp, log, tanh, MeaningfulFunction)):
        u = _ARGUMENT
        return _composed(expr.func(u), u, _coefficients(expr.args[0], x, order))
    raise OpenError(f"no power series of {expr.func}")


_ARGUMENT = Symbol("u", real=True)


def _product(first: Coefficients, second: Coefficients) -> Coefficients:
    return tuple(expand(Add(*(first[j] * second[k - j] for j in range(k + 1)))) for k in range(len(first)))


def _composed(function: Expr, u: Symbol, inner: Coefficients) -> Coefficients:
    """Expand g(c + r(x)) = Σ g⁽ᵏ⁾(c)/k!·r(x)^k."""
    centre, rest = inner[0], (S.Zero, *inner[1:])
    power: Coefficients = (S.One, *((S.Zero,) * (len(inner) - 1)))
    total = [S.Zero] * len(inner)
    for k in range(len(inner)):
        derivative = _derivative(function, u, k).subs(u, centre)
        factor = _simple(derivative) / factorial(k)
        if not factor.is_finite:
            raise OpenError(f"{text(function)} is singular at {text(centre)}")
        total = [t + factor * p for t, p in zip(total, power, strict=True)]
        power = _product(power, rest)
    return tuple(expand(t) for t in total)


@cache
def _derivative(function: Expr, u: Symbol, order: int) -> Expr:
    return function if order == 0 else diff(_derivative(function, u, order - 1), u)


def _simple(constant: Expr) -> Expr:
    """Evaluate σ and tanh of logarithms, which are rational (mish: tanh(log 2) = 3/5)."""
    for node, rational in ((tanh, lambda a: (a**2 - 1) / (a**2 + 1)), (sigmoid, lambda a: a / (1 + a))):
        constant = constant.replace(
            lambda e, node=node: isinstance(e, node) and abs(e.args[0]).func is log,
            lambda e, rational=rational: rational(exp(e.args[0])),
        )
    return expand(constant)


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
    home = sum(1 for p in points if number_sign(p) < 0)
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
        return constant / slope * log(base if number_sign(line.eval(0)) > 0 else -base)
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
    return (*_taylor_facts(activation), _antiderivative_fact(activation))


def _taylor_facts(activation: Activation) -> tuple[Fact, ...]:
    label = {0: "Taylor expansion at 0", 1: "expansion for x → 0⁺", -1: "expansion for x → 0⁻"}
    x = activation.symbol
    try:
        expansions, at = first_answer(activation, lambda s: (_taylor(s, ORDER), s.at))
    except OpenError as reason:
        return (open_fact(SECTION, label[0], str(reason)),)
    return tuple(Fact(SECTION, label[e.side], e.to_expr(x), at=at) for e in expansions)


def _antiderivative_fact(activation: Activation) -> Fact:
    label = "∫ f from 0 to x"
    try:
        value, at = first_answer(activation, lambda s: (_antiderivative(s), s.at))
    except OpenError as reason:
        return open_fact(SECTION, label, str(reason))
    return Fact(SECTION, label, value, Grade.PROVED, "differentiated back", at)
