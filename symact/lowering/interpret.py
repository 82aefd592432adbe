"""Run a program on floats, deterministically.

Additions, products, quotients and roots are IEEE double arithmetic; elementary functions are computed by Arb and
rounded, then moved by `slack` units in the last place.  The result is the same on every machine, so a choice that
rests on it is too.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Any

import numpy as np
from flint import arb
from numpy.typing import NDArray

from symact.balls import working_precision
from symact.lowering import erfcx, wide
from symact.lowering.program import Node

Floats = NDArray[np.float64]
WideFloats = tuple[Any, ...]
"""High part, low part and exponent."""

SPLITTER = 2.0**27 + 1
LARGEST_EXPONENT = 709.782712893384
LEAST_EXPONENT = -745.1332191019412

FLOAT_SLACK = 0.2 * 2.0**-24
"""What elementary functions in float32 are off before they are rounded, relative to their values."""

DECAY_SLACK = 0.8 * 2.0**-24
"""The same of a·e^u, which has one rounding to come."""

EXCESS_SLACK = 1.2 * 2.0**-24
"""The same of (a + b)·(e^u − 1), times 2·e^u where that is less than 1."""

LOG_DECAY_SLACK, LOG_DECAY_RISE = 0.65 * 2.0**-24, 0.6 * 2.0**-24
"""The same of (a + b)·log(1 + v), v = e^u, and how much more times v², or half as much more if a is a power of two."""

TANH_SLACK = 1.7 * 2.0**-24
"""The same of 1 − tanh |x|, as far as that is computed."""

SHORT_SLACK = 2.0**-30
"""The same of what has the digits of a float in double precision."""

EXP_SINGLE_SLACK, EXP_SINGLE_RISE = 2.5 * 2.0**-24, 9.0 * 2.0**-24
"""The same of NumPy's exp in float32, where x is k·log 2, and how much more for each unit that x is farther than 0.22
from that (measured at 6·10⁷ floats, rounding included: 3.6·2⁻²⁴ at 0.35)."""

EXP_24_SLACK = 0.3 * 2.0**-24
"""The same of e^x by a polynomial in float32."""

TANH_SINGLE_SLACK = 1.0 * 2.0**-24
"""The same of its tanh up to 1, and beyond six tenths of it."""

LOG1P_SINGLE_SLACK = 1.5 * 2.0**-24
"""The same of log(1 + x) for 0 ≤ x ≤ 1, by a polynomial in float32, for each unit of x."""

LOGISTIC_SLACK = 0.4 * 2.0**-24
"""The same of e^−u in the kernel of a·σ(u), whose sums and quotients are as in C."""


def run(node: Node, values: Mapping[str, float | Floats], slack: int = 0, in_float: bool = False) -> Floats:
    """Evaluate a node.

    Parameters
    ----------
    node
        The result of an elementwise program.
    values
        Numbers or arrays for arguments and parameters, by name.
    slack
        How many units in the last place every elementary function is off: 0 for correctly rounded ones.
    in_float
        Whether every operation is rounded to float32, as if it were computed in it; elementary functions are then
        `slack` times :data:`FLOAT_SLACK` off before that, if not something else is known of them.

    Returns
    -------
    ndarray
        One value for each argument; an array without dimensions for a number.
    """
    arrays = {name: np.asarray(value, np.float64) for name, value in values.items()}
    with np.errstate(all="ignore"):
        result = _result(node, arrays, slack, in_float)
    shape = np.broadcast_shapes(*(np.shape(value) for value in values.values()))
    return np.broadcast_to(np.asarray(result, np.float64), shape)


def is_elementary(node: Node) -> bool:
    """Whether an elementary function is called on the way to a value."""
    return any(step.op in ELEMENTARY for step in node.walk())


def run_wide(node: Node, values: Mapping[str, Any]) -> Any:
    """Evaluate a node whose operands may be wide numbers, given as three arrays each."""
    with np.errstate(all="ignore"):
        return _result(node, values, 0)


def _result(node: Node, values: Mapping[str, Any], slack: int, in_float: bool = False) -> Any:
    """Return a value: an array, or the three arrays of a wide number."""
    results: list[Any] = []
    for function, operands, label, moved in _instructions(node, in_float):
        if function is None:
            value = values[label]
            results.append(_in_float(value) if in_float else value)
        elif function is wide.function:
            called = wide.function(label)
            named = dict(zip(called.operands, (results[k] for k in operands), strict=True))
            results.append(_result(called.result, named, slack))
        else:
            given = [results[k] for k in operands]
            value = function(*given, slack) if function in OF_SLACK else function(*given)
            if moved is not None and slack:
                value = value * (1 + slack * moved) if moved else _moved(value, slack)
            if label == "error":
                value = value - _in_float(value)
            results.append(_in_float(value) if in_float else value)
    return results[-1]


@lru_cache(maxsize=1024)
def _instructions(
    node: Node, in_float: bool
) -> tuple[tuple[Callable[..., Any] | None, tuple[int, ...], str, float | None], ...]:
    """Return the steps of a program, operands by position; a step without function reads a value.

    The last entry is what an elementary function may be off, relative to its value, and 0 for units in the last place.

    The function of a call is :func:`symact.lowering.wide.function`, which finds what the label names.
    """
    position: dict[Node, int] = {}
    steps: list[tuple[Callable[..., Any] | None, tuple[int, ...], str, float | None]] = []
    for step in node.walk():
        position[step] = len(steps)
        operands = tuple(position[o] for o in step.args)
        if step.op in ("argument", "parameter", "operand"):
            steps.append((None, (), step.label, None))
        elif step.op == "call":
            steps.append((wide.function, operands, step.label, None))
        elif step.op == "constant":
            steps.append((partial(np.float64, step.number), (), "", None))
        else:
            table = EXACT | AS_IN_C | KERNELS | (IN_FLOAT if in_float else {})
            function = table[step.op]
            part = step.op.rpartition("_")[2] if step.op in IN_PARTS else ""
            off = None
            if step.op in KERNELS and function not in OF_SLACK:
                off = SHORT_SLACK if step.op in ("exp_30", "log1p_30") else FLOAT_SLACK if in_float else 0.0
            steps.append((function, operands, part, off))
    return tuple(steps)


def _in_float(value: Any) -> Any:
    """Round numbers to float32; that of a sum, product or quotient of floats is as if it were computed there."""
    array = np.asarray(value)
    return array if array.dtype == bool else array.astype(np.float32).astype(np.float64)


def _moved(value: Floats, steps: int) -> Floats:
    away = np.where((value == 0) | ~np.isfinite(value), value, np.copysign(np.inf, steps))
    for _ in range(abs(steps)):
        value = np.nextafter(value, away)
    return value


def _each(function: Callable[[float], float]) -> Callable[[Any], Floats]:
    """Return a function of arrays; values met before are remembered, candidates share most of theirs."""
    remembered = lru_cache(maxsize=1 << 16)(function)

    def evaluate(values: Any) -> Floats:
        array = np.asarray(values, np.float64)
        results = [remembered(value) for value in array.ravel().tolist()]
        return np.array(results, np.float64).reshape(array.shape)

    return evaluate


def _rounded(function: Callable[[arb], arb], value: float) -> float:
    with working_precision(96):
        return float(function(arb(value)))


def _exp(value: float) -> float:
    if math.isnan(value) or value > LARGEST_EXPONENT:
        return value if math.isnan(value) else math.inf
    return 0.0 if value < LEAST_EXPONENT else _rounded(arb.exp, value)


def _expm1(value: float) -> float:
    if math.isnan(value) or value > LARGEST_EXPONENT:
        return value if math.isnan(value) else math.inf
    return -1.0 if value < -60 else _rounded(arb.expm1, value)


def _log(value: float) -> float:
    if math.isnan(value) or value < 0:
        return math.nan
    return -math.inf if value == 0 else value if math.isinf(value) else _rounded(arb.log, value)


def _log1p(value: float) -> float:
    if math.isnan(value) or value < -1:
        return math.nan
    if value == -1:
        return -math.inf
    return value if math.isinf(value) or value == 0 else _rounded(arb.log1p, value)


def _tanh(value: float) -> float:
    if math.isnan(value) or value == 0:
        return value
    return math.copysign(1.0, value) if abs(value) > 40 else _rounded(arb.tanh, value)


def _finite(function: Callable[[arb], arb], value: float) -> float:
    return _rounded(function, value) if math.isfinite(value) else math.nan


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


def _erfcx_29(value: Any) -> Any:
    """Return it as the kernel has it: its error is not the same everywhere, and a slope may rest on that."""
    return np.polyval(erfcx.OVER_FLOAT, value) / np.polyval(erfcx.UNDER_FLOAT, value)


def _exp_sum(high: Any, low: Any) -> Floats:
    whole = _each_exp(high)
    # Where e^high is 0 or ∞ the low part may be NaN, and has no say.
    return np.where((high < -746) | np.isinf(whole), np.where(high < -746, 0.0, whole), whole + whole * low)


def _times_logistic(factor: Any, high: Any, low: Any, slack: int) -> Floats:
    growth = _each_exp(-high - low) * (1 + slack * LOGISTIC_SLACK)
    under = _in_float(2.0**-32 * (1 + growth))
    value = _in_float(factor / under) * 2.0**-32
    return np.where(high > 64, factor, np.where(high < -110.5, 0.0, value))


def _times_decay(factor: Any, high: Any, low: Any, slack: int) -> Floats:
    decay = _each_exp(np.minimum(high, 0.0) + np.where(np.isfinite(high), low, 0.0)) * (1 + slack * DECAY_SLACK)
    lifted: Floats = _in_float(factor * decay * 2.0**64)
    return lifted * 2.0**-64


def _times_excess(factor: Any, rest: Any, high: Any, low: Any, slack: int) -> Floats:
    exponent = np.minimum(high, 0.0) + np.where(np.isfinite(high), low, 0.0)
    excess = _each_expm1(exponent)
    moved: Floats = (factor + rest) * excess * (1 + slack * EXCESS_SLACK * np.minimum(1.0, 2 * (1 + excess)))
    return moved


def _times_log_decay(factor: Any, rest: Any, high: Any, low: Any, slack: int) -> Floats:
    decay = _each_exp(np.minimum(high, 0.0) + np.where(np.isfinite(high), low, 0.0))
    rise = np.where(np.abs(np.frexp(factor)[0]) == 0.5, 0.5, 1.0)
    off = LOG_DECAY_SLACK + LOG_DECAY_RISE * rise * decay**2
    lifted: Floats = _in_float((factor + rest) * _each_log1p(decay) * (1 + slack * off) * 2.0**64)
    return lifted * 2.0**-64


def _exp_single(value: Any, slack: int) -> Floats:
    reduced = np.abs(value - np.rint(value / math.log(2)) * math.log(2))
    off = EXP_SINGLE_SLACK + EXP_SINGLE_RISE * np.maximum(reduced - 0.22, 0.0)
    moved: Floats = _each_exp(value) * (1 + slack * np.nan_to_num(off - 2.0**-25))
    return moved


def _exp_24(value: Any, slack: int) -> Floats:
    moved = _each_exp(value) * (1 + slack * EXP_24_SLACK)
    return np.where(np.abs(value) <= 87, moved, np.nan)


def _tanh_single(value: Any, slack: int) -> Floats:
    off = TANH_SINGLE_SLACK * np.where(np.abs(value) <= 1, 1.0, 0.6)
    moved: Floats = _each_tanh(value) * (1 + slack * off)
    return moved


def _log1p_single(value: Any, slack: int) -> Floats:
    moved: Floats = _each_log1p(value) * (1 + slack * LOG1P_SINGLE_SLACK * np.nan_to_num(value))
    return moved


def _expm1_30(value: Any, slack: int) -> Floats:
    exact = _each_expm1(value)
    moved: Floats = exact + slack * SHORT_SLACK * np.minimum(np.abs(exact), exact + 1)
    return moved


def _tanh_in_float(value: Any, slack: int) -> Floats:
    exact = _each_tanh(value)
    left = np.where(np.abs(exact) < 0.5, np.abs(exact) / 8, 1 - np.abs(exact))
    return exact - slack * TANH_SLACK * np.copysign(left, exact)


def _product_error(a: Any, b: Any) -> Any:
    """Return what a·b loses, by Dekker's splitting (NaN beyond 1e300, as in the backends without fma)."""
    product = a * b
    a_high, b_high = (v * SPLITTER - (v * SPLITTER - v) for v in (a, b))
    a_low, b_low = a - a_high, b - b_high
    return ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low


