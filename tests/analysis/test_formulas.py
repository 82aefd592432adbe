"""The sheet of formulas that nobody has prepared: complete, in time, and true wherever numbers can tell.

What is compared with is mpmath at 60 digits, which shares nothing with the balls that certify.
"""

from functools import cache
from itertools import pairwise

import mpmath
import pytest
from formulas import FORMULAS, activation
from sympy import S, diff, lambdify

from symact.activation import x
from symact.analysis.limits import limit
from symact.analysis.moments import mean
from symact.analysis.regularity import domain
from symact.analysis.shape import lipschitz, value_range
from symact.analysis.sheet import Sheet, sheet
from symact.errors import OpenError
from symact.functions import expand_meaning
from symact.report import spelled

NAMES = [row[0] for row in FORMULAS]
ROWS = {row[0]: row for row in FORMULAS}
POINTS = [mpmath.mpf(k) / 7 for k in range(-53, 54) if k]


@pytest.fixture(autouse=True)
def sixty_digits():
    with mpmath.workdps(60):
        yield


@cache
def derived(name: str) -> Sheet:
    return sheet(activation(ROWS[name]))


def numeric(name: str, order: int = 0):
    """Return a function of mpmath numbers; where it is not real it returns None."""
    concrete = activation(ROWS[name]).at_defaults().expr
    function = lambdify(x, expand_meaning(diff(concrete, x, order)), "mpmath")

    def value(point):
        try:
            found = mpmath.mpmathify(function(point))
        except (ZeroDivisionError, ValueError):
            return None
        return found.real if abs(found.imag) < mpmath.mpf(10) ** -50 and mpmath.isfinite(found) else None

    return value


def number(expr) -> mpmath.mpf:
    if expr in (S.Infinity, S.NegativeInfinity):
        return mpmath.inf if expr is S.Infinity else -mpmath.inf
    return mpmath.mpf(str(expr.evalf(60)))


def contains(places, value, slack=0) -> bool:
    """Tell whether a number lies in a set of intervals and points, up to some slack at its ends."""
    if places == S.Reals:
        return True
    if places.is_Complement:
        return contains(places.args[0], value, slack) and not contains(places.args[1], value)
    if places.is_Union:
        return any(contains(part, value, slack) for part in places.args)
    if places.is_FiniteSet:
        return any(abs(number(element) - value) <= slack for element in places.args)
    left, right = number(places.start) - slack, number(places.end) + slack
    at_end = (value == left and places.left_open) or (value == right and places.right_open)
    return left <= value <= right and (slack > 0 or not at_end)


def settled(question, *arguments):
    """Return an answer; what is open is not this test's business."""
    try:
        return question(*arguments)
    except OpenError as reason:
        pytest.skip(f"open: {reason}")


@pytest.mark.parametrize("name", NAMES)
def test_nothing_crashes(name):
    """Every section is there, no fact is open because of an error of a program, and none for want of time."""
    facts = derived(name).facts
    assert len(facts) >= 25
    for fact in facts:
        assert fact.label != "everything in this section", fact
        assert "Error:" not in fact.method, fact
        assert "not settled within" not in fact.method, fact
        assert (fact.value is None) == (str(fact.grade) == "open"), fact


@pytest.mark.parametrize("name", NAMES)
def test_the_domain_is_where_the_values_are_real(name):
    """At every sampled point mpmath finds a real number exactly if the point is in the domain."""
    where, value = settled(domain, activation(ROWS[name]).at_defaults()), numeric(name)
    for point in POINTS:
        assert contains(where, point) == (value(point) is not None), point


@pytest.mark.parametrize("name", NAMES)
def test_values_lie_in_the_range(name):
    """No sampled value lies outside the range."""
    values, function = settled(value_range, activation(ROWS[name])), numeric(name)
    if values.free_symbols:
        values = settled(value_range, activation(ROWS[name]).at_defaults())
    for point in POINTS:
        if (value := function(point)) is not None:
            assert contains(values, value, mpmath.mpf(10) ** -25 * (1 + abs(value))), point


