"""Limits in the argument and in the parameters, without assuming a sign by hand.

The real line is split where the answer changes: at the limits of the breakpoints, which may move with the
parameter, and at the zeros of every expression whose sign decides.  On each piece x is written with a
positive symbol, the limit of the one smooth branch that holds there is read off its expansion, and the
pieces are put together again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from itertools import pairwise
from typing import Any

from sympy import (
    Abs,
    Add,
    Dummy,
    Eq,
    Expr,
    Float,
    Max,
    Min,
    Mul,
    Piecewise,
    Poly,
    Pow,
    Rational,
    S,
    Symbol,
    cancel,
    exp,
    expand,
    factor,
    log,
    numer,
    oo,
    together,
)
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean
from sympy.sets.sets import Interval

from symact.activation import Activation, Parameter
from symact.analysis.derivatives import derivative_cells
from symact.analysis.fact import Fact, settled
from symact.analysis.normal_form import normal_cells, normalised
from symact.analysis.transseries import TIME, UndecidedSign, limit_at_infinity, sign, with_named_constants
from symact.cells import Cells, cells, freed_parameters, in_order
from symact.errors import OpenError, ParameterError
from symact.functions import NODES
from symact.notation import symbol_text, text
from symact.parsing import exact
from symact.signs import is_zero
from symact.tails import limit_at_infinity as enclosed_limit

SECTION = "Limits"
METHOD = "expansion at infinity"

MOST_SPLITS = 5
"""Nested case distinctions before the answer is called open."""


@dataclass(frozen=True)
class Approach:
    """How a symbol tends to its target: the symbol as an expression in a positive t → ∞.

    Attributes
    ----------
    symbol
        The symbol that moves.
    target
        A number, ∞ or −∞.
    direction
        1 from above, −1 from below.
    """

    symbol: Symbol
    target: Expr
    direction: int

    @property
    def path(self) -> Expr:
        """The symbol in terms of :data:`TIME`."""
        if self.target in (oo, -oo):
            return TIME if self.target is oo else -TIME
        return self.target + self.direction / TIME


class OneSided(OpenError):  # noqa: N818  # a fact, not a fault
    """There is no two-sided limit."""

    def __init__(self, name: str, target: Expr, limits: tuple[Expr, Expr]) -> None:
        super().__init__(
            f"the limits differ for {symbol_text(name)} → {text(target)}: {text(limits[0])} from below, "
            f"{text(limits[1])} from above; "
            "give the direction '+' or '-'"
        )
        self.limits = limits


def limit(activation: Activation, symbol: Symbol | str, to: Any, direction: str | None = None) -> Expr:
    """Return the limit as the argument or a parameter tends to a value.

    Parameters
    ----------
    activation
        Any activation.
    symbol
        The argument or a parameter, or its name.
    to
        A number, ``oo`` or ``-oo``.
    direction
        ``"+"`` from above, ``"-"`` from below, ``None`` from both sides (from within at an end of a
        parameter's domain).

    Returns
    -------
    Expr
        A ``Piecewise`` where the answer depends on x or on a parameter; ``oo`` and ``-oo`` are honest values.

    Raises
    ------
    ParameterError
        If there is no such parameter, or the target is not in the closure of its domain.
    OpenError
        If the one-sided limits differ, there is none, or it is not settled.
    """
    target = _number(to)
    if not activation.is_elementwise:
        from symact.analysis.vector_limits import vector_limit

        return vector_limit(activation, str(symbol), target)
    name = str(symbol)
    if name == str(activation.symbol):
        directions = _directions(target, S.Reals, direction)
        return _agreeing([_argument_limit(activation, 0, target, d) for d in directions], name, target)
    parameter = activation.parameter(name)
    directions = _parameter_directions(activation, parameter, target, direction)
    results = [_parameter_limit(activation, Approach(parameter.symbol, target, d)) for d in directions]
    return _agreeing(results, name, target)


def limit_of_derivative(activation: Activation, order: int, to: Any) -> Expr:
    """Return the limit of a derivative for x → ±∞ (or a point).

    Parameters
    ----------
    activation
        An elementwise activation.
    order
        0, 1, 2, …
    to
        A number, ``oo`` or ``-oo``.

    Raises
    ------
    OpenError
        As :func:`limit`.
    """
    target = _number(to)
    return _agreeing(
        [_argument_limit(activation, order, target, d) for d in _directions(target, S.Reals, None)],
        "x",
        target,
    )


def limit_of_slope(activation: Activation, to: Expr) -> Expr:
    """Return the limit of f(x)/x for x → ∞ or −∞; the errors are those of :func:`limit`."""
    pieces = normal_cells(activation)
    branch = pieces.cells[-1 if to is oo else 0].expr
    if branch is S.NaN:
        raise OpenError(f"{activation.name} is not defined near {text(to)}")
    return by_cases(branch.subs(pieces.symbol, _towards(to)) / _towards(to), lambda expr: smooth_limit(expr, TIME))


def smooth_limit(expr: Expr, t: Symbol) -> Expr:
    """Return the limit for t → ∞ of an expression without kinks.

    Raises
    ------
    UndecidedSign
        If the answer depends on the sign of an expression.
    OpenError
        If there is no expansion, neither in exact terms nor with enclosed remainders.
    """
    constant, moving = expr.as_independent(t, as_Add=False)
    if moving == 1:
        return constant
    try:
        value = limit_at_infinity(moving, t)
    except UndecidedSign:
        raise
    except OpenError:
        value = enclosed_limit(moving, t)
    if value in (oo, -oo):
        direction = sign(constant)
        return direction * value if direction else S.Zero
    return constant * value


def moving_limit(pieces: Cells, t: Symbol) -> Expr:
    """Return the limit, as a function of x, of a function of x whose cells depend on t → ∞.

    Parameters
    ----------
    pieces
        The cells in x; breakpoints, values and branches may hold t.
    t
        A positive symbol.

    Raises
    ------
    UndecidedSign
        If the answer depends on the sign of an expression in the parameters.
    OpenError
        If a branch has no limit.
    """
    ends = [smooth_limit(point.at, t) for point in pieces.breakpoints]
    points = [end for k, end in enumerate(ends) if end.is_finite is not False and end not in ends[:k]]
    for _ in range(MOST_SPLITS):
        points = _ordered(points)
        try:
            return _assembled(pieces, ends, points, t)
        except UndecidedSign as undecided:
            further = [root for root in zeros(undecided.expr, pieces.symbol) if root not in points]
            if not further:
                raise
            points = [*points, *further]
    raise OpenError(f"the limit needs more than {MOST_SPLITS} case distinctions in {pieces.symbol}")


@cache
def interior_cells(activation: Activation) -> tuple[Cells, Mapping[Symbol, Expr]]:
    """Return the cells with parameters freed (see :func:`symact.cells.freed_parameters`) and the way back."""
    freed, back = freed_parameters(activation)
    expr, constants = with_named_constants(activation.expr.subs(freed))
    return cells(expr, activation.symbol).map(normalised), {**back, **constants}


def facts(activation: Activation) -> tuple[Fact, ...]:
    """Return the limits for x → ±∞ of f, f′ and f/x, and those in the parameters."""
    if not activation.is_elementwise:
        from symact.analysis.vector_limits import facts as vector_facts

        return vector_facts(activation)
    found: list[Fact] = []
    for end in _infinite_ends(activation):
        place = f"lim x → {text(end)}"
        found += _fact(f"{place} f(x)", partial(limit_of_derivative, activation, 0, end))
        found += _fact(f"{place} f′(x)", partial(limit_of_derivative, activation, 1, end))
        found += _fact(f"{place} f(x)/x", partial(limit_of_slope, activation, end))
    for point, direction in _finite_ends(activation):
        label = f"lim x → {text(point)}{'⁺' if direction > 0 else '⁻'} f(x)"
        found += _fact(label, partial(_argument_limit, activation, 0, point, direction))
    for parameter in activation.parameters:
        if parameter.symbol in activation.expr.free_symbols:
            for target in targets(activation, parameter):
                label = f"lim {symbol_text(parameter.name)} → {text(target)} f(x)"
                found += settled(SECTION, label, partial(_parameter_facts, activation, parameter, target))
    return tuple(found)


def _infinite_ends(activation: Activation) -> tuple[Expr, ...]:
    """Return those of −∞ and ∞ near which f is defined; both if that is not known."""
    try:
        pieces = normal_cells(activation).cells
    except OpenError:
        return (-oo, oo)
    return tuple(end for end, cell in ((-oo, pieces[0]), (oo, pieces[-1])) if cell.is_defined)


def _finite_ends(activation: Activation) -> list[tuple[Expr, int]]:
    """Return the points at which f is not defined, each with the sides (−1 below, 1 above) on which it is."""
    try:
        pieces = normal_cells(activation)
    except OpenError:
        return []
    return [
        (point.at, direction)
        for k, point in enumerate(pieces.breakpoints)
        for cell, direction in ((pieces.cells[k], -1), (pieces.cells[k + 1], 1))
        if cell.is_defined and not point.is_defined
    ]


def targets(activation: Activation, parameter: Parameter) -> tuple[Expr, ...]:
    """Return what a parameter tends to on a sheet: the ends of its domain, and 0 where that is inside."""
    domain = parameter.domain
    ends = {end for end in (domain.inf, domain.sup) if end.is_number}
    for other in activation.parameters:
        ends -= set(_barred(parameter, other))
    inside = {S.Zero} if domain.contains(0) is S.true else set()
    return tuple(in_order(ends | inside))


def _parameter_facts(activation: Activation, parameter: Parameter, target: Expr) -> list[Fact]:
    place = f"lim {symbol_text(parameter.name)} → {text(target)}"
    at_end = target == parameter.domain.inf and target.is_finite
    try:
        value = limit(activation, parameter.symbol, target)
        return [Fact(SECTION, f"{place}{'⁺' if at_end else ''} f(x)", value, method=METHOD)]
    except OneSided as error:
        below, above = error.limits
        return [
            Fact(SECTION, f"{place}{side} f(x)", value, method=METHOD) for side, value in (("⁻", below), ("⁺", above))
        ]


def _number(to: Any) -> Expr:
    target = exact(to)
    if isinstance(target, Float):
        target = Rational(target)
    if not target.is_extended_real or not target.is_number:
        raise ParameterError(f"a limit is taken to a real number, oo or -oo, not to {to}")
    return target


def _directions(target: Expr, domain: Any, direction: str | None) -> tuple[int, ...]:
    if direction not in (None, "+", "-"):
        raise ParameterError(f"the direction of a limit is '+' or '-', not '{direction}'")
    if target in (oo, -oo):
        return (-1 if target is oo else 1,)
    if direction:
        return (1 if direction == "+" else -1,)
    if target == domain.inf:
        return (1,)
    return (-1,) if target == domain.sup else (-1, 1)


def _parameter_directions(
    activation: Activation, parameter: Parameter, target: Expr, direction: str | None
) -> tuple[int, ...]:
    domain = parameter.domain
    for other in activation.parameters:
        if target in _barred(parameter, other):
            raise ParameterError(
                f"{activation.name}: {parameter.name} does not tend to {target}, it bounds {other.name} in "
                f"{text(other.domain)}"
            )
    if isinstance(domain, Interval):
        closure = Interval(domain.start, domain.end)
        outside = closure.contains(target) is S.false if target.is_finite else target not in (domain.start, domain.end)
        if outside:
            raise ParameterError(f"{activation.name}: {parameter.name} does not tend to {target} within {text(domain)}")
    return _directions(target, domain, direction)


def _barred(parameter: Parameter, other: Parameter) -> tuple[Expr, ...]:
    """Return the infinities that a parameter cannot tend to because it is an end of another's domain."""
    ends = ((other.domain.inf, oo), (other.domain.sup, -oo))
    return tuple(infinity for end, infinity in ends if parameter.symbol in end.free_symbols)


def _agreeing(results: list[Expr], name: str, target: Expr) -> Expr:
    first = results[0]
    for other in results[1:]:
        if first != other and not (first.is_finite and other.is_finite and is_zero(first - other)):
            raise OneSided(name, target, (first, other))
    return first


def _argument_limit(activation: Activation, order: int, target: Expr, direction: int) -> Expr:
    pieces = derivative_cells(activation, order)
    if order == 0 and target.is_finite and _is_continuous_everywhere(pieces, target):
        return activation.expr.subs(pieces.symbol, target)

    def branch_limit(moved: Cells) -> Expr:
        index = sum(_position(point.at, target, direction) < 0 for point in moved.breakpoints)
        branch = moved.cells[index].expr
        if branch is S.NaN:
            raise OpenError(f"{activation.name} is not defined near {text(target)} on that side")
        value = _continuous_value(branch, moved.symbol, target)
        if value is not None:
            return value
        return smooth_limit(branch.subs(moved.symbol, Approach(moved.symbol, target, direction).path), TIME)

    return by_cases(pieces, branch_limit)


def _is_continuous_everywhere(pieces: Cells, target: Expr) -> bool:
    """Whether neighbouring branches meet at every breakpoint and each branch is continuous at the target."""
    x = pieces.symbol
    return (
        pieces.is_total
        and all(_is_continuous(cell.expr, x, target) for cell in pieces.cells)
        and all(
            is_zero(side.expr.subs(x, point.at) - point.value)
            for k, point in enumerate(pieces.breakpoints)
            for side in pieces.cells[k : k + 2]
        )
    )


def _position(point: Expr, target: Expr, direction: int) -> int:
    """Return the sign of point − x as x tends to the target."""
    if target in (oo, -oo):
        return -1 if target is oo else 1
    return sign(point - target) or -direction


def _parameter_limit(activation: Activation, approach: Approach) -> Expr:
    pieces, back = interior_cells(activation)
    if not pieces.is_total:
        raise OpenError(f"{activation.name} is not defined on the whole line")
    moved = {d: origin for d, origin in back.items() if approach.symbol in origin.free_symbols}
    # A parameter freed as a difference from the moving one moves too: max_val = min_val + d.
    pieces = pieces.substituted(moved)
    kept = {d: origin for d, origin in back.items() if d not in moved}
    for p in activation.parameters:
        bound = p.domain.inf
        if approach.symbol in bound.free_symbols and approach.target.is_finite:
            # What the moving parameter bounds lies above its target: max_val > 0 for min_val → 0.
            above = Dummy(p.name, positive=True)
            pieces = pieces.substituted({p.symbol: bound.subs(approach.symbol, approach.target) + above})
            kept[above] = p.symbol - bound.subs(approach.symbol, approach.target)
    lower = activation.parameter(str(approach.symbol)).domain.inf
    if lower.is_Symbol and approach.target.is_finite:
        # What bounds the moving parameter lies below its target: min_val < 0 for max_val → 0.
        below = Dummy(lower.name, positive=True)
        pieces = pieces.substituted({lower: approach.target - below})
        kept[below] = approach.target - lower

    def in_x(fixed: Cells) -> Expr:
        if not fixed.breakpoints and approach.target.is_finite:
            value = _continuous_value(fixed.cells[0].expr, approach.symbol, approach.target)
            if value is not None:
                return value
        return moving_limit(fixed.substituted({approach.symbol: approach.path}), TIME)

    return presented(by_cases(pieces, in_x, activation.symbol), kept, activation.symbol)


def presented(expr: Expr, back: Mapping[Symbol, Expr], x: Symbol) -> Expr:
    """Return a result in the parameters, conditions solved for one, two lines that meet as max or min."""
    expr = expr.subs(back)
    if isinstance(expr, Piecewise):
        expr = Piecewise(*((branch, _solved(condition)) for branch, condition in expr.args))
    return _as_extremum(expr, x)


def _as_extremum(expr: Expr, x: Symbol) -> Expr:
    """Write two lines that meet at a point as their maximum or minimum."""
    if not (isinstance(expr, Piecewise) and len(expr.args) == 2 and expr.args[1].cond == S.true):
        return expr
    (one, condition), (other, _) = expr.args
    if condition.rel_op not in ("<", "<=", ">", ">=") or not _is_line(one, x) or not _is_line(other, x):
        return expr
    slope = one.coeff(x) - other.coeff(x)
    try:
        left_first = sign((condition.lhs - condition.rhs).diff(x)) * (1 if "<" in condition.rel_op else -1)
        meeting = is_zero((one - other).subs(x, zeros(condition.lhs - condition.rhs, x)[0]))
        order = sign(slope) * left_first
    except (OpenError, IndexError):
        return expr
    if not meeting or order == 0:
        return expr
    if one == -other:
        return Abs(one) if order < 0 else -Abs(one)
    return Max(one, other) if order < 0 else Min(one, other)


def _is_line(expr: Expr, x: Symbol) -> bool:
    if x not in expr.free_symbols:
        return expr.is_finite is True
    return expr.is_finite is not False and x not in expr.diff(x).free_symbols


def _assembled(pieces: Cells, ends: list[Expr], points: list[Expr], t: Symbol) -> Expr:
    x = pieces.symbol
    borders = [-oo, *points, oo]
    between = []
    for left, right in pairwise(borders):
        index = sum(end == -oo or (end is not oo and left != -oo and sign(end - left) <= 0) for end in ends)
        between.append(_limit_between(pieces.cells[index].expr, x, left, right, t))
    at_points = []
    for point in points:
        index, exactly = 0, None
        for k, moving in enumerate(pieces.breakpoints):
            order = _eventual_sign(moving.at - point, t)
            index += order < 0
            exactly = k if order == 0 else exactly
        value = pieces.cells[index].expr.subs(x, point) if exactly is None else pieces.breakpoints[exactly].value
        at_points.append(smooth_limit(value, t))
    return _joined(x, points, between, at_points)


def _eventual_sign(expr: Expr, t: Symbol) -> int:
    if is_zero(expr):
        return 0
    target = smooth_limit(expr, t)
    if target == 0:
        target = smooth_limit(1 / expr, t)
    return (1 if target is oo else -1) if target in (oo, -oo) else sign(target)


def _limit_between(branch: Expr, x: Symbol, left: Expr, right: Expr, t: Symbol) -> Expr:
    """Return the limit of a branch for x in an open interval, as an expression in x."""
    if x not in branch.free_symbols:
        return smooth_limit(branch, t)
    u = Dummy("u", positive=True)
    if left == -oo and right is oo:
        return smooth_limit(branch, t)
    if right is oo:
        inside, back = left + u, x - left
    elif left == -oo:
        inside, back = right - u, right - x
    else:
        inside, back = left + (right - left) * u / (1 + u), (x - left) / (right - x)
    try:
        found = smooth_limit(branch.subs(x, inside), t)
    except UndecidedSign as undecided:
        raise UndecidedSign(numer(together(undecided.expr.subs(u, back)))) from undecided
    returned = found.subs(u, back)
    if not found.is_rational_function(u):
        return returned
    return expand(cancel(returned)) if back.is_polynomial(x) else cancel(returned)


def _joined(x: Symbol, points: list[Expr], between: list[Expr], at_points: list[Expr]) -> Expr:
    """Return one expression for values between and at ordered points."""
    rows: list[tuple[Expr, Boolean]] = []
    for k, point in enumerate(points):
        left, right, value = between[k], between[k + 1], at_points[k]
        to_left, to_right = _same_at(left, x, point, value), _same_at(right, x, point, value)
        if to_left and to_right and _same(left, right):
            continue
        if to_left:
            rows.append((left, x <= point))
        else:
            rows.append((left, x < point))
            if not to_right:
                rows.append((value, Eq(x, point) if _same(left, right) else x <= point))
    rows.append((between[-1], S.true))
    if len(rows) == 1:
        return between[-1]
    kept = [
        row
        for k, row in enumerate(rows)
        if not (k + 1 < len(rows) and rows[k + 1][0] == row[0] and _covers(rows[k + 1][1]))
    ]
    return Piecewise(*kept)


def _covers(condition: Boolean) -> bool:
    return not isinstance(condition, Eq)


def _same_at(expr: Expr, x: Symbol, point: Expr, value: Expr) -> bool:
    return _same(expr.subs(x, point), value)


def _same(a: Expr, b: Expr) -> bool:
    if a == b:
        return True
    return bool(a.is_finite and b.is_finite and is_zero(a - b))


def by_cases(subject: Any, compute: Callable[[Any], Expr], x: Symbol | None = None, depth: int = 0) -> Expr:
    """Compute; where the sign of a parameter decides, split on it and compute each case."""
    try:
        return compute(subject)
    except UndecidedSign as undecided:
        if depth == MOST_SPLITS:
            raise
        for symbol in sorted(undecided.expr.free_symbols - {x, TIME}, key=lambda s: s.name):
            if roots := zeros(undecided.expr, symbol):
                break
        else:
            raise
        rows = []
        for value, way_back, condition in sign_cases(symbol, roots[0]):
            case = subject.substituted({symbol: value}) if isinstance(subject, Cells) else subject.subs(symbol, value)
            rows.append((by_cases(case, compute, x, depth + 1).subs(way_back), condition))
        return _from_cases(rows)


def _from_cases(rows: list[tuple[Expr, Boolean]]) -> Expr:
    """Return one expression for cases that exclude each other and exhaust all."""
    if all(result == rows[0][0] for result, _ in rows):
        return rows[0][0]
    last = rows[-1][0]
    # A case distinction in the last row needs no level of its own.
    tail = [(e, c) for e, c in last.args] if isinstance(last, Piecewise) else [(last, S.true)]
    return Piecewise(*((e, _solved(c)) for e, c in (*rows[:-1], *tail)))


def _solved(condition: Boolean) -> Boolean:
    """Write a linear relation as symbol, sign, bound: max_val > 0 for min_val > min_val − max_val."""
    return condition.replace(lambda c: isinstance(c, Relational), _solved_relation)


def _solved_relation(relation: Relational) -> Boolean:
    difference = expand(relation.lhs - relation.rhs)
    for symbol in sorted(difference.free_symbols, key=lambda s: s.name):
        slope = difference.coeff(symbol)
        if slope in (1, -1) and not isinstance(symbol, Dummy):
            bound = symbol - slope * difference
            return relation.func(symbol, bound) if slope == 1 else relation.reversed.func(symbol, bound)
    return relation


def sign_cases(symbol: Symbol, root: Expr) -> Iterable[tuple[Expr, dict[Symbol, Expr], Boolean]]:
    """Yield the cases above, at, below a value: the symbol by a positive one, the way back, the condition."""
    q = Dummy("q", positive=True)
    yield root + q, {q: symbol - root}, symbol > root
    yield root, {}, Eq(symbol, root)
    if not symbol.is_nonnegative:
        yield root - q, {q: root - symbol}, symbol < root
    elif not root.is_nonpositive:
        yield root / (1 + q), {q: root / symbol - 1}, symbol > 0
        if not symbol.is_positive:
            yield S.Zero, {}, Eq(symbol, 0)


def zeros(expr: Expr, symbol: Symbol) -> list[Expr]:
    """Return the real zeros of the polynomial factors that can be solved."""
    found: dict[Expr, None] = {}
    for item in Mul.make_args(factor(expr)):
        polynomial = item.as_base_exp()[0].as_poly(symbol) if symbol in item.free_symbols else None
        if polynomial is None:
            continue
        if polynomial.degree() == 1:
            slope, intercept = polynomial.all_coeffs()
            if slope.is_nonzero:
                found[-intercept / slope] = None
        elif item.free_symbols == {symbol}:
            found.update(dict.fromkeys(Poly(polynomial, symbol).real_roots()))
    return list(found)


def _ordered(points: Iterable[Expr]) -> list[Expr]:
    return in_order(set(points))


def _towards(end: Expr) -> Expr:
    return TIME if end is oo else -TIME


def _continuous_value(expr: Expr, symbol: Symbol, target: Expr) -> Expr | None:
    """Return the value at the target if the expression is visibly continuous there."""
    if target.is_infinite or not _is_continuous(expr, symbol, target):
        return None
    return expr.subs(symbol, target)


def _is_continuous(expr: Expr, symbol: Symbol, target: Expr) -> bool:
    if symbol not in expr.free_symbols or expr == symbol:
        return True
    if not all(_is_continuous(a, symbol, target) for a in expr.args):
        return False
    if isinstance(expr, (Add, Mul, exp, *NODES)) or expr.func.__name__ in (
        "tanh",
        "erf",
        "erfc",
        "sinh",
        "cosh",
        "atan",
    ):
        return True
    if isinstance(expr, (Pow, log)):
        if isinstance(expr, Pow) and expr.exp.is_Integer and expr.exp > 0:
            return True
        base = expr.args[0].subs(symbol, target)
        try:
            order = sign(base)
        except OpenError:
            return False
        return order > 0 or (order < 0 and isinstance(expr, Pow) and bool(expr.exp.is_Integer))
    return False


def _fact(label: str, value: Callable[[], Expr]) -> tuple[Fact, ...]:
    return settled(SECTION, label, lambda: (Fact(SECTION, label, value(), method=METHOD),))
