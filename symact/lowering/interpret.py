"""Run a program on one float, deterministically.

Additions, products, quotients and roots are IEEE double arithmetic; elementary functions are computed by Arb and
rounded, then moved by `slack` units in the last place.  The result is the same on every machine, so a choice that
rests on it is too.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import lru_cache, partial

from flint import arb

from symact.balls import working_precision
from symact.lowering.program import Node

LARGEST_EXPONENT = 709.782712893384
LEAST_EXPONENT = -745.1332191019412


def run(node: Node, values: Mapping[str, float], slack: int = 0) -> float:
    """Evaluate a node.

    Parameters
    ----------
    node
        The result of an elementwise program.
    values
        Numbers for arguments and parameters, by name.
    slack
        How many units in the last place every elementary function is off: 0 for correctly rounded ones.
    """
    results: list[float] = []
    for function, operands, label, is_elementary in _instructions(node):
        if function is None:
            results.append(values[label])
            continue
        value = function(*(results[k] for k in operands))
        results.append(_moved(value, slack) if is_elementary and slack else value)
    return float(results[-1])


@lru_cache(maxsize=256)
def _instructions(node: Node) -> tuple[tuple[Callable[..., float] | None, tuple[int, ...], str, bool], ...]:
    """Return the steps of a program, operands by position; a step without function reads a value."""
    position: dict[Node, int] = {}
    steps: list[tuple[Callable[..., float] | None, tuple[int, ...], str, bool]] = []
    for step in node.walk():
        position[step] = len(steps)
        operands = tuple(position[o] for o in step.args)
        if step.op in ("argument", "parameter"):
            steps.append((None, (), step.label, False))
        elif step.op == "constant":
            steps.append((partial(float, step.number), (), "", False))
        else:
            elementary = step.op in ELEMENTARY
            steps.append((ELEMENTARY[step.op] if elementary else EXACT[step.op], operands, "", elementary))
    return tuple(steps)


def _moved(value: float, steps: int) -> float:
    if value == 0 or not math.isfinite(value):
        return value
    for _ in range(abs(steps)):
        value = math.nextafter(value, math.copysign(math.inf, steps))
    return value


def _rounded(function: Callable[[arb], arb]) -> Callable[[float], float]:
    def evaluate(value: float) -> float:
        if math.isnan(value):
            return value
        with working_precision(96):
            return float(function(arb(value)))

    return evaluate


def _exp(value: float) -> float:
    if value > LARGEST_EXPONENT:
        return math.inf
    if value < LEAST_EXPONENT:
        return 0.0
    return _plain_exp(value)


def _expm1(value: float) -> float:
    if value > LARGEST_EXPONENT:
        return math.inf
    return -1.0 if value < -60 else _plain_expm1(value)


def _log(value: float) -> float:
    if value < 0:
        return math.nan
    return -math.inf if value == 0 else value if math.isinf(value) else _plain_log(value)


def _log1p(value: float) -> float:
    if value < -1:
        return math.nan
    return -math.inf if value == -1 else value if math.isinf(value) or value == 0 else _plain_log1p(value)


def _tanh(value: float) -> float:
    return math.copysign(1.0, value) if abs(value) > 40 else value if value == 0 else _plain_tanh(value)


def _erfcx(value: float) -> float:
    if not value < 1e8:
        return value if math.isnan(value) else 1 / value / math.sqrt(math.pi)
    with working_precision(160):
        t = arb(value)
        if value < 100:
            return float((t * t).exp() * t.erfc())
        # 1/(t√π)·(1 − 1/(2t²) + 3/(4t⁴) − 15/(8t⁶) + …); the next term is below 2^-60.
        s = 1 / (2 * t * t)
        return float((1 - s + 3 * s**2 - 15 * s**3 + 105 * s**4) / (t * arb.pi().sqrt()))


def _exp_sum(high: float, low: float) -> float:
    if high < -746:
        return 0.0
    whole = _exp(high)
    return whole if math.isinf(whole) else whole + whole * low


def _product_error(a: float, b: float) -> float:
    product = a * b
    if not (math.isfinite(a) and math.isfinite(b) and math.isfinite(product)):
        return math.nan
    return float(Fraction(a) * Fraction(b) - Fraction(product))


def _sum_error(a: float, b: float) -> float:
    total = a + b
    return float(Fraction(a) + Fraction(b) - Fraction(total)) if math.isfinite(total) else math.nan


def _divide(a: float, b: float) -> float:
    if b == 0:
        return math.nan if a == 0 or math.isnan(a) else math.copysign(math.inf, a) * math.copysign(1.0, b)
    return a / b


def _minimum(a: float, b: float) -> float:
    return b if a > b else a


def _maximum(a: float, b: float) -> float:
    return b if a < b else a


_plain_exp, _plain_expm1 = _rounded(arb.exp), _rounded(arb.expm1)
_plain_log, _plain_log1p = _rounded(arb.log), _rounded(arb.log1p)
_plain_tanh = _rounded(arb.tanh)

ELEMENTARY: dict[str, Callable[..., float]] = {
    "exp": _exp,
    "expm1": _expm1,
    "log": _log,
    "log1p": _log1p,
    "tanh": _tanh,
    "erf": math.erf,
    "sin": _rounded(arb.sin),
    "cos": _rounded(arb.cos),
    "atan": _rounded(arb.atan),
    "asinh": _rounded(arb.asinh),
    "erfcx": _erfcx,
    "exp_sum": _exp_sum,
}

EXACT: dict[str, Callable[..., float]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": _divide,
    "neg": lambda a: -a,
    "abs": abs,
    "sqrt": lambda a: math.sqrt(a) if a >= 0 else math.nan,
    "minimum": _minimum,
    "maximum": _maximum,
    "sum_error": _sum_error,
    "product_error": _product_error,
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
    "and": lambda a, b: bool(a) and bool(b),
    "or": lambda a, b: bool(a) or bool(b),
    "not": lambda a: not a,
    "select": lambda condition, a, b: a if condition else b,
}
