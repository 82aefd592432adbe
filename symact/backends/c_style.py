"""How the C backend writes operations, numbers and statements."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from symact.backends.description import WIDTH, layout
from symact.backends.printer import ATOM, Printer, Row, Style, call, call2, comparison, infix, kind, prefix
from symact.lowering.program import Line, Node

UNARY = 14

_EXPONENTIAL = ("bits", "minimum", "maximum", "nearest", "two_to", "phi2", "held_growth", "growth", "exponential")
_EXP = (*_EXPONENTIAL, "exp_sum")
_LOG = ("bits", "minimum", "two_to", "sum_error", "log_sum")
_HELD_GROWTH = ("bits", "two_to", "phi2", "held_growth")
_HELD_EXP = (*_HELD_GROWTH, "held_exp")
_ERFCX = ("minimum", "sum_error", "held_erfcx", "erfcx")
"""What the kernels of elementary functions are built from."""

_EXPONENTIALF = ("bits", "minimumf", "maximumf", "nearestf", "power_of_sumf", "two_tof", "phi2f", "exponentialf")
_EXPF = (*_EXPONENTIALF, "exp_sumf")
_GROWTHF = ("bits", "power_of_sumf", "phi2f", "raised_growthf")
_DECAY = (*_EXPONENTIALF, "pair", "risen_decay")
"""The same for float."""

ROW_POWER = ("bits", "nearest", "two_to", "phi2", "row_power")
ROW_POWERF = ("bits", "nearest", "power_of_sumf", "phi2f", "row_powerf")
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
        "neg": prefix("-", UNARY),
        "not": prefix("!", UNARY),
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
    negation=UNARY,
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
        "tanh": call("tanhf_of", "minimumf", *_GROWTHF, "tanhf"),
        "sum_error": call2("sum_errorf", "sum_errorf"),
        "product_error": call2("product_errorf", "product_errorf"),
        "times_logistic": call("times_logistic_of({0}, {1}, {2})", "maximumf", *_GROWTHF, "times_logistic"),
        "times_decay": call("times_decay_of({0}, {1}, {2})", "minimumf", "maximumf", *_GROWTHF, "times_decay"),
        "times_excess": call("times_excess_of({0}, {1}, {2}, {3})", "minimumf", "maximumf", *_GROWTHF, "times_excess"),
        "times_log_decay": call(
            "times_log_decay_of({0}, {1}, {2}, {3})", "minimumf", "maximumf", *_GROWTHF, "times_log_decay"
        ),
        "remainder": Row("fmaf(-{1}, {2}, {0})", ATOM, (0, 15, 0)),
        "fused": Row("fmaf({0}, {1}, {2})", ATOM, (0, 0, 0)),
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

ROW_STYLE = replace(STYLE, rows={**STYLE.rows, "exp": call("row_power(shift, {0})", *ROW_POWER)})
ROW_FLOAT_STYLE = replace(FLOAT_STYLE, rows={**FLOAT_STYLE.rows, "exp": call("row_powerf(shift, {0})", *ROW_POWERF)})
"""For what a loop over a row computes in double or float: no exponent is positive there, or it is shifted."""

OF_FLOATS_STYLE = replace(
    STYLE,
    rows={**STYLE.rows, "exp": Row("(double)row_powerf(shift, (float){0})", UNARY, (UNARY,), ROW_POWERF)},
)
"""For what is computed in double once for a row of floats, if its exponents are shifted."""

TYPES = {"f32": "float", "f64": "double"}


KERNELS = frozenset(("exp", "expm1", "log", "log1p", "tanh", "erf", "exp_sum", "erfcx"))
"""What is computed to the digits of the result's type."""


def narrowed(printer: Printer, value: Node, type_: str) -> str:
    """Return a value in double as one of a type."""
    return printer.text(value) if type_ == "double" else f"({type_}){printer.operand(value, UNARY)}"


def as_double(place: str, type_: str) -> tuple[str, int]:
    """Return what an entry of an array is in double, and how tightly that binds."""
    return (place, ATOM) if type_ == "double" else (f"(double){place}", UNARY)


def declarations(
    printer: Printer, lines: Iterable[Line], known: Mapping[str, Line], number: str = "double"
) -> list[str]:
    """Return the statements that name the values of some lines."""
    found = []
    for line in lines:
        type_ = kind(line.value, known)
        found += statement(f"const {number if type_ == 'double' else type_} {line.name} =", printer, line.value)
    return found


def statement(start: str, printer: Printer, value: Node) -> list[str]:
    """Return a statement, broken where it is too long for a line."""
    first, *rest = layout(f"{printer.text(value)};", WIDTH - 5 - len(start), WIDTH - 8)
    indent = "" if first.endswith("(") else "    "
    return [f"{start} {first}", *(f"{indent}{line}" for line in rest)]
