"""f′ as a function of the output y = f(x), where it is one: back-propagation then need not keep x."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache, partial

from sympy import Abs, Dummy, Expr, Piecewise, S, expand

from symact.activation import Activation
from symact.analysis.fact import Fact, settled
from symact.analysis.inverse import branch_inverse, strict_stretches, y
from symact.analysis.shape import Joint, Shape, Stretch
from symact.analysis.subject import Subject, shorter, subjects
from symact.cells import Cells, cells
from symact.errors import OpenError
from symact.notation import text
from symact.roots import Real, compare
from symact.signs import sign_of
from symact.verdict import Grade

SECTION = "Derivative from the output"
LABEL = "f′(x) as a function of y = f(x)"


class NotAFunctionError(Exception):
    """The slope is not determined by the output; the message is the proof."""


@dataclass(frozen=True)
class Portion:
    """A set of outputs, an open interval or one point, and the slope there in terms of y."""

    low: Real
    high: Real
    slope: Expr

    @property
    def is_point(self) -> bool:
        """Whether it is one output."""
        return self.low is self.high


@dataclass(frozen=True)
class Answer:
    """The slope as a function of the output (``None`` if it is not one), and for which parameters."""

    expr: Expr | None
    method: str
    grade: Grade
    at: str


def derivative_from_output(activation: Activation) -> Expr | None:
    """Return f′ in terms of :data:`symact.analysis.inverse.y`, or ``None`` where it is not a function of it.

    Where parameters matter, the answer is for the first case of :func:`answers` in which it is a function.

    Raises
    ------
    OpenError
        If it is not settled.
    """
    return next((a.expr for a in answers(activation) if a.expr is not None), None)


def slope_of_output(activation: Activation) -> Cells | None:
    """Return f′ with the output in place of the argument, if it is one function of it for all parameters.

    Raises
    ------
    OpenError
        If it is not settled.
    """
    found = answers(activation)
    if len(found) != 1 or found[0].expr is None or found[0].at:
        return None
    return cells(found[0].expr.subs(y, activation.symbol), activation.symbol)


@lru_cache(maxsize=512)
def answers(activation: Activation) -> tuple[Answer, ...]:
    """Return the answer, one for each sign of a parameter if its sign matters.

    Raises
    ------
    OpenError
        If it is not settled.
    """
    reason = OpenError(f"{activation.name} has no cells")
    for subject in subjects(activation):
        for cases in ((subject,), tuple(_signed(subject, activation))):
            try:
                found = tuple(_answer(case) for case in cases)
            except OpenError as error:
                reason = error
                continue
            if found:
                return found
    raise reason


def _signed(subject: Subject, activation: Activation) -> Iterator[Subject]:
    """Yield the subject with its one real parameter positive, then negative."""
    real = [
        p.symbol
        for p in activation.parameters
        if any(p.symbol in c.expr.free_symbols for c in subject.cells.cells) and p.symbol.is_positive is None
    ]
    if len(real) != 1:
        return
    for relation, assumption in ((">", {"positive": True}), ("<", {"negative": True})):
        named = Dummy(real[0].name, **assumption)
        pieces = subject.cells.map(partial(_renamed, {real[0]: named}))
        back = (*subject.back, (named, real[0]))
        yield Subject(pieces, subject.place, subject.value, back, f"{text(real[0])} {relation} 0")


def _renamed(names: dict[Expr, Expr], expr: Expr) -> Expr:
    return expr.xreplace(names)


def _answer(subject: Subject) -> Answer:
    if not subject.cells.is_total:
        raise OpenError("f is not defined on the whole line")
    shape = Shape(subject)
    grade = shape.grade(1)
    try:
        portions = _portions(subject, shape)
    except NotAFunctionError as proof:
        return Answer(None, str(proof), grade, subject.at)
    return Answer(_assembled(portions, subject), "through the inverse on each cell", grade, subject.at)


def _portions(subject: Subject, shape: Shape) -> list[Portion]:
    """Return the outputs in increasing order, with the slope on each."""
    walk, joints = shape.monotone
    stretches = [s for s in walk if isinstance(s, Stretch)]
    _require_injective(stretches, subject)
    portions: list[Portion] = []
    for stretch, branch in strict_stretches(subject):
        found = branch_inverse(branch, subject.symbol, stretch.sign)
        portions.append(Portion(*_ends(stretch), found.slope))
    portions += [Portion(s.start, s.start, S.Zero) for s in stretches if s.sign == 0]
    slopes = {id(j): slope for j, slope in _slopes(subject, joints)}
    for joint in joints:
        if id(joint) in slopes and joint.value is not None:
            portions.append(Portion(joint.value, joint.value, slopes[id(joint)]))
    return _reconciled(portions)


def _ends(stretch: Stretch) -> tuple[Real, Real]:
    return (stretch.start, stretch.stop) if stretch.sign > 0 else (stretch.stop, stretch.start)


def _slopes(subject: Subject, joints: list[Joint]) -> Iterator[tuple[Joint, Expr]]:
    """Yield each joint with its slope: by the convention at a breakpoint, 0 at a zero of f′."""
    conventional = subject.cells.derivative.breakpoints
    for joint in joints:
        at_break = [b for b in conventional if compare(Real(b.at), joint.at) == 0]
        yield joint, at_break[0].value if at_break else S.Zero


def _require_injective(stretches: list[Stretch], subject: Subject) -> None:
    """Refuse if one output is taken with two slopes of different sign."""
    for k, first in enumerate(stretches):
        for second in stretches[k + 1 :]:
            if first.sign == second.sign:
                continue
            (low, high), (bottom, top) = _ends(first), _ends(second)
            overlap_low = low if compare(low, bottom) >= 0 else bottom
            overlap_high = high if compare(high, top) <= 0 else top
            constant = 0 in (first.sign, second.sign)
            order = compare(overlap_low, overlap_high)
            strict = constant and compare(low, overlap_low) * compare(high, overlap_low) < 0
            inside = constant and compare(bottom, overlap_low) * compare(top, overlap_low) < 0
            if (not constant and order < 0) or (order == 0 and (strict or inside)):
                words = {1: "positive", -1: "negative", 0: "zero"}
                span = text(subject.with_value(overlap_low))
                if not constant:
                    span = f"({span}, {text(subject.with_value(overlap_high))})"
                raise NotAFunctionError(
                    f"the output {span} is taken with {words[first.sign]} slope on one stretch "
                    f"and with {words[second.sign]} slope on another"
                )


def _reconciled(portions: list[Portion]) -> list[Portion]:
    """Sort the outputs; refuse those that are taken with two slopes."""
    intervals = [p for p in portions if not p.is_point]
    points: list[Portion] = []
    for p in portions:
        if not p.is_point:
            continue
        same = next((q for q in points if compare(q.low, p.low) == 0), None)
        if same is None:
            points.append(p)
        elif sign_of(same.slope - p.slope) != 0:
            raise NotAFunctionError(
                f"the output {text(p.low.number)} is taken with slope {text(same.slope)} and with slope {text(p.slope)}"
            )
    for k, first in enumerate(intervals):
        for second in intervals[k + 1 :]:
            if compare(first.low, second.high) < 0 and compare(second.low, first.high) < 0:
                raise OpenError("two stretches share outputs")
    outside = []
    for p in points:
        around = [i for i in intervals if compare(i.low, p.low) < 0 < compare(i.high, p.low)]
        if any(sign_of(_at(i, p) - p.slope) != 0 for i in around):
            raise NotAFunctionError(f"the output {text(p.low.number)} is taken with two slopes")
        if not around:
            outside.append(p)
    return _ordered([*intervals, *outside])


def _at(portion: Portion, point: Portion) -> Expr:
    if point.low.exact is None:
        raise OpenError("the output at a joint has no closed form")
    return portion.slope.subs(y, point.low.exact)


def _ordered(portions: list[Portion]) -> list[Portion]:
    ordered: list[Portion] = []
    for p in portions:
        k = 0
        while k < len(ordered) and _precedes(ordered[k], p):
            k += 1
        ordered.insert(k, p)
    return ordered


def _precedes(first: Portion, second: Portion) -> bool:
    """Tell whether the outputs of the first lie below those of the second (they do not overlap)."""
    order = compare(first.low, second.low)
    return order < 0 or (order == 0 and first.is_point)


def _assembled(portions: list[Portion], subject: Subject) -> Expr:
    """Return one expression in y for portions in increasing order."""
    pieces = _pieces(portions)
    value = subject.value

    def scaled(slope: Expr) -> Expr:
        return shorter(subject.restored(value / subject.place * slope.subs(y, y / value)))

    mirrored = _mirrored(pieces)
    if mirrored is not None:
        return scaled(mirrored)
    branches: list[tuple[Expr, object]] = []
    for piece in pieces[:-1]:
        end = subject.with_value(piece.end)
        branches.append((scaled(piece.slope), y <= end if piece.closed else y < end))
    return Piecewise(*branches, (scaled(pieces[-1].slope), True))


@dataclass(frozen=True)
class Piece:
    """Outputs up to an end, with the slope on them."""

    slope: Expr
    end: Real
    closed: bool


def _pieces(portions: list[Portion]) -> list[Piece]:
    """Give a point to a neighbour whose formula has its slope, and join neighbours of one formula."""
    pieces: list[Piece] = []
    for k, p in enumerate(portions):
        if not p.is_point:
            pieces.append(Piece(p.slope, p.high, False))
            continue
        below = portions[k - 1] if k > 0 and compare(portions[k - 1].high, p.low) == 0 else None
        above = portions[k + 1] if k + 1 < len(portions) and compare(portions[k + 1].low, p.low) == 0 else None
        if below is not None and sign_of(_at(below, p) - p.slope) == 0:
            pieces[-1] = Piece(pieces[-1].slope, p.high, True)
        elif above is None or sign_of(_at(above, p) - p.slope) != 0:
            pieces.append(Piece(p.slope, p.high, True))
    joined: list[Piece] = []
    for piece in pieces:
        if joined and joined[-1].slope == piece.slope:
            joined.pop()
        joined.append(piece)
    return joined


def _mirrored(pieces: list[Piece]) -> Expr | None:
    """Write two halves that mirror each other with the absolute value of y (softsign)."""
    if len(pieces) != 2 or pieces[0].end.exact != 0:
        return None
    below, above = (p.slope for p in pieces)
    return above.subs(y, Abs(y)) if expand(below.subs(y, -y) - above) == 0 else None


def facts(activation: Activation) -> tuple[Fact, ...]:
    """Return f′ in terms of the output, or why it is not a function of it."""
    if not activation.is_elementwise:
        return ()
    return settled(SECTION, LABEL, lambda: map(_fact, answers(activation)))


def _fact(answer: Answer) -> Fact:
    value = "not a function of y" if answer.expr is None else answer.expr
    return Fact(SECTION, LABEL, value, answer.grade, answer.method, answer.at)
