"""Formulas of the kind that users bring: data for the tests of the analysis and of the lowering.

Each row is a name, the formula as text, and the values of its parameters.  Sources: the survey of Kunc & Kléma 2024,
"Three Decades of Activations", and the classical examples of cancellation and overflow (Kahan; Higham 2002; Herbie).
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable
from typing import Any

from sympy import (
    Abs,
    Expr,
    Interval,
    Max,
    Min,
    Piecewise,
    S,
    Symbol,
    asin,
    asinh,
    atan,
    cos,
    cosh,
    erf,
    erfc,
    exp,
    log,
    oo,
    pi,
    sign,
    sin,
    sinh,
    sqrt,
    tan,
    tanh,
)

from symact.activation import Activation, Parameter, x
from symact.functions import normal_cdf, sigmoid, softplus

Row = tuple[str, str, dict[str, str]]

FORMULAS: tuple[Row, ...] = (
    # Nested softplus, tanh, erf, exp and log.
    ("mish_by_meaning", "x*tanh(log(1 + exp(x)))", {}),
    ("softplus_by_meaning", "log(1 + exp(x))", {}),
    ("logish", "x*log(1 + sigmoid(x))", {}),
    ("smish", "x*tanh(log(1 + sigmoid(x)))", {}),
    ("tanhexp", "x*tanh(exp(x))", {}),
    ("serf", "x*erf(softplus(x))", {}),
    ("phish", "x*tanh(x*Phi(x))", {}),
    ("soft_clipping", "log((1 + exp(x))/(1 + exp(x - 1)))", {}),
    ("log_of_softplus", "log(softplus(x))", {}),
    ("softplus_of_softplus", "softplus(softplus(x))", {}),
    ("erf_of_exponential", "erf(exp(x))", {}),
    ("gompertz", "exp(-exp(-x))", {}),
    ("cloglog", "1 - exp(-exp(x))", {}),
    ("log_sigmoid_by_meaning", "-log(1 + exp(-x))", {}),
    ("exponential_of_tanh", "exp(tanh(x)) - 1", {}),
    ("swish_of_tanh", "tanh(x)*sigmoid(tanh(x))", {}),
    ("gish", "x*log(2 - exp(-exp(x)))", {}),
    ("tanh_softplus_squared", "tanh(softplus(x))**2", {}),
    # Differences of nearly equal terms.
    ("softplus_minus_max", "softplus(x) - max(x, 0)", {}),
    ("tanhshrink_by_exponentials", "x - (exp(x) - exp(-x))/(exp(x) + exp(-x))", {}),
    ("square_root_difference", "sqrt(x**2 + 1) - abs(x)", {}),
    ("squareplus", "(x + sqrt(x**2 + b))/2", {"b": "4"}),
    ("one_minus_cosine", "1 - cos(x)", {}),
    ("x_minus_sine", "x - sin(x)", {}),
    ("exponential_remainder", "exp(x) - 1 - x", {}),
    ("erf_minus_tanh", "erf(x) - tanh(x)", {}),
    ("softplus_minus_line", "softplus(x) - log(2) - x/2", {}),
    ("atan_difference", "atan(x + 1) - atan(x)", {}),
    ("logarithm_difference", "log(x**2 + 2) - log(x**2 + 1)", {}),
    ("sigmoid_minus_tangent", "sigmoid(x) - 1/2 - x/4", {}),
    ("tanh_minus_softsign", "tanh(x) - x/(1 + abs(x))", {}),
    # Products of overflow and underflow, powers times decaying exponentials.
    ("gaussian_times_growth", "exp(-x**2)*exp(x)", {}),
    ("scaled_complement", "exp(x**2)*erfc(abs(x))", {}),
    ("hyperbolic_quotient", "sinh(x)/cosh(x)", {}),
    ("silu_by_cosh", "x*exp(x/2)/(2*cosh(x/2))", {}),
    ("ricker", "(1 - x**2)*exp(-x**2/2)", {}),
    ("power_times_decay", "x**3*exp(-abs(x))", {}),
    ("gaussian_moment", "x**4*exp(-x**2)", {}),
    ("sine_gaussian", "sin(x)*exp(-x**2/2)", {}),
    ("bessel_like_tail", "x*exp(-x)/(1 + exp(-x))**2", {}),
    ("normal_hazard", "exp(-x**2/2)/erfc(x/sqrt(2))", {}),
    ("inverse_cosh", "1/cosh(x)", {}),
    # Logarithms of sums of exponentials.
    ("log_cosh", "log(cosh(x))", {}),
    ("log_sum_three", "log(exp(x) + exp(-x) + 1)", {}),
    ("smooth_maximum", "log(exp(a*x) + exp(b*x))/a", {"a": "2", "b": "1/2"}),
    ("soft_absolute", "log(exp(x) + exp(-x)) - log(2)", {}),
    # log(1 − e^(−x²)), quotients like expm1, sinc.
    ("log_one_minus_gaussian", "log(1 - exp(-x**2))", {}),
    ("exponential_quotient", "(exp(x) - 1)/x", {}),
    ("sinc", "sin(x)/x", {}),
    ("bernoulli_function", "x/(exp(x) - 1)", {}),
    ("tanh_quotient", "tanh(x)/x", {}),
    ("cosine_quotient", "(1 - cos(x))/x**2", {}),
    ("logarithm_quotient", "log(1 + x**2)/x", {}),
    ("tanh_of_expm1", "x*tanh(exp(x) - 1)", {}),
    ("softplus_quotient", "(softplus(x) - log(2))/x", {}),
    # Mixtures of arctangent and erf; oscillations.
    ("atan_erf", "atan(x)*erf(x)", {}),
    ("erf_of_atan", "erf(atan(x))", {}),
    ("arctangent_gate", "x*(1/2 + atan(x)/pi)", {}),
    ("atan_tanh_mixture", "(atan(x) + tanh(x))/2", {}),
    ("asinh_gate", "x*sigmoid(asinh(x))", {}),
    ("snake", "x + sin(a*x)**2/a", {"a": "1"}),
    ("growing_cosine", "x*cos(x)", {}),
    ("shifted_quadratic_unit", "x**2 + x", {}),
    ("cosine_linear", "cos(x) - x", {}),
    # Piecewise with parameters.
    ("elu_family", "where(x > 0, x, a*(exp(x) - 1))", {"a": "3/2"}),
    ("two_slopes", "max(a*x, x)", {"a": "1/4"}),
    ("logarithmic_unit", "where(x >= 0, log(1 + x), -log(1 - x))", {}),
    ("isrlu", "where(x >= 0, x, x/sqrt(1 + a*x**2))", {"a": "1"}),
    ("eliu_exponential_root", "where(x > 0, sqrt(1 + 2*x) - 1, exp(x) - 1)", {}),
    ("s_shaped", "where(x > t, t + a*(x - t), where(x < -t, -t + a*(x + t), x))", {"t": "1", "a": "1/5"}),
    ("clamped_swish", "min(max(x*sigmoid(b*x), -1/10), 6)", {"b": "1"}),
    ("relu_power", "max(x, 0)**b", {"b": "3/2"}),
    ("signed_root", "sign(x)*(sqrt(abs(x) + 1) - 1)", {}),
    # Switches that are not polynomials.
    ("line_or_exponential", "max(x, exp(x) - 1)", {}),
    ("folded_tanh", "abs(tanh(x) - 1/2)", {}),
    ("exponential_switch", "where(exp(x) > 2, x, 0)", {}),
    ("tanh_or_cubic", "max(tanh(x), x**3 - 1)", {}),
    ("cosine_or_line", "min(cos(x), x)", {}),
    ("rectified_sine", "abs(sin(x))", {}),
    # Functions with domains and poles.
    ("logarithm", "log(x)", {}),
    ("square_root", "sqrt(x)", {}),
    ("reciprocal", "1/x", {}),
    ("log_one_minus_exponential", "log(1 - exp(-x))", {}),
    ("entropy", "-x*log(x)", {}),
    ("logit", "log(x/(1 - x))", {}),
    ("real_power", "x**b", {"b": "3/2"}),
    ("arcsine", "asin(x)", {}),
    ("tangent", "tan(x)", {}),
    ("essential_singularity", "exp(-1/x**2)", {}),
    ("pole_of_tanh", "1/(tanh(x) - 1/2)", {}),
    ("log_of_absolute", "log(abs(x))", {}),
    ("rational", "(x**2 - 1)/(x**2 - 4)", {}),
    ("semicircle", "sqrt(1 - x**2)", {}),
)

_OPERATORS: dict[type, Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
    ast.USub: operator.neg,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
}

_FUNCTIONS: dict[str, Callable[..., Expr]] = {
    f.__name__: f
    for f in (exp, log, sqrt, erf, erfc, sigmoid, softplus, tanh, sinh, cosh, sin, cos, tan, asin, atan, asinh, sign)
} | {
    "abs": Abs,
    "max": Max,
    "min": Min,
    "Phi": normal_cdf,
    "where": lambda condition, yes, no: Piecewise((yes, condition), (no, True)),
}


def expression(text: str) -> Expr:
    """Build the expression that a formula stands for; parameters are positive symbols."""
    return _built(ast.parse(text, mode="eval").body)


def _built(node: ast.expr) -> Any:
    match node:
        case ast.Constant(value=value):
            return S(value)
        case ast.Name(id="x"):
            return x
        case ast.Name(id="pi"):
            return pi
        case ast.Name(id=name):
            return Symbol(name, positive=True)
        case ast.UnaryOp(op=op, operand=operand):
            return _OPERATORS[type(op)](_built(operand))
        case ast.BinOp(left=left, op=op, right=right) | ast.Compare(left=left, ops=[op], comparators=[right]):
            return _OPERATORS[type(op)](_built(left), _built(right))
        case ast.Call(func=ast.Name(id=name), args=arguments):
            return _FUNCTIONS[name](*map(_built, arguments))
    raise ValueError(f"{ast.dump(node)} is not part of a formula")


def activation(row: Row) -> Activation:
    """Return a formula as an activation whose parameters are positive."""
    name, text, values = row
    parameters = tuple(
        Parameter(Symbol(letter, positive=True), S(value), Interval.open(0, oo)) for letter, value in values.items()
    )
    return Activation(name, expression(text), parameters)
