"""Statements: relations between expressions, read from text as formulas are.

``x``, ``y``, ``z``, ``a``, ``b`` and ``c`` are real, ``beta`` and ``lam`` positive, ``n`` is a positive integer.
Every function of the catalogue may be applied, its parameters by keyword; so may ``D(f, x)``, the derivative by the
catalogue's convention at kinks, ``Lim(f, beta, oo)``, and ``E(f, x)``, the expectation with Z ~ N(0, 1) in place of x.
Over a vector of symbolic length, ``x[i]`` is an entry, ``sum(f, j)`` a sum over all, ``softmax(x)[i]`` an entry of an
activation over a vector, ``max(x)`` and ``mean(x)`` are of the whole vector.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from typing import Any

from sympy import (
    And,
    Dummy,
    Expr,
    Indexed,
    IndexedBase,
    Interval,
    LambertW,
    Or,
    S,
    Sum,
    Symbol,
    cos,
    diff,
    oo,
    sympify,
)
from sympy.core.relational import Eq, Ge, Gt, Le, Lt, Ne
from sympy.logic.boolalg import Boolean

from symact import catalog
from symact.activation import Activation, Parameter, n, vector, x
from symact.analysis.gaussian import expectation
from symact.analysis.limits import limit
from symact.analysis.normal_form import normalised
from symact.analysis.vector_limits import maximum
from symact.cells import KINKED, cells
from symact.errors import OpenError, SymactError
from symact.formula.entries import applied
from symact.formula.expressions import CONSTANTS, FUNCTIONS, Function, Reader, nearest
from symact.formula.scanning import Source, scan, tree
from symact.notation import text
from symact.parsing import exact, number
from symact.textbook.confirmation import check_derivative, check_expectation, check_limit

QUANTITIES: dict[str, Symbol] = {
    "x": x,
    **{name: Symbol(name, real=True) for name in ("y", "z", "a", "b", "c")},
    **{name: Symbol(name, positive=True) for name in ("beta", "lam")},
    "n": n,
}
INDICES: dict[str, Symbol] = {name: Symbol(name, integer=True, nonnegative=True) for name in ("i", "j", "k")}

VECTORS: dict[str, IndexedBase] = {"x": vector, **{name: IndexedBase(name, real=True) for name in ("y", "z")}}

CALLED: dict[str, Function] = FUNCTIONS | {"W": Function(LambertW, "W(x)")}

DOMAINS: dict[str, Callable[[Expr], tuple[Relation, ...]]] = {
    "log": lambda u: (Relation(u, ">", S.Zero),),
    "ln": lambda u: (Relation(u, ">", S.Zero),),
    "log1p": lambda u: (Relation(u, ">", S.NegativeOne),),
    "sqrt": lambda u: (Relation(u, ">=", S.Zero),),
    "asin": lambda u: (Relation(u, ">=", S.NegativeOne), Relation(u, "<=", S.One)),
    "arcsin": lambda u: (Relation(u, ">=", S.NegativeOne), Relation(u, "<=", S.One)),
    "tan": lambda u: (Relation(cos(u), "!=", S.Zero),),
    "W": lambda u: (Relation(u, ">=", S.Zero),),
}
"""Where a function has a value, and is read."""

SIGNS: dict[type[ast.AST], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}

RELATIONALS: dict[str, type[Boolean]] = {"==": Eq, "!=": Ne, "<": Lt, "<=": Le, ">": Gt, ">=": Ge}


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

    @property
    def is_certain(self) -> bool:
        """Whether the assumptions on the quantities alone make it true."""
        difference = self.left - self.right
        return {
            ">": difference.is_positive,
            ">=": difference.is_nonnegative,
            "<": difference.is_negative,
            "<=": difference.is_nonpositive,
            "!=": difference.is_nonzero,
            "==": difference.is_zero,
        }[self.sign] is True


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


def read(written: str, values: Mapping[str, Any] | None = None) -> Statement:
    """Read a statement.

    Parameters
    ----------
    written
        A relation, several in a chain (``0 < f <= 1``), or several joined by ``and`` and ``or``.
    values
        Exact values for names that occur in it.

    Raises
    ------
    FormulaError
        If it is not understood; the message names the character.
    OpenError
        If a derivative, limit or expectation in it is not known.
    """
    known = {"lambd": QUANTITIES["lam"], **QUANTITIES, **CONSTANTS, **INDICES}  # λ is read as lambd
    given = {name: exact(value) for name, value in (values or {}).items()}
    reader = _StatementReader(scan(Source.of(written), indices=True), known | given, CALLED)
    body = reader.statement(tree(reader.source))
    return Statement(written, body, tuple(dict.fromkeys(reader.conditions)))


@dataclass
class _StatementReader(Reader):
    """The reader of statements, which collects where both sides have a value."""

    conditions: list[Relation] = field(default_factory=list)

    def statement(self, node: ast.expr) -> Relation | Junction:
        """Return a relation, or several that are chained or joined."""
        if isinstance(node, ast.BoolOp):
            word = "and" if isinstance(node.op, ast.And) else "or"
            return Junction(word, tuple(self.statement(part) for part in node.values))
        if not isinstance(node, ast.Compare):
            raise self.error(node, "a relation is expected here, for example softplus(x) > relu(x)")
        sides = [self.expression(side) for side in (node.left, *node.comparators)]
        relations = tuple(
            Relation(left, SIGNS[type(operator)], right)
            for left, operator, right in zip(sides[:-1], node.ops, sides[1:], strict=True)
        )
        return relations[0] if len(relations) == 1 else Junction("and", relations)

    # names, operators and calls

    def name(self, node: ast.Name) -> Expr:
        """Return a quantity, a constant or a value that was given."""
        if node.id in self.names:
            return self.names[node.id]
        if node.id in self.functions or node.id in catalog.names():
            raise self.error(node, f"'{node.id}' is a function; write {node.id}(x)")
        raise self.error(node, f"unknown name '{node.id}': quantities are {', '.join(QUANTITIES)}; or give it a value")

    def quotient(self, node: ast.BinOp, over: Expr, under: Expr) -> Expr:
        """Return a quotient, on the condition that there is one."""
        self._require(Relation(under, "!=", S.Zero))
        return super().quotient(node, over, under)

    def power(self, node: ast.BinOp, base: Expr, exponent: Expr) -> Expr:
        """Return a power, on the condition that it is real."""
        if not exponent.is_Integer:
            self._require(Relation(base, ">", S.Zero))
        elif exponent.is_negative:
            self._require(Relation(base, "!=", S.Zero))
        return super().power(node, base, exponent)

    def call(self, node: ast.Call, called: ast.Name) -> Expr:
        """Return the value of a call; an operator binds a variable, and takes no keywords."""
        operators = {"D": self._derivative, "Lim": self._limit, "E": self._expectation, "sum": self._sum}
        if called.id in operators:
            if node.keywords:
                raise self.error(called, f"'{called.id}' takes no keywords")
            return operators[called.id](node.args)
        match node:
            case ast.Call(args=[ast.Name(id=x.name)], keywords=[]) if called.id in ("max", "mean"):
                index = Dummy("j", integer=True, nonnegative=True)
                return maximum(vector) if called.id == "max" else Sum(vector[index], (index, 0, n - 1)) / n
        return super().call(node, called)

    def function(self, node: ast.Name, keywords: bool) -> Function:
        """Return a function of formulas or of the catalogue."""
        name = node.id
        if name in DOMAINS:
            return replace(self.functions[name], apply=partial(self._where_defined, name))
        if name in catalog.names() and (keywords or name not in self.functions):
            entry = catalog.get(name)
            if not entry.is_elementwise and not entry.is_reduction:
                raise self.error(node, f"'{name}' is of a whole vector: write {name}(x)[i]")
            parameters = "".join(f", {p.name}=…" for p in entry.parameters)
            apply = self._applied if entry.is_elementwise else self._over_vector
            return Function(partial(apply, entry), f"{name}(x{parameters})", keywords=True)
        if name in self.functions:
            return self.functions[name]
        close = nearest(name, (*self.functions, *catalog.names()))
        raise self.error(node, f"unknown function '{name}'{close or '; symact list shows the catalogue'}")

    def entry(self, node: ast.Subscript) -> Expr:
        """Return an entry of a vector, or of an activation over a vector."""
        match node:
            case ast.Subscript(value=ast.Name(id=name), slice=ast.Name(id=index)) if (
                name in VECTORS and index in INDICES
            ):
                return VECTORS[name][INDICES[index]]
            case ast.Subscript(
                value=ast.Call(func=ast.Name(id=name), args=[argument]) as call, slice=ast.Name(id=index)
            ) if name in catalog.names() and index in INDICES and not catalog.get(name).is_elementwise:
                keywords = {k.arg: self.expression(k.value) for k in call.keywords if k.arg}
                found = self._over_vector(catalog.get(name), self.expression(argument), **keywords)
                return found.subs(INDICES["i"], INDICES[index])
        raise self.error(node, "an entry is written x[i] or softmax(x)[i], the index one of i, j, k")

    def _require(self, condition: Relation) -> None:
        if not condition.is_certain:
            self.conditions.append(condition)

    def _where_defined(self, name: str, *arguments: Expr) -> Expr:
        for condition in DOMAINS[name](arguments[0]):
            self._require(condition)
        return self.functions[name].apply(*arguments)

    # functions of the catalogue

    def _applied(self, entry: Activation, argument: Expr, **keywords: Expr) -> Expr:
        return applied(normalised(entry.expr), argument, parameter_values(entry, keywords))

    def _over_vector(self, entry: Activation, argument: Expr, **keywords: Expr) -> Expr:
        definition = entry.expr.subs(parameter_values(entry, keywords))
        bound = {
            s: Dummy("j", integer=True, nonnegative=True) for total in definition.atoms(Sum) for s in total.variables
        }
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
            if not symbol.is_Symbol:
                function = diff(function, symbol)
                continue
            kinked = function.has(*KINKED)
            slope = cells(function, symbol).derivative.to_expr() if kinked else diff(function, symbol)
            check_derivative(function, symbol, slope)
            function = slope
        return function

    def _limit(self, arguments: list[ast.expr]) -> Expr:
        if len(arguments) != 3:
            raise SymactError("write Lim(f, beta, oo)")
        function, symbol = self.expression(arguments[0]), self.expression(arguments[1])
        target = number(ast.get_source_segment(self.source.text, arguments[2]) or "")
        if not symbol.is_Symbol:
            raise SymactError("a limit is in a quantity, to a number, oo or -oo: Lim(f, beta, oo)")
        if symbol not in function.free_symbols:
            return function
        parameters = tuple(
            Parameter(s, domain=Interval.open(0, oo) if s.is_positive else S.Reals)
            for s in sorted(function.free_symbols - {x}, key=lambda s: s.name)
        )
        value = limit(Activation("f", function, parameters), symbol, target)
        if value.has(S.Infinity, S.NegativeInfinity):
            raise OpenError(f"the limit is {text(value)}, and a statement compares numbers")
        check_limit(function, symbol, target, value)
        return value

    def _expectation(self, arguments: list[ast.expr]) -> Expr:
        if len(arguments) != 2:
            raise SymactError("write E(relu(x)**2, x): the expectation for a standard normal in place of x")
        function, symbol = (self.expression(a) for a in arguments)
        if not symbol.is_Symbol or symbol.is_integer or symbol.is_positive:
            raise SymactError("an expectation is over a real quantity: E(relu(x)**2, x)")
        value = expectation(function, symbol)
        check_expectation(function, symbol, value)
        return value

    def _sum(self, arguments: list[ast.expr]) -> Expr:
        if len(arguments) != 2 or not isinstance(arguments[1], ast.Name) or arguments[1].id not in INDICES:
            raise SymactError("write sum(softmax(x)[j], j), the index one of i, j, k")
        index, bound = INDICES[arguments[1].id], Dummy(arguments[1].id, integer=True, nonnegative=True)
        return Sum(self.expression(arguments[0]).subs(index, bound), (bound, 0, n - 1))


def parameter_values(entry: Activation, given: Mapping[str, Expr]) -> dict[Symbol, Expr]:
    """Return a value for each parameter, the given one or the default, shown to lie in its domain.

    Raises
    ------
    SymactError
        If it is not shown, or there is none.
    """
    values: dict[Symbol, Expr] = {}
    for name in given:
        entry.parameter(name)
    for parameter in entry.parameters:
        value = given.get(parameter.name, parameter.default)
        if value is None:
            raise SymactError(f"{entry.name} needs a value for '{parameter.name}'")
        value = value.subs(values) if parameter.name not in given else value
        domain = parameter.domain.subs(values)
        if value.is_real is not True or not _lies_in(value, domain):
            raise SymactError(f"{entry.name}: {parameter.name} = {text(value)} is not known to lie in {text(domain)}")
        values[parameter.symbol] = value
    return values


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