def _fused(a: Any, b: Any, c: Any) -> Any:
    """Return a·b + c rounded once, but for the last digit where that is next to half way between two."""
    product = a * b
    total = product + c
    lost = _sum_error(product, c) + _product_error(a, b)
    return np.where(np.isfinite(lost), total + lost, total)


def _sum_error(a: Any, b: Any) -> Any:
    """Return what a + b loses (Knuth)."""
    total = a + b
    back = total - a
    return (a - (total - back)) + (b - back)


def _power_of_two(exponents: Any) -> Floats:
    in_range = exponents >= -1022
    held = np.where(in_range, np.minimum(exponents, 1023), -1022)
    return np.where(in_range, np.ldexp(1.0, held.astype(np.int64)), 0.0)


def _widened(value: Any) -> WideFloats:
    size = np.abs(value)
    shift = np.where(size < 2.0**-500, -38.0, np.where(size > 2.0**500, 38.0, 0.0))
    lifted = value * _power_of_two(-wide.DIGIT * shift), np.zeros_like(value), shift
    parts: WideFloats = _result(wide.function("normal").result, {"a": lifted}, 0)
    return parts


def _narrowed(number: WideFloats) -> Floats:
    high, _, exponent = number
    first = np.minimum(np.maximum(exponent, -62.0), 62.0)
    rounded: Floats = high * _power_of_two(wide.DIGIT * first) * _power_of_two(wide.DIGIT * (exponent - first))
    return rounded


