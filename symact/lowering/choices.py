"""Choices by the argument that arithmetic makes by itself: an argument that is bounded, or its magnitude."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

from symact.lowering.arithmetic import ZERO, op
from symact.lowering.interpret import run
from symact.lowering.program import Node, Operation, rewritten
from symact.lowering.smooth import MAGNITUDE, X


def without_choices(node: Node) -> Node:
    """Return a program of the same values with fewer choices by x; NaN may pass through where it did not before.

    - K where x ≤ a, else g(x), is g(max(x, a)) if g(a) is K; the same with the minimum, and both make a clip.
    - g(−x) where x ≤ 0, else g(x), is g(|x|), and what is the same on both sides stays as it is.
    - A outside an interval and B inside is one choice.
    """
    return rewritten(node, _joined)


def _joined(step: Node, rebuilt: Mapping[Node, Node]) -> Node | None:
    if not _is_by_edge(step):
        return None
    condition, *sides = (rebuilt[operand] for operand in step.args)
    is_below = condition.op in ("le", "lt")
    (below, above), edge = sides if is_below else reversed(sides), condition.args[1]
    if edge == ZERO and (joined := _of_magnitude(below, above)):
        return joined
    # The bound of a minimum is a later edge.
    if _is_value(below, X if _is_minimum(above) else above, edge):
        return _with_argument(above, op("maximum", X, edge))
    if _is_value(above, below, edge):
        return _with_argument(below, op("minimum", X, edge))
    if _is_by_edge(above) and above.args[2] == below:
        beyond = op(_OPPOSITE[condition.op], *condition.args) if is_below else condition
        return op("select", op("and", beyond, above.args[0]), above.args[1], below)
    return None


def _is_by_edge(step: Node) -> bool:
    """Whether a step chooses by the side of an edge on which x is."""
    return step.op == "select" and step.args[0].op in _OPPOSITE and step.args[0].args[0] == X


def passing_nan(node: Node, is_passed: Callable[[Node], bool]) -> Node:
    """Return a program through which NaN passes: choices lead it where it does, or else there is one more.

    Parameters
    ----------
    node
        The program.
    is_passed
        Whether NaN passes through a part of it.
    """
    return _turned(node, is_passed) or op("select", op("ne", X, X), X, node)


def _turned(node: Node, is_passed: Callable[[Node], bool]) -> Node | None:
    """Return a program with its choices turned, if that is enough: no comparison with NaN holds."""
    if is_passed(node):
        return node
    if node.op != "select":
        return None
    condition, first, second = node.args
    if turned := _turned(second, is_passed):
        return replace(node, args=(condition, first, turned))
    if (opposite := _opposite(condition)) and (turned := _turned(first, is_passed)):
        return replace(node, args=(opposite, second, turned))
    return None


def _opposite(condition: Node) -> Node | None:
    """Return what holds where a condition does not, NaN apart, if that is a condition by edges too."""
    if condition.op in _OPPOSITE and condition.args[0] == X:
        return op(_OPPOSITE[condition.op], *condition.args)
    if condition.op == "and":
        sides = [_opposite(side) for side in condition.args]
        return op("or", *(side for side in sides if side)) if all(sides) else None
    return None


_OPPOSITE: Mapping[Operation, Operation] = {"le": "gt", "lt": "ge", "gt": "le", "ge": "lt"}


_APART = frozenset(("abs", "parameter", "select", "choose", "widen", "call"))
"""What a bounded argument does not make simpler.

Parameters are not known yet, magnitudes are shared with the other side, wide numbers look at the argument themselves.
"""


def _is_minimum(node: Node) -> bool:
    return node.op == "minimum" and node.args[0] == X


def _is_value(outcome: Node, other: Node, edge: Node) -> bool:
    """Whether an outcome is the edge, or the number, with its sign, that another has there in float32 as in float64."""
    if other == X:
        return outcome == edge
    steps = list(other.walk())
    if not outcome.op == edge.op == "constant" or X not in steps or any(step.op in _APART for step in steps):
        return False
    values = [float(run(other, {"x": edge.number}, in_float=in_float)) for in_float in (False, True)]
    return all((v, math.copysign(1.0, v)) == (outcome.number, math.copysign(1.0, outcome.number)) for v in values)


def _with_argument(node: Node, argument: Node) -> Node:
    """Return a program of another argument; a minimum of x is one of both bounds."""

    def replaced(step: Node, rebuilt: Mapping[Node, Node]) -> Node | None:
        if _is_minimum(step) and argument.op == "maximum":
            return op("minimum", argument, step.args[1])
        return argument if step == X else None

    return rewritten(node, replaced)


def _of_magnitude(below: Node, above: Node) -> Node | None:
    """Return the common form of what stands below 0 and what stands above, ``None`` if there is none."""
    if below == above:
        return above
    if below == op("neg", X) and above == X:
        return MAGNITUDE
    if above.op == "add" and above.args[0] == X and below == op("sub", above.args[1], X):
        return op("add", MAGNITUDE, above.args[1])
    if (below.op, len(below.args)) != (above.op, len(above.args)) or not above.args:
        return None
    if above.op == "mul" and above.args[0] == above.args[1] and below.args[0] == below.args[1]:
        root = _up_to_sign(below.args[0], above.args[0])
        return root and op("mul", root, root)
    joined = [found for pair in zip(below.args, above.args, strict=True) if (found := _of_magnitude(*pair))]
    is_same = len(joined) == len(above.args) and (below.number, below.label) == (above.number, above.label)
    return Node(above.op, tuple(joined), above.number, above.label, above.name) if is_same else None


def _up_to_sign(below: Node, above: Node) -> Node | None:
    """Return the common form of two whose signs do not matter."""
    if above.op == "add" and above.args[0] == X and below == op("sub", X, above.args[1]):
        return op("add", MAGNITUDE, above.args[1])
    if below.op == above.op == "div" and below.args[0] == above.args[0]:
        under = _up_to_sign(below.args[1], above.args[1])
        return under and op("div", above.args[0], under)
    return _of_magnitude(below, above)
