"""The C backend: C99 for float and double arrays, with nothing but <math.h>."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from symact.backends import templates
from symact.backends.description import WIDTH, details, headline, layout
from symact.backends.printer import (
    ATOM,
    Printer,
    Row,
    Style,
    WideFunction,
    call,
    call2,
    comparison,
    helpers,
    infix,
    kind,
    prefix,
    wide_functions,
)
from symact.backends.rows import Loop, schedule
from symact.lowering import erfcx
from symact.lowering.program import Kernels, Line, Node, Program

HEADER, SOURCE = "symact.h", "symact.c"

_UNARY = 14

# Precedences as in the C standard; && inside || keeps parentheses because gcc warns without them.
STYLE = Style(
    rows={
        "select": Row("{0} ? {1} : {2}", 3, (4, 4, 3)),
        "or": Row("{0} || {1}", 4, (8, 8)),
        "and": Row("{0} && {1}", 5, (8, 8)),
        "eq": comparison("==", 9),
        "ne": comparison("!=", 9),
        "lt": comparison("<", 10),
        "le": comparison("<=", 10),
        "gt": comparison(">", 10),
        "ge": comparison(">=", 10),
        "add": infix("+", 12),
        "sub": infix("-", 12),
        "mul": infix("*", 13),
        "div": infix("/", 13),
        "neg": prefix("-", _UNARY),
        "not": prefix("!", _UNARY),
        "abs": call("fabs"),
        "sqrt": call("sqrt"),
        "minimum": call2("minimum", "minimum"),
        "maximum": call2("maximum", "maximum"),
        "exp": call("exp"),
        "expm1": call("expm1"),
        "log": call("log"),
        "log1p": call("log1p"),
        "tanh": call("tanh"),
        "erf": call("erf"),
        "sin": call("sin"),
        "cos": call("cos"),
        "atan": call("atan"),
        "asinh": call("asinh"),
        "sum_error": call2("sum_error", "sum_error"),
        "product_error": call2("product_error", "product_error"),
        "exp_sum": call2("exp_sum", "exp_sum"),
        "erfcx": call("erfcx_at", "minimum", "sum_error", "erfcx"),
        "rint": call("rint"),
        "binade": call("binade", "bits", "binade"),
        "power_of_two": call("power_of_two", "bits", "power_of_two"),
        "wide": Row("(wide){{{0}, {1}, {2}}}", ATOM, (0, 0, 0), ("wide",)),
        "high": Row("{0}.high", ATOM, (ATOM,), ("wide",)),
        "low": Row("{0}.low", ATOM, (ATOM,), ("wide",)),
        "exponent": Row("{0}.exponent", ATOM, (ATOM,), ("wide",)),
        "widen": call("wide_normal(lifted({0}))", "wide", "bits", "power_of_two", "lifted"),
        "narrow": call("narrow", "wide", "bits", "power_of_two", "narrow"),
        "choose": Row("{0} ? {1} : {2}", 3, (4, 4, 3)),
        # What a loop over a row does with each entry; the first operand is the variable of the loop.
        "row_max": call("row_max", "row_max"),
        "row_sum": call("row_sum", "sum_error", "row_sum"),
    },
    infinity="INFINITY",
    nan="NAN",
    negation=_UNARY,
    length="(double)n",
    wide="wide_",
)

TYPES = {"f32": "float", "f64": "double"}


def render(kernels: Sequence[Kernels]) -> dict[str, str]:
    """Return the generated files: their names and their texts."""
    programs = [program for each in kernels for program in each.programs()]
    context = {
        "groups": [_group(each) for each in kernels],
        "helpers": helpers(STYLE, programs),
        "wide_functions": [_wide_function(each) for each in wide_functions(STYLE, programs)],
        "erfcx": erfcx,
        "types": TYPES,
    }
    return {
        HEADER: templates.render("c/symact.h.jinja", **context),
        SOURCE: templates.render("c/symact.c.jinja", **context),
    }


def arguments(kernels: Kernels) -> tuple[str, ...]:
    """Return the parameters that a C function takes: a random one has the value of evaluation instead."""
    return tuple(keyword.name for keyword in kernels.keywords if keyword.mean is None)


def _group(kernels: Kernels) -> dict[str, Any]:
    return {
        "headline": headline(kernels, kernels.value),
        "elementwise": kernels.is_elementwise,
        "functions": [_function(kernels, program) for program in kernels.programs()],
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
        "headline": headline(kernels, program),
        "details": [_comment(line) for line in details(kernels, program, WIDTH - 4)],
        "output": "dx" if is_vjp else "y",
        "parameters": program.parameters,
        "body": _body(program) if kernels.is_elementwise else None,
        "entry": {suffix: _entry(kernels, program, suffix) for suffix in TYPES},
    }


def _body(program: Program) -> list[str]:
    """Return the mathematics of an elementwise program, one statement a line."""
    lines, result = program.straight_line()
    printer = Printer(STYLE, {})
    return [
        *_declarations(printer, lines, {line.name: line for line in lines}),
        *_statement("return", printer, result),
    ]


def _wide_function(function: WideFunction) -> dict[str, Any]:
    printer = Printer(STYLE, {})
    return {
        "name": function.name,
        "operands": ", ".join(f"wide {operand}" for operand in function.operands),
        "summary": function.summary,
        "body": [
            *_declarations(printer, function.lines, {line.name: line for line in function.lines}),
            *_statement("return", printer, function.result),
        ],
    }


def _signature(kernels: Kernels, name: str, suffix: str, inputs: Sequence[str], output: str) -> str:
    """Return the signature of an exported function, broken where it is too long for a line."""
    type_ = TYPES[suffix]
    sizes = ["size_t n"] if kernels.is_elementwise else ["size_t rows", "size_t n"]
    pointers = [*(f"const {type_} *{each}" for each in inputs), f"{type_} *{output}"]
    lines = [f"void symact_{name}_{suffix}("]
    for place in (*pointers, *sizes, *(f"{type_} {each}" for each in arguments(kernels))):
        separator = "" if lines[-1].endswith("(") else " "
        if len(lines[-1]) + len(separator) + len(place) > WIDTH - 3:
            lines.append(f"    {place},")
        else:
            lines[-1] += f"{separator}{place},"
    return "\n".join(lines).removesuffix(",") + ")"


def _entry(kernels: Kernels, program: Program, suffix: str) -> dict[str, Any]:
    """Return what the exported function of one type does around the mathematics."""
    given = arguments(kernels)
    type_ = TYPES[suffix]
    output = "dx" if program is kernels.vjp else "y"
    name = f"{kernels.name}_backward" if program is kernels.vjp else program.name
    leaves = {name: _as_double(name, type_) for name in given}
    printer = Printer(STYLE, leaves)
    computed = [
        (keyword.name, printer.text(keyword.mean))
        for keyword in kernels.keywords
        if keyword.mean is not None and keyword.name in program.parameters
    ]
    conditions = [k.condition for k in kernels.keywords if k.name in given and k.condition is not None]
    looked_at = {node.label for condition in conditions for node in condition.walk()}
    looked_at |= {node.label for k in kernels.keywords if computed and k.mean is not None for node in k.mean.walk()}
    entry: dict[str, Any] = {
        "signature": _signature(kernels, name, suffix, program.arguments, output),
        "backward": _signature(kernels, f"{kernels.name}_backward", suffix, ("x", "dy"), "dx"),
        "computed": computed,
        "unless": " && ".join(_grouped(printer, condition) for condition in conditions),
        "unused": [name for name in given if name not in program.parameters and name not in looked_at],
        "call": _call(program, leaves, type_),
    }
    if not kernels.is_elementwise:
        entry["row"] = _row(kernels, program, type_, leaves)
    return entry


def _call(program: Program, leaves: Mapping[str, tuple[str, int]], type_: str) -> str:
    """Return the call of an elementwise program on the i-th element."""
    values = (leaves.get(name, (name, ATOM))[0] for name in program.parameters)
    return f"{program.name}_at({', '.join((_as_double('x[i]', type_)[0], *values))})"


def _grouped(printer: Printer, condition: Node) -> str:
    text = printer.text(condition)
    return f"({text})" if condition.op in ("or", "and") else text


def _row(kernels: Kernels, program: Program, type_: str, leaves: Mapping[str, tuple[str, int]]) -> dict[str, Any]:
    """Return the loops over one row; of a reduced row, the output and its gradient are one value."""
    entries = ("x",) if kernels.is_reduction else program.arguments
    plan = schedule(program, entries)
    places = {a: _as_double(f"{a}[i]" if a in entries else f"{a}[row]", type_) for a in program.arguments}
    printer = Printer(STYLE, {**leaves, **places})
    known = {line.name: line for line in (*plan.lines, *(step for step in plan.steps if isinstance(step, Line)))}
    steps: list[dict[str, Any]] = []
    for step in plan.steps:
        if isinstance(step, Loop):
            known |= {line.name: line for line in step.lines}
            steps.append(
                {
                    "op": step.op,
                    "name": step.name,
                    "lines": _declarations(printer, step.lines, known),
                    "term": printer.text(step.term),
                }
            )
        else:
            steps.append({"op": "line", "lines": _declarations(printer, [step], known)})
    return {
        "entries": entries,
        "steps": steps,
        "lines": _declarations(printer, plan.lines, known),
        "result": _narrowed(printer, plan.result, type_),
        "one_result": kernels.is_reduction and program is kernels.value,
    }


def _narrowed(printer: Printer, value: Node, type_: str) -> str:
    return printer.text(value) if type_ == "double" else f"({type_})({printer.text(value)})"


def _as_double(place: str, type_: str) -> tuple[str, int]:
    return (place, ATOM) if type_ == "double" else (f"(double){place}", _UNARY)


def _declarations(printer: Printer, lines: Iterable[Line], known: Mapping[str, Line]) -> list[str]:
    found = []
    for line in lines:
        found += _statement(f"const {kind(line.value, known)} {line.name} =", printer, line.value)
    return found


def _statement(start: str, printer: Printer, value: Node) -> list[str]:
    first, *rest = layout(f"{printer.text(value)};", WIDTH - 5 - len(start), WIDTH - 8)
    indent = "" if first.endswith("(") else "    "
    return [f"{start} {first}", *(f"{indent}{line}" for line in rest)]


def _comment(text: str) -> str:
    """Keep a text from ending the comment that it stands in."""
    return text.replace("*/", "* /").replace("/*", "/ *")
