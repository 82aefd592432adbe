"""Each rewriting rule is an identity: both sides are enclosed by balls all over the range it claims."""

import pytest
from flint import arb
from sympy import log

from symact.balls import NEGLIGIBLE, evaluate
from symact.lowering.rules import DIFFERENCES, RULES, SUMS, Rule, u, v

MAGNITUDES = [1e-300, 1e-20, 1e-3, 0.3, 1.0, 2.5, 7.0, 30.0, 200.0, 700.0, 900.0]


def assert_identity(rule):
    for magnitude in MAGNITUDES:
        for sign in (1, -1):
            if rule.sign in (0, sign):
                point = {u: sign * magnitude, v: 0.75 - magnitude / 3}
                left, right = (evaluate(side, point, bits=80) for side in (rule.left, rule.right))
                negligible = abs(left) < NEGLIGIBLE and abs(right) < NEGLIGIBLE  # not enclosed any closer
                assert negligible or abs(left - right) <= abs(left) * arb(2) ** -70, (rule.name, sign * magnitude)


@pytest.mark.parametrize("rule", RULES + SUMS + DIFFERENCES, ids=lambda rule: rule.name)
def test_both_sides_agree(rule):
    """Left and right agree to 70 bits at every magnitude of the signs the rule is for."""
    assert_identity(rule)


def test_a_wrong_rule_is_refused():
    """The check sees a rule that holds on one side of 0 only."""
    wrong = Rule("softplus without a tail", 0, RULES[6].left, log(1 + u))
    with pytest.raises(AssertionError):
        assert_identity(wrong)


def test_every_sign_is_covered():
    """A function that has a rule for one sign has one for the other."""
    for rule in RULES:
        if rule.sign:
            assert any(other.left == rule.left and other.sign == -rule.sign for other in RULES)
