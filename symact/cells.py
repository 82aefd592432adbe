"""A piecewise function as a list of cells, smooth on each.

``Max``, ``Min``, ``Abs``, ``sign``, ``Heaviside`` and ``Piecewise`` are resolved here, before anything else: limits,
derivatives and comparisons then act on one smooth branch at a time.  (SymPy's ``limit`` of a ``Piecewise`` is not to be
trusted: for ELU′ at 0⁺ it answers α, where 1 is true; sympy #27236.)
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, cmp_to_key

from sympy import (
    Abs,
    And,
    Dummy,
    Expr,
    Heaviside,
    Integer,
    Max,
    Min,
    Not,
    Or,
    Piecewise,
    Poly,
    Rational,
    S,
    Symbol,
    diff,
    expand,
    factor,
    oo,
    sign,
    simplify,
)
from sympy.core.relational import Relational
from sympy.logic.boolalg import Boolean, BooleanFalse, BooleanTrue

from symact.activation import Activation
from symact.balls import compiled, number
from symact.errors import OpenError
from symact.notation import text

KINKED = (Max, Min, Abs, sign, Heaviside, Piecewise)


@dataclass(frozen=True)
class Cell:
    """An open interval and the smooth branch that holds on it."""

    left: Expr
    right: Expr
    expr: Expr


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


@dataclass(frozen=True)
class Cells:
    """``cells[0] | breakpoints[0] | cells[1] | …`` from −∞ to ∞."""

    symbol: Symbol
    cells: tuple[Cell, ...]
    breakpoints: tuple[Breakpoint, ...]

    def map(self, function: Callable[[Expr], Expr]) -> Cells:
        """Apply a function to every branch and value (it must commute with substitution of the symbol)."""
        return Cells(
            self.symbol,
            tuple(Cell(c.left, c.right, function(c.expr)) for c in self.cells),
            tuple(
                Breakpoint(b.at, function(b.value), None if b.branch is None else function(b.branch))
                for b in self.breakpoints
            ),
        )

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
        cells = tuple(Cell(c.left, c.right, diff(c.expr, x)) for c in self.cells)
        breakpoints = []
        for k, point in enumerate(self.breakpoints):
            left, right = (c.expr.subs(x, point.at) for c in cells[k : k + 2])
            if point.branch is not None:
                branch = diff(point.branch, x)
                slope = branch.subs(x, point.at)
            elif is_zero(left - right):
                slope, branch = left, None
            else:
                slope, branch = least_magnitude(left, right)
            # A tie stays a tie in every higher derivative where the two sides still agree.
            breakpoints.append(Breakpoint(point.at, slope, branch))
        return Cells(x, cells, tuple(breakpoints))

    def to_expr(self) -> Expr:
        """Return one expression: the branch itself, or a Piecewise with each point given to a matching side."""
        x = self.symbol
        if not self.breakpoints:
            return self.cells[0].expr
        branches: list[tuple[Expr, Boolean]] = []
        for k, point in enumerate(self.breakpoints):
            cell, following = self.cells[k], self.cells[k + 1]
            if is_zero(cell.expr.subs(x, point.at) - point.value):
                branches.append((cell.expr, x <= point.at))
            else:
                branches.append((cell.expr, x < point.at))
                if not is_zero(following.expr.subs(x, point.at) - point.value):
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
    ends = [-oo, *points, oo]
    pieces = tuple(Cell(left, right, _resolve(expr, symbol, left, right)) for left, right in itertools.pairwise(ends))
    between = tuple(Breakpoint(p, *_at(expr, symbol, p)) for p in points)
    return _without_false_breakpoints(Cells(symbol, pieces, between))


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


def compare(a: Expr, b: Expr) -> int:
    """Return the sign of a − b, proved under the assumptions.

    Raises
    ------
    OpenError
        If the sign is not the same for all values that the assumptions allow.
    """
    if a == b:
        return 0
    if oo in (a, b) or -oo in (a, b):
        return 1 if a is oo or b == -oo else -1
    return sign_of(a - b)


def sign_of(expr: Expr) -> int:
    """Return −1, 0 or 1, proved under the assumptions, or raise :class:`OpenError`."""
    for candidate in (expr, factor(expr) if expr.free_symbols else expr):
        if candidate.is_zero or candidate == 0:
            return 0
        if candidate.is_positive:
            return 1
        if candidate.is_negative:
            return -1
    raise OpenError(f"the sign of {text(expr)} depends on the parameters")


def is_zero(expr: Expr) -> bool:
    """Return whether an expression is identically zero (False when simplification does not show it)."""
    if expr == 0 or expr.is_zero is not None:
        return bool(expr == 0 or expr.is_zero)
    # SymPy's simplify imports its physics package, 0.3 s, when it is first called: cheap answers come first.
    if _is_nonzero_at_a_point(expr):
        return False
    return bool(expand(expr) == 0 or simplify(expr) == 0)


def _is_nonzero_at_a_point(expr: Expr) -> bool:
    """Whether a ball at one point that the assumptions allow excludes 0."""
    symbols = tuple(sorted(expr.free_symbols, key=lambda s: s.name))
    point = [
        (Integer(k + 2) if s.is_integer else Rational(7 + 2 * k, 5)) * (-1 if s.is_nonpositive else 1)
        for k, s in enumerate(symbols)
    ]
    try:
        ball = compiled(expr, symbols)(*(number(value) for value in point))
    except OpenError:
        return False
    return bool(ball > 0 or ball < 0)


def least_magnitude(left: Expr, right: Expr) -> tuple[Expr, None]:
    """Return the element of least magnitude of the interval between two slopes."""
    try:
        signs = sign_of(left), sign_of(right)
    except OpenError:
        return Piecewise((left, Abs(left) <= Abs(right)), (right, True)), None
    if signs[0] * signs[1] <= 0:
        return S.Zero, None
    return (left if compare(Abs(left), Abs(right)) <= 0 else right), None


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
        inner = cells(switch, symbol) if switch.has(*KINKED) else None
        branches = [cell.expr for cell in inner.cells] if inner else [switch]
        found |= {b.at for b in inner.breakpoints} if inner else set()
        for branch in branches:
            found |= real_roots(branch, symbol)
    return found


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
    middle = sample_point(left, right)
    if middle is not None and not (switch.free_symbols - {symbol}):
        return sign_of(switch.subs(symbol, middle))
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
                if _holds(condition, lambda s: _sign_on(smooth(s), symbol, left, right)):
                    return smooth(branch)
            return S.NaN
        arguments = [smooth(a) for a in node.args]
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
        if isinstance(node, Heaviside):
            return S.One if _sign_on(arguments[0], symbol, left, right) > 0 else S.Zero
        return node.func(*arguments)

    return smooth(expr)


def _at(expr: Expr, symbol: Symbol, point: Expr) -> tuple[Expr, Expr | None]:
    """Return the value at a point and the branch that owns it, ``None`` where branches tie."""
    tied = False

    def owner(node: Expr) -> Expr:
        nonlocal tied
        if not node.args or not node.has(*KINKED):
            return node
        if isinstance(node, Piecewise):
            for branch, condition in node.args:
                if _holds(condition, lambda s: sign_of(owner(s).subs(symbol, point))):
                    return owner(branch)
            return S.NaN
        arguments = [owner(a) for a in node.args]
        if isinstance(node, (Max, Min)):
            best = arguments[0]
            for other in arguments[1:]:
                order = sign_of((other - best).subs(symbol, point))
                tied |= order == 0 and other != best
                if order == (1 if isinstance(node, Max) else -1):
                    best = other
            return best
        if isinstance(node, (Abs, sign)):
            order = sign_of(arguments[0].subs(symbol, point))
            tied |= order == 0
            return order * arguments[0] if isinstance(node, Abs) else S(order)
        if isinstance(node, Heaviside):
            return node.func(arguments[0].subs(symbol, point), *arguments[1:])
        return node.func(*arguments)

    branch = owner(expr)
    return branch.subs(symbol, point), None if tied else branch


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
        if cell.expr == kept_cells[-1].expr and is_zero(cell.expr.subs(pieces.symbol, point.at) - point.value):
            kept_cells[-1] = Cell(kept_cells[-1].left, cell.right, cell.expr)
        else:
            kept_points.append(point)
            kept_cells.append(cell)
    return Cells(pieces.symbol, tuple(kept_cells), tuple(kept_points))
