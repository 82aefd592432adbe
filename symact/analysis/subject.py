"""What an analysis is carried out on: an activation freed of its parameters as far as that loses nothing.

Three ways, tried in this order: a parameter that only scales the axes is divided out and put back into the
answer (softplus_β(x) = softplus₁(βx)/β); the parameters stay symbols, their assumptions deciding every case;
the parameters take their default values, and the answer says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

from sympy import Expr, Interval, S, Symbol, cancel, expand
from sympy.sets.sets import FiniteSet, Set, Union

from symact.activation import Activation
from symact.analysis.normal_form import masked, normalised
from symact.cells import Breakpoint, Cell, Cells, cells, freed_parameters
from symact.errors import OpenError, ParameterError
from symact.notation import assignments, text
from symact.roots import Real

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Subject:
    """The cells to analyse, and how to read the answer.

    Attributes
    ----------
    cells
        The function g whose shape is derived.
    place, value
        f(x) = value·g(x/place).
    back
        Substitutions that restore the parameters' own symbols.
    at
        What was assumed of the parameters; empty if nothing.
    """

    cells: Cells
    place: Expr = S.One
    value: Expr = S.One
    back: tuple[tuple[Expr, Expr], ...] = ()
    at: str = ""

    @property
    def symbol(self) -> Symbol:
        """The variable."""
        return self.cells.symbol

    def restored(self, expr: Expr) -> Expr:
        """Return an expression of the analysis in the parameters' own symbols."""
        return expr.xreplace(dict(self.back)) if self.back else expr

    def at_place(self, real: Real) -> Expr:
        """Return a place of g as a place of f."""
        return self.restored(self.place * real.number)

    def with_value(self, real: Real) -> Expr:
        """Return a value of g as a value of f."""
        return self.restored(self.value * real.number)

    def with_slope(self, real: Real) -> Expr:
        """Return a slope of g as a slope of f."""
        return self.restored(self.value / self.place * real.number)


@cache
def subjects(activation: Activation) -> tuple[Subject, ...]:
    """Return what to try, the most general first."""
    return tuple(_subjects(activation))


def _subjects(activation: Activation) -> Iterator[Subject]:
    x = activation.symbol
    used = [p for p in activation.parameters if p.symbol in activation.expr.free_symbols]
    freed, back = freed_parameters(activation)
    try:
        pieces = cells(activation.expr.subs(freed), x).map(normalised)
    except OpenError:
        pieces = None
    if pieces is not None:
        closed = [p for p in used if p.symbol in freed and p.domain.is_Interval and not p.domain.left_open]
        at = ", ".join(f"{text(p.symbol)} > {text(p.domain.start)}" for p in closed)
        if len(used) == 1:
            symbol = freed.get(used[0].symbol, used[0].symbol)
            if symbol.is_Symbol and symbol.is_positive:
                scaled = _unit(pieces, symbol)
                if scaled is not None:
                    unit, place, value = scaled
                    yield Subject(unit, place, value, tuple(back.items()), at)
        named, constants = _masked(pieces)
        if constants:
            yield Subject(named, back=tuple((back | constants).items()), at=at)
        yield Subject(pieces, back=tuple(back.items()), at=at)
    if used:
        try:
            values = activation.values()
        except ParameterError:
            return
        at = assignments({p.symbol: values[p.symbol] for p in used})
        yield Subject(cells(activation.expr.subs(values), x).map(normalised), at=at)


def first_answer(activation: Activation, question: Callable[[Subject], Answer]) -> Answer:
    """Return the answer for the first subject that gives one.

    Raises
    ------
    OpenError
        The reason of the last one.
    """
    reason = OpenError(f"{activation.name} has no cells and no default parameters")
    for subject in subjects(activation):
        try:
            return question(subject)
        except OpenError as error:
            reason = error
    raise reason


def _masked(pieces: Cells) -> tuple[Cells, dict[Expr, Expr]]:
    """Put one symbol in place of each large constant."""
    symbols: dict[Expr, Expr] = {}
    named = pieces.map(lambda e: masked(e, symbols)[0])
    return named, {symbol: constant for constant, symbol in symbols.items()}


def _unit(pieces: Cells, parameter: Symbol) -> tuple[Cells, Expr, Expr] | None:
    """Divide a scale out: return g, s, v with f(x) = v·g(x/s) and g free of the parameter."""
    for place in (1 / parameter, parameter):
        for value in (place, S.One):
            unit = _rescaled(pieces, place, value)
            if all(parameter not in e.free_symbols for e in _expressions(unit)):
                return unit, place, value
    return None


def _rescaled(pieces: Cells, place: Expr, value: Expr) -> Cells:
    x = pieces.symbol

    def branch(expr: Expr) -> Expr:
        scaled = expr.subs(x, place * x) / value
        free = place.free_symbols
        return scaled if not free & scaled.free_symbols else expand(scaled)

    def constant(expr: Expr) -> Expr:
        return cancel(expr)

    return Cells(
        x,
        tuple(Cell(constant(c.left / place), constant(c.right / place), branch(c.expr)) for c in pieces.cells),
        tuple(
            Breakpoint(
                constant(b.at / place),
                constant(b.value / value),
                None if b.branch is None else branch(b.branch),
            )
            for b in pieces.breakpoints
        ),
    )


def _expressions(pieces: Cells) -> Iterator[Expr]:
    for c in pieces.cells:
        yield from (c.left, c.right, c.expr)
    for b in pieces.breakpoints:
        yield from (b.at, b.value)
        if b.branch is not None:
            yield b.branch


def shorter(expr: Expr) -> Expr:
    """Return the expression or its expansion, whichever is shorter."""
    expanded = expand(expr)
    return expanded if expanded.count_ops() < expr.count_ops() else expr


def union(parts: list[Set]) -> Set:
    """Return a union as it stands: SymPy's own evaluation orders the ends anew, which costs and may fail."""
    if not parts:
        return S.EmptySet
    return parts[0] if len(parts) == 1 else Union(*parts, evaluate=False)


def interval(left: Expr, right: Expr, left_open: bool, right_open: bool) -> Set:
    """Return an interval whose ends are known to be ordered."""
    if left == right:
        return FiniteSet(left)
    return Interval(left, right, left_open or left.is_infinite, right_open or right.is_infinite)
