"""Formulas as in a textbook: one line of Unicode for people, LaTeX for papers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from sympy import (
    Abs,
    Add,
    And,
    Basic,
    Expr,
    Integer,
    Integral,
    Mul,
    Or,
    Piecewise,
    Pow,
    Rational,
    S,
    Sum,
    Symbol,
    Tuple,
)
from sympy.core.relational import Relational
from sympy.functions.elementary.exponential import exp
from sympy.functions.special.tensor_functions import KroneckerDelta
from sympy.logic.boolalg import Boolean
from sympy.printing.latex import LatexPrinter
from sympy.printing.str import StrPrinter
from sympy.series.order import Order
from sympy.sets.sets import Complement, FiniteSet, Interval, Set, Union
from sympy.tensor.indexed import Indexed, IndexedBase

GREEK = {
    "alpha": "α",
    "beta": "β",
    "gamma": "γ",
    "delta": "δ",
    "epsilon": "ε",
    "theta": "θ",
    "kappa": "κ",
    "lambd": "λ",
    "lambda": "λ",
    "mu": "μ",
    "nu": "ν",
    "rho": "ρ",
    "sigma": "σ",
    "tau": "τ",
    "omega": "ω",
}

FUNCTIONS = {
    "sigmoid": "σ",
    "normal_cdf": "Φ",
    "normal_pdf": "φ",
    "Max": "max",
    "maximum": "max",
    "Min": "min",
    "Heaviside": "H",
    "DiracDelta": "δ",
    "gamma": "Γ",
    "LambertW": "W",
}

LARGEST_DENOMINATOR, MOST_PLACES = 100, 8
"""A fraction with a greater denominator is written as a decimal if it has no more places than this and people write
it so, its denominator being a multiple of 10: 0.044715, not 8943/200000; but 1/128 and 2/125."""

ENDS = ("min_val", "max_val")
"""Parameters that bound each other, from left to right: the assumptions on a symbol cannot say so."""

RELATIONS = {"==": "=", "!=": "≠", "<": "<", "<=": "≤", ">": ">", ">=": "≥"}

SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
SUBSCRIPTS = dict(zip("0123456789ijklmn", "₀₁₂₃₄₅₆₇₈₉ᵢⱼₖₗₘₙ", strict=True))


def text(value: Basic) -> str:
    """Return a formula in one line of Unicode.

    Examples
    --------
    >>> from sympy import Symbol, exp, sqrt
    >>> x = Symbol("x", real=True)
    >>> text(sqrt(2) * x * exp(-(x**2) / 2) / 2)
    '√2·x·e^(−x²/2)/2'
    """
    return str(_PRINTER.doprint(value))


def assignments(values: Mapping[Any, Basic]) -> str:
    """Return the values of symbols, which may be given by their names, in one line: α = 1, c₀ = 1/π."""
    return ", ".join(f"{symbol_text(str(symbol))} = {text(value)}" for symbol, value in values.items())


def tex(value: Basic) -> str:
    """Return a formula in LaTeX, with the parameters' names set as in :func:`text`."""
    names = {
        symbol: _tex_name(symbol.name)
        for symbol in value.free_symbols
        if isinstance(symbol, Symbol) and ("_" in symbol.name or symbol.name in ("lambd", "threshold", "value"))
    }
    return str(Latex({"symbol_names": names}).doprint(value))


def symbol_text(name: str) -> str:
    """Return a parameter's name as in a formula: β for beta, c₀ for c0, negative_slope as it is."""
    if name in GREEK:
        return GREEK[name]
    stem = name.rstrip("0123456789")
    if len(stem) == 1 and stem != name:
        return stem + _subscript(name[len(stem) :])
    return name


def _tex_name(name: str) -> str:
    escaped = name.replace("_", r"\_")
    return r"\lambda" if name == "lambd" else rf"\mathit{{{escaped}}}"


def _subscript(label: str) -> str:
    if all(letter in SUBSCRIPTS for letter in label):
        return "".join(SUBSCRIPTS[letter] for letter in label)
    return f"[{label}]"


