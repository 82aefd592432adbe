"""Syntax tree to SymPy expression, by a whitelist; nothing is evaluated or sympified.

:class:`Reader` knows arithmetic, comparisons and calls.  What names and functions there are it is told, so that
formulas, statements and anything else that is made of expressions are read by the same code.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from sympy import (
    ITE,
    Abs,
    And,
    Basic,
    E,
    Expr,
    I,
    Max,
    Min,
    Mul,
    Not,
    Or,
    Piecewise,
    Pow,
    Rational,
    S,
    asin,
    asinh,
    atan,
    cos,
    cosh,
    erf,
    erfc,
    exp,
    log,
    pi,
    sign,
    sin,
    sinh,
    sqrt,
    tan,
    tanh,
)
from sympy.core.relational import Eq, Ge, Gt, Le, Lt, Ne
from sympy.logic.boolalg import Boolean

from symact.analysis.time_limit import OutOfTime, within
from symact.errors import FormulaError, OpenError, SymactError
from symact.formula.scanning import Source, tree
from symact.functions import normal_cdf, normal_pdf, sigmoid, softplus
from symact.parsing import LARGEST_POWER, OPERATORS

LARGEST_BITS = 4096  # of a numerator or denominator: beyond any power of a float64 that anybody means
SECONDS = 1.5  # of processor time: SymPy decides conditions while it builds pieces of pieces

CONSTANTS: dict[str, Expr] = {"pi": pi, "e": E}

RELATIONS: dict[type[ast.AST], Callable[..., Boolean]] = {
    ast.Eq: Eq,
    ast.NotEq: Ne,
    ast.Lt: Lt,
    ast.LtE: Le,
    ast.Gt: Gt,
    ast.GtE: Ge,
}


@dataclass(frozen=True)
class Function:
    """A function that may be called.

    Attributes
    ----------
    apply
        From the values of the arguments to that of the call; it may raise :class:`SymactError`.
    arguments
        How it is called, for messages: ``exp(x)``, ``max(a, b, …)``.
    least, most
        How many arguments it takes; ``most`` is ``None`` for any number.
    conditions
        The places of arguments that are conditions, as a predicate over the place and the number of arguments.
    keywords
        Whether it takes keywords.
    """

    apply: Callable[..., Expr]
    arguments: str
    least: int = 1
    most: int | None = 1
    conditions: Callable[[int, int], bool] = lambda place, count: False
    keywords: bool = False


def _cases(*arguments: Basic) -> Expr:
    """Return a function by cases: condition, value, condition, value, …, and the value otherwise if that is left."""
    conditions, values = arguments[0 : len(arguments) - 1 : 2], arguments[1::2]
    if len(arguments) % 2:
        return without_choices(Piecewise(*zip(values, conditions, strict=True), (arguments[-1], True)))
    if not _cover_everything(conditions):
        raise SymactError("the cases do not cover every x for certain; give the value otherwise too")
    return without_choices(Piecewise(*zip(values[:-1], conditions[:-1], strict=True), (values[-1], True)))


def without_choices(expr: Expr) -> Expr:
    """Write choices between conditions, which SymPy makes of nested pieces, with ``and``, ``or`` and ``not``."""
    return expr.replace(ITE, lambda c, yes, no: Or(And(c, yes), And(Not(c), no)))


def _cover_everything(conditions: tuple[Basic, ...]) -> bool:
    either = Or(*conditions)
    if either in (S.true, S.false):
        return either is S.true
    try:
        return len(either.free_symbols) == 1 and either.as_set() == S.Reals
    except (NotImplementedError, ValueError):
        return False


def _exponential(u: Expr) -> Expr:
    """Return e^u, which SymPy evaluates where u is a multiple of a logarithm."""
    for term in u.as_ordered_terms() if u.has(log) else ():
        if abs(term.as_coeff_Mul()[0]) > LARGEST_POWER:
            raise SymactError(f"the power is too large (at most {LARGEST_POWER})")
    return exp(u)


# fmt: off
FUNCTIONS: dict[str, Function] = {
    "abs":        Function(Abs, "abs(x)"),
    "arctan":     Function(atan, "arctan(x)"),
    "arcsin":     Function(asin, "arcsin(x)"),
    "arcsinh":    Function(asinh, "arcsinh(x)"),
    "asin":       Function(asin, "asin(x)"),
    "asinh":      Function(asinh, "asinh(x)"),
    "atan":       Function(atan, "atan(x)"),
    "cases":      Function(_cases, "cases(x > 0, a, x < 0, b, …, c)", 2, None, lambda k, n: k % 2 == 0 and k != n - 1),
    "cos":        Function(cos, "cos(x)"),
    "cosh":       Function(cosh, "cosh(x)"),
    "erf":        Function(erf, "erf(x)"),
    "erfc":       Function(erfc, "erfc(x)"),
    "exp":        Function(_exponential, "exp(x)"),
    "expm1":      Function(lambda u: _exponential(u) - 1, "expm1(x)"),
    "ln":         Function(log, "ln(x)"),
    "log":        Function(log, "log(x)"),
    "log1p":      Function(lambda u: log(1 + u), "log1p(x)"),
    "max":        Function(Max, "max(a, b, …)", 1, None),
    "min":        Function(Min, "min(a, b, …)", 1, None),
    "normal_cdf": Function(normal_cdf, "normal_cdf(x)"),
    "normal_pdf": Function(normal_pdf, "normal_pdf(x)"),
    "Phi":        Function(normal_cdf, "Phi(x)"),
    "phi":        Function(normal_pdf, "phi(x)"),
    "sigma":      Function(sigmoid, "sigma(x)"),
    "sigmoid":    Function(sigmoid, "sigmoid(x)"),
    "sign":       Function(sign, "sign(x)"),
    "sin":        Function(sin, "sin(x)"),
    "sinh":       Function(sinh, "sinh(x)"),
    "softplus":   Function(softplus, "softplus(x)"),
    "sqrt":       Function(sqrt, "sqrt(x)"),
    "tan":        Function(tan, "tan(x)"),
    "tanh":       Function(tanh, "tanh(x)"),
    "where":      Function(_cases, "where(x > 0, a, b)", 3, 3, lambda k, n: k == 0),
}
# fmt: on
"""What can be called in every expression."""


@dataclass
class Reader:
    """From the syntax tree of one formula to an expression.

    Attributes
    ----------
    source
        The formula, scanned.
    names
        What names stand for.
    functions
        What can be called.
    """

    source: Source
    names: Mapping[str, Expr] = field(default_factory=lambda: CONSTANTS)
    functions: Mapping[str, Function] = field(default_factory=lambda: FUNCTIONS)

    def read(self) -> Expr:
        """Return the expression that the whole formula stands for.

        Raises
        ------
        FormulaError
            If it is not understood, or not a finite real number where it is a number.
        """
        try:
            with within(SECONDS):
                return self.expression(tree(self.source))
        except OutOfTime:
            raise self.source.error(
                0, f"reading takes more than {SECONDS:g} s; write the formula more simply"
            ) from None

    # What another kind of formula may say anew.

    def name(self, node: ast.Name) -> Expr:
        """Return what a name stands for."""
        if node.id in self.names:
            return self.names[node.id]
        raise self.error(node, f"unknown name '{node.id}'{nearest(node.id, self.names)}")

    def function(self, node: ast.Name, keywords: bool) -> Function:
        """Return what is called by a name, with keywords or without."""
        if node.id in self.functions:
            return self.functions[node.id]
        raise self.error(node, f"unknown function '{node.id}'{nearest(node.id, self.functions)}")

    def quotient(self, node: ast.BinOp, over: Expr, under: Expr) -> Expr:
        """Return a quotient."""
        if under.is_zero:
            raise self.error(node.right, "a division by zero")
        return over / under

    def power(self, node: ast.BinOp, base: Expr, exponent: Expr) -> Expr:
        """Return a power of bounded size: SymPy writes a large one of a rational out, and multiplies exponents."""
        if base == E:
            return _exponential(exponent)
        if base.is_zero and exponent.is_negative:
            raise self.error(node.right, "a division by zero: a negative power of 0")
        if base.is_negative and base.is_number and not exponent.is_integer:
            raise self.error(node.left, "a power of a negative number is not real unless the exponent is whole")
        for term in exponent.as_ordered_terms() if exponent.is_Rational or base.is_number else ():
            if abs(term.as_coeff_Mul()[0]) > LARGEST_POWER:
                raise self.error(node.right, f"the power is too large (at most {LARGEST_POWER})")
        if base.is_Rational and exponent.is_Rational and _bits(base) * abs(exponent) > LARGEST_BITS:
            raise self.error(node, f"the number is too long (more than {LARGEST_BITS} bits)")
        return base**exponent

    def call(self, node: ast.Call, called: ast.Name) -> Expr:
        """Return the value of a call."""
        function = self.function(called, bool(node.keywords))
        values: list[Any] = []
        count = len(node.args)
        for place, argument in enumerate(node.args):
            if isinstance(argument, ast.Starred):
                raise self.error(argument, "an argument has no * in front")
            wanted = self.condition if function.conditions(place, count) else self.expression
            values.append(wanted(argument))
        if count < function.least or (function.most is not None and count > function.most):
            given = f"{count} argument{'' if count == 1 else 's'}"
            raise self.error(called, f"'{called.id}' with {given}; write {function.arguments}")
        keywords: dict[str, Expr] = {}
        for keyword in node.keywords:
            if keyword.arg is None:
                raise self.error(keyword, "an argument has no ** in front")
            if not function.keywords:
                raise self.error(keyword, f"'{called.id}' takes no keywords; write {function.arguments}")
            if keyword.arg in keywords:
                raise self.error(keyword, f"'{keyword.arg}' is given twice")
            keywords[keyword.arg] = self.expression(keyword.value)
        return function.apply(*values, **keywords)

    def entry(self, node: ast.Subscript) -> Expr:
        """Return an entry of a vector."""
        raise self.error(node, "brackets are not part of a formula; write parentheses")

    # Expressions and conditions.

    def expression(self, node: ast.AST) -> Expr:
        """Return a number or an expression, checked to be finite and of bounded size."""
        try:
            value = self._expression(node)
        except (FormulaError, OpenError):
            raise
        except SymactError as error:
            raise self.error(node, str(error)) from error
        except OverflowError as error:
            raise self.error(node, "a number in this is too large") from error
        except (ArithmeticError, TypeError, ValueError, RecursionError, NotImplementedError) as error:
            raise self.error(node, f"SymPy cannot make an expression of this ({type(error).__name__})") from error
        return self._checked(node, value)

    def condition(self, node: ast.AST) -> Boolean:
        """Return a comparison, or several joined by ``and``, ``or`` and ``not``."""
        match node:
            case ast.Compare(left=first, ops=signs, comparators=others) if all(type(s) in RELATIONS for s in signs):
                sides = [self.expression(side) for side in (first, *others)]
                pairs = zip(sides, signs, sides[1:], strict=False)
                return And(*(RELATIONS[type(relation)](left, right) for left, relation, right in pairs))
            case ast.BoolOp(op=op, values=parts):
                return (And if isinstance(op, ast.And) else Or)(*(self.condition(part) for part in parts))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return Not(self.condition(operand))
        raise self.error(node, "a condition is expected here, for example x > 0")

    def error(self, node: ast.AST, message: str) -> FormulaError:
        """Return the error at a node."""
        return self.source.error(getattr(node, "col_offset", 0), message)

    def _expression(self, node: ast.AST) -> Expr:
        match node:
            case ast.Constant():
                return Rational(self.source.text[node.col_offset : node.end_col_offset])
            case ast.Name():
                return self.name(node)
            case ast.UnaryOp(op=ast.UAdd() | ast.USub() as op, operand=operand):
                return OPERATORS[type(op)](self.expression(operand))
            case ast.BinOp(op=ast.Pow(), left=left, right=right):
                return self.power(node, self.expression(left), self.expression(right))
            case ast.BinOp() if type(node.op) in OPERATORS:
                return self._chain(node)
            case ast.Call(func=ast.Name() as called):
                return self.call(node, called)
            case ast.Subscript():
                return self.entry(node)
            case ast.Compare() | ast.BoolOp() | ast.UnaryOp(op=ast.Not()):
                raise self.error(node, "a condition is not a number; write where(condition, a, b)")
            case ast.Tuple():
                raise self.error(node, "a list of values is not a number")
        raise self.error(node, "this is not part of a formula; there are + - * / **, comparisons and functions")

    def _chain(self, node: ast.BinOp) -> Expr:
        """Return a sum or product, whose terms Python nests to the left."""
        steps: list[ast.BinOp] = []
        first: ast.expr = node
        while isinstance(first, ast.BinOp) and type(first.op) in OPERATORS and not isinstance(first.op, ast.Pow):
            steps.append(first)
            first = first.left
        value = self.expression(first)
        for step in reversed(steps):
            other = self.expression(step.right)
            if isinstance(step.op, ast.Div):
                value = self.quotient(step, value, other)
            else:
                value = OPERATORS[type(step.op)](value, other)
            self._check_size(step, value)
        return value

    def _checked(self, node: ast.AST, value: Expr) -> Expr:
        if value.has(S.NaN, S.ComplexInfinity, S.Infinity, S.NegativeInfinity):
            raise self.error(node, "this is not a finite number")
        if value.has(I) or (value.is_number and value.is_real is False):
            raise self.error(node, "this is not a real number")
        self._check_size(node, value)
        return value

    def _check_size(self, node: ast.AST, value: Expr) -> None:
        for factor in Mul.make_args(value):
            if isinstance(factor, Rational) and _bits(factor) > LARGEST_BITS:
                raise self.error(node, f"the number is too long (more than {LARGEST_BITS} bits)")
            if isinstance(factor, Pow) and factor.exp.is_Rational and abs(factor.exp) > LARGEST_POWER:
                raise self.error(node, f"the power {factor.exp} is too large (at most {LARGEST_POWER})")


def _bits(number: Rational) -> int:
    return max(int(number.p).bit_length(), int(number.q).bit_length())


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the end of a message about an unknown name: what it may have meant."""
    close = get_close_matches(name, list(known), n=1, cutoff=0.5)
    return f"; did you mean '{close[0]}'?" if close else ""
