"""Functions of the whole line that are rational in x and in one exponential E = e^(−u), for results in float.

A program in double precision cuts the line where u changes sign, so that no exponential overflows and none vanishes
too early.  A float needs neither: beyond |u| = 120 what decays is 0 for it, and e^120 is small in double; and
x·σ(u) is a quotient whose denominator, 1 + E, is added without loss.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from flint import arb_poly
from sympy import Expr, S, Symbol, cancel, expand, factor, fraction, oo

from symact.balls import evaluate, working_precision
from symact.cells import Cells
from symact.errors import OpenError
from symact.lowering.arithmetic import (
    ONE,
    ZERO,
    add,
    constant,
    div,
    horner,
    mul,
    neg,
    number_of,
    op,
    polynomial_degree,
    sub,
    translate,
)
from symact.lowering.measure import BITS
from symact.lowering.normal_form import Kind, NormalForm, normal_form
from symact.lowering.program import Node, Operation
from symact.lowering.smooth import MAGNITUDE, X

LEAST_EXPONENT, LARGEST_EXPONENT = 120, 160
"""Between which |u| is at the ends of what is computed: e^−120 is 0 in float beside a factor of 2²³."""

FLOAT_DIGITS: Operation = "exp_30"
DOUBLE_DIGITS: Operation = "exp_53"


@dataclass(frozen=True)
class OneExponential:
    """A function f(x) = R(x, E), E = e^(−u), where u > 0 for x > 0."""

    x: Symbol
    exponential: Symbol
    exponent: Expr  # u
    ratio: Expr  # R
    left: Expr  # what f tends to on either side, as a function of x
    right: Expr

    def logistic_product(self, parameters: Mapping[Symbol, Node]) -> Node | None:
        """Return f as a·σ(u) or a·σ(−u), if it is one, and no parameter can make a large where u is small."""
        e, environment = self.exponential, {self.x: X, **parameters}
        rising = cancel(self.ratio * (1 + e))
        for multiple, exponent in ((rising, self.exponent), (cancel(rising / e), -self.exponent)):
            known = not multiple.free_symbols or multiple.free_symbols | exponent.free_symbols == {self.x}
            if known and not multiple.has(e):
                return op("logistic_product", translate(multiple, environment), translate(exponent, environment))
        return None

    def over_the_line(self) -> Iterator[Node]:
        """Yield programs in double precision for results in float, with the digits of a float in E and with all."""
        if self.exponent.free_symbols != {self.x} or self.ratio.free_symbols - {self.x, self.exponential}:
            return
        end = _end(self.exponent, self.x)
        if end is None:
            return
        held = X if self.left.has(self.x) else op("maximum", X, constant(-end))
        held = held if self.right.has(self.x) else op("minimum", held, constant(end))
        held = held if held == X else Node(held.op, held.args, name="held")
        exponent = op("neg", translate(self.exponent, {self.x: held}))
        sides = (self.left, op("lt", X, constant(-end))), (self.right, op("gt", X, constant(end)))
        for name in (FLOAT_DIGITS, DOUBLE_DIGITS):
            growth = op(name, exponent, called="growth")
            node = translate(self.ratio, {self.exponential: growth, self.x: held}, self._bounded())
            with suppress(OpenError):  # one side may grow faster than every power
                for side, beyond in sides:
                    if side.has(self.x):
                        node = op("select", beyond, translate(side, {self.x: X}), node)
                yield node

    def as_it_stands(self) -> Node | None:
        """Return a program in double precision that is good where no exponential overflows."""
        if self.exponent.free_symbols != {self.x} or self.ratio.free_symbols - {self.x, self.exponential}:
            return None
        growth = op(DOUBLE_DIGITS, neg(translate(self.exponent, {self.x: X})), called="growth")
        return translate(self.ratio, {self.exponential: growth, self.x: X}, frozenset({self.exponential}))

    def _bounded(self) -> frozenset[Symbol]:
        """Return E if the denominator, even where it is largest, is within the range of double."""
        degree = polynomial_degree(fraction(self.ratio)[1], self.exponential)
        return frozenset({self.exponential} if degree * LARGEST_EXPONENT < 700 else ())

    def of_the_lesser_share(self) -> Iterator[Node]:
        """Yield (a + b·E + c·E²)/(1 + E)² as a polynomial in s = E/(1 + E), E = e^(−|u|), on each side of 0.

        The lesser of σ(u) and σ(−u) has three roundings; a quotient by (1 + E)² has the first of them twice.
        """
        growth, share = self.exponential, Symbol("s")
        multiple = cancel(self.ratio * (1 + growth) ** 2)
        is_odd = expand(self.exponent + self.exponent.subs(self.x, -self.x)) == 0
        if not is_odd or multiple.free_symbols - {self.x, growth} or not multiple.is_polynomial(self.x, growth):
            return
        numerator = multiple.as_poly(growth)
        if numerator.degree() > 2:
            return
        coefficients = [numerator.coeff_monomial(growth**k) for k in range(3)]
        decay = op(DOUBLE_DIGITS, neg(translate(self.exponent, {self.x: MAGNITUDE})), called="decay")
        environment = {share: op("div", decay, add(decay, ONE), called="share"), self.x: X}
        right, left = (
            translate(expand(a + (b - 2 * a) * share + (a - b + c) * share**2), environment)
            for a, b, c in (coefficients, reversed(coefficients))
        )
        yield left if left == right else op("select", op("le", X, ZERO), left, right)

    def from_a_zero(self, place: float) -> Iterator[Node]:
        """Yield a program with the digits of a float that has them beside a zero too, where f tends to numbers.

        With d = x − x₀, E = E₀·(1 + m) and m = e^(u₀ − u) − 1, a numerator p(x) + q(x)·E is Q(d)·(1 + m) − p(x)·m,
        where Q(d) = p(x) + q(x)·E₀ is a polynomial.  If x₀ is the double next to a zero, its constant term is as good
        as nothing, and each product has the digits of d and m; beside x₀ they have the same sign.
        """
        over, under = fraction(factor(self.ratio))
        numerator = over.as_poly(self.exponential)
        end = _end(self.exponent, self.x)
        known = {self.x, self.exponential}
        if (self.exponent.free_symbols | self.ratio.free_symbols) - known or numerator is None or end is None:
            return
        if numerator.degree() != 1 or self.left.has(self.x) or self.right.has(self.x):
            return
        with working_precision(BITS):
            q, p, u = (_around(each, self.x, place) for each in (*numerator.all_coeffs(), self.exponent))
            if not p.coeffs():
                return
            start = (-u[0]).exp()
            risen, climbed = p + q * start, u - u[0]
        held = op("minimum", op("maximum", X, constant(-end)), constant(end), called="held")
        offset = replace(sub(held, constant(place)), name="offset")

        def polynomial(balls: arb_poly) -> Node:
            return horner([constant(float(c.mid())) for c in reversed(balls.coeffs())], offset)

        excess = op("expm1_30", neg(polynomial(climbed)), called="excess")
        growth = op("add", excess, ONE, called="growth")
        exponential = mul(constant(float(start.mid())), growth)
        denominator = translate(under, {self.exponential: exponential, self.x: held})
        yield div(sub(mul(polynomial(risen), growth), mul(polynomial(p), excess)), denominator)


def _around(expr: Expr, x: Symbol, place: float) -> arb_poly:
    """Return a polynomial in x as one in the distance from a place."""
    return arb_poly([evaluate(c, bits=BITS) for c in reversed(expr.as_poly(x).all_coeffs())])(arb_poly([place, 1]))


def folded(pieces: Cells) -> Iterator[Node]:
    """Yield a program with the digits of a float of a function of e^(−u), u even, and of erfcx of a multiple of |x|.

    Both sides of 0 are written in |x|, which stops where e^(−u) is 0 in float, beside what they tend to.
    """
    forms = _forms(pieces)
    if forms is None or pieces.cells[0].expr.free_symbols != {pieces.symbol}:
        return
    with suppress(OpenError):
        sides = [_side(form, pieces.symbol, sign) for form, sign in zip(forms, (-1, 1), strict=True)]
        yield op("select", op("gt", X, ZERO), *reversed(sides))


def _side(form: NormalForm, x: Symbol, sign: int) -> Node:
    """Return one side of 0: what it tends to, and what decays in terms of |x|."""
    kinds = [generator.kind for generator in form.generators]
    if sorted(kinds) != sorted((Kind.DECAY, Kind.MILLS)):
        raise OpenError("neither a normal distribution function nor rational in its density")
    decay, mills = sorted(form.generators, key=lambda generator: generator.kind is Kind.MILLS)
    size = Symbol("size", positive=True)
    exponent = expand((decay.sign * decay.argument).subs(x, sign * size))
    rate = expand(abs(mills.argument).subs(x, sign * size) / size)
    if rate.free_symbols or exponent.free_symbols != {size}:
        raise OpenError("the argument of erfcx is not proportional to x")
    end = _end(exponent, size)
    if end is None:
        raise OpenError("u does not grow, or too fast")
    held = op("minimum", MAGNITUDE, constant(end), called="held")
    environment = {
        decay.symbol: op(FLOAT_DIGITS, op("neg", translate(exponent, {size: held})), called="decay"),
        mills.symbol: op("erfcx_29", translate(rate * size, {size: held}), called="mills"),
        size: held,
    }
    remainder = translate(form.remainder.subs(x, sign * size).subs(form.constants), environment)
    return add(translate(_asymptote(form), {x: X}), remainder)


def _end(exponent: Expr, x: Symbol) -> float | None:
    """Return a short number at which, and at minus which, e^(−|u|) is 0 in float; ``None`` if there is none."""
    for end in (m * 2.0**k for k in range(-8, 16) for m in (4, 5, 6, 7)):
        sizes = [abs(number_of(exponent.subs(x, side * end))) for side in (1, -1)]
        if min(sizes) >= LEAST_EXPONENT:
            return end if max(sizes) <= LARGEST_EXPONENT else None
    return None


def one_exponential(pieces: Cells) -> OneExponential | None:
    """Return a function as a rational one of x and of an exponential, ``None`` if it is not that everywhere."""
    forms = _forms(pieces)
    if forms is None or not all([g.kind for g in form.generators] == [Kind.DECAY] for form in forms):
        return None
    left, right = forms
    generator = right.generators[0]
    if not generator.argument.is_polynomial(pieces.symbol):
        return None
    return OneExponential(
        pieces.symbol,
        generator.symbol,
        generator.sign * generator.argument,
        right.expr.subs(right.constants),
        _asymptote(left),
        _asymptote(right),
    )


def _forms(pieces: Cells) -> tuple[NormalForm, NormalForm] | None:
    """Return the normal forms on the left and on the right of 0 of a function with one formula that has them."""
    if len(pieces.cells) != 1:
        return None
    x, expr = pieces.symbol, pieces.cells[0].expr
    try:
        return normal_form(expr, x, -oo, S.Zero), normal_form(expr, x, S.Zero, oo)
    except OpenError:
        return None


def _asymptote(form: NormalForm) -> Expr:
    return form.asymptote.subs(form.constants)
