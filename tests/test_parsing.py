"""Numbers are read exactly, and nothing else is read."""

import pytest
from sympy import E, Integer, Rational, oo, pi, sqrt

from symact.errors import SymactError
from symact.parsing import exact, number

# fmt: off
READ = [
    ("2",         Integer(2)),
    ("-1/2",      Rational(-1, 2)),
    ("0.1",       Rational(1, 10)),
    ("1e-3",      Rational(1, 1000)),
    ("0x10",      Integer(16)),
    ("1_000",     Integer(1000)),
    (" 3 ",       Integer(3)),
    ("2*pi",      2 * pi),
    ("-π",        -pi),
    ("e",         E),
    ("oo",        oo),
    ("-oo",       -oo),
    ("inf",       oo),
    ("−∞",        -oo),
    ("2**(1/2)",  sqrt(2)),
    ("2**-2",     Rational(1, 4)),
    ("(1+2)*3",   Integer(9)),
]
# fmt: on

REFUSED = [
    "",
    "abc",
    "x",
    "1/0",
    "oo-oo",
    "0*oo",
    "2j",
    "(-1)**0.5",
    "True",
    "'2'",
    "1 2",
    "007",
    "1.5.2",
    "5 % 3",
    "2^3",
    "[1]",
    "pi()",
    "pi.real",
    "lambda: 1",
    "__import__('os').system('true')",
    "9**9**9",
    "((9**64)**64)**64",
    "1e999999999",
    "(" * 60 + "1" + ")" * 60,
    "1" * 101,
    "1\0",
]


@pytest.mark.parametrize(("text", "value"), READ)
def test_numbers_are_read_exactly(text, value):
    """A decimal is the rational that it spells, never the nearest float."""
    assert number(text) == value


@pytest.mark.parametrize("text", REFUSED)
def test_everything_else_is_refused(text):
    """What is not a real number or ±∞ is an error that repeats the text, at once and without running it."""
    with pytest.raises(SymactError, match=r"number|too long"):
        number(text)


def test_values_in_python_stay_what_they_are():
    """Numbers and expressions pass, text is read exactly, anything else is refused in one line."""
    assert exact(2) == Integer(2)
    assert exact(pi / 2) == pi / 2
    assert exact("0.1") == Rational(1, 10)
    for wrong in (None, True, [1], {}, object()):
        with pytest.raises(SymactError, match="is not a number"):
            exact(wrong)
