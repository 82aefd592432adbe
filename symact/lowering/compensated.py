"""Programs for float32: what matters of what their operations lose is carried along and added at the end.

A value is a pair (v, e): v is computed as before, and e, to first order, is what v has lost.  The sum of the two is
as good as a result of twice the digits that is rounded once (Langlois 2001 corrects a whole program so; Rump, Ogita &
Oishi 2008 call such arithmetic compensated).  Most operations need no correction for two units in the last place:
:func:`lightened` leaves out what can be left out.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial, reduce

import numpy as np

from symact.lowering.arithmetic import ONE, ZERO, constant, neg, op, twice
from symact.lowering.bounds import Signs, is_decay, is_nonpositive, where
from symact.lowering.program import Node, Operation, rewritten

LIFT = 64
"""Exponentials that may be subnormal are computed times 2⁶⁴; the last multiplication makes them so."""


@dataclass(frozen=True)
class Pair:
    """A value and what it has lost; nothing if that is certain, or left out."""

    value: Node
    lost: Node | None = None


FEW = 6
"""Of so many operations every correction is tried by itself."""


def lightened(node: Node, error: Callable[[Node], float], tolerable: float) -> tuple[Node, float] | None:
    """Return a program for float32 within a tolerable error, with as few corrections as will do, and its error.

    ``None`` if neither all of them will do nor, in a short program, those that are numbers where a value overflows.
    """
    whole = rewritten(node, _as_whole_decay)
    for version, guarded in itertools.product((whole, rewritten(whole, _as_lifted_decay)), (False, True)):
        node = rewritten(version, _with_common_factor)
        steps = tuple(_costly_first(node))
        kept = frozenset(steps)
        program = compensated(node, kept, guarded)
        found = error(program)
        if math.isinf(found) and len(steps) <= FEW:
            alone = {step: error(compensated(node, frozenset((step,)), guarded)) for step in steps}
            kept = frozenset(step for step, alone_error in alone.items() if math.isfinite(alone_error))
            program = compensated(node, kept, guarded)
            found = error(program)
        if found <= tolerable:
            for step in filter(kept.__contains__, steps):
                lighter = compensated(node, kept - {step}, guarded)
                if (remaining := error(lighter)) <= tolerable:
                    kept, program, found = kept - {step}, lighter, remaining
            return program, found
    return None


def compensated(node: Node, kept: frozenset[Node], guarded: bool) -> Node:
    """Return a program that adds to the value of another what the kept operations lose.

    Where a value is infinite what it has lost is no number; a guarded program looks out for that.
    """
    return _Compensation(kept, guarded).result(node)


_COSTS = ("div", "add", "sub", "mul", "exp", "exp_sum", "lifted_decay", "constant")
"""Operations that lose something, those whose loss takes most to compute first."""


def _costly_first(node: Node) -> Iterator[Node]:
    steps = list(node.walk())
    for name in _COSTS:
        yield from (step for step in steps if step.op == name)


@dataclass
class _Compensation:
    kept: frozenset[Node]
    guarded: bool
    known: dict[Node, Pair] = field(default_factory=dict)

    def result(self, node: Node) -> Node:
        """Return the sum of a value and what it has lost."""
        if node.op == "select" and any(self.of(branch).lost is None for branch in node.args[1:]):
            condition, first, second = node.args
            return op("select", self.of(condition).value, self.result(first), self.result(second))
        pair = self.of(node)
        if pair.lost is None:
            return pair.value
        if not self.guarded:
            return _plus(pair.value, pair.lost)
        return op("select", op("eq", pair.lost, pair.lost), op("add", pair.value, pair.lost), pair.value)

    def of(self, node: Node) -> Pair:
        """Return the pair of a node."""
        for step in node.walk():
            if step not in self.known:
                self.known[step] = self._pair(step)
        return self.known[node]

    def _pair(self, node: Node) -> Pair:
        given = [self.known[operand] for operand in node.args]
        values = [pair.value for pair in given]
        lost = [pair.lost for pair in given]
        is_kept = node in self.kept
        match node.op:
            case "constant":
                return _constant(node.number, is_kept)
            case "neg":
                return Pair(op("neg", *values), _negative(lost[0]))
            case "add" | "sub":
                second, lost_second = (
                    (op("neg", values[1]), _negative(lost[1])) if node.op == "sub" else (values[1], lost[1])
                )
                own = _sum_error(values[0], second) if is_kept else None
                return Pair(op(node.op, *values), _sum(own, lost[0], lost_second))
            case "mul":
                exact = any(v.op == "constant" and _is_power_of_two(v.number) for v in values)
                own = op("product_error", *values) if is_kept and not exact else None
                if values[0] == values[1]:
                    return Pair(op("mul", *values), _sum(own, _times(op("add", *values), lost[0])))
                return Pair(op("mul", *values), _sum(own, _times(values[0], lost[1]), _times(values[1], lost[0])))
            case "div":
                return _quotient(given[0], given[1], is_kept)
            case "select":
                kept = None if lost[1] is lost[2] is None else (values[0], lost[1] or ZERO, lost[2] or ZERO)
                return Pair(op("select", *values), None if kept is None else op("select", *kept))
            case "exp" | "exp_sum" if is_decay(node):
                # The second operand of a sum is what the first has lost in double precision.
                return _in_parts("decay_value", "decay_error", given[0], is_kept)
            case "exp" | "expm1":
                value = op(node.op, *values)
                slope = value if node.op == "exp" else op("add", value, ONE)
                return Pair(value, _times(slope, lost[0]))
            case "log1p":
                rate = None if lost[0] is None else op("div", lost[0], op("add", values[0], ONE))
                return Pair(op("log1p", *values), rate)
            case "logistic_product" | "decay_product":
                factor, argument = given
                kernel: Operation = "times_logistic" if node.op == "logistic_product" else "times_decay"
                whole = argument.value, argument.lost or ZERO
                lost_factor = None if factor.lost is None else op(kernel, factor.lost, *whole)
                return Pair(op(kernel, factor.value, *whole), lost_factor)
            case "excess_product" | "log_product":
                factor, argument = given
                kernel = "times_excess" if node.op == "excess_product" else "times_log_decay"
                return Pair(op(kernel, factor.value, factor.lost or ZERO, argument.value, argument.lost or ZERO))
            case "lifted_decay":
                return _in_parts("lifted_decay_value", "lifted_decay_error", given[0], is_kept)
        return Pair(Node(node.op, tuple(values), node.number, node.label, node.name))


def _constant(number: float, is_kept: bool) -> Pair:
    with np.errstate(over="ignore"):
        near = float(np.float32(number))
    if not (is_kept and math.isfinite(near) and near != number):
        return Pair(constant(near))
    if abs(near) > abs(number):
        # Towards 0: of the same sign, the parts of a product with ∞ add up to ∞, and no finite one is ∞ in one of them.
        near = float(np.nextafter(np.float32(near), np.float32(0.0)))
    return Pair(constant(near), constant(number - near))


def _quotient(over: Pair, under: Pair, is_kept: bool) -> Pair:
    if not is_kept and over.lost is None and under.lost is None:
        return Pair(op("div", over.value, under.value))
    inverse = op("div", ONE, under.value)
    quotient = inverse if over.value == ONE else op("mul", over.value, inverse)
    missing = _sum(over.lost, _negative(_times(quotient, under.lost)))
    own = op("remainder", over.value, under.value, quotient) if is_kept else None
    total = _sum(own, missing)
    return Pair(quotient, None if total is None else op("mul", total, inverse))


def _in_parts(value: Operation, lost: Operation, argument: Pair, is_kept: bool) -> Pair:
    given = argument.value, argument.lost or ZERO
    return Pair(op(value, *given), op(lost, *given) if is_kept else None)


def _sum_error(a: Node, b: Node) -> Node:
    """Return what a + b loses, cheaply where one is 1 or more and the other at most 1 (Dekker 1971)."""
    for large, small in ((a, b), (b, a)):
        if large.op == "constant" and abs(large.number) >= 1 and _is_at_most_one(small):
            return op("sub", small, op("sub", op("add", a, b), large))
    return op("sum_error", a, b)


def _sum(*terms: Node | None) -> Node | None:
    known = sorted(filter(None, terms), key=_is_product)
    return reduce(_plus, known) if known else None


def _plus(total: Node, lost: Node) -> Node:
    """Return the sum with what something has lost, fused where that is a product."""
    return op("fused", *lost.args, total) if _is_product(lost) else op("add", total, lost)


def _is_product(node: Node) -> bool:
    return node.op == "mul"


def _times(factor: Node, lost: Node | None) -> Node | None:
    return None if lost is None else op("mul", factor, lost)


def _negative(lost: Node | None) -> Node | None:
    if lost is None or not _is_product(lost):
        return None if lost is None else op("neg", lost)
    first, second = lost.args
    return op("mul", neg(first), second)


def _is_power_of_two(number: float) -> bool:
    return number != 0 and abs(float(np.frexp(number)[0])) == 0.5


def _is_at_most_one(node: Node) -> bool:
    return node.op == "decay_value" or (node.op == "mul" and all(map(_is_at_most_one, node.args)))


# ------------------------------------------------------------------------------------------------------------
# exponentials


def with_decay_products(node: Node, x: Node, known: Signs) -> Node:
    """Return a program with kernels of e^u, e^u − 1, log(1 + e^u) and their multiples by numbers, where u is at most 0.

    Parameters
    ----------
    node
        A program for doubles.
    x
        Its argument, whose sign is known beyond a choice by it.
    known
        The signs of its parameters.
    """
    if node.op == "select":
        condition, *branches = node.args
        sides = [
            with_decay_products(branch, x, {**known, **where(condition, holds, x)})
            for branch, holds in zip(branches, (True, False), strict=True)
        ]
        same = all(new is old for new, old in zip(sides, branches, strict=True))
        return node if same else op("select", condition, *sides)
    return rewritten(node, partial(_as_decay_product, known))


def _as_decay_product(known: Signs, step: Node, rebuilt: Mapping[Node, Node]) -> Node | None:
    if is_decay(step, known):
        return op("decay_product", ONE, rebuilt[step.args[0]])
    if step.op == "expm1" and is_nonpositive(step.args[0], known):
        return op("excess_product", ONE, rebuilt[step.args[0]])
    if step.op == "log1p" and is_decay(step.args[0], known):
        return op("log_product", ONE, rebuilt[step.args[0].args[0]])
    if step.op in ("mul", "div"):
        a, b = (rebuilt[operand] for operand in step.args)
        if a.op in _PRODUCTS and a.args[0] == ONE and b.op in ("constant", "parameter"):
            return op(a.op, b if step.op == "mul" else op("div", ONE, b), a.args[1])
        if b.op in _PRODUCTS and b.args[0] == ONE and a.op in ("constant", "parameter") and step.op == "mul":
            return op(b.op, a, b.args[1])
    return None


_PRODUCTS = frozenset(("decay_product", "excess_product", "log_product"))


def _as_whole_decay(step: Node, rebuilt: Mapping[Node, Node]) -> Node | None:
    """Write h·h as e^(2u) and t·h·h as t·(2⁶⁴·e^(2u))·2⁻⁶⁴, where h = e^u is half of what may vanish."""
    rest, half = half_squared(step)
    if half is None or not is_decay(half):
        return None
    if rest is None:
        return op("exp", twice(half.args[0]))
    return _lowered(op("mul", rebuilt[rest], op("lifted_decay", twice(half.args[0]))))


def half_squared(product: Node) -> tuple[Node | None, Node | None]:
    """Return t and h of t·h·h, and ``None`` for t of h·h, for both of anything else."""
    if product.op != "mul":
        return None, None
    first, half = product.args
    if first == half:
        return None, half
    if first.op != "mul" or half not in first.args:
        return None, None
    return first.args[0] if first.args[1] == half else first.args[1], half


def _as_lifted_decay(step: Node, rebuilt: Mapping[Node, Node]) -> Node | None:
    """Write t·e^u as t·(2⁶⁴·e^u)·2⁻⁶⁴, where e^u may vanish."""
    if step.op != "mul" or not is_decay(step.args[1]) or step.args[0].op == "constant":
        return None
    factor, decay = (rebuilt[operand] for operand in step.args)
    return _lowered(op("mul", factor, op("lifted_decay", decay.args[0])))


def _lowered(product: Node) -> Node:
    return op("mul", product, constant(2.0**-LIFT))


def _with_common_factor(step: Node, rebuilt: Mapping[Node, Node]) -> Node | None:
    """Write a choice between t·a·b and t as t·(a or 1)·(b or 1)."""
    if step.op != "select":
        return None
    condition, first, second = (rebuilt[operand] for operand in step.args)
    for multiple, factor, is_first in ((first, second, True), (second, first, False)):
        others = _other_factors(multiple, factor)
        if others and factor.op != "constant":
            for other in others:
                choice = (other, ONE) if is_first else (ONE, other)
                factor = _times_quotient(factor, op("select", condition, *choice))
            return factor
    return None


def _times_quotient(product: Node, factor: Node) -> Node:
    """Return (a/b)·c as a·(c/b): one rounding less where a is 1, and nothing infinite in the quotient."""
    if product.op != "div":
        return op("mul", product, factor)
    over, under = product.args
    return op("div", factor, under) if over == ONE else op("mul", over, op("div", factor, under))


def _other_factors(product: Node, factor: Node) -> tuple[Node, ...] | None:
    """Return the factors of a product beside one of them, in their order; ``None`` if that is no factor of it."""
    if product == factor:
        return ()
    if product.op != "mul":
        return None
    for inner, outer in (product.args, product.args[::-1]):
        rest = _other_factors(inner, factor)
        if rest is not None:
            return (*rest, outer)
    return None
