"""The definition type: what it derives from its expression, and what it refuses."""

import pytest
from sympy import Interval, Max, Piecewise, Rational, Symbol, exp, oo

import symact
from symact.activation import Activation, Parameter, vector, x
from symact.errors import ParameterError, SymactError, UnknownNameError

slope, low, high = Symbol("slope", positive=True), Symbol("low", real=True), Symbol("high", real=True)

ramp = Activation(
    "ramp",
    Piecewise((slope * x, x > low), (high, True)),
    parameters=(
        Parameter(slope, default=2, domain=Interval.open(0, oo)),
        Parameter(low, default=0),
        Parameter(high, default=low + 1, domain=Interval.open(low, oo)),
    ),
)


def test_an_unknown_symbol_is_refused():
    """An expression may contain x and its parameters, nothing else."""
    with pytest.raises(SymactError, match="symbols without a parameter: slope"):
        Activation("ramp", slope * x)


def test_kinds():
    """Whether a function is elementwise, over a vector, or a reduction is read off its expression."""
    assert ramp.is_elementwise
    assert not ramp.is_reduction
    kinds = {
        name: (symact.get(name).is_elementwise, symact.get(name).is_reduction)
        for name in ("softmax", "softmin", "log_softmax", "logsumexp", "logmeanexp")
    }
    assert kinds == {
        "softmax": (False, False),
        "softmin": (False, False),
        "log_softmax": (False, False),
        "logsumexp": (False, True),
        "logmeanexp": (False, True),
    }
    assert symact.get("softmax").symbol == vector
    assert ramp.symbol == x


def test_defaults_may_depend_on_other_parameters():
    """A default is evaluated with the values given to the parameters before it."""
    assert ramp.values({"low": 3}) == {slope: 2, low: 3, high: 4}


def test_domains_may_depend_on_other_parameters():
    """A bound that is another parameter is checked with its value."""
    with pytest.raises(ParameterError, match=r"ramp: high = 2 is outside its domain \(3, ∞\)"):
        ramp.values({"low": 3, "high": 2})
    with pytest.raises(ParameterError, match=r"ramp: high = 2 is outside its domain \(3, ∞\)"):
        ramp.at(low=3, high=2)


def test_at_replaces_some_parameters():
    """Fixing one parameter keeps the others, with their defaults and domains in its terms."""
    fixed = ramp.at(low=3)
    assert [p.name for p in fixed.parameters] == ["slope", "high"]
    assert fixed.parameter("high").default == 4
    assert fixed.parameter("high").domain == Interval.open(3, oo)
    assert fixed.expr == Piecewise((slope * x, x > 3), (high, True))
    assert ramp.at() is ramp


def test_at_defaults_leaves_no_parameter():
    """With every parameter at its default the expression is in x alone."""
    assert ramp.at_defaults().expr == Piecewise((2 * x, x > 0), (1, True))
    assert ramp.at_defaults().parameters == ()


def test_values_are_exact():
    """A number that is given exactly stays exact."""
    assert symact.get("elu").at(alpha=Rational(1, 3)).expr == Piecewise((x, x > 0), ((exp(x) - 1) / 3, True))


@pytest.mark.parametrize("method", ["values", "at"])
def test_unknown_parameters_are_refused(method):
    """The message says which parameters there are."""
    given = {"gamma": 1}
    with pytest.raises(ParameterError, match=r"ramp has no parameter 'gamma' \(it has: slope, low, high\)"):
        ramp.values(given) if method == "values" else ramp.at(**given)


def test_text_and_latex():
    """An activation prints as its definition."""
    assert str(symact.get("identity")) == "identity(x) = x"
    assert symact.get("identity")._repr_latex_() == r"$\displaystyle \operatorname{identity}(x) = x$"
    assert str(symact.get("softshrink")) == "softshrink(x) = x − λ if x > λ, λ + x if x < −λ, 0 otherwise"


def test_text_is_read_as_on_the_command_line():
    """A value or a target given as text is the exact number that it spells."""
    elu, softplus = symact.get("elu"), symact.get("softplus")
    assert elu.at(alpha="1/3").expr == elu.at(alpha=Rational(1, 3)).expr
    assert elu.values({"alpha": "0.1"}) == {elu.parameter("alpha").symbol: Rational(1, 10)}
    assert softplus.limit("beta", "oo") == softplus.limit("beta", oo) == Max(0, x)


# fmt: off
REFUSED = [
    (lambda: symact.get("elu").at(alpha=-1),             ParameterError, "alpha = -1 is outside its domain (0, ∞)"),
    (lambda: symact.get("elu").at(alpha="one"),          ParameterError, "'one' is not a number"),
    (lambda: symact.get("elu").at(alpha=None),           ParameterError, "None is not a number"),
    (lambda: symact.get("elu").at(alpha=[1]),            ParameterError, "[1] is not a number"),
    (lambda: symact.get("elu").at(alpha=True),           ParameterError, "True is not a number"),
    (lambda: symact.get("elu").values({"alpha": "x"}),   ParameterError, "alpha lies in (0, ∞), and 'x' is not"),
    (lambda: symact.get("threshold").at_defaults(),      ParameterError, "it has no default"),
    (lambda: symact.get("softplus").limit("nope", 0),    ParameterError, "no parameter 'nope' (it has: beta)"),
    (lambda: symact.get("softmax").limit("nope", 0),     ParameterError, "no parameter 'nope' (it has: beta)"),
    (lambda: symact.get("softplus").limit("beta", -1),   ParameterError, "does not tend to -1 within (0, ∞)"),
    (lambda: symact.get("softplus").limit("beta", "?"),  SymactError,    "'?' is not a number"),
    (lambda: symact.get("gelu").derivative(-1),          SymactError,    "0, 1, 2, …, not -1"),
    (lambda: symact.get("gelu").derivative(1.5),         SymactError,    "0, 1, 2, …, not 1.5"),
    (lambda: symact.get("softmax").derivative(),         SymactError,    "its derivative is a Jacobian"),
    (lambda: symact.get(3),                              UnknownNameError, "unknown activation '3'"),
    (lambda: symact.load("gelo"),                        UnknownNameError, "did you mean 'gelu'?"),
    (lambda: symact.load("gelu", backend="fortran"),     SymactError,    "unknown backend 'fortran': use numpy"),
    (lambda: symact.load("gelu", alpha=1),               ParameterError, "gelu has no parameter 'alpha'"),
    (lambda: symact.generate(["nope"]),                  UnknownNameError, "unknown activation 'nope'"),
]
# fmt: on


@pytest.mark.parametrize(("call", "kind", "words"), REFUSED, ids=[words for _, _, words in REFUSED])
def test_wrong_calls_are_refused_in_one_line(call, kind, words):
    """Each mistake in Python is an error of symact, in one line that says what is wrong."""
    with pytest.raises(kind) as error:
        call()
    assert words in str(error.value)
    assert "\n" not in str(error.value)
