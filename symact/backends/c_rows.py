"""What functions over rows look like in C: their loops, and in which arithmetic they compute."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from symact.backends.c_style import (
    KERNELS,
    OF_FLOATS_STYLE,
    ROW_FLOAT_STYLE,
    ROW_POWER,
    ROW_POWERF,
    ROW_STYLE,
    STYLE,
    as_double,
    declarations,
    narrowed,
)
from symact.backends.printer import ATOM, Printer, Style, helpers
from symact.backends.rows import Loop, Schedule, Total, schedule
from symact.lowering.program import Kernels, Line, Node, Program


def output_of(kernels: Kernels, program: Program) -> str:
    """Return the name of the array that a function over rows, or of one number, writes."""
    return "dx" if program is kernels.vjp else "y"


@dataclass(frozen=True)
class Rows:
    """A program over rows of one type: what its loops do, and in which arithmetic."""

    kernels: Kernels
    program: Program
    type: str

    @property
    def entries(self) -> tuple[str, ...]:
        """The arguments with one value per entry; of a reduced row, the output and its gradient are one value."""
        return ("x",) if self.kernels.is_reduction else self.program.arguments

    @cached_property
    def plan(self) -> Schedule:
        """The steps of one row."""
        return schedule(self.program, self.entries)

    @property
    def style(self) -> Style:
        """How what is computed in double is printed."""
        return ROW_STYLE if self.type == "double" else OF_FLOATS_STYLE if self.plan.shift else STYLE

    def is_in_float(self, part: Loop | Schedule) -> bool:
        """Whether a loop, or the result, is computed in float."""
        return self.type == "float" and part.is_in_float

    def suffix(self, part: Loop | Schedule) -> str:
        """Return what the functions that a part calls end with."""
        return "f" if self.is_in_float(part) else ""

    def values(self, in_float: bool) -> list[Node]:
        """Return what is computed in float, or in double."""
        plan = self.plan
        found = [value for loop in plan.loops if self.is_in_float(loop) is in_float for value in loop.values]
        if not in_float:
            found += [step.value for step in plan.steps if isinstance(step, Line)]
        if self.is_in_float(plan) is in_float:
            found += [plan.result, *(line.value for line in plan.lines if not plan.kept)]
        return found

    @property
    def takes_powers(self) -> bool:
        """Whether exponentials are those of the row's own function."""
        values = self.values(in_float=self.type == "float")
        return self.plan.shift is not None or any(node.op == "exp" for value in values for node in value.walk())

    @property
    def is_typed(self) -> bool:
        """Whether kernels of elementary functions are called, which are told the type of the result."""
        called = KERNELS if self.style is STYLE else KERNELS - {"exp"}
        return any(node.op in called for value in self.values(in_float=False) for node in value.walk())

    @property
    def finds_nan(self) -> bool:
        """Whether a NaN comes out without help from the peak: every entry is in a sum of exponentials as well."""
        return self.plan.shift is not None and not self.kernels.is_reduction

    def adds(self, loop: Loop, total: Total) -> str:
        """Return what adds the terms of a block."""
        if total.is_count and not self.is_in_float(loop):
            return "row_count"
        return f"{'row_add' if total.is_exact else 'row_add_rounded'}{self.suffix(loop)}"

    def keeps_lost(self, loop: Loop, total: Total) -> bool:
        """Whether what the rounding of a total loses is kept: a double has digits to spare for floats and counts."""
        return not self.is_in_float(loop) and not total.is_count

    def helpers(self) -> Iterator[str]:
        """Yield the functions that are called, each after those that it calls itself."""
        yield from helpers(self.style, self.values(in_float=False))
        yield from helpers(ROW_FLOAT_STYLE, self.values(in_float=True))
        if self.takes_powers:
            yield from ROW_POWERF if self.type == "float" else ROW_POWER
        for loop in self.plan.loops:
            yield "row_lanes"
            if loop.op == "row_max":
                f = self.suffix(loop)
                yield from (f"maximum{f}", f"row_peak{f}") if self.finds_nan else (f"row_max{f}",)
            else:
                for total in loop.totals:
                    lost = self.keeps_lost(loop, total)
                    yield from ("sum_error", self.adds(loop, total), "row_sum") if lost else ()
                    yield from () if lost else (self.adds(loop, total), "row_total")

    def loops(self, leaves: Mapping[str, tuple[str, int]]) -> dict[str, Any]:
        """Return the loops over one row, given what parameters look like."""
        plan = self.plan
        places = {a: f"{a}[i]" if a in self.entries else f"{a}[row]" for a in self.program.arguments}
        of_row = {name: f"(float){name}" for name in plan.of_row}
        printer = Printer(self.style, {**leaves, **{a: as_double(place, self.type) for a, place in places.items()}})
        float_printer = Printer(ROW_FLOAT_STYLE, {name: (text, ATOM) for name, text in (places | of_row).items()})
        of_entries = (*plan.lines, *(line for loop in plan.loops for line in loop.lines))
        known = {line.name: line for line in (*of_entries, *(s for s in plan.steps if isinstance(s, Line)))}
        steps: list[dict[str, Any]] = []
        before = [self._shift("1.0", "0.0")] if self.takes_powers and not plan.shift else []
        for step in plan.steps:
            if isinstance(step, Line):
                steps.append({"op": "line", "lines": declarations(printer, [step], known)})
                continue
            steps.append(self._loop(step, float_printer if self.is_in_float(step) else printer, known))
            if plan.shift and plan.shift.peak in (total.name for total in step.totals):
                steps.append({"op": "line", "lines": [self._shift(printer.text(plan.shift.scale), plan.shift.peak)]})
            if step is plan.loops[-1] and self.finds_nan:
                f = self.suffix(plan.loops[0])
                before.append(f"{'float' if f else 'double'} next = rows > 0 ? {self._peak('x')} : 0.0{f};")
                waits = "/* The greatest value of the next row does not wait for the result of this one. */"
                steps.append(
                    {"op": "line", "lines": [waits, f"next = row + 1 < rows ? {self._peak('&x[n]')} : 0.0{f};"]}
                )
        return {
            **self._result(steps, printer, float_printer, known),
            "entries": self.entries,
            "steps": steps,
            "one_result": self.kernels.is_reduction and self.program is self.kernels.value,
            "typed": self.is_typed,
            "before": before,
        }

    def _peak(self, row: str) -> str:
        """Return the call that finds the greatest value of a row."""
        loop = self.plan.loops[0]
        f = self.suffix(loop)
        return f"row_peak{f}({row}, {loop.signed_array[1]}{f}, n)"

    def _shift(self, scale: str, peak: str) -> str:
        f = "f" if self.type == "float" else ""
        return f"const row_shift{f} shift = row_shift{f}_of({scale}, {peak});"

    def _loop(self, loop: Loop, printer: Printer, known: Mapping[str, Line]) -> dict[str, Any]:
        in_float = self.is_in_float(loop)
        number = "float" if in_float else "double"
        array, sign = loop.signed_array if number == self.type else ("", 0.0)
        return {
            "op": loop.op,
            "in_float": in_float,
            "number": number,
            "lines": declarations(printer, loop.lines, known, number),
            "totals": [
                {
                    "name": total.name,
                    "term": printer.text(total.term),
                    "adds": self.adds(loop, total),
                    "keeps_lost": self.keeps_lost(loop, total),
                }
                for total in loop.totals
            ],
            "array": array if (self.finds_nan if loop.op == "row_max" else sign == 1.0) else "",
            "kept": "",
        }

    def _result(
        self, steps: list[dict[str, Any]], printer: Printer, float_printer: Printer, known: Mapping[str, Line]
    ) -> dict[str, Any]:
        """Return how the result is computed; what it needs once a row is added to the steps."""
        plan = self.plan
        output = f"{output_of(self.kernels, self.program)}[i]"
        if plan.kept:
            last = next(step for step in reversed(steps) if step["op"] != "line")
            kept = Node("name", label=plan.kept)
            last["kept"] = f"{output} = {plan.kept if last['in_float'] else narrowed(printer, kept, self.type)}"
            if last["in_float"] and plan.scale is not None:
                inverse = f"const double inverse = 1.0 / {plan.scale};"
                parts = "const float reciprocal = (float)inverse, rest = (float)(inverse - (double)reciprocal);"
                steps.append({"op": "line", "lines": [inverse, parts]})
                return {"lines": [], "result": f"fmaf({output}, reciprocal, {output} * rest)"}
            lines = [f"const double {plan.kept} = {as_double(output, self.type)[0]};"]
            return {"lines": lines, "result": narrowed(printer, plan.result, self.type)}
        if self.is_in_float(plan):
            lines = declarations(float_printer, plan.lines, known, "float")
            return {"lines": lines, "result": float_printer.text(plan.result)}
        lines = declarations(printer, plan.lines, known)
        return {"lines": lines, "result": narrowed(printer, plan.result, self.type)}
