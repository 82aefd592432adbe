"""Fuzzing the reader of formulas: every text is an activation or one clear error, within two seconds.

``python tests/formula/test_fuzz.py --minutes 10`` does for as long as wanted what the tests do for a moment.
"""

from __future__ import annotations

import argparse
import collections
import math
import random
import sys
import time
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from symact.activation import Activation, x
from symact.errors import SymactError
from symact.formula import parse
from symact.formula.expressions import FUNCTIONS

SECONDS = 2.0

SEEDS = (
    "x*tanh(log(1+exp(x)))",
    "x*sigmoid(beta*x)",
    "where(x > 0 and not x >= 1, elu(x, alpha=2), a*expm1(x))",
    "max(0, min(x, 6))/6 + abs(x)**0.5 - 1e-3",
    "relu(x)**2 + x*softplus(-x) - pi*e",
    "cases(x > 1, 1, x < -1, -1, x)",
    "−x² + Φ(x)·φ(x)",
    r"\frac{x}{1+e^{-\beta x}}",
    r"\begin{cases} x & x > 0 \\ \alpha(e^x-1) & \text{otherwise} \end{cases}",
    r"\frac{1}{2}x\left(1 + \operatorname{erf}\left(\frac{x}{\sqrt{2}}\right)\right) - |x|",
    r"\max\{0, x\}^2 \cdot \tanh^2 x + \sqrt[3]{x_1}",
)

PIECES = (
    *(
        "x",
        "a",
        "beta",
        "0",
        "1",
        "2",
        "0.5",
        "1e-3",
        "9",
        "99999",
        "pi",
        "e",
        "True",
        "nan",
        "oo",
        "lambda",
        "_",
        "__",
    ),
    *("+", "-", "*", "/", "**", "^", "//", "(", ")", "((", "))", ",", "=", "==", "<", ">=", "!=", ".", ":", ":=", "@"),
    *(" ", "\t", "\n", "\0", "#", "'", '"', "[", "]", "{", "}", "\\", "|", "&", "$", "%", "!", "?", "`", ";", "~"),
    *(
        " and ",
        " or ",
        " not ",
        " if ",
        " else ",
        " for ",
        " in ",
        "where(",
        "max(",
        "exp(",
        "log(",
        "elu(",
        "softmax(",
    ),
    *(
        "x.real",
        "__class__",
        "f'",
        "1j",
        "0x1",
        "1_0",
        "**64",
        "**-1",
        "/0",
        "π",
        "∞",
        "−",
        "²",
        "х",
        "ｘ",
        "\u202e",
        "σ",
    ),
    *(
        r"\frac",
        r"\sqrt",
        r"\left(",
        r"\right)",
        r"\beta",
        r"\text{if}",
        r"\begin{cases}",
        r"\end{cases}",
        r"\\",
        "_{1}",
    ),
)


def outcome(text: str, latex: bool) -> str:
    """Read a text, and say what came of it.

    Raises
    ------
    AssertionError
        If it was anything but an activation or an error of one line, or took too long.
    """
    start = time.process_time()
    try:
        made = parse(text, latex=latex)
        found = "read"
        assert isinstance(made, Activation), (text, made)
    except SymactError as error:
        found = "refused"
        message = str(error)
        assert message.isprintable(), (text, message)
        assert len(message) < 500, (text, message)
    except Exception as error:
        raise AssertionError(f"{text!r}, latex={latex}: {type(error).__name__}: {error}") from error
    spent = time.process_time() - start
    assert spent < SECONDS, f"{text!r}, latex={latex}: {spent:.1f} s"
    return found


def mutated(generator: random.Random) -> str:
    """Return a seed with pieces inserted, removed, repeated and replaced, or mere pieces."""
    text = generator.choice((*SEEDS, ""))
    for _ in range(generator.choice((1, 1, 2, 3, 5, 8, 20))):
        place, end = sorted(generator.randrange(len(text) + 1) for _ in range(2))
        change = generator.randrange(6)
        if change < 2:
            text = text[:place] + generator.choice(PIECES) + text[place:]
        elif change == 2:
            text = text[:place] + text[min(end, place + 5) :]
        elif change == 3:
            text = text[:place] + text[place:end] * generator.choice((2, 2, 3, 50)) + text[end:]
        elif change == 4:
            text = (
                text[:place]
                + chr(generator.choice((generator.randrange(128), generator.randrange(0x3000))))
                + text[place:]
            )
        else:
            text = text[:place] + generator.choice(SEEDS) + text[end:]
    return text[:6000]


def formula(generator: random.Random, depth: int) -> str:
    """Return a formula by the grammar, parentheses everywhere, so that Python gives it the same meaning."""
    if depth == 0 or generator.random() < 0.1:
        return generator.choice(("x", "x", "x", "1", "2", "0.5", "3", "1e-2", "pi", "e", "0"))
    kind = generator.randrange(8)
    inner = depth - 1
    if kind < 4:
        sign = generator.choice("+-*/")
        return f"({formula(generator, inner)} {sign} {formula(generator, inner)})"
    if kind == 4:
        return f"({formula(generator, inner)})**{generator.choice(('2', '3', '-1', '0.5', '(1/3)'))}"
    if kind == 5:
        relation = generator.choice(("<", "<=", ">", ">="))
        parts = [formula(generator, inner) for _ in range(4)]
        # The number keeps two sides apart that are equal but for the rounding of Python's floats.
        return f"where({parts[0]} {relation} {parts[1]} + 0.0137, {parts[2]}, {parts[3]})"
    if kind == 6:
        return f"{generator.choice(('max', 'min'))}({formula(generator, inner)}, {formula(generator, inner)})"
    return f"{generator.choice(ONE_ARGUMENT)}({formula(generator, inner)})"


