"""What a formula is, is recognised by proof; what it nearly is, is not."""

from random import Random

import pytest

import symact
from symact import catalog
from symact.activation import x
from symact.balls import compiled, number, working_precision
from symact.errors import SymactError
from symact.formula import parse
from symact.textbook import recognition
from symact.textbook.collection.duplicates import FORMS
from symact.textbook.recognition import duplicates, facts, recognise, related, same
from symact.verdict import Grade

# fmt: off
RECOGNISED = (
    # formula, what it is
    ("x*tanh(log(1 + exp(x)))",             "mish(x)"),
    ("x*(1 + erf(x/sqrt(2)))/2",            "gelu(x)"),
    ("x - tanh(x)",                         "tanhshrink(x)"),
    ("(exp(2*x) - 1)/(exp(2*x) + 1)",       "tanh(x)"),
    ("tanh(x/2)/2 + 1/2",                   "sigmoid(x)"),
    ("max(0, min(6, x))",                   "relu6(x)"),
    ("(abs(x) + x)/2",                      "relu(x)"),
    ("x/(1 + exp(-1.7*x))",                 "swish(x, beta=17/10)"),
    ("x*sigmoid(beta*x)",                   "swish(x, beta=beta)"),
    ("where(x > 0, x, 2*(exp(x) - 1))",     "elu(x, alpha=2)"),
    ("max(-2, min(x, 3))",                  "hardtanh(x, min_val=-2, max_val=3)"),
    ("where(x > 0, x, k*x)",                "prelu(x, a=k)"),
    ("5*x*sigmoid(x)",                      "5*silu(x)"),
    ("1/(1 + 3**(-x))",                     "sigmoid(x*log(3))"),
    ("log(1 + exp(x - 3))",                 "softplus(x - 3)"),
    ("log(1 + exp(beta*x))/beta",           "softplus(x, beta=beta)"),
    ("log(1 + exp(-x))",                    "-logsigmoid(x)"),
    ("max(0, x - 1)",                       "relu(x - 1)"),
    ("x*sigmoid(x) + x/2",                  "silu(x) + x/2"),
    ("mish(5 - 3*x)/7 - 1",                 "mish(5 - 3*x)/7 - 1"),
)
UNKNOWN = (
    "x**2*sin(x) + gelu(x)",
    "x*sigmoid(x) + 1/10**12",
    "x*sigmoid(x)*(1 + 1/10**12)",
    "tanh(x) + max(0, min(x - 50, 51 - x))",                                   # differs far from every place of numbers
    "where(abs(x - 1/3) < 1/1000, 0, x*sigmoid(x))",
    "x*(tanh(x)**2 + exp(-x**2))",
)
# fmt: on


@pytest.mark.parametrize(("formula", "form"), RECOGNISED, ids=[f for f, _ in RECOGNISED])
def test_formula_is_recognised(formula, form):
    """The form is the expected one, and proved."""
    found = recognise(parse(formula))
    assert str(found.form) == form
    assert found.proof.grade is Grade.PROVED
    assert found.proof.method


@pytest.mark.parametrize("formula", UNKNOWN)
def test_what_is_nearly_a_function_is_not_recognised(formula):
    """No function of the catalogue is within a rounding error of being this one."""
    assert recognise(parse(formula)) is None


def test_transformed_entries_are_recognised():
    """a·g(b·x + c) + d·x + e is recognised as a form that has the same values, for random numbers and functions."""
    random = Random(0)
    for name in ("mish", "gelu", "silu", "softplus", "softsign", "golu", "logsigmoid", "arctan"):
        outer, inner, slope = (random.choice((-3, -2, 2, 3, 5)) for _ in range(3))
        activation = parse(f"{outer}*{name}({inner}*x) + {slope}*x + 1/7")
        form = recognise(activation).form
        for function in (activation.expr, form.expr):
            assert not function.free_symbols - {x}
        with working_precision(100):
            for k in range(-20, 21):
                values = [compiled(f, (x,))(number(x * 0 + k)) for f in (activation.expr, form.expr)]
                assert values[0].overlaps(values[1])


def test_proof_decides(monkeypatch):
    """Numbers that agree are not enough: without a proof nothing is recognised."""
    monkeypatch.setattr(recognition, "prove", lambda statement: recognition.Proof("", Grade.OPEN))
    assert recognise(parse("x*tanh(log(1 + exp(x)))")) is None


def test_sheet_has_the_line_for_formulas_only():
    """A formula's sheet says what it is; that of an entry does not say that it is itself."""
    (fact,) = facts(parse("x*tanh(softplus(x))"))
    assert (fact.label, fact.value, fact.grade) == ("this is", "mish(x)", Grade.PROVED)
    assert facts(symact.get("mish")) == ()
    assert facts(parse("x**2*sin(x) + gelu(x)")) == ()


def test_scan_finds_the_entries_of_the_collection():
    """Every duplicate in the catalogue is an entry of the collection, and nothing else is."""
    assert tuple((found.activation.name, str(found.form)) for found in duplicates()) == FORMS


@pytest.mark.parametrize(
    ("first", "second", "grade"),
    [
        ("x*tanh(log(1 + exp(x)))", "mish(x)", "proved"),
        ("log(1 + exp(k*x))/k", "softplus(x, beta=k)", "proved"),
        ("log(x)", "ln(x)", "proved"),
        ("x*tanh(x)", "gelu(x)", "refuted"),
        ("x*sigmoid(x)", "x*sigmoid(x) + 1/10**15", "refuted"),
        ("log(x**2)", "2*log(x)", "open"),
    ],
)
def test_same(first, second, grade):
    """Two formulas are one function, differ at a point, or differ in where they have a value."""
    proof = same(parse(first), parse(second))
    assert proof.grade == grade
    assert (proof.counterexample is not None) == (grade == "refuted")


def test_whole_vectors_are_not_compared():
    """Functions of a vector are refused."""
    with pytest.raises(SymactError, match="softmax"):
        same(catalog.get("softmax"), catalog.get("relu"))


def test_relation_either_way():
    """One function as a form of the other, in whichever direction there is one."""
    silu, formula = catalog.get("silu"), parse("x/(1 + exp(-x/2))")
    assert related(formula, silu, ("A", "silu(x)")).statement == "A = 2silu(x/2)"
    assert related(silu, formula, ("silu(x)", "A")).statement == "silu(x) = g(2x)/2 for g(x) = A"
    assert related(silu, catalog.get("tanh"), ("silu(x)", "tanh(x)")) is None
