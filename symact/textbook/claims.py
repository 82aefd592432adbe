"""Claims that are not relations: a question to the analysis, and the answer that is claimed.

"SiLU has the Lipschitz constant 1.09984", "ELU is C¹ if and only if α = 1", "lim λ → ∞ f(λx)/λ = max(0, x)": the
question is the name of a fact of the sheet, the answer is compared with the fact that is derived anew each time.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from types import ModuleType

from sympy import Basic, Expr, Rational, Symbol, Tuple

from symact import catalog
from symact.activation import Activation
from symact.analysis import (
    asymptotics,
    derivatives,
    from_output,
    inverse,
    limits,
    moments,
    regularity,
    scaling,
    series,
    shape,
    symmetry,
    vectors,
)
from symact.analysis.fact import Fact
from symact.errors import SymactError
from symact.notation import text
from symact.parsing import number
from symact.textbook.prover import Proof
from symact.verdict import Counterexample, Grade, Verdict

SECTIONS: dict[str, ModuleType] = {
    module.__name__.rsplit(".", 1)[-1]: module
    for module in (
        asymptotics,
        derivatives,
        from_output,
        inverse,
        limits,
        moments,
        regularity,
        scaling,
        series,
        shape,
        symmetry,
        vectors,
    )
}

_DECIMAL = re.compile(r"[−-]?\d+\.\d+")


@dataclass(frozen=True)
class Claim:
    """A question and the answer that is claimed.

    Attributes
    ----------
    activation
        The name of an entry of the catalogue.
    section
        The module of :mod:`symact.analysis` that derives the fact.
    label
        The name of the fact on the sheet.
    answer
        The fact as the sheet spells it; a decimal number is claimed to all the digits it has.  A verdict is yes or no.
    given
        Values of parameters, as ``name=value``, separated by blanks.
    """

    activation: str
    section: str
    label: str
    answer: str
    given: str = ""

    def __str__(self) -> str:
        given = f" with {self.given}" if self.given else ""
        return f"{self.activation}{given}: {self.label} is {self.answer}"

    @property
    def assumptions(self) -> str:
        """The domains of the parameters that are left."""
        left = _activation(self.activation, self.given).parameters
        return "; ".join(("x real", *(f"{text(p.symbol)} in {text(p.domain)}" for p in left)))

    def proof(self) -> Proof:
        """Derive the fact and compare."""
        fact = self._fact()
        statement, value = str(self), fact.value
        if value is None or fact.grade is Grade.OPEN:
            return Proof(statement, Grade.OPEN, steps=(f"open: {fact.method}",), method="none")
        method = f"analysis: {fact.method or 'by definition'}"
        at = f" ({fact.at})" if fact.at else ""
        steps = (
            f"{self.activation}: {fact.label} is {_spelled(value)}{at}, {fact.grade}; {fact.method or 'by definition'}",
        )
        if isinstance(value, Verdict):
            return self._judged(value, statement, method, steps)
        if _agrees(value, self.answer):
            formula = value if isinstance(value, Basic) else None
            return Proof(statement, fact.grade, steps=steps, method=method, formula=formula)
        claimed = number(self.answer) if _DECIMAL.fullmatch(self.answer) else Symbol(self.answer)
        derived = value if isinstance(value, Expr) else Symbol(_spelled(value))
        example = Counterexample({}, derived, claimed)
        return Proof(statement, Grade.REFUTED, steps=steps, counterexample=example, method=method)

    def _judged(self, verdict: Verdict, statement: str, method: str, steps: tuple[str, ...]) -> Proof:
        """Return the proof of "yes", of "no", or of a condition, from a verdict."""
        steps = (*steps, *verdict.steps)
        spelled = _spelled(verdict)
        if self.answer == spelled or (self.answer == "no" and verdict.grade is Grade.REFUTED):
            return Proof(statement, Grade.PROVED, steps=steps, method=method)
        return Proof(statement, Grade.REFUTED, steps=steps, counterexample=verdict.counterexample, method=method)

    def _fact(self) -> Fact:
        facts = _facts(self.activation, self.given, self.section)
        for fact in facts:
            if fact.label == self.label:
                return fact
        known = ", ".join(fact.label for fact in facts)
        raise SymactError(f"{self.activation} has no fact '{self.label}' in {self.section}; it has {known}")


@cache
def _facts(name: str, given: str, section: str) -> tuple[Fact, ...]:
    derive: Callable[[Activation], tuple[Fact, ...]] = SECTIONS[section].facts
    return derive(_activation(name, given))


def _activation(name: str, given: str) -> Activation:
    return catalog.get(name).at(**dict(pair.split("=") for pair in given.split()))


def _spelled(value: Basic | Verdict | str) -> str:
    if isinstance(value, Verdict):
        if value.grade is Grade.REFUTED:
            return "no"
        return "yes" if value.condition in (None, True) else f"if {text(value.condition)}"
    return value if isinstance(value, str) else text(value)


def _agrees(value: Basic | str, answer: str) -> bool:
    """Whether a value is spelled like the answer, or agrees with its decimals to the last digit."""
    if _spelled(value) == answer:
        return True
    decimals = _DECIMAL.findall(answer)
    numbers = list(value) if isinstance(value, Tuple) else [value]
    if not decimals or len(decimals) != len(numbers) or not _only_numbers(answer):
        return False
    return all(_to_last_digit(v, d.replace("−", "-")) for v, d in zip(numbers, decimals, strict=True))


def _only_numbers(answer: str) -> bool:
    return not _DECIMAL.sub("", answer).strip("(), ")


def _to_last_digit(value: Basic, decimal: str) -> bool:
    if not isinstance(value, Expr) or not value.is_number or not value.is_finite:
        return False
    unit = Rational(1, 10 ** len(decimal.partition(".")[2]))
    return bool(abs(Rational(value.evalf(40)) - Rational(decimal)) <= unit / 2)
