"""Every function of wide numbers is enclosed by balls at arguments of every magnitude."""

import numpy as np
import pytest
from flint import arb

from symact.balls import working_precision
from symact.lowering import wide
from symact.lowering.arithmetic import constant
from symact.lowering.interpret import run_wide
from symact.lowering.program import Node

A, B = Node("operand", label="a"), Node("operand", label="b")
GENERATOR = np.random.default_rng(0)
ANY = np.concatenate(
    [
        GENERATOR.uniform(-700, 700, 60),
        GENERATOR.uniform(-3, 3, 120),
        np.exp2(GENERATOR.uniform(-1060, 0, 60)) * GENERATOR.choice([-1, 1], 60),
        GENERATOR.uniform(-30, 30, 60),
        [0.0, 5e-324, -2.0, 2.0, 0.34, -0.34, 1.0, -1.0, 1e5, -1e5],
    ]
)
SQUARED = ANY[np.abs(ANY) < 1000]  # e^(−a²) has no more digits than a² has after the point
POSITIVE = np.abs(ANY[ANY != 0])

MEANINGS = {
    "exp": (arb.exp, ANY),
    "expm1": (arb.expm1, ANY),
    "log": (arb.log, POSITIVE),
    "log1p": (arb.log1p, ANY[ANY > -1]),
    "log1p_excess": (lambda u: u.log1p() - u / (1 + u), ANY[ANY > -1]),
    "sqrt": (arb.sqrt, np.abs(ANY)),
    "tanh": (arb.tanh, ANY),
    "sinh": (arb.sinh, ANY),
    "cosh": (arb.cosh, ANY),
    "asinh": (arb.asinh, ANY),
    "atan": (arb.atan, ANY),
    "sin": (arb.sin, ANY[np.abs(ANY) < 1e6]),
    "cos": (arb.cos, ANY[np.abs(ANY) < 1e6]),
    "sin_pi": (lambda u: (arb.pi() * u).sin(), ANY),
    "cos_pi": (lambda u: (arb.pi() * u).cos(), ANY),
    "erf": (arb.erf, ANY),
    "erfc": (arb.erfc, SQUARED),
    "sigmoid": (lambda u: 1 / (1 + (-u).exp()), ANY),
    "softplus": (lambda u: u.exp().log1p(), ANY),
    "normal_cdf": (lambda u: (-u / arb(2).sqrt()).erfc() / 2, SQUARED),
    "normal_pdf": (lambda u: (-u * u / 2).exp() / (2 * arb.pi()).sqrt(), SQUARED),
    "negative": (lambda u: -u, ANY),
    "magnitude": (abs, ANY),
    "expm1_near_0": (arb.expm1, ANY[np.abs(ANY) < 0.34]),
    "sine_near_0": (arb.sin, ANY[np.abs(ANY) < 0.78]),
    "cosine_near_0": (arb.cos, ANY[np.abs(ANY) < 0.78]),
    "erf_near_0": (arb.erf, ANY[np.abs(ANY) < 2]),
    "erfcx": (lambda u: (u * u).exp() * u.erfc(), POSITIVE[POSITIVE >= 2]),
    "normal": (lambda u: u, ANY),
    "add": (lambda u, v: u + v, ANY),
    "multiply": (lambda u, v: u * v, ANY),
    "divide": (lambda u, v: u / v, ANY),
    "power": (lambda u, v: u**v, POSITIVE[POSITIVE < 100]),
    "signed": (lambda u, v: -u if v < 0 else u, ANY),
    "scaled": (lambda u, v: u * v, ANY),
}
DIGITS = 2.0**-80
"""What every function keeps at arguments up to 1e5; about 2^-100 where the argument is of order 1."""


def as_wide(values):
    """Return doubles with a low part, so that all 106 digits count."""
    high, low, exponent = run_wide(wide.widen(Node("argument", label="x")), {"x": values})
    return high, low + high * 2.0**-60 * 0.7, exponent


def balls(number):
    return [
        (arb(float(high)) + arb(float(low))) * arb(2) ** (16 * int(exponent)) if high else arb(0)
        for high, low, exponent in zip(*number, strict=True)
    ]


def test_the_table_is_complete():
    """Every function has a meaning to be compared with."""
    assert set(MEANINGS) == set(wide.names())


@pytest.mark.parametrize("name", wide.names())
def test_meaning(name):
    """A function agrees with its ball to 80 digits, for arguments with a low part."""
    meaning, points = MEANINGS[name]
    operands = wide.function(name).operands
    others = np.where(GENERATOR.uniform(0, 1, len(points)) < 0.5, 1.5, -2.75) if len(operands) == 2 else None
    numbers = [as_wide(points), *([as_wide(others)] if others is not None else [])]
    if name == "scaled":
        numbers[1] = np.full_like(points, 0.125), np.zeros_like(points), np.zeros_like(points)
    node = Node("call", (A, B)[: len(operands)], label=name)
    computed = run_wide(node, dict(zip(("a", "b"), numbers, strict=False)))
    with working_precision(3000):
        arguments = zip(*(balls(number) for number in numbers), strict=True)
        for point, argument, result in zip(points, arguments, balls(computed), strict=True):
            exact = meaning(*argument)
            assert abs(result - exact) <= abs(exact) * DIGITS, (name, point)


@pytest.mark.parametrize("value", [0.0, 5e-324, -1e-310, 1.7976931348623157e308, -3.0, 1e-300])
def test_doubles_pass_through(value):
    """Widening a double and narrowing it again gives it back."""
    x = Node("argument", label="x")
    assert float(run_wide(wide.narrow(wide.widen(x)), {"x": np.array(value)})) == value


def test_exponentials_neither_overflow_nor_underflow():
    """log(e^a) is a where e^a is no double by far."""
    node = wide.narrow(wide.call("log", wide.call("exp", A)))
    for value in (1e4, -1e4, 1e15, -1e15, 1e300, -1e300, 1.7e308, -1.7e308):
        assert float(run_wide(node, {"a": as_wide(np.array([value]))})[0]) == pytest.approx(value, rel=1e-15)


def test_zero_does_not_decide_an_exponent():
    """0 + a is a, also for a far below the least double."""
    tiny = wide.wide(constant(1.5), constant(0.0), constant(-5000.0))
    node = wide.plus(wide.exactly(0), tiny)
    assert [float(part) for part in run_wide(node, {})] == [1.5, 0.0, -5000.0]


def test_a_wrong_coefficient_is_seen():
    """The comparison with balls fails for a constant that is off in its 90th digit."""
    wrong = wide.times(A, wide.wide(constant(1.0), constant(2.0**-79)))
    with working_precision(300):
        (result,) = balls(run_wide(wrong, {"a": as_wide(np.array([1.0]))}))
        (exact,) = balls(as_wide(np.array([1.0])))
        assert not abs(result - exact) <= exact * DIGITS