ONE_ARGUMENT = tuple(sorted(name for name, each in FUNCTIONS.items() if each.most == 1))

MEANINGS = {
    **{name: getattr(math, name) for name in ("sin", "cos", "tan", "asin", "atan", "sinh", "cosh", "tanh", "asinh")},
    **{name: getattr(math, name) for name in ("exp", "log", "sqrt", "erf", "erfc", "expm1", "log1p", "pi", "e")},
    "ln": math.log, "arctan": math.atan, "arcsin": math.asin, "arcsinh": math.asinh,
    "abs": abs, "max": max, "min": min,
    "sign": lambda u: (u > 0) - (u < 0),
    "where": lambda condition, a, b: a if condition else b,
    "sigmoid": lambda u: 1 / (1 + math.exp(-u)), "sigma": lambda u: 1 / (1 + math.exp(-u)),
    "softplus": lambda u: math.log(1 + math.exp(u)),
    "Phi": lambda u: math.erfc(-u / math.sqrt(2)) / 2, "normal_cdf": lambda u: math.erfc(-u / math.sqrt(2)) / 2,
    "phi": lambda u: math.exp(-u * u / 2) / math.sqrt(2 * math.pi),
    "normal_pdf": lambda u: math.exp(-u * u / 2) / math.sqrt(2 * math.pi),
}  # fmt: skip
"""What the functions are to Python's floats, independently of SymPy."""


def disagreement(text: str, at: float) -> str | None:
    """Return how the value of a formula at a point differs from that which Python computes, if it does."""
    try:
        made = parse(text)
    except SymactError:
        return None
    try:
        wanted = eval(text, {"__builtins__": {}, **MEANINGS}, {"x": at})
        nearby = eval(text, {"__builtins__": {}, **MEANINGS}, {"x": at * (1 + 1e-9)})
        found = made.expr.subs(x, at).evalf(15)
        got = complex(found)
    except (ArithmeticError, ValueError, TypeError, RecursionError):
        return None
    if isinstance(wanted, complex) or isinstance(nearby, complex) or not math.isfinite(wanted) or got.imag:
        return None
    steep = abs(nearby - wanted) > 1e-4 * max(1, abs(wanted))  # a jump, or a loss of all digits
    if steep or abs(wanted) > 1e12 or abs(got.real - wanted) <= 1e-4 * max(1.0, abs(wanted)):
        return None
    return f"{text} at {at}: {wanted} by Python, {got.real} by symact"


def samples(generator: random.Random) -> Iterator[tuple[str, bool]]:
    """Yield texts without end, each with whether it is to be read as LaTeX."""
    while True:
        text = mutated(generator) if generator.random() < 0.8 else formula(generator, 4)
        yield text, "\\" in text if generator.random() < 0.8 else generator.random() < 0.5


short = settings(max_examples=200, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
generators = st.randoms(use_true_random=False)


@given(generator=generators, latex=st.booleans())
@short
def test_mutations_of_formulas(generator, latex):
    """Whatever is inserted, removed or repeated, the text is read or refused in one line, in time."""
    outcome(mutated(generator), latex)


@given(text=st.text(max_size=300), latex=st.booleans())
@short
def test_any_text(text, latex):
    """Any text at all is read or refused in one line, in time."""
    outcome(text, latex)


@given(text=st.text("x0123456789.e+-*/()<>=,abc \\{}^_|&", max_size=60), latex=st.booleans())
@short
def test_texts_of_the_right_letters(text, latex):
    """Texts of what formulas are made of too."""
    outcome(text, latex)


@pytest.mark.parametrize("seed", range(8))
def test_values_are_those_of_python(seed):
    """A formula by the grammar has the value that Python's own arithmetic gives it."""
    generator = random.Random(seed)
    for _ in range(25):
        text = formula(generator, generator.choice((1, 2, 3)))
        assert disagreement(text, generator.choice((-1.3, 0.7, 2.1))) is None


def main() -> int:
    """Fuzz for some minutes and print the counts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=None)
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.randrange(2**32)
    generator = random.Random(seed)
    counts: collections.Counter[str] = collections.Counter()
    slowest, failures = 0.0, []
    end = time.monotonic() + 60 * options.minutes
    parse("elu(x)")
    for text, latex in samples(generator):
        start = time.process_time()
        try:
            counts[outcome(text, latex)] += 1
        except AssertionError as error:
            counts["failed"] += 1
            failures.append(str(error))
            print(f"FAILED {error}"[:2000], flush=True)
        if not latex and counts.total() % 4 == 0:
            different = disagreement(formula(generator, 3), generator.uniform(-3, 3))
            counts["compared"] += 1
            if different:
                failures.append(different)
                print(f"FAILED {different}"[:2000], flush=True)
        slowest = max(slowest, time.process_time() - start)
        if time.monotonic() > end:
            break
    print(f"seed {seed}: {dict(counts)}, slowest {slowest:.2f} s of processor time")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
