"""Statements over vectors of symbolic length: sums of sums, absolute values, and what is not believed."""

import pytest

from symact.textbook import vectors
from symact.textbook.prover import prove

STATEMENTS = (
    ("sum(sum(exp(x[j])*exp(x[k]), j), k) == sum(exp(x[j]), j)**2", "proved"),
    ("sum(sum(exp(x[j]*x[k]), j), k) == sum(sum(exp(x[j]*x[k]), k), j)", "open"),
    ("sum(sum(exp(x[j]*x[k]), j), k) == n*sum(exp(x[j]*x[i]), j)", "refuted"),
    ("sum(abs(x[k]), k) == sum(x[k], k)", "refuted"),
    ("sum(abs(exp(x[k])), k) == sum(exp(x[k]), k)", "proved"),
    ("sum(abs(-exp(x[k])), k) == -sum(exp(x[k]), k)", "refuted"),
    ("sum(abs(D(softmax(x)[i], x[k])), k) == 2*softmax(x)[i]*(1 - softmax(x)[i])", "proved"),
    ("sum(abs(D(softmax(x)[i], x[k])), k) == softmax(x)[i]*(1 - softmax(x)[i])", "refuted"),
    ("sum(abs(D(softmax(x)[i], x[k])), i) == 2*softmax(x)[k]*(1 - softmax(x)[k])", "proved"),
    ("sum(abs(D(softmax(x)[i], x[k])), k) < 1/2", "refuted"),
)


@pytest.mark.parametrize(("statement", "grade"), STATEMENTS, ids=[s for s, _ in STATEMENTS])
def test_verdict(statement, grade):
    """Sums of sums are read as they stand, and bars are taken off what is known to have a sign."""
    assert prove(statement).grade == grade


def test_a_sum_within_a_sum_is_not_taken_for_a_constant(monkeypatch):
    """Without the search for a counterexample a false statement stays open: the algebra itself does not prove it."""
    monkeypatch.setattr(vectors, "search", lambda statement: None)
    for statement in (
        "sum(sum(exp(x[j]*x[k]), j), k) == n*sum(exp(x[j]*x[i]), j)",
        "sum(sum(x[j]*x[k]*exp(x[j]*x[k]), j)*D(logsumexp(x), x[k]), k) == 0",
        "sum(abs(x[k]), k) == sum(x[k], k)",
        "sum(abs(D(log_softmax(x)[i], x[k])), k) == 0",
    ):
        assert prove(statement).grade == "open"
