"""Nodes by ordinary operators, and rational expressions as nodes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce

from sympy import Add, Expr, Mul, Poly, Pow, Rational, Symbol

from symact.balls import evaluate
from symact.errors import OpenError
from symact.lowering.program import Node, Operation
from symact.notation import text

Environment = Mapping[Symbol, Node]


def constant(value: float) -> Node:
    """Return a number."""
    return Node("constant", number=float(value))


ZERO, ONE = constant(0.0), constant(1.0)


def op(name: Operation, *args: Node, called: str = "") -> Node:
    """Return an operation, with the name that a careful person would give its value."""
    return Node(name, args, name=called)


def add(a: Node, b: Node) -> Node:
    """Return a + b, written a − c where b is −c; a zero is left out."""
    if a == ZERO:
        return b
    if b == ZERO:
        return a
    if b.op == "neg":
        return op("sub", a, b.args[0])
    if b.op == "constant" and b.number < 0:
        return op("sub", a, constant(-b.number))
    if a.op == "neg":
        return op("sub", b, a.args[0])
    return op("add", a, b)


def sub(a: Node, b: Node) -> Node:
    """Return a − b."""
    return add(a, neg(b))


def mul(a: Node, b: Node) -> Node:
    """Return a·b, with 0, ±1 left out and the sign in front."""
    if ZERO in (a, b):
        return ZERO
    if a == ONE:
        return b
    if b == ONE:
        return a
    if a.op == "neg":
        return neg(mul(a.args[0], b))
    if b.op == "neg":
        return neg(mul(a, b.args[0]))
    for this, other in ((a, b), (b, a)):
        if this.op == "constant" and this.number < 0:
            return neg(mul(constant(-this.number), other))
    return op("mul", a, b)


def twice(a: Node) -> Node:
    """Return 2·a, by a number in it if there is one."""
    if a.op == "neg":
        return op("neg", twice(a.args[0]))
    if a.op == "mul" and a.args[0].op == "constant":
        number = 2 * a.args[0].number
        return a.args[1] if number == 1 else op("mul", constant(number), a.args[1])
    return op("mul", constant(2.0), a)


def div(a: Node, b: Node) -> Node:
    """Return a/b."""
    if b == ONE:
        return a
    if a.op == "neg":
        return neg(div(a.args[0], b))
    return op("div", a, b)


def neg(a: Node) -> Node:
    """Return −a."""
    if a.op == "neg":
        return a.args[0]
    if a.op == "constant":
        return constant(-a.number) if a.number else a
    return op("neg", a)


def power(a: Node, exponent: int) -> Node:
    """Return aᵏ for k ≥ 0 by squaring."""
    if exponent <= 1:
        return a if exponent else ONE
    half = power(a, exponent // 2)
    square = mul(half, half)
    return mul(square, a) if exponent % 2 else square


def product(factors: Iterable[Node]) -> Node:
    """Return the product, from left to right."""
    return reduce(mul, factors, ONE)


def number_of(expr: Expr) -> float:
    """Return a real constant, correctly rounded to double."""
    return float(evaluate(expr, bits=120).mid())


def horner(coefficients: list[Node], variable: Node) -> Node:
    """Return Σ cₖ·vᵏ for coefficients from the highest power down; runs of zeros become one power."""
    result, gap = coefficients[0], 0
    for coefficient in coefficients[1:]:
        gap += 1
        if coefficient != ZERO:
            result = add(mul(result, power(variable, gap)), coefficient)
            gap = 0
    return mul(result, power(variable, gap)) if gap else result


def translate(expr: Expr, environment: Environment, bounded: frozenset[Symbol] = frozenset()) -> Node:
    """Return a rational expression as nodes: sums of a variable by Horner, one division for each quotient.

    Parameters
    ----------
    expr
        Built from numbers and the symbols of the environment by +, · and integer powers.
    environment
        A node for every symbol; polynomials are nested in the order of its keys.
    bounded
        Symbols whose values stay in [0, 1]: powers of a denominator in them cannot overflow.

    Raises
    ------
    OpenError
        If the expression is not rational in those symbols.
    """
    if not expr.free_symbols & set(environment):
        return constant(number_of(expr))
    if expr in environment:
        return environment[expr]
    if isinstance(expr, Pow) and expr.exp.is_Integer:
        base = translate(expr.base, environment, bounded)
        if expr.exp > 0:
            return power(base, int(expr.exp))
        return power(div(ONE, base), -int(expr.exp))
    if isinstance(expr, Mul):
        return _translate_product(expr, environment, bounded)
    if isinstance(expr, Add):
        return _translate_sum(expr, environment, bounded)
    raise OpenError(f"no rational form of {text(expr)}")


def _translate_product(expr: Mul, environment: Environment, bounded: frozenset[Symbol]) -> Node:
    number, rest = expr.as_independent(*environment, as_Add=False)
    over, under = [], []
    for factor in Mul.make_args(rest):
        if isinstance(factor, Pow) and factor.exp.is_Integer and factor.exp < 0:
            under.append(factor)
        else:
            over.append(translate(factor, environment, bounded))
    # 1/6 is not a double, 6 is: divide by the denominator of a rational factor.
    if isinstance(number, Rational):
        over.insert(0, constant(int(number.p)))
        denominators = [constant(int(number.q))] if number.q != 1 else []
        if number.q & (number.q - 1) == 0:
            over[0], denominators = constant(number.p / number.q), []
    else:
        over.insert(0, constant(number_of(number)))
        denominators = []
    tame = [f for f in under if f.exp == -1 or f.free_symbols <= bounded]
    simple = [power(translate(f.base, environment, bounded), -int(f.exp)) for f in tame]
    quotient = product(over)
    if denominators or simple:
        quotient = div(quotient, product([*denominators, *simple]))
    # A power of a large denominator could overflow; of its reciprocal it cannot.
    for factor in under:
        if factor not in tame:
            quotient = mul(quotient, translate(factor, environment, bounded))
    return quotient


def _translate_sum(expr: Add, environment: Environment, bounded: frozenset[Symbol]) -> Node:
    for symbol in environment:
        if symbol not in expr.free_symbols:
            continue
        polynomial = expr.as_poly(symbol)
        if polynomial is not None and not any(symbol in c.free_symbols for c in polynomial.all_coeffs()):
            coefficients = [translate(c, environment, bounded) if c != 0 else ZERO for c in polynomial.all_coeffs()]
            return horner(coefficients, environment[symbol])
    return reduce(add, (translate(term, environment, bounded) for term in expr.args))


def polynomial_degree(expr: Expr, symbol: Symbol) -> int:
    """Return the degree in a symbol, 0 if it is not a polynomial in it."""
    polynomial = expr.as_poly(symbol)
    return int(polynomial.degree()) if isinstance(polynomial, Poly) else 0