def _chosen(condition: Any, a: WideFloats, b: WideFloats) -> WideFloats:
    return tuple(np.where(condition, *parts) for parts in zip(a, b, strict=True))


_each_exp = _each(_exp)
_each_expm1 = _each(_expm1)
_each_log1p = _each(_log1p)
_each_tanh = _each(_tanh)

ELEMENTARY: dict[str, Callable[..., Any]] = {
    "exp": _each_exp,
    "expm1": _each_expm1,
    "log": _each(_log),
    "log1p": _each_log1p,
    "tanh": _each_tanh,
    "erf": _each(math.erf),
    "sin": _each(partial(_finite, arb.sin)),
    "cos": _each(partial(_finite, arb.cos)),
    "atan": _each(math.atan),
    "asinh": _each(math.asinh),
    "erfcx": _each(_erfcx),
    "exp_sum": _exp_sum,
}

EXACT: dict[str, Callable[..., Any]] = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "div": np.divide,
    "neg": np.negative,
    "abs": np.abs,
    "sqrt": np.sqrt,
    "minimum": lambda a, b: np.where(a > b, b, a),
    "maximum": lambda a, b: np.where(a < b, b, a),
    "sum_error": _sum_error,
    "product_error": _product_error,
    "lt": np.less,
    "le": np.less_equal,
    "gt": np.greater,
    "ge": np.greater_equal,
    "eq": np.equal,
    "ne": np.not_equal,
    "and": np.logical_and,
    "or": np.logical_or,
    "not": np.logical_not,
    "select": np.where,
    "rint": np.rint,
    "binade": lambda a: np.frexp(a)[1] - 1.0,
    "power_of_two": _power_of_two,
    "wide": lambda high, low, exponent: (high, low, exponent),
    "widen": _widened,
    "narrow": _narrowed,
    "high": lambda a: a[0],
    "low": lambda a: a[1],
    "exponent": lambda a: a[2],
    "choose": _chosen,
}

