"""Expressions as unevaluated sums high + low of two doubles (Dekker 1971), for arguments of exponentials.

An absolute error δ of u is a relative error δ of e^u, and u reaches 745: one rounding of u costs up to 512 ULP.
"""

from __future__ import annotations

from sympy import Add, Expr, Mul, Pow, Rational

from symact.balls import evaluate
from symact.errors import OpenError
from symact.lowering.arithmetic import ZERO, Environment, add, constant, div, mul, neg, op, sub
from symact.lowering.program import Node
from symact.notation import text

Pair = tuple[Node, Node]


def double_double(expr: Expr, environment: Environment) -> Pair:
    """Return high and low nodes whose sum is the expression to about 2^-100 relative.

    Raises
    ------
    OpenError
        If the expression is not built from numbers and symbols by +, · and integer powers.
    """
    if expr in environment:
        return environment[expr], ZERO
    if not expr.free_symbols & set(environment):
        return _constant(expr)
    if isinstance(expr, Add):
        terms = [double_double(term, environment) for term in sorted(expr.args, key=_degree)]
        total = terms[-1]
        for term in reversed(terms[:-1]):
            total = _sum(total, term)
        return total
    if isinstance(expr, Mul):
        over = [f for f in expr.args if not (isinstance(f, Pow) and f.exp.is_negative and f.free_symbols)]
        under = [1 / f for f in expr.args if f not in over]
        number, rest = Mul(*over).as_independent(*environment, as_Add=False)
        factors = [double_double(f, environment) for f in Mul.make_args(rest) if f != 1]
        if number != 1 or not factors:
            factors.insert(0, _constant(number))
        total = factors[0]
        for factor in factors[1:]:
            total = _product(total, factor)
        for divisor in under:
            total = _quotient(total, double_double(divisor, environment))
        return total
    if isinstance(expr, Pow) and expr.exp.is_Integer and expr.exp > 0:
        base = double_double(expr.base, environment)
        total = base
        for _ in range(int(expr.exp) - 1):
            total = _product(total, base)
        return total
    if isinstance(expr, Pow) and expr.exp.is_Integer:
        return _quotient((constant(1.0), ZERO), double_double(1 / expr, environment))
    raise OpenError(f"no double-double form of {text(expr)}")


def is_exact(expr: Expr, environment: Environment) -> bool:
    """Whether one double holds the expression: a symbol times a signed power of two."""
    number, rest = expr.as_independent(*environment, as_Add=False)
    if rest not in environment or not isinstance(number, Rational):
        return False
    top, bottom = abs(int(number.p)), int(number.q)
    return top & (top - 1) == 0 and bottom & (bottom - 1) == 0


def _degree(term: Expr) -> int:
    return sum(int(f.exp) if f.is_Pow and f.exp.is_Integer else 1 for f in Mul.make_args(term) if f.free_symbols)


def _constant(expr: Expr) -> Pair:
    ball = evaluate(expr, bits=200)
    high = float(ball.mid())
    return constant(high), constant(float((ball - high).mid()))


def _product(a: Pair, b: Pair) -> Pair:
    high = mul(a[0], b[0])
    # Multiplying by a power of two is exact.
    exact = any(_is_power_of_two(f) for f in (a[0], b[0]))
    error = ZERO if exact else op("product_error", a[0], b[0])
    return high, add(error, add(mul(a[0], b[1]), mul(a[1], b[0])))


def _sum(a: Pair, b: Pair) -> Pair:
    high = add(a[0], b[0])
    return high, add(op("sum_error", a[0], b[0]), add(a[1], b[1]))


def _quotient(a: Pair, b: Pair) -> Pair:
    high = div(a[0], b[0])
    back = mul(high, b[0])
    remainder = sub(sub(a[0], back), op("product_error", high, b[0]))
    return high, div(add(remainder, sub(a[1], mul(high, b[1]))), b[0])


def _is_power_of_two(node: Node) -> bool:
    return node.op == "constant" and node.number != 0 and abs(node.number).hex().startswith("0x1.0000000000000p")


def negated(pair: Pair) -> Pair:
    """Return −(high + low)."""
    return neg(pair[0]), neg(pair[1])