@pytest.mark.parametrize("name", NAMES)
def test_no_slope_exceeds_the_lipschitz_constant(name):
    """The difference quotients of sampled neighbours keep to the constant, and come near it if it is attained there."""
    constant, function = settled(lipschitz, activation(ROWS[name]).at_defaults()), numeric(name)
    values = [(point, function(point)) for point in POINTS]
    for (a, before), (b, after) in pairwise(values):
        if before is not None and after is not None:
            assert abs(after - before) <= number(constant) * (b - a) * (1 + mpmath.mpf(10) ** -25)


@pytest.mark.parametrize("end", [1, -1])
@pytest.mark.parametrize("name", NAMES)
def test_limits_are_approached(name, end):
    """Far out the values come ever nearer to a finite limit, and exceed every bound where it is infinite."""
    target = number(settled(limit, activation(ROWS[name]).at_defaults(), "x", end * S.Infinity))
    function = numeric(name)
    with mpmath.workdps(2000):
        near, far = (function(end * mpmath.mpf(t)) for t in (40, 4000))
    if mpmath.isfinite(target):
        assert abs(far - target) <= abs(near - target) / 4 + mpmath.mpf(10) ** -20
    else:
        assert mpmath.sign(target) * (far - near) > 0


@pytest.mark.parametrize("name", NAMES)
def test_the_mean_is_that_of_a_quadrature(name):
    """E f(Z) agrees with mpmath's own integration."""
    value = settled(mean, activation(ROWS[name]).at_defaults()).value
    function = numeric(name)
    ends = [-15, -6, -3, -2, -1, mpmath.mpf(-1) / 3, 0, mpmath.mpf(1) / 3, 1, 2, 3, 6, 15]
    with mpmath.workdps(20):
        found = mpmath.quad(lambda z: (function(z) or 0) * mpmath.npdf(z), ends)
    assert abs(found - number(value)) < mpmath.mpf(10) ** -4


EXPECTED = {  # by hand
    ("logarithm", "domain"): "(0, ∞)",
    ("logarithm", "lim x → 0⁺ f(x)"): "−∞",
    ("logarithm", "range"): "ℝ",
    ("logarithm", "monotonicity"): "strictly increasing",
    ("square_root", "range"): "[0, ∞)",
    ("square_root", "Lipschitz constant"): "∞",
    ("reciprocal", "domain"): "ℝ ∖ {0}",
    ("reciprocal", "monotonicity"): "not monotone",
    ("reciprocal", "decreasing on"): "(−∞, 0) ∪ (0, ∞)",
    ("reciprocal", "range"): "(−∞, 0) ∪ (0, ∞)",
    ("reciprocal", "parity"): "odd",
    ("arcsine", "range"): "[−π/2, π/2]",
    ("semicircle", "global maximum (place, value)"): "(0, 1)",
    ("semicircle", "range"): "[0, 1]",
    ("logit", "domain"): "(0, 1)",
    ("entropy", "global maximum (place, value)"): "(e^(−1), e^(−1))",
    ("exponential_quotient", "domain"): "ℝ",
    ("exponential_quotient", "Taylor expansion at 0"): "1 + x/2 + x²/6 + x³/24 + x⁴/120 + x⁵/720 + O(x⁶)",
    ("exponential_quotient", "range"): "(0, ∞)",
    ("tanh_quotient", "range"): "(0, 1]",
    ("exponential_switch", "continuity"): "discontinuous at x = log(2)",
    ("pole_of_tanh", "domain"): "ℝ ∖ {atanh(1/2)}",
    ("log_of_absolute", "parity"): "even",
}


@pytest.mark.parametrize(("name", "label"), EXPECTED)
def test_facts_known_by_hand(name, label):
    """Domains, one-sided limits and what follows from them are those of a textbook."""
    (fact,) = [f for f in derived(name).facts if f.label == label]
    assert spelled(fact.value, with_latex=False)[0] == EXPECTED[name, label]
