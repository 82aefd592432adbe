"""Domain, continuity, kinks, jumps, and the exact class C^k: by cells, never by a limit of a Piecewise."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from sympy import (
    Eq,
    Expr,
    Pow,
    S,
    Symbol,
    Tuple,
    asin,
    asinh,
    atan,
    cos,
    cosh,
    diff,
    erf,
    erfc,
    exp,
    factor,
    log,
    postorder_traversal,
    sin,
    sinh,
    tan,
    tanh,
)
from sympy.sets.sets import Complement, FiniteSet, Set

from symact.activation import Activation
from symact.analysis.fact import Fact, settled
from symact.analysis.subject import Subject, interval, subjects, union
from symact.cells import Cell, Cells, continued_points, continued_value
from symact.domain import restrictions
from symact.errors import OpenError
from symact.functions import MeaningfulFunction
from symact.notation import text
from symact.power_series import coefficients
from symact.roots import sign_pattern
from symact.signs import sign_of

SECTION = "Regularity"
HIGHEST_ORDER = 12


@dataclass(frozen=True)
class Break:
    """A point at which a derivative of some order (0: the function) differs from side to side.

    Attributes
    ----------
    at
        The point.
    order
        The least such order: 0 a jump, 1 a kink.
    left, right
        The one-sided values of the derivative of that order.
    value
        The function at the point.
    """

    at: Expr
    order: int
    left: Expr
    right: Expr
    value: Expr

    @property
    def size(self) -> Expr:
        """Return right − left."""
        return self.right - self.left


@dataclass(frozen=True)
class Smoothness:
    """The greatest k with f in C^k (−1: discontinuous, ``None``: C^∞), and the exception if there is one.

    Attributes
    ----------
    order
        k for all parameters but those of the exception.
    breaks
        Where a derivative of order k + 1 or less breaks.
    exception
        A relation between the parameters under which f is smoother.
    otherwise
        The smoothness under that relation.
    """

    order: int | None
    breaks: tuple[Break, ...] = ()
    exception: Eq | None = None
    otherwise: Smoothness | None = None

    def __str__(self) -> str:
        known = _class_text(self.order)
        if self.exception is None or self.otherwise is None:
            return known
        return f"{known}, unless {text(self.exception)}: then {self.otherwise}"


def _class_text(order: int | None) -> str:
    if order is None:
        return "C^∞"
    if order < 0:
        return "discontinuous"
    return f"{_power(order)}, not {_power(order + 1)}"


def _power(order: int) -> str:
    return "C" + str(order).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))


@cache
def smoothness(activation: Activation) -> Smoothness:
    """Return the exact class C^k, symbolic in the parameters where they decide it.

    Raises
    ------
    OpenError
        If it is not settled.
    """
    subject = _symbolic(activation)
    _require_smooth_cells(subject.cells)
    return _restored(_smoothness(subject.cells), subject)


def breaks(activation: Activation) -> tuple[Break, ...]:
    """Return the jumps, the kinks, and where a higher derivative breaks first, in increasing order."""
    return smoothness(activation).breaks


def domain(activation: Activation) -> Set:
    """Return where f is defined, once every cell is known to be free of singularities.

    Raises
    ------
    OpenError
        If it is not.
    """
    subject = _symbolic(activation)
    _require_smooth_cells(subject.cells)
    return _domain(subject)


def _domain(subject: Subject) -> Set:
    pieces, back = subject.cells, subject.restored
    if pieces.is_total:
        return S.Reals
    gaps = [back(b.at) for b in pieces.breakpoints if not b.is_defined]
    if all(cell.is_defined for cell in pieces.cells):
        return Complement(S.Reals, FiniteSet(*gaps), evaluate=False)
    parts: list[Set] = []
    start: tuple[Expr, bool] | None = None  # of the part that is open: its left end, whether it is excluded
    defined_at = [False, *(b.is_defined for b in pieces.breakpoints), False]
    for k, cell in enumerate(pieces.cells):
        if not cell.is_defined:
            if defined_at[k] and not pieces.cells[k - 1].is_defined:
                parts.append(FiniteSet(back(cell.left)))
            start = None
            continue
        start = start or (cell.left, not defined_at[k])
        if k + 1 == len(pieces.cells) or not (defined_at[k + 1] and pieces.cells[k + 1].is_defined):
            parts.append(interval(back(start[0]), back(cell.right), start[1], not defined_at[k + 1]))
            start = None
    return union(parts)


def _symbolic(activation: Activation) -> Subject:
    """Return the subject whose parameters are symbols, else the one at the defaults."""
    for subject in subjects(activation):
        if subject.place == 1 and subject.value == 1:
            return subject
    raise OpenError(f"the cells of {activation.name} are not known")


def _smoothness(pieces: Cells) -> Smoothness:
    found: list[Break] = []
    least: int | None = None
    exception: Eq | None = None
    for k in range(len(pieces.breakpoints)):
        broken, relation = _first_break(pieces, k)
        if broken is None:
            continue
        found.append(broken)
        if least is None or broken.order - 1 < least:
            least, exception = broken.order - 1, relation
        elif broken.order - 1 == least and relation != exception:
            exception = None
    if exception is None:
        return Smoothness(least, tuple(found))
    # The places do not move: no relation is solved for a parameter that stands in one.
    special = pieces.map(lambda e: e.subs(exception.lhs, exception.rhs))
    return Smoothness(least, tuple(found), exception, _smoothness(special))


def _first_break(pieces: Cells, k: int) -> tuple[Break | None, Eq | None]:
    """Return the first order at which the sides differ, and the relation of parameters that mends it."""
    x, point = pieces.symbol, pieces.breakpoints[k]
    left, right = pieces.cells[k].expr, pieces.cells[k + 1].expr
    if S.NaN in (left, right, point.value) or (left == right and left.subs(x, point.at) == point.value):
        return None, None
    for order in range(HIGHEST_ORDER):
        before, after = continued_value(left, x, point.at, -1), continued_value(right, x, point.at, 1)
        if not (before.is_finite is not False and after.is_finite is not False):
            return Break(point.at, order, before, after, point.value), None
        differences = [after - before] if order else [after - before, after - point.value]
        for difference in differences:
            zero, relation = _vanishes(difference, point.at)
            if not zero:
                return Break(point.at, order, before, after, point.value), relation
        left, right = diff(left, x), diff(right, x)
    raise OpenError(f"the two sides agree at {text(point.at)} in more derivatives than were tried")


def _vanishes(difference: Expr, place: Expr) -> tuple[bool, Eq | None]:
    """Tell whether a difference is 0; if parameters decide, no, with the relation under which it is.

    The relation is solved for a parameter on which the place does not depend.
    """
    if difference == 0:
        return True, None
    try:
        return sign_of(difference) == 0, None
    except OpenError:
        pass
    for symbol in sorted(difference.free_symbols - place.free_symbols, key=str):
        polynomial = factor(difference).as_poly(symbol)
        if polynomial is not None and polynomial.degree() == 1:
            slope, intercept = polynomial.all_coeffs()
            if slope.is_nonzero:
                return False, Eq(symbol, -intercept / slope, evaluate=False)
    raise OpenError(f"whether {text(difference)} is 0 depends on the parameters")


def _restored(found: Smoothness, subject: Subject) -> Smoothness:
    back = subject.restored
    return Smoothness(
        found.order,
        tuple(Break(back(b.at), b.order, back(b.left), back(b.right), back(b.value)) for b in found.breaks),
        None if found.exception is None else Eq(back(found.exception.lhs), back(found.exception.rhs), evaluate=False),
        None if found.otherwise is None else _restored(found.otherwise, subject),
    )


def _require_smooth_cells(pieces: Cells) -> None:
    for cell in pieces.cells:
        if cell.is_defined:
            _require_smooth(cell.expr, pieces.symbol, cell)


def require_regular_cells(pieces: Cells) -> None:
    """Check that a function is defined on the whole line, smooth on every cell, and bounded at the finite ends of each.

    Raises
    ------
    OpenError
        If that is not so, or not settled.
    """
    if not pieces.is_total:
        raise OpenError("the function is not defined on the whole line")
    _require_smooth_cells(pieces)
    for cell in pieces.cells:
        for end, direction in ((cell.left, 1), (cell.right, -1)):
            if end.is_finite and continued_value(cell.expr, pieces.symbol, end, direction).is_finite is False:
                raise OpenError(f"{text(cell.expr)} is unbounded near {text(end)}")


_ENTIRE = (exp, tanh, sin, cos, sinh, cosh, erf, erfc, atan, asinh, MeaningfulFunction)


def _require_smooth(expr: Expr, x: Symbol, cell: Cell) -> None:
    """Check that an expression is C^∞ on a cell: no restriction of its domain is met there, not even in the limit.

    A quotient of which numerator and denominator vanish at one point is the series that division gives.
    """
    unknown = next(
        (e for e in postorder_traversal(expr) if x in e.free_symbols and not _has_known_smoothness(e, x)), None
    )
    if unknown is not None:
        raise OpenError(f"{text(unknown)} is not known to be smooth between {text(cell.left)} and {text(cell.right)}")
    for restriction in restrictions(expr, x):
        pattern = sign_pattern(restriction.expr, x, cell.left, cell.right)
        if 0 in pattern.signs or not set(pattern.signs) <= restriction.signs:
            raise OpenError(f"{text(expr)} is not defined between {text(cell.left)} and {text(cell.right)}")
        for zero in pattern.zeros:
            coefficients(expr.subs(x, x + zero.place), x, 0)


def _has_known_smoothness(expr: Expr, x: Symbol) -> bool:
    return (
        expr == x
        or expr.is_Add
        or expr.is_Mul
        or isinstance(expr, (*_ENTIRE, log, tan, asin))
        or (isinstance(expr, Pow) and (x not in expr.exp.free_symbols or expr.base.is_positive is True))
    )


def facts(activation: Activation) -> tuple[Fact, ...]:
    """Return domain, continuity, breaks and smoothness class."""
    if not activation.is_elementwise:
        return ()
    return settled(SECTION, "smoothness", lambda: _facts(activation))


def _facts(activation: Activation) -> tuple[Fact, ...]:
    where, found, subject = domain(activation), smoothness(activation), _symbolic(activation)
    at = subject.at
    jumps = [b for b in found.breaks if b.order == 0]
    kinks = [b for b in found.breaks if b.order == 1]
    special = f", unless {text(found.exception)}" if found.exception is not None else ""
    continuity = f"continuous on {text(where)}"
    if jumps:
        continuity = f"discontinuous at {', '.join(f'x = {text(b.at)}' for b in jumps)}{special}"
    continued = [text(subject.restored(p)) for p in continued_points(activation.expr, subject.cells)]
    method = f"continued by its limit at {', '.join(continued)}" if continued else ""
    listed = [Fact(SECTION, "domain", where, method=method, at=at), Fact(SECTION, "continuity", continuity, at=at)]
    for b in jumps:
        label = f"jump at x = {text(b.at)} (from the left, value, from the right)"
        listed.append(Fact(SECTION, label, Tuple(b.left, b.value, b.right), at=at))
    for b in kinks:
        label = f"kink at x = {text(b.at)} (slope from the left, from the right)"
        listed.append(Fact(SECTION, label, Tuple(b.left, b.right), at=at))
    if not jumps:
        places = FiniteSet(*(b.at for b in kinks)) if kinks else S.EmptySet
        listed.append(Fact(SECTION, "kinks", places, at=at))
    inside = "" if subject.cells.is_total else " inside the domain"
    listed.append(
        Fact(SECTION, "smoothness", f"{found}{inside}", method="one-sided derivatives by substitution", at=at)
    )
    return tuple(listed)
