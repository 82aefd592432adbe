"""The C backend: C99 for float and double arrays, with nothing but <math.h>."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
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
from symact.backends.rows import Loop, Schedule, Total, schedule
from symact.lowering import erfcx, polynomials
from symact.lowering.interpret import OVER_THE_LINE
from symact.lowering.program import WIDE, Kernels, Line, Node, Program

HEADER, SOURCE = "symact.h", "symact.c"

_UNARY = 14

_EXPONENTIAL = ("bits", "minimum", "maximum", "nearest", "two_to", "phi2", "held_growth", "growth", "exponential")
_EXP = (*_EXPONENTIAL, "exp_sum")
_LOG = ("bits", "minimum", "two_to", "sum_error", "log_sum")
_HELD_GROWTH = ("bits", "two_to", "phi2", "held_growth")
_HELD_EXP = (*_HELD_GROWTH, "held_exp")
_ERFCX = ("minimum", "sum_error", "held_erfcx", "erfcx")
"""What the kernels of elementary functions are built from."""

_EXPONENTIALF = ("bits", "minimumf", "maximumf", "nearestf", "power_of_sumf", "two_tof", "phi2f", "exponentialf")
_EXPF = (*_EXPONENTIALF, "exp_sumf")
_DECAY = (*_EXPONENTIALF, "pair", "risen_decay")
"""The same for float."""

_ROW_POWER = ("bits", "nearest", "two_to", "phi2", "row_power")
_ROW_POWERF = ("bits", "nearest", "power_of_sumf", "phi2f", "row_powerf")
"""Exponentials of rows."""

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
        "exp": call("exp_of({0}, type)", *_EXP, "exp"),
        "expm1": call("expm1_of({0}, type)", *_EXPONENTIAL, "sum_error", "expm1"),
        "log": call("log_of({0}, type)", *_LOG, "log"),
        "log1p": call("log1p_of({0}, type)", *_LOG, "log1p"),
        "tanh": call("tanh_of({0}, type)", *_EXPONENTIAL, "tanh"),
        "erf": call("erf_of({0}, type)", *_EXP, "product_error", *_ERFCX, "erf"),
        "sin": call("sin"),
        "cos": call("cos"),
        "atan": call("atan"),
        "asinh": call("asinh"),
        "sum_error": call2("sum_error", "sum_error"),
        "product_error": call2("product_error", "product_error"),
        "exp_sum": call("exp_sum({0}, {1}, type)", *_EXP),
        "erfcx": call("erfcx_of({0}, type)", *_ERFCX),
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
    },
    infinity="INFINITY",
    nan="NAN",
    negation=_UNARY,
    length="(double)n",
    wide="wide_",
)

FLOAT_STYLE = replace(
    STYLE,
    rows={
        **STYLE.rows,
        "abs": call("fabsf"),
        "sqrt": call("sqrtf"),
        "minimum": call2("minimumf", "minimumf"),
        "maximum": call2("maximumf", "maximumf"),
        "exp": call("expf_of", *_EXPF, "expf"),
        "exp_sum": call2("exp_sumf", *_EXPF),
        "expm1": call("expm1f_of", *_EXPONENTIALF, "sum_errorf", "expm1f"),
        "log1p": call("log1pf_of", "minimumf", "power_of_sumf", "two_tof", "sum_errorf", "log_sumf", "log1pf"),
        "tanh": call("tanhf_of", "bits", "minimumf", "power_of_sumf", "phi2f", "tanhf"),
        "sum_error": call2("sum_errorf", "sum_errorf"),
        "product_error": call2("product_errorf", "product_errorf"),
        "times_logistic": Row(
            "times_logistic_of({0}, {1}, {2})",
            ATOM,
            (0, 0, 0),
            ("bits", "maximumf", "power_of_sumf", "two_tof", "phi2f", "times_logistic"),
        ),
        "times_decay": Row(
            "times_decay_of({0}, {1}, {2})",
            ATOM,
            (0, 0, 0),
            ("bits", "minimumf", "maximumf", "power_of_sumf", "phi2f", "times_decay"),
        ),
        "remainder": Row("fmaf(-{1}, {2}, {0})", ATOM, (0, 15, 0)),
        "decay_value": Row("decay_of({0}, {1}).value", ATOM, (0, 0), (*_DECAY, "decay")),
        "decay_error": Row("decay_of({0}, {1}).lost", ATOM, (0, 0), (*_DECAY, "decay")),
        "lifted_decay_value": Row("lifted_decay_of({0}, {1}).value", ATOM, (0, 0), (*_DECAY, "lifted_decay")),
        "lifted_decay_error": Row("lifted_decay_of({0}, {1}).lost", ATOM, (0, 0), (*_DECAY, "lifted_decay")),
    },
    suffix="f",
)
"""For what is computed in float."""

FOR_FLOAT_STYLE = replace(
    STYLE,
    rows={
        **{name: replace(row, form=row.form.replace(", type)", ", DOUBLE)")) for name, row in STYLE.rows.items()},
        "fused": Row("fma({0}, {1}, {2})", ATOM, (0, 0, 0)),
        "exp_30": call("held_exp_of({0}, FLOAT)", *_HELD_EXP),
        "exp_53": call("held_exp_of({0}, DOUBLE)", *_HELD_EXP),
        "expm1_30": call("held_expm1_of", *_HELD_GROWTH, "held_expm1"),
        "log1p_30": call("held_log1p_of", "held_log1p"),
        "erfcx_29": call("held_erfcx_of", "held_erfcx"),
    },
)
"""For what is computed in double and rounded to float."""

ROW_STYLE = replace(STYLE, rows={**STYLE.rows, "exp": call("row_power(shift, {0})", *_ROW_POWER)})
ROW_FLOAT_STYLE = replace(FLOAT_STYLE, rows={**FLOAT_STYLE.rows, "exp": call("row_powerf(shift, {0})", *_ROW_POWERF)})
"""For what a loop over a row computes in double or float: no exponent is positive there, or it is shifted."""

OF_FLOATS_STYLE = replace(
    STYLE,
    rows={**STYLE.rows, "exp": Row("(double)row_powerf(shift, (float){0})", _UNARY, (_UNARY,), _ROW_POWERF)},
)
"""For what is computed in double once for a row of floats, if its exponents are shifted."""

TYPES = {"f32": "float", "f64": "double"}


@dataclass(frozen=True)
class Format:
    """A format of 16 bits: how many digits it stores after the point, and the bias of its exponent."""

    digits: int
    bias: int


FORMATS = {"f16": Format(10, 15), "bf16": Format(7, 127)}
"""What functions of one number take and give in 16 bits (IEEE 754-2019, binary16; bfloat16)."""

_KERNELS = frozenset(("exp", "expm1", "log", "log1p", "tanh", "erf", "exp_sum", "erfcx"))
"""What is computed to the digits of the result's type."""

