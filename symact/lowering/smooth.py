"""Candidate programs for a smooth branch, and the choice among them by measured error."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from sympy import (
    Add,
    Expr,
    Function,
    Mul,
    Pow,
    S,
    Symbol,
    expand,
    factor,
    factor_terms,
    log,
    oo,
    together,
)
from sympy import atan as sympy_atan
from sympy import cos as sympy_cos
from sympy import erf as sympy_erf
from sympy import exp as sympy_exp
from sympy import sin as sympy_sin
from sympy import tanh as sympy_tanh

from symact.balls import evaluate
from symact.errors import OpenError
from symact.lowering.arithmetic import (
    ONE,
    ZERO,
    add,
    constant,
    div,
    mul,
    neg,
    op,
    polynomial_degree,
    translate,
)
from symact.lowering.double_double import double_double, is_exact, negated
from symact.lowering.evaluation import Arithmetic, Double, Wide, evaluated
from symact.lowering.laurent import Laurent, laurent
from symact.lowering.measure import Truth, beyond, dying, sample, worst
from symact.lowering.normal_form import Generator, Kind, NormalForm, normal_form
from symact.lowering.program import Node
from symact.lowering.series import series_node
from symact.lowering.stable import conjugated, stabilised
from symact.notation import text
from symact.power_series import coefficients

GOOD = 7.0
"""A candidate within this many ULP is taken; the contract is 8, and a platform's libm may add to it."""

FAR = 2.0**100
"""Beyond it exponentials are 0, unless a parameter is below 1e-27, and no polynomial of degree 10 overflows before."""

X = Node("argument", label="x")
MAGNITUDE = op("abs", X, called="magnitude")

INNER = (2.0**-20, 2.0**-10, 2.0**-6, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 5 / 8, 3 / 4, 1.0)
OUTER = (2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 256.0, 2.0**12, 2.0**20, 2.0**40, 2.0**80)
"""Where a series at 0 may end, and one at infinity begin."""

TAYLOR_TERMS, TAYLOR_RADIUS = 7, 2.0**-20
"""What of a Taylor series whose coefficients hold parameters is used; from the radius on wide numbers have digits."""

WIDE_NOTE = "Computed with 106 digits and a wide exponent: double precision loses too much."

LONGEST_NORMAL_FORM = 150
"""Operations; beyond it the algebra of a normal form takes longer than it is worth."""


Truths = Sequence[Truth]
"""The exact branch at several parameter values."""


@dataclass(frozen=True)
class Choice:
    """A chosen program for one interval."""

    node: Node
    error: float
    worst_at: float
    note: str = ""


@dataclass(frozen=True)
class Setting:
    """What the nodes of a branch are built from."""

    x: Symbol
    parameters: Mapping[Symbol, Node]
    shared: bool  # both signs of x use the same exponentials: write them with |x|
    halved: bool  # e^(−|u|) is computed as the square of e^(−|u|/2), which does not underflow first
    wide: bool = False  # wide numbers are allowed


def choose(expr: Expr, x: Symbol, left: Expr, right: Expr, setting: Setting, truths: Truths) -> Choice:
    """Return the simplest candidate whose measured error is good, else the best one.

    Parameters
    ----------
    expr, x, left, right
        A smooth expression on an open interval; NaN where the function is not defined.
    setting
        How nodes are written.
    truths
        The exact branch at several parameter values.
    """
    if expr is S.NaN:
        return Choice(constant(math.nan), 0.0, math.nan)
    points = [t.enclosed([*sample(t.left, t.right), *dying(t)]) for t in truths]
    known = _series_at(expr, x, left, right) if expr.free_symbols == {x} else {}
    best: Choice | None = None
    for candidates in (
        _in_double(expr, x, left, right, setting),
        _in_wide(expr, x, setting) if setting.wide else (),
    ):
        tried: list[Node] = []
        for node in candidates:
            error, place = _worst(node, truths, points, best.error if best else math.inf)
            tried.append(node)
            if best is None or error < best.error:
                best = Choice(node, error, place, _note(node))
            if error <= GOOD:
                return best
        for node in tried if known else ():
            assert best is not None
            best = _with_series(best, node, known, truths, points)
            if best.error <= GOOD:
                return best
    if best is None:
        raise OpenError(f"no numeric program for {text(expr)}")
    if setting.wide and best.error > GOOD and expr.free_symbols - {x} and _touches_0(left, right):
        return _with_taylor(best, expr, x, setting, truths, points)
    return best


def _touches_0(left: Expr, right: Expr) -> bool:
    return bool(left.is_extended_nonpositive and right.is_extended_nonnegative)


