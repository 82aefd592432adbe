"""Statements: relations between expressions, read from text by a whitelist over Python's own syntax tree.

``x``, ``y``, ``z``, ``a``, ``b`` and ``c`` are real, ``beta`` and ``lam`` positive, ``n`` is a positive integer.
Every function of the catalogue may be applied, its parameters by keyword; so may ``D(f, x)``, the derivative by the
catalogue's convention at kinks, ``Lim(f, beta, oo)``, and ``E(f, x)``, the expectation with Z ~ N(0, 1) in place of x.
Over a vector of symbolic length, ``x[i]`` is an entry, ``sum(f, j)`` a sum over all, ``softmax(x)[i]`` an entry of an
activation over a vector, ``max(x)`` and ``mean(x)`` are of the whole vector.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sympy import (
    ITE,
    Abs,
    And,
    Dummy,
    Expr,
    Indexed,
    IndexedBase,
    Interval,
    LambertW,
    Max,
    Min,
    Not,
    Or,
    S,
    Sum,
    Symbol,
    atan,
    cos,
    cosh,
    diff,
    erf,
    erfc,
    exp,
    log,
    oo,
    sign,
    sin,
    sinh,
    sqrt,
    sympify,
    tanh,
)
from sympy.codegen.cfunctions import expm1, log1p
from sympy.core.relational import Eq, Ge, Gt, Le, Lt, Ne
from sympy.logic.boolalg import Boolean

from symact import catalog
from symact.activation import Activation, Parameter, n, vector, x
from symact.analysis.gaussian import expectation
from symact.analysis.limits import limit
from symact.analysis.normal_form import normalised
from symact.analysis.vector_limits import maximum
from symact.cells import KINKED, cells
from symact.errors import SymactError
from symact.functions import normal_cdf, normal_pdf
from symact.parsing import CONSTANTS, OPERATORS, exact, number

LONGEST = 1000  # characters of a statement
LARGEST_EXPONENT = 100  # of a whole power, which algebra may multiply out

QUANTITIES: dict[str, Symbol] = {
    "x": x,
    **{name: Symbol(name, real=True) for name in ("y", "z", "a", "b", "c")},
    **{name: Symbol(name, positive=True) for name in ("beta", "lam")},
    "n": n,
}
INDICES: dict[str, Symbol] = {name: Symbol(name, integer=True, nonnegative=True) for name in ("i", "j", "k")}

VECTORS: dict[str, IndexedBase] = {"x": vector, **{name: IndexedBase(name, real=True) for name in ("y", "z")}}

FUNCTIONS: dict[str, Callable[..., Expr]] = {
    "abs": Abs,
    "atan": atan,
    "cos": cos,
    "cosh": cosh,
    "erf": erf,
    "erfc": erfc,
    "exp": exp,
    "expm1": expm1,
    "log": log,
    "log1p": log1p,
    "max": Max,
    "min": Min,
    "phi": normal_pdf,
    "Phi": normal_cdf,
    "sign": sign,
    "sin": sin,
    "sinh": sinh,
    "sqrt": sqrt,
    "tanh": tanh,
    "W": LambertW,
}

UNARY = frozenset(FUNCTIONS) - {"max", "min"}

SIGNS: dict[type[ast.AST], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}

RELATIONALS: dict[str, type[Boolean]] = {"==": Eq, "!=": Ne, "<": Lt, "<=": Le, ">": Gt, ">=": Ge}


_WHOLE_VECTOR = ast.dump(ast.Tuple([ast.Name("x", ast.Load())]))


@dataclass(frozen=True)
class Relation:
    """Two expressions and a sign between them: ``==``, ``!=``, ``<``, ``<=``, ``>`` or ``>=``."""

    left: Expr
    sign: str
    right: Expr

    def formula(self) -> Boolean:
        """Return the relation as a SymPy object, unevaluated."""
        return RELATIONALS[self.sign](self.left, self.right, evaluate=False)

    def subs(self, values: Mapping[Expr, Expr]) -> Relation:
        """Substitute on both sides."""
        return Relation(self.left.subs(values), self.sign, self.right.subs(values))


@dataclass(frozen=True)
class Junction:
    """Several statements joined by ``and`` or by ``or``."""

    word: str
    parts: tuple[Relation | Junction, ...]

    def formula(self) -> Boolean:
        """Return the junction as a SymPy object, unevaluated."""
        return (And if self.word == "and" else Or)(*(part.formula() for part in self.parts), evaluate=False)


@dataclass(frozen=True)
class Statement:
    """What is asked.

    Attributes
    ----------
    text
        As it was written.
    body
        The relations.
    conditions
        Where both sides have a value: one relation for each division, logarithm and root.
    """

    text: str
    body: Relation | Junction
    conditions: tuple[Relation, ...] = ()

    @cached_property
    def relations(self) -> tuple[Relation, ...]:
        """Every relation of the statement."""
        return tuple(_relations(self.body))

    @property
    def is_over_vectors(self) -> bool:
        """Whether the statement is about vectors of symbolic length."""
        return any(side.has(Indexed, Sum, maximum) for r in self.relations for side in (r.left, r.right))


def _relations(body: Relation | Junction) -> Iterator[Relation]:
    if isinstance(body, Relation):
        yield body
    else:
        for part in body.parts:
            yield from _relations(part)


def read(text: str, values: Mapping[str, Any] | None = None) -> Statement:
    """Read a statement.

    Parameters
    ----------
    text
        A relation, several in a chain (``0 < f <= 1``), or several joined by ``and`` and ``or``.
    values
        Exact values for names that occur in it.

    Raises
    ------
    SymactError
        If it is not understood; the message says what would be.
    OpenError
        If a derivative, limit or expectation in it is not known.
    """
    if len(text) > LONGEST:
        raise SymactError(f"a statement of {len(text)} characters is too long (at most {LONGEST})")
    source = text.strip()
    for spelling, plain in (("≤", "<="), ("≥", ">="), ("≠", "!="), ("−", "-"), ("∞", "oo"), ("·", "*"), ("^", "**")):
        source = source.replace(spelling, plain)
    try:
        tree = ast.parse(source, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise SymactError(
            f"'{text}' is not a statement; write for example tanh(x) == 2*sigmoid(2*x) - 1 or softplus(x) > 0"
        ) from error
    reader = _Reader(source, {name: exact(value) for name, value in (values or {}).items()})
    body = reader.statement(tree)
    return Statement(text, body, tuple(dict.fromkeys(reader.conditions)))


@dataclass
class _Reader:
    source: str
    values: Mapping[str, Expr]
    conditions: list[Relation] = field(default_factory=list)

    # relations

    def statement(self, node: ast.expr) -> Relation | Junction:
        if isinstance(node, ast.BoolOp):
            word = "and" if isinstance(node.op, ast.And) else "or"
            return Junction(word, tuple(self.statement(part) for part in node.values))
        if not isinstance(node, ast.Compare):
            raise SymactError(f"'{ast.unparse(node)}' is not a relation; write for example softplus(x) > relu(x)")
        sides = [self.expression(side) for side in (node.left, *node.comparators)]
        for operator in node.ops:
            if type(operator) not in SIGNS:
                raise SymactError(f"'{ast.unparse(node)}': a relation has one of == != < <= > >=")
        relations = tuple(
            Relation(left, SIGNS[type(operator)], right)
            for left, operator, right in zip(sides[:-1], node.ops, sides[1:], strict=True)
        )
        return relations[0] if len(relations) == 1 else Junction("and", relations)

    # expressions

    def expression(self, node: ast.AST) -> Expr:
        match node:
            case ast.Constant(value=bool()):
                pass
            case ast.Constant(value=int() | float()):
                return number(ast.get_source_segment(self.source, node) or "")
            case ast.Name(id=name):
                return self._name(name)
            case ast.UnaryOp(op=ast.UAdd() | ast.USub() as op, operand=operand):
                return OPERATORS[type(op)](self.expression(operand))
            case ast.BinOp(left=left, op=ast.Pow(), right=right):
                return self._power(self.expression(left), self.expression(right))
            case ast.BinOp(left=left, op=ast.Div(), right=right):
                return self._quotient(self.expression(left), self.expression(right))
            case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
                return OPERATORS[type(op)](self.expression(left), self.expression(right))
            case ast.Subscript(value=ast.Name(id=name), slice=ast.Name(id=index)) if (
                name in VECTORS and index in INDICES
            ):
                return VECTORS[name][INDICES[index]]
            case ast.Subscript(value=ast.Call() as call, slice=ast.Name(id=index)) if index in INDICES:
                return self._over_vector(call, INDICES[index])
            case ast.Call(func=ast.Name(id=name)):
                return self._call(name, node)
        raise SymactError(f"'{ast.unparse(node)}' is not understood in a statement")

    def _name(self, name: str) -> Expr:
        known = {**QUANTITIES, **CONSTANTS, **INDICES, **self.values}
        if name in known:
            return known[name]
        if name in catalog.names() or name in FUNCTIONS:
            raise SymactError(f"'{name}' is a function: write {name}(x)")
        raise SymactError(f"unknown name '{name}': quantities are {', '.join(QUANTITIES)}; or give it a value")

    def _quotient(self, over: Expr, under: Expr) -> Expr:
        if under == 0:
            raise SymactError("a division by 0")
        if not under.is_nonzero:
            self.conditions.append(Relation(under, "!=", S.Zero))
        return over / under

    def _power(self, base: Expr, exponent: Expr) -> Expr:
        if exponent.is_Integer:
            if abs(exponent) > LARGEST_EXPONENT:
                raise SymactError(f"the power {exponent} is too large (at most {LARGEST_EXPONENT})")
            return base**exponent if exponent >= 0 else self._quotient(S.One, base**-exponent)
        if not base.is_positive:
            self.conditions.append(Relation(base, ">", S.Zero))
        return base**exponent

    def _call(self, name: str, node: ast.Call) -> Expr:
        special = {"D": self._derivative, "Lim": self._limit, "E": self._expectation, "sum": self._sum}
        if name in special:
            if node.keywords:
                raise SymactError(f"{name} takes no keywords")
            return special[name](node.args)
        if name in ("max", "mean") and ast.dump(ast.Tuple(node.args)) == _WHOLE_VECTOR and not node.keywords:
            index = Dummy("j", integer=True, nonnegative=True)
            return maximum(vector) if name == "max" else Sum(vector[index], (index, 0, n - 1)) / n
        if name in catalog.names() and not (name in FUNCTIONS and not node.keywords):
            entry = catalog.get(name)
            if not entry.is_elementwise:
                return self._over_vector(node, None)
            return self._applied(entry, node)
        if name not in FUNCTIONS:
            raise SymactError(f"unknown function '{name}'; 'symact list' shows the catalogue")
        if node.keywords or (name in UNARY and len(node.args) != 1) or not node.args:
            raise SymactError(f"{name} takes {'one argument' if name in UNARY else 'arguments'} and no keywords")
        arguments = [self.expression(a) for a in node.args]
        condition = {"log": ">", "sqrt": ">="}.get(name)
        if condition and not (arguments[0].is_positive or (name == "sqrt" and arguments[0].is_nonnegative)):
            self.conditions.append(Relation(arguments[0], condition, S.Zero))
        if name == "log1p" and not (1 + arguments[0]).is_positive:
            self.conditions.append(Relation(arguments[0], ">", S.NegativeOne))
        if name == "W" and not arguments[0].is_nonnegative:
            raise SymactError("W is read for a nonnegative argument only")
        return FUNCTIONS[name](*arguments)

    # functions of the catalogue

    def _applied(self, entry: Activation, node: ast.Call) -> Expr:
        if len(node.args) != 1:
            raise SymactError(f"{entry.name} takes one argument; give its parameters by keyword")
        definition = normalised(entry.expr.subs(self._parameters(entry, node)))
        applied = definition.subs(x, self.expression(node.args[0]))
        return applied.replace(ITE, lambda c, yes, no: Or(And(c, yes), And(Not(c), no)))  # SymPy folds nested pieces

    def _parameters(self, entry: Activation, node: ast.Call) -> dict[Symbol, Expr]:
        given = {k.arg: self.expression(k.value) for k in node.keywords if k.arg}
        values: dict[Symbol, Expr] = {}
        for name in given:
            entry.parameter(name)
        for parameter in entry.parameters:
            value = given.get(parameter.name, parameter.default)
            if value is None:
                raise SymactError(f"{entry.name} needs a value for '{parameter.name}'")
            value = value.subs(values)
            domain = parameter.domain.subs(values)
            if value.is_real is not True or not _lies_in(value, domain):
                raise SymactError(f"{entry.name}: {parameter.name} = {value} is not known to lie in {domain}")
            values[parameter.symbol] = value
        return values

    def _over_vector(self, node: ast.Call, index: Symbol | None) -> Expr:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        entry = catalog.get(name)
        if entry.is_elementwise or entry.is_reduction is not (index is None) or len(node.args) != 1:
            wanted = f"{name}(x)" if entry.is_elementwise or entry.is_reduction else f"{name}(x)[i]"
            raise SymactError(f"'{ast.unparse(node)}' is not understood; write {wanted}")
        argument = self.expression(node.args[0])
        definition = entry.expr.subs(self._parameters(entry, node))
        bound = {
            s: Dummy("j", integer=True, nonnegative=True) for total in definition.atoms(Sum) for s in total.variables
        }
        definition = definition.subs(INDICES["i"], index) if index is not None else definition
        definition = definition.replace(
            lambda e: isinstance(e, Sum),
            lambda e: Sum(e.function.subs(bound), *((bound[v], low, high) for v, low, high in e.limits)),
        )
        return definition.replace(
            lambda e: isinstance(e, Indexed),
            lambda e: argument.subs({QUANTITIES[name]: base[e.indices[0]] for name, base in VECTORS.items()}),
        )

    # operators

    def _derivative(self, arguments: list[ast.expr]) -> Expr:
        if len(arguments) not in (2, 3):
            raise SymactError("write D(f, x) or D(f, x, 2)")
        function, symbol = self.expression(arguments[0]), self.expression(arguments[1])
        order = self.expression(arguments[2]) if len(arguments) == 3 else S.One
        if not (symbol.is_Symbol or isinstance(symbol, Indexed)) or not (order.is_Integer and 1 <= order <= 8):
            raise SymactError("a derivative is by a quantity, of order 1 to 8: D(f, x, 2)")
        for _ in range(int(order)):
            if function.has(*KINKED) and symbol.is_Symbol:
                function = cells(function, symbol).derivative.to_expr()
            else:
                function = diff(function, symbol)
        return function

    def _limit(self, arguments: list[ast.expr]) -> Expr:
        if len(arguments) != 3:
            raise SymactError("write Lim(f, beta, oo)")
        function, symbol, target = (self.expression(a) for a in arguments)
        if not symbol.is_Symbol or not target.is_number:
            raise SymactError("a limit is in a quantity, to a number, oo or -oo: Lim(f, beta, oo)")
        if symbol not in function.free_symbols:
            return function
        parameters = tuple(
            Parameter(s, domain=Interval.open(0, oo) if s.is_positive else S.Reals)
            for s in sorted(function.free_symbols - {x}, key=lambda s: s.name)
        )
        return limit(Activation("f", function, parameters), symbol, target)

    def _expectation(self, arguments: list[ast.expr]) -> Expr:
        if len(arguments) != 2:
            raise SymactError("write E(relu(x)**2, x): the expectation for a standard normal in place of x")
        function, symbol = (self.expression(a) for a in arguments)
        if not symbol.is_Symbol or symbol.is_integer or symbol.is_positive:
            raise SymactError("an expectation is over a real quantity: E(relu(x)**2, x)")
        return expectation(function, symbol)

    def _sum(self, arguments: list[ast.expr]) -> Expr:
        if len(arguments) != 2 or not isinstance(arguments[1], ast.Name) or arguments[1].id not in INDICES:
            raise SymactError("write sum(softmax(x)[j], j), the index one of i, j, k")
        index, bound = INDICES[arguments[1].id], Dummy(arguments[1].id, integer=True, nonnegative=True)
        return Sum(self.expression(arguments[0]).subs(index, bound), (bound, 0, n - 1))


def _lies_in(value: Expr, domain: Any) -> bool:
    """Whether an expression is shown to lie in an interval."""
    if domain is S.Reals:
        return True
    if domain.contains(value) is S.true:
        return True
    if not domain.is_Interval:
        return False
    low, high = sympify(value - domain.start), sympify(domain.end - value)
    above = low.is_positive or (low.is_nonnegative and not domain.left_open)
    below = high is oo or high.is_positive or (high.is_nonnegative and not domain.right_open)
    return bool(above and below)
