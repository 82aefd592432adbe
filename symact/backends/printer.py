"""One printer of numeric programs for every backend, driven by the backend's own table.

A table has one row per operation.  The printer knows nothing else, and refuses an operation that has no row.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from symact.errors import SymactError
from symact.lowering import wide
from symact.lowering.program import ARITY, LEAVES, PREDICATES, WIDE, Line, Node, Program, straight_line

ATOM = 100
"""Binds tighter than any operator: names, numbers, calls."""


@dataclass(frozen=True)
class Row:
    """How one operation is written.

    Attributes
    ----------
    form
        Text with a place ``{0}``, ``{1}`` … for each operand, and ``{array}`` for the array argument.
    precedence
        How tightly the result binds.
    operands
        How tightly each operand must bind to stand without parentheses.
    helpers
        Functions of the generated file that the text calls, each after those that it calls itself.
    """

    form: str
    precedence: int
    operands: tuple[int, ...]
    helpers: tuple[str, ...] = ()


def call(form: str, *helpers: str) -> Row:
    """Return the row of a call, whose operands never need parentheses; ``f`` is short for ``f({0})``."""
    if "{0}" not in form:
        form = f"{form}({{0}})"
    return Row(form, ATOM, (0,) * form.replace("{array}", "").count("{"), helpers)


def call2(name: str, *helpers: str) -> Row:
    """Return the row of a call with two operands."""
    return call(f"{name}({{0}}, {{1}})", *helpers)


def infix(operator: str, precedence: int) -> Row:
    """Return the row of an operator that associates to the left: a − (b − c) keeps its parentheses."""
    return Row(f"{{0}} {operator} {{1}}", precedence, (precedence, precedence + 1))


def comparison(operator: str, precedence: int) -> Row:
    """Return the row of a comparison; ``a < b < c``, another thing in Python than in C, never occurs."""
    return Row(f"{{0}} {operator} {{1}}", precedence, (precedence + 1, precedence + 1))


def prefix(operator: str, precedence: int) -> Row:
    """Return the row of a sign; ``-(-a)`` keeps its parentheses because ``--a`` is a decrement in C."""
    return Row(f"{operator}{{0}}", precedence, (precedence + 1,))


# Precedences as in the Python reference, where comparisons bind less than | and &; NumPy and torch overload them.
PYTHON_OPERATORS: Mapping[str, Row] = {
    "lt": comparison("<", 6),
    "le": comparison("<=", 6),
    "gt": comparison(">", 6),
    "ge": comparison(">=", 6),
    "eq": comparison("==", 6),
    "ne": comparison("!=", 6),
    "or": infix("|", 7),
    "and": infix("&", 9),
    "add": infix("+", 11),
    "sub": infix("-", 11),
    "mul": infix("*", 12),
    "div": infix("/", 12),
    "neg": prefix("-", 13),
    "not": prefix("~", 13),
}


@dataclass(frozen=True)
class Style:
    """What a backend's printer needs: the table, and how numbers and leaves look.

    Attributes
    ----------
    rows
        One for every operation that is not a leaf.
    infinity, nan
        The names of the two values that have no digits.
    negation
        How tightly a minus sign binds: that of a negative constant.
    length
        The number of entries of a row; ``{0}`` is the array argument.
    wide
        What the names of functions of wide numbers begin with.
    suffix
        What a number ends with, to be of the type that is computed in.
    clip
        How the minimum of a maximum is written, if there is one call for both: of the value, the least and the most.
    """

    rows: Mapping[str, Row]
    infinity: str
    nan: str
    negation: int
    length: str
    wide: str
    suffix: str = ""
    clip: Row | None = None

    def __post_init__(self) -> None:
        for op, row in self.rows.items():
            if op not in ARITY or op in LEAVES or len(row.operands) != ARITY[op]:
                raise ValueError(f"the row of '{op}' does not fit the operation")

    def row(self, op: str) -> Row:
        """Return the row of an operation.

        Raises
        ------
        SymactError
            If there is none: a printer never falls through to a guess.
        """
        if op not in self.rows:
            raise SymactError(f"no row for the operation '{op}' in this backend's table: add one")
        return self.rows[op]


@dataclass(frozen=True)
class Printer:
    """Prints nodes in one style.

    ``leaves`` gives arguments, parameters and named values another text than their own name, ``x[i]`` or
    ``(double)alpha``, each with how tightly it binds.
    """

    style: Style
    leaves: Mapping[str, tuple[str, int]]
    array: str = "x"

    def text(self, node: Node) -> str:
        """Return the expression as text."""
        return self._print(node)[0]

    def operand(self, node: Node, needed: int) -> str:
        """Return the expression, in parentheses if it binds less than needed."""
        text, binds = self._print(node)
        return text if binds >= needed else f"({text})"

    def _print(self, node: Node) -> tuple[str, int]:
        match node.op:
            case "argument" | "parameter" | "operand" | "name":
                return self.leaves.get(node.label, (node.label, ATOM))
            case "constant":
                return self._number(node.number)
            case "call":
                values = ", ".join(self._print(operand)[0] for operand in node.args)
                return f"{self.style.wide}{node.label}({values})", ATOM
            case "length":
                return self.style.length.format(self.array), ATOM
        row, args = self.style.row(node.op), node.args
        if self.style.clip is not None and is_clip(node):
            row, args = self.style.clip, (*args[0].args, args[1])
        operands = [self.operand(each, needed) for each, needed in zip(args, row.operands, strict=True)]
        return row.form.format(*operands, array=self.array), row.precedence

    def _number(self, value: float) -> tuple[str, int]:
        if math.isnan(value):
            return self.style.nan, ATOM
        digits = repr(abs(value)) if not self.style.suffix else str(np.float32(abs(value)))
        text = self.style.infinity if math.isinf(value) else digits + self.style.suffix
        return (f"-{text}", self.style.negation) if math.copysign(1.0, value) < 0 else (text, ATOM)


def is_clip(node: Node) -> bool:
    """Tell whether a value is the minimum of a maximum."""
    return node.op == "minimum" and node.args[0].op == "maximum"


def helpers(style: Style, results: Iterable[Node]) -> tuple[str, ...]:
    """Return the helper functions that programs call, in an order in which each can be defined."""
    used = wide.operations(tuple(results))
    order: dict[str, None] = {}
    for op in style.rows:
        if op in used:
            order.update(dict.fromkeys(style.rows[op].helpers))
    return tuple(order)


@dataclass(frozen=True)
class WideFunction:
    """A function of wide numbers, printed: what a template needs of it."""

    name: str
    operands: tuple[str, ...]
    summary: str
    lines: tuple[Line, ...]
    result: Node


def wide_functions(style: Style, programs: Iterable[Program]) -> tuple[WideFunction, ...]:
    """Return the functions of wide numbers that the programs call, each after those that it calls itself."""
    found = []
    for each in wide.needed(tuple(program.result for program in programs)):
        lines, result = straight_line(each.result, each.operands)
        found.append(WideFunction(f"{style.wide}{each.name}", each.operands, each.summary, lines, result))
    return tuple(found)


def kind(node: Node, lines: Mapping[str, Line]) -> str:
    """Tell what a value is, looking through names: a truth value ("int" in C), a "wide" number or a "double"."""
    if node.op == "name":
        return kind(lines[node.label].value, lines)
    if node.op == "select":
        return kind(node.args[1], lines)
    return "int" if node.op in PREDICATES else "wide" if node.op in WIDE else "double"