_CHOOSING = _KERNELS | OVER_THE_LINE.keys() | {"times_decay"}
"""What makes choices of its own."""

_ONE_BY_ONE = WIDE | {"sin", "cos", "atan", "asinh", "rint"}
"""What no compiler computes for several elements at a time: calls of the C library, and wide numbers."""


def render(kernels: Sequence[Kernels]) -> dict[str, str]:
    """Return the generated files: their names and their texts."""
    programs = [program for each in kernels for program in _programs(each)]
    in_float = [p.in_float for each in kernels for p in _programs(each) if _is_in_float(each, p) and p.in_float]
    for_float = [program.for_float for program in programs if program.for_float]
    elementwise = [program for each in kernels if each.is_elementwise for program in _programs(each)]
    called = (
        *helpers(STYLE, [program.result for program in elementwise]),
        *helpers(FOR_FLOAT_STYLE, for_float),
        *helpers(FLOAT_STYLE, in_float),
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


def _over_rows(kernels: Sequence[Kernels]) -> Iterator[_Rows]:
    """Yield every program over rows, of each type."""
    for each in kernels:
        if not each.is_elementwise:
            yield from (_Rows(each, program, type_) for type_ in ("double", "float") for program in each.programs())


def arguments(kernels: Kernels) -> tuple[str, ...]:
    """Return the parameters that a C function takes: a random one has the value of evaluation instead."""
    return tuple(keyword.name for keyword in kernels.keywords if keyword.mean is None)


def _group(kernels: Kernels) -> dict[str, Any]:
    return {
        "name": kernels.name,
        "headline": headline(kernels, kernels.value),
        "elementwise": kernels.is_elementwise,
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
        "output": _output(kernels, program),
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
    inside = _inside(kernels, Printer(STYLE, _places(kernels))) or "1"
    kind, name = ("VJP", f"{kernels.name}_vjp") if program is kernels.grad else ("MAP", program.name)
    if program is kernels.grad_from_output:
        kind, name = "VJP", f"{kernels.name}_vjp_from_output"
    macro = "ONE_BY_ONE" if one_by_one else "TOGETHER_EACH" if len(values) > 1 else "TOGETHER"
    return {
        "arity": len(arguments(kernels)),
        "bodies": bodies,
        "loops": f"{macro}({', '.join((kind, name, inside, *values))})",
    }


def _exported(kernels: Kernels, program: Program) -> str:
    """Return the macros that define the functions of the header, and what they are given."""
    if program is kernels.grad_from_output:
        return f"FROM_OUTPUT_{len(arguments(kernels))}({kernels.name})"
    if program is kernels.grad:
        return "\n".join(f"{macro}_{len(arguments(kernels))}({kernels.name})" for macro in ("BACKWARD", "HALVES"))
    return f"ARRAYS_{len(arguments(kernels))}({program.name})"


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
    return {
        "name": name,
        "number": number,
        "typed": style is STYLE and _is_typed([result or program.result]),
        "lines": [
            *_declarations(printer, lines, {line.name: line for line in lines}, number),
            *_statement("return", printer, value),
        ],
    }


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
    return any(step.op in _KERNELS for node in nodes for step in node.walk())


def _wide_function(function: WideFunction) -> dict[str, Any]:
    printer = Printer(STYLE, {})
    return {
        "name": function.name,
        "operands": ", ".join(f"wide {operand}" for operand in function.operands),
        "summary": function.summary,
        "typed": _is_typed([*(line.value for line in function.lines), function.result]),
        "body": [
            *_declarations(printer, function.lines, {line.name: line for line in function.lines}),
            *_statement("return", printer, function.result),
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
    output = _output(kernels, program)
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
    return entry | {
        "rows": _call(f"void {name}_{suffix}_rows", places),
        "dispatched": _defined_over_rows(f"{name}_{suffix}", places),
        "computed": computed,
        "unless": _inside(kernels, printer),
        "unused": [name for name in given if name not in program.parameters and name not in looked_at],
        "row": _Rows(kernels, program, type_).loops(leaves),
    }


def _output(kernels: Kernels, program: Program) -> str:
    """Return the name of the array that a function over rows, or of one number, writes."""
    return "dx" if program is kernels.vjp else "y"


def _grouped(printer: Printer, condition: Node) -> str:
    text = printer.text(condition)
    return f"({text})" if condition.op in ("or", "and") else text


@dataclass(frozen=True)
class _Rows:
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
        called = _KERNELS if self.style is STYLE else _KERNELS - {"exp"}
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
            yield from _ROW_POWERF if self.type == "float" else _ROW_POWER
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
        printer = Printer(self.style, {**leaves, **{a: _as_double(place, self.type) for a, place in places.items()}})
        float_printer = Printer(ROW_FLOAT_STYLE, {name: (text, ATOM) for name, text in (places | of_row).items()})
        of_entries = (*plan.lines, *(line for loop in plan.loops for line in loop.lines))
        known = {line.name: line for line in (*of_entries, *(s for s in plan.steps if isinstance(s, Line)))}
        steps: list[dict[str, Any]] = []
        before = [self._shift("1.0", "0.0")] if self.takes_powers and not plan.shift else []
        for step in plan.steps:
            if isinstance(step, Line):
                steps.append({"op": "line", "lines": _declarations(printer, [step], known)})
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
            "lines": _declarations(printer, loop.lines, known, number),
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
        output = f"{_output(self.kernels, self.program)}[i]"
        if plan.kept:
            last = next(step for step in reversed(steps) if step["op"] != "line")
            kept = Node("name", label=plan.kept)
            last["kept"] = f"{output} = {plan.kept if last['in_float'] else _narrowed(printer, kept, self.type)}"
            if last["in_float"] and plan.scale is not None:
                inverse = f"const double inverse = 1.0 / {plan.scale};"
                parts = "const float reciprocal = (float)inverse, rest = (float)(inverse - (double)reciprocal);"
                steps.append({"op": "line", "lines": [inverse, parts]})
                return {"lines": [], "result": f"fmaf({output}, reciprocal, {output} * rest)"}
            lines = [f"const double {plan.kept} = {_as_double(output, self.type)[0]};"]
            return {"lines": lines, "result": _narrowed(printer, plan.result, self.type)}
        if self.is_in_float(plan):
            lines = _declarations(float_printer, plan.lines, known, "float")
            return {"lines": lines, "result": float_printer.text(plan.result)}
        lines = _declarations(printer, plan.lines, known)
        return {"lines": lines, "result": _narrowed(printer, plan.result, self.type)}


def _narrowed(printer: Printer, value: Node, type_: str) -> str:
    return printer.text(value) if type_ == "double" else f"({type_}){printer.operand(value, _UNARY)}"


def _as_double(place: str, type_: str) -> tuple[str, int]:
    return (place, ATOM) if type_ == "double" else (f"(double){place}", _UNARY)


def _declarations(
    printer: Printer, lines: Iterable[Line], known: Mapping[str, Line], number: str = "double"
) -> list[str]:
    found = []
    for line in lines:
        type_ = kind(line.value, known)
        found += _statement(f"const {number if type_ == 'double' else type_} {line.name} =", printer, line.value)
    return found


def _statement(start: str, printer: Printer, value: Node) -> list[str]:
    first, *rest = layout(f"{printer.text(value)};", WIDTH - 5 - len(start), WIDTH - 8)
    indent = "" if first.endswith("(") else "    "
    return [f"{start} {first}", *(f"{indent}{line}" for line in rest)]


def _comment(text: str) -> str:
    """Keep a text from ending the comment that it stands in."""
    return text.replace("*/", "* /").replace("/*", "/ *")
