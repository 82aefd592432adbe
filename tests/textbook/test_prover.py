"""The prover settles statements that are not in the collection, by the method that is meant for them."""

import pytest
from sympy import S

import symact
from symact import signs
from symact.errors import OpenError, SymactError
from symact.textbook import counterexamples, normal_form, positivity, prover, vectors
from symact.textbook.prover import prove
from symact.verdict import Grade

# fmt: off
STATEMENTS = (
    # statement, grade
    ("tanh(x) == 2*sigmoid(2*x) - 1",                                  "proved"),
    ("softplus(x) - relu(x) <= log(2)",                                "proved"),
    ("softplus(x) - relu(x) < log(2)",                                 "refuted"),
    ("elu(2*x) == 2*elu(x)",                                           "refuted"),
    ("elu(x, alpha=2) >= -2",                                          "proved"),
    ("elu(x, alpha=beta) > -beta",                                     "proved"),
    ("Lim(softplus(x, beta=beta), beta, oo) == relu(x)",               "proved"),
    ("0 < D(sigmoid(x), x) <= 1/4",                                    "proved"),
    ("D(gelu(x), x, 2) == (2 - x**2)*phi(x)",                          "proved"),
    ("hardtanh(x) == max(-1, min(1, x))",                              "proved"),
    ("hardtanh(x, min_val=-a**2 - 1, max_val=1) <= 1",                 "proved"),
    ("abs(gelu(x) - gelu_tanh(x)) <= 0.00047324",                      "certified"),
    ("abs(gelu(x) - gelu_tanh(x)) <= 0.00047323",                      "refuted"),
    ("D(gelu(x), x) <= 1.1289041451851549",                            "certified"),
    ("D(gelu(x), x) <= 1.1289041451851547",                            "refuted"),
    ("mish(x) >= -0.30884341301725041",                                "certified"),
    ("mish(x) >= -0.30884341301725040",                                "refuted"),
    ("tanh(x) < 0.999999999999",                                       "refuted"),
    ("softplus(x) > 1e-30",                                            "refuted"),
    ("relu(x) == relu(x) + max(0, min(x - 7, 7.000001 - x))",          "refuted"),
    ("abs(tanh(x) - tanh(y)) <= abs(x - y)",                           "proved"),
    ("x < 1 or x > 0",                                                 "proved"),
    ("mish(x) <= x or x < 0",                                          "proved"),
    ("x <= 0 or relu(x) == x",                                         "proved"),
    ("x > y or x < y or x == y",                                       "proved"),
    ("tanh(x) < x or x <= 0",                                          "certified"),
    ("tanh(x) < x or x < 0",                                           "refuted"),
    ("sin(x) < 1/2 or x != x",                                         "refuted"),
    ("x/x == 1",                                                       "open"),
    ("atan(exp(x)) + atan(exp(-x)) == pi/2",                           "proved"),
    ("atan(1/x) + atan(x) == pi/2",                                    "refuted"),
    ("sqrt(x**2) == abs(x)",                                           "proved"),
    ("log(x**2 + 1) >= 0",                                             "proved"),
    ("sum(softmax(x)[j], j) == 1",                                     "proved"),
    ("softmax(x + c)[i] == softmax(x)[i]",                             "proved"),
    ("softmax(2*x)[i] == softmax(x)[i]",                               "refuted"),
    ("logsumexp(x) <= max(x) + log(n)",                                "proved"),
    ("logsumexp(x) <= max(x) + log(n) - 1/1000",                       "refuted"),
)
# fmt: on


@pytest.mark.parametrize(("statement", "grade"), STATEMENTS, ids=[s for s, _ in STATEMENTS])
def test_verdict(statement, grade):
    """The verdict is the true one, with steps, a method, and a counterexample exactly if it is refuted."""
    proof = prove(statement)
    assert proof.grade == grade, proof.steps
    assert (proof.counterexample is not None) == (proof.grade is Grade.REFUTED)
    assert proof.steps
    assert proof.method
    assert bool(proof) == (grade in ("proved", "certified"))
    assert proof._repr_latex_().startswith("$")


