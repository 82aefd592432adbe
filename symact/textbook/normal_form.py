"""One form for all expressions: rational functions in exponentials, logarithms, erf and other generators.

Every node is replaced by its meaning.  e^(r·m), r rational, becomes a power of the one generator of m; log of a product
of positive factors a sum of logarithms; so that two expressions that are equal by these laws have a difference whose
numerator expands to 0.  The laws hold for all real arguments: what is shown here is an identity wherever both sides
have a value.
"""

from __future__ import annotations

from collections.abc import Callable
from math import lcm

from sympy import (
    Add,
    Dummy,
    Expr,
    I,
    KroneckerDelta,
    LambertW,
    Mul,
    Pow,
    Rational,
    S,
    Symbol,
    cos,
    cosh,
    erf,
    erfc,
    exp,
    expand,
    factor,
    factorint,
    log,
    sin,
    sinh,
    tanh,
    together,
)
from sympy.codegen.cfunctions import expm1, log1p
from sympy.polys.polyerrors import PolynomialError

from symact.functions import NamedConstant, expand_meaning

LARGEST_POWER = 16
"""Above this degree nothing is factored."""

_IN_EXPONENTIALS: dict[type, Callable[[Expr], Expr]] = {
    tanh: lambda u: (exp(2 * u) - 1) / (exp(2 * u) + 1),
    sinh: lambda u: (exp(u) - exp(-u)) / 2,
    cosh: lambda u: (exp(u) + exp(-u)) / 2,
    erfc: lambda u: 1 - erf(u),
    expm1: lambda u: exp(u) - 1,
    log1p: lambda u: log(1 + u),
}


