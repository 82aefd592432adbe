"""Programs of a function of one number: cells, each with its best candidate, joined by selections."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from sympy import Expr, Rational, S, Symbol, cos, nan, oo, sign, sin, tan, zoo

from symact.activation import Activation
from symact.analysis.limits import smooth_limit
from symact.analysis.transseries import TIME
from symact.cells import Breakpoint, Cell, Cells, in_order, real_roots
from symact.errors import OpenError
from symact.lowering.arithmetic import constant, number_of, op
from symact.lowering.choices import passing_nan, without_choices
from symact.lowering.evaluation import Double, evaluated
from symact.lowering.float_program import float_programs
from symact.lowering.interpret import run
from symact.lowering.laurent import laurent
from symact.lowering.measure import Truth, changes_sign, rounded_up
from symact.lowering.normal_form import arguments, normal_form
from symact.lowering.parameters import Values, named, parameter_nodes, sample_values
from symact.lowering.program import Node, Program
from symact.lowering.smooth import GOOD, Choice, Setting, X, choose
from symact.lowering.stable import stabilised
from symact.power_series import value_at


@dataclass(frozen=True)
class Body:
    """The node of a whole function, with its measured error."""

    node: Node
    error: float
    notes: tuple[str, ...]


def program(
    name: str,
    formula: str,
    pieces: Cells,
    activation: Activation,
    tolerable: float = 8.0,
    tolerable_in_float: float = 0.0,
) -> Program:
    """Return the program of a function given by its cells.

    Parameters
    ----------
    name, formula
        Of the generated function.
    pieces
        The function, in nodes.
    activation
        Whose parameters it has.
    tolerable
        The error in ULP from which a program in double precision is given up for one in wide numbers.
    tolerable_in_float
        The error in ULP of float32 from which a program in it is not worth having; 0 where none is asked for.
    """
    x = pieces.symbol
    samples = sample_values(activation)
    best: Body | None = None
    reason = OpenError(f"no numeric program for {formula}")
    for division, halved, wide in ATTEMPTS:
        if best is not None and best.error <= (tolerable if wide else GOOD):
            break
        try:
            body = _body(division(pieces), activation, samples, halved, wide)
        except OpenError as error:
            reason = error
            continue
        if best is None or body.error < best.error:
            best = body
    if best is None:
        raise reason
    node = _with_limits(without_choices(best.node), pieces, activation, samples)
    usual = [_exact(cell, x, samples[0]) for cell in pieces.cells]
    others = float_programs(node, pieces, activation, samples, tolerable_in_float, usual)
    used = {step.label for step in node.walk() if step.op == "parameter"}
    names = tuple(p.name for p in activation.parameters if p.name in used)
    return Program(
        name,
        (x.name,),
        names,
        node,
        formula,
        rounded_up(best.error),
        best.notes,
        in_float=others.in_float,
        for_float=others.for_float,
        float_error=others.error,
        single=others.single,
        plain=others.plain,
        changes_sign=any(changes_sign(node, named(values)) for values in samples),
    )


def _body(pieces: Cells, activation: Activation, samples: list[dict[Symbol, float]], halved: bool, wide: bool) -> Body:
    x = pieces.symbol
    parameters = parameter_nodes(activation)
    setting = Setting(x, parameters, shared=_uses_both_signs(pieces), halved=halved, wide=wide)
    choices = [_choice(cell, x, setting, samples) for cell in pieces.cells]
    nodes = [choice.node for choice in choices]
    worst = max(choice.error for choice in choices)
    notes = tuple(dict.fromkeys(choice.note for choice in choices if choice.note))
    result = nodes[-1]
    for k in reversed(range(len(pieces.breakpoints))):
        result = _joined(pieces, k, nodes, result, parameters)
    return Body(result, worst, notes)


def _choice(cell: Cell, x: Symbol, setting: Setting, samples: list[dict[Symbol, float]]) -> Choice:
    truths = [_exact(cell, x, values) for values in samples]
    return choose(cell.expr, x, cell.left, cell.right, setting, truths)


def _exact(cell: Cell, x: Symbol, values: Values) -> Truth:
    exact = tuple((s, v) for s, v in values.items() if s in cell.expr.free_symbols)
    low, high = (_float(end, values) for end in (cell.left, cell.right))
    return _truth(cell.expr, x, exact, low, high)


@lru_cache(maxsize=64)
def _truth(expr: Expr, x: Symbol, values: tuple[tuple[Symbol, float], ...], low: float, high: float) -> Truth:
    """Return the exact branch; every attempt meets the same ones, and what they know is costly."""
    return Truth.of(expr, x, dict(values), low, high)


def _float(end: Expr, values: Values) -> float:
    value = end.subs(values)
    if value in (oo, -oo):
        return math.inf if value is oo else -math.inf
    return number_of(value)


def _joined(pieces: Cells, k: int, nodes: list[Node], rest: Node, parameters: Mapping[Symbol, Node]) -> Node:
    """Select cell k on the left of breakpoint k, giving the point to a side that has its value."""
    x, point = pieces.symbol, pieces.breakpoints[k]
    edge = evaluated(point.at, parameters, Double())
    left = pieces.cells[k].expr.subs(x, point.at) - point.value
    right = pieces.cells[k + 1].expr.subs(x, point.at) - point.value
    if nodes[k] == rest and (_vanishes(left) or _vanishes(right)):
        return rest
    if _vanishes(left):
        return op("select", op("le", X, edge), nodes[k], rest)
    if not _vanishes(right):
        undefined = point.value.has(nan, oo, -oo, zoo)
        value = constant(math.nan) if undefined else evaluated(point.value, parameters, Double())
        rest = op("select", op("eq", X, edge), value, rest)
    return op("select", op("lt", X, edge), nodes[k], rest)


def _vanishes(expr: Expr) -> bool:
    return bool(expr == 0 or (not expr.has(nan, oo, -oo, zoo) and expr.simplify() == 0))


def _split_at_signs(pieces: Cells) -> Cells:
    """Cut the cells where the argument of an exponential changes sign."""
    x = pieces.symbol

    def places(cell: Cell) -> list[Expr]:
        try:
            return in_order(set().union(*(_roots(u, x) for u in arguments(cell.expr, x))))
        except OpenError:
            return []

    return _split(pieces, places)


def _split_at_0(pieces: Cells) -> Cells:
    """Cut the cell that holds 0, so that each side has the form that suits it."""
    return _split(pieces, lambda _: [S.Zero])


def _split(pieces: Cells, places: Callable[[Cell], list[Expr]]) -> Cells:
    x = pieces.symbol
    cells: list[Cell] = []
    points: list[Breakpoint] = []
    for k, cell in enumerate(pieces.cells):
        inner = [place for place in places(cell) if _inside(place, cell)]
        ends = [cell.left, *inner, cell.right]
        for n, (left, right) in enumerate(itertools.pairwise(ends)):
            cells.append(Cell(left, right, cell.expr))
            if n < len(inner):
                points.append(Breakpoint(inner[n], value_at(cell.expr, x, inner[n]), cell.expr))
        if k < len(pieces.breakpoints):
            points.append(pieces.breakpoints[k])
    return Cells(x, tuple(cells), tuple(points))


def _roots(u: Expr, x: Symbol) -> set[Expr]:
    leading = u.as_poly(x)
    return real_roots((u / leading.LC()).expand() if leading is not None else u, x)


def _inside(root: Expr, cell: Cell) -> bool:
    return bool((root - cell.left).is_extended_positive and (cell.right - root).is_extended_positive)


ATTEMPTS: tuple[tuple[Callable[[Cells], Cells], bool, bool], ...] = (
    (_split_at_signs, False, False),
    (_split_at_signs, True, False),
    (_split_at_0, False, False),
    (_split_at_signs, False, True),
    (_split_at_0, False, True),
)
"""How the cells are cut, whether exponentials are halved, and whether wide numbers are allowed; the simplest first."""


def _uses_both_signs(pieces: Cells) -> bool:
    """Whether an exponential of the same |u| occurs on both sides of 0."""
    x = pieces.symbol
    seen: list[set[tuple[Expr, int]]] = []
    for cell in pieces.cells:
        try:
            form = normal_form(cell.expr, x, cell.left, cell.right)
        except OpenError:
            continue
        seen.append({(g.argument, g.sign) for g in form.generators})
    flat = {(u, s) for found in seen for u, s in found}
    return any((u, -s) in flat or (-u, s) in flat for u, s in flat)


def _with_limits(node: Node, pieces: Cells, activation: Activation, samples: Sequence[Values]) -> Node:
    """Select the limit at ±∞ and pass NaN through, each only where plain evaluation would not do it."""
    parameters = parameter_nodes(activation)
    for infinity, cell in ((math.inf, pieces.cells[-1]), (-math.inf, pieces.cells[0])):
        if cell.expr is nan:
            continue
        computed = [_at(node, infinity, values) for values in samples]
        wanted = [_numeric_limit(cell.expr, pieces.symbol, infinity, values) for values in samples]
        if computed == wanted and not _is_wide(node):
            continue
        target = _target(cell.expr, pieces.symbol, infinity, parameters, wanted)
        if target is not None:
            differs = any(_at(target, infinity, v) != c for v, c in zip(samples, computed, strict=True))
            if differs or _is_wide(node):
                node = op("select", op("eq", X, constant(infinity)), target, node)
        elif not cell.expr.has(sin, cos, tan) and (math.isnan(computed[0]) or _is_wide(node)):
            node = _at_infinity(node)
    return passing_nan(node, lambda part: math.isnan(_at(part, math.nan, samples[0])))


def _at(node: Node, point: float, values: Values) -> float:
    return float(run(node, {**named(values), "x": point}))


LONGEST_LIMIT = 60
"""Operations; SymPy's limits of longer formulas take minutes."""


