"""A program over a vector as loops over one row, for languages without arrays.

A line is either of the row (made of parameters, the length and reductions) or of the entry (it depends on the
entry of an argument, otherwise than through a reduction).  Lines of the entry are computed afresh in every
loop that needs them, unless one is all that the result needs and can wait in its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from symact.lowering.interpret import ELEMENTARY, is_elementary
from symact.lowering.program import Line, Node, Operation, Program

REDUCTIONS = ("row_max", "row_sum")

DECAYS = frozenset(("exp", "exp_sum"))
"""The exponent is shifted by the greatest of its row: it is never positive."""


@dataclass(frozen=True)
class Loop:
    """A reduction: for every entry compute the lines, then let the total take in the term."""

    name: str
    op: Operation
    lines: tuple[Line, ...]
    term: Node

    @property
    def values(self) -> tuple[Node, ...]:
        """What is computed for every entry."""
        return (*(line.value for line in self.lines), self.term)

    @property
    def is_in_float(self) -> bool:
        """Whether a row of floats loses nothing where the terms are computed in float.

        The greatest of some floats is one of them; a sum of exponentials, none negative, is as exact as they are; and
        a number of entries is exact.
        """
        ops = {node.op for value in self.values for node in value.walk()}
        if self.op == "row_max":
            return ops <= {"argument", "name", "neg"}
        counts = self.term.op == "select" and all(value.op == "constant" for value in self.term.args[1:])
        return counts or (bool(ops & DECAYS) and not ops & (ELEMENTARY.keys() - DECAYS))


@dataclass(frozen=True)
class Schedule:
    """The steps of one row, in order, and how the result comes out.

    ``steps`` are lines of the row and loops.  ``result`` is of the entry unless ``one_result``; ``lines`` are
    those of the entry that it needs.
    """

    steps: tuple[Line | Loop, ...]
    lines: tuple[Line, ...]
    result: Node
    one_result: bool

    @property
    def kept(self) -> str | None:
        """The costly value of an entry that the last loop has, if the result needs no other of the entry."""
        last = next((step for step in reversed(self.steps) if isinstance(step, Loop)), None)
        if last is None or self.one_result or any(node.op == "argument" for node in self.result.walk()):
            return None
        of_row = {step.name for step in self.steps}
        needed = {node.label for node in self.result.walk() if node.op == "name"} - of_row
        costly = {line.name for line in last.lines if is_elementary(line.value)}
        return needed.pop() if len(needed) == 1 and needed <= costly else None

    @property
    def scale(self) -> str | None:
        """The value of the row that the one which is kept is divided by, if that is all that is done with it."""
        names = [operand.label for operand in self.result.args if operand.op == "name"]
        return names[1] if self.result.op == "div" and len(names) == 2 and names[0] == self.kept else None


def schedule(program: Program, entries: Sequence[str]) -> Schedule:
    """Arrange a program; `entries` are the arguments with one value per entry, the rest have one per row."""
    lines, result = program.straight_line()
    varying: dict[str, Line] = {}

    def varies(node: Node) -> bool:
        if node.op == "argument":
            return node.label in entries
        if node.op == "name":
            return node.label in varying
        return node.op not in REDUCTIONS and any(varies(operand) for operand in node.args)

    steps: list[Line | Loop] = []
    for line in lines:
        if line.value.op in REDUCTIONS:
            (term,) = line.value.args
            steps.append(Loop(line.name, line.value.op, _needed([term], varying), term))
        elif varies(line.value):
            varying[line.name] = line
        else:
            steps.append(line)
    return Schedule(tuple(steps), _needed([result], varying), result, not varies(result))


def _needed(roots: Iterable[Node], varying: dict[str, Line]) -> tuple[Line, ...]:
    """Return the lines of the entry that some values rest on, in their order."""
    wanted: set[str] = set()
    stack = [node for root in roots for node in root.walk()]
    while stack:
        node = stack.pop()
        if node.op == "name" and node.label in varying and node.label not in wanted:
            wanted.add(node.label)
            stack.extend(varying[node.label].value.walk())
    return tuple(line for name, line in varying.items() if name in wanted)
