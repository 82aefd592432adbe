"""Every program of an activation."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from symact.activation import Activation, Role
from symact.analysis.derivatives import (
    derivative,
    derivative_cells,
    parameter_derivative,
    parameter_derivative_cells,
    prime,
)
from symact.analysis.from_output import slope_of_output
from symact.analysis.vectors import vjp
from symact.errors import OpenError
from symact.lowering.arithmetic import number_of, op, translate
from symact.lowering.elementwise import program
from symact.lowering.parameters import parameter_nodes
from symact.lowering.program import Kernels, Keyword, Node, Program
from symact.lowering.shelf import shelved
from symact.lowering.vectors import value_program, vjp_program
from symact.notation import symbol_text, text

TOLERABLE = (8.0, 8.0, 12.0)
"""The error in ULP that a program in double precision may have, by the order of the derivative.

The second derivative of mish sets the last: two zeros close to each other and a numerator of eight terms.
"""

IN_FLOAT = (1.95, 1.95, 0.0)
"""The error in ULP that a program in float32 may have at the points tried, so that no result at all is 2 ULP off."""


@lru_cache(maxsize=512)
def lower(activation: Activation) -> Kernels:
    """Return the programs of an activation, parameters kept as parameters.

    Raises
    ------
    OpenError
        If no program can be made.
    """
    return shelved(lowered, activation)


def lowered(activation: Activation) -> Kernels:
    """Return the same, made anew."""
    kernels = Kernels(
        name=activation.name,
        summary=activation.summary,
        source=activation.source,
        formula=text(activation.expr),
        module=activation.module,
        torch=activation.torch,
        keywords=tuple(_keyword(activation, p.name) for p in activation.parameters),
        value=_value_program(activation),
        is_reduction=activation.is_reduction,
    )
    if not activation.is_elementwise:
        product = vjp(activation)
        return replace(kernels, vjp=vjp_program(activation, product.expr, product.needs, f"dx = {text(product.expr)}"))
    return replace(
        kernels,
        grad=_derivative_program(activation, 1),
        grad2=_derivative_program(activation, 2),
        grad_from_output=_program_from_output(activation),
        parameter_grads={
            p.name: _parameter_program(activation, p.name) for p in activation.parameters if p.role is Role.LEARNED
        },
    )


def _value_program(activation: Activation) -> Program:
    if activation.is_elementwise:
        return _derivative_program(activation, 0)
    return value_program(activation, f"f(x) = {text(activation.expr)}")


def _derivative_program(activation: Activation, order: int) -> Program:
    name = activation.name + ("", "_grad", "_grad2")[order]
    shown = activation.expr if order == 0 else derivative(activation, order)
    formula = f"f{prime(order)}(x) = {text(shown)}"
    return program(name, formula, derivative_cells(activation, order), activation, TOLERABLE[order], IN_FLOAT[order])


def _program_from_output(activation: Activation) -> Program | None:
    """Return f′ as a program of the output, if the analysis knows it for all parameters."""
    try:
        pieces = slope_of_output(activation)
        if pieces is None:
            return None
        formula = f"f′ = {text(pieces.to_expr())}, x being the output"
        return program(f"{activation.name}_grad_from_output", formula, pieces, activation, TOLERABLE[1], IN_FLOAT[1])
    except OpenError:
        return None


def _parameter_program(activation: Activation, name: str) -> Program:
    formula = f"∂f/∂{symbol_text(name)} = {text(parameter_derivative(activation, name))}"
    pieces = parameter_derivative_cells(activation, name)
    return program(f"{activation.name}_grad_{name}", formula, pieces, activation)


def _keyword(activation: Activation, name: str) -> Keyword:
    parameter = activation.parameter(name)
    default = parameter.default
    return Keyword(
        name=name,
        default=None if default is None or default.free_symbols else number_of(default),
        role=str(parameter.role),
        domain=text(parameter.domain),
        condition=_condition(activation, name),
        mean=None if default is None or not default.free_symbols else translate(default, parameter_nodes(activation)),
    )


def _condition(activation: Activation, name: str) -> Node | None:
    """Return the predicate "inside the domain" over the parameters."""
    domain, parameters = activation.parameter(name).domain, parameter_nodes(activation)
    value, tests = Node("parameter", label=name), []
    if domain.start.is_finite is not False:
        edge = translate(domain.start, parameters)
        tests.append(op("gt" if domain.left_open else "ge", value, edge))
    if domain.end.is_finite is not False:
        edge = translate(domain.end, parameters)
        tests.append(op("lt" if domain.right_open else "le", value, edge))
    if not tests:
        return None
    return tests[0] if len(tests) == 1 else op("and", *tests)
