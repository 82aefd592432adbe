"""Wide numbers: (high + low)·65536^exponent, 106 digits and an exponent that neither overflows nor underflows.

They are the last resort of lowering, where double precision loses digits to cancellation or its range to an
exponential: every operation is accurate to about 2^-100, for arguments of every magnitude.  Each function is written
once, as nodes over doubles; every backend prints it, and :mod:`symact.lowering.interpret` runs it.

Sums and products are those of Dekker (1971) and Knuth (1969).  The exponential is reduced by log 2 and by 8, and its
Taylor polynomial doubled three times; logarithms and the arc tangent are one Newton step from those of double
precision.  erf is the series e^(−u²)·Σ 2ⁿu^(2n+1)/(2n+1)!! of positive terms below 2, and above it the complement by a
Chebyshev expansion of erfcx.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

from flint import arb
from sympy import Expr, Rational, S, log, pi, sqrt

from symact.balls import Ball, evaluate, working_precision
from symact.lowering.arithmetic import ONE, ZERO, add, constant, horner, mul, neg, op, sub
from symact.lowering.chebyshev import truncated_series
from symact.lowering.program import Node, Operation

DIGIT = 16
"""Exponents count digits of 16 bits: so that of e^x fits into a double for every double x."""

ZERO_EXPONENT = -1.75 * 2.0**1023
"""The exponent of 0: below that of every other number, so that 0 never decides to which exponent a sum is brought."""

FARTHEST, BEYOND = 2.0**1022, 2.0**1023
"""The exponents of e^a go up to the first where a is of the size of a double, to the second where it is far larger."""

FEW_DOUBLES = 200.0
"""The exponent of a product of two doubles or of a small multiple of one is below."""

TERMS_OF_EXP, WIDE_TERMS_OF_EXP = 17, 9
TERMS_OF_LOG = 30
TERMS_OF_SINE = 15
TERMS_OF_ERF = 44
TERMS_OF_ERFCX, SHIFT = 40, 3


@dataclass(frozen=True)
class Function:
    """A function of wide numbers that generated code defines.

    Attributes
    ----------
    name
        As in ``wide_exp``.
    operands
        Names of the arguments.
    result
        The value, in nodes over the operands.
    summary
        One line for the comment of the generated function.
    """

    name: str
    operands: tuple[str, ...]
    result: Node
    summary: str


def wide(high: Node, low: Node = ZERO, exponent: Node = ZERO) -> Node:
    """Return (high + low)·65536^exponent as it stands."""
    return op("wide", high, low, exponent)


def exactly(value: Expr | Ball | int) -> Node:
    """Return a constant to 106 digits."""
    ball = evaluate(S(value), bits=200) if isinstance(value, (Expr, int)) else value
    if ball.is_zero():
        return wide(ZERO, ZERO, constant(ZERO_EXPONENT))
    mantissa, shift = ball.mid().man_exp()
    exponent = round((int(shift) + abs(int(mantissa)).bit_length() - 1) / DIGIT)
    with working_precision(240):
        ball = ball * arb(2) ** (-DIGIT * exponent)
        high = float(ball.mid())
        low = float((ball - high).mid())
    return wide(constant(high), constant(low), constant(float(exponent)))


def widen(value: Node) -> Node:
    """Return a double as a wide number, exactly."""
    if value.op == "constant":
        return exactly(arb(value.number))
    return op("widen", value)


def narrow(value: Node) -> Node:
    """Return a wide number rounded to double."""
    return op("narrow", value)


def call(name: str, *operands: Node) -> Node:
    """Return the value of a function of this module at wide numbers."""
    return Node("call", operands, label=name)


def plus(a: Node, b: Node) -> Node:
    """Return a + b."""
    return call("add", a, b)


def minus(a: Node, b: Node) -> Node:
    """Return a − b."""
    return call("add", a, negative(b))


def times(a: Node, b: Node) -> Node:
    """Return a·b."""
    return call("multiply", a, b)


def over(a: Node, b: Node) -> Node:
    """Return a/b."""
    return call("divide", a, b)


def negative(a: Node) -> Node:
    """Return −a."""
    if a.op == "wide":
        return wide(neg(a.args[0]), neg(a.args[1]), a.args[2])
    return call("negative", a)


def scaled(a: Node, power: float) -> Node:
    """Return a·2^power, exactly."""
    return call("scaled", a, wide(constant(2.0**power)))


def choose(condition: Node, a: Node, b: Node) -> Node:
    """Return a where the condition holds, else b."""
    return op("choose", condition, a, b)


def called(name: str, node: Node) -> Node:
    """Return a node with the name that a careful person would give its value."""
    return replace(node, name=name)


def _operand(name: str) -> Node:
    return Node("operand", label=name)


A, B = _operand("a"), _operand("b")
HIGH, LOW, EXPONENT = op("high", A), op("low", A), op("exponent", A)
WIDE_ONE, WIDE_TWO = exactly(1), exactly(2)
LOG_2 = exactly(log(2))

Body = Callable[[], tuple[Node, str]]

_BODIES: dict[str, tuple[Body, tuple[str, ...]]] = {}


def _defines(name: str, *operands: str) -> Callable[[Body], Body]:
    def keep(body: Body) -> Body:
        _BODIES[name] = body, operands or ("a",)
        return body

    return keep


@cache
def function(name: str) -> Function:
    """Return a function by its name."""
    body, operands = _BODIES[name]
    result, summary = body()
    return Function(name, operands, result, summary)


def names() -> tuple[str, ...]:
    """Return the name of every function."""
    return tuple(_BODIES)


def needed(roots: tuple[Node, ...]) -> tuple[Function, ...]:
    """Return the functions that some nodes call, each after those that it calls itself."""
    found: dict[str, Function] = {}

    def visit(node: Node) -> None:
        for step in node.walk():
            for name in [step.label] if step.op == "call" else ["normal"] if step.op == "widen" else []:
                if name not in found:
                    visit(function(name).result)
                    found[name] = function(name)

    for root in roots:
        visit(root)
    return tuple(found.values())


def operations(roots: tuple[Node, ...]) -> set[Operation]:
    """Return the operations that occur in some nodes and in the functions that they call."""
    used = {step.op for root in roots for step in root.walk()}
    for each in needed(roots):
        used |= {step.op for step in each.result.walk()}
    return used


def _is_negative(a: Node) -> Node:
    return op("lt", op("high", a), ZERO)


def _sum_of_two(high: Node, low: Node) -> tuple[Node, Node]:
    """Return high + low with the rounding error of it, for |high| ≥ |low| (Dekker)."""
    total = op("add", high, low, called="total")
    return total, sub(low, sub(total, high))


@_defines("normal")
def _normal() -> tuple[Node, str]:
    shift = op("rint", mul(constant(1 / DIGIT), op("binade", HIGH)), called="shift")
    unit = op("power_of_two", mul(constant(-DIGIT), shift), called="unit")
    exponent = op("select", op("eq", HIGH, ZERO), constant(ZERO_EXPONENT), add(EXPONENT, shift))
    return wide(mul(HIGH, unit), mul(LOW, unit), exponent), "The same number with 2^-8 ≤ |high| ≤ 2^8."


@_defines("add", "a", "b")
def _add() -> tuple[Node, str]:
    larger = op("maximum", EXPONENT, op("exponent", B), called="exponent")
    a_unit = op("power_of_two", mul(constant(DIGIT), sub(EXPONENT, larger)), called="a_unit")
    b_unit = op("power_of_two", mul(constant(DIGIT), sub(op("exponent", B), larger)), called="b_unit")
    a_high, a_low = (op("mul", part, a_unit, called=f"a_{part.op}") for part in (HIGH, LOW))
    b_high, b_low = (op("mul", op(part, B), b_unit, called=f"b_{part}") for part in ("high", "low"))
    high, low = op("add", a_high, b_high, called="high"), add(a_low, b_low)
    high, rest = _sum_of_two(high, op("add", op("sum_error", a_high, b_high), low, called="lost"))
    high, low = _sum_of_two(high, op("add", rest, op("sum_error", a_low, b_low), called="lost"))
    return call("normal", wide(high, low, larger)), "a + b."


@_defines("multiply", "a", "b")
def _multiply() -> tuple[Node, str]:
    b_high, b_low, b_exponent = op("high", B), op("low", B), op("exponent", B)
    product, error = op("mul", HIGH, b_high, called="product"), op("product_error", HIGH, b_high)
    high, low = _sum_of_two(product, op("add", error, add(mul(HIGH, b_low), mul(LOW, b_high)), called="lost"))
    return call("normal", wide(high, low, add(EXPONENT, b_exponent))), "a·b."


@_defines("divide", "a", "b")
def _divide() -> tuple[Node, str]:
    b_high, b_low, b_exponent = op("high", B), op("low", B), op("exponent", B)
    quotient = op("div", HIGH, b_high, called="quotient")
    remainder = sub(sub(HIGH, mul(quotient, b_high)), op("product_error", quotient, b_high))
    remainder = add(remainder, sub(LOW, mul(quotient, b_low)))
    high, low = _sum_of_two(quotient, op("div", remainder, b_high))
    return call("normal", wide(high, low, sub(EXPONENT, b_exponent))), "a/b."


@_defines("negative")
def _negative() -> tuple[Node, str]:
    return wide(neg(HIGH), neg(LOW), EXPONENT), "−a."


@_defines("scaled", "a", "b")
def _scaled() -> tuple[Node, str]:
    power = op("high", B)
    return wide(mul(HIGH, power), mul(LOW, power), add(EXPONENT, op("exponent", B))), "a·b for b = ±2^k, exactly."


@_defines("magnitude")
def _magnitude() -> tuple[Node, str]:
    return choose(_is_negative(A), negative(A), A), "|a|."


@_defines("signed", "a", "b")
def _signed() -> tuple[Node, str]:
    return choose(_is_negative(B), negative(A), A), "a with the sign of b turned into it: −a for b < 0."


@_defines("sqrt")
def _sqrt() -> tuple[Node, str]:
    half = op("rint", sub(mul(constant(0.5), EXPONENT), constant(0.25)), called="half")
    unit = op("power_of_two", mul(constant(DIGIT), sub(EXPONENT, mul(constant(2.0), half))), called="unit")
    high, low = op("mul", HIGH, unit, called="high"), mul(LOW, unit)
    root = op("sqrt", high, called="root")
    rest = add(sub(sub(high, mul(root, root)), op("product_error", root, root)), low)
    total, error = _sum_of_two(root, op("div", rest, mul(constant(2.0), root)))
    whole = call("normal", wide(total, error, half))
    return choose(op("eq", HIGH, ZERO), A, whole), "√a, NaN for a < 0."


def _polynomial(coefficients: list[Node], variable: Node, start: Node) -> Node:
    """Return start·vᵏ + Σ cₙ·vⁿ for the k coefficients, from the highest power down."""
    total = start
    for coefficient in coefficients:
        total = called("series", plus(times(total, variable), coefficient))
    return total


@_defines("expm1_near_0")
def _expm1_near_0() -> tuple[Node, str]:
    part = called("eighth", scaled(A, -3.0))
    reciprocals = [Rational(1, math.factorial(k)) for k in range(1, TERMS_OF_EXP + 1)]
    tail = [constant(float(r)) for r in reversed(reciprocals[WIDE_TERMS_OF_EXP:])]
    head = [exactly(r) for r in reversed(reciprocals[:WIDE_TERMS_OF_EXP])]
    series = _polynomial(head, part, widen(horner(tail, narrow(part))))
    result = called("excess", times(part, series))
    for _ in range(3):  # e^(2y) − 1 = (e^y − 1)·((e^y − 1) + 2)
        result = called("excess", times(result, plus(result, WIDE_TWO)))
    return result, "e^a − 1 for |a| ≤ log(2)/2 + a little."


def _reduced() -> tuple[Node, Node, Node]:
    """Return digits, bits and the rest of a = (16·digits + bits)·log 2 + rest.

    Far out, where the digits of a do not reach to 1, bits and rest are of no account.
    """
    value = op("narrow", A, called="value")
    near = op("lt", op("abs", value), constant(2.0**50), called="near")
    count = op("select", near, op("rint", mul(value, constant(1 / math.log(2)))), ZERO, called="count")
    sixteenth = mul(narrow(scaled(A, -4.0)), constant(1 / math.log(2)))
    held = op("minimum", op("maximum", sixteenth, constant(-FARTHEST)), constant(FARTHEST))
    bound = op("select", _is_negative(A), constant(-BEYOND), constant(BEYOND))
    far = op("rint", op("select", op("gt", EXPONENT, constant(FEW_DOUBLES)), bound, held))
    digits = op("select", near, op("rint", mul(constant(1 / DIGIT), count)), far, called="digits")
    bits = op("select", near, sub(count, mul(constant(DIGIT), digits)), ZERO, called="bits")
    return digits, bits, choose(near, minus(A, times(widen(count), LOG_2)), exactly(0))


@_defines("exp")
def _exp() -> tuple[Node, str]:
    digits, bits, rest = _reduced()
    scale = wide(op("power_of_two", bits), ZERO, digits)
    return call("scaled", plus(WIDE_ONE, call("expm1_near_0", rest)), scale), "e^a."


@_defines("expm1")
def _expm1() -> tuple[Node, str]:
    small = op("le", op("abs", narrow(A)), constant(0.34))
    return choose(small, call("expm1_near_0", A), minus(call("exp", A), WIDE_ONE)), "e^a − 1."


@_defines("log")
def _log() -> tuple[Node, str]:
    rest = called("rest", wide(HIGH, LOW))
    first = called("first", widen(op("log", narrow(rest))))
    error = called("error", minus(times(rest, call("exp", negative(first))), WIDE_ONE))
    mended = minus(error, scaled(times(error, error), -1.0))
    whole = plus(plus(first, mended), times(widen(EXPONENT), exactly(DIGIT * log(2))))
    zero = wide(constant(-math.inf))
    return choose(op("eq", HIGH, ZERO), zero, whole), "log a; −∞ for 0, NaN below."


@_defines("log1p")
def _log1p() -> tuple[Node, str]:
    first = called("first", widen(op("log1p", narrow(A))))
    excess = called("excess", call("expm1", first))
    error = called("error", over(minus(A, excess), plus(WIDE_ONE, excess)))
    near = plus(first, minus(error, scaled(times(error, error), -1.0)))
    return choose(op("lt", op("abs", narrow(A)), constant(0.5)), near, call("log", plus(WIDE_ONE, A))), "log(1 + a)."


@_defines("log1p_excess")
def _log1p_excess() -> tuple[Node, str]:
    coefficients = [Rational((-1) ** k * (k - 1), k) for k in range(2, TERMS_OF_LOG)]
    head = [exactly(c) for c in reversed(coefficients[:-1])]
    near = times(times(A, A), _polynomial(head, A, exactly(coefficients[-1])))
    far = minus(call("log1p", A), over(A, plus(WIDE_ONE, A)))
    is_near = op("lt", op("abs", narrow(A)), constant(1 / 16))
    return choose(is_near, near, far), "log(1 + a) − a/(1 + a)."


@_defines("sigmoid")
def _sigmoid() -> tuple[Node, str]:
    decay = called("decay", call("exp", negative(call("magnitude", A))))
    upper = choose(_is_negative(A), decay, WIDE_ONE)
    return over(upper, plus(WIDE_ONE, decay)), "1/(1 + e^(−a))."


@_defines("softplus")
def _softplus() -> tuple[Node, str]:
    rest = called("rest", call("log1p", call("exp", negative(call("magnitude", A)))))
    return choose(op("gt", HIGH, ZERO), plus(A, rest), rest), "log(1 + e^a)."


@_defines("tanh")
def _tanh() -> tuple[Node, str]:
    excess = called("excess", call("expm1", negative(scaled(call("magnitude", A), 1.0))))
    return call("signed", over(negative(excess), plus(WIDE_TWO, excess)), A), "tanh a."


@_defines("sinh")
def _sinh() -> tuple[Node, str]:
    excess = called("excess", call("expm1", call("magnitude", A)))
    whole = plus(excess, over(excess, plus(WIDE_ONE, excess)))
    return call("signed", scaled(whole, -1.0), A), "sinh a."


@_defines("cosh")
def _cosh() -> tuple[Node, str]:
    growth = called("growth", call("exp", call("magnitude", A)))
    return scaled(plus(growth, over(WIDE_ONE, growth)), -1.0), "cosh a."


@_defines("asinh")
def _asinh() -> tuple[Node, str]:
    size = called("size", call("magnitude", A))
    square = called("square", times(A, A))
    rise = over(square, plus(WIDE_ONE, call("sqrt", plus(WIDE_ONE, square))))
    return call("signed", call("log1p", plus(size, rise)), A), "The inverse of sinh."


@_defines("sine_near_0")
def _sine_near_0() -> tuple[Node, str]:
    square = called("square", times(A, A))
    signs = [Rational((-1) ** k, math.factorial(2 * k + 1)) for k in range(TERMS_OF_SINE)]
    head = [exactly(c) for c in reversed(signs[:-1])]
    return times(A, _polynomial(head, square, exactly(signs[-1]))), "sin a for |a| ≤ π/4 + a little."


@_defines("cosine_near_0")
def _cosine_near_0() -> tuple[Node, str]:
    square = called("square", times(A, A))
    signs = [Rational((-1) ** k, math.factorial(2 * k)) for k in range(TERMS_OF_SINE + 1)]
    head = [exactly(c) for c in reversed(signs[:-1])]
    return _polynomial(head, square, exactly(signs[-1])), "cos a for |a| ≤ π/4 + a little."


def _phase(count: Node, near: Callable[[str], Node], is_sine: bool) -> Node:
    """Return sin or cos from a number of quarter turns and the functions of what is left."""
    phase = op("sub", count, mul(constant(4.0), op("rint", mul(constant(0.25), count))), called="phase")
    is_odd = op("eq", op("abs", phase), ONE)
    sine, cosine = near("sine_near_0"), near("cosine_near_0")
    turned = choose(is_odd, cosine, sine) if is_sine else choose(is_odd, sine, cosine)
    # sin is +s, +c, −s, −c after 0, 1, ±2, −1 quarter turns; cos is +c, −s, −c, +s.
    last = op("eq", phase, constant(-1.0) if is_sine else ONE)
    return choose(op("or", op("eq", op("abs", phase), constant(2.0)), last), negative(turned), turned)


def _wave(is_sine: bool) -> Node:
    """Return sin or cos of a."""
    angle = op("narrow", A, called="angle")
    value = op("select", op("lt", op("abs", angle), constant(math.inf)), angle, ZERO, called="value")
    count = op("rint", mul(value, constant(2 / math.pi)), called="count")
    ball = evaluate(pi / 2, bits=260)
    first = exactly(ball)
    with working_precision(300):
        rest_of_pi = ball - arb(first.args[0].number) - arb(first.args[1].number)
    turns = widen(count)
    rest = called("rest", minus(minus(A, times(turns, first)), times(turns, exactly(rest_of_pi))))
    near = _phase(count, lambda name: call(name, rest), is_sine)
    # Far out the remainder loses its digits: the addition theorem on the functions of double precision keeps 53.
    low = op("select", op("eq", angle, value), narrow(minus(A, widen(value))), ZERO, called="low")
    sines = (op("sin", value), op("cos", value), op("sin", low), op("cos", low))
    far = (
        add(mul(sines[0], sines[3]), mul(sines[1], sines[2]))
        if is_sine
        else sub(mul(sines[1], sines[3]), mul(sines[0], sines[2]))
    )
    return choose(op("lt", op("abs", angle), constant(2.0**40)), near, widen(far))


def _wave_of_turns(is_sine: bool) -> Node:
    """Return sin or cos of π·a: what is left of half turns is exact, for a of every size."""
    value = op("narrow", A, called="value")
    fits = op("lt", op("abs", value), constant(2.0**53), called="fits")
    # From 2^53 on high is even, and low counts by itself.
    high = op("select", fits, value, ZERO)
    low = op("select", fits, ZERO, narrow(wide(LOW, ZERO, EXPONENT)), called="low")
    part = called("part", choose(fits, A, widen(low)))
    doubled = mul(constant(2.0), add(high, low))
    count = op("rint", doubled, called="count")
    rest = called("rest", times(exactly(pi), minus(part, widen(mul(constant(0.5), count)))))
    return _phase(count, lambda name: call(name, rest), is_sine)


@_defines("sin")
def _sin() -> tuple[Node, str]:
    return _wave(is_sine=True), "sin a."


@_defines("cos")
def _cos() -> tuple[Node, str]:
    return _wave(is_sine=False), "cos a."


@_defines("sin_pi")
def _sin_pi() -> tuple[Node, str]:
    return _wave_of_turns(is_sine=True), "sin(π·a)."


@_defines("cos_pi")
def _cos_pi() -> tuple[Node, str]:
    return _wave_of_turns(is_sine=False), "cos(π·a)."


@_defines("atan")
def _atan() -> tuple[Node, str]:
    size = called("size", call("magnitude", A))
    inverted = op("ge", narrow(size), ONE, called="inverted")
    inner = called("inner", choose(inverted, over(WIDE_ONE, size), size))
    first = called("first", widen(op("atan", narrow(inner))))
    sine, cosine = (called(f"{each}", call(f"{each}_near_0", first)) for each in ("sine", "cosine"))
    error = over(minus(times(inner, cosine), sine), plus(cosine, times(inner, sine)))
    angle = plus(first, error)
    return call("signed", choose(inverted, minus(exactly(pi / 2), angle), angle), A), "The inverse of tan."


@_defines("erf_near_0")
def _erf_near_0() -> tuple[Node, str]:
    square = called("square", times(A, A))
    factors = [Rational(2**k, math.prod(range(1, 2 * k + 2, 2))) for k in range(TERMS_OF_ERF)]
    head = [exactly(c) for c in reversed(factors[:-1])]
    series = times(A, _polynomial(head, square, exactly(factors[-1])))
    return times(times(exactly(2 / sqrt(pi)), series), call("exp", negative(square))), "erf a for |a| ≤ 2."


@_defines("erfcx")
def _erfcx() -> tuple[Node, str]:
    # t·erfcx(t) is smooth in w = (t − 7)/(t + 3), which runs from −1 at t = 2 to 1 at ∞.
    w = over(minus(A, exactly(SHIFT + 4)), plus(A, exactly(SHIFT)))
    coefficients = erfcx_coefficients()
    head = [exactly(c) for c in reversed(coefficients[:-1])]
    return over(_polynomial(head, w, exactly(coefficients[-1])), A), "e^(a²)·erfc(a) for a ≥ 2."


@_defines("erfc")
def _erfc() -> tuple[Node, str]:
    size = called("size", call("magnitude", A))
    beyond = op("ge", narrow(size), constant(2.0), called="beyond")
    tail = times(call("erfcx", choose(beyond, size, WIDE_TWO)), call("exp", negative(times(A, A))))
    near = minus(WIDE_ONE, call("erf_near_0", choose(beyond, WIDE_ONE, A)))
    far = choose(_is_negative(A), minus(WIDE_TWO, tail), tail)
    return choose(beyond, far, near), "erfc a."


@_defines("erf")
def _erf() -> tuple[Node, str]:
    beyond = op("ge", op("abs", narrow(A)), constant(2.0))
    near = call("erf_near_0", choose(beyond, WIDE_ONE, A))
    far = call("signed", minus(WIDE_ONE, call("erfc", call("magnitude", A))), A)
    return choose(beyond, far, near), "erf a."


@_defines("normal_cdf")
def _normal_cdf() -> tuple[Node, str]:
    return scaled(call("erfc", times(A, exactly(-1 / sqrt(2)))), -1.0), "Φ(a)."


@_defines("normal_pdf")
def _normal_pdf() -> tuple[Node, str]:
    return times(exactly(1 / sqrt(2 * pi)), call("exp", negative(scaled(times(A, A), -1.0)))), "φ(a)."


@_defines("power", "a", "b")
def _power() -> tuple[Node, str]:
    return choose(op("eq", HIGH, ZERO), A, call("exp", times(B, call("log", A)))), "a^b for a ≥ 0; 0 for a = 0."


@cache
def erfcx_coefficients() -> tuple[Ball, ...]:
    """Return balls for the polynomial P(w) = t·erfcx(t), lowest power first, interpolated at Chebyshev's points."""

    def scaled(w: arb) -> arb:
        t = (SHIFT + 4 + SHIFT * w) / (1 - w)
        return t * (t * t).exp() * t.erfc()

    with working_precision(500):
        return tuple(truncated_series(scaled, TERMS_OF_ERFCX - 1, TERMS_OF_ERFCX).coeffs())
