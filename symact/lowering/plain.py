"""Programs in double precision for arguments that are not large: the formula as one would write it, where it is good.

A program for all doubles looks out for what overflows or vanishes, which an array library pays for: a choice between
two arrays takes as long as several sums, and both sides are computed.  Where |x| ≤ 600 no exponential of x overflows.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

from symact.lowering.choices import without_choices
from symact.lowering.interpret import is_elementary
from symact.lowering.measure import Truth, rounded_up, sample, worst
from symact.lowering.program import WIDE, Node, Within, cost, rewritten
from symact.lowering.shortened import rectified, unfused
from symact.lowering.within import specialised, with_whole_exponentials, within

TOLERABLE = 4.0
"""In ULP, functions being up to a unit off before they are rounded."""

REACHES = (600.0, 300.0, 150.0)
"""How large an argument may be, the best first: e^600 is a double, and so is its square where x is half as large."""

WORTHWHILE = 0.9
"""How much of the time of a program for all doubles such a program may take."""

_COSTS = {"exp": 15, "expm1": 30, "log": 20, "log1p": 30, "tanh": 30, "erf": 20, "exp_sum": 27, "erfcx": 80}
_COSTS |= {"product_error": 17, "sum_error": 6, "select": 4, "div": 2, "sqrt": 3}

_LOOKED_AT = 2
"""What it costs to see that no argument is large."""


def plain(exact: Node, programs: Iterable[Node], values: Mapping[str, float], truths: Sequence[Truth]) -> Within | None:
    """Return the fastest program that is good enough and takes less time than the one for all doubles, if there is one.

    Parameters
    ----------
    exact
        The program for all doubles, in terms of :data:`symact.lowering.smooth.X`.
    programs
        Others in double precision, exact or not.
    values
        The only ones that the parameters may have.
    truths
        The exact branches, with these values.
    """
    if not is_elementary(exact) or any(step.op in WIDE for step in exact.walk()):
        return None
    own = specialised(exact, values)
    most = WORTHWHILE * cost(exact, _COSTS) - _LOOKED_AT
    candidates = dict.fromkeys(
        (version, reach)
        for each in (own, *(specialised(program, values) for program in programs))
        for reach in REACHES
        for version in _versions(each, reach)
        if cost(version, _COSTS) <= most
    )
    for node, reach in sorted(candidates, key=lambda each: (cost(each[0], _COSTS), -each[1])):
        error = _error(node, reach, truths)
        if error <= TOLERABLE:
            return Within(node, reach, values, rounded_up(error))
    return None


def _versions(node: Node, reach: float) -> Iterator[Node]:
    """Yield programs for |x| ≤ reach: with half the exponential squared, and with the whole one."""
    node = without_choices(rewritten(rewritten(within(node, reach), _by_a_library), rectified))
    yield node
    yield with_whole_exponentials(node, "exp")


def _by_a_library(step: Node, rebuilt: Mapping[Node, Node]) -> Node | None:
    if step.op in ("exp_sum", "exp_30", "exp_53"):
        # The second operand of a sum is what the first has lost.
        return Node("exp", (rebuilt[step.args[0]],), name=step.name)
    return unfused(step, rebuilt)


def _error(node: Node, reach: float, truths: Sequence[Truth]) -> float:
    """Return the largest error found of a program where |x| ≤ reach, no more than the first that is too large."""
    largest = 0.0
    for truth in truths:
        points = [*sample(max(truth.left, -reach), min(truth.right, reach)), -reach, reach]
        known = truth.enclosed([point for point in points if truth.left < point < truth.right])
        if known:
            largest = max(largest, worst(node, truth, known, TOLERABLE)[0])
        if not largest <= TOLERABLE:
            return math.inf
    return largest
