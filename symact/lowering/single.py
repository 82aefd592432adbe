"""Programs in single precision for arguments of ordinary size, by the functions that array libraries have.

Such a library computes an exponential of a float32 many times as fast as one of a float64, though with an error of two
units in the last place, and where no argument is large nothing overflows or vanishes: no choice is left but the
function's own.  Where two units are too many, an exponential by a polynomial is within 0.8, and still takes less time
than a float64.  Parameters have their defaults: with other values, some have products that must be rounded, and those
in an exponent cost digits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

import numpy as np

from symact.lowering.arithmetic import ONE, add, constant, mul, op, sub
from symact.lowering.bounds import is_decay
from symact.lowering.interpret import is_elementary
from symact.lowering.measure import float_errors, rounded_up
from symact.lowering.program import WIDE, Node, Within, cost, rewritten
from symact.lowering.shortened import unfused
from symact.lowering.within import specialised, with_whole_exponentials, within

TOLERABLE = 4.1
"""In ULP of float32: the errors of functions are met in full at the points tried, those of a library seldom together,
so that no result is more than 4 ULP off."""

SURE = 3.0
"""The same of programs by an exponential of the last digit, whose errors are those of roundings: they are largest where
few points are, some 4 ULP where 3 are found."""

REACHES = (80.0, 40.0, 20.0)
"""How large an argument may be, the best first: e^80 is a float, and what is beyond 20 is rare."""

_COSTS = {"exp_single": 9, "exp_24": 30, "tanh_single": 18, "log1p_single": 23}
_COSTS |= {"div": 2, "sqrt": 3, "minimum": 4, "maximum": 4, "select": 6}

_SLOW = WIDE | {"exp", "expm1", "log", "log1p", "erf", "erfcx", "sin", "cos", "atan", "asinh", "exp_sum"}
_SLOW |= {"sum_error", "product_error", "rint", "binade", "power_of_two", "expm1_30", "erfcx_29"}
"""What takes as long in float32 as in float64, or is not known to be good in it."""


def single(exact: Node, programs: Iterable[Node], values: Mapping[str, float]) -> Within | None:
    """Return the fastest program in single precision that is good enough, ``None`` if none is.

    Parameters
    ----------
    exact
        The program for doubles, in terms of :data:`symact.lowering.smooth.X`.
    programs
        In double precision, for results in float32; ``exact`` may be one of them.
    values
        The only ones that the parameters may have.
    """
    if not is_elementary(exact):
        return None
    exact = specialised(exact, values)
    candidates = dict.fromkeys(
        (version, reach)
        for each in [specialised(program, values) for program in programs]
        for reach in REACHES
        for version in _versions(each, reach)
        if not any(step.op in _SLOW for step in version.walk())
    )
    measured = lru_cache(lambda node: float_errors(node, exact, {}, scaled=True))
    for node, reach in sorted(candidates, key=lambda each: (cost(each[0], _COSTS), -each[1])):
        points, errors = measured(node)
        error = float(errors[np.abs(points) <= reach].max())
        if error <= (SURE if any(step.op == "exp_24" for step in node.walk()) else TOLERABLE):
            return Within(node, reach, values, rounded_up(error))
    return None


def _versions(node: Node, reach: float) -> Iterator[Node]:
    """Yield programs for |x| ≤ reach: of half the exponent squared and of the whole one, each by both exponentials."""
    node = rewritten(within(node, reach), _by_a_library)
    for version in dict.fromkeys((node, with_whole_exponentials(node, "exp_single"))):
        yield version
        yield rewritten(version, _to_the_last_digit)


def _by_a_library(step: Node, rebuilt: Mapping[Node, Node]) -> Node | None:
    """Write functions as those of a library, or in terms of those that it computes fast."""
    match step.op:
        case "exp" | "exp_sum" | "exp_30" | "exp_53":
            # The second operand of a sum is what the first has lost.
            return Node("exp_single", (_unbounded(rebuilt[step.args[0]]),), name=step.name)
        case "abs" if rebuilt[step.args[0]].op == "neg":
            return op("abs", rebuilt[step.args[0]].args[0], called=step.name)
        case "tanh":
            return Node("tanh_single", (rebuilt[step.args[0]],), name=step.name)
        case "expm1":
            half = op("tanh_single", mul(constant(0.5), rebuilt[step.args[0]]), called="half")
            return op("div", add(half, half), sub(ONE, half), called=step.name)
        case "log1p" if is_decay(step.args[0]):
            return Node("log1p_single", (rebuilt[step.args[0]],), name=step.name)
        case "log1p_30":
            return Node("log1p_single", (rebuilt[step.args[0]],), name=step.name)
    return unfused(step, rebuilt)


def _to_the_last_digit(step: Node, rebuilt: Mapping[Node, Node]) -> Node | None:
    """Take the exponential that is more exact than a library's."""
    if step.op != "exp_single":
        return None
    return Node("exp_24", (rebuilt[step.args[0]],), name=step.name)


def _unbounded(exponent: Node) -> Node:
    """Leave out a bound far below the exponents that a float has."""
    if exponent.op == "maximum" and exponent.args[1].op == "constant" and exponent.args[1].number < -200:
        return exponent.args[0]
    return exponent
