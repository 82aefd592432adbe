"""Files of definitions: a private catalogue, and mistakes in it that name the file and the entry."""

import pytest
from sympy import Interval, Rational, S, Symbol, exp, oo

from symact import read_catalog
from symact.activation import Role, x
from symact.errors import SymactError
from symact.functions import sigmoid

GOOD = """
[[activation]]
name = "sharp_swish"
formula = "x*sigmoid(beta*x) + c"
parameters = {beta = {default = 1.5, domain = "(0, 10]", role = "learned"}, c = 0.1}
summary = "Swish with a sharper gate"
source = "Example 2024"

[[activation]]
name = "twice"
latex = '2\\operatorname{sharp\\_swish}(x)'

[[activation]]
name = "both"
formula = "sharp_swish(x, beta=2) + relu(x)"
"""

F1 = "[[activation]]\nname = 'f1'\nformula = "

# fmt: off
BAD = [
    ("not toml",                                                         "Expected"),
    ("[[activation]]\nname = 1",                                         "needs a name, and a formula"),
    ("[[activation]]\nname = 'a_b'",                                     "activation 'a_b': an activation needs"),
    (F1 + "'x'\nlatex = 'x'",          "an activation needs"),
    (F1 + "'x +'",                     "activation 'f1': formula, character 4"),
    (F1 + "'x'\ncolour = 'red'",       "has no 'colour'; there are name, formula"),
    ("[[activation]]\nname = 'gelu'\nformula = 'x'",                     "taken"),
    ("[[activation]]\nname = 'a/b'\nformula = 'x'",                      "cannot be used"),
    ((F1 + "'x'\n")*2,                   "taken"),
    (F1 + "'x'\nparameters = {a = 1}", "no parameter 'a'"),
    (F1 + "'a*x'\nparameters = 1",     "parameters is a table"),
    (F1 + "'a*x'\nparameters = {a = {defualt = 1}}", "parameter 'a' has no 'defualt'"),
    (F1 + "'a*x'\nparameters = {a = {domain = '(1, 0)'}}", "empty"),
    (F1 + "'a*x'\nparameters = {a = {domain = 'R'}}", "not an interval"),
    (F1 + "'a*x'\nparameters = {a = {role = 'random'}}", "the role is fixed or learned"),
    (F1 + "'beta*x'\nparameters = {beta = -1}", "outside its domain"),
    (F1 + "'a*x'\nparameters = {a = nan}", "is not a number"),
    (F1 + "'a*x'\nparameters = {a = inf}", "outside its domain"),
    (F1 + "'a*x'\nparameters = {a = true}", "is not a number"),
    (F1 + "'a*x'\nparameters = {lambda = 1}", "lambd"),
    (F1 + "'x'\nsummary = 'end */ of'", "cannot have */"),
    (F1 + "'x'\nsource = 'a \"\"\" b'", 'cannot have "'),
    (F1 + "'x'\nsummary = \"a\\nb\"",  "one line"),
    (F1 + "2",                         "formula is text"),
    ("name = 'f1'",                                                      "a list of tables [[activation]]"),
    ("activation = 1",                                                   "a list of tables [[activation]]"),
    ("activation = [1]",                                                 "is a table with name"),
    ("",                                                                 "a list of tables [[activation]]"),
    ("x = " + "["*5000,                                                  "my.toml"),
    ("#" * 1_000_001,                                                    "more than 1000000 bytes"),
]
# fmt: on


@pytest.fixture
def path(tmp_path):
    return tmp_path / "my.toml"


def test_a_private_catalogue(path):
    """Decimals are exact, domains carry over to the assumptions, entries may call those above them."""
    path.write_text(GOOD, "utf-8")
    swish, twice, both = read_catalog(path)
    beta, c = swish.parameters
    assert swish.expr == x * sigmoid(beta.symbol * x) + c.symbol
    assert (beta.default, beta.domain, beta.role) == (Rational(3, 2), Interval.Lopen(0, 10), Role.LEARNED)
    assert (c.default, c.domain, c.role) == (Rational(1, 10), S.Reals, Role.FIXED)
    assert beta.symbol == Symbol("beta", positive=True)
    assert (swish.summary, swish.source) == ("Swish with a sharper gate", "Example 2024")
    assert twice.expr == 2 * swish.at_defaults().expr
    assert both.expr.subs(x, -1).evalf() == (-1 / (1 + exp(S(2))) + Rational(1, 10)).evalf()


@pytest.mark.parametrize(("text", "message"), BAD, ids=[text[:60] for text, _ in BAD])
def test_mistakes_name_the_file(path, text, message):
    """One line with the file, the entry where there is one, and the reason."""
    path.write_text(text, "utf-8")
    with pytest.raises(SymactError) as error:
        read_catalog(path)
    assert str(path) in str(error.value)
    assert message in str(error.value)


def test_other_encodings_are_refused(path):
    """TOML is UTF-8."""
    path.write_bytes(b"[[activation]]\nname = '\xff'")
    with pytest.raises(SymactError, match=r"my\.toml"):
        read_catalog(path)


def test_a_domain_of_a_symbol(path):
    """A domain that reaches 0 makes the symbol nonnegative, one that crosses it real."""
    table = F1 + "'a*x + b'\nparameters = {a = {domain = '[0, oo)'}, b = {domain = '(-1, 1)'}}"
    path.write_text(table, "utf-8")
    (made,) = read_catalog(path)
    assert made.parameter("a").symbol == Symbol("a", nonnegative=True)
    assert made.parameter("b").symbol == Symbol("b", real=True)
    assert made.parameter("a").domain == Interval(0, oo)
