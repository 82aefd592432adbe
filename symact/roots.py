"""All real zeros of a smooth function on an open interval: none missed, none invented.

Factors that cannot vanish are dropped.  What is left is solved exactly where a closed form is known; if not,
balls exclude a zero, or the derivative has one sign and the ends tell whether there is one, or the interval
is cut.  Beyond a finite window the sign comes from :mod:`symact.tails`.  What this does not settle
raises ``OpenError``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property, cmp_to_key, lru_cache
from itertools import pairwise
from typing import Any

from flint import arb
from sympy import (
    Expr,
    Float,
    LambertW,
    Mul,
    Pow,
    Rational,
    S,
    Symbol,
    asin,
    asinh,
    atan,
    atanh,
    cos,
    diff,
    erf,
    exp,
    expand,
    factor,
    log,
    oo,
    pi,
    sin,
    sinh,
    tan,
    tanh,
)
from sympy.polys.polyerrors import PolynomialError

from symact.balls import IsolatedZero, compiled, evaluate, refined, working_precision
from symact.errors import OpenError
from symact.functions import expand_meaning, normal_cdf, sigmoid, softplus
from symact.notation import text
from symact.power_series import value_at
from symact.signs import sign_of
from symact.tails import approached, sign_beyond

DIGITS = 30
"""Decimal digits shown of a number without a closed form; they are certified."""

BITS = 150
"""Relative accuracy of enclosures: 45 digits."""

SEARCH_BITS = 80
MOST_BALLS = 6000
NARROWEST = 2.0**-60
HIGHEST_ORDER = 8

Ball = Any


@dataclass(frozen=True)
class Real:
    """A real number: an exact expression, or an enclosure that can be as narrow as wished.

    Attributes
    ----------
    exact
        The closed form, if there is one; it may hold parameters.
    equation
        For a zero without a closed form, the expression that vanishes there.
    symbol
        The symbol of that equation.
    bracket
        Two floats between which the equation has exactly one zero, a simple one.
    image
        For the value of a function at such a zero: the function.
    """

    exact: Expr | None
    equation: Expr | None = None
    symbol: Symbol | None = None
    bracket: tuple[float, float] | None = None
    image: Expr | None = None
    relations: tuple[tuple[Expr, Expr], ...] = field(default=(), compare=False)

    @cached_property
    def ball(self) -> Ball:
        """An enclosure to 45 digits."""
        return self.enclosure(BITS)

    def enclosure(self, bits: int) -> Ball:
        """Return a ball of the given relative accuracy."""
        if self.exact is not None:
            return evaluate(self.exact, bits=bits)
        place = refined(self.equation, self.symbol, self.bracket, bits + 40)
        if self.image is None:
            return place
        with working_precision(bits + 40):
            return compiled(self.image, (self.symbol,))(place)

    @cached_property
    def number(self) -> Expr:
        """The closed form, or a float of 30 certified digits."""
        return self.exact if self.exact is not None else digits(self.ball)

    @property
    def place(self) -> Expr:
        """The zero itself as an exact expression, by its equation if it has no closed form."""
        if self.exact is not None or self.bracket is None:
            return self.number
        return IsolatedZero(self.equation, self.symbol, self.bracket)

    def of(self, function: Expr, symbol: Symbol) -> Real:
        """Return the value of a function at this number."""
        if self.exact is None:
            return Real(None, self.equation, self.symbol, self.bracket, function)
        if self.relations:
            function = factor(expand_meaning(function).subs(self.relations))
        value = value_at(function, symbol, self.exact)
        return Real(expand(value) if function.is_polynomial(symbol) else value)


def digits(ball: Ball) -> Float:
    """Return the 30 digits that a ball certifies.

    Raises
    ------
    OpenError
        If the ball is too wide for 30 digits.
    """
    if not ball.is_zero() and ball.rel_accuracy_bits() < 105:
        raise OpenError("the enclosure is too wide for 30 digits")
    return Float(ball.mid().str(DIGITS + 5, radius=False), DIGITS)


@dataclass(frozen=True)
class Signs:
    """The zeros of a function on an open interval, and its sign before, between and after them.

    ``signs[k]`` holds between ``zeros[k-1]`` and ``zeros[k]``; it is 0 only for the zero function.
    """

    zeros: tuple[Real, ...]
    signs: tuple[int, ...]
    isolated: bool = False
    """Whether balls were needed."""


def sign_pattern(expr: Expr, symbol: Symbol, left: Expr = -oo, right: Expr = oo) -> Signs:
    """Find every zero on an open interval, and the signs between.

    Parameters
    ----------
    expr
        A function that is smooth on the interval.
    symbol
        Its variable; other symbols may stand in factors whose sign their assumptions decide, and in lines.
    left, right
        Ends of the interval.

    Raises
    ------
    OpenError
        If it is not certain that every zero was found.
    """
    return _sign_pattern(expr, symbol, S(left), S(right))


def real_zeros(expr: Expr, symbol: Symbol, left: Expr = -oo, right: Expr = oo) -> tuple[Real, ...]:
    """Return every zero on an open interval, in increasing order (raises as :func:`sign_pattern`)."""
    return sign_pattern(expr, symbol, left, right).zeros


@lru_cache(maxsize=1024)
def _sign_pattern(expr: Expr, symbol: Symbol, left: Expr, right: Expr) -> Signs:
    if expr == 0:
        return Signs((), (0,))
    constant, factors = _factors(expr, symbol)
    overall = sign_of(constant)
    if overall == 0:
        return Signs((), (0,))
    patterns, singular = [], list[Real]()
    for base, exponent in factors:
        pattern = _base_pattern(base, symbol, left, right)
        if not exponent.is_Integer and -1 in pattern.signs:
            raise OpenError(f"{text(base**exponent)} is not defined everywhere between {text(left)} and {text(right)}")
        if not exponent.is_positive:
            singular += pattern.zeros
        if not exponent.is_odd:
            pattern = Signs(pattern.zeros, tuple(s * s for s in pattern.signs), pattern.isolated)
        patterns.append(pattern)
    product = _product(overall, patterns)
    for place in singular:
        product = _continued(product, expr, symbol, place)
    return product


def _continued(pattern: Signs, expr: Expr, symbol: Symbol, place: Real) -> Signs:
    """Keep or drop a zero of a denominator at which the expression has a removable singularity."""
    if place.exact is None:
        raise OpenError(f"{text(expr)} has a pole at {text(place.number)}")
    if sign_of(value_at(expr, symbol, place.exact)) == 0:
        return pattern
    k = next(k for k, zero in enumerate(pattern.zeros) if compare(zero, place) == 0)
    zeros = pattern.zeros[:k] + pattern.zeros[k + 1 :]
    return Signs(zeros, pattern.signs[:k] + pattern.signs[k + 1 :], pattern.isolated)


def _product(overall: int, patterns: list[Signs]) -> Signs:
    """Merge the sign patterns of factors."""
    zeros: list[Real] = []
    for pattern in patterns:
        for zero in pattern.zeros:
            if not any(compare(zero, other) == 0 for other in zeros):
                zeros.append(zero)
    zeros.sort(key=cmp_to_key(compare))
    signs = []
    for k in range(len(zeros) + 1):
        total = overall
        for pattern in patterns:
            before = sum(1 for z in pattern.zeros if k > 0 and compare(z, zeros[k - 1]) <= 0)
            total *= pattern.signs[before]
        signs.append(total)
    return Signs(tuple(zeros), tuple(signs), any(p.isolated for p in patterns))


def compare(first: Real, second: Real) -> int:
    """Return the sign of the difference of two numbers, or raise ``OpenError``."""
    if first is second or first == second:
        return 0
    if first.exact is not None and second.exact is not None:
        if first.exact.is_infinite or second.exact.is_infinite:
            return 1 if first.exact is oo or second.exact == -oo else -1
        return sign_of(first.exact - second.exact)
    for other, orientation in ((second, 1), (first, -1)):
        if other.exact is not None and other.exact.is_infinite:
            return orientation if other.exact == -oo else -orientation
    difference = first.ball - second.ball
    if difference > 0:
        return 1
    if difference < 0:
        return -1
    raise OpenError(f"{text(first.number)} and {text(second.number)} are not told apart")


# ------------------------------------------------------------------------------------------------------------
# factors


def _factors(expr: Expr, symbol: Symbol) -> tuple[Expr, list[tuple[Expr, Expr]]]:
    """Split into a constant (positive factors dropped) and bases that may vanish, with their exponents."""
    constant, rest = S.One, []
    for piece in Mul.make_args(expr if expr.is_Mul and not _has_sum(expr) else _factored(expr)):
        base, exponent = (
            piece.as_base_exp() if isinstance(piece, Pow) and not isinstance(piece, exp) else (piece, S.One)
        )
        if symbol not in piece.free_symbols:
            constant *= piece
            continue
        sign = _sign_everywhere(base, symbol)
        if sign is not None and (sign > 0 or exponent.is_Integer):
            constant *= sign if exponent.is_odd else 1
            continue
        if symbol in exponent.free_symbols:
            raise OpenError(f"the sign of {text(piece)} is not settled")
        rest.append((_inner(base), exponent))
    return constant, rest


def _has_sum(expr: Expr) -> bool:
    return any(a.is_Add or (a.is_Pow and a.base.is_Add) for a in expr.args)


def _factored(expr: Expr) -> Expr:
    try:
        return factor(expr)
    except PolynomialError:
        return expr


def _sign_everywhere(base: Expr, symbol: Symbol) -> int | None:
    """Return the sign of a function that has one sign on the whole real line, if it is seen at a glance."""
    if base.is_positive:
        return 1
    if base.is_negative:
        return -1
    for node in base.atoms(*_RANGES, *_CLOSED_RANGES):
        slope, intercept = base.coeff(node), base.subs(node, 0)
        if symbol not in node.free_symbols or base != slope * node + intercept:
            continue
        if slope.free_symbols | intercept.free_symbols:
            continue
        closed = node.func in _CLOSED_RANGES
        low, high = (_CLOSED_RANGES if closed else _RANGES)[node.func]
        ends = {sign_of(intercept + slope * low), sign_of(intercept + slope * high)}
        if len(ends - {0}) == 1 and not (closed and 0 in ends):
            return max(ends - {0})
    return None


_RANGES: dict[type, tuple[Expr, Expr]] = {
    tanh: (S.NegativeOne, S.One),
    erf: (S.NegativeOne, S.One),
    sigmoid: (S.Zero, S.One),
    normal_cdf: (S.Zero, S.One),
}
"""Functions whose values fill an open interval."""

_CLOSED_RANGES: dict[type, tuple[Expr, Expr]] = {
    sin: (S.NegativeOne, S.One),
    cos: (S.NegativeOne, S.One),
}
"""Functions whose values fill a closed interval."""


def _inner(base: Expr) -> Expr:
    """Replace an odd increasing function by its argument: the zeros and the signs are the same."""
    return _inner(base.args[0]) if isinstance(base, (tanh, erf, atan, sinh, asinh, asin)) else base


# ------------------------------------------------------------------------------------------------------------
# one factor


def _base_pattern(base: Expr, symbol: Symbol, left: Expr, right: Expr) -> Signs:
    for solve, form in (
        (_linear, base),
        (_polynomial, base),
        (_one_node, base),
        (_one_node, _one_sided(base)),
    ):
        pattern = solve(form, symbol, left, right)
        if pattern is not None:
            return pattern
    if base.free_symbols - {symbol} or left.free_symbols or right.free_symbols:
        raise OpenError(f"the zeros of {text(base)} depend on the parameters")
    return _isolated(base, symbol, left, right)


def _one_sided(base: Expr) -> Expr:
    """Write σ(−u) as 1 − σ(u) where both occur: the difference of the two has one node then."""
    arguments = {node.args[0] for node in base.atoms(sigmoid)}
    for u in arguments:
        if -u in arguments and u.could_extract_minus_sign():
            base = base.subs(sigmoid(u), 1 - sigmoid(-u))
    return base


def _between(candidates: Iterable[Expr], left: Expr, right: Expr) -> list[Real]:
    inside = []
    for candidate in candidates:
        place = Real(candidate)
        if compare(place, Real(left)) > 0 and compare(place, Real(right)) < 0:
            inside.append(place)
    return sorted(inside, key=cmp_to_key(compare))


def _linear(base: Expr, symbol: Symbol, left: Expr, right: Expr) -> Signs | None:
    polynomial = base.as_poly(symbol)
    if polynomial is None or polynomial.degree() != 1:
        return None
    slope, intercept = polynomial.all_coeffs()
    rising = sign_of(slope)
    zeros = _between([-intercept / slope], left, right)
    if zeros:
        return Signs(tuple(zeros), (-rising, rising))
    before = left != -oo and compare(Real(left), Real(-intercept / slope)) >= 0
    return Signs((), (rising if before else -rising,))


def _polynomial(base: Expr, symbol: Symbol, left: Expr, right: Expr) -> Signs | None:
    """Solve a polynomial with numeric coefficients: quadratic, or rational of any degree."""
    polynomial = base.as_poly(symbol)
    if polynomial is None or base.free_symbols != {symbol}:
        return None
    if polynomial.degree() == 2:
        a, b, c = polynomial.all_coeffs()
        discriminant = b**2 - 4 * a * c
        kind = sign_of(discriminant)
        root = discriminant**S.Half
        candidates = [] if kind < 0 else [-b / (2 * a)] if kind == 0 else [(-b - root) / (2 * a), (-b + root) / (2 * a)]
    elif polynomial.domain.is_QQ or polynomial.domain.is_ZZ:
        candidates = list(dict.fromkeys(polynomial.real_roots()))
    else:
        return None
    zeros = _between(candidates, left, right)
    return _sampled(base, symbol, zeros, left, right)


def _one_node(base: Expr, symbol: Symbol, left: Expr, right: Expr) -> Signs | None:
    """Solve a + b·g(u) = 0 for an increasing g: it has the zeros and, but for that of b, the signs of u − g⁻¹(−a/b)."""
    for node in _nodes(base, symbol):
        slope, intercept = base.coeff(node), base.subs(node, 0)
        if symbol in (slope.free_symbols | intercept.free_symbols) or base != slope * node + intercept:
            continue
        low, high, inverse = INVERSES[node.func]
        orientation, target = sign_of(slope), -intercept / slope
        above = compare(Real(target), Real(low)) > 0
        if not (above and compare(Real(target), Real(high)) < 0):
            return Signs((), (orientation * (-1 if above else 1),))
        threshold = inverse(target)
        if threshold is None:
            continue
        pattern = _sign_pattern(node.args[0] - threshold, symbol, left, right)
        return Signs(pattern.zeros, tuple(orientation * s for s in pattern.signs), pattern.isolated)
    return None


def _nodes(base: Expr, symbol: Symbol) -> list[Expr]:
    """Return the invertible functions in an expression, the outer ones first."""
    nodes = [n for n in base.atoms(*INVERSES) if symbol in n.free_symbols]
    return sorted(nodes, key=lambda n: (-n.count_ops(), str(n)))


def _at_middle(middle: Expr) -> Callable[[Expr], Expr | None]:
    """Return the inverse of a function without one in closed form, where it is known: its argument 0."""
    return lambda target: S.Zero if target == middle else None


INVERSES: dict[type, tuple[Expr, Expr, Callable[[Expr], Expr | None]]] = {
    exp: (S.Zero, oo, log),
    log: (-oo, oo, exp),
    tanh: (S.NegativeOne, S.One, atanh),
    sinh: (-oo, oo, asinh),
    asinh: (-oo, oo, sinh),
    atan: (-pi / 2, pi / 2, tan),
    erf: (S.NegativeOne, S.One, _at_middle(S.Zero)),
    normal_cdf: (S.Zero, S.One, _at_middle(S.Half)),
    sigmoid: (S.Zero, S.One, lambda p: log(p / (1 - p))),
    softplus: (S.Zero, oo, lambda p: log(exp(p) - 1)),
}
"""Increasing functions: infimum, supremum, inverse."""


def _sampled(base: Expr, symbol: Symbol, zeros: list[Real], left: Expr, right: Expr) -> Signs:
    """Read the sign in every gap at one point of it: the zeros are known to be all."""
    ends = [Real(left), *zeros, Real(right)]
    signs = tuple(sign_of(base.subs(symbol, between(low, high))) for low, high in pairwise(ends))
    return Signs(tuple(zeros), signs)


def between(low: Real, high: Real) -> Rational:
    """Return a rational number strictly between two numbers."""
    if low.exact == -oo and high.exact is oo:
        return S.Zero
    if low.exact == -oo:
        return Rational(float(high.ball.lower())) - 1
    if high.exact is oo:
        return Rational(float(low.ball.upper())) + 1
    a, b = low.ball, high.ball
    middle = Rational(float(((a + b) / 2).mid()))
    if not (a < arb(float(middle)) and arb(float(middle)) < b):
        raise OpenError(f"{text(low.number)} and {text(high.number)} are too close")
    return middle


# ------------------------------------------------------------------------------------------------------------
# isolation by balls


def _isolated(base: Expr, symbol: Symbol, left: Expr, right: Expr) -> Signs:
    zero = Real(S.Zero)
    if (left == -oo or sign_of(left) < 0) and (right is oo or sign_of(right) > 0) and _vanishes(base, symbol, S.Zero):
        # An exact zero, possibly a multiple one: each side by itself.
        negative, positive = _isolated(base, symbol, left, S.Zero), _isolated(base, symbol, S.Zero, right)
        return Signs((*negative.zeros, zero, *positive.zeros), (*negative.signs, *positive.signs), True)
    low, first = _start(base, symbol, left, 1)
    high, last = _start(base, symbol, right, -1)
    if low >= high:
        raise OpenError(f"the interval ({text(left)}, {text(right)}) is too short for {text(base)}")
    zeros = tuple(Real(None, base, symbol, bracket) for bracket in _subdivided(base, symbol, low, high))
    signs = [first]
    for _ in zeros:  # every one is simple: the derivative has one sign around it
        signs.append(-signs[-1])
    if signs[-1] != last:
        raise OpenError(f"the zeros of {text(base)} on ({text(left)}, {text(right)}) are inconsistent")
    return Signs(tuple(_closed(z) for z in zeros), tuple(signs), True)


def _vanishes(expr: Expr, symbol: Symbol, point: Expr) -> bool:
    with working_precision(100):
        ball = compiled(expr, (symbol,))(compiled(point, ())())
    if not ball.is_finite():
        raise OpenError(f"{text(expr)} is singular at {text(point)}")
    return bool(ball.contains(0)) and sign_of(expr.subs(symbol, point)) == 0


def _start(base: Expr, symbol: Symbol, end: Expr, inward: int) -> tuple[float, int]:
    """Return a float inside the interval, and the sign of the function all the way from there to the end."""
    if end.is_infinite:
        mirrored = _without_towers(base if end is oo else base.subs(symbol, -symbol))
        for reach in (6, 12, 24, 48, 96, 192, 768, 3072, 12288):
            try:
                sign = sign_beyond(mirrored, symbol, reach)
            except OpenError:
                continue
            return (float(reach) if end is oo else -float(reach)), sign
        raise OpenError(f"the sign of {text(base)} near {text(end)} is not settled")
    if not _is_regular(base, symbol, end):
        return _start_at_singularity(base, symbol, end, inward)
    derivative, order = base, 0
    while _vanishes(derivative, symbol, end):
        derivative, order = diff(derivative, symbol), order + 1
        if order > HIGHEST_ORDER:
            raise OpenError(f"{text(base)} vanishes at {text(end)} to an unknown order")
    # By Taylor's theorem the sign near the end is that of the first derivative that does not vanish there.
    function = compiled(derivative, (symbol,))
    with working_precision(SEARCH_BITS):
        point = compiled(end, ())()
        step = 1.0
        while step > NARROWEST:
            inside = float(point.mid()) + inward * step
            value = function(point.union(arb(inside)))
            if value > 0 or value < 0:
                return inside, (1 if value > 0 else -1) * inward**order
            step /= 4
    raise OpenError(f"the sign of {text(base)} near {text(end)} is not settled")


def _without_towers(base: Expr) -> Expr:
    """Divide by every e^u with an exponential in u: the signs stay, and what grew beyond all scales decays."""
    towers = [node for node in base.atoms(exp) if node.args[0].has(exp) and not node.args[0].could_extract_minus_sign()]
    return expand(base * Mul(*(exp(-node.args[0]) for node in towers))) if towers else base


def _is_regular(base: Expr, symbol: Symbol, end: Expr) -> bool:
    with working_precision(SEARCH_BITS):
        return bool(compiled(base, (symbol,))(compiled(end, ())()).is_finite())


def _start_at_singularity(base: Expr, symbol: Symbol, end: Expr, inward: int) -> tuple[float, int]:
    """Return what :func:`_start` does, by the tail in 1/distance."""
    nearby = approached(base, symbol, end, inward)
    with working_precision(SEARCH_BITS):
        place = compiled(end, ())()
        for reach in (6, 24, 96, 768, 12288):
            with suppress(OpenError):
                sign = sign_beyond(nearby, symbol, reach)
                inside = float(place.mid()) + inward * 0.99 / reach
                if 0 < inward * (arb(inside) - place) < arb(1) / reach:
                    return inside, sign
    raise OpenError(f"the sign of {text(base)} near {text(end)} is not settled")


def _subdivided(base: Expr, symbol: Symbol, low: float, high: float) -> list[tuple[float, float]]:
    """Return disjoint brackets, each with one zero and a derivative of one sign; no zero is elsewhere."""
    function, slope = compiled(base, (symbol,)), compiled(diff(base, symbol), (symbol,))
    found: list[tuple[float, float]] = []
    pending = [(low, high)]
    with working_precision(SEARCH_BITS):
        for _ in range(MOST_BALLS):
            if not pending:
                return found
            a, b = pending.pop()
            interval, middle = arb(a).union(arb(b)), (a + b) / 2
            steepness = slope(interval)
            value = function(arb(middle)) + steepness * (interval - arb(middle))
            direct = function(interval)
            if value > 0 or value < 0 or direct > 0 or direct < 0:
                continue
            if steepness > 0 or steepness < 0:
                ends = _decided(base, symbol, a), _decided(base, symbol, b)
                if ends[0] * ends[1] < 0:
                    found.append((a, b))
                continue
            if b - a < NARROWEST * max(1.0, abs(middle)):
                raise OpenError(f"{text(base)} has a multiple zero or several zeros near {text(middle)}")
            # Not the middle: zeros like to sit at round numbers.
            cut = a + 0.4871 * (b - a)
            pending += [(cut, b), (a, cut)]
    raise OpenError(f"the zeros of {text(base)} need more than {MOST_BALLS} balls")


def _decided(base: Expr, symbol: Symbol, point: float) -> int:
    """Return the sign at a float."""
    function = compiled(base, (symbol,))
    for bits in (SEARCH_BITS, 4 * SEARCH_BITS, 16 * SEARCH_BITS):
        with working_precision(bits):
            value = function(arb(point))
        if value > 0 or value < 0:
            return 1 if value > 0 else -1
    raise OpenError(f"the sign of {text(base)} at {text(point)} is not settled")


# ------------------------------------------------------------------------------------------------------------
# closed forms of isolated zeros


def _closed(zero: Real) -> Real:
    """Give a zero of a + b·x + c·e^(dx) its closed form by Lambert's W, if that is the equation."""
    x = zero.symbol
    numerator = expand_meaning(zero.equation).together().as_numer_denom()[0].expand()
    exponentials = [e for e in numerator.atoms(exp) if x in e.free_symbols]
    if len(exponentials) != 1:
        return zero
    e = exponentials[0]
    line, c = numerator.subs(e, 0).as_poly(x), numerator.coeff(e)
    rate = e.args[0].as_poly(x)
    if line is None or line.degree() != 1 or rate is None or rate.degree() != 1 or rate.eval(0) != 0 or c.has(x):
        return zero
    b, a = line.all_coeffs()
    d = rate.all_coeffs()[0]
    candidate = -a / b - LambertW(c * d / b * exp(-a * d / b)) / d
    with working_precision(BITS):
        value = compiled(candidate, ())()
    low, high = zero.bracket  # type: ignore[misc]  # an isolated zero has a bracket
    if value > arb(low) and value < arb(high):
        return Real(candidate, relations=((exp(-d * x), -c / (a + b * x)), (e, -(a + b * x) / c)))
    return zero
