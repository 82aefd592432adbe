"""A program over a vector as loops over one row, for languages without arrays.

A line is either of the row (made of parameters, the length and reductions) or of the entry (it depends on the
entry of an argument, otherwise than through a reduction).  Lines of the entry are computed afresh in every
loop that needs them, unless one is all that the result needs and can wait in its place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from symact.lowering.arithmetic import ONE, ZERO
from symact.lowering.interpret import is_elementary
from symact.lowering.program import Line, Node, Operation, Program, rewritten

REDUCTIONS = ("row_max", "row_sum")

EXACT = frozenset(("argument", "name", "neg"))
"""What loses nothing in the type of the entries."""

ROUNDED = EXACT | {"constant", "parameter", "mul", "sub", "eq", "select", "exp"}
"""What loses a rounding each in the type of the entries, where exponents are exact."""


@dataclass(frozen=True)
class Total:
    """What is made of a term of every entry; ``in_full``, the term has no names of lines of the entry."""

    name: str
    term: Node
    in_full: Node

    @property
    def is_exact(self) -> bool:
        """Whether the terms are entries as they are given."""
        return _is_made_of(self.in_full, EXACT)

    @property
    def is_count(self) -> bool:
        """Whether the total is a number of entries."""
        return self.in_full.op == "select" and self.in_full.args[1:] == (ONE, ZERO)


@dataclass(frozen=True)
class Loop:
    """Reductions by one operation: for every entry compute the lines, then let each total take in its term."""

    op: Operation
    lines: tuple[Line, ...]
    totals: tuple[Total, ...]

    @property
    def values(self) -> tuple[Node, ...]:
        """What is computed for every entry."""
        return (*(line.value for line in self.lines), *(total.term for total in self.totals))

    @property
    def signed_array(self) -> tuple[str, float]:
        """The array and the sign whose product the only term is; no name where it is something else."""
        (total, *others) = self.totals
        sign, value = (-1.0, total.in_full.args[0]) if total.in_full.op == "neg" else (1.0, total.in_full)
        return (value.label, sign) if value.op == "argument" and not others else ("", 0.0)

    @property
    def is_in_float(self) -> bool:
        """Whether the terms of a row of floats lose no more than roundings where they are computed in float."""
        return all(is_in_float(total.in_full) for total in self.totals)


@dataclass(frozen=True)
class Shift:
    """What ``exp`` of an entry stands for: e^(scale·entry) over a power of two near that of the peak."""

    scale: Node
    peak: str


@dataclass(frozen=True)
class Schedule:
    """The steps of one row, in order, and how the result comes out.

    ``steps`` are lines of the row and loops.  ``result`` is of the entry unless ``one_result``; ``lines`` are
    those of the entry that it needs, and ``in_full`` it has no names of them.
    """

    steps: tuple[Line | Loop, ...]
    lines: tuple[Line, ...]
    result: Node
    in_full: Node
    one_result: bool
    shift: Shift | None

    @property
    def loops(self) -> tuple[Loop, ...]:
        """The steps that are loops."""
        return tuple(step for step in self.steps if isinstance(step, Loop))

    @property
    def of_row(self) -> dict[str, Line | Loop]:
        """What there is once for a row, and the step that gives it."""
        return {name: step for step in self.steps for name in _names(step)}

    @property
    def kept(self) -> str | None:
        """The costly value of an entry that the last loop has, if the result needs no other of the entry."""
        if not self.loops or self.one_result or any(node.op == "argument" for node in self.result.walk()):
            return None
        needed = {node.label for node in self.result.walk() if node.op == "name"} - self.of_row.keys()
        costly = {line.name for line in self.loops[-1].lines if is_elementary(line.value)}
        return needed.pop() if len(needed) == 1 and needed <= costly else None

    @property
    def scale(self) -> str | None:
        """The value of the row that the one which is kept is divided by, if that is all that is done with it."""
        names = [operand.label for operand in self.result.args if operand.op == "name"]
        return names[1] if self.result.op == "div" and len(names) == 2 and names[0] == self.kept else None

    @property
    def is_in_float(self) -> bool:
        """Whether the result of a row of floats is as exact as its largest part where it is computed in float."""
        return not self.one_result and is_in_float(self.in_full)


def is_in_float(value: Node) -> bool:
    """Whether a value of an entry loses no more than roundings where it is computed in float."""
    exponents = (node.args[0] for node in value.walk() if node.op == "exp")
    return _is_made_of(value, ROUNDED) and all(_is_made_of(exponent, EXACT) for exponent in exponents)


def _is_made_of(value: Node, operations: frozenset[str]) -> bool:
    return all(node.op in operations for node in value.walk())


def schedule(program: Program, entries: Sequence[str]) -> Schedule:
    """Arrange a program; `entries` are the arguments with one value per entry, the rest have one per row."""
    exponential = _exponential(program.result)
    if exponential is None:
        shift = None
        lines, result = program.straight_line()
    else:
        # The peak has a line whether the result needs it or not.
        lines, both = program.straight_line(Node("eq", (exponential.peak, exponential.shifted(program.result))))
        peak, result = both.args
        shift = Shift(exponential.scale, peak.label)
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
            total = Total(line.name, term, _in_full(term, varying))
            _take_in(steps, Loop(line.value.op, _needed([term], varying), (total,)), varying)
        elif varies(line.value):
            varying[line.name] = line
        else:
            _place(steps, line)
    needed = _needed([result], varying)
    return Schedule(tuple(steps), needed, result, _in_full(result, varying), not varies(result), shift)


def _place(steps: list[Line | Loop], line: Line) -> None:
    """Add a line of the row to the steps as soon as it can be computed: what comes after need not wait for it."""
    names = {node.label for node in line.value.walk() if node.op == "name"}
    needed = [place for place, step in enumerate(steps) if names & _names(step)]
    steps.insert(max(needed, default=-1) + 1, line)


def _names(step: Line | Loop) -> set[str]:
    return {total.name for total in step.totals} if isinstance(step, Loop) else {step.name}


def _take_in(steps: list[Line | Loop], loop: Loop, varying: Mapping[str, Line]) -> None:
    """Add a loop to the steps: to the last loop, if that reduces alike and what comes after it is not needed."""
    names = {node.label for total in loop.totals for node in total.in_full.walk() if node.op == "name"}
    for place in reversed(range(len(steps))):
        step = steps[place]
        if names & _names(step):
            break
        if isinstance(step, Loop) and (step.op, step.is_in_float) == (loop.op, loop.is_in_float):
            totals = (*step.totals, *loop.totals)
            steps[place] = Loop(loop.op, _needed([total.term for total in totals], varying), totals)
            return
    steps.append(loop)


def _needed(roots: Iterable[Node], varying: Mapping[str, Line]) -> tuple[Line, ...]:
    """Return the lines of the entry that some values rest on, in their order."""
    wanted: set[str] = set()
    stack = [node for root in roots for node in root.walk()]
    while stack:
        node = stack.pop()
        if node.op == "name" and node.label in varying and node.label not in wanted:
            wanted.add(node.label)
            stack.extend(varying[node.label].value.walk())
    return tuple(line for name, line in varying.items() if name in wanted)


def _in_full(value: Node, varying: Mapping[str, Line]) -> Node:
    """Return a value with the lines of the entry in place of their names."""

    def rewrite(node: Node) -> Node:
        return _in_full(varying[node.label].value, varying) if node.op == "name" and node.label in varying else node

    return _rewritten(value, rewrite)


def _rewritten(value: Node, rewrite: Callable[[Node], Node]) -> Node:
    """Return a value with every node rewritten, operands first."""

    def rule(node: Node, rebuilt: Mapping[Node, Node]) -> Node:
        args = tuple(rebuilt[operand] for operand in node.args)
        return rewrite(Node(node.op, args, node.number, node.label, node.name))

    return rewritten(value, rule)


@dataclass(frozen=True)
class _Exponential:
    """The exponential of a row, e^(scale·(entry − peak)) to twice the digits."""

    decay: Node
    scale: Node
    entry: Node
    peak: Node

    @property
    def power(self) -> Node:
        """What stands for e^(scale·entry): too large by one factor for all entries."""
        return Node("exp", (self.entry,), name=self.decay.name)

    def is_ratio(self, result: Node) -> bool:
        """Whether a result is an exponential divided by the sum of all, where the factor cancels."""
        return result == Node("div", (self.decay, Node("row_sum", (self.decay,))))

    @property
    def is_peak(self) -> Node:
        """Whether the exponential is 1."""
        return Node("eq", (Node("sub", (self.entry, self.peak)), ZERO))

    def is_share(self, term: Node) -> bool:
        """Whether a term is an exponential, or one of those that are not the greatest."""
        return term in (self.decay, Node("select", (self.is_peak, ZERO, self.decay)))

    def shifted(self, result: Node) -> Node:
        """Return a result from exponentials of the entry; a sum that is no ratio is taken in shares of the greatest."""
        ratio = self.is_ratio(result)

        def rewrite(node: Node) -> Node:
            if node == self.decay:
                return self.power
            if node == self.is_peak:
                return Node("eq", (self.entry, self.peak))
            if not ratio and node.op == "row_sum" and self.power in node.walk():
                share = Node("div", (ONE, Node("exp", (self.peak,))), name="share")
                return Node("mul", (Node("row_sum", node.args), share), name=node.name)
            return node

        return _rewritten(result, rewrite)


def _exponential(result: Node) -> _Exponential | None:
    """Return the exponential of which a result is a ratio or a function of sums, if it is either."""
    found = [each for node in result.walk() if node.op == "exp_sum" and (each := _parts(node))]
    if len(found) != 1:
        return None
    (each,) = found
    sums = [node for node in result.walk() if node.op == "row_sum" and each.decay in node.walk()]
    rest = _rewritten(result, lambda node: Node("name", label="sum") if node in sums else node)
    of_sums = each.decay not in rest.walk() and all(each.is_share(total.args[0]) for total in sums)
    return each if each.is_ratio(result) or of_sums else None


def _parts(decay: Node) -> _Exponential | None:
    """Return what e^(high + low) is made of, if that is scale·(entry − peak) of an entry as it is given."""
    high, low = decay.args
    scale, difference = high.args if high.op == "mul" else (ONE, high)
    if difference.op != "sub" or difference.args[1] != Node("row_max", (difference.args[0],)):
        return None
    entry, peak = difference.args
    lost = Node("sum_error", (entry, Node("neg", (peak,))))
    if scale != ONE:
        lost = Node("add", (Node("product_error", (scale, difference)), Node("mul", (scale, lost))))
    return _Exponential(decay, scale, entry, peak) if low == lost and _is_made_of(entry, EXACT) else None