def _is_wide(node: Node) -> bool:
    """Whether wide numbers take part: at an infinity they may give anything."""
    return any(step.op == "narrow" for step in node.walk())


def _numeric_limit(expr: Expr, x: Symbol, infinity: float, values: Values) -> float | None:
    """Return the limit at ±∞ for numeric parameters, NaN if it oscillates, ``None`` if no series shows it."""
    at = 1 if infinity > 0 else -1
    stable = stabilised(expr).subs({s: Rational(v) for s, v in values.items()})
    try:
        waves = {w for w in stable.atoms(sin, cos) if x in w.free_symbols and laurent(w.args[0], x, at).is_infinite}
        # Whatever values the waves take, the limit must be the same.
        limits = {laurent(stable.subs(dict.fromkeys(waves, level)), x, at).limit for level in LEVELS[: 1 + len(waves)]}
    except OpenError:
        return None
    return limits.pop() if len(limits) == 1 else math.nan


LEVELS = (Rational(3, 10), Rational(-7, 10))
"""Two values of sin and cos, to see whether a limit depends on them."""


def _target(
    expr: Expr, x: Symbol, infinity: float, parameters: Mapping[Symbol, Node], wanted: Sequence[float | None]
) -> Node | None:
    """Return the node of the limit: a number if it is one for all parameters, else a formula; ``None`` if unknown."""
    first = math.nan if wanted[0] is None else wanted[0]
    agreed = None not in wanted and len({str(each) for each in wanted}) == 1  # as text NaN agrees with NaN
    if agreed and (len(wanted) > 1 or expr.free_symbols == {x} or first == 0 or not math.isfinite(first)):
        return constant(first)
    exact = _limit(expr, x, infinity) if expr.count_ops() < LONGEST_LIMIT else None
    if exact is None:
        return None
    return constant(float(exact)) if exact.is_infinite else evaluated(exact, parameters, Double())


