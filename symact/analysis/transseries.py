"""Expansions at infinity: sums of c·tᵖ·(log t)^q·e^Q(t) in decreasing order, with an error bound O(·).

SymPy's ``limit`` gives up on a symbol of unknown sign, is slow on nested exponentials and is sometimes
wrong.  Here a limit, a leading term and a rate of approach are read off one expansion, in which every
comparison of growth is decided by the assumptions on the symbols or refused (:class:`UndecidedSign` says
which sign is missing, so that the caller can split).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cmp_to_key, reduce

from sympy import (
    Add,
    Dummy,
    Expr,
    Integer,
    Mul,
    Pow,
    Rational,
    S,
    Symbol,
    asinh,
    atan,
    cancel,
    cosh,
    erf,
    erfc,
    exp,
    expand,
    expand_func,
    factorial,
    factorial2,
    log,
    oo,
    pi,
    sinh,
    sqrt,
    tanh,
    together,
)

from symact.balls import number
from symact.errors import OpenError
from symact.functions import normal_cdf, normal_pdf, sigmoid, softplus
from symact.notation import text
from symact.signs import sign_of

TIME = Symbol("t", positive=True)
"""What tends to infinity in every limit."""

LONG = 10
"""Operations in a number from which on it gets a name."""

ORDERS = (4, 8, 14)
"""Numbers of terms tried in turn: cancellation may eat the first ones."""


class UndecidedSign(OpenError):  # noqa: N818  # a question, not a fault
    """The answer depends on the sign of an expression; a split on it settles the question."""

    def __init__(self, expr: Expr) -> None:
        super().__init__(f"the sign of {text(expr)} is not known")
        self.expr = expr


class TooFewTerms(OpenError):  # noqa: N818  # a longer expansion settles it
    """Everything that was kept cancelled."""


@dataclass(frozen=True)
class Growth:
    """A scale t^power · (log t)^logs · e^(Σ coefficient·t^degree).

    Attributes
    ----------
    exponent
        Pairs of degree and coefficient, degrees positive and decreasing, no coefficient visibly zero.
    power
        A rational number.
    logs
        An integer.
    """

    exponent: tuple[tuple[Rational, Expr], ...] = ()
    power: Rational = S.Zero
    logs: int = 0

    def __mul__(self, other: Growth) -> Growth:
        return Growth(_exponent((*self.exponent, *other.exponent)), self.power + other.power, self.logs + other.logs)

    def raised(self, power: Rational) -> Growth:
        """Return the growth to a power."""
        if self.logs and not power.is_Integer:
            raise OpenError("a fractional power of a logarithm is not expanded")
        exponent = _exponent((degree, coefficient * power) for degree, coefficient in self.exponent)
        return Growth(exponent, self.power * power, int(self.logs * power))

    def compare(self, other: Growth) -> int:
        """Return the sign of log(self/other) as t → ∞."""
        ratio = self * other.raised(S.NegativeOne)
        for _, coefficient in ratio.exponent:
            order = sign(coefficient)
            if order:
                return order
        return _sign_of_rational(ratio.power) or _sign_of_rational(Integer(ratio.logs))

    def to_expr(self, t: Expr) -> Expr:
        """Write the growth in t."""
        return t**self.power * log(t) ** self.logs * exp(Add(*(c * t**degree for degree, c in self.exponent)))


CONSTANT = Growth()

FASTER = Growth(exponent=((Integer(3), S.NegativeOne),))
"""A bound of what decays as an exponential of an exponential."""

Term = tuple[Growth, Expr]


@dataclass(frozen=True)
class Series:
    """A finite sum of terms in decreasing order, exact or up to O(error)."""

    terms: tuple[Term, ...]
    error: Growth | None = None

    def bound(self) -> Growth | None:
        """Return the growth of the whole; ``None`` for the exact zero."""
        return self.terms[0][0] if self.terms else self.error

    def leading(self) -> Term:
        """Return the first term, its coefficient proved to be nonzero.

        Raises
        ------
        TooFewTerms
            If only the error is left.
        """
        for growth, coefficient in self.terms:
            if sign(coefficient):
                return growth, coefficient
        raise TooFewTerms("the expansion cancels")

    def limit(self) -> Expr:
        """Return the limit for t → ∞."""
        for growth, coefficient in self.terms:
            order = growth.compare(CONSTANT)
            if order == 0:
                return coefficient
            if order < 0:
                return S.Zero
            direction = sign(coefficient)
            if direction:
                return oo * direction
        if self.error is None or self.error.compare(CONSTANT) < 0:
            return S.Zero
        raise TooFewTerms("the expansion cancels")


def expansion(expr: Expr, t: Symbol, order: int = ORDERS[0], given: Mapping[Symbol, Series] | None = None) -> Series:
    """Expand for t → ∞.

    Parameters
    ----------
    expr
        A smooth expression (no ``Piecewise``, ``Max`` …).
    t
        A positive symbol.
    order
        Number of terms kept.
    given
        Series of other symbols in the expression that depend on t.

    Raises
    ------
    UndecidedSign
        If the order of two terms depends on the sign of a symbol.
    OpenError
        If a function has no expansion here.
    """
    expander = _Expander(t, order)
    expander.known.update(given or {})
    return expander.expand(expr)


def limit_at_infinity(expr: Expr, t: Symbol) -> Expr:
    """Return the limit for t → ∞ of a smooth expression by its expansion; errors as :func:`expansion`."""
    if t not in expr.free_symbols:
        return expr
    for order in ORDERS:
        try:
            return expansion(expr, t, order).limit()
        except TooFewTerms:
            continue
    raise OpenError(f"the limit of {text(expr)} is not settled by {ORDERS[-1]} terms of its expansion")


def leading_term(expr: Expr, t: Symbol) -> Term | None:
    """Return the term that is asymptotically equal to the expression for t → ∞; ``None`` for zero."""
    for order in ORDERS:
        series = expansion(expr, t, order)
        if not series.terms and series.error is None:
            return None
        try:
            return series.leading()
        except TooFewTerms:
            continue
    raise OpenError(f"the leading term of {text(expr)} is not among {ORDERS[-1]} terms of its expansion")


def sign(expr: Expr) -> int:
    """Return the sign of a coefficient, proved under the assumptions.

    Raises
    ------
    UndecidedSign
        If the assumptions do not decide it.
    """
    if not expr.free_symbols and (order := _sign_of_ball(expr)):
        return order
    try:
        return sign_of(expr)
    except OpenError:
        pass
    # e^(−c) with c > 0 lies in (0, 1), as 1/(1 + w) for w > 0: a sign that holds for every w > 0 holds here.
    between = {
        node: 1 / (1 + Dummy("w", positive=True))
        for node in expr.atoms(exp)
        if node.args[0].is_negative and node.free_symbols
    } | {
        node: 1 + Dummy("w", positive=True)
        for node in expr.atoms(exp)
        if node.args[0].is_positive and node.free_symbols
    }
    if between:
        try:
            return sign_of(together(expr.xreplace(between)))
        except OpenError:
            pass
    raise UndecidedSign(expr)


def with_named_constants(expr: Expr) -> tuple[Expr, dict[Expr, Expr]]:
    """Put symbols of the same sign for long numbers such as SELU's scale, so that algebra leaves them alone.

    Returns
    -------
    tuple
        The expression with symbols, and the way back.
    """
    names: dict[Expr, Expr] = {}

    def visit(node: Expr) -> Expr:
        if not node.args or not isinstance(node, Expr):
            return node if not node.args else node.func(*(visit(a) for a in node.args))
        if not node.free_symbols:
            return named(node)
        if isinstance(node, Mul):
            constant, rest = node.as_independent(*node.free_symbols, as_Add=False)
            return named(constant) * (visit(rest) if rest != node else node.func(*(visit(a) for a in node.args)))
        return node.func(*(visit(a) for a in node.args))

    def named(constant: Expr) -> Expr:
        if constant.count_ops() < LONG:
            return constant
        if constant not in names:
            order = _sign_of_ball(constant)
            names[constant] = Dummy("c", positive=order > 0 or None, negative=order < 0 or None, real=True)
        return names[constant]

    return visit(expr), {symbol: constant for constant, symbol in names.items()}


def _sign_of_ball(constant: Expr) -> int:
    """Return the sign of a number where a ball shows it, else 0."""
    try:
        ball = number(constant)
    except OpenError:
        return 0
    return int(bool(ball > 0)) - int(bool(ball < 0))


def _sign_of_rational(value: Rational) -> int:
    return int(bool(value > 0)) - int(bool(value < 0))


def _exponent(pairs: Iterable[tuple[Rational, Expr]]) -> tuple[tuple[Rational, Expr], ...]:
    total: dict[Rational, Expr] = {}
    for degree, coefficient in pairs:
        total[degree] = total.get(degree, S.Zero) + coefficient
    kept = ((degree, _tidy(coefficient)) for degree, coefficient in total.items())
    return tuple(sorted(((d, c) for d, c in kept if c != 0), key=lambda pair: pair[0], reverse=True))


def _tidy(coefficient: Expr) -> Expr:
    return expand(coefficient) if coefficient.is_Add or coefficient.is_Mul else coefficient


class _Expander:
    """The calculus of series to a fixed number of terms, with memory for t, subexpressions and arguments."""

    def __init__(self, t: Symbol, order: int) -> None:
        self.order = order
        self.known: dict[Expr, Series] = {t: Series(((Growth(power=S.One), S.One),))}

    def expand(self, expr: Expr) -> Series:
        if expr not in self.known:
            self.known[expr] = self._expand(expr)
        return self.known[expr]

    def _expand(self, expr: Expr) -> Series:
        if self.known.keys().isdisjoint(expr.free_symbols):
            return _constant(expr)
        if isinstance(expr, Add):
            return self.add(*(self.expand(a) for a in expr.args))
        if isinstance(expr, Mul):
            return reduce(self.multiply, (self.expand(a) for a in expr.args))
        if isinstance(expr, Pow):
            if not self.known.keys().isdisjoint(expr.exp.free_symbols):
                return self.exp(self.expand(expr.exp * log(expr.base)))
            return self.power(self.expand(expr.base), expr.exp)
        if isinstance(expr, exp):
            return self.exp(self.expand(expr.args[0]))
        if isinstance(expr, log):
            return self.log(self.expand(expr.args[0]))
        if expr.func in _RULES and len(expr.args) == 1:
            return self.function(expr.func, self.expand(expr.args[0]))
        raise OpenError(f"no expansion of {expr.func.__name__} at infinity")

    def collect(self, terms: Iterable[Term], error: Growth | None) -> Series:
        """Combine equal growths, order them, and cut at the error and at the number of terms."""
        total: dict[Growth, Expr] = {}
        for growth, coefficient in terms:
            total[growth] = total[growth] + coefficient if growth in total else coefficient
        kept: list[Term] = [(g, c) for g, c in ((g, _tidy(c)) for g, c in total.items()) if c != 0]
        if error is not None:
            kept = [(g, c) for g, c in kept if g.compare(error) > 0]
        kept.sort(key=cmp_to_key(_decreasing))
        if len(kept) > self.order:
            # The first term dropped exceeds the old error, else it would not have been kept.
            error = kept[self.order][0]
            kept = kept[: self.order]
        return Series(tuple(kept), error)

    def add(self, *summands: Series) -> Series:
        return self.collect(
            (term for s in summands for term in s.terms), _largest(s.error for s in summands if s.error)
        )

    def multiply(self, a: Series, b: Series) -> Series:
        products = ((g * h, c * d) for g, c in a.terms for h, d in b.terms)
        bounds = [(a.bound(), b.error), (a.error, b.bound())]
        return self.collect(products, _largest(g * h for g, h in bounds if g is not None and h is not None))

    def scaled(self, a: Series, factor: Expr, growth: Growth = CONSTANT) -> Series:
        return Series(
            tuple((g * growth, _tidy(c * factor)) for g, c in a.terms),
            None if a.error is None else a.error * growth,
        )

    def power(self, base: Series, exponent: Expr) -> Series:
        if exponent.is_Integer and exponent > 0 and (exponent <= 3 or len(base.terms) == 1):
            return reduce(self.multiply, [base] * int(exponent))
        growth, coefficient = base.leading()
        if not exponent.is_Rational and (growth.power or growth.logs):
            raise OpenError(f"no expansion of the power {text(exponent)}")
        if not exponent.is_Integer and sign(coefficient) < 0:
            raise OpenError("a fractional power of a negative number")
        rest = self.relative(base, growth, coefficient)
        result = self.taylor(lambda k: _binomial(exponent, k), rest)
        return self.scaled(result, coefficient**exponent, growth.raised(exponent))

    def relative(self, base: Series, growth: Growth, coefficient: Expr) -> Series:
        """Return base/(leading term) − 1."""
        inverse = self.scaled(base, 1 / coefficient, growth.raised(S.NegativeOne))
        # Terms of undetected zero before the leading one are dropped with it.
        rest = tuple((g, cancel(c) if c.is_Add else c) for g, c in inverse.terms if g.compare(CONSTANT) < 0)
        return Series(rest, inverse.error)

    def taylor(self, coefficient: Callable[[int], Expr], small: Series) -> Series:
        """Return Σ coefficient(k)·smallᵏ for a series that tends to 0."""
        bound = small.bound()
        if bound is None:
            return _constant(coefficient(0))
        if bound.compare(CONSTANT) >= 0:
            raise TooFewTerms("an argument is known only up to a constant")
        total, power = [_constant(coefficient(0))], _constant(S.One)
        for k in range(1, self.order + 1):
            power = self.multiply(power, small)
            total.append(self.scaled(power, coefficient(k)))
        remainder = bound.raised(Integer(self.order + 1))
        return self.add(*total, Series((), remainder))

    def split(self, series: Series) -> tuple[list[Term], Expr, Series]:
        """Split into the terms that grow, the constant, and the part that tends to 0."""
        large: list[Term] = []
        small: list[Term] = []
        constant = S.Zero
        for growth, coefficient in series.terms:
            order = growth.compare(CONSTANT)
            if order > 0:
                large.append((growth, coefficient))
            elif order < 0:
                small.append((growth, coefficient))
            else:
                constant = coefficient
        if series.error is not None and series.error.compare(CONSTANT) >= 0:
            raise TooFewTerms("an argument is known only up to a constant")
        return large, constant, Series(tuple(small), series.error)

    def exp(self, argument: Series) -> Series:
        large, constant, small = self.split(argument)
        growth = CONSTANT
        if large and large[0][0].exponent and sign(large[0][1]) < 0:
            return Series((), FASTER)
        for g, coefficient in large:
            if not g.exponent and not g.logs:
                growth = growth * Growth(exponent=((g.power, coefficient),))
            elif g == Growth(logs=1) and coefficient.is_Rational:
                growth = growth * Growth(power=coefficient)
            else:
                raise OpenError("no expansion of an exponential of an exponential")
        return self.scaled(self.taylor(lambda k: 1 / factorial(k), small), exp(constant), growth)

    def log(self, argument: Series) -> Series:
        growth, coefficient = argument.leading()
        if growth.logs:
            raise OpenError("no expansion of a logarithm of a logarithm")
        if sign(coefficient) < 0:
            raise OpenError("a logarithm of a negative number")
        head = [(Growth(power=degree), c) for degree, c in growth.exponent]
        if growth.power:
            head.append((Growth(logs=1), growth.power))
        tail = self.taylor(
            lambda k: Integer(-1) ** (k + 1) / Integer(k) if k else S.Zero,
            self.relative(argument, growth, coefficient),
        )
        return self.add(self.collect([*head, (CONSTANT, log(coefficient))], None), tail)

    def function(self, function: type[Expr], argument: Series) -> Series:
        """Expand by Taylor at a finite limit of the argument, else by the rule of the function."""
        bound = argument.bound()
        if bound is None or bound.compare(CONSTANT) <= 0:
            _, limit, small = self.split(argument)
            return self.taylor(_taylor_coefficients(function, limit), small)
        direction = sign(argument.leading()[1])
        if function is normal_cdf:
            tail = self.mills(argument if direction < 0 else self.scaled(argument, S.NegativeOne))
            return tail if direction < 0 else self.add(_constant(S.One), self.scaled(tail, S.NegativeOne))
        u = Dummy("u")
        self.known[u] = argument
        return self.expand(_RULES[function](u, direction))

    def mills(self, argument: Series) -> Series:
        """Return Φ(u) for u → −∞: φ(u)·(1/v − 1/v³ + 3/v⁵ − …) with v = −u."""
        v = self.scaled(argument, S.NegativeOne)
        square = self.multiply(v, v)
        density = self.scaled(self.exp(self.scaled(square, Rational(-1, 2))), 1 / sqrt(2 * pi))
        inverse = self.power(v, S.NegativeOne)
        ratio = self.taylor(
            lambda k: Integer(-1) ** k * (factorial2(2 * k - 1) if k else S.One),
            self.power(square, S.NegativeOne),
        )
        return self.multiply(density, self.multiply(inverse, ratio))


_RULES: Mapping[type[Expr], Callable[[Expr, int], Expr]] = {
    # function: its value for an argument u → direction·∞, in functions that have an expansion there
    sigmoid: lambda u, d: 1 / (1 + exp(-u)),
    softplus: lambda u, d: u + log(1 + exp(-u)) if d > 0 else log(1 + exp(u)),
    normal_cdf: lambda u, d: normal_cdf(u),
    normal_pdf: lambda u, d: exp(-(u**2) / 2) / sqrt(2 * pi),
    erf: lambda u, d: 2 * normal_cdf(sqrt(2) * u) - 1,
    erfc: lambda u, d: 2 * normal_cdf(-sqrt(2) * u),
    tanh: lambda u, d: d * (1 - 2 / (1 + exp(2 * d * u))),
    sinh: lambda u, d: (exp(u) - exp(-u)) / 2,
    cosh: lambda u, d: (exp(u) + exp(-u)) / 2,
    asinh: lambda u, d: d * log(d * u + sqrt(1 + u**2)),
    atan: lambda u, d: d * pi / 2 - atan(1 / u),
}


def _binomial(exponent: Expr, k: int) -> Expr:
    return Mul(*((exponent - j) / Integer(j + 1) for j in range(k)))


def _decreasing(a: Term, b: Term) -> int:
    return b[0].compare(a[0])


def _constant(value: Expr) -> Series:
    return Series(() if value == 0 else ((CONSTANT, value),))


def _largest(growths: Iterable[Growth]) -> Growth | None:
    best: Growth | None = None
    for growth in growths:
        if best is None or growth.compare(best) > 0:
            best = growth
    return best


def _taylor_coefficients(function: type[Expr], point: Expr) -> Callable[[int], Expr]:
    """Return the coefficients f⁽ᵏ⁾(point)/k! of a function that is analytic on the whole line."""
    z = Dummy("z", real=True)
    derivatives = [function(z)]

    def coefficient(k: int) -> Expr:
        while len(derivatives) <= k:
            derivatives.append(derivatives[-1].diff(z))
        return expand_func(derivatives[k].subs(z, point)) / factorial(k)

    return coefficient
