"""Expressions as nodes, operation by operation, in double precision or in wide numbers.

Every function has a form of its own that neither overflows nor cancels, so that what is left to chance are the sums of
the expression itself.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Protocol

from sympy import Add, Expr, Function, Mul, Piecewise, Pow, S, Symbol, asin, pi, sqrt, tan
from sympy.core.relational import Relational

from symact.errors import OpenError
from symact.lowering import wide
from symact.lowering.arithmetic import ONE, ZERO, add, constant, div, mul, neg, number_of, op, power, sub
from symact.lowering.program import Node, Operation
from symact.notation import text


class Arithmetic(Protocol):
    """What an expression is evaluated in."""

    def number(self, value: Expr) -> Node:
        """Return a real constant."""

    def variable(self, node: Node) -> Node:
        """Return an argument or a parameter, given in double precision."""

    def total(self, terms: Sequence[Node]) -> Node:
        """Return a sum."""

    def product(self, factors: Sequence[Node]) -> Node:
        """Return a product."""

    def quotient(self, a: Node, b: Node) -> Node:
        """Return a/b."""

    def power(self, base: Node, exponent: int) -> Node:
        """Return a power with a positive integer exponent."""

    def real_power(self, base: Node, exponent: Node) -> Node:
        """Return a power of a base that is not negative."""

    def function(self, name: str, arguments: Sequence[Node]) -> Node:
        """Return a function, by its name in SymPy or in :mod:`symact.functions`.

        Raises
        ------
        OpenError
            If it has no form here.
        """

    def choice(self, condition: Node, a: Node, b: Node) -> Node:
        """Return a where the condition holds, else b."""

    def result(self, node: Node) -> Node:
        """Return a value in double precision."""


def evaluated(expr: Expr, environment: Mapping[Symbol, Node], arithmetic: Arithmetic) -> Node:
    """Return an expression in double precision.

    Parameters
    ----------
    expr
        Smooth; of symbols in the environment.
    environment
        A node for every symbol.
    arithmetic
        What is computed in, up to the last step.

    Raises
    ------
    OpenError
        If a function in it has no form.
    """

    def value(e: Expr) -> Node:
        if e in environment:
            return arithmetic.variable(environment[e])
        if not e.free_symbols:
            return arithmetic.number(e)
        if isinstance(e, Add):
            return arithmetic.total([value(a) for a in e.args])
        if isinstance(e, Mul):
            under = [f for f in e.args if _is_divisor(f)]
            over = [value(f) for f in e.args if f not in under]
            whole = arithmetic.product(over) if over else arithmetic.number(S.One)
            return arithmetic.quotient(whole, arithmetic.product([value(1 / f) for f in under])) if under else whole
        if isinstance(e, Pow):
            return raised(e.base, e.exp)
        if isinstance(e, Piecewise):
            return _cases(e, lambda side: evaluated(side, environment, Double()), value, arithmetic)
        if isinstance(e, tan):
            return arithmetic.quotient(*(arithmetic.function(name, [value(e.args[0])]) for name in ("sin", "cos")))
        if isinstance(e, asin):
            u = e.args[0]
            return arithmetic.function("atan", [value(u / sqrt((1 - u) * (1 + u)))])
        if isinstance(e, Function):
            return arithmetic.function(e.func.__name__, [value(a) for a in e.args])
        raise OpenError(f"no numeric form of {text(e)}")

    def raised(base: Expr, exponent: Expr) -> Node:
        if exponent.could_extract_minus_sign() and base != S.Exp1:
            return arithmetic.quotient(arithmetic.number(S.One), value(base**-exponent))
        if exponent.is_Integer:
            return arithmetic.power(value(base), int(exponent))
        if not (2 * exponent).is_Integer:
            return arithmetic.real_power(value(base), value(exponent))
        root, whole = arithmetic.function("sqrt", [value(base)]), int(exponent)
        return arithmetic.product([arithmetic.power(value(base), whole), root]) if whole else root

    return arithmetic.result(value(expr))


def _cases(
    expr: Piecewise, side: Callable[[Expr], Node], value: Callable[[Expr], Node], arithmetic: Arithmetic
) -> Node:
    """Return a choice between values by conditions between doubles: what depends on parameters alone."""
    *cases, (last, _) = expr.args
    result = value(last)
    for branch, condition in reversed(cases):
        if not isinstance(condition, Relational):
            raise OpenError(f"no numeric form of {text(expr)}")
        test = op(_RELATIONS[condition.rel_op], side(condition.lhs), side(condition.rhs))
        result = arithmetic.choice(test, value(branch), result)
    return result


_RELATIONS: Mapping[str, Operation] = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge", "==": "eq", "!=": "ne"}


def _is_divisor(factor: Expr) -> bool:
    return isinstance(factor, Pow) and factor.base != S.Exp1 and bool(factor.exp.could_extract_minus_sign())


class Wide:
    """Arithmetic on wide numbers."""

    _OWN: Mapping[str, str] = {name: name for name in wide.names()}

    def number(self, value: Expr) -> Node:
        """Return a constant to 106 digits."""
        return wide.exactly(value)

    def variable(self, node: Node) -> Node:
        """Return a double, exactly."""
        return wide.widen(node)

    def total(self, terms: Sequence[Node]) -> Node:
        """Return the sum, from left to right."""
        return reduce(wide.plus, terms)

    def product(self, factors: Sequence[Node]) -> Node:
        """Return the product; ±1 and powers of two cost nothing."""
        result = factors[0]
        for factor in factors[1:]:
            result = _wide_product(result, factor)
        return result

    def quotient(self, a: Node, b: Node) -> Node:
        """Return a/b."""
        return wide.over(a, b)

    def power(self, base: Node, exponent: int) -> Node:
        """Return the power by squaring."""
        if exponent == 0:
            return wide.WIDE_ONE
        half = self.power(base, exponent // 2)
        square = half if exponent == 1 else wide.times(half, half)
        if exponent == 1:
            return base
        return wide.times(square, base) if exponent % 2 else square

    def real_power(self, base: Node, exponent: Node) -> Node:
        """Return e^(exponent·log base), 0 for 0."""
        return wide.call("power", base, exponent)

    def function(self, name: str, arguments: Sequence[Node]) -> Node:
        """Return a function of :mod:`symact.lowering.wide`."""
        if name == "log_beside_one":
            rest, whole = arguments
            small = op("lt", op("abs", wide.narrow(rest)), constant(0.5))
            return wide.choose(small, wide.call("log1p", rest), wide.call("log", whole))
        if name == "root_minus":
            root, rest, product = arguments
            is_positive = op("gt", op("high", rest), ZERO)
            return wide.choose(is_positive, wide.over(product, wide.plus(root, rest)), wide.minus(root, rest))
        if name not in self._OWN:
            raise OpenError(f"{name} has no wide form")
        return wide.call(name, *arguments)

    def choice(self, condition: Node, a: Node, b: Node) -> Node:
        """Return a choice between wide numbers."""
        return wide.choose(condition, a, b)

    def result(self, node: Node) -> Node:
        """Return the value rounded to double."""
        return wide.narrow(node)


def _wide_product(a: Node, b: Node) -> Node:
    for this, other in ((a, b), (b, a)):
        if this == wide.WIDE_ONE:
            return other
        if this.op == "wide" and this.args[1] == ZERO and abs(math.frexp(this.args[0].number)[0]) == 0.5:
            return wide.call("scaled", other, this)
    return wide.times(a, b)


class Double:
    """Arithmetic on doubles; the functions in forms that are stable by themselves."""

    def number(self, value: Expr) -> Node:
        """Return a constant, rounded."""
        return constant(number_of(value))

    def variable(self, node: Node) -> Node:
        """Return the node itself."""
        return node

    def total(self, terms: Sequence[Node]) -> Node:
        """Return the sum, from left to right."""
        return reduce(add, terms)

    def product(self, factors: Sequence[Node]) -> Node:
        """Return the product, from left to right."""
        return reduce(mul, factors)

    def quotient(self, a: Node, b: Node) -> Node:
        """Return a/b."""
        return div(a, b)

    def power(self, base: Node, exponent: int) -> Node:
        """Return the power by squaring."""
        return power(base, exponent)

    def real_power(self, base: Node, exponent: Node) -> Node:
        """Refuse: e^(b·log a) loses as many digits as the exponent is large."""
        raise OpenError("a real power needs wide numbers")

    def function(self, name: str, arguments: Sequence[Node]) -> Node:
        """Return a primitive, or the stable form of a function."""
        if name in _PRIMITIVES:
            return op(_PRIMITIVES[name], *arguments)
        if name not in _STABLE:
            raise OpenError(f"{name} has no form in double precision")
        return _STABLE[name](*arguments)

    def choice(self, condition: Node, a: Node, b: Node) -> Node:
        """Return a choice between doubles."""
        return op("select", condition, a, b)

    def result(self, node: Node) -> Node:
        """Return the node itself."""
        return node


def _decay(u: Node) -> Node:
    return op("exp", neg(op("abs", u)), called="decay")


def _is_negative(u: Node) -> Node:
    return op("lt", u, ZERO)


def _sigmoid(u: Node) -> Node:
    decay = _decay(u)
    return div(op("select", _is_negative(u), decay, ONE), add(ONE, decay))


def _softplus(u: Node) -> Node:
    return add(op("maximum", u, ZERO), op("log1p", _decay(u)))


def _signed(value: Node, u: Node) -> Node:
    return op("select", _is_negative(u), neg(value), value)


def _sinh(u: Node) -> Node:
    excess = op("expm1", op("abs", u), called="excess")
    return _signed(mul(constant(0.5), add(excess, div(excess, add(ONE, excess)))), u)


def _cosh(u: Node) -> Node:
    growth = op("exp", op("abs", u), called="growth")
    return mul(constant(0.5), add(growth, div(ONE, growth)))


def _half_square_decay(u: Node, half: bool) -> Node:
    """Return e^(−u²) or e^(−u²/2), the square kept in two parts."""
    square, error = op("mul", u, u, called="square"), op("product_error", u, u)
    factor = constant(0.5) if half else ONE
    return op("exp_sum", neg(mul(factor, square)), neg(mul(factor, error)))


def _normal_cdf(u: Node) -> Node:
    mills = op("erfcx", mul(constant(1 / math.sqrt(2)), op("abs", u)), called="mills")
    tail = mul(mul(constant(0.5), mills), _half_square_decay(u, half=True))
    return op("select", _is_negative(u), tail, sub(ONE, tail))


def _erfc(u: Node) -> Node:
    tail = mul(op("erfcx", op("abs", u)), _half_square_decay(u, half=False))
    return op("select", _is_negative(u), sub(constant(2.0), tail), tail)


def _normal_pdf(u: Node) -> Node:
    return mul(constant(number_of(1 / sqrt(2 * pi))), _half_square_decay(u, half=True))


def _log_beside_one(rest: Node, whole: Node) -> Node:
    small = op("lt", op("abs", rest), constant(0.5))
    return op("select", small, op("log1p", rest), op("log", whole))


def _root_minus(root: Node, rest: Node, product: Node) -> Node:
    return op("select", op("gt", rest, ZERO), div(product, add(root, rest)), sub(root, rest))


def _half_turns(u: Node) -> Node:
    """Return π·u less full turns; u less an even number is exact."""
    return mul(constant(math.pi), sub(u, mul(constant(2.0), op("rint", mul(constant(0.5), u)))))


_PRIMITIVES: Mapping[str, Operation] = {
    "exp": "exp",
    "expm1": "expm1",
    "log": "log",
    "log1p": "log1p",
    "tanh": "tanh",
    "erf": "erf",
    "sin": "sin",
    "cos": "cos",
    "atan": "atan",
    "asinh": "asinh",
    "sqrt": "sqrt",
}

_STABLE: Mapping[str, Callable[..., Node]] = {
    "Abs": lambda u: op("abs", u),
    "sign": lambda u: op("select", op("eq", u, ZERO), ZERO, op("select", _is_negative(u), constant(-1.0), ONE)),
    "sigmoid": _sigmoid,
    "softplus": _softplus,
    "sinh": _sinh,
    "cosh": _cosh,
    "erfc": _erfc,
    "normal_cdf": _normal_cdf,
    "normal_pdf": _normal_pdf,
    "log_beside_one": _log_beside_one,
    "root_minus": _root_minus,
    "sin_pi": lambda u: op("sin", _half_turns(u)),
    "cos_pi": lambda u: op("cos", _half_turns(u)),
}
