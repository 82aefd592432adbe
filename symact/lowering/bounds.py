"""On which side of 0 the values of a program are, whatever the argument is, seen from the outside."""

from __future__ import annotations

from collections.abc import Mapping

from symact.lowering.program import Node

Signs = Mapping[Node, int]
"""1 for what is known to be at least 0, −1 for what is at most 0: parameters by their domains, x on one side of 0."""

NOTHING: Signs = {}


def is_nonpositive(node: Node, known: Signs = NOTHING) -> bool:
    """Whether a value is at most 0."""
    if node in known:
        return known[node] < 0
    match node.op:
        case "neg":
            return is_nonnegative(node.args[0], known)
        case "constant":
            return node.number <= 0
        case "mul" | "div":
            first, second = node.args
            return (is_nonpositive(first, known) and is_nonnegative(second, known)) or (
                is_nonnegative(first, known) and is_nonpositive(second, known)
            )
        case "add":
            return all(is_nonpositive(operand, known) for operand in node.args)
        case "sub":
            return is_nonpositive(node.args[0], known) and is_nonnegative(node.args[1], known)
        case "minimum":
            return any(is_nonpositive(operand, known) for operand in node.args)
    return False


def is_nonnegative(node: Node, known: Signs = NOTHING) -> bool:
    """Whether a value is at least 0."""
    if node in known:
        return known[node] > 0
    match node.op:
        case "abs" | "exp" | "exp_sum":
            return True
        case "neg":
            return is_nonpositive(node.args[0], known)
        case "constant":
            return node.number >= 0
        case "mul":
            first, second = node.args
            return first == second or all(is_nonnegative(operand, known) for operand in node.args)
        case "div" | "add" | "minimum":
            return all(is_nonnegative(operand, known) for operand in node.args)
        case "maximum":
            return any(is_nonnegative(operand, known) for operand in node.args)
    return False


def is_decay(node: Node, known: Signs = NOTHING) -> bool:
    """Whether a value is an exponential of something that is at most 0."""
    return node.op in ("exp", "exp_sum") and is_nonpositive(node.args[0], known)


def where(condition: Node, holds: bool, x: Node) -> Signs:
    """Return the sign that x has where a condition holds, or where it does not."""
    if condition.op not in ("lt", "le", "gt", "ge") or condition.args[0] != x or condition.args[1].op != "constant":
        return NOTHING
    is_below = holds == (condition.op in ("lt", "le"))
    edge = condition.args[1].number
    if is_below and edge <= 0:
        return {x: -1}
    return {x: 1} if not is_below and edge >= 0 else NOTHING