class NormalForm:
    """The generators of one or several expressions; equal parts of them share a generator."""

    def __init__(self) -> None:
        self._exponentials: dict[Expr, Symbol] = {}
        self._logarithms: dict[Expr, Symbol] = {}
        self._rotations: dict[Expr, Symbol] = {}
        self._others: dict[Expr, Symbol] = {}

    def of(self, expr: Expr) -> Expr:
        """Return an expression in generators."""
        expr = expand_meaning(expr)
        for function, meaning in _IN_EXPONENTIALS.items():
            expr = expr.replace(function, meaning)
        return self._visit(expr)

    def vanishes(self, expr: Expr) -> bool:
        """Return whether an expression is shown to be zero wherever it has a value."""
        return bool(expr == 0 or self.numerator(self.of(expr)) == 0)

    def numerator(self, expr: Expr) -> Expr:
        """Return the numerator of an expression in generators, expanded."""
        return expand(together(expand(expr)).as_numer_denom()[0])

    def meaning(self, expr: Expr) -> Expr:
        """Return an expression in generators in the functions that they stand for."""
        back = {g: exp(m) for m, g in self._exponentials.items()}
        back |= {g: exp(I * m) for m, g in self._rotations.items()}
        back |= {g: log(f) for f, g in self._logarithms.items()}
        back |= {g: e for e, g in self._others.items()}
        while expr.free_symbols & back.keys():
            expr = expr.subs(back)
        return expr

    def exponential_of(self, expr: Expr) -> Expr | None:
        """Return e^(k·expr), k > 0, for a sum of logarithms in generators, free of them; None for anything else."""
        logarithms = set(self._logarithms.values())
        if not expr.free_symbols & logarithms:
            return None
        over, under = together(expand(expr)).as_numer_denom()
        if not under.is_positive:
            return None
        terms = [term for term in Add.make_args(expand(over)) if term.free_symbols & logarithms]
        if any(abs(term.as_coeff_Mul()[0]) > LARGEST_POWER for term in terms):
            return None
        result = self._exponential(over)
        return None if result.free_symbols & logarithms else result

    def denominator(self, expr: Expr, generator: Symbol) -> int:
        """Return the common denominator of the exponents of a generator."""
        powers = [p.exp for p in expr.atoms(Pow) if p.base == generator and p.exp.is_Rational]
        return lcm(*(int(p.q) for p in powers))

    def exceeds_one(self, generator: Symbol) -> bool:
        """Whether a generator is e^m for a positive m."""
        return any(g == generator and m.is_positive for m, g in self._exponentials.items())

    def _visit(self, expr: Expr) -> Expr:
        if expr.is_Atom:
            return expr
        if isinstance(expr, exp):
            return self._exponential(self._visit(expr.args[0]))
        if isinstance(expr, log):
            return self._logarithm(self._visit(expr.args[0]))
        if isinstance(expr, (sin, cos)):
            return self._wave(expr.func, expand(self._visit(expr.args[0])))
        if isinstance(expr, (Add, Mul)):
            return expr.func(*map(self._visit, expr.args))
        if isinstance(expr, Pow):
            return self._power(self._visit(expr.base), self._visit(expr.exp))
        if isinstance(expr, KroneckerDelta):
            return self._generator(expr)
        arguments = [expand(self._visit(a)) if isinstance(a, Expr) else a for a in expr.args]
        rebuilt = expr.func(*arguments)
        if not rebuilt.free_symbols:
            return rebuilt
        sign, rest = rebuilt.as_coeff_Mul()  # SymPy has drawn the sign out of an odd function
        return sign * self._generator(rest)

    def _wave(self, function: type[Expr], argument: Expr) -> Expr:
        """Write a sine or cosine in powers of one generator e^(i·m) for each m: the addition theorems are its laws."""
        rotation: Expr = S.One
        for term in Add.make_args(argument):
            rational, rest = term.as_coeff_Mul()
            if not rest.free_symbols:
                rotation *= cos(term) + I * sin(term)
                continue
            if not rational.is_Rational:
                rational, rest = S.One, term
            if rest.could_extract_minus_sign():
                rational, rest = -rational, -rest
            rotation *= self._rotations.setdefault(rest, Dummy(f"r{len(self._rotations)}")) ** rational
        return (rotation + 1 / rotation) / 2 if function is cos else (rotation - 1 / rotation) / (2 * I)

    # Polynomials order their generators by name: two of one name would be ordered by their hashes.

    def _generator(self, expr: Expr) -> Symbol:
        positive = expr.is_positive
        assumption = {"positive" if positive else "real": True}
        return self._others.setdefault(expr, Dummy(f"g{len(self._others)}", **assumption))

    def _power(self, base: Expr, exponent: Expr) -> Expr:
        if exponent.is_Integer:
            return base**exponent
        if exponent.is_Rational:
            return Pow(expand(base), exponent)
        return self._exponential(expand(exponent * self._logarithm(base)))

    def _exponential(self, exponent: Expr) -> Expr:
        """Write e^(Σ r·m) as a product of powers of the generators of the m."""
        product: Expr = S.One
        logarithms = {g: f for f, g in self._logarithms.items()}
        lamberts = {g: e.args[0] for e, g in self._others.items() if isinstance(e, LambertW)}
        for term in Add.make_args(expand(exponent)):
            rational, rest = term.as_coeff_Mul()
            if not rational.is_Rational:
                rational, rest = S.One, term
            if rest in logarithms and rational.is_Integer:
                product *= logarithms[rest] ** rational
            elif isinstance(rest, log) and rational.is_Integer:
                product *= rest.args[0] ** rational
            elif rest in lamberts and rational.is_Integer:
                product *= (self._visit(lamberts[rest]) / rest) ** rational
            elif isinstance(rest, LambertW) and rational.is_Integer:
                product *= (rest.args[0] / rest) ** rational
            elif not rest.free_symbols:
                product *= exp(term)
            else:
                if rest.could_extract_minus_sign():
                    rational, rest = -rational, -rest
                named = Dummy(f"e{len(self._exponentials)}", positive=True)
                product *= self._exponentials.setdefault(rest, named) ** rational
        return product

    def _logarithm(self, argument: Expr) -> Expr:
        """Write the logarithm of a product of positive factors as a sum."""
        exponents = {g: m for m, g in self._exponentials.items()}
        total: Expr = S.Zero
        opaque: Expr = S.One
        for piece in Mul.make_args(factored(together(argument))):
            base, power = piece.as_base_exp() if isinstance(piece, Pow) else (piece, S.One)
            if base in exponents:
                total += power * exponents[base]
            elif piece.is_Rational and piece.is_positive:
                total += _of_rational(piece)
            elif isinstance(piece, exp):
                total += piece.args[0]
            elif piece is S.Exp1:
                total += 1
            elif power.is_Rational and base.is_positive and not base.is_Rational:
                total += power * (log(base) if not base.free_symbols else self._logarithm_of_factor(base))
            else:
                opaque *= piece
        if opaque == 1:
            return total
        return total + (log(opaque) if not opaque.free_symbols else self._logarithm_of_factor(opaque))

    def _logarithm_of_factor(self, base: Expr) -> Expr:
        return self._logarithms.setdefault(expand(base), Dummy(f"l{len(self._logarithms)}", real=True))


def factored(expr: Expr) -> Expr:
    """Return the factors of an expression in generators, or itself where the degree makes that slow."""
    parts = [p for p in (expr, *expr.args) if p.is_Add] or [expr]
    degrees = [abs(p.exp.p) + p.exp.q for part in parts for p in part.atoms(Pow) if p.exp.is_Rational]
    if max(degrees, default=0) > LARGEST_POWER:
        return expr
    try:
        return factor(expr)
    except PolynomialError:
        return expr


def _of_rational(value: Rational) -> Expr:
    primes = [(prime, power) for prime, power in factorint(value.p).items()]
    primes += [(prime, -power) for prime, power in factorint(value.q).items()]
    return Add(*(power * log(prime) for prime, power in primes))


def vanishes(expr: Expr) -> bool:
    """Return whether an expression is shown to be zero, with named constants as they are or by their meaning."""
    if NormalForm().vanishes(_with_symbols(expr)):
        return True
    return expr.has(NamedConstant) and NormalForm().vanishes(expr)


def _with_symbols(expr: Expr) -> Expr:
    """Put a positive symbol in place of every named constant."""
    return expr.xreplace({c: Dummy(c.name, positive=True) for c in expr.atoms(NamedConstant)})
