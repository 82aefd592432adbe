"""Claims about derived facts are compared with the fact, to the last digit that they have."""

import pytest

from symact.errors import SymactError
from symact.textbook.claims import Claim
from symact.verdict import Grade

SLOPE = "Lipschitz constant"


@pytest.mark.parametrize(
    ("claim", "grade"),
    [
        (Claim("mish", "shape", SLOPE, "1.0885"), Grade.CERTIFIED),
        (Claim("mish", "shape", SLOPE, "1.0884"), Grade.REFUTED),
        (Claim("mish", "shape", SLOPE, "1.08849816125172786122829362738"), Grade.REFUTED),
        (Claim("sigmoid", "shape", SLOPE, "1/4"), Grade.PROVED),
        (Claim("sigmoid", "shape", SLOPE, "0.25"), Grade.PROVED),
        (Claim("sigmoid", "shape", SLOPE, "1/3"), Grade.REFUTED),
        (Claim("relu", "scaling", "scale equivariance f(λx) = λ·f(x), λ > 0", "yes"), Grade.PROVED),
        (Claim("relu", "scaling", "scale equivariance f(λx) = λ·f(x), λ > 0", "no"), Grade.REFUTED),
        (Claim("tanh", "scaling", "scale equivariance f(λx) = λ·f(x), λ > 0", "no"), Grade.PROVED),
        (Claim("tanh", "scaling", "scale equivariance f(λx) = λ·f(x), λ > 0", "yes"), Grade.REFUTED),
        (Claim("mish", "inverse", "f⁻¹(y)", "y"), Grade.OPEN),
    ],
    ids=str,
)
def test_claim(claim, grade):
    """A claim has the grade of the fact, is refuted by another value, and open where the fact is."""
    proof = claim.proof()
    assert proof.grade is grade
    assert proof.steps


def test_unknown_fact_is_refused():
    """A question that the analysis does not know is an error, not a refutation."""
    with pytest.raises(SymactError, match="has no fact 'colour'"):
        Claim("relu", "shape", "colour", "blue").proof()