def _with_taylor(
    best: Choice, expr: Expr, x: Symbol, setting: Setting, truths: Truths, points: Sequence[Sequence[float]]
) -> Choice:
    """Join the first terms of the Taylor series at 0, with coefficients in the parameters, to the best program."""
    try:
        terms = [c * x**k for k, c in enumerate(coefficients(expr, x, TAYLOR_TERMS - 1))]
        series = evaluated(Add(*terms), {x: X, **setting.parameters}, Wide())
    except OpenError:
        return best
    node = op("select", op("lt", MAGNITUDE, constant(TAYLOR_RADIUS)), series, best.node)
    error, place = _worst(node, truths, points, best.error)
    if error >= best.error:
        return best
    note = f"|x| < {TAYLOR_RADIUS:.3g}: the first terms of the Taylor series, where the terms cancel."
    return Choice(node, error, place, f"{note} {WIDE_NOTE}")


def _note(node: Node) -> str:
    if any(step.op == "widen" for step in node.walk()):
        return WIDE_NOTE
    return ""


def _worst(node: Node, truths: Truths, points: Sequence[Sequence[float]], stop: float) -> tuple[float, float]:
    error, place = 0.0, math.nan
    for truth, where in zip(truths, points, strict=True):
        found, at = worst(node, truth, where, stop)
        if found > error:
            error, place = found, at
    return error, place


def _with_series(
    best: Choice,
    node: Node,
    known: Mapping[int, Laurent],
    truths: Truths,
    points: Sequence[Sequence[float]],
) -> Choice:
    """Join series at 0 and at ±∞ to a program where it is not good, and return the better of the choices."""
    bad = [p for truth, where in zip(truths, points, strict=True) for p in beyond(node, truth, where, GOOD)]
    for joined, note in _joined(node, known, bad):
        error, place = _worst(joined, truths, points, best.error)
        if error < best.error:
            best = Choice(joined, error, place, " ".join(part for part in (note, _note(node)) if part))
        if best.error <= GOOD:
            break
    return best


def _series_at(expr: Expr, x: Symbol, left: Expr, right: Expr) -> Mapping[int, Laurent]:
    """Return the series at 0, and at the infinities by their signs, that belong to an interval and exist."""
    places = [0] if _touches_0(left, right) else []
    places += [1] if right is oo else []
    places += [-1] if left == -oo else []
    found: dict[int, Laurent] = {}
    for place in places:
        with suppress(OpenError):
            series = laurent(stabilised(expr), x, place)
            if not series.is_zero:
                found[place] = series
    return found


def _joined(node: Node, known: Mapping[int, Laurent], bad: Sequence[float]) -> Iterator[tuple[Node, str]]:
    """Yield programs that take series where a program is bad, with what a reader should know."""
    inner = [abs(p) for p in bad if abs(p) < 1]
    if inner and 0 not in known:
        return
    for radius in (r for r in INNER if not inner or r > max(inner)) if inner else (0.0,):
        result, notes = node, []
        try:
            for sign in (1, -1):
                outer = [sign * p for p in bad if sign * p >= 1]
                if not outer:
                    continue
                edge = max((r for r in OUTER if r < min(outer)), default=None)
                if edge is None or sign not in known:
                    return
                series = _tail(known[sign], edge)
                beyond = op("gt", X, constant(edge)) if sign > 0 else op("lt", X, constant(-edge))
                result = op("select", beyond, series, result)
                notes.append(f"{'' if sign > 0 else '−'}x > {edge:g}: series in 1/x, where the terms cancel.")
            if inner:
                series = series_node(known[0], radius, X, "square")
                result = op("select", op("lt", MAGNITUDE, constant(radius)), series, result)
                notes.append(f"|x| < {radius:g}: Taylor polynomial, where the terms cancel.")
        except OpenError:
            continue
        if notes:
            yield result, " ".join(notes)


def _tail(series: Laurent, edge: float) -> Node:
    """Return the function beyond an edge: a series in 1/|x|, or 0 or ±∞ where an exponential has taken over."""
    if not series.growth:
        return series_node(series, 1 / edge, div(ONE, MAGNITUDE), "reciprocal_square")
    return constant(series.sign * math.inf) if series.growth_sign > 0 else ZERO