def _at_infinity(node: Node) -> Node:
    """Return the program that takes ±∞ for ±2^500, what is huge there for ∞ and what is tiny for 0.

    For a limit that depends on the signs of parameters, or on which of them are 0.
    """
    huge, infinity = constant(2.0**500), constant(math.inf)
    negative = op("select", op("eq", X, constant(-math.inf)), constant(-(2.0**500)), X)
    finite = op("select", op("eq", X, infinity), huge, negative, called="finite")
    replaced: dict[Node, Node] = {}
    for step in node.walk():
        operands = tuple(replaced[o] for o in step.args)
        replaced[step] = finite if step == X else Node(step.op, operands, step.number, step.label, step.name)
    value = replace(replaced[node], name="value")
    size = op("abs", value, called="size")
    factor = op("select", op("gt", size, constant(2.0**64)), infinity, constant(1.0))
    factor = op("select", op("lt", size, constant(2.0**-64)), constant(0.0), factor)
    return op("select", op("ne", X, finite), op("mul", value, factor), value)


def _limit(expr: Expr, x: Symbol, infinity: float) -> Expr | None:
    """Return the limit of a smooth branch at ±∞, ``None`` if it depends on the signs of parameters."""
    try:
        value = smooth_limit(expr.subs(x, TIME if infinity > 0 else -TIME), TIME)
    except OpenError:
        return None
    return value if value.is_infinite or (value.is_finite and not value.has(sign)) else None
