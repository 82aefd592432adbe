"""What the comment of a generated function says: the same words in every backend."""

from __future__ import annotations

import re
import textwrap
from itertools import pairwise

from symact.lowering.interpret import is_elementary
from symact.lowering.program import Kernels, Program

WIDTH = 110


def headline(kernels: Kernels, program: Program) -> str:
    """Return what a function is, in one line."""
    if program is kernels.value:
        return f"{kernels.summary}."
    if program is kernels.grad:
        return f"Derivative of {kernels.name}."
    if program is kernels.grad_from_output:
        return f"Derivative of {kernels.name} from its output."
    if program is kernels.grad2:
        return f"Second derivative of {kernels.name}."
    if program is kernels.vjp:
        return f"Vector-Jacobian product of {kernels.name}."
    parameter = next(name for name, each in kernels.parameter_grads.items() if each is program)
    return f"Derivative of {kernels.name} with respect to {parameter}."


def tolerance(program: Program) -> float | None:
    """Return by how many units in the last place a parameter may change for a program to run in a narrower type.

    ``None`` for a program that needs double precision whatever its parameters.
    """
    if not program.rounds_once:
        return None
    return 0.0 if program.decides_by_parameters else 0.5


def is_fit_for_float32(program: Program) -> bool:
    """Whether a float32 result may be computed as it stands in float32, with no parameters that could be wider.

    What a library has for exponentials and the like in float32 is of unknown accuracy.
    """
    return program.in_float == program.result and not program.parameters and not is_elementary(program.result)


def details(kernels: Kernels, program: Program, width: int, float_error: float | None = None) -> list[str]:
    """Return the lines that say more: the formula, its source, its accuracy, and why it is so written.

    The error of a result in float32 is said where a backend has a program for it.
    """
    origin = f"Source: {kernels.source}. " if program is kernels.value and kernels.source.strip("—") else ""
    accuracy = origin + _accuracy(program.error, float_error)
    return [
        line
        for paragraph in (program.formula, accuracy, *program.notes)
        for line in textwrap.wrap(paragraph, width, break_long_words=False, break_on_hyphens=False)
    ]


def layout(expression: str, room: int, width: int) -> list[str]:
    """Break an expression longer than `room` into lines of at most `width`, indented relative to the first.

    Choices and calls are laid out a branch or an operand a line, arithmetic is filled and broken before
    operators.
    """
    if len(expression) <= room:
        return [expression]
    for cut in (r" (?=: )", r"(?<=,) "):
        pieces = _cut(expression, cut, _outline(expression))
        if len(pieces) > 1:
            return [line for piece in pieces for line in layout(piece, width, width)]
    call = re.fullmatch(r"(-?[\w.]+\()\.+(\)[,;]?)", _outline(expression))
    if call:
        operands = expression[call.end(1) : call.start(2)]
        if "," in _outline(operands):
            return [call[1], *(f"    {line}" for line in layout(operands, 0, width - 4)), call[2]]
    return _filled(_cut(expression, r" (?=(?:[-+*/<>?|&]|[<>=!]=|&&|\|\|) )|(?<=,) ", expression), room, width)


def _filled(pieces: list[str], room: int, width: int) -> list[str]:
    lines = [pieces[0]]
    for piece in pieces[1:]:
        if len(lines[-1]) + 1 + len(piece) <= (width if len(lines) > 1 else room):
            lines[-1] += f" {piece}"
        else:
            lines.append(piece)
    return lines


def _cut(expression: str, cut: str, outline: str) -> list[str]:
    """Cut an expression at the blanks that a pattern finds in its outline."""
    edges = [-1, *(match.start() for match in re.finditer(cut, outline)), len(expression)]
    return [expression[left + 1 : right] for left, right in pairwise(edges)]


def _outline(expression: str) -> str:
    """Replace everything inside parentheses and braces by dots, so that only the outermost level is left."""
    depth, outline = 0, []
    for character in expression:
        depth -= character in ")}"
        outline.append("." if depth else character)
        depth += character in "({"
    return "".join(outline)


def _accuracy(error: float | None, float_error: float | None) -> str:
    """Say what is known of the rounding error of a result; the head of a file says what it is the largest of."""
    if error is None:
        return "The rounding error grows with the length of the row: 'symact check' measures it."
    return f"Error: {error:.2g} ULP." if float_error is None else f"Error: {error:.2g} ULP, in float {float_error:.2g}."
