"""The C backend: C99 for float and double arrays, with nothing but <math.h>."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from symact.backends import templates
from symact.backends.c_rows import Rows, output_of
from symact.backends.c_style import (
    FLOAT_STYLE,
    FOR_FLOAT_STYLE,
    KERNELS,
    STYLE,
    TYPES,
    UNARY,
    as_double,
    declarations,
    statement,
)
from symact.backends.description import WIDTH, details, headline
from symact.backends.printer import (
    ATOM,
    Printer,
    Style,
    WideFunction,
    helpers,
    wide_functions,
)
from symact.lowering import erfcx, polynomials
from symact.lowering.interpret import OVER_THE_LINE
from symact.lowering.program import WIDE, Kernels, Line, Node, Program, straight_line

HEADER, SOURCE = "symact.h", "symact.c"


@dataclass(frozen=True)
class Format:
    """A format of 16 bits: how many digits it stores after the point, and the bias of its exponent."""

    digits: int
    bias: int


FORMATS = {"f16": Format(10, 15), "bf16": Format(7, 127)}
"""What functions of one number take and give in 16 bits (IEEE 754-2019, binary16; bfloat16)."""

_CHOOSING = KERNELS | OVER_THE_LINE.keys() | {"times_decay", "times_excess", "times_log_decay"}
"""What makes choices of its own."""

_ONE_BY_ONE = WIDE | {"sin", "cos", "atan", "asinh", "rint"}
"""What no compiler computes for several elements at a time: calls of the C library, and wide numbers."""


def render(kernels: Sequence[Kernels]) -> dict[str, str]:
    """Return the generated files: their names and their texts."""
    programs = [program for each in kernels for program in _programs(each)]
    in_float = [p.in_float for each in kernels for p in _programs(each) if _is_in_float(each, p) and p.in_float]
    for_float = [p.for_float for each in kernels for p in _programs(each) if p.for_float and not _is_in_float(each, p)]
    held = [node for each in for_float for node in _held_in_float(straight_line(each, ())[0]).values()]
    elementwise = [program for each in kernels if each.is_elementwise for program in _programs(each)]
    called = (
        *helpers(STYLE, [program.result for program in elementwise]),
        *helpers(FOR_FLOAT_STYLE, for_float),
        *helpers(FLOAT_STYLE, [*in_float, *held]),
        *(helper for rows in _over_rows(kernels) for helper in rows.helpers()),
    )
    context = {
        "groups": [_group(each) for each in kernels],
        "arities": sorted({len(arguments(each)) for each in kernels if each.is_elementwise}),
        "helpers": tuple(dict.fromkeys(called)),
        "wide_functions": [_wide_function(each) for each in wide_functions(STYLE, programs)],
        "has_roots": any(node.op == "sqrt" for program in programs for node in program.result.walk()),
        "erfcx": erfcx,
        "polynomials": polynomials,
        "types": TYPES,
        "halves": any(each.grad for each in kernels),
        "formats": FORMATS,
    }
    return {
        HEADER: templates.render("c/symact.h.jinja", **context),
        SOURCE: templates.render("c/symact.c.jinja", **context),
    }


def _programs(kernels: Kernels) -> tuple[Program, ...]:
    """Return every program that has a function in C."""
    return (*kernels.programs(), *((kernels.grad_from_output,) if kernels.grad_from_output else ()))


def _over_rows(kernels: Sequence[Kernels]) -> Iterator[Rows]:
    """Yield every program over rows, of each type."""
    for each in kernels:
        if not each.is_elementwise:
            yield from (Rows(each, program, type_) for type_ in ("double", "float") for program in each.programs())


def arguments(kernels: Kernels) -> tuple[str, ...]:
    """Return the parameters that a C function takes: a random one has the value of evaluation instead."""
    return tuple(keyword.name for keyword in kernels.keywords if keyword.mean is None)


def _group(kernels: Kernels) -> dict[str, Any]:
    return {
        "name": kernels.name,
        "headline": headline(kernels, kernels.value),
        "elementwise": kernels.is_elementwise,
        "inside": _inside_of_array(kernels) if kernels.is_elementwise else "",
        "halves": _halves(kernels) if kernels.grad else "",
        "functions": [_function(kernels, program) for program in _programs(kernels)],
        "domains": [
            f"{keyword.name} in {_comment(keyword.domain)}"
            for keyword in kernels.keywords
            if keyword.condition is not None and keyword.mean is None
        ],
    }


def _function(kernels: Kernels, program: Program) -> dict[str, Any]:
    is_vjp = program is kernels.vjp
    return {
        "name": f"{kernels.name}_backward" if is_vjp else program.name,
        "is_slope": program is kernels.grad,
        "exported": _exported(kernels, program),
        "headline": headline(kernels, program),
        "details": [_comment(line) for line in details(kernels, program, WIDTH - 4, program.float_error)],
        "output": output_of(kernels, program),
        "parameters": program.parameters,
        "elementwise": _elementwise(kernels, program) if kernels.is_elementwise else None,
        "entry": {suffix: _entry(kernels, program, suffix) for suffix in TYPES},
    }


def _elementwise(kernels: Kernels, program: Program) -> dict[str, Any]:
    """Return an elementwise program as functions of one number, and the loops over arrays."""
    one_by_one = _is_one_by_one(kernels, program)
    bodies = [_body(program, STYLE, f"{program.name}_at", program.result, one_by_one)]
    values = [_value(kernels, program, bodies[0])]
    if _is_in_float(kernels, program):
        bodies.append(_body(program, FLOAT_STYLE, f"{program.name}_atf", program.in_float))
        values.append(_value(kernels, program, bodies[1]))
    elif program.for_float is not None:
        bodies.append(_body(program, FOR_FLOAT_STYLE, f"{program.name}_for_float", program.for_float, one_by_one))
        values = [f"type == FLOAT ? {_value(kernels, program, bodies[1])} : {values[0]}"]
    inside = f"{kernels.name}_inside" if _inside_of_array(kernels) else "NULL"
    kind, name = ("VJP", f"{kernels.name}_vjp") if program is kernels.grad else ("MAP", program.name)
    if program is kernels.grad_from_output:
        kind, name = "VJP", f"{kernels.name}_vjp_from_output"
    macro = f"ONE_BY_ONE({name}" if one_by_one else f"TOGETHER{'_EACH' * (len(values) > 1)}({kind}, {name}"
    return {"bodies": bodies, "loops": f"{', '.join((macro, inside, *values))})"}


def _exported(kernels: Kernels, program: Program) -> str:
    """Return the macros that define the functions of the header, and what they are given."""
    arity = len(arguments(kernels))
    if program is kernels.grad_from_output:
        return f"FROM_OUTPUT({kernels.name}, {arity})"
    if program is kernels.grad:
        return "\n".join(f"{macro}({kernels.name}, {arity})" for macro in ("BACKWARD", "HALVES"))
    return f"ARRAYS({program.name}, {arity})"


def _is_one_by_one(kernels: Kernels, program: Program) -> bool:
    """Whether elements are computed one after the other: what cannot be done together, and what is rarely asked for."""
    often = program in (kernels.value, kernels.grad, kernels.grad_from_output)
    return not often or any(node.op in _ONE_BY_ONE for node in program.result.walk())


def _is_in_float(kernels: Kernels, program: Program) -> bool:
    """Whether a float result is computed in float."""
    return kernels.is_elementwise and not _is_one_by_one(kernels, program) and program.in_float is not None


def _inside(kernels: Kernels, printer: Printer) -> str:
    """Return the condition that all parameters are inside their domains, an empty text if there is none."""
    given = arguments(kernels)
    conditions = [k.condition for k in kernels.keywords if k.name in given and k.condition is not None]
    return " && ".join(_grouped(printer, condition) for condition in conditions)


def _inside_of_array(kernels: Kernels) -> str:
    """Return the same of the array in which the parameters are given."""
    return _inside(kernels, Printer(STYLE, _places(kernels)))


def _places(kernels: Kernels) -> dict[str, tuple[str, int]]:
    """Return where a loop finds each parameter."""
    return {name: (f"p[{place}]", ATOM) for place, name in enumerate(arguments(kernels))}


def _value(kernels: Kernels, program: Program, body: Mapping[str, Any]) -> str:
    """Return the call that computes an element."""
    places = _places(kernels)
    printer = Printer(STYLE, places)
    means = {keyword.name: printer.text(keyword.mean) for keyword in kernels.keywords if keyword.mean is not None}
    values = [means.get(name) or places[name][0] for name in program.parameters]
    if body["number"] == "float":
        values = [f"(float){value}" if value.startswith("p[") else f"(float)({value})" for value in values]
    digits = [] if not body["typed"] else ["DOUBLE" if program.changes_sign else "type"]
    return f"{body['name']}({', '.join(('x', *values, *digits))})"


def _body(program: Program, style: Style, name: str, result: Node | None, one_by_one: bool = False) -> dict[str, Any]:
    """Return the mathematics of an elementwise program as a C function, one statement a line."""
    lines, value = program.straight_line(result, () if one_by_one else _chosen_from(result or program.result))
    printer = Printer(style, {})
    number = "float" if style is FLOAT_STYLE else "double"
    known = {line.name: line for line in lines}
    held = _held_in_float(lines) if style is FOR_FLOAT_STYLE else {}
    in_float = Printer(FLOAT_STYLE, {name: (f"(float){name}", UNARY) for name in (*program.arguments, *held)})
    return {
        "name": name,
        "number": number,
        "typed": style is STYLE and _is_typed([result or program.result]),
        "lines": [
            *(
                statement
                for line in lines
                for statement in declarations(in_float if line.name in held else printer, [line], known, number)
            ),
            *statement("return", printer, value),
        ],
    }


def _held_in_float(lines: Iterable[Line]) -> dict[str, Node]:
    """Return the values that are |x| and x between bounds, by name: exact in float, which takes half the operations."""
    held: dict[str, Node] = {}
    for line in lines:
        leaves = [step for step in line.value.walk() if step.op not in ("abs", "minimum", "maximum")]
        if line.value not in leaves and all(_is_float(leaf, held) for leaf in leaves):
            held[line.name] = line.value
    return held


def _is_float(leaf: Node, held: Mapping[str, Node]) -> bool:
    """Whether a value is one of a float: the argument where that is one, a number, or what is held in float."""
    if leaf.op == "constant":
        return float(np.float32(leaf.number)) == leaf.number
    return leaf.op == "argument" or (leaf.op == "name" and leaf.label in held)


def _chosen_from(result: Node) -> set[Node]:
    """Return what is computed before it is known whether it is chosen, so that a loop can do without branches.

    gcc gives up on a choice of more than four values (param max-tree-if-conversion-phi-args), and takes a kernel's own
    choices together with the one around it: what is not chosen may then be subnormal, and slow.
    """
    depths = {result: 0}
    apart = set()
    for node in reversed(list(result.walk())):
        depth = depths[node]
        if (depth and node.op in _CHOOSING) or (depth > 1 and node.op == "select"):
            apart.add(node)
            depth = 0
        for operand in node.args:
            deeper = node.op == "select" and operand is not node.args[0]
            depths[operand] = max(depths.get(operand, 0), depth + deeper)
    return apart


def _is_typed(nodes: Iterable[Node]) -> bool:
    """Whether kernels of elementary functions are called, which are told the type of the result."""
    return any(step.op in KERNELS for node in nodes for step in node.walk())


def _wide_function(function: WideFunction) -> dict[str, Any]:
    printer = Printer(STYLE, {})
    return {
        "name": function.name,
        "operands": ", ".join(f"wide {operand}" for operand in function.operands),
        "summary": function.summary,
        "typed": _is_typed([*(line.value for line in function.lines), function.result]),
        "body": [
            *declarations(printer, function.lines, {line.name: line for line in function.lines}),
            *statement("return", printer, function.result),
        ],
    }


def _signature(kernels: Kernels, name: str, suffix: str, inputs: Sequence[str], output: str) -> str:
    """Return the signature of an exported function, broken where it is too long for a line."""
    return _call(f"void symact_{name}_{suffix}", _declared(kernels, suffix, inputs, output))


def _declared(kernels: Kernels, suffix: str, inputs: Sequence[str], output: str) -> list[str]:
    """Return what a function takes, as C declares it."""
    type_ = TYPES[suffix]
    sizes = ["size_t n"] if kernels.is_elementwise else ["size_t rows", "size_t n"]
    pointers = [*(f"const {type_} *{each}" for each in inputs), f"{type_} *{output}"]
    return [*pointers, *sizes, *(f"{type_} {each}" for each in arguments(kernels))]


def _defined_over_rows(name: str, places: Sequence[str]) -> str:
    """Return the macro that defines an exported function over rows."""
    names = [place.rpartition(" ")[2].lstrip("*") for place in places]
    return _call("OVER_ROWS", [name, f"({', '.join(places)})", f"({', '.join(names)})"])


def _call(function: str, places: Iterable[str]) -> str:
    """Return a function and what it takes, broken where that is too long for a line."""
    lines = [f"{function}("]
    for place in places:
        separator = "" if lines[-1].endswith("(") else " "
        if len(lines[-1]) + len(separator) + len(place) > WIDTH - 3:
            lines.append(f"    {place},")
        else:
            lines[-1] += f"{separator}{place},"
    return "\n".join(lines).removesuffix(",") + ")"


def _halves(kernels: Kernels) -> str:
    """Return the macro that declares the functions of 16-bit numbers, with what follows the arrays."""
    places = ("size_t n", *(f"float {name}" for name in arguments(kernels)))
    return f"SYMACT_HALVES({', '.join((kernels.name, *places))})"


def _entry(kernels: Kernels, program: Program, suffix: str) -> dict[str, Any]:
    """Return the signatures of one type, and what the function does over rows."""
    given = arguments(kernels)
    type_ = TYPES[suffix]
    output = output_of(kernels, program)
    name = f"{kernels.name}_backward" if program is kernels.vjp else program.name
    inputs: Sequence[str] = program.arguments
    if program is kernels.grad_from_output:
        name, inputs, output = f"{kernels.name}_backward_from_output", ("y", "dy"), "dx"
    entry: dict[str, Any] = {
        "signature": _signature(kernels, name, suffix, inputs, output),
        "backward": _signature(kernels, f"{kernels.name}_backward", suffix, ("x", "dy"), "dx"),
    }
    if kernels.is_elementwise:
        return entry
    places = _declared(kernels, suffix, inputs, output)
    leaves = {name: as_double(name, type_) for name in given}
    printer = Printer(STYLE, leaves)
    computed = [
        (keyword.name, printer.text(keyword.mean))
        for keyword in kernels.keywords
        if keyword.mean is not None and keyword.name in program.parameters
    ]
    conditions = [k.condition for k in kernels.keywords if k.name in given and k.condition is not None]
    looked_at = {node.label for condition in conditions for node in condition.walk()}
    looked_at |= {node.label for k in kernels.keywords if computed and k.mean is not None for node in k.mean.walk()}
    return entry | {
        "rows": _call(f"void {name}_{suffix}_rows", places),
        "dispatched": _defined_over_rows(f"{name}_{suffix}", places),
        "computed": computed,
        "unless": _inside(kernels, printer),
        "unused": [name for name in given if name not in program.parameters and name not in looked_at],
        "row": Rows(kernels, program, type_).loops(leaves),
    }


def _grouped(printer: Printer, condition: Node) -> str:
    text = printer.text(condition)
    return f"({text})" if condition.op in ("or", "and") else text


def _comment(text: str) -> str:
    """Keep a text from ending the comment that it stands in."""
    return text.replace("*/", "* /").replace("/*", "/ *")
