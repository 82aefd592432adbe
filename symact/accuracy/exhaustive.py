"""Every float32 input of the generated C: the result in float32 beside that of the same function in float64.

The float64 code is within a few units in the last place of the symbolic original, which :mod:`symact.accuracy.sweep`
measures against ball arithmetic; each of them is 2⁻²⁹ of a unit of float32, and so many are added to every error that
is found.  That settles the inputs whose exact value is all but in the middle of two floats too: the float64 result
may be on the other side of it, and another float the nearest, but no distance changes by more than was added.

Three things are taken for granted: that the float64 code errs nowhere by more than was measured; that the exact value
has the binade of the float64 result, for where only the latter is a power of two the unit is twice as large; and that
near a zero other than 0, where the error of float64 is measured against the terms that cancel, these are not 2²⁹ times
the value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import NamedTuple

from symact.accuracy import cluster, journal
from symact.accuracy.comparison import Case, Worst, compare
from symact.accuracy.sweep import parameter_values
from symact.accuracy.table import Row
from symact.activation import Activation
from symact.backends import render
from symact.backends.c import arguments
from symact.backends.loading import compiler_version
from symact.errors import SymactError
from symact.lowering import lower
from symact.lowering.parameters import named, sample_values
from symact.processes import each

INPUTS = 2**32

SHARDS = 256
"""Pieces of the inputs, each of one sign and two binades."""

BOUND = 2.0
"""In ULP: what is promised of every float32 result."""

DOUBLE_ULP = 2.0**-29
"""A unit in the last place of float64 in those of float32."""


class Shard(NamedTuple):
    """One piece of the work."""

    case: Case
    number: int

    @property
    def name(self) -> str:
        """What it is a piece of."""
        return f"{self.case.name} {self.case.derivative}"


@dataclass(frozen=True)
class Finding:
    """What was found of a case.

    Attributes
    ----------
    case
        What was tried.
    worst
        The largest difference between the types, and the first input that has it.
    """

    case: Case
    worst: Worst

    @property
    def ulp(self) -> float:
        """The largest error, that of the float64 code included."""
        return self.worst.ulp + self.case.allowance

    @property
    def row(self) -> Row:
        """The line of the table."""
        place = "" if self.worst.place is None else repr(self.worst.place)
        return Row(self.case.name, self.case.derivative, "c", "float32", self.ulp, place, BOUND)


def cases(activations: Sequence[Activation], others: bool = True) -> list[Case]:
    """Return f and f′ of several activations, at the defaults of their parameters and at other values.

    Parameters
    ----------
    activations
        Functions of one number.
    others
        Whether a function with parameters is tried at other values than its defaults too.

    Raises
    ------
    SymactError
        If a function is of a whole vector, or there is no C compiler.
    """
    for activation in activations:
        if not activation.is_elementwise:
            raise SymactError(f"'{activation.name}' is of a whole vector: its inputs cannot be exhausted")
    return [case for activation in activations for case in _cases(activation, others)]


def _cases(activation: Activation, others: bool) -> list[Case]:
    kernels = lower(activation)
    files = tuple(render([kernels], "c").items())
    version = compiler_version()
    found = []
    for sample in sample_values(activation)[: None if others else 1]:
        values = parameter_values(activation, named(sample))
        given = tuple((name, values[name]) for name in arguments(kernels))
        for label, program in (("f", kernels.value), ("f′", kernels.grad)):
            if program is not None:
                allowance = DOUBLE_ULP * (program.error or 0.0)
                found.append(Case(activation.name, label, f"symact_{program.name}", given, files, version, allowance))
    return found


def checks(
    tried: Sequence[Case],
    progress: Callable[[Shard], None] | None = None,
    shards: Sequence[int] = range(SHARDS),
    fresh: bool = False,
    scheduler: str | None = None,
) -> list[Finding]:
    """Try all inputs; what an earlier run that was cut off has done already is not done again.

    Parameters
    ----------
    tried
        What to try.
    progress
        Called with each shard that is done.
    shards
        Which of the :data:`SHARDS` pieces of the inputs; all unless they are given.
    fresh
        Whether to begin anew, whatever was done before.
    scheduler
        The address of a Dask scheduler whose workers do it; the processors of this machine unless it is given.

    Raises
    ------
    SymactError
        If what C needs is missing, or the scheduler does not answer.
    """
    found: dict[Shard, Worst] = {}
    for case in tried:
        if fresh:
            journal.forget(case)
            continue
        for number, worst in journal.recorded(case).items():
            if number in shards:
                found[Shard(case, number)] = worst
    if progress:
        for shard in found:
            progress(shard)
    work = [Shard(case, number) for case in tried for number in shards]
    rest = [shard for shard in work if shard not in found]
    pairs = each(measure, rest) if scheduler is None else cluster.each(scheduler, measure, rest)
    with closing(pairs):
        for shard, worst in pairs:
            found[shard] = worst
            journal.record(shard.case, shard.number, worst)
            if progress:
                progress(shard)
    # The first of the largest errors, so that the order in which the shards were done leaves no trace.
    return [Finding(case, max((found[Shard(case, k)] for k in shards), key=lambda worst: worst.ulp)) for case in tried]


def measure(shard: Shard) -> Worst:
    """Return the worst of one shard."""
    size = INPUTS // SHARDS
    return compare(shard.case, shard.number * size, size)
