"""Numeric programs: what lowering hands to a backend.

A program is an expression graph over double-precision operations with their IEEE meaning.  Nothing simplifies or
reorders it.  A backend prints each operation by one row of its own table.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

Operation = Literal[
    # leaves
    "argument",  # an array: x, y or dy; `label` is its name
    "parameter",  # a number given by the caller; `label` is its name
    "constant",  # `number`
    "length",  # n, the number of entries of the row (vector programs)
    "name",  # a value computed by an earlier line; `label` is its name
    # arithmetic
    "add", "sub", "mul", "div", "neg", "abs", "sqrt",
    "minimum",  # of a value and a number that is not NaN; a NaN in the first passes through
    "maximum",
    # elementary functions, each within 2 ULP
    "exp", "expm1", "log", "log1p", "tanh", "erf", "sin", "cos", "atan", "asinh",
    "erfcx",  # exp(t²)·erfc(t) for t ≥ 0; a kernel of our own
    # error-free transformations and what consumes them
    "sum_error",  # a + b − fl(a + b), exactly (Knuth)
    "product_error",  # a·b − fl(a·b), exactly (Dekker, or one fma)
    "exp_sum",  # exp(a + b) for |b| ≤ ulp(a), within 2 ULP; exactly 0 for a < −746 whatever b is
    # the same in programs for float (symact.lowering.compensated)
    "lifted_decay",  # 2^64·exp(a) for a ≤ 0, not yet of a value and its error
    "decay_value", "lifted_decay_value",  # exp(a + b) for a ≤ 0 and |b| ≤ ulp(a), and 2^64 times that
    "decay_error", "lifted_decay_error",  # what they have lost
    "remainder",  # a − b·c for c near a/b
    "decay_product",  # a·e^b, b not yet a value and its error
    "times_decay",  # a·e^(b + c) for b ≤ 0, |c| ≤ ulp(b) and |a| < 2^40, within 1.5 ULP
    "excess_product",  # a·(e^b − 1), a and b not yet values and their errors
    "times_excess",  # (a + b)·(e^(c + d) − 1) for c ≤ 0, |d| ≤ ulp(c) and |b| ≤ ulp(a), within 1.6 ULP
    "log_product",  # a·log(1 + e^b), a and b not yet values and their errors
    "times_log_decay",  # (a + b)·log(1 + e^(c + d)), the same, for |a| < 2^40, within 1.5 ULP
    "logistic_product",  # a·σ(b), b not yet a value and its error
    "times_logistic",  # a·σ(b + c) for |c| ≤ ulp(b), within 1.8 ULP
    # in programs in double precision for results in float (symact.lowering.one_exponential)
    "fused",  # a·b + c with one rounding
    "exp_30", "exp_53",  # exp(a) for |a| ≤ 600, to 2^-30 of itself and within 2 ULP
    "erfcx_29",  # erfcx(a) for 0 ≤ a ≤ 2^160, to 2^-29 of itself
    "expm1_30",  # e^a − 1 for |a| ≤ 600, to 2^-30 of itself and of e^a
    "log1p_30",  # log(1 + a) for 0 ≤ a ≤ 1, to 2^-30 of itself
    # in programs in single precision (symact.lowering.single): as an array library computes them in float32
    "exp_single", "tanh_single",
    "exp_24",  # e^a for |a| ≤ 87, within 0.8 ULP
    "log1p_single",  # log(1 + a) for 0 ≤ a ≤ 1
    # predicates (boolean) and choice
    "lt", "le", "gt", "ge", "eq", "ne", "and", "or", "not",
    "select",  # select(condition, a, b); both sides are computed
    # exponents and integers
    "rint",  # the nearest integer
    "binade",  # k with 2^k ≤ |a| < 2^(k + 1) for a normal number, some number else
    "power_of_two",  # 2^k for an integer k up to 1023, 0 below −1022 and for NaN
    # wide numbers (symact.lowering.wide): (high + low)·65536^exponent
    "wide",  # of its three parts
    "widen", "narrow",  # from and to a double
    "high", "low", "exponent",  # the parts
    "operand",  # an argument of a function of wide numbers; `label` is its name
    "call",  # of a function of wide numbers; `label` is its name
    "choose",  # as select, of wide numbers
    # over a row (vector programs); the operand is computed for every entry
    "row_max", "row_sum",
]  # fmt: skip

ARITY: dict[str, int] = (
    dict.fromkeys(("argument", "parameter", "constant", "length", "name"), 0)
    | dict.fromkeys(("neg", "abs", "sqrt", "lifted_decay", "exp", "expm1", "log", "log1p", "tanh", "erf", "erfcx"), 1)
    | dict.fromkeys(("sin", "cos", "atan", "asinh", "not", "row_max", "row_sum"), 1)
    | dict.fromkeys(("add", "sub", "mul", "div", "minimum", "maximum"), 2)
    | dict.fromkeys(("sum_error", "product_error", "exp_sum"), 2)
    | dict.fromkeys(("decay_value", "lifted_decay_value"), 2)
    | dict.fromkeys(("decay_error", "lifted_decay_error"), 2)
    | {"excess_product": 2, "times_excess": 4, "log_product": 2, "times_log_decay": 4}
    | {"logistic_product": 2, "times_logistic": 3, "decay_product": 2, "times_decay": 3, "fused": 3}
    | dict.fromkeys(("exp_30", "exp_53", "erfcx_29", "expm1_30", "log1p_30"), 1)
    | dict.fromkeys(("exp_single", "exp_24", "tanh_single", "log1p_single"), 1)
    | dict.fromkeys(("lt", "le", "gt", "ge", "eq", "ne", "and", "or"), 2)
    | {"select": 3, "remainder": 3, "operand": 0, "wide": 3, "choose": 3}
    | dict.fromkeys(("rint", "binade", "power_of_two", "widen", "narrow", "high", "low", "exponent"), 1)
)
"""How many operands each operation takes; a call takes those of its function."""

LEAVES = frozenset(op for op, arity in ARITY.items() if arity == 0)
WIDE = frozenset(("wide", "widen", "operand", "call", "choose"))
FLOAT_ONLY = frozenset(
    (
        *("lifted_decay", "decay_value", "decay_error", "lifted_decay_value", "lifted_decay_error", "remainder"),
        *("logistic_product", "times_logistic", "decay_product", "times_decay", "fused"),
        *("excess_product", "times_excess", "log_product", "times_log_decay"),
        *("exp_30", "exp_53", "erfcx_29", "expm1_30", "log1p_30"),
        *("exp_single", "exp_24", "tanh_single", "log1p_single"),
    )
)
"""What only programs for float32 have (:mod:`symact.lowering.compensated`, :mod:`symact.lowering.one_exponential`)."""
PREDICATES = frozenset(("lt", "le", "gt", "ge", "eq", "ne", "and", "or", "not"))
CORRECTLY_ROUNDED = frozenset(("add", "sub", "mul", "div", "sqrt"))
EXACT = frozenset(("argument", "parameter", "neg", "abs", "minimum", "maximum", "select"))


@dataclass(frozen=True)
class Node:
    """One operation and its operands; equal nodes are the same computation."""

    op: Operation
    args: tuple[Node, ...] = ()
    number: float = 0.0
    label: str = ""
    name: str = field(default="", compare=False)  # what a careful person would call the value, "" for no opinion
    _hash: int = field(default=0, compare=False, repr=False)

    def __post_init__(self) -> None:
        if self.op != "call" and len(self.args) != ARITY[self.op]:
            raise ValueError(f"{self.op} takes {ARITY[self.op]} operands, not {len(self.args)}")
        # Hashed once: graphs share subexpressions, and a recursive hash would be exponential in their depth.
        object.__setattr__(self, "_hash", hash((self.op, self.args, self.number, self.label)))

    def __hash__(self) -> int:
        return self._hash

    def __reduce__(self) -> tuple[type, tuple[object, ...]]:
        """Make it anew in another process, where texts have other hashes."""
        return Node, (self.op, self.args, self.number, self.label, self.name)

    def walk(self) -> Iterator[Node]:
        """Yield every distinct node below and including this one, operands first."""
        seen: set[Node] = set()
        stack: list[tuple[Node, bool]] = [(self, False)]
        while stack:
            node, expanded = stack.pop()
            if node in seen:
                continue
            if expanded:
                seen.add(node)
                yield node
            else:
                stack.append((node, True))
                stack.extend((operand, False) for operand in reversed(node.args))


def rewritten(node: Node, rewrite: Callable[[Node, Mapping[Node, Node]], Node | None]) -> Node:
    """Return a node with every step as a rule writes it, given what is below rewritten; as it is where that is None.

    What does not change is the same object, so that deep graphs are not compared step by step.
    """
    rebuilt: dict[Node, Node] = {}
    unchanged: set[Node] = set()
    for step in node.walk():
        is_kept = unchanged.issuperset(step.args)
        args = step.args if is_kept else tuple(rebuilt[operand] for operand in step.args)
        kept = step if is_kept else Node(step.op, args, step.number, step.label, step.name)
        rebuilt[step] = rewrite(step, rebuilt) or kept
        if rebuilt[step] is step:
            unchanged.add(step)
    return rebuilt[node]


@dataclass(frozen=True)
class Line:
    """``name = value``, one line of a straight-line program."""

    name: str
    value: Node


@dataclass(frozen=True)
class Within:
    """A program for |x| ≤ reach and one value of each parameter, and its largest error found in ULP of its type."""

    result: Node
    reach: float
    parameters: Mapping[str, float]
    error: float


@dataclass(frozen=True)
class Program:
    """One generated function.

    Attributes
    ----------
    name
        ``gelu``, ``gelu_grad``, ``gelu_grad2``, ``prelu_grad_a``, ``softmax_vjp`` …
    arguments
        Names of the array arguments: ``("x",)``, or ``("y", "dy")`` for a vector-Jacobian product from the output.
    parameters
        Names of the numbers it uses, in definition order (a subset of the activation's).
    result
        The value.
    formula
        The mathematics, one line of plain text, as in a textbook.
    error
        Largest error found in ULP of the float64 result, every elementary function being up to one ULP off,
        conditioning-scaled near zeros; ``None`` where it depends on the length of a row.
    notes
        Choices that a reader of the generated code would ask about, one sentence each.
    in_float
        The value of a float32 result as it may be computed in float32; ``None`` where that loses too much.
    float_error
        The largest error found in ULP of float32, of `in_float`, or of `for_float` where that is ``None``, elementary
        functions being a little off before they are rounded.
    for_float
        The value of a float32 result in double precision, where that is simpler than what a double takes.
    single
        The value of a float32 result in float32 by the functions of an array library, for arguments of ordinary size.
    plain
        The value of a float64 result by a shorter program, for arguments that are not large.
    changes_sign
        Whether it has a zero away from 0, near which only elementary functions in full double precision will do.
    """

    name: str
    arguments: tuple[str, ...]
    parameters: tuple[str, ...]
    result: Node
    formula: str
    error: float | None
    notes: tuple[str, ...] = ()
    in_float: Node | None = None
    float_error: float | None = None
    for_float: Node | None = None
    single: Within | None = None
    plain: Within | None = None
    changes_sign: bool = False

    @property
    def rounds_once(self) -> bool:
        """Whether no path rounds more than once, after decisions made without rounding.

        Such a program is as exact in the type of its argument as in double precision, if its parameters are.
        """
        return _roundings(self.result) <= 1

    @property
    def is_exact(self) -> bool:
        """Whether no path rounds at all."""
        return _roundings(self.result) == 0

    @property
    def decides_by_parameters(self) -> bool:
        """Whether a parameter is compared or added, so that rounding it can change more than the last digit."""
        sensitive = PREDICATES | {"add", "sub"}
        return any(
            below.op == "parameter" for node in self.result.walk() if node.op in sensitive for below in node.walk()
        )

    def straight_line(self, result: Node | None = None, apart: Container[Node] = ()) -> tuple[tuple[Line, ...], Node]:
        """Return the lines that name shared values, and the result, or another, in terms of those names."""
        return straight_line(result or self.result, (*self.arguments, *self.parameters), apart)


def cost(result: Node, costs: Mapping[str, int]) -> int:
    """Return how long a program takes, as many times as a sum; what the table does not name takes as long as one."""
    return sum(costs.get(step.op, 1) for step in result.walk() if step.op not in LEAVES)


def straight_line(result: Node, arguments: Iterable[str], apart: Container[Node] = ()) -> tuple[tuple[Line, ...], Node]:
    """Return the lines that name shared values and those that stand apart, and the result in terms of those names."""
    uses = Counter(operand for node in result.walk() for operand in node.args)
    named: dict[Node, Node] = {}
    lines: list[Line] = []
    taken = set(arguments)

    def inline(node: Node) -> Node:
        return Node(node.op, tuple(named[o] for o in node.args), node.number, node.label)

    for node in result.walk():
        value = node if node.op in LEAVES else inline(node)
        own_line = uses[node] > 1 or node.name or node in apart or node.op in ("row_max", "row_sum")
        if node.op in LEAVES or node is result or _is_literal(node) or not own_line:
            named[node] = value
            continue
        name = _fresh(node.name or _FALLBACK_NAMES.get(node.op, "t"), taken)
        lines.append(Line(name, value))
        named[node] = Node("name", label=name)
    return tuple(lines), named[result]


def _is_literal(node: Node) -> bool:
    """Whether a node is a wide number, or a part of one, that is written out."""
    return node.op in ("wide", "high", "low", "exponent") and all(
        operand.op in ("constant", "operand") for operand in node.args
    )


def _roundings(result: Node) -> float:
    """Return how many operations round on the way to a result, ∞ if not all are correctly rounded."""
    counts: dict[Node, float] = {}
    for node in result.walk():
        most = max((counts[operand] for operand in node.args), default=0.0)
        if node.op in PREDICATES:
            counts[node] = math.inf if most else 0.0
        elif node.op in CORRECTLY_ROUNDED:
            counts[node] = most + 1
        elif node.op in EXACT or (node.op == "constant" and _is_in_every_type(node.number)):
            counts[node] = most
        else:
            counts[node] = math.inf
    return counts[result]


def _is_in_every_type(number: float) -> bool:
    """Tell whether a number is one of float16 and of bfloat16 too: 8 digits and a small exponent."""
    if number == 0 or not math.isfinite(number):
        return True
    return (abs(math.frexp(number)[0]) * 2**8).is_integer() and 2.0**-14 <= abs(number) < 2.0**16


_FALLBACK_NAMES = {"exp": "e", "exp_sum": "e", "abs": "magnitude", "row_max": "peak", "row_sum": "total"}


def _fresh(name: str, taken: set[str]) -> str:
    candidate, count = name, 1
    while candidate in taken:
        count += 1
        candidate = f"{name}{count}"
    taken.add(candidate)
    return candidate


@dataclass(frozen=True)
class Keyword:
    """A parameter as a generated signature needs it.

    ``condition`` is a predicate over the parameters that is true inside the domain (``None``: any number);
    ``domain`` its text.  A random parameter is not in evaluation signatures: its ``mean``, a node over
    the other parameters, replaces it.
    """

    name: str
    default: float | None
    role: str
    domain: str
    condition: Node | None
    mean: Node | None = None


@dataclass(frozen=True)
class Kernels:
    """All programs of one activation.

    Elementwise: ``value``, ``grad`` (f′), ``grad2`` (f″) and ``parameter_grads`` (∂f/∂p for learned p), all of x;
    ``grad_from_output`` is f′ with y = f(x) for its argument, where it is a function of that.
    Over a vector: ``value`` of x, and ``vjp``, whose arguments say whether it needs x, the output y, or both.
    """

    name: str
    summary: str
    source: str
    formula: str
    module: str
    torch: str | None
    keywords: tuple[Keyword, ...]
    value: Program
    grad: Program | None = None
    grad2: Program | None = None
    parameter_grads: dict[str, Program] = field(default_factory=dict)
    vjp: Program | None = None
    is_reduction: bool = False
    grad_from_output: Program | None = None

    @property
    def is_elementwise(self) -> bool:
        """Whether the function acts on each number by itself."""
        return self.vjp is None

    def programs(self) -> tuple[Program, ...]:
        """Return every program, in the order of generation."""
        chosen = (self.value, self.grad, self.grad2, *self.parameter_grads.values(), self.vjp)
        return tuple(program for program in chosen if program is not None)
