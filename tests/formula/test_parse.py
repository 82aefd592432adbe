"""Formulas become the expressions that they spell."""

import inspect
import itertools
import pickle

import pytest
from sympy import (
    Abs,
    E,
    Eq,
    Interval,
    Max,
    Min,
    Piecewise,
    Rational,
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

import symact
from symact.activation import Parameter, Role, x
from symact.catalog import get, names
from symact.errors import FormulaError, ParameterError, SymactError, UnknownNameError
from symact.formula import expressions, find, parse
from symact.formula.expressions import FUNCTIONS, Function
from symact.formula.scanning import GREEK, SPELLINGS
from symact.functions import normal_cdf, normal_pdf, sigmoid, softplus

a, b = Symbol("a", real=True), Symbol("b", real=True)
beta, lambd = Symbol("beta", positive=True), Symbol("lambd", positive=True)

# fmt: off
READ = [
    ("x",                          x),
    ("3",                          S(3)),
    ("0.1*x",                      x/10),
    (".5*x + 1.",                  x/2 + 1),
    ("1e-3*x",                     x/1000),
    ("-x**2",                      -(x**2)),
    ("(-x)**3",                    -(x**3)),
    ("2**-1*x",                    x/2),
    ("x**2**3",                    x**8),
    ("x - 1 - 2",                  x - 3),
    ("x/2/3",                      x/6),
    ("x/(2/3)",                    3*x/2),
    ("+x - -x",                    2*x),
    ("x·2 − 1",                    2*x - 1),
    ("x² + x³",                    x**2 + x**3),
    ("π*x",                        pi*x),
    ("e**x + pi",                  exp(x) + pi),
    ("x**0.5",                     sqrt(x)),
    ("x*tanh(log(1+exp(x)))",      x*tanh(log(1 + exp(x)))),
    ("max(x, 0, -x/2)",            Max(x, 0, -x/2)),
    ("min(x, 1)",                  Min(x, 1)),
    ("abs(x) + sign(x)",           Abs(x) + sign(x)),
    ("erf(x)*erfc(x)",             erf(x)*erfc(x)),
    ("Phi(x) + phi(x)",            normal_cdf(x) + normal_pdf(x)),
    ("Φ(x)*σ(x)",                  normal_cdf(x)*sigmoid(x)),
    ("normal_cdf(x)/normal_pdf(x)", normal_cdf(x)/normal_pdf(x)),
    ("expm1(x) + log1p(x**2)",     exp(x) - 1 + log(1 + x**2)),
    ("sinh(x)/cosh(x)",            sinh(x)/cosh(x)),
    ("sin(x)*cos(x) + tan(x)",     sin(x)*cos(x) + tan(x)),
    ("atan(x) + arctan(x)",        2*atan(x)),
    ("asinh(x) + arcsinh(x)",      2*asinh(x)),
    ("asin(tanh(x))",              asin(tanh(x))),
    ("ln(x)",                      log(x)),
    ("log(e)*x",                   x*log(E)),
    ("where(x > 0, x, a*x)",       Piecewise((x, x > 0), (a*x, True))),
    ("where(-1 <= x < 1, x, 0)",   Piecewise((x, (x >= -1) & (x < 1)), (0, True))),
    ("where(x > 1 or not x >= -1, 1, 0)", Piecewise((1, (x > 1) | (x < -1)), (0, True))),
    ("where(x == 0, 1, 2)",        Piecewise((1, Eq(x, 0)), (2, True))),
    ("cases(x > 1, 1, x > 0, x, 0)", Piecewise((1, x > 1), (x, x > 0), (0, True))),
    ("cases(x > 0, x, x <= 0, 0)", Piecewise((x, x > 0), (0, True))),
    ("x*sigmoid(beta*x)",          x*sigmoid(beta*x)),
    ("λ*x",                        lambd*x),
    ("β*x",                        beta*x),
    ("a*x + b",                    a*x + b),
    ("relu(x)**2",                 Max(0, x)**2),
    ("x*softplus(-x)",             x*softplus(-x)),
    ("softplus(x, beta=2)",        softplus(2*x)/2),
    ("elu(x, alpha=2)",            Piecewise((x, x > 0), (2*(exp(x) - 1), True))),
    ("elu(x)",                     Piecewise((x, x > 0), (exp(x) - 1, True))),
    ("prelu(2*x, a=a)",            Piecewise((2*x, x > 0), (2*a*x, True))),
    ("prelu(x, a=x)",              Piecewise((x, x > 0), (x**2, True))),
    ("hardtanh(x, max_val=a, min_val=-a)", Piecewise((a, a <= x), (-a, x <= -a), (x, True))),
    ("tanh(relu(x))",              tanh(Max(0, x))),
    ("mish(x)",                    x*tanh(softplus(x))),
]

LATEX = [
    (r"\frac{x}{1+e^{-\beta x}}",                   x/(1 + exp(-beta*x))),
    (r"\dfrac{x}{2}",                               x/2),
    (r"\frac12 x",                                  None),
    (r"\frac 1 2 x",                                x/2),
    (r"x^2 + x^{10}",                               x**2 + x**10),
    (r"-x^2",                                       -(x**2)),
    (r"2x^3",                                       2*x**3),
    (r"2^x",                                        2**x),
    (r"e^x - \mathrm{e}^{-x}",                      exp(x) - exp(-x)),
    (r"a x + b",                                    a*x + b),
    (r"a(x + b)",                                   a*(x + b)),
    (r"x \cdot 2 \times a",                         2*a*x),
    (r"x / a b",                                    b*x/a),
    (r"\left( x + 1 \right)^2",                     (x + 1)**2),
    (r"\bigl(x + 1\bigr) x",                        (x + 1)*x),
    (r"[x + 1] {x}",                                (x + 1)*x),
    (r"|x| - |1 - x|",                              Abs(x) - Abs(1 - x)),
    (r"\left|x\right| \lvert x \rvert",             Abs(x)**2),
    (r"\sqrt{x^2+1} + \sqrt[3]{x^2+1}",             sqrt(x**2 + 1) + (x**2 + 1)**Rational(1, 3)),
    (r"x \tanh(\ln(1 + \exp(x)))",                  x*tanh(log(1 + exp(x)))),
    (r"\tanh^2 x + \sin 2x \cos x",                 tanh(x)**2 + sin(2*x)*cos(x)),
    (r"\sin \pi x",                                 sin(pi*x)),
    (r"\arctan \frac{x}{2}",                        atan(x/2)),
    (r"\exp\left\{-x\right\}",                      exp(-x)),
    (r"\max(0, x) + \min\{1, x\}",                  Max(0, x) + Min(1, x)),
    (r"\max(0, x)^2",                               Max(0, x)**2),
    (r"x\,\sigma(\beta x)",                         x*sigmoid(beta*x)),
    (r"x\,\Phi(x) + \phi(x) + \varphi(x)",          x*normal_cdf(x) + 2*normal_pdf(x)),
    (r"\sigma x",                                   Symbol("sigma", positive=True)*x),
    (r"\lambda x",                                  lambd*x),
    (r"\alpha_1 x + c_{max}",                       Symbol("alpha_1", real=True)*x + Symbol("c_max", real=True)),
    (r"\operatorname{erf}\left(\frac{x}{\sqrt{2}}\right)", erf(x/sqrt(2))),
    (r"\mathrm{ReLU}(x)\,\text{softplus}(-x)",      Max(0, x)*softplus(-x)),
    (r"\operatorname{ReLU}^2(x)",                   Max(0, x)**2),
    (r"$\displaystyle x \quad$",                    x),
    (r"\begin{cases} x & x > 0 \\ \alpha(e^x-1) & \text{otherwise} \end{cases}",
     Piecewise((x, x > 0), (Symbol("alpha", real=True)*(exp(x) - 1), True))),
    (r"\begin{cases} x, & \text{if } x \ge 0, \\ 0, & x < 0. \end{cases}", Piecewise((x, x >= 0), (0, True))),
    (r"\begin{cases} 1 & -1 \leq x \le 1 \\ 0 & \text{else} \\ \end{cases}",
     Piecewise((1, (x >= -1) & (x <= 1)), (0, True))),
    (r"\begin{cases} 1 & x < -1 \text{ or } x > 1 \\ 0 & \text{otherwise} \end{cases}",
     Piecewise((1, (x < -1) | (x > 1)), (0, True))),
]
# fmt: on


@pytest.mark.parametrize(("text", "expr"), READ, ids=[text for text, _ in READ])
def test_formulas(text, expr):
    """The expression is the one written with SymPy."""
    assert parse(text).expr == expr


@pytest.mark.parametrize(("text", "expr"), LATEX, ids=[text for text, _ in LATEX])
def test_latex(text, expr):
    """LaTeX is the same as the formula that it prints; what may be read in two ways is refused."""
    if expr is None:
        with pytest.raises(FormulaError):
            parse(text, latex=True)
    else:
        assert parse(text, latex=True).expr == expr


@pytest.mark.parametrize("name", [name for name in names() if get(name).is_elementwise])
def test_every_entry_can_be_called(name):
    """A call without keywords is the entry at its defaults, at any argument."""
    entry = get(name)
    needed = [p for p in entry.parameters if p.default is None]
    keywords = "".join(f", {p.name}=1" for p in needed)
    found = parse(f"{name}(2*x{keywords})").expr
    values = entry.values(dict.fromkeys((p.name for p in needed), 1))
    for point in ("-3/2", "1/5", "2"):
        wanted = entry.expr.subs(values).subs(x, 2 * Rational(point))
        assert abs((found.subs(x, Rational(point)) - wanted).evalf(30)) < 1e-25


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_every_function_says_how_it_is_called(name):
    """The arguments in the message of a wrong call are a right call."""
    shown = FUNCTIONS[name].arguments
    assert parse(shown.replace(", …", "")).name == "formula"
    with pytest.raises(FormulaError, match=r"0 arguments; write"):
        parse(f"{name}()")


def test_parameters():
    """Unknown letters are parameters, in the order in which they occur; some letters are positive."""
    made = parse("b*x + a*sigmoid(beta*x) + b", name="mine", parameters={"b": "0.5", "beta": 2})
    assert made.name == "mine"
    assert made.module == "Mine"
    assert [p.name for p in made.parameters] == ["b", "a", "beta"]
    assert [p.default for p in made.parameters] == [Rational(1, 2), None, 2]
    assert [p.domain for p in made.parameters] == [S.Reals, S.Reals, Interval.open(0, oo)]
    own = Parameter(Symbol("a", nonnegative=True), 1, Interval(0, oo), Role.LEARNED)
    assert parse("b*x + a", parameters={"a": own}).parameters == (own, Parameter(b))


def test_wrong_parameters():
    """A value for what does not occur, outside a domain, or so large an exponent that writing it out takes for ever."""
    with pytest.raises(ParameterError, match="no parameter 'c'"):
        parse("a*x", parameters={"c": 1})
    with pytest.raises(ParameterError, match="no parameter 'a'"):
        parse("x", parameters={"a": Parameter(a)})
    with pytest.raises(ParameterError, match=r"beta = -1 is outside its domain \(0, ∞\)"):
        parse("beta*x", parameters={"beta": -1})
    with pytest.raises(ParameterError, match="too large an exponent"):
        parse("2**a*x", parameters={"a": "1000000000"})
    with pytest.raises(ParameterError, match="too large an exponent"):
        parse("exp(a*log(3))*x", parameters={"a": "1000000000"})


def test_names_and_formulas():
    """A name is an entry, a word that is none is a mistake in a name, and anything else a formula."""
    assert find("gelu") == get("gelu")
    assert find(" relu ") == get("relu")
    assert find("x").expr == x
    assert find("pi").expr == pi
    assert find("elu", parameters={"alpha": 2}).parameter("alpha").default == 2
    assert find("gelu", name="mygelu").name == "mygelu"
    with pytest.raises(UnknownNameError, match="did you mean 'gelu'"):
        find("gelo")
    with pytest.raises(SymactError, match="taken"):
        parse("x", name="gelu")


def test_the_face():
    """It is symact.parse, and what it gives is an activation like any other."""
    swish = symact.parse("x*sigmoid(x)", name="myswish")
    assert swish.derivative() == get("silu").derivative()
    assert swish.limit("x", -oo) == 0
    assert pickle.loads(pickle.dumps(swish)) == swish
    error = FormulaError(3, "wrong")
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.position) == ("formula, character 3: wrong", 3)


