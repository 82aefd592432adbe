"""Formulas print as in a textbook."""

import re

import pytest
import sympy as sp
from sympy import S

import symact
from symact.activation import i, j, n, vector, x
from symact.functions import normal_cdf, normal_pdf, sigmoid
from symact.notation import symbol_text, tex, text

alpha, lambd = sp.Symbol("alpha", positive=True), sp.Symbol("lambd", nonnegative=True)
k = sp.Symbol("k", integer=True)

# fmt: off
SPELLINGS = [
    # numbers and constants
    (S(-3),                                          "−3"),
    (S(-1) / 2,                                      "−1/2"),
    (sp.pi,                                          "π"),
    (-sp.oo,                                         "−∞"),
    (sp.E**2,                                        "e²"),
    (sp.Rational(8943, 200000) * x**3,               "0.044715·x³"),
    (sp.Rational(-851, 500) * x,                     "−1.702·x"),
    (sp.Rational(500, 851) * x,                      "x/1.702"),
    (x - sp.Rational(500, 851),                      "x − 1/1.702"),
    (sp.Rational(1001, 1000) ** x,                   "(1.001)^x"),
    (x / 100,                                        "x/100"),
    (x / 128,                                        "x/128"),
    (x / 192,                                        "x/192"),
    # sums
    (lambd - x,                                      "λ − x"),
    (x - lambd,                                      "x − λ"),
    (-x - 1,                                         "−x − 1"),
    (x / 2 + S(1) / 3,                               "x/2 + 1/3"),
    # products and quotients
    (2 * x,                                          "2x"),
    (3 * x / 2,                                      "3x/2"),
    (-x / 2,                                         "−x/2"),
    (x * (x + 1),                                    "x·(x + 1)"),
    ((x + 1) / (x - 1),                              "(x + 1)/(x − 1)"),
    (1 / (x * (x - 1)),                              "1/(x·(x − 1))"),
    (-(x + 1) * sp.exp(-x),                          "(−x − 1)·e^(−x)"),
    (alpha / (2 * x),                                "α/(2x)"),
    # powers and roots
    (x**2,                                           "x²"),
    (x**-2,                                          "1/x²"),
    (-(x**2),                                        "−x²"),
    ((-x) ** 3,                                      "−x³"),
    (x**10,                                          "x¹⁰"),
    ((x - 1) ** 2,                                   "(x − 1)²"),
    (x**x,                                           "x^x"),
    (S(2) ** x,                                      "2^x"),
    ((S(1) / 2) ** x,                                "(1/2)^x"),
    (sp.sqrt(2) * x,                                 "√2·x"),
    (2 * sp.sqrt(2),                                 "2√2"),
    (1 / sp.sqrt(2 * sp.pi),                         "√2/(2√π)"),
    (sp.sqrt(2 * sp.pi),                             "√(2π)"),
    (sp.sqrt(x**2 + 1),                              "√(x² + 1)"),
    # functions
    (sp.exp(x),                                      "e^x"),
    (sp.exp(-x),                                     "e^(−x)"),
    (sp.exp(-(x**2) / 2),                            "e^(−x²/2)"),
    (abs(x),                                         "|x|"),
    (sp.Max(0, x),                                   "max(0, x)"),
    (x * normal_pdf(x) + normal_cdf(x),              "x·φ(x) + Φ(x)"),
    (sigmoid(-2 * x) ** 2,                           "σ(−2x)²"),
    (sp.tanh(x) ** 2,                                "tanh(x)²"),
    (sp.polylog(2, -sp.exp(x)),                      "Li₂(−e^x)"),
    # vectors
    (vector[i],                                      "xᵢ"),
    (sp.KroneckerDelta(i, k),                        "δᵢₖ"),
    (sp.Sum(sp.exp(vector[j]), (j, 0, n - 1)),       "Σⱼ e^xⱼ"),
    (sp.Sum(vector[j], (j, 1, n)),                   "Σ(j = 1 … n) xⱼ"),
    (sp.Sum(vector[j], (j, 0, n - 1)) / n,           "(Σⱼ xⱼ)/n"),
    # choices and conditions
    (sp.Piecewise((x, x > 0), (alpha * (sp.exp(x) - 1), True)), "x if x > 0, α·(e^x − 1) otherwise"),
    (2 * sp.Piecewise((1, x > 0), (0, True)),        "2(1 if x > 0, 0 otherwise)"),
    (sp.Lt(lambd, -x, evaluate=False),               "x < −λ"),
    (sp.Lt(lambd, -sp.Symbol("y", real=True), evaluate=False), "y < −λ"),
    (sp.And(x > 1, x <= 2),                          "1 < x ≤ 2"),
    (sp.Or(x < -lambd, x > lambd),                   "x < −λ or x > λ"),
    (sp.Eq(sp.Function("maximum")(vector), vector[i]), "xᵢ = max(x)"),
    (sp.Piecewise((sp.Piecewise((1, x > 0), (0, True)), alpha > 1), (2, True)),
                                                     "(1 if x > 0, 0 otherwise) if α > 1, 2 otherwise"),
    (sp.Piecewise((-1, x < 0), (-x, True)),          "−1 if x < 0, −x otherwise"),
    (sp.Ne(alpha, 1),                                "α ≠ 1"),
    # sets, series
    (sp.Interval(0, sp.oo),                          "[0, ∞)"),
    (S.Reals,                                        "ℝ"),
    (sp.Union(sp.Interval.open(0, 1), sp.Interval(2, 3)), "(0, 1) ∪ [2, 3]"),
    (sp.FiniteSet(-1, 1),                            "{−1, 1}"),
    (sp.FiniteSet(lambd, -lambd),                    "{−λ, λ}"),
    (sp.FiniteSet(*sp.symbols("max_val min_val")),   "{min_val, max_val}"),
    (sp.FiniteSet((sp.sqrt(2), 1), (-2, 1)),         "{(−2, 1), (√2, 1)}"),
    (sp.Union(sp.Interval.open(lambd, sp.oo), sp.Interval.open(-sp.oo, -lambd), evaluate=False),
                                                     "(−∞, −λ) ∪ (λ, ∞)"),
    (S.EmptySet,                                     "∅"),
    (x + sp.O(x**3),                                 "x + O(x³)"),
]
# fmt: on


