"""A piecewise function as a list of cells, smooth on each.

``Max``, ``Min``, ``Abs``, ``sign``, ``Heaviside`` and ``Piecewise`` are resolved here, before anything else: limits,
derivatives and comparisons then act on one smooth branch at a time.  (SymPy's ``limit`` of a ``Piecewise`` is not to be
trusted: for ELU′ at 0⁺ it answers α, where 1 is true; sympy #27236.)

The natural domain is derived here as well: a cell on which the function is no real number has the branch ``S.NaN``, a
point at which it is none, as a pole, the value ``S.NaN``.  A point at which a formula is undefined, but the limits from
both sides exist and agree, has that limit for its value, as sin(x)/x at 0.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, cmp_to_key

from sympy import (
    Abs,
    And,
    Dummy,
    Expr,
    Heaviside,
    Max,
    Min,
    Not,
    Or,
    Piecewise,
    Poly,
    S,
    Symbol,
    diff,
    oo,
    sign,
)
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean, BooleanFalse, BooleanTrue

from symact.activation import Activation
from symact.domain import is_defined_on, is_real_number, parts, restrictions
from symact.errors import OpenError
from symact.notation import text
from symact.power_series import value_at
from symact.roots import Real, between, real_zeros
from symact.signs import compare, is_zero, sign_of
from symact.tails import one_sided_limit

KINKED = (Max, Min, Abs, sign, Heaviside, Piecewise)


@dataclass(frozen=True)
class Cell:
    """An open interval and the smooth branch that holds on it."""

    left: Expr
    right: Expr
    expr: Expr

    @property
    def is_defined(self) -> bool:
        """Whether the function is defined on the interval."""
        return self.expr is not S.NaN


@dataclass(frozen=True)
class Breakpoint:
    """A point between two cells.

    Attributes
    ----------
    at
        The point.
    value
        The function there.
    branch
        The smooth expression that the definition gives to the point, ``None`` where branches tie (``Max``, ``Abs``).
    """

    at: Expr
    value: Expr
    branch: Expr | None

    @property
    def is_defined(self) -> bool:
        """Whether the function is defined at the point."""
        return self.value is not S.NaN


@dataclass(frozen=True)
class Cells:
    """``cells[0] | breakpoints[0] | cells[1] | …`` from −∞ to ∞."""

    symbol: Symbol
    cells: tuple[Cell, ...]
    breakpoints: tuple[Breakpoint, ...]

    def map(self, function: Callable[[Expr], Expr]) -> Cells:
        """Apply a function to every branch and value (it must commute with substitution of the symbol)."""

        def applied(expr: Expr) -> Expr:
            return expr if expr is S.NaN else function(expr)

        return Cells(
            self.symbol,
            tuple(Cell(c.left, c.right, applied(c.expr)) for c in self.cells),
            tuple(
                Breakpoint(b.at, applied(b.value), None if b.branch is None else applied(b.branch))
                for b in self.breakpoints
            ),
        )

    @cached_property
    def is_total(self) -> bool:
        """Whether the function is defined on the whole line."""
        return all(c.is_defined for c in self.cells) and all(b.is_defined for b in self.breakpoints)

    def substituted(self, values: Mapping[Symbol, Expr]) -> Cells:
        """Substitute for parameters everywhere, the ends of the cells included."""
        return Cells(
            self.symbol,
            tuple(Cell(*(e.subs(values) for e in (c.left, c.right, c.expr))) for c in self.cells),
            tuple(
                Breakpoint(
                    b.at.subs(values),
                    b.value.subs(values),
                    None if b.branch is None else b.branch.subs(values),
                )
                for b in self.breakpoints
            ),
        )

    @cached_property
    def derivative(self) -> Cells:
        """The derivative, with the convention at each kink.

        Where both one-sided slopes agree and the function is continuous the slope is that; else it is the derivative
        of the branch that owns the point, and where branches tie the one-sided slope of least magnitude, 0 if they
        straddle 0 (torch's rule, pytorch PR #76898).
        """
        x = self.symbol
        cells = tuple(Cell(c.left, c.right, _slope(c.expr, x)) for c in self.cells)
        return Cells(x, cells, tuple(self._sloped(k, *cells[k : k + 2]) for k in range(len(self.breakpoints))))

    def _sloped(self, k: int, before: Cell, after: Cell) -> Breakpoint:
        """Return a breakpoint of the derivative, between two of its cells."""
        x, point = self.symbol, self.breakpoints[k]
        if not point.is_defined:
            return point
        if point.branch is not None:
            branch = _slope(point.branch, x)
            slope = branch.subs(x, point.at)
            return Breakpoint(point.at, slope if is_real_number(slope) else S.NaN, branch)
        # A tie stays a tie in every higher derivative where the two sides still agree.
        return Breakpoint(point.at, tied_value(finite_values(x, point.at, before, after)), None)

    def to_expr(self) -> Expr:
        """Return one expression: the branch itself, or a Piecewise with each point given to a matching side.

        Where there is but one branch it stands for the function, which has a value only on its domain.
        """
        x = self.symbol
        defined = list(dict.fromkeys(cell.expr for cell in self.cells if cell.is_defined))
        if len(defined) == 1 and all(_has_value(defined[0], x, b) for b in self.breakpoints if b.is_defined):
            return defined[0]
        branches: list[tuple[Expr, Boolean]] = []
        for k, point in enumerate(self.breakpoints):
            cell, following = self.cells[k], self.cells[k + 1]
            if _has_value(cell.expr, x, point):
                branches.append((cell.expr, x <= point.at))
            else:
                branches.append((cell.expr, x < point.at))
                if not _has_value(following.expr, x, point):
                    branches.append((point.value, x <= point.at))
        branches.append((self.cells[-1].expr, S.true))
        return Piecewise(*_merge(branches))

    def branch_at(self, point: Expr) -> Cell | Breakpoint:
        """Return the cell or breakpoint that holds at a number."""
        for k, breakpoint_ in enumerate(self.breakpoints):
            order = compare(point, breakpoint_.at)
            if order == 0:
                return breakpoint_
            if order < 0:
                return self.cells[k]
        return self.cells[-1]


def cells(expr: Expr, symbol: Symbol) -> Cells:
    """Split an expression at its breakpoints.

    Parameters
    ----------
    expr
        Any expression; smooth functions of kinked ones and kinked functions of smooth ones alike.
    symbol
        The real variable.

    Raises
    ------
    OpenError
        If a breakpoint cannot be found or two cannot be ordered under the symbols' assumptions.
    """
    points = in_order(_breakpoints(expr, symbol))
    pieces: list[Cell] = []
    joints: list[Breakpoint] = []
    for left, right in itertools.pairwise([-oo, *points, oo]):
        if pieces:
            joints.append(Breakpoint(left, *_at(expr, symbol, left)))
        branch = _resolve(expr, symbol, left, right)
        for k, part in enumerate(parts(branch, symbol, left, right)):
            if k > 0:
                joints.append(Breakpoint(part.left, branch.subs(symbol, part.left), branch))
            pieces.append(Cell(part.left, part.right, branch if part.is_defined else S.NaN))
    points_with_values = (_with_value(point, symbol, *pieces[k : k + 2]) for k, point in enumerate(joints))
    return _without_false_breakpoints(Cells(symbol, tuple(pieces), tuple(points_with_values)))


def activation_cells(activation: Activation) -> Cells:
    """Return the cells of an elementwise activation, its parameters kept as symbols."""
    freed, back = freed_parameters(activation)
    return cells(activation.expr.subs(freed), activation.symbol).substituted(back)


def freed_parameters(activation: Activation) -> tuple[dict[Symbol, Expr], dict[Symbol, Expr]]:
    """Replace parameters so that SymPy's own assumptions order the breakpoints.

    A parameter bounded by another becomes their positive difference (max_val = min_val + d, d > 0), one that is at
    least 0 becomes positive: what is derived holds in the interior of the domain.

    Returns
    -------
    tuple
        The substitution and its inverse.
    """
    freed: dict[Symbol, Expr] = {}
    back: dict[Symbol, Expr] = {}
    for p in activation.parameters:
        if p.domain.is_Interval and p.domain.end is oo and (p.domain.start.free_symbols or p.symbol.is_zero is None):
            if p.domain.start.is_infinite:
                continue
            difference = Dummy(p.name, positive=True)
            freed[p.symbol] = p.domain.start + difference
            back[difference] = p.symbol - p.domain.start
    return freed, back


def _with_value(point: Breakpoint, symbol: Symbol, before: Cell, after: Cell) -> Breakpoint:
    """Give a point at which the definition has no value the limit there, if it is one, finite, and from both sides."""
    if is_real_number(point.value):
        return point
    if not (before.is_defined and after.is_defined):
        return Breakpoint(point.at, S.NaN, None)
    try:
        limits = [
            continued_value(cell.expr, symbol, point.at, direction) for cell, direction in ((before, -1), (after, 1))
        ]
    except OpenError:
        return Breakpoint(point.at, S.NaN, None)
    agree = all(is_real_number(limit) for limit in limits) and is_zero(limits[0] - limits[1])
    return Breakpoint(point.at, limits[0] if agree else S.NaN, None)


def continued_value(expr: Expr, symbol: Symbol, point: Expr, direction: int) -> Expr:
    """Return the value of a smooth branch at an end of its cell, or its limit from above (1) or below (−1) there.

    Raises
    ------
    OpenError
        If the limit is not settled.
    """
    try:
        return value_at(expr, symbol, point)
    except OpenError:
        return one_sided_limit(expr, symbol, point, direction)


def finite_values(symbol: Symbol, point: Expr, before: Cell, after: Cell) -> list[Expr]:
    """Return the limits at a point of those neighbouring branches that have a finite one."""
    values = []
    for cell, direction in ((before, -1), (after, 1)):
        if cell.is_defined:
            with suppress(OpenError):
                values.append(continued_value(cell.expr, symbol, point, direction))
    return [value for value in values if is_real_number(value)]


def continued_points(expr: Expr, pieces: Cells) -> tuple[Expr, ...]:
    """Return the points at which a formula is undefined, but its cells have the limit there for a value."""
    x = pieces.symbol
    candidates = {b.at for b in pieces.breakpoints if b.is_defined}
    for cell in pieces.cells:
        for restriction in restrictions(cell.expr, x) if cell.is_defined else ():
            candidates |= {z.place for z in real_zeros(restriction.expr, x, cell.left, cell.right)}
    return tuple(point for point in in_order(candidates) if not is_real_number(expr.subs(x, point)))


def _slope(expr: Expr, symbol: Symbol) -> Expr:
    return expr if expr is S.NaN else diff(expr, symbol)


def _has_value(expr: Expr, symbol: Symbol, point: Breakpoint) -> bool:
    """Whether a branch, continued to a point, has the value there."""
    if expr is S.NaN or not point.is_defined:
        return expr is S.NaN and not point.is_defined
    try:
        return is_zero(value_at(expr, symbol, point.at) - point.value)
    except OpenError:
        return False


def tied_value(sides: list[Expr]) -> Expr:
    """Return the value of a derivative where branches tie, from its finite one-sided limits.

    Their common value; else the element of least magnitude of the interval between them.
    """
    if len(sides) < 2 or is_zero(sides[0] - sides[1]):
        return sides[0] if sides else S.NaN
    left, right = sides
    try:
        signs = sign_of(left), sign_of(right)
    except OpenError:
        return Piecewise((left, Abs(left) <= Abs(right)), (right, True))
    if signs[0] * signs[1] <= 0:
        return S.Zero
    return left if compare(Abs(left), Abs(right)) <= 0 else right


def _merge(branches: list[tuple[Expr, Boolean]]) -> list[tuple[Expr, Boolean]]:
    merged: list[tuple[Expr, Boolean]] = []
    for branch, condition in branches:
        if merged and merged[-1][0] == branch:
            merged.pop()
        merged.append((branch, condition))
    return merged


def _switches(expr: Expr) -> Iterable[Expr]:
    """Yield the functions whose zeros are where the kinked nodes change branch."""
    for node in expr.atoms(*KINKED):
        if isinstance(node, (Max, Min)):
            arguments = list(node.args)
            yield from (a - b for k, a in enumerate(arguments) for b in arguments[k + 1 :])
        elif isinstance(node, Piecewise):
            for _, condition in node.args:
                yield from (r.lhs - r.rhs for r in condition.atoms(Relational))
        else:
            yield node.args[0]


def _breakpoints(expr: Expr, symbol: Symbol) -> set[Expr]:
    """Collect candidates, innermost kinks first, so that every switch is solved on smooth branches."""
    found: set[Expr] = set()
    for switch in _switches(expr):
        if symbol not in switch.free_symbols:
            continue
        inner = cells(switch, symbol)
        found |= {b.at for b in inner.breakpoints}
        for cell in inner.cells:
            if cell.is_defined:
                found |= _zeros(cell, symbol)
    return found


def _zeros(switch: Cell, symbol: Symbol) -> set[Expr]:
    """Return the zeros of a switching function on a cell of it; of a polynomial, those on the whole line."""
    if switch.expr.is_polynomial(symbol):
        return real_roots(switch.expr, symbol)
    try:
        return {zero.place for zero in real_zeros(switch.expr, symbol, switch.left, switch.right)}
    except OpenError as reason:
        where = f"the zeros of {text(switch.expr)}, where the definition changes branch, are not known"
        raise OpenError(f"{where}: {reason}") from reason


def real_roots(expr: Expr, symbol: Symbol) -> set[Expr]:
    """Return the real zeros of a polynomial, or raise :class:`OpenError`."""
    if symbol not in expr.free_symbols:
        return set()
    polynomial = expr.as_poly(symbol)
    if polynomial is None:
        raise OpenError(f"the zeros of {text(expr)}, where the definition changes branch, are not known in closed form")
    if polynomial.degree() == 1:
        slope, intercept = polynomial.all_coeffs()
        return {-intercept / slope}
    if expr.free_symbols - {symbol}:
        raise OpenError(f"the zeros of {text(expr)}, where the definition changes branch, depend on the parameters")
    return set(Poly(polynomial, symbol).real_roots())


def in_order(points: set[Expr]) -> list[Expr]:
    """Return distinct points from left to right, or raise :class:`OpenError` if their order is not known."""
    distinct: list[Expr] = []
    for point in points:
        if not any(compare(point, other) == 0 for other in distinct):
            distinct.append(point)
    return sorted(distinct, key=cmp_to_key(compare))


def generic_point(symbol: Symbol, left: Expr, right: Expr) -> Expr:
    """Return a generic point of an open interval, as an expression whose sign tests are decided by assumptions."""
    t = Dummy("t", positive=True)
    if left == -oo and right is oo:
        return Dummy("t", real=True)
    if left == -oo:
        return right - t
    if right is oo:
        return left + t
    # left + width·t/(1+t) runs over (left, right) as t runs over (0, ∞).
    return left + (right - left) * t / (1 + t)


def _sign_on(switch: Expr, symbol: Symbol, left: Expr, right: Expr) -> int:
    """Return the sign of a switching function on an open interval that holds none of its zeros."""
    polynomial = switch.as_poly(symbol) if symbol in switch.free_symbols else None
    if polynomial is not None and polynomial.degree() == 1 and switch.free_symbols == {symbol}:
        middle = sample_point(left, right)
        if middle is not None:
            return sign_of(switch.subs(symbol, middle))
    if polynomial is not None and polynomial.degree() == 1:
        slope, intercept = polynomial.all_coeffs()
        root = -intercept / slope
        side = 1 if left != -oo and compare(left, root) >= 0 else -1
        return sign_of(slope) * side
    if not (left.free_symbols | right.free_symbols | switch.free_symbols - {symbol}):
        return sign_of(switch.subs(symbol, between(Real(left), Real(right))))
    return sign_of(switch.subs(symbol, generic_point(symbol, left, right)))


def sample_point(left: Expr, right: Expr) -> Expr | None:
    """Return a number inside an interval with numeric ends."""
    if not (left.is_number and right.is_number):
        return None
    if left == -oo:
        return S.Zero if right is oo else right - 1
    return left + 1 if right is oo else (left + right) / 2


def _resolve(expr: Expr, symbol: Symbol, left: Expr, right: Expr) -> Expr:
    """Replace every kinked node by the branch that holds on an open interval."""

    def smooth(node: Expr) -> Expr:
        if not node.args or not node.has(*KINKED):
            return node
        if isinstance(node, Piecewise):
            for branch, condition in node.args:
                if _holds(condition, sign_on):
                    return smooth(branch)
            return S.NaN
        arguments = [smooth(a) for a in node.args]
        if not isinstance(node, KINKED):
            return node.func(*arguments)
        if any(not is_defined_on(a, symbol, left, right) for a in arguments):
            return S.NaN
        if isinstance(node, (Max, Min)):
            best = arguments[0]
            for other in arguments[1:]:
                order = _sign_on(other - best, symbol, left, right)
                if order == (1 if isinstance(node, Max) else -1):
                    best = other
            return best
        if isinstance(node, Abs):
            return _sign_on(arguments[0], symbol, left, right) * arguments[0]
        if isinstance(node, sign):
            return S(_sign_on(arguments[0], symbol, left, right))
        return S.One if _sign_on(arguments[0], symbol, left, right) > 0 else S.Zero

    def sign_on(switch: Expr) -> int:
        switch = smooth(switch)
        if not is_defined_on(switch, symbol, left, right):
            raise _UndefinedError
        return _sign_on(switch, symbol, left, right)

    try:
        return smooth(expr)
    except _UndefinedError:
        return S.NaN


def _at(expr: Expr, symbol: Symbol, point: Expr) -> tuple[Expr, Expr | None]:
    """Return the value at a point and the branch that owns it, ``None`` where branches tie."""
    tied = False

    def owner(node: Expr) -> Expr:
        nonlocal tied
        if not node.args or not node.has(*KINKED):
            return node
        if isinstance(node, Piecewise):
            for branch, condition in node.args:
                if _holds(condition, lambda s: sign_at(owner(s))):
                    return owner(branch)
            return S.NaN
        arguments = [owner(a) for a in node.args]
        if isinstance(node, (Max, Min)):
            best = arguments[0]
            for other in arguments[1:]:
                order = sign_at(other - best)
                tied |= order == 0 and other != best
                if order == (1 if isinstance(node, Max) else -1):
                    best = other
            return best
        if isinstance(node, (Abs, sign)):
            order = sign_at(arguments[0])
            tied |= order == 0
            return order * arguments[0] if isinstance(node, Abs) else S(order)
        if isinstance(node, Heaviside):
            return node.func(arguments[0].subs(symbol, point), *arguments[1:])
        return node.func(*arguments)

    def sign_at(switch: Expr) -> int:
        value = switch.subs(symbol, point)
        if not is_real_number(value):
            raise _UndefinedError
        return sign_of(value)

    try:
        branch = owner(expr)
    except _UndefinedError:
        return S.NaN, None
    return branch.subs(symbol, point), None if tied else branch


class _UndefinedError(Exception):
    """A switch has no sign, for it is undefined."""


def _holds(condition: Boolean, sign_of_switch: Callable[[Expr], int]) -> bool:
    """Evaluate a condition from the signs of its switching functions."""
    if isinstance(condition, (BooleanTrue, BooleanFalse)):
        return bool(condition)
    if isinstance(condition, Relational):
        order = sign_of_switch(condition.lhs - condition.rhs)
        return {
            "<": order < 0,
            "<=": order <= 0,
            ">": order > 0,
            ">=": order >= 0,
            "==": order == 0,
            "!=": order != 0,
        }[condition.rel_op]
    if isinstance(condition, And):
        return all(_holds(c, sign_of_switch) for c in condition.args)
    if isinstance(condition, Or):
        return any(_holds(c, sign_of_switch) for c in condition.args)
    if isinstance(condition, Not):
        return not _holds(condition.args[0], sign_of_switch)
    raise OpenError(f"the condition {text(condition)} is not understood")


def _without_false_breakpoints(pieces: Cells) -> Cells:
    """Drop points at which nothing changes (a switch of a branch that is not taken)."""
    kept_cells, kept_points = [pieces.cells[0]], []
    for point, cell in zip(pieces.breakpoints, pieces.cells[1:], strict=True):
        if cell.expr == kept_cells[-1].expr and _has_value(cell.expr, pieces.symbol, point):
            kept_cells[-1] = Cell(kept_cells[-1].left, cell.right, cell.expr)
        else:
            kept_points.append(point)
            kept_cells.append(cell)
    return Cells(pieces.symbol, tuple(kept_cells), tuple(kept_points))
