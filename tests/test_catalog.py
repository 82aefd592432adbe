"""The catalogue is complete, and its entries say all that the rest of symact builds on."""

import subprocess
import sys
from operator import attrgetter

import pytest
from sympy import Interval, S, exp, integrate, oo, pi, solve, sqrt

import symact
from symact import catalog
from symact.activation import Role, x
from symact.errors import ParameterError, UnknownNameError
from symact.functions import expand_meaning

# The literals of torch/nn/modules/activation.py.
SELU_ALPHA = "1.6732632423543772848170429916717"
SELU_SCALE = "1.0507009873554804934193349852946"


def test_catalogue_is_complete(lecture, settled):
    """The lecture's 22 functions, the 12 that go with them and 100 of the literature are there."""
    assert len(lecture) == 22
    assert len(settled) == 34
    assert set(symact.names()) >= settled
    assert len(set(symact.names()) - settled) >= 100


@pytest.mark.parametrize("name", symact.names())
def test_entries_are_described(name):
    """Every entry has a summary, a source, a class name, and the name under which it is got."""
    entry = symact.get(name)
    assert entry.name == name
    assert entry.summary == catalog.listings()[name].summary != ""
    assert entry.source
    assert entry.module.isidentifier()


def test_class_names_are_distinct():
    """No two entries would generate the same class."""
    modules = [symact.get(name).module for name in symact.names()]
    assert len(set(modules)) == len(modules)


@pytest.mark.parametrize("name", symact.names())
def test_torch_has_the_names_that_entries_claim(name):
    """Where an entry names a torch function, torch has it, and torch.nn has the class."""
    torch = pytest.importorskip("torch")
    entry = symact.get(name)
    if entry.torch is None:
        assert not hasattr(torch.nn, entry.module)
        return
    assert callable(attrgetter(entry.torch)(torch))


@pytest.mark.parametrize("name", symact.names())
def test_defaults_lie_in_their_domains(name):
    """Every parameter that has a default may take it."""
    entry = symact.get(name)
    if any(parameter.default is None for parameter in entry.parameters):
        pytest.skip("no defaults")
    values = entry.values()
    for parameter in entry.parameters:
        assert parameter.domain.subs(values).contains(values[parameter.symbol]) is S.true


@pytest.mark.parametrize("name", symact.names())
def test_values_outside_a_domain_are_refused(name):
    """A value outside the domain is an error that names the parameter and the domain."""
    entry = symact.get(name)
    for parameter in entry.parameters:
        if not isinstance(parameter.domain, Interval) or parameter.domain == S.Reals:
            continue
        defaults = {p.symbol: p.default for p in entry.parameters}
        outside = parameter.domain.start.subs(defaults) - 1
        with pytest.raises(ParameterError, match=rf"{parameter.name} = .* is outside its domain [\[(]"):
            entry.values({parameter.name: outside})


@pytest.mark.parametrize("value", [oo, "one", None, 1j, S.NaN], ids=str)
def test_what_is_no_number_is_refused(value):
    """A parameter is a real number: infinities, text and complex numbers are errors, not guesses."""
    with pytest.raises((ParameterError, TypeError, ValueError)):
        symact.get("leaky_relu").at(negative_slope=value)


def test_threshold_needs_values():
    """torch's threshold has no defaults, so calling it without values is an error that says what is missing."""
    with pytest.raises(ParameterError, match="threshold needs a value for 'threshold'"):
        symact.get("threshold").values()
    with pytest.raises(ParameterError, match="threshold needs a value for 'value'"):
        symact.get("threshold").values({"threshold": 1})
    entry = symact.get("threshold")
    assert list(entry.values({"threshold": 1, "value": 2}).values()) == [1, 2]


def test_selu_constants_are_torch_s():
    """SELU's scale and α are derived, and agree with the digits that torch prints, to the last."""
    branches = symact.get("selu").expr
    scale = (branches.subs(x, 1)).evalf(40)
    alpha = (-branches.subs(x, -1) / scale / (1 - exp(-1))).evalf(40)
    assert str(scale.round(31)) == SELU_SCALE
    assert str(alpha.round(31)) == SELU_ALPHA


def test_selu_keeps_mean_and_variance():
    """E f(Z) = 0 and E f(Z)² = 1 for a standard normal Z, by SymPy's own integration."""
    density = exp(-(x**2) / 2) / sqrt(2 * pi)
    scale, alpha = S(SELU_SCALE), S(SELU_ALPHA)
    for power, expected in ((1, 0), (2, 1)):
        positive = integrate((scale * x) ** power * density, (x, 0, oo))
        negative = integrate(((scale * alpha * (exp(x) - 1)) ** power * density).expand(), (x, -oo, 0))
        assert abs((positive + negative).evalf(30) - expected) < 1e-14


def test_roles(settled):
    """Learned and random parameters are marked as such: they decide what is generated."""
    roles = {(n, p.name): p.role for n in settled for p in symact.get(n).parameters if p.role != Role.FIXED}
    assert roles == {
        ("prelu", "a"): Role.LEARNED,
        ("rrelu", "a"): Role.RANDOM,
        ("swish", "beta"): Role.LEARNED,
        **{("chebyshev", f"c{k}"): Role.LEARNED for k in range(4)},
    }


def test_what_is_learned_starts_somewhere():
    """Every learned parameter has a default, from which training starts; only rrelu's slope is random."""
    roles = {(n, p.name): p for n in symact.names() for p in symact.get(n).parameters}
    assert all(p.default is not None for p in roles.values() if p.role == Role.LEARNED)
    assert [key for key, p in roles.items() if p.role == Role.RANDOM] == [("rrelu", "a")]


def test_nodes_mean_the_textbook_formulas():
    """Definitions by nodes (softplus, Φ, σ) are the formulas of the lecture."""
    beta = symact.get("softplus").parameters[0].symbol
    from sympy import erf, log

    assert expand_meaning(symact.get("softplus").expr) == log(1 + exp(beta * x)) / beta
    gelu = expand_meaning(symact.get("gelu").expr)
    assert (gelu - x * (1 + erf(x / sqrt(2))) / 2).rewrite(erf).simplify() == 0
    assert expand_meaning(symact.get("silu").expr) == x / (1 + exp(-x))


def test_unknown_names_suggest_the_nearest():
    """A misspelt name is an error that suggests the right one."""
    with pytest.raises(UnknownNameError, match="did you mean 'gelu'"):
        symact.get("gelo")
    with pytest.raises(UnknownNameError, match="symact list"):
        symact.get("qqq")


def test_names_need_no_sympy():
    """Listing the catalogue imports neither SymPy nor NumPy."""
    code = "import sys, symact; symact.names(); sys.exit(bool({'sympy', 'numpy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_alpha_solves_its_equation():
    """α of SELU is the only solution of E f(Z) = 0: the equation is linear in it."""
    alpha = symact.get("elu").parameters[0].symbol
    from symact.analysis.gaussian import expectation

    assert len(solve(expectation(symact.get("elu").expr, x), alpha)) == 1