@pytest.mark.parametrize(("expr", "line"), SPELLINGS, ids=[line for _, line in SPELLINGS])
def test_one_line(expr, line):
    """Each kind of formula has its textbook spelling."""
    assert text(expr) == line


@pytest.mark.parametrize("name", symact.names())
def test_definitions_have_no_program_spelling_left(name):
    """Every definition prints without SymPy's own names, and in LaTeX with balanced braces."""
    activation = symact.get(name)
    line = text(activation.expr)
    assert not re.search(r"\*|Piecewise|normal_|exp\(|sqrt|lambd|alpha|beta|oo\b|Sum|\bpi\b", line), line
    latex = tex(activation.expr)
    assert latex.count("{") == latex.count("}")
    assert "lambd" not in latex.replace(r"\lambda", "")


@pytest.mark.parametrize(
    ("expr", "line"),
    [
        (sp.Rational(8943, 200000) * x**3, "0.044715 x^{3}"),
        (sp.Mul(sp.Rational(851, 500), x + 1, evaluate=False), r"1.702 \left(x + 1\right)"),
        (-sp.Rational(1, 1000), "-0.001"),
        (sp.FiniteSet(lambd, -lambd), r"\left\{- \lambda, \lambda\right\}"),
        (x / 128, r"\frac{x}{128}"),
    ],
)
def test_latex_has_the_same_numbers(expr, line):
    """Decimals and the order of places are those of the one line of text."""
    assert tex(expr) == line


@pytest.mark.parametrize(
    ("name", "symbol"),
    [("beta", "β"), ("lambd", "λ"), ("c0", "c₀"), ("negative_slope", "negative_slope"), ("a", "a")],
)
def test_parameters_are_spelled_as_in_formulas(name, symbol):
    """A parameter's name and the symbol in a formula are the same letter."""
    assert symbol_text(name) == symbol == text(sp.Symbol(name))
