"""Numbers speak against a wrong derivative, limit or expectation, and against no right one."""

import pytest
from sympy import Abs, Max, Piecewise, Rational, S, Symbol, exp, log, oo, pi, sin, sqrt, tanh

from symact import cells
from symact.activation import x
from symact.errors import OpenError
from symact.functions import sigmoid
from symact.textbook import statement
from symact.textbook.confirmation import check_derivative, check_expectation, check_limit
from symact.textbook.prover import prove
from symact.verdict import Grade

beta = Symbol("beta", positive=True)

# fmt: off
RIGHT = (
    (check_derivative, (sigmoid(beta * x), x, beta * sigmoid(beta * x) * (1 - sigmoid(beta * x)))),
    (check_derivative, (Abs(x), x, Piecewise((1, x > 0), (-1, True)))),
    (check_derivative, (log(x), x, 1 / x)),
    (check_derivative, (exp(5 * x), x, 5 * exp(5 * x))),
    (check_limit,      (1 / log(x), x, oo, S.Zero)),
    (check_limit,      (sin(x) / x, x, oo, S.Zero)),
    (check_limit,      (tanh(beta * x), beta, S.Zero, S.Zero)),
    (check_limit,      (x**20 * exp(x), x, -oo, S.Zero)),
    (check_limit,      (sin(x) / x, x, S.Zero, S.One)),
    (check_expectation, (Max(0, x), x, 1 / sqrt(2 * pi))),
    (check_expectation, (Piecewise((1, x > 0), (0, True)), x, S.Half)),
    (check_expectation, (exp(beta * x), x, exp(beta**2 / 2))),
)
WRONG = (
    (check_derivative, (x**2, x, 2 * x + Rational(1, 10**12))),
    (check_derivative, (sigmoid(x), x, sigmoid(x))),
    (check_limit,      (tanh(beta * x), beta, oo, S.One)),
    (check_limit,      (log(x), x, oo, S.Zero)),
    (check_limit,      (exp(-beta), beta, S.Zero, S.Zero)),
    (check_expectation, (Max(0, x), x, S.Half)),
    (check_expectation, (x**2, x, S(2))),
)
# fmt: on


@pytest.mark.parametrize(("check", "arguments"), RIGHT)
def test_what_is_right_passes(check, arguments):
    """Textbook derivatives, limits and expectations are left alone."""
    check(*arguments)


@pytest.mark.parametrize(("check", "arguments"), WRONG)
def test_what_is_wrong_is_refused(check, arguments):
    """Wrong ones are not."""
    with pytest.raises(OpenError, match="numbers speak against"):
        check(*arguments)


@pytest.mark.parametrize(
    ("module", "name", "lie", "text"),
    [
        (statement, "diff", lambda f, s: f, "D(sigmoid(x), x) == sigmoid(x)"),
        (cells, "diff", lambda f, s: f, "D(elu(x), x) == elu(x)"),
        (statement, "limit", lambda f, s, to: x, "Lim(swish(x, beta=beta), beta, oo) == x"),
        (statement, "expectation", lambda f, s: S.Half, "E(relu(x), x) == 1/2"),
    ],
)
def test_a_lie_of_the_analysis_is_no_proof(module, name, lie, text, monkeypatch):
    """A statement that only a wrong answer makes true is not proved."""
    monkeypatch.setattr(module, name, lie)
    assert prove(text).grade is Grade.OPEN