def _in_double(expr: Expr, x: Symbol, left: Expr, right: Expr, setting: Setting) -> Iterator[Node]:
    """Yield programs in double precision, the simplest first."""
    environment = {x: X, **setting.parameters}
    for spelling in dict.fromkeys((expr, factor(expr))) if not expr.atoms(Function) else (expr,):
        with suppress(OpenError):
            yield direct(spelling, environment)
    with suppress(OpenError):
        if expr.count_ops() > LONGEST_NORMAL_FORM:
            raise OpenError("too long for a normal form")
        writer = _Writer(normal_form(expr, x, left, right), setting, left, right)
        yield from dict.fromkeys((writer.combined(), writer.separated(), writer.separated(clamped=True)))
    yield from _spelled(expr, environment, Double())


def _in_wide(expr: Expr, x: Symbol, setting: Setting) -> Iterator[Node]:
    """Yield programs in wide numbers."""
    yield from _spelled(expr, {x: X, **setting.parameters}, Wide())


def _spelled(expr: Expr, environment: Mapping[Symbol, Node], arithmetic: Arithmetic) -> Iterator[Node]:
    spellings = [stabilised(expr), conjugated(stabilised(expr))]
    if any(abs(power.exp) == S.Half for power in expr.atoms(Pow)):
        spellings.append(conjugated(stabilised(together(expr))))
    for spelling in dict.fromkeys(spellings):
        with suppress(OpenError):
            yield evaluated(spelling, environment, arithmetic)


# fmt: off
DIRECT = {
    sympy_tanh: "tanh", sympy_exp: "exp", log: "log", sympy_sin: "sin", sympy_cos: "cos", sympy_atan: "atan",
    sympy_erf: "erf",
}
# fmt: on


def direct(expr: Expr, environment: Mapping[Symbol, Node]) -> Node:
    """Return the expression as it stands, for what has no cancellation to mend.

    Raises
    ------
    OpenError
        If it holds a function that is no primitive.
    """
    known: dict[Symbol, Node] = dict(environment)
    replaced = expr
    for node in sorted(expr.atoms(Function), key=lambda f: len(str(f))):
        if not node.free_symbols & set(environment):
            continue
        name = DIRECT.get(node.func)
        if name is None:
            raise OpenError(f"{node.func.__name__} is not a primitive")
        stand_in = Symbol(f"_{len(known)}", real=True)
        known[stand_in] = op(name, direct(node.args[0], environment))  # type: ignore[arg-type]
        replaced = replaced.subs(node, stand_in)
    return translate(replaced, known)


