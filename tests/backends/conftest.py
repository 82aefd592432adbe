"""Hand-made kernels: the backends are tested without lowering and without the catalogue."""

import pytest

from symact.lowering.program import Kernels, Keyword, Node, Program


def number(value):
    return Node("constant", number=value)


def leaf(op, label):
    return Node(op, label=label)


def make(op, *args, name=""):
    return Node(op, tuple(a if isinstance(a, Node) else number(float(a)) for a in args), name=name)


X, Y, DY, N = leaf("argument", "x"), leaf("argument", "y"), leaf("argument", "dy"), Node("length")


def program(name, result, parameters=(), arguments=("x",), formula="a formula", error=2.0, notes=()):
    return Program(name, arguments, parameters, result, formula, error, notes)


def sigmoid():
    """σ(x) by e^(−|x|), with a shared value and a select."""
    e = make("exp", make("neg", make("abs", X)), name="e")
    value = make("div", make("select", make("ge", X, 0), number(1.0), e), make("add", 1, e))
    slope = make("div", e, make("mul", make("add", 1, e), make("add", 1, e)))
    sign = make("select", make("ge", X, 0), number(1.0), number(-1.0))
    bend = make("mul", make("neg", sign), make("mul", slope, make("div", make("sub", 1, e), make("add", 1, e))))
    return Kernels(
        "sigmoid", "Logistic sigmoid σ", "Verhulst 1838", "1/(1 + exp(-x))", "Sigmoid",
        "nn.functional.sigmoid", (),
        program("sigmoid", value, formula="1/(1 + exp(-x))"),
        program("sigmoid_grad", slope, formula="σ(x)·σ(−x)", notes=("The exponent is never positive.",)),
        program("sigmoid_grad2", bend, formula="σ′(x)·(1 − 2σ(x))"),
    )  # fmt: skip


def hardtanh():
    """A clip with two parameters, one bounded by the other."""
    low, high = leaf("parameter", "min_val"), leaf("parameter", "max_val")
    names = ("min_val", "max_val")
    clip = make("select", make("ge", X, high), high, make("select", make("le", X, low), low, X))
    inside = make("and", make("gt", X, low), make("lt", X, high))
    slope = make("select", make("ne", X, X), X, make("select", inside, number(1.0), number(0.0)))
    bend = make("select", make("ne", X, X), X, number(0.0))
    return Kernels(
        "hardtanh", "Hard tanh: the identity, clipped", "Collobert 2004", "clip", "Hardtanh",
        "nn.functional.hardtanh",
        (
            Keyword("min_val", -1.0, "fixed", "ℝ", None),
            Keyword("max_val", 1.0, "fixed", "(min_val, ∞)", make("lt", low, high)),
        ),
        program("hardtanh", clip, names),
        program("hardtanh_grad", slope, names),
        program("hardtanh_grad2", bend),
    )  # fmt: skip


def prelu():
    """A learned parameter."""
    a = leaf("parameter", "a")
    value = make("select", make("gt", X, 0), X, make("mul", a, X))
    keep_nan = make("ne", X, X)
    slope = make("select", keep_nan, X, make("select", make("gt", X, 0), number(1.0), a))
    by_a = make("select", make("gt", X, 0), number(0.0), X)
    return Kernels(
        "prelu", "Parametric rectified linear unit", "He et al. 2015", "x or a·x", "PReLU",
        "nn.functional.prelu",
        (Keyword("a", 0.25, "learned", "ℝ", None),),
        program("prelu", value, ("a",)),
        program("prelu_grad", slope, ("a",)),
        program("prelu_grad2", make("select", keep_nan, X, number(0.0))),
        {"a": program("prelu_grad_a", by_a)},
    )  # fmt: skip


def swish():
    """A learned parameter that enters smoothly: x·σ(βx)."""
    beta = leaf("parameter", "beta")
    u = make("mul", beta, X, name="u")
    e = make("exp", make("neg", make("abs", u)), name="e")
    s = make("div", make("select", make("ge", u, 0), number(1.0), e), make("add", 1, e), name="s")
    width = make("div", e, make("mul", make("add", 1, e), make("add", 1, e)), name="width")
    bend = make("mul", make("mul", beta, width), make("sub", 2, make("mul", u, make("sub", make("mul", 2, s), 1))))
    return Kernels(
        "swish", "Swish", "Ramachandran, Zoph & Le 2017", "x·σ(βx)", "Swish", None,
        (Keyword("beta", 1.0, "learned", "(0, ∞)", make("gt", beta, 0)),),
        program("swish", make("mul", X, s), ("beta",)),
        program("swish_grad", make("add", s, make("mul", u, width)), ("beta",)),
        program("swish_grad2", bend, ("beta",)),
        {"beta": program("swish_grad_beta", make("mul", make("mul", X, X), width), ("beta",))},
    )  # fmt: skip


def rrelu():
    """A random parameter, whose mean is used in evaluation."""
    a, lower, upper = (leaf("parameter", name) for name in ("a", "lower", "upper"))
    mean = make("div", make("add", lower, upper), 2)
    within = make("and", make("le", lower, a), make("le", a, upper))
    keep_nan = make("ne", X, X)
    return Kernels(
        "rrelu", "Randomized leaky rectified linear unit", "Xu et al. 2015", "x or a·x", "RReLU",
        "nn.functional.rrelu",
        (
            Keyword("lower", 0.125, "fixed", "ℝ", None),
            Keyword("upper", 1 / 3, "fixed", "[lower, ∞)", make("le", lower, upper)),
            Keyword("a", None, "random", "[lower, upper]", within, mean),
        ),
        program("rrelu", make("select", make("ge", X, 0), X, make("mul", a, X)), ("a",)),
        program(
            "rrelu_grad",
            make("select", keep_nan, X, make("select", make("ge", X, 0), number(1.0), a)),
            ("a",),
        ),
        program("rrelu_grad2", make("select", keep_nan, X, number(0.0))),
    )  # fmt: skip