def test_public_face():
    """The package offers it, with values by keyword."""
    assert symact.prove("elu(x, alpha=c) >= -c", c=2)
    assert symact.prove("elu(x, alpha=c) >= -c + 1/10", c=2).grade is Grade.REFUTED


def test_counterexample_shows_both_sides():
    """The sides of a counterexample are exact and differ."""
    example = prove("elu(2*x) == 2*elu(x)").counterexample
    assert set(example.point) == {"x"}
    assert abs(example.left.evalf(30) - example.right.evalf(30)) > 0.01


@pytest.mark.parametrize(
    "statement", ["x", "foo(x) == 1", "relu(x) = 2", "1 in 2", "x.y == 1", "elu(x, alpha=-1) == 0", "2**1000000 > x"]
)
def test_not_understood(statement):
    """What is no statement is refused in one line."""
    with pytest.raises(SymactError) as error:
        prove(statement)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("statement", ["mish(x) >= -0.30884", "gelu(x) >= -0.16997120747"])
def test_counterexample_is_short(statement):
    """A place that was found by bisection is shown as a fraction that a reader can check by hand."""
    counterexample = prove(statement).counterexample
    assert counterexample.point["x"].q < 1000


@pytest.mark.parametrize(
    ("statement", "grade"),
    [
        ("abs(sin(x)) <= 1", "proved"),
        ("abs(sin(x)*cos(x)) <= 1/2", "proved"),
        ("x**2 + 2*sin(x)**2 >= 0", "proved"),
        ("3 + a*sin(x) >= 0", "refuted"),
        ("lam + lam*cos(x*y) >= 0", "proved"),
        ("sin(x) < 1", "refuted"),  # false at π/2, which is no rational
        ("cos(2*x + 1) > -1", "refuted"),
        ("sine(x) != 1/2", "refuted"),
        ("x*sin(x) <= 100", "refuted"),
        ("sin(x) <= 9/10", "refuted"),
    ],
)
def test_waves(statement, grade):
    """A sine or cosine is between −1 and 1, and so is a product of them."""
    assert prove(statement).grade == grade


def test_time_is_limited(monkeypatch):
    """A statement that takes too long is open, and says so."""
    monkeypatch.setattr(prover, "SECONDS", 0.02)
    proof = prove("abs(gelu(x) - gelu_tanh(x)) <= 0.00047324")
    assert proof.grade is Grade.OPEN
    assert "not settled within 0.02 s" in proof.steps[-1]


NARROW = "max(0, min(x - 5, 501/100 - x))"
LIES = {
    "normal form": (normal_form, "together", lambda expr: S.Zero),
    "normal form, expanded": (normal_form, "expand", lambda expr, **hints: S.Zero),
    "simplification": (signs, "simplify", lambda expr: S.Zero),
    "factors": (positivity, "factor", lambda expr: S.One),
    "sums": (positivity, "together", lambda expr: S.One),
    "expansion": (vectors, "expand", lambda expr, **hints: S.Zero),
}
FALSE = (
    "tanh(x) == 2*sigmoid(2*x) - 1 + 1/10**12",
    f"tanh(x) == 2*sigmoid(2*x) - 1 + {NARROW}",
    f"relu(x)*exp({NARROW}) == relu(x)",
    f"tanh(x)**2 <= 1 - {NARROW}",
    "softplus(x) - relu(x) <= log(2) - 1/10**20",
    "sqrt(2)*sqrt(3) == sqrt(6) + 1/10**30",
    "sum(softmax(x)[j], j) == 1 + 1/10**12",
)


@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize("statement", FALSE)
def test_a_lie_of_the_algebra_is_no_proof(statement, lie, monkeypatch):
    """Whatever SymPy says of two sides, balls are asked first and last."""
    module, name, answer = LIES[lie]
    monkeypatch.setattr(module, name, answer)
    assert prove(statement).grade in (Grade.REFUTED, Grade.OPEN)


def test_what_no_ball_has_compared_is_not_proved(monkeypatch):
    """Where balls enclose neither side, algebra alone is not believed."""

    def refuse(*_arguments):
        raise OpenError("no enclosure")

    monkeypatch.setattr(counterexamples, "compiled", refuse)
    assert prove("tanh(x) == 2*sigmoid(2*x) - 1").grade is Grade.OPEN