IN_FLOAT: dict[str, Callable[..., Any]] = {
    "sum_error": lambda a, b: (a + b) - _in_float(a + b),
    "product_error": lambda a, b: a * b - _in_float(a * b),
    "remainder": lambda a, b, c: a - b * c,
    "times_logistic": _times_logistic,
    "times_decay": _times_decay,
    "times_excess": _times_excess,
    "times_log_decay": _times_log_decay,
    "tanh": _tanh_in_float,
}
"""What double precision has the digits for, exactly or nearly."""

OF_SLACK = frozenset(
    (
        *(_times_logistic, _times_decay, _times_excess, _times_log_decay, _tanh_in_float, _expm1_30),
        *(_exp_single, _exp_24, _tanh_single, _log1p_single),
    )
)
"""Functions that are told how far they are off."""

OVER_THE_LINE: dict[str, Callable[..., Any]] = {
    "exp_30": _each_exp,
    "exp_53": _each_exp,
    "expm1_30": _expm1_30,
    "log1p_30": _each_log1p,
}
"""What programs in double precision for results in float call (:mod:`symact.lowering.one_exponential`)."""

SINGLE: dict[str, Callable[..., Any]] = {
    "exp_single": _exp_single,
    "exp_24": _exp_24,
    "tanh_single": _tanh_single,
    "log1p_single": _log1p_single,
}
"""What programs in single precision call (:mod:`symact.lowering.single`)."""

AS_IN_C: dict[str, Callable[..., Any]] = {"fused": _fused, "erfcx_29": _erfcx_29}
"""What they have besides, which is as it is computed there."""

IN_PARTS: dict[str, Callable[..., Any]] = {
    **dict.fromkeys(("decay_value", "decay_error"), lambda a, b: _each_exp(a + b)),
    **dict.fromkeys(("lifted_decay_value", "lifted_decay_error"), lambda a, b: _each_exp(a + b) * 2.0**64),
}
"""Functions whose values in float32 come with what they lose."""

KERNELS = ELEMENTARY | OVER_THE_LINE | SINGLE | IN_PARTS
"""Everything that may be off."""