def threshold():
    """Two parameters without default, one of them named like the function."""
    theta, value = leaf("parameter", "threshold"), leaf("parameter", "value")
    keep_nan = make("ne", X, X)
    return Kernels(
        "threshold", "The identity above a threshold", "torch.nn.Threshold", "x or value", "Threshold",
        "nn.functional.threshold",
        (Keyword("threshold", None, "fixed", "ℝ", None), Keyword("value", None, "fixed", "ℝ", None)),
        program(
            "threshold",
            make("select", keep_nan, X, make("select", make("gt", X, theta), X, value)),
            ("threshold", "value"),
        ),
        program(
            "threshold_grad",
            make("select", keep_nan, X, make("select", make("gt", X, theta), number(1.0), number(0.0))),
            ("threshold",),
        ),
        program("threshold_grad2", make("select", keep_nan, X, number(0.0))),
    )  # fmt: skip


def softmax():
    """A whole vector, with its vector-Jacobian product from the output."""
    beta = leaf("parameter", "beta")
    z = make("mul", beta, X, name="z")
    e = make("exp", make("sub", z, make("row_max", z)), name="e")
    inner = make("row_sum", make("mul", Y, DY))
    return Kernels(
        "softmax", "Soft argument of the maximum", "Bridle 1990", "exp(β·x_i)/Σ exp(β·x_j)", "Softmax",
        "nn.functional.softmax",
        (Keyword("beta", 1.0, "fixed", "(0, ∞)", make("gt", beta, 0)),),
        program("softmax", make("div", e, make("row_sum", e)), ("beta",)),
        vjp=program(
            "softmax_vjp", make("mul", make("mul", beta, Y), make("sub", DY, inner)), ("beta",), ("y", "dy")
        ),
    )  # fmt: skip


def logmeanexp():
    """A reduction, with the length of the vector in it."""
    beta = leaf("parameter", "beta")
    z = make("mul", beta, X, name="z")
    peak = make("row_max", z, name="peak")
    mean = make("div", make("row_sum", make("exp", make("sub", z, peak))), N)
    value = make("div", make("add", peak, make("log", mean)), beta)
    share = make("div", make("exp", make("mul", beta, make("sub", X, Y))), N)
    return Kernels(
        "logmeanexp", "The soft maximum", "LeCun 2020", "log((1/n)·Σ exp(β·x_j))/β", "LogMeanExp", None,
        (Keyword("beta", 1.0, "fixed", "(0, ∞)", make("gt", beta, 0)),),
        program("logmeanexp", value, ("beta",)),
        vjp=program("logmeanexp_vjp", make("mul", DY, share), ("beta",), ("x", "y", "dy")),
        is_reduction=True,
    )  # fmt: skip


def careful():
    """Every helper function: error-free transformations, exp of a sum, erfcx, erf."""
    square = make("mul", X, X)
    tail = make("exp_sum", make("neg", square), make("neg", make("product_error", X, X)))
    low = make("sum_error", make("maximum", make("minimum", X, 9), -9), number(0.1))
    even = make("mul", tail, make("erfcx", make("abs", X)))
    value = make("add", make("add", even, low), make("erf", X))
    return Kernels(
        "careful", "Everything at once", "none", "exp(−2x²)·…", "Careful", None, (),
        program("careful", value),
        program(
            "careful_grad",
            make("select", make("or", make("lt", X, 0), make("not", make("eq", X, 1))), X, make("neg", X)),
        ),
        program("careful_grad2", make("sqrt", make("abs", X))),
    )  # fmt: skip


MAIN = r"""
#include "symact.h"
#include <float.h>
#include <math.h>
#include <stdio.h>

#define COUNT 16
static const double special[COUNT] = {0.0, -0.0, 1.0, -1.0, 4.9e-324, -4.9e-324, 1e-30, -88.7, 88.7, -709.0,
    709.0, 1e4, DBL_MAX, -DBL_MAX, INFINITY, -INFINITY};

#define TRY(NAME, ...) do { \
    double x64[COUNT + 1], y64[COUNT + 1]; float x32[COUNT + 1], y32[COUNT + 1]; \
    for (int k = 0; k < COUNT; ++k) { x64[k] = special[k]; \
        x32[k] = fabs(special[k]) > FLT_MAX ? (special[k] > 0 ? INFINITY : -INFINITY) : (float)special[k]; } \
    x64[COUNT] = NAN; x32[COUNT] = NAN; \
    symact_##NAME##_f64(x64, y64, __VA_ARGS__); symact_##NAME##_f32(x32, y32, __VA_ARGS__); \
    symact_##NAME##_f64(x64, x64, __VA_ARGS__); symact_##NAME##_f32(x32, x32, __VA_ARGS__); \
} while (0)

int main(void) {
CALLS
    puts("done");
    return 0;
}
"""


MAKERS = (sigmoid, hardtanh, prelu, swish, rrelu, threshold, softmax, logmeanexp, careful)


@pytest.fixture(scope="session")
def samples():
    """Return hand-made kernels by name."""
    made = [maker() for maker in MAKERS]
    return {each.name: each for each in made}


@pytest.fixture(scope="session")
def nodes():
    """Return the function that makes nodes, numbers included."""
    return make


@pytest.fixture(scope="session")
def special_values():
    """Return the function that makes a C program of statements TRY(NAME, sizes, parameters)."""
    return lambda calls: MAIN.replace("CALLS", "\n".join(f"    {call}" for call in calls))
