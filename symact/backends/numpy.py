"""The NumPy backend: one module of functions, each a few lines of array arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from symact.backends import templates
from symact.backends.description import WIDTH, details, headline, layout, tolerance
from symact.backends.printer import PYTHON_OPERATORS, Printer, Style, call, call2, helpers
from symact.lowering import erfcx
from symact.lowering.program import Kernels, Keyword, Program

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
        "exp_sum": call2("_exp_sum", "exp_sum"),
        "erfcx": call("_erfcx", "sum_error", "erfcx"),
        "select": call("_select({0}, {1}, {2}, {array})", "select"),
        "row_max": call("np.max({0}, axis=-1, keepdims=True, initial=-np.inf)"),
        "row_sum": call("np.sum({0}, axis=-1, keepdims=True)"),
    },
    infinity="np.inf",
    nan="np.nan",
    negation=13,
    length="{0}.shape[-1]",
)


def render(kernels: Sequence[Kernels]) -> dict[str, str]:
    """Return the generated file: its name and its text."""
    programs = [program for each in kernels for program in each.programs()]
    text = templates.render(
        "numpy/module.py.jinja",
        functions=[_function(each, program) for each in kernels for program in each.programs()],
        helpers=helpers(STYLE, programs),
        erfcx=erfcx,
    )
    return {FILE: text}


def _function(kernels: Kernels, program: Program) -> dict[str, Any]:
    printer = Printer(STYLE, {}, array=program.arguments[0])
    lines, result = program.straight_line()
    is_vjp = program is kernels.vjp
    return {
        "name": program.name,
        "headline": headline(kernels, program),
        "details": details(kernels, program, WIDTH - 4),
        "arguments": program.arguments,
        # The output and its gradient have lost the axis that a reduction reduces.
        "reduced": [a for a in program.arguments if kernels.is_reduction and a != "x"],
        "parameters": program.parameters,
        "keywords": [_keyword(printer, keyword) for keyword in kernels.keywords],
        "lines": [f"{line.name} = {bracketed(printer.text(line.value), len(line.name) + 7)}" for line in lines],
        "result": bracketed(printer.text(result), 11),
        "elementwise": kernels.is_elementwise,
        "tolerance": tolerance(program),
        "drops_axis": kernels.is_reduction and not is_vjp,
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


def bracketed(expression: str, indent: int) -> str:
    """Break an expression too long for its line, in parentheses unless it is a call that has its own."""
    first, *rest = layout(expression, WIDTH - indent, WIDTH - 8)
    if not rest:
        return first
    if first.endswith("(") and rest[-1] == ")":
        return "\n".join((first, *(f"    {line}" for line in rest)))
    lines = layout(expression, WIDTH - 8, WIDTH - 8)
    return "\n".join(("(", *(f"        {line}" for line in lines), "    )"))
