"""Programs of functions of a whole vector: every sum of exponentials is shifted by its largest exponent."""

from __future__ import annotations

import math

from sympy import Dummy, Expr, Indexed, Sum, Symbol, exp, expand, expand_log, log, simplify

from symact.activation import Activation, i, j, n, vector
from symact.errors import OpenError
from symact.lowering.arithmetic import ONE, ZERO, add, constant, mul, neg, op, sub, translate
from symact.lowering.double_double import double_double
from symact.lowering.program import Node, Program
from symact.notation import text


def value_program(activation: Activation, formula: str) -> Program:
    """Return the program of the function itself.

    Raises
    ------
    OpenError
        If a scale e^(max) does not cancel, or something else than sums of exponentials occurs.
    """
    shifted = _Shift(activation)
    node = shifted.node(activation.expr)
    if activation.is_reduction:
        # max = ±∞ is the answer itself, and would give ∞ − ∞ below.
        infinite = op("eq", op("abs", shifted.peak), constant(math.inf))
        node = op("select", infinite, shifted.signed_peak(), node)
    return _program(activation, activation.name, ("x",), node, formula)


def vjp_program(activation: Activation, expr: Expr, arguments: tuple[str, ...], formula: str) -> Program:
    """Return the program of a vector-Jacobian product.

    Parameters
    ----------
    activation
        The function.
    expr
        The product in ``x[i]``, ``y[i]``, ``dy[i]`` and sums over the row (plain y and dy for a reduction).
    arguments
        The names of the arrays that occur, of x, y, dy, in this order.
    formula
        In the header of the generated function.
    """
    return _program(activation, f"{activation.name}_vjp", arguments, _Plain(activation).node(expr), formula)


def _program(activation: Activation, name: str, arguments: tuple[str, ...], node: Node, formula: str) -> Program:
    used = {step.label for step in node.walk() if step.op == "parameter"}
    parameters = tuple(p.name for p in activation.parameters if p.name in used)
    return Program(name, arguments, parameters, node, formula, error=None)


def _environment(activation: Activation) -> dict[Symbol, Node]:
    return {p.symbol: Node("parameter", label=p.name) for p in activation.parameters} | {n: Node("length")}