class _Writer:
    """Writes a normal form as nodes."""

    def __init__(self, form: NormalForm, setting: Setting, left: Expr, right: Expr) -> None:
        self.form, self.setting, self.left, self.right = form, setting, left, right
        self.halves: dict[Symbol, Node] = {}
        self.bounded = frozenset(g.symbol for g in form.generators)
        # Nested from the left: polynomials are written in the decaying quantities, their coefficients in x.
        self.environment: dict[Symbol, Node] = {}
        for generator in sorted(form.generators, key=lambda g: g.kind is not Kind.DECAY):
            self.environment[generator.symbol] = self._generator(generator)
        self.environment[setting.x] = X
        self.environment.update(setting.parameters)

    def combined(self) -> Node:
        """Return everything over one denominator."""
        return self._decaying(self.form.expr)

    def separated(self, clamped: bool = False) -> Node:
        """Return the asymptote plus what decays, x limited in the latter to where it has not died."""
        head = self._rational(self.form.asymptote)
        if clamped:
            limited = X if self.left.is_finite else op("maximum", X, constant(-FAR))
            limited = limited if self.right.is_finite else op("minimum", limited, constant(FAR))
            self.environment[self.setting.x] = replace(limited, name="bounded")
        return add(head, self._decaying(self.form.remainder))

    def _decaying(self, expr: Expr) -> Node:
        """Multiply by the dying factor last, in two halves if the other factor is large."""
        if expr == 0:
            return ZERO
        for generator in self.form.decays:
            if generator.kind is Kind.DECAY:
                exponent = _order_at_zero(expr, generator.symbol)
                if (exponent > 0 and expr.is_Mul) or (expr == generator.symbol**exponent and exponent > 0):
                    rest = factor_terms(expr / generator.symbol**exponent)
                    value = self._rational(rest)
                    # With two factors each is far from underflow when the product is subnormal.
                    half = self.halves.get(generator.symbol) if exponent == 1 else None
                    for _ in range(exponent):
                        whole = self.environment[generator.symbol]
                        value = mul(mul(value, half), half) if half is not None else mul(value, whole)
                    return value
        return self._rational(expr)

    def _rational(self, expr: Expr) -> Node:
        expr, environment = self._with_expm1(expr)
        return translate(expr.subs(self.form.constants), environment, self.bounded)

    def _with_expm1(self, expr: Expr) -> tuple[Expr, dict[Symbol, Node]]:
        """Replace factors Eᵏ − 1 by expm1 of the exponent: they vanish where u does."""
        environment = dict(self.environment)
        for generator in self.form.generators:
            if generator.kind is not Kind.DECAY:
                continue
            e = generator.symbol
            minus_one = Symbol(f"{e.name}m1", real=True)
            found = [b for b in (f.base if f.is_Pow else f for f in Mul.make_args(expr)) if b.is_Add and b.has(e)]
            for base in found:
                if (base - (e - 1)).expand() == 0 or (base + (e - 1)).expand() == 0:
                    expr = expr.xreplace({base: minus_one if (base - (e - 1)).expand() == 0 else -minus_one})
                    environment = {minus_one: op("expm1", self._exponent(generator, 1)[0]), **environment}
        return expr, environment

    def _generator(self, generator: Generator) -> Node:
        if generator.kind is Kind.MILLS:
            return op("erfcx", self._magnitude_of(generator), called="mills")
        if generator.kind is Kind.LOG_DECAY:
            return op("log1p", self._decay(generator), called="log_term")
        return self._decay(generator, generator.symbol)

    def _decay(self, generator: Generator, symbol: Symbol | None = None) -> Node:
        divisor = 2 if self.setting.halved else 1
        high, low = self._exponent(generator, divisor)
        e = op("exp", high) if low == ZERO else op("exp_sum", high, low)
        if not self.setting.halved:
            return Node(e.op, e.args, name="decay")
        half = Node(e.op, e.args, name="half")
        if symbol is not None:
            self.halves[symbol] = half
        return op("mul", half, half, called="decay")

    def _argument(self, generator: Generator) -> tuple[Expr, Node, int]:
        """Return u as an expression in x or |x|, the node for that variable, and the sign of u."""
        x, u = self.setting.x, generator.argument
        odd = expand(u.subs(x, -x) + u) == 0
        even = expand(u.subs(x, -x) - u) == 0
        if not ((odd or even) and (self.setting.shared or even)):
            return u, X, generator.sign
        sign = generator.sign
        if odd:
            # u(x) = ±u(|x|): its sign for positive x.
            sign = sign if self._positive_side(u, generator.sign) else -sign
        return u, self._clamped(u), sign

    def _positive_side(self, u: Expr, sign: int) -> bool:
        """Whether the interval is on the side of positive x."""
        coefficient = u.subs(self.setting.x, 1)
        return (evaluate_sign(coefficient) > 0) == (sign > 0)

    def _clamped(self, u: Expr) -> Node:
        degree = polynomial_degree(u, self.setting.x)
        if degree < 2 or u.free_symbols != {self.setting.x}:
            return MAGNITUDE
        # e^(−|u|) is 0 far before u overflows.
        edge = next(2.0**k for k in range(60) if abs(float(u.subs(self.setting.x, 2.0**k))) > 1500)
        return op("minimum", MAGNITUDE, constant(edge), called="clamped")

    def _exponent(self, generator: Generator, divisor: int) -> tuple[Node, Node]:
        """Return −|u|/divisor as a high and a low part."""
        u, variable, sign = self._argument(generator)
        environment = {self.setting.x: variable, **self.setting.parameters}
        scaled = (u / divisor).subs(self.form.constants)
        if is_exact(scaled, environment):
            node = translate(scaled, environment)
            return (neg(node) if sign > 0 else node), ZERO
        pair = double_double(expand(scaled) if len(Add.make_args(u)) > 1 else scaled, environment)
        return negated(pair) if sign > 0 else pair

    def _magnitude_of(self, generator: Generator) -> Node:
        x, v = self.setting.x, generator.argument
        coefficient = v.coeff(x)
        if expand(v - coefficient * x) != 0:
            value = translate(v, {x: X, **self.setting.parameters})
            return op("abs", value)
        return mul(translate(abs(coefficient), {**self.setting.parameters, x: X}), MAGNITUDE)


def evaluate_sign(expr: Expr) -> int:
    """Return the sign of a nonzero real coefficient."""
    if expr.is_positive:
        return 1
    if expr.is_negative:
        return -1
    return 1 if evaluate(expr, bits=60) > 0 else -1


def _order_at_zero(expr: Expr, symbol: Symbol) -> int:
    """Return the power of the symbol that divides the expression."""
    order = 0
    for f in Mul.make_args(expr):
        base, exponent = f.as_base_exp()
        if base == symbol and exponent.is_Integer:
            order += int(exponent)
    return max(order, 0)
