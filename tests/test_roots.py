import random
from itertools import pairwise

import mpmath
import pytest
from flint import arb
from sympy import LambertW, Rational, Symbol, exp, gamma, lambdify, oo, pi, sqrt, tanh

from symact.activation import x
from symact.errors import OpenError
from symact.functions import expand_meaning, normal_cdf, normal_pdf, sigmoid, softplus
from symact.roots import Real, compare, real_zeros, sign_pattern
from symact.signs import sign_of

TINY = Rational(1, 10**7)


def near(zero, expected, digits=30):
    mpmath.mp.dps = 50
    return (
        abs(mpmath.mpf(zero.ball.mid().str(45, radius=False)) - mpmath.mpf(str(expected))) < mpmath.mpf(10) ** -digits
    )


@pytest.mark.parametrize(
    ("expr", "expected"),
    [
        (x * sigmoid(-x) + 1, [-1 - LambertW(exp(-1))]),
        ((2 - x**2) * normal_pdf(x), [-sqrt(2), sqrt(2)]),
        (tanh(x) ** 2, [0]),
        (exp(2 * x) - 3, [None]),
        (x**3 - x, [-1, 0, 1]),
        (softplus(x) - 1, [None]),
        (exp(exp(x)) * (tanh(x) - 2) + x, []),
    ],
)
def test_zeros_with_a_closed_form(expr, expected):
    """A zero with a closed form comes out in it, and solves the equation to 40 digits."""
    found = real_zeros(expr, x)
    assert len(found) == len(expected)
    for zero, closed in zip(found, expected, strict=True):
        assert zero.exact is not None
        assert closed is None or zero.exact == closed
        assert abs(complex(expr.subs(x, zero.exact).evalf(40))) < 1e-35


@pytest.mark.parametrize(
    ("expr", "start"),
    [
        (normal_cdf(x) + x * normal_pdf(x), "-0.75"),
        (tanh(softplus(x)) + x * (1 - tanh(softplus(x)) ** 2) * sigmoid(x), "-1.2"),
        (x + exp(x) + sigmoid(3 * x), "-0.7"),
    ],
)
def test_isolated_zeros_agree_with_mpmath(expr, start):
    """A zero without a closed form agrees with mpmath's root finder to 30 digits."""
    mpmath.mp.dps = 45
    function = lambdify(x, expand_meaning(expr), "mpmath")
    (zero,) = real_zeros(expr, x)
    assert zero.exact is None
    assert near(zero, mpmath.findroot(function, mpmath.mpf(start)))


@pytest.mark.parametrize(
    ("expr", "count"),
    [
        (tanh(x) - tanh(x - 1) + x**2, 0),
        (exp(x) + exp(-x) + x, 0),
        (softplus(x) - x / 2, 0),
        (normal_pdf(x) - Rational(1, 100), 2),
        (sigmoid(x) - x / 1000, 1),
        (tanh(x - 40) + x - 40, 1),
        (exp(-((x - 30) / 2)) - 1, 1),
        (x - 500 - tanh(x), 1),
        ((x - 20) * (softplus(x) - 30) * sigmoid(x), 2),
        (x - tanh(x), 1),
        (x * tanh(x) - x**2 * sigmoid(x), 2),
    ],
)
def test_the_number_of_zeros(expr, count):
    """None is missed and none invented: no zeros, zeros far out, a triple zero, products."""
    assert len(real_zeros(expr, x)) == count


@pytest.mark.parametrize("gap", [Rational(1, 10), Rational(1, 1000), TINY, TINY**2, TINY**4])
def test_two_close_zeros_are_both_found_or_the_question_stays_open(gap):
    """Two zeros at a small distance are two, never none: if balls cannot part them, the answer is refused."""
    hill = 4 * sigmoid(x) * sigmoid(-x) - 1 + gap**2 / 4 - x**4 / 1000
    try:
        zeros = real_zeros(hill, x)
    except OpenError:
        assert gap < Rational(1, 1000)
        return
    assert len(zeros) == 2
    assert zeros[0].ball < 0 < zeros[1].ball


