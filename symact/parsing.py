"""Text to exact numbers, by a whitelist over Python's own syntax tree; nothing is evaluated or sympified."""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable
from typing import Any

from sympy import E, Expr, Integer, Interval, Rational, SympifyError, oo, pi, sympify

from symact.errors import SymactError

LONGEST = 100  # characters; no number that a person writes is longer
LARGEST_EXPONENT = 400  # of a decimal, beyond the range of float64 on either side
LARGEST_POWER = 64

CONSTANTS: dict[str, Expr] = {"pi": pi, "π": pi, "e": E, "E": E, "oo": oo, "inf": oo}

OPERATORS: dict[type[ast.AST], Callable[..., Any]] = {
    ast.UAdd: operator.pos,
    ast.USub: operator.neg,
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}


def number(text: str) -> Expr:
    """Read an exact number: decimals are exact rationals.

    Parameters
    ----------
    text
        Digits, ``+ - * / **`` and parentheses, ``pi``, ``e``, ``oo`` (also π, ∞ and −).

    Raises
    ------
    SymactError
        If it is anything else, or not a real number or ±∞.

    Examples
    --------
    >>> number("0.1"), number("-1/2"), number("2*pi"), number("-oo")
    (1/10, -1/2, 2*pi, -oo)
    """
    source = text.strip().replace("∞", "oo").replace("−", "-")
    if len(source) > LONGEST:
        raise SymactError(f"a value of {len(source)} characters is too long (at most {LONGEST})")
    try:
        value = _read(ast.parse(source, mode="eval").body, source)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise SymactError(f"'{text}' is not a number; write for example 2, -1/2, 0.25, pi or oo") from error
    if value.is_extended_real is not True:
        raise SymactError(f"'{text}' is not a real number or ±oo")
    return value


def interval(text: str) -> Interval:
    """Read an interval: ``(0, oo)``, ``[0, 1]``, ``(-oo, oo)``; a square bracket takes the end in.

    Raises
    ------
    SymactError
        If it is anything else, or empty.

    Examples
    --------
    >>> interval("(0, oo)")
    Interval.open(0, oo)
    """
    match = re.fullmatch(r"\s*([(\[])([^,]*),([^,]*)([)\]])\s*", text)
    if match is None:
        raise SymactError(f"'{text[:LONGEST]}' is not an interval; write for example (0, oo) or [0, 1]")
    left, right = number(match[2]), number(match[3])
    found = Interval(left, right, match[1] == "(", match[4] == ")")
    if not isinstance(found, Interval):
        raise SymactError(f"the interval '{text}' is empty or a point")
    return found


def exact(value: Any) -> Expr:
    """Return a value that is given in Python: a number, a SymPy expression, or text as for :func:`number`.

    Raises
    ------
    SymactError
        If it is anything else.
    """
    if isinstance(value, str):
        return number(value)
    try:
        expression = sympify(value, strict=True)
    except SympifyError:
        expression = None
    if not isinstance(expression, Expr):
        raise SymactError(f"{value!r} is not a number; give for example 2, 0.25, sympy.pi or '1/2'")
    return expression


def _read(node: ast.AST, source: str) -> Expr:
    match node:
        case ast.Constant(value=int(whole)) if not isinstance(whole, bool):
            return Integer(whole)
        case ast.Constant(value=float()):
            return _decimal(ast.get_source_segment(source, node) or "")
        case ast.Name(id=name) if name in CONSTANTS:
            return CONSTANTS[name]
        case ast.UnaryOp(op=op, operand=operand) if type(op) in OPERATORS:
            return OPERATORS[type(op)](_read(operand, source))
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return _power(_read(left, source), _read(right, source))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            return OPERATORS[type(op)](_read(left, source), _read(right, source))
    raise ValueError(f"{type(node).__name__} is not part of a number")


def _decimal(digits: str) -> Expr:
    _, _, exponent = digits.lower().partition("e")
    if exponent and abs(int(exponent)) > LARGEST_EXPONENT:
        raise ValueError("the exponent is too large")
    return Rational(digits)


def _power(base: Expr, exponent: Expr) -> Expr:
    """Raise to a small power: a large one of a rational would take for ever to write down."""
    size = len(str(base))
    if not exponent.is_Rational or abs(exponent) > LARGEST_POWER or size * abs(exponent) > 100 * LARGEST_POWER:
        raise ValueError("the power is too large")
    return base**exponent
