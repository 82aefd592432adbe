"""Behaviour under a change of scale: equivariance f(λx) = λ·f(x), and what is left far out and close up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import product

from sympy import (
    And,
    Eq,
    Expr,
    Integer,
    Or,
    Rational,
    S,
    Symbol,
    expand,
    oo,
)
from sympy.logic.boolalg import Boolean

from symact.activation import Activation
from symact.analysis.fact import Fact, settled
from symact.analysis.limits import (
    MOST_SPLITS,
    by_cases,
    interior_cells,
    moving_limit,
    presented,
    sign_cases,
    zeros,
)
from symact.analysis.normal_form import normal_cells
from symact.analysis.transseries import TIME, UndecidedSign, sign
from symact.analysis.vectors import differs, refuted_at
from symact.cells import Breakpoint, Cell, Cells
from symact.errors import OpenError, ParameterError
from symact.notation import symbol_text, text
from symact.power_series import value_at
from symact.verdict import Counterexample, Grade, Verdict

SECTION = "Scaling"

STATEMENT = "f(λx) = λ·f(x) for every λ > 0"

POINTS = tuple(Rational(p) for p in ("1", "-1", "1/2", "-1/2", "2", "-2", "4", "-4", "7", "-7", "0"))
SCALES = (Integer(2), Rational(1, 2), Integer(10))
VALUES = (S.One, Integer(2), S.Zero, S.NegativeOne)
"""Where counterexamples are looked for: arguments, factors, and values of parameters that have no default."""


def scale_equivariance(activation: Activation) -> Verdict:
    """Tell whether f(λx) = λ·f(x) for every λ > 0.

    Parameters
    ----------
    activation
        Any activation; what holds for every value of the parameters is proved with the parameters as symbols.

    Returns
    -------
    Verdict
        Proved, or refuted by an exact counterexample; its condition says for which parameters the statement
        is true.

    Notes
    -----
    λ ↦ f(λ)/λ is constant for an equivariant f, and so is λ ↦ f(−λ)/λ: f is a multiple of x on each half line and
    f(0) = 0.  The converse is plain.  A half line meets finitely many cells; on each the branch must be the same
    multiple of x.
    """
    statement = _lettered(STATEMENT, activation)
    if not activation.is_elementwise:
        return refuted_at(
            activation,
            statement,
            {factor_letter(activation): Integer(2)},
            lambda f, x: (f(tuple(2 * e for e in x)), tuple(2 * y for y in f(x))),
        )
    try:
        condition = _condition_on_domain(activation)
    except OpenError as error:
        return Verdict(statement, Grade.OPEN, steps=(str(error),))
    if condition is S.true:
        steps = (
            _lettered(
                "f(λ)/λ and f(−λ)/λ must not depend on λ: f is a multiple of x on each half line, and f(0) = 0",
                activation,
            ),
            "so it is: " + _multiples(activation),
        )
        return Verdict(statement, Grade.PROVED, S.true, steps)
    example = _counterexample(activation)
    if example is None:
        return Verdict(statement, Grade.OPEN, condition)
    where = () if condition is S.false else (f"it holds exactly where {text(condition)}",)
    return Verdict(statement, Grade.REFUTED, condition, where, example)


def factor_letter(activation: Activation) -> str:
    """Return the letter of the factor: λ, but c where λ is a parameter (softshrink)."""
    return "c" if any(symbol_text(p.name) == "λ" for p in activation.parameters) else "λ"


def _lettered(words: str, activation: Activation) -> str:
    return words.replace("λ", factor_letter(activation))


def zoom_out(activation: Activation) -> Expr:
    """Return the limit of f(λx)/λ for λ → ∞: what the function looks like from far away.

    Parameters
    ----------
    activation
        An elementwise activation.

    Raises
    ------
    OpenError
        If it is not settled.
    """
    pieces, back = _interior_cells(activation)
    x = activation.symbol

    def seen(cells: Cells) -> Expr:
        return moving_limit(_rescaled(cells, TIME, S.Zero), TIME)

    return presented(by_cases(pieces, seen, x), back, x)


def zoom_in(activation: Activation) -> Expr:
    """Return the limit of (f(λx) − f(0))/λ for λ → 0⁺: the linearisation, or two half lines at a kink.

    Parameters
    ----------
    activation
        An elementwise activation.

    Returns
    -------
    Expr
        ∞ or −∞ on a side where f jumps at 0.

    Raises
    ------
    OpenError
        If it is not settled.
    """
    pieces, back = _interior_cells(activation)
    x = activation.symbol

    def seen(cells: Cells) -> Expr:
        return moving_limit(_rescaled(cells, 1 / TIME, value_at_zero(cells)), TIME)

    return presented(by_cases(pieces, seen, x), back, x)


def value_at_zero(pieces: Cells) -> Expr:
    """Return f(0); the sign of a breakpoint that is not known raises :class:`UndecidedSign`."""
    index = 0
    for point in pieces.breakpoints:
        order = sign(point.at)
        if order == 0:
            return point.value
        index += order < 0
    return value_at(pieces.cells[index].expr, pieces.symbol, S.Zero)


def interior(activation: Activation) -> str:
    """Say which ends of the parameters' domains a result leaves out: "λ > 0"."""
    left_out = (
        f"{symbol_text(p.name)} > {p.domain.inf}"
        for p in activation.parameters
        if p.symbol in activation.expr.free_symbols
        and p.domain.inf.is_number
        and p.domain.contains(p.domain.inf) is S.true
    )
    return ", ".join(left_out)