class OneLine(StrPrinter):  # type: ignore[misc]  # SymPy ships no types
    """SymPy's string printer with the spellings of a textbook; what has no method here prints as in SymPy."""

    printmethod = "_one_line"  # not _sympystr: indexed symbols are printed here too

    # Numbers and symbols.

    def _print_Symbol(self, expr: Symbol) -> str:
        return symbol_text(expr.name)

    _print_Dummy = _print_Symbol

    def _print_Integer(self, expr: Expr) -> str:
        return str(int(expr)).replace("-", "−")

    def _print_Rational(self, expr: Rational) -> str:
        inverse = _inverse_decimal(abs(expr))
        sign = "−" if expr < 0 else ""
        return sign + (_decimal(abs(expr)) or (f"1/{inverse}" if inverse else f"{abs(expr.p)}/{expr.q}"))

    def _print_Float(self, expr: Expr) -> str:
        return str(super()._print_Float(expr)).replace("-", "−")

    def _print_Pi(self, _: Expr) -> str:
        return "π"

    def _print_Exp1(self, _: Expr) -> str:
        return "e"

    def _print_EulerGamma(self, _: Expr) -> str:
        return "γ"

    def _print_Infinity(self, _: Expr) -> str:
        return "∞"

    def _print_NegativeInfinity(self, _: Expr) -> str:
        return "−∞"

    def _print_Indexed(self, expr: Indexed) -> str:
        return f"{expr.base.label}{_subscript(''.join(str(index) for index in expr.indices))}"

    def _print_IndexedBase(self, expr: IndexedBase) -> str:
        return str(expr.label)

    # Sums and products.

    def _print_Add(self, expr: Add, order: Any = None) -> str:
        terms = list(self._as_ordered_terms(expr, order=order))
        first = next((k for k, term in enumerate(terms) if not _is_negative(term)), 0)
        terms.insert(0, terms.pop(first))  # x − λ reads better than −λ + x
        line = f"({self._print(terms[0])})" if isinstance(terms[0], Piecewise) else str(self._print(terms[0]))
        for term in terms[1:]:
            sign, size = ("−", -term) if _is_negative(term) else ("+", term)
            line += f" {sign} {self._in_parentheses(size, Add, Piecewise)}"
        return line

    def _print_Mul(self, expr: Mul) -> str:
        if _is_negative(expr):
            return f"−{self._in_parentheses(-expr, Add, Piecewise, Sum, Integral)}"
        numerator, denominator = _fraction(expr)
        if not denominator:
            return self._product(numerator)
        above = self._product(numerator) if numerator else "1"
        if len(denominator) == 1:
            return f"{above}/{self._in_parentheses(denominator[0], Add, Piecewise, Rational)}"
        return f"{above}/({self._product(denominator)})"

    def _product(self, factors: list[Expr]) -> str:
        """Join factors by dots, √2·√π as √(2π)."""
        roots = [factor.base for factor in factors if _is_root(factor)]
        if len(roots) > 1:
            place = next(k for k, factor in enumerate(factors) if _is_root(factor))
            rest = [factor for factor in factors if not _is_root(factor)]
            pieces = [self._as_factor(factor) for factor in rest]
            pieces.insert(place, f"√({self._product(roots)})")
        else:
            pieces = [self._as_factor(factor) for factor in factors]
        line = pieces[0]
        for before, piece in pairwise(pieces):
            # 2x and 3√2: a whole number before a letter needs no dot.
            line += piece if before.isdecimal() and not piece[0].isdecimal() else f"·{piece}"
        return line

    def _as_factor(self, expr: Expr) -> str:
        return self._in_parentheses(expr, Add, Piecewise, Sum, Integral)

    def _print_Pow(self, expr: Pow, rational: bool = False) -> str:
        base, exponent = expr.base, expr.exp
        if exponent.is_Rational and exponent < 0:
            return f"1/{self._in_parentheses(1 / expr, Add, Piecewise, Mul, Rational)}"
        if exponent == S.Half:
            inner = self._print(base)
            plain = base.is_Integer or (base.is_Atom and not base.is_Rational)
            return f"√{inner}" if plain else f"√({inner})"
        below = self._in_parentheses(base, Add, Mul, Pow, Piecewise, Sum, Integral, exp)
        if base.is_Rational and not (base.is_Integer and base >= 0):
            below = f"({self._print(base)})"
        return below + self._power(exponent)

    def _print_exp(self, expr: Expr) -> str:
        return f"e{self._power(expr.args[0])}"

    def _power(self, exponent: Expr) -> str:
        if exponent.is_Integer and exponent >= 0:
            return str(exponent).translate(SUPERSCRIPTS)
        line = self._print(exponent)
        return f"^{line}" if isinstance(exponent, (Symbol, Indexed)) else f"^({line})"

    def _in_parentheses(self, expr: Expr, *kinds: type[Basic]) -> str:
        """Print, in parentheses if the expression is of one of the kinds or carries a sign."""
        plain = isinstance(expr, Rational) and expr >= 0 and (isinstance(expr, Integer) or _decimal(expr) is not None)
        bound = isinstance(expr, kinds) and not plain
        signed = (isinstance(expr, (Mul, Rational)) and _is_negative(expr)) or _is_negative_constant(expr)
        return f"({self._print(expr)})" if bound or signed else str(self._print(expr))

    # Functions.

    def _print_Function(self, expr: Expr) -> str:
        name = FUNCTIONS.get(expr.func.__name__, expr.func.__name__)
        return f"{name}({', '.join(self._print(argument) for argument in expr.args)})"

    def _print_polylog(self, expr: Expr) -> str:
        order, argument = expr.args
        return f"Li{_subscript(str(order))}({self._print(argument)})"

    def _print_Max(self, expr: Expr) -> str:
        return self._print_Function(expr)

    _print_Min = _print_Max

    def _print_Abs(self, expr: Abs) -> str:
        return f"|{self._print(expr.args[0])}|"

    def _print_KroneckerDelta(self, expr: KroneckerDelta) -> str:
        return f"δ{_subscript(''.join(str(index) for index in expr.args))}"

    def _print_Sum(self, expr: Sum) -> str:
        line = self._in_parentheses(expr.function, Add, Piecewise)
        for index, start, end in reversed(expr.limits):
            if start == 0 and str(end + 1) == "n":
                line = f"Σ{_subscript(str(index))} {line}"
            else:
                line = f"Σ({index} = {self._print(start)} … {self._print(end)}) {line}"
        return line

    def _print_Integral(self, expr: Integral) -> str:
        line = self._in_parentheses(expr.function, Add, Piecewise)
        for variable, *ends in expr.limits:
            span = f"[{', '.join(self._print(end) for end in ends)}]" if ends else ""
            line = f"∫{span} {line} d{self._print(variable)}"
        return line

    def _print_Order(self, expr: Order) -> str:
        return f"O({self._print(expr.expr)})"

    # Choices and conditions.

    def _print_Piecewise(self, expr: Piecewise) -> str:
        cases = [f"{self._branch(branch)} {self._case(condition)}" for branch, condition in expr.args]
        return ", ".join(cases)

    def _branch(self, branch: Expr) -> str:
        return f"({self._print(branch)})" if isinstance(branch, Piecewise) else str(self._print(branch))

    def _case(self, condition: Boolean) -> str:
        return "otherwise" if condition is S.true else f"if {self._print(condition)}"

    def _print_Relational(self, expr: Relational) -> str:
        left, sign, right = _oriented(expr)
        return f"{self._print(left)} {sign} {self._print(right)}"

    def _print_And(self, expr: And) -> str:
        chain = _chain(expr)
        if chain is not None:
            low, low_sign, middle, high_sign, high = chain
            return f"{self._print(low)} {low_sign} {self._print(middle)} {high_sign} {self._print(high)}"
        parts = [self._in_parentheses(part, Or) for part in _conditions(expr)]
        return " and ".join(parts)

    def _print_Or(self, expr: Or) -> str:
        return " or ".join(self._print(part) for part in _conditions(expr))

    def _print_Not(self, expr: Boolean) -> str:
        return f"not ({self._print(expr.args[0])})"

    def _print_BooleanTrue(self, _: Basic) -> str:
        return "true"

    def _print_BooleanFalse(self, _: Basic) -> str:
        return "false"

    # Sets.

    def _print_Interval(self, expr: Interval) -> str:
        if expr == S.Reals:
            return "ℝ"
        left, right = "(" if expr.left_open else "[", ")" if expr.right_open else "]"
        return f"{left}{self._print(expr.start)}, {self._print(expr.end)}{right}"

    def _print_FiniteSet(self, expr: FiniteSet) -> str:
        return f"{{{', '.join(self._print(element) for element in _from_left_to_right(expr.args))}}}"

    def _print_Union(self, expr: Union) -> str:
        return " ∪ ".join(self._print(part) for part in _from_left_to_right(expr.args))

    def _print_Complement(self, expr: Complement) -> str:
        return " ∖ ".join(self._print(part) for part in expr.args)

    def _print_NaN(self, _: Basic) -> str:
        return "undefined"

    def _print_Reals(self, _: Basic) -> str:
        return "ℝ"

    def _print_EmptySet(self, _: Basic) -> str:
        return "∅"