def test_what_takes_too_long_is_refused(monkeypatch):
    """SymPy may take for ever to build an expression: the reader does not wait for it."""
    endless = Function(lambda u: next(n for n in itertools.count() if n < 0), "endless(x)")
    monkeypatch.setattr(expressions, "SECONDS", 0.1)
    monkeypatch.setitem(FUNCTIONS, "endless", endless)
    with pytest.raises(FormulaError, match="takes more than"):
        parse("1 + endless(x)")


def test_signs_and_letters_are_documented():
    """Every spelling that is translated is one character, and stays what it was: nothing is normalised."""
    assert all(len(sign) == 1 and not sign.isascii() for sign in (*SPELLINGS, *GREEK))
    assert all(name.isascii() and name.isidentifier() for name in GREEK.values())


def test_nothing_is_evaluated():
    """No module of the reader has eval, exec, or SymPy's own parsers in it."""
    import symact.formula as package
    from symact import parsing

    for path in (*package.__path__, inspect.getsourcefile(parsing)):
        from pathlib import Path

        for file in [Path(path)] if path.endswith(".py") else Path(path).glob("*.py"):
            text = file.read_text("utf-8")
            for word in ("eval(", "exec(", "parse_expr", "parse_latex", "literal_eval", "S(", "__import__"):
                assert word not in text.replace("sympify(value, strict=True)", ""), (file, word)
