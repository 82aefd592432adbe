"""Programs beside the one for all doubles: the fastest that are exact enough, by what is known of the kernels.

For results in float32, and for doubles that are not large.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sympy import Integer, Symbol

from symact.activation import Activation
from symact.cells import Cells
from symact.lowering.bounds import Signs
from symact.lowering.compensated import lightened, with_decay_products
from symact.lowering.interpret import is_elementary
from symact.lowering.measure import Truth, float_error, refined, rounded_up, zeros
from symact.lowering.one_exponential import OneExponential, folded, one_exponential
from symact.lowering.parameters import Values, named, parameter_nodes, signs
from symact.lowering.plain import plain
from symact.lowering.program import WIDE, Node, Within, rewritten
from symact.lowering.rounded_once import TOLERABLE, rounded_once
from symact.lowering.shortened import contracted, factored, rectified, shortened
from symact.lowering.single import single
from symact.lowering.smooth import X

NEVER_IN_FLOAT = WIDE | {"erf", "erfcx", "log", "sin", "cos", "atan", "asinh", "rint", "binade", "power_of_two"}
"""What has no kernel in float32."""

MARGIN = 0.5
"""In ULP: what programs with elementary functions or corrections may lose elsewhere more than at the points tried."""

KERNEL_MARGIN = 0.1
"""The same for a program that ends with a kernel of float, whose own error is told to the program that measures."""

Measured = tuple[Node, float]
"""A program and the largest error found of it."""


@dataclass(frozen=True)
class FloatPrograms:
    """What computes a result if not the program for all doubles: see :class:`Program`."""

    in_float: Node | None = None
    for_float: Node | None = None
    error: float | None = None
    single: Within | None = None
    plain: Within | None = None


def float_programs(
    node: Node,
    pieces: Cells,
    activation: Activation,
    samples: Sequence[Values],
    tolerable: float,
    truths: Sequence[Truth],
) -> FloatPrograms:
    """Return a program in float and others in double precision, each if there is one.

    Parameters
    ----------
    node
        The program for doubles, in terms of :data:`X`.
    pieces
        The function.
    activation
        Whose parameters it has.
    samples
        Values of these, at which it is measured.
    tolerable
        The error in ULP of float32 from which a program is not worth having; 0 where none is asked for.
    truths
        The exact branches with the first of these values.
    """
    if not tolerable:
        return FloatPrograms()
    search = _Search(
        node,
        pieces,
        parameter_nodes(activation),
        [named(values) for values in samples],
        signs(activation),
        tolerable,
    )
    in_float, for_float = search.in_float(), None
    if in_float is None or is_elementary(node):
        for_float = search.rounded_once()
        if in_float is None and for_float is None and search.has_kernels:
            in_float = search.compensated(node, MARGIN)
        for_float = for_float or search.shortened()
    best = in_float or for_float
    return FloatPrograms(
        in_float=in_float[0] if in_float else None,
        for_float=for_float[0] if for_float else None,
        error=rounded_up(best[1]) if best else None,
        single=single(node, [node, *([for_float[0]] if for_float else []), *search.over_the_line()], search.samples[0]),
        plain=plain(node, search.as_they_stand(), search.samples[0], truths),
    )


@dataclass(frozen=True)
class _Search:
    node: Node
    pieces: Cells
    parameters: Mapping[Symbol, Node]
    samples: Sequence[Mapping[str, float]]
    known: Signs
    tolerable: float

    def in_float(self) -> Measured | None:
        """Return a program that ends with a kernel of float, or the program for doubles if that will do."""
        product = self.exponential.logistic_product(self.parameters) if self.exponential else None
        decays = with_decay_products(self.node, X, self.known) if self.has_kernels else self.node
        for with_kernel in (product, None if decays is self.node else rewritten(decays, rectified)):
            if with_kernel and (found := self.compensated(with_kernel, KERNEL_MARGIN)):
                return found
        bound = self.tolerable - MARGIN if is_elementary(self.node) else self.tolerable
        fused = (contracted(each) for each in (self.node, rewritten(self.node, factored)))
        for candidate in dict.fromkeys((self.node, *fused)):
            if self.has_kernels and (error := self.error(candidate)) <= bound:
                return candidate, error
        return None

    def compensated(self, node: Node, margin: float) -> Measured | None:
        """Return a program in float that adds what matters of what its operations lose."""
        return lightened(node, self.error, self.tolerable - margin)

    def rounded_once(self) -> Measured | None:
        """Return a program in double precision over the whole line, rational in x and in one exponential."""
        candidates = list(self.exponential.over_the_line() if self.exponential else folded(self.pieces))
        if not candidates:
            return None
        expr, x = self.pieces.cells[0].expr, self.pieces.symbol
        places = [refined(zero, expr, x) for zero in zeros(self.node, {})]
        if self.exponential:
            candidates = [each for place in places for each in self.exponential.from_a_zero(float(place))] + candidates
        return rounded_once(self.node, self.pieces, candidates, places)

    def over_the_line(self) -> Iterator[Node]:
        """Yield programs over the whole line for the first values of the parameters."""
        if self.usual:
            yield from self.usual.over_the_line()
            yield from self.usual.of_the_lesser_share()

    def as_they_stand(self) -> Iterator[Node]:
        """Yield a program in double precision for the first values of the parameters."""
        if self.usual and (program := self.usual.as_it_stands()):
            yield program

    def shortened(self) -> Measured | None:
        """Return the program for doubles with the digits of a float in its kernels."""
        if any(step.op in WIDE for step in self.node.walk()):
            return None
        program = shortened(self.node, self.known)
        if program is self.node or (error := self.error(program, in_float=False)) > TOLERABLE:
            return None
        return contracted(program), error

    def error(self, candidate: Node, in_float: bool = True) -> float:
        """Return the largest error found of a program, for all values of the parameters."""
        return max(float_error(candidate, self.node, values, in_float) for values in self.samples)

    @cached_property
    def exponential(self) -> OneExponential | None:
        """The function as a rational one of x and of an exponential, if it is one."""
        return one_exponential(self.pieces)

    @cached_property
    def usual(self) -> OneExponential | None:
        """The same for the first values of the parameters, if those are whole numbers.

        Others may make a power of one exponential that of another, of a high degree.
        """
        values = {symbol: self.samples[0][symbol.name] for symbol in self.parameters}
        if not all(value.is_integer() for value in values.values()):
            return None
        exact = {symbol: Integer(value) for symbol, value in values.items()}
        return one_exponential(self.pieces.substituted(exact)) if exact else self.exponential

    @cached_property
    def has_kernels(self) -> bool:
        """Whether the program for doubles could be computed in float."""
        return not any(step.op in NEVER_IN_FLOAT for step in self.node.walk())
