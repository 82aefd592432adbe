"""The NumPy backend: one module of functions, each a few lines of array arithmetic."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from symact.backends import templates
from symact.backends.description import WIDTH, details, headline, is_fit_for_float32, layout, tolerance
from symact.backends.printer import (
    ATOM,
    PYTHON_OPERATORS,
    Printer,
    Row,
    Style,
    WideFunction,
    call,
    call2,
    helpers,
    is_clip,
    wide_functions,
)
from symact.lowering import erfcx, polynomials
from symact.lowering.program import (
    LEAVES,
    Kernels,
    Keyword,
    Line,
    Node,
    Program,
    Within,
    cost,
    rewritten,
    straight_line,
)
from symact.lowering.shortened import unfused

FILE = "symact_numpy.py"

STYLE = Style(
    rows={
        **PYTHON_OPERATORS,
        "abs": call("np.abs"),
        "sqrt": call("np.sqrt"),
        "minimum": call2("np.minimum"),
        "maximum": call2("np.maximum"),
        "exp": call("np.exp"),
        "expm1": call("np.expm1"),
        "log": call("np.log"),
        "log1p": call("np.log1p"),
        "tanh": call("np.tanh"),
        "erf": call("special.erf", "special"),
        "sin": call("np.sin"),
        "cos": call("np.cos"),
        "atan": call("np.arctan"),
        "asinh": call("np.arcsinh"),
        "sum_error": call2("_sum_error", "sum_error"),
        "product_error": call2("_product_error", "product_error"),
        "exp_sum": call2("_exp_sum", "select", "exp_sum"),
        "erfcx": call("_erfcx", "sum_error", "polynomial", "erfcx"),
        "select": call("_select({0}, {1}, {2}, {array})", "select"),
        "rint": call("np.rint"),
        "binade": Row("np.frexp({0})[1] - 1.0", 11, (0,)),
        "power_of_two": call("_power_of_two", "power_of_two"),
        "wide": call("_Wide({0}, {1}, {2})", "wide"),
        "high": Row("{0}.high", ATOM, (ATOM,), ("wide",)),
        "low": Row("{0}.low", ATOM, (ATOM,), ("wide",)),
        "exponent": Row("{0}.exponent", ATOM, (ATOM,), ("wide",)),
        "widen": call("_wide_normal(_lifted({0}))", "wide", "power_of_two", "lifted"),
        "narrow": call("_narrow", "power_of_two", "narrow"),
        "choose": call("_choose({0}, {1}, {2})", "wide", "choose"),
        "row_max": call("np.max({0}, axis=-1, keepdims=True, initial=-np.inf)"),
        "row_sum": call("np.sum({0}, axis=-1, keepdims=True)"),
    },
    infinity="np.inf",
    nan="np.nan",
    negation=13,
    length="{0}.shape[-1]",
    wide="_wide_",
    clip=call("np.clip({0}, {1}, {2})"),
)

NARROW_STYLE = replace(
    STYLE,
    rows={
        **STYLE.rows,
        "exp_30": call("np.exp"),
        "exp_53": call("np.exp"),
        "expm1_30": call("np.expm1"),
        "log1p_30": call("np.log1p"),
        "erfcx_29": call("_erfcx_narrow", "polynomial", "erfcx_narrow"),
    },
)
"""For what is computed in double precision and rounded to a type with fewer digits."""

SINGLE_STYLE = replace(
    STYLE,
    rows={
        **STYLE.rows,
        "exp_single": call("np.exp"),
        "exp_24": call("_exp_24", "polynomial", "exp_24"),
        "tanh_single": call("np.tanh"),
        "log1p_single": call("_log1p_single", "polynomial", "log1p_single"),
    },
)
"""For what is computed in float32."""

_SHORTER_STYLES = {"single": SINGLE_STYLE, "plain": STYLE}
"""Of programs for what is not large, by their kind."""

_COSTS = {"exp": 15, "exp_30": 15, "exp_53": 15, "expm1": 30, "expm1_30": 30, "log1p": 30, "log1p_30": 30}
_COSTS |= {"exp_sum": 27, "erfcx": 80, "erfcx_29": 30, "product_error": 17, "sum_error": 6, "select": 4}
"""How many times as long as a sum an operation takes, where it takes longer."""


def render(kernels: Sequence[Kernels]) -> dict[str, str]:
    """Return the generated file: its name and its text."""
    programs = [program for each in kernels for program in each.programs()]
    results = [program.result for program in programs]
    narrow = {program.name: value for program in programs if (value := narrow_program(program))}
    shorter = [(kind, each.result) for program in programs for kind, each in shorter_programs(program).items()]
    needed = (
        *helpers(STYLE, results),
        *helpers(NARROW_STYLE, narrow.values()),
        *(helper for kind, result in shorter for helper in helpers(_SHORTER_STYLES[kind], [result])),
    )
    text = templates.render(
        "numpy/module.py.jinja",
        functions=[
            _function(each, program, narrow.get(program.name)) for each in kernels for program in each.programs()
        ],
        helpers=tuple(dict.fromkeys(needed)),
        wide_functions=[wide_function(STYLE, each) for each in wide_functions(STYLE, programs)],
        erfcx=erfcx,
        polynomials=polynomials,
    )
    return {FILE: text}


def _function(kernels: Kernels, program: Program, narrow: Node | None) -> dict[str, Any]:
    printer = Printer(STYLE, {}, array=program.arguments[0])
    is_vjp = program is kernels.vjp
    names = program.arguments + program.parameters
    bodies, options = [body(printer, names, f"_{program.name}", program.result)], _options(program)
    if narrow:
        name = f"_{program.name}_narrow"
        bodies.append(body(replace(printer, style=NARROW_STYLE), names, name, narrow))
        options.insert(0, f"narrow={name}")
    for kind, shorter in shorter_programs(program).items():
        name = f"_{program.name}_{kind}"
        bodies.append(body(replace(printer, style=_SHORTER_STYLES[kind]), program.arguments, name, shorter.result))
        options.append(f"{kind}=({name}, {shorter.reach!r})")
    if usual := usual_parameters(program):
        options.append(f"usual=[{', '.join(repr(usual[parameter]) for parameter in program.parameters)}]")
    given = (f"_{program.name}", program.arguments[0], "out", *program.parameters)
    return {
        "name": program.name,
        "headline": headline(kernels, program),
        "details": details(kernels, program, WIDTH - 4),
        "arguments": program.arguments,
        # The output and its gradient have lost the axis that a reduction reduces.
        "reduced": [a for a in program.arguments if kernels.is_reduction and a != "x"],
        "parameters": program.parameters,
        "keywords": [_keyword(printer, keyword) for keyword in kernels.keywords],
        "bodies": bodies,
        "elementwise": kernels.is_elementwise,
        "call": bracketed(f"_elementwise({', '.join((*given, *options))})", 11),
        "drops_axis": kernels.is_reduction and not is_vjp,
    }


def body(printer: Printer, names: Sequence[str], name: str, value: Node) -> dict[str, Any]:
    """Return a function of blocks of numbers as the template needs it."""
    lines, result = straight_line(value, names)
    return {
        "name": name,
        "arguments": names,
        "lines": assignments(printer, lines),
        "result": bracketed(printer.text(result), 11),
    }


def narrow_program(program: Program) -> Node | None:
    """Return the program in double precision for results with fewer digits, if it takes a tenth less time or better."""
    if program.for_float is None:
        return None
    lean = rewritten(program.for_float, unfused)
    return lean if 10 * cost(lean, _COSTS) <= 9 * cost(program.result, _COSTS) else None


def is_computed_in_float32(program: Program) -> bool:
    """Whether the program for doubles is computed in float32 for results in it."""
    result = program.result
    is_tanh = result.op == "tanh" and result.args[0].op == "argument"  # in float32 NumPy has it within 1.4 ULP
    return tolerance(program) is None and (is_tanh or is_fit_for_float32(program))


def shorter_programs(program: Program) -> dict[str, Within]:
    """Return those for what is not large: in single precision, unless the one for doubles will do, and plain."""
    single = None if is_computed_in_float32(program) else program.single
    return {kind: each for kind, each in (("single", single), ("plain", program.plain)) if each}


def usual_parameters(program: Program) -> Mapping[str, float]:
    """Return the values of parameters for which there are shorter programs, nothing if there are none."""
    return next((each.parameters for each in shorter_programs(program).values() if program.parameters), {})


def _options(program: Program) -> list[str]:
    """Return what the loop over the elements is told of a program: where it may run in a narrow type, and at once."""
    slack, result = tolerance(program), program.result
    inner = result.args[0] if is_clip(result) else result
    at_once = all(operand.op in LEAVES for operand in inner.args)
    chosen = {
        f"tolerance={slack}": slack is not None,
        "float32=True": is_computed_in_float32(program),
        "at_once=True": at_once and result.op not in LEAVES,
    }
    return [option for option, holds in chosen.items() if holds]


def wide_function(style: Style, function: WideFunction) -> dict[str, Any]:
    """Return a function of wide numbers as a template for Python needs it."""
    printer = Printer(style, {}, array=f"{function.operands[0]}.high")
    return {
        "name": function.name,
        "operands": ", ".join(function.operands),
        "summary": function.summary,
        "lines": assignments(printer, function.lines),
        "result": bracketed(printer.text(function.result), 11),
    }


def _keyword(printer: Printer, keyword: Keyword) -> dict[str, Any]:
    """Return a parameter as the template needs it: signature, default computed from others, and check."""
    default = "" if keyword.default is None else f"={keyword.default!r}"
    return {
        "name": keyword.name,
        "signature": f"{keyword.name}{default if keyword.mean is None else '=None'}",
        "computed": printer.text(keyword.mean) if keyword.mean is not None else None,
        "condition": printer.text(keyword.condition) if keyword.condition is not None else None,
        "domain": keyword.domain,
    }


def assignments(printer: Printer, lines: Iterable[Line]) -> list[str]:
    """Return the lines of a program as statements of Python."""
    return [f"{line.name} = {bracketed(printer.text(line.value), len(line.name) + 7)}" for line in lines]


def bracketed(expression: str, indent: int) -> str:
    """Break an expression too long for its line, in parentheses unless it is a call that has its own."""
    first, *rest = layout(expression, WIDTH - indent, WIDTH - 8)
    if not rest:
        return first
    if first.endswith("(") and rest[-1] == ")":
        return "\n".join((first, *(f"    {line}" for line in rest)))
    lines = layout(expression, WIDTH - 8, WIDTH - 8)
    return "\n".join(("(", *(f"        {line}" for line in lines), "    )"))
