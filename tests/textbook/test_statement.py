"""Statements are read exactly, by a whitelist, with a condition for everything that might have no value."""

import pytest
from sympy import Piecewise, Rational, exp, log

from symact import catalog
from symact.activation import x
from symact.errors import FormulaError
from symact.functions import sigmoid
from symact.textbook.statement import QUANTITIES, Junction, Relation, read

A, BETA, Y = QUANTITIES["a"], QUANTITIES["beta"], QUANTITIES["y"]


def test_decimals_are_exact():
    """A decimal is the rational number that it spells."""
    assert read("0.1 == x").body.left == Rational(1, 10)


def test_chain_is_a_conjunction():
    """A chained comparison is two relations."""
    body = read("0 < sigmoid(x) <= 1").body
    assert isinstance(body, Junction)
    assert [part.sign for part in body.parts] == ["<", "<="]


def test_functions_are_opaque_nodes():
    """A function of the catalogue is read with its meaning as nodes."""
    assert read("silu(2*x) == 0").body.left == 2 * x * sigmoid(2 * x)


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        ("1/x == 1", Relation(x, "!=", Rational(0))),
        ("x/x == 1", Relation(x, "!=", Rational(0))),
        ("log(x) == 1", Relation(x, ">", Rational(0))),
        ("sqrt(x)**2 == x", Relation(x, ">=", Rational(0))),
        ("x**(1/2) == 1", Relation(x, ">", Rational(0))),
        ("log1p(x) == 1", Relation(x, ">", Rational(-1))),
        ("0*log(x) == 0", Relation(x, ">", Rational(0))),
    ],
)
def test_condition_survives_evaluation(text, condition):
    """SymPy may cancel a quotient or a root; that it must have a value is not forgotten."""
    assert condition in read(text).conditions


def test_positive_arguments_need_no_condition():
    """Where a value is certain by the assumptions nothing has to be shown."""
    assert read("log(beta) + 1/lam + log(1 + exp(x)) == 0").conditions == ()


def test_derivative_and_values():
    """D differentiates, and a name may be given a value."""
    body = read("D(exp(c*x), x) == 0", {"c": 2}).body
    assert body.left == 2 * exp(2 * x)
    assert read("log(c) == 0", {"c": "1/2"}).body.left == log(Rational(1, 2))


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "x + 1",
        "x = 1",
        "x == ",
        "unknown(x) == 1",
        "q == 1",
        "relu == 1",
        "relu(x, 1) == 1",
        "relu(x, alpha=1) == 1",
        "elu(x, alpha=x) == 1",
        "elu(x, alpha=-1) == 1",
        "x.real == 1",
        "x['i'] == 1",
        "(lambda: 1)() == 1",
        "[x] == 1",
        "x if x > 0 else 1 == 1",
        "'a' == x",
        "True == x",
        "x == 1j",
        "x is 1",
        "x**1000 == 0",
        "1/0 == x",
        "softmax(x) == 1",
        "relu(x)[i] == 1",
        "D(x) == 1",
        "D(relu(x), 2) == 1",
        "sum(x, x) == 1",
        "__import__('os') == 1",
        "x" * 2000,
        "x[0] == 1",
        "x[i == 1",
        "x)] == 1",
        "relu(x) == 1 and not relu(x) == 2",
        "Lim(f, beta) == 1",
        "Lim(x, beta, x) == 1",
        "max(x, 1, beta=2) == 1",
        "elu(x, alpha=1, alpha=2) == 1",
        "softmax(x)[i, j] == 1",
    ],
)
def test_what_is_no_statement_is_refused(text):
    """Anything outside of the grammar is one line of error, never evaluated."""
    with pytest.raises(FormulaError) as error:
        read(text)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "position", "message"),
    [
        ("relu(x) = 2", 9, "write == to compare"),
        ("tanh(x) == sigmod(x)", 12, "did you mean 'sigmoid'?"),
        ("relu == 1", 1, "write relu(x)"),
        ("x == q", 6, "quantities are x, y"),
        ("relu(x) + 1", 1, "a relation is expected"),
        ("x == 1/0", 8, "a division by zero"),
        ("x[m] == 1", 1, "one of i, j, k"),
        ("x < elu(x, alpha=-1)", 5, "not known to lie in"),
    ],
)
def test_error_names_the_character(text, position, message):
    """The message says where it went wrong, and what would be right."""
    with pytest.raises(FormulaError, match="formula, character") as error:
        read(text)
    assert error.value.position == position
    assert message in str(error.value)


def test_values_of_parameters_are_put_in_at_once():
    """A parameter's value may have the name of another parameter, or of the variable, in it."""
    entry = catalog.get("hardtanh")
    low, high = (p.symbol for p in entry.parameters)
    assert read("hardtanh(x, min_val=a, max_val=a + beta) == 0").body.left == entry.expr.subs({low: A, high: A + BETA})
    assert read("prelu(y, a=x) == 0").body.left == Piecewise((Y, Y > 0), (x * Y, True))


@pytest.mark.parametrize(("signs", "plain"), [("0 ≤ β·σ(x)", "0 <= beta*sigma(x)"), ("x² ≠ −λ", "x**2 != -lam")])
def test_signs_of_a_book_are_read(signs, plain):
    """Greek letters and the signs of a book say what their names in ASCII do."""
    assert read(signs).body == read(plain).body
