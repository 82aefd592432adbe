"""Derivatives of any order, by the argument and by the parameters, with the convention at every kink."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial

from sympy import Expr, S, Symbol, diff

from symact.activation import Activation
from symact.analysis.fact import Fact, settled
from symact.analysis.normal_form import normal_cells
from symact.analysis.tidy import tidy
from symact.cells import Breakpoint, Cell, Cells, continued_value, finite_values, tied_value
from symact.domain import is_real_number
from symact.errors import SymactError
from symact.notation import symbol_text, text
from symact.signs import is_zero
from symact.verdict import Grade

SECTION = "Derivatives"


@dataclass(frozen=True)
class Kink:
    """What a derivative does at a breakpoint of the definition.

    Attributes
    ----------
    at
        The breakpoint.
    left, right
        The one-sided limits there.
    value
        The convention: what the derivative is taken to be at the point itself.
    """

    at: Expr
    left: Expr
    right: Expr
    value: Expr

    @property
    def is_jump(self) -> bool:
        """Whether the one-sided limits differ."""
        return not is_zero(self.left - self.right)


def derivative(activation: Activation, order: int = 1) -> Expr:
    """Return the derivative with respect to x.

    Parameters
    ----------
    activation
        An elementwise activation; its parameters stay symbols.
    order
        0, 1, 2, …

    Returns
    -------
    Expr
        In nodes; a ``Piecewise`` where there are kinks, each point given its value by convention.

    Raises
    ------
    SymactError
        If the order is negative, or the activation is over a vector (its derivative is a Jacobian).
    OpenError
        If the breakpoints are not known.
    """
    return derivative_cells(activation, order).to_expr()


@cache
def derivative_cells(activation: Activation, order: int = 1) -> Cells:
    """Return the derivative as cells, each branch in readable form; errors as :func:`derivative`."""
    _check(activation, order)
    if order == 0:
        return normal_cells(activation)
    return derivative_cells(activation, order - 1).derivative.map(tidy)


def parameter_derivative(activation: Activation, name: str, order: int = 1) -> Expr:
    """Return the derivative with respect to a parameter.

    Parameters
    ----------
    activation
        An elementwise activation.
    name
        The parameter.
    order
        0, 1, 2, …

    Returns
    -------
    Expr
        In nodes; at a breakpoint the branch that owns the point decides, where branches tie the value of
        least magnitude.

    Raises
    ------
    ParameterError
        If there is no such parameter.
    SymactError, OpenError
        As :func:`derivative`.
    """
    return parameter_derivative_cells(activation, name, order).to_expr()


def parameter_derivative_cells(activation: Activation, name: str, order: int = 1) -> Cells:
    """Return the derivative with respect to a parameter as cells; the errors are those of the expression."""
    _check(activation, order)
    symbol = activation.parameter(name).symbol
    pieces = normal_cells(activation)
    for _ in range(order):
        pieces = _by_parameter(pieces, symbol)
    return pieces.map(tidy)


def kinks(activation: Activation, order: int = 1) -> tuple[Kink, ...]:
    """Return the one-sided limits and the convention of a derivative at every breakpoint inside the domain.

    Parameters
    ----------
    activation
        An elementwise activation.
    order
        0 for the function itself.

    Returns
    -------
    tuple of Kink
        From left to right.
    """
    pieces = derivative_cells(activation, order)
    x = pieces.symbol
    return tuple(
        Kink(
            point.at,
            continued_value(pieces.cells[k].expr, x, point.at, -1),
            continued_value(pieces.cells[k + 1].expr, x, point.at, 1),
            point.value,
        )
        for k, (point, origin) in enumerate(zip(pieces.breakpoints, normal_cells(activation).breakpoints, strict=True))
        if origin.is_defined and pieces.cells[k].is_defined and pieces.cells[k + 1].is_defined
    )


def facts(activation: Activation, order: int = 2) -> tuple[Fact, ...]:
    """Return the derivatives up to an order, their kinks, and the derivatives by the parameters."""
    if not activation.is_elementwise:
        return ()
    found: list[Fact] = []
    for k in range(1, order + 1):
        found += _fact(f"f{prime(k)}(x)", partial(derivative, activation, k))
    for k in range(1, order + 1):
        found += settled(SECTION, f"kinks of f{prime(k)}", partial(_kink_facts, activation, k))
    for parameter in activation.parameters:
        if parameter.symbol in activation.expr.free_symbols:
            name = parameter.name
            found += _fact(f"∂f/∂{symbol_text(name)}", partial(parameter_derivative, activation, name))
    return tuple(found)


def prime(order: int) -> str:
    """Write the order of a derivative: ′, ″, ‴, ⁗, then a raised number in parentheses."""
    return ("", "′", "″", "‴", "⁗")[order] if order <= 4 else "⁽" + str(order).translate(_RAISED) + "⁾"


_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def _check(activation: Activation, order: int) -> None:
    if not activation.is_elementwise:
        raise SymactError(f"{activation.name} acts on a vector: its derivative is a Jacobian (symact.analysis.vectors)")
    if not isinstance(order, int) or order < 0:
        raise SymactError(f"the order of a derivative is 0, 1, 2, …, not {order}")


def _by_parameter(pieces: Cells, symbol: Symbol) -> Cells:
    x = pieces.symbol
    cells = tuple(Cell(c.left, c.right, diff(c.expr, symbol) if c.is_defined else c.expr) for c in pieces.cells)
    points = []
    for k, point in enumerate(pieces.breakpoints):
        if not point.is_defined:
            points.append(point)
        elif point.branch is not None:
            branch = diff(point.branch, symbol)
            value = branch.subs(x, point.at)
            points.append(Breakpoint(point.at, value if is_real_number(value) else S.NaN, branch))
        else:
            sides = finite_values(x, point.at, *cells[k : k + 2])
            points.append(Breakpoint(point.at, tied_value(sides), None))
    return Cells(x, cells, tuple(points))


def _fact(label: str, value: Callable[[], Expr]) -> tuple[Fact, ...]:
    return settled(SECTION, label, lambda: (Fact(SECTION, label, value()),))


def _kink_facts(activation: Activation, order: int) -> list[Fact]:
    return [_kink_fact(kink, order) for kink in kinks(activation, order) if kink.is_jump]


def _kink_fact(kink: Kink, order: int) -> Fact:
    left, right, value = (text(e) for e in (kink.left, kink.right, kink.value))
    return Fact(
        SECTION,
        f"f{prime(order)} at x = {text(kink.at)}",
        f"{left} from the left, {right} from the right, {value} by convention",
        Grade.PROVED,
        "one-sided limits of the branches",
    )