def test_a_double_zero_away_from_zero_is_refused():
    """A tangency that is not seen exactly is neither counted nor dropped."""
    level = sigmoid(1) * sigmoid(-1)
    tangent = sigmoid(x) * sigmoid(-x) - level + (1 - 2 * sigmoid(1)) * -level * (x - 1)
    with pytest.raises(OpenError):
        real_zeros(tangent, x, Rational(1, 2), 2)


def test_a_double_zero_at_zero_is_found_once_without_a_change_of_sign():
    """The exact zero at 0 is split off, whatever its order."""
    pattern = sign_pattern(softplus(x) - x / 2 - softplus(0) + x**4, x)
    assert [z.exact for z in pattern.zeros] == [0]
    assert pattern.signs == (1, 1)


@pytest.mark.parametrize("seed", range(12))
def test_random_products_have_the_zeros_they_were_made_of(seed):
    """A product of factors with known zeros gives these zeros, in order, on the whole line."""
    generator = random.Random(seed)
    places = sorted({Rational(generator.randrange(-60, 60), generator.choice([1, 2, 3, 7])) for _ in range(4)})
    makers = [lambda p: tanh(x - p) + (x - p) / 3, lambda p: exp(x - p) + x - p - 1, lambda p: x - p]
    expr = normal_cdf(x)
    for place in places:
        expr *= generator.choice(makers)(place)
    zeros = real_zeros(expr, x)
    assert len(zeros) == len(places)
    with mpmath.workdps(50):
        assert all(near(z, mpmath.mpf(p.p) / p.q, 29) for z, p in zip(zeros, places, strict=True))


def test_a_sum_that_is_not_a_product_is_searched_as_a_whole():
    """An oscillating sum within a finite interval gives every zero."""
    expr = sigmoid(x) - Rational(1, 2) - x / 5 + x**3 / 400
    grid = [k / 1000 for k in range(-9990, 9990)]
    function = lambdify(x, expr.replace(sigmoid, lambda u: 1 / (1 + exp(-u))), "math")
    values = [function(point) for point in grid if point]
    changes = sum(1 for a, b in pairwise(values) if a * b < 0)
    assert len(real_zeros(expr, x, -10, 10)) == changes


def test_ends_are_outside():
    """Zeros at the ends of an open interval are not zeros in it."""
    assert real_zeros(x - tanh(x), x, 0, oo) == ()
    assert [z.exact for z in real_zeros(x**2 - 1, x, -1, 2)] == [1]


def test_functions_without_a_rule_are_refused():
    """What cannot be enclosed to infinity is open."""
    with pytest.raises(OpenError):
        real_zeros(gamma(x) + x / 2, x)


def test_parameters():
    """Linear functions keep their parameters; an undecided sign is refused."""
    p = Symbol("p", positive=True)
    assert [z.exact for z in real_zeros(x - p, x)] == [p]
    with pytest.raises(OpenError):
        real_zeros(x - Symbol("q", real=True), x, 0, oo)


def test_signs_of_numbers_and_order():
    """The sign of an exact zero is 0, and nearly equal numbers are told apart."""
    assert sign_of(sqrt(2) * sqrt(3) - sqrt(6)) == 0
    assert sign_of(pi - Rational(314159265358979323846, 10**20)) == 1
    assert compare(Real(-oo), Real(pi)) == -1
    assert compare(Real(pi), Real(oo)) == -1


def test_enclosures_narrow_as_wished():
    """A ball of 400 bits lies inside the ball of 150."""
    (zero,) = real_zeros(normal_cdf(x) + x * normal_pdf(x), x)
    fine = zero.enclosure(400)
    assert fine.rel_accuracy_bits() >= 400
    assert zero.ball.overlaps(fine)
    assert isinstance(fine, arb)