def facts(activation: Activation) -> tuple[Fact, ...]:
    """Return scale equivariance and the two zoom limits."""
    label = _lettered("scale equivariance f(λx) = λ·f(x), λ > 0", activation)
    found = [*settled(SECTION, label, lambda: (_equivariance_fact(activation, label),))]
    if not activation.is_elementwise:
        return tuple(found)
    for words, zoom in (("lim λ → ∞ f(λx)/λ", zoom_out), ("lim λ → 0⁺ (f(λx) − f(0))/λ", zoom_in)):
        label = _lettered(words, activation)
        found += settled(SECTION, label, partial(_zoom_facts, activation, label, zoom))
    return tuple(found)


def _equivariance_fact(activation: Activation, label: str) -> Fact:
    verdict = scale_equivariance(activation)
    value = None if verdict.grade is Grade.OPEN else verdict
    return Fact(SECTION, label, value, verdict.grade, "; ".join(verdict.steps))


def _zoom_facts(activation: Activation, label: str, zoom: Callable[[Activation], Expr]) -> Iterator[Fact]:
    value = zoom(activation)
    method = "f jumps at 0" if zoom is zoom_in and value.has(oo, -oo) else "limit on each half line"
    yield Fact(SECTION, label, value, method=method, at=interior(activation))


def _interior_cells(activation: Activation) -> tuple[Cells, Mapping[Symbol, Expr]]:
    """Return the cells of a function that is defined on the whole line, and the way back to its parameters."""
    pieces, back = interior_cells(activation)
    if not pieces.is_total:
        raise OpenError(f"{activation.name} is not defined on the whole line")
    return pieces, back


def _rescaled(pieces: Cells, factor: Expr, offset: Expr) -> Cells:
    """Return the cells of (f(factor·x) − offset)/factor."""
    x = pieces.symbol

    def branch(expr: Expr) -> Expr:
        return (expr.subs(x, factor * x) - offset) / factor

    return Cells(
        x,
        tuple(Cell(c.left / factor, c.right / factor, branch(c.expr)) for c in pieces.cells),
        tuple(Breakpoint(b.at / factor, (b.value - offset) / factor, None) for b in pieces.breakpoints),
    )


def _condition_on_domain(activation: Activation) -> Boolean:
    """Return where the statement holds: inside the domain, and on its closed ends each by itself."""
    pieces, back = _interior_cells(activation)
    condition = _condition(pieces).subs(back)
    for p in activation.parameters:
        end = p.domain.inf
        if p.symbol not in activation.expr.free_symbols or not (end.is_number and p.domain.contains(end) is S.true):
            continue
        at_end = _condition_on_domain(activation.at(**{p.name: end}))
        inside = And(condition, p.symbol > end) if condition is not S.false else S.false
        condition = S.true if condition is S.true and at_end is S.true else Or(And(Eq(p.symbol, end), at_end), inside)
    return condition