_PRINTER = OneLine()


class Latex(LatexPrinter):  # type: ignore[misc]  # SymPy ships no types
    """SymPy's LaTeX printer with the same decimals and the same order of places as in one line of text."""

    def _print_Rational(self, expr: Rational) -> str:
        return _decimal(expr) or str(super()._print_Rational(expr))

    def _print_Mul(self, expr: Mul) -> str:
        coefficient, rest = expr.as_coeff_Mul()
        decimal = _decimal(coefficient)
        if decimal is None:
            return str(super()._print_Mul(expr))
        factor = self._print(rest)
        return rf"{decimal} \left({factor}\right)" if isinstance(rest, Add) else f"{decimal} {factor}"

    def _print_FiniteSet(self, expr: FiniteSet) -> str:
        return rf"\left\{{{', '.join(self._print(element) for element in _from_left_to_right(expr.args))}\right\}}"

    def _print_Union(self, expr: Union) -> str:
        return r" \cup ".join(self._print(part) for part in _from_left_to_right(expr.args))


def _decimal(number: Rational) -> str | None:
    """Return a fraction as people write it who think in decimals, ``None`` where they would not."""
    if not number.is_Rational or number.q <= LARGEST_DENOMINATOR or number.q % 10:
        return None
    places = next((k for k in range(MOST_PLACES + 1) if 10**k % number.q == 0), None)
    if places is None:
        return None
    whole, rest = divmod(abs(number.p) * 10**places // number.q, 10**places)
    return f"{'-' if number < 0 else ''}{whole}.{rest:0{places}}"


def _inverse_decimal(number: Rational) -> str | None:
    """Return the decimal that a positive fraction is the inverse of: x/1.702, not 500x/851."""
    return _decimal(1 / number) if 0 < number < 1 else None


def _from_left_to_right(parts: Iterable[Basic]) -> list[Basic]:
    """Sort points, pairs of place and value, and intervals as far as the assumptions on their symbols order them."""
    ordered: list[Basic] = []
    for part in parts:
        place = next((k for k, other in enumerate(ordered) if _precedes(_place(part), _place(other))), len(ordered))
        ordered.insert(place, part)
    return ordered


def _place(part: Basic) -> Expr:
    if isinstance(part, Tuple):
        return _place(part.args[0])
    return part.inf if isinstance(part, Set) else part


def _precedes(left: Expr, right: Expr) -> bool:
    if str(left) in ENDS and str(right) in ENDS:
        return ENDS.index(str(left)) < ENDS.index(str(right))
    return bool((right - left).is_nonnegative)


def _is_negative(term: Expr) -> bool:
    return not isinstance(term, Add) and bool(term.could_extract_minus_sign())


def _is_negative_constant(expr: Expr) -> bool:
    """Whether an expression is one number, without a sign of its own, that is written with a minus."""
    return bool(expr.is_Atom and expr.is_number and expr.is_extended_negative)


def _is_root(factor: Expr) -> bool:
    return isinstance(factor, Pow) and factor.exp == S.Half and factor.base.is_number


def _fraction(product: Mul) -> tuple[list[Expr], list[Expr]]:
    """Split a product into the factors above and below the line, whole numbers first."""
    above: list[Expr] = []
    below: list[Expr] = []
    for factor in product.as_ordered_factors():
        if isinstance(factor, Rational):
            if _decimal(factor):
                above.append(factor)
            elif _inverse_decimal(factor):
                below.append(1 / factor)
            else:
                above += [S(factor.p)] if factor.p != 1 else []
                below += [S(factor.q)] if factor.q != 1 else []
        elif isinstance(factor, Pow) and factor.exp.is_Rational and factor.exp < 0:
            below.append(1 / factor)
        else:
            above.append(factor)
    return above, below


def _oriented(relation: Relational) -> tuple[Expr, str, Expr]:
    """Return a relation with the variable on the left and without a sign: x < −λ for λ < −x."""
    if _is_variable(relation.rhs) and not _is_variable(relation.lhs):
        relation = relation.reversed
    if relation.lhs.could_extract_minus_sign() and not relation.lhs.is_number and not isinstance(relation.lhs, Add):
        relation = relation.reversedsign
    return relation.lhs, RELATIONS[relation.rel_op], relation.rhs


def _is_variable(side: Expr) -> bool:
    """Tell what a condition is about (x, y = f(x), or an entry of x) from what it is compared with."""
    if side.has(IndexedBase):
        return isinstance(side, Indexed)
    return any(symbol.name in ("x", "y") for symbol in side.free_symbols)


def _chain(expr: And) -> tuple[Expr, str, Expr, str, Expr] | None:
    """Return a < x < b for the conjunction of a < x and x < b, ``None`` if it is something else."""
    if len(expr.args) != 2 or not all(isinstance(part, Relational) for part in expr.args):
        return None
    one, other = (_oriented(part) for part in expr.args)
    if one[0] != other[0]:
        return None
    below = [(left, sign, right) for left, sign, right in (one, other) if sign in (">", "≥")]
    above = [(left, sign, right) for left, sign, right in (one, other) if sign in ("<", "≤")]
    if len(below) != 1 or len(above) != 1:
        return None
    return below[0][2], {">": "<", "≥": "≤"}[below[0][1]], one[0], above[0][1], above[0][2]


def _conditions(expr: Boolean) -> list[Boolean]:
    """Return the parts of a condition from left to right: x < −λ before x > λ."""

    def place(part: Boolean) -> tuple[bool, Any]:
        return isinstance(part, Relational) and _oriented(part)[1] in (">", "≥"), part.sort_key()

    return sorted(expr.args, key=place)
