"""Whether a statement is true: proved, certified, refuted by an exact counterexample, or open.

First a counterexample is sought among exact points.  What survives is split into cases until it is smooth.  An
equation is settled by the normal form, or by derivative and one point; an inequality by signs that are seen, or by
all the zeros of a function of one variable.  Nothing that a computer algebra system calls equal is believed before
balls at many points have failed to tell it apart: the search for a counterexample comes first, always, and each case
that is settled is looked into once more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from sympy import Abs, Dummy, Expr, Or, Piecewise, S, Symbol, diff, expand

from symact.analysis.time_limit import within
from symact.errors import OpenError, SymactError
from symact.notation import assignments, text
from symact.signs import sign_of
from symact.textbook import counterexamples, vectors
from symact.textbook.cases import Case, cases
from symact.textbook.intervals import OnInterval, on_intervals, sign_of_smooth
from symact.textbook.normal_form import vanishes
from symact.textbook.positivity import in_positive_quantities, sign_seen
from symact.textbook.statement import Junction, Relation, Statement, read
from symact.verdict import Counterexample, Grade, Verdict

SECONDS = 30.0
"""Of processor time for one statement, to be read and decided."""

SHOWN_CASES = 12
"""Cases that the steps list; the others are counted."""


@dataclass(frozen=True)
class Proof(Verdict):
    """A verdict with the method that led to it."""

    method: str = ""


def prove(statement: str | Statement, **values: Any) -> Proof:
    """Decide a statement.

    Parameters
    ----------
    statement
        Text as for :func:`symact.textbook.statement.read`, for example ``"tanh(x) == 2*sigmoid(2*x) - 1"``.
    **values
        Exact values for names in it.

    Raises
    ------
    SymactError
        If it is not understood.

    Examples
    --------
    >>> prove("elu(2*x) == 2*elu(x)").grade
    <Grade.REFUTED: 'refuted'>
    """
    written = statement if isinstance(statement, str) else statement.text
    try:
        with within(SECONDS):
            return _decided(read(statement, values) if isinstance(statement, str) else statement)
    except OpenError as error:
        return Proof(written, Grade.OPEN, steps=(f"open: {error}",), method="none")


def _decided(statement: Statement) -> Proof:
    prover = _VectorProver if statement.is_over_vectors else _Prover
    return replace(prover(statement).decided(), formula=statement.body.formula())


class _Refuted(Exception):  # noqa: N818  # an answer, not a fault
    def __init__(self, counterexample: Counterexample) -> None:
        super().__init__(counterexample)
        self.counterexample = counterexample


class _Prover:
    """The work on one statement."""

    def __init__(self, statement: Statement) -> None:
        self.statement = statement
        self.steps: list[str] = []
        self.methods: list[str] = []
        self.grade = Grade.PROVED

    def decided(self) -> Proof:
        found = self.search()
        if found:
            return self._refuted(found, "exact evaluation")
        try:
            for condition in self.statement.conditions:
                self._require_condition(condition)
            self.prove(self.statement.body)
            if not self.is_borne_out():
                raise OpenError("no ball encloses both sides anywhere, to bear the proof out")
        except _Refuted as refutation:
            return self._refuted(refutation.counterexample, self._method() or "exact evaluation")
        except SymactError as error:
            return self._open(str(error))
        except Exception as error:  # SymPy fails in many ways on statements that nobody has tried
            return self._open(f"{type(error).__name__}: {error}")
        return Proof(self.statement.text, self.grade, steps=tuple(self.steps), method=self._method())

    def search(self) -> Counterexample | None:
        return counterexamples.search(self.statement.body, self.statement.conditions)

    def is_borne_out(self) -> bool:
        """Whether the search has compared the two sides at a point: what it has not seen, algebra alone decides."""
        return counterexamples.compares(self.statement.body, self.statement.conditions)

    def _open(self, reason: str) -> Proof:
        return Proof(self.statement.text, Grade.OPEN, steps=(*self.steps, f"open: {reason}"), method="none")

    def _refuted(self, found: Counterexample, method: str) -> Proof:
        steps = (*self.steps, f"{found}, and balls tell them apart")
        return Proof(self.statement.text, Grade.REFUTED, steps=steps, counterexample=found, method=method)

    def _weaken(self, grade: Grade) -> None:
        """Note that a step is only certified: then the whole is."""
        self.grade = Grade.CERTIFIED if grade is Grade.CERTIFIED else self.grade

    def _method(self) -> str:
        return ", ".join(dict.fromkeys(self.methods))

    def _by(self, method: str, step: str) -> None:
        self.methods.append(method)
        self.steps.append(step)

    def _require_condition(self, condition: Relation) -> None:
        """Show that a side has a value everywhere, or leave the statement open."""
        try:
            found = counterexamples.search(condition)
            if found:
                raise _Refuted(found)
            inner = _Prover(Statement("", condition))
            inner.prove(condition)
        except _Refuted as refutation:
            place = assignments(refutation.counterexample.point)
            raise OpenError(f"for {place} a side has no value: {spelled(condition)} fails") from refutation
        self._weaken(inner.grade)
        self.steps.append(f"{spelled(condition)}, so that both sides have a value everywhere")

    # junctions

    def prove(self, body: Relation | Junction) -> None:
        if isinstance(body, Relation):
            self._relation(body)
        elif body.word == "and":
            for part in body.parts:
                self.prove(part)
        else:
            self._disjunction(body)

    def _disjunction(self, body: Junction) -> None:
        for part in chain(body.parts, _elsewhere(body)):
            attempt = _Prover(replace(self.statement, body=part))
            try:
                attempt.prove(part)
            except (_Refuted, OpenError):
                continue
            self.steps += attempt.steps
            self.methods += attempt.methods
            self._weaken(attempt.grade)
            return
        raise OpenError("no part of the 'or' is shown where the others fail")

    # relations

    def _relation(self, relation: Relation) -> None:
        if relation.sign in ("<", "<="):
            relation = Relation(relation.right, {"<": ">", "<=": ">="}[relation.sign], relation.left)
        difference = relation.left - relation.right
        if relation.sign == "==":
            self._each_case(difference, lambda case: self._equal(relation, case))
        elif relation.sign == "!=":
            self._different(relation, difference)
        else:
            self._greater(relation, difference)

    def _different(self, relation: Relation, difference: Expr) -> None:
        for sign, signed in ((">", difference), ("<", -difference)):
            attempt = _Prover(self.statement)
            try:
                attempt._greater(Relation(signed, ">", S.Zero), signed)
            except OpenError:
                continue
            self.steps += [f"the difference is {sign} 0", *attempt.steps]
            self.methods += attempt.methods
            self._weaken(attempt.grade)
            return
        raise OpenError(f"{spelled(relation)} is not settled")

    def _greater(self, relation: Relation, difference: Expr) -> None:
        subtracted = _subtracted_absolute_value(difference)
        if subtracted is None:
            self._each_case(difference, lambda case: self._positive(relation, case))
            return
        node, multiple = subtracted
        rest = difference.xreplace({node: S.Zero})
        self.steps.append(f"|u| ≤ c where −c ≤ u ≤ c, for u = {text(node.args[0])}")
        for side in (1, -1):
            self._greater(relation, rest + multiple * side * node.args[0])

    def _each_case(self, difference: Expr, settle: Callable[[Case], None]) -> None:
        found = cases((difference,))
        if len(found) > 1:
            self._by("case split", f"{len(found)} cases: " + "; ".join(str(c) for c in found[:SHOWN_CASES]))
        for case in found:
            settle(case)
            self._look_inside(case)  # balls have the last word

    # one smooth case

    def _equal(self, relation: Relation, case: Case) -> None:
        difference = case.expressions[0]
        where = f" where {case}" if case.facts or case.solved else ""
        if difference == 0:
            self._by("normal form", f"both sides are the same expression{where}")
        elif vanishes(difference):
            self._by("normal form", f"the difference reduces to 0 in exponentials, logarithms and erf{where}")
        elif (at := _constant_at(case)) is not None and vanishes(difference.subs(*at)):
            symbol, place = map(text, at)
            self._by(
                "derivative and one point",
                f"the derivative by {symbol} reduces to 0, and so does the difference at {symbol} = {place}{where}",
            )
        else:
            self._look_inside(case)
            raise OpenError(f"{text(difference)} = 0 is not shown{where}")

    def _positive(self, relation: Relation, case: Case) -> None:
        difference = case.expressions[0]
        where = f" where {case}" if case.facts or case.solved else ""
        if difference.is_Rational or (difference.is_Add and not difference.free_symbols):
            self._number(relation, case)
            return
        seen = sign_seen(difference, case.facts)
        if seen == ">" or (seen == ">=" and relation.sign == ">="):
            self._by("signs", f"{text(difference)} {'>' if seen == '>' else '≥'} 0 by the signs of its parts{where}")
            return
        if difference == 0 or vanishes(difference):
            if relation.sign == ">=":
                self._by("normal form", f"both sides are equal{where}")
                return
            self._look_inside(case)
        reason: OpenError | None = None
        for view in _views(difference, case):
            try:
                signs = view.signs
            except OpenError as error:
                reason = error
                continue
            self._read(relation, case, view)
            method = "zeros isolated by balls" if signs.isolated else "all zeros"
            if signs.isolated:
                self._weaken(Grade.CERTIFIED)
            zeros = ", ".join(text(z.number) for z in signs.zeros) or "no zero"
            self._by(method, f"{view} has {zeros} and is nowhere negative, the tails by expansion at infinity{where}")
            return
        if self._increases(relation, case):
            return
        self._look_inside(case)
        raise reason or OpenError(f"the sign of {text(difference)} is not settled{where}")

    def _increases(self, relation: Relation, case: Case) -> bool:
        """Settle g(u) − g(v) where u > v, by the sign of g′ on the whole line."""
        difference = case.expressions[0]
        for expr, s in case.facts:
            if len(expr.free_symbols) != 2 or not expr.is_Add:
                continue
            upper, lower = sorted(expr.free_symbols, key=lambda q: -s * expr.coeff(q))
            if expand(s * expr - (upper - lower)) != 0 or not vanishes(difference.subs(upper, lower)):
                continue
            slope = diff(difference, upper)
            if lower in slope.free_symbols:
                continue
            seen, grade = sign_seen(slope), Grade.PROVED
            if seen is None:
                seen, grade = sign_of_smooth(slope)
            if seen == ">" or (seen == ">=" and relation.sign == ">="):
                self._weaken(grade)
                sign = {">": ">", ">=": "≥"}[seen]
                step = f"a difference g({text(upper)}) − g({text(lower)}) with g′ = {text(slope)} {sign} 0"
                self._by("monotonicity", f"{step} where {case}")
                return True
        return False

    def _number(self, relation: Relation, case: Case) -> None:
        """Settle the sign of a number by a ball."""
        difference = case.expressions[0]
        if vanishes(difference):
            if relation.sign == ">":
                self._look_inside(case)
                raise OpenError(f"{text(difference)} is 0, but no exact counterexample is at hand")
            self._by("normal form", f"{text(difference)} = 0")
        elif difference.is_Rational and difference > 0:
            self._by("signs", f"{text(difference)} > 0")
        elif sign_of(difference) > 0:
            self._weaken(Grade.CERTIFIED)
            self._by("balls", f"{text(difference)} > 0, enclosed by a ball")
        else:
            self._look_inside(case)
            raise OpenError(f"{text(difference)} is negative, but no exact counterexample is at hand")

    def _read(self, relation: Relation, case: Case, view: OnInterval) -> None:
        """Refute where the function has a wrong sign."""
        wrong = (-1, 0) if relation.sign == ">" else (-1,)
        if not any(s in wrong for s in view.signs.signs) and not (relation.sign == ">" and view.signs.zeros):
            return
        self.methods.append("all zeros")
        for sign in wrong:
            for place in view.places(sign):
                self._try(case, {view.symbol: place}, dict(view.substitution))
        raise OpenError(f"{view} has a wrong sign, but no exact counterexample is at hand")

    # counterexamples inside a case

    def _look_inside(self, case: Case) -> None:
        """Try points of a case that the search may have missed: a narrow window between two kinks."""
        substitution = in_positive_quantities(case.facts)
        for value in (S.One, S.Half, S(3), S.One / 10, S(10)):
            self._try(case, {}, substitution, value)

    def _try(
        self, case: Case, point: Mapping[Symbol, Expr], substitution: Mapping[Symbol, Expr], other: Expr = S.One
    ) -> None:
        body = self.statement.body
        symbols = counterexamples.symbols_of(body)
        values = {}
        for symbol in symbols:
            value = dict(case.solved).get(symbol, symbol)
            value = value.subs(substitution).subs(point)
            values[symbol] = value.subs(
                {s: other if s.is_positive or other != 1 else S.One for s in value.free_symbols}
            )
        found = counterexamples.simplest_near(body, values, self.statement.conditions)
        if found:
            raise _Refuted(found)


class _VectorProver(_Prover):
    """The work on a statement over vectors of symbolic length."""

    def search(self) -> Counterexample | None:
        return vectors.search(self.statement)

    def is_borne_out(self) -> bool:
        return vectors.compares(self.statement)

    def _require_condition(self, condition: Relation) -> None:
        difference = condition.left - condition.right
        if condition.sign in (">", "!=") and vectors.sign_shown(difference) == (">", Grade.PROVED):
            return
        raise OpenError(f"{spelled(condition)} is not shown")

    def _relation(self, relation: Relation) -> None:
        if relation.sign in ("<", "<="):
            relation = Relation(relation.right, {"<": ">", "<=": ">="}[relation.sign], relation.left)
        difference = relation.left - relation.right
        if relation.sign == "==" and vectors.shown_equal(difference):
            self._by("termwise", f"{spelled(relation)}: sums are linear, and the two sides agree in their generators")
            return
        seen, grade = vectors.sign_shown(difference) if relation.sign in (">", ">=") else (None, Grade.OPEN)
        if seen == ">" or (seen == ">=" and relation.sign == ">="):
            self._weaken(grade)
            self._by("termwise bound", f"{spelled(relation)}: from the signs of the terms and of what a sum exceeds")
            return
        raise OpenError(f"{spelled(relation)} is not settled for every length")


def _elsewhere(body: Junction) -> Iterator[Relation]:
    """Yield each relation of a disjunction as it is where the others fail, and a plain truth where one holds."""
    for k, part in enumerate(body.parts):
        if not isinstance(part, Relation) or part.sign == "!=":
            continue
        others = Or(*(other.formula() for other in (*body.parts[:k], *body.parts[k + 1 :])))
        settled = {"<": S.NegativeOne, "<=": S.NegativeOne, "==": S.Zero}.get(part.sign, S.One)
        yield Relation(Piecewise((settled, others), (part.left - part.right, True)), part.sign, S.Zero)


def _views(difference: Expr, case: Case) -> Iterable[OnInterval]:
    yield from on_intervals(difference, case.facts)
    substitution = in_positive_quantities(case.facts)
    if substitution:
        yield from (
            replace(view, substitution=(*substitution.items(), *view.substitution))
            for view in on_intervals(difference.subs(substitution), ())
        )


def _constant_at(case: Case) -> tuple[Symbol, Expr] | None:
    """Return a variable on which a difference is shown not to depend, and a value of it that the case allows."""
    difference = case.expressions[0]
    for symbol in sorted(difference.free_symbols, key=lambda s: (s.is_positive is True, str(s))):
        place = _place(case, symbol)
        allowed = all(sign_seen(s * expr.subs(symbol, place)) == ">" for expr, s in case.facts)
        if allowed and not symbol.is_integer and vanishes(diff(difference, symbol)):
            return symbol, place
    return None


def _place(case: Case, symbol: Symbol) -> Expr:
    """Return a point at which functions have simple values."""
    if symbol.is_positive:
        return S.One
    value = in_positive_quantities(case.facts).get(symbol, S.Zero)
    return value.subs({s: 1 for s in value.free_symbols if s.is_Dummy})


def _subtracted_absolute_value(difference: Expr) -> tuple[Expr, Expr] | None:
    """Return |u| and its coefficient, if the difference is c − k·|u| with k ≥ 0."""
    for node in difference.atoms(Abs):
        if node.args[0].is_polynomial():
            continue  # its sign is a case
        t = Dummy("t", real=True)
        linear = expand(difference.xreplace({node: t}))
        multiple = linear.coeff(t)
        if multiple.is_nonpositive and expand(linear - multiple * t).free_symbols.isdisjoint({t}):
            return node, multiple
    return None


def spelled(body: Relation | Junction) -> str:
    """Return a statement in mathematical notation."""
    if isinstance(body, Junction):
        return f" {body.word} ".join(spelled(part) for part in body.parts)
    sign = {"==": "=", "!=": "≠", "<=": "≤", ">=": "≥"}.get(body.sign, body.sign)
    left, right = (side.xreplace({d: Symbol(d.name) for d in side.atoms(Dummy)}) for side in (body.left, body.right))
    return f"{text(left)} {sign} {text(right)}"