def _condition(pieces: Cells, depth: int = 0) -> Boolean:
    try:
        return _solved(list(_equations(pieces)))
    except UndecidedSign as undecided:
        candidates = sorted(undecided.expr.free_symbols - {pieces.symbol}, key=lambda s: s.name)
        splits = [(s, roots[0]) for s in candidates if (roots := zeros(undecided.expr, s))]
        if depth == MOST_SPLITS or not splits:
            raise
        symbol, root = splits[0]
        return Or(
            *(
                And(where, _condition(pieces.substituted({symbol: value}), depth + 1).subs(back))
                for value, back, where in sign_cases(symbol, root)
            )
        )


def _equations(pieces: Cells) -> Iterable[Expr]:
    """Yield what must vanish: each branch minus a multiple of x, one multiple for a half line, and f(0)."""
    x = pieces.symbol
    slopes: dict[int, Expr] = {}
    for side in (1, -1):
        for cell in pieces.cells:
            far = cell.right if side > 0 else -cell.left
            if far is not oo and sign(far) <= 0:
                continue
            slope, others = _multiple(cell, x)
            yield from others
            yield slopes.setdefault(side, slope) - slope
    yield value_at_zero(pieces)
    for point in pieces.breakpoints:
        yield point.value - slopes.get(sign(point.at), S.Zero) * point.at


def _multiple(cell: Cell, x: Symbol) -> tuple[Expr, list[Expr]]:
    """Return the m for which a branch may be m·x, and the other coefficients, which must vanish.

    Raises
    ------
    OpenError
        If the branch is neither a polynomial nor visibly curved.
    """
    if cell.expr.is_polynomial(x):
        coefficients = dict(cell.expr.as_poly(x).terms()) if x in cell.expr.free_symbols else {(0,): cell.expr}
        return coefficients.pop((1,), S.Zero), list(coefficients.values())
    curvature = cell.expr.diff(x, 2)
    for point in _inside(cell):
        try:
            if sign(curvature.subs(x, point)) != 0:
                return S.Zero, [S.One]
        except OpenError:
            continue
    raise OpenError(f"whether {text(cell.expr)} is a multiple of x is not settled")


def _inside(cell: Cell) -> tuple[Expr, ...]:
    if cell.left == -oo and cell.right is oo:
        return (S.Zero, S.One, S.NegativeOne)
    if cell.left == -oo:
        return (cell.right - 1, cell.right - 2)
    if cell.right is oo:
        return (cell.left + 1, cell.left + 2)
    return ((cell.left + cell.right) / 2,)


def _solved(equations: list[Expr]) -> Boolean:
    """Return the conjunction of equations, each solved for a symbol and put into the others."""
    solution: list[tuple[Symbol, Expr]] = []
    pending = [expand(e) for e in equations]
    while pending := [e for e in (expand(e) for e in pending) if e != 0]:
        for equation in sorted(pending, key=lambda e: len(e.free_symbols)):
            try:
                if sign(equation) != 0:
                    return S.false
            except UndecidedSign:
                pass
            solvable = [(s, roots) for s in sorted(equation.free_symbols, key=str) if (roots := zeros(equation, s))]
            if solvable and len(solvable[0][1]) == 1:
                break
        else:
            raise OpenError(f"the equations {pending} are not solved")
        symbol, (root,) = solvable[0]
        if symbol.is_positive and sign(root) <= 0:
            return S.false
        solution = [(s, r.subs(symbol, root)) for s, r in solution] + [(symbol, root)]
        pending = [e.subs(symbol, root) for e in pending]
    return And(*(Eq(s, r) for s, r in solution))


def _multiples(activation: Activation) -> str:
    pieces = normal_cells(activation)
    left, right = pieces.cells[0].expr, pieces.cells[-1].expr
    return f"f(x) = {text(left)} for x < 0, f(x) = {text(right)} for x > 0"


def _counterexample(activation: Activation) -> Counterexample | None:
    """Search small exact arguments, factors and parameter values for a certain difference."""
    free = [p for p in activation.parameters if p.default is None]
    x = activation.symbol
    for chosen in product(VALUES, repeat=len(free)):
        given = {p.name: value for p, value in zip(free, chosen, strict=True)}
        try:
            values = activation.values(given)
        except ParameterError:
            continue
        expr = activation.expr.subs(values)
        shown = {str(s): v for s, v in values.items() if s in activation.expr.free_symbols}
        for scale in SCALES:
            for point in POINTS:
                left, right = expr.subs(x, scale * point), scale * expr.subs(x, point)
                if differs(left, right):
                    return Counterexample({**shown, "x": point, factor_letter(activation): scale}, left, right)
    return None
