"""Functions of the whole line that are rational in x and in one exponential E = e^(−u), for results in float.

A program in double precision cuts the line where u changes sign, so that no exponential overflows and none vanishes
too early.  A float needs neither: beyond |u| = 120 what decays is 0 for it, and e^120 is small in double; and
x·σ(u) is a quotient whose denominator, 1 + E, is added without loss.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sympy import Expr, S, Symbol, cancel, oo

from symact.cells import Cells
from symact.errors import OpenError
from symact.lowering.arithmetic import constant, number_of, op, translate
from symact.lowering.normal_form import Kind, NormalForm, normal_form
from symact.lowering.program import Node, Operation
from symact.lowering.smooth import X

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
        """Return f as a·σ(u) or a·σ(−u), if it is one."""
        e, environment = self.exponential, {self.x: X, **parameters}
        rising = cancel(self.ratio * (1 + e))
        for factor, exponent in ((rising, self.exponent), (cancel(rising / e), -self.exponent)):
            if not factor.has(e):
                return op("logistic_product", translate(factor, environment), translate(exponent, environment))
        return None

    def over_the_line(self) -> Iterator[Node]:
        """Yield programs in double precision for results in float, with the digits of a float in E and with all."""
        end = self._end()
        if end is None:
            return
        held = X if self.left.has(self.x) else op("maximum", X, constant(-end))
        held = held if self.right.has(self.x) else op("minimum", held, constant(end))
        held = held if held == X else Node(held.op, held.args, name="held")
        exponent = op("neg", translate(self.exponent, {self.x: held}))
        for name in (FLOAT_DIGITS, DOUBLE_DIGITS):
            growth = op(name, exponent, called="growth")
            node = translate(self.ratio, {self.exponential: growth, self.x: held})
            for side, beyond in ((self.left, op("lt", X, constant(-end))), (self.right, op("gt", X, constant(end)))):
                if side.has(self.x):
                    node = op("select", beyond, translate(side, {self.x: X}), node)
            yield node

    def _end(self) -> float | None:
        """Return a short number beyond which everything that decays is 0 in float, on both sides."""
        if self.exponent.free_symbols != {self.x} or self.ratio.free_symbols - {self.x, self.exponential}:
            return None
        for end in (m * 2.0**k for k in range(-8, 16) for m in (4, 5, 6, 7)):
            sizes = [abs(number_of(self.exponent.subs(self.x, side * end))) for side in (1, -1)]
            if min(sizes) >= LEAST_EXPONENT:
                return end if max(sizes) <= LARGEST_EXPONENT else None
        return None


def one_exponential(pieces: Cells) -> OneExponential | None:
    """Return a function as a rational one of x and of an exponential, ``None`` if it is not that everywhere."""
    if len(pieces.cells) != 1:
        return None
    x, expr = pieces.symbol, pieces.cells[0].expr
    try:
        right, left = normal_form(expr, x, S.Zero, oo), normal_form(expr, x, -oo, S.Zero)
    except OpenError:
        return None
    if not all([g.kind for g in form.generators] == [Kind.DECAY] for form in (left, right)):
        return None
    generator = right.generators[0]
    return OneExponential(
        x,
        generator.symbol,
        generator.sign * generator.argument,
        right.expr.subs(right.constants),
        _asymptote(left),
        _asymptote(right),
    )


def _asymptote(form: NormalForm) -> Expr:
    return form.asymptote.subs(form.constants)