class _Shift:
    """Replaces e^(c·xᵢ) by Z·eᵢ and Σ e^(c·xⱼ) by Z·S, with Z = e^(max c·x); Z cancels or becomes log Z = max c·x."""

    def __init__(self, activation: Activation) -> None:
        self.environment = _environment(activation)
        exponents = {e.args[0] for e in activation.expr.atoms(exp)}
        rates = {simplify(u.subs({vector[i]: 1, vector[j]: 1})) for u in exponents}
        if len(rates) != 1:
            raise OpenError(f"exponentials of different rates in {text(activation.expr)}")
        self.rate: Expr = rates.pop()
        x = Node("argument", label="x")
        self.ascending = self.rate.is_positive
        entry = x if self.ascending else neg(x)
        self.peak = op("row_max", entry, called="peak")
        difference = op("sub", entry, self.peak, called="difference")
        lost = op("sum_error", entry, neg(self.peak))
        scale = translate(abs(self.rate), self.environment)
        exact = scale == ONE
        self.high = difference if exact else mul(scale, difference)
        self.low = lost if exact else add(op("product_error", scale, difference), mul(scale, lost))
        self.scale = scale
        self.entry = op("exp_sum", self.high, self.low, called="decay")
        self.is_peak = op("eq", difference, ZERO)

    def signed_peak(self) -> Node:
        """Return the largest exponent per unit of rate, with the sign of x."""
        return self.peak if self.ascending else neg(self.peak)

    def node(self, expr: Expr) -> Node:
        """Return the expression with every exponential shifted."""
        z, e, s = (Dummy(name, positive=True) for name in ("Z", "e", "S"))
        # log of a mean: S is n times the mean of the shifted exponentials, and log n cancels.
        is_mean = any(_has_explicit_length(logarithm) for logarithm in expr.atoms(log))
        count = n if is_mean else 1
        shifted = expr.replace(lambda t: isinstance(t, Sum) and t.has(exp), lambda t: z * s * count)
        shifted = shifted.replace(exp, lambda u: z * e)
        shifted = expand_log(simplify(shifted), force=True)
        log_z, log_e, log_s = (Dummy(name, real=True) for name in ("log Z", "log e", "log S"))
        flat = expand(shifted.subs({log(z): log_z, log(e): log_e, log(s): log_s}))
        if flat.has(z):
            flat = shifted.subs({log(z): log_z, log(e): log_e, log(s): log_s}).cancel()
        if flat.has(z):
            raise OpenError(f"the scale of the exponentials does not cancel in {text(expr)}")
        total = op("row_sum", self.entry, called="total")
        logarithms = {log(n): Dummy("log n", real=True)}
        peak = Dummy("peak", real=True)
        # The rate is not multiplied where the function divides by it.
        flat = expand(flat.subs(log_z, abs(self.rate) * peak)).subs(logarithms)
        environment = {
            e: self.entry,
            s: total,
            peak: self.peak,
            log_e: self.high,
            log_s: self._log_mean() if is_mean else self._log_total(),
            logarithms[log(n)]: op("log", self.environment[n]),
            **self.environment,
        }
        return translate(flat, environment)

    def _log_total(self) -> Node:
        """Return log Σ e^(…) = log1p of the sum without one of the largest terms, which are 1 exactly."""
        smaller = op("row_sum", op("select", self.is_peak, ZERO, self.entry), called="smaller")
        ties = op("row_sum", op("select", self.is_peak, ONE, ZERO), called="ties")
        return op("log1p", add(smaller, sub(ties, ONE)), called="log_total")

    def _log_mean(self) -> Node:
        """Return log of the mean of e^d, from ½ on as log1p of the mean of expm1(d): all digits are there for small d.

        Below ½ the mean of expm1(d) is nearer to −1, and lacks the digits that the mean of e^d has.
        """
        length = self.environment[n]
        mean = op("div", op("row_sum", self.entry, called="total"), length, called="mean")
        excess = op("row_sum", op("expm1", self.high), called="excess")
        is_small = op("lt", mean, constant(0.5))
        return op("select", is_small, op("log", mean), op("log1p", op("div", excess, length)), called="log_mean")


def _has_explicit_length(expr: Expr) -> bool:
    """Whether n occurs otherwise than as the end of a sum."""
    return n in expr.replace(lambda t: isinstance(t, Sum), lambda t: Dummy("S")).free_symbols


class _Plain:
    """Nodes of an expression without overflow to mend: exponents are at most 0."""

    def __init__(self, activation: Activation) -> None:
        self.environment = _environment(activation)

    def node(self, expr: Expr) -> Node:
        """Return the node, sums over the row innermost first."""
        known: dict[Symbol, Node] = {}
        expr = self._named(expr, known)
        return translate(expr, known | self.environment)

    def _named(self, expr: Expr, known: dict[Symbol, Node]) -> Expr:
        if isinstance(expr, Sum):
            return self._stand_in(op("row_sum", self.node(expr.function), called="total"), known)
        if isinstance(expr, Indexed):
            return self._stand_in(Node("argument", label=str(expr.base.label)), known)
        if isinstance(expr, Symbol):
            if expr in self.environment:
                return expr
            return self._stand_in(Node("argument", label=expr.name), known)
        if isinstance(expr, exp):
            inner: dict[Symbol, Node] = {}
            argument = self._named(expand(expr.args[0]), inner)
            high, low = double_double(argument, inner | self.environment)
            node = op("exp", high) if low == ZERO else op("exp_sum", high, low)
            return self._stand_in(node, known)
        if not expr.args:
            return expr
        return expr.func(*(self._named(a, known) for a in expr.args))

    @staticmethod
    def _stand_in(node: Node, known: dict[Symbol, Node]) -> Expr:
        for symbol, other in known.items():
            if other == node:
                return symbol
        symbol = Dummy(f"v{len(known)}", real=True)
        known[symbol] = node
        return symbol
