"""Programs in double precision for results in float32, made shorter: fewer digits in kernels, fused operations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import numpy as np

from symact.lowering.arithmetic import ONE, ZERO, add, constant, mul, neg, op, sub
from symact.lowering.bounds import Signs, is_decay
from symact.lowering.program import Node, Operation, rewritten
from symact.lowering.smooth import X

LEAST_EXPONENT = -600.0
"""Of an exponential: below, it is 0 for a float, beside any other float."""


def shortened(node: Node, known: Signs) -> Node:
    """Return a program with the digits of a float in what decays and in its logarithm.

    Parameters
    ----------
    node
        A program for doubles.
    known
        The signs of its parameters.
    """
    return rewritten(node, partial(_shorter, known))


def _shorter(known: Signs, step: Node, rebuilt: Mapping[Node, Node]) -> Node | None:
    if is_decay(step, known):
        # The second operand of a sum is what the first has lost: a float does not miss it.
        exponent = op("maximum", rebuilt[step.args[0]], constant(LEAST_EXPONENT))
        return Node("exp_30", (exponent,), name=step.name)
    if step.op == "log1p" and is_decay(step.args[0], known):
        return Node("log1p_30", (rebuilt[step.args[0]],), name=step.name)
    if step.op == "div" and step.args[1].op == "parameter":
        # Loops divide once.
        return op("mul", rebuilt[step.args[0]], op("div", ONE, step.args[1]))
    return None


def contracted(node: Node) -> Node:
    """Return a program without choices between t and x + t, and with one rounding for a product and the sum of it."""
    node = rewritten(node, rectified)
    uses = Counter(operand for step in node.walk() for operand in step.args)
    return rewritten(node, partial(_fused, uses))


def rectified(step: Node, rebuilt: Mapping[Node, Node]) -> Node | None:
    """Write t where x ≤ 0 and x + t elsewhere as max(x, 0) + t, and the reverse as min(x, 0) + t."""
    if step.op != "select" or step.args[0].args != (X, ZERO) or step.args[0].op not in ("le", "lt", "gt", "ge"):
        return None
    branches = step.args[1:] if step.args[0].op in ("le", "lt") else step.args[:0:-1]
    sides: tuple[tuple[Operation, str, tuple[Node, ...]], ...]
    sides = ("maximum", "rectified", branches), ("minimum", "", branches[::-1])
    for held, name, (rest, total) in sides:
        if total in (op("add", X, rest), sub(X, neg(rest))):
            return Node(total.op, (op(held, X, ZERO, called=name), rebuilt[total.args[1]]), name=step.name)
    return None


def _fused(uses: Mapping[Node, int], step: Node, rebuilt: Mapping[Node, Node]) -> Node | None:
    if step.op not in ("add", "sub"):
        return None
    for product, other in (step.args, step.args[::-1]):
        if product.op != "mul" or uses[product] > 1 or product.name:
            continue
        a, b = (rebuilt[factor] for factor in product.args)
        rest = rebuilt[other]
        if step.op == "sub" and product is step.args[0]:
            rest = neg(rest)
        elif step.op == "sub":
            a = neg(a)
        return Node("fused", (a, b, rest), name=step.name)
    return None


def factored(step: Node, rebuilt: Mapping[Node, Node]) -> Node | None:
    """Write a·b + c as a·(b + c/a) where c/a is a float: beside the zero of a linear b nothing is lost."""
    if step.op not in ("add", "sub") or step.args[0].op != "mul":
        return None
    (multiple, variable), rest = step.args[0].args, step.args[1]
    match multiple.op, rest.op:
        case "constant", "constant" if _is_float(rest.number / multiple.number):
            quotient = constant(rest.number / multiple.number)
        case "div", "constant" if multiple.args[0] == rest:
            quotient = multiple.args[1]
        case _:
            return None
    return Node("mul", (rebuilt[multiple], Node(step.op, (rebuilt[variable], quotient))), name=step.name)


def _is_float(number: float) -> bool:
    return float(np.float32(number)) == number


def unfused(step: Node, rebuilt: Mapping[Node, Node]) -> Node | None:
    """Write a·b + c with two roundings, for what has no other."""
    if step.op != "fused":
        return None
    a, b, c = (rebuilt[operand] for operand in step.args)
    return replace(add(mul(a, b), c), name=step.name)
