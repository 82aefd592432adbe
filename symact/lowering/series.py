"""Taylor polynomials near 0, where everything else cancels."""

from __future__ import annotations

from typing import Any

from flint import arb, arb_series, ctx
from sympy import Add, Expr, Function, Integer, Mul, Pow, Symbol

from symact.balls import number, working_precision
from symact.errors import OpenError
from symact.functions import expand_meaning
from symact.lowering.arithmetic import constant, div, horner, mul, power
from symact.lowering.program import Node
from symact.notation import text


def taylor_coefficients(expr: Expr, x: Symbol, length: int) -> list[Any]:
    """Return balls for the coefficients of the expansion at 0, `length` of them.

    Raises
    ------
    OpenError
        If a function in it has no power series here, or a parameter is left.
    """
    before = ctx.cap
    ctx.cap = length
    try:
        with working_precision(400):
            coefficients: list[Any] = _series(expand_meaning(expr), x).coeffs()
    finally:
        ctx.cap = before
    return coefficients + [arb(0)] * (length - len(coefficients))


def _series(expr: Expr, x: Symbol) -> Any:
    if expr == x:
        return arb_series([0, 1])
    if x not in expr.free_symbols:
        return arb_series([number(expr)])
    if isinstance(expr, Add):
        return sum((_series(a, x) for a in expr.args[1:]), _series(expr.args[0], x))
    if isinstance(expr, Mul):
        result = _series(expr.args[0], x)
        for factor in expr.args[1:]:
            result = result * _series(factor, x)
        return result
    if isinstance(expr, Pow) and isinstance(expr.exp, Integer):
        base = _series(expr.base, x)
        result = base
        for _ in range(abs(int(expr.exp)) - 1):
            result = result * base
        return result if expr.exp > 0 else 1 / result
    if isinstance(expr, Function):
        operand = _series(expr.args[0], x)
        method = {
            "exp": "exp",
            "log": "log",
            "erf": "erf",
            "erfc": "erfc",
            "atan": "atan",
            "sin": "sin",
            "cos": "cos",
        }
        if type(expr).__name__ == "tanh":
            e = (2 * operand).exp()
            return (e - 1) / (e + 1)
        if type(expr).__name__ in method:
            return getattr(operand, method[type(expr).__name__])()
    raise OpenError(f"no power series of {text(expr)}")


def taylor_node(expr: Expr, x: Symbol, radius: float, argument: Node) -> Node:
    """Return the Taylor polynomial that is exact to 2^-56 for |x| ≤ radius.

    Raises
    ------
    OpenError
        If a function in it has no power series here, or 80 terms do not suffice.
    """
    coefficients = taylor_coefficients(expr, x, 80)
    nonzero = [k for k, c in enumerate(coefficients) if not bool(abs(c) < arb(2) ** -200)]
    first = nonzero[0]
    step = 2 if all((k - first) % 2 == 0 for k in nonzero) else 1
    scale = abs(coefficients[first]) * arb(radius) ** first
    last = next(
        (k for k in nonzero if bool(abs(coefficients[k]) * arb(radius) ** k < scale * arb(2) ** -58)),
        None,
    )
    if last is None:
        raise OpenError("80 Taylor terms do not suffice")
    kept = [float(coefficients[k].mid()) for k in range(first, last, step)]
    variable = argument if step == 1 else _named_square(argument)
    lead, rest = coefficients[first], [constant(c) for c in reversed(kept)]
    exact = _small_reciprocal(lead)
    if exact is None:
        return mul(horner(rest, variable), power(argument, first)) if first else horner(rest, variable)
    # x³/3 + x³·(x²·…): the leading term is a quotient, rounded once, and the rest is a small correction.
    head = div(power(argument, first), constant(exact))
    tail = mul(mul(horner(rest[:-1], variable), variable), power(argument, first))
    return Node("add", (head, tail))


def _named_square(argument: Node) -> Node:
    return Node("mul", (argument, argument), name="square")


def _small_reciprocal(coefficient: Any) -> float | None:
    inverse = 1 / coefficient
    nearest = float(inverse.mid())
    return nearest if nearest == round(nearest) and abs(nearest) < 1000 else None
