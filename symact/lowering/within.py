"""Programs for arguments that are not large, with usual values of parameters: without what no longer need be feared.

Where |x| is within reach nothing overflows or vanishes: bounds and choices go that only keep a program from that, and
an exponential is taken whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

from symact.lowering.arithmetic import add, constant, div, mul, neg, op, sub, twice
from symact.lowering.compensated import half_squared
from symact.lowering.interpret import run
from symact.lowering.program import Node, Operation, rewritten
from symact.lowering.smooth import MAGNITUDE, X

_OPERATORS: Mapping[str, Callable[..., Node]] = {"add": add, "sub": sub, "mul": mul, "div": div, "neg": neg}


def specialised(node: Node, values: Mapping[str, float]) -> Node:
    """Put numbers in the place of parameters, compute what numbers give, and leave out operations with 0 and 1."""
    return rewritten(node, partial(_specialised, values))


def _specialised(values: Mapping[str, float], step: Node, rebuilt: Mapping[Node, Node]) -> Node | None:
    if step.op == "parameter":
        return constant(values[step.label])
    operands = [rebuilt[operand] for operand in step.args]
    if step.op == "select" and _is_of_numbers(operands[0]):
        return operands[1] if run(operands[0], {}) else operands[2]
    if step.op in (*_OPERATORS, "abs") and _is_of_numbers(known := Node(step.op, tuple(operands))):
        return constant(float(run(known, {})))
    if step.op not in _OPERATORS or not any(operand.op == "constant" for operand in operands):
        return None
    return replace(_OPERATORS[step.op](*operands), name=step.name)


def _is_of_numbers(step: Node) -> bool:
    return bool(step.args) and all(operand.op == "constant" for operand in step.args)


def within(node: Node, reach: float) -> Node:
    """Leave out bounds and choices that |x| ≤ reach makes idle."""
    return rewritten(node, partial(_within, reach))


def _within(reach: float, step: Node, rebuilt: Mapping[Node, Node]) -> Node | None:
    if step.op in ("minimum", "maximum") and step.args[1].op == "constant":
        value, bound = rebuilt[step.args[0]], step.args[1].number
        is_idle = bound >= reach if step.op == "minimum" else bound <= -reach
        return value if value in (X, MAGNITUDE) and is_idle else None
    if step.op == "select":
        condition, first, second = (rebuilt[operand] for operand in step.args)
        holds = True if first == second else _decided(condition, reach)
        return None if holds is None else first if holds else second
    return None


def _decided(condition: Node, reach: float) -> bool | None:
    """Return whether a condition holds for all |x| ≤ reach, ``None`` if for some."""
    if condition in (op("ne", X, X), op("eq", X, X)):
        return condition.op == "eq"
    if condition.op not in ("lt", "le", "gt", "ge", "eq", "ne") or condition.args[0] not in (X, MAGNITUDE):
        return None
    if condition.args[1].op != "constant" or abs(condition.args[1].number) <= reach:
        return None
    is_below = condition.args[1].number > 0
    return condition.op == "ne" or (condition.op != "eq" and is_below == (condition.op in ("lt", "le")))


def with_whole_exponentials(node: Node, exponential: Operation) -> Node:
    """Write h·h as e^(2u) and t·h·h as t·e^(2u), where h = e^u by an operation."""
    return rewritten(node, partial(_as_whole, exponential))


def _as_whole(exponential: Operation, step: Node, rebuilt: Mapping[Node, Node]) -> Node | None:
    rest, half = half_squared(step)
    if half is None or half.op != exponential:
        return None
    whole = op(exponential, twice(half.args[0]), called="decay")
    return whole if rest is None else op("mul", rebuilt[rest], whole)
