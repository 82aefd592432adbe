"""Complete case splits: every sign that a kinked expression depends on is taken to be positive, zero and negative.

An expression of several variables becomes smooth once the signs of the differences in its ``Max``, ``Min``, ``Abs``,
``sign``, ``Heaviside`` and ``Piecewise`` are known.  Each switch is factored; a factor whose sign does not follow from
what is known already (by the symbols' assumptions, or by elimination among the linear facts) opens three cases.
Where it is zero it is solved for a variable.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sympy import Abs, Expr, Heaviside, Max, Min, Mul, Piecewise, Pow, S, Symbol, expand, factor, log, sign
from sympy.core.relational import Relational
from sympy.logic.boolalg import And, Boolean, BooleanFalse, BooleanTrue, Not, Or

from symact.cells import KINKED
from symact.errors import OpenError
from symact.notation import text
from symact.roots import INVERSES
from symact.signs import sign_of
from symact.textbook.intervals import sign_of_smooth
from symact.textbook.positivity import Fact, sign_seen
from symact.verdict import Grade

MOST_CASES = 400
MOST_INEQUALITIES = 200


@dataclass(frozen=True)
class Case:
    """One combination of signs.

    Attributes
    ----------
    expressions
        The given expressions, smooth.
    facts
        The signs that hold, each of an expression in the variables that are left.
    solved
        Variables that the case expresses by others.
    """

    expressions: tuple[Expr, ...]
    facts: tuple[Fact, ...] = ()
    solved: tuple[tuple[Symbol, Expr], ...] = ()

    def __str__(self) -> str:
        conditions = [f"{text(s)} = {text(e)}" for s, e in self.solved]
        conditions += [f"{text(e)} {'>' if s > 0 else '<'} 0" for e, s in self.facts]
        return ", ".join(conditions) or "always"


def cases(expressions: Sequence[Expr]) -> tuple[Case, ...]:
    """Split until no expression has a kink.

    Raises
    ------
    OpenError
        If a switch cannot be resolved.
    """
    found: list[Case] = []
    for case in _split(Case(tuple(map(S, expressions)))):
        found.append(case)
        if len(found) > MOST_CASES:
            raise OpenError(f"more than {MOST_CASES} cases")
    return tuple(found)


class _Undecided(Exception):  # noqa: N818  # a question, not a fault
    """The sign of a factor is not known yet."""

    def __init__(self, factor: Expr) -> None:
        super().__init__(factor)
        self.factor = factor


def _split(case: Case) -> Iterator[Case]:
    try:
        yield Case(tuple(_resolved(e, case.facts) for e in case.expressions), case.facts, case.solved)
        return
    except _Undecided as question:
        switch = question.factor
    for side in (1, -1):
        facts = (*case.facts, (switch, side))
        if is_feasible(facts):
            yield from _split(Case(case.expressions, facts, case.solved))
    yield from _where_zero(case, switch)


def _where_zero(case: Case, switch: Expr) -> Iterator[Case]:
    for symbol in sorted(switch.free_symbols, key=lambda s: (s.is_positive is True, s.name)):
        polynomial = switch.as_poly(symbol)
        if polynomial is None or polynomial.degree() != 1:
            continue
        slope, intercept = polynomial.all_coeffs()
        if not slope.is_nonzero:
            continue
        value = -intercept / slope
        facts = [(expand(e.subs(symbol, value)), s) for e, s in case.facts]
        if symbol.is_positive:
            facts.append((value, 1))
        facts = [f for f in facts if not _is_known(f)]
        if is_feasible(tuple(facts)):
            expressions = tuple(e.subs(symbol, value) for e in case.expressions)
            solved = (*((s, e.subs(symbol, value)) for s, e in case.solved), (symbol, value))
            yield from _split(Case(expressions, tuple(facts), solved))
        return
    raise OpenError(f"where {text(switch)} = 0 is not solved")


def _is_known(fact: Fact) -> bool:
    return _assumed_sign(fact[0]) == fact[1]


# ------------------------------------------------------------------------------------------------------------
# resolving the kinked nodes


def _resolved(expr: Expr, facts: tuple[Fact, ...]) -> Expr:
    if not expr.args or not expr.has(*KINKED):
        return expr
    if isinstance(expr, Piecewise):
        for branch, condition in expr.args:
            if _holds(condition, facts):
                return _resolved(branch, facts)
        return S.NaN
    arguments = [_resolved(a, facts) for a in expr.args]
    if isinstance(expr, (Max, Min)):
        best = arguments[0]
        for other in arguments[1:]:
            order = sign_under(other - best, facts)
            if order == (1 if isinstance(expr, Max) else -1):
                best = other
        return best
    if isinstance(expr, Abs):
        return sign_under(arguments[0], facts) * arguments[0]
    if isinstance(expr, sign):
        return S(sign_under(arguments[0], facts))
    if isinstance(expr, Heaviside):
        order = sign_under(arguments[0], facts)
        return arguments[1] if order == 0 else S((1 + order) // 2)
    return expr.func(*arguments)


def _holds(condition: Boolean, facts: tuple[Fact, ...]) -> bool:
    if isinstance(condition, (BooleanTrue, BooleanFalse)):
        return bool(condition)
    if isinstance(condition, Relational):
        order = sign_under(_resolved(condition.lhs - condition.rhs, facts), facts)
        return {
            "<": order < 0,
            "<=": order <= 0,
            ">": order > 0,
            ">=": order >= 0,
            "==": order == 0,
            "!=": order != 0,
        }[condition.rel_op]
    if isinstance(condition, And):
        return all(_holds(c, facts) for c in condition.args)
    if isinstance(condition, Or):
        return any(_holds(c, facts) for c in condition.args)
    if isinstance(condition, Not):
        return not _holds(condition.args[0], facts)
    raise OpenError(f"the condition {text(condition)} is not understood")


def sign_under(expr: Expr, facts: tuple[Fact, ...]) -> int:
    """Return the sign of an expression, or raise the question for the sign of a factor."""
    total = 1
    pieces = [factor(_monotone_argument(f)) for f in Mul.make_args(factor(expr))]
    for piece in Mul.make_args(Mul(*pieces)):
        base, power = (piece.base, piece.exp) if isinstance(piece, Pow) else (piece, S.One)
        sign_of_base = _sign_of_factor(base, facts)
        if sign_of_base == 0:
            return 0
        if not power.is_Integer:
            if sign_of_base < 0:
                raise OpenError(f"the root in {text(piece)} is not real")
        elif power % 2:
            total *= sign_of_base
    return total


def _monotone_argument(expr: Expr) -> Expr:
    """Replace c·(g(u) − g(v)), g increasing, by c·(u − v): the sign is the same."""
    nodes = [node for node in expr.atoms(*INVERSES) if node.free_symbols]
    if len(nodes) != 1:
        return expr
    node = nodes[0]
    slope, intercept = expr.coeff(node), expr.subs(node, 0)
    if slope == 0 or expand(slope * node + intercept - expr) != 0:
        return expr
    low, high, inverse = INVERSES[node.func]
    target = -intercept / slope
    if target.free_symbols or not (low == 0 or low.is_finite):
        return expr
    if sign_of(target - low) > 0 and (not high.is_finite or sign_of(high - target) > 0):
        level = S.Zero if node.func is not log and inverse(target) == 0 else inverse(target)
        return slope * (node.args[0] - level)
    return expr


def _sign_of_factor(base: Expr, facts: tuple[Fact, ...]) -> int:
    known = _assumed_sign(base)
    if known is not None:
        return known
    for expr, s in facts:
        ratio = base / expr
        if ratio.is_Rational and ratio != 0:
            return s if ratio > 0 else -s
        if expand(base + expr) == 0:
            return -s
    if facts and _is_linear(base):
        for side in (1, -1):
            # base has this sign if its being 0 or of the other sign contradicts the facts
            if not is_feasible((*facts, (base, -side))) and not is_feasible((*facts, (base, 0))):
                return side
        if not is_feasible((*facts, (base, 1))) and not is_feasible((*facts, (base, -1))):
            return 0
    raise _Undecided(base)


def _assumed_sign(expr: Expr) -> int | None:
    if not expr.free_symbols:
        return sign_of(expr)
    if expr.is_positive:
        return 1
    if expr.is_negative:
        return -1
    if expr.is_zero:
        return 0
    if expr.is_polynomial():
        return None
    for s in (1, -1):
        if sign_seen(s * expr) == ">" or sign_of_smooth(s * expr) == (">", Grade.PROVED):
            return s
    return None


# ------------------------------------------------------------------------------------------------------------
# linear facts


def _is_linear(expr: Expr) -> bool:
    polynomial = expr.as_poly(*expr.free_symbols)
    return polynomial is not None and polynomial.total_degree() <= 1


def is_feasible(facts: tuple[Fact, ...]) -> bool:
    """Return False only if the linear facts contradict each other (Fourier–Motzkin elimination)."""
    rows: list[tuple[Expr, bool]] = []  # an expression and whether it is > 0 (True) or ≥ 0 (False)
    for expr, s in facts:
        if not _is_linear(expr):
            continue
        if s:
            rows.append((expand(s * expr), True))
        else:
            rows += [(expand(expr), False), (expand(-expr), False)]
    symbols = set().union(*(e.free_symbols for e, _ in rows)) if rows else set()
    rows += [(s, True) for s in symbols if s.is_positive]
    for symbol in sorted(symbols, key=lambda s: s.name):
        rows = _without(symbol, rows)
        if len(rows) > MOST_INEQUALITIES:
            return True
    return all(sign_of(e) > (0 if strict else -1) for e, strict in rows)


def _without(symbol: Symbol, rows: list[tuple[Expr, bool]]) -> list[tuple[Expr, bool]]:
    kept, below, above = [], [], []
    for expr, strict in rows:
        slope = expr.coeff(symbol)
        if slope == 0:
            kept.append((expr, strict))
        elif sign_of(slope) > 0:
            below.append((expand(expr / slope), strict))
        else:
            above.append((expand(expr / -slope), strict))
    kept += [(expand(low + high), first or second) for low, first in below for high, second in above]
    return list(dict.fromkeys(kept))
